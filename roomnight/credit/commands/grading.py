"""The credit grade of each quarter, and the yearly review of limits (CRD-09)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from roomnight.clients.commands import publish_credit_grade, write_timeline
from roomnight.clients.commands.accounts import take_revision
from roomnight.credit.commands.accounts import lock_one, set_limit
from roomnight.credit.events import GradeChanged
from roomnight.credit.models import CreditAccount, Grading, LimitReview, ReviewDecision
from roomnight.credit.queries.acting import Actors, granted
from roomnight.credit.queries.grading import grade_now, parameters, quarter_facts
from roomnight.credit.queries.granting import beyond_grade, ceiling_refuses, grade_named, over_ceiling, said
from roomnight.credit.rules.grading import quarter_before, quarter_name
from roomnight.credit.rules.terms import months_later
from roomnight.credit.rules.values import REVIEW_MONTHS, REVIEW_NOTICE_DAYS
from roomnight.kernel.commands import UNCHANGED, Actor, changed, command, record, record_many
from roomnight.kernel.errors import Refusal
from roomnight.kernel.events import emit
from roomnight.kernel.notify import notify
from roomnight.organization.models import Hotel, Staff
from roomnight.organization.working_days import day_at
from roomnight.ui.addresses import address

NOW = gettext_noop("The credit grade of %(client)s is now %(after)s, before %(before)s")
FIRST = gettext_noop("The credit grade of %(client)s by its payments is %(after)s")
ON_TIMELINE = gettext_noop("Credit grade by payments: %(after)s")
TO_REVIEW = gettext_noop("The credit limit of %(client)s is to be reviewed by %(day)s")


@command
def grade_accounts(*, actor: Actor, hotel: Hotel, on: date, accounts: Sequence[int]) -> Any:
    """Work out the credit grades of the quarter that ended last for those of these accounts that have none yet (CRD-09).

    Done by the worker, some hundred at a time; accounts on which somebody works at this moment are left for the next time.
    A grade that was worked out is never changed. Whoever signed with a client is told of another grade, and finance of a
    worse one.
    """
    free = CreditAccount.objects.select_for_update(of=("self",), no_key=True, skip_locked=True)
    rows = free.select_related("hotel", "account", "responsible").filter(hotel=hotel, pk__in=list(accounts))
    return _grade(actor, hotel, list(rows.order_by("pk")), on) or UNCHANGED


@command
def grade_account(*, actor: Actor, credit: CreditAccount) -> Grading:
    """Work out the grade of one account by hand for the quarter that ended last. Refused: it is worked out already, and an
    account that is closed or opened only since."""
    one = lock_one(credit)
    on = day_at(one.hotel, timezone.now())
    first, last = quarter_before(on)
    if not one.is_open or one.opened_on > last:
        raise Refusal(
            "credit.not_graded", _("This account was not open in %(quarter)s.") % {"quarter": quarter_name(first)}
        )
    made = _grade(actor, one.hotel, [one], on)
    if not made:
        raise Refusal(
            "credit.graded", _("The grade of %(quarter)s is worked out already.") % {"quarter": quarter_name(first)}
        )
    return made[0]


def _grade(actor: Actor, hotel: Hotel, held: Sequence[CreditAccount], on: date) -> list[Grading]:
    first, last = quarter_before(on)
    there = set(
        Grading.objects.filter(credit__in=[one.pk for one in held], starts_on=first).values_list("credit", flat=True)
    )
    todo = [one for one in held if one.pk not in there and one.is_open and one.opened_on <= last]
    facts, kept = quarter_facts(hotel, todo, first, last), parameters(hotel, on)
    made: list[Grading] = []
    for one in todo:
        found = grade_now(hotel, one, facts[one.pk], on)
        made.append(Grading(
            credit=one, starts_on=first, ends_on=last, grade=found.grade, before=one.account.credit_grade, points=found.points,
            by_points=found.by_points, parts=found.kept(), facts=facts[one.pk].kept(), parameters=kept, made_at=timezone.now(),
            made_by=actor.code,
        ))  # fmt: skip
    Grading.objects.bulk_create(made)
    record_many(
        (row, {"account": row.credit.number, "quarter": quarter_name(first), "grade": (row.before, row.grade), "points": row.points})
        for row in made
    )  # fmt: skip
    people: Actors | None = None
    for row in made:
        if row.is_changed:
            people = people or Actors(hotel, on)
            _changed(row, people)
    return made


def _changed(row: Grading, people: Actors) -> None:
    """Another grade: it stands with the client, and those whom it concerns hear of it."""
    one = row.credit
    publish_credit_grade(one.account_id, row.grade)
    write_timeline(
        account=one.account, at=row.made_at, kind="credit", message=ON_TIMELINE, url=address("credit:grades", one.hotel_code, one.pk),
        after=row.grade,
    )  # fmt: skip
    emit(GradeChanged(one.hotel_id, one.account_id, one.pk, row.before, row.grade))
    told = {people.for_(one.responsible).username}
    if grade_is_worse(row):
        told |= {person.username for person in granted(one.hotel, "credit.account", "approve")}
    for username in sorted(told):
        notify(
            username, NOW if row.before else FIRST, hotel_code=one.hotel_code, url=address("credit:grades", one.hotel_code, one.pk),
            client=one.account.name, before=row.before, after=row.grade,
        )  # fmt: skip


def grade_is_worse(row: Grading) -> bool:
    """Whether the quarter made the grade worse."""
    names = list(row.parameters["grades"])
    return row.before in names and names.index(row.grade) > names.index(row.before)


# ---- the yearly review


@command
def remind_of_reviews(*, actor: Actor, hotel: Hotel, on: date) -> Any:
    """Tell those who decide, and whoever signed with the client, that a limit is to be reviewed soon; once for each due day."""
    until = on + timedelta(days=REVIEW_NOTICE_DAYS.at(hotel.code, on))
    due = CreditAccount.objects.filter(hotel=hotel, closed_on=None, merged_into=None, review_on__lte=until)
    rows = [
        one
        for one in due.select_related("hotel", "account", "responsible").order_by("review_on", "pk")
        if one.review_told_on != one.review_on
    ]
    if not rows:
        return UNCHANGED
    people, deciding = Actors(hotel, on), {person.username for person in granted(hotel, "credit.account", "approve")}
    count = 0
    for one in rows:
        free = CreditAccount.objects.filter(pk=one.pk, review_on=one.review_on).exclude(review_told_on=one.review_on)
        if one.review_on is None or not free.update(review_told_on=one.review_on):
            continue
        for username in sorted({*deciding, people.for_(one.responsible).username}):
            notify(
                username, TO_REVIEW, hotel_code=one.hotel_code, url=one.get_absolute_url(), client=one.account.name,
                day=one.review_on.isoformat(),
            )  # fmt: skip
        record(one, reminded_of_review=one.review_on)
        count += 1
    return count or UNCHANGED


@command
def review_limit(
    *, actor: Actor, credit: CreditAccount, staff: Staff, revision: int, decision: str, opinion: str,
    authority: Decimal | None, limit: Decimal | None = None,
) -> LimitReview:  # fmt: skip
    """Review a client's limit: keep it, lower it, or raise it within what the person may grant and the grade allows (CRD-09).

    More than that takes an application. The next review is due within `credit.review_months`. Refused: no opinion, an
    amount that is not what was decided, a raise beyond those bounds, a raise by whoever answers for the client.
    """
    if not opinion.strip():
        raise Refusal("credit.opinion", _("Say what speaks for it."), field="opinion")
    if decision not in ReviewDecision.values:
        raise Refusal("credit.decision", _("Keep it, lower it or raise it."), field="decision")
    one = lock_one(credit)
    take_revision(one, revision)
    if not one.is_open:
        raise Refusal("credit.closed", _("This account is closed."))
    before = one.limit
    after = before if decision == ReviewDecision.KEEP or limit is None else limit
    _refuse_other_way(decision, before, after)
    if decision == ReviewDecision.RAISE:
        refuse_raise(one, staff, after, authority)
    today = day_at(one.hotel, timezone.now())
    made = LimitReview.objects.create(
        credit=one, due_on=one.review_on, decision=decision, before_cents=one.limit_cents, after_cents=int(after.scaleb(2)),
        grade=one.account.credit_grade, opinion=opinion.strip()[:400], reviewed_at=timezone.now(), staff=staff,
        next_on=months_later(today, REVIEW_MONTHS.at(one.hotel.code, today)),
    )  # fmt: skip
    changes = changed(one, review_on=made.next_on)
    one.save(update_fields=["review_on", "revision"])
    record(made, account=one.number, decision=decision, limit=(before, after), opinion=made.opinion, **changes)
    if after != before:
        set_limit(actor=actor, credit=one, limit=after, reason=opinion.strip()[:200])
    return made


def _refuse_other_way(decision: str, before: Decimal, after: Decimal) -> None:
    if decision == ReviewDecision.LOWER and not after < before:
        raise Refusal("credit.limit_lower", _("Enter a limit below the one there is."), field="limit")
    if decision == ReviewDecision.RAISE and not after > before:
        raise Refusal("credit.limit_raise", _("Enter a limit above the one there is."), field="limit")


def refuse_raise(one: CreditAccount, staff: Staff, limit: Decimal, authority: Decimal | None) -> None:
    """Refuse a raise without an application: by who answers for the client, beyond what the person may grant, beyond what the
    grade allows, and beyond what all limits together should not pass (CRD-02, CRD-13)."""
    today = day_at(one.hotel, timezone.now())
    if staff.pk in (one.responsible_id, one.account.owner_id):
        raise Refusal(
            "credit.own", _("Nobody raises the limit of a client they answer for: apply for it."), field="limit"
        )
    if authority is None or limit > authority:
        raise Refusal(
            "credit.authority",
            _("You may grant at most %(most)s: for more the client applies.") % {"most": said(one.hotel, authority or Decimal(0))},
            field="limit",
        )  # fmt: skip
    grade = grade_named(one.account.credit_grade, one.hotel.code, today)
    beyond = beyond_grade(one.hotel, grade, limit, one.deposit, is_by_bank=False) if grade is not None else ""
    if beyond:
        raise Refusal("credit.grade", beyond, field="limit")
    over = over_ceiling(one.hotel, one.account_id, limit, today)
    if over and ceiling_refuses(one.hotel, today):
        raise Refusal(
            "application.ceiling",
            _("All limits of the hotel together would pass what they should not by %(over)s.") % {"over": said(one.hotel, over)},
            field="limit",
        )  # fmt: skip


def change_limit(
    *, actor: Actor, credit: CreditAccount, staff: Staff, limit: Decimal, reason: str, authority: Decimal | None,
    until: date | None = None,
) -> CreditAccount:  # fmt: skip
    """Give an account another limit by hand: as `set_limit`, and a higher one only as far as a review could raise it."""
    with transaction.atomic():
        one = lock_one(credit)
        if limit > one.limit:
            refuse_raise(one, staff, limit, authority)
        return set_limit(actor=actor, credit=one, limit=limit, reason=reason, until=until)
