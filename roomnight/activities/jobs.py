"""What happens by the clock: overdue follow-ups rise, and the week's proposals are renewed each morning."""

from __future__ import annotations

from django.utils import timezone
from django_tasks import task

from roomnight.activities.commands import escalate_followup, propose_visits
from roomnight.activities.models import FollowUp, FollowUpState
from roomnight.kernel.commands import UNCHANGED, Machine
from roomnight.kernel.jobs import periodic
from roomnight.organization.models import Hotel, Membership, Staff
from roomnight.organization.working_days import calendar_of, day_at

BATCH = 200


@periodic("*/15 * * * *")
@task()
def escalate_overdue() -> int:
    """Let overdue follow-ups of every hotel rise to the leaders, in batches; returns how many rose (BRD-01)."""
    now = timezone.now()
    risen = 0
    for hotel in Hotel.objects.order_by("pk"):
        waiting = FollowUp.objects.filter(
            hotel=hotel, state=FollowUpState.OPEN, escalated_at=None, escalate_on__lte=day_at(hotel, now)
        )
        while batch := list(waiting.select_related("owner", "hotel").order_by("escalate_on", "id")[:BATCH]):
            actor = Machine("system", hotel.code)
            risen += sum(escalate_followup(actor=actor, followup=one, at=now) is not UNCHANGED for one in batch)
    return risen


@periodic("30 5 * * *")
@task()
def propose_for_today() -> int:
    """Renew the list of everybody who makes visits, at hotels that work today; returns how many lists changed (VIS-01)."""
    now = timezone.now()
    changed = 0
    for hotel in Hotel.objects.order_by("pk"):
        today = day_at(hotel, now)
        if not calendar_of(hotel, today).is_working_day(today):
            continue
        places = Membership.objects.filter(
            hotel=hotel,
            staff__is_active=True,
            role__grants__resource="activities.visit",
            role__grants__action="create",
            role__grants__scope="own",
        )
        for staff in Staff.objects.filter(pk__in=places.values("staff")).order_by("pk"):
            made = propose_visits(actor=Machine("system", hotel.code), hotel=hotel, staff=staff, at=now)
            changed += made is not UNCHANGED
    return changed
