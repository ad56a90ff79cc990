"""An evaluation on its way: opened, filled in, reviewed and passed on, approved, given up (EVA-01, EVA-02, EVA-03)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, pgettext

from roomnight.activities.commands import add_followup
from roomnight.agreements.models import Agreement
from roomnight.clients.commands.accounts import take_revision
from roomnight.clients.models import Account
from roomnight.insight.commands.circulating import pass_round, waiting_copies
from roomnight.insight.models import (
    OPEN_STATES,
    Conclusion,
    Evaluation,
    EvaluationLine,
    EvaluationMeasure,
    EvaluationState,
    EvaluationStep,
    MeasureState,
    Occasion,
)
from roomnight.insight.queries.due_evaluations import due_evaluations
from roomnight.insight.rules import evaluation as rules
from roomnight.insight.rules.evaluation_values import CUTS, FEEDBACK_DAYS, TEMPLATE, WIDE_GAP
from roomnight.kernel.commands import UNCHANGED, Actor, changed, command, record
from roomnight.kernel.errors import Refusal
from roomnight.kernel.notify import notify
from roomnight.organization.models import Hotel, Staff
from roomnight.organization.working_days import day_at
from roomnight.ui.addresses import address

What = EvaluationStep.What


@dataclass(frozen=True)
class Filled:
    """What is said of one indicator."""

    score: int | None
    ground: str = ""
    remark: str = ""


@dataclass(frozen=True)
class Sheet:
    """The whole sheet as it was filled in: by place of the indicator, and by id of the earlier measure (state, note)."""

    lines: Mapping[int, Filled]
    summary: str = ""
    conclusion: str = ""
    checks: Mapping[int, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Second:
    """The reviewer's own score of an indicator, where it is another, and the word to it."""

    score: int | None = None
    comment: str = ""


def open_sheet(
    account: Account, occasion: str, *, today: date, due_on: date, agreement: Agreement | None = None
) -> Evaluation | None:
    """A new evaluation with the indicators in force today; None where the client has one open, or had one for this renewal.
    Part of a command."""
    hotel = account.hotel
    one = Evaluation(
        hotel=hotel,
        account=account,
        agreement=agreement,
        occasion=occasion,
        template_on=today,
        opened_on=today,
        due_on=due_on,
    )
    try:
        with transaction.atomic():
            one.save(force_insert=True)
    except IntegrityError:
        return None
    EvaluationLine.objects.bulk_create(
        EvaluationLine(
            evaluation=one, place=place, name=indicator.name, name_en=indicator.name_en, weight=indicator.weight
        )
        for place, indicator in enumerate(rules.read_template(TEMPLATE.at(hotel.code, today)), 1)
    )
    record(one, account=account.code, occasion=occasion, due_on=due_on)
    return one


@command
def open_evaluation(*, actor: Actor, account: Account, due_on: date) -> Evaluation:
    """Evaluate a client for a reason of its own. Refused where one is open already, and for a day gone by."""
    today = day_at(account.hotel, timezone.now())
    if due_on < today:
        raise Refusal("evaluation.past", _("Choose a day that is still to come."), field="due_on")
    one = open_sheet(account, Occasion.BY_HAND, today=today, due_on=due_on)
    if one is None:
        raise Refusal("evaluation.open", _("An evaluation of this client is open already."), field="account")
    if account.owner is not None and account.owner.username != actor.code:
        tell(account.owner, one, gettext_noop("Evaluate the relationship with %(client)s by %(day)s"))
    return one


@command
def open_due_evaluations(*, actor: Actor, hotel: Hotel, today: date) -> Any:
    """Open what is due: each client once, each renewal once; every owner hears once how many there are (EVA-03)."""
    opened: Counter[str] = Counter()
    for due in due_evaluations(hotel, today):
        one = open_sheet(due.account, due.occasion, today=today, due_on=due.due_on, agreement=due.agreement)
        if one is not None and due.account.owner is not None:
            opened[due.account.owner.username] += 1
    for username, count in sorted(opened.items()):
        notify(
            username, gettext_noop("Evaluate the relationship with %(count)s of your clients"), hotel_code=hotel.code,
            url=address("insight:evaluations", hotel.code), count=count,
        )  # fmt: skip
    return opened.total() or UNCHANGED


