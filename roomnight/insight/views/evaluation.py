"""The evaluations of clients' relationships: the list, one sheet, filling it in, the review, the last word (EVA-01, EVA-02)."""

from __future__ import annotations

from typing import Any, Final

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

from roomnight.clients.access import account_or_pool
from roomnight.insight import access, commands
from roomnight.insight.commands.evaluating import earlier_measures, measures_of
from roomnight.insight.forms.evaluation import (
    GiveUpForm,
    LastWordForm,
    MeasureForm,
    OpenForm,
    PassOnForm,
    SheetForm,
)
from roomnight.insight.models import Evaluation, EvaluationState
from roomnight.insight.queries.evaluated import CONCLUSION_TONES, STATE_TONES, TONES, before, cuts_of, rows_of
from roomnight.kernel.errors import Refusal
from roomnight.organization.access import Seat
from roomnight.organization.http import DeskRequest, needs
from roomnight.ui.page import done, form_status, page, refusals, refused
from roomnight.ui.small_forms import small_form

ROWS: Final = 100
TABS: Final = {
    "fill": EvaluationState.ASKED, "review": EvaluationState.ENTERED, "round": EvaluationState.CIRCULATING,
    "done": EvaluationState.APPROVED,
}  # fmt: skip


def in_tab(seat: Seat, name: str) -> QuerySet[Evaluation]:
    """The evaluations that a tab holds."""
    found = access.evaluations(seat).filter(state=TABS[name])
    if name == "done":
        return found.order_by("-approved_on", "-pk")
    return found.filter(account__merged_into=None).order_by("due_on", "account__name", "pk")


@needs("insight.evaluation")
def evaluations(request: DeskRequest) -> HttpResponse:
    """What is to be filled in, to be reviewed, with directors and departments, and approved."""
    seat = request.seat
    name = request.GET.get("tab", "") if request.GET.get("tab") in TABS else "fill"
    labels = {
        "fill": pgettext("evaluation", "To fill in"), "review": pgettext("evaluation", "To review"),
        "round": pgettext("evaluation", "Going round"), "done": pgettext("evaluation", "Approved"),
    }  # fmt: skip
    counts = {tab: in_tab(seat, tab).count() for tab in ("fill", "review", "round")}
    found = in_tab(seat, name)
    text = request.GET.get("q", "").strip()[:80]
    if text:
        found = found.filter(account__name__icontains=text)
    rows = list(found[: ROWS + 1])
    context = {
        "tab": name, "q": text, "today": seat.today, "has_more": len(rows) > ROWS,
        "rows": [{"one": one, "tone": TONES.get(one.grade, ""), "end_tone": CONCLUSION_TONES.get(one.conclusion, "")} for one in rows[:ROWS]],
        "may_create": seat.may("insight.evaluation", "create"),
        "views": [
            {"label": label, "url": f"?tab={tab}", "current": tab == name, "count": counts.get(tab) or ""}
            for tab, label in labels.items()
        ],
    }  # fmt: skip
    return page(request, "insight/evaluations.html", context)


@needs("insight.evaluation", "create")
def evaluation_new(request: DeskRequest) -> HttpResponse:
    """Evaluate a client for a reason of its own (EVA-01)."""
    seat = request.seat
    asked = access.asked_account(seat, request.GET.get("account", ""))
    form = OpenForm(
        request.POST or None, seat=seat, initial={"due_on": seat.today, "account": asked.pk if asked else None}
    )
    if request.method == "POST" and form.is_valid():
        account = form.cleaned_data["account"]
        with refusals(form):
            if not access.may_evaluate(seat, account):
                raise Refusal("evaluation.account", _("Choose a client that you answer for."), field="account")
            one = commands.open_evaluation(actor=seat, account=account, due_on=form.cleaned_data["due_on"])
            return done(request, one.get_absolute_url(), _("Opened: fill it in."))
    context = {
        "form": form, "title": _("Evaluate a relationship"), "action": _("Open the sheet"),
        "back": seat.url("insight:evaluations"), "detail": "", "facts": (),
    }  # fmt: skip
    return page(request, "ui/small_form.html", context, form_status(form))


