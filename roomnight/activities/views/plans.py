"""Planning a visit and changing the plan: one form, with what to thank the client for beside it."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from roomnight.activities import access, words
from roomnight.activities.commands import change_plan, plan_visit
from roomnight.activities.forms import PlanForm, clock_time
from roomnight.activities.models import Purpose, Visit, VisitKind, VisitProposal, VisitState
from roomnight.activities.queries import thanks_for
from roomnight.activities.rules.plans import VISIT_MAX_MINUTES
from roomnight.activities.views.choosing import asked_account, choose_client
from roomnight.clients.access import contacts_of
from roomnight.clients.models import Account, Contact
from roomnight.clients.queries.protection import shield_against
from roomnight.kernel.calendar import at_local
from roomnight.organization.access import Seat
from roomnight.organization.http import DeskRequest, needs
from roomnight.organization.models import Scope, Staff
from roomnight.ui.lists import picked_day
from roomnight.ui.page import done, form_status, page, refusals

MORNING = time(10)
ENDED = (VisitState.CANCELLED, VisitState.MISSED)


@needs("activities.visit", "create")
def plan(request: DeskRequest) -> HttpResponse:
    """Plan a visit to a client, from a proposal or from scratch (VIS-02)."""
    seat = request.seat
    proposal = _asked_proposal(seat, request.GET.get("proposal", ""))
    account = proposal.account if proposal else asked_account(seat, request.GET.get("account", ""))
    if account is None:
        return choose_client(request, _("Plan a visit"))
    people = list(contacts_of(seat, account))
    colleagues = others_to_plan_for(seat)
    who = proposal.staff if proposal else seat.staff
    form = PlanForm(
        request.POST or None,
        seat=seat,
        contacts=people,
        max_minutes=VISIT_MAX_MINUTES.at(seat.hotel_code, seat.today),
        colleagues=[] if proposal else colleagues,
        initial=new_plan(seat, account, people, proposal, picked_day(request.GET.get("day", ""))) | {"staff": who.pk},
    )
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            visit = plan_visit(
                actor=seat,
                hotel=seat.hotel,
                account=account,
                staff=_chosen(form, colleagues, who),
                people=chosen_people(form, people),
                proposal=proposal,
                **form.plan(),
                **form.agreed(),
            )
            return done(request, visit.get_absolute_url(), _("Planned: %(number)s.") % {"number": visit.number})
    return _plan_page(request, form, account, proposal=proposal)


@needs("activities.visit", "edit")
def change(request: DeskRequest, pk: int) -> HttpResponse:
    """Change a plan that has not begun. Who comes second is shown what changed meanwhile; nothing typed is lost."""
    seat = request.seat
    visit = access.visit(seat, pk, "edit")
    people = access.with_planned(contacts_of(seat, visit.account), visit)
    form = PlanForm(
        request.POST or None,
        seat=seat,
        contacts=people,
        max_minutes=VISIT_MAX_MINUTES.at(seat.hotel_code, visit.day),
        now_minutes=visit.planned_minutes,
        initial=present_plan(seat, visit, people),
    )
    form.stands_on(visit)
    revision = request.POST.get("revision", "")
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            change_plan(
                actor=seat,
                visit=visit,
                revision=int(revision) if revision.isdigit() else 0,
                people=chosen_people(form, people),
                **form.plan(),
                **form.agreed(),
            )
            return done(request, visit.get_absolute_url(), _("The plan is changed."))
    fresh = access.visit(seat, pk, "edit") if request.method == "POST" else visit
    return _plan_page(request, form, visit.account, visit=fresh)


def _plan_page(
    request: DeskRequest,
    form: PlanForm,
    account: Account,
    *,
    visit: Visit | None = None,
    proposal: VisitProposal | None = None,
) -> HttpResponse:
    seat = request.seat
    context = {
        "form": form,
        "account": account,
        "visit": visit,
        "proposal": proposal,
        "why": words.why(proposal.reasons, seat.today) if proposal else [],
        "shield": None if visit else shield_against(account, seat.staff),
        "thanks": thanks_for(account, seat.today),
        "quick_days": [
            (_("Today"), seat.today.isoformat()),
            (_("Tomorrow"), (seat.today + timedelta(days=1)).isoformat()),
        ],
        "max_minutes": form.max_minutes,
        "back": visit.get_absolute_url() if visit else seat.url("activities:proposals"),
    }
    return page(request, "activities/plan.html", context, form_status(form))


def new_plan(
    seat: Seat, account: Account, people: list[Contact], proposal: VisitProposal | None, day: Any
) -> dict[str, Any]:
    """What is known of a visit before anybody has typed anything."""
    first = account.last_visit_on is None
    wanted = day or (proposal.for_day if proposal else seat.today)
    at = next_free(seat, max(wanted, seat.today))
    deciders = [one.pk for one in people if one.decision_role == Contact.DecisionRole.DECIDER]
    return {
        "day": seat.local(at).date(),
        "start": clock_time(at, seat),
        "minutes": VISIT_MAX_MINUTES.at(seat.hotel_code, seat.today),
        "kind": VisitKind.FIRST if first else VisitKind.RETURN,
        "purpose": Purpose.FIRST if first else Purpose.RETURN,
        "people": deciders or [one.pk for one in people[:1]],
        "place": account.address,
        "appointment": "later",
        "points": "\n".join(words.why(proposal.reasons, seat.today)) if proposal else "",
    }


def next_free(seat: Seat, day: Any) -> datetime:
    """The first likely time of a day: ten o'clock, after the visits already there, and not in the past."""
    at = at_local(day, MORNING, seat.zone)
    now = timezone.now()
    if at < now and day == seat.today:
        at = now + timedelta(minutes=30)
    for visit in access.own_visits(seat).filter(day=day).exclude(state__in=ENDED).order_by("planned_start"):
        if visit.planned_start < at + timedelta(minutes=30) and visit.planned_end > at - timedelta(minutes=15):
            at = visit.planned_end + timedelta(minutes=30)
    seconds = at.timestamp()
    quarter = 15 * 60
    return datetime.fromtimestamp(-(-seconds // quarter) * quarter, seat.zone)


def present_plan(seat: Seat, visit: Visit, people: list[Contact]) -> dict[str, Any]:
    """The plan as it stands, for the form."""
    names = (
        "kind", "purpose", "purpose_text", "place", "points", "special", "materials", "desired_outcome", "long_reason",
        "confirmed_how", "confirmed_with", "cold_reason",
    )  # fmt: skip
    agreed = "agreed" if visit.confirmed_how else "later"
    return {name: getattr(visit, name) for name in names} | {
        "day": visit.day,
        "start": clock_time(visit.planned_start, seat),
        "minutes": visit.planned_minutes,
        "people": [one.pk for one in people if one.is_planned],  # type: ignore[attr-defined]
        "appointment": "cold" if visit.is_cold_call else agreed,
    }


def others_to_plan_for(seat: Seat) -> list[Staff]:
    """The people one may plan visits for beside oneself: a leader's team."""
    return [] if seat.scope("activities.visit", "create") == Scope.OWN else list(access.visitors(seat, "create"))


def chosen_people(form: PlanForm, people: list[Contact]) -> list[Contact]:
    chosen = set(form.cleaned_data["people"])
    return [one for one in people if one.pk in chosen]


def _chosen(form: PlanForm, colleagues: list[Staff], who: Staff) -> Staff:
    """Who goes: the one that was picked, else the person at the desk."""
    picked = form.cleaned_data.get("staff")
    return next((one for one in colleagues if one.pk == picked), who)


def _asked_proposal(seat: Seat, text: str) -> VisitProposal | None:
    return access.proposal(seat, int(text)) if text.isdigit() else None
