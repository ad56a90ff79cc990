"""What the hotel has decided about credit: values in, value out. Amounts are whole cents; what is owed is above nothing."""
