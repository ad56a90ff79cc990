"""The diary: unique rows of five minutes that keep two visits of one person apart on every database (VIS-03)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NoReturn

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from roomnight.activities.models import Visit, VisitSlot, VisitState
from roomnight.activities.rules import plans
from roomnight.kernel.errors import Refusal

FACTS = (VisitState.REPORTED, VisitState.CLOSED)


def take_slots(visit: Visit, start: datetime, end: datetime, *, field: str) -> None:
    """Hold this time, on the grid, in the person's diary; refused when it is taken."""
    wanted = plans.slots(start, end)
    try:
        with transaction.atomic():
            VisitSlot.objects.bulk_create(VisitSlot(staff_id=visit.staff_id, start=one, visit=visit) for one in wanted)
    except IntegrityError:
        _refuse_overlap(visit, wanted, field)


def take_actual_slots(visit: Visit, met_from: datetime, met_to: datetime) -> None:
    """Hold the time that the talk really took instead of the planned one.

    What happened beats what is only planned: such plans give way their slots.
    """
    free_slots(visit)
    start, end = plans.rounded(met_from, met_to)
    planned = VisitSlot.objects.filter(staff=visit.staff_id, start__in=plans.slots(start, end))
    planned.exclude(visit__state__in=FACTS).delete()
    take_slots(visit, start, end, field="met_from")


def free_slots(visit: Visit) -> None:
    """Give the visit's time back."""
    VisitSlot.objects.filter(visit=visit).delete()


def _refuse_overlap(visit: Visit, wanted: Sequence[datetime], field: str) -> NoReturn:
    taken = VisitSlot.objects.filter(staff=visit.staff_id, start__in=wanted).exclude(visit=visit)
    other = taken.select_related("visit__account").order_by("start").first()
    if other is None or other.visit.hotel_id != visit.hotel_id:
        message = _("There is another visit at this time.")
    else:
        message = _("At this time there is the visit %(number)s to %(client)s.") % {
            "number": other.visit.number,
            "client": other.visit.account.label,
        }
    raise Refusal("visit.overlap", message, field=field)
