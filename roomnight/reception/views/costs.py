"""What receptions cost, against the standard (RCP-09)."""

from __future__ import annotations

from datetime import date, time
from typing import Any

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from roomnight.clients.commands import log_export
from roomnight.kernel.calendar import at_local
from roomnight.kernel.export import to_xlsx
from roomnight.organization.http import DeskRequest, needs
from roomnight.reception import access
from roomnight.reception.queries.costs import Spent, spent_by, summed
from roomnight.ui.page import page

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def year_of(request: DeskRequest) -> int:
    """The year that was asked for, else this one."""
    text = request.GET.get("year", "")
    return int(text) if text.isdigit() and 2000 <= int(text) <= 2100 else request.seat.today.year  # noqa: PLR2004


def spent_in(request: DeskRequest, action: str = "read") -> list[Spent]:
    """The receptions within reach whose guests arrived in that year."""
    year, zone = year_of(request), request.seat.zone
    first, after = (at_local(date(one, 1, 1), time(), zone) for one in (year, year + 1))
    return spent_by(access.receptions(request.seat, action).filter(arrives_at__gte=first, arrives_at__lt=after))


@needs("reception.reception")
def costs(request: DeskRequest) -> HttpResponse:
    """Each reception, each level, each department of a year."""
    spent, year = spent_in(request), year_of(request)
    context = {
        "year": year,
        "years": [request.seat.today.year - n for n in range(4)],
        "rows": spent,
        "groups": [(_("By level"), summed(spent, "level")), (_("By department"), summed(spent, "department"))],
        "may_export": request.seat.may("reception.reception", "export"),
    }
    return page(request, "reception/costs.html", context)


@needs("reception.reception", "export")
def costs_excel(request: DeskRequest) -> HttpResponse:
    """The same as an Excel file. Who took it is kept."""
    seat, spent, year = request.seat, spent_in(request, "export"), year_of(request)
    heads = [
        _("Number"), _("Company"), _("Level"), _("Department"), _("Arrival"), _("Guests"), _("Standard of the meals"),
        _("Planned cost"), _("Actual cost"), _("Above what was allowed"),
    ]  # fmt: skip
    rows: list[list[Any]] = [
        [
            row.one.number, row.one.company, row.one.get_level_display(), row.department, seat.local(row.one.arrives_at).date(),
            row.one.people, row.costs.standard, row.costs.planned, row.costs.actual, row.costs.over,
        ]
        for row in spent
    ]  # fmt: skip
    log_export(
        actor=seat, hotel=seat.hotel, what="reception.reception", query=str(year), rows=len(rows), file_format="xlsx"
    )
    response = HttpResponse(to_xlsx(_("Costs of receptions"), heads, rows), content_type=XLSX)
    response.headers["Content-Disposition"] = (
        content_disposition_header(True, f"receptions-{year}.xlsx") or "attachment"
    )
    return response
