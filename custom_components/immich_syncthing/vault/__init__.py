"""Where every file that the integration deletes is kept first."""
