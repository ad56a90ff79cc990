"""Reading a rooming list or a guest list as clients send them: a guest a row, sharers told apart (ORD-01, ORD-08).

Values in, value out. Papers and room numbers that such lists often carry are not read: nobody here needs them.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from roomnight.kernel.export import restore
from roomnight.kernel.policy import Policy
from roomnight.kernel.tables.values import Bad, read_day
from roomnight.kernel.text import clean

HEADINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "key": (
        "key", "guest id", "confirmation", "confirmation number", "识别号", "编号", "确认号", "预订号", "名单号", "工号",
    ),
    "number": ("no", "no.", "#", "record number", "recordnumber", "序", "序号"),
    "name": ("name", "guest", "guest name", "full name", "姓名", "中文名", "中文姓名", "客人", "客人姓名", "宾客", "宾客姓名", "入住人"),
    "last": ("last name", "surname", "family name", "guestlastname", "姓"),
    "first": ("first name", "given name", "guestfirstname", "名"),
    "latin_name": ("name in latin letters", "latin name", "passport name", "拼音/英文名", "拼音", "英文名", "英文姓名", "姓名拼音"),
    "job_title": ("job title", "position", "职务", "职位", "头衔"),
    "vip": ("vip", "vip level", "vip级别", "贵宾等级", "vip等级", "贵宾级别"),
    "arrival": (
        "arrival", "arrival date", "arrivaldate", "check-in", "check in", "到店", "到店日期", "抵店", "抵店日期", "抵达", "入住", "入住日期",
        "到店日",
    ),
    "departure": (
        "departure", "departure date", "departuredate", "check-out", "check out", "离店", "离店日期", "离开", "退房", "退房日期", "离店日",
    ),
    "room_type": ("room type", "roomtype", "type", "房型", "房间类型", "房类"),
    "room": ("room", "room no", "room number", "room group", "客房", "房间", "房号", "房间号", "房序", "分房"),
    "share": ("shares", "share", "shared with", "sharing with", "roommate", "同住", "同住人", "合住", "合住人", "室友", "拼房"),
    "accompanying": ("accompanying", "accompanied by", "随行", "随行人员", "同行人"),
    "rooms": ("rooms", "number of rooms", "numberrooms", "间数", "房数", "房间数"),
    "needs": (
        "special needs", "specials", "special requests", "needs", "needs and likes", "room feature", "smoking", "diet", "特殊要求", "特殊需求",
        "要求", "忌口", "饮食", "喜好", "房间要求",
    ),
    "note": ("note", "notes", "remark", "remarks", "备注", "说明"),
}  # fmt: skip
"""What the columns of such lists are headed with, in small letters."""
LONGEST: Final = {"name": 80, "latin_name": 80, "job_title": 80, "vip": 12, "key": 60, "note": 200, "needs": 1000}
SLEEP_IN_ROOM: Final = 4
_CHINESE: Final = r"\u3400-\u9fff"
_BETWEEN: Final = re.compile(rf"\s*[、|；;\n&]\s*|\s+/\s+|(?<=[{_CHINESE}])\s*[/／]\s*(?=[{_CHINESE}])")
_BRACKETS: Final = re.compile(r"[(（\[【].*?[)）\]】]|[*:：\s]+")
_TYPE_ENDS: Final = re.compile(r"(?:客房|房间|房|间|rooms?)$")

TYPE_WORDS = Policy[Any](
    "orders.room_type_words",
    {
        "superior": ["标准间", "标间", "标准大床", "标准双床", "高级大床", "高级双床", "standard"],
        "deluxe": ["豪华大床", "豪华双床"],
        "executive": ["行政大床", "行政双床", "商务", "club"],
        "suite": ["套间"],
    },
    label=_("What clients call the room types in their rooming lists"), source="ORD-08", kind="table",
    check=lambda table: isinstance(table, dict) and all(
        isinstance(words, list) and all(isinstance(word, str) and word for word in words) for words in table.values()
    ),
)  # fmt: skip


def plain(text: str) -> str:
    """A heading or a word without what people put around it."""
    return _BRACKETS.sub(" ", text).strip().lower()


def knows(heading: str) -> bool:
    """Whether a column of this heading is one of them."""
    return any(plain(heading) in names for names in HEADINGS.values())


def places(header: Sequence[str]) -> dict[str, list[int]]:
    """Where each of the columns stands in a file, those that it has."""
    named = [plain(heading) for heading in header]
    found = {name: [at for at, text in enumerate(named) if text in names] for name, names in HEADINGS.items()}
    return {name: where for name, where in found.items() if where}


def is_a_list(header: Sequence[str]) -> bool:
    """Whether a file names its guests at all."""
    return bool({"name", "last", "latin_name"} & places(header).keys())


def type_names(types: Mapping[str, Sequence[str]], words: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Every word for a room type, as `type_word` makes it, with the type's code; the hotel's own names come first."""
    found: dict[str, str] = {}
    for table in (types, words):
        for code, names in table.items():
            for name in (code, *names):
                found.setdefault(type_word(name), code)
    return found


