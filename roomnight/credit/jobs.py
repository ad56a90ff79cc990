"""What time does to credit by itself."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.utils import timezone, translation
from django_tasks import task

from roomnight.credit.commands import (
    climb_ladder,
    draw_up_statements,
    end_temporary_limits,
    escalate_disputes,
    expire_authorisations,
    grade_accounts,
    hold_overdue,
    judge_promises,
    remind_of_reviews,
    take_folio_line,
    take_pms_payment,
    tell_of_agreements,
)
from roomnight.credit.queries.grading import accounts_to_grade
from roomnight.credit.queries.intake import folio_lines_to_take, payments_to_take
from roomnight.credit.queries.periods import accounts_to_state
from roomnight.credit.rules.grading import AFTER_DAYS, quarter_of
from roomnight.kernel.commands import SYSTEM, UNCHANGED, Machine, coming_from
from roomnight.kernel.jobs import periodic, retried
from roomnight.organization.models import Hotel
from roomnight.organization.working_days import day_at


@periodic("*/10 * * * *")
@task()
def credit_of_the_day() -> int:
    """Raises that have run out and amounts that were set aside until a day gone by, by each hotel's own calendar (CRD-05)."""
    now = timezone.now()
    for hotel in Hotel.objects.order_by("code"):
        today = day_at(hotel, now)
        end_temporary_limits(actor=SYSTEM, hotel=hotel, on=today)
        expire_authorisations(actor=SYSTEM, hotel=hotel, on=today)
        tell_of_agreements(actor=SYSTEM, hotel=hotel, on=today)
    return 0


@retried(times=3, first_delay=timedelta(seconds=30))
@task()
def take_from_pms(hotel_id: int) -> int:
    """Take what the PMS sent onto the ledgers of a hotel's clients, line by line, payments last (CRD-04).

    Each line is a transaction of its own: cut off at any moment and begun again it goes on where it was, and with any
    number of workers each line is taken once. Returns how many lines changed something.
    """
    hotel = Hotel.objects.get(pk=hotel_id)
    actor, taken = Machine(SYSTEM.code, hotel.code), 0
    with coming_from("job"), translation.override(settings.LANGUAGE_CODE):
        for pk in folio_lines_to_take(hotel):
            taken += take_folio_line(actor=actor, pk=pk) is not UNCHANGED
        for pk in payments_to_take(hotel):
            taken += take_pms_payment(actor=actor, pk=pk) is not UNCHANGED
    return taken


@periodic("40 * * * *")
@task()
def take_what_was_missed() -> int:
    """Lines whose client became known or got an account since they came in (CRD-04)."""
    hotels = list(Hotel.objects.order_by("code").values_list("pk", flat=True))
    return sum(take_from_pms.call(pk) for pk in hotels)


@periodic("5-59/10 * * * *")
@task()
def disputes_in_time() -> int:
    """What was not resolved in time goes to the director, then to the general manager (CRD-07)."""
    now = timezone.now()
    for hotel in Hotel.objects.order_by("code"):
        escalate_disputes(actor=SYSTEM, hotel=hotel, now=now)
    return 0


@periodic("20 * * * *")
@task()
def statements_of_the_period() -> int:
    """After the end of a settlement period its statements are drawn up, by each hotel's own calendar (CRD-06)."""
    now = timezone.now()
    for hotel in Hotel.objects.order_by("code"):
        today = day_at(hotel, now)
        for accounts in accounts_to_state(hotel):
            draw_up_statements(actor=SYSTEM, hotel=hotel, on=today, accounts=accounts)
    return 0


@periodic("30 * * * *")
@task()
def collect_what_is_due() -> int:
    """Promises are judged, the dunning ladder is climbed, and what is overdue for too long is put on hold (CRD-08)."""
    now = timezone.now()
    for hotel in Hotel.objects.order_by("code"):
        today = day_at(hotel, now)
        judge_promises(actor=SYSTEM, hotel=hotel, on=today)
        climb_ladder(actor=SYSTEM, hotel=hotel, on=today)
        hold_overdue(actor=SYSTEM, hotel=hotel, on=today)
    return 0


@periodic("50 * * * *")
@task()
def grades_of_the_quarter() -> int:
    """Some days after the end of a quarter clients are graded by how they paid; limits to be reviewed soon are brought to
    mind. By each hotel's own calendar (CRD-09)."""
    now = timezone.now()
    for hotel in Hotel.objects.order_by("code"):
        today = day_at(hotel, now)
        remind_of_reviews(actor=SYSTEM, hotel=hotel, on=today)
        if (today - quarter_of(today)[0]).days < AFTER_DAYS.at(hotel.code, today):
            continue
        for accounts in accounts_to_grade(hotel, today):
            grade_accounts(actor=SYSTEM, hotel=hotel, on=today, accounts=accounts)
    return 0
