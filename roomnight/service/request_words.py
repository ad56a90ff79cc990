"""How requests are said on pages."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from roomnight.service.access import Complainant
from roomnight.service.models import Place, RequestState, ServiceRequest, Urgency

URGENCY_TONES: dict[str, str] = {Urgency.AT_ONCE: "late", Urgency.URGENT: "soon"}
HOUR = 60


def time_left(one: ServiceRequest, now: datetime) -> dict[str, Any]:
    """How much of its time is left, in words, with its tone and the percent that has passed."""
    if not one.is_open:
        tone = "soon" if one.state == RequestState.FINISHED else "good"
        return {"label": str(one.get_state_display()), "tone": "" if one.state == "withdrawn" else tone, "percent": 100}
    minutes = int((one.due_at - now).total_seconds() // 60)
    percent = min(100, max(0, round(100 * (now - one.began_at) / (one.due_at - one.began_at))))
    if one.due_at < now:
        over = int((now - one.due_at).total_seconds() // 60)
        return {"label": _("%(time)s late") % {"time": _span(over)}, "tone": "late", "percent": 100}
    tone = "late" if one.told > 1 else "soon" if one.told else "go"
    return {"label": _("%(time)s left") % {"time": _span(minutes)}, "tone": tone, "percent": percent}


def _span(minutes: int) -> str:
    if minutes < HOUR:
        return ngettext("%(n)d min", "%(n)d min", minutes) % {"n": minutes}
    return ngettext("%(n)d hour", "%(n)d hours", minutes // HOUR) % {"n": minutes // HOUR}


def where_of(one: ServiceRequest, who: Complainant) -> str:
    """Where to go, as far as this person may know it."""
    place = str(Place(one.place).label) if one.place != Place.OTHER or not one.spot else ""
    return " · ".join(part for part in (place, who.room, one.spot) if part)


def state_tone(one: ServiceRequest) -> str:
    return {RequestState.UNDERWAY: "go", RequestState.FINISHED: "soon", RequestState.CLOSED: "good"}.get(
        RequestState(one.state), ""
    )


def next_step(one: ServiceRequest) -> tuple[str, str]:
    """What is to be done next, and why."""
    match one.state:
        case RequestState.WAITING:
            return _("Take it up"), _("Whoever takes it up carries it out; the others see who it is.")
        case RequestState.UNDERWAY:
            return _("Carry it out"), _("Say how far it is when it takes longer; finish it when it is done.")
        case RequestState.FINISHED:
            return _("Call back"), _("Ask whether it is done to their content, and write down what was said.")
    return _("Nothing more to do"), ""
