"""How tasks and cases are said on a page: how late, who, in which state. Values in, words out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import get_language, gettext_lazy, ngettext, pgettext_lazy
from django.utils.translation import gettext as _

from roomnight.organization.access import Seat
from roomnight.organization.models import DepartmentKind
from roomnight.procedures.models import CaseState, CaseTask, TaskState
from roomnight.ui.templatetags.ui import duration

CASE_TONES = {CaseState.RUNNING: "go", CaseState.STUCK: "late", CaseState.DONE: "good", CaseState.CANCELLED: ""}
STEP_WORDS = {
    "done": (pgettext_lazy("step", "Done"), "good", "circle-check"),
    "current": (pgettext_lazy("step", "Now"), "go", "circle-dot"),
    "late": (pgettext_lazy("step", "Late"), "late", "alert-triangle"),
    "ahead": (pgettext_lazy("step", "Not yet"), "", "circle-dashed"),
    "left": (pgettext_lazy("step", "Not needed"), "", "circle-minus"),
    "failed": (pgettext_lazy("step", "Failed"), "late", "alert-circle"),
}
EVENTS = {
    "started": (gettext_lazy("Case begun"), "player-play"),
    "done": (gettext_lazy("Done"), "circle-check"),
    "claimed": (gettext_lazy("Taken"), "hand-grab"),
    "put_back": (gettext_lazy("Put back"), "arrow-back-up"),
    "handed": (gettext_lazy("Handed over"), "user-share"),
    "commented": (gettext_lazy("A word"), "message"),
    "attached": (gettext_lazy("Paper added"), "paperclip"),
    "message": (gettext_lazy("News came"), "mail"),
    "timer": (gettext_lazy("Time came"), "clock"),
    "late": (gettext_lazy("Became late"), "alert-triangle"),
    "escalated": (gettext_lazy("Rose to a leader"), "arrow-up"),
    "stuck": (gettext_lazy("Stuck"), "alert-circle"),
    "went_on": (gettext_lazy("Went on"), "player-play"),
    "cancelled": (gettext_lazy("Called off"), "circle-x"),
    "ended": (gettext_lazy("Case finished"), "flag"),
}
SOON_MINUTES = 60


def span(minutes: int) -> str:
    """28 minutes; 1 h 05 min; from two days on, days."""
    if minutes < 48 * 60:
        return duration(minutes)
    days = minutes // (24 * 60)
    return ngettext("%(n)d day", "%(n)d days", days) % {"n": days}


def due_words(due: datetime | None, now: datetime) -> tuple[str, str]:
    """By when, or how late, and the tone of that; nothing where no time is set."""
    if due is None:
        return "", ""
    minutes = int((due - now).total_seconds() // 60)
    if minutes < 0:
        return _("%(time)s late") % {"time": span(max(1, -minutes))}, "late"
    if minutes < SOON_MINUTES:
        return _("in %(time)s") % {"time": span(minutes)}, "soon"
    return "", ""


def of_row(row: Mapping[str, Any], name: str) -> str:
    """A name in the language in force, from a row of plain columns: `name` and `name_en`."""
    english = row.get(f"{name}_en") if get_language() == "en" else ""
    return str(english or row.get(name) or "")


TASK_COLUMNS = (
    "id", "name", "name_en", "item", "state", "due_at", "created_at", "done_at", "department", "person_id", "person__name",
    "person__name_en", "role_id", "role__name", "role__name_en", "escalated", "case__number", "case__subject_label",
    "case__is_trial", "case__state", "case__version__procedure__title", "case__version__procedure__title_en",
)  # fmt: skip


def task_row(seat: Seat, row: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """A task as a line of a list."""
    waits = row["state"] in (TaskState.OPEN, TaskState.CLAIMED)
    words, tone = due_words(row["due_at"], now) if waits else ("", "")
    mine = row["person_id"] in seat.stands_for
    free = row["state"] == TaskState.OPEN
    if row["person_id"]:
        who = of_row(row, "person__name")
    else:
        who = of_row(row, "role__name") or str(DepartmentKind(row["department"]).label)
    here = {"number": row["case__number"], "pk": row["id"]}
    return {
        **row,
        "title": of_row(row, "name"),
        "procedure": of_row(row, "case__version__procedure__title"),
        "number": row["case__number"],
        "about": row["case__subject_label"],
        "is_trial": row["case__is_trial"],
        "who": who,
        "is_mine": mine,
        "for_other": of_row(row, "person__name") if mine and row["person_id"] != seat.staff.pk else "",
        "is_free": free,
        "waits": waits,
        "is_late": tone == "late",
        "due": words,
        "tone": tone,
        "state_words": str(TaskState(row["state"]).label),
        "url": seat.url("procedures:task", **here),
        "case_url": seat.url("procedures:case", number=row["case__number"]),
        "claim_url": seat.url("procedures:task_claim", **here),
    }


def who_has(task: CaseTask) -> str:
    """Whose a task is: a person, else a role, else a department."""
    if task.person is not None:
        return task.person.label
    if task.role is not None:
        return task.role.label
    return str(DepartmentKind(task.department).label)


def why_words(why: str) -> str:
    """Why a case does not go on, in plain words; what the engine says otherwise."""
    missing = missing_in(why)
    if missing:
        return _("The procedure asks for something that the case does not know: %(name)s.") % {"name": missing[0]}
    return why


def missing_in(why: str) -> list[str]:
    """The names of what a stuck case lacks."""
    return re.findall(r"the case has no (\w+)", why)
