"""The pages of procedures, by noun."""
