"""Shared reads of charts, tasks and cases."""
