"""Drafting an agreement: what it says, its price list, and handing it in (AGR-01, AGR-02)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from roomnight.agreements.commands.steps import refuse_unless, tell, write_step
from roomnight.agreements.models import Agreement, Kind, RateCell, RateLine, State, Step
from roomnight.agreements.queries.tables import periods, room_types, seasons
from roomnight.agreements.rules.seasons import NIGHTS, Span
from roomnight.clients.commands.accounts import take_revision
from roomnight.clients.models import Account
from roomnight.kernel.commands import Actor, changed, command, record
from roomnight.kernel.errors import Refusal
from roomnight.kernel.numbering import form_number
from roomnight.organization.access import leader_of
from roomnight.organization.models import Staff
from roomnight.organization.working_days import day_at

LONGEST_YEARS = 5
WITHOUT_RATES = (Kind.CONFERENCE, Kind.CREDIT_ACCOUNT)
Line = dict[str, Any]
"""room_type, season ("" for every season), nights (digits of weekdays), rate, breakfasts, is_linked."""


@command
def draft_agreement(
    *,
    actor: Actor,
    account: Account,
    responsible: Staff,
    kind: str,
    starts_on: date,
    ends_on: date,
    lines: Sequence[Line],
    drafted_by: Staff | None = None,
    blackouts: Sequence[Span] = (),
    **values: Any,
) -> Agreement:
    """Begin an agreement with a client (AGR-01); both ends of the term are days on which it holds.

    `lines` are dicts as in `Line`. Refused: an end before the beginning, a term of more than five years, an unknown kind,
    two rates for one night, a rate for the promised volume where none is promised.
    """
    hotel = account.hotel
    now = timezone.now()
    today = day_at(hotel, now)
    if kind not in Kind.values:
        raise Refusal("agreement.kind", _("Choose the kind of agreement."), field="kind")
    _refuse_nonsense(starts_on, ends_on, lines, values)
    particulars = {"client_name": account.invoice_title or account.name, **values}
    one = Agreement.objects.create(
        hotel=hotel, account=account, responsible=responsible, drafted_by=drafted_by, kind=kind, starts_on=starts_on,
        ends_on=ends_on, holds_until=ends_on, number=form_number("XY", hotel.code, today),
        periods=periods(hotel.code, today, starts_on, ends_on, blackouts), blackouts=_kept(blackouts), **particulars,
    )  # fmt: skip
    _put_lines(one, lines, today)
    write_step(one, actor, Step.DRAFTED)
    record(one, number=one.number, account=account.code, kind=kind, starts_on=starts_on, ends_on=ends_on,
           lines=lines_in_audit(lines))  # fmt: skip
    return one


@command
def change_agreement(
    *,
    actor: Actor,
    agreement: Agreement,
    revision: int,
    lines: Sequence[Line],
    starts_on: date,
    ends_on: date,
    blackouts: Sequence[Span] = (),
    **values: Any,
) -> Agreement:
    """Change what a draft says. What is in review or decided is returned first. Who may sign for the whole term may sign
    for the whole of the new one."""
    refuse_unless(agreement, (State.DRAFT,))
    _refuse_nonsense(starts_on, ends_on, lines, {**values})
    take_revision(agreement, revision)
    _move_signatories(agreement, starts_on, ends_on)
    today = day_at(agreement.hotel, timezone.now())
    term = periods(agreement.hotel.code, today, starts_on, ends_on, blackouts)
    changes = changed(
        agreement, starts_on=starts_on, ends_on=ends_on, holds_until=ends_on, blackouts=_kept(blackouts), **values
    )
    agreement.periods = term
    agreement.save(update_fields=[*changes, "periods"])
    before = lines_in_audit(lines_of(agreement))
    agreement.cells.all().delete()
    agreement.lines.all().delete()
    _put_lines(agreement, lines, today)
    after = lines_in_audit(lines)
    write_step(agreement, actor, Step.CHANGED)
    record(agreement, **changes, **({"lines": (before, after)} if before != after else {}))
    return agreement


def _move_signatories(agreement: Agreement, starts_on: date, ends_on: date) -> None:
    """Let who may sign keep within the new term: from its first day, or to its last, whoever did so in the old one."""
    for one in agreement.signatories.all():
        first = starts_on if one.starts_on == agreement.starts_on else max(one.starts_on, starts_on)
        last = ends_on if one.ends_on == agreement.ends_on else min(one.ends_on, ends_on)
        if first > last:
            raise Refusal(
                "agreement.signatory_outside",
                _("%(name)s may sign on days that lie outside this term: change those first.") % {"name": one.name},
                field="starts_on",
            )
        changes = changed(one, starts_on=first, ends_on=last)
        if changes:
            one.save(update_fields=[*changes])
            record(one, **changes)


@command
def submit_agreement(*, actor: Actor, agreement: Agreement, staff: Staff) -> Agreement:
    """Hand a draft in to be decided on (AGR-02). It needs a price list, unless it is about other things than rooms, and a
    client with an owner."""
    refuse_unless(agreement, (State.DRAFT,))
    if not agreement.lines.exists() and agreement.kind not in WITHOUT_RATES:
        raise Refusal("agreement.no_rates", _("Enter the price list first: it has no rate yet."))
    owner = Account.objects.values_list("owner", flat=True).get(pk=agreement.account_id)
    if owner is None:
        raise Refusal("account.owner_needed", _("A client with an agreement must have an owner."))
    if agreement.ends_on < day_at(agreement.hotel, timezone.now()):
        raise Refusal("agreement.past", _("Its last day is over already."), field="ends_on")
    changes = changed(agreement, state=State.REVIEW, submitted_by=staff)
    agreement.save(update_fields=[*changes])
    write_step(agreement, actor, Step.SUBMITTED)
    leader = leader_of(staff, agreement.hotel)
    if leader is not None:
        tell(leader, agreement, gettext_noop("An agreement waits for your decision: %(client)s (%(number)s)."))
    record(agreement, **changes)
    return agreement


@command
def withdraw_agreement(*, actor: Actor, agreement: Agreement, note: str) -> Agreement:
    """It does not come about, and why. What both sides signed is terminated instead."""
    refuse_unless(agreement, (State.DRAFT, State.REVIEW, State.APPROVED))
    if not note.strip():
        raise Refusal("agreement.note", _("Say why."), field="note")
    changes = changed(agreement, state=State.WITHDRAWN, end_reason=note.strip(), ended_at=timezone.now())
    agreement.save(update_fields=[*changes])
    write_step(agreement, actor, Step.WITHDRAWN, note)
    record(agreement, **changes)
    return agreement


def lines_of(agreement: Agreement) -> list[Line]:
    """The price list as commands take it."""
    names = ("room_type", "season", "nights", "rate", "breakfasts", "is_linked")
    return [{name: getattr(one, name) for name in names} for one in agreement.lines.all()]


def lines_in_audit(lines: Sequence[Line]) -> list[str]:
    """Each line of a price list in one readable piece."""
    return [
        f"{one['room_type']}/{one['season'] or '*'}/{one['nights']}: {one['rate']} +{one['breakfasts']}"
        + (" (volume)" if one["is_linked"] else "")
        for one in lines
    ]


def _kept(blackouts: Sequence[Span]) -> list[list[str]]:
    return [[first.isoformat(), last.isoformat()] for first, last in blackouts]


def _put_lines(agreement: Agreement, lines: Sequence[Line], today: date) -> None:
    """Write the price list and its cells; two rates for one night are refused with the line that is the second."""
    code = agreement.hotel.code
    known, times = room_types(code, today), seasons(code, today)
    taken: dict[tuple[str, str, str], int] = {}
    cells = []
    for place, one in enumerate(lines, start=1):
        if one["room_type"] not in known or (one["season"] and one["season"] not in times):
            raise Refusal("agreement.unknown", _("Line %(n)d: room type or season is not known.") % {"n": place})
        line = RateLine.objects.create(agreement=agreement, position=place, **one)
        for season in [one["season"]] if one["season"] else times:
            for night in one["nights"]:
                other = taken.setdefault((one["room_type"], season, night), place)
                if other != place:
                    raise Refusal(
                        "agreement.two_rates",
                        _("Lines %(first)d and %(second)d give two rates for the same nights.")
                        % {"first": other, "second": place},
                    )
                cells.append(
                    RateCell(agreement=agreement, line=line, room_type=line.room_type, season=season, night=int(night))
                )
    RateCell.objects.bulk_create(cells)


def _refuse_nonsense(starts_on: date, ends_on: date, lines: Sequence[Line], values: dict[str, Any]) -> None:
    if ends_on < starts_on:
        raise Refusal("agreement.order", _("The last day lies before the first."), field="ends_on")
    if (ends_on - starts_on).days > 366 * LONGEST_YEARS:
        raise Refusal("agreement.long", _("No agreement runs for more than five years."), field="ends_on")
    promised = values.get("commitment_nights") or values.get("commitment_revenue")
    for place, one in enumerate(lines, start=1):
        if Decimal(one["rate"]) <= 0:
            raise Refusal("agreement.rate", _("Line %(n)d: a rate is more than nothing.") % {"n": place})
        if not one["nights"] or not set(one["nights"]) <= set(NIGHTS):
            raise Refusal("agreement.nights", _("Line %(n)d: choose the nights it is for.") % {"n": place})
        if one["is_linked"] and not promised:
            raise Refusal(
                "agreement.no_volume",
                _("Line %(n)d is a rate for the promised volume: enter how much is promised.") % {"n": place},
                field="commitment_nights",
            )
