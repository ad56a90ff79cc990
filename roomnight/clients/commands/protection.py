"""The protection list: putting clients on it, prolonging, and losing them again (OWN-02, OWN-03, OWN-07)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from roomnight.clients import rules
from roomnight.clients.commands.ending import end_one, hold_person, today_at, withdraw_notice
from roomnight.clients.commands.ownership import hand_over
from roomnight.clients.models import (
    Account,
    Basis,
    ContactWithProtected,
    PoolCause,
    PoolNotice,
    Protection,
    ProtectionExtension,
    ProtectionState,
    RequestState,
)
from roomnight.kernel.commands import UNCHANGED, Actor, command, record
from roomnight.kernel.errors import Refusal
from roomnight.kernel.merging import merge_rule, watch_also
from roomnight.kernel.notify import notify
from roomnight.organization.access import leader_of
from roomnight.organization.models import Hotel, Staff
from roomnight.ui.addresses import address

VISIT, ARRIVAL = "visit", "arrival"
ASKED = gettext_noop("%(name)s asks to keep %(client)s protected for longer: %(reason)s")
APPROVED = gettext_noop("%(client)s stays protected until %(until)s")
REFUSED = gettext_noop("%(client)s is not protected for longer: %(answer)s")
RUNNING_OUT = gettext_noop("The protection of %(client)s runs out on %(until)s")
RAN_OUT = gettext_noop("The protection of %(client)s has run out: it is back in the open pool")
RAN_OUT_KEPT = gettext_noop("The protection of %(client)s has run out; as an important client it stays with you")
POOLED = gettext_noop("%(old)s lost the client to the open pool")
SEEN = gettext_noop("%(name)s came upon %(client)s, which you protect")
GOING = gettext_noop("%(n)s of your clients go back to the open pool on %(on)s unless something happens with them")
GONE = gettext_noop("%(client)s is back in the open pool")


@command
def protect_account(*, actor: Actor, account: Account, staff: Staff, basis: str = Basis.FIRST) -> Protection:
    """Put a not yet won client of one's own on the protection list (OWN-02).

    The person is held while the list is counted, so of many at once none gets past the limit. The database keeps a second
    active protection of one client out.
    """
    hold_person(staff)
    account.refresh_from_db(from_queryset=Account.objects.select_for_update(no_key=True).select_related(None))
    if account.owner_id != staff.pk:
        raise Refusal("protection.not_yours", _("Only who looks after a client can protect it."))
    if not rules.may_be_protected(account.stage):
        raise Refusal("protection.won", _("Only a client that is not yet won is protected."))
    today, code = today_at(account), account.hotel.code
    most = rules.PROTECTION_MAX.at(code, today)
    if Protection.objects.filter(hotel=account.hotel_id, staff=staff, state=ProtectionState.ACTIVE).count() >= most:
        raise Refusal(
            "protection.full",
            _("%(n)d clients are on the protection list already, and more are not allowed: let one go first.")
            % {"n": most},
        )
    days = rules.PROTECTION_DAYS.at(code, today)
    _refuse_protecting_again(account, staff, today, days)
    try:
        with transaction.atomic():
            made = Protection.objects.create(
                hotel=account.hotel, account=account, staff=staff, basis=basis, started_on=today,
                until=rules.protected_until(today, days),
            )  # fmt: skip
    except IntegrityError:
        raise Refusal("protection.taken", _("This client is protected already.")) from None
    record(account, protected_by=staff.username, until=made.until)
    return made


def _refuse_protecting_again(account: Account, staff: Staff, today: date, days: int) -> None:
    given_up = (ProtectionState.EXPIRED, ProtectionState.RELEASED)
    last = Protection.objects.filter(account=account, staff=staff, state__in=given_up).order_by("-ended_on").first()
    if last is None:
        return
    acts = (account.last_visit_on, account.last_arrival_on)
    if not rules.may_protect_again(last.ended_on, last.started_on, acts, today, days):
        raise Refusal(
            "protection.again",
            _("This client was on your list until %(day)s. A visit, or %(n)d days, must come first.")
            % {"day": last.ended_on, "n": days},
        )


@command
def ask_extension(*, actor: Actor, protection: Protection, staff: Staff, reason: str) -> ProtectionExtension:
    """Ask the leader to let a client stay protected for longer (OWN-02). Until it is decided, it stays so."""
    if not reason.strip():
        raise Refusal("extension.reason", _("Say why."), field="reason")
    _hold_active(protection)
    if protection.staff_id != staff.pk:
        raise Refusal("protection.not_yours", _("Only who looks after a client can protect it."))
    try:
        with transaction.atomic():
            made = ProtectionExtension.objects.create(
                protection=protection, reason=reason.strip(), asked_by=staff, asked_at=timezone.now()
            )
    except IntegrityError:
        raise Refusal("extension.asked", _("This was asked for already; the decision is still out.")) from None
    leader = leader_of(staff, protection.hotel)
    if leader is not None:
        notify(
            leader.username, ASKED, hotel_code=protection.hotel.code, url=_list_url(protection.hotel, "asked"),
            name=staff.name, client=protection.account.name, reason=made.reason,
        )  # fmt: skip
    record(protection.account, extension_asked=made.reason)
    return made


def _hold_active(protection: Protection) -> None:
    """Lock the protection and read it anew; refused when it has ended."""
    fresh = Protection.objects.select_for_update(no_key=True).get(pk=protection.pk)
    for name in ("state", "until", "staff_id", "extensions", "told_on"):
        setattr(protection, name, getattr(fresh, name))
    if protection.state != ProtectionState.ACTIVE:
        raise Refusal("protection.ended", _("This protection has ended."))


def _decide(request: ProtectionExtension, decider: Staff, state: RequestState, answer: str) -> None:
    if request.asked_by_id == decider.pk:
        raise Refusal("extension.own", _("Nobody decides on what they asked for themselves."))
    _hold_active(request.protection)
    asked = ProtectionExtension.objects.filter(pk=request.pk, state=RequestState.ASKED)
    if not asked.update(state=state, decided_by=decider, decided_at=timezone.now(), answer=answer):
        raise Refusal("extension.decided", _("This is decided already."))
    request.state, request.answer = state, answer


@command
def approve_extension(*, actor: Actor, request: ProtectionExtension, decider: Staff, answer: str = "") -> Protection:
    """The leader lets a client stay protected for as many days again (OWN-02)."""
    _decide(request, decider, RequestState.APPROVED, answer.strip())
    one = request.protection
    today = today_at(one.account)
    old, one.until = (
        one.until,
        rules.extended_until(one.until, today, rules.PROTECTION_DAYS.at(one.hotel.code, today)),
    )
    one.extensions, one.told_on = one.extensions + 1, None
    one.save(update_fields=["until", "extensions", "told_on"])
    _tell(one, APPROVED, until=one.until.isoformat())
    record(one.account, protected_until=(old, one.until), extension_approved_by=decider.username, answer=request.answer)
    return one


@command
def refuse_extension(*, actor: Actor, request: ProtectionExtension, decider: Staff, answer: str) -> ProtectionExtension:
    """The leader does not let a client stay protected for longer, and says why (OWN-02)."""
    if not answer.strip():
        raise Refusal("extension.answer", _("Say why."), field="answer")
    _decide(request, decider, RequestState.REFUSED, answer.strip())
    _tell(request.protection, REFUSED, answer=request.answer)
    record(request.protection.account, extension_refused_by=decider.username, answer=request.answer)
    return request


def _tell(protection: Protection, message: str, **values: Any) -> None:
    notify(
        protection.staff.username, message, hotel_code=protection.hotel.code,
        url=address("web:account", protection.hotel.code, pk=protection.account_id), client=protection.account.name, **values,
    )  # fmt: skip


def _list_url(hotel: Hotel, tab: str) -> str:
    return f"{address('clients:protections', hotel.code)}?tab={tab}"


# ---- what happens with a client


def renew_protection(account_id: int, on: date, cause: str) -> None:
    """Something happened with the client on a day: a reported visit, an arrival. Part of the command that knows of it.

    A protection lasts longer for it, and a client that was to go back to the pool stays (OWN-07).
    """
    withdraw_notice(account_id)
    active = Protection.objects.filter(account=account_id, state=ProtectionState.ACTIVE).select_related("hotel").first()
    if active is not None:
        _renew(active, on, cause)


def _renew(protection: Protection, on: date, cause: str) -> bool:
    until = rules.renewed_until(protection.until, on, rules.RENEWED_DAYS.at(protection.hotel.code, on))
    known = Q(renewed_on=None) | Q(renewed_on__lt=on) | Q(until__lt=until)
    later = Protection.objects.filter(known, pk=protection.pk, state=ProtectionState.ACTIVE)
    return bool(later.update(until=until, renewed_on=on, renewed_by=cause, told_on=None))


def renew_by_production(hotel: Hotel) -> int:
    """After an import: whatever is protected and whose guests have arrived since is protected for longer (OWN-07).

    Part of the command that publishes the production; returns how many were renewed.
    """
    arrived = Protection.objects.filter(
        Q(renewed_on=None, account__last_arrival_on__gte=F("started_on"))
        | Q(renewed_on__lt=F("account__last_arrival_on")),
        hotel=hotel,
        state=ProtectionState.ACTIVE,
    ).select_related("hotel", "account")
    renewed = 0
    for one in arrived:
        if one.account.last_arrival_on is not None:
            renewed += _renew(one, one.account.last_arrival_on, ARRIVAL)
    announced = PoolNotice.objects.filter(
        hotel=hotel, state=PoolNotice.State.ANNOUNCED, account__last_arrival_on__gte=F("told_on")
    )
    announced.update(state=PoolNotice.State.WITHDRAWN)
    return renewed


@command
def note_contact(*, actor: Actor, protection: Protection, staff: Staff, how: str) -> Any:
    """Somebody else came upon a protected client: the protector is told, once a day for each kind of contact (OWN-03)."""
    if staff.pk == protection.staff_id:
        return UNCHANGED
    today = today_at(protection.account)
    _contact, created = ContactWithProtected.objects.get_or_create(
        protection=protection, staff=staff, how=how, on=today
    )
    if not created:
        return UNCHANGED
    _tell(protection, SEEN, name=staff.name)
    record(protection.account, protected_client_met_by=staff.username, how=how)
    return protection


# ---- what the worker does


@command
def tell_running_out(*, actor: Actor, protection: Protection, today: date) -> Any:
    """Say once that a protection runs out; a renewal makes it sayable again (OWN-07)."""
    if not Protection.objects.filter(pk=protection.pk, state=ProtectionState.ACTIVE, told_on=None).update(
        told_on=today
    ):
        return UNCHANGED
    _tell(protection, RUNNING_OUT, until=protection.until.isoformat())
    record(protection.account, told_of_protection_until=protection.until)
    return protection


@command
def expire_protection(*, actor: Actor, protection: Protection, today: date) -> Any:
    """A protection whose last day is over ends, once, and its client goes to the open pool with the reason (OWN-02).

    A client that must have an owner keeps its owner; one about which an extension was asked waits for the decision.
    """
    due = Protection.objects.filter(pk=protection.pk, state=ProtectionState.ACTIVE, until__lt=today)
    waiting = ProtectionExtension.objects.filter(protection=protection, state=RequestState.ASKED)
    if not due.exists() or waiting.exists():
        return UNCHANGED
    if not end_one(protection, ProtectionState.EXPIRED, today):
        return UNCHANGED
    account = Account.objects.select_related("hotel", "owner", "co_owner").get(pk=protection.account_id)
    if account.owner_id != protection.staff_id or rules.needs_owner(account.importance, account.agreement_until, today):
        _tell(protection, RAN_OUT_KEPT)
        record(account, protection_ended=protection.until)
        return protection
    hand_over(account, None, "", POOLED, actor, cause=PoolCause.EXPIRED)
    _tell(protection, RAN_OUT)
    return protection


@command
def announce_release(
    *, actor: Actor, hotel: Hotel, staff: Staff, cause: str, release_on: date, accounts: Sequence[int], today: date
) -> Any:
    """Tell somebody which clients go back to the open pool on a day unless something happens with them (OWN-07)."""
    known = set(
        PoolNotice.objects.filter(account__in=accounts, state=PoolNotice.State.ANNOUNCED).values_list(
            "account", flat=True
        )
    )
    new = [pk for pk in accounts if pk not in known]
    if not new:
        return UNCHANGED
    PoolNotice.objects.bulk_create(
        PoolNotice(hotel=hotel, account_id=pk, staff=staff, cause=cause, told_on=today, release_on=release_on)
        for pk in new
    )
    notify(
        staff.username, GOING, hotel_code=hotel.code, url=_list_url(hotel, "leaving"), n=len(new),
        on=release_on.isoformat(),
    )  # fmt: skip
    record(hotel, announced_for_pool=len(new), owner=staff.username, cause=cause, release_on=release_on)
    return len(new)


@command
def release_announced(*, actor: Actor, notice: PoolNotice, today: date) -> Any:
    """The announced day is over: the client goes back to the open pool, once, if it is still that person's (OWN-07)."""
    announced = PoolNotice.objects.filter(pk=notice.pk, state=PoolNotice.State.ANNOUNCED, release_on__lte=today)
    account = Account.objects.select_related("hotel", "owner", "co_owner").get(pk=notice.account_id)
    keeps = rules.needs_owner(account.importance, account.agreement_until, today)
    if account.owner_id != notice.staff_id or keeps or _holds_no_more_too_many(notice, today):
        if not announced.update(state=PoolNotice.State.WITHDRAWN):
            return UNCHANGED
        record(account, pool_notice_withdrawn=notice.release_on)
        return notice
    if not announced.update(state=PoolNotice.State.RELEASED):
        return UNCHANGED
    hand_over(account, None, "", POOLED, actor, cause=notice.cause)
    notify(notice.staff.username, GONE, hotel_code=account.hotel.code, client=account.name)
    return notice


