"""Measuring what is done and not only looked at: searching, logging visits, production as the command line prints it, an import."""

from __future__ import annotations

import csv
import io
import json
import random
import statistics
import tempfile
import time
import uuid
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.core.management import call_command

from bench import floor_work
from bench.cases import cases
from bench.leaks import leaks
from bench.measure import AIM_RATIO, AIM_SEARCH_MS, MOST_QUERIES, Bench, Line, in_turn, p95, queries_of, timed
from bench.work import SHANGHAI, UTC
from roomnight.activities.models import VisitSlot
from roomnight.clients.models import Contact, ExternalId
from roomnight.clients.queries import search
from roomnight.clients.queries.duplicates import likely_one
from roomnight.clients.rules.duplicates import Particulars
from roomnight.kernel.pinyin import mnemonic
from roomnight.pms.queries import production
from roomnight.web.demo.invention import COLUMNS, _row

IMPORT_ROWS = 40_000
AIM_LIKELY_MS = 10.0
IMPORT_AIM, IMPORT_MOST = 10.0, 20.0
PANEL_HITS = 8
PALETTE = urlencode({"q": "世纪"})


def searches(bench: Bench) -> list[Line]:
    """The search itself and the palette that shows it, for what people type; by a director and by a representative."""
    client = bench.office.account
    person = Contact.objects.filter(account=client).first()
    assert person is not None
    words = {
        "世纪": "世纪",
        "two characters of a name": client.short_name[:2],
        "pinyin initials": mnemonic(client.short_name).lower()[:4],
        "a person": person.name,
        "telephone, last 4": person.mobile[-4:],
        "telephone, last 8": person.mobile[-8:],
    }
    found = []
    for leads, who in ((True, "director"), (False, "representative")):
        seat, browser = bench.seats[leads], bench.real[leads]
        for what, q in words.items():
            search(seat, q, PANEL_HITS)
            times = [timed(lambda seat=seat, q=q: search(seat, q, PANEL_HITS)) for _ in range(bench.runs)]  # type: ignore[misc]
            line = Line(f"search, {what}, {who}", statistics.median(times), p95(times), aim=f"≤ {AIM_SEARCH_MS:.0f} ms")
            line.missed = line.median > AIM_SEARCH_MS
            found.append(line)
        url = f"/h/{seat.hotel.code}/palette/?{PALETTE}"
        times = [timed(lambda browser=browser, url=url: browser.get(url)) for _ in range(bench.runs)]  # type: ignore[misc]
        asked = queries_of(lambda browser=browser, url=url: browser.get(url))  # type: ignore[misc]
        found.append(
            Line(
                f"palette, 世纪, {who}",
                statistics.median(times),
                p95(times),
                queries=asked,
                missed=asked > MOST_QUERIES,
            )
        )
    return found


def duplicates(bench: Bench) -> list[Line]:
    """Which clients of the hotel a new one may be, as its name is typed or its file is read (ACC-04)."""
    client, hotel = bench.office.account, bench.office.hotel
    person = Contact.objects.filter(account=client).first()
    assert person is not None
    form = client.name.removesuffix("有限公司")
    typed = {
        "a name kept already": Particulars(client.name),
        "another form and region": Particulars(f"{form}（苏州）股份有限公司", city="苏州"),
        "the name proper only": Particulars(client.short_name[:2]),
        "a telephone of one of its people": Particulars("某某商行", phones=(person.mobile,)),
        "all particulars": Particulars(
            client.name, client.name_en, client.short_name, client.credit_code, (client.phone, person.mobile), city=client.city
        ),
        "one nobody has": Particulars("龘靐文旅有限公司", phones=("021-40000000",)),
    }  # fmt: skip
    found = []
    for what, one in typed.items():
        likely_one(hotel, one)
        times = [timed(lambda one=one: likely_one(hotel, one)) for _ in range(bench.runs)]  # type: ignore[misc]
        line = Line(f"likely duplicates, {what}", statistics.median(times), p95(times), aim=f"≤ {AIM_LIKELY_MS:.0f} ms")
        line.queries = queries_of(lambda one=one: likely_one(hotel, one))  # type: ignore[misc]
        line.missed = line.median > AIM_LIKELY_MS
        found.append(line)
    return found


class Evenings:
    """Half hours of a person's past evenings, when nobody else's visits were made: each is given once."""

    def __init__(self, bench: Bench) -> None:
        seat = bench.seats[False]
        last = VisitSlot.objects.filter(staff=seat.staff, start__hour__gte=10).order_by("start").first()
        first = seat.today - timedelta(days=2)
        self.day = min(first, last.start.astimezone(SHANGHAI).date() - timedelta(days=1)) if last else first
        self.hour, self.half = 19, 0

    def next(self) -> datetime:
        found = datetime.combine(self.day, datetime.min.time(), SHANGHAI) + timedelta(
            hours=self.hour, minutes=30 * self.half
        )
        self.half += 1
        if self.half == 8:  # noqa: PLR2004
            self.day, self.half = self.day - timedelta(days=1), 0
        return found


