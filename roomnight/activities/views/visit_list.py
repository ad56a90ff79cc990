"""The list of visits: today's, those ahead, those to report, those to read, all."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from roomnight.activities import access, words
from roomnight.activities.models import Purpose, Result, Visit, VisitKind, VisitState
from roomnight.organization.access import Seat
from roomnight.organization.http import DeskRequest, needs
from roomnight.ui.keyset import Key, leaf
from roomnight.ui.lists import chips, count_words, named, pages, picked_day, tab
from roomnight.ui.page import page

ROWS = 40
COUNTED_UP_TO = 99
TABS = ("today", "ahead", "report", "read", "all")
EARLIEST = (Key("planned_start"), Key("id"))
LATEST = (Key("planned_start", descending=True), Key("id", descending=True))
COLUMNS = (
    "id", "number", "state", "kind", "purpose", "planned_start", "planned_end", "district", "is_cold_call", "is_logged",
    "report_due_at", "staff_id", "staff__name", "staff__name_en", "account__name", "account__name_en", "report__result",
    "report__is_late",
)  # fmt: skip


def in_tab(seat: Seat, name: str) -> QuerySet[Visit]:
    """The visits that a tab of the list holds."""
    match name:
        case "ahead":
            ahead = (VisitState.PLANNED, VisitState.CONFIRMED)
            return access.visits(seat).filter(state__in=ahead, day__gt=seat.today)
        case "report":
            return access.visits(seat).filter(state__in=(VisitState.OUT, VisitState.RETURNED))
        case "read":
            return access.visits(seat, "approve").filter(state=VisitState.REPORTED).exclude(staff=seat.staff)
        case "all":
            return access.visits(seat)
    return access.visits(seat).filter(day=seat.today)


@needs("activities.visit")
def visits(request: DeskRequest) -> HttpResponse:
    """The list of visits, by tab, state, person and days."""
    seat, query = request.seat, request.GET
    name = query.get("tab", "") if query.get("tab") in TABS else "today"
    found = narrowed(in_tab(seat, name), request)
    order = EARLIEST if name in ("today", "ahead", "read") else LATEST
    rows = leaf(found, COLUMNS, order, ROWS, after=query.get("after", ""), before=query.get("before", ""))
    people = {str(one.pk): one.label for one in access.visitors(seat)} if access.sees_others(seat) else {}
    names = {"state": _("State"), "who": _("Who"), "from": _("From day"), "until": _("Until day")}
    context = {
        "tab": name,
        "views": tabs(seat, name),
        "rows": [row_words(seat, row) for row in rows.rows],
        "chips": chips(request, names, {"state": dict(VisitState.choices), "who": people}),
        "clear_url": f"?tab={name}",
        "states": VisitState.choices,
        "people": people.items(),
        "query": {key: query.get(key, "") for key in names},
        "may_create": seat.may("activities.visit", "create"),
        **pages(request, rows),
    }
    return page(request, "activities/visits.html", context)


def narrowed(found: QuerySet[Visit], request: DeskRequest) -> QuerySet[Visit]:
    """The visits that the filters of the address leave."""
    query = request.GET
    if query.get("state") in VisitState.values:
        found = found.filter(state=query["state"])
    if query.get("who", "").isdigit():
        found = found.filter(staff=int(query["who"]))
    if first := picked_day(query.get("from", "")):
        found = found.filter(day__gte=first)
    if last := picked_day(query.get("until", "")):
        found = found.filter(day__lte=last)
    return found


def tabs(seat: Seat, current: str) -> list[dict[str, Any]]:
    """The tabs, with counts of what waits for this person."""
    to_report = in_tab(seat, "report").filter(staff=seat.staff)[: COUNTED_UP_TO + 1].count()
    found = [
        tab(_("Today"), "?tab=today", current == "today"),
        tab(_("Ahead"), "?tab=ahead", current == "ahead"),
        tab(_("To report"), "?tab=report", current == "report", count_words(to_report, COUNTED_UP_TO)),
    ]
    if seat.may("activities.visit", "approve"):
        waiting = in_tab(seat, "read")[: COUNTED_UP_TO + 1].count()
        found.append(tab(_("To read"), "?tab=read", current == "read", count_words(waiting, COUNTED_UP_TO)))
    return [*found, tab(_("All"), "?tab=all", current == "all")]


def row_words(seat: Seat, row: dict[str, Any]) -> dict[str, Any]:
    """One line of the list, in words."""
    state = VisitState(row["state"])
    mine = row["staff_id"] == seat.staff.pk
    late = state == VisitState.RETURNED and timezone.now() > row["report_due_at"]
    return {
        **row,
        "account": named(row, "account"),
        "who": named(row, "staff"),
        "state_words": _("Report late") if late else state.label,
        "tone": "late" if late else words.VISIT_TONES[state],
        "about": f"{VisitKind(row['kind']).label} · {Purpose(row['purpose']).label}",
        "result_words": Result(row["report__result"]).label if row["report__result"] else "",
        "result_tone": words.RESULT_TONES.get(row["report__result"] or "", ""),
        "url": seat.url("activities:visit", pk=row["id"]),
        "report_url": seat.url("activities:report", pk=row["id"]) if mine and state in words.REPORTABLE else "",
    }
