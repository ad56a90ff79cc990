"""Who sits where and how far their rights reach. Every list and every single look-up of the product passes `within`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import Http404
from django.utils import timezone

from roomnight.kernel.commands import subject_of
from roomnight.kernel.models import Attachment, Day
from roomnight.organization.models import (
    Acknowledgement,
    DelegationDay,
    Department,
    Fact,
    Grant,
    Group,
    Hotel,
    Membership,
    PolicyDocument,
    PolicyVersion,
    PositionCard,
    Role,
    Scope,
    Staff,
    VersionState,
)
from roomnight.organization.shipped_roles import SHIPPED_ROLES
from roomnight.ui.addresses import address

REACH = [Scope.OWN, Scope.SHARED, Scope.TEAM, Scope.DEPARTMENT, Scope.HOTEL]


@dataclass
class Seat:
    """A member of staff at work at one hotel, with what the role there grants. This is the actor of every page."""

    staff: Staff
    hotel: Hotel
    membership: Membership | None
    grants: dict[tuple[str, str], str]
    own_hotels: list[Hotel] = field(default_factory=list)

    @property
    def code(self) -> str:
        return self.staff.username

    @property
    def hotel_code(self) -> str:
        return self.hotel.code

    def scope(self, resource: str, action: str = "read") -> str | None:
        """How far this person may do that; None is not at all."""
        return self.grants.get((resource, action))

    def may(self, resource: str, action: str = "read") -> bool:
        return (resource, action) in self.grants

    def url(self, name: str, /, **kwargs: Any) -> str:
        """The address of a page of this hotel."""
        return address(name, self.hotel.code, **kwargs)

    @cached_property
    def team_ids(self) -> list[int]:
        """This person and everybody below them in the line of leaders at this hotel."""
        led: dict[int | None, list[int]] = {}
        for staff_id, leader_id in Membership.objects.filter(hotel=self.hotel).values_list("staff_id", "leader_id"):
            led.setdefault(leader_id, []).append(staff_id)
        found, queue = {self.staff.pk}, [self.staff.pk]
        while queue:
            for one in led.get(queue.pop(), []):
                if one not in found:
                    found.add(one)
                    queue.append(one)
        return sorted(found)

    @cached_property
    def department_ids(self) -> list[int]:
        """Everybody of this person's department at this hotel."""
        if self.membership is None:
            return [self.staff.pk]
        members = Membership.objects.filter(department=self.membership.department_id)
        return list(members.values_list("staff_id", flat=True))

    @cached_property
    def stands_for(self) -> list[int]:
        """This person, and whoever is away today and whose work here is in this person's hands, also by way of a deputy
        who is away too."""
        today = DelegationDay.objects.filter(hotel=self.hotel, day=self.today, delegation__ended_by="")
        away: dict[int, set[int]] = {}
        for absent, deputy in today.values_list("absent", "delegation__deputy").distinct():
            away.setdefault(deputy, set()).add(absent)
        found, queue = {self.staff.pk}, [self.staff.pk]
        while queue:
            for one in away.get(queue.pop(), set()) - found:
                found.add(one)
                queue.append(one)
        return sorted(found)

    @cached_property
    def posts(self) -> list[tuple[int, str]]:
        """(role id, kind of department) of this person here, and of those for whom they stand in today."""
        own = [(self.membership.role_id, self.membership.department.kind)] if self.membership else []
        others = [one for one in self.stands_for if one != self.staff.pk]
        if not others:
            return own
        found = Membership.objects.filter(hotel=self.hotel, staff__in=others)
        return [*own, *found.values_list("role_id", "department__kind")]

    @cached_property
    def hotels(self) -> list[Hotel]:
        """Where this person can go from here: their hotels, or all of them for the administrator."""
        return list(hotels(self.staff)) if self.staff.is_administrator else self.own_hotels

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.hotel.timezone)

    @property
    def today(self) -> date:
        """The hotel's local day."""
        return timezone.now().astimezone(self.zone).date()

    def local(self, moment: datetime) -> datetime:
        return moment.astimezone(self.zone)


