"""What a flow chart may contain, and what its conditions may say. Values in, value out."""
