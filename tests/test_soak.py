"""Long races and load (`make soak`): many people work at once for a while, then the database is asked whether it is still sound.

`ROOMNIGHT_SOAK_SECONDS` says for how long; continuous integration runs it for a short time.
"""

from __future__ import annotations

import os
import random
import threading
import time
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, connections
from django.utils import timezone

from roomnight.activities.commands import cancel_visit, change_plan, log_visit, plan_visit
from roomnight.activities.models import Visit
from roomnight.clients.commands import claim_account, release_account
from roomnight.clients.models import Account, Ownership
from roomnight.kernel import audit
from roomnight.kernel.commands import Machine
from roomnight.kernel.errors import Refusal
from roomnight.kernel.models import AuditEntry
from roomnight.organization.models import Staff

pytestmark = [pytest.mark.soak, pytest.mark.timeout(3600), pytest.mark.django_db(transaction=True)]
SECONDS = float(os.environ.get("ROOMNIGHT_SOAK_SECONDS", "120"))
THREADS = 8
PEOPLE = ("chen", "xu", "sun")
SHANGHAI = ZoneInfo("Asia/Shanghai")

OVERLAPS = """
    SELECT a.number, b.number FROM activities_visit a JOIN activities_visit b
        ON a.staff_id = b.staff_id AND a.id < b.id AND a.planned_start < b.planned_end AND b.planned_start < a.planned_end
    WHERE a.id > %s AND b.id > %s AND a.state NOT IN ('cancelled', 'missed') AND b.state NOT IN ('cancelled', 'missed')
"""
DOUBLE_NUMBERS = "SELECT hotel_id, number FROM activities_visit GROUP BY hotel_id, number HAVING count(*) > 1"
STRAY_SLOTS = """
    SELECT s.id FROM activities_visitslot s JOIN activities_visit v ON v.id = s.visit_id WHERE v.state IN ('cancelled', 'missed')
"""
OWNER_OTHER_THAN_HISTORY = """
    SELECT a.id FROM clients_account a LEFT JOIN clients_ownership o ON o.account_id = a.id AND o.ended_at IS NULL
    WHERE a.id = %s AND (o.id IS NULL OR coalesce(o.staff_id, 0) <> coalesce(a.owner_id, 0))
"""


def asked(sql: str, *values: int) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


class Worker:
    """One thread that plans, moves, calls off and logs visits and fights for a client of the pool, by dice of its own."""

    def __init__(self, seed: int, prize: int, until: float) -> None:
        self.rng, self.prize, self.until = random.Random(seed), prize, until
        self.did: Counter[str] = Counter()

    def run(self) -> Counter[str]:
        try:
            while time.monotonic() < self.until:
                act = self.rng.choice([self.plan, self.plan, self.move, self.call_off, self.log, self.fight])
                try:
                    act()
                    self.did[act.__name__] += 1
                except Refusal as refusal:
                    self.did[refusal.code] += 1
            return self.did
        finally:
            connections.close_all()

    def somebody(self) -> Staff:
        return Staff.objects.get(username=self.rng.choice(PEOPLE))

    def account(self, owner: Staff) -> Account:
        return (
            Account.objects.select_related("hotel").filter(hotel__code="lujiazui").order_by("pk")[self.rng.randrange(3)]
        )

    def time_ahead(self) -> datetime:
        day = timezone.now().astimezone(SHANGHAI).date() + timedelta(days=1 + self.rng.randrange(2))
        return datetime(
            day.year, day.month, day.day, 9 + self.rng.randrange(4), 5 * self.rng.randrange(12), tzinfo=SHANGHAI
        )

    def own_visit(self, staff: Staff) -> Visit | None:
        planned = Visit.objects.filter(staff=staff, state="planned", planned_start__gt=timezone.now())
        return planned.select_related("hotel", "account__hotel", "staff").order_by("?").first()

    def plan(self) -> None:
        staff = self.somebody()
        account, start = self.account(staff), self.time_ahead()
        plan_visit(
            actor=Machine(staff.username, "lujiazui"), hotel=account.hotel, account=account, staff=staff, start=start,
            end=start + timedelta(minutes=5 * self.rng.randrange(1, 7)), purpose="return_visit",
        )  # fmt: skip

    def move(self) -> None:
        staff = self.somebody()
        visit = self.own_visit(staff)
        if visit is not None:
            start = self.time_ahead()
            change_plan(
                actor=Machine(staff.username, "lujiazui"), visit=visit, revision=visit.revision, start=start,
                end=start + timedelta(minutes=25),
            )  # fmt: skip

    def call_off(self) -> None:
        staff = self.somebody()
        visit = self.own_visit(staff)
        if visit is not None:
            cancel_visit(actor=Machine(staff.username, "lujiazui"), visit=visit, reason="客户改期")

    def log(self) -> None:
        staff = self.somebody()
        account = self.account(staff)
        end = timezone.now() - timedelta(minutes=self.rng.randrange(5, 60 * 24 * 20))
        log_visit(
            actor=Machine(staff.username, "lujiazui"), hotel=account.hotel, account=account, staff=staff,
            submission_key=uuid.UUID(int=self.rng.getrandbits(128), version=4), met_from=end - timedelta(minutes=20), met_to=end,
            purpose="return_visit", result="interested", confirmed_how="phone", people_text="王主任",
        )  # fmt: skip

    def fight(self) -> None:
        staff = self.somebody()
        account = Account.objects.select_related("hotel", "owner").get(pk=self.prize)
        actor = Machine(staff.username, "lujiazui")
        if account.owner_id is None:
            claim_account(actor=actor, account=account, staff=staff)
        else:
            release_account(actor=actor, account=account, reason="交回公海")


def seal_meanwhile(stop: threading.Event) -> None:
    """A worker that seals the audit trail while everybody writes."""
    try:
        while not stop.wait(0.2):
            audit.seal()
    finally:
        connections.close_all()


def test_many_people_at_work_leave_a_sound_database(transactional_db):
    prize = Account.objects.filter(hotel__code="lujiazui", owner=None, importance="ordinary").order_by("pk").first()
    assert prize is not None
    last = Visit.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    lines, until, stop = AuditEntry.objects.count(), time.monotonic() + SECONDS, threading.Event()
    sealers = [threading.Thread(target=seal_meanwhile, args=(stop,)) for _ in range(2)]
    for sealer in sealers:
        sealer.start()
    with ThreadPoolExecutor(THREADS) as pool:
        running = [pool.submit(Worker(seed, prize.pk, until).run) for seed in range(THREADS)]
        did = sum((one.result() for one in running), Counter())
    stop.set()
    for sealer in sealers:
        sealer.join()
    print(f"\n{connection.vendor}: {dict(did.most_common())}")  # noqa: T201 (a soak says what it did)
    assert {"plan", "call_off", "log", "visit.overlap"} <= set(did), "the dice reached everything that races"
    assert asked(OVERLAPS, last, last) == []
    assert asked(DOUBLE_NUMBERS) == []
    assert asked(STRAY_SLOTS) == []
    assert asked(OWNER_OTHER_THAN_HISTORY, prize.pk) == []
    assert Ownership.objects.filter(account=prize, ended_at=None).count() == 1
    assert AuditEntry.objects.count() > lines
    while audit.seal():
        pass
    assert audit.verify() == audit.Verdict(AuditEntry.objects.count(), None)
