"""Many at once, with real threads on PostgreSQL: one wins, everybody else is told why not (AGR-02 to AGR-07)."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone

from roomnight.agreements.commands import (
    accept_leaks,
    approve_agreement,
    begin_agreements,
    draft_agreement,
    end_agreements,
    lapse_unsigned,
    register_original,
    remind_of_ends,
    renew_agreement,
    return_agreement,
    submit_agreement,
    terminate_agreement,
    withdraw_agreement,
)
from roomnight.agreements.jobs import look_through
from roomnight.agreements.models import Agreement, AgreementCopy, Leak, LeakState, Original, State, Step, TrailLine
from roomnight.agreements.queries.leaks import arriving
from roomnight.kernel.commands import SYSTEM
from roomnight.kernel.errors import Refusal
from tests.world_agreements import ENDS, STARTS, rate, stay_elsewhere, terms

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("at_work")]
THREADS = 12


def at_once(acts: Sequence[Callable[[], Any]]) -> Counter[str]:
    """Run every act in a thread of its own, all let go together; how often what came of them: "done" or a refusal's code."""
    gate = threading.Barrier(len(acts))

    def run(act: Callable[[], Any]) -> str:
        try:
            gate.wait(timeout=60)
            act()
        except Refusal as refusal:
            assert str(refusal)
            return refusal.code
        else:
            return "done"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return Counter(pool.map(run, acts))


def fresh(one: Agreement) -> Agreement:
    """As a request reads it."""
    return Agreement.objects.select_related("hotel", "account", "responsible", "renews").get(pk=one.pk)


def steps(one: Agreement) -> Counter[str]:
    return Counter(TrailLine.objects.filter(agreement=one).values_list("what", flat=True))


@pytest.mark.rule("AGR-02")
def test_of_many_who_decide_one_does(world):
    one, zhou, lin = world.agreement_in_review, world.seat("zhou"), world.seat("lin")
    acts = [
        lambda: approve_agreement(actor=zhou, agreement=fresh(one), staff=zhou.staff),
        lambda: return_agreement(actor=lin, agreement=fresh(one), staff=lin.staff, note="重报价"),
        lambda: withdraw_agreement(actor=world.seat("chen"), agreement=fresh(one), note="客户不签了"),
    ]  # fmt: skip
    before = steps(one)
    came = at_once([acts[n % 2] for n in range(THREADS)] + [acts[2]])
    assert came["agreement.state"] + came["done"] == THREADS + 1
    added = steps(one) - before
    state = fresh(one).state
    ways = {
        State.APPROVED: {Step.APPROVED: 1}, State.DRAFT: [{Step.RETURNED: 1}, {Step.APPROVED: 1, Step.RETURNED: 1}],
        State.WITHDRAWN: None,
    }  # fmt: skip
    allowed = ways[State(state)]
    assert allowed is None or added == allowed or added in allowed
    assert added[Step.APPROVED] <= 1
    assert added[Step.RETURNED] <= 1
    assert sum(added.values()) == came["done"]


@pytest.mark.rule("AGR-02")
def test_handed_in_once(world):
    one = world.agreement_draft
    came = at_once(
        [lambda: submit_agreement(actor=world.seat("chen"), agreement=fresh(one), staff=world.chen)] * THREADS
    )
    assert came == {"done": 1, "agreement.state": THREADS - 1}
    assert steps(one)[Step.SUBMITTED] == 1


@pytest.mark.rule("AGR-02", "AGR-04")
def test_each_original_is_registered_once_and_the_agreement_signed_once(world):
    one, clerk = world.agreement_to_sign, world.seat("lin")

    def register(side: str) -> Callable[[], Any]:
        return lambda: register_original(
            actor=clerk, agreement=fresh(one), staff=clerk.staff, side=side, signed_on=clerk.today, place="档案柜",
            signed_for_us="林雅琴", signed_for_client="单立人", has_our_seal=True, has_client_seal=True,
        )  # fmt: skip

    came = at_once([register(("ours", "theirs")[n % 2]) for n in range(THREADS)])
    assert came["done"] == 2
    assert came["agreement.original"] + came["agreement.state"] == THREADS - 2
    assert Original.objects.filter(agreement=one).count() == 2
    assert (fresh(one).state, steps(one)[Step.SIGNED]) == (State.SIGNED, 1)
    departments = list(AgreementCopy.objects.filter(agreement=one).values_list("department", flat=True))
    assert departments
    assert len(departments) == len(set(departments))


