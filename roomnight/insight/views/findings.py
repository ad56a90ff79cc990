"""Findings of the composition analysis: written down with countermeasure, owner and due date, and dealt with (MIX-03)."""

from __future__ import annotations

from typing import Any, Final

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from roomnight.insight import access, commands
from roomnight.insight.forms.findings import FindingForm, OutcomeForm
from roomnight.insight.models import Finding, FindingState
from roomnight.insight.views.periods import period_of, value_of
from roomnight.organization.access import Seat, colleagues_here
from roomnight.organization.http import DeskRequest, needs
from roomnight.organization.models import Staff
from roomnight.ui.page import page
from roomnight.ui.small_forms import small_form

ROWS: Final = 100
FEW: Final = 10


def shown(seat: Seat) -> dict[str, Any]:
    """What a page of figures shows of the open findings."""
    if not seat.may("insight.finding"):
        return {}
    rows = list(access.open_findings(seat)[: FEW + 1])
    return {
        "findings": [_row(seat, one) for one in rows[:FEW]], "more_findings": len(rows) > FEW, "sees_findings": True,
        "may_write": seat.may("insight.finding", "create"),
    }  # fmt: skip


def _row(seat: Seat, one: Finding) -> dict[str, Any]:
    return {"one": one, "is_late": one.is_late(seat.today), "may_edit": seat.may("insight.finding", "edit")}


def people(seat: Seat) -> list[Staff]:
    """Who can be asked to deal with something: everybody whose role lets them say what came of it."""
    may = {"role__grants__resource": "insight.finding", "role__grants__action": "edit"}
    return [one.staff for one in colleagues_here(seat).filter(**may).distinct()]


def in_tab(seat: Seat, name: str) -> QuerySet[Finding]:
    """The findings that a tab holds."""
    if name == "done":
        return access.findings(seat).filter(state=FindingState.DONE).order_by("-closed_at", "-pk")
    return access.open_findings(seat)


@needs("insight.finding")
def findings(request: DeskRequest) -> HttpResponse:
    """The open findings, and those dealt with."""
    seat = request.seat
    name = "done" if request.GET.get("tab") == "done" else "open"
    rows = list(in_tab(seat, name)[: ROWS + 1])
    labels = (("open", pgettext("findings", "Open")), ("done", pgettext("findings", "Dealt with")))
    context = {
        "tab": name, "rows": [_row(seat, one) for one in rows[:ROWS]], "has_more": len(rows) > ROWS,
        "may_write": seat.may("insight.finding", "create"), "sees_figures": seat.may("insight.composition"),
        "views": [{"label": label, "url": f"?tab={tab}", "current": tab == name} for tab, label in labels],
    }  # fmt: skip
    return page(request, "insight/findings.html", context)


@needs("insight.finding", "create")
def finding_new(request: DeskRequest) -> HttpResponse:
    """Write down what the figures show."""
    seat = request.seat
    period = value_of(period_of(request))
    return small_form(
        request, FindingForm(request.POST or None, people=people(seat)),
        lambda data: commands.write_finding(actor=seat, hotel=seat.hotel, by=seat.staff, period=period, **data),
        title=_("Write down a finding"), action=_("Write it down"), said=_("Written down."),
        back=seat.url("insight:findings"), facts=[(_("Figures of"), period)],
    )  # fmt: skip


@needs("insight.finding", "edit")
def finding_edit(request: DeskRequest, pk: int) -> HttpResponse:
    """Put it otherwise, give it to somebody else, move its day."""
    seat = request.seat
    one = access.finding(seat, pk, "edit")
    return small_form(
        request, FindingForm(request.POST or None, people=_people_with(seat, one), finding=one),
        lambda data: commands.change_finding(
            actor=seat, finding=one, by=seat.staff, revision=one.revision, **data
        ),
        title=_("Change the finding"), action=_("Keep the change"), said=_("Changed."),
        back=seat.url("insight:findings"), facts=[(_("Figures of"), one.period)],
    )  # fmt: skip


def _people_with(seat: Seat, one: Finding) -> list[Staff]:
    found = people(seat)
    return found if one.owner in found else [*found, one.owner]


@needs("insight.finding", "edit")
def finding_close(request: DeskRequest, pk: int) -> HttpResponse:
    """Say what came of it."""
    seat = request.seat
    one = access.finding(seat, pk, "edit")
    return small_form(
        request, OutcomeForm(request.POST or None),
        lambda data: commands.close_finding(actor=seat, finding=one, by=seat.staff, revision=one.revision, **data),
        title=_("What came of the finding"), action=_("It is dealt with"), said=_("Dealt with."),
        back=seat.url("insight:findings"), detail=one.text,
        facts=[(_("Countermeasure"), one.countermeasure), (_("Done by"), one.owner), (_("Due on"), one.due_on)],
    )  # fmt: skip
