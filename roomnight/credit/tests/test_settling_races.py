"""Many at once about what is owed, with real threads, and a worker that is killed: everything happens once (CRD-04, CRD-06…08)."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections
from django.utils import timezone

from roomnight.clients.commands import merge_accounts, register_account
from roomnight.clients.models import Account
from roomnight.credit.commands import (
    adjust,
    climb_ladder,
    draw_up_statements,
    escalate_disputes,
    hold_overdue,
    make_letter,
    open_account,
    resolve_dispute,
    reverse,
    take_payment,
    take_step,
)
from roomnight.credit.jobs import take_from_pms
from roomnight.credit.models import (
    CreditAccount,
    Dispute,
    DunningLetter,
    DunningStep,
    Hold,
    LedgerLine,
    Posting,
    Statement,
)
from roomnight.credit.queries.checking import differences
from roomnight.credit.tests.test_races import OFF, asked
from roomnight.kernel.commands import SYSTEM, UNCHANGED
from roomnight.kernel.errors import Refusal
from roomnight.kernel.models import Deed, Notification
from roomnight.kernel.undo import undo
from roomnight.pms.models import FolioLine, Party, Payment

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("at_work_ticking"),
]
TODAY = date(2026, 11, 18)
AT_ONCE = 12
ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def credit(world):
    return CreditAccount.objects.select_related("hotel", "account__hotel", "responsible").get(account=world.huaxing)


def together(do: Callable[[int], Any], threads: int = AT_ONCE) -> Counter[str]:
    """What came of so many who did it at one moment: "done", "left", or why it was refused."""
    gate = threading.Barrier(threads)

    def one(number: int) -> str:
        try:
            gate.wait(timeout=60)
            return "left" if do(number) is UNCHANGED else "done"
        except Refusal as refusal:
            return refusal.code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(threads) as pool:
        return Counter(pool.map(one, range(threads)))


def sound(hotel):
    assert asked(OFF) == []
    assert list(differences(hotel)) == []


@pytest.mark.rule("CRD-07")
def test_a_dispute_is_resolved_once_and_corrected_once(world, credit):
    line = credit.lines.filter(kind="charge", open_cents__gt=0).latest("pk")
    dispute = Dispute.objects.select_related("credit").get(credit=credit)
    Dispute.objects.filter(pk=dispute.pk).update(line=line)
    seats = [world.seat(who) for who in ("cao", "lin", "chen")]

    def resolve(number):
        return resolve_dispute(
            actor=seats[number % 3], dispute=dispute, revision=dispute.revision, outcome="partly", resolution=f"第 {number} 人处理",
            correction="adjust", amount=Decimal(100),
        )  # fmt: skip

    did = together(resolve)
    assert did["done"] == 1 and sum(did.values()) == AT_ONCE and set(did) <= {"done", "credit.resolved"}
    assert LedgerLine.objects.filter(credit=credit, kind="adjustment").count() == 1
    sound(credit.hotel)


@pytest.mark.rule("CRD-07")
def test_a_late_dispute_goes_up_one_step_once(world, credit):
    Dispute.objects.exclude(credit=credit).update(resolved_at=timezone.now(), outcome="hotel_right")
    before = Notification.objects.filter(is_urgent=True, recipient="lin").count()
    now = Dispute.objects.get(credit=credit).next_step_at + timedelta(minutes=1)
    did = together(lambda _number: escalate_disputes(actor=SYSTEM, hotel=credit.hotel, now=now))
    one = Dispute.objects.get(credit=credit)
    assert (did, one.level, one.assigned_to) == (Counter(done=1, left=AT_ONCE - 1), 1, world.lin)
    assert Notification.objects.filter(is_urgent=True, recipient="lin").count() == before + 1


@pytest.mark.rule("CRD-06")
def test_runs_of_statements_at_once_put_every_line_on_one(world, credit):
    hotel, day = credit.hotel, date(2026, 12, 2)
    for name in range(20):
        account = register_account(actor=SYSTEM, hotel=hotel, name=f"客户 {name}", owner=world.chen)
        one = open_account(
            actor=world.seat("lin"), account=account, limit=Decimal(9000), reason="x", responsible=world.chen
        )
        for amount in (100, 250, -30):
            adjust(actor=world.seat("cao"), credit=one, amount=Decimal(amount), reason="期初")
    keys = list(CreditAccount.objects.filter(hotel=hotel).values_list("pk", flat=True))
    before = Statement.objects.count()

    def run(_number):
        return draw_up_statements(actor=SYSTEM, hotel=hotel, on=day, accounts=keys)

    together(run)
    run(0)  # who was locked while somebody else ran has its turn
    made = Statement.objects.filter(credit__in=keys, ends_on=date(2026, 11, 30))
    assert Statement.objects.count() - before == made.count() >= 20
    off = """
        SELECT s.id FROM credit_statement s LEFT JOIN credit_ledgerline l ON l.statement_id = s.id
        GROUP BY s.id HAVING s.charges_cents + s.credits_cents <> coalesce(sum(l.amount_cents), 0) OR s.line_count <> count(l.id)
    """
    assert (
        asked(off) == []
        and LedgerLine.objects.filter(credit__in=keys, statement=None, on__lte=date(2026, 11, 30)).count() == 0
    )
    sound(hotel)


@pytest.mark.rule("CRD-08")
def test_workers_that_dun_at_once_take_each_step_once(world, credit):
    DunningLetter.objects.all().delete()
    DunningStep.objects.all().delete()
    Dispute.objects.all().delete()
    day = credit.lines.filter(open_cents__gt=0).order_by("due_on").first().due_on + timedelta(days=61)
    owing = CreditAccount.objects.filter(hotel=credit.hotel, balance_cents__gt=0).count()
    told = Notification.objects.count()
    did = together(lambda _number: climb_ladder(actor=SYSTEM, hotel=credit.hotel, on=day))
    assert did["done"] >= 1 and DunningStep.objects.filter(credit__hotel=credit.hotel).count() == owing
    assert Notification.objects.count() == told + owing
    together(lambda _number: hold_overdue(actor=SYSTEM, hotel=credit.hotel, on=day))
    assert Hold.objects.filter(credit__hotel=credit.hotel, kind="overdue", released_at=None).count() == owing
    step = DunningStep.objects.select_related("credit__hotel").get(credit=credit)
    did = together(
        lambda number: make_letter(actor=world.seat("cao"), step=step, language=("en", "zh-hans")[number % 2]), 4
    )
    assert did == Counter(done=2, left=2)
    numbers = list(DunningLetter.objects.values_list("number", flat=True))
    assert len(set(numbers)) == len(numbers) == 2
    given = {"step": step, "how": "post", "spoken_to": "财务部", "note": "已寄"}
    did = together(lambda _number: take_step(actor=world.seat("cao"), **given))
    assert did == Counter({"done": 1, "credit.done": AT_ONCE - 1})


@pytest.mark.rule("CRD-04")
def test_payments_and_reversals_while_the_client_is_merged_and_parted(world, credit):
    """Whoever waited for the lock finds the account where it is now."""
    lin, cao = world.seat("lin"), world.seat("cao")
    other = register_account(actor=SYSTEM, hotel=credit.hotel, name="华星物业", owner=world.chen)
    theirs = open_account(actor=lin, account=other, limit=Decimal(9000), reason="x", responsible=world.chen)
    adjust(actor=cao, credit=theirs, amount=Decimal(8000), reason="期初")
    is_over, failed = threading.Event(), list[BaseException]()

    def hand():
        try:
            while not is_over.is_set():
                winner, loser = Account.objects.get(pk=credit.account_id), Account.objects.get(pk=other.pk)
                merge_accounts(actor=lin, winner=winner, loser=loser, revisions=(winner.revision, loser.revision))
                undo(actor=lin, deed=Deed.objects.filter(kind="clients.merge").latest("pk"))
        except BaseException as error:
            failed.append(error)
        finally:
            connections.close_all()

    def pay(number):
        for turn in range(12):
            one = CreditAccount.objects.select_related("hotel", "account__hotel").get(pk=theirs.pk)
            line = take_payment(
                actor=cao, credit=one, amount=Decimal(10 + number), on=TODAY, reference=f"R-{number}-{turn}"
            )
            fresh = LedgerLine.objects.select_related("hotel", "credit__account").get(pk=line.pk)
            reverse(actor=cao, line=fresh, reason="退票")

    thread = threading.Thread(target=hand)
    thread.start()
    try:
        did = together(pay, 6)
    finally:
        is_over.set()
        thread.join(timeout=60)
    assert (did, failed) == (Counter(done=6), [])
    theirs.refresh_from_db()
    assert theirs.balance == Decimal(8000)
    sound(credit.hotel)


KILLED = """
import django, sys
django.setup()
import time_machine
time_machine.travel("2026-11-18T09:00:00+08:00").start()
from roomnight.credit import jobs
taken = jobs.take_folio_line
def told(**given):
    done = taken(**given)
    print("taken", flush=True)
    return done
