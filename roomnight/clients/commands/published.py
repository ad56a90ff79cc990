"""What floors above publish down to the client: figures, the last visit, the next thing to do, lines of the timeline."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from django.db import connection
from django.db.models import Q
from django.utils.translation import gettext as _

from roomnight.clients.commands.protection import renew_by_production
from roomnight.clients.models import Account, Contact, TimelineEntry
from roomnight.kernel.commands import UNCHANGED, Actor, command, record
from roomnight.kernel.errors import Refusal
from roomnight.organization.models import Hotel

AT_ONCE: Final = 500


@command
def publish_production(
    *, actor: Actor, hotel: Hotel, as_of: date, figures: Iterable[tuple[int, int, int, Decimal, date | None]]
) -> Any:
    """Set the rolling figures: (account id, nights of 12 months, of the 12 before, revenue of 12 months, last arrival)."""
    rows = [(nights, prior, revenue, last, pk, hotel.pk) for pk, nights, prior, revenue, last in figures]
    if not rows:
        return UNCHANGED
    table = connection.ops.quote_name(Account._meta.db_table)
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE {table} SET room_nights_12m = %s, room_nights_prior_12m = %s, revenue_12m = %s, "  # noqa: S608
            "last_arrival_on = %s WHERE id = %s AND hotel_id = %s",
            rows,
        )
    renewed = renew_by_production(hotel)
    record(hotel, production_published=len(rows), as_of=as_of, **({"protections_renewed": renewed} if renewed else {}))
    return len(rows)


def publish_agreement(account_id: int, until: date | None) -> None:
    """The last day of the client's agreement in force, or None; part of the command above that signs or ends it.

    A client with an agreement must have an owner (OWN-01).
    """
    found = Account.objects.filter(pk=account_id)
    if until is not None:
        found = found.filter(owner__isnull=False)
    if not found.update(agreement_until=until):
        raise Refusal("account.owner_needed", _("A client with an agreement must have an owner."), field="owner")


def publish_credit_grade(account_id: int, grade: str) -> None:
    """The client's credit grade, as its application or its payments gave it; part of the command above that worked it out (CRD-09)."""
    Account.objects.filter(pk=account_id).update(credit_grade=grade)


def publish_grades(
    *, hotel: Hotel, grades: Mapping[int, str], at: datetime, message: str, url: str, actor_name: str, **values: Any
) -> list[int]:
    """Set the grades that a screening gave, by account; part of the command that signs it off. Returns whose grade changed.

    Each of those gets a line of the timeline, whose `message` may name `old` and `new` beside `values`. Who was merged into
    another client since keeps what the record said.
    """
    rows = Account.objects.filter(hotel=hotel, merged_into=None).values_list("pk", "grade")
    old = {pk: grade for pk, grade in rows.iterator(chunk_size=5_000) if pk in grades and grade != grades[pk]}
    for grade in sorted({grades[pk] for pk in old}):
        some = [pk for pk in old if grades[pk] == grade]
        for start in range(0, len(some), AT_ONCE):
            Account.objects.filter(pk__in=some[start : start + AT_ONCE]).update(grade=grade)
    TimelineEntry.objects.bulk_create(
        (
            TimelineEntry(
                account_id=pk, at=at, kind="grade", message=message, url=url, actor_name=actor_name,
                values={**values, "old": before or "–", "new": grades[pk]},
            )
            for pk, before in old.items()
        ),
        batch_size=AT_ONCE,
    )  # fmt: skip
    return list(old)


def publish_visit(account_id: int, on: date) -> None:
    """The client was visited; part of the visit's own command, which leaves the audit line."""
    Account.objects.filter(Q(last_visit_on=None) | Q(last_visit_on__lt=on), pk=account_id).update(last_visit_on=on)


def publish_next_action(account_id: int, on: date | None, what: str) -> None:
    """What is to be done next with the client, shown in lists; part of a command above."""
    Account.objects.filter(pk=account_id).update(next_action_on=on, next_action=what[:120])


def write_timeline(
    *, account: Account, at: datetime, kind: str, message: str, contact: Contact | None = None, note: str = "", url: str = "",
    actor_name: str = "", **values: Any,
) -> TimelineEntry:  # fmt: skip
    """Add a line to the client's timeline; `message` is an English gettext source. Part of a command above."""
    return TimelineEntry.objects.create(
        account=account,
        contact=contact,
        at=at,
        kind=kind,
        message=message,
        values=values,
        note=note,
        url=url,
        actor_name=actor_name,
    )
