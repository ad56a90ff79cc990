"""Taking an order, its items, and what is refused (ORD-01, ORD-03)."""

from datetime import date

import pytest

from roomnight.clients.models import TimelineEntry
from roomnight.kernel.errors import Refusal
from roomnight.kernel.models import AuditEntry, Notification
from roomnight.orders.commands import add_item, change_item, change_order, new_order, remove_item
from roomnight.orders.models import Order, OrderItem, OrderState
from roomnight.orders.rules.items import cost
from tests.world_orders import CAR, DINNER, FUNCTION, ITEMS, ROOMS, SIGN, asked, at, taken

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_work")]
HERE = "/h/lujiazui/orders"


@pytest.mark.rule("ORD-01")
def test_an_order_keeps_every_kind_of_item(world):
    order = taken(world)
    assert (order.state, order.follower, order.taken_by) == (OrderState.ENQUIRY, world.chen, world.chen)
    assert order.number.startswith("DD-202611-")
    assert [item.kind for item in order.items.all()] == ["rooms", "function", "catering", "transport", "other"]
    assert [line.what for line in order.way.all()] == ["taken", *["item_added"] * len(ITEMS)]
    assert TimelineEntry.objects.filter(account=world.huaxing, kind="order", url=order.get_absolute_url()).count() == 1


@pytest.mark.parametrize(
    ("one", "cents"),
    [(ROOMS, 20 * 2 * 58_000), (FUNCTION, 1_200_000), (DINNER, 8 * 288_800), (CAR, 300_000), (SIGN, 0)],
)
def test_what_an_item_comes_to(one, cents):
    nights = (one["departs_on"] - one["arrives_on"]).days if one["kind"] == "rooms" else 0
    assert cost(one["kind"], one.get("price_cents"), one.get("count", 1), nights) == cents


@pytest.mark.rule("ORD-03")
def test_who_takes_an_order_follows_it_and_a_colleague_is_told(world):
    chen = world.seat("chen")
    own = new_order(actor=chen, account=world.huaxing, taken_by=chen.staff, **asked())
    assert own.follower == chen.staff
    before = Notification.objects.filter(recipient="xu").count()
    other = new_order(actor=chen, account=world.huaxing, taken_by=chen.staff, follower=world.xu, **asked())
    assert (other.taken_by, other.follower) == (world.chen, world.xu)
    assert Notification.objects.filter(recipient="xu").count() == before + 1


REFUSED = [
    ({"departs_on": date(2026, 12, 9)}, "order.days"),
    ({"departs_on": date(2029, 12, 9)}, "order.long"),
    ({"title": "  "}, "order.title"),
    ({"kind": "picnic"}, "order.kind"),
    ({"payment": "shells"}, "order.payment"),
    ({"deposit_cents": -1}, "order.amount"),
]


@pytest.mark.parametrize(("wrong", "code"), REFUSED, ids=[code for _wrong, code in REFUSED])
def test_an_order_that_cannot_be_is_refused(world, wrong, code):
    chen = world.seat("chen")
    before = Order.objects.count(), AuditEntry.objects.count()
    with pytest.raises(Refusal) as refused:
        new_order(actor=chen, account=world.huaxing, taken_by=chen.staff, **asked(**wrong))
    assert refused.value.code == code
    assert (Order.objects.count(), AuditEntry.objects.count()) == before


def test_a_contact_of_another_client_is_refused(world):
    chen = world.seat("chen")
    with pytest.raises(Refusal, match="order.contact|客户|client"):
        new_order(actor=chen, account=world.huaxing, taken_by=chen.staff, **asked(contact=world.qiu))


WRONG_ITEMS = [
    ({**ROOMS, "departs_on": ROOMS["arrives_on"]}, "item.order"),
    ({**ROOMS, "arrives_on": None}, "item.nights"),
    ({**ROOMS, "departs_on": date(2028, 12, 9)}, "item.long"),
    ({**ROOMS, "count": 0}, "item.count"),
    ({**FUNCTION, "ends_at": at(10, 13)}, "item.order"),
    ({**FUNCTION, "ends_at": None}, "item.hour"),
    ({**DINNER, "starts_at": None}, "item.hour"),
    ({**SIGN, "price_cents": -5}, "item.price"),
    ({**SIGN, "kind": "balloons"}, "item.kind"),
]