def within(scope: str | None, seat: Seat, *, hotel: str, owners: Sequence[str] = (), shared: str = "") -> Q:
    """A scope as a filter on rows. `owners` are the look-ups to the people a row belongs to, `shared` to those it is shared with.

    The hotel always narrows; without a grant nothing is seen.
    """
    if scope is None:
        return Q(pk__in=[])
    here = Q(**{hotel: seat.hotel.pk})
    match scope:
        case Scope.HOTEL:
            return here
        case Scope.DEPARTMENT:
            people: list[int] = seat.department_ids
        case Scope.TEAM:
            people = seat.team_ids
        case _:
            people = [seat.staff.pk]
    mine = Q()
    for owner in owners:
        mine |= Q(**{f"{owner}__in": people}) if len(people) != 1 else Q(**{owner: people[0]})
    if scope != Scope.OWN and shared:
        mine |= Q(**{shared: seat.staff.pk})
    return here & mine


@dataclass(frozen=True)
class Outside:
    """A person acting where no hotel is in the address: at the door, and on the pages about their own sign-in."""

    staff: Staff

    @property
    def code(self) -> str:
        return self.staff.username

    @cached_property
    def hotel_code(self) -> str:
        """The hotel in whose audit trail this is read: where the person works, or worked last."""
        return home_of(self.staff)


def home_of(staff: Staff) -> str:
    """The code of the hotel a person belongs to: the one they worked at last, else the first of theirs, else none."""
    if staff.last_hotel is not None:
        return staff.last_hotel.code
    first = (
        Membership.objects.filter(staff=staff.pk).order_by("hotel__code").values_list("hotel__code", flat=True).first()
    )
    return first or ""


def seat_at(staff: Staff, hotel_code: str) -> Seat:
    """The person's seat at a hotel, or 404: a stranger learns nothing, not even that the hotel exists."""
    places = list(
        Membership.objects.select_related("hotel", "department", "role").filter(staff=staff.pk).order_by("hotel__code")
    )
    own_hotels = [place.hotel for place in places]
    membership = next((place for place in places if place.hotel.code == hotel_code), None)
    if membership is not None:
        cells = Grant.objects.filter(role=membership.role_id).values_list("resource", "action", "scope")
        grants = {(resource, action): scope for resource, action, scope in cells}
        if staff.is_administrator:
            grants = {**grants, **ADMINISTRATOR_CELLS}
        return Seat(staff, membership.hotel, membership, grants, own_hotels)
    hotel = Hotel.objects.filter(code=hotel_code).first() if staff.is_administrator else None
    if hotel is None:
        raise Http404(hotel_code)
    return Seat(staff, hotel, None, dict(ADMINISTRATOR_CELLS), own_hotels)


ADMINISTRATOR_CELLS = {(resource, action): scope for resource, action, scope in SHIPPED_ROLES[0].cells()}


def hotels(staff: Staff) -> QuerySet[Hotel]:
    """The hotels a person works at; all of them for the installation's administrator."""
    if staff.is_administrator:
        return Hotel.objects.order_by("code")
    return Hotel.objects.filter(memberships__staff=staff.pk).order_by("code")


def any_hotel_exists() -> bool:
    return Hotel.objects.exists()


def any_demo_hotel() -> Hotel | None:
    return Hotel.objects.filter(is_demo=True).first()


def colleagues(seat: Seat, resource: str = "organization.staff", action: str = "read") -> QuerySet[Membership]:
    """The people at this hotel that the seat may see for this purpose."""
    everyone = Membership.objects.filter(staff__is_active=True).select_related("staff", "department", "role", "leader")
    return everyone.filter(within(seat.scope(resource, action), seat, hotel="hotel", owners=["staff"])).order_by(
        "role__rank", "staff__username"
    )


