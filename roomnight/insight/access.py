"""Whose scores and judgements a person may see or touch. Strangers get 404."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final

from django.db.models import DateTimeField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.http import Http404

from roomnight.clients.models import Account
from roomnight.insight.models import (
    Evaluation,
    EvaluationCopy,
    EvaluationMeasure,
    EvaluationState,
    Finding,
    FindingState,
    Judgement,
    RunState,
    ScreeningResult,
    ScreeningRun,
    SilenceRun,
    SilentClient,
)
from roomnight.organization.access import Seat, within
from roomnight.organization.models import Membership, Scope, Staff
from roomnight.ui.addresses import address

OWNERS = ["account__owner", "account__co_owner"]
END_OF_TIME: Final = datetime(9999, 1, 1, tzinfo=UTC)


def screenings(seat: Seat) -> QuerySet[ScreeningRun]:
    """Every run of the hotel; of its results one sees those of the clients within reach."""
    if not seat.may("insight.screening"):
        return ScreeningRun.objects.none()
    return ScreeningRun.objects.filter(hotel=seat.hotel).select_related("hotel", "signed_by").order_by("-year", "-pk")


def screening(seat: Seat, pk: int) -> ScreeningRun:
    """One run, or 404."""
    found = screenings(seat).filter(pk=pk).first()
    if found is None:
        raise Http404(str(pk))
    return found


def sees_all(seat: Seat) -> bool:
    """Whether this person sees the scores of all clients of the hotel."""
    return seat.scope("insight.screening") == Scope.HOTEL


def results(seat: Seat, run: ScreeningRun, action: str = "read") -> QuerySet[ScreeningResult]:
    """What a run found of the clients within reach, best first."""
    reach = within(seat.scope("insight.screening", action), seat, hotel="run__hotel", owners=OWNERS)
    return (
        ScreeningResult.objects.filter(reach, run=run)
        .select_related("run__hotel", "account", "account__owner")
        .order_by("place")
    )


def whole(run: ScreeningRun) -> list[ScreeningResult]:
    """All that a run found, to be worked out once more; what of it is shown is asked of `names`."""
    return list(run.results.order_by("place"))


def names(seat: Seat, run: ScreeningRun, accounts: Iterable[int]) -> dict[int, str]:
    """What the clients within reach are called: of these, those in the run, or any of the hotel for who sees all."""
    found = Account.objects.filter(hotel=seat.hotel, pk__in=list(accounts))
    if not sees_all(seat):
        found = found.filter(pk__in=results(seat, run).values("account"))
    return dict(found.values_list("pk", "name"))


def result(seat: Seat, pk: int, action: str = "read") -> ScreeningResult:
    """One client's score, or 404."""
    reach = within(seat.scope("insight.screening", action), seat, hotel="run__hotel", owners=OWNERS)
    people = ("run__hotel", "run__signed_by", "account__hotel", "account__owner")
    found = ScreeningResult.objects.filter(reach, pk=pk).select_related(*people).first()
    if found is None:
        raise Http404(str(pk))
    return found


def judgements(seat: Seat, action: str = "read") -> QuerySet[Judgement]:
    """The judgements of the clients within reach."""
    reach = within(seat.scope("insight.judgement", action), seat, hotel="hotel", owners=OWNERS)
    found = Judgement.objects.filter(reach, account__merged_into=None)
    return found.select_related("hotel", "account", "account__owner", "entered_by", "reviewed_by")


def judgement(seat: Seat, pk: int, action: str = "read") -> Judgement:
    """One judgement, or 404."""
    found = judgements(seat, action).filter(pk=pk).first()
    if found is None:
        raise Http404(str(pk))
    return found


def judgement_of(seat: Seat, account: Account, year: int) -> Judgement | None:
    """The judgement of a client whose score is within reach."""
    return Judgement.objects.select_related("entered_by", "reviewed_by").filter(account=account, year=year).first()


