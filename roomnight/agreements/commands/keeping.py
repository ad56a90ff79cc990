"""Copies to departments, reminders before the end, and renewals (AGR-04, AGR-05)."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from roomnight.activities.commands import suggest_visit
from roomnight.agreements.commands.agreements import draft_agreement, lines_of
from roomnight.agreements.commands.scans import take_specimens_along
from roomnight.agreements.commands.steps import state_now, tell, write_step
from roomnight.agreements.models import (
    NEVER,
    RUNNING,
    Agreement,
    AgreementCopy,
    RenewalNotice,
    Signatory,
    State,
    Step,
)
from roomnight.agreements.rules.renewal import lapses_on, notices_due, read_notice_days
from roomnight.agreements.rules.values import COPIES_TO, FINANCE, NOTICE_DAYS, UNSIGNED_DAYS, UNSIGNED_NOTICE
from roomnight.kernel.commands import UNCHANGED, Actor, changed, command, record
from roomnight.kernel.errors import Refusal
from roomnight.kernel.notify import notify
from roomnight.organization.access import leader_of
from roomnight.organization.models import Department, Hotel, Membership, Staff
from roomnight.organization.working_days import day_at

COPIED = (
    "kind", "client_name", "client_address", "client_contact", "client_phone", "client_tax_number", "client_bank",
    "client_bank_account", "dining_discount", "meeting_discount", "commission", "commitment_nights", "commitment_revenue",
    "hold_until", "cancellation_terms", "no_show_terms", "settlement", "payment_days", "special_terms",
)  # fmt: skip
LAST_CALL = 7  # from so many days on the leader hears of it as well


def send_copies(agreement: Agreement) -> None:
    """Every department concerned gets its copy; part of signing (AGR-04)."""
    hotel, now = agreement.hotel, timezone.now()
    kinds = {FINANCE, *COPIES_TO.at(hotel.code, day_at(hotel, now)).get(agreement.kind, [])}
    departments = Department.objects.filter(hotel=hotel, kind__in=kinds, is_retired=False).order_by("pk")
    AgreementCopy.objects.bulk_create(
        [AgreementCopy(agreement=agreement, department=one, sent_at=now) for one in departments]
    )
    told: set[int] = set()
    places = Membership.objects.filter(department__in=departments, staff__is_active=True).select_related("staff")
    for place in places.order_by("role__rank", "pk"):
        if place.department_id not in told:
            told.add(place.department_id)
            notify(
                place.staff.username, gettext_noop("A copy of an agreement to acknowledge: %(client)s (%(number)s)."),
                hotel_code=hotel.code, url=f"/h/{hotel.code}/agreements/copies/", client=agreement.client_name,
                number=agreement.number,
            )  # fmt: skip


@command
def acknowledge_copy(*, actor: Actor, copy: AgreementCopy, staff: Staff) -> Any:
    """The department has read its copy (AGR-04). Refused for who does not work there; a second time changes nothing."""
    if not Membership.objects.filter(staff=staff, department=copy.department_id).exists():
        raise Refusal("agreement.copy", _("Somebody of this department acknowledges the copy."))
    now = timezone.now()
    waiting = AgreementCopy.objects.filter(pk=copy.pk, acknowledged_at=None)
    if not waiting.update(acknowledged_by=staff, acknowledged_at=now):
        return UNCHANGED
    copy.acknowledged_by, copy.acknowledged_at = staff, now
    record(copy, agreement=copy.agreement.number, department=copy.department.label, acknowledged_at=now)
    return copy


@command
def remind_of_ends(*, actor: Actor, hotel: Hotel, on: date) -> Any:
    """Before an agreement ends its representative is reminded, once for each of the days; it is “expiring” from then on
    (AGR-05). Where several days passed unnoticed one reminder is given. A renewed agreement is left alone."""
    days = read_notice_days(NOTICE_DAYS.at(hotel.code, on))
    running = Agreement.objects.filter(hotel=hotel, state__in=(State.EFFECTIVE, State.EXPIRING), holds_until__gte=on)
    given: dict[int, set[int]] = defaultdict(set)
    for pk, number in RenewalNotice.objects.filter(agreement__in=running).values_list("agreement", "days"):
        given[pk].add(number)
    count = 0
    for one in running.select_related("hotel", "account", "responsible").order_by("pk"):
        due = notices_due(one.holds_until, on, days, given[one.pk])
        if not due or state_now(one) not in (State.EFFECTIVE, State.EXPIRING):
            continue
        due = notices_due(one.holds_until, on, days, set(one.notices.values_list("days", flat=True)))
        if not due:
            continue
        made = RenewalNotice.objects.bulk_create(
            [RenewalNotice(agreement=one, days=number, given_on=on) for number in due]
        )
        count += 1
        changes = changed(one, state=State.EXPIRING)
        one.save(update_fields=[*changes]) if changes else None
        _remind(one, on, made[-1].days)
        suggest_visit(
            actor=actor, account=one.account, code="agreement_expiring", values={"on": one.holds_until},
            valid_until=one.holds_until,
        )  # fmt: skip
        record(one, **changes, reminded=due)
    return count or UNCHANGED


def _remind(one: Agreement, on: date, days: int) -> None:
    left = str((one.holds_until - on).days)
    leader = leader_of(one.responsible, one.hotel) if days <= LAST_CALL else None
    for person in filter(None, (one.responsible, leader)):
        tell(person, one, gettext_noop("Ends in %(left)s days: %(client)s (%(number)s)."), left=left)


@command
def renew_agreement(*, actor: Actor, agreement: Agreement, staff: Staff, starts_on: date, ends_on: date) -> Agreement:
    """Draft the agreement that follows this one: its terms, price list and signatories for the new term (AGR-05).

    Refused where one follows already, and for a term that begins before this one ends.
    """
    if state_now(agreement) not in (*RUNNING, State.EXPIRED):
        raise Refusal("agreement.state", _("Only an agreement that has taken effect is renewed."))
    if agreement.renewals.exclude(state__in=NEVER).exists():
        raise Refusal("agreement.renewed", _("A renewal is drafted already."))
    if starts_on <= agreement.holds_until:
        raise Refusal("agreement.overlap", _("The renewal begins after this one ends."), field="starts_on")
    new = _same_terms(actor, agreement, staff, starts_on, ends_on, agreement)
    record(new, renews=agreement.number)
    return new


@command
def take_up_again(*, actor: Actor, agreement: Agreement, staff: Staff, starts_on: date, ends_on: date) -> Agreement:
    """Draft once more what did not come about, with its terms, price list and signatories (forms.md §12). Refused where
    it renews an agreement that has another renewal by now."""
    if state_now(agreement) not in NEVER:
        raise Refusal("agreement.state", _("Only an agreement that lapsed or was given up is taken up again."))
    renews = agreement.renews
    if renews is not None:
        state_now(renews)
        if renews.renewals.exclude(state__in=NEVER).exists():
            raise Refusal("agreement.renewed", _("A renewal is drafted already."))
    new = _same_terms(actor, agreement, staff, starts_on, ends_on, renews)
    record(new, taken_up_from=agreement.number)
    return new


def _same_terms(
    actor: Actor, agreement: Agreement, staff: Staff, starts_on: date, ends_on: date, renews: Agreement | None
) -> Agreement:
    """A draft with the same terms for another time; who may sign to its end may sign to the new one's end."""
    new = draft_agreement(
        actor=actor, account=agreement.account, responsible=agreement.responsible, drafted_by=staff, starts_on=starts_on,
        ends_on=ends_on, lines=lines_of(agreement), renews=renews,
        **{name: getattr(agreement, name) for name in COPIED},
    )  # fmt: skip
    for who in agreement.signatories.filter(ends_on__gte=agreement.holds_until):
        again = Signatory.objects.create(
            agreement=new, name=who.name, job_title=who.job_title, phone=who.phone, document_end=who.document_end,
            limit_each=who.limit_each, starts_on=starts_on, ends_on=ends_on, added_by=actor.code,
        )  # fmt: skip
        take_specimens_along(actor, who, again)
    return new


