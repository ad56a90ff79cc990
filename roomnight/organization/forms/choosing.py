"""Fields by which a colleague is chosen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from roomnight.organization.models import Staff


class PersonField(forms.TypedChoiceField):
    """One colleague of those that are offered; the value is the person."""

    def __init__(self, **more: Any) -> None:
        super().__init__(**more)
        self.people: dict[str, Staff] = {}

    def offer(self, people: Sequence[Staff]) -> None:
        self.people = {str(one.pk): one for one in people}
        self.choices = [("", "–"), *((key, one.label) for key, one in self.people.items())]

    def clean(self, value: Any) -> Staff | None:
        found = super().clean(value)
        return self.people.get(str(found)) if found not in (None, "") else None
