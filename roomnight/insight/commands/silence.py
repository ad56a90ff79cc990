"""Who is falling silent, kept as it was worked out (CHU-01)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from django.utils import timezone

from roomnight.insight.models import SilenceRun, SilentClient
from roomnight.insight.rules.churn import Fit, Limits, Standing
from roomnight.insight.rules.churn_values import DAYS, GAP, MODEL, MONTH
from roomnight.kernel.commands import Actor, command, record
from roomnight.organization.models import Hotel
from roomnight.pms.rules.quiet import rounded

AT_ONCE: Final = 500


@command
def keep_silences(
    *, actor: Actor, hotel: Hotel, side: str, limits: Limits, found: Fit, standings: Sequence[Standing],
    proof: Mapping[str, Any],
) -> SilenceRun:  # fmt: skip
    """Keep what was worked out for a day, with all it went by; of the clients those that any rule puts on alert.

    The clients of the run before make room; the run itself stays, with its parameters and its proof.
    """
    Hotel.objects.select_for_update(no_key=True).get(pk=hotel.pk)
    run = SilenceRun.objects.create(
        hotel=hotel, side=side, as_of=date.fromordinal(found.as_of), limits=limits.kept(), rhythm=kept_rhythm(found),
        proof=dict(proof), clients=len(standings), made_at=timezone.now(), made_by=actor.code,
    )  # fmt: skip
    SilentClient.objects.filter(run__hotel=hotel, run__side=side).delete()
    alerts = sorted((one for one in standings if one.rules), key=in_order)
    rows = (_row(run, place, one) for place, one in enumerate(alerts, 1))
    SilentClient.objects.bulk_create(rows, batch_size=AT_ONCE)
    record(run, side=side, as_of=run.as_of, clients=len(standings), alerts=len(alerts))
    return run


def in_order(one: Standing) -> tuple[bool, float, int]:
    """Those the model can speak of first, the least likely to come at the top."""
    return one.is_too_little, -(one.p_none or 0.0), one.account


def kept_rhythm(found: Fit) -> dict[str, Any]:
    """What was fitted, as JSON; empty where too few ever came again."""
    one = found.rhythm
    if one is None:
        return {}
    return {
        "r": one.r, "alpha": one.alpha, "a": one.a, "b": one.b, "log_likelihood": one.log_likelihood,
        "accounts": one.accounts, "is_settled": one.is_settled, "weights": found.clock.weights,
    }  # fmt: skip


def _row(run: SilenceRun, place: int, one: Standing) -> SilentClient:
    return SilentClient(
        run=run, account_id=one.account, place=place, arrivals=one.arrivals, last_arrival=date.fromordinal(one.last),
        usual_gap=None if one.usual_gap is None else rounded(one.usual_gap, 2), p_alive=one.p_alive, p_none=one.p_none,
        expected=one.expected, by_model=MODEL in one.rules, by_days=DAYS in one.rules, by_month=MONTH in one.rules,
        by_gap=GAP in one.rules, is_too_little=one.is_too_little, on_the_books=one.on_the_books,
    )  # fmt: skip
