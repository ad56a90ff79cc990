"""Quotations: versions, the client's answer, and the accepted version that becomes the order (ORD-10)."""

from datetime import date, timedelta

import pytest
import time_machine

from roomnight.kernel.commands import SYSTEM, UNCHANGED
from roomnight.kernel.errors import Refusal
from roomnight.kernel.models import Notification
from roomnight.orders.commands import (
    add_item,
    answer_quotation,
    change_item,
    confirm_order,
    draw_up_quotation,
    remove_item,
    send_quotation,
    tell_of_late_quotations,
)
from roomnight.orders.models import Quotation
from roomnight.orders.rules.quotations import due_at, may_be_accepted
from tests.world import WORLD_NOW
from tests.world_orders import CAR, DINNER, FUNCTION, SIGN, taken

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_work")]
UNTIL = date(2026, 12, 1)


def drawn_up(world, order=None, **more):
    chen = world.seat("chen")
    asked = order or taken(world, items=(FUNCTION, DINNER), payment="on_site")
    return draw_up_quotation(actor=chen, order=asked, staff=chen.staff, **{"valid_until": UNTIL, **more})


def sent(world, order=None, **more):
    return send_quotation(actor=world.seat("chen"), quotation=drawn_up(world, order, **more), how="邮件")


@pytest.mark.parametrize(
    ("state", "today", "answer"),
    [
        ("sent", UNTIL, True), ("changes", UNTIL, True), ("sent", UNTIL + timedelta(days=1), False), ("draft", UNTIL, False),
        ("superseded", UNTIL, False), ("accepted", UNTIL, False),
    ],
)  # fmt: skip
def test_until_when_a_version_may_be_accepted(state, today, answer):
    assert may_be_accepted(state, UNTIL, today) is answer


@pytest.mark.rule("ORD-10")
def test_a_new_version_supersedes_the_one_before(world):
    first = sent(world)
    second = drawn_up(world, first.order)
    first.refresh_from_db()
    assert (first.state, second.state, second.version) == ("superseded", "draft", 2)
    assert second.total_cents == 1_200_000 + 8 * 288_800
    with pytest.raises(Refusal) as refused:
        answer_quotation(actor=world.seat("chen"), quotation=first, answer="accepted")
    assert refused.value.code == "quotation.state"


@pytest.mark.rule("ORD-10")
def test_the_accepted_version_becomes_the_order(world):
    chen = world.seat("chen")
    version = sent(world)
    order = version.order
    hall, dinner = order.items.order_by("pk")
    change_item(actor=chen, item=dinner, revision=dinner.revision, price_cents=999_900, count=20, menu="豪华宴")
    remove_item(actor=chen, item=hall, note="客户犹豫")
    added = add_item(actor=chen, order=order, **CAR)
    answer_quotation(actor=chen, quotation=version, answer="accepted", note="就按这版")
    now = list(order.items.filter(removed_at=None).order_by("pk"))
    assert [item.pk for item in now] == [hall.pk, dinner.pk]
    assert (now[1].price_cents, now[1].count, now[1].menu) == (288_800, 8, "商务宴 A")
    assert now[0].starts_at == FUNCTION["starts_at"] and now[0].removed_at is None
    assert order.items.get(pk=added.pk).removed_at is not None
    assert "accepted" in [line.what for line in order.way.all()]
    with pytest.raises(Refusal):
        answer_quotation(actor=chen, quotation=version, answer="declined")
    later = sent(world, order)
    answer_quotation(actor=chen, quotation=later, answer="accepted")
    assert set(Quotation.objects.filter(order=order).values_list("version", "state")) == {
        (1, "superseded"), (2, "accepted"),
    }  # fmt: skip