def _holds_no_more_too_many(notice: PoolNotice, today: date) -> bool:
    """Whether the person has meanwhile come down to what is allowed."""
    if notice.cause != PoolNotice.Cause.TOO_MANY:
        return False
    held = Account.objects.filter(hotel=notice.hotel_id, owner=notice.staff_id, stage__in=rules.NOT_YET_WON).count()
    return held <= rules.OPEN_LEADS_MAX.at(notice.hotel.code, today)


# ---- somebody else's client


def meet_protected(*, actor: Actor, account: Account, staff: Staff, how: str) -> Protection | None:
    """Somebody plans to see, or saw, a client: if a colleague protects it, both are told (OWN-03). Part of a command above.

    Who works on it together with the protector, as co-owner or because it is shared, is no stranger.
    """
    active = Protection.objects.filter(account=account, state=ProtectionState.ACTIVE).select_related("hotel", "staff")
    one = active.exclude(staff=staff).exclude(account__co_owner=staff).exclude(account__shares__staff=staff).first()
    if one is None:
        return None
    one.account = account
    note_contact(actor=actor, protection=one, staff=staff, how=how)
    return one


# ---- a merge of two clients


@merge_rule(Protection, "account")
def _one_protection(winner: int, loser: int) -> int:
    """What protects the loser goes along only where nothing protects the winner and the same person owns it."""
    active = Protection.objects.filter(account=loser, state=ProtectionState.ACTIVE)
    owner = Account.objects.values_list("owner", flat=True).get(pk=winner)
    taken = Protection.objects.filter(account=winner, state=ProtectionState.ACTIVE).exists()
    for one in active.select_related("account__hotel"):
        if taken or one.staff_id != owner:
            end_one(one, ProtectionState.VOID, today_at(one.account), _("Merged"))
    return Protection.objects.filter(account=loser).update(account=winner)


@merge_rule(PoolNotice, "account")
def _no_notice(winner: int, loser: int) -> int:
    """Nothing that was announced for the loser is said of the winner."""
    withdraw_notice(loser)
    return PoolNotice.objects.filter(account=loser).update(account=winner)


@watch_also(Account)
def _asked_about(pks: list[int]) -> Any:
    return ProtectionExtension.objects.filter(protection__account__in=pks)
