"""The year-end screening: worked out, decided on client by client, signed off (SCR-03)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from roomnight.clients.commands import publish_grades
from roomnight.clients.commands.accounts import take_revision
from roomnight.clients.models import Grade
from roomnight.insight.commands.judging import open_judgements
from roomnight.insight.models import Action, RunState, ScreeningResult, ScreeningRun
from roomnight.insight.queries.facts import year_facts
from roomnight.insight.queries.parameters import parameters_at
from roomnight.insight.rules.parameters import DIMENSIONS
from roomnight.insight.rules.screening import NothingToCompare, Scored, screen
from roomnight.kernel.commands import Actor, command, record
from roomnight.kernel.errors import Refusal
from roomnight.kernel.notify import notify
from roomnight.organization.models import Hotel, Staff
from roomnight.organization.working_days import day_at
from roomnight.ui.addresses import address

AT_ONCE: Final = 500
ON_TIMELINE = gettext_noop("Grade by the screening of %(year)s: %(old)s → %(new)s")
YOURS = gettext_noop("The screening of %(year)s is signed off: %(changed)s of your clients have another grade")


@command
def run_screening(*, actor: Actor, hotel: Hotel, year: int, side: str) -> ScreeningRun:
    """Work out the screening of a year's companies or agencies, and keep all that it rests on (SCR-01, SCR-03).

    It asks for the judgements that are missing (SCR-06). Refused: a year that has not begun, one that is signed off, and a
    peer group without any production.
    """
    now = timezone.now()
    today = day_at(hotel, now)
    if year > today.year:
        raise Refusal("screening.year", _("This year has not begun."), field="year")
    _refuse_signed(hotel, year, side)
    parameters = parameters_at(hotel.code, year)
    found = year_facts(hotel, year, side, parameters, today)
    try:
        peers, scores = screen(found.clients, found.hotel, parameters)
    except NothingToCompare as none:
        raise Refusal(
            "screening.no_production",
            _("None of these clients had a stay in %(year)s: there is nothing to compare.") % {"year": year},
            field="year",
        ) from none
    run = ScreeningRun.objects.create(
        hotel=hotel, year=year, side=side, as_of=today, parameters=parameters.kept(), peers=peers.kept(),
        hotel_year=asdict(found.hotel), months=list(found.months), has_receivables=found.has_receivables,
        clients=len(scores), made_at=now, made_by=actor.code,
    )  # fmt: skip
    before = _signed_before(hotel, year, side)
    rows = (_result(run, place, one, before.get(one.facts.account)) for place, one in enumerate(scores, 1))
    ScreeningResult.objects.bulk_create(rows, batch_size=AT_ONCE)
    asked = open_judgements(hotel, year, [one.facts.account for one in scores if one.facts.bookings])
    record(run, year=year, side=side, clients=len(scores), judgements_asked=asked)
    return run


def _refuse_signed(hotel: Hotel, year: int, side: str) -> None:
    if ScreeningRun.objects.filter(hotel=hotel, year=year, side=side, state=RunState.SIGNED).exists():
        raise Refusal(
            "screening.signed", _("The screening of %(year)s is signed off and stays.") % {"year": year}, field="year"
        )


def _signed_before(hotel: Hotel, year: int, side: str) -> dict[int, tuple[str, Any, int]]:
    """Grade, score and coverage of the year before, by account."""
    rows = ScreeningResult.objects.filter(
        run__hotel=hotel, run__year=year - 1, run__side=side, run__state=RunState.SIGNED
    )
    return {
        account: (grade, score, coverage)
        for account, grade, score, coverage in rows.values_list("account_id", "grade", "score", "coverage")
    }


def _result(run: ScreeningRun, place: int, one: Scored, before: tuple[str, Any, int] | None) -> ScreeningResult:
    grade_before, score_before, coverage_before = before or ("", None, None)
    return ScreeningResult(
        run=run, account_id=one.facts.account, number=one.facts.number, rank=one.rank, place=place, status=one.status,
        score=one.score, coverage=one.coverage, **{name: one.points[name] for name in DIMENSIONS},
        revenue_cents=one.facts.revenue_cents, facts=one.facts.kept(),
        workings={"shares": dict(one.shares), **one.workings}, by_score=one.by_score, proposed_grade=one.grade,
        proposed_action=one.action, grade=one.grade, action=one.action, grade_before=grade_before,
        score_before=score_before, coverage_before=coverage_before,
    )  # fmt: skip


@command
def decide_result(
    *, actor: Actor, result: ScreeningResult, grade: str, action: str, reason: str, revision: int
) -> ScreeningResult:
    """Give a client another grade or action than was worked out, with the reason; until the run is signed off (SCR-03)."""
    _lock_open(result.run)
    if grade not in Grade.values or action not in Action.values:
        raise Refusal("screening.choice", _("Choose a grade and an action."), field="grade")
    is_as_worked_out = (grade, action) == (result.proposed_grade, result.proposed_action)
    if not is_as_worked_out and not reason.strip():
        raise Refusal("screening.reason", _("Say why it is decided otherwise than worked out."), field="reason")
    take_revision(result, revision)
    before = {"grade": result.grade, "action": result.action, "reason": result.reason}
    result.grade, result.action = grade, action
    result.reason = "" if is_as_worked_out else reason.strip()[:400]
    result.decided_by = actor.code
    result.save(update_fields=["grade", "action", "reason", "decided_by"])
    now = {"grade": grade, "action": action, "reason": result.reason}
    record(
        result, **{name: (old, now[name]) for name, old in before.items() if old != now[name]}, decided_by=actor.code
    )
    return result


def _lock_open(run: ScreeningRun) -> ScreeningRun:
    """The run under its lock. Refuses one that is signed off: nothing of it changes any more."""
    found = ScreeningRun.objects.select_for_update(of=("self",), no_key=True).select_related("hotel").get(pk=run.pk)
    if not found.is_open:
        raise Refusal(
            "screening.signed", _("The screening of %(year)s is signed off and stays.") % {"year": found.year}
        )
    return found


@command
def sign_screening(*, actor: Actor, run: ScreeningRun, staff: Staff, note: str = "") -> ScreeningRun:
    """The director signs: the result is frozen, and the grades stand with the clients from now on (SCR-03).

    Refused before the year is over, and where another run of that year was signed off.
    """
    one = _lock_open(run)
    now = timezone.now()
    if day_at(one.hotel, now) <= date(one.year, 12, 31) or one.as_of <= date(one.year, 12, 31):
        raise Refusal(
            "screening.early", _("This was worked out before the year was over: work it out again on the whole year.")
        )
    _refuse_signed(one.hotel, one.year, one.side)
    one.state, one.signed_at, one.signed_by, one.note = RunState.SIGNED, now, staff, note.strip()[:400]
    try:
        with transaction.atomic():
            one.save(update_fields=["state", "signed_at", "signed_by", "note"])
    except IntegrityError:
        _refuse_signed(one.hotel, one.year, one.side)
        raise
    given = dict(one.results.values_list("account_id", "grade"))
    changed = publish_grades(
        hotel=one.hotel, grades=given, at=now, message=ON_TIMELINE, url=address("insight:screening", one.hotel_code, pk=one.pk),
        actor_name=staff.name, year=one.year,
    )  # fmt: skip
    record(one, state=(RunState.OPEN.value, RunState.SIGNED.value), note=one.note, grades_changed=len(changed))
    _tell_owners(one, changed)
    return one


def _tell_owners(run: ScreeningRun, changed: Iterable[int]) -> None:
    owners: dict[str, int] = {}
    wanted = set(changed)
    rows = run.results.filter(account__owner__is_active=True).values_list("account_id", "account__owner__username")
    for account, username in rows.iterator(chunk_size=5_000):
        if account in wanted:
            owners[username] = owners.get(username, 0) + 1
    _tell(run, owners)


def _tell(run: ScreeningRun, owners: Mapping[str, int]) -> None:
    for username, count in sorted(owners.items()):
        notify(
            username, YOURS, hotel_code=run.hotel_code, url=address("insight:screening", run.hotel_code, pk=run.pk),
            year=run.year, changed=count,
        )  # fmt: skip
