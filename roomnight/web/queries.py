"""Reads of the shell that are not about one record: figures beside the menu, audit lines, the history of a policy value."""

from __future__ import annotations

from typing import Any

from django.db.models import IntegerField, Q, QuerySet, Subquery, Value

from roomnight.credit.queries.intake import open_refusals
from roomnight.kernel.models import AuditEntry, PolicyValue
from roomnight.kernel.notify import unread_lines
from roomnight.organization.access import Seat
from roomnight.organization.models import Staff
from roomnight.procedures.queries.tasks import open_tasks_of
from roomnight.web.deeds import commands_called, deed_words, field_words, record_words, records_called, value_words

COUNTED_UP_TO = 100


class _Counted(Subquery):
    """How many rows a question has, as a column of another."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS counted)"
    output_field = IntegerField()


def figures_of(seat: Seat) -> dict[str, int]:
    """What stands beside the bell and the menu of every page, each up to a hundred: asked for in one go."""
    wanted: dict[str, Any] = {
        "bell": _capped(unread_lines(seat.code, seat.hotel_code)),
        "tasks": Value(0),
        "charges": Value(0),
    }
    if seat.may("procedures.task"):
        wanted["tasks"] = _capped(open_tasks_of(seat.staff, seat.hotel.pk))
    if seat.may("credit.override", "approve"):
        wanted["charges"] = _capped(open_refusals(seat.hotel.pk))
    found = Staff.objects.filter(pk=seat.staff.pk).values(**wanted).first()
    return found or dict.fromkeys(wanted, 0)


def _capped(rows: QuerySet[Any]) -> _Counted:
    return _Counted(rows.order_by().values("pk")[:COUNTED_UP_TO])


def audit_lines(
    hotel_code: str, *, who: str = "", what: str = "", before: int | None = None, limit: int = 50
) -> list[dict[str, Any]]:
    """Audit lines of a hotel, newest first; `before` is an entry id.

    `who` is a user name, `what` a part of a command or subject, as it is named or in words.
    """
    rows = AuditEntry.objects.filter(hotel_code=hotel_code)
    if who:
        rows = rows.filter(actor=who)
    if what:
        named = Q(command__icontains=what) | Q(subject__icontains=what) | Q(command__in=commands_called(what))
        for label in records_called(what):
            named |= Q(subject__startswith=f"{label}:")
        rows = rows.filter(named)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return [
        {"id": one.pk, "at": one.at, "actor": one.actor, "command": one.command, "subject": one.subject, "origin": one.origin,
         "deed": deed_words(one.command), "record": record_words(one.subject),
         "changes": changes_in_words(one.changes, one.subject)}
        for one in rows.order_by("-pk")[:limit]
    ]  # fmt: skip


def changes_in_words(changes: dict[str, Any] | None, subject: str = "") -> list[dict[str, Any]]:
    """The changes of an entry as rows of (name, old, new), the name in words; a plain value has no old one."""
    found = []
    for name, value in (changes or {}).items():
        is_pair = isinstance(value, list) and len(value) == 2
        found.append(
            {
                "name": field_words(subject, name),
                "old": value_words(value[0]) if is_pair else None,
                "new": value_words(value[1] if is_pair else value),
                "is_pair": is_pair,
            }
        )
    return found


def policy_history(key: str, hotel_code: str) -> list[PolicyValue]:
    """The departures from a policy at this hotel and in the group, newest first."""
    return list(PolicyValue.objects.filter(key=key, hotel_code__in=["", hotel_code]).order_by("-effective_from", "-pk"))
