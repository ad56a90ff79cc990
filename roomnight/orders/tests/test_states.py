"""How an order goes its way, and what the client's credit says to it (ORD-02, CRD-11)."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import time_machine

from roomnight.credit.commands import hold, release, set_limit
from roomnight.credit.models import CreditAccount
from roomnight.kernel.commands import SYSTEM, UNCHANGED
from roomnight.kernel.errors import Refusal
from roomnight.kernel.models import AuditEntry, Notification
from roomnight.orders.commands import (
    add_item,
    archive_order,
    begin_order,
    cancel_order,
    change_item,
    change_order,
    complete_order,
    confirm_order,
    decline_order,
    hand_over_order,
    hold_option,
    let_through,
    miss_order,
    note_no_comments,
    reopen_order,
    tell_of_options,
)
from roomnight.orders.models import Order, OrderItem
from roomnight.orders.rules.options import OVER, SOON, proposed_until, to_tell
from roomnight.orders.rules.states import MOVES, may_move
from tests.world_following import all_confirmed
from tests.world_orders import FUNCTION, SIGN, taken

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_work")]
ARRIVAL = datetime(2026, 12, 10, 4, tzinfo=UTC)
SMALL = {**FUNCTION, "price_cents": 500_000}


def small(world, who="chen", client="huaxing", **more):
    return taken(world, who, client, (SMALL,), **{"payment": "on_site", **more})


def credit_of(world):
    return CreditAccount.objects.select_related("hotel", "account__hotel").get(account=world.huaxing)


def confirmed(world, **more):
    return confirm_order(actor=world.seat("chen"), order=small(world, **more))


@pytest.mark.rule("ORD-02")
@pytest.mark.parametrize(
    ("old", "new", "allowed"),
    [
        ("enquiry", "tentative", True), ("enquiry", "definite", True), ("tentative", "definite", True),
        ("tentative", "enquiry", True), ("definite", "in_progress", True), ("in_progress", "completed", True),
        ("completed", "archived", True), ("enquiry", "in_progress", False), ("tentative", "completed", False),
        ("definite", "declined", False), ("in_progress", "cancelled", False), ("archived", "in_progress", False),
        ("archived", "enquiry", False), ("cancelled", "definite", False), ("no_show", "definite", True),
        ("enquiry", "no_show", False), ("definite", "archived", False), ("nonsense", "enquiry", False),
    ],
)  # fmt: skip
def test_which_state_follows_which(old, new, allowed):
    assert may_move(old, new) is allowed


@pytest.mark.rule("ORD-02")
def test_every_state_is_reached_and_only_the_archive_is_final():
    assert {state for state, following in MOVES.items() if not following} == {"archived"}
    assert {one for following in MOVES.values() for one in following} == set(MOVES)


TODAY = date(2026, 11, 18)


@pytest.mark.parametrize(
    ("days", "arrives", "until"),
    [(7, date(2026, 12, 10), date(2026, 11, 25)), (7, date(2026, 11, 20), date(2026, 11, 19)), (7, TODAY, TODAY)],
)
def test_how_long_an_option_is_proposed(days, arrives, until):
    assert proposed_until(TODAY, days, arrives) == until


@pytest.mark.rule("ORD-02")
@pytest.mark.parametrize(
    ("today", "told", "over", "what"),
    [
        (date(2026, 11, 22), False, False, ""), (date(2026, 11, 23), False, False, SOON),
        (date(2026, 11, 25), False, False, SOON), (date(2026, 11, 25), True, False, ""),
        (date(2026, 11, 26), True, False, OVER), (date(2026, 11, 26), False, False, OVER),
        (date(2026, 12, 1), True, True, ""),
    ],
)  # fmt: skip
def test_when_an_option_is_told_of(today, told, over, what):
    assert to_tell(date(2026, 11, 25), today, 2, was_told=told, was_told_over=over) == what


@pytest.mark.rule("ORD-02")
def test_an_order_from_enquiry_to_archive(world):
    chen = world.seat("chen")
    order = small(world)
    hold_option(actor=chen, order=order, until=date(2026, 11, 25))
    confirm_order(actor=chen, order=order, note="合同已签回")
    assert order.confirmed_at is not None
    with pytest.raises(Refusal) as early:
        begin_order(actor=chen, order=order)
    assert early.value.code == "order.early"
    with time_machine.travel(ARRIVAL, tick=False):
        begin_order(actor=chen, order=order)
        complete_order(actor=chen, order=order)
        all_confirmed(world, order)
        note_no_comments(actor=chen, order=order, staff=world.chen, note="尹曼")
        archive_order(actor=chen, order=order)
    order.refresh_from_db()
    assert order.state == "archived"
    said = [line.what for line in order.way.all()]
    assert said == ["taken", "item_added", "held", "confirmed", "began", "completed", "no_comment", "archived"]
    for attempt in (reopen_order, decline_order, cancel_order):
        with pytest.raises(Refusal) as refused:
            attempt(actor=chen, order=order, reason="x")
        assert refused.value.code == "order.state"
    with pytest.raises(Refusal):
        hand_over_order(actor=chen, order=order, to=world.xu, reason="x")


@pytest.mark.parametrize(
    "until", [date(2026, 11, 17), date(2026, 12, 13)], ids=["a day gone by", "after the order is over"]
)
def test_an_option_on_a_day_that_cannot_be(world, until):
    order = small(world)
    with pytest.raises(Refusal) as refused:
        hold_option(actor=world.seat("chen"), order=order, until=until)
    assert refused.value.code == "order.option"
    assert Order.objects.get(pk=order.pk).state == "enquiry"


@pytest.mark.rule("ORD-02")
def test_ends_need_a_reason_and_keep_the_charge(world):
    chen = world.seat("chen")
    order = confirmed(world)
    with pytest.raises(Refusal) as refused:
        cancel_order(actor=chen, order=order, reason="  ", charge_cents=100)
    assert refused.value.code == "order.reason"
    with pytest.raises(Refusal):
        cancel_order(actor=chen, order=order, reason="x", charge_cents=-1)
    cancel_order(actor=chen, order=order, reason="会议改期", charge_cents=150_000)
    order.refresh_from_db()
    assert (order.state, order.end_reason, order.end_charge_cents) == ("cancelled", "会议改期", 150_000)
    reopen_order(actor=chen, order=order, reason="客户又要办了")
    order.refresh_from_db()
    assert (order.state, order.end_reason, order.end_charge_cents) == ("enquiry", "", None)
    decline_order(actor=chen, order=order, reason="档期已满", went_to="浦江国际酒店")
    order.refresh_from_db()
    assert (order.state, order.went_to) == ("declined", "浦江国际酒店")
    missed = confirmed(world)
    with time_machine.travel(ARRIVAL, tick=False):
        miss_order(actor=chen, order=missed, reason="联系不上", charge_cents=500_000)
        reopen_order(actor=chen, order=missed, reason="航班晚到一天")
    missed.refresh_from_db()
    assert missed.state == "definite"


def test_nothing_is_confirmed_without_items(world):
    order = taken(world, items=(), payment="on_site")
    with pytest.raises(Refusal) as refused:
        confirm_order(actor=world.seat("chen"), order=order)
    assert refused.value.code == "order.empty"


@pytest.mark.rule("ORD-03")
def test_a_hand_over_is_recorded_and_told(world):
    chen = world.seat("chen")
    order = small(world)
    hand_over_order(actor=chen, order=order, to=world.xu, reason="休假")
    order.refresh_from_db()
    assert (order.taken_by, order.follower) == (world.chen, world.xu)
    assert AuditEntry.objects.filter(command="orders.take_over_order").latest("pk").changes["follower"] == [
        "chen",
        "xu",
    ]
    assert Notification.objects.filter(recipient="xu", url=order.get_absolute_url()).exists()
    with pytest.raises(Refusal) as refused:
        hand_over_order(actor=chen, order=order, to=world.ye, reason="x")
    assert refused.value.code == "order.follower"
    assert hand_over_order(actor=chen, order=order, to=world.xu, reason="x") is UNCHANGED


@pytest.mark.rule("ORD-02")
def test_options_are_told_of_once_before_and_once_after(world):
    order = small(world)
    hold_option(actor=world.seat("chen"), order=order, until=date(2026, 11, 25))
    bell = lambda who: Notification.objects.filter(recipient=who, url=order.get_absolute_url()).count()  # noqa: E731
    assert tell_of_options(actor=SYSTEM, hotel=world.lujiazui, on=date(2026, 11, 22)) is UNCHANGED
    for day in (23, 24, 25):
        tell_of_options(actor=SYSTEM, hotel=world.lujiazui, on=date(2026, 11, day))
    assert (bell("chen"), bell("zhou")) == (1, 0)
    for day in (26, 27):
        tell_of_options(actor=SYSTEM, hotel=world.lujiazui, on=date(2026, 11, day))
    assert (bell("chen"), bell("zhou")) == (2, 1)
    hold_option(actor=world.seat("chen"), order=order, until=date(2026, 12, 5))
    tell_of_options(actor=SYSTEM, hotel=world.lujiazui, on=date(2026, 12, 4))
    assert bell("chen") == 3


# ---- the client's credit


def refused_code(deed, **given):
    with pytest.raises(Refusal) as refused:
        deed(**given)
    return refused.value.code


@pytest.mark.rule("CRD-11")
@pytest.mark.rule("ORD-02")
def test_credit_stands_before_every_way_into_a_firm_order(world):
    chen, cao = world.seat("chen"), world.seat("cao")
    credit = credit_of(world)
    firm = confirmed(world, payment="credit")
    called_off = cancel_order(actor=chen, order=small(world), reason="改期")
    hold(actor=cao, credit=credit, reason="支票退票")
    asked = small(world)
    assert refused_code(confirm_order, actor=chen, order=asked) == "credit.hold"
    assert refused_code(reopen_order, actor=chen, order=called_off, reason="又要办") == "credit.hold"
    assert refused_code(add_item, actor=chen, order=firm, **SMALL) == "credit.hold"
    item = OrderItem.objects.select_related("order__hotel", "order__account__hotel").get(order=firm)
    assert refused_code(change_item, actor=chen, item=item, revision=1, price_cents=600_000) == "credit.hold"
    firm.refresh_from_db()
    head = {"title": firm.title, "arrives_on": firm.arrives_on, "departs_on": firm.departs_on}
    given = {"actor": chen, "order": firm, "revision": firm.revision, "payment": "on_site", **head}
    assert refused_code(change_order, **given) == "credit.hold"
    with time_machine.travel(ARRIVAL, tick=False):
        assert refused_code(begin_order, actor=chen, order=firm) == "credit.hold"
    assert Order.objects.get(pk=asked.pk).state == "enquiry"
    add_item(actor=chen, order=firm, **SIGN)
    item.refresh_from_db()
    change_item(actor=chen, item=item, revision=item.revision, price_cents=400_000)
    credit.refresh_from_db()
    release(actor=cao, credit=credit, reason="已补款")
    confirm_order(actor=chen, order=asked)


@pytest.mark.rule("CRD-11")
def test_how_an_order_is_paid_is_read_when_it_is_confirmed(world):
    """Opened while it was paid on the spot, put on account by a colleague meanwhile: the limit is asked all the same."""
    chen = world.seat("chen")
    opened = taken(world, items=({**SMALL, "price_cents": 90_000_000},), payment="on_site")
    Order.objects.filter(pk=opened.pk).update(payment="credit")
    assert refused_code(confirm_order, actor=chen, order=opened) == "credit.limit"
    assert Order.objects.get(pk=opened.pk).state == "enquiry"


@pytest.mark.rule("CRD-11")
def test_an_order_on_account_fits_within_the_limit_together_with_the_others(world):
    chen = world.seat("chen")
    credit = credit_of(world)
    free = credit.limit_cents - credit.balance_cents - credit.pending_cents
    exactly = taken(world, items=({**SMALL, "price_cents": free},))
    confirm_order(actor=chen, order=exactly)
    one_cent = taken(world, items=({**SMALL, "price_cents": 1},))
    assert refused_code(confirm_order, actor=chen, order=one_cent) == "credit.limit"
    pays_itself = taken(world, items=({**SMALL, "price_cents": 9_000_000},), payment="on_site")
    confirm_order(actor=chen, order=pays_itself)
    cancel_order(actor=chen, order=exactly, reason="改期")
    confirm_order(actor=chen, order=one_cent)


def test_without_an_account_or_an_agreement_nothing_goes_on_account(world):
    chen = world.seat("chen")
    stranger = taken(world, client="jinyuan", items=(SMALL,), payment="credit")
    assert refused_code(confirm_order, actor=chen, order=stranger) == "credit.closed"
    late = taken(world, items=(SIGN,), arrives_on=date(2027, 11, 5), departs_on=date(2027, 11, 6), payment="credit")
    assert refused_code(confirm_order, actor=chen, order=late) == "credit.agreement"
    cao = world.seat("cao")
    nobody = {"order": late, "staff": cao.staff, "reason": "老客户", "authority": Decimal(900_000)}
    assert refused_code(let_through, actor=cao, **nobody) == "credit.agreement"


@pytest.mark.rule("ORD-02")
def test_who_may_lets_an_order_through_with_a_reason_until_it_grows_or_a_hold_comes(world):
    chen, cao = world.seat("chen"), world.seat("cao")
    credit = credit_of(world)
    free = credit.limit_cents - credit.balance_cents
    order = taken(world, items=({**SMALL, "price_cents": free + 100_000},))
    assert refused_code(confirm_order, actor=chen, order=order) == "credit.limit"
    given = {"actor": cao, "order": order, "staff": cao.staff, "authority": None}
    assert refused_code(let_through, **given, reason=" ") == "order.reason"
    let_through(**given, reason="年度大客户，法人已承诺")
    confirm_order(actor=chen, order=order)
    assert refused_code(add_item, actor=chen, order=order, **SMALL) == "credit.limit"
    hold(actor=cao, credit=credit, reason="支票退票")
    order.refresh_from_db()
    assert order.passed_cents is None and order.credit_held_at is not None
    with time_machine.travel(ARRIVAL, tick=False):
        assert refused_code(begin_order, actor=chen, order=order) == "credit.hold"
    far_over = taken(world, items=({**SMALL, "price_cents": free * 3},))
    assert refused_code(let_through, **{**given, "order": far_over}, reason="x") == "credit.authority"


def test_an_order_with_nothing_in_its_way_is_not_let_through(world):
    cao = world.seat("cao")
    given = {"order": small(world), "staff": cao.staff, "reason": "x", "authority": None}
    assert refused_code(let_through, actor=cao, **given) == "order.nothing_in_the_way"


@pytest.mark.rule("CRD-08")
def test_a_hold_flags_the_clients_open_orders_and_the_release_takes_it_off(world):
    chen, cao = world.seat("chen"), world.seat("cao")
    credit = credit_of(world)
    order, other = small(world), small(world, "sun", "minjiang")
    lost = decline_order(actor=chen, order=small(world), reason="x")
    before = Notification.objects.filter(recipient="chen", url=order.get_absolute_url()).count()
    hold(actor=cao, credit=credit, reason="支票退票")
    flagged = set(Order.objects.filter(credit_held_at__isnull=False).values_list("pk", flat=True))
    assert {order.pk, world.order.pk} <= flagged and not {other.pk, lost.pk} & flagged
    assert Notification.objects.filter(recipient="chen", url=order.get_absolute_url()).count() == before + 1
    credit.refresh_from_db()
    release(actor=cao, credit=credit, reason="已补款")
    assert not Order.objects.filter(credit_held_at__isnull=False).exists()


def test_a_lower_limit_stops_what_pays_itself_while_more_is_owed(world):
    chen, cao = world.seat("chen"), world.seat("cao")
    set_limit(actor=cao, credit=credit_of(world), limit=Decimal(500), reason="降额")
    assert refused_code(confirm_order, actor=chen, order=small(world)) in ("credit.limit", "credit.hold")


@pytest.mark.parametrize(("who", "sees"), [("chen", True), ("hu", False)])
def test_amounts_of_credit_are_for_those_who_see_credit(world, browse, who, sees):
    order = taken(world, items=({**SMALL, "price_cents": 9_000_000},))
    path = f"/h/lujiazui/orders/{order.pk}"
    answer = browse(who).post(f"{path}/confirm/", {"note": ""})
    assert answer.status_code == 422
    html = answer.content.decode()
    assert ("¥20,000.00" in html) is sees and (
        "20,000" in browse(who).get(f"{path}/standing/").content.decode()
    ) is sees


def test_the_way_on_the_pages(world, browse):
    order = small(world)
    path = f"/h/lujiazui/orders/{order.pk}"
    client = browse("chen")
    assert client.post(f"{path}/hold/", {"until": "2026-11-25"}).status_code == 302
    assert "保留至 2026-11-25" in client.get(f"{path}/").content.decode()
    assert client.post(f"{path}/confirm/", {"note": "合同已签回"}).status_code == 302
    assert client.post(f"{path}/begin/").status_code == 302
    assert Order.objects.get(pk=order.pk).state == "definite"
    assert client.post(f"{path}/cancel/", {"reason": "", "charge": ""}).status_code == 422
    assert client.post(f"{path}/cancel/", {"reason": "改期", "charge": "1200.50"}).status_code == 302
    html = client.get(f"{path}/").content.decode()
    assert "改期" in html and "¥1,200.50" in html
    assert client.post(f"{path}/reopen/", {"reason": "又要办"}).status_code == 302
    assert client.post(f"{path}/hand-over/", {"to": world.xu.pk, "reason": "休假"}).status_code == 302
    assert Order.objects.get(pk=order.pk).follower == world.xu
