"""Measuring the search for stays booked elsewhere: a month of arrivals compared with the agreement clients (AGR-07)."""

from __future__ import annotations

import statistics
from datetime import date, timedelta

from django.db.models import F
from django.utils import timezone

from bench.measure import Bench, Line, in_turn, p95, queries_of
from roomnight.agreements.models import Agreement, State
from roomnight.agreements.queries.leaks import Finder, Proposal, arriving
from roomnight.clients.models import Account
from roomnight.pms.models import Booking

CLIENTS, MONTH, EVERY, RUNS = 1_000, 30, 5, 3


def prepare(bench: Bench, today: date) -> None:
    """A thousand clients with an agreement; every reservation of the month without a client says a company, one in five of
    them a client's."""
    hotel, first = bench.office.hotel, today - timedelta(days=MONTH)
    if Agreement.objects.filter(hotel=hotel).exists():
        return
    owned = Account.objects.filter(hotel=hotel, owner__isnull=False, kind="corporate").order_by("pk")[:CLIENTS]
    clients = list(owned.values_list("pk", "name", "owner"))
    year = timedelta(days=365)
    Agreement.objects.bulk_create(
        Agreement(
            hotel=hotel, account_id=pk, number=f"XY-BENCH-{pk}", kind="cash", state=State.EFFECTIVE, responsible_id=owner,
            client_name=name, starts_on=today - year, ends_on=today, holds_until=today, signed_at=timezone.now(),
        )
        for pk, name, owner in clients
    )  # fmt: skip
    stays = list(
        Booking.objects.filter(hotel=hotel, company=None, agent=None, arrival__gte=first, arrival__lte=today).order_by(
            "pk"
        )
    )
    for place, one in enumerate(stays):
        one.trace = 1
        one.guest_company = clients[place % len(clients)][1] if place % EVERY == 0 else f"外地{place}贸易有限公司"
    Booking.objects.bulk_update(stays, ["trace", "guest_company"], batch_size=500)


def leaks(bench: Bench) -> Line:
    """Reading and comparing a month's arrivals, beside reading the same rows and nothing else."""
    hotel, today = bench.office.hotel, timezone.localdate()
    prepare(bench, today)
    first = today - timedelta(days=MONTH)

    def look() -> list[Proposal]:
        finder = Finder(hotel, today)
        return [one for part in arriving(hotel, first, today) for one in finder.look(part)]

    def read() -> int:
        rows = Booking.objects.filter(hotel=hotel, trace__isnull=False, arrival__gte=first, arrival__lte=today)
        return len(rows.annotate(name=F("company_party__name")).values_list("pk", "arrival", "guest_company", "name"))

    ours, least = in_turn(look, read, min(bench.runs, RUNS))
    name = f"stays booked elsewhere, a month of arrivals ({read():,} looked at, {len(look()):,} found)"
    return Line(name, statistics.median(ours), p95(ours), statistics.median(least), queries_of(look))
