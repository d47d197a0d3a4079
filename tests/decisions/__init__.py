"""The page *What happens when…*, made from the decision table itself."""
