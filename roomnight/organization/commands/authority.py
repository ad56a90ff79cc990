"""Saying how far a role may decide, and who decides for somebody who is away."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from roomnight.kernel.commands import UNCHANGED, Actor, command, record
from roomnight.kernel.errors import Refusal
from roomnight.kernel.notify import notify
from roomnight.organization.models import ApprovalKind, AuthorityLimit, Delegation, DelegationDay, Hotel, Role, Staff
from roomnight.ui.addresses import address

LONGEST_DAYS = 184
DEPUTY = gettext_noop("You decide for %(name)s from %(start)s to %(end)s")
NO_DEPUTY = gettext_noop("You no longer decide for %(name)s")


@command
def set_limit(
    *, actor: Actor, hotel: Hotel, kind: str, role: Role, limit: Decimal | None, starts_on: date, reason: str
) -> Any:
    """From a day on, a role may decide this up to a limit at a hotel, or (None) not at all. The past keeps what it had."""
    if kind not in ApprovalKind.values:
        raise Refusal("limit.kind", _("There is no such choice."), field="kind")
    if limit is not None and (limit < 0 or (kind == ApprovalKind.DISCOUNT and limit > 100)):
        raise Refusal("limit.value", _("This is no limit for such a decision."), field="limit")
    before = AuthorityLimit.objects.filter(hotel=hotel, kind=kind, role=role, starts_on__lte=starts_on)
    old = before.order_by("-starts_on").values_list("limit", flat=True).first()
    row, _created = AuthorityLimit.objects.update_or_create(
        hotel=hotel, kind=kind, role=role, starts_on=starts_on,
        defaults={"limit": limit, "set_by": actor.code, "reason": reason},
    )  # fmt: skip
    record(row, kind=kind, role=role.code, limit=(old, limit), starts_on=starts_on, reason=reason)
    return row


@command
def name_deputy(
    *,
    actor: Actor,
    hotel: Hotel,
    absent: Staff,
    deputy: Staff,
    kinds: Sequence[str],
    starts_on: date,
    ends_on: date,
    reason: str,
) -> Delegation:
    """While somebody is away a colleague decides for them; also named by the leader of who is ill.

    Refused: oneself, somebody from elsewhere or who has left, nothing to decide, days that cannot be, a second deputy for
    the same days, and a circle of deputies.
    """
    _refuse_wrong(hotel, absent, deputy, kinds, starts_on, ends_on)
    hotels = Hotel.objects.filter(pk=hotel.pk)
    list(hotels.select_for_update(no_key=True) if connection.features.has_select_for_update else hotels)
    _refuse_deputies_in_a_circle(hotel, absent, deputy, kinds, starts_on, ends_on)
    delegation = Delegation.objects.create(
        hotel=hotel, absent=absent, deputy=deputy, kinds=sorted(set(kinds)), starts_on=starts_on, ends_on=ends_on,
        reason=reason, named_by=actor.code,
    )  # fmt: skip
    days = [starts_on + timedelta(days=n) for n in range((ends_on - starts_on).days + 1)]
    try:
        with transaction.atomic():
            DelegationDay.objects.bulk_create(
                DelegationDay(delegation=delegation, hotel=hotel, absent=absent, kind=kind, day=day)
                for kind in delegation.kinds
                for day in days
            )
    except IntegrityError as overlap:
        raise Refusal(
            "delegation.overlap",
            _("On some of these days %(name)s has a deputy for this already.") % {"name": absent.label},
            field="starts_on",
        ) from overlap
    record(
        delegation, absent=absent.username, deputy=deputy.username, kinds=delegation.kinds, starts_on=starts_on,
        ends_on=ends_on, reason=reason,
    )  # fmt: skip
    if deputy.username != actor.code:
        notify(
            deputy.username, DEPUTY, hotel_code=hotel.code, url=address("organization:deputies", hotel.code),
            name=absent.name, start=starts_on, end=ends_on,
        )  # fmt: skip
    return delegation


@command
def end_delegation(*, actor: Actor, delegation: Delegation, today: date) -> Any:
    """Whoever was away is back early, or will not be away: from today on nobody decides for them. What was decided stands."""
    days = DelegationDay.objects.filter(delegation=delegation, day__gte=today)
    if delegation.ended_by or not days.exists():
        return UNCHANGED
    days.delete()
    old = delegation.ends_on
    if delegation.starts_on < today:
        delegation.ends_on = today - timedelta(days=1)
    else:
        delegation.ended_by = actor.code
    delegation.save(update_fields=["ends_on", "ended_by"])
    record(delegation, ends_on=(old, delegation.ends_on), ended_by=delegation.ended_by)
    if delegation.deputy.username != actor.code:
        notify(delegation.deputy.username, NO_DEPUTY, hotel_code=delegation.hotel.code, name=delegation.absent.name)
    return delegation


def _refuse_wrong(
    hotel: Hotel, absent: Staff, deputy: Staff, kinds: Sequence[str], starts_on: date, ends_on: date
) -> None:
    if absent.pk == deputy.pk:
        raise Refusal("delegation.oneself", _("Choose somebody else."), field="deputy")
    for one, field in ((absent, "absent"), (deputy, "deputy")):
        if not one.is_active or not one.memberships.filter(hotel=hotel).exists():
            raise Refusal("delegation.elsewhere", _("This person does not work at this hotel."), field=field)
    if not kinds or not set(kinds) <= set(ApprovalKind.values):
        raise Refusal("delegation.kinds", _("Say what the deputy decides."), field="kinds")
    if ends_on < starts_on or (ends_on - starts_on).days >= LONGEST_DAYS:
        raise Refusal(
            "delegation.days",
            _("It ends after it begins, and within %(days)d days.") % {"days": LONGEST_DAYS},
            field="ends_on",
        )


def _refuse_deputies_in_a_circle(
    hotel: Hotel, absent: Staff, deputy: Staff, kinds: Sequence[str], starts_on: date, ends_on: date
) -> None:
    rows = DelegationDay.objects.filter(hotel=hotel, day__gte=starts_on, day__lte=ends_on, kind__in=kinds)
    after: dict[int, set[int]] = {}
    for one, other in rows.values_list("absent", "delegation__deputy").distinct():
        after.setdefault(one, set()).add(other)
    queue, seen = [deputy.pk], {deputy.pk}
    while queue:
        one = queue.pop()
        if one == absent.pk:
            raise Refusal(
                "delegation.circle",
                _("In these days %(name)s is away as well and passes decisions on to %(absent)s.")
                % {"name": deputy.label, "absent": absent.label},
                field="deputy",
            )
        new = after.get(one, set()) - seen
        seen |= new
        queue += new
