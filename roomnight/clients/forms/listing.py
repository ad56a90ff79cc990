"""The filters of the client list: read from the address, shown as a form, and as chips that can be taken away (ACC-07)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext, pgettext
from django.utils.translation import gettext_lazy as _

from roomnight.clients import access
from roomnight.clients.models import AccountKind, Grade, Importance, Stage
from roomnight.clients.queries.listing import NEVER
from roomnight.clients.queries.own_fields import OwnFields, seen_own_fields
from roomnight.kernel.text import clean
from roomnight.organization.access import Seat
from roomnight.procedures.rules.form_fields import CHOICE, CHOICES, DAY, NUMBERS, TEXTS, TICK, Field
from roomnight.ui.widgets import DayInput, PickMany, WholeNumber

BOUNDS = {"__from": _("from"), "__to": _("up to")}


class SomeOf(forms.MultipleChoiceField):
    """Some of several. In the list the choices are not asked of the database: what is not there finds nothing."""

    def __init__(self, label: Any, choices: Iterable[tuple[Any, Any]] = (), *, open_ended: bool = False) -> None:
        super().__init__(label=label, required=False, widget=PickMany)
        self.open_ended = open_ended
        self.offer(choices)

    def offer(self, choices: Iterable[tuple[Any, Any]]) -> None:
        """Let people choose from these."""
        self.offered = list(choices)
        self.choices = self.offered

    def valid_value(self, value: Any) -> bool:
        if self.open_ended:
            return value in ("me", NEVER) or (str(value).isdigit() and len(str(value)) < 18)  # noqa: PLR2004 (a bigint)
        return super().valid_value(value)


def _words(label: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=60, required=False)


def _whole(label: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=label, min_value=-10_000_000, max_value=10_000_000, required=False, widget=WholeNumber
    )


def _amount(label: Any) -> forms.DecimalField:
    return forms.DecimalField(label=label, max_digits=14, decimal_places=2, required=False)


def _day(label: Any) -> forms.DateField:
    return forms.DateField(label=label, required=False, widget=DayInput)


class FilterForm(forms.Form):
    """What the list can be narrowed by. Made with `whole=True` for showing, it knows the choices of this hotel as well."""

    owner = SomeOf(_("Owner"), open_ended=True)
    kind = SomeOf(_("Type"), AccountKind.choices)
    stage = SomeOf(_("Stage"), Stage.choices)
    grade = SomeOf(_("Grade"), [*Grade.choices, (NEVER, _("none"))])
    importance = SomeOf(_("Importance"), Importance.choices)
    territory = SomeOf(_("Territory"), open_ended=True)
    tag = SomeOf(_("Tag"), open_ended=True)
    action = SomeOf(
        _("Next action"), [("late", _("overdue")), ("week", _("within 7 days")), (NEVER, _("none planned"))]
    )
    protection = SomeOf(
        _("Protection"),
        [
            ("soon", _("running out")),
            ("active", _("protected")),
            ("leaving", _("going to the pool")),
            (NEVER, _("none")),
        ],
    )
    district = _words(_("District"))
    city = _words(_("City"))
    province = _words(_("Province"))
    industry = _words(_("Industry"))
    segment = _words(_("Market segment"))
    source = _words(_("Source"))
    credit_grade = _words(_("Credit grade"))
    competitor = _words(_("Uses the competitor"))
    nights_from = _whole(_("Room nights, 12 months, from"))
    nights_to = _whole(_("Room nights, 12 months, up to"))
    revenue_from = _amount(_("Revenue, 12 months, from"))
    revenue_to = _amount(_("Revenue, 12 months, up to"))
    potential_from = _whole(_("Potential room nights from"))
    visited_before = _day(_("Not visited since"))
    arrived_before = _day(_("No arrival since"))
    verified_before = _day(_("Not verified since"))

    def __init__(self, seat: Seat, data: QueryDict, *, whole: bool = False) -> None:
        self.seat = seat
        super().__init__(data)
        if whole:
            self._offer("owner", [("me", _("me")), *_pairs(access.owners(seat)), (NEVER, _("Open pool"))])
            self._offer("territory", [*_pairs(access.territories(seat)), (NEVER, _("none"))])
            self._offer("tag", _pairs(access.tags(seat)))
        if whole or any(name.startswith("custom_") for name in data):
            for one in self.own:
                if self.own.sees_personal or not one.is_masked:
                    self.fields.update(controls_of(one))

    def _offer(self, name: str, choices: list[tuple[Any, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, SomeOf)
        field.offer(choices)

    @cached_property
    def own(self) -> OwnFields:
        return seen_own_fields(self.seat)

    def filters(self) -> dict[str, Any]:
        """The filters that are set and could be read. What could not be read is left out and named by `misread`."""
        self.is_valid()
        cleaned = {name: clean(value) if isinstance(value, str) else value for name, value in self.cleaned_data.items()}
        return {name: value for name, value in cleaned.items() if value not in (None, "", [])}

    @property
    def misread(self) -> list[str]:
        """The labels of filters in the address that mean nothing."""
        return [str(self.fields[name].label or name) for name in self.errors if name in self.fields]

    @property
    def groups(self) -> list[dict[str, Any]]:
        """The fields in the order of the page."""
        own = [name for name in self.fields if name.startswith("custom_")]
        parts = [*GROUPS, (_("This hotel's own"), own)]
        shown = [(title, [self[name] for name in names if self._has_choices(name)]) for title, names in parts]
        return [{"title": title, "fields": fields} for title, fields in shown if fields]

    def _has_choices(self, name: str) -> bool:
        field = self.fields[name]
        return not isinstance(field, SomeOf) or bool(field.offered)


GROUPS: list[tuple[Any, list[str]]] = [
    (_("Whose and where it stands"), ["owner", "stage", "grade", "importance", "kind", "tag", "action", "protection"]),
    (_("Where"), ["territory", "district", "city", "province"]),
    (_("Trade"), ["industry", "segment", "source", "credit_grade", "competitor"]),
    (_("Business"), ["nights_from", "nights_to", "revenue_from", "revenue_to", "potential_from", "arrived_before"]),
    (_("Care"), ["visited_before", "verified_before"]),
]


def _pairs(rows: Iterable[Any]) -> list[tuple[str, str]]:
    return [(str(row.pk), str(row)) for row in rows]


def controls_of(one: Field) -> dict[str, forms.Field]:
    """The filters for one of the hotel's own fields; none for tables and times."""
    name, language = f"custom_{one.name}", get_language()
    label = one.words.in_(language)
    if one.kind in (CHOICE, CHOICES):
        return {name: SomeOf(label, [(option.value, option.words.in_(language)) for option in one.options])}
    if one.kind == TICK:
        choices = [("", "–"), ("yes", _("yes")), ("no", _("no"))]
        return {
            name: forms.TypedChoiceField(
                label=label, choices=choices, required=False, coerce=lambda value: value == "yes", empty_value=None
            )
        }
    if one.kind in NUMBERS:
        return {
            f"{name}{end}": forms.DecimalField(label=f"{label} {word}", required=False, max_digits=20, decimal_places=6)
            for end, word in BOUNDS.items()
        }
    if one.kind == DAY:
        return {f"{name}{end}": _day(f"{label} {word}") for end, word in BOUNDS.items()}
    return {name: _words(label)} if one.kind in TEXTS else {}


