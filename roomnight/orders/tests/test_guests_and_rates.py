"""Guests of an order, what is missing in it, agreed rates, and orders out of visits (ORD-01, ORD-04, VIS-09)."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from roomnight.agreements.rules.rates import Applied, Cell, Terms
from roomnight.kernel.errors import Refusal
from roomnight.orders.commands import add_guests, add_item, change_guest, change_item, new_order, remove_guest
from roomnight.orders.models import Order, OrderGuest
from roomnight.orders.rules.completeness import Head, Missing, Piece, missing
from roomnight.orders.rules.rates import needs_reason, proposal
from tests.world_orders import ROOMS, asked, taken

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_work")]
WHOLE = Head(payment="on_site", has_contact=True, has_hour=True, people=80, guests=3)
HALL = Piece(2, "function", price_cents=0, people=80, set_up="u_shape", place="浦江厅", equipment="无")
DINNER = Piece(3, "catering", price_cents=28_800, menu="A", place="浦江厅")
CAR = Piece(4, "transport", price_cents=1, people=4, flight="MU5102", place="虹桥 – 酒店")
BED = Piece(1, "rooms", price_cents=58_000)


@pytest.mark.parametrize(
    ("head", "pieces", "lacks"),
    [
        (WHOLE, [BED, HALL, DINNER, CAR, Piece(5, "other")], []),
        (WHOLE, [], [("items", None)]),
        (Head("on_site", False, False, None), [HALL], [("contact", None), ("arrives_at", None), ("head_people", None)]),
        (Head("prepaid", True, True, 8), [HALL], [("deposit", None)]),
        (Head("prepaid", True, True, 8, deposit_cents=1), [HALL], []),
        (Head("credit", True, True, 8), [HALL], [("signers", None)]),
        (Head("on_site", True, True, 8), [BED], [("guests", None)]),
        (WHOLE, [Piece(9, "rooms")], [("price_cents", 9)]),
        (
            WHOLE, [Piece(9, "function")],
            [("people", 9), ("set_up", 9), ("place", 9), ("equipment", 9), ("price_cents", 9)],
        ),
        (WHOLE, [Piece(9, "catering", price_cents=1)], [("menu", 9), ("place", 9)]),
        (WHOLE, [Piece(9, "transport", price_cents=1, people=2, place="a – b")], [("flight", 9)]),
    ],
)  # fmt: skip
def test_what_is_missing_by_kind(head, pieces, lacks):
    assert missing(head, pieces) == [Missing(code, item) for code, item in lacks]


TERMS = Terms(7, "XY-1", "华星", 0, date(2026, 11, 1), date(2027, 10, 31), ())


def night(rate, breakfasts=1):
    cell = Cell("", 4, Decimal(rate), breakfasts, False) if rate else None
    return Applied(date(2026, 12, 10), "own", TERMS, cell)


@pytest.mark.parametrize(
    ("nights", "cents", "breakfasts", "varies"),
    [([night("580"), night("580")], 58_000, 1, False), ([night("580"), night("600.01", 2)], 59_001, 1, True)],
)
def test_the_agreed_rate_of_a_stay(nights, cents, breakfasts, varies):
    found = proposal(nights)
    assert (found.cents, found.breakfasts, found.varies, found.number) == (cents, breakfasts, varies, "XY-1")


def test_no_agreed_rate_where_one_night_has_none():
    assert proposal([night("580"), night(None)]) is None and proposal([]) is None


@pytest.mark.parametrize(
    ("price", "agreed", "answer"), [(57_999, 58_000, True), (58_000, 58_000, False), (None, 1, False), (1, None, False)]
)
def test_only_less_than_agreed_needs_a_reason(price, agreed, answer):
    assert needs_reason(price, agreed) is answer


@pytest.mark.rule("AGR-06")
@pytest.mark.rule("ORD-01")
def test_rooms_take_the_agreed_rate_and_less_needs_a_reason(world):
    chen = world.seat("chen")
    order = taken(world, items=())
    free = add_item(actor=chen, order=order, **{**ROOMS, "price_cents": None})
    assert (free.price_cents, free.agreed_cents, free.agreement) == (58_000, 58_000, world.agreement)
    with pytest.raises(Refusal) as refused:
        add_item(actor=chen, order=order, **{**ROOMS, "price_cents": 57_900})
    assert (refused.value.code, refused.value.field) == ("item.below", "price_reason")
    with pytest.raises(Refusal):
        change_item(actor=chen, item=free, revision=free.revision, price_cents=50_000)
    change_item(actor=chen, item=free, revision=free.revision, price_cents=50_000, price_reason="淡季促销")
    free.refresh_from_db()
    assert (free.price_cents, free.price_reason) == (50_000, "淡季促销")
    change_item(actor=chen, item=free, revision=free.revision, price_cents=60_000)
    free.refresh_from_db()
    assert (free.price_cents, free.price_reason) == (60_000, "")
    outside = add_item(actor=chen, order=order, **{**ROOMS, "room_type": "presidential", "price_cents": None})
    assert (outside.price_cents, outside.agreement) == (None, None)


@pytest.mark.rule("ORD-01")
def test_guests_with_needs_and_vips_come_first(world, browse):
    chen = world.seat("chen")
    order = taken(world, items=())
    add_guests(actor=chen, order=order, guests=[{"name": "甲"}, {"name": "乙", "vip": "V1", "needs": "素食"}])
    path = f"/h/lujiazui/orders/{order.pk}"
    client = browse("chen")
    html = client.get(f"{path}/").content.decode()
    assert html.index("乙") < html.index("甲") and "素食" in html
    with CaptureQueriesContext(connection) as asked_for:
        client.get(world.order.get_absolute_url())
    assert len(asked_for) <= 12
    sent = {"names": "丙，总监，不吃辣\n丁\t\t\n\n"}
    assert client.post(f"{path}/guests/several/", sent).status_code == 302
    assert [(g.name, g.job_title, g.needs) for g in OrderGuest.objects.filter(order=order).order_by("pk")][2:] == [
        ("丙", "总监", "不吃辣"), ("丁", "", ""),
    ]  # fmt: skip
    guest = order.guests.get(name="甲")
    change_guest(actor=chen, guest=guest, revision=1, name="甲", needs="轮椅")
    remove_guest(actor=chen, guest=guest)
    with pytest.raises(Refusal) as refused:
        remove_guest(actor=chen, guest=guest)
    assert refused.value.code == "guest.gone"
    assert "轮椅" not in client.get(f"{path}/").content.decode()


@pytest.mark.parametrize(
    ("guests", "code"),
    [([], "guest.none"), ([{"name": " "}], "guest.name"), ([{"name": "a"}] * 501, "guest.many"),
     ([{"name": "a", "arrives_on": date(2026, 12, 11), "departs_on": date(2026, 12, 10)}], "guest.days")],
)  # fmt: skip
def test_guests_that_cannot_be(world, guests, code):
    order = taken(world, items=())
    with pytest.raises(Refusal) as refused:
        add_guests(actor=world.seat("chen"), order=order, guests=guests)
    assert refused.value.code == code and not order.guests.exists()


@pytest.mark.rule("VIS-09")
def test_a_visit_turns_into_an_order_that_is_linked_back(world, browse):
    visit = world.closed_visit
    client = browse("chen")
    assert f"/h/lujiazui/orders/new/?visit={visit.pk}" in client.get(visit.get_absolute_url()).content.decode()
    sent = {
        "title": "拜访带回的会议", "kind": "meeting", "arrives_on": "2026-12-24", "departs_on": "2026-12-24", "channel": "visit",
        "follower": world.chen.pk, "payment": "on_site",
    }  # fmt: skip
    assert client.post(f"/h/lujiazui/orders/new/?visit={visit.pk}", sent).status_code == 302
    order = Order.objects.get(title="拜访带回的会议")
    assert (order.visit, order.account_id) == (visit, visit.account_id)
    assert visit.get_absolute_url() in client.get(order.get_absolute_url()).content.decode()
    assert client.get(f"/h/lujiazui/orders/new/?visit={world.sun_s_visit.pk}").context["form"].fields.get("account")


def test_the_clients_page_shows_its_orders(world, browse):
    chen = world.seat("chen")
    new_order(actor=chen, account=world.huaxing, taken_by=chen.staff, **asked(title="圣诞答谢会"))
    html = browse("chen").get(f"/h/lujiazui/clients/{world.huaxing.pk}/panels/orders/").content.decode()
    assert "圣诞答谢会" in html
