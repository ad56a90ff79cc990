"""The pages about visits, follow-ups and the day."""