# ---- chips


@dataclass(frozen=True)
class Chip:
    """A filter that is set, in words, with the address of the list without it."""

    label: str
    value: str
    url: str


def chips(form: FilterForm, filters: Mapping[str, Any], query: QueryDict, path: str) -> list[Chip]:
    """The filters that are set, each with the way to be rid of it."""
    found = []
    for name, value in filters.items():
        rest = query.copy()
        for gone in (name, "after", "before"):
            rest.pop(gone, None)
        label = capfirst(str(form.fields[name].label))
        found.append(Chip(label, in_words(form, name, value), f"{path}?{rest.urlencode()}"))
    return found


def in_words(form: FilterForm, name: str, value: Any) -> str:
    """What a filter is set to."""
    if isinstance(value, list):
        known = _names(form, name, value)
        return str(pgettext("between items of a list", ", ")).join(str(known.get(one, one)) for one in value)
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, date):
        return value.isoformat()
    return f"{value:,}" if isinstance(value, int | Decimal) else str(value)


def _names(form: FilterForm, name: str, value: list[str]) -> dict[str, str]:
    """The words for the values of a filter. Names of people, territories and tags are asked for only when they are needed."""
    field = form.fields[name]
    assert isinstance(field, SomeOf)
    if not field.open_ended:
        return {str(key): str(label) for key, label in field.offered}
    rows = {"owner": access.owners, "territory": access.territories, "tag": access.tags}[name](form.seat)
    ids = [int(one) for one in value if one.isdigit()]
    none = _("Open pool") if name == "owner" else _("none")
    named = {str(row.pk): str(row) for row in rows.filter(pk__in=ids)} if ids else {}
    return {"me": str(_("me")), NEVER: str(none), **named}
