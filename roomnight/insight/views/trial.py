"""Trying out other weights and least scores, and repeating a run: pages that change nothing (SCR-05)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from roomnight.insight import access
from roomnight.insight.forms.trial import TrialForm
from roomnight.insight.models import Action, ScreeningRun, Status
from roomnight.insight.queries.trial import (
    Difference,
    Trial,
    repeated,
    repeated_on_today_s_data,
    tried,
)
from roomnight.insight.rules.parameters import DIMENSIONS, GRADES, read_parameters
from roomnight.insight.rules.screening import NothingToCompare
from roomnight.insight.rules.values import DIMENSION_NAMES
from roomnight.insight.views.screening import TONES
from roomnight.organization.http import DeskRequest, needs
from roomnight.ui.page import form_status, page

ROWS: Final = 100


@needs("insight.screening", "approve")
def trial(request: DeskRequest, pk: int) -> HttpResponse:
    """How many clients would change grade under other weights and least scores, which revenue, who (SCR-05)."""
    seat = request.seat
    run = access.screening(seat, pk)
    kept = read_parameters(run.parameters)
    is_asked = any(name in request.GET for name in (*DIMENSIONS, *GRADES))
    form = TrialForm(request.GET if is_asked else None, parameters=kept)
    found = None
    if is_asked and form.is_valid():
        results = access.results(seat, run, "approve")
        found = tried(run, results, kept.tried(form.weights(), form.cuts()))
    context = {
        "run": run, "form": form, "found": found, "rows": _moved(found), "has_more": bool(found and len(found.moved) > ROWS),
        "sums": _sums(found), "amount": _amount(found.cents) if found else None,
        "may_change_policy": seat.may("organization.policy", "edit"),
    }  # fmt: skip
    return page(request, "insight/trial.html", context, form_status(form))


def _amount(cents: int) -> Decimal:
    return Decimal(cents).scaleb(-2)


def _moved(found: Trial | None) -> list[dict[str, Any]]:
    return [
        {
            "one": one.result, "grade": one.grade, "score": one.score, "tone": TONES[one.grade], "is_worse": one.is_worse,
            "tone_before": TONES[one.result.grade], "amount": one.result.revenue,
        }
        for one in (found.moved[:ROWS] if found else ())
    ]  # fmt: skip


def _sums(found: Trial | None) -> list[dict[str, Any]]:
    return [
        {
            "one": one, "tone": TONES[one.grade], "amount": _amount(one.cents), "amount_tried": _amount(one.cents_tried),
            "change": one.clients_tried - one.clients,
        }
        for one in (found.sums if found else ())
    ]  # fmt: skip


@needs("insight.screening")
def repeat(request: DeskRequest, pk: int) -> HttpResponse:
    """The run worked out again by its own parameters, from the facts it kept or from today's data, beside what it found."""
    seat = request.seat
    run = access.screening(seat, pk)
    is_today = request.GET.get("on") == "today"
    differences, is_gone = _repeated(run, is_today=is_today)
    names = access.names(seat, run, {one.account_id for one in differences})
    within_reach = [one for one in differences if one.account_id in names]
    views = ((False, _("From the facts it kept"), ""), (True, _("From today's data"), "today"))
    context = {
        "run": run, "is_today": is_today, "is_gone": is_gone, "has_more": len(within_reach) > ROWS,
        "rows": [_row(one, names) for one in within_reach[:ROWS]],
        "clients": len({one.account_id for one in within_reach}),
        "views": [{"label": label, "url": f"?on={on}", "current": one is is_today} for one, label, on in views],
    }  # fmt: skip
    return page(request, "insight/repeat.html", context)


def _repeated(run: ScreeningRun, *, is_today: bool) -> tuple[list[Difference], bool]:
    """The differences, and whether nothing is left to compare with."""
    results = access.whole(run)
    try:
        return (repeated_on_today_s_data if is_today else repeated)(run, results), False
    except NothingToCompare:
        return [], True


def _row(one: Difference, names: dict[int, str]) -> dict[str, Any]:
    return {
        "client": names[one.account_id], "what": figure_names()[one.name],
        "kept": _said(one.name, one.kept), "now": _said(one.name, one.now),
    }  # fmt: skip


def figure_names() -> dict[str, Any]:
    """What people call the figures of a result."""
    return {
        **DIMENSION_NAMES, "rank": _("Rank"), "score": _("Score"), "coverage": _("Rests on"), "status": _("State"),
        "grade": _("Grade"), "action": _("Action"),
    }  # fmt: skip


def _said(name: str, value: Any) -> Any:
    if value is None:
        return pgettext("a client in a screening", "not there")
    words = {"status": dict(Status.choices), "action": dict(Action.choices)}.get(name, {})
    return words.get(value, value)
