"""Two people, one record: the second to save is shown what changed meanwhile, and decides field by field (ACC-10).

A form over a record that exists carries, hidden, what its fields held when it was opened. When it is sent, that is laid
beside what they hold now and what was typed:

- a field the person left alone shows the new value, and says so;
- a field that both changed keeps what was typed, and asks which of the two it shall be.

Nothing is saved before that was seen. A form takes part by calling `stands_on(record)` at the end of its `__init__`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib.auth import get_user_model
from django.core import signing
from django.db import models
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from roomnight.kernel.commands import subject_of
from roomnight.kernel.models import AuditEntry

Values = dict[str, list[str]]
SEEN = "seen"
LOOKED_AT = 30  # so many audit lines tell who it was
NEVER = (forms.FileField,)


@dataclass(frozen=True)
class Meanwhile:
    """One field that a colleague changed: its label, the value that was seen, theirs, what was typed (if it differs), who, when."""

    name: str
    label: str
    old: str
    theirs: str
    mine: str
    is_disputed: bool
    who: str = ""
    at: datetime | None = None


class SharedForm(forms.Form):
    """A form over a record that others may change at the same time."""

    changed_meanwhile: list[Meanwhile]
    _record: models.Model | None = None

    def stands_on(self, record: models.Model | None) -> None:
        """Watch this record, whose present values are the form's initial ones; None for one that is only being made."""
        self.changed_meanwhile, self._record = [], record
        if record is None:
            return
        self.fields[SEEN] = forms.CharField(required=False, widget=forms.HiddenInput({"id": False}), strip=False)
        self.fields[SEEN].initial = lambda: signing.dumps(self._now(), compress=True)
        if self.is_bound and isinstance(self.data, Mapping):
            self._take_theirs_where_chosen()

    def audited_as(self, name: str) -> str:
        """The name under which the audit trail keeps a field."""
        return name

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        if self._record is None:
            return
        sent = self.cleaned_data.pop(SEEN, "")
        try:
            seen: Values = signing.loads(sent) if sent else {}
        except signing.BadSignature:
            seen = {}
        now = self._now()
        moved = {name: value for name, value in seen.items() if name in now and now[name] != value}
        if moved:
            self._show(moved, now)

    def _show(self, moved: Values, now: Values) -> None:
        """Put what changed on the form, which then stands on the record as it is now."""
        data = _copy(self.data)
        who = self._who_changed(moved)
        for name, seen in moved.items():
            typed = self._typed(name, seen, now[name])
            mine = typed != seen and typed != now[name]
            if typed == seen:
                self._put(data, name, now[name])
            field = self.fields[name]
            self.changed_meanwhile.append(
                Meanwhile(
                    name, str(self[name].label), shown(field, seen), shown(field, now[name]),
                    shown(field, typed) if mine else "", mine, *who.get(name, ("", None)),
                )
            )  # fmt: skip
        self._put(data, SEEN, [signing.dumps(now, compress=True)])
        self.data = data
        self.add_error(None, _("Somebody changed this meanwhile. Look at what is different and save again."))

    def _take_theirs_where_chosen(self) -> None:
        chosen = [name for name in self.fields if self.data.get(self.add_prefix(f"decide-{name}")) == "theirs"]
        if chosen:
            data, now = _copy(self.data), self._now()
            for name in chosen:
                self._put(data, name, now[name])
            self.data = data

    def _put(self, data: QueryDict, name: str, values: list[str]) -> None:
        data.setlist(self.add_prefix(name), values)

    def _now(self) -> Values:
        """What the record holds in each field, as a browser would send it."""
        watched = [name for name in self.fields if name != SEEN and not isinstance(self.fields[name], NEVER)]
        return {name: as_sent(self.get_initial_for_field(self.fields[name], name)) for name in watched}

    def _typed(self, name: str, *known: list[str]) -> list[str]:
        """What was typed, as the browser sent it; one of the known values where it only is spelled otherwise (12.50, 12.5)."""
        sent = as_sent(self[name].data)
        understood = as_sent(self.cleaned_data.get(name))
        return next((one for one in known if one in (sent, understood)), sent)

    def _who_changed(self, names: Mapping[str, Any]) -> dict[str, tuple[str, datetime]]:
        """Who last changed each of these fields of the record, as far as the audit trail tells."""
        if self._record is None:
            return {}
        lines = list(AuditEntry.objects.filter(subject=subject_of(self._record)).order_by("-pk")[:LOOKED_AT])
        found: dict[str, tuple[str, datetime]] = {}
        for line in lines:
            for name in names:
                if self.audited_as(name) in (line.changes or {}):
                    found.setdefault(name, (line.actor, line.at))
        people = get_user_model()._default_manager.filter(username__in={actor for actor, _at in found.values()})
        called = {one.get_username(): str(one) for one in people}
        return {name: (called.get(actor, actor), at) for name, (actor, at) in found.items()}


def _copy(data: Any) -> QueryDict:
    """What was sent, to be written into."""
    sent = QueryDict(mutable=True)
    for key in data:
        sent.setlist(key, data.getlist(key) if isinstance(data, QueryDict) else [data[key]])
    return sent


def as_sent(value: Any) -> list[str]:
    """A value as a browser sends it; what is empty is not sent at all. Lists come in one order, so that they compare."""
    if value is None or value is False or value == "":
        return []
    if value is True:
        return ["on"]
    if isinstance(value, models.Model):
        return [str(value.pk)]
    if isinstance(value, datetime):
        return [value.isoformat(timespec="minutes")]
    if isinstance(value, date):
        return [value.isoformat()]
    if isinstance(value, time):
        return [value.isoformat(timespec="minutes")]
    if isinstance(value, Decimal):
        return [f"{value.normalize():f}"]
    if isinstance(value, (list, tuple, set, models.QuerySet)):
        return sorted(text for one in value for text in as_sent(one))
    return [str(value).replace("\r\n", "\n")]


def shown(field: forms.Field, values: list[str]) -> str:
    """A value as a person reads it: the words of a choice, yes and no for a tick, a dash for nothing.

    A control with a way of its own to show its value has a method `shown`.
    """
    if (own := getattr(field, "shown", None)) is not None:
        return str(own(values))
    if isinstance(field, forms.BooleanField):
        return _("yes") if values else _("no")
    if isinstance(field, forms.ModelChoiceField):
        values = [field.label_from_instance(one) for one in _instances(field, values)] or values
    elif isinstance(field, (forms.ChoiceField, forms.MultipleChoiceField)):
        options: Any = field.choices
        words = {str(value): str(label) for value, label in options}
        values = [words.get(value, value) for value in values]
    return pgettext("between items of a list", ", ").join(values) or "–"


def _instances(field: forms.ModelChoiceField[Any], keys: list[str]) -> list[models.Model]:
    """The records chosen, also one that may no longer be chosen."""
    queryset = field.queryset
    if queryset is None or not keys or not all(key.isdigit() for key in keys):
        return []
    return list(queryset.model._base_manager.filter(pk__in=keys))
