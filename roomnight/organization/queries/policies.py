"""The library of policy documents, the control register, and which document lays down a value."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, OuterRef, Q, Subquery
from django.utils.translation import pgettext

from roomnight.kernel.commands import subject_of
from roomnight.kernel.policy import POLICIES, departures, plain
from roomnight.kernel.text import fold
from roomnight.organization import access
from roomnight.organization.access import Seat
from roomnight.organization.models import (
    Acknowledgement,
    DepartmentKind,
    Hotel,
    Membership,
    Part,
    PolicyDocument,
    PolicyParty,
    PolicyVersion,
    VersionState,
)
from roomnight.organization.rules.policies import shown_state, version_on
from roomnight.ui.policies import in_words

LONG = ("body", "body_en", "purpose", "purpose_en", "procedures", "change_note")


@dataclass
class Shelf:
    """One document of the library: what is in force today, what comes next, and how many have signed for it."""

    document: PolicyDocument
    versions: list[PolicyVersion]
    today: date
    people: set[int] = field(default_factory=set)

    @property
    def current(self) -> PolicyVersion | None:
        """The version in force today."""
        return version_on(self.versions, self.today)

    @property
    def shown(self) -> PolicyVersion:
        """What the line is about: the version in force, else the latest."""
        return self.current or self.versions[0]

    @property
    def coming(self) -> PolicyVersion | None:
        """A version that is written, waits for approval or for its day."""
        latest = self.versions[0]
        return latest if latest is not self.shown and self.state_of(latest) in AHEAD else None

    def state_of(self, version: PolicyVersion) -> str:
        return shown_state(version, self.versions, self.today)

    @property
    def state(self) -> str:
        return self.state_of(self.shown)


AHEAD = (VersionState.DRAFT, VersionState.SUBMITTED, VersionState.APPROVED)
TONES = {"draft": "", "submitted": "soon", "approved": "go", "effective": "good", "superseded": "", "withdrawn": "late"}


def shelves(seat: Seat, *, q: str = "", state: str = "", department: str = "") -> list[Shelf]:
    """The documents within reach by serial number, narrowed by words, by a state one of their versions has, or by department."""
    documents = access.policy_documents(seat).select_related("department", "hotel")
    if department:
        documents = documents.filter(department__kind=department)
    found = list(documents.order_by("serial", "pk"))
    versions: dict[int, list[PolicyVersion]] = defaultdict(list)
    signed = Count("acknowledgements", filter=Q(acknowledgements__signed_at__isnull=False))
    rows = (
        PolicyVersion.objects.filter(document__in=[one.pk for one in found])
        .select_related("issuer", "approver_role", "approved_by")
        .defer(*LONG)
        .annotate(asked=Count("acknowledgements"), signed=signed)
        .order_by("-number")
    )
    writes = {one.pk: one.hotel_id == seat.hotel.pk and access.sees_drafts(seat, one) for one in found}
    for row in rows:
        if writes[row.document_id] or row.in_force_from is not None or row.issuer_id == seat.staff.pk:
            versions[row.document_id].append(row)
    shelved = [Shelf(one, versions[one.pk], seat.today) for one in found if versions[one.pk]]
    wanted = fold(q)
    return [
        one
        for one in shelved
        if (not wanted or any(wanted in fold(text) for text in words_of(one)))
        and (not state or any(one.state_of(version) == state for version in (one.shown, one.coming) if version))
    ]


def words_of(shelf: Shelf) -> list[str]:
    """What a document is found by."""
    subjects = [text for one in shelf.versions for text in (one.subject, one.subject_en)]
    return [shelf.document.serial, str(shelf.document.department), *subjects]


# ---- one version


def parties_in_words(version: PolicyVersion) -> dict[str, list[str]]:
    """Who has which part in a version, by part."""
    found: dict[str, list[str]] = {part: [] for part in Part.values}
    for one in version.parties.select_related("role", "department", "staff").order_by("pk"):
        found[one.part].append(one.label)
    return found


def parties(version: PolicyVersion) -> list[PolicyParty]:
    return list(version.parties.select_related("role", "department", "staff").order_by("pk"))


def sisters(version: PolicyVersion) -> list[Hotel]:
    """The other hotels where a version holds; those without any, by far the most, cost no look-up where they were counted."""
    if getattr(version, "sister_count", 1) == 0:
        return []
    return [one.hotel for one in version.subsidiaries.select_related("hotel").order_by("hotel__code")]


@dataclass(frozen=True)
class ValueLine:
    """A value that a version lays down, and whether it is what holds today."""

    key: str
    label: str
    value: str
    today: str
    holds: bool


def value_lines(seat: Seat, version: PolicyVersion) -> list[ValueLine]:
    """The values of a version beside what is in force today."""
    lines = []
    for one in version.values.order_by("key"):
        policy = POLICIES.get(one.key)
        if policy is not None:
            now = plain(policy.at(seat.hotel_code, seat.today))
            then, today = in_words(policy, one.value), in_words(policy, now)
            lines.append(ValueLine(one.key, str(policy.label), then, today, now == one.value))
    return lines


def differing(old: PolicyVersion, new: PolicyVersion) -> list[tuple[str, str, str]]:
    """What differs between two versions beside the text: (what, before, after)."""
    between = pgettext("between items of a list", ", ")
    before, after = parties_in_words(old), parties_in_words(new)
    named = [
        (str(part.label), between.join(before[part]) or "–", between.join(after[part]) or "–")
        for part in Part
        if sorted(before[part]) != sorted(after[part])
    ]
    one, other = ({row.key: row.value for row in version.values.all()} for version in (old, new))
    values = [
        (str(POLICIES[key].label), in_words(POLICIES[key], one.get(key)), in_words(POLICIES[key], other.get(key)))
        for key in sorted({*one, *other} & set(POLICIES))
        if one.get(key) != other.get(key)
    ]
    return named + values


# ---- signatures


@dataclass(frozen=True)
class Signature:
    """Somebody who was asked to sign: who, where they work, when they were asked, reminded, and signed."""

    row: Acknowledgement
    department: str
    is_here: bool


def signatures(seat: Seat, version: PolicyVersion) -> list[Signature]:
    """Who was asked to sign a version at this hotel, those who have not first; people who left and never signed are left out."""
    place = Membership.objects.filter(hotel=seat.hotel, staff=OuterRef("staff"), staff__is_active=True)
    rows = version.acknowledgements.filter(hotel=seat.hotel).annotate(
        kind=Subquery(place.values("department__kind")[:1]), own_name=Subquery(place.values("department__name")[:1])
    )
    found = [
        Signature(one, (one.own_name or str(DepartmentKind(one.kind).label)) if one.kind else "", bool(one.kind))
        for one in rows.select_related("staff").order_by("signed_at", "staff__username")
    ]
    return sorted(
        (one for one in found if one.is_here or one.row.signed_at), key=lambda one: one.row.signed_at is not None
    )


def unsigned(seat: Seat, versions: Iterable[int]) -> dict[int, list[str]]:
    """By version, the names of those at this hotel who were asked and have not signed."""
    rows = Acknowledgement.objects.filter(
        version__in=list(versions), hotel=seat.hotel, signed_at=None, staff__is_active=True,
        staff__memberships__hotel=seat.hotel,
    )  # fmt: skip
    found: dict[int, list[str]] = defaultdict(list)
    for one in rows.select_related("staff").order_by("staff__username").distinct():
        found[one.version_id].append(one.staff.label)
    return found


# ---- where a value comes from


def sources(subjects: Iterable[str]) -> dict[str, PolicyVersion]:
    """The versions behind the sources that values name."""
    prefix = f"{PolicyVersion._meta.label_lower}:"
    keys = [one.removeprefix(prefix) for one in set(subjects) if one.startswith(prefix)]
    found = PolicyVersion.objects.filter(pk__in=keys).select_related("document").defer(*LONG)
    return {subject_of(one): one for one in found}


def governing(hotel_id: int, day: date) -> dict[str, PolicyVersion]:
    """The version that lays down each value at a hotel on a day. The hotel's own go before the shipped."""
    here = Q(document__hotel=hotel_id) | Q(subsidiaries__hotel=hotel_id)
    rows = PolicyVersion.objects.filter(here, in_force_from__isnull=False).select_related("document").defer(*LONG)
    by_document: dict[int, list[PolicyVersion]] = defaultdict(list)
    for one in rows.prefetch_related("values").distinct():
        by_document[one.document_id].append(one)
    holding = [one for one in (version_on(versions, day) for versions in by_document.values()) if one is not None]
    found: dict[str, PolicyVersion] = {}
    for one in sorted(holding, key=lambda version: not version.is_shipped):
        found |= {value.key: one for value in one.values.all()}
    return found


@dataclass(frozen=True)
class Ground:
    """What a value of today rests on: the version that lays it down, whether this person may open it, and whether it was set outside."""

    version: PolicyVersion | None
    is_open: bool
    is_outside: bool


def grounds(seat: Seat) -> dict[str, Ground]:
    """What every value rests on today. One that was set by hand names the document that would else lay it down (POL-01)."""
    stated = governing(seat.hotel.pk, seat.today)
    rows = departures(seat.hotel_code, seat.today)
    by_source = sources(row.source for row in rows.values())
    within = set(access.policy_documents(seat).values_list("pk", flat=True))
    found = {}
    for key in POLICIES:
        row = rows.get(key)
        version = by_source.get(row.source) if row else None
        is_outside = row is not None and version is None
        version = version or stated.get(key)
        found[key] = Ground(version, version is not None and version.document_id in within, is_outside)
    return found
