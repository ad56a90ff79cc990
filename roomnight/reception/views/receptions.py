"""Receptions: the list, the application, the decision, the team, and what follows when the guests have left."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from roomnight.kernel.commands import subject_of
from roomnight.organization.access import Seat
from roomnight.organization.http import DeskRequest, needs
from roomnight.reception import access, commands, words
from roomnight.reception.forms.receptions import (
    CallForm,
    DecisionForm,
    DeskForm,
    LeftForm,
    ReceptionForm,
    ReportForm,
    TeamForm,
    WhyForm,
    guest_rows,
    now_at,
)
from roomnight.reception.models import UNDECIDED, Level, Reception, ReceptionState
from roomnight.reception.queries.sheet import sheet_of
from roomnight.reception.queries.standards import proposed_level
from roomnight.reception.rules.values import HOME_HOURS
from roomnight.ui import small_forms
from roomnight.ui.page import done, page, refusals

TABS = ("decide", "coming", "here", "report", "all")
COMING = (ReceptionState.APPROVED, ReceptionState.PLANNED)
ROWS = 100
MORE_ROWS = 3


def in_tab(seat: Seat, name: str) -> QuerySet[Reception]:
    """The receptions that a tab holds."""
    found = access.receptions(seat).select_related("applicant", "leader")
    match name:
        case "decide":
            return found.filter(state__in=UNDECIDED).order_by("arrives_at")
        case "here":
            now = now_at(seat)
            return found.filter(state__in=COMING, arrives_at__lte=now).order_by("departs_at")
        case "report":
            return found.filter(state=ReceptionState.LEFT).order_by("report_due_on")
        case "all":
            return found.order_by("-arrives_at")
    return found.filter(state__in=COMING, arrives_at__gt=now_at(seat)).order_by("arrives_at")


@needs("reception.reception")
def receptions(request: DeskRequest) -> HttpResponse:
    """Who comes to the house: to decide, coming, here, to be reported, all (RCP)."""
    seat = request.seat
    name = request.GET.get("tab", "") if request.GET.get("tab") in TABS else "coming"
    labels = {
        "decide": _("To decide"), "coming": _("Coming"), "here": _("Here now"), "report": _("To report"), "all": _("All"),
    }  # fmt: skip
    counts = {tab: in_tab(seat, tab).count() for tab in TABS if tab != "all"}
    context = {
        "tab": name,
        "views": [
            {"label": label, "url": f"?tab={tab}", "current": tab == name, "count": counts.get(tab) or ""}
            for tab, label in labels.items()
        ],
        "rows": [words.reception_row(seat, one) for one in in_tab(seat, name)[:ROWS]],
        "may_create": seat.may("reception.reception", "create"),
    }
    return page(request, "reception/receptions.html", context)


@needs("reception.reception")
def reception(request: DeskRequest, pk: int) -> HttpResponse:
    """One reception: who comes, who receives them, the programme and its cost, what was agreed, what they said."""
    one = access.reception(request.seat, pk)
    return page(request, "reception/reception.html", sheet_of(request.seat, one))


@needs("reception.reception")
def cases(request: DeskRequest, pk: int) -> HttpResponse:
    """The cases by which its programme runs: a piece of the reception's page (RCP-06)."""
    return page(request, "reception/cases.html", {"subject": subject_of(access.reception(request.seat, pk))})


@needs("reception.reception", "create")
def reception_new(request: DeskRequest) -> HttpResponse:
    """Say that guests come (RCP-01)."""
    seat = request.seat
    account = access.asked_account(seat, request.GET.get("account", ""))
    people = access.people(seat)
    initial = {
        "applicant": seat.staff.pk, "place": seat.hotel.label, "people": 2,
        **({"company": account.label} if account else {}),
    }  # fmt: skip
    form = ReceptionForm(request.POST or None, people=people, initial=initial)
    rows = guest_rows(_with_more(request), more=0)
    if _is_sent(request) and form.is_valid() and rows.is_valid():
        with refusals(form):
            one = commands.apply_for_reception(
                actor=seat, hotel=seat.hotel, guests=rows.people(), account=account, **form.cleaned_data
            )
            return done(request, one.get_absolute_url(), _("Applied for: %(number)s.") % {"number": one.number})
    return _application(request, form, rows, _("Announce guests"), seat.url("reception:receptions"))


@needs("reception.reception", "edit")
def reception_edit(request: DeskRequest, pk: int) -> HttpResponse:
    """Correct the application."""
    seat = request.seat
    one = access.reception(seat, pk, "edit")
    form = ReceptionForm(request.POST or None, reception=one, people=[])
    rows = guest_rows(_with_more(request), list(one.guests.all()))
    if _is_sent(request) and form.is_valid() and rows.is_valid():
        with refusals(form):
            commands.change_application(
                actor=seat, reception=one, revision=one.revision, guests=rows.people(), **form.cleaned_data
            )
            return done(request, one.get_absolute_url(), _("Saved."))
    return _application(request, form, rows, one.label, one.get_absolute_url())


def _is_sent(request: DeskRequest) -> bool:
    return request.method == "POST" and "more" not in request.POST


def _with_more(request: DeskRequest) -> Any:
    """What was typed; with some more free rows of guests where they were asked for."""
    if request.method != "POST":
        return None
    data = request.POST.copy()
    total = str(data.get("guests-TOTAL_FORMS", ""))
    if "more" in data and total.isdigit():
        data["guests-TOTAL_FORMS"] = str(int(total) + MORE_ROWS)
    return data


