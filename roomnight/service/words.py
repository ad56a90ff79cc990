"""How complaints are said on pages."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from roomnight.service.models import Complaint, Severity, Survey
from roomnight.service.rules.surveys import HAPPY, SAD

SEVERITY_TONES = {Severity.SERIOUS: "late", Severity.IMPORTANT: "soon"}


def clock(one: Complaint, now: datetime) -> dict[str, Any]:
    """How much of its time is left, in words, with its tone and the percent that has passed."""
    if not one.is_open:
        return {"label": str(one.get_state_display()), "tone": "good", "percent": 100}
    minutes = int((one.due_at - now).total_seconds() // 60)
    hours = abs(minutes) // 60
    percent = min(100, max(0, round(100 * (now - one.began_at) / (one.due_at - one.began_at))))
    if minutes < 0:
        label = ngettext("%(n)d hour late", "%(n)d hours late", hours) % {"n": hours}
        return {"label": label, "tone": "late", "percent": 100}
    label = (
        ngettext("%(n)d hour left", "%(n)d hours left", hours) % {"n": hours} if hours else _("less than an hour left")
    )
    return {"label": label, "tone": "late" if one.told > 1 else "soon" if one.told else "go", "percent": percent}


def next_step(one: Complaint) -> tuple[str, str]:
    """What is to be done next, and why."""
    if not one.is_open:
        back = one.call_back
        if back is not None and back.state == "open":
            return _("Call the client back"), _("Hear whether the client is content, and write down what was said.")
        return _("Nothing more to do"), ""
    if one.apologised_at is None:
        return _("Apologise"), _("Call the client, say that you are sorry, and until when there will be an answer.")
    if one.level:
        return _("Find another answer"), _("The client did not accept the last one.")
    return _("Put it right and tell the client"), _(
        "Then close it: what was done, what the client says, the cause, how it is prevented."
    )


def score_tone(one: Survey) -> str:
    """How a score is shown: low ones as late, those who recommend the house as good."""
    if one.score is None:
        return ""
    return "late" if one.is_low else "good" if one.score >= HAPPY else "soon" if one.score <= SAD else ""
