"""What pages of the apps above show of procedures: `{% load procedures %}{% cases_of subject %}`."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import template

from roomnight.procedures import access, subjects, words
from roomnight.procedures.models import CaseState

register = template.Library()
SHOWN = 6


@register.inclusion_tag("procedures/_cases_of.html", takes_context=True)
def cases_of(context: template.Context, subject: str) -> dict[str, Any]:
    """The cases about a record (`app.model:pk`) that the reader may see, and the way to begin one about it."""
    request = context["request"]
    seat = request.seat
    found = list(access.cases_about(seat, subject)[:SHOWN]) if seat.may(access.TASK) else []
    for one in found:
        one.tone = words.CASE_TONES[CaseState(one.state)]  # type: ignore[attr-defined]
    kind = subject.partition(":")[0]
    may_begin = seat.may(access.TASK, "create") and kind in subjects.FINDERS
    new_url = f"{seat.url('procedures:case_new')}?{urlencode({'about': subject})}" if may_begin else ""
    return {"request": request, "found": found, "new_url": new_url}
