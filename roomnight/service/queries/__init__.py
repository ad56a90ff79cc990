"""Shared reads of service."""
