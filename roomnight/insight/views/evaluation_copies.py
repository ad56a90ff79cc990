"""The copies of evaluations that directors and departments get, their feedback, and the sheet on paper (EVA-02)."""

from __future__ import annotations

from typing import Final

from django.http import HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from roomnight.insight import access, commands
from roomnight.insight.forms.evaluation import OpinionForm
from roomnight.insight.models import Evaluation, EvaluationState
from roomnight.insight.queries.evaluated import TONES, rows_of
from roomnight.kernel.errors import Refusal
from roomnight.kernel.pdf import Facts, Sheet, Table, Words, sheet_pdf
from roomnight.organization.access import Seat
from roomnight.organization.http import DeskRequest, needs
from roomnight.ui.page import done, form_status, page, refusals, refused

ROWS: Final = 100


@needs("insight.evaluation_copy")
def evaluation_copies(request: DeskRequest) -> HttpResponse:
    """The copies sent to oneself and one's department: to answer, and all."""
    seat = request.seat
    name = "all" if request.GET.get("tab") == "all" else "open"
    found = access.evaluation_copies(seat)
    waiting = found.filter(answered_at=None, evaluation__state=EvaluationState.CIRCULATING)
    rows = list((waiting.order_by("sent_at", "pk") if name == "open" else found.order_by("-sent_at", "-pk"))[:ROWS])
    context = {
        "tab": name, "rows": rows, "today": seat.today,
        "views": [
            {"label": _("To answer"), "url": "?tab=open", "current": name == "open", "count": waiting.count() or ""},
            {"label": _("All"), "url": "?tab=all", "current": name == "all", "count": ""},
        ],
    }  # fmt: skip
    return page(request, "insight/evaluation_copies.html", context)


@needs("insight.evaluation_copy")
def evaluation_copy(request: DeskRequest, pk: int) -> HttpResponse:
    """One copy: what the sheet says, and what one says to it (EVA-02)."""
    seat = request.seat
    copy = access.evaluation_copy(seat, pk)
    one = copy.evaluation
    may_answer = (
        copy.answered_at is None and one.state == EvaluationState.CIRCULATING and copy.edition == one.edition
        and access.is_addressee(seat, copy) and seat.may("insight.evaluation_copy", "edit")
    )  # fmt: skip
    form = OpinionForm((request.POST or None) if may_answer else None)
    if request.method == "POST" and may_answer and form.is_valid():
        with refusals(form):
            commands.answer_copy(actor=seat, copy=copy, staff=seat.staff, opinion=form.cleaned_data["opinion"])
            return done(request, seat.url("insight:evaluation_copies"), _("Your feedback is with the evaluation."))
    context = {
        "copy": copy, "one": one, "rows": rows_of(one, list(one.lines.all())), "tone": TONES.get(one.grade, ""),
        "form": form if may_answer else None, "measures": list(one.measures.select_related("owner")),
    }  # fmt: skip
    return page(request, "insight/evaluation_copy.html", context, form_status(form))


def paper(seat: Seat, one: Evaluation) -> Sheet:
    """The evaluation sheet 客户关系评估表."""
    lines = list(one.lines.all())
    rows = [
        [row.line.label, str(row.line.weight), str(row.line.score or "–"), str(row.line.second or ""), str(row.grade),
         row.working or "–", "; ".join(filter(None, [row.line.ground, row.line.remark, row.line.comment])), row.mark]
        for row in rows_of(one, lines)
    ]  # fmt: skip
    copies = one.copies.filter(edition=one.edition).select_related("staff", "department", "answered_by")
    now = seat.local(timezone.now())
    return Sheet(
        title=_("Evaluation of a client's relationship"),
        detail=_("%(client)s · edition %(edition)d · %(state)s")
        % {"client": one.account.label, "edition": one.edition, "state": one.get_state_display()},
        house=seat.hotel.label,
        foot=_("Printed by %(name)s on %(at)s") % {"name": seat.staff.label, "at": f"{now:%Y-%m-%d %H:%M}"},
        parts=[
            Facts("", [
                (_("Client"), f"{one.account.label} · {one.account.code}"), (_("Occasion"), one.get_occasion_display()),
                (pgettext("evaluation", "Total"), "–" if one.total is None else str(one.total)), (_("Grade"), str(one.get_grade_display() or "–")),
                (_("Conclusion"), str(one.get_conclusion_display() or "–")), (_("Template of"), f"{one.template_on:%Y-%m-%d}"),
            ]),
            Table(
                _("Indicators"),
                [_("Indicator"), _("Weight"), pgettext("evaluation", "Score"), _("Reviewer"), _("Grade"), pgettext("evaluation", "Points"), _("Ground and remark"), _("Rev.")],
                rows, (14, 6, 6, 7, 9, 15, 37, 6), (1, 2, 3),
            ),
            Words(_("Summary"), (f"R{one.summary_changed_in} " if one.summary_changed_in else "") + (one.summary or "–")),
            Table(
                _("Feedback"), [_("From"), _("Feedback"), _("When")],
                [
                    [copy.addressee, copy.opinion or _("not answered"), f"{seat.local(copy.answered_at):%Y-%m-%d}" if copy.answered_at else "–"]
                    for copy in copies
                ],
                (4, 12, 4), (), _("No copies were sent yet."),
            ),
            Table(
                pgettext("evaluation", "Measures"), [_("Measure"), pgettext("a measure", "Who"), _("Due on"), _("State")],
                [[m.what, m.owner.label, f"{m.due_on:%Y-%m-%d}", str(m.get_state_display())] for m in one.measures.select_related("owner")],
                (10, 4, 4, 4), (), _("No measure is planned."),
            ),
            Facts(_("Signatures"), [
                (label, f"{person.label} · {seat.local(at):%Y-%m-%d}" if person is not None and at is not None else "–")
                for label, person, at in (
                    (_("Prepared by"), one.prepared_by, one.prepared_at), (_("Reviewed by"), one.reviewed_by, one.reviewed_at),
                    (_("Approved by"), one.approved_by, one.approved_at),
                )
            ]),
        ],
        marks=[] if one.state == EvaluationState.APPROVED else [_("Not approved yet")], is_wide=True,
    )  # fmt: skip


@needs("insight.evaluation")
@require_GET
def evaluation_pdf(request: DeskRequest, pk: int) -> HttpResponse:
    """The sheet as a PDF."""
    one = access.evaluation(request.seat, pk)
    try:
        content = sheet_pdf(paper(request.seat, one))
    except Refusal as refusal:
        return refused(request, one.get_absolute_url(), refusal)
    response = HttpResponse(content, content_type="application/pdf")
    name = f"{one.account.code}-{one.opened_on:%Y%m%d}.pdf"
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response
