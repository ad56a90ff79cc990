"""The pages of insight."""