def tell(person: Staff, one: Evaluation, words: str, **values: Any) -> None:
    """Somebody hears of an evaluation."""
    notify(
        person.username, words, hotel_code=one.hotel_code, url=one.get_absolute_url(), client=one.account.name,
        day=f"{one.due_on:%Y-%m-%d}", **values,
    )  # fmt: skip


def hold(evaluation: Evaluation, revision: int, *states: str) -> None:
    """Lock the evaluation, read it anew, and take its revision. Refused unless it is in one of these states."""
    evaluation.refresh_from_db(
        from_queryset=Evaluation.objects.select_for_update(of=("self",)).select_related("hotel", "account")
    )
    if evaluation.state not in states:
        raise Refusal("evaluation.state", _("This evaluation is further on by now."))
    take_revision(evaluation, revision)


def _step(one: Evaluation, what: str, by: Staff, note: str = "") -> None:
    EvaluationStep.objects.create(
        evaluation=one, what=what, edition=one.edition, by=by, at=timezone.now(), note=note.strip()[:400]
    )


@command
def keep_sheet(*, actor: Actor, evaluation: Evaluation, sheet: Sheet, revision: int) -> Evaluation:
    """Keep what is filled in so far, whole or not. What changes after it was handed in once carries a revision mark."""
    hold(evaluation, revision, EvaluationState.ASKED)
    _take(evaluation, sheet)
    return evaluation


@command
def hand_in_sheet(*, actor: Actor, evaluation: Evaluation, staff: Staff, sheet: Sheet, revision: int) -> Evaluation:
    """Fill in and hand in: every indicator with score and ground, a summary, a conclusion, and what came of every measure of the
    evaluation before (EVA-02)."""
    hold(evaluation, revision, EvaluationState.ASKED)
    lines = _take(evaluation, sheet)
    _refuse_gaps(evaluation, lines, sheet)
    before = evaluation.state
    evaluation.edition += 1
    evaluation.state = EvaluationState.ENTERED
    evaluation.prepared_by, evaluation.prepared_at = staff, timezone.now()
    evaluation.reviewed_by = evaluation.reviewed_at = None
    _work_out(evaluation, lines)
    evaluation.save(
        update_fields=[
            "edition", "state", "prepared_by", "prepared_at", "reviewed_by", "reviewed_at", "total", "grade",
        ]
    )  # fmt: skip
    _step(evaluation, What.HANDED_IN, staff)
    record(
        evaluation,
        state=(before, evaluation.state),
        edition=evaluation.edition,
        total=evaluation.total,
        grade=evaluation.grade,
    )
    return evaluation


def _take(evaluation: Evaluation, sheet: Sheet) -> list[EvaluationLine]:
    """Write what the sheet says; returns the lines as they stand."""
    if sheet.conclusion and sheet.conclusion not in Conclusion.values:
        raise Refusal("evaluation.conclusion", _("Choose a conclusion."), field="conclusion")
    edition = evaluation.edition + 1 if evaluation.edition else 0
    lines, told = list(evaluation.lines.all()), {}
    for line in lines:
        said = sheet.lines.get(line.place, Filled(line.score, line.ground, line.remark))
        if said.score is not None and not rules.LEAST <= said.score <= rules.MOST:
            raise Refusal("evaluation.range", _("From 1 to 5."), field=f"score_{line.place}")
        changes = changed(line, score=said.score, ground=said.ground.strip()[:400], remark=said.remark.strip()[:400])
        if changes:
            changes |= changed(line, changed_in=edition, second=None, comment="")
            line.save(update_fields=[*changes])
            told[line.name] = changes["score"] if "score" in changes else changes.get("ground", changes.get("remark"))
    changes = changed(evaluation, summary=sheet.summary.strip(), conclusion=sheet.conclusion)
    if "summary" in changes:
        changes |= changed(evaluation, summary_changed_in=edition)
    if changes:
        evaluation.save(update_fields=[*changes])
    _check_measures(evaluation, sheet.checks)
    record(evaluation, **changes, lines=told)
    return lines


