"""The screening of the small world's companies in both hotels, and the judgements it asked for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from roomnight.insight.commands import (
    enter_judgement,
    keep_silences,
    open_evaluation,
    plan_measure,
    run_screening,
    write_finding,
)
from roomnight.insight.models import (
    Evaluation,
    EvaluationCopy,
    EvaluationMeasure,
    Finding,
    Judgement,
    ScreeningResult,
    ScreeningRun,
)
from roomnight.insight.queries.churn import judged_trails, limits_at
from roomnight.insight.rules.churn import Trail
from roomnight.insight.rules.proof import proved
from roomnight.kernel.commands import SYSTEM

if TYPE_CHECKING:
    from tests.world import World

YEAR = 2026
DUE = date(2026, 12, 1)
WHEN = datetime(2026, 11, 18, 1, tzinfo=UTC)
TODAY = date(2026, 11, 18)
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
        director = world.seat(DIRECTORS[seat.hotel.code])
        write_finding(
            actor=director, hotel=seat.hotel, by=director.staff, period=str(YEAR), text="前十家客户占客房收入一半以上",
            countermeasure="每月新签两家协议客户", owner=seat.staff, due_on=date(YEAR, 12, 20),
        )  # fmt: skip
    for who, account in (("chen", world.huaxing), ("sun", world.donghai), ("ye", world.hubin)):
        seat = world.seat(who)
        opened = open_evaluation(actor=seat, account=account, due_on=DUE)
        plan_measure(actor=seat, evaluation=opened, what="总监每季度拜访一次", owner=seat.staff, due_on=DUE)
        EvaluationCopy.objects.create(
            evaluation=opened, edition=0, department=seat.hotel.departments.get(kind="front_office"), sent_at=WHEN
        )
    keep_silence(world.lujiazui, [world.huaxing.pk, world.donghai.pk])
    keep_silence(world.lakeside, [world.hubin.pk])


def keep_silence(hotel: Any, silent: list[int]) -> None:
    """These came every week and stopped; beside them some that nobody keeps a record of, most of whom go on."""
    today = TODAY.toordinal()
    gone = [Trail(account, [today - 60 - 7 * n for n in range(40)][::-1]) for account in silent]
    others = [
        Trail(-1 - n, list(range(today - 400 + n, today - (0 if n % 3 else 150 + 9 * n), 6 + n))) for n in range(20)
    ]
    limits = limits_at(hotel, TODAY)
    found, standings = judged_trails([*gone, *others], TODAY, limits)
    known = [one for one in standings if one.account > 0]
    proof = proved([*gone, *others], today, limits)
    keep_silences(actor=SYSTEM, hotel=hotel, side="company", limits=limits, found=found, standings=known, proof=proof)


def score_of(who: str) -> Callable[[], Any]:
    return lambda: ScreeningResult.objects.filter(account__owner__username=who).order_by("pk").first()


def judgement_of(who: str) -> Callable[[], Any]:
    return lambda: Judgement.objects.filter(account__owner__username=who).order_by("pk").first()


def evaluation_of(who: str) -> Callable[[], Any]:
    return lambda: Evaluation.objects.select_related("hotel", "account__owner").get(account__owner__username=who)


def evaluation_copy_of(who: str) -> Callable[[], Any]:
    return lambda: EvaluationCopy.objects.get(evaluation__account__owner__username=who)


def evaluation_measure_of(who: str) -> Callable[[], Any]:
    return lambda: EvaluationMeasure.objects.get(evaluation__account__owner__username=who)


def finding_of(who: str) -> Callable[[], Any]:
    return lambda: Finding.objects.filter(owner__username=who).order_by("pk").first()


INSIGHT_RECORDS: dict[str, Callable[[], Any]] = {
    "screening_run": lambda: ScreeningRun.objects.get(hotel__code="lujiazui"),
    "lakeside_screening_run": lambda: ScreeningRun.objects.get(hotel__code="lakeside"),
    **{
        f"{prefix}{name}": of(who)
        for prefix, who in (("", "chen"), ("sun_s_", "sun"), ("ye_s_", "ye"))
        for name, of in (
            ("score", score_of),
            ("judgement", judgement_of),
            ("finding", finding_of),
            ("evaluation", evaluation_of),
            ("evaluation_copy", evaluation_copy_of),
            ("evaluation_measure", evaluation_measure_of),
        )
    },
}