def places(seat: Seat, action: str = "read") -> QuerySet[Membership]:
    """Everybody who works or has worked at this hotel, as far as the seat sees; who has left comes with the rest."""
    found = Membership.objects.select_related("staff", "department", "role", "leader", "hotel", "position")
    return found.filter(within(seat.scope("organization.staff", action), seat, hotel="hotel", owners=["staff"]))


def place(seat: Seat, staff_id: int, action: str = "read") -> Membership:
    """A person's place at this hotel, or 404."""
    found = places(seat, action).filter(staff=staff_id).first()
    if found is None:
        raise Http404(str(staff_id))
    return found


def place_within(seat: Seat, staff_id: int, resource: str, action: str) -> Membership:
    """The place of a person whom the seat reaches for this purpose, still working or not; or 404."""
    found = Membership.objects.select_related("staff", "department", "role", "leader", "hotel")
    one = found.filter(
        within(seat.scope(resource, action), seat, hotel="hotel", owners=["staff"]), staff=staff_id
    ).first()
    if one is None:
        raise Http404(str(staff_id))
    return one


def hotels_granting(staff: Staff, resource: str, action: str) -> QuerySet[Hotel]:
    """The hotels at which a person may do this."""
    if staff.is_administrator and (resource, action) in ADMINISTRATOR_CELLS:
        return Hotel.objects.order_by("code")
    granting = Grant.objects.filter(resource=resource, action=action).values("role")
    return Hotel.objects.filter(memberships__staff=staff.pk, memberships__role__in=granting).order_by("code")


def may_manage(seat: Seat, staff: Staff) -> bool:
    """Whether the seat may change how a person signs in and who they are: only with that right at every hotel where the
    person works. An administrator of the installation is managed by such administrators only."""
    if staff.is_administrator and not seat.staff.is_administrator:
        return False
    if not seat.may("organization.staff", "edit"):
        return False
    managed = hotels_granting(seat.staff, "organization.staff", "edit").values("pk")
    return not staff.memberships.exclude(hotel__in=managed).exists()


def places_elsewhere(seat: Seat, staff: Staff) -> QuerySet[Membership]:
    """A person's places at other hotels, of which the seat knows those where it works itself."""
    known = [hotel.pk for hotel in seat.hotels if hotel.pk != seat.hotel.pk]
    found = Membership.objects.select_related("hotel", "department", "role")
    return found.filter(staff=staff, hotel__in=known).order_by("hotel__code")


def hotels_to_join(seat: Seat, staff: Staff) -> QuerySet[Hotel]:
    """The other hotels at which the seat may let this person work as well."""
    found = hotels_granting(seat.staff, "organization.staff", "create")
    return found.exclude(memberships__staff=staff.pk)


def assignable(seat: Seat) -> QuerySet[Staff]:
    """The people a client, a visit or a follow-up of this hotel can be given to, within the seat's reach over clients."""
    scope = seat.scope("clients.account", "approve") or Scope.OWN
    reach = within(scope, seat, hotel="hotel", owners=["staff"])
    places = Membership.objects.filter(reach, department__kind="sales")
    return Staff.objects.filter(is_active=True, pk__in=places.values("staff")).order_by("username")


def fellow(seat: Seat, staff_id: int) -> Staff:
    """A person of this hotel by id, or 404."""
    found = Staff.objects.filter(pk=staff_id, memberships__hotel=seat.hotel).first()
    if found is None:
        raise Http404(str(staff_id))
    return found


def staff_named(username: str) -> Staff | None:
    """The person who signs in with this name, in whatever letters it was typed."""
    return Staff.objects.filter(username__iexact=username.strip()).first()


def staff_with_email(email: str) -> list[Staff]:
    """Those at work whose staff record has this address."""
    return list(Staff.objects.filter(email__iexact=email.strip(), is_active=True)) if email.strip() else []