def rights(seat: Seat, one: Evaluation) -> dict[str, bool]:
    """What this person may do next to an evaluation."""
    is_own = one.prepared_by_id == seat.staff.pk
    edits, reviews = access.may(seat, one, "edit"), access.may(seat, one, "approve")
    ends = seat.may("insight.evaluation_end", "approve")
    return {
        "may_fill": edits and one.state == EvaluationState.ASKED,
        "may_review": reviews and not is_own and one.state == EvaluationState.ENTERED,
        "may_end": ends and not is_own and one.reviewed_by_id != seat.staff.pk and one.state == EvaluationState.CIRCULATING,
        "may_plan": one.is_open and edits,
        "may_drop": one.is_open and reviews,
    }  # fmt: skip


@needs("insight.evaluation")
def evaluation(request: DeskRequest, pk: int) -> HttpResponse:
    """One evaluation: every point with how it came about, the total, feedback, measures, who signed (EVA-01, EVA-02)."""
    seat = request.seat
    one = access.evaluation_with_last(seat, pk)
    lines = list(one.lines.all())
    copies = list(one.copies.select_related("staff", "department", "answered_by").order_by("-edition", "pk"))
    last, (planned, earlier) = access.last_before(one), measures_of(one)
    context = {
        "one": one, "rows": rows_of(one, lines), "tone": TONES.get(one.grade, ""), "cuts": cuts_of(one),
        "state_tone": STATE_TONES[one.state], "end_tone": CONCLUSION_TONES.get(one.conclusion, ""),
        "has_seconds": any(line.second is not None for line in lines), "copies": copies,
        "measures": planned, "earlier": earlier,
        "steps": list(one.steps.select_related("by")), "before": last,
        "change": one.total - last.total if last is not None and last.total is not None and one.total is not None else None,
        "has_client": seat.may("clients.account"), "today": seat.today, **rights(seat, one),
    }  # fmt: skip
    return page(request, "insight/evaluation.html", context)


@needs("insight.evaluation", "edit")
def fill(request: DeskRequest, pk: int) -> HttpResponse:
    """Fill in the sheet, and keep it or hand it in (EVA-02)."""
    seat = request.seat
    one = access.evaluation(seat, pk, "edit")
    if one.state != EvaluationState.ASKED:
        return refused(
            request, one.get_absolute_url(), Refusal("evaluation.state", _("This evaluation is further on by now."))
        )
    lines = list(one.lines.all())
    form = SheetForm(request.POST or None, evaluation=one, lines=lines, measures=earlier_measures(one))
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            if "hand_in" in request.POST:
                commands.hand_in_sheet(
                    actor=seat, evaluation=one, staff=seat.staff, sheet=form.sheet(), revision=one.revision
                )
                return done(request, one.get_absolute_url(), _("Handed in: a colleague reviews it."))
            commands.keep_sheet(actor=seat, evaluation=one, sheet=form.sheet(), revision=one.revision)
            return done(request, one.get_absolute_url(), _("Kept. Hand it in when it is whole."))
    context = {
        "form": form, "one": one, "before": before(one), "back": one.get_absolute_url(),
        "title": _("Fill in the evaluation"), "returned": one.steps.filter(what="given_back").order_by("-pk").first(),
    }  # fmt: skip
    return page(request, "insight/evaluation_fill.html", context, form_status(form))


@needs("insight.evaluation", "approve")
def evaluation_review(request: DeskRequest, pk: int) -> HttpResponse:
    """Review a colleague's sheet, and send it round or give it back (EVA-02)."""
    seat = request.seat
    one = access.evaluation(seat, pk, "approve")
    form = PassOnForm(request.POST or None, evaluation=one, lines=list(one.lines.all()))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        with refusals(form):
            if data["decision"] == "give_back":
                commands.give_back_sheet(
                    actor=seat, evaluation=one, staff=seat.staff, note=data["note"], revision=one.revision
                )
                return done(request, one.get_absolute_url(), _("Given back."))
            commands.pass_on_sheet(
                actor=seat, evaluation=one, staff=seat.staff, seconds=form.seconds(), note=data["note"],
                revision=one.revision,
            )  # fmt: skip
            return done(request, one.get_absolute_url(), _("Reviewed: the copies are on their way."))
    context = {"form": form, "one": one, "back": one.get_absolute_url(), "title": _("Review the evaluation")}
    return page(request, "insight/evaluation_review.html", context, form_status(form))


