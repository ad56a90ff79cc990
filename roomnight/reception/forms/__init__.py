"""The forms of reception."""