@pytest.mark.rule("ORD-10")
def test_a_version_that_is_not_valid_any_more_is_not_accepted(world):
    version = sent(world)
    with time_machine.travel(WORLD_NOW + timedelta(days=14), tick=False):
        with pytest.raises(Refusal) as refused:
            answer_quotation(actor=world.seat("chen"), quotation=version, answer="accepted")
        assert refused.value.code == "quotation.lapsed"
        answer_quotation(actor=world.seat("chen"), quotation=version, answer="declined", note="去了别家")
    version.refresh_from_db()
    assert version.state == "declined"


@pytest.mark.rule("ORD-02")
def test_accepting_more_than_the_clients_credit_allows_is_refused_for_a_firm_order(world):
    chen = world.seat("chen")
    order = taken(world, items=({**FUNCTION, "price_cents": 9_000_000},))
    big = sent(world, order)
    item = order.items.get()
    change_item(actor=chen, item=item, revision=item.revision, price_cents=100_000)
    confirm_order(actor=chen, order=order)
    with pytest.raises(Refusal) as refused:
        answer_quotation(actor=chen, quotation=big, answer="accepted")
    assert refused.value.code == "credit.limit"
    big.refresh_from_db()
    item.refresh_from_db()
    assert (big.state, item.price_cents) == ("sent", 100_000)


@pytest.mark.parametrize(
    ("items", "more", "code"),
    [
        ((), {}, "quotation.empty"),
        (({**SIGN, "price_cents": None},), {}, "quotation.price"),
        ((SIGN,), {"valid_until": date(2026, 11, 17)}, "quotation.valid"),
    ],
)
def test_a_quotation_that_cannot_be(world, items, more, code):
    order = taken(world, items=items)
    with pytest.raises(Refusal) as refused:
        drawn_up(world, order, **more)
    assert refused.value.code == code and not order.quotations.exists()


@pytest.mark.rule("ORD-10")
def test_a_late_quotation_is_told_of_once_to_follower_and_leader(world):
    order = taken(world, items=(FUNCTION,))
    assert order.quote_due_at == due_at(WORLD_NOW, 24) == WORLD_NOW + timedelta(hours=24)
    bell = lambda who: Notification.objects.filter(recipient=who, url=order.get_absolute_url()).count()  # noqa: E731
    minute = timedelta(minutes=1)
    tell_of_late_quotations(actor=SYSTEM, hotel=world.lujiazui, now=order.quote_due_at - minute)
    assert (bell("chen"), bell("zhou")) == (0, 0)
    for later in (timedelta(0), minute):
        tell_of_late_quotations(actor=SYSTEM, hotel=world.lujiazui, now=order.quote_due_at + later)
    assert (bell("chen"), bell("zhou")) == (1, 1)
    quoted = sent(world).order
    quoted.refresh_from_db()
    assert quoted.quote_due_at is None
    late = WORLD_NOW + timedelta(days=9)
    assert tell_of_late_quotations(actor=SYSTEM, hotel=world.lujiazui, now=late) is UNCHANGED


def test_a_quotation_on_the_pages_and_on_paper(world, browse):
    order = taken(world, items=(FUNCTION, DINNER), payment="on_site")
    path = f"/h/lujiazui/orders/{order.pk}"
    client = browse("chen")
    given = {"offer": "浦江厅整场包用", "valid_until": "2026-12-01", "terms": "定金三成"}
    assert client.post(f"{path}/quotations/new/", given).status_code == 302
    version = order.quotations.get()
    here = version.get_absolute_url()
    assert client.post(f"{here}send/", {"how": ""}).status_code == 422
    assert client.post(f"{here}send/", {"how": "邮件"}).status_code == 302
    html = client.get(here).content.decode()
    assert "浦江厅整场包用" in html and "¥35,104.00" in html
    paper = client.get(f"{here}pdf/")
    assert paper.status_code == 200 and paper.content.startswith(b"%PDF-")
    assert client.post(f"{here}answer/", {"answer": "accepted", "note": "可以"}).status_code == 302
    assert "已接受" in client.get(f"{path}/quotations/").content.decode()
