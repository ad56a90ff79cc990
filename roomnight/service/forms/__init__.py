"""What is typed about complaints and letters."""
