"""The way of a policy document: written, submitted, approved, in force, replaced or withdrawn (POL-01, POL-02).

Who may approve is looked up here, by the name of whoever acts, so that it holds whatever way an approval comes in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from roomnight.kernel.commands import UNCHANGED, Actor, changed, command, record
from roomnight.kernel.errors import Refusal
from roomnight.kernel.notify import notify
from roomnight.kernel.policy import known_policy, plain
from roomnight.organization.commands.acknowledgements import ask_readers, tell_submission_list
from roomnight.organization.commands.policy_values import lay_down, lift, refuse_governed_elsewhere, take_back
from roomnight.organization.models import (
    Department,
    GovernedValue,
    Grant,
    Hotel,
    Membership,
    Part,
    PolicyDocument,
    PolicyParty,
    PolicySubsidiary,
    PolicyVersion,
    Role,
    Staff,
    VersionState,
)
from roomnight.organization.models.policies import IN_HAND
from roomnight.organization.rules import policies as rules
from roomnight.organization.working_days import day_at
from roomnight.ui.addresses import address

RESOURCE = "organization.document"
COPIED = (
    "subject", "subject_en", "purpose", "purpose_en", "body", "body_en", "procedures", "control", "pages", "issuer",
    "approver_role",
)  # fmt: skip


@dataclass(frozen=True)
class Content:
    """What a version says beside its plain fields: who has which part, the values by key, the other hotels."""

    parties: Mapping[str, Sequence[Role | Department | Staff]] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)
    subsidiaries: Sequence[Hotel] = ()


# ---- writing


@command
def create_document(
    *, actor: Actor, hotel: Hotel, serial: str, department: Department, content: Content | None = None, **fields: Any
) -> PolicyVersion:
    """Begin a policy document with the draft of its first version. Refuses a serial number in use."""
    if department.hotel_id != hotel.pk:
        raise Refusal("document.department", _("This department belongs to another hotel."), field="department")
    lock(hotel)
    if PolicyDocument.objects.filter(hotel=hotel, serial__iexact=serial).exists():
        raise Refusal("document.serial_taken", _("Another document has this serial number."), field="serial")
    document = PolicyDocument.objects.create(hotel=hotel, serial=serial, department=department)
    version = PolicyVersion(document=document, number=1, drafted_by=staff_of(actor), **fields)
    refuse_strangers(version, content or Content())
    version.save(force_insert=True)
    put_content(version, content or Content())
    record(version, serial=serial, subject=version.subject)
    return version


@command
def begin_version(*, actor: Actor, document: PolicyDocument) -> PolicyVersion:
    """Begin the next version as a copy of the last one. Refused while one is being written or waits for approval."""
    lock(document.hotel)
    versions = list(document.versions.order_by("-number"))
    if any(one.state in IN_HAND for one in versions):
        raise Refusal("document.in_hand", _("The next version is being written already."))
    issued = [one for one in versions if one.in_force_from]
    last = issued[0] if issued else versions[0]
    version = PolicyVersion.objects.create(
        document=document, number=versions[0].number + 1, drafted_by=staff_of(actor), revised_on=today_at(document.hotel),
        **{name: getattr(last, name) for name in COPIED},
    )  # fmt: skip
    PolicyParty.objects.bulk_create(
        PolicyParty(version=version, part=one.part, role_id=one.role_id, department_id=one.department_id, staff_id=one.staff_id)
        for one in last.parties.all()
    )  # fmt: skip
    GovernedValue.objects.bulk_create(
        GovernedValue(version=version, key=one.key, value=one.value) for one in last.values.all()
    )
    PolicySubsidiary.objects.bulk_create(
        PolicySubsidiary(version=version, hotel_id=one.hotel_id) for one in last.subsidiaries.all()
    )
    record(version, begun=version.number, copied_from=last.number)
    return version


@command
def edit_version(
    *, actor: Actor, version: PolicyVersion, revision: int, serial: str | None = None, content: Content | None = None,
    **fields: Any,
) -> Any:  # fmt: skip
    """Change a draft. `revision` is the one the person saw: what somebody else wrote meanwhile is not overwritten (ACC-10)."""
    refuse_unless(version, VersionState.DRAFT)
    document = version.document
    changes = changed(version, **fields)
    columns = list(changes)
    refuse_strangers(version, content or Content())
    if serial is not None and serial != document.serial:
        changes["serial"] = renumbered(document, serial)
    if content is not None:
        changes |= content_changes(version, content)
    if not changes:
        return UNCHANGED
    take_revision(version, revision)
    if columns:
        version.save(update_fields=columns)
    if content is not None:
        put_content(version, content)
    record(version, **changes)
    return version


def renumbered(document: PolicyDocument, serial: str) -> tuple[str, str]:
    """Give a document that was never in force another serial number; the old one and the new."""
    if document.versions.exclude(in_force_from=None).exists():
        raise Refusal(
            "document.serial_kept", _("A document that was in force keeps its serial number."), field="serial"
        )
    lock(document.hotel)
    if PolicyDocument.objects.filter(hotel=document.hotel_id, serial__iexact=serial).exclude(pk=document.pk).exists():
        raise Refusal("document.serial_taken", _("Another document has this serial number."), field="serial")
    old, document.serial = document.serial, serial
    document.save(update_fields=["serial"])
    return old, serial


def refuse_strangers(version: PolicyVersion, content: Content) -> None:
    """Everybody named works at the hotel or is one of its departments; a subsidiary is another hotel of the group."""
    hotel = version.document.hotel
    named = [one for many in content.parties.values() for one in many]
    people = {one.pk for one in named if isinstance(one, Staff)} | ({version.issuer_id} if version.issuer_id else set())
    known = set(Membership.objects.filter(hotel=hotel, staff__in=people).values_list("staff_id", flat=True))
    if people - known:
        raise Refusal("document.person", _("This person does not work at this hotel."), field="issuer")
    if any(isinstance(one, Department) and one.hotel_id != hotel.pk for one in named):
        raise Refusal("document.department", _("This department belongs to another hotel."))
    if any(one.group_id != hotel.group_id or one.pk == hotel.pk for one in content.subsidiaries):
        raise Refusal("document.subsidiary", _("Choose other hotels of the same group."), field="subsidiaries")


def put_content(version: PolicyVersion, content: Content) -> None:
    """Write whom a version names, the values it lays down and the hotels it holds at."""
    version.parties.all().delete()
    version.values.all().delete()
    version.subsidiaries.all().delete()
    columns: dict[type, str] = {Role: "role", Department: "department", Staff: "staff"}
    PolicyParty.objects.bulk_create(
        PolicyParty(version=version, part=part, **{columns[type(one)]: one})
        for part, named in content.parties.items()
        for one in named
    )
    GovernedValue.objects.bulk_create(
        GovernedValue(version=version, key=key, value=plain(known_policy(key).accept(value)))
        for key, value in sorted(content.values.items())
    )
    PolicySubsidiary.objects.bulk_create(PolicySubsidiary(version=version, hotel=one) for one in content.subsidiaries)


def content_changes(version: PolicyVersion, content: Content) -> dict[str, tuple[Any, Any]]:
    """What differs from the content as it stands, part by part, in plain words for the audit."""
    before: dict[str, Any] = {part: set() for part in Part.values}
    for one in version.parties.select_related("role", "department", "staff"):
        before[one.part].add(short(one.role or one.department or one.staff))
    after: dict[str, Any] = {part: {short(one) for one in content.parties.get(part, ())} for part in Part.values}
    found = {part: (sorted(before[part]), sorted(after[part])) for part in before if before[part] != after[part]}
    values = {one.key: one.value for one in version.values.all()}
    wanted = {key: plain(known_policy(key).parse(value)) for key, value in content.values.items()}
    if values != wanted:
        found["values"] = (values, wanted)  # type: ignore[assignment]
    hotels = sorted(one.hotel.code for one in version.subsidiaries.select_related("hotel"))
    if hotels != sorted(one.code for one in content.subsidiaries):
        found["subsidiaries"] = (hotels, sorted(one.code for one in content.subsidiaries))
    return found


def short(named: Role | Department | Staff | None) -> str:
    """A role, department or person as the audit names them."""
    if isinstance(named, Department):
        return named.name or named.kind
    return str(getattr(named, "code", ""))


# ---- submitting and approving


@command
def submit_version(*, actor: Actor, version: PolicyVersion) -> PolicyVersion:
    """Hand a draft in for approval: whole, with an issuer, a day, and a role that somebody has who may approve it."""
    refuse_unless(version, VersionState.DRAFT)
    refuse_unfinished(version)
    hotel = version.document.hotel
    refuse_governed_elsewhere(version, version.effective_on or today_at(hotel))
    heads = approvers_of(version)
    involved = {version.issuer_id, version.drafted_by_id, getattr(staff_of(actor), "pk", None)}
    free = [one for one in heads if rules.may_approve(one.pk, involved)]
    if not free:
        raise Refusal(
            "document.nobody_approves",
            _("Nobody else has the approving role: nobody may approve what they wrote or issued. Choose another role."),
            field="approver_role",
        )
    pages = version.pages or rules.pages_of(version.purpose, version.body)
    move(
        version, VersionState.DRAFT, VersionState.SUBMITTED, submitted_by=staff_of(actor), submitted_at=timezone.now(),
        returned_reason="", pages=pages,
    )  # fmt: skip
    record(version, state=("draft", "submitted"), issuer=version.issuer.code if version.issuer else "")
    for one in free:
        notify(
            one.username, gettext_noop("%(serial)s waits for your approval: %(subject)s"), hotel_code=hotel.code,
            url=address("organization:policy_document", hotel.code, pk=version.document_id),
            serial=version.document.serial, subject=version.subject,
        )  # fmt: skip
    return version


def refuse_unfinished(version: PolicyVersion) -> None:
    """What a document must have before somebody is asked to approve it."""
    missing = {
        "purpose": (version.purpose, _("Say what the document is for.")),
        "body": (version.body, _("The document has no text yet.")),
        "issuer": (version.issuer_id, _("Name the head of department who issues it.")),
        "approver_role": (version.approver_role_id, _("Name the role that approves it.")),
        "effective_on": (version.effective_on, _("Say from when it is to hold.")),
    }
    for name, (value, message) in missing.items():
        if not value:
            raise Refusal("document.unfinished", message, field=name)


@command
def return_version(*, actor: Actor, version: PolicyVersion, reason: str) -> PolicyVersion:
    """Give a submitted version back to whoever wrote it, with the reason."""
    refuse_unless(version, VersionState.SUBMITTED)
    approver_at(actor, version)
    if not reason.strip():
        raise Refusal("document.reason", _("Say why."), field="reason")
    move(version, VersionState.SUBMITTED, VersionState.DRAFT, returned_reason=reason.strip()[:500])
    record(version, state=("submitted", "draft"), reason=reason.strip())
    hotel = version.document.hotel
    for username in {one.username for one in (version.drafted_by, version.issuer, version.submitted_by) if one}:
        notify(
            username, gettext_noop("%(serial)s was returned: %(reason)s"), hotel_code=hotel.code,
            url=address("organization:policy_document", hotel.code, pk=version.document_id),
            serial=version.document.serial, reason=reason.strip()[:120],
        )  # fmt: skip
    return version


@command
def approve_version(*, actor: Actor, version: PolicyVersion, revision: int, in_force_from: date) -> PolicyVersion:
    """Approve a submitted version from a day on, not before today and after the last version's (POL-02).

    `revision` is the text the person saw. Its values are laid down from that day, and everybody on its distribution list is asked to read and sign. Refused for whoever
    issued, wrote or submitted it, and for whoever has not the approving role.
    """
    document = version.document
    lock(document.hotel, *subsidiaries_of(version))
    version.refresh_from_db(fields=["state", "revision"])
    refuse_unless(version, VersionState.SUBMITTED)
    if version.revision != revision:
        raise Refusal("record.changed_meanwhile", _("The text was changed since you opened it: read it again."))
    approver = approver_at(actor, version)
    if not rules.may_approve(approver.pk, (version.issuer_id, version.submitted_by_id, version.drafted_by_id)):
        raise Refusal("document.own", _("Nobody approves what they wrote, issued or submitted."))
    if in_force_from < today_at(document.hotel):
        raise Refusal("document.past", _("A document cannot take effect in the past."), field="in_force_from")
    later = document.versions.filter(in_force_from__gte=in_force_from).order_by("in_force_from").first()
    if later is not None:
        raise Refusal(
            "document.overlap",
            _("Version %(number)s begins on %(day)s: choose a later day, or withdraw that version first.")
            % {"number": later.number, "day": later.in_force_from},
            field="in_force_from",
        )
    refuse_governed_elsewhere(version, in_force_from)
    refuse_foreign_hotels(approver, version)
    try:
        with transaction.atomic():
            move(
                version, VersionState.SUBMITTED, VersionState.APPROVED, approved_by=approver, approved_at=timezone.now(),
                in_force_from=in_force_from,
            )  # fmt: skip
    except IntegrityError as clash:
        raise Refusal("document.overlap", _("Another version begins on that day.")) from clash
    lay_down(actor, version, in_force_from)
    record(version, state=("submitted", "approved"), in_force_from=in_force_from)
    ask_readers(version, timezone.now())
    tell_submission_list(version)
    if in_force_from <= today_at(document.hotel):
        begin(version)
        record(version, state=("approved", "effective"))
    return version


def refuse_foreign_hotels(approver: Staff, version: PolicyVersion) -> None:
    """A document holds at another hotel only if its approver may approve documents there too."""
    for one in subsidiaries_of(version):
        rights = Grant.objects.filter(
            resource=RESOURCE,
            action="approve",
            role__memberships__hotel=one,
            role__memberships__staff=approver,
        )
        if not rights.exists():
            raise Refusal(
                "document.subsidiary",
                _("You may not approve documents at %(hotel)s.") % {"hotel": one.label},
                field="subsidiaries",
            )


# ---- taking effect and ending


@command
def put_in_force(*, actor: Actor, version: PolicyVersion) -> Any:
    """On its day an approved version is in force and the one before it superseded. Any number of workers do it once."""
    if not begin(version):
        return UNCHANGED
    record(version, state=("approved", "effective"), in_force_from=version.in_force_from)
    return version


def begin(version: PolicyVersion) -> bool:
    """Mark the version as in force and its predecessor as superseded; False where somebody was first."""
    lock(version.document.hotel)
    if not PolicyVersion.objects.filter(pk=version.pk, state=VersionState.APPROVED).exists():
        return False
    version.document.versions.filter(state=VersionState.EFFECTIVE).update(state=VersionState.SUPERSEDED)
    PolicyVersion.objects.filter(pk=version.pk).update(state=VersionState.EFFECTIVE)
    version.state = VersionState.EFFECTIVE
    return True


@command
def withdraw_version(*, actor: Actor, version: PolicyVersion, reason: str) -> PolicyVersion:
    """End a version: one still to come never takes effect, one in force ends today; what it laid down goes with it.

    Only the approving role may. From today on the values are what they would be without the document; the past stays.
    """
    document = version.document
    lock(document.hotel, *subsidiaries_of(version))
    version.refresh_from_db(fields=["state", "revision"])
    refuse_unless(version, VersionState.APPROVED, VersionState.EFFECTIVE)
    approver_at(actor, version)
    if not reason.strip():
        raise Refusal("document.reason", _("Say why."), field="reason")
    if document.versions.filter(in_force_from__gt=version.in_force_from).exists():
        raise Refusal("document.later", _("A later version is approved: withdraw that one first."))
    today, old = today_at(document.hotel), version.state
    note = {"withdrawn_reason": reason.strip()[:500]}
    if version.in_force_from is not None and version.in_force_from > today:
        take_back(actor, version, today)
        move(version, VersionState(old), VersionState.WITHDRAWN, in_force_from=None, **note)
    else:
        lift(actor, version, today)
        move(version, VersionState(old), VersionState.WITHDRAWN, withdrawn_on=today, **note)
    record(version, state=(old, "withdrawn"), reason=reason.strip())
    return version


@command
def discard_version(*, actor: Actor, version: PolicyVersion) -> PolicyVersion:
    """Lay a draft aside; it stays among the versions as one that never held."""
    refuse_unless(version, VersionState.DRAFT)
    move(version, VersionState.DRAFT, VersionState.WITHDRAWN)
    record(version, state=("draft", "withdrawn"))
    return version


# ---- who


def staff_of(actor: Actor) -> Staff | None:
    """The member of staff who acts; none for the operator and the system."""
    return Staff.objects.filter(username=actor.code, is_active=True).first()


def approvers_of(version: PolicyVersion) -> list[Staff]:
    """Everybody at the hotel with the role that approves this version, if that role may approve documents at all."""
    role = version.approver_role_id
    if not Grant.objects.filter(role=role, resource=RESOURCE, action="approve").exists():
        return []
    here = Membership.objects.filter(hotel=version.document.hotel_id, role=role, staff__is_active=True)
    return [one.staff for one in here.select_related("staff").order_by("staff__username")]


def approver_at(actor: Actor, version: PolicyVersion) -> Staff:
    """Whoever acts, if they have the approving role at the document's hotel. Refuses `document.not_approver`."""
    found = next((one for one in approvers_of(version) if one.username == actor.code), None)
    if found is None:
        role = version.approver_role
        raise Refusal(
            "document.not_approver",
            _("Only %(role)s decides about this document.") % {"role": role.label if role else "–"},
        )
    return found


