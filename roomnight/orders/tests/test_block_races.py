"""Many pick up, give back, release and change one block at once, with threads on PostgreSQL: no night ever has more picked up than kept (ORD-08)."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from django.db import connections
from django.db.models import F
from django.db.utils import OperationalError

from roomnight.kernel.commands import Machine
from roomnight.kernel.errors import Refusal
from roomnight.orders.commands import blocks as commands
from roomnight.orders.commands.blocks import change_block, give_back, keep_block, pick_up, release_rooms
from roomnight.orders.models import BlockNight, BlockRelease, BlockRoom, RoomBlock
from tests.world_orders import ARRIVES, DEPARTS, ROOMS, taken

pytestmark = [
    pytest.mark.postgres, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("at_work_ticking"),
]  # fmt: skip
THREADS, ROOMS_KEPT = 24, 12
ACTOR = Machine("chen", "lujiazui")
NIGHTS = [ARRIVES, ARRIVES + timedelta(days=1)]


def kept(world) -> int:
    order = taken(world, items=[{**ROOMS, "count": ROOMS_KEPT}], payment="on_site")
    return keep_block(actor=world.seat("chen"), item=order.items.get()).pk


def fetched(pk: int) -> RoomBlock:
    return RoomBlock.objects.select_related("item__order__hotel", "item__order__follower", "item__order__account").get(
        pk=pk
    )


def at_once(jobs: list[Callable[[], Counter[str]]]) -> Counter[str]:
    gate = threading.Barrier(len(jobs))

    def go(job: Callable[[], Counter[str]]) -> Counter[str]:
        try:
            gate.wait(timeout=120)
            return job()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return sum(pool.map(go, jobs), Counter())


def sound(pk: int) -> None:
    """Judged by the rooms of the list, not by the figures that the commands keep."""
    stays = list(BlockRoom.objects.filter(block=pk, given_back_at=None).values_list("arrives_on", "departs_on"))
    for row in BlockNight.objects.filter(block=pk):
        assert row.picked == sum(first <= row.night < last for first, last in stays)
        assert 0 <= row.picked <= row.rooms <= row.agreed
    assert not BlockNight.objects.filter(picked__gt=F("rooms")).exists()


class Guest:
    """One thread with dice of its own."""

    def __init__(self, seed: int, block: int) -> None:
        self.rng, self.block = random.Random(seed), block

    def __call__(self) -> Counter[str]:
        did = Counter[str]()
        for _deed in range(5):
            act = self.rng.choice([self.take, self.take, self.give, self.release, self.change])
            try:
                act()
                did[act.__name__] += 1
            except Refusal as refusal:
                did[refusal.code] += 1
        return did

    def take(self) -> None:
        first = self.rng.choice(NIGHTS)
        last = self.rng.choice([night for night in (NIGHTS[1], DEPARTS) if night > first])
        pick_up(
            actor=ACTOR, block=fetched(self.block), arrives_on=first, departs_on=last, rooms=self.rng.randrange(1, 4)
        )

    def give(self) -> None:
        found = BlockRoom.objects.filter(block=self.block, given_back_at=None).select_related(
            "block__item__order__hotel"
        )
        room = found.order_by("?").first()
        if room is None:
            raise Refusal("none", "")
        give_back(actor=ACTOR, room=room)

    def release(self) -> None:
        block, night = fetched(self.block), self.rng.choice(NIGHTS)
        release_rooms(actor=ACTOR, block=block, revision=block.revision, why="让出", first=night, last=night, rooms=1)

    def change(self) -> None:
        block = fetched(self.block)
        rooms = {night: self.rng.randrange(12, 20) for night in NIGHTS}
        change_block(actor=ACTOR, block=block, revision=block.revision, rooms=rooms, cut_off_on=None)


@pytest.mark.rule("ORD-08")
def test_threads_pick_up_give_back_release_and_change(world):
    block = kept(world)
    did = at_once([Guest(seed, block) for seed in range(THREADS)])
    sound(block)
    assert did["take"] and did["give"] and did["block.none_left"], did
    assert did["release"] + did["change"], did


@pytest.mark.rule("ORD-08")
def test_the_last_rooms_are_picked_up_once(world):
    block = kept(world)

    def one() -> Counter[str]:
        try:
            pick_up(actor=ACTOR, block=fetched(block), arrives_on=ARRIVES, departs_on=DEPARTS)
        except Refusal as refusal:
            return Counter([refusal.code])
        return Counter(taken=1)

    assert at_once([one] * THREADS) == Counter({"taken": ROOMS_KEPT, "block.none_left": THREADS - ROOMS_KEPT})
    sound(block)


@pytest.mark.rule("ORD-08")
def test_the_database_alone_keeps_them_apart(world, monkeypatch):
    """Without the lock on the order: nobody gets a room that is gone, and no release takes one that has a name."""
    block = kept(world)
    monkeypatch.setattr(commands, "refuse_unless", lambda *_given: None)

    def take() -> Counter[str]:
        try:
            pick_up(actor=ACTOR, block=fetched(block), arrives_on=ARRIVES, departs_on=date(2026, 12, 11))
        except (Refusal, OperationalError):
            return Counter(refused=1)
        return Counter(taken=1)

    def release() -> Counter[str]:
        found = fetched(block)
        try:
            release_rooms(
                actor=ACTOR, block=found, revision=found.revision, why="让出", first=ARRIVES, last=ARRIVES, rooms=3
            )
        except (Refusal, OperationalError):
            return Counter(kept=1)
        return Counter(released=1)

    did = at_once([take] * 18 + [release] * 6)
    row = BlockNight.objects.get(block=block, night=ARRIVES)
    released = sum(BlockRelease.objects.filter(block=block).values_list("rooms", flat=True))
    assert (row.picked, row.rooms) == (did["taken"], ROOMS_KEPT - released)
    assert did["taken"] and did["refused"] and row.picked <= row.rooms