def type_word(text: str) -> str:
    """A word for a room type: “豪华大床房” and “豪华大床” are one."""
    word = re.sub(r"\s+", " ", text).strip().lower()
    return _TYPE_ENDS.sub("", word).strip() or word


def split_names(text: str) -> list[str]:
    """Two names in one cell are two people: “张三/李四”, “王五、赵六”, “Smith, John | Smith, Ann”."""
    return [name for name in _BETWEEN.split(text) if name]


@dataclass
class Listed:
    """One guest of the list: the row it stands in, what it says, and what is wrong with it as (column, reason)."""

    row: int
    key: str
    name: str
    room_type: str
    arrival: date | None
    departure: date | None
    values: dict[str, str]
    note: str = ""
    problems: list[tuple[str, str]] = field(default_factory=list)


@dataclass
class ListedRoom:
    """Those of the list who sleep in one room; its days are from the first arrival to the last departure."""

    guests: list[Listed]

    @property
    def arrival(self) -> date | None:
        return min((one.arrival for one in self.guests if one.arrival), default=None)

    @property
    def departure(self) -> date | None:
        return max((one.departure for one in self.guests if one.departure), default=None)

    @property
    def room_type(self) -> str:
        return next((one.room_type for one in self.guests if one.room_type), "")

    @property
    def note(self) -> str:
        return next((one.note for one in self.guests if one.note), "")

    @property
    def rows(self) -> list[int]:
        return sorted({one.row for one in self.guests})


def listed_rooms(header: Sequence[str], rows: Iterable[tuple[int, list[str]]]) -> list[ListedRoom]:
    """The rooms of a list in its order: rows with the same room belong together, and a row with those it says it shares with."""
    lines = [(number, texts) for number, texts in _texts(header, rows) if any(texts.values())]
    seen: Counter[str] = Counter()
    guests: list[list[Listed]] = []
    for number, texts in lines:
        guests.append(list(_guests(number, texts, seen)))
    homes = _homes(lines, guests)
    by_home: dict[int, list[Listed]] = defaultdict(list)
    for at, found in enumerate(guests):
        by_home[homes[at]] += found
    rooms = [ListedRoom(found) for found in by_home.values()]
    _look_over(rooms)
    return rooms


def _texts(header: Sequence[str], rows: Iterable[tuple[int, list[str]]]) -> Iterator[tuple[int, dict[str, str]]]:
    where = places(header)
    for number, cells in rows:
        yield number, {name: _joined(name, cells, spots) for name, spots in where.items()}


def _joined(name: str, cells: Sequence[str], spots: Sequence[int]) -> str:
    texts = [clean(restore(cells[at])) for at in spots if at < len(cells)]
    found = [text for text in texts if text]
    return "；".join(found) if name == "needs" else next(iter(found), "")


