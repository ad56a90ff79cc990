"""Where the business comes from: shares by one dimension or two crossed, against the year before (MIX-01)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from roomnight.clients.commands import log_export
from roomnight.clients.models import AccountKind
from roomnight.insight.queries import mix
from roomnight.insight.queries.composition import NOTHING
from roomnight.insight.rules.breakdown import Breakdown, Figures, Period, Row, broken_down, summed_up
from roomnight.insight.views import findings
from roomnight.insight.views.periods import label_of, period_of, periods, value_of
from roomnight.kernel.export import to_xlsx
from roomnight.organization.http import DeskRequest, needs
from roomnight.pms.models import ProductionMonth, Side
from roomnight.pms.queries.production import numbers_of
from roomnight.ui.downloads import XLSX, download
from roomnight.ui.page import page

ROWS: Final = 25
COLUMNS: Final = 5
HOUSE: Final = "house"
REST: Final = "\x00rest"
ORDERS: Final[Mapping[str, Sequence[str]]] = {
    mix.GRADE: ("A", "B", "C", "D", NOTHING),
    mix.LEVEL: ("A", "B", "C", NOTHING),
    mix.PRODUCT: ProductionMonth.Product.values,
}


@dataclass(frozen=True)
class Asked:
    """What the address asks for: of whom, by what, crossed with what, of which months, measured in what."""

    of: str
    by: str
    cross: str
    period: Period
    measure: str

    @property
    def side(self) -> str:
        return "" if self.of == HOUSE else self.of

    @property
    def query(self) -> str:
        return f"of={self.of}&by={self.by}&with={self.cross}&period={value_of(self.period)}&in={self.measure}"

    def figure(self, figures: Figures) -> int:
        return figures.nights if self.measure == "nights" else figures.cents


def asked_of(request: DeskRequest) -> Asked:
    """Read the address; what it does not say, or cannot, is as usual."""
    given = request.GET
    of = given.get("of", "") if given.get("of") in (*Side.values, HOUSE) else Side.COMPANY.value
    possible = mix.WITHOUT_CLIENTS if of == HOUSE else mix.DIMENSIONS
    by = given.get("by", "") if given.get("by") in possible else possible[0]
    cross = given.get("with", "") if given.get("with") in possible and given.get("with") != by else ""
    measure = "nights" if given.get("in") == "nights" else "revenue"
    return Asked(of, by, cross, period_of(request), measure)


def dimension_names() -> dict[str, Any]:
    """What the dimensions are called."""
    return {
        mix.GRADE: _("Grade of client"), mix.LEVEL: _("Class by sales"), mix.PRODUCT: _("Product"),
        "segment": _("Market segment"), "country": _("Guest's country or region"), mix.CITY: _("Client's city"),
        mix.KIND: _("Type of client"), "channel": _("Channel"),
    }  # fmt: skip


def word_of(dimension: str, value: str) -> Any:
    """A value as people read it."""
    if value == REST:
        return pgettext("values of a dimension", "Others")
    if value == NOTHING:
        return {
            mix.GRADE: _("no grade"), mix.LEVEL: _("no revenue of rooms"),
        }.get(dimension, _("not told"))  # fmt: skip
    words = {mix.PRODUCT: dict(ProductionMonth.Product.choices), mix.KIND: dict(AccountKind.choices)}.get(dimension, {})
    return words.get(value, value)


def worked_out(request: DeskRequest, asked: Asked) -> Breakdown:
    """The figures that were asked for, beside those of the year before."""
    hotel = request.seat.hotel
    numbers = numbers_of(hotel, asked.side) if mix.LEVEL in (asked.by, asked.cross) else {}
    now, before = (
        mix.cells(hotel, asked.side, period, asked.by, asked.cross, numbers=numbers)
        for period in (asked.period, asked.period.before)
    )
    return broken_down(now, before, ORDERS.get(asked.by, ()), ORDERS.get(asked.cross, ()))


def few(rows: Sequence[Row]) -> list[Row]:
    """The first rows, and all others in one."""
    if len(rows) <= ROWS + 1:
        return list(rows)
    rest = rows[ROWS:]
    cells, cells_before = ([part for row in rest for part in parts(row)] for parts in (_cells, _cells_before))
    return [
        *rows[:ROWS],
        Row(
            REST, summed_up(one.now for one in rest), summed_up(one.before for one in rest), _by_column(cells),
            _by_column(cells_before),
        ),
    ]  # fmt: skip


def _cells(row: Row) -> list[tuple[str, Figures]]:
    return list(row.cells.items())


def _cells_before(row: Row) -> list[tuple[str, Figures]]:
    return list(row.cells_before.items())


def _by_column(parts: Sequence[tuple[str, Figures]]) -> dict[str, Figures]:
    found: dict[str, Figures] = {}
    for column, figures in parts:
        found[column] = found.get(column, Figures()).plus(figures)
    return found


def share(part: int, whole: int) -> Decimal | None:
    """In percent with one decimal; None of nothing."""
    return (Decimal(100 * part) / whole).quantize(Decimal("0.1")) if whole else None


def points(now: Decimal | None, before: Decimal | None) -> str:
    """By how many points of percent a share changed."""
    return "" if now is None or before is None else f"{now - before:+.1f}"


@needs("insight.composition")
def composition(request: DeskRequest) -> HttpResponse:
    """Shares of revenue and nights with their change, as a drawing and a table (MIX-01)."""
    seat, asked = request.seat, asked_of(request)
    found = worked_out(request, asked)
    rows = few(found.rows)
    columns = found.columns if len(found.columns) <= COLUMNS + 1 else [*found.columns[:COLUMNS], REST]
    is_plain = asked.by != mix.PRODUCT and not asked.cross
    house = mix.house_revenue(seat.hotel, asked.period) if is_plain else Figures()
    names = dimension_names()
    context = {
        "asked": asked, "period_value": value_of(asked.period), "period": label_of(asked.period), "before": label_of(asked.period.before), "names": names,
        "by": names[asked.by], "selects": selects(request, asked, names), "has_any": bool(found.rows),
        "total": _figures(found.now, found.before, found.now, found.before), "of_house": share(found.now.cents, house.cents),
        "rows": [_row(asked, row, found) for row in rows], "columns": [word_of(asked.cross, one) for one in columns],
        "crossed": [_crossed(asked, row, columns, found) for row in rows] if asked.cross else [],
        "column_sums": _column_sums(asked, columns, found) if asked.cross else [],
        "chart": _chart(asked, rows, columns, found), "spoken": _spoken(asked, rows, found),
        "may_export": seat.may("insight.composition", "export"), "has_nights": found.now.nights > 0,
        **findings.shown(seat),
    }  # fmt: skip
    return page(request, "insight/composition.html", context)


def selects(request: DeskRequest, asked: Asked, names: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What is chosen above the figures."""
    possible = mix.WITHOUT_CLIENTS if asked.of == HOUSE else mix.DIMENSIONS
    dimensions = [(name, names[name]) for name in possible]
    return [
        {"name": "of", "label": _("Business of"), "value": asked.of, "options": [
            *((side.value, side.label) for side in Side), (HOUSE, _("Whole house")),
        ]},
        {"name": "by", "label": pgettext("dimension of figures", "By"), "value": asked.by, "options": dimensions},
        {"name": "with", "label": _("Crossed with"), "value": asked.cross, "options": [
            ("", pgettext("crossed with", "nothing")), *(one for one in dimensions if one[0] != asked.by),
        ]},
        {"name": "period", "label": _("Months"), "value": value_of(asked.period), "options": periods(request)},
        {"name": "in", "label": _("Measured in"), "value": asked.measure, "options": [
            ("revenue", _("Revenue")), ("nights", _("Room nights")),
        ]},
    ]  # fmt: skip