@command
def lapse_unsigned(*, actor: Actor, hotel: Hotel, on: date) -> Any:
    """What was approved and is not signed by either side after so many days lapses; before that its representative is
    reminded once (forms.md §12). Done by the worker. It can be taken up again."""
    days, notice = UNSIGNED_DAYS.at(hotel.code, on), UNSIGNED_NOTICE.at(hotel.code, on)
    waiting = Agreement.objects.filter(hotel=hotel, state=State.APPROVED, decided_at__isnull=False, originals=None)
    count = 0
    for one in waiting.select_related("hotel", "responsible").order_by("pk"):
        sent = day_at(hotel, one.decided_at) if one.decided_at else on
        lapses = lapses_on(sent, days)
        if on >= lapses:
            count += _lapse(actor, one, days)
        elif on >= lapses - timedelta(days=notice) and (one.lapse_told_on is None or one.lapse_told_on < sent):
            changes = changed(one, lapse_told_on=on)
            one.save(update_fields=[*changes])
            tell(
                one.responsible, one, gettext_noop("Not signed yet, lapses in %(left)s days: %(client)s (%(number)s)."),
                left=str((lapses - on).days),
            )  # fmt: skip
            record(one, **changes)
            count += 1
    return count or UNCHANGED


def _lapse(actor: Actor, one: Agreement, days: int) -> int:
    with translation.override(settings.LANGUAGE_CODE):
        why = _("Not signed within %(days)d days.") % {"days": days}
    now = timezone.now()
    if state_now(one) != State.APPROVED or one.originals.exists():
        return 0
    Agreement.objects.filter(pk=one.pk).update(state=State.LAPSED, end_reason=why, ended_at=now)
    write_step(one, actor, Step.LAPSED, why)
    tell(one.responsible, one, gettext_noop("Lapsed unsigned: %(client)s (%(number)s)."))
    record(one, state=(State.APPROVED, State.LAPSED), end_reason=why, ended_at=now)
    return 1


def mark_renewed(agreement: Agreement, actor: Actor) -> None:
    """The one that follows is signed; this one holds to its end. Part of that one's signing."""
    if state_now(agreement) in (State.EFFECTIVE, State.EXPIRING, State.EXPIRED):
        changes = changed(agreement, state=State.RENEWED)
        agreement.save(update_fields=[*changes])
        write_step(agreement, actor, Step.RENEWED)
        record(agreement, **changes)
