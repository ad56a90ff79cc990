"""The library of procedures: what is in force, what is coming, how many cases run, who has still to read it (PRC-08, PRC-10)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Count, OuterRef, Q, Subquery

from roomnight.kernel.text import fold
from roomnight.organization.access import Seat
from roomnight.organization.models import DepartmentKind, Membership
from roomnight.procedures import access
from roomnight.procedures.models import (
    Case,
    CaseState,
    Procedure,
    ProcedureReading,
    ProcedureVersion,
    VersionState,
)

AHEAD = (VersionState.DRAFT, VersionState.SUBMITTED, VersionState.APPROVED)
TONES = {"draft": "", "submitted": "soon", "approved": "go", "effective": "good", "superseded": "", "withdrawn": "late"}


@dataclass
class Book:
    """One procedure of the library with the versions that one may see, the latest first."""

    procedure: Procedure
    versions: list[ProcedureVersion]
    running: int = 0
    asked: int = 0
    signed: int = 0

    @property
    def current(self) -> ProcedureVersion | None:
        """The version in force."""
        return next((one for one in self.versions if one.state == VersionState.EFFECTIVE), None)

    @property
    def shown(self) -> ProcedureVersion | None:
        """What the page is about: the version in force, else the latest."""
        return self.current or (self.versions[0] if self.versions else None)

    @property
    def coming(self) -> ProcedureVersion | None:
        """A later version that is drawn, waits for approval or for its day."""
        latest = next((one for one in self.versions if one.state in AHEAD), None)
        return latest if latest is not self.shown else None

    @property
    def tone(self) -> str:
        return tone_of(self.shown)

    @property
    def coming_tone(self) -> str:
        return tone_of(self.coming)

    @property
    def to_read(self) -> int:
        """How many were asked to read what is in force and have not signed."""
        return self.asked - self.signed


def tone_of(version: ProcedureVersion | None) -> str:
    return TONES[version.state] if version is not None else ""


def books(seat: Seat, *, q: str = "", department: str = "", state: str = "") -> list[Book]:
    """The procedures within reach by code, narrowed by words, owner department, and state: of a version, or retired."""
    rows = access.procedures_for(seat).filter(is_retired=state == "retired").order_by("code")
    if department:
        rows = rows.filter(department=department)
    found = list(rows)
    versions: dict[int, list[ProcedureVersion]] = defaultdict(list)
    signed = Count("readings", filter=Q(readings__signed_at__isnull=False))
    kept = ProcedureVersion.objects.filter(procedure__in=[one.pk for one in found]).defer(*access.HEAVY)
    by_id = {one.pk: one for one in found}
    for row in kept.annotate(asked=Count("readings"), signed=signed).order_by("-number"):
        procedure = by_id[row.procedure_id]
        if row.state in access.OPEN_TO_READERS or access.sees_drafts(seat, procedure):
            row.procedure = procedure
            versions[row.procedure_id].append(row)
    running = _running(seat)
    shelf = [Book(one, versions[one.pk], running.get(one.pk, 0)) for one in found]
    for book in shelf:
        if book.current is not None:
            book.asked, book.signed = getattr(book.current, "asked", 0), getattr(book.current, "signed", 0)
    wanted = fold(q)
    return [
        one
        for one in shelf
        if (one.versions or access.sees_drafts(seat, one.procedure))
        and (not wanted or any(wanted in fold(text) for text in _words_of(one.procedure)))
        and (state in ("", "retired") or any(version and version.state == state for version in (one.shown, one.coming)))
    ]


def _words_of(procedure: Procedure) -> tuple[str, ...]:
    return procedure.code, procedure.title, procedure.title_en, str(procedure.get_department_display())


def _running(seat: Seat) -> dict[int, int]:
    """By procedure, how many cases run here; trial cases do not count."""
    rows = Case.objects.filter(hotel=seat.hotel, state__in=(CaseState.RUNNING, CaseState.STUCK), is_trial=False)
    counted = rows.values("version__procedure").annotate(count=Count("pk")).order_by()
    return {row["version__procedure"]: row["count"] for row in counted}


# ---- one procedure


def cases_by_version(procedure: Procedure) -> dict[int, dict[str, int]]:
    """By version, how many cases run and how many there were; trial cases counted for themselves."""
    rows = Case.objects.filter(version__procedure=procedure).values("version").order_by()
    counted = rows.annotate(
        running=Count("pk", filter=Q(is_trial=False, state__in=(CaseState.RUNNING, CaseState.STUCK))),
        cases=Count("pk", filter=Q(is_trial=False)),
        trials=Count("pk", filter=Q(is_trial=True)),
    )
    return {row["version"]: {name: row[name] for name in ("running", "cases", "trials")} for row in counted}


@dataclass(frozen=True)
class Reader:
    """Somebody who was asked to read a version: the request, and where they work here (empty: not any more)."""

    row: ProcedureReading
    department: str


def readers(seat: Seat, version: ProcedureVersion) -> list[Reader]:
    """Who was asked to read a version, those who have not signed first; people who left without signing are left out."""
    place = Membership.objects.filter(hotel=seat.hotel, staff=OuterRef("staff"), staff__is_active=True)
    rows = version.readings.annotate(
        kind=Subquery(place.values("department__kind")[:1]), own_name=Subquery(place.values("department__name")[:1])
    )
    found = [
        Reader(one, (one.own_name or str(DepartmentKind(one.kind).label)) if one.kind else "")
        for one in rows.select_related("staff").order_by("signed_at", "staff__username")
    ]
    return sorted(
        (one for one in found if one.department or one.row.signed_at), key=lambda one: one.row.signed_at is not None
    )


def role_names() -> dict[str, str]:
    """Every role by its code, in the language in force."""
    return {one.code: one.label for one in access.roles()}
