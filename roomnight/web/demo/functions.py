"""Halls of the demo hotel, and a month of functions in them: conferences on option and definite, weddings, one that waits."""

from __future__ import annotations

import random
import re
from datetime import date, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from roomnight.clients.models import Account
from roomnight.kernel.calendar import at_local, day_bounds
from roomnight.kernel.commands import Machine
from roomnight.orders.commands import new_order
from roomnight.orders.commands.diary import HallTaken, book_space
from roomnight.orders.commands.spaces import add_space
from roomnight.orders.models import BookingState, FunctionSpace
from roomnight.organization.models import Hotel, Staff
from roomnight.web.demo.people import REPRESENTATIVES

Seats = dict[str, int]
HALLS: list[tuple[str, str, str, int, Seats]] = [
    ("浦江厅 A", "Pujiang A", "三楼", 320, {"theatre": 300, "classroom": 160, "banquet": 200}),
    ("浦江厅 B", "Pujiang B", "三楼", 320, {"theatre": 300, "classroom": 160, "banquet": 200}),
    ("浦江厅 C", "Pujiang C", "三楼", 240, {"theatre": 200, "classroom": 120, "banquet": 150}),
    ("云帆厅", "Yunfan", "二楼", 180, {"theatre": 150, "classroom": 80, "banquet": 100, "u_shape": 45}),
    ("汀兰厅", "Tinglan", "二楼", 120, {"theatre": 90, "classroom": 54, "u_shape": 32, "boardroom": 28}),
    ("董事会议室", "Boardroom", "二十八楼", 60, {"boardroom": 18}),
]
WHOLE: list[tuple[str, str, int, list[str], Seats]] = [
    ("浦江大宴会厅", "Pujiang Grand Ballroom", 880, ["浦江厅 A", "浦江厅 B", "浦江厅 C"], {"theatre": 850, "classroom": 460, "banquet": 580}),
    ("浦江厅 A+B", "Pujiang A+B", 640, ["浦江厅 A", "浦江厅 B"], {"theatre": 620, "classroom": 330, "banquet": 420}),
]  # fmt: skip
FUNCTIONS: list[tuple[str, str, str, tuple[int, int], int]] = [
    ("年度经销商大会", "meeting", "theatre", (9, 17), 420), ("新品发布会", "meeting", "theatre", (13, 17), 180),
    ("管理层培训", "training", "classroom", (9, 18), 60), ("答谢晚宴", "banquet", "banquet", (18, 21), 160),
    ("婚宴", "wedding", "banquet", (17, 21), 200), ("董事会", "meeting", "boardroom", (9, 12), 14),
    ("项目评审会", "meeting", "u_shape", (14, 18), 30), ("招聘宣讲", "meeting", "classroom", (13, 16), 75),
    ("行业论坛", "meeting", "theatre", (9, 12), 260), ("销售月会", "meeting", "classroom", (9, 12), 48),
]  # fmt: skip
AHEAD, BEHIND = 24, 6


def hold_functions(
    *, rng: random.Random, hotel: Hotel, today: date, staff: dict[str, Staff], accounts: list[Account]
) -> None:
    """Enter the halls, and book them from a week ago to three weeks from now."""
    lin = staff["lin"]
    actor = Machine(lin.username, hotel.code)
    halls: dict[str, FunctionSpace] = {}
    given: dict[str, Any] = {"actor": actor, "hotel": hotel, "set_up_minutes": 60, "tear_down_minutes": 30}
    for position, (name, name_en, floor, area, seats) in enumerate(HALLS, 2):
        halls[name] = add_space(
            name=name, name_en=name_en, place=floor, area=area, seats=seats, position=position, **given
        )
    for position, (name, name_en, area, parts, seats) in enumerate(WHOLE):
        halls[name] = add_space(
            name=name, name_en=name_en, place="三楼", area=area, seats=seats, position=position,
            parts=[halls[part] for part in parts], **given,
        )  # fmt: skip
    for ahead in range(-BEHIND, AHEAD):
        for _number in range(rng.choice([2, 3, 4, 5])):
            _function(
                rng, hotel, today, today + timedelta(days=ahead), staff, rng.choice(accounts[:60]), list(halls.values())
            )
    _one_that_waits(hotel, today, lin, accounts[0], halls["浦江大宴会厅"])


def _function(
    rng: random.Random, hotel: Hotel, today: date, day: date, staff: dict[str, Staff], account: Account, halls: list[FunctionSpace]
) -> None:  # fmt: skip
    title, kind, set_up, (start, end), people = rng.choice(FUNCTIONS)
    fitting = [one for one in halls if one.seats.get(set_up, 0) >= people]
    by = staff[rng.choice(REPRESENTATIVES)]
    actor, zone = Machine(by.username, hotel.code), ZoneInfo(hotel.timezone)
    state = BookingState.OPTION if day > today + timedelta(days=3) and rng.random() < 0.4 else BookingState.DEFINITE
    last_of_option = max(today + timedelta(days=1), day - timedelta(days=rng.choice([3, 5, 7])))
    order = new_order(
        actor=actor, account=account, taken_by=by, kind=kind, title=f"{_called(account)}{title}", arrives_on=day,
        departs_on=day, people=people,
    )  # fmt: skip
    for hall in sorted(fitting, key=lambda one: one.seats[set_up]):
        try:
            book_space(
                actor=actor, space=hall, by=by, order=order, starts_at=at_local(day, time(start), zone),
                ends_at=at_local(day, time(end), zone), state=state, attendance=people, set_up=set_up,
                option_until=day_bounds(last_of_option, zone)[1] if state == BookingState.OPTION else None,
            )  # fmt: skip
        except HallTaken:
            continue
        return


def _called(account: Account) -> str:
    """What people call a client in the name of a function: without its town and its legal form."""
    return account.short_name or re.split(r"[（( ]|股份|集团|有限", account.name)[0]


def _one_that_waits(hotel: Hotel, today: date, by: Staff, account: Account, hall: FunctionSpace) -> None:
    """Somebody who wants the ballroom on a day on which it is gone."""
    actor, zone, day = Machine(by.username, hotel.code), ZoneInfo(hotel.timezone), today + timedelta(days=2)
    hours: dict[str, Any] = {"starts_at": at_local(day, time(9), zone), "ends_at": at_local(day, time(17), zone)}
    order = new_order(
        actor=actor, account=account, taken_by=by, kind="meeting", title="全国渠道大会", arrives_on=day, departs_on=day, people=700
    )  # fmt: skip
    book_space(
        actor=actor,
        space=hall,
        by=by,
        order=order,
        state=BookingState.WAITING,
        attendance=700,
        set_up="theatre",
        **hours,
    )
