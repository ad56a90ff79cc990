"""Typed text as it should be kept."""

from roomnight.ui.tidy import TidyForm

__all__ = ["TidyForm"]
