"""Measuring one database: every page and its floor in turn, search, logging visits, production, an import; a table of it all."""

from __future__ import annotations

import gc
import sqlite3
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import psycopg
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection

from bench import floor_work  # noqa: F401  (its floor joins the others)
from bench.driver import Browser, sign_in
from bench.floors import Base, application
from bench.pages import Office, Page, office, pages
from roomnight.organization.access import Seat, seat_at

WARM = 4
AIM_RATIO, AIM_SEARCH_MS, MOST_QUERIES = 4.0, 10.0, 12


@dataclass
class Line:
    """One line of the table; times in milliseconds."""

    name: str
    median: float
    p95: float
    floor: float | None = None
    queries: int | None = None
    size: int | None = None
    aim: str = ""
    missed: bool = False

    @property
    def ratio(self) -> float | None:
        return self.median / self.floor if self.floor else None


def floor_base() -> Base:
    """A connection of the floors' own, set up as the product's is."""
    url = connection.settings_dict
    if connection.vendor == "sqlite":
        raw: Any = sqlite3.connect(str(url["NAME"]), isolation_level=None, check_same_thread=False)
        raw.executescript(settings.SQLITE_PRAGMAS)
        return Base(raw, "sqlite")
    host, user = str(url["HOST"]) or None, str(url["USER"]) or None
    found = psycopg.connect(
        host=host, user=user, dbname=str(url["NAME"]), password=str(url["PASSWORD"]) or None, autocommit=True
    )
    found.execute("SET TIME ZONE 'UTC'")
    return Base(found, "postgresql")


def timed(work: Callable[[], Any]) -> float:
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


def in_turn(real: Callable[[], Any], floor: Callable[[], Any], runs: int) -> tuple[list[float], list[float]]:
    """Times of both, one after the other so that both see the same weather; the first few are not counted."""
    for _ in range(WARM):
        real(), floor()
    gc.collect()
    pairs = [(timed(real), timed(floor)) for _ in range(runs)]
    return [pair[0] for pair in pairs], [pair[1] for pair in pairs]


def p95(times: list[float]) -> float:
    return sorted(times)[min(len(times) - 1, round(len(times) * 0.95))]


def queries_of(work: Callable[[], Any]) -> int:
    """How many statements the product sends to the database for this."""
    asked = 0

    def count(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal asked
        asked += 1
        return execute(sql, params, many, context)

    with connection.execute_wrapper(count):
        work()
    return asked


class Bench:
    """The browsers of a director and a representative at the product and at the floors."""

    def __init__(self, runs: int) -> None:
        self.runs, self.office = runs, office()
        self.seats = {True: self._seat(True), False: self._seat(False)}
        self.base = floor_base()
        product, bare = get_wsgi_application(), application(self.base, self.seats[True].today.isoformat())
        cookies = {leads: sign_in(seat.staff) for leads, seat in self.seats.items()}
        self.real = {leads: Browser(product, cookie) for leads, cookie in cookies.items()}
        self.bare = {leads: Browser(bare, cookie) for leads, cookie in cookies.items()}

    def _seat(self, leads: bool) -> Seat:
        there: Office = self.office
        return seat_at(there.director if leads else there.representative, there.hotel.code)

    def page(self, page: Page) -> Line:
        real, bare = self.real[page.leads], self.bare[page.leads]

        def ask() -> bytes:
            return real.get(page.url)

        def ask_floor() -> bytes:
            return bare.get(page.url, bench_floor=page.floor, bench_pk=page.pk)

        mine, theirs = in_turn(ask, ask_floor, self.runs)
        line = Line(
            page.name, statistics.median(mine), p95(mine), statistics.median(theirs), queries_of(ask), len(ask())
        )
        line.aim = f"≤ {AIM_RATIO:.0f}×"
        line.missed = (line.ratio or 0) > AIM_RATIO or (line.queries or 0) > MOST_QUERIES
        return line

    def pages(self) -> Iterator[Line]:
        """Every page, one after the other."""
        for one in pages(self.office):
            yield self.page(one)


def in_row(line: Line) -> str:
    """A line as the table prints it."""
    floor = f"{line.floor:9.2f}" if line.floor is not None else " " * 9
    ratio = f"{line.ratio:6.1f}" if line.ratio is not None else " " * 6
    queries = f"{line.queries:4d}" if line.queries is not None else " " * 4
    size = f"{line.size / 1024:7.1f}" if line.size is not None else " " * 7
    word = "missed" if line.missed else "met" if line.aim else ""
    return f"{line.name:44} {line.median:9.2f} {line.p95:9.2f} {floor} {ratio} {queries} {size}  {line.aim:8} {word}"


HEAD = f"{'':44} {'median':>9} {'p95':>9} {'floor':>9} {'ratio':>6} {'SQL':>4} {'KiB':>7}  {'aim':8}"
