"""Keeping who was trained and examined for what, and letting only those receive or sell (TGT-05)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, override

from roomnight.kernel.commands import UNCHANGED, Actor, command, record
from roomnight.kernel.errors import Refusal
from roomnight.kernel.notify import notify
from roomnight.organization.access import leader_of
from roomnight.organization.models import ExamResult, Hotel, Staff, StaffQualification
from roomnight.organization.qualifications import is_demanded, is_qualified, kinds_of
from roomnight.organization.rules.qualifications import VALID_DAYS
from roomnight.organization.working_days import day_at
from roomnight.ui.addresses import address

MOST_POINTS = 100
ENDS = gettext_noop("The qualification “%(kind)s” of %(name)s ends on %(day)s: train and examine again in time.")


@command
def grant_qualification(
    *,
    actor: Actor,
    hotel: Hotel,
    staff: Staff,
    kind: str,
    course: str,
    granted_on: date,
    result: str = ExamResult.PASSED,
    valid_until: date | None = None,
    examined_by: str = "",
    points: int | None = None,
    note: str = "",
) -> StaffQualification:
    """Enter a training and how its examination ended; what was passed holds until a day, by the hotel's policy where none is named.

    For somebody who is qualified already this renews it: both rows stay. Refused: oneself, somebody who does not work here,
    a kind the hotel does not keep, an examination still to come, an end before the examination.
    """
    today = day_at(hotel, timezone.now())
    if staff.username == actor.code:
        raise Refusal("qualification.own", _("Somebody else enters one's own qualification."), field="kind")
    if not staff.is_active or not staff.memberships.filter(hotel=hotel).exists():
        raise Refusal("qualification.elsewhere", _("This person does not work at this hotel."))
    if kind not in kinds_of(hotel.code, today):
        raise Refusal("qualification.kind", _("There is no such choice."), field="kind")
    if granted_on > today:
        raise Refusal("qualification.ahead", _("The examination is still to come."), field="granted_on")
    if points is not None and points > MOST_POINTS:
        raise Refusal("qualification.points", _("Points run from 0 to 100."), field="points")
    passed = result == ExamResult.PASSED
    until = (valid_until or granted_on + timedelta(days=VALID_DAYS.at(hotel.code, granted_on))) if passed else None
    if until is not None and until < granted_on:
        raise Refusal("qualification.days", _("It ends after the examination."), field="valid_until")
    one = StaffQualification.objects.create(
        hotel=hotel, staff=staff, kind=kind, course=course, examined_by=examined_by, points=points, result=result,
        note=note, granted_on=granted_on, valid_until=until, granted_by=actor.code,
    )  # fmt: skip
    record(
        one, staff=staff.username, kind=kind, course=course, result=result, points=points, granted_on=granted_on,
        valid_until=until,
    )  # fmt: skip
    return one


@command
def withdraw_qualification(*, actor: Actor, qualification: StaffQualification, reason: str) -> list[StaffQualification]:
    """From today on somebody may no longer do this, and why. Everything that still holds of that kind ends; nothing is deleted.

    Refused without a reason, and where nothing holds any more.
    """
    if not reason.strip():
        raise Refusal("qualification.reason", _("Say why."), field="reason")
    hotel, staff = qualification.hotel, qualification.staff
    today = day_at(hotel, timezone.now())
    alike = StaffQualification.objects.filter(hotel=hotel, staff=staff, kind=qualification.kind)
    rows = alike.filter(result=ExamResult.PASSED, valid_until__gte=today, withdrawn_on=None)
    found = list(rows.select_for_update(no_key=True))
    if not found:
        raise Refusal("qualification.over", _("Nothing of this holds any more."))
    for one in found:
        one.withdrawn_on, one.withdrawn_reason, one.withdrawn_by = today, reason.strip(), actor.code
        one.save(update_fields=["withdrawn_on", "withdrawn_reason", "withdrawn_by"])
        record(one, staff=staff.username, kind=one.kind, withdrawn_on=(None, today), reason=reason.strip())
    if staff.username != actor.code:
        message = gettext_noop("Your qualification “%(kind)s” was withdrawn: %(reason)s")
        notify(
            staff.username, message, hotel_code=hotel.code, url=_page(qualification),
            kind=_called(qualification.kind, hotel, staff, today), reason=reason.strip()[:80],
        )  # fmt: skip
    return found


@command
def remind_of_qualification(*, actor: Actor, qualification: StaffQualification) -> Any:
    """Tell a person and their leader that a qualification ends, once, whatever the number of workers. UNCHANGED when told already."""
    waiting = StaffQualification.objects.filter(pk=qualification.pk, reminded_at=None, withdrawn_on=None)
    if not waiting.update(reminded_at=timezone.now()):
        return UNCHANGED
    hotel, staff = qualification.hotel, qualification.staff
    leader = leader_of(staff, hotel)
    told = [one for one in (staff, leader) if one is not None and one.is_active]
    today = day_at(hotel, timezone.now())
    for one in told:
        notify(
            one.username, ENDS, hotel_code=hotel.code, url=_page(qualification),
            kind=_called(qualification.kind, hotel, one, today), name=staff.name, day=qualification.valid_until,
        )  # fmt: skip
    record(qualification, reminded=[one.username for one in told], valid_until=qualification.valid_until)
    return qualification


def refuse_unqualified(staff: Staff, hotel: Hotel, kind: str, days: Iterable[date], field: str | None = None) -> None:
    """Nobody does this on these days who was not trained and examined for it, where the hotel asks for that (TGT-05)."""
    for day in dict.fromkeys(days):
        if is_demanded(hotel, kind, day) and not is_qualified(staff, hotel, kind, day):
            words = {"name": staff.label, "kind": kinds_of(hotel.code, day)[kind], "day": day}
            raise Refusal(
                "qualification.missing",
                _(
                    "%(name)s has no valid qualification “%(kind)s” on %(day)s. Enter it under Settings, Qualifications, "
                    "after training and examination, or choose somebody else."
                )
                % words,
                field=field,
            )


def _called(kind: str, hotel: Hotel, reader: Staff, on: date) -> str:
    """What a kind is called in the language of whoever reads it."""
    with override(reader.language):
        return str(kinds_of(hotel.code, on).get(kind, kind))


def _page(one: StaffQualification) -> str:
    return address("organization:qualifications_of", one.hotel.code, pk=one.staff_id)