@needs("insight.evaluation_end", "approve")
def evaluation_end(request: DeskRequest, pk: int) -> HttpResponse:
    """The last word on an evaluation (EVA-02)."""
    seat = request.seat
    one = access.evaluation_to_end(seat, pk)
    facts: list[tuple[Any, Any]] = [
        (pgettext("evaluation", "Total"), one.total if one.total is not None else "–"), (_("Grade"), one.get_grade_display() or "–"),
        (_("Conclusion handed in"), one.get_conclusion_display() or "–"),
        (_("Measures planned"), one.measures.count()), (_("Feedback until"), one.feedback_due_on or "–"),
    ]  # fmt: skip

    def decide(data: dict[str, Any]) -> None:
        if data["decision"] == "give_back":
            commands.give_back_sheet(
                actor=seat, evaluation=one, staff=seat.staff, note=data["note"], revision=one.revision
            )
        else:
            commands.approve_evaluation(
                actor=seat, evaluation=one, staff=seat.staff, conclusion=data["conclusion"], note=data["note"],
                revision=one.revision,
            )  # fmt: skip

    return small_form(
        request, LastWordForm(request.POST or None, evaluation=one), decide, title=_("Decide on the evaluation"),
        action=_("Keep the decision"), said=_("Decided."), back=one.get_absolute_url(), detail=one.account.label,
        facts=facts,
    )  # fmt: skip


@needs("insight.evaluation", "approve")
def evaluation_drop(request: DeskRequest, pk: int) -> HttpResponse:
    """It is not needed after all."""
    seat = request.seat
    one = access.evaluation(seat, pk, "approve")
    return small_form(
        request, GiveUpForm(request.POST or None),
        lambda data: commands.drop_evaluation(
            actor=seat, evaluation=one, staff=seat.staff, note=data["note"], revision=one.revision
        ),
        title=_("Give the evaluation up"), action=_("Give it up"), said=_("Given up."), back=one.get_absolute_url(),
        detail=one.account.label,
    )  # fmt: skip


@needs("insight.evaluation", "edit")
def measure_new(request: DeskRequest, pk: int) -> HttpResponse:
    """Plan what is to be done about a relationship (EVA-02)."""
    seat = request.seat
    one = access.evaluation(seat, pk, "edit")
    form = MeasureForm(request.POST or None, people=access.people(seat), initial={"owner": one.account.owner_id})
    return small_form(
        request, form, lambda data: commands.plan_measure(actor=seat, evaluation=one, **data),
        title=_("Plan a measure"), action=_("Keep the measure"),
        said=_("Planned: it goes on the list of whoever does it once the evaluation is approved."),
        back=one.get_absolute_url(), detail=one.account.label,
    )  # fmt: skip


@needs("insight.evaluation", "edit")
@require_POST
def measure_out(request: DeskRequest, pk: int) -> HttpResponse:
    """Take a planned measure out."""
    seat = request.seat
    measure = access.measure(seat, pk)
    url = measure.evaluation.get_absolute_url()
    try:
        commands.leave_out_measure(actor=seat, measure=measure)
    except Refusal as refusal:
        return refused(request, url, refusal)
    return done(request, url, _("Taken out."))


@needs("insight.evaluation")
def evaluations_panel(request: DeskRequest, pk: int) -> HttpResponse:
    """How the relationship with a client stands, on the client's page: the last evaluation, and the one that is open."""
    seat = request.seat
    account = account_or_pool(seat, pk)
    found = access.evaluations(seat).filter(account=account).exclude(state=EvaluationState.DROPPED)
    rows = list(found.order_by("-opened_on", "-pk")[:4])
    context = {
        "account": account, "given": access.grade_given(seat, account), "today": seat.today,
        "rows": [{"one": one, "tone": TONES.get(one.grade, ""), "state_tone": STATE_TONES[one.state]} for one in rows],
        "may_create": not any(one.is_open for one in rows) and access.may_evaluate(seat, account),
    }  # fmt: skip
    return page(request, "insight/panel_evaluations.html", context)
