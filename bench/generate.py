"""The data of the measurements (PERF-01): made up, reproducible from the seed and the day, written in minutes."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from datetime import date

from django.db import transaction

from bench.clients import Keys, Registry, invent
from bench.stays import Stays
from bench.team import build_teams
from bench.work import Work
from bench.writing import settle, unchecked, write
from roomnight.activities.models import FollowUp, Visit
from roomnight.clients.models import Account, Contact, TimelineEntry
from roomnight.kernel.models import Counter
from roomnight.pms.models import Booking

ACCOUNTS, VISITS, FOLLOW_UPS, NIGHTS = 100_000, 400_000, 600_000, 5_000_000
"""At scale 1. Every account has two people on average; visits and follow-ups are the million activities."""


def generate(scale: float, today: date, seed: int = 1, say: Callable[[str], None] = print) -> None:
    """Fill an empty, migrated database with everything at this scale."""
    rng, keys, started = random.Random(seed), Keys(), time.perf_counter()
    teams = build_teams()
    with unchecked(), transaction.atomic():
        for team in teams:
            part = team.share * scale
            clients = invent(rng, keys, team, max(40, round(ACCOUNTS * part)))
            nights, stays = round(NIGHTS * part), Stays(rng, keys, team.hotel.pk, clients, today)
            bookings = stays.write(nights)
            del stays
            Work(rng, keys, team, clients, today).write(round(VISITS * part), round(FOLLOW_UPS * part))
            Registry(rng, keys, team, clients, today).write()
            write(Counter, ("series", "last"), [(f"account:{team.hotel.code}", len(clients))])
            say(
                f"  {team.hotel.code}: {len(clients):,} accounts, {bookings:,} bookings, {time.perf_counter() - started:.0f} s"
            )
    settle(keys.last)


def figures() -> dict[str, int]:
    """What is in the database, in the words of PERF-01."""
    stayed = Booking.objects.filter(status="stayed")
    return {
        "accounts": Account.objects.count(),
        "contacts": Contact.objects.count(),
        "visits": Visit.objects.count(),
        "follow-ups": FollowUp.objects.count(),
        "timeline lines": TimelineEntry.objects.count(),
        "bookings": Booking.objects.count(),
        "stay-nights": sum(nights * stayed.filter(nights=nights).count() for nights in range(1, 6)),
    }
