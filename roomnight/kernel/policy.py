"""Numbers of a procedure: declared once beside their rule, overridden by a hotel from a day on, looked up as of a date (POL-03)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal, InvalidOperation
from typing import Any, Generic, TypeVar

from django.utils.translation import gettext as _

from roomnight.kernel.commands import OPERATOR, UNCHANGED, Actor, command, record
from roomnight.kernel.errors import Refusal
from roomnight.kernel.models import PolicyValue

T = TypeVar("T")
POLICIES: dict[str, Policy[Any]] = {}
Overrides = dict[str, list[tuple[str, date, Any]]]
_held: ContextVar[Overrides | None] = ContextVar("policy_overrides", default=None)


@dataclass(frozen=True)
class Column:
    """What each row of a table says under one heading: `kind` is whole, money, one or some (of `options`), or texts.

    A column without a key is the row itself. Nothing may be left empty but `some` and `texts` that are not `is_needed`.
    """

    key: str
    label: Any
    kind: str
    options: Mapping[str, Any] = field(default_factory=dict)
    is_needed: bool = False


@dataclass(frozen=True)
class Policy(Generic[T]):
    """A number the hotel may change without us: its key, default, label, the rule it comes from, and what is sane.

    `kind` is one of whole, days, minutes, money, percent, time, text, table; it decides how a typed value is read.
    `unknown` gives the names in a new value that nothing goes by; what was known once may be gone when it is read.
    `words` says what people call the keys of a table, the members of a list or the texts that may be chosen.
    A table of rows has `columns`: a row for each key of the default, or as many as the hotel likes where that is a list.
    """

    key: str
    default: T
    label: Any
    source: str
    kind: str = "whole"
    check: Callable[[T], bool] = field(default=lambda value: True, compare=False)
    unknown: Callable[[T], Iterable[str]] = field(default=lambda value: (), compare=False)
    words: Mapping[Any, Any] = field(default_factory=dict, compare=False)
    columns: tuple[Column, ...] = field(default=(), compare=False)

    def __post_init__(self) -> None:
        if self.key in POLICIES or not self.check(self.default):
            raise ValueError(self.key)
        POLICIES[self.key] = self

    def at(self, hotel_code: str, on: date) -> T:
        """The value in force at this hotel on this day; the hotel's own beats the group's, later beats earlier.

        A departure that has ended counts no more: then the group's holds, and without one the default.
        """
        departures = [one for one in _overrides(self.key) if one[1] <= on]
        for place in (hotel_code, ""):
            here = [(start, value) for hotel, start, value in departures if hotel == place]
            value = max(here, key=lambda one: one[0])[1] if here else None
            if value is not None:
                return self.parse(value)
        return self.default

    def accept(self, raw: Any) -> T:
        """Read a value that is to be kept from now on. Refuses `policy.unknown_name` beside what `parse` does."""
        value = self.parse(raw)
        strangers = list(self.unknown(value))
        if strangers:
            raise Refusal(
                "policy.unknown_name", _("%(names)s: not known here.") % {"names": ", ".join(strangers)}, field="value"
            )
        return value

    def parse(self, raw: Any) -> T:
        """Read a value as typed or stored. Raises Refusal `policy.value` when it is not of this policy's kind."""
        try:
            value = PARSERS[self.kind](raw)
        except (ValueError, TypeError, InvalidOperation) as error:
            raise Refusal(
                "policy.value",
                _("“%(value)s” cannot be read as a value here.") % {"value": raw},
                field="value",
            ) from error
        if not self.check(value):
            raise Refusal(
                "policy.bounds",
                _("%(value)s is outside what this rule allows.") % {"value": raw},
                field="value",
            )
        return value  # type: ignore[no-any-return]


def _whole(raw: Any) -> int:
    if isinstance(raw, bool) or (isinstance(raw, float) and raw != int(raw)):
        raise ValueError(raw)
    return int(raw)


def _table(raw: Any) -> Any:
    return json.loads(raw) if isinstance(raw, str) else raw


PARSERS: dict[str, Callable[[Any], Any]] = {
    "whole": _whole,
    "days": _whole,
    "minutes": _whole,
    "money": lambda raw: Decimal(str(raw)),
    "percent": lambda raw: Decimal(str(raw)),
    "time": lambda raw: raw if isinstance(raw, time) else time.fromisoformat(str(raw)),
    "text": str,
    "table": _table,
}


def _overrides(key: str) -> list[tuple[str, date, Any]]:
    held = _held.get()
    if held is None:
        return list(PolicyValue.objects.filter(key=key).values_list("hotel_code", "effective_from", "value"))
    if not held:
        held[""] = []
        for name, hotel, start, value in PolicyValue.objects.values_list(
            "key", "hotel_code", "effective_from", "value"
        ):
            held.setdefault(name, []).append((hotel, start, value))
    return held.get(key, [])


