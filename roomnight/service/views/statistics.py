"""How many complaints, where, why, from whom, and how fast they were answered (SVC-03)."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from roomnight.clients.commands import log_export
from roomnight.kernel.calendar import at_local
from roomnight.kernel.export import to_xlsx
from roomnight.organization.http import DeskRequest, needs
from roomnight.service import access
from roomnight.service.forms.statistics import SpanForm
from roomnight.service.models import Complaint
from roomnight.service.queries.statistics import WAYS, kept_complainers, statistics
from roomnight.service.rules.values import REPEAT_DAYS
from roomnight.ui.downloads import XLSX
from roomnight.ui.page import page

IN_CHART = 12


def asked(request: DeskRequest) -> tuple[str, date, date]:
    """By what is counted, and which days."""
    way = request.GET.get("by", "")
    first, last = SpanForm(request.GET or None).span(request.seat.today)
    return (way if way in WAYS else "department"), first, last


def in_span(request: DeskRequest, first: date, last: date, action: str = "read") -> QuerySet[Complaint]:
    """The complaints within reach that were taken in these days."""
    zone = request.seat.zone
    start, end = at_local(first, time(), zone), at_local(last + timedelta(days=1), time(), zone)
    return access.complaints(request.seat, action).filter(taken_at__gte=start, taken_at__lt=end)


def words() -> dict[str, str]:
    return {
        "department": _("By department"), "cause": _("By cause"), "client": _("By client"),
        "representative": _("By representative"),
    }  # fmt: skip


@needs("service.complaint")
def complaint_figures(request: DeskRequest) -> HttpResponse:
    """The chart and its table."""
    seat = request.seat
    way, first, last = asked(request)
    found = in_span(request, first, last)
    rows, total = statistics(found, way, timezone.now())
    days = {"first": first.isoformat(), "last": last.isoformat()}
    long_ago = seat.today - timedelta(days=REPEAT_DAYS.at(seat.hotel_code, seat.today))
    context = {
        "rows": rows, "total": total, "first": first, "last": last, "way": way, "kept": kept_complainers(found, seat.hotel, long_ago),
        "views": [
            {"label": label, "url": "?" + urlencode({"by": key, **days}), "current": key == way} for key, label in words().items()
        ],
        "query": urlencode({"by": way, **days}), "may_export": seat.may("service.complaint", "export"),
        "chart": {
            "labels": [one.label for one in rows[:IN_CHART]], "unit": "",
            "series": [{"name": _("Complaints"), "values": [one.count for one in rows[:IN_CHART]]}],
        },
        "spoken": ngettext("%(n)d complaint", "%(n)d complaints", total.count) % {"n": total.count},
    }  # fmt: skip
    return page(request, "service/figures.html", context)


@needs("service.complaint", "export")
def complaint_excel(request: DeskRequest) -> HttpResponse:
    """The same as an Excel file. Who took it is kept."""
    seat = request.seat
    way, first, last = asked(request)
    rows, total = statistics(in_span(request, first, last, "export"), way, timezone.now())
    heads = [
        words()[way], _("Complaints"), _("Open"), _("Not closed in time"), _("From clients who had complained before"),
        _("Minutes until the first answer, on average"),
    ]  # fmt: skip
    lines: list[list[Any]] = [
        [one.label or _("All"), one.count, one.open, one.late, one.again, one.minutes] for one in [*rows, total]
    ]
    log_export(
        actor=seat, hotel=seat.hotel, what="service.complaint", query=f"{way} {first} – {last}", rows=len(lines),
        file_format="xlsx",
    )  # fmt: skip
    response = HttpResponse(to_xlsx(_("Complaints"), heads, lines), content_type=XLSX)
    name = content_disposition_header(True, f"complaints-{first}-{last}.xlsx")
    response.headers["Content-Disposition"] = name or "attachment"
    return response