def _figures(now: Figures, before: Figures, all_now: Figures, all_before: Figures) -> dict[str, Any]:
    shares = [
        share(part, whole)
        for part, whole in (
            (now.cents, all_now.cents), (before.cents, all_before.cents), (now.nights, all_now.nights),
            (before.nights, all_before.nights),
        )
    ]  # fmt: skip
    return {
        "amount": Decimal(now.cents).scaleb(-2), "amount_before": Decimal(before.cents).scaleb(-2), "share": shares[0],
        "share_before": shares[1], "moved": points(shares[0], shares[1]), "nights": now.nights,
        "nights_before": before.nights, "nights_share": shares[2], "nights_moved": points(shares[2], shares[3]),
    }  # fmt: skip


def _row(asked: Asked, row: Row, found: Breakdown) -> dict[str, Any]:
    return {"word": word_of(asked.by, row.value), **_figures(row.now, row.before, found.now, found.before)}


def _cell(asked: Asked, cells: Mapping[str, Figures], column: str, columns: Sequence[str]) -> int:
    if column != REST:
        return asked.figure(cells.get(column, Figures()))
    return sum(asked.figure(figures) for name, figures in cells.items() if name not in columns)


def _crossed(asked: Asked, row: Row, columns: Sequence[str], found: Breakdown) -> dict[str, Any]:
    """One row of the crossed table: for each column its part of the whole, and by how many points it moved."""
    whole, whole_before = asked.figure(found.now), asked.figure(found.before)
    cells = []
    for column in columns:
        now, before = _cell(asked, row.cells, column, columns), _cell(asked, row.cells_before, column, columns)
        part = share(now, whole)
        cells.append({"figure": _said(asked, now), "share": part, "moved": points(part, share(before, whole_before))})
    total, before = asked.figure(row.now), asked.figure(row.before)
    return {
        "word": word_of(asked.by, row.value), "cells": cells, "figure": _said(asked, total), "share": share(total, whole),
        "moved": points(share(total, whole), share(before, whole_before)),
    }  # fmt: skip


