"""What a person has to know or decide, as repair issues: each module says what it wants shown, the board shows it."""
