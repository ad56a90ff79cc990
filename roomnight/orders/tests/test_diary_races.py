"""Many book at once, with threads on PostgreSQL and with processes on SQLite: nothing is sold twice (ORD-07).

`ROOMNIGHT_SOAK_SECONDS` says for how long the soak goes on; in continuous integration each does a few deeds only. What came of
it is judged by the hours of the bookings themselves, not by the rows that guard them.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections
from django.db.utils import OperationalError

from roomnight.kernel.commands import SYSTEM, Machine
from roomnight.kernel.errors import Refusal
from roomnight.orders.commands import diary as commands
from roomnight.orders.commands.diary import (
    book_space,
    change_booking,
    confirm_booking,
    expire_options,
    promote_booking,
    release_booking,
)
from roomnight.orders.commands.spaces import add_space
from roomnight.orders.models import BookingState, FunctionSpace, SpaceBooking, SpaceSlot
from roomnight.orders.tests.test_diary import overlaps
from roomnight.organization.models import Hotel, Staff
from tests.world_orders import at

THREADS, PROCESSES = 64, 8
ACTOR = Machine("hu", "lujiazui")
NAMES = ("一号", "二号", "三号", "四号")


def build_halls(hotel: Hotel) -> list[int]:
    """Four halls, two pairs, three in a row, and all of them."""
    made = [add_space(actor=SYSTEM, hotel=hotel, name=name, set_up_minutes=30, tear_down_minutes=15) for name in NAMES]
    for name, parts in (("一二", made[:2]), ("三四", made[2:]), ("一二三", made[:3]), ("全部", made)):
        add_space(actor=SYSTEM, hotel=hotel, name=name, parts=parts)
    return list(FunctionSpace.objects.filter(hotel=hotel, pk__gte=made[0].pk).values_list("pk", flat=True))


class Booker:
    """One thread or process with dice of its own: mostly it books; it also moves, confirms, lets go, waits and takes."""

    def __init__(self, seed: int, halls: list[int], staff: int, deeds: int, until: float) -> None:
        self.rng, self.halls, self.staff, self.deeds, self.until = random.Random(seed), halls, staff, deeds, until
        self.did = Counter[str]()

    def run(self) -> Counter[str]:
        try:
            done = 0
            while done < self.deeds or time.monotonic() < self.until:
                done += 1
                act = self.rng.choice([self.book] * 5 + [self.move] * 3 + [self.confirm, self.release, self.wait, self.take, self.expire])  # fmt: skip
                try:
                    act()
                    self.did[act.__name__] += 1
                except Refusal as refusal:
                    self.did[refusal.code] += 1
            return self.did
        finally:
            connections.close_all()

    def hall(self) -> FunctionSpace:
        return FunctionSpace.objects.select_related("hotel").get(pk=self.rng.choice(self.halls))

    def hours(self) -> dict[str, Any]:
        start = at(10, 8) + timedelta(minutes=5 * self.rng.randrange(200))
        return {"starts_at": start, "ends_at": start + timedelta(minutes=5 * self.rng.randrange(1, 60))}

    def one(self, *states: str) -> SpaceBooking:
        found = SpaceBooking.objects.filter(space__in=self.halls, state__in=states).order_by("?").first()
        if found is None:
            raise Refusal("none", "")
        return found

    def book(self, state: str = "") -> None:
        state = state or self.rng.choice(["option", "definite"])
        by = Staff.objects.get(pk=self.staff)
        book_space(
            actor=ACTOR, space=self.hall(), by=by, title="赛", state=state, option_until=at(2, 0), **self.hours()
        )

    def move(self) -> None:
        one = self.one("option", "definite")
        change_booking(actor=ACTOR, booking=one, revision=one.revision, space=self.hall(), **self.hours())

    def confirm(self) -> None:
        confirm_booking(actor=ACTOR, booking=self.one("option"))

    def release(self) -> None:
        release_booking(actor=ACTOR, booking=self.one("option", "definite", "waiting"), reason="让出")

    def wait(self) -> None:
        self.book(BookingState.WAITING)

    def take(self) -> None:
        promote_booking(actor=ACTOR, booking=self.one("waiting"), state=BookingState.DEFINITE)

    def expire(self) -> None:
        if self.rng.random() < 0.1:
            expire_options(actor=SYSTEM, hotel=Hotel.objects.get(code="lujiazui"), now=at(3, 0))


def sound() -> None:
    """No two bookings hold the same floor at once, and the rows are just what the bookings take."""
    assert overlaps() == []
    held = SpaceBooking.objects.filter(state__in=("option", "definite"))
    parts = {one.pk: max(one.parts.count(), 1) for one in FunctionSpace.objects.all()}
    for one in held:
        assert SpaceSlot.objects.filter(booking=one).count() == parts[one.space_id] * len(one.use.quarters), one.pk
    assert not SpaceSlot.objects.exclude(booking__in=held).exists()


def at_once(bookers: list[Booker]) -> Counter[str]:
    gate = threading.Barrier(len(bookers))

    def go(booker: Booker) -> Counter[str]:
        gate.wait(timeout=120)
        return booker.run()

    with ThreadPoolExecutor(len(bookers)) as pool:
        return sum(pool.map(go, bookers), Counter())


def contended(world: Any, deeds: int, seconds: float) -> Counter[str]:
    halls, until = build_halls(world.lujiazui), time.monotonic() + seconds
    did = at_once([Booker(seed, halls, world.hu.pk, deeds, until) for seed in range(THREADS)])
    sound()
    return did


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("at_work_ticking")
@pytest.mark.rule("ORD-07")
def test_64_threads_book_halls_that_combine(world):
    did = contended(world, 4, 0)
    assert did["book"] and did["move"] and did["space.taken"], did


@pytest.mark.soak
@pytest.mark.postgres
@pytest.mark.timeout(3600)
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("at_work_ticking")
def test_64_threads_for_a_minute(world):
    did = contended(world, 1, float(os.environ.get("ROOMNIGHT_SOAK_SECONDS", "120")) / 2)
    assert did["book"] and did["move"] and did["take"] and did["space.taken"], did


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("at_work_ticking")
@pytest.mark.rule("ORD-07")
def test_the_rows_alone_keep_64_threads_apart(world, monkeypatch):
    """Without the lock that puts bookings in order: the unique rows are the guard, and only one gets the hall."""
    monkeypatch.setattr(commands, "lock_spaces", lambda _keys: None)
    halls = build_halls(world.lujiazui)
    whole = FunctionSpace.objects.get(hotel=world.lujiazui, name="全部").pk

    class One(Booker):
        def run(self) -> Counter[str]:
            try:
                space = FunctionSpace.objects.select_related("hotel").get(pk=self.rng.choice([whole, halls[0]]))
                by = Staff.objects.get(pk=self.staff)
                book_space(
                    actor=ACTOR,
                    space=space,
                    by=by,
                    title="赛",
                    state="definite",
                    starts_at=at(10, 9),
                    ends_at=at(10, 12),
                )
            except Refusal as refusal:
                return Counter([refusal.code])
            except OperationalError:  # two who each wait for the other's row: the database lets one go
                return Counter(["space.taken"])
            finally:
                connections.close_all()
            return Counter(booked=1)

    did = at_once([One(seed, halls, world.hu.pk, 1, 0) for seed in range(THREADS)])
    assert did == Counter({"booked": 1, "space.taken": THREADS - 1})
    sound()


WORKER = """
import json, sys, time
import roomnight.settings as settings
settings.DATABASES["default"].update(json.loads(sys.argv[1]))
import django
django.setup()
import time_machine
from tests.world import WORLD_NOW
from roomnight.orders.tests.test_diary_races import Booker
seed, halls, staff, deeds, seconds = json.loads(sys.argv[2])
with time_machine.travel(WORLD_NOW, tick=True):
    print(json.dumps(Booker(seed, halls, staff, deeds, time.monotonic() + seconds).run()))