def logging(bench: Bench) -> Line:
    """A visit logged from its form, beside the fewest statements that keep the same."""
    evenings, client = Evenings(bench), bench.office.account
    contact = Contact.objects.filter(account=client).first()
    assert contact is not None
    url = f"/h/{bench.office.hotel.code}/activities/visits/log/"

    def log() -> None:
        start = evenings.next()
        bench.real[False].post(url, _form(client.pk, contact.pk, client.kind, start))

    def least() -> None:
        start = evenings.next().astimezone(UTC).replace(tzinfo=None)
        query = f"?account={client.pk}&start={start:%Y-%m-%dT%H:%M:%S}&key={uuid.uuid4().hex}"
        bench.bare[False].get(url + query, bench_floor="log_visit")

    mine, theirs = in_turn(log, least, bench.runs)
    line = Line(
        "log a visit",
        statistics.median(mine),
        p95(mine),
        statistics.median(theirs),
        queries_of(log),
        aim=f"≤ {AIM_RATIO:.0f}×",
    )
    line.missed = (line.ratio or 0) > AIM_RATIO
    return line


def _form(account: int, contact: int, kind: str, start: datetime) -> dict[str, Any]:
    end = start + timedelta(minutes=30)
    return {
        "account": account, "submission_key": str(uuid.uuid4()), "people": [contact], "result": "interested", "met_day": f"{start:%Y-%m-%d}",
        "met_from": f"{start:%H:%M}", "met_to": f"{end:%H:%M}", "kind": "return", "purpose": "return_visit", "client_type": kind,
        "needs": ["rooms"], "feedback": "satisfied", "appointment": "phone", "note": "价格可以，等总部批复合同。", "next": "",
    }  # fmt: skip


def months(bench: Bench) -> Line:
    """Production of a whole hotel by month, as the command line prints it."""
    hotel = bench.office.hotel

    def print_it() -> None:
        out = io.StringIO()
        lines = production(hotel, by="month", side="company")
        csv.writer(out).writerows([line.number, line.period, *line.figures] for line in lines)

    def least() -> None:
        bench.bare[True].get(f"/h/{hotel.code}/", bench_floor="production_months")

    runs = max(1, bench.runs // 6)
    mine, theirs = [timed(print_it) for _ in range(runs)], [timed(least) for _ in range(runs)]
    line = Line(
        "production by month, whole hotel",
        statistics.median(mine),
        p95(mine),
        statistics.median(theirs),
        queries_of(print_it),
    )
    line.aim, line.missed = f"≤ {AIM_RATIO:.0f}×", (line.ratio or 0) > AIM_RATIO
    return line


def imports(bench: Bench, scale: float) -> list[Line]:
    """A file of reservations brought in, beside csv and executemany of the same rows: for a new hotel, then for the largest."""
    rows = max(1_000, round(IMPORT_ROWS * min(1.0, scale * 10)))
    found = []
    for code, what in (("", "a new hotel"), (bench.office.hotel.code, "the largest hotel")):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "reservations.csv"
            write_file(path, rows, bench, code)
            started = time.perf_counter()
            out = io.StringIO()
            target = code or f"new{uuid.uuid4().hex[:6]}"
            call_command(
                "import_bookings", str(path), profile="hotel-booking-demand", map=[f"Bench={target}"], create_hotels=True,
                stdout=out, stderr=io.StringIO(),
            )  # fmt: skip
            mine = (time.perf_counter() - started) * 1000
            if json.loads(out.getvalue())["created"] != rows:
                raise RuntimeError(out.getvalue())
            theirs = min(timed(lambda path=path: floor_work.bring_in(bench.base, path)) for _ in range(2))  # type: ignore[misc]
        line = Line(f"import of {rows:,} rows, {what}", mine, mine, theirs, aim=f"≤ {IMPORT_AIM:.0f}×")
        line.missed = (line.ratio or 0) > IMPORT_AIM
        found.append(line)
    return found


def write_file(path: Path, rows: int, bench: Bench, code: str) -> None:
    """So many reservations of accounts that the hotel knows, or of a new hotel's; never the same twice."""
    rng, today = random.Random(uuid.uuid4().int), bench.seats[True].today
    known = list(ExternalId.objects.filter(hotel__code=code).values_list("kind", "value")[:2000]) if code else []
    numbers = known or [("company" if n % 5 else "agent", str(n)) for n in range(1, 400)]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for n in range(rows):
            side, number = ("", "0") if n % 3 == 0 else rng.choice(numbers)
            arrival: date = today - timedelta(days=rng.randrange(1, 730))
            row = _row(rng, side, int(number), Decimal(rng.randrange(420, 780)), arrival, today, "Bench")
            writer.writerow(row)


def deeds(bench: Bench, scale: float) -> Iterator[Line]:
    """All of it, in the order of the table."""
    yield from searches(bench)
    yield from duplicates(bench)
    yield logging(bench)
    yield months(bench)
    yield from cases(bench)
    yield leaks(bench)
    yield from imports(bench, scale)
