"""The screening of the small world's companies in both hotels, and the judgements it asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from roomnight.insight.commands import enter_judgement, run_screening
from roomnight.insight.models import Judgement, ScreeningResult, ScreeningRun

if TYPE_CHECKING:
    from tests.world import World

YEAR = 2026
DIRECTORS = {"lujiazui": "lin", "lakeside": "du"}


def build_insight(world: World) -> None:
    """This year's, as it stands; each owner has judged a client, and nobody has reviewed it."""
    for who in DIRECTORS.values():
        seat = world.seat(who)
        run_screening(actor=seat, hotel=seat.hotel, year=YEAR, side="company")
    theirs = ScreeningResult.objects.get(account=world.huaxing)
    theirs.pk, theirs.account, theirs.place, theirs.rank = None, world.donghai, 9, 9
    theirs.save()
    Judgement.objects.create(hotel=world.lujiazui, account=world.donghai, year=YEAR)
    for who in ("chen", "sun", "ye"):
        seat, one = world.seat(who), judgement_of(who)()
        enter_judgement(
            actor=seat, judgement=one, staff=seat.staff, trade=4, way=3, ground="行业前三，付款规矩", revision=1
        )


def score_of(who: str) -> Callable[[], Any]:
    return lambda: ScreeningResult.objects.filter(account__owner__username=who).order_by("pk").first()


def judgement_of(who: str) -> Callable[[], Any]:
    return lambda: Judgement.objects.filter(account__owner__username=who).order_by("pk").first()


INSIGHT_RECORDS: dict[str, Callable[[], Any]] = {
    "screening_run": lambda: ScreeningRun.objects.get(hotel__code="lujiazui"),
    "lakeside_screening_run": lambda: ScreeningRun.objects.get(hotel__code="lakeside"),
    **{
        f"{prefix}{name}": of(who)
        for prefix, who in (("", "chen"), ("sun_s_", "sun"), ("ye_s_", "ye"))
        for name, of in (("score", score_of), ("judgement", judgement_of))
    },
}
