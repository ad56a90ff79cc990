"""Judgements: what must be judged, entering one, reviewing a colleague's (SCR-02, SCR-06)."""

from __future__ import annotations

from typing import Any, Final

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext as _

from roomnight.insight import access, commands
from roomnight.insight.forms.screening import JudgementForm, ReviewForm
from roomnight.insight.models import Judgement, JudgementState
from roomnight.organization.access import Seat
from roomnight.organization.http import DeskRequest, needs
from roomnight.ui.page import page
from roomnight.ui.small_forms import small_form

TABS: Final = ("judge", "review", "done")
STATES: Final = {"judge": JudgementState.ASKED, "review": JudgementState.ENTERED, "done": JudgementState.REVIEWED}
ROWS: Final = 100


def in_tab(seat: Seat, name: str) -> QuerySet[Judgement]:
    """The judgements that a tab holds."""
    return access.judgements(seat).filter(state=STATES[name]).order_by("-year", "due_on", "account__name", "pk")


@needs("insight.judgement")
def judgements(request: DeskRequest) -> HttpResponse:
    """What is to be judged, to be reviewed, and done."""
    seat = request.seat
    name = request.GET.get("tab", "") if request.GET.get("tab") in TABS else "judge"
    labels = {"judge": _("To judge"), "review": _("To review"), "done": _("Reviewed")}
    counts = {tab: in_tab(seat, tab).count() for tab in ("judge", "review")}
    rows = list(in_tab(seat, name)[: ROWS + 1])
    context = {
        "tab": name, "rows": rows[:ROWS], "has_more": len(rows) > ROWS, "today": seat.today,
        "may_judge": seat.may("insight.judgement", "edit"), "may_review": seat.may("insight.judgement", "approve"),
        "views": [
            {"label": label, "url": f"?tab={tab}", "current": tab == name, "count": counts.get(tab) or ""}
            for tab, label in labels.items()
        ],
    }  # fmt: skip
    return page(request, "insight/judgements.html", context)


def _facts(one: Judgement) -> list[tuple[Any, Any]]:
    found: list[tuple[Any, Any]] = [(_("Year"), one.year), (_("Owner"), one.account.owner or "–")]
    if one.due_on:
        found.append((_("Due on"), f"{one.due_on:%Y-%m-%d}"))
    if one.remark:
        found.append((_("Remark"), one.remark))
    return found


@needs("insight.judgement", "edit")
def judge(request: DeskRequest, pk: int) -> HttpResponse:
    """Say where a client stands (SCR-02)."""
    seat = request.seat
    one = access.judgement(seat, pk, "edit")
    return small_form(
        request, JudgementForm(request.POST or None, judgement=one),
        lambda data: commands.enter_judgement(
            actor=seat, judgement=one, staff=seat.staff, revision=one.revision, **data
        ),
        title=_("Judge the client's future"), action=_("Hand it in"), said=_("Handed in: a colleague reviews it."),
        back=seat.url("insight:judgements"), detail=one.account.label, facts=_facts(one),
    )  # fmt: skip


@needs("insight.judgement", "approve")
def review(request: DeskRequest, pk: int) -> HttpResponse:
    """Agree with a colleague's judgement, or give it back (SCR-02)."""
    seat = request.seat
    one = access.judgement(seat, pk, "approve")
    facts = [
        *_facts(one), (_("Standing in the trade"), one.trade or "–"), (_("Way of business"), one.way or "–"),
        (_("Ground"), one.ground or "–"), (_("Judged by"), one.entered_by or "–"),
    ]  # fmt: skip
    return small_form(
        request, ReviewForm(request.POST or None),
        lambda data: commands.review_judgement(
            actor=seat, judgement=one, staff=seat.staff, revision=one.revision, **data
        ),
        title=_("Review the judgement"), action=_("Keep the review"), said=_("Reviewed."),
        back=f"{seat.url('insight:judgements')}?tab=review", detail=one.account.label, facts=facts,
    )  # fmt: skip
