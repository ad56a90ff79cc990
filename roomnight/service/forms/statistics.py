"""From which day to which complaints are counted."""

from __future__ import annotations

from datetime import date, timedelta

from django import forms
from django.utils.translation import gettext_lazy as _

from roomnight.ui.widgets import DayInput

YEAR = timedelta(days=364)


class SpanForm(forms.Form):
    """From which day to which."""

    first = forms.DateField(label=_("From"), widget=DayInput(), required=False)
    last = forms.DateField(label=_("Until"), widget=DayInput(), required=False)

    def span(self, today: date) -> tuple[date, date]:
        """The days that were asked for; the last year where none, or the wrong way round."""
        data = self.cleaned_data if self.is_valid() else {}
        last = data.get("last") or today
        first = data.get("first") or last - YEAR
        return (first, last) if first <= last else (today - YEAR, today)