@contextmanager
def policies_held() -> Iterator[None]:
    """Within, all overrides are read once: one query for a request instead of one for each look-up."""
    token = _held.set({})
    try:
        yield
    finally:
        _held.reset(token)


def departures(hotel_code: str, on: date) -> dict[str, PolicyValue]:
    """By key, the row whose value holds at a hotel on a day; what has none holds as shipped."""
    rows = PolicyValue.objects.filter(hotel_code__in=["", hotel_code], effective_from__lte=on)
    latest = {(one.key, one.hotel_code): one for one in rows.order_by("effective_from")}
    found = {key: one for (key, code), one in latest.items() if not code and one.value is not None}
    return found | {key: one for (key, code), one in latest.items() if code and one.value is not None}


def plain(value: Any) -> Any:
    """A policy value as JSON can hold it."""
    return str(value) if isinstance(value, (Decimal, time)) else value


@command
def set_policy(
    *,
    actor: Actor,
    key: str,
    value: Any,
    hotel_code: str,
    effective_from: date,
    reason: str = "",
    source: str = "",
    seen: tuple[Any, ...] | None = None,
) -> PolicyValue:
    """Override a policy for one hotel (or, with an empty code, all) from a day on. Refuses unknown keys and insane values.

    `source` is the record that lays the value down (POL-01); empty for a change outside of any document. `seen` is what
    stood for that very day when the change was decided, none or one value: another one since is not overwritten (ACC-10).
    """
    policy = known_policy(key)
    parsed = policy.accept(value)
    note = {"set_by": actor.code, "reason": reason[:200], "source": source}
    return _write(policy, plain(parsed), hotel_code, effective_from, note, seen)


@command
def end_policy(
    *, actor: Actor, key: str, hotel_code: str, effective_from: date, reason: str = "", source: str = ""
) -> PolicyValue:
    """End a hotel's departure from a policy: from that day on the group's word or the shipped value holds again."""
    note = {"set_by": actor.code, "reason": reason[:200], "source": source}
    return _write(known_policy(key), None, hotel_code, effective_from, note)


@command
def take_back_policies(*, actor: Actor, source: str, after: date) -> Any:
    """Take back what a record laid down for days still to come, before any of it held."""
    ahead = PolicyValue.objects.filter(source=source, effective_from__gt=after).order_by("pk")
    rows = list(ahead)
    for row in rows:
        record(row, key=row.key, hotel=row.hotel_code, effective_from=row.effective_from, value=(row.value, None))
    ahead.delete()
    _forget_held()
    return len(rows) or UNCHANGED


def known_policy(key: str) -> Policy[Any]:
    """The policy of this key. Refuses `policy.unknown`."""
    policy = POLICIES.get(key)
    if policy is None:
        raise Refusal("policy.unknown", _("There is no policy value called %(key)s.") % {"key": key}, field="key")
    return policy


def _write(
    policy: Policy[Any],
    value: Any,
    hotel_code: str,
    start: date,
    note: dict[str, str],
    seen: tuple[Any, ...] | None = None,
) -> PolicyValue:
    """Write the one row of a day; of two who write it at once the second finds the first's and knows what it replaces."""
    before = policy.at(hotel_code, start)
    row, created = PolicyValue.objects.select_for_update(no_key=True).get_or_create(
        key=policy.key, hotel_code=hotel_code, effective_from=start, defaults={"value": value, **note}
    )
    _forget_held()
    if not created:
        _refuse_unseen(row, seen)
        before = policy.at(hotel_code, start)
        PolicyValue.objects.filter(pk=row.pk).update(value=value, **note)
        row.refresh_from_db()
        _forget_held()
    elif seen:
        raise Refusal("record.changed_meanwhile", _("What stood for that day was taken back meanwhile."))
    now = value if value is not None else plain(policy.at(hotel_code, start))
    record(
        row,
        key=policy.key,
        hotel=hotel_code,
        effective_from=start,
        value=(plain(before), now),
        reason=note["reason"],
        **({"source": note["source"]} if note["source"] else {}),
    )
    return row


def _refuse_unseen(row: PolicyValue, seen: tuple[Any, ...] | None) -> None:
    if seen is not None and seen != (row.value,):
        raise Refusal(
            "record.changed_meanwhile",
            _("%(who)s set %(value)s for that day meanwhile. Look at the history; save again if yours shall hold.")
            % {"who": row.set_by, "value": "–" if row.value is None else row.value},
            field="value",
        )


def _forget_held() -> None:
    """A change makes what this request has read already stale."""
    held = _held.get()
    if held is not None:
        held.clear()


__all__ = [
    "Column",
    "OPERATOR",
    "POLICIES",
    "Policy",
    "departures",
    "end_policy",
    "known_policy",
    "plain",
    "policies_held",
    "set_policy",
    "take_back_policies",
]
