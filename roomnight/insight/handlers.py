"""What becomes of scores, judgements and evaluations when two clients become one, and what a renewal is told."""

from __future__ import annotations

from roomnight.agreements.models import Agreement
from roomnight.agreements.queries.beside import Said, beside_renewal
from roomnight.insight.models import OPEN_STATES, Evaluation, Judgement, ScreeningResult, SilentClient
from roomnight.insight.queries.evaluated import before_renewal
from roomnight.kernel.merging import merge_rule, stays
from roomnight.organization.access import Seat

stays(
    ScreeningResult, "account"
)  # a score tells what the record was; the next run is worked out from the joined bookings
stays(SilentClient, "account")  # the same, and the next morning brings it up to date


@merge_rule(Judgement, "account")
def one_judgement_a_year(winner: int, loser: int) -> int:
    """The judgements of years in which the client that stays has none come along; the others tell what was thought."""
    known = Judgement.objects.filter(account=winner).values_list("year", flat=True)
    return Judgement.objects.filter(account=loser).exclude(year__in=list(known)).update(account=winner)


@merge_rule(Evaluation, "account")
def one_open_evaluation(winner: int, loser: int) -> int:
    """Evaluations come along; where both clients have one open, the one of the client that goes stays behind."""
    rows = Evaluation.objects.filter(account=loser)
    if Evaluation.objects.filter(account=winner, state__in=OPEN_STATES).exists():
        rows = rows.exclude(state__in=OPEN_STATES)
    return rows.update(account=winner)


@beside_renewal
def last_evaluation(seat: Seat, agreement: Agreement) -> Said:
    """The renewal page shows the last evaluation of the client, or that it is missing (EVA-03)."""
    return before_renewal(seat, agreement) if seat.may("insight.evaluation") else []
