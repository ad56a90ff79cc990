"""What the hotel has decided about orders: values in, value out."""
