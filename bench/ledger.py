"""Measuring credit: a charge at sixteen clients at once, the statements of a month, and the ageing of all that is open (CRD-05, CRD-06, CRD-08)."""

from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection, connections, transaction
from django.utils import timezone

from bench.measure import Bench, Line, in_turn, p95, queries_of
from roomnight.agreements.models import Agreement, State
from roomnight.clients.models import Account
from roomnight.credit.commands import Bill, charge, draw_up_statements
from roomnight.credit.models import CreditAccount, LedgerLine, Source, Statement
from roomnight.credit.queries.ageing import ageing_rows, figures
from roomnight.credit.queries.periods import accounts_to_state
from roomnight.kernel.commands import Machine
from roomnight.organization.models import Hotel

ACCOUNTS, EACH, AT_ONCE, CHARGES = 5_000, 200, 16, 20
SERIES = "GZ-BENCH-"
COLUMNS = (
    "hotel_id, credit_id, kind, \"on\", due_on, amount_cents, balance_cents, revenue_kind, department, reference, description, "
    "method, signed_by, source, source_key, override, entered_by, entered_at, open_cents"
)  # fmt: skip


def prepare(bench: Bench, scale: float, today: date) -> tuple[Hotel, int]:
    """As many clients with an account and two hundred charges each, spread over the last two months; one in four is settled."""
    hotel = bench.office.hotel
    begin = today.replace(day=1) - timedelta(days=1)
    if not CreditAccount.objects.filter(hotel=hotel, number__startswith=SERIES).exists():
        owned = Account.objects.filter(hotel=hotel, owner__isnull=False, credit_accounts=None, merged_into=None)
        clients = list(owned.order_by("pk").values_list("pk", "name", "owner")[: max(AT_ONCE, round(ACCOUNTS * scale))])
        with transaction.atomic():
            Agreement.objects.bulk_create([
                Agreement(
                    hotel=hotel, account_id=pk, number=f"XY-CREDIT-{pk}", kind="credit_account", state=State.EFFECTIVE,
                    responsible_id=owner, client_name=name, starts_on=today - timedelta(days=300), ends_on=today + timedelta(days=60),
                    holds_until=today + timedelta(days=60), signed_at=timezone.now(), effective_at=timezone.now(),
                    settlement="monthly", payment_days=30,
                )
                for pk, name, owner in clients
            ], batch_size=500)  # fmt: skip
            CreditAccount.objects.bulk_create([
                CreditAccount(
                    hotel=hotel, account_id=pk, number=f"{SERIES}{pk}", responsible_id=owner, limit_cents=10**12,
                    opened_on=today - timedelta(days=200),
                )
                for pk, _name, owner in clients
            ], batch_size=500)  # fmt: skip
            with connection.cursor() as cursor:
                _fill(cursor, hotel, begin)
    return hotel, LedgerLine.objects.filter(hotel=hotel, credit__number__startswith=SERIES).count()


def _fill(cursor: Any, hotel: Hotel, begin: date) -> None:
    """The lines in one statement, and the balances in another."""
    is_server = connection.vendor == "postgresql"
    numbers = (
        f"SELECT g AS n FROM generate_series(0, {EACH - 1}) g" if is_server
        else f"WITH RECURSIVE c(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM c WHERE n < {EACH - 1}) SELECT n FROM c"
    )  # fmt: skip
    day = "(%s::date - (n.n * 60 / {0})::int)" if is_server else "date(%s, '-' || (n.n * 60 / {0}) || ' days')"
    due = "(%s::date - (n.n * 60 / {0})::int + 30)" if is_server else "date(%s, (30 - n.n * 60 / {0}) || ' days')"
    cursor.execute(
        f"INSERT INTO credit_ledgerline ({COLUMNS}) "  # noqa: S608
        f"SELECT c.hotel_id, c.id, 'charge', {day.format(EACH)}, {due.format(EACH)}, 10000 + n.n, 0, 'food', '', "
        "'B-' || c.id || '-' || n.n, '', '', '', 'pms', '', '', 'bench', %s, CASE WHEN n.n %% 4 = 0 THEN 0 ELSE 10000 + n.n END "
        f"FROM credit_creditaccount c CROSS JOIN ({numbers}) n WHERE c.hotel_id = %s AND c.number LIKE '{SERIES}%%'",
        [begin.isoformat(), begin.isoformat(), timezone.now(), hotel.pk],
    )
    cursor.execute(
        "UPDATE credit_creditaccount SET balance_cents = (SELECT sum(open_cents) FROM credit_ledgerline l WHERE "
        f"l.credit_id = credit_creditaccount.id) WHERE hotel_id = %s AND number LIKE '{SERIES}%%'",  # noqa: S608
        [hotel.pk],
    )
    if is_server:
        cursor.execute("ANALYZE credit_ledgerline")


# ---- charging


def at_once(do: Callable[[int], object]) -> list[float]:
    """What each of sixteen waited for each of its deeds, in milliseconds."""
    connections.close_all()  # the pool lends sixteen: this thread's is one of them
    gate = threading.Barrier(AT_ONCE)

    def work(place: int) -> list[float]:
        try:
            do(place)
            gate.wait(timeout=120)
            times = []
            for _turn in range(CHARGES):
                started = time.perf_counter()
                do(place)
                times.append((time.perf_counter() - started) * 1000)
            return times
        finally:
            connections.close_all()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return [one for part in pool.map(work, range(AT_ONCE)) for one in part]


