"""What the demo hotel's PMS sends beside reservations: charges, payments, and who is in the house. Invented."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.core.management import call_command

from roomnight.organization.models import Hotel
from roomnight.pms.adapters import SAMPLES
from roomnight.web.demo.invention import GIVEN, SURNAMES, Invented

MONTHS_BACK = 14
CHARGES = [
    ("FOOD", "团队午餐", "江畔中餐厅", 380, 2600), ("FOOD", "商务晚宴", "江畔中餐厅", 900, 6800), ("BEVERAGE", "茶歇酒水", "大堂吧", 120, 900),
    ("MEETING", "半日会议室", "会议中心", 2800, 7600), ("BANQUET", "自助晚宴", "宴会厅", 6800, 32000), ("LAUNDRY", "洗衣", "客房部", 60, 240),
]  # fmt: skip
UNKNOWN = ["启宸电子（协）", "沪东国际贸易 (签单)", "海岳文化传媒"]
VIPS = ["", "", "", "", "V3", "V2"]


def import_feeds(today: date, invented: Sequence[Invented], hotel: Hotel, seed: int) -> None:
    """A year of charges, a few payments, and this morning's in-house list, by the way a hotel's own files take."""
    rng = random.Random(seed + 7)  # noqa: S311
    producing = sorted((one for one in invented if one.nights_a_month), key=lambda one: -one.nights_a_month)
    bring("import_folios", "opera-style-folios", hotel, charges(rng, today, producing[:60], hotel.name))
    bring("import_payments", "opera-style-payments", hotel, payments(rng, today, producing[:25], hotel.name))
    bring("import_inhouse", "opera-style-in-house", hotel, guests(rng, today, producing[:40], hotel.name))


def bring(command: str, profile: str, hotel: Hotel, rows: Iterable[Sequence[object]]) -> None:
    """Write the rows under the heading that the profile expects, and let the command read them."""
    header = SAMPLES[profile].read_text("utf-8").splitlines()[0].split(",")
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"{profile}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([header, *rows])
        quiet: Any = StringIO()
        call_command(
            command, str(path), profile=profile, map=[f"{hotel.name}={hotel.code}"], stdout=quiet, stderr=quiet
        )


def written(day: date) -> str:
    return f"{day:%d-%b-%y}".upper()


def charges(rng: random.Random, today: date, clients: Sequence[Invented], house: str) -> Iterator[list[object]]:
    """Meals, meetings and banquets of those who come often; a few of companies that nobody has recognised yet."""
    number = 900_000
    for one in clients:
        for _visit in range(rng.randrange(3, 14)):
            day = today - timedelta(days=rng.randrange(1, 30 * MONTHS_BACK))
            if one.quiet_after and day > one.quiet_after:
                continue
            kind, what, outlet, least, most = rng.choice(CHARGES)
            amount = rng.randrange(least, most, 10) * (-1 if rng.random() < 0.02 else 1)
            number += 1
            yield [
                house, number, written(day), number - 820_000, "", one.number, "", kind, what, outlet, f"{amount}.00", "", "",
                "CNY", f"CHK {number % 10_000}", "Y" if rng.random() < 0.5 else "N",
            ]  # fmt: skip
    for name in UNKNOWN:
        number += 1
        lately = written(today - timedelta(days=rng.randrange(2, 20)))
        yield [
            house,
            number,
            lately,
            "",
            "",
            "",
            name,
            "FOOD",
            "工作餐",
            "江畔中餐厅",
            "860.00",
            "",
            "",
            "CNY",
            "",
            "Y",
        ]


def payments(rng: random.Random, today: date, clients: Sequence[Invented], house: str) -> Iterator[list[object]]:
    """Monthly settlements by bank, some with a company card."""
    number = 700_000
    for one in clients:
        for back in range(1, rng.randrange(3, 9)):
            number += 1
            day = today - timedelta(days=30 * back - rng.randrange(0, 9))
            how = "银行转账" if rng.random() < 0.8 else "公务卡"
            amount = rng.randrange(2_000, 48_000, 10)
            bill = f"AR-{day:%y%m}-{one.number}"
            yield [
                house,
                number,
                written(day),
                one.number,
                "",
                how,
                f"{amount}.00",
                "CNY",
                f"回单 {number % 10_000}",
                bill,
            ]


def guests(rng: random.Random, today: date, clients: Sequence[Invented], house: str) -> Iterator[list[object]]:
    """Some sixty guests, a few of them arriving today, one of them confidential."""
    for place in range(64):
        one = rng.choice(clients) if rng.random() < 0.75 else None
        is_coming = place >= 54
        arrival = today if is_coming else today - timedelta(days=rng.randrange(0, 4))
        departure = today + timedelta(days=rng.randrange(1, 5))
        company = one.number if one and one.side == "company" else ""
        agent = one.number if one and one.side == "agent" else ""
        yield [
            house, 810_000 + place, 1, "DUE IN" if is_coming else "CHECKED IN", "" if is_coming else f"{8 + place // 6:02d}{place % 6 + 1:02d}",
            rng.choice(SURNAMES) + rng.choice(GIVEN), rng.choice(VIPS), "Y" if place == 20 else "N", written(arrival),  # noqa: PLR2004
            written(departure), company, "", agent, "",
        ]  # fmt: skip
