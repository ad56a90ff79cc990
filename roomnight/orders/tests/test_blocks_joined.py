"""A stay that no block covers alone takes each night from the block that has it, and leaves it there again (ORD-08)."""

from datetime import date

import pytest

from roomnight.kernel.errors import Refusal
from roomnight.orders.commands import remove_item
from roomnight.orders.commands.blocks import change_block, change_room, give_back, keep_block, pick_up
from roomnight.orders.commands.rooming import Taken, take_list
from roomnight.orders.models import BlockNight, BlockRoom, NightElsewhere, RoomBlock
from roomnight.orders.rules.rooming import listed_rooms
from tests.world_orders import ROOMS, taken

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_work")]


def day(number: int) -> date:
    return date(2026, 12, number)


@pytest.fixture
def two(world):
    """Two superior rooms from the 10th to the 12th, one from the 12th to the 14th; a deluxe one all the time."""
    stays = [(10, 12, 2, "superior"), (12, 14, 1, "superior"), (10, 14, 1, "deluxe")]
    items = [
        {**ROOMS, "arrives_on": day(first), "departs_on": day(last), "count": count, "room_type": kind, "price_cents": None}
        for first, last, count, kind in stays
    ]  # fmt: skip
    order = taken(world, items=items, payment="on_site", departs_on=day(14))
    return order, [keep_block(actor=world.seat("chen"), item=item) for item in order.items.order_by("pk")]


def picked(blocks):
    """What is picked up night by night, block by block; it is what the rooms say that are on the list."""
    found = [list(BlockNight.objects.filter(block=one).order_by("night")) for one in blocks]
    for rows in found:
        for row in rows:
            elsewhere = NightElsewhere.objects.filter(night=row.night, room__given_back_at=None)
            mine = BlockRoom.objects.filter(
                block=row.block_id, given_back_at=None, arrives_on__lte=row.night, departs_on__gt=row.night
            )
            away = elsewhere.filter(room__block=row.block_id).count()
            assert row.picked == mine.count() - away + elsewhere.filter(block=row.block_id).count()
    return [[row.picked for row in rows] for rows in found]


def listed(world, order, *rows):
    header, *lines = [row.split(",") for row in ("姓名,房型,抵店,离店,识别号", *rows)]
    came = Taken()
    rooms = listed_rooms(header, enumerate(lines, 2))
    take_list(actor=world.seat("chen"), order=order, rooms=rooms, with_rooms=True, taken=came)
    return came


LONG = "邵启明,superior,2026-12-10,2026-12-14,A1"


@pytest.mark.rule("ORD-08")
def test_each_night_is_picked_up_where_it_is_kept(world, two):
    order, blocks = two
    came = listed(world, order, LONG)
    assert (came.rooms, came.refused) == (1, {}) and picked(blocks) == [[1, 1], [1, 1], [0] * 4]
    room = BlockRoom.objects.get(block__item__order=order)
    assert room.block == blocks[0] and [row.block for row in room.elsewhere.all()] == [blocks[1]] * 2
    again = listed(world, order, LONG)
    assert not again.does_something and picked(blocks) == [[1, 1], [1, 1], [0] * 4]


@pytest.mark.rule("ORD-08")
def test_where_one_night_is_gone_nothing_is_taken(world, two):
    order, blocks = two
    listed(world, order, LONG)
    came = listed(world, order, LONG, "温若琳,superior,2026-12-11,2026-12-13,A2")
    assert list(came.refused) == [3] and "2026-12-12" in came.refused[3] and picked(blocks) == [[1, 1], [1, 1], [0] * 4]
    came = listed(world, order, LONG, "温若琳,superior,2026-12-11,2026-12-15,A2")
    assert list(came.refused) == [3] and picked(blocks) == [[1, 1], [1, 1], [0] * 4]


@pytest.mark.rule("ORD-08")
def test_a_stay_that_becomes_shorter_or_is_given_back_leaves_every_night_where_it_was(world, two):
    order, blocks = two
    listed(world, order, LONG)
    listed(world, order, LONG.replace("12-14", "12-13"))
    assert picked(blocks) == [[1, 1], [1, 0], [0] * 4]
    listed(world, order, LONG.replace("12-14", "12-12"))
    assert picked(blocks) == [[1, 1], [0, 0], [0] * 4] and not NightElsewhere.objects.exists()
    listed(world, order, LONG)
    give_back(
        actor=world.seat("chen"),
        room=BlockRoom.objects.select_related("block__item__order__hotel").get(block__item__order=order),
    )
    assert picked(blocks) == [[0, 0], [0, 0], [0] * 4] and not NightElsewhere.objects.exists()


@pytest.mark.rule("ORD-08")
def test_a_room_of_the_list_is_made_longer_into_the_next_block_of_its_type_only(world, two):
    order, blocks = two
    chen = world.seat("chen")
    block = RoomBlock.objects.select_related("item__order__hotel").get(pk=blocks[0].pk)
    (room,) = pick_up(actor=chen, block=block, arrives_on=day(10), departs_on=day(12), names=["邵启明"])
    given = {"arrives_on": day(11), "departs_on": day(14), "names": ["邵启明"]}
    room = change_room(actor=chen, room=room, revision=room.revision, **given)
    assert picked(blocks) == [[0, 1], [1, 1], [0] * 4]
    (other,) = pick_up(actor=chen, block=block, arrives_on=day(10), departs_on=day(12))
    with pytest.raises(Refusal) as refused:
        change_room(actor=chen, room=other, revision=other.revision, **given | {"names": []})
    assert refused.value.code == "block.none_left" and picked(blocks) == [[1, 2], [1, 1], [0] * 4]
    suite = RoomBlock.objects.select_related("item__order__hotel").get(pk=blocks[2].pk)
    change_room(actor=chen, room=room, revision=room.revision, block=suite, **given)
    assert picked(blocks) == [[1, 1], [0, 0], [0, 1, 1, 1]] and not NightElsewhere.objects.exists()


def test_the_other_block_keeps_what_it_gives(world, two):
    order, blocks = two
    listed(world, order, LONG)
    chen, later = world.seat("chen"), RoomBlock.objects.select_related("item__order__hotel").get(pk=blocks[1].pk)
    with pytest.raises(Refusal):
        change_block(actor=chen, block=later, revision=later.revision, rooms={day(12): 0, day(13): 1}, cut_off_on=None)
    with pytest.raises(Refusal) as refused:
        remove_item(actor=chen, item=later.item, note="不要了")
    assert refused.value.code == "block.named"


def test_a_whole_block_is_preferred_to_pieces(world, two):
    order, blocks = two
    listed(world, order, "温若琳,superior,2026-12-12,2026-12-14,B1")
    assert picked(blocks) == [[0, 0], [1, 1], [0] * 4] and not NightElsewhere.objects.exists()
    assert picked(blocks[:1]) == [[0, 0]]