def places_of(staff: Staff) -> list[tuple[str, str]]:
    """(hotel, role) codes of everywhere a person works."""
    return list(Membership.objects.filter(staff=staff.pk).values_list("hotel__code", "role__code"))


def factors_of(staff: Staff) -> list[Authenticator]:
    """A person's second factors, oldest first; recovery codes are among them."""
    return list(Authenticator.objects.filter(user=staff.pk).order_by("created_at", "pk"))


def sessions_of(staff: Staff) -> list[UserSession]:
    """Where a person is signed in, latest use first."""
    found = UserSession.objects.filter(user=staff.pk).order_by("-last_seen_at", "-pk")
    keys = [one.session_key for one in found]
    live = Session.objects.filter(session_key__in=keys, expire_date__gt=timezone.now())
    there = set(live.values_list("session_key", flat=True))
    return [one for one in found if one.session_key in there]


def identities_of(staff: Staff) -> list[SocialAccount]:
    """The identities of the single sign-on that stand for a person."""
    return list(SocialAccount.objects.filter(user=staff.pk).order_by("pk"))


def leader_of(staff: Staff, hotel: Hotel) -> Staff | None:
    """Whom this person reports to at this hotel."""
    place = Membership.objects.select_related("leader").filter(staff=staff, hotel=hotel).first()
    return place.leader if place else None


def staff_by_feed_key(key: str) -> Staff | None:
    """The person a private calendar address belongs to; none for a revoked or unknown one."""
    return Staff.objects.filter(feed_key=key, is_active=True).first() if key else None


def department(seat: Seat, pk: int) -> Department:
    """A department of this hotel, or 404."""
    found = departments(seat.hotel).filter(pk=pk).first()
    if found is None:
        raise Http404(str(pk))
    found.hotel = seat.hotel
    return found


def own_days(seat: Seat) -> QuerySet[Day]:
    """The hotel's own word on days, from this year on."""
    return Day.objects.filter(hotel_code=seat.hotel_code, date__year__gte=seat.today.year).order_by("date")


def positions(seat: Seat, action: str = "read") -> QuerySet[PositionCard]:
    """The position cards of this hotel."""
    found = PositionCard.objects.select_related("department", "superior", "hotel")
    return found.filter(within(seat.scope("organization.position", action), seat, hotel="hotel"))


def position(seat: Seat, pk: int, action: str = "read") -> PositionCard:
    """One position card: for who may read them, and for whoever holds it; else 404."""
    found = positions(seat, action).filter(pk=pk).first()
    if found is None and action == "read" and seat.membership is not None and seat.membership.position_id == pk:
        found = PositionCard.objects.select_related("department", "superior", "hotel").filter(pk=pk).first()
    if found is None:
        raise Http404(str(pk))
    return found


def escalation(staff: Staff, hotel: Hotel) -> list[Staff]:
    """To whom something rises from this person, one after another: the superiors who still work here (ORG-06)."""
    places = {one.staff_id: one for one in Membership.objects.filter(hotel=hotel).select_related("leader")}
    found: list[Staff] = []
    seen, place = {staff.pk}, places.get(staff.pk)
    while place is not None and place.leader is not None and place.leader_id not in seen:
        seen.add(place.leader_id or 0)
        if place.leader.is_active:
            found.append(place.leader)
        place = places.get(place.leader.pk)
    return found


def fellows(seat: Seat) -> QuerySet[Staff]:
    """Everybody who works at this hotel."""
    here = Membership.objects.filter(hotel=seat.hotel).values("staff")
    return Staff.objects.filter(is_active=True, pk__in=here).order_by("username")


def fellow_places(seat: Seat) -> QuerySet[Membership]:
    """Where everybody works at this hotel."""
    found = Membership.objects.filter(hotel=seat.hotel, staff__is_active=True)
    return found.select_related("staff", "leader", "position", "role", "department").order_by("role__rank", "pk")


