"""Rooming lists and guest lists from a file: read, looked at, taken, taken again, and out again as Excel (ORD-01, ORD-08)."""

import csv
import os
import re
from datetime import date, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from roomnight.kernel.export import to_xlsx
from roomnight.kernel.tables import open_table
from roomnight.orders.commands import add_guests, remove_guest
from roomnight.orders.commands import rooming as commands
from roomnight.orders.commands.blocks import keep_block, pick_up
from roomnight.orders.jobs import forget_rooming_lists
from roomnight.orders.models import BlockNight, BlockRoom, OrderGuest, RoomBlock
from roomnight.orders.rules.rooming import listed_rooms, split_names, type_names, type_word
from roomnight.pms.models import Confidentiality
from tests.world_orders import ARRIVES, DEPARTS, ROOMS, taken

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_work")]
DELUXE = {**ROOMS, "room_type": "deluxe", "count": 2, "price_cents": None}


@pytest.fixture
def order(world):
    """Twenty superior rooms and two deluxe ones, kept for two nights."""
    one = taken(world, items=[ROOMS, DELUXE], payment="on_site")
    for item in one.items.all():
        keep_block(actor=world.seat("chen"), item=item)
    return one


def read(*rows):
    """A list as (who sleeps together, type, first, last), and what is wrong by row."""
    header, *lines = [row.split(",") for row in rows]
    rooms = listed_rooms(header, enumerate(lines, 2))
    wrong = {one.row: one.problems for room in rooms for one in room.guests if one.problems}
    return [[one.name for one in room.guests] for room in rooms], wrong


@pytest.mark.rule("ORD-08")
@pytest.mark.parametrize(
    ("case", "rows", "rooms"),
    [
        ("a guest a row", ["姓名", "邵启明", "温若琳"], [["邵启明"], ["温若琳"]]),
        ("two names in a cell", ["姓名", "邵启明/温若琳", "齐文博、单立人"], [["邵启明", "温若琳"], ["齐文博", "单立人"]]),
        ("a western name stays one", ["Name *", '"Brook; Daniel"', "O'Neil / Smith"], [['"Brook', 'Daniel"'], ["O'Neil", "Smith"]]),
        ("surname and first name", ["Last Name,First Name", "Brook,Daniel"], [["Brook, Daniel"]]),
        ("the same room", ["姓名,房间", "邵启明,A", "温若琳,B", "齐文博,A"], [["邵启明", "齐文博"], ["温若琳"]]),
        ("named as a sharer", ["姓名,同住人", "邵启明,", "温若琳,邵启明"], [["邵启明", "温若琳"]]),
        ("each names the other", ["姓名,同住人", "邵启明,温若琳", "温若琳,邵启明"], [["邵启明", "温若琳"]]),
        ("by the row of the sheet", ["Name,Shares", "邵启明,", "温若琳,2"], [["邵启明", "温若琳"]]),
        ("by their own number", ["序号,姓名,同住", "7,邵启明,", "8,温若琳,7"], [["邵启明", "温若琳"]]),
        ("by the same mark", ["姓名,拼房", "邵启明,双1", "温若琳,", "齐文博,双1"], [["邵启明", "齐文博"], ["温若琳"]]),
        ("whoever comes along", ["Name,Accompanying", "Brook,Ann | Bob"], [["Brook", "Ann", "Bob"]]),
        ("only a passport name", ["拼音", "Shao Qiming"], [["Shao Qiming"]]),
        ("empty rows are nobody", ["姓名,房型", "邵启明,K", ",", "温若琳,K"], [["邵启明"], ["温若琳"]]),
    ],
)  # fmt: skip
def test_who_sleeps_with_whom(case, rows, rooms):
    assert read(*rows) == (rooms, {}), case


