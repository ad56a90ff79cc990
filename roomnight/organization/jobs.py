"""What happens by the clock: versions of policies take effect, and their readers are asked and reminded."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import Exists, OuterRef
from django.utils import timezone
from django_tasks import task

from roomnight.kernel.commands import UNCHANGED, Machine
from roomnight.kernel.jobs import periodic
from roomnight.organization.commands.acknowledgements import ask_newcomers, remind
from roomnight.organization.commands.policies import put_in_force
from roomnight.organization.commands.qualifications import remind_of_qualification
from roomnight.organization.models import (
    Acknowledgement,
    ExamResult,
    Hotel,
    PolicyVersion,
    StaffQualification,
    VersionState,
)
from roomnight.organization.rules.policies import ACKNOWLEDGE_DAYS
from roomnight.organization.rules.qualifications import REMINDER_DAYS
from roomnight.organization.working_days import calendar_of, day_at

BATCH = 200


@periodic("*/5 * * * *")
@task()
def turn_policy_versions() -> int:
    """Put approved versions in force on their day, oldest first; returns how many (POL-02)."""
    now, turned = timezone.now(), 0
    for hotel in Hotel.objects.order_by("pk"):
        due = PolicyVersion.objects.filter(
            document__hotel=hotel, state=VersionState.APPROVED, in_force_from__lte=day_at(hotel, now)
        )
        for version in due.select_related("document__hotel").order_by("in_force_from", "pk")[:BATCH]:
            turned += put_in_force(actor=Machine("system", hotel.code), version=version) is not UNCHANGED
    return turned


@periodic("*/5 * * * *")
@task()
def ask_policy_readers() -> int:
    """Ask whoever came onto a distribution list since a version was approved; returns how many were asked (POL-04)."""
    asked = 0
    standing = PolicyVersion.objects.filter(
        state__in=(VersionState.APPROVED, VersionState.EFFECTIVE), is_shipped=False, parties__part="distribution"
    ).distinct()
    for version in standing.select_related("document__hotel").order_by("pk"):
        made = ask_newcomers(actor=Machine("system", version.document.hotel.code), version=version)
        asked += made if made is not UNCHANGED else 0
    return asked


@periodic("15 9 * * *")
@task()
def remind_policy_readers() -> int:
    """Remind, once, whoever has not signed within the days allowed; returns how many (POL-04)."""
    now, reminded = timezone.now(), 0
    for hotel in Hotel.objects.order_by("pk"):
        today = day_at(hotel, now)
        days = ACKNOWLEDGE_DAYS.at(hotel.code, today)
        waiting = Acknowledgement.objects.filter(
            hotel=hotel, signed_at=None, reminded_at=None, staff__is_active=True,
            version__state__in=(VersionState.APPROVED, VersionState.EFFECTIVE),
        )  # fmt: skip
        for one in waiting.select_related("version__document", "staff", "hotel").order_by("pk")[:BATCH]:
            if is_late(hotel, day_at(hotel, one.asked_at), days, today):
                reminded += remind(actor=Machine("system", hotel.code), acknowledgement=one) is not UNCHANGED
    return reminded


@periodic("20 9 * * *")
@task()
def remind_of_qualifications() -> int:
    """Tell people and their leaders, once, that a qualification ends within the days of the policy; returns how many (TGT-05)."""
    now, reminded = timezone.now(), 0
    for hotel in Hotel.objects.order_by("pk"):
        today = day_at(hotel, now)
        last = today + timedelta(days=REMINDER_DAYS.at(hotel.code, today))
        ending = StaffQualification.objects.filter(
            hotel=hotel, result=ExamResult.PASSED, withdrawn_on=None, reminded_at=None, valid_until__range=(today, last),
            staff__is_active=True,
        )  # fmt: skip
        renewed = StaffQualification.objects.filter(
            hotel=hotel, staff=OuterRef("staff"), kind=OuterRef("kind"), result=ExamResult.PASSED, withdrawn_on=None,
            valid_until__gt=OuterRef("valid_until"),
        )  # fmt: skip
        for one in (
            ending.exclude(Exists(renewed)).select_related("staff", "hotel").order_by("valid_until", "pk")[:BATCH]
        ):
            told = remind_of_qualification(actor=Machine("system", hotel.code), qualification=one)
            reminded += told is not UNCHANGED
    return reminded


def is_late(hotel: Hotel, asked_on: date, days: int, today: date) -> bool:
    """Whether the working days allowed for reading are over."""
    return calendar_of(hotel, asked_on).add_working_days(asked_on, days) < today