def _guests(number: int, texts: Mapping[str, str], seen: Counter[str]) -> Iterator[Listed]:
    """The guest of a row, and whoever stands in the same cell or beside it."""
    called = split_names(texts.get("name", "")) or [_western(texts)]
    names = [*called, *split_names(texts.get("accompanying", ""))]
    problems = list(_problems(texts, names[0]))
    days = {name: read_day(texts[name]) if texts.get(name) else None for name in ("arrival", "departure")}
    arrival, departure = (day if isinstance(day, date) else None for day in days.values())
    if arrival and departure and departure <= arrival:
        problems.append(("departure", "before_arrival"))
    values = {name: texts.get(name, "") for name in ("latin_name", "job_title", "vip", "needs")}
    for at, name in enumerate(names):
        first = at == 0
        key = texts.get("key", "")
        if key:
            key = key if first else f"{key}+{at}"
        else:
            seen[name.lower()] += 1
            key = f"={name[:80].lower()}#{seen[name.lower()]}"
        yield Listed(
            number, key, name, texts.get("room_type", ""), arrival, departure, values if first else dict.fromkeys(values, ""),
            texts.get("note", "") if first else "", problems if first else [],
        )  # fmt: skip


def _western(texts: Mapping[str, str]) -> str:
    """“Smith, John” of two columns; else the name in Latin letters."""
    parts = [texts.get(name, "") for name in ("last", "first")]
    joint = "" if all(re.search(f"[{_CHINESE}]", part) for part in parts) else ", "
    return joint.join(part for part in parts if part) or texts.get("latin_name", "")


def _problems(texts: Mapping[str, str], name: str) -> Iterator[tuple[str, str]]:
    if not name:
        yield "name", "missing"
    for column, most in LONGEST.items():
        if len(name if column == "name" else texts.get(column, "")) > most:
            yield column, "too_long"
    for column in ("arrival", "departure"):
        day = read_day(texts[column]) if texts.get(column) else None
        if isinstance(day, Bad):
            yield column, day.reason
    if texts.get("rooms", "") not in ("", "1", "1.0"):
        yield "rooms", "one_room"


def _homes(lines: Sequence[tuple[int, Mapping[str, str]]], guests: Sequence[Sequence[Listed]]) -> list[int]:
    """For each row the row whose room it sleeps in."""
    homes = list(range(len(lines)))

    def home(at: int) -> int:
        while homes[at] != at:
            at = homes[at]
        return at

    def join(one: int, other: int) -> None:
        first, last = sorted((home(one), home(other)))
        homes[last] = first

    numbered = "number" if any(texts.get("number") for _row, texts in lines) else ""
    by_number = {
        texts.get("number", "") if numbered else str(row): at for at, (row, texts) in reversed(list(enumerate(lines)))
    }
    by_name = {one.name.lower(): at for at, found in reversed(list(enumerate(guests))) for one in found}
    by_key = {found[0].key.lower(): at for at, found in enumerate(guests)}
    by_room: dict[tuple[str, str], int] = {}
    labels = Counter(texts.get("share", "") for _row, texts in lines)
    for at, (_row, texts) in enumerate(lines):
        if room := texts.get("room", ""):
            join(at, by_room.setdefault(("room", room), at))
        share = texts.get("share", "").removesuffix(".0")
        if not share:
            continue
        names = split_names(share)
        others = [by_name.get(name.lower(), by_key.get(name.lower(), by_number.get(name))) for name in names]
        if all(other is not None for other in others):
            for other in others:
                join(at, other or 0)
        elif labels[share] > 1:  # no name and no number, but several say the same: they are one room
            join(at, by_room.setdefault(("share", share), at))
        else:
            guests[at][0].problems.append(("share", "no_such_guest"))
    return [home(at) for at in range(len(lines))]


def _look_over(rooms: Iterable[ListedRoom]) -> None:
    """What is wrong only when a list is seen as a whole."""
    keys: set[str] = set()
    for room in rooms:
        kinds = {type_word(one.room_type) for one in room.guests if one.room_type}
        for place, one in enumerate(room.guests):
            if one.key in keys:
                one.problems.append(("key", "twice"))
            keys.add(one.key)
            if place >= SLEEP_IN_ROOM:
                one.problems.append(("room", "crowded"))
            if len(kinds) > 1 and one.room_type and type_word(one.room_type) != type_word(room.room_type):
                one.problems.append(("room_type", "types_differ"))
