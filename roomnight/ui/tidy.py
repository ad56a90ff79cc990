"""Typed text as it should be kept."""

from __future__ import annotations

from typing import Any

from django import forms

from roomnight.kernel.text import clean, clean_lines
from roomnight.ui.meanwhile import SharedForm


class TidyForm(SharedForm):
    """A form that reads texts tidily: half-width letters and digits, single blanks, nothing invisible."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for name, value in cleaned.items():
            if isinstance(value, str) and isinstance(self.fields[name], forms.CharField):
                lines = isinstance(self.fields[name].widget, forms.Textarea)
                cleaned[name] = clean_lines(value) if lines else clean(value)
        return cleaned
