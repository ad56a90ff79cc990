"""What is typed about scores and judgements."""
