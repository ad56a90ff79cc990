"""Asking for a signature, reminding once, and signing (POL-04)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from roomnight.kernel.commands import UNCHANGED, Actor, command, record
from roomnight.kernel.errors import Refusal
from roomnight.kernel.notify import notify
from roomnight.organization.models import Acknowledgement, Membership, Part, PolicyVersion
from roomnight.ui.addresses import address


def readers(version: PolicyVersion, part: str = Part.DISTRIBUTION) -> QuerySet[Membership]:
    """The people at work whom a version's list reaches: by role, by department or by name, at every hotel where it holds.

    At another hotel a department is the one of the same kind.
    """
    roles, departments, kinds, people = [], [], [], []
    for one in version.parties.filter(part=part).select_related("department"):
        if one.role_id:
            roles.append(one.role_id)
        elif one.department is not None:
            departments.append(one.department_id)
            kinds.append(one.department.kind)
        else:
            people.append(one.staff_id)
    elsewhere = list(version.subsidiaries.values_list("hotel", flat=True))
    hotels = [version.document.hotel_id, *elsewhere]
    listed = Q(role__in=roles) | Q(department__in=departments) | Q(staff__in=people)
    listed |= Q(hotel__in=elsewhere, department__kind__in=kinds)
    found = Membership.objects.filter(listed, hotel__in=hotels, staff__is_active=True)
    return found.select_related("staff", "hotel").order_by("staff__username", "hotel")


def ask_readers(version: PolicyVersion, at: datetime) -> int:
    """Ask everybody on the distribution list who was not asked yet; returns how many. Issuer and approver know what it says."""
    asked = set(version.acknowledgements.values_list("staff_id", flat=True))
    asked |= {one for one in (version.issuer_id, version.approved_by_id) if one}
    new: dict[int, Membership] = {}
    for place in readers(version):
        if place.staff_id not in asked:
            new.setdefault(place.staff_id, place)
    made = 0
    for place in new.values():
        _row, created = Acknowledgement.objects.get_or_create(
            version=version, staff=place.staff, defaults={"hotel": place.hotel, "asked_at": at}
        )
        if created:
            made += 1
            tell(
                version,
                place.staff.username,
                place.hotel.code,
                gettext_noop("Please read and sign: %(serial)s %(subject)s"),
            )
    return made


def tell(version: PolicyVersion, username: str, hotel_code: str, message: str) -> None:
    """A line behind somebody's bell that leads to the text."""
    notify(
        username, message, hotel_code=hotel_code, url=address("organization:policy_read", hotel_code, pk=version.pk),
        serial=version.document.serial, subject=version.subject,
    )  # fmt: skip


def tell_submission_list(version: PolicyVersion) -> None:
    """Those a document is submitted to are told that it was approved; they need not sign."""
    place = {one.staff.username: one.hotel.code for one in readers(version, Part.SUBMISSION)}
    for username, code in sorted(place.items()):
        notify(
            username, gettext_noop("Approved: %(serial)s %(subject)s"), hotel_code=code,
            url=address("organization:policy_document", code, pk=version.document_id),
            serial=version.document.serial, subject=version.subject,
        )  # fmt: skip


@command
def ask_newcomers(*, actor: Actor, version: PolicyVersion) -> Any:
    """Ask whoever has come onto the distribution list since: a new colleague, or one with another role."""
    made = ask_readers(version, timezone.now())
    if not made:
        return UNCHANGED
    record(version, asked=made)
    return made


@command
def acknowledge(*, actor: Actor, acknowledgement: Acknowledgement) -> Any:
    """Sign for having read a version: only whoever was asked, and once."""
    if acknowledgement.staff.username != actor.code:
        raise Refusal("acknowledgement.other", _("Everybody signs for themselves."))
    now = timezone.now()
    if not Acknowledgement.objects.filter(pk=acknowledgement.pk, signed_at=None).update(signed_at=now):
        return UNCHANGED
    acknowledgement.signed_at = now
    record(acknowledgement, version=str(acknowledgement.version), signed=actor.code)
    return acknowledgement


@command
def remind(*, actor: Actor, acknowledgement: Acknowledgement) -> Any:
    """Remind whoever has not signed, once, whatever the number of workers."""
    waiting = Acknowledgement.objects.filter(pk=acknowledgement.pk, signed_at=None, reminded_at=None)
    if not waiting.update(reminded_at=timezone.now()):
        return UNCHANGED
    version = acknowledgement.version
    message = gettext_noop("Still to be signed: %(serial)s %(subject)s")
    tell(version, acknowledgement.staff.username, acknowledgement.hotel.code, message)
    record(acknowledgement, version=str(version), reminded=acknowledgement.staff.username)
    return acknowledgement
