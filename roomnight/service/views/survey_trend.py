"""How satisfied clients are, month by month: by client, department and kind of order (SAT-02)."""

from __future__ import annotations

from datetime import date, time
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from roomnight.clients.commands import log_export
from roomnight.kernel.calendar import at_local
from roomnight.kernel.export import to_xlsx
from roomnight.organization.http import DeskRequest, needs
from roomnight.service import access
from roomnight.service.models import Survey
from roomnight.service.queries.surveys import WAYS, Line, sent_and_answered, trend
from roomnight.service.rules.surveys import months_until
from roomnight.ui.downloads import XLSX
from roomnight.ui.page import page

SPANS = (6, 12, 24)
ON_PAGE = 40


def asked(request: DeskRequest) -> tuple[str, list[date]]:
    """By what, and which months."""
    way, text = request.GET.get("by", ""), request.GET.get("months", "")
    count = int(text) if text in map(str, SPANS) else SPANS[1]
    return (way if way in WAYS else "client"), months_until(request.seat.today, count)


def in_months(request: DeskRequest, months: list[date], action: str = "read") -> QuerySet[Survey]:
    """The surveys within reach that were answered since the first of these months."""
    start = at_local(months[0], time(), request.seat.zone)
    return access.surveys(request.seat, action).filter(answered_at__gte=start)


def words() -> dict[str, str]:
    return {
        "client": _("By client"), "department": _("By department"), "kind": _("By kind of order"), "about": _("By occasion"),
    }  # fmt: skip


def _row(line: Line) -> dict[str, Any]:
    """A line of the table: the average of each month and of all."""
    return {"line": line, "all": line.all, "change": line.change, "months": [one.average for one in line.months]}


@needs("service.survey")
def survey_trend(request: DeskRequest) -> HttpResponse:
    """The chart of the average score and its table."""
    seat = request.seat
    way, months = asked(request)
    found = in_months(request, months)
    lines, total = trend(found, way, months, seat.zone)
    sent, answered = sent_and_answered(access.surveys(seat).filter(sent_at__gte=at_local(months[0], time(), seat.zone)))
    context = {
        "way": way, "months": months, "rows": [_row(line) for line in lines[:ON_PAGE]], "total": _row(total),
        "has_more": len(lines) > ON_PAGE, "sent": sent, "answered": answered,
        "rate": round(100 * answered / sent) if sent else None, "span": len(months), "spans": SPANS,
        "views": [
            {"label": label, "url": "?" + urlencode({"by": key, "months": len(months)}), "current": key == way}
            for key, label in words().items()
        ],
        "query": urlencode({"by": way, "months": len(months)}), "may_export": seat.may("service.survey", "export"),
        "sees_client": seat.may("clients.account"),
        "chart": {
            "labels": [f"{month:%Y-%m}" for month in months], "unit": "",
            "series": [
                {
                    "name": _("Average score"),
                    "values": [None if one.average is None else float(one.average) for one in total.months],
                }
            ],
        },
        "spoken": ngettext("%(n)d answer", "%(n)d answers", total.all.count) % {"n": total.all.count},
    }  # fmt: skip
    return page(request, "service/survey_trend.html", context)


@needs("service.survey", "export")
def survey_trend_excel(request: DeskRequest) -> HttpResponse:
    """The same as an Excel file. Who took it is kept."""
    seat = request.seat
    way, months = asked(request)
    lines, total = trend(in_months(request, months, "export"), way, months, seat.zone)
    heads = [
        words()[way], _("Answers"), _("Average score"), _("Recommendation (NPS)"), _("Low scores"),
        *(f"{month:%Y-%m}" for month in months),
    ]  # fmt: skip
    rows: list[list[Any]] = [
        [
            one.label or _("All"), one.all.count, one.all.average, one.all.recommends, one.all.low,
            *(tally.average for tally in one.months),
        ]
        for one in [*lines, total]
    ]  # fmt: skip
    log_export(
        actor=seat, hotel=seat.hotel, what="service.survey", query=f"{way} {months[0]:%Y-%m} – {months[-1]:%Y-%m}",
        rows=len(rows), file_format="xlsx",
    )  # fmt: skip
    response = HttpResponse(to_xlsx(_("Satisfaction"), heads, rows), content_type=XLSX)
    name = content_disposition_header(True, f"satisfaction-{months[0]:%Y-%m}-{months[-1]:%Y-%m}.xlsx")
    response.headers["Content-Disposition"] = name or "attachment"
    return response
