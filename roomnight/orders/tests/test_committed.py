"""Orders count against the client's limit until what was used is charged, and no cent counts twice (CRD-11)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine

from roomnight.credit.commands import authorise, charge, reverse
from roomnight.credit.models import CreditAccount
from roomnight.kernel.errors import Refusal
from roomnight.orders.commands import (
    add_item,
    archive_order,
    begin_order,
    complete_order,
    confirm_order,
    note_no_comments,
)
from roomnight.orders.models import Order
from roomnight.orders.queries.gate import standing_of
from roomnight.orders.rules.gate import Charge, Claim, uncharged
from tests.world_credit import bill
from tests.world_following import all_confirmed
from tests.world_orders import ARRIVES, DEPARTS, FUNCTION, at, taken

AT_WORK = pytest.mark.usefixtures("at_work")
DB = pytest.mark.django_db
BILLED = DEPARTS + timedelta(days=7)


def claim(key: int, cents: int, first: int = 10, last: int = 19, **more: Any) -> Claim:
    return Claim(key, f"DD-{key}", date(2026, 12, first), date(2026, 12, last), cents, **more)


def charged(day: int, cents: int, said: str = "") -> Charge:
    return Charge(date(2026, 12, day), cents, said)


@pytest.mark.rule("CRD-11")
@pytest.mark.parametrize(
    ("claims", "charges", "left"),
    [
        ([claim(1, 100)], [], {1: 100}),
        ([claim(1, 100)], [charged(9, 30), charged(20, 30)], {1: 100}),
        ([claim(1, 100)], [charged(10, 30), charged(19, 30)], {1: 40}),
        ([claim(1, 100)], [charged(12, 130)], {1: 0}),
        ([claim(1, 100)], [charged(2, 30, "订金 DD-1")], {1: 70}),
        ([claim(1, 100), claim(2, 50)], [charged(12, 120)], {1: 0, 2: 30}),
        ([claim(1, 100), claim(2, 50)], [charged(12, 40, "DD-2 宴会")], {1: 100, 2: 10}),
        ([claim(1, 100), claim(2, 50)], [charged(12, 90, "DD-2 宴会")], {1: 100, 2: 0}),
        ([claim(2, 100, 12), claim(1, 100, 14)], [charged(13, 60), charged(15, 60)], {1: 80, 2: 0}),
        ([claim(1, 100, is_over=True)], [charged(12, 90)], {1: 0}),
        ([claim(1, 100, is_over=True)], [charged(9, 90)], {1: 100}),
    ],
    ids=[
        "nothing charged", "charged for other days", "charged on its days", "more than ordered", "by its number, before",
        "each charge once", "another's by its number", "no more than its own", "the first that came", "used less", "not billed",
    ],
)  # fmt: skip
def test_what_orders_will_still_charge(claims, charges, left):
    assert uncharged(claims, charges) == left


def test_orders_never_count_below_nothing_nor_a_charge_twice():
    claims = [claim(key, 100, first) for key, first in ((1, 10), (2, 11), (3, 12))]
    for cents in range(0, 700, 35):
        left = uncharged(claims, [charged(day, cents // 7) for day in range(9, 16)])
        assert all(0 <= one <= 100 for one in left.values())
        assert 300 - sum(left.values()) <= cents


def credit_of(world: Any) -> CreditAccount:
    return CreditAccount.objects.select_related("hotel", "account__hotel").get(account=world.huaxing)


def on_account(world: Any, cents: int, **more: Any) -> Order:
    return taken(world, items=({**FUNCTION, "price_cents": cents},), payment="credit", **more)


def free(world: Any) -> int:
    credit = credit_of(world)
    return credit.limit_cents - credit.balance_cents - credit.pending_cents


def billed(cents: int, on: date, reference: str) -> Any:
    return bill(str(Decimal(cents).scaleb(-2)), on=on, reference=reference)


def code(deed: Any, **given: Any) -> str:
    with pytest.raises(Refusal) as refused:
        deed(**given)
    return refused.value.code


@AT_WORK
@DB
@pytest.mark.rule("CRD-11")
def test_an_order_counts_until_what_was_used_is_charged(world):
    chen, gao = world.seat("chen"), world.seat("gao")
    first = on_account(world, free(world))
    confirm_order(actor=chen, order=first)
    with time_machine.travel(at(10, 13), tick=False):
        second = on_account(world, 100)
        begin_order(actor=chen, order=first)
        assert code(confirm_order, actor=chen, order=second) == "credit.limit"
        complete_order(actor=chen, order=first)
        assert code(confirm_order, actor=chen, order=second) == "credit.limit"
        line = charge(actor=gao, account=world.huaxing, bill=billed(50_000, ARRIVES, "F-1"))
        assert code(confirm_order, actor=chen, order=second) == "credit.limit"
        reverse(actor=world.seat("cao"), line=line, reason="开错")
        assert code(confirm_order, actor=chen, order=second) == "credit.limit"
        charge(actor=gao, account=world.huaxing, bill=billed(60_000, ARRIVES, "F-2"))
    with time_machine.travel(at(BILLED.day, 13), tick=False):
        assert code(confirm_order, actor=chen, order=second) == "credit.limit"
    with time_machine.travel(at(BILLED.day + 1, 13), tick=False):
        confirm_order(actor=chen, order=second)


@AT_WORK
@DB
@pytest.mark.rule("CRD-11")
def test_an_order_of_which_nothing_was_charged_counts_until_it_is_archived(world):
    chen = world.seat("chen")
    first = on_account(world, free(world))
    confirm_order(actor=chen, order=first)
    with time_machine.travel(at(10, 13), tick=False):
        begin_order(actor=chen, order=first)
        complete_order(actor=chen, order=first)
    with time_machine.travel(at(28, 13), tick=False):
        second = on_account(world, 100)
        assert code(confirm_order, actor=chen, order=second) == "credit.limit"
        all_confirmed(world, first)
        note_no_comments(actor=chen, order=first, staff=chen.staff, note="尹曼")
        archive_order(actor=chen, order=first)
        confirm_order(actor=chen, order=second)


@AT_WORK
@DB
@pytest.mark.rule("CRD-11")
def test_what_is_charged_or_set_aside_for_an_order_counts_once_for_the_order_itself_too(world):
    chen, gao = world.seat("chen"), world.seat("gao")
    before = free(world)
    order = on_account(world, before)
    confirm_order(actor=chen, order=order)
    with time_machine.travel(at(10, 13), tick=False):
        charge(actor=gao, account=world.huaxing, bill=billed(40_000, ARRIVES, "F-1"))
        authorise(actor=gao, account=world.huaxing, bill=billed(30_000, ARRIVES, "F-2"), until=DEPARTS)
        begin_order(actor=chen, order=order)
        given, cents = standing_of(order, ARRIVES)
        assert (given.asked, cents, given.over) == (before - 70_000, before, 0)
        add = {**FUNCTION, "price_cents": 1}
        assert code(add_item, actor=chen, order=order, **add) == "credit.limit"


@AT_WORK
@DB
@pytest.mark.rule("CRD-11")
def test_a_deposit_that_has_come_is_not_committed(world):
    chen = world.seat("chen")
    first = on_account(world, free(world))
    Order.objects.filter(pk=first.pk).update(deposit_cents=10_000, deposit_paid_on=date(2026, 11, 18))
    confirm_order(actor=chen, order=first)
    assert code(confirm_order, actor=chen, order=on_account(world, 10_001)) == "credit.limit"
    confirm_order(actor=chen, order=on_account(world, 10_000))