def facts(seat: Seat, action: str = "read") -> QuerySet[Fact]:
    """The fact book of this hotel."""
    return Fact.objects.filter(within(seat.scope("organization.fact", action), seat, hotel="hotel"))


def fact(seat: Seat, pk: int, action: str = "read") -> Fact:
    """One entry of the fact book, or 404."""
    found = facts(seat, action).select_related("hotel").filter(pk=pk).first()
    if found is None:
        raise Http404(str(pk))
    return found


def files_of(record: Any) -> QuerySet[Attachment]:
    """The files kept with a record that is already within reach."""
    return Attachment.objects.filter(subject=subject_of(record)).order_by("pk")


def departments(hotel: Hotel) -> QuerySet[Department]:
    return Department.objects.filter(hotel=hotel).order_by("is_retired", "pk")


def roles() -> QuerySet[Role]:
    return Role.objects.all()


def role(role_id: int) -> Role:
    """A role by id, or 404. Roles belong to the installation."""
    found = Role.objects.select_related("based_on").filter(pk=role_id).first()
    if found is None:
        raise Http404(str(role_id))
    return found


def may_edit_role(seat: Seat, role: Role) -> bool:
    """Whether the seat may change what a role grants: only with that right at every hotel where somebody has the role."""
    if not seat.may("organization.role", "edit"):
        return False
    edited = hotels_granting(seat.staff, "organization.role", "edit").values("pk")
    return not role.memberships.exclude(hotel__in=edited).exists()


def holders(seat: Seat, role: Role) -> QuerySet[Membership]:
    """Who has a role at this hotel."""
    return colleagues(seat).filter(role=role)


def groups() -> QuerySet[Group]:
    return Group.objects.order_by("pk")


# ---- policy documents


def policy_documents(seat: Seat, action: str = "read") -> QuerySet[PolicyDocument]:
    """The policy documents within reach: the hotel's, one's own department's, and those one was asked to read or issued.

    Who may see all of a hotel's also sees those of another hotel of the group that hold here.
    """
    scope = seat.scope("organization.document", action)
    if scope is None:
        return PolicyDocument.objects.none()
    found = Q(pk__in=[])
    if scope == Scope.HOTEL:
        found = Q(hotel=seat.hotel)
        if action == "read":
            found |= Q(pk__in=issued_versions().filter(subsidiaries__hotel=seat.hotel).values("document"))
    elif scope != Scope.OWN and seat.membership is not None:
        found = Q(hotel=seat.hotel, department=seat.membership.department_id)
    if action == "read":
        mine = Q(acknowledgements__staff=seat.staff, acknowledgements__hotel=seat.hotel)
        mine |= Q(issuer=seat.staff, document__hotel=seat.hotel)
        found |= Q(pk__in=PolicyVersion.objects.filter(mine).values("document"))
    return PolicyDocument.objects.filter(found)


def issued_versions() -> QuerySet[PolicyVersion]:
    """The versions that were approved or shipped, withdrawn or not."""
    return PolicyVersion.objects.filter(in_force_from__isnull=False)


def policy_document(seat: Seat, pk: int, action: str = "read") -> PolicyDocument:
    """One policy document, or 404."""
    found = policy_documents(seat, action).select_related("hotel", "department").filter(pk=pk).first()
    if found is None:
        raise Http404(str(pk))
    return found


def policy_versions(seat: Seat, document: PolicyDocument) -> list[PolicyVersion]:
    """The versions of a document within reach, latest first; what is still being written only for those who have to do with it."""
    found = (
        document.versions.select_related(
            "document__hotel",
            "document__department",
            "issuer",
            "approver_role",
            "approved_by",
            "submitted_by",
            "drafted_by",
        )
        .annotate(sister_count=Count("subsidiaries"))
        .order_by("-number")
    )
    here = document.hotel_id == seat.hotel.pk
    writes = here and sees_drafts(seat, document)
    return [one for one in found if writes or one.in_force_from is not None or one.issuer_id == seat.staff.pk]