PREPARERS = [*OWNERS, "prepared_by"]
PEOPLE = ("hotel", "account__owner", "agreement", "prepared_by", "reviewed_by", "approved_by")


def evaluations(seat: Seat, action: str = "read") -> QuerySet[Evaluation]:
    """The evaluations of the clients within reach, and those one prepared."""
    reach = within(seat.scope("insight.evaluation", action), seat, hotel="hotel", owners=PREPARERS)
    return Evaluation.objects.filter(reach).select_related(*PEOPLE)


def evaluation(seat: Seat, pk: int, action: str = "read") -> Evaluation:
    """One evaluation, or 404."""
    found = evaluations(seat, action).filter(pk=pk).first()
    if found is None:
        raise Http404(str(pk))
    return found


def findings(seat: Seat, action: str = "read") -> QuerySet[Finding]:
    """The findings within reach: all of the hotel, or those that are one's own to deal with."""
    reach = within(seat.scope("insight.finding", action), seat, hotel="hotel", owners=["owner"])
    return Finding.objects.filter(reach).select_related("hotel", "owner", "written_by", "closed_by")


def open_findings(seat: Seat) -> QuerySet[Finding]:
    """Those that are not dealt with yet, the first due first."""
    return findings(seat).filter(state=FindingState.OPEN).order_by("due_on", "pk")


def finding(seat: Seat, pk: int, action: str = "read") -> Finding:
    """One finding, or 404."""
    found = findings(seat, action).filter(pk=pk).first()
    if found is None:
        raise Http404(str(pk))
    return found


@dataclass(frozen=True)
class Last:
    """The approved evaluation before one: where it is, its total and day."""

    pk: int
    total: Decimal
    approved_on: date
    url: str


def evaluation_with_last(seat: Seat, pk: int) -> Evaluation:
    """One evaluation that knows the client's approved one before it, in the same query; or 404."""
    until = Coalesce(OuterRef("approved_at"), Value(END_OF_TIME), output_field=DateTimeField())
    rows = Evaluation.objects.filter(
        account=OuterRef("account"), state=EvaluationState.APPROVED, approved_at__lt=until
    ).order_by("-approved_on", "-pk")
    last = {f"last_{name}": Subquery(rows.values(name)[:1]) for name in ("pk", "total", "approved_on")}
    found = evaluations(seat).filter(pk=pk).annotate(**last).first()
    if found is None:
        raise Http404(str(pk))
    return found


def last_before(one: Any) -> Last | None:
    """What `evaluation_with_last` found."""
    if one.last_pk is None:
        return None
    url = address("insight:evaluation", one.hotel_code, pk=one.last_pk)
    return Last(one.last_pk, one.last_total, one.last_approved_on, url)


def may(seat: Seat, one: Evaluation, action: str) -> bool:
    """Whether this person may do that to an evaluation already within reach; the scopes of `evaluations` without a query."""
    people = {one.account.owner_id, one.account.co_owner_id, one.prepared_by_id}
    match seat.scope("insight.evaluation", action):
        case None:
            return False
        case Scope.HOTEL:
            return True
        case Scope.TEAM:
            return bool(people.intersection(seat.team_ids))
        case Scope.DEPARTMENT:
            return bool(people.intersection(seat.department_ids))
    return seat.staff.pk in people


def evaluation_to_end(seat: Seat, pk: int) -> Evaluation:
    """One evaluation on which this person has the last word, or 404."""
    if not seat.may("insight.evaluation_end", "approve"):
        raise Http404(str(pk))
    return evaluation(seat, pk)


def may_evaluate(seat: Seat, account: Account) -> bool:
    """Whether this person may open an evaluation of a client."""
    reach = within(seat.scope("insight.evaluation", "create"), seat, hotel="hotel", owners=["owner", "co_owner"])
    return Account.objects.filter(reach, pk=account.pk, merged_into=None).exists()


