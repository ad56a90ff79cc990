"""What the house has decided about complaints and letters: pure functions and the numbers a hotel may change."""
