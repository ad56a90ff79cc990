"""Rooms kept for a group through its commands: kept, changed, picked up, given back, released at the cut-off (ORD-08)."""

import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from roomnight.kernel.commands import SYSTEM
from roomnight.kernel.errors import Refusal
from roomnight.kernel.models import Notification
from roomnight.kernel.policy import set_policy
from roomnight.orders.commands import change_item, confirm_order, remove_item
from roomnight.orders.commands.blocks import (
    change_block,
    change_room,
    give_back,
    keep_block,
    pick_up,
    release_rooms,
    see_to_cut_offs,
)
from roomnight.orders.jobs import cut_offs_of_the_day
from roomnight.orders.models import BlockNight, BlockRoom, DepartmentNotice, OrderGuest, OrderRevision, RoomBlock
from roomnight.orders.queries.gate import cents_of
from roomnight.orders.rules.blocks import nights_between
from tests.world_orders import ARRIVES, DEPARTS, ROOMS, taken

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_work")]
NIGHTS = nights_between(ARRIVES, DEPARTS)
CUT_OFF = date(2026, 12, 1)


def kept(world, count=20, cut_off_on=CUT_OFF, **more):
    order = taken(world, items=[{**ROOMS, "count": count}], payment="on_site", **more)
    block = keep_block(actor=world.seat("chen"), item=order.items.get(), cut_off_on=cut_off_on)
    return fresh(block)


def fresh(block):
    return RoomBlock.objects.select_related("item__order__hotel", "item__order__follower", "item__order__account").get(
        pk=block.pk
    )


def figures(block):
    return [(row.rooms, row.picked, row.agreed) for row in BlockNight.objects.filter(block=block).order_by("night")]


def sound(block):
    """What is picked up and what is left is the block, and just the rooms of the list are picked up."""
    rooms = list(BlockRoom.objects.filter(block=block, given_back_at=None))
    for row in BlockNight.objects.filter(block=block):
        assert min(row.picked, row.left) >= 0 and row.picked + row.left == row.rooms <= row.agreed
        assert row.picked == sum(one.arrives_on <= row.night < one.departs_on for one in rooms)


def take(world, block, rooms=1, **more):
    stay = {"arrives_on": ARRIVES, "departs_on": DEPARTS}
    return pick_up(actor=world.seat("chen"), block=block, rooms=rooms, **{**stay, **more})


@pytest.mark.rule("ORD-08")
def test_a_block_is_kept_picked_up_and_given_back_night_by_night(world):
    block = kept(world)
    assert figures(block) == [(20, 0, 20)] * 2
    rooms = take(world, block, 3)
    named = take(world, block, departs_on=ARRIVES + timedelta(days=1), names=["邵启明", "温若琳"])
    assert figures(block) == [(20, 4, 20), (20, 3, 20)]
    assert [guest.name for guest in named[0].guests.all()] == ["邵启明", "温若琳"]
    give_back(actor=world.seat("chen"), room=rooms[0])
    give_back(actor=world.seat("chen"), room=named[0])
    assert figures(block) == [(20, 2, 20)] * 2
    assert set(OrderGuest.objects.filter(order=block.item.order).values_list("name", "room")) == {
        ("邵启明", None),
        ("温若琳", None),
    }
    with pytest.raises(Refusal) as refused:
        give_back(actor=world.seat("chen"), room=rooms[0])
    assert refused.value.code == "block.given_back"
    sound(block)


