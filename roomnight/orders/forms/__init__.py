"""How orders are typed."""
