"""Shared reads of the organisation that are not about one record."""
