"""Whose scores and judgements a person may see or touch. Strangers get 404."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import Http404

from roomnight.clients.models import Account
from roomnight.insight.models import Judgement, ScreeningResult, ScreeningRun
from roomnight.organization.access import Seat, within
from roomnight.organization.models import Scope

OWNERS = ["account__owner", "account__co_owner"]


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
