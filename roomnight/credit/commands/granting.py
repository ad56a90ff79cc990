"""Deciding on applications for credit, step by step, and what follows from the last (CRD-02, CRD-03)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from roomnight.agreements.commands import add_signatory, draft_agreement
from roomnight.agreements.models import CHARGING, Agreement, Kind, Settlement, State
from roomnight.clients.commands import publish_credit_grade
from roomnight.credit.commands.accounts import close_account, open_account, set_limit
from roomnight.credit.commands.applications import TO_DECIDE, finance_of, lock, people_in, say, tell
from roomnight.credit.commands.cases import tell_now
from roomnight.credit.models import ApplicationKind, ApplicationState, CreditApplication, OpinionKind
from roomnight.credit.queries.granting import LIMITED, WHOLE, ceiling_refuses, open_credit, over_ceiling, said
from roomnight.credit.queries.turns import Turn, most_of, seat_of, turn, why_not
from roomnight.credit.rules.terms import months_later
from roomnight.kernel.commands import Actor, changed, command, record
from roomnight.kernel.errors import Refusal
from roomnight.organization.models import Staff
from roomnight.organization.working_days import day_at

APPROVED = gettext_noop(
    "Credit approved: %(client)s (%(number)s). Nothing can be charged before the agreement takes effect."
)
RETURNED = gettext_noop("Returned to correct: application for credit of %(client)s (%(number)s), %(note)s")
REFUSED = gettext_noop("Application for credit refused: %(client)s (%(number)s), %(note)s")
FINANCE = "credit-manager"


@command
def approve_application(
    *, actor: Actor, application: CreditApplication, staff: Staff, position: int, limit: Decimal | None = None, note: str = ""
) -> CreditApplication:  # fmt: skip
    """Agree to an application at the step that it waits for (CRD-02); `position` is the step that was seen.

    `limit` may be smaller than what was asked for; nobody after grants more. The last step grants it. Refused: one's own,
    two steps by one person (deputies among them), a step that is not theirs, a credit that finance has not checked, and at
    the last step more than the person may grant.
    """
    one = lock(application)
    mine = _turn(one, staff, position)
    given = _given(one, limit)
    is_last = one.position == len(one.chain) - 1
    if one.kind in LIMITED:
        _refuse_unchecked(one, note, is_last)
        if is_last:
            _refuse_too_much(one, given, most_of(seat_of(staff, one.hotel), day_at(one.hotel, timezone.now())))
    say(
        one, OpinionKind.APPROVED, staff, note, position=one.position, role=one.waits_for, on_behalf_of=mine.on_behalf_of,
        limit=given if one.kind in LIMITED else None,
    )  # fmt: skip
    changes = changed(one, granted=given if one.kind in LIMITED else None)
    if is_last:
        changes |= _grant(actor, one, given, note)
    else:
        changes |= changed(one, position=one.position + 1, waits_for=one.chain[one.position + 1])
        tell(one, people_in(one, one.waits_for), TO_DECIDE)
    one.save(update_fields=[*changes])
    tell_now(actor, one, timezone.now())
    record(one, **changes, **_for_whom(mine))
    return one


@command
def return_application(
    *, actor: Actor, application: CreditApplication, staff: Staff, position: int, note: str
) -> CreditApplication:
    """Send it back to be corrected, saying what is wrong (CRD-02)."""
    one = lock(application)
    mine = _turn(one, staff, position)
    _refuse_wordless(note)
    say(
        one,
        OpinionKind.RETURNED,
        staff,
        note,
        position=one.position,
        role=one.waits_for,
        on_behalf_of=mine.on_behalf_of,
    )
    changes = changed(one, state=ApplicationState.DRAFT, waits_for="")
    one.save(update_fields=[*changes])
    tell(one, [one.responsible], RETURNED, note=note.strip())
    tell_now(actor, one, timezone.now())
    record(one, **changes, note=note.strip(), **_for_whom(mine))
    return one


@command
def refuse_application(
    *, actor: Actor, application: CreditApplication, staff: Staff, position: int, note: str
) -> CreditApplication:
    """Refuse it for good, with the reason that the client is told (CRD-02)."""
    one = lock(application)
    mine = _turn(one, staff, position)
    _refuse_wordless(note)
    say(
        one, OpinionKind.REFUSED, staff, note, position=one.position, role=one.waits_for, on_behalf_of=mine.on_behalf_of
    )
    changes = changed(
        one, state=ApplicationState.REFUSED, waits_for="", decided_at=timezone.now(), decision_note=note.strip(), granted=None
    )  # fmt: skip
    one.save(update_fields=[*changes])
    tell(one, [one.responsible], REFUSED, note=note.strip())
    tell_now(actor, one, timezone.now())
    record(one, **changes, **_for_whom(mine))
    return one


def _turn(one: CreditApplication, staff: Staff, position: int) -> Turn:
    mine = turn(one, seat_of(staff, one.hotel), day_at(one.hotel, timezone.now()))
    if mine.is_mine and position != one.position:
        mine = Turn(code="application.turn")
    if not mine.is_mine:
        raise Refusal(mine.code, why_not(mine.code))
    return mine


def _for_whom(mine: Turn) -> dict[str, str]:
    return {"acting_for": mine.on_behalf_of.username} if mine.on_behalf_of else {}


def _refuse_wordless(note: str) -> None:
    if not note.strip():
        raise Refusal("application.note", _("Say why."), field="note")


def _given(one: CreditApplication, limit: Decimal | None) -> Decimal:
    most = one.granted if one.granted is not None else one.amount
    given = most if limit is None else limit
    if one.kind not in LIMITED:
        return Decimal(0)
    if not 0 < given <= most:
        raise Refusal(
            "application.limit", _("More than nothing, and at most %(most)s.") % {"most": said(one.hotel, most)}, field="limit"
        )  # fmt: skip
    return given


def _refuse_unchecked(one: CreditApplication, note: str, is_last: bool) -> None:
    """Finance has looked into the client before its own step, and before anybody grants; where it found something, whoever
    agrees says why."""
    if one.checked_at is None and (is_last or one.waits_for == FINANCE):
        raise Refusal("application.unchecked", _("Finance has not checked the client's credit yet."))
    if one.is_clear is False and not note.strip():
        raise Refusal("application.note", _("Finance found something against it: say why you agree."), field="note")


def _refuse_too_much(one: CreditApplication, given: Decimal, most: Decimal | None) -> None:
    if most is None or given > most:
        raise Refusal(
            "application.authority",
            _("You may grant at most %(most)s: grant less, or return it.") % {"most": said(one.hotel, most or Decimal(0))},
            field="limit",
        )  # fmt: skip
    today = day_at(one.hotel, timezone.now())
    over = over_ceiling(one.hotel, one.account_id, given, today)
    if over and ceiling_refuses(one.hotel, today):
        raise Refusal(
            "application.ceiling",
            _("All limits of the hotel together would pass what they should not by %(over)s.") % {"over": said(one.hotel, over)},
            field="limit",
        )  # fmt: skip


# ---- what follows


def _grant(actor: Actor, one: CreditApplication, given: Decimal, note: str) -> dict[str, Any]:
    """The last step agreed: account, limit and agreement follow at once, and finance hears of it (CRD-03)."""
    credit = open_credit(one.account)
    reason = _("Application %(number)s") % {"number": one.number}
    if one.kind == ApplicationKind.TEMPORARY and credit is not None:
        credit = set_limit(actor=actor, credit=credit, limit=given, reason=reason, until=one.until)
    elif one.kind in LIMITED:
        credit = open_account(actor=actor, account=one.account, limit=given, reason=reason, **_new_terms(one))
    elif one.kind == ApplicationKind.CLOSE and credit is not None:
        credit = close_account(actor=actor, credit=credit, reason=reason)
    agreement = _agreement(actor, one)
    if one.grade:
        publish_credit_grade(one.account_id, one.grade)
    tell(one, [one.responsible, *finance_of(one)], APPROVED)
    return changed(
        one, state=ApplicationState.APPROVED, waits_for="", decided_at=timezone.now(), decision_note=note.strip()[:500],
        credit=credit, agreement=agreement,
    )  # fmt: skip


def _new_terms(one: CreditApplication) -> dict[str, Any]:
    """What the account takes over from a whole application; a raise leaves it as it is."""
    if one.kind not in WHOLE:
        return {}
    guarantee = " ".join(filter(None, (str(one.get_guarantee_kind_display()), one.guarantee_note)))
    terms: dict[str, Any] = {
        "scope": one.scope, "guarantee": guarantee[:200], "deposit_cents": int((one.deposit or Decimal(0)).scaleb(2)),
    }  # fmt: skip
    return terms if open_credit(one.account) is not None else {**terms, "responsible": one.responsible}


def _agreement(actor: Actor, one: CreditApplication) -> Agreement | None:
    """The agreement that allows charging: the one there is, or a draft that now goes its way (AGR, two originals)."""
    over = (State.EXPIRED, State.TERMINATED, State.WITHDRAWN, State.RENEWED)
    found = (
        Agreement.objects.filter(account=one.account, kind__in=CHARGING).exclude(state__in=over).order_by("-pk").first()
    )
    if found is None and one.kind in WHOLE:
        found = _draft(actor, one)
    if found is not None and one.kind in (*WHOLE, ApplicationKind.SIGNERS):
        _name_signers(actor, found, one)
    return found


def _draft(actor: Actor, one: CreditApplication) -> Agreement:
    first = day_at(one.hotel, timezone.now()) + timedelta(days=1)
    return draft_agreement(
        actor=actor, account=one.account, responsible=one.responsible, drafted_by=one.drafted_by, kind=Kind.CREDIT_ACCOUNT,
        starts_on=first, ends_on=months_later(first, 12) - timedelta(days=1), lines=[], client_name=one.client_name,
        client_address=one.registered_address, client_contact=one.business_contact[:80], client_phone=one.phone,
        client_tax_number=one.credit_code, client_bank=one.bank, client_bank_account=one.bank_account,
        settlement=one.settlement or Settlement.MONTHLY, payment_days=one.payment_days,
    )  # fmt: skip


def _name_signers(actor: Actor, agreement: Agreement, one: CreditApplication) -> None:
    today = day_at(one.hotel, timezone.now())
    there = set(agreement.signatories.filter(ends_on__gte=today).values_list("name", flat=True))
    for row in one.signers:
        if row["name"] in there:
            continue
        first, last = max(agreement.starts_on, today), agreement.holds_until
        if row.get("until"):
            last = max(first, min(last, date.fromisoformat(row["until"])))
        add_signatory(
            actor=actor, agreement=agreement, name=row["name"], job_title=row.get("job_title", ""), starts_on=first,
            ends_on=last, limit_each=Decimal(row["limit_each"]) if row.get("limit_each") else None,
            document_end=row.get("document_end", ""), phone=row.get("phone", ""), letter=one.number,
        )  # fmt: skip