def charging(hotel: Hotel, today: date) -> Line:
    """Sixteen tills, each with a client of its own, beside one locked update of the balance."""
    rows = list(CreditAccount.objects.filter(hotel=hotel, number__startswith=SERIES).order_by("pk")[:AT_ONCE])
    actor, run = Machine("bench", hotel.code), time.time_ns()
    clients = {one.pk: Account.objects.select_related("hotel").get(pk=one.account_id) for one in rows}
    turns = [0] * AT_ONCE
    locked = " FOR NO KEY UPDATE" if connection.vendor == "postgresql" else ""

    def bill(place: int) -> Bill:
        turns[place] += 1
        reference = f"T-{run}-{place}-{turns[place]}"
        return Bill(
            Decimal("1.00"), today, "food", "bench", reference, source=Source.PMS, source_key=f"bench:{reference}"
        )

    def ours(place: int) -> None:
        charge(actor=actor, account=clients[rows[place].pk], bill=bill(place))

    def least(place: int) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM credit_creditaccount WHERE id = %s" + locked, [rows[place].pk])
            cursor.execute(
                "UPDATE credit_creditaccount SET balance_cents = balance_cents + 1 - 1 "
                "WHERE id = %s AND balance_cents + pending_cents + 100 <= limit_cents",
                [rows[place].pk],
            )

    mine, theirs = at_once(ours), at_once(least)
    name = f"authorise and enter a charge, {AT_ONCE} clients at once"
    return Line(name, statistics.median(mine), p95(mine), statistics.median(theirs), queries_of(lambda: ours(0)))


# ---- the statements of a month


def statements(hotel: Hotel, today: date, lines: int) -> Line:
    """One run of all accounts, beside one aggregate and one update of the same lines; both are taken back."""
    actor = Machine("bench", hotel.code)

    def run() -> int:
        made = 0
        for keys in accounts_to_state(hotel):
            found = draw_up_statements(actor=actor, hotel=hotel, on=today, accounts=keys)
            made += len(found) if isinstance(found, list) else 0
        return made

    last = today.replace(day=1) - timedelta(days=1)

    def least() -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT credit_id, sum(amount_cents), count(*) FROM credit_ledgerline WHERE hotel_id = %s AND statement_id IS NULL "
                'AND "on" <= %s GROUP BY credit_id',
                [hotel.pk, last],
            )
            known = cursor.fetchall()
            Statement.objects.bulk_create([
                Statement(
                    credit_id=pk, number=f"F-{pk}", starts_on=last, ends_on=last, due_on=last, opening_cents=0, charges_cents=total,
                    credits_cents=0, closing_cents=total, line_count=count, drawn_at=timezone.now(), drawn_by="bench",
                )
                for pk, total, count in known
            ], batch_size=500)  # fmt: skip
            cursor.execute(
                "UPDATE credit_ledgerline SET statement_id = (SELECT s.id FROM credit_statement s WHERE s.credit_id = "
                'credit_ledgerline.credit_id AND s.ends_on = %s) WHERE hotel_id = %s AND statement_id IS NULL AND "on" <= %s',
                [last, hotel.pk, last],
            )

    mine, made = taken_back(run)
    theirs, _none = taken_back(least)
    return Line(f"statements of a month, {made:,} accounts, {lines:,} lines", mine, mine, theirs)


def taken_back(work: Callable[[], Any]) -> tuple[float, Any]:
    """How long it takes, and what it says; nothing of it stays."""
    with transaction.atomic():
        started = time.perf_counter()
        said = work()
        took = (time.perf_counter() - started) * 1000
        transaction.set_rollback(True)
    return took, said


# ---- the ageing


def ageing(bench: Bench, hotel: Hotel, today: date, lines: int) -> Line:
    """The page's hundred longest overdue with the hotel's figures, beside one aggregate of the open lines."""
    everything = CreditAccount.objects.filter(hotel=hotel)

    def look() -> object:
        return figures(hotel, None, today), ageing_rows(hotel, everything, today, "late", 101)

    def least() -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT credit_id, sum(CASE WHEN due_on >= %s THEN open_cents ELSE 0 END), "
                "sum(CASE WHEN due_on < %s THEN open_cents ELSE 0 END) AS late FROM credit_ledgerline "
                "WHERE hotel_id = %s AND open_cents <> 0 GROUP BY credit_id ORDER BY late DESC LIMIT 101",
                [today, today, hotel.pk],
            )
            cursor.fetchall()

    ours, theirs = in_turn(look, least, min(bench.runs, 5))
    return Line(
        f"ageing of the hotel, {lines:,} lines",
        statistics.median(ours),
        p95(ours),
        statistics.median(theirs),
        queries_of(look),
    )


def ledger(bench: Bench, scale: float) -> Iterator[Line]:
    """Credit, line by line."""
    today = timezone.localdate()
    hotel, lines = prepare(bench, scale, today)
    yield charging(hotel, today)
    yield ageing(bench, hotel, today, lines)
    yield statements(hotel, today, lines)