@pytest.mark.rule("ORD-01")
@pytest.mark.parametrize(("wrong", "code"), WRONG_ITEMS, ids=range(len(WRONG_ITEMS)))
def test_an_item_that_cannot_be_is_refused(world, wrong, code):
    order = taken(world, items=())
    with pytest.raises(Refusal) as refused:
        add_item(actor=world.seat("chen"), order=order, **wrong)
    assert refused.value.code == code
    assert not order.items.exists()


def test_the_order_grows_with_its_items_and_never_shrinks(world):
    chen = world.seat("chen")
    order = taken(world, items=())
    add_item(actor=chen, order=order, **{**CAR, "starts_at": at(13, 8)})
    order.refresh_from_db()
    assert (order.arrives_on, order.departs_on) == (date(2026, 12, 10), date(2026, 12, 13))
    item = add_item(actor=chen, order=order, **{**FUNCTION, "starts_at": at(9, 22), "ends_at": at(10, 1)})
    order.refresh_from_db()
    assert (order.arrives_on, order.departs_on) == (date(2026, 12, 9), date(2026, 12, 13))
    remove_item(actor=chen, item=item, note="客户取消彩排")
    order.refresh_from_db()
    assert order.arrives_on == date(2026, 12, 9)
    assert OrderItem.objects.get(pk=item.pk).removed_at is not None


def test_two_change_one_item_and_the_second_is_asked(world):
    chen = world.seat("chen")
    item = taken(world, items=(SIGN,)).items.get()
    change_item(actor=chen, item=item, revision=1, what="水牌与横幅", count=3)
    stale = OrderItem.objects.select_related("order__hotel").get(pk=item.pk)
    with pytest.raises(Refusal) as refused:
        change_item(actor=chen, item=stale, revision=1, what="水牌", count=1)
    assert refused.value.code == "record.changed_meanwhile"
    stale.refresh_from_db()
    assert (stale.what, stale.count) == ("水牌与横幅", 3)


def test_a_closed_order_is_not_changed(world):
    chen = world.seat("chen")
    order = taken(world)
    Order.objects.filter(pk=order.pk).update(state=OrderState.ARCHIVED)
    item = order.items.first()
    for attempt in (
        lambda: add_item(actor=chen, order=order, **SIGN),
        lambda: change_item(actor=chen, item=item, revision=1, count=2),
        lambda: remove_item(actor=chen, item=item, note="x"),
        lambda: change_order(
            actor=chen, order=order, revision=1, title="x", arrives_on=order.arrives_on, departs_on=order.departs_on
        ),
    ):
        with pytest.raises(Refusal) as refused:
            attempt()
        assert refused.value.code == "order.state"


def test_taking_an_order_and_a_function_past_midnight_on_the_pages(world, browse):
    client = browse("chen")
    sent = {
        "title": "新品发布会", "kind": "party", "arrives_on": "2026-12-24", "departs_on": "2026-12-24", "channel": "wechat",
        "follower": world.chen.pk, "payment": "on_site", "account": world.huaxing.pk, "deposit": "3000.50",
    }  # fmt: skip
    assert client.post(f"{HERE}/new/", {**sent, "departs_on": "2026-12-01"}).status_code == 422
    answer = client.post(f"{HERE}/new/", sent)
    order = Order.objects.get(title="新品发布会")
    assert (answer.status_code, answer["Location"]) == (302, order.get_absolute_url())
    assert order.deposit_cents == 300_050
    evening = {"what": "酒会", "on": "2026-12-24", "at": "21:00", "until": "01:30", "people": "60", "price": "8800"}
    assert client.post(f"{HERE}/{order.pk}/items/new/function/", evening).status_code == 302
    item = order.items.get()
    assert (item.starts_at, item.ends_at, item.price_cents) == (at(24, 21), at(25, 1, 30), 880_000)
    page = client.get(order.get_absolute_url()).content.decode()
    assert "21:00 – 12-25 01:30" in page and "¥8,800.00" in page
    edit = client.get(f"{HERE}/{order.pk}/items/{item.pk}/").content.decode()
    assert 'value="21:00"' in edit and 'value="01:30"' in edit and 'value="2026-12-24"' in edit
    assert client.get(f"{HERE}/{order.pk}/items/new/balloons/").status_code == 404
