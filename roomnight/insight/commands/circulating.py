"""Copies of a reviewed evaluation: to the director, the marketing manager and the departments, and what they say (EVA-02)."""

from __future__ import annotations

from datetime import date
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from roomnight.insight.models import Evaluation, EvaluationCopy, EvaluationState
from roomnight.insight.rules.evaluation_values import COPIES_TO
from roomnight.kernel.commands import Actor, command, record
from roomnight.kernel.errors import Refusal
from roomnight.kernel.notify import notify
from roomnight.organization.models import Department, Membership, Staff
from roomnight.ui.addresses import address

READERS: Final = ("director-of-sales", "marketing-manager")
TO_ANSWER: Final = gettext_noop("Your view is asked: evaluation of %(client)s, by %(day)s")


def pass_round(evaluation: Evaluation, today: date) -> int:
    """Director, marketing manager and the departments that the policy names get a copy of this edition; part of a command.

    Who prepared or reviewed it needs none, nor does a department in which nobody works. Of a department whoever ranks highest hears of it.
    """
    hotel, now = evaluation.hotel, timezone.now()
    known = {evaluation.prepared_by_id, evaluation.reviewed_by_id}
    readers = Membership.objects.filter(hotel=hotel, role__code__in=READERS, staff__is_active=True)
    people = [
        one.staff for one in readers.select_related("staff").order_by("role__rank", "pk") if one.staff_id not in known
    ]
    kinds = COPIES_TO.at(hotel.code, today)
    staffed = Department.objects.filter(
        hotel=hotel, kind__in=kinds, is_retired=False, memberships__staff__is_active=True
    )
    departments = list(staffed.distinct().order_by("pk"))
    made = EvaluationCopy.objects.bulk_create([
        *(EvaluationCopy(evaluation=evaluation, edition=evaluation.edition, staff=one, sent_at=now) for one in people),
        *(EvaluationCopy(evaluation=evaluation, edition=evaluation.edition, department=one, sent_at=now) for one in departments),
    ])  # fmt: skip
    heads = _heads(departments)
    for copy in made:
        person = copy.staff or heads.get(copy.department_id or 0)
        if person is not None:
            notify(
                person.username, TO_ANSWER, hotel_code=hotel.code,
                url=address("insight:evaluation_copy", hotel.code, pk=copy.pk), client=evaluation.account.name,
                day=f"{evaluation.feedback_due_on:%Y-%m-%d}",
            )  # fmt: skip
    return len(made)


def _heads(departments: list[Department]) -> dict[int, Staff]:
    found: dict[int, Staff] = {}
    places = Membership.objects.filter(department__in=departments, staff__is_active=True).select_related("staff")
    for place in places.order_by("role__rank", "pk"):
        found.setdefault(place.department_id, place.staff)
    return found


def waiting_copies(evaluation: Evaluation, approver: Staff) -> list[str]:
    """Who has not answered the copy of this edition; the approver's own copy is answered by approving."""
    rows = EvaluationCopy.objects.filter(evaluation=evaluation, edition=evaluation.edition, answered_at=None)
    return [one.addressee for one in rows.exclude(staff=approver).select_related("staff", "department").order_by("pk")]


@command
def answer_copy(*, actor: Actor, copy: EvaluationCopy, staff: Staff, opinion: str) -> EvaluationCopy:
    """What the person or the department says to an evaluation; once, and while it goes round."""
    evaluation = copy.evaluation
    evaluation.refresh_from_db(
        from_queryset=Evaluation.objects.select_for_update(of=("self",)).select_related("hotel", "account")
    )
    if evaluation.state != EvaluationState.CIRCULATING or copy.edition != evaluation.edition:
        raise Refusal("evaluation.state", _("This evaluation is further on by now."))
    is_theirs = (
        copy.staff_id == staff.pk
        if copy.department_id is None
        else Membership.objects.filter(staff=staff, department=copy.department_id).exists()
    )
    if not is_theirs:
        raise Refusal("evaluation.copy", _("Whoever the copy was sent to answers it."))
    if not opinion.strip():
        raise Refusal("evaluation.opinion", _("Say what you think, if only that you agree."), field="opinion")
    now = timezone.now()
    waiting = EvaluationCopy.objects.filter(pk=copy.pk, answered_at=None)
    if not waiting.update(answered_by=staff, answered_at=now, opinion=opinion.strip()[:600]):
        raise Refusal("evaluation.answered", _("This copy is answered already."))
    copy.answered_by, copy.answered_at, copy.opinion = staff, now, opinion.strip()[:600]
    record(copy, opinion=copy.opinion, answered_at=now)
    return copy
