"""What is typed about credit."""
