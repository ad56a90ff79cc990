"""Reservations in numbers: what every producing client booked in three years, the production it makes, the habits seen in it."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta

from bench.clients import Client, Keys
from bench.writing import Row, write
from roomnight.pms.models import AccountHabit, Booking, ProductionMonth
from roomnight.pms.queries.production import month_after
from roomnight.pms.rules.production import Cell, Counted, Measures, Tally
from roomnight.pms.rules.quiet import habit

DAYS = 3 * 365
OTHERS = 0.30  # the part of the bookings that has neither company nor agent
NIGHTS = (1, 1, 1, 2, 2, 2, 3, 3, 4, 5)
MEAN_NIGHTS = sum(NIGHTS) / len(NIGHTS)
STAYED = 0.89
GONE_QUIET = 0.2
THROUGH_AGENCY = 0.04
FIELDS = (
    "id", "hotel", "source_key", "content", "revenue_cents", "departure", "status", "arrival", "nights", "rate", "booked_on",
    "status_on", "company", "agent", "channel", "segment", "country", "room_type", "room_type_given", "meal", "deposit",
    "customer_type", "adults", "children", "repeated_guest",
)  # fmt: skip
MONTH_FIELDS = ("id", "hotel", "account", "side", "basis", "month", *Measures._fields)
HABIT_FIELDS = (
    "id", "hotel", "account", "side", "stays", "room_nights", "revenue_cents", "arrival_days", "first_arrival", "last_arrival",
    "last_departure", "twice_median_gap",
)  # fmt: skip
SAME = {
    "company": ("Corporate", "Corporate", "CHN", "A", "A", "BB", "No Deposit", "Transient", 1, 0, False),
    "agent": ("TA/TO", "Offline TA/TO", "CHN", "A", "A", "BB", "No Deposit", "Transient-Party", 2, 0, False),
    "": ("Direct", "Direct", "CHN", "A", "B", "BB", "No Deposit", "Transient", 2, 0, False),
}


class Stays:
    """The bookings of one hotel, and what they come to."""

    def __init__(self, rng: random.Random, keys: Keys, hotel_id: int, clients: list[Client], today: date) -> None:
        self.rng, self.keys, self.hotel_id, self.clients, self.today = rng, keys, hotel_id, clients, today
        self.tally = Tally()
        self.seen: dict[tuple[int, str], list[Counted]] = defaultdict(list)
        self.days = [(today - timedelta(days=DAYS - n)) for n in range(DAYS + 20)]

    def write(self, nights: int) -> int:
        """Bookings of about so many nights that were slept; returns how many bookings."""
        written = write(Booking, FIELDS, self._all(int(nights / MEAN_NIGHTS / STAYED)))
        write(AccountHabit, HABIT_FIELDS, self._habits())
        changes = self.tally.changes()
        write(ProductionMonth, MONTH_FIELDS, (self._month(cell, figures) for cell, figures in changes.items()))
        self._publish(changes)
        return written

    def _all(self, count: int) -> Iterator[Row]:
        producing = [one for one in self.clients if one.weight]
        agencies = [one.pk for one in producing if one.side == "agent"]
        whole, owed = sum(one.weight for one in producing) or 1.0, 0.0
        for one in producing:
            owed += count * (1 - OTHERS) * one.weight / whole
            mine = int(owed)
            owed -= mine
            yield from self._of_client(one, mine, agencies)
        for _ in range(int(count * OTHERS)):
            yield self._booking(self.days[int(self.rng.random() * len(self.days))], 620, "", None, None)

    def _of_client(self, one: Client, count: int, agencies: list[int]) -> Iterator[Row]:
        rng, last = self.rng, len(self.days)
        if rng.random() < GONE_QUIET:
            last = rng.randrange(last // 3, last - 110)
        rate = rng.randrange(420, 780, 10)
        for place in sorted(int(rng.random() * last) for _ in range(count)):
            company, agent = (one.pk, None) if one.side == "company" else (None, one.pk)
            if company and agencies and rng.random() < THROUGH_AGENCY:
                agent = rng.choice(agencies)
            yield self._booking(self.days[place], rate, one.side, company, agent)

    def _booking(self, arrival: date, rate: int, side: str, company: int | None, agent: int | None) -> Row:
        dice = self.rng.random()
        nights = NIGHTS[int(self.rng.random() * len(NIGHTS))]
        status = "cancelled" if dice < 0.09 else "no_show" if dice < 0.11 and arrival < self.today else "stayed"
        cents = rate * nights * 100
        counted = Counted(company, agent, status, arrival, nights, False, cents)
        self.tally.add(counted)
        if status == "stayed":
            for account, seen_as in ((company, "company"), (agent, "agent")):
                if account is not None:
                    self.seen[account, seen_as].append(counted)
        pk = self.keys.next(Booking)
        departure = (arrival + timedelta(nights)).isoformat()
        return (
            pk, self.hotel_id, f"bench:{pk:09d}", f"{pk:032x}", cents, departure, status, arrival.isoformat(), nights, str(rate),
            (arrival - timedelta(int(dice * 40))).isoformat(), departure, company, agent, *SAME[side],
        )  # fmt: skip

    def _habits(self) -> Iterator[Row]:
        for (account, side), stays in self.seen.items():
            days = sorted({stay.arrival for stay in stays})
            found = habit(days)
            yield (
                self.keys.next(AccountHabit), self.hotel_id, account, side, len(stays), sum(stay.nights for stay in stays),
                sum(stay.revenue_cents for stay in stays), len(days), days[0].isoformat(), days[-1].isoformat(),
                max(stay.arrival + timedelta(stay.nights) for stay in stays).isoformat(), found.twice_median_gap,
            )  # fmt: skip

    def _month(self, cell: Cell, figures: Measures) -> Row:
        key = self.keys.next(ProductionMonth)
        return (key, self.hotel_id, cell.account, cell.side, cell.basis, cell.month.isoformat(), *figures)

    def _publish(self, changes: dict[Cell, Measures]) -> None:
        """The rolling figures of every client, as lists show them."""
        this = self.today.replace(day=1)
        start, before = month_after(this, -11), month_after(this, -23)
        by_pk = {one.pk: one for one in self.clients}
        for cell, figures in changes.items():
            one = by_pk[cell.account]
            if cell.basis == "arrival" and start <= cell.month <= this:
                one.nights_12m += figures.room_nights
                one.cents_12m += figures.room_revenue_cents
            elif cell.basis == "arrival" and before <= cell.month < start:
                one.prior_12m += figures.room_nights
        for (account, _side), stays in self.seen.items():
            last = max(stay.arrival for stay in stays)
            by_pk[account].last_arrival = last if last <= self.today else None
