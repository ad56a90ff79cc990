"""Choosing whose particulars stay when two records become one (ACC-04)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.db.models import Model
from django.http import QueryDict
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from roomnight.clients.forms.pickers import account_field
from roomnight.clients.queries.own_fields import OwnFields
from roomnight.clients.queries.past import field_label
from roomnight.organization.access import Seat
from roomnight.ui.widgets import PickMany, PickOne

LONGEST = 60


class OtherForm(forms.Form):
    """Which other client is the same as this one."""

    def __init__(self, seat: Seat, data: QueryDict | None = None) -> None:
        super().__init__(data)
        self.fields["other"] = account_field(seat, _("The other record"), pool=True)


class MergeForm(forms.Form):
    """For each particular in which two records differ: the one's or the other's. What only one has is taken by itself."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    other_revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self, winner: Any, loser: Any, names: Sequence[str], data: QueryDict | None = None, own: OwnFields | None = None
    ) -> None:
        self.winner, self.loser, self.own = winner, loser, own
        super().__init__(data, initial={"revision": winner.revision, "other_revision": loser.revision})
        self.only_the_loser_s: list[str] = []
        self.differing: list[str] = []
        for name in names:
            ours, theirs = words_of(winner, name, own), words_of(loser, name, own)
            if ours == theirs or not theirs:
                continue
            if not ours:
                self.only_the_loser_s.append(name)
                continue
            self.differing.append(name)
            self.fields[name] = forms.ChoiceField(
                choices=[("winner", ours), ("loser", theirs)], label=capfirst(field_label(type(winner), name)),
                initial="winner", widget=PickOne,
            )  # fmt: skip

    @property
    def choices(self) -> list[forms.BoundField]:
        """The particulars to be chosen, in order."""
        return [self[name] for name in self.differing]

    @property
    def taken_along(self) -> list[tuple[str, str]]:
        """What only the one that goes has, and the other gets."""
        return [
            (capfirst(field_label(type(self.winner), name)), words_of(self.loser, name, self.own))
            for name in self.only_the_loser_s
        ]

    def taken(self) -> list[str]:
        """The particulars that are the loser's from now on."""
        chosen = [name for name in self.differing if self.cleaned_data[name] == "loser"]
        return [*self.only_the_loser_s, *chosen]

    def revisions(self) -> tuple[int, int]:
        return self.cleaned_data["revision"], self.cleaned_data["other_revision"]


def words_of(record: Model, name: str, own: OwnFields | None = None) -> str:
    """A particular in words; "" where there is none. `own` are the words of the hotel's own fields."""
    value = getattr(record, name)
    shown = getattr(record, f"get_{name}_display", None)
    if shown is not None:
        return str(shown())
    if value in (None, "", {}, False):
        return ""
    if value is True:
        return str(_("Yes"))
    if isinstance(value, dict) and own is not None:
        return "; ".join(f"{one.label}: {one.text or len(one.rows)}" for one in own.shown(value))
    if isinstance(value, dict):
        return "; ".join(f"{key}: {text}" for key, text in sorted(value.items()))[:LONGEST]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Model):
        return str(getattr(value, "label", value))
    text = str(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


class SplitForm(forms.Form):
    """What a part of a client takes along into a client of its own (ACC-09)."""

    name = forms.CharField(label=_("Name of the new client"), max_length=160)
    reason = forms.CharField(label=_("reason"), max_length=200)

    def __init__(self, choices: dict[str, tuple[Any, list[tuple[int, str]]]], data: QueryDict | None = None) -> None:
        super().__init__(data)
        self.keys = {key.replace(".", "_"): key for key, (_label, rows) in choices.items() if rows}
        for name, key in self.keys.items():
            label, rows = choices[key]
            self.fields[name] = forms.TypedMultipleChoiceField(
                choices=rows, coerce=int, required=False, label=capfirst(str(label)), widget=PickMany
            )

    def parts(self) -> dict[str, list[int]]:
        """The chosen ids by table and field."""
        return {key: self.cleaned_data[name] for name, key in self.keys.items()}