jobs.take_folio_line = told
jobs.take_from_pms.call(int(sys.argv[1]))
"""


@pytest.mark.rule("CRD-04")
def test_a_worker_killed_in_the_middle_leaves_nothing_half_written(world, credit, tmp_path):
    hotel = credit.hotel
    party = Party.objects.create(hotel=hotel, side="company", code="C-77", name="华星", account=credit.account)
    given = {"hotel": hotel, "party": party, "currency": "CNY", "content": "1"}
    FolioLine.objects.bulk_create(
        FolioLine(source_key=f"x:{n}", business_date=TODAY, revenue_kind="food", amount_cents=1_000, reference=f"F-{n}",
                  on_city_ledger=True, **given)
        for n in range(120)
    )  # fmt: skip
    Payment.objects.bulk_create(
        Payment(source_key=f"p:{n}", paid_on=TODAY, amount_cents=500, reference=f"P-{n}", **given) for n in range(10)
    )
    before = credit.balance
    environment = {
        **os.environ,
        "ROOMNIGHT_DATABASE_URL": os.environ["ROOMNIGHT_DATABASE_URL"].replace(
            "/roomnight?", f"/{connection.settings_dict['NAME']}?"
        ),
        "ROOMNIGHT_DATA_DIR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "roomnight.settings",
    }
    worker = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(hotel.pk)], cwd=ROOT, env=environment, text=True, stdout=subprocess.PIPE
    )
    assert worker.stdout is not None
    assert [worker.stdout.readline() for _n in range(40)] == ["taken\n"] * 40
    worker.send_signal(signal.SIGKILL)
    worker.wait(timeout=20)
    taken = Posting.objects.filter(folio__party=party).count()
    assert 40 <= taken < 120
    assert LedgerLine.objects.filter(credit=credit, source="pms").count() == taken
    sound(hotel)
    assert take_from_pms.call(hotel.pk) == 130 - taken
    assert take_from_pms.call(hotel.pk) == 0
    credit.refresh_from_db()
    assert credit.balance == before + 120 * 10 - 10 * 5
    assert Posting.objects.filter(folio__party=party).count() == 120
    sound(hotel)
