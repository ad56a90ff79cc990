"""What a person says of a stay that was booked elsewhere (AGR-07)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import pgettext_lazy

from roomnight.agreements.forms.agreements import area
from roomnight.agreements.models import LeakState
from roomnight.ui.small_forms import LaidOutForm
from roomnight.ui.widgets import PickOne

DECISIONS: list[tuple[str, Any]] = [
    (LeakState.ACCEPTED.value, pgettext_lazy("leaked stay", "Theirs: count it")),
    (LeakState.REFUSED.value, pgettext_lazy("leaked stay", "Not theirs")),
]


class LeakForm(LaidOutForm):
    """Whether the stay is the client's, and what is worth knowing of it."""

    decision = forms.ChoiceField(
        label=pgettext_lazy("leaked stay", "Whose stay it is"), choices=DECISIONS, widget=PickOne(even=True)
    )
    note = forms.CharField(label=pgettext_lazy("leaked stay", "Note"), max_length=300, required=False, widget=area())
    layout = [["decision"], ["note"]]


class TakeBackForm(LaidOutForm):
    """Taking back what was said: nothing to fill in."""
