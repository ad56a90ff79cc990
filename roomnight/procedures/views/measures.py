"""How well a procedure goes, over a period, by step and by version, and as an Excel file (PRC-09)."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from roomnight.kernel.export import to_xlsx
from roomnight.organization.access import Seat
from roomnight.organization.http import DeskRequest, needs
from roomnight.procedures import access
from roomnight.procedures.commands.catalogue_export import log_measures_export
from roomnight.procedures.models import Procedure, ProcedureVersion
from roomnight.procedures.queries.catalogue import Book
from roomnight.procedures.queries.measures import measures
from roomnight.procedures.rules.measures import Measure, StepMeasure, heat_of
from roomnight.procedures.rules.told import minutes_words
from roomnight.procedures.views.catalogue import chosen, home, picture, upwards
from roomnight.ui.page import page
from roomnight.ui.widgets import DayInput

PROCEDURE = access.PROCEDURE
DAYS = 90
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class PeriodForm(forms.Form):
    """From which day to which; cases count by the day they began."""

    first = forms.DateField(
        label=gettext_lazy("Begun from"), required=False, widget=DayInput({"class": "form-control"})
    )
    last = forms.DateField(label=gettext_lazy("Until"), required=False, widget=DayInput({"class": "form-control"}))


class Figures:
    """What the page and the file show: the period, the version looked at, and its measures."""

    def __init__(self, request: DeskRequest, procedure: Procedure) -> None:
        seat, query = request.seat, request.GET
        self.procedure, self.versions = procedure, access.versions_for(seat, procedure)
        if not self.versions:
            raise Http404(str(procedure.pk))
        form = PeriodForm(query)
        given = form.cleaned_data if form.is_valid() else {}
        self.last: date = given.get("last") or seat.today
        self.first: date = given.get("first") or self.last - timedelta(days=DAYS - 1)
        self.version = chosen(self.versions, query.get("version", ""))
        self.form = PeriodForm(initial={"first": self.first, "last": self.last})
        number = self.version.number if self.version else None
        begin, end = _midnight(seat, self.first), _midnight(seat, self.last + timedelta(days=1))
        self.total, self.by_version, self.steps = measures(procedure, begin, end, number)

    @property
    def drawn(self) -> ProcedureVersion:
        """Whose chart is coloured: the version looked at, else the one in force."""
        return self.version or Book(self.procedure, self.versions).shown or self.versions[0]


def _midnight(seat: Seat, day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=seat.zone)


@needs(PROCEDURE)
def procedure_measures(request: DeskRequest, pk: int) -> HttpResponse:
    """Cases, cycle time, waiting time per step, late share, exceptions; the chart coloured by where time goes."""
    seat = request.seat
    found = access.procedure(seat, pk)
    figures = Figures(request, found)
    words = {
        one.step: _("%(time)s × %(count)d") % {"time": minutes_words(one.median), "count": one.done}
        for one in figures.steps
    }
    context = {
        "procedure": found, "figures": figures, "total": figures.total,
        "rows": [step_row(one) for one in figures.steps],
        "version_rows": [{"one": one, **measure_words(one)} for one in figures.by_version],
        **measure_words(figures.total),
        "picture": picture(_with_file(figures.drawn), heat_of(figures.steps, words)) if figures.steps else "",
        "version": figures.drawn, "may_export": seat.may(PROCEDURE, "export"), "query": request.GET.urlencode(),
        **upwards(seat, (found.code, home(seat, found))),
    }  # fmt: skip
    return page(request, "procedures/measures.html", context)


def _with_file(version: ProcedureVersion) -> ProcedureVersion:
    version.refresh_from_db(fields=["source"])
    return version


def step_row(one: StepMeasure) -> dict[str, Any]:
    """A step as the table shows it."""
    return {
        "one": one, "median": minutes_words(one.median), "slowest": minutes_words(one.slowest),
        "percent": round(100 * one.share), "late_percent": _percent(one.late_share),
    }  # fmt: skip


def measure_words(one: Measure) -> dict[str, Any]:
    return {
        "median": minutes_words(one.median),
        "slowest": minutes_words(one.slowest),
        "late_percent": _percent(one.late_share),
    }


def _percent(share: float | None) -> int | None:
    return None if share is None else round(100 * share)


@needs(PROCEDURE, "export")
def measures_export(request: DeskRequest, pk: int) -> HttpResponse:
    """The figures as an Excel file, times in minutes. Who took them is kept."""
    seat = request.seat
    found = access.procedure(seat, pk)
    figures = Figures(request, found)
    heads = [
        _("Counted"), _("Name"), _("Times"), _("Median, minutes"), _("Nine of ten within, minutes"), _("Share of the time, %"),
        _("Late, %"), _("Cancelled"), _("Stuck"), _("Escalated"),
    ]  # fmt: skip
    cells = [_case_cells(_("All cases"), figures.total)]
    cells += [_case_cells(f"V{one.version}", one) for one in figures.by_version]
    cells += [
        [
            _("Step"), one.name, one.done, one.median, one.slowest, round(100 * one.share), _percent(one.late_share), None,
            None, None,
        ]
        for one in figures.steps
    ]  # fmt: skip
    log_measures_export(actor=seat, procedure=found, first=figures.first, last=figures.last)
    title = _("Measures of %(code)s") % {"code": found.code}
    content = to_xlsx(title, heads, cells, tz=seat.zone)
    name = f"{title} {figures.first:%Y-%m-%d} {figures.last:%Y-%m-%d}.xlsx"
    headers = {"Content-Disposition": content_disposition_header(True, name) or "attachment"}
    return HttpResponse(content, content_type=EXCEL, headers=headers)


def _case_cells(name: str, one: Measure) -> list[Any]:
    return [
        _("Cases"), name, one.cases, one.median, one.slowest, None, _percent(one.late_share), one.cancelled, one.stuck,
        one.escalated,
    ]  # fmt: skip