def measures_of(evaluation: Evaluation) -> tuple[list[EvaluationMeasure], list[EvaluationMeasure]]:
    """The measures planned in this evaluation, and the earlier ones that it checks: those nobody checked while it is open, and
    those that it checked. One query."""
    own, checked = Q(evaluation=evaluation), Q(checked_in=evaluation)
    wanted = own | checked
    if evaluation.is_open:
        wanted |= Q(
            evaluation__account=evaluation.account_id, evaluation__state=EvaluationState.APPROVED, checked_in=None
        )
    rows = list(EvaluationMeasure.objects.filter(wanted).select_related("owner", "follow_up").order_by("due_on", "pk"))
    planned = [one for one in rows if one.evaluation_id == evaluation.pk]
    return planned, [one for one in rows if one.evaluation_id != evaluation.pk]


def earlier_measures(evaluation: Evaluation) -> list[EvaluationMeasure]:
    """The measures of earlier evaluations of the client that this one checks."""
    return measures_of(evaluation)[1]


def _check_measures(evaluation: Evaluation, checks: Mapping[int, tuple[str, str]]) -> None:
    for one in earlier_measures(evaluation):
        state, note = checks.get(one.pk, (one.state, one.check_note))
        if state not in MeasureState.values:
            raise Refusal("evaluation.measure", _("Say what came of it."), field=f"check_{one.pk}")
        is_checked = state != MeasureState.PLANNED
        changes = changed(
            one, state=state, check_note=note.strip()[:300], checked_in=evaluation if is_checked else None
        )
        if changes:
            one.save(update_fields=[*changes])
            record(one, state=state, check_note=one.check_note)


def _refuse_gaps(evaluation: Evaluation, lines: Sequence[EvaluationLine], sheet: Sheet) -> None:
    for line in lines:
        if line.score is None:
            raise Refusal("evaluation.score", _("Give a score."), field=f"score_{line.place}")
        if not line.ground:
            raise Refusal("evaluation.ground", _("Say on what ground."), field=f"ground_{line.place}")
    if not evaluation.summary:
        raise Refusal("evaluation.summary", _("Sum up how the relationship stands."), field="summary")
    if not evaluation.conclusion:
        raise Refusal("evaluation.conclusion", _("Choose a conclusion."), field="conclusion")
    for one in earlier_measures(evaluation):
        if one.checked_in_id is None:
            raise Refusal("evaluation.measure", _("Say what came of it."), field=f"check_{one.pk}")


def _work_out(evaluation: Evaluation, lines: Sequence[EvaluationLine]) -> None:
    """Total and grade by the scores that count, by the cuts of the day its template is of."""
    found = rules.total((line.weight, line.counts) for line in lines)
    evaluation.total = found
    evaluation.grade = (
        rules.grade_of(found, CUTS.at(evaluation.hotel_code, evaluation.template_on)) if found is not None else ""
    )


def _nobody_their_own(evaluation: Evaluation, staff: Staff) -> None:
    if evaluation.prepared_by_id == staff.pk:
        raise Refusal("evaluation.own", _("Nobody reviews or approves what they prepared themselves."))