def sees_drafts(seat: Seat, document: PolicyDocument) -> bool:
    """Whether this person writes or approves documents of this department."""
    for action in ("edit", "approve"):
        scope = seat.scope("organization.document", action)
        if scope == Scope.HOTEL:
            return True
        place = seat.membership
        if scope not in (None, Scope.OWN) and place is not None and place.department_id == document.department_id:
            return True
    return False


def policy_version_in(seat: Seat, pk: int, action: str, states: Sequence[str]) -> PolicyVersion:
    """A document's version in one of these states, within reach for writing or deciding, or 404."""
    found = PolicyVersion.objects.filter(
        document=pk, document__in=policy_documents(seat, action), document__hotel=seat.hotel, state__in=states
    )
    known = ("document__hotel", "document__department", "issuer", "approver_role", "submitted_by", "drafted_by")
    version = found.select_related(*known).annotate(sister_count=Count("subsidiaries")).order_by("-number").first()
    if version is None:
        raise Http404(str(pk))
    return version


def policy_version_to_read(seat: Seat, pk: int) -> PolicyVersion:
    """One approved version of a document within reach, or 404."""
    reach = policy_documents(seat)
    found = (
        issued_versions().filter(pk=pk, document__in=reach).select_related("document__hotel", "issuer", "approved_by")
    )
    version = found.first()
    if version is None:
        raise Http404(str(pk))
    return version


def to_sign(seat: Seat) -> QuerySet[Acknowledgement]:
    """What this person was asked to read here and has not signed, oldest first; a replaced text need not be signed any more."""
    standing = (VersionState.APPROVED, VersionState.EFFECTIVE)
    waiting = Acknowledgement.objects.filter(
        staff=seat.staff, hotel=seat.hotel, signed_at=None, version__state__in=standing
    )
    return waiting.select_related("version__document").order_by("asked_at", "pk")


def acknowledgement_of(seat: Seat, version: PolicyVersion) -> Acknowledgement | None:
    """Whether this person was asked to sign a version."""
    mine = Acknowledgement.objects.filter(version=version, staff=seat.staff)
    return mine.select_related("staff", "version__document").first()


def policy_files(version: PolicyVersion) -> QuerySet[Attachment]:
    """The papers that belong to a version within reach."""
    return Attachment.objects.filter(subject=subject_of(version)).order_by("pk")


def colleagues_here(seat: Seat) -> QuerySet[Membership]:
    """Everybody at work at this hotel, for naming them in a document of the hotel."""
    here = Membership.objects.filter(hotel=seat.hotel, staff__is_active=True)
    return here.select_related("staff").order_by("role__rank", "staff__username")


def departments_to_write_for(seat: Seat, departments: list[Department]) -> list[Department]:
    """The departments in whose name this person may write policy documents."""
    if seat.scope("organization.document", "create") == Scope.HOTEL:
        return departments
    mine = seat.membership.department_id if seat.membership else None
    return [one for one in departments if one.pk == mine]


def roles_and_approvers() -> QuerySet[Role]:
    """Every role, each with `approves`: whether it may approve policy documents."""
    rights = Grant.objects.filter(role=OuterRef("pk"), resource="organization.document", action="approve")
    return Role.objects.annotate(approves=Exists(rights))


def sister_hotels(seat: Seat) -> list[Hotel]:
    """The other hotels of the group where this person works as well."""
    return [one for one in seat.hotels if one.group_id == seat.hotel.group_id and one.pk != seat.hotel.pk]


def serials(seat: Seat) -> list[tuple[str, str]]:
    """Every serial number in use at this hotel, latest first, with the code of the shipped document that it is."""
    return list(PolicyDocument.objects.filter(hotel=seat.hotel).order_by("-pk").values_list("serial", "shipped_code"))