@pytest.mark.rule("AGR-02", "AGR-05")
def test_the_worker_and_the_director_at_one_moment(world):
    one, director, hotel = world.agreement, world.seat("lin"), world.lujiazui
    today = director.today
    Agreement.objects.filter(pk=one.pk).update(ends_on=today + timedelta(days=5), holds_until=today + timedelta(days=5))
    worker = [
        lambda: remind_of_ends(actor=SYSTEM, hotel=hotel, on=today),
        lambda: begin_agreements(actor=SYSTEM, hotel=hotel, on=today),
        lambda: end_agreements(actor=SYSTEM, hotel=hotel, on=today + timedelta(days=6)),
    ]
    end = lambda: terminate_agreement(actor=director, agreement=fresh(one), last_day=today, note="违约")  # noqa: E731
    came = at_once([*worker[:2], *worker[:1], *[end] * 6])
    assert came["done"] == 3 + 1
    assert came["agreement.state"] == 5
    found = fresh(one)
    assert (found.state, found.holds_until, steps(one)[Step.TERMINATED]) == (State.TERMINATED, today, 1)
    worker[2]()
    assert fresh(one).state == State.TERMINATED


@pytest.mark.rule("AGR-02")
def test_ended_by_the_worker_once_or_by_the_director(world):
    one, director, hotel = world.agreement, world.seat("lin"), world.lujiazui
    after = one.holds_until + timedelta(days=1)
    end = lambda: terminate_agreement(actor=director, agreement=fresh(one), last_day=director.today, note="违约")  # noqa: E731
    over = lambda: end_agreements(actor=SYSTEM, hotel=hotel, on=after)  # noqa: E731
    at_once([end, over] * 4)
    added = steps(one)
    assert added[Step.TERMINATED] + added[Step.ENDED] == 1
    assert fresh(one).state == (State.TERMINATED if added[Step.TERMINATED] else State.EXPIRED)
    assert fresh(one).ended_at is not None


@pytest.mark.rule("AGR-05")
def test_renewed_once(world):
    chen = world.seat("chen")
    renew = lambda: renew_agreement(  # noqa: E731
        actor=chen, agreement=fresh(world.agreement), staff=chen.staff, starts_on=ENDS + timedelta(days=1),
        ends_on=ENDS + timedelta(days=365),
    )  # fmt: skip
    assert at_once([renew] * THREADS) == {"done": 1, "agreement.renewed": THREADS - 1}
    assert world.agreement.renewals.count() == 1


@pytest.mark.rule("AGR-02")
def test_no_number_twice(world):
    chen, before = world.seat("chen"), Agreement.objects.count()
    draft = lambda: draft_agreement(  # noqa: E731
        actor=chen, account=world.huaxing, responsible=chen.staff, drafted_by=chen.staff, lines=[rate()], **terms()
    )
    assert at_once([draft] * THREADS) == {"done": THREADS}
    numbers = list(Agreement.objects.filter(hotel=world.lujiazui).values_list("number", flat=True))
    assert len(numbers) == len(set(numbers))
    assert Agreement.objects.count() == before + THREADS


@pytest.mark.rule("AGR-02")
def test_signed_or_lapsed_and_never_both(world):
    one, clerk = world.agreement_to_sign, world.seat("lin")
    Agreement.objects.filter(pk=one.pk).update(decided_at=timezone.now() - timedelta(days=40))
    sign = lambda: register_original(  # noqa: E731
        actor=clerk, agreement=fresh(one), staff=clerk.staff, side="ours", signed_on=clerk.today, place="档案柜",
        signed_for_us="林雅琴", signed_for_client="单立人", has_our_seal=True, has_client_seal=True,
    )  # fmt: skip
    at_once([sign, lambda: lapse_unsigned(actor=SYSTEM, hotel=world.lujiazui, on=clerk.today)] * 4)
    is_signed = Original.objects.filter(agreement=one).exists()
    assert fresh(one).state == (State.APPROVED if is_signed else State.LAPSED)


@pytest.mark.rule("AGR-07")
def test_one_stay_is_counted_for_one_client_whoever_is_quicker(world):
    stay = stay_elsewhere(world.lujiazui, "both", guest_company=world.huaxing.name)
    today = world.seat("chen").today
    look = lambda: look_through(world.lujiazui, arriving(world.lujiazui, STARTS, today))  # noqa: E731
    assert at_once([look] * 4) == {"done": 4}
    mine = Leak.objects.get(booking=stay)
    theirs = Leak.objects.create(
        hotel=world.lujiazui, account=world.minjiang, booking=stay, arrival=stay.arrival, points=70, kinds=",phone,"
    )
    came = at_once(
        [lambda: accept_leaks(actor=world.seat("chen"), leaks=[mine], staff=world.chen)] * 6
        + [lambda: accept_leaks(actor=world.seat("sun"), leaks=[theirs], staff=world.sun)] * 6
        + [look] * 2
    )
    assert came == {"done": 3, "leak.decided": 11}
    assert Leak.objects.filter(booking=stay, state=LeakState.ACCEPTED).count() == 1