@pytest.mark.rule("ORD-08")
@pytest.mark.parametrize(
    ("case", "rows", "wrong"),
    [
        ("no name", ["姓名,房型", ",K"], {2: [("name", "missing")]}),
        ("a day in two ways", ["姓名,抵店", "邵启明,10/12/2026"], {2: [("arrival", "ambiguous_date")]}),
        ("no day", ["姓名,离店", "邵启明,明天"], {2: [("departure", "not_a_date")]}),
        ("leaves before arriving", ["姓名,抵店,离店", "邵启明,2026-12-12,2026-12-10"], {2: [("departure", "before_arrival")]}),
        ("shares with a stranger", ["姓名,同住", "邵启明,温若琳"], {2: [("share", "no_such_guest")]}),
        ("three rooms in a row", ["姓名,间数", "邵启明,3"], {2: [("rooms", "one_room")]}),
        ("a key twice", ["姓名,编号", "邵启明,A1", "温若琳,A1"], {3: [("key", "twice")]}),
        ("five in a room", ["姓名,房间", *(f"{name},1" for name in "甲乙丙丁戊")], {6: [("room", "crowded")]}),
        ("two types in a room", ["姓名,房间,房型", "邵启明,1,高级房", "温若琳,1,豪华房"], {3: [("room_type", "types_differ")]}),
        ("a long name", ["姓名", "启" * 81], {2: [("name", "too_long")]}),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_by_row(case, rows, wrong):
    assert read(*rows)[1] == wrong, case


def test_words_for_room_types():
    names = type_names({"deluxe": ("豪华房", "Deluxe room")}, {"deluxe": ["大床"], "twin": ["豪华房", "双床"]})
    said = ["豪华", "豪华客房", "DELUXE  Room", "deluxe", "大床房", "双床间"]
    assert [names.get(type_word(one)) for one in said] == ["deluxe"] * 5 + ["twin"]
    assert type_word("房") == "房"
    assert split_names("邵启明 / 温若琳；齐文博") == ["邵启明", "温若琳", "齐文博"]


# ---- over HTTP

LIST = [
    "年度经销商会议 分房名单,,,,,,,",
    "姓名,房型,抵店日期,离店日期,同住人,VIP,特殊要求,证件号码",
    "邵启明,豪华房,2026-12-10,2026-12-12,,V1,高楼层,310101197001011234",
    "温若琳,高级大床,2026-12-10,2026-12-12,,,,",
    "齐文博,,2026-12-10,2026-12-11,温若琳,,素食,",
    "Daniel Brook,标间,2026-12-11,2026-12-12,,,,",
    "陌生人,总统套房,2026-12-10,2026-12-12,,,,",
    "早到人,高级房,2026-12-09,2026-12-12,,,,",
]


def csv_file(*rows, name="名单.csv"):
    return SimpleUploadedFile(name, "\n".join(rows).encode("gb18030"))


def xlsx_file(title, *rows):
    """Days as days of the sheet, below a title line as an office writes one."""
    cells = [
        [date.fromisoformat(cell) if re.fullmatch(r"\d{4}-\d\d-\d\d", cell) else cell for cell in row.split(",")]
        for row in rows
    ]
    return SimpleUploadedFile("名单.xlsx", to_xlsx("名单", title.split(","), cells))


def url(order, what=""):
    return f"/h/lujiazui/orders/{order.pk}/rooming/file/{what}"


def look(browse, order, file, **more):
    answer = browse("chen").post(url(order), {"file": file, "with_rooms": "on", **more})
    text = answer.content.decode()
    return answer, text, (re.search(r'name="file" value="([^"]+)"', text) or [None, ""])[1]


def take(browse, order, file, **more):
    _answer, _text, token = look(browse, order, file, **more)
    return browse("chen").post(url(order, "take/"), {"file": token})


def listed(order):
    found = OrderGuest.objects.filter(order=order, removed_at=None).select_related("room__block__item").order_by("pk")
    return {
        one.name: one.room and (one.room.block.item.room_type, one.room.arrives_on.day, one.room.departs_on.day)
        for one in found
    }


def picked(order):
    rows = BlockNight.objects.filter(block__item__order=order).order_by("block", "night")
    return [(row.rooms, row.picked) for row in rows]


TAKEN = {
    "邵启明": ("deluxe", 10, 12),
    "温若琳": ("superior", 10, 12),
    "齐文博": ("superior", 10, 12),
    "Daniel Brook": ("superior", 11, 12),
}


@pytest.mark.rule("ORD-08")
@pytest.mark.parametrize("file", [csv_file, xlsx_file])
def test_a_list_is_looked_at_then_taken_and_a_second_time_changes_nothing(browse, order, file):
    answer, text, token = look(browse, order, file(*LIST))
    assert (answer.status_code, listed(order), picked(order)) == (200, {}, [(20, 0)] * 2 + [(2, 0)] * 2)
    assert "总统套房" in text and "2026-12-09" in text
    for time in range(2):
        answer = browse("chen").post(url(order, "take/"), {"file": token})
        assert answer.status_code == 200
        assert (listed(order), picked(order)) == (TAKEN, [(20, 1), (20, 2), (2, 1), (2, 1)]), time
        assert OrderGuest.objects.get(order=order, name="邵启明").needs == "高楼层"
    revisions = set(OrderGuest.objects.filter(order=order).values_list("revision", flat=True))
    assert revisions == {1}
    kept = " ".join(str(value) for row in OrderGuest.objects.filter(order=order).values() for value in row.values())
    assert "310101197001011234" not in kept


@pytest.mark.rule("ORD-08")
def test_refused_rows_say_why_and_come_back_as_a_file_that_can_be_put_right(browse, order):
    _answer, _text, token = look(browse, order, csv_file(*LIST))
    answer = browse("chen").post(url(order, "errors/"), {"file": token})
    rows = list(csv.reader(StringIO(answer.content.decode("utf-8-sig"))))
    assert [(row[0], bool(row[-1])) for row in rows[1:]] == [("陌生人", True), ("早到人", True)]
    assert listed(order) == {}
    mended = [",".join(rows[0]), ",".join(rows[1]).replace("总统套房", "高级房")]
    take(browse, order, csv_file(*LIST))
    take(browse, order, csv_file(*mended))
    assert listed(order) == {**TAKEN, "陌生人": ("superior", 10, 12)}


@pytest.mark.rule("ORD-08")
def test_a_guest_is_known_by_key_and_follows_the_list(browse, order):
    heads = "编号,姓名,房型,抵店,离店,同住"
    take(
        browse,
        order,
        csv_file(heads, "A1,邵启明,高级房,2026-12-10,2026-12-12,", "A2,温若琳,高级房,2026-12-10,2026-12-12,"),
    )
    assert picked(order)[:2] == [(20, 2)] * 2
    take(
        browse,
        order,
        csv_file(
            heads,
            "A1,邵启鸣,豪华房,2026-12-11,2026-12-12,",
            "A2,温若琳,,,,A9",
            "A9,新客人,高级房,2026-12-10,2026-12-12,",
        ),
    )
    found = listed(order)
    assert found["邵启鸣"] == ("deluxe", 11, 12) and "邵启明" not in found
    assert picked(order) == [(20, 1), (20, 1), (2, 0), (2, 1)]
    take(browse, order, csv_file(heads, "A1,邵启鸣,,,,", "A2,温若琳,,,,邵启鸣"))
    assert listed(order)["温若琳"] == ("deluxe", 11, 12)


@pytest.mark.rule("ORD-08")
def test_rooms_left_empty_by_the_list_are_given_back_and_those_picked_up_before_are_used(world, browse, order):
    block = RoomBlock.objects.select_related("item__order__hotel").get(item__order=order, item__room_type="superior")
    pick_up(actor=world.seat("chen"), block=block, arrives_on=ARRIVES, departs_on=DEPARTS, rooms=2)
    rows = ["姓名,房型,抵店,离店,同住", "邵启明,高级房,2026-12-10,2026-12-12,", "温若琳,高级房,2026-12-10,2026-12-12,"]
    take(browse, order, csv_file(*rows))
    assert picked(order)[:2] == [(20, 2)] * 2
    take(browse, order, csv_file(*rows[:2], "温若琳,高级房,2026-12-10,2026-12-12,邵启明"))
    assert picked(order)[:2] == [(20, 1)] * 2
    assert BlockRoom.objects.filter(block=block, given_back_at=None).count() == 1


@pytest.mark.rule("ORD-08")
def test_more_names_than_rooms_are_refused_one_by_one(browse, order):
    rows = ["姓名,房型,抵店,离店", *(f"客人{number},豪华房,2026-12-10,2026-12-12" for number in range(3))]
    take(browse, order, csv_file(*rows))
    assert (listed(order).keys(), picked(order)[2:]) == ({"客人0", "客人1"}, [(2, 2)] * 2)


@pytest.mark.rule("ORD-01")
def test_a_guest_list_alone_fills_the_guests_of_any_order(world, browse):
    order = taken(world, items=[])
    add_guests(actor=world.seat("chen"), order=order, guests=[{"name": "单立人", "vip": "V1"}])
    answer = take(
        browse,
        order,
        csv_file("贵宾名单", "姓名,职务,VIP级别,忌口,备注", "单立人,董事长,V1,素食,", "邵启明,总裁,,,靠窗"),
    )
    assert answer.status_code == 200
    found = (
        OrderGuest.objects.filter(order=order).order_by("pk").values_list("name", "job_title", "vip", "needs", "room")
    )
    assert list(found) == [("单立人", "董事长", "V1", "素食", None), ("邵启明", "总裁", "", "", None)]
    page = browse("chen").get(f"/h/lujiazui/orders/{order.pk}/rooming/").content.decode()
    assert "邵启明" in page


def test_without_the_tick_nobody_takes_a_room(browse, order):
    answer = browse("chen").post(url(order), {"file": csv_file(*LIST)})
    token = re.search(r'name="file" value="([^"]+)"', answer.content.decode())[1]
    browse("chen").post(url(order, "take/"), {"file": token})
    assert set(listed(order).values()) == {None} and len(listed(order)) == 6
    assert picked(order) == [(20, 0)] * 2 + [(2, 0)] * 2


@pytest.mark.rule("ORD-08")
def test_where_something_breaks_nothing_is_written(browse, order, monkeypatch):
    _answer, _text, token = look(browse, order, csv_file(*LIST))
    inner, calls = commands._Book.take, []

    def breaks(self, room):
        calls.append(room)
        if len(calls) > 2:
            raise RuntimeError("the power went out")
        return inner(self, room)

    monkeypatch.setattr(commands._Book, "take", breaks)
    with pytest.raises(RuntimeError):
        browse("chen").post(url(order, "take/"), {"file": token})
    assert (listed(order), picked(order)) == ({}, [(20, 0)] * 2 + [(2, 0)] * 2)


ZIP = b"PK\x03\x04" + b"\x00" * 60
DAMAGED = [
    ("nothing in it", "a.csv", b""),
    ("a picture", "a.xlsx", b"\x89PNG\r\n\x1a\n" + b"\x00" * 40),
    ("half an Excel file", "a.xlsx", ZIP),
    ("half an old Excel file", "a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 700),
    ("a program", "a.exe", b"MZ\x90"),
    ("no name anywhere", "a.csv", "房型,抵店\n高级房,2026-12-10\n".encode()),
    ("bytes of no text", "a.csv", bytes(range(256)) * 4),
]


@pytest.mark.rule("ORD-08")
@pytest.mark.parametrize(("name", "content"), [one[1:] for one in DAMAGED], ids=[one[0] for one in DAMAGED])
def test_a_damaged_file_is_refused_with_a_word(browse, order, name, content):
    answer = browse("chen").post(url(order), {"file": SimpleUploadedFile(name, content), "with_rooms": "on"})
    assert answer.status_code == 422
    assert "invalid-feedback" in answer.content.decode() or "is-late" in answer.content.decode()
    assert listed(order) == {}


def test_a_file_that_names_everybody_thrice_is_read_in_one_go(browse, order):
    rows = ["姓名,房型", *("同名人,高级房" for _number in range(3))]
    take(browse, order, csv_file(*rows))
    take(browse, order, csv_file(*rows))
    assert (OrderGuest.objects.filter(order=order).count(), picked(order)[0]) == (3, (20, 3))


def test_only_what_was_looked_at_for_this_order_and_only_by_who_may_change_it(world, browse, order):
    _answer, _text, token = look(browse, order, csv_file(*LIST))
    other = taken(world, items=[])
    assert browse("chen").post(url(other, "take/"), {"file": token}).status_code == 404
    assert browse("chen").post(url(order, "take/"), {"file": "x"}).status_code == 404
    assert browse("sun").get(url(order)).status_code == 404


# ---- out of the house


def sheet(answer, folder):
    """The rows of an Excel file below its heading, by column."""
    path = folder / "list.xlsx"
    path.write_bytes(answer.content)
    table = open_table(path, path.name)
    return [dict(zip(table.header, cells, strict=False)) for _number, cells in table.rows()]


@pytest.mark.rule("ORD-08")
def test_the_list_goes_out_as_excel_and_comes_in_again_unchanged(browse, order, tmp_path):
    take(browse, order, csv_file(*LIST))
    answer = browse("lin").get(f"/h/lujiazui/orders/{order.pk}/rooming/excel/")
    rows = sheet(answer, tmp_path)
    assert [(row["房间"], row["姓名"]) for row in rows] == [
        ("1", "温若琳"),
        ("1", "齐文博"),
        ("2", "邵启明"),
        ("3", "Daniel Brook"),
    ]
    _answer, text, token = look(browse, order, SimpleUploadedFile("名单.xlsx", answer.content))
    assert token == "" and listed(order) == TAKEN, text
    assert browse("chen").get(f"/h/lujiazui/orders/{order.pk}/rooming/excel/").status_code == 403


@pytest.mark.rule("PRV-03")
def test_a_guest_who_is_here_for_nobody_is_on_no_list(world, browse, order, tmp_path):
    take(browse, order, csv_file(*LIST))
    Confidentiality.objects.create(
        hotel=world.lujiazui, stay_key="s", guest_name="邵启明", arrival=ARRIVES, departure=DEPARTS, level=3, made_by="luo",
        starts_on=ARRIVES - timedelta(days=30),
    )  # fmt: skip
    guest = OrderGuest.objects.get(order=order, name="邵启明")
    for part in ("", "guests/", "rooming/"):
        assert "邵启明" not in browse("chen").get(f"/h/lujiazui/orders/{order.pk}/{part}").content.decode(), part
    assert browse("chen").get(f"/h/lujiazui/orders/{order.pk}/guests/{guest.pk}/").status_code == 404
    assert "邵启明" not in str(sheet(browse("lin").get(f"/h/lujiazui/orders/{order.pk}/rooming/excel/"), tmp_path))
    room = guest.room
    page = f"/h/lujiazui/orders/{order.pk}/rooming/{room.pk}/"
    assert "邵启明" not in browse("chen").get(page).content.decode()
    browse("chen").post(
        page, {"block": room.block_id, "arrives_on": "2026-12-10", "departs_on": "2026-12-12", "names": "温秘书"}
    )
    assert listed(order)["邵启明"] == ("deluxe", 10, 12) and listed(order)["温秘书"] == ("deluxe", 10, 12)


def test_a_guest_taken_off_the_list_leaves_the_room_without_a_name(world, browse, order):
    take(browse, order, csv_file(*LIST))
    guest = OrderGuest.objects.select_related("order__hotel").get(order=order, name="邵启明")
    remove_guest(actor=world.seat("chen"), guest=guest)
    assert OrderGuest.objects.get(pk=guest.pk).room is None
    assert "还没有姓名" in browse("chen").get(f"/h/lujiazui/orders/{order.pk}/rooming/").content.decode()


@pytest.mark.rule("ORD-08")
def test_the_files_themselves_are_forgotten_after_two_days(browse, order, settings):
    look(browse, order, csv_file(*LIST))
    folder = Path(settings.MEDIA_ROOT) / "rooming"
    given = timezone.now().timestamp()
    for age, is_kept in ((47, True), (49, False)):
        for path in folder.rglob("*"):
            os.utime(path, (given - age * 3600,) * 2)
        forget_rooming_lists.call()
        assert any(path.is_file() for path in folder.rglob("*")) is is_kept