def asked_account(seat: Seat, text: str) -> Account | None:
    """The client whose number stands in an address, if this person may evaluate it."""
    reach = within(seat.scope("insight.evaluation", "create"), seat, hotel="hotel", owners=["owner", "co_owner"])
    return Account.objects.filter(reach, pk=int(text), merged_into=None).first() if text.isdigit() else None


def measure(seat: Seat, pk: int) -> EvaluationMeasure:
    """A measure of an evaluation that one may work on, or 404."""
    reach = within(
        seat.scope("insight.evaluation", "edit"), seat, hotel="evaluation__hotel",
        owners=[f"evaluation__{name}" for name in PREPARERS],
    )  # fmt: skip
    one = EvaluationMeasure.objects.filter(reach, pk=pk).select_related("evaluation__hotel", "owner").first()
    if one is None:
        raise Http404(str(pk))
    return one


def grade_given(seat: Seat, account: Account) -> ScreeningResult | None:
    """What the last signed screening decided of a client, if this person may see it."""
    reach = within(seat.scope("insight.screening"), seat, hotel="run__hotel", owners=OWNERS)
    found = ScreeningResult.objects.filter(reach, account=account, run__state=RunState.SIGNED)
    return found.select_related("run__hotel").order_by("-run__year", "-run__signed_at").first()


def evaluation_copies(seat: Seat, action: str = "read") -> QuerySet[EvaluationCopy]:
    """The copies of evaluations sent to oneself or to one's department, or all of the hotel."""
    found = EvaluationCopy.objects.filter(evaluation__hotel=seat.hotel).select_related(
        "evaluation__hotel", "evaluation__account", "evaluation__prepared_by", "evaluation__reviewed_by", "staff",
        "department", "answered_by",
    )  # fmt: skip
    match seat.scope("insight.evaluation_copy", action):
        case None:
            return found.none()
        case Scope.HOTEL:
            return found
    here = Q(department=seat.membership.department_id) if seat.membership else Q(pk__in=[])
    return found.filter(here | Q(staff=seat.staff))


def evaluation_copy(seat: Seat, pk: int) -> EvaluationCopy:
    """One copy, or 404."""
    found = evaluation_copies(seat).filter(pk=pk).first()
    if found is None:
        raise Http404(str(pk))
    return found


def is_addressee(seat: Seat, copy: EvaluationCopy) -> bool:
    """Whether the copy was sent to this person or to the department they work in."""
    if copy.department_id is None:
        return copy.staff_id == seat.staff.pk
    return seat.membership is not None and seat.membership.department_id == copy.department_id


def people(seat: Seat) -> list[Staff]:
    """Everybody of the hotel who can take something on, by rank."""
    places = Membership.objects.filter(hotel=seat.hotel, staff__is_active=True).select_related("staff", "role")
    return [place.staff for place in places.order_by("role__rank", "staff__username")]


def client_names(seat: Seat, accounts: Iterable[int]) -> dict[int, str]:
    """What these clients of the hotel are called, for those who see the composition of its whole business."""
    found = Account.objects.filter(hotel=seat.hotel, pk__in=list(accounts))
    return dict(found.values_list("pk", "name")) if seat.may("insight.composition") else {}


def silence_run(seat: Seat, side: str) -> SilenceRun | None:
    """The latest working out of who falls silent, of one side."""
    if not seat.may("insight.churn"):
        return None
    runs = SilenceRun.objects.filter(hotel=seat.hotel, side=side).select_related("hotel")
    return runs.order_by("-pk").first()


def silent_clients(seat: Seat, run: SilenceRun | None, action: str = "read") -> QuerySet[SilentClient]:
    """The clients on alert within reach, the least likely to come first."""
    reach = within(seat.scope("insight.churn", action), seat, hotel="run__hotel", owners=OWNERS)
    found = SilentClient.objects.filter(reach, run=run, account__merged_into=None)
    return found.select_related("account", "account__owner").order_by("place")