@pytest.mark.rule("ORD-08")
@pytest.mark.parametrize(
    ("case", "do", "code"),
    [
        ("more than are kept", lambda w, b: take(w, b, 18), "block.none_left"),
        ("a night outside", lambda w, b: take(w, b, departs_on=DEPARTS + timedelta(days=1)), "block.no_night"),
        ("no night at all", lambda w, b: take(w, b, departs_on=ARRIVES), "block.stay"),
        ("no room", lambda w, b: take(w, b, 0), "block.rooms"),
        ("five in a room", lambda w, b: take(w, b, names=list("甲乙丙丁戊")), "block.names"),
        ("fewer than named", lambda w, b: change(w, b, 2), "block.below_pick_up"),
        ("too many", lambda w, b: change(w, b, 6000), "block.count"),
        ("a second block", lambda w, b: keep_block(actor=w.seat("chen"), item=b.item), "block.twice"),
        ("no reason", lambda w, b: let_go(w, b, why=" "), "block.why"),
        ("more than are left", lambda w, b: let_go(w, b, rooms=18), "block.none_left"),
        ("nights that are not its own", lambda w, b: let_go(w, b, first=DEPARTS, last=DEPARTS), "block.none_left"),
        ("a cut-off after the arrival", lambda w, b: change(w, b, 20, cut_off_on=DEPARTS), "block.cut_off"),
        ("a cut-off gone by", lambda w, b: change(w, b, 20, cut_off_on=date(2026, 11, 1)), "block.cut_off"),
        ("seen before another changed it", lambda w, b: change(w, b, 21, revision=99), "record.changed_meanwhile"),
        ("taken out of the order", lambda w, b: remove_item(actor=w.seat("chen"), item=b.item, note="不要了"), "block.named"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_and_changes_nothing(world, case, do, code):
    block = kept(world)
    take(world, block, 3)
    before = figures(block)
    with pytest.raises(Refusal) as refused:
        do(world, block)
    assert (refused.value.code, figures(block)) == (code, before), case


def change(world, block, rooms, cut_off_on=CUT_OFF, revision=None):
    numbers = rooms if isinstance(rooms, dict) else dict.fromkeys(NIGHTS, rooms)
    return change_block(
        actor=world.seat("chen"),
        block=block,
        revision=revision or fresh(block).revision,
        rooms=numbers,
        cut_off_on=cut_off_on,
    )


def let_go(world, block, rooms=None, why="客户确认不再需要", first=ARRIVES, last=DEPARTS):
    return release_rooms(
        actor=world.seat("chen"),
        block=block,
        revision=fresh(block).revision,
        why=why,
        first=first,
        last=last,
        rooms=rooms,
    )


@pytest.mark.rule("ORD-08")
@pytest.mark.rule("CHG-01")
def test_a_changed_block_is_a_new_revision_that_departments_confirm_again(world):
    block = kept(world)
    order = block.item.order
    confirm_order(actor=world.seat("chen"), order=order, note="")
    first = OrderRevision.objects.filter(order=order).count()
    change(world, block, {NIGHTS[0]: 20, NIGHTS[1]: 12})
    item = fresh(block).item
    assert (item.count, item.by_night, item.room_nights) == (20, "12-10 ×20 · 12-11 ×12", 32)
    assert cents_of([item]) == 32 * 58_000
    assert OrderRevision.objects.filter(order=order).count() == first + 1
    told = DepartmentNotice.objects.filter(order=order, superseded_at=None)
    assert {
        notice.revision.number for notice in told.filter(department__kind__in=["front_office", "housekeeping"])
    } == {2}
    change(world, fresh(block), {NIGHTS[0]: 12, NIGHTS[1]: 12})
    item = fresh(block).item
    assert (item.count, item.by_night, item.room_nights) == (12, "", None)
    assert figures(block) == [(12, 0, 20)] * 2


def test_only_a_new_cut_off_date_is_no_change_of_the_order(world):
    block = kept(world)
    confirm_order(actor=world.seat("chen"), order=block.item.order, note="")
    before = OrderRevision.objects.count()
    change(world, block, 20, cut_off_on=date(2026, 12, 5))
    assert (OrderRevision.objects.count(), fresh(block).cut_off_on) == (before, date(2026, 12, 5))


@pytest.mark.rule("ORD-08")
def test_the_block_follows_the_item(world):
    block = kept(world)
    take(world, block, 2, departs_on=ARRIVES + timedelta(days=1))
    chen, item = world.seat("chen"), block.item
    change_item(actor=chen, item=item, revision=item.revision, departs_on=DEPARTS + timedelta(days=1))
    assert figures(block) == [(20, 2, 20), (20, 0, 20), (20, 0, 20)]
    item = fresh(block).item
    change_item(actor=chen, item=item, revision=item.revision, count=15)
    assert figures(block) == [(15, 2, 20), (15, 0, 20), (15, 0, 20)]
    item = fresh(block).item
    with pytest.raises(Refusal) as refused:
        change_item(actor=chen, item=item, revision=item.revision, arrives_on=NIGHTS[1])
    assert refused.value.code == "block.below_pick_up"
    item = fresh(block).item
    with pytest.raises(Refusal):
        change_item(actor=chen, item=item, revision=item.revision, count=1)
    item = fresh(block).item
    change_item(actor=chen, item=item, revision=item.revision, departs_on=NIGHTS[1])
    assert figures(block) == [(15, 2, 20)]
    sound(block)


@pytest.mark.rule("ORD-08")
def test_a_room_of_the_list_moves_and_is_named(world):
    order = taken(
        world, items=[ROOMS, {**ROOMS, "room_type": "deluxe", "count": 2, "price_cents": None}], payment="on_site"
    )
    chen = world.seat("chen")
    king, suite = (fresh(keep_block(actor=chen, item=item)) for item in order.items.all())
    room = take(world, king, names=["邵启明", "温若琳"])[0]
    room = BlockRoom.objects.select_related("block__item__order__hotel").get(pk=room.pk)
    change_room(
        actor=chen,
        room=room,
        revision=1,
        block=suite,
        arrives_on=NIGHTS[1],
        departs_on=DEPARTS,
        names=["邵启明", "齐文博"],
        note="连通房",
    )
    assert (figures(king), figures(suite)) == ([(20, 0, 20)] * 2, [(2, 0, 2), (2, 1, 2)])
    assert {guest.name: guest.room_id for guest in OrderGuest.objects.filter(order=order)} == {
        "邵启明": room.pk, "温若琳": None, "齐文博": room.pk,
    }  # fmt: skip
    with pytest.raises(Refusal):
        change_room(
            actor=chen, room=room, revision=2, arrives_on=ARRIVES, departs_on=DEPARTS + timedelta(days=9), names=[]
        )
    assert figures(suite) == [(2, 0, 2), (2, 1, 2)]


@pytest.mark.rule("ORD-08")
def test_a_release_leaves_what_has_names_and_says_who_and_why(world):
    block = kept(world)
    take(world, block, 4)
    log = let_go(world, block, rooms=5, last=ARRIVES)
    assert (log.rooms, log.who, log.by_night) == (5, "chen", {"2026-12-10": 5})
    assert (figures(block), fresh(block).state) == ([(15, 4, 20), (20, 4, 20)], "kept")
    log = let_go(world, block)
    assert (log.rooms, figures(block), fresh(block).state) == (27, [(4, 4, 20)] * 2, "released")
    assert fresh(block).item.count == 4
    change(world, fresh(block), 6)
    assert fresh(block).state == "kept"


def test_everything_released_costs_nothing(world):
    block = kept(world)
    let_go(world, block)
    item = fresh(block).item
    assert (item.count, item.room_nights, cents_of([item])) == (1, 0, 0)


deeds = st.lists(
    st.one_of(
        st.tuples(st.just("change"), st.dictionaries(st.sampled_from(NIGHTS), st.integers(0, 9), min_size=1)),
        st.tuples(st.just("pick_up"), st.integers(1, 6), st.sampled_from([(0, 1), (1, 2), (0, 2), (0, 3)])),
        st.tuples(st.just("give_back"), st.integers(0, 9)),
        st.tuples(st.just("release"), st.one_of(st.none(), st.integers(0, 5)), st.sampled_from([(0, 0), (1, 1), (0, 1)])),
        st.tuples(st.just("item"), st.integers(1, 9), st.integers(1, 3)),
    ),
    max_size=8,
)  # fmt: skip


@pytest.mark.rule("ORD-08")
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(done=deeds)
def test_whatever_is_done_picked_up_and_left_are_the_block(world, done):
    chen, block = world.seat("chen"), kept(world, 5)
    for what, *how in done:
        block = fresh(block)
        before = figures(block)
        try:
            match what:
                case "change":
                    change(world, block, how[0])
                case "pick_up":
                    first, last = (ARRIVES + timedelta(days=ahead) for ahead in how[1])
                    take(world, block, how[0], arrives_on=first, departs_on=last)
                case "give_back":
                    rooms = BlockRoom.objects.filter(block=block, given_back_at=None).select_related(
                        "block__item__order__hotel"
                    )
                    if len(rooms) > how[0]:
                        give_back(actor=chen, room=rooms[how[0]])
                case "release":
                    first, last = (ARRIVES + timedelta(days=ahead) for ahead in how[1])
                    let_go(world, block, how[0], first=first, last=last)
                case "item":
                    last = ARRIVES + timedelta(days=how[1])
                    change_item(
                        actor=chen, item=block.item, revision=block.item.revision, count=how[0], departs_on=last
                    )
        except Refusal:
            assert figures(block) == before, what
        sound(block)


# ---- the cut-off


def told(*blocks):
    """What its follower heard of the cut-off of these blocks."""
    numbers = [block.item.order.number for block in blocks]
    found = Notification.objects.filter(recipient="chen", values__number__in=numbers, message__contains="room nights")
    return list(found.order_by("pk").values_list("message", flat=True))


@pytest.mark.rule("ORD-08")
def test_reminders_before_the_cut_off_each_once_and_the_day_itself(world):
    block = kept(world)
    take(world, block, 5)
    said = {}
    for ahead in range(9, -3, -1):
        on = CUT_OFF - timedelta(days=ahead)
        for _time in range(2):
            see_to_cut_offs(actor=SYSTEM, hotel=world.lujiazui, on=on)
        said[ahead] = len(told(block))
    assert said == {9: 0, 8: 0, 7: 1, 6: 1, 5: 1, 4: 1, 3: 2, 2: 2, 1: 3, 0: 4, -1: 4, -2: 4}
    assert "can be released" in told(block)[-1]
    assert figures(block) == [(20, 5, 20)] * 2


@pytest.mark.rule("ORD-08")
def test_at_the_cut_off_rooms_are_released_where_the_hotel_says_so(world):
    set_policy(
        actor=world.seat("lin"),
        key="orders.at_cut_off",
        hotel_code="lujiazui",
        value="release",
        effective_from=date(2026, 11, 18),
    )
    block = kept(world)
    confirm_order(actor=world.seat("chen"), order=block.item.order, note="")
    take(world, block, 5)
    see_to_cut_offs(actor=SYSTEM, hotel=world.lujiazui, on=CUT_OFF)
    block = fresh(block)
    assert (figures(block), block.state, block.cut_off_done_on) == ([(5, 5, 20)] * 2, "released", CUT_OFF)
    assert block.releases.get().who == "system" and block.item.count == 5
    assert "were released" in told(block)[-1]
    assert OrderRevision.objects.filter(order=block.item.order).count() == 2


@pytest.mark.rule("ORD-08")
@pytest.mark.parametrize(
    ("utc", "done"),
    [("2026-11-30T15:59", False), ("2026-11-30T16:00", True), ("2026-12-01T10:00", True), ("2026-12-03T10:00", True)],
)
def test_the_job_goes_by_the_day_of_the_hotel(world, utc, done):
    block = kept(world)
    with time_machine.travel(datetime.fromisoformat(utc).replace(tzinfo=ZoneInfo("UTC")), tick=False):
        cut_offs_of_the_day.call()
    assert (fresh(block).cut_off_done_on is not None) is done


def test_nobody_is_told_of_a_full_block_or_an_order_that_is_over(world):
    full = kept(world, 2)
    take(world, full, 2)
    lost = kept(world)
    type(lost.item.order).objects.filter(pk=lost.item.order_id).update(state="cancelled")
    for ahead in (3, 0):
        see_to_cut_offs(actor=SYSTEM, hotel=world.lujiazui, on=CUT_OFF - timedelta(days=ahead))
    assert told(full, lost) == []
    assert fresh(lost).cut_off_done_on is None


# ---- the pages


def html(answer):
    return answer.content.decode()


@pytest.mark.rule("ORD-08")
def test_the_panel_says_night_by_night_what_is_picked_up_and_left(world, browse):
    block = kept(world, 20)
    take(world, block, 7)
    let_go(world, block, rooms=3, first=ARRIVES, last=ARRIVES)
    text = html(browse("chen").get(f"/h/lujiazui/orders/{block.item.order_id}/blocks/"))
    for said in ("7 / 17", "剩 10", "约定 20", "7 / 20", "剩 13", "释放 3 间夜", "客户确认不再需要"):
        assert said in text, said
    assert text.count('value="41"') == text.count('value="35"') == 1  # the bars
    reader = html(browse("zhou").get(f"/h/lujiazui/orders/{block.item.order_id}/blocks/"))
    assert "7 / 17" in reader


@pytest.mark.rule("ORD-08")
def test_a_block_is_kept_changed_picked_up_and_released_on_its_pages(world, browse):
    order = taken(world, items=[{**ROOMS, "count": 5}], payment="on_site")
    chen, item, start = browse("chen"), order.items.get(), f"/h/lujiazui/orders/{order.pk}/blocks/"
    assert chen.post(f"{start}new/{item.pk}/", {"cut_off_on": "2026-12-01"}).status_code == 302
    block = RoomBlock.objects.get(item=item)
    assert chen.get(f"{start}new/{item.pk}/").status_code == 302
    stay = {"arrives_on": "2026-12-10", "departs_on": "2026-12-12"}
    assert chen.post(f"{start}{block.pk}/pick-up/", {**stay, "rooms": 1, "names": "邵启明\n温若琳"}).status_code == 302
    assert chen.post(f"{start}{block.pk}/pick-up/", {**stay, "rooms": 9}).status_code == 422
    rooms = {"n20261210": 6, "n20261211": 4, "cut_off_on": "2026-12-02"}
    assert chen.post(f"{start}{block.pk}/", rooms).status_code == 302
    answer = chen.post(f"{start}{block.pk}/", {**rooms, "n20261210": 0})
    assert answer.status_code == 422 and 'value="0"' in html(answer) and "已有名单" in html(answer)
    release = {"first": "2026-12-10", "last": "2026-12-11", "why": "人数减少"}
    assert chen.post(f"{start}{block.pk}/release/", {**release, "why": ""}).status_code == 422
    assert chen.post(f"{start}{block.pk}/release/", {**release, "rooms": 2}).status_code == 302
    assert figures(block) == [(4, 1, 6), (2, 1, 5)]
    room = BlockRoom.objects.get(block=block)
    assert chen.post(f"/h/lujiazui/orders/{order.pk}/rooming/{room.pk}/give-back/").status_code == 302
    assert figures(block) == [(4, 0, 6), (2, 0, 5)]


@pytest.mark.rule("ACC-10")
def test_who_comes_second_sees_what_changed_in_the_block(world, browse):
    block = kept(world, 5)
    page = f"/h/lujiazui/orders/{block.item.order_id}/blocks/{block.pk}/"
    seen = re.search(r'name="seen" value="([^"]+)"', html(browse("chen").get(page)))[1]
    change(world, block, {NIGHTS[0]: 4})
    answer = browse("chen").post(page, {"n20261210": 7, "n20261211": 5, "cut_off_on": "2026-12-01", "seen": seen})
    assert (answer.status_code, figures(block)) == (422, [(4, 0, 5), (5, 0, 5)])