@command
def give_back_sheet(*, actor: Actor, evaluation: Evaluation, staff: Staff, note: str, revision: int) -> Evaluation:
    """Back to who prepared it, with a word on what is to be thought over; the next edition says what changed."""
    hold(evaluation, revision, EvaluationState.ENTERED, EvaluationState.CIRCULATING)
    _nobody_their_own(evaluation, staff)
    if not note.strip():
        raise Refusal("evaluation.note", _("Say what is to be thought over."), field="note")
    before = evaluation.state
    evaluation.state, evaluation.feedback_due_on = EvaluationState.ASKED, None
    evaluation.save(update_fields=["state", "feedback_due_on"])
    _step(evaluation, What.GIVEN_BACK, staff, note)
    record(evaluation, state=(before, evaluation.state), note=note.strip()[:400])
    if evaluation.prepared_by is not None:
        tell(
            evaluation.prepared_by, evaluation,
            gettext_noop("Think the evaluation of %(client)s over again: %(note)s"), note=note.strip()[:200],
        )  # fmt: skip
    return evaluation


@command
def pass_on_sheet(
    *, actor: Actor, evaluation: Evaluation, staff: Staff, seconds: Mapping[int, Second], note: str, revision: int
) -> Evaluation:
    """Review it: another score where one sees it otherwise, with a word where the two are far apart; then the director, the
    marketing manager and the departments get their copies (EVA-02)."""
    hold(evaluation, revision, EvaluationState.ENTERED)
    _nobody_their_own(evaluation, staff)
    hotel, now = evaluation.hotel, timezone.now()
    today = day_at(hotel, now)
    wide = WIDE_GAP.at(hotel.code, evaluation.template_on)
    lines, told = list(evaluation.lines.all()), {}
    for line in lines:
        said = seconds.get(line.place, Second())
        second = None if said.score == line.score else said.score
        if second is not None and not rules.LEAST <= second <= rules.MOST:
            raise Refusal("evaluation.range", _("From 1 to 5."), field=f"second_{line.place}")
        if rules.gap_is_wide(line.score, second, wide) and not said.comment.strip():
            raise Refusal("evaluation.gap", _("You are far apart here: say why."), field=f"comment_{line.place}")
        changes = changed(line, second=second, comment=said.comment.strip()[:400])
        if changes:
            line.save(update_fields=[*changes])
            told[line.name] = changes.get("second", changes.get("comment"))
    _work_out(evaluation, lines)
    evaluation.state = EvaluationState.CIRCULATING
    evaluation.reviewed_by, evaluation.reviewed_at = staff, now
    evaluation.feedback_due_on = today + timedelta(days=FEEDBACK_DAYS.at(hotel.code, today))
    evaluation.save(update_fields=["state", "reviewed_by", "reviewed_at", "feedback_due_on", "total", "grade"])
    copies = pass_round(evaluation, today)
    _step(evaluation, What.PASSED_ON, staff, note)
    record(
        evaluation, state=(EvaluationState.ENTERED.value, evaluation.state), total=evaluation.total, grade=evaluation.grade,
        lines=told, copies=copies,
    )  # fmt: skip
    return evaluation


@command
def approve_evaluation(
    *, actor: Actor, evaluation: Evaluation, staff: Staff, conclusion: str, note: str, revision: int
) -> Evaluation:
    """The last word: from now on nothing of it changes, and its measures are on their owners' lists (EVA-02).

    Refused to who prepared or reviewed it, while copies are unanswered and there is time left, and without measures where
    improvement is needed. Another conclusion than handed in needs a word.
    """
    hold(evaluation, revision, EvaluationState.CIRCULATING)
    _nobody_their_own(evaluation, staff)
    if evaluation.reviewed_by_id == staff.pk:
        raise Refusal("evaluation.two_steps", _("Somebody else approves what you reviewed."))
    today = day_at(evaluation.hotel, timezone.now())
    waiting = waiting_copies(evaluation, staff)
    if waiting and evaluation.feedback_due_on is not None and today <= evaluation.feedback_due_on:
        raise Refusal(
            "evaluation.feedback",
            _("Still to answer, until %(day)s: %(names)s")
            % {
                "day": f"{evaluation.feedback_due_on:%Y-%m-%d}",
                "names": pgettext("between items of a list", ", ").join(waiting),
            },
        )
    if conclusion not in Conclusion.values:
        raise Refusal("evaluation.conclusion", _("Choose a conclusion."), field="conclusion")
    if conclusion != evaluation.conclusion and not note.strip():
        raise Refusal("evaluation.otherwise", _("Say why you decide otherwise."), field="note")
    measures = list(evaluation.measures.select_related("owner"))
    if not measures and rules.needs_measures(evaluation.grade, conclusion):
        raise Refusal(
            "evaluation.measures", _("Plan what is to be done, by whom and by when, before this is approved.")
        )
    now = timezone.now()
    changes = changed(
        evaluation, state=EvaluationState.APPROVED, conclusion=conclusion, approved_at=now, approved_on=today
    )
    evaluation.approved_by = staff
    evaluation.save(update_fields=[*changes, "approved_by"])
    _put_on_lists(actor, evaluation, measures, today)
    _step(evaluation, What.APPROVED, staff, note)
    record(evaluation, **changes, approved_by=staff.username, measures=len(measures))
    if evaluation.prepared_by is not None:
        tell(evaluation.prepared_by, evaluation, gettext_noop("The evaluation of %(client)s is approved"))
    return evaluation


