"""The lists of tasks: mine, those I may take, the department's, what I did; and taking several at once (PRC-04)."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from roomnight.kernel.commands import UNCHANGED
from roomnight.kernel.errors import Refusal
from roomnight.organization.access import Seat
from roomnight.organization.http import DeskRequest, needs
from roomnight.organization.models import Scope
from roomnight.procedures import access, words
from roomnight.procedures.commands import claim_tasks
from roomnight.procedures.models import CaseTask, TaskState
from roomnight.procedures.queries.tasks import COUNTED_UP_TO, TABS, count, in_tab, order_of
from roomnight.ui.keyset import leaf
from roomnight.ui.lists import chips, count_words, pages, tab
from roomnight.ui.page import done, page, refused

ROWS = 40
MOST_AT_ONCE = 100


@needs("procedures.task")
def tasks(request: DeskRequest) -> HttpResponse:
    """What is to be done: late first, narrowed by procedure, state and person."""
    seat, query = request.seat, request.GET
    name = query.get("tab", "") if query.get("tab") in TABS else "mine"
    found, now = narrowed(in_tab(seat, name), request), timezone.now()
    rows = leaf(
        found, words.TASK_COLUMNS, order_of(name), ROWS, after=query.get("after", ""), before=query.get("before", "")
    )
    procedures = access.procedures_of_tasks(seat)
    people = {str(one.pk): one.label for one in access.doers(seat)} if name == "department" else {}
    states = {TaskState.OPEN.value: TaskState.OPEN.label, TaskState.CLAIMED.value: TaskState.CLAIMED.label}
    names = {"procedure": _("Procedure"), "state": _("State"), "who": _("Who")}
    labels: dict[str, dict[str, Any]] = {"procedure": procedures, "state": states, "who": people}
    lines = [words.task_row(seat, row, now) for row in rows.rows]
    context = {
        "tab": name,
        "views": tabs(seat, name),
        "rows": lines,
        "late": sum(line["is_late"] for line in lines),
        "may_claim": seat.may("procedures.task", "edit") and any(line["is_free"] for line in lines),
        "may_start": seat.may("procedures.task", "create"),
        "chips": chips(request, names, labels),
        "clear_url": f"?tab={name}",
        "procedures": procedures.items(),
        "people": people.items(),
        "states": states.items() if name == "department" else [],
        "query": {key: query.get(key, "") for key in names},
        **pages(request, rows),
    }
    return page(request, "procedures/tasks.html", context)


def narrowed(found: QuerySet[CaseTask], request: DeskRequest) -> QuerySet[CaseTask]:
    """The tasks that the filters of the address leave."""
    query = request.GET
    if query.get("procedure", "").isdigit():
        found = found.filter(case__version__procedure=int(query["procedure"]))
    if query.get("state") in (TaskState.OPEN, TaskState.CLAIMED):
        found = found.filter(state=query["state"])
    if query.get("who", "").isdigit():
        found = found.filter(person=int(query["who"]))
    return found


def tabs(seat: Seat, current: str) -> list[dict[str, Any]]:
    """The tabs, with counts of what waits."""
    labels = {"mine": _("Mine"), "free": _("To take")}
    if seat.scope(access.TASK) in (Scope.DEPARTMENT, Scope.HOTEL):
        labels["department"] = _("My department")
    labels["done"] = _("Done by me")
    found = []
    for name, label in labels.items():
        n = count(in_tab(seat, name)) if name in ("mine", "free") else 0
        found.append(tab(label, f"?tab={name}", name == current, count_words(n, COUNTED_UP_TO)))
    return found


@needs("procedures.task", "edit")
@require_POST
def tasks_claim(request: DeskRequest) -> HttpResponse:
    """Take the tasks that were ticked; what a colleague has taken meanwhile stays with them."""
    seat = request.seat
    ids = [int(one) for one in request.POST.getlist("ids") if one.isdigit()][:MOST_AT_ONCE]
    found = list(access.tasks_for(seat, "edit").filter(pk__in=ids).select_related("case__hotel", "hotel"))
    try:
        taken = claim_tasks(actor=seat, tasks=found, staff=seat.staff)
    except Refusal as refusal:
        return refused(request, seat.url("procedures:tasks") + "?tab=free", refusal)
    number = 0 if taken is UNCHANGED else len(taken)
    missed = len(ids) - number
    said = ngettext("%(n)d task is yours now.", "%(n)d tasks are yours now.", number) % {"n": number}
    if missed:
        said += " " + ngettext(
            "%(n)d was taken by a colleague, or is done.", "%(n)d were taken by colleagues, or are done.", missed
        ) % {"n": missed}
    return done(request, seat.url("procedures:tasks") + ("?tab=mine" if number else "?tab=free"), said)
