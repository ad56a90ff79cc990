"""Statements: drawn up by the worker or by hand, sent, and answered by the client line by line (CRD-06)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Max, Min, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from roomnight.clients.commands.accounts import take_revision
from roomnight.credit.commands.accounts import lock_one
from roomnight.credit.commands.disputes import open_dispute
from roomnight.credit.models import CreditAccount, LedgerLine, Statement, StatementState
from roomnight.credit.queries.acting import granted
from roomnight.credit.queries.ageing import ageing_by_account, open_lines, read
from roomnight.credit.queries.periods import Cycle, cycles
from roomnight.kernel.commands import UNCHANGED, Actor, changed, command, record, record_many
from roomnight.kernel.errors import Refusal
from roomnight.kernel.notify import notify
from roomnight.kernel.numbering import next_value
from roomnight.organization.models import Hotel
from roomnight.organization.working_days import day_at
from roomnight.ui.addresses import address

SERIES = "DZ"
AT_ONCE = 500
READY = gettext_noop("%(count)s statements were drawn up and wait to be sent")


@command
def draw_up_statements(*, actor: Actor, hotel: Hotel, on: date, accounts: Sequence[int]) -> Any:
    """Draw up what is due of these accounts of a hotel, a few hundred at a time (CRD-06); done by the worker.

    Every account gets one for the settlement period that ended last, if it has none yet: with the lines dated up to its
    end that stand on none. A period without lines gives one only where something is owed and it is a month or longer.
    Accounts on which somebody works at this moment are left for the next time. The number of questions to the database
    does not grow with accounts or lines.
    """
    free = CreditAccount.objects.select_for_update(of=("self",), no_key=True, skip_locked=True)
    rows = free.select_related("hotel").filter(hotel=hotel, closed_on=None, pk__in=list(accounts))
    held = list(rows.order_by("pk"))
    how = cycles({one.account_id for one in held}, on)
    ends = {one.pk: how[one.account_id].ended_before(on) for one in held}
    made = _draw(actor, hotel, held, how, ends, on)
    if not made:
        return UNCHANGED
    for person in granted(hotel, "credit.statement", "create"):
        notify(
            person.username, READY, hotel_code=hotel.code, url=address("credit:statements", hotel.code), count=len(made)
        )
    return made


@command
def draw_up_statement(*, actor: Actor, credit: CreditAccount, until: date) -> Statement:
    """Draw up an account's statement by hand, up to a day (CRD-06). Refused: a day to come, one that a statement holds
    already, and nothing to tell."""
    one = lock_one(credit)
    today = day_at(one.hotel, timezone.now())
    if until > today:
        raise Refusal("credit.future", _("This day is still to come."), field="until")
    last = Statement.objects.filter(credit=one).aggregate(last=Max("ends_on"))["last"]
    if last is not None and until <= last:
        raise Refusal(
            "credit.stated", _("There is a statement up to %(day)s already.") % {"day": last.isoformat()}, field="until"
        )
    made = _draw(actor, one.hotel, [one], cycles([one.account_id], today), {one.pk: until}, today, by_hand=True)
    if not made:
        raise Refusal("credit.nothing_to_state", _("Nothing was charged or paid, and nothing is owed."), field="until")
    return made[0]


def _draw(
    actor: Actor, hotel: Hotel, held: Sequence[CreditAccount], how: Mapping[int, Cycle], ends: Mapping[int, date],
    today: date, *, by_hand: bool = False,
) -> list[Statement]:  # fmt: skip
    """The statements of accounts that are locked, each up to its day; the lines are put on them by one update a day."""
    before = _latest(held)
    todo = [one for one in held if one.pk not in before or before[one.pk].ends_on < ends[one.pk]]
    sums, ageings = _sums(hotel, todo, ends), _ageings(hotel, todo, ends, today)
    made: list[Statement] = []
    for one in todo:
        last, found, cycle = before.get(one.pk), sums.get(one.pk), how[one.account_id]
        opening = last.closing_cents if last else 0
        if found is None and not (opening and (by_hand or cycle.is_long)):
            continue
        until = ends[one.pk]
        starts_on = (
            last.ends_on + timedelta(days=1) if last else min(cycle.begins(until), found["first"] if found else until)
        )
        charges, credits = (found["up"], found["down"]) if found else (0, 0)
        made.append(Statement(
            credit=one, starts_on=starts_on, ends_on=until, due_on=cycle.due_on(until), opening_cents=opening,
            charges_cents=charges, credits_cents=credits, closing_cents=opening + charges + credits,
            line_count=found["lines"] if found else 0, ageing=ageings.get(one.pk, {}), drawn_at=timezone.now(),
            drawn_by=actor.code,
        ))  # fmt: skip
    if not made:
        return []
    month = f"{today:%Y%m}"
    first = next_value(f"{SERIES}:{hotel.code}:{month}", len(made))
    for place, statement in enumerate(made):
        statement.number = f"{SERIES}-{month}-{first + place:04d}"
    Statement.objects.bulk_create(made, batch_size=AT_ONCE)
    _put_lines_on(hotel, made)
    record_many(
        (one, {"account": one.credit.number, "number": one.number, "until": one.ends_on, "closing": one.closing})
        for one in made
    )
    return made


def _latest(held: Sequence[CreditAccount]) -> dict[int, Statement]:
    last = Statement.objects.filter(credit=OuterRef("credit")).order_by("-ends_on").values("pk")[:1]
    found = Statement.objects.filter(credit__in=[one.pk for one in held], pk=Subquery(last))
    return {one.credit_id: one for one in found}


def _by_day(keys: Iterable[int], ends: Mapping[int, date]) -> dict[date, list[int]]:
    days: dict[date, list[int]] = {}
    for pk in keys:
        days.setdefault(ends[pk], []).append(pk)
    return days


def _sums(hotel: Hotel, todo: Sequence[CreditAccount], ends: Mapping[int, date]) -> dict[int, dict[str, Any]]:
    found: dict[int, dict[str, Any]] = {}
    for day, keys in _by_day((one.pk for one in todo), ends).items():
        lines = LedgerLine.objects.filter(credit__in=keys, statement=None, on__lte=day).order_by()
        rows = lines.values("credit").annotate(
            up=Coalesce(Sum("amount_cents", filter=Q(amount_cents__gt=0)), 0),
            down=Coalesce(Sum("amount_cents", filter=Q(amount_cents__lt=0)), 0),
            lines=Count("pk"), first=Min("on"),
        )  # fmt: skip
        found |= {row["credit"]: dict(row) for row in rows}
    return found


def _ageings(
    hotel: Hotel, todo: Sequence[CreditAccount], ends: Mapping[int, date], today: date
) -> dict[int, dict[str, int]]:
    found: dict[int, dict[str, int]] = {}
    for day, keys in _by_day((one.pk for one in todo), ends).items():
        lines = open_lines(hotel).filter(credit__in=keys, on__lte=day)
        found |= {row["credit"]: read(row).parts() for row in ageing_by_account(lines, today)}
    return found


def _put_lines_on(hotel: Hotel, made: Sequence[Statement]) -> None:
    days: dict[date, list[int]] = {}
    for one in made:
        if one.line_count:
            days.setdefault(one.ends_on, []).append(one.credit_id)
    for day, keys in days.items():
        theirs = Statement.objects.filter(credit=OuterRef("credit"), ends_on=day).values("pk")
        LedgerLine.objects.filter(credit__in=keys, statement=None, on__lte=day).update(statement=Subquery(theirs))


# ---- what becomes of it


def _now(statement: Statement) -> Statement:
    lock_one(statement.credit)
    return Statement.objects.select_related("credit__hotel", "credit__account", "credit__responsible").get(
        pk=statement.pk
    )


@command
def send_statement(*, actor: Actor, statement: Statement, revision: int, sent_to: str) -> Statement:
    """Note that a statement was sent, when and to whom (CRD-06). Refused: nobody named, and one that the client has answered."""
    if not sent_to.strip():
        raise Refusal("credit.sent_to", _("Say to whom it was sent."), field="sent_to")
    one = _now(statement)
    take_revision(one, revision)
    if one.state not in (StatementState.DRAWN, StatementState.SENT):
        raise Refusal("credit.answered", _("The client has answered this statement already."))
    changes = changed(one, state=StatementState.SENT, sent_at=timezone.now(), sent_to=sent_to.strip()[:160])
    one.save(update_fields=[*changes])
    record(one, **changes)
    return one


@command
def answer_statement(
    *, actor: Actor, statement: Statement, revision: int, answered_by: str, disputed: Mapping[int, str]
) -> Statement:
    """Enter what the client says to a statement (CRD-06): the lines with a text are disputed, all others confirmed.

    Each becomes a dispute (CRD-07). Refused: nobody named, answered already, a line of another statement.
    """
    if not answered_by.strip():
        raise Refusal("credit.answered_by", _("Say who answered for the client."), field="answered_by")
    one = _now(statement)
    take_revision(one, revision)
    if one.state not in (StatementState.DRAWN, StatementState.SENT):
        raise Refusal("credit.answered", _("The client has answered this statement already."))
    lines = {line.pk: line for line in LedgerLine.objects.filter(statement=one, pk__in=list(disputed))}
    if set(lines) != set(disputed):
        raise Refusal("credit.line", _("One of these lines is not on this statement."))
    for pk, text in disputed.items():
        open_dispute(actor, one.credit, text=text, said_by=answered_by, line=lines[pk], cents=None)
    state = StatementState.DISPUTED if disputed else StatementState.CONFIRMED
    changes = changed(one, state=state, answered_at=timezone.now(), answered_by=answered_by.strip()[:80])
    one.save(update_fields=[*changes])
    record(one, disputed=len(disputed), **changes)
    return one