# ---- guards


def today_at(hotel: Hotel) -> date:
    """The hotel's local day."""
    return day_at(hotel, timezone.now())


def lock(*hotels: Hotel) -> None:
    """Decisions about the documents of one hotel are taken one after the other, so that no two contradict each other.

    Several hotels are locked in one order, so that nobody waits for somebody who waits for them.
    """
    list(Hotel.objects.select_for_update(no_key=True).filter(pk__in=[one.pk for one in hotels]).order_by("pk"))


def subsidiaries_of(version: PolicyVersion) -> list[Hotel]:
    """The other hotels where a version holds."""
    return [one.hotel for one in version.subsidiaries.select_related("hotel")]


def refuse_unless(version: PolicyVersion, *states: VersionState) -> None:
    if version.state not in states:
        raise Refusal(
            "document.state",
            _("This cannot be done with a version that is: %(state)s.") % {"state": version.get_state_display()},
        )


def move(version: PolicyVersion, old: VersionState, new: VersionState, **fields: Any) -> None:
    """Change the state of the text that was looked at, if nobody was faster."""
    values: dict[str, Any] = {"state": new, **fields}
    seen = PolicyVersion.objects.filter(pk=version.pk, state=old, revision=version.revision)
    if not seen.update(**values, revision=version.revision + 1):
        raise Refusal("record.changed_meanwhile", _("Somebody decided about this version meanwhile."))
    for name, value in values.items():
        setattr(version, name, value)
    version.revision += 1


def take_revision(version: PolicyVersion, revision: int) -> None:
    """Move a draft from the revision a person saw to the next; refuse when somebody else was first (ACC-10)."""
    if not PolicyVersion.objects.filter(pk=version.pk, revision=revision).update(revision=revision + 1):
        raise Refusal(
            "record.changed_meanwhile",
            _(
                "Somebody changed this record meanwhile. Your entries are kept: compare them with the record and save again."
            ),
        )
    version.revision = revision + 1