"""


def by_processes(world: Any, deeds: int, seconds: float) -> Counter[str]:
    """Eight processes at the database that the test uses: on SQLite one file."""
    halls = build_halls(world.lujiazui)
    root = Path(__file__).resolve().parents[3]
    place = {key: connection.settings_dict[key] for key in ("ENGINE", "NAME", "HOST", "PORT", "USER", "PASSWORD")}
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "roomnight.settings", "PYTHONPATH": str(root)}
    running = [
        subprocess.Popen(
            [sys.executable, "-c", WORKER, json.dumps(place, default=str), json.dumps([seed, halls, world.hu.pk, deeds, seconds])],
            env=environment, cwd=root, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )
        for seed in range(PROCESSES)
    ]  # fmt: skip
    did = Counter[str]()
    for one in running:
        said, problem = one.communicate(timeout=3600)
        assert one.returncode == 0, problem
        did.update(json.loads(said.strip().splitlines()[-1]))
    sound()
    return did


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("at_work_ticking")
@pytest.mark.rule("ORD-07")
def test_8_processes_book_halls_that_combine(world):
    did = by_processes(world, 8, 0)
    assert did["book"] and did["space.taken"], did


@pytest.mark.soak
@pytest.mark.timeout(3600)
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("at_work_ticking")
def test_8_processes_for_a_minute(world):
    did = by_processes(world, 1, float(os.environ.get("ROOMNIGHT_SOAK_SECONDS", "120")) / 2)
    assert did["book"] and did["move"] and did["space.taken"], did
