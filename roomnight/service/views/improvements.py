"""Requests in figures, and what is done about what they show (DSK-01)."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import F, QuerySet
from django.http import HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from roomnight.clients.commands import log_export
from roomnight.kernel.calendar import at_local
from roomnight.kernel.export import to_xlsx
from roomnight.organization.http import DeskRequest, needs
from roomnight.service import access, commands
from roomnight.service.forms.requests import ImprovementForm, ResultForm
from roomnight.service.forms.statistics import SpanForm
from roomnight.service.models import ServiceRequest
from roomnight.service.queries.requests import WAYS, figures
from roomnight.ui.downloads import XLSX
from roomnight.ui.page import page
from roomnight.ui.small_forms import small_form

IN_CHART = 12
ROWS = 100


def asked(request: DeskRequest) -> tuple[str, date, date]:
    """By what is counted, and which days."""
    way = request.GET.get("by", "")
    first, last = SpanForm(request.GET or None).span(request.seat.today)
    return (way if way in WAYS else "kind"), first, last


def in_span(request: DeskRequest, first: date, last: date, action: str = "read") -> QuerySet[ServiceRequest]:
    """The requests within reach that were taken in these days."""
    zone = request.seat.zone
    start, end = at_local(first, time(), zone), at_local(last + timedelta(days=1), time(), zone)
    return access.requests(request.seat, action).filter(taken_at__gte=start, taken_at__lt=end)


def words() -> dict[str, str]:
    return {"kind": _("By kind"), "department": _("By department"), "place": _("By place")}


@needs("service.request")
def request_figures(request: DeskRequest) -> HttpResponse:
    """The chart and its table; beside them the improvements that are under way."""
    seat = request.seat
    way, first, last = asked(request)
    rows, total = figures(in_span(request, first, last), way, timezone.now())
    days = {"first": first.isoformat(), "last": last.isoformat()}
    sees_plans = seat.may("service.improvement")
    context = {
        "rows": rows, "total": total, "first": first, "last": last, "way": way,
        "views": [
            {"label": label, "url": "?" + urlencode({"by": key, **days}), "current": key == way} for key, label in words().items()
        ],
        "query": urlencode({"by": way, **days}), "may_export": seat.may("service.request", "export"),
        "chart": {
            "labels": [one.label for one in rows[:IN_CHART]], "unit": "",
            "series": [{"name": _("Requests"), "values": [one.count for one in rows[:IN_CHART]]}],
        },
        "spoken": ngettext("%(n)d request", "%(n)d requests", total.count) % {"n": total.count},
        "sees_plans": sees_plans, "today": seat.today,
        "plans": list(access.improvements(seat).filter(done_at=None).select_related("owner").order_by("due_on", "pk")[:5])
        if sees_plans else [],
        "may_plan": seat.may("service.improvement", "create"),
    }  # fmt: skip
    return page(request, "service/request_figures.html", context)


@needs("service.request", "export")
def request_excel(request: DeskRequest) -> HttpResponse:
    """The same as an Excel file. Who took it is kept."""
    seat = request.seat
    way, first, last = asked(request)
    rows, total = figures(in_span(request, first, last, "export"), way, timezone.now())
    heads = [
        words()[way], _("Requests"), _("Open"), _("Finished"), _("Minutes until finished, on average"),
        _("Within time"), _("Judged"), _("Percent within time"), _("Opened again"),
    ]  # fmt: skip
    lines: list[list[Any]] = [
        [one.label or _("All"), one.count, one.open, one.finished, one.minutes, one.in_time, one.judged, one.percent, one.again]
        for one in [*rows, total]
    ]  # fmt: skip
    log_export(
        actor=seat, hotel=seat.hotel, what="service.request", query=f"{way} {first} – {last}", rows=len(lines),
        file_format="xlsx",
    )  # fmt: skip
    response = HttpResponse(to_xlsx(_("Requests"), heads, lines), content_type=XLSX)
    name = content_disposition_header(True, f"requests-{first}-{last}.xlsx")
    response.headers["Content-Disposition"] = name or "attachment"
    return response


@needs("service.improvement")
def improvement_list(request: DeskRequest) -> HttpResponse:
    """The improvements: those to do by their day, then those that are done."""
    seat = request.seat
    found = access.improvements(seat).select_related("owner", "by")
    mine = set(access.improvements(seat, "edit").filter(done_at=None).values_list("pk", flat=True))
    rows = list(found.order_by(F("done_at").desc(nulls_first=True), "due_on", "pk")[:ROWS])
    context = {
        "rows": [{"one": one, "may_finish": one.pk in mine} for one in rows], "today": seat.today,
        "may_plan": seat.may("service.improvement", "create"),
    }  # fmt: skip
    return page(request, "service/improvements.html", context)


@needs("service.improvement", "create")
def improvement_new(request: DeskRequest) -> HttpResponse:
    """Plan one."""
    seat = request.seat
    form = ImprovementForm(request.POST if request.method == "POST" else None, people=access.people(seat))
    return small_form(
        request, form,
        lambda data: commands.plan_improvement(actor=seat, hotel=seat.hotel, by=seat.staff, **data),
        title=_("Plan an improvement"), action=_("Plan it"), said=_("Planned."), back=seat.url("service:improvements"),
    )  # fmt: skip


@needs("service.improvement", "edit")
def improvement_done(request: DeskRequest, pk: int) -> HttpResponse:
    """It is done, and this came of it."""
    seat = request.seat
    one = access.improvement(seat, pk, "edit")
    form = ResultForm(request.POST if request.method == "POST" else None, improvement=one)
    return small_form(
        request, form,
        lambda data: commands.finish_improvement(actor=seat, improvement=one, revision=one.revision, **data),
        title=_("The improvement is done"), action=_("Save"), said=_("Saved."), back=seat.url("service:improvements"),
        facts=[(_("What the figures show"), one.finding), (_("What is done about it"), one.measure), (_("Who does it"), one.owner.label)],
    )  # fmt: skip
