"""Several at one order at once, with real threads on PostgreSQL: each waits for the other, and nothing is told twice."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connections

from roomnight.credit.models import CreditAccount
from roomnight.kernel.commands import SYSTEM, Machine
from roomnight.kernel.errors import Refusal
from roomnight.kernel.models import Notification
from roomnight.orders.commands import (
    add_guests,
    add_item,
    answer_quotation,
    cancel_order,
    confirm_notice,
    confirm_order,
    draw_up_quotation,
    raise_late_notices,
    remove_item,
    say_ready,
    send_quotation,
)
from roomnight.orders.commands.diary import book_space, change_booking, expire_options
from roomnight.orders.models import (
    DepartmentNotice,
    FunctionSpace,
    Order,
    OrderItem,
    OrderRevision,
    OrderState,
    Quotation,
    SpaceBooking,
)
from roomnight.orders.queries.revisions import latest_revision, standing
from roomnight.organization.models import Hotel, Staff
from tests.world_notices import altered, definite, notice_to
from tests.world_orders import DINNER, FUNCTION, ROOMS, SIGN, at, taken

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("at_work_ticking"),
]
ACTOR = Machine("chen", "lujiazui")
ANSWERING = {"front_office": "luo", "housekeeping": "song", "banquet": "hu", "general_affairs": "yu", "finance": "deng"}
ALL_READY = "Every department is ready"


def at_once(deeds: list[Callable[[], Any]]) -> list[str]:
    """All at the same moment, each with a connection of its own: "done", or the code of what was refused."""
    gate = threading.Barrier(len(deeds))

    def go(deed: Callable[[], Any]) -> str:
        try:
            gate.wait(timeout=120)
            deed()
            return "done"
        except Refusal as refusal:
            return refusal.code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(go, deeds))


def order_again(pk: int) -> Order:
    return Order.objects.select_related("hotel", "account__hotel", "follower").get(pk=pk)


def item_again(pk: int) -> OrderItem:
    return OrderItem.objects.select_related("order__hotel", "order__account__hotel", "order__follower").get(pk=pk)


@pytest.mark.rule("CRD-11")
def test_orders_confirmed_at_once_stay_within_one_limit(world):
    credit = CreditAccount.objects.get(account=world.huaxing)
    free = credit.limit_cents - credit.balance_cents - credit.pending_cents
    given = {"items": ({**FUNCTION, "price_cents": free // 3},), "payment": "credit"}
    orders = [taken(world, **given).pk for _n in range(8)]
    did = at_once([lambda pk=pk: confirm_order(actor=ACTOR, order=order_again(pk)) for pk in orders])
    assert Counter(did) == {"done": 3, "credit.limit": 5}
    assert Order.objects.filter(pk__in=orders, state=OrderState.DEFINITE).count() == 3


@pytest.mark.rule("CHG-01")
def test_a_change_while_a_department_accepts(world):
    orders = [definite(world, items=(ROOMS, SIGN)) for _n in range(6)]
    deeds: list[Callable[[], Any]] = []
    for order in orders:
        rooms, notice = order.items.get(kind="rooms").pk, notice_to(order, "housekeeping")
        deeds.append(lambda rooms=rooms: altered(ACTOR, item_again(rooms), count=24))
        deeds.append(lambda notice=notice: confirm_notice(actor=ACTOR, notice=notice, staff=world.song))
    did = at_once(deeds)
    assert set(did[::2]) == {"done"} and set(did[1::2]) <= {"done", "notice.superseded"}
    for order, accepted in zip(orders, did[1::2], strict=True):
        one = notice_to(order, "housekeeping")
        assert (one.answer, one.revision.number, latest_revision(order).number) == ("", 2, 2)
        assert (one.base.number if one.base else None) == (1 if accepted == "done" else None)


@pytest.mark.rule("ORD-05")
def test_all_departments_confirm_and_are_ready_at_once(world):
    order = definite(world, items=(ROOMS, FUNCTION))
    people = {kind: Staff.objects.get(username=name) for kind, name in ANSWERING.items()}

    def answers(kind: str) -> None:
        for deed in (confirm_notice, say_ready):
            deed(actor=ACTOR, notice=notice_to(order, kind), staff=people[kind])

    assert at_once([lambda kind=kind: answers(kind) for kind in people]) == ["done"] * len(people)
    assert all(one.ready_at for one in standing(order))
    told = Notification.objects.filter(recipient="chen", url=order.get_absolute_url(), message__startswith=ALL_READY)
    assert told.count() == 1


@pytest.mark.rule("ORD-05")
def test_what_is_late_rises_once_with_any_number_of_workers(world):
    orders = [definite(world, items=(ROOMS, SIGN)) for _n in range(4)]
    DepartmentNotice.objects.exclude(order__in=orders).delete()
    late = max(one.rises_at for one in DepartmentNotice.objects.all())
    count = DepartmentNotice.objects.count()
    before = {who: Notification.objects.filter(recipient=who).count() for who in ("chen", "zhou")}
    now = late + timedelta(minutes=1)
    deed = lambda: raise_late_notices(actor=SYSTEM, hotel=Hotel.objects.get(code="lujiazui"), now=now)  # noqa: E731
    assert at_once([deed] * 8) == ["done"] * 8
    told = {who: Notification.objects.filter(recipient=who).count() - before[who] for who in ("chen", "zhou")}
    assert told == {"chen": count, "zhou": count}


@pytest.mark.rule("ORD-10")
def test_a_quotation_accepted_while_the_order_is_changed(world):
    chen = world.seat("chen")
    quotations, items = [], []
    for _n in range(4):
        order = taken(world, items=(FUNCTION, DINNER), payment="on_site")
        drawn = draw_up_quotation(actor=chen, order=order, staff=chen.staff, valid_until=date(2026, 12, 1))
        quotations.append(send_quotation(actor=chen, quotation=drawn, how="邮件"))
        items.append({one.kind: item_again(one.pk) for one in order.items.all()})
    deeds: list[Callable[[], Any]] = []
    for sent, mine in zip(quotations, items, strict=True):
        order = sent.order_id
        deeds += [
            lambda pk=sent.pk: answer_quotation(
                actor=ACTOR, quotation=Quotation.objects.select_related("order__hotel", "order__account__hotel", "order__follower").get(pk=pk),
                answer="accepted",
            ),
            lambda mine=mine: altered(ACTOR, mine["catering"], count=20),
            lambda order=order: add_item(actor=ACTOR, order=order_again(order), **SIGN),
        ]  # fmt: skip
    did = at_once(deeds)
    assert set(did[::3]) == {"done"} and set(did[2::3]) == {"done"}
    assert set(did[1::3]) <= {"done", "record.changed_meanwhile"}
    for sent, changed in zip(quotations, did[1::3], strict=True):
        way = [line.what for line in sent.order.way.order_by("-pk")]
        is_later = changed == "done" and way.index("item_changed") < way.index("accepted")
        assert sent.order.items.get(kind="catering").count == (20 if is_later else DINNER["count"]), way
        is_left = sent.order.items.get(kind="other").removed_at is None
        assert is_left is (way.index("item_added") < way.index("accepted"))


@pytest.mark.rule("CHG-01")
def test_halls_guests_and_items_of_one_order_at_once_make_one_revision_after_the_other(world):
    order = definite(world, items=(ROOMS, FUNCTION))
    hall = FunctionSpace.objects.select_related("hotel").get(hotel=world.lujiazui, name="浦江厅 B")
    item, by = order.items.get(kind="function").pk, world.chen

    def book(hour: int) -> None:
        book_space(
            actor=ACTOR, space=hall, by=by, order=order_again(order.pk), item=item_again(item), state="option",
            starts_at=at(9, hour), ends_at=at(9, hour + 1), option_until=at(2, 12),
        )  # fmt: skip

    deeds = [lambda hour=hour: book(hour) for hour in (6, 10, 14, 18)]
    deeds += [
        lambda n=n: add_guests(actor=ACTOR, order=order_again(order.pk), guests=[{"name": f"客{n}"}]) for n in range(4)
    ]
    assert at_once(deeds) == ["done"] * 8
    revisions = list(OrderRevision.objects.filter(order=order).order_by("number"))
    assert [one.number for one in revisions] == list(range(1, 10))
    assert (len(revisions[-1].content["halls"]), len(revisions[-1].content["guests"])) == (4, 4)


@pytest.mark.rule("ORD-07")
def test_halls_are_moved_released_and_run_out_while_their_orders_end(world):
    hall = FunctionSpace.objects.select_related("hotel").get(hotel=world.lujiazui, name="浦江厅 B")
    orders = [definite(world, items=(ROOMS, FUNCTION)) for _n in range(4)]
    for n, order in enumerate(orders):
        book_space(
            actor=ACTOR, space=hall, by=world.chen, order=order, item=order.items.get(kind="function"), state="option",
            starts_at=at(9, 5 + 4 * n), ends_at=at(9, 6 + 4 * n), option_until=at(2, 12),
        )  # fmt: skip

    def move(pk: int) -> None:
        one = SpaceBooking.objects.select_related("hotel", "space__hotel").get(order=pk)
        change_booking(actor=ACTOR, booking=one, revision=one.revision, starts_at=one.starts_at + timedelta(minutes=30))

    def end(order: Order, n: int) -> None:
        if n % 2:
            cancel_order(actor=ACTOR, order=order_again(order.pk), reason="改期")
        else:
            remove_item(actor=ACTOR, item=item_again(order.items.get(kind="function").pk), note="取消")

    def run_out() -> None:
        expire_options(actor=SYSTEM, hotel=Hotel.objects.get(code="lujiazui"), now=at(3, 0))

    deeds = [lambda pk=order.pk: move(pk) for order in orders]
    deeds += [lambda order=order, n=n: end(order, n) for n, order in enumerate(orders)]
    did = at_once([*deeds, run_out, run_out])
    assert set(did) <= {"done", "booking.over", "record.changed_meanwhile", "booking.hours"}
    assert not SpaceBooking.objects.filter(order__in=orders).exclude(state="released").exists()