def _put_on_lists(actor: Actor, evaluation: Evaluation, measures: Sequence[EvaluationMeasure], today: date) -> None:
    for one in measures:
        one.follow_up = add_followup(
            actor=actor, hotel=evaluation.hotel, owner=one.owner, due_on=max(one.due_on, today), what=one.what,
            account=evaluation.account,
        )  # fmt: skip
        one.save(update_fields=["follow_up"])


@command
def drop_evaluation(*, actor: Actor, evaluation: Evaluation, staff: Staff, note: str, revision: int) -> Evaluation:
    """It is not needed after all, for a reason: the client is gone, say. What was filled in stays to be read."""
    hold(evaluation, revision, *OPEN_STATES)
    if not note.strip():
        raise Refusal("evaluation.note", _("Say why."), field="note")
    before = evaluation.state
    evaluation.state = EvaluationState.DROPPED
    evaluation.save(update_fields=["state"])
    _step(evaluation, What.DROPPED, staff, note)
    record(evaluation, state=(before, evaluation.state), note=note.strip()[:400])
    return evaluation


@command
def plan_measure(*, actor: Actor, evaluation: Evaluation, what: str, owner: Staff, due_on: date) -> EvaluationMeasure:
    """Something is to be done about the relationship, by somebody of the hotel, by a day (EVA-02)."""
    evaluation.refresh_from_db(
        from_queryset=Evaluation.objects.select_for_update(of=("self",)).select_related("hotel", "account")
    )
    if not evaluation.is_open:
        raise Refusal("evaluation.state", _("This evaluation is further on by now."))
    if due_on < day_at(evaluation.hotel, timezone.now()):
        raise Refusal("evaluation.past", _("Choose a day that is still to come."), field="due_on")
    if not what.strip():
        raise Refusal("evaluation.what", _("Say what is to be done."), field="what")
    if not owner.memberships.filter(hotel=evaluation.hotel).exists():
        raise Refusal("evaluation.owner", _("Choose somebody of this hotel."), field="owner")
    made = EvaluationMeasure.objects.create(evaluation=evaluation, what=what.strip()[:300], owner=owner, due_on=due_on)
    record(evaluation, measure=made.what, owner=owner.username, due_on=due_on)
    return made


@command
def leave_out_measure(*, actor: Actor, measure: EvaluationMeasure) -> Evaluation:
    """A planned measure is taken out before the evaluation is approved."""
    evaluation = (
        Evaluation.objects.select_for_update(of=("self",))
        .select_related("hotel", "account")
        .get(pk=measure.evaluation_id)
    )
    if not evaluation.is_open:
        raise Refusal("evaluation.state", _("This evaluation is further on by now."))
    record(evaluation, measure=(measure.what, ""))
    measure.delete()
    return evaluation
