"""The proposed visits of a week: whom, why, and close-by ones together (VIS-01)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from roomnight.activities import access, words
from roomnight.activities.commands import accept_proposal, drop_proposal, propose_visits
from roomnight.activities.commands.proposals import monday_of
from roomnight.activities.forms import ReasonForm
from roomnight.activities.models import ProposalState, Visit, VisitProposal, VisitState
from roomnight.kernel.errors import Refusal
from roomnight.organization.access import Seat
from roomnight.organization.http import DeskRequest, needs
from roomnight.organization.models import Staff
from roomnight.organization.queries.facts import current_focus
from roomnight.ui.lists import address, tab
from roomnight.ui.page import done, form_status, page, refusals, refused

STANDING = (ProposalState.PROPOSED, ProposalState.ACCEPTED)
TABS = ("today", "tomorrow", "week", "next", "decided")


def span(name: str, today: date) -> tuple[date, date]:
    """The days that a tab of the list shows."""
    monday = monday_of(today)
    if name == "today":
        return today, today
    if name == "tomorrow":
        return today + timedelta(days=1), today + timedelta(days=1)
    start = monday + timedelta(days=7) if name == "next" else monday
    return start, start + timedelta(days=6)


def whose(request: DeskRequest) -> tuple[Staff, list[Staff]]:
    """Whose list is shown, and whose one may look at: a leader sees the team's."""
    seat = request.seat
    people = list(access.visitors(seat)) if access.sees_others(seat) else []
    wanted = request.GET.get("who", "") or request.POST.get("who", "")
    chosen = next((one for one in people if str(one.pk) == wanted), None)
    own = next((one for one in people if one.pk == seat.staff.pk), None)
    return chosen or own or (people[0] if people else seat.staff), people


@needs("activities.visit")
def proposals(request: DeskRequest) -> HttpResponse:
    """The proposed list for today, tomorrow, this week or the next."""
    seat = request.seat
    name = request.GET.get("tab", "")
    name = name if name in TABS else "week"
    staff, people = whose(request)
    first, last = span(name, seat.today)
    theirs = access.proposals(seat).filter(staff=staff)
    found = theirs.filter(for_day__gte=first, for_day__lte=last)
    states = (ProposalState.PLANNED, ProposalState.DROPPED) if name == "decided" else STANDING
    shown = list(found.filter(state__in=states).select_related("account__owner").order_by("for_day", "-score", "pk"))
    context = {
        "tab": name,
        "views": tabs(request, name, theirs),
        "days": by_day(seat, shown, visits_of(seat, staff, first, last)),
        "today": seat.today,
        "staff": staff,
        "people": people,
        "is_own": staff.pk == seat.staff.pk,
        "week": first if name == "next" else monday_of(seat.today),
        "may_decide": seat.may("activities.visit", "edit"),
        "may_make": seat.may("activities.visit", "create"),
        "focus": current_focus(seat.hotel, seat.today) if seat.may("organization.fact") else [],
    }
    return page(request, "activities/proposals.html", context)


def tabs(request: DeskRequest, current: str, theirs: QuerySet[VisitProposal]) -> list[dict[str, Any]]:
    """The tabs with what stands on each."""
    today = request.seat.today
    monday = monday_of(today)
    standing = theirs.filter(state__in=STANDING, for_day__gte=monday, for_day__lt=monday + timedelta(days=14))
    days = list(standing.values_list("for_day", flat=True))
    labels = {"today": _("Today"), "tomorrow": _("Tomorrow"), "week": _("This week"), "next": _("Next week")}
    found = []
    for name, label in labels.items():
        first, last = span(name, today)
        n = sum(first <= day <= last for day in days)
        found.append(tab(label, address(request, tab=name), name == current, n or None))
    return [*found, tab(_("Decided"), address(request, tab="decided"), current == "decided")]


def visits_of(seat: Seat, staff: Staff, first: date, last: date) -> list[Visit]:
    """The visits that are planned already, to lay proposals beside them."""
    ahead = (VisitState.PLANNED, VisitState.CONFIRMED)
    found = access.visits(seat).filter(staff=staff, day__gte=first, day__lte=last, state__in=ahead)
    return list(found.select_related("account").order_by("planned_start"))


def by_day(seat: Seat, shown: Iterable[VisitProposal], visits: list[Visit]) -> list[dict[str, Any]]:
    """Days, in each the districts, in each the proposals; with the visits that are planned there already."""
    days: dict[date, dict[str, list[VisitProposal]]] = {}
    for one in shown:
        days.setdefault(one.for_day, {}).setdefault(one.district, []).append(one)
    return [
        {
            "day": day,
            "groups": [
                {
                    "district": district or _("District unknown"),
                    "rows": [row_words(seat, one) for one in rows],
                    "near": [v for v in visits if v.day == day and v.district and v.district == district][:2],
                }
                for district, rows in districts.items()
            ],
        }
        for day, districts in days.items()
    ]


def row_words(seat: Seat, one: VisitProposal) -> dict[str, Any]:
    """One proposal in words."""
    return {
        "proposal": one,
        "account": one.account,
        "why": words.why(one.reasons, seat.today),
        "in_pool": one.account.owner_id is None,
        "is_accepted": one.state == ProposalState.ACCEPTED,
        "is_decided": one.state in (ProposalState.PLANNED, ProposalState.DROPPED),
    }


@needs("activities.visit", "create")
@require_POST
def propose(request: DeskRequest) -> HttpResponse:
    """Make or renew the list of a week."""
    seat = request.seat
    staff, people = whose(request)
    if staff.pk != seat.staff.pk and staff.pk not in {one.pk for one in access.visitors(seat, "create")}:
        staff = seat.staff
    try:
        week: date | None = date.fromisoformat(request.POST.get("week", ""))
    except ValueError:
        week = None
    url = f"{seat.url('activities:proposals')}{'?tab=next' if week and week > seat.today else ''}"
    try:
        propose_visits(actor=seat, hotel=seat.hotel, staff=staff, week=week)
    except Refusal as refusal:
        return refused(request, url, refusal)
    joint = "&" if "?" in url else "?"
    return done(request, f"{url}{joint}who={staff.pk}" if people else url, _("The list is up to date."))


@needs("activities.visit", "edit")
@require_POST
def accept(request: DeskRequest, pk: int) -> HttpResponse:
    """Take a proposed visit on: straight to its plan. A client of the open pool becomes one's own on the way."""
    seat = request.seat
    proposal = access.proposal(seat, pk)
    in_pool = proposal.account.owner_id is None
    try:
        accept_proposal(actor=seat, proposal=proposal)
    except Refusal as refusal:
        return refused(request, seat.url("activities:proposals"), refusal)
    said = _("%(name)s is your client now.") % {"name": proposal.account.label} if in_pool else ""
    return done(request, f"{seat.url('activities:plan')}?proposal={pk}", said)


@needs("activities.visit", "edit")
def drop(request: DeskRequest, pk: int) -> HttpResponse:
    """This visit is not needed, for a reason."""
    seat = request.seat
    proposal = access.proposal(seat, pk)
    back = seat.url("activities:proposals")
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            drop_proposal(actor=seat, proposal=proposal, reason=form.cleaned_data["reason"])
            return done(request, back, _("Dropped for this week."))
    context = {"form": form, "title": _("Drop this proposal"), "subject": proposal.account.label, "back": back}
    return page(request, "activities/reason.html", context, form_status(form))