def _application(request: DeskRequest, form: ReceptionForm, rows: Any, title: str, back: str) -> HttpResponse:
    is_more = request.method == "POST" and "more" in request.POST
    status = 422 if form.is_bound and not is_more and (form.errors or not rows.is_valid()) else 200
    context = {"form": form, "guests": rows, "title": title, "back": back, "is_more": is_more}
    return page(request, "reception/application.html", context, status)


# ---- decisions and what follows, each a short form of its own


def small_form(
    request: DeskRequest, one: Reception, form: DeskForm, do: Callable[[dict[str, Any]], object], **words: Any
) -> HttpResponse:
    """A form of a few fields about a reception."""
    return small_forms.small_form(request, form, do, back=one.get_absolute_url(), detail=one.company, **words)


@needs("reception.reception", "approve")
def decide(request: DeskRequest, pk: int) -> HttpResponse:
    """Approve with a level, return, or decline (RCP-02)."""
    seat = request.seat
    one = access.reception(seat, pk, "approve")
    level, title = proposed_level(seat.hotel, [guest.title for guest in one.guests.all()])
    form = DecisionForm(request.POST or None, initial={"decision": "approve", "level": one.proposed_level})

    def do(data: dict[str, Any]) -> None:
        note = data["note"]
        if data["decision"] == "approve":
            commands.approve_reception(
                actor=seat, reception=one, staff=seat.staff, level=data["level"], reason=data["reason"], note=note
            )
        elif data["decision"] == "return":
            commands.return_application(actor=seat, reception=one, staff=seat.staff, note=note)
        else:
            commands.decline_reception(actor=seat, reception=one, staff=seat.staff, note=note)

    because = _("%(level)s, because of “%(title)s”") % {"level": Level(level).label, "title": title}
    facts = [
        (_("Proposed level"), because if title else Level(level).label),
        (_("Guests"), one.people),
        *words.standards(seat, one.people),
    ]
    return small_form(request, one, form, do, title=_("Decide"), action=_("Decide"), said=_("Decided."), facts=facts)


@needs("reception.reception", "edit")
def team(request: DeskRequest, pk: int) -> HttpResponse:
    """Interface person, assistant, leader (RCP-04)."""
    seat = request.seat
    one = access.reception(seat, pk, "edit")
    form = TeamForm(request.POST or None, reception=one, people=access.people(seat))
    return small_form(
        request, one, form, lambda data: commands.name_team(actor=seat, reception=one, **data),
        title=_("Team"), action=_("Save"), said=_("The team is named."),
    )  # fmt: skip


@needs("reception.reception", "edit")
def cancel(request: DeskRequest, pk: int) -> HttpResponse:
    """The guests do not come."""
    seat = request.seat
    one = access.reception(seat, pk, "edit")
    return small_form(
        request, one, WhyForm(request.POST or None),
        lambda data: commands.cancel_reception(actor=seat, reception=one, note=data["note"]),
        title=_("Call the reception off"), action=pgettext("reception", "Call it off"), said=_("Called off."),
    )  # fmt: skip


@needs("reception.reception", "edit")
def left(request: DeskRequest, pk: int) -> HttpResponse:
    """The guests have left."""
    seat = request.seat
    one = access.reception(seat, pk, "edit")
    return small_form(
        request, one, LeftForm(request.POST or None, initial={"at": now_at(seat)}),
        lambda data: commands.guests_left(actor=seat, reception=one, at=data["at"]),
        title=_("The guests have left"), action=_("Keep"), said=_("Now call them when they are home."),
    )  # fmt: skip


@needs("reception.reception", "edit")
def call(request: DeskRequest, pk: int) -> HttpResponse:
    """The call when they are home, and what they think (RCP-08)."""
    seat = request.seat
    one = access.reception(seat, pk, "edit")
    initial = {
        "at": seat.local(one.called_at) if one.called_at else now_at(seat), "hotel_opinion": one.hotel_opinion,
        "company_opinion": one.company_opinion,
    }  # fmt: skip
    home = one.left_at + timedelta(hours=HOME_HOURS.at(seat.hotel_code, seat.today)) if one.left_at else None
    facts = [
        (_("Phone"), words.phones(one)),
        (pgettext("went away", "Left"), words.moment(seat, one.left_at)),
        (_("Home at about"), words.moment(seat, home)),
    ]
    return small_form(
        request, one, CallForm(request.POST or None, initial=initial),
        lambda data: commands.note_call(actor=seat, reception=one, **data),
        title=_("The call after"), action=_("Keep"), said=_("Kept."), facts=facts,
    )  # fmt: skip


@needs("reception.reception", "edit")
def report(request: DeskRequest, pk: int) -> HttpResponse:
    """The report to the leaders closes the reception (RCP-08)."""
    seat = request.seat
    one = access.reception(seat, pk, "edit")
    form = ReportForm(request.POST or None, initial={"report": one.report or words.report_begun(one)})
    return small_form(
        request, one, form, lambda data: commands.hand_in_report(actor=seat, reception=one, **data),
        title=_("Report to the leaders"), action=_("Hand it in"), said=_("The report is in."),
        facts=[(_("Due on"), one.report_due_on)] if one.report_due_on else None,
    )  # fmt: skip