def _column_sums(asked: Asked, columns: Sequence[str], found: Breakdown) -> list[dict[str, Any]]:
    cells = _by_column([part for row in found.rows for part in row.cells.items()])
    whole = asked.figure(found.now)
    sums = [_cell(asked, cells, column, columns) for column in columns]
    return [{"figure": _said(asked, one), "share": share(one, whole)} for one in sums]


def _said(asked: Asked, figure: int) -> Any:
    return figure if asked.measure == "nights" else Decimal(figure).scaleb(-2)


def _chart(asked: Asked, rows: Sequence[Row], columns: Sequence[str], found: Breakdown) -> dict[str, Any]:
    """Shares in percent: this period and the one before side by side, or the parts of each value one above the other."""
    labels = [str(word_of(asked.by, row.value)) for row in rows]
    whole, before = asked.figure(found.now), asked.figure(found.before)

    def percents(figures: Sequence[int], of: int) -> list[float]:
        return [float(share(one, of) or 0) for one in figures]

    if asked.cross:
        series = [
            {
                "name": str(word_of(asked.cross, column)),
                "values": percents([_cell(asked, row.cells, column, columns) for row in rows], whole),
            }
            for column in columns
        ]
        return {"labels": labels, "series": series, "unit": "%", "stacked": True}
    series = [
        {"name": label_of(asked.period), "values": percents([asked.figure(row.now) for row in rows], whole)},
        {"name": label_of(asked.period.before), "values": percents([asked.figure(row.before) for row in rows], before)},
    ]
    return {"labels": labels, "series": series, "unit": "%"}


def _spoken(asked: Asked, rows: Sequence[Row], found: Breakdown) -> str:
    """The drawing in a sentence: the three largest."""
    whole = asked.figure(found.now)
    largest = sorted(rows, key=lambda row: -asked.figure(row.now))[:3]
    parts = [f"{word_of(asked.by, row.value)} {share(asked.figure(row.now), whole) or 0} %" for row in largest]
    return _("Shares by %(what)s: %(parts)s") % {"what": dimension_names()[asked.by], "parts": ", ".join(parts)}


@needs("insight.composition", "export")
def composition_excel(request: DeskRequest) -> HttpResponse:
    """Every row and column of it as an Excel file. Who took it is kept."""
    seat, asked = request.seat, asked_of(request)
    found, names = worked_out(request, asked), dimension_names()
    period, before = label_of(asked.period), label_of(asked.period.before)
    heads = [
        names[asked.by], *([names[asked.cross]] if asked.cross else []), f"{_('Revenue')} {period}", f"{_('Share %')} {period}",
        f"{_('Revenue')} {before}", f"{_('Share %')} {before}", f"{_('Room nights')} {period}", f"{_('Room nights')} {before}",
    ]  # fmt: skip
    rows = [
        [
            word_of(asked.by, row.value),
            *([word_of(asked.cross, column)] if asked.cross else []),
            *_cells_of(now, then, found),
        ]
        for row in found.rows
        for column, now, then in _parts(asked, row, found.columns)
    ]
    log_export(
        actor=seat, hotel=seat.hotel, what="insight.composition", query=asked.query, rows=len(rows), file_format="xlsx"
    )
    return download(to_xlsx(_("Composition"), heads, rows), XLSX, f"composition-{value_of(asked.period)}.xlsx")


def _parts(asked: Asked, row: Row, columns: Sequence[str]) -> list[tuple[str, Figures, Figures]]:
    if not asked.cross:
        return [("", row.now, row.before)]
    nothing = Figures()
    found = [(one, row.cells.get(one, nothing), row.cells_before.get(one, nothing)) for one in columns]
    return [one for one in found if one[1] != nothing or one[2] != nothing]


def _cells_of(now: Figures, then: Figures, found: Breakdown) -> list[Any]:
    return [
        Decimal(now.cents).scaleb(-2), share(now.cents, found.now.cents), Decimal(then.cents).scaleb(-2),
        share(then.cents, found.before.cents), now.nights, then.nights,
    ]  # fmt: skip
