"""What becomes of scores and judgements when two clients become one."""

from __future__ import annotations

from roomnight.insight.models import Judgement, ScreeningResult
from roomnight.kernel.merging import merge_rule, stays

stays(
    ScreeningResult, "account"
)  # a score tells what the record was; the next run is worked out from the joined bookings


@merge_rule(Judgement, "account")
def one_judgement_a_year(winner: int, loser: int) -> int:
    """The judgements of years in which the client that stays has none come along; the others tell what was thought."""
    known = Judgement.objects.filter(account=winner).values_list("year", flat=True)
    return Judgement.objects.filter(account=loser).exclude(year__in=list(known)).update(account=winner)
