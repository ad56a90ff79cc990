"""The list of things to do, and one thing: what came of it, another day, not needed any more (BRD-01)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import F, QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from roomnight.activities import access, words
from roomnight.activities.commands import add_followup, cancel_followup, complete_followup, move_followup
from roomnight.activities.forms import CompleteForm, FollowUpForm, MoveForm, ReasonForm
from roomnight.activities.models import FollowUp, FollowUpKind, FollowUpState, Priority, Recurrence
from roomnight.activities.rules.follow_ups import CALLS, ESCALATE_DAYS
from roomnight.activities.views.choosing import asked_account, choose_client
from roomnight.clients.access import contacts_of
from roomnight.kernel.calendar import HotelCalendar
from roomnight.organization.access import Seat, assignable, colleagues
from roomnight.organization.http import DeskRequest, needs
from roomnight.organization.models import Scope, Staff
from roomnight.organization.working_days import calendar_of
from roomnight.ui.lists import address, chips, count_words, named, picked_day, tab
from roomnight.ui.page import done, form_status, page, refusals

ROWS = 60
COUNTED_UP_TO = 99
TABS = ("due", "coming", "given", "all", "done")


def in_tab(seat: Seat, name: str) -> QuerySet[FollowUp]:
    """The follow-ups that a tab of the list holds, in the order to do them."""
    found = access.follow_ups(seat).only(*words.SHOWN_OF_A_FOLLOW_UP)
    mine = found.filter(owner=seat.staff, state=FollowUpState.OPEN)
    order = ("due_on", F("due_time").asc(nulls_last=True), "id")
    match name:
        case "coming":
            return mine.filter(due_on__gt=seat.today).order_by(*order)
        case "given":
            given = found.filter(created_by=seat.staff, state=FollowUpState.OPEN).exclude(owner=seat.staff)
            return given.order_by(*order)
        case "all":
            return found.filter(state=FollowUpState.OPEN).order_by(*order)
        case "done":
            return found.filter(owner=seat.staff).exclude(state=FollowUpState.OPEN).order_by("-done_at", "-id")
    return mine.filter(due_on__lte=seat.today).order_by(*order)


def sees_others(seat: Seat) -> bool:
    return seat.scope("activities.followup") not in (None, Scope.OWN)


@needs("activities.followup")
def followups(request: DeskRequest) -> HttpResponse:
    """What is to be done: late and today first, what comes, what one gave to others, what is done."""
    seat, query = request.seat, request.GET
    name = query.get("tab", "") if query.get("tab") in TABS else "due"
    found = in_tab(seat, name)
    if query.get("kind") in FollowUpKind.values:
        found = found.filter(kind=query["kind"])
    if query.get("who", "").isdigit():
        found = found.filter(owner=int(query["who"]))
    start = int(query["start"]) if query.get("start", "").isdigit() else 0
    rows = list(found[start : start + ROWS + 1])
    people = _names(seat)
    labels: dict[str, dict[str, Any]] = {"kind": dict(FollowUpKind.choices), "who": people}
    context = {
        "tab": name,
        "views": tabs(seat, name),
        "sections": sections(seat, [words.follow_up_row(seat, one) for one in rows[:ROWS]], name),
        "is_empty": not rows,
        "chips": chips(request, {"kind": _("Kind"), "who": _("Who")}, labels),
        "clear_url": f"?tab={name}",
        "kinds": FollowUpKind.choices,
        "people": people.items() if name == "all" else [],
        "query": {"kind": query.get("kind", ""), "who": query.get("who", "")},
        "next": address(request, start=str(start + ROWS)) if len(rows) > ROWS else "",
        "previous": address(request, start=str(max(0, start - ROWS)) if start > ROWS else "") if start else "",
        "may_create": seat.may("activities.followup", "create"),
    }
    return page(request, "activities/followups.html", context)


def _names(seat: Seat) -> dict[str, str]:
    if not sees_others(seat):
        return {}
    people = colleagues(seat, "activities.followup").select_related(None)
    rows = people.values("staff_id", "staff__name", "staff__name_en")
    return {str(row["staff_id"]): named(row, "staff") for row in rows}


def tabs(seat: Seat, current: str) -> list[dict[str, Any]]:
    """The tabs with counts of what is due and what comes."""
    labels = {
        "due": _("To do"),
        "coming": _("Coming"),
        "given": _("Given to others"),
        "all": _("Everybody's"),
        "done": _("Done"),
    }
    if not sees_others(seat):
        del labels["all"]
    found = []
    for name, label in labels.items():
        n = in_tab(seat, name).order_by()[: COUNTED_UP_TO + 1].count() if name in ("due", "coming") else 0
        found.append(tab(label, f"?tab={name}", name == current, count_words(n, COUNTED_UP_TO)))
    return found


def sections(seat: Seat, rows: list[dict[str, Any]], name: str) -> list[dict[str, Any]]:
    """The rows under their headings: late, today, this week, later; what is done in one."""
    if name == "done":
        return [{"title": "", "tone": "", "rows": rows}] if rows else []
    sunday = seat.today + timedelta(days=6 - seat.today.weekday())
    parts: dict[str, list[dict[str, Any]]] = {"late": [], "today": [], "week": [], "later": []}
    for row in rows:
        due = row["one"].due_on
        part = "late" if due < seat.today else "today" if due == seat.today else "week" if due <= sunday else "later"
        parts[part].append(row)
    titles = {"late": _("Late"), "today": _("Today"), "week": _("This week"), "later": _("Later")}
    return [
        {"title": titles[part], "tone": "late" if part == "late" else "", "count": len(found), "rows": found}
        for part, found in parts.items()
        if found
    ]


def people_for(seat: Seat) -> list[Staff]:
    """Whom one may give something to: oneself first, then those within reach."""
    others = (
        [one for one in assignable(seat) if one.pk != seat.staff.pk] if seat.may("clients.account", "approve") else []
    )
    return [seat.staff, *others]


@needs("activities.followup", "create")
def followup_new(request: DeskRequest) -> HttpResponse:
    """Put something on one's own list or a colleague's; about a client or not."""
    seat = request.seat
    if request.GET.get("choose"):
        return choose_client(request, _("Follow-up"), without=seat.url("activities:followup_new"))
    account = asked_account(seat, request.GET.get("account", "")) if seat.may("clients.account") else None
    calendar = calendar_of(seat.hotel, seat.today)
    form = FollowUpForm(
        request.POST or None,
        people=people_for(seat),
        contacts=list(contacts_of(seat, account)) if account else [],
        initial={
            "kind": FollowUpKind.TASK,
            "due_on": picked_day(request.GET.get("day", "")) or calendar.next_working_day(seat.today),
            "owner": seat.staff.pk,
            "priority": Priority.NORMAL,
            "recurrence": Recurrence.NONE,
        },
    )
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            add_followup(actor=seat, hotel=seat.hotel, account=account, **form.follow_up())
            url = seat.url("web:account", pk=account.pk) if account else seat.url("activities:followups")
            return done(request, url, _("On the list."))
    context = {
        "form": form,
        "account": account,
        "quick_days": quick_days(seat, calendar),
        "escalate_days": ESCALATE_DAYS.at(seat.hotel_code, seat.today),
        "may_choose": seat.may("clients.account"),
    }
    return page(request, "activities/followup_new.html", context, form_status(form))


def quick_days(seat: Seat, calendar: HotelCalendar) -> list[tuple[str, str]]:
    """Days that are picked most."""
    today = seat.today
    return [
        (_("Today"), today.isoformat()),
        (_("Next working day"), calendar.next_working_day(today).isoformat()),
        (_("In a week"), (today + timedelta(days=7)).isoformat()),
    ]


@needs("activities.followup")
def followup(request: DeskRequest, pk: int) -> HttpResponse:
    """One thing to do, with where it came from and what came of it."""
    seat = request.seat
    found = access.follow_up(seat, pk)
    context = {
        "found": found,
        "row": words.follow_up_row(seat, found),
        "visit": access.visits(seat).filter(pk=found.visit_id).first() if found.visit_id else None,
        "before": access.follow_ups(seat).filter(pk=found.previous_id).first() if found.previous_id else None,
        "after": access.follow_ups(seat).filter(previous=found).first(),
        "may_edit": access.follow_ups(seat, "edit").filter(pk=pk).exists() and found.state == FollowUpState.OPEN,
    }
    return page(request, "activities/followup.html", context)


@needs("activities.followup", "edit")
def followup_done(request: DeskRequest, pk: int) -> HttpResponse:
    """It is done: what came of it, and what comes next."""
    seat = request.seat
    found = access.follow_up(seat, pk, "edit")
    form = CompleteForm(request.POST or None, is_call=found.kind in CALLS)
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            complete_followup(actor=seat, followup=found, **form.cleaned_data)
            return done(request, after(request), _("Done."))
    return _form_page(request, found, form, words.act_words(found), "done")


@needs("activities.followup", "edit")
def followup_move(request: DeskRequest, pk: int) -> HttpResponse:
    """Another day, another time, another person."""
    seat = request.seat
    found = access.follow_up(seat, pk, "edit")
    people = people_for(seat)
    if found.owner_id not in {one.pk for one in people}:
        people.append(found.owner)
    form = MoveForm(
        request.POST or None,
        people=people,
        initial={"due_on": found.due_on, "due_time": found.due_time, "owner": found.owner_id},
    )
    form.stands_on(found)
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            move_followup(actor=seat, followup=found, **form.change())
            return done(request, after(request), pgettext("follow-up", "Moved."))
    return _form_page(request, found, form, pgettext("follow-up", "Move"), "move")


@needs("activities.followup", "edit")
def followup_cancel(request: DeskRequest, pk: int) -> HttpResponse:
    """Not needed any more, for a reason."""
    seat = request.seat
    found = access.follow_up(seat, pk, "edit")
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            cancel_followup(actor=seat, followup=found, reason=form.cleaned_data["reason"])
            return done(request, after(request), _("Taken off the list."))
    return _form_page(request, found, form, _("Not needed any more"), "cancel")


def after(request: DeskRequest) -> str:
    """Back to where it was done from: the list, the client, my day; only pages of this hotel."""
    seat = request.seat
    wanted = request.POST.get("next", "")
    home = seat.url("web:my_day")
    return wanted if wanted.startswith(home) and "//" not in wanted else seat.url("activities:followups")


def _form_page(request: DeskRequest, found: FollowUp, form: Any, title: str, what: str) -> HttpResponse:
    seat = request.seat
    context = {
        "found": access.follow_up(seat, found.pk, "edit"),
        "form": form,
        "title": title,
        "what": what,
        "next": request.POST.get("next", "") or request.GET.get("next", ""),
        "quick_days": quick_days(seat, calendar_of(seat.hotel, seat.today)),
    }
    return page(request, "activities/followup_form.html", context, form_status(form))
