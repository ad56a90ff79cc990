"""How an evaluation reads: each indicator with how its points came about, and what the total rests on (EVA-01)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from django.utils.html import format_html
from django.utils.translation import gettext as _

from roomnight.agreements.models import Agreement
from roomnight.insight.models import Evaluation, EvaluationLine, EvaluationState, Relation
from roomnight.insight.rules import evaluation as rules
from roomnight.insight.rules.evaluation_values import CUTS, EVA_MONTHS, RENEWAL_DAYS
from roomnight.organization.access import Seat

TONES: Final = {"partner": "good", "stable": "go", "ordinary": "soon", "danger": "late"}
STATE_TONES: Final = {"asked": "soon", "entered": "go", "circulating": "go", "approved": "good", "dropped": ""}
CONCLUSION_TONES: Final = {"keep": "good", "improve": "soon", "end": "late"}


@dataclass(frozen=True)
class Row:
    """An indicator as the page and the paper show it: the grade of its score alone, how its points came about, its mark."""

    line: EvaluationLine
    grade: Any
    tone: str
    working: str
    mark: str


def row_of(line: EvaluationLine, cuts: Mapping[str, Any]) -> Row:
    """One indicator: its weight times the score that counts, divided by five. Its grade is by the cuts of the whole, where a
    score of five is a hundred."""
    mark = f"R{line.changed_in}" if line.changed_in else ""
    if line.counts is None:
        return Row(line, "", "", "", mark)
    grade = rules.grade_of(rules.points(rules.WHOLE, line.counts), cuts)
    working = f"{line.weight} × {line.counts} ÷ {rules.MOST} = {line.points}"
    return Row(line, Relation(grade).label, TONES[grade], working, mark)


def rows_of(evaluation: Evaluation, lines: Sequence[EvaluationLine]) -> list[Row]:
    """All indicators."""
    cuts = CUTS.at(evaluation.hotel_code, evaluation.template_on)
    return [row_of(line, cuts) for line in lines]


def total_of(lines: Sequence[EvaluationLine]) -> Decimal | None:
    """The total as the lines stand."""
    return rules.total((line.weight, line.counts) for line in lines)


def cuts_of(evaluation: Evaluation) -> list[tuple[Any, Any]]:
    """The grades with their least totals, as in force for this evaluation."""
    cuts = CUTS.at(evaluation.hotel_code, evaluation.template_on)
    return [(Relation(grade).label, cuts.get(grade)) for grade in rules.GRADES]


def before(evaluation: Evaluation) -> Evaluation | None:
    """The client's approved evaluation before this one."""
    found = Evaluation.objects.filter(account=evaluation.account_id, state=EvaluationState.APPROVED).exclude(
        pk=evaluation.pk
    )
    if evaluation.approved_on is not None:
        found = found.filter(approved_at__lt=evaluation.approved_at)
    return found.order_by("-approved_on", "-pk").first()


def before_renewal(seat: Seat, agreement: Agreement) -> list[tuple[Any, Any]]:
    """The client's last approved evaluation in one line; that it is missing or old; and the one that is on its way (EVA-03)."""
    rows = Evaluation.objects.filter(account=agreement.account_id).exclude(state=EvaluationState.DROPPED)
    found = list(rows.select_related("hotel").order_by("-opened_on", "-pk")[:20])
    last = max(
        (one for one in found if one.approved_on is not None), key=lambda one: one.approved_on or date.min, default=None
    )
    said: list[tuple[Any, Any]] = []
    if last is None or last.approved_on is None:
        said.append((_("Last evaluation of the relationship"), _("Missing: the relationship was never evaluated.")))
    else:
        text = _("%(total)s · %(grade)s · %(conclusion)s, on %(day)s") % {
            "total": last.total, "grade": last.get_grade_display(), "conclusion": last.get_conclusion_display(),
            "day": f"{last.approved_on:%Y-%m-%d}",
        }  # fmt: skip
        said.append((_("Last evaluation of the relationship"), _linked(last, text)))
        if _is_too_old(seat, agreement, last.approved_on):
            said.append((_("Evaluation before the renewal"), _("Missing: the last one is too old.")))
    on_its_way = next((one for one in found if one.is_open), None)
    if on_its_way is not None:
        said.append((_("Evaluation on its way"), _linked(on_its_way, str(on_its_way.get_state_display()))))
    return said


def _is_too_old(seat: Seat, agreement: Agreement, approved_on: date) -> bool:
    """Before its end draws near an evaluation of the usual age will do; then it is one of these days."""
    since = agreement.holds_until - timedelta(days=RENEWAL_DAYS.at(seat.hotel_code, seat.today))
    if seat.today >= since:
        return approved_on < since
    return rules.next_due(approved_on, EVA_MONTHS.at(seat.hotel_code, seat.today)) < seat.today


def _linked(one: Evaluation, text: str) -> Any:
    return format_html('<a href="{}">{}</a>', one.get_absolute_url(), text)
