"""Stays that were booked elsewhere: noting what was found, and what people say of it (AGR-07)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import asdict
from typing import Any

from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from roomnight.agreements.models import HELD, Agreement, Leak, LeakSearch, LeakState
from roomnight.agreements.queries.leaks import Proposal
from roomnight.kernel.commands import UNCHANGED, Actor, command, record, record_many
from roomnight.kernel.errors import Refusal
from roomnight.kernel.notify import notify
from roomnight.kernel.numbering import next_value
from roomnight.organization.models import Hotel, Staff

BATCH = 500


@command
def note_leaks(
    *, actor: Actor, hotel: Hotel, looked_at: Collection[int], found: Sequence[Proposal], up_to: int | None = None
) -> Any:
    """Keep what a search found among the reservations it looked at (AGR-07). What somebody decided on is left alone, what
    nothing speaks for any more is no longer proposed. `up_to` says how far the search for new ones has come."""
    next_value(f"agreements-leaks:{hotel.code}")
    known = {(one.booking_id, one.account_id): one for one in Leak.objects.filter(booking__in=list(looked_at))}
    fresh, again = [], []
    for one in found:
        evidence = [asdict(part) for part in one.evidence]
        values = {
            "points": one.points, "evidence": evidence, "arrival": one.arrival, "booking_number": one.number,
            "kinds": "".join(f",{kind}" for kind in dict.fromkeys(part.kind for part in one.evidence)) + ",",
        }  # fmt: skip
        kept = known.pop((one.booking, one.account), None)
        if kept is None:
            fresh.append(Leak(hotel=hotel, account_id=one.account, booking_id=one.booking, **values))
        elif kept.state == LeakState.OPEN and (kept.evidence, kept.arrival) != (evidence, one.arrival):
            for name, value in values.items():
                setattr(kept, name, value)
            again.append(kept)
    gone = [one.pk for one in known.values() if one.state == LeakState.OPEN]
    Leak.objects.bulk_create(fresh, batch_size=BATCH)
    Leak.objects.bulk_update(again, ["points", "evidence", "arrival", "booking_number", "kinds"], batch_size=BATCH)
    Leak.objects.filter(pk__in=gone, state=LeakState.OPEN).delete()
    if up_to is not None:
        LeakSearch.objects.update_or_create(hotel=hotel, defaults={"trace": up_to})
    if not (fresh or again or gone):
        return UNCHANGED
    record(hotel, stays_found=len(fresh), stays_found_again=len(again), stays_no_longer=len(gone))
    return fresh


@command
def accept_leaks(*, actor: Actor, leaks: Collection[Leak], staff: Staff, note: str = "") -> Any:
    """These stays are the client's and count towards what it promised (AGR-07). What somebody has decided on meanwhile, or
    given to another client, stays as it is; refused where that is all of them."""
    wanted = _undecided(leaks)
    taken = set(
        Leak.objects.filter(booking__in=[one.booking_id for one in wanted], state=LeakState.ACCEPTED).values_list(
            "booking", flat=True
        )
    )
    mine: dict[int, Leak] = {}
    for one in wanted:
        if one.booking_id not in taken:
            mine.setdefault(one.booking_id, one)
    return _decide(list(mine.values()), LeakState.ACCEPTED, staff, note)


@command
def refuse_leaks(*, actor: Actor, leaks: Collection[Leak], staff: Staff, note: str = "") -> Any:
    """These stays are not the client's; they are not brought up again for it (AGR-07)."""
    return _decide(_undecided(leaks), LeakState.REFUSED, staff, note)


@command
def reopen_leaks(*, actor: Actor, leaks: Collection[Leak]) -> Any:
    """Take back what was said of these stays; they are to be decided on once more."""
    found = Leak.objects.select_for_update().filter(pk__in=[one.pk for one in leaks]).exclude(state=LeakState.OPEN)
    rows = list(found.order_by("pk"))
    if not rows:
        raise Refusal("leak.open", _("There is nothing to take back: these stays are undecided."))
    lines = []
    for one in rows:
        lines.append((one, {"state": (one.state, LeakState.OPEN), "note": (one.note, "")}))
        one.state, one.decided_by, one.decided_at, one.note = LeakState.OPEN, None, None, ""
    Leak.objects.bulk_update(rows, ["state", "decided_by", "decided_at", "note"])
    record_many(lines)
    return rows


def _undecided(leaks: Collection[Leak]) -> list[Leak]:
    """Those of them on which nobody has decided, as they are now; nobody else decides on them until this is over."""
    hotels = {one.hotel_id for one in leaks}
    for code in sorted(Hotel.objects.filter(pk__in=hotels).values_list("code", flat=True)):
        next_value(f"agreements-leaks:{code}")
    found = Leak.objects.filter(pk__in=[one.pk for one in leaks], state=LeakState.OPEN)
    return list(found.order_by("-points", "pk"))


def _decide(leaks: list[Leak], state: LeakState, staff: Staff, note: str) -> list[Leak]:
    if not leaks:
        raise Refusal("leak.decided", _("Somebody has decided on this meanwhile."))
    now = timezone.now()
    for one in leaks:
        one.state, one.decided_by, one.decided_at, one.note = state, staff, now, note.strip()
    Leak.objects.bulk_update(leaks, ["state", "decided_by", "decided_at", "note"])
    record_many((one, {"state": (LeakState.OPEN, state), "note": one.note}) for one in leaks)
    return leaks


@command
def tell_of_leaks(*, actor: Actor, hotel: Hotel) -> Any:
    """Each representative hears once how many stays wait for a decision that were not spoken of yet (AGR-07)."""
    fresh = Leak.objects.filter(hotel=hotel, state=LeakState.OPEN, is_told=False)
    fresh = fresh.exclude(Q(booking__company=F("account")) | Q(booking__agent=F("account")))
    rows = list(fresh.values_list("pk", "account", "account__owner"))
    if not rows:
        return UNCHANGED
    latest = Agreement.objects.filter(account__in={row[1] for row in rows}, state__in=HELD).order_by("starts_on", "pk")
    responsible = dict(latest.values_list("account", "responsible"))
    counts = Counter(responsible.get(account, owner) for _pk, account, owner in rows)
    people = Staff.objects.filter(is_active=True).in_bulk([one for one in counts if one is not None])
    for pk, person in sorted(people.items()):
        notify(
            person.username,
            gettext_noop("Booked elsewhere, likely your agreement clients': %(count)s stays to look at."),
            hotel_code=hotel.code, url=f"/h/{hotel.code}/agreements/leaks/", count=counts[pk],
        )  # fmt: skip
    Leak.objects.filter(pk__in=[row[0] for row in rows]).update(is_told=True)
    record(hotel, stays_told=len(rows), people=len(people))
    return len(people)
