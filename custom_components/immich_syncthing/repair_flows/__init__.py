"""How a person repairs what an issue is about."""
