"""What a person may see of what came from the PMS. Every list and every look-up starts here; a stranger gets 404."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Case, Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, Greatest
from django.http import Http404

from roomnight.clients.access import pool
from roomnight.clients.models import Account, Ownership
from roomnight.organization.access import Seat, within
from roomnight.organization.models import Hotel, Membership, Scope, Staff
from roomnight.pms.adapters import SHIPPED
from roomnight.pms.models import (
    Booking,
    Confidentiality,
    FolioLine,
    GuestLookup,
    GuestState,
    ImportRun,
    InboxFile,
    InboxState,
    InHouseGuest,
    InHouseList,
    Level,
    MappingProfile,
    Party,
    Payment,
    RejectedRow,
)
from roomnight.pms.rules.guests import FLAGGED_LEVEL, FULL, ROOM_SECRET, Sight, name_seen, person_key, room_seen, sight
from roomnight.pms.rules.identity import key_from_number
from roomnight.pms.rules.profile import Profile
from roomnight.pms.rules.veil import Veil, veil


def import_runs(seat: Seat) -> QuerySet[ImportRun]:
    """The imports that brought something to this hotel, or are being prepared here, latest first."""
    if not seat.may("pms.import"):
        return ImportRun.objects.none()
    return ImportRun.objects.filter(hotels=seat.hotel).order_by("-pk")


def import_run(seat: Seat, pk: int) -> ImportRun:
    """One import, or 404."""
    found = import_runs(seat).filter(pk=pk).first()
    if found is None:
        raise Http404(str(pk))
    return found


def rejected_rows(seat: Seat, run: ImportRun) -> QuerySet[RejectedRow]:
    """This hotel's rows among those turned away; those of no known hotel only if the file was for this hotel alone."""
    mine = Q(hotel=seat.hotel)
    if run.hotels.count() == 1:
        mine |= Q(hotel=None)
    return RejectedRow.objects.filter(mine, run=run).order_by("row_number")


def guest_veil(seat: Seat, header: Sequence[str], profile: Profile | None) -> Veil:
    """What of a file's rows this person may not read: whoever brings files in need not know who the guests are (SEC-04)."""
    return veil(sight_of(seat), header, profile)


def mapping_profiles(seat: Seat) -> QuerySet[MappingProfile]:
    """This hotel's own mapping profiles, every version, latest first."""
    if not seat.may("pms.import"):
        return MappingProfile.objects.none()
    return MappingProfile.objects.filter(hotel=seat.hotel).order_by("key", "-version")


def inbox_failures(seat: Seat, since: datetime) -> QuerySet[InboxFile]:
    """Files of this hotel's watched folders that could not even be begun, latest first."""
    if not seat.may("pms.import"):
        return InboxFile.objects.none()
    failed = InboxFile.objects.filter(hotel=seat.hotel, state=InboxState.FAILED, run=None, seen_at__gte=since)
    return failed.order_by("-pk")


def waiting_parties(seat: Seat) -> QuerySet[Party]:
    """The names in this hotel's files of which nobody has said yet which client is meant; whoever brings files in says it."""
    return parties(seat).filter(account=None)


def parties(seat: Seat) -> QuerySet[Party]:
    """All names in this hotel's files, known or not; but not those that only a confidential guest brought (PRV-03)."""
    if not seat.may("pms.import", "create"):
        return Party.objects.none()
    found = Party.objects.filter(hotel=seat.hotel).order_by("pk")
    if knows_confidential(seat):
        return found
    named = Q(party=OuterRef("pk")) | Q(agent_party=OuterRef("pk"))
    guests_of = _levelled(InHouseGuest.objects.filter(hotel=seat.hotel), seat.hotel, seat.today).filter(named)
    elsewhere = (
        Exists(FolioLine.objects.filter(party=OuterRef("pk")))
        | Exists(Payment.objects.filter(party=OuterRef("pk")))
        | Exists(Booking.objects.filter(Q(company_party=OuterRef("pk")) | Q(agent_party=OuterRef("pk"))))
        | Exists(guests_of.filter(level__lt=FULL))
    )
    return found.exclude(Exists(guests_of.filter(level=FULL)) & ~elsewhere)


def party(seat: Seat, pk: int) -> Party:
    """One of them, or 404."""
    found = parties(seat).select_related("account", "hotel").filter(pk=pk).first()
    if found is None:
        raise Http404(str(pk))
    return found


def producing_accounts(seat: Seat) -> QuerySet[Account]:
    """The accounts whose production this person may see: by whose clients they are, and those of the open pool."""
    return _accounts_of(seat, "pms.production")


def _accounts_of(seat: Seat, resource: str) -> QuerySet[Account]:
    scope = seat.scope(resource)
    mine = within(scope, seat, hotel="hotel", owners=["owner", "co_owner"], shared="shares__staff")
    reach = Q(pk__in=Account.objects.filter(mine).values("pk")) | Q(pk__in=pool(seat).values("pk"))
    return Account.objects.filter(mine if scope in (None, Scope.HOTEL) else reach)


def producing_account(seat: Seat, pk: int) -> Account:
    """One of them, or 404."""
    return _one_of(producing_accounts(seat), pk)


def producing_people(seat: Seat, action: str = "read") -> list[int] | None:
    """The people whose production this person may see, added up over all clients they ever owned; None is everybody's.

    What one's people brought is theirs also where the client is somebody else's today; which clients those were is seen
    only as far as `producing_accounts` reaches.
    """
    match seat.scope("pms.production", action):
        case Scope.HOTEL:
            return None
        case Scope.TEAM:
            return seat.team_ids
        case Scope.DEPARTMENT:
            return seat.department_ids
        case Scope.OWN | Scope.SHARED:
            return [seat.staff.pk]
    return []


def producers(seat: Seat, people: Iterable[int]) -> dict[int, Staff]:
    """These people by id: whoever works at this hotel or once looked after a client of it, and is within reach."""
    reach = producing_people(seat)
    wanted = [one for one in people if reach is None or one in reach]
    here = Membership.objects.filter(hotel=seat.hotel, staff__in=wanted).values("staff")
    once = Ownership.objects.filter(account__hotel=seat.hotel, staff__in=wanted).values("staff")
    return Staff.objects.filter(Q(pk__in=here) | Q(pk__in=once)).in_bulk()


def producer(seat: Seat, pk: int) -> Staff:
    """One of them, or 404."""
    found = producers(seat, [pk]).get(pk)
    if found is None:
        raise Http404(str(pk))
    return found


def folio_lines(seat: Seat, account: int) -> QuerySet[FolioLine]:
    """What one client was charged, latest first; empty for whoever may not see it."""
    mine = _accounts_of(seat, "pms.folio")
    found = FolioLine.objects.filter(party__account__in=mine.filter(pk=account)).order_by("-business_date", "-pk")
    if knows_confidential(seat):
        return found
    return found.exclude(booking_number__in=_hidden_guests(seat).exclude(booking_number="").values("booking_number"))


def charged_account(seat: Seat, pk: int) -> Account:
    """A client whose charges this person may see, or 404."""
    return _one_of(_accounts_of(seat, "pms.folio"), pk)


def payments(seat: Seat, account: int) -> QuerySet[Payment]:
    """What one client paid, latest first; empty for whoever may not see it."""
    mine = _accounts_of(seat, "pms.payment")
    return Payment.objects.filter(party__account__in=mine.filter(pk=account)).order_by("-paid_on", "-pk")


def paying_account(seat: Seat, pk: int) -> Account:
    """A client whose payments this person may see, or 404."""
    return _one_of(_accounts_of(seat, "pms.payment"), pk)


def _one_of(found: QuerySet[Account], pk: int) -> Account:
    one = found.select_related("hotel").filter(pk=pk).first()
    if one is None:
        raise Http404(str(pk))
    return one


# Guests: the only way in


@dataclass(frozen=True)
class GuestSeen:
    """A guest as one person may know of them: name and room are masked or empty where they are not theirs to know.

    `level` is how confidential the guest is, with its word; 0 for whoever sees only dates.
    """

    pk: int
    stay_key: str
    person_key: str
    state: str
    arrival: date
    departure: date
    clients: tuple[Account, ...]
    company: str
    name: str
    room: str
    vip: str
    booking_number: str
    level: int
    level_label: Any
    may_be_revealed: bool


@dataclass(frozen=True)
class Presence:
    """How a client is in the house: rooms now and until when, rooms arriving and the first day."""

    rooms: int
    until: date | None
    arriving: int
    first_arrival: date | None


def sight_of(seat: Seat) -> Sight:
    """How much of guests this person sees."""
    return sight(is_front_desk=seat.may("pms.guest"), may_reveal=seat.may("pms.in_house", "approve"))


def knows_confidential(seat: Seat) -> bool:
    """Whether guests who are here for nobody exist for this person (PRV-03)."""
    return seat.may("pms.confidential")


def in_force(hotel: Hotel, today: date) -> QuerySet[Confidentiality]:
    """What was agreed with guests of a hotel and holds today."""
    held = Confidentiality.objects.filter(hotel=hotel, lifted_at=None, starts_on__lte=today)
    return held.filter(Q(ends_on=None) | Q(ends_on__gte=today))


def _levelled(rows: QuerySet[InHouseGuest], hotel: Hotel, today: date) -> QuerySet[Any]:
    """Guests with their `level`: the highest of what was agreed here and what the PMS's own mark means."""
    on_booking = Q(whole_booking=True, booking_number=OuterRef("booking_number")) & ~Q(booking_number="")
    agreed = in_force(hotel, today).filter(Q(stay_key=OuterRef("stay_key")) | on_booking).order_by("-level")
    marked = Case(
        When(is_confidential=True, then=Value(FLAGGED_LEVEL.at(hotel.code, today))),
        default=Value(0),
        output_field=IntegerField(),
    )
    return rows.annotate(level=Greatest(Coalesce(Subquery(agreed.values("level")[:1]), Value(0)), marked))


def listed_guests(hotel: Hotel, today: date) -> QuerySet[Any]:
    """Everybody in the latest list, with `level`. For the house's own work; what a person sees comes from below."""
    return _levelled(InHouseGuest.objects.filter(hotel=hotel), hotel, today)


def _hidden_guests(seat: Seat) -> QuerySet[Any]:
    return listed_guests(seat.hotel, seat.today).filter(level=FULL)


def of_hidden_stays(seat: Seat) -> Q:
    """Rows by `stay_key` that are about a guest who does not exist for this person; nothing for who knows such guests.

    Every table about guests on a floor above is read through it: `.exclude(of_hidden_stays(seat))`.
    """
    if knows_confidential(seat):
        return Q(pk__in=[])
    agreed = in_force(seat.hotel, seat.today).filter(level=FULL).values("stay_key")
    return Q(stay_key__in=_hidden_guests(seat).values("stay_key")) | Q(stay_key__in=agreed)


def _guests(seat: Seat) -> QuerySet[Any]:
    """The guests that exist for this person: of those who are here for nobody only who looks after them knows, and whoever
    sees only dates sees their own clients' guests."""
    if not seat.may("pms.in_house"):
        return InHouseGuest.objects.none()
    found = listed_guests(seat.hotel, seat.today)
    if not knows_confidential(seat):
        found = found.filter(level__lt=FULL)
    if sight_of(seat) is Sight.DATES:
        mine = _accounts_of(seat, "pms.in_house").filter(hotel=seat.hotel).values("pk")
        found = found.filter(Q(party__account__in=mine) | Q(agent_party__account__in=mine))
    return found


def guests(seat: Seat, state: str, start: int, count: int) -> list[GuestSeen]:
    """Some guests of the latest list, as this person may see them; the front desk's by room, others' by client."""
    how = sight_of(seat)
    order = ("room", "pk") if how is Sight.DESK else ("party__name", "departure", "pk")
    rows = _guests(seat).filter(state=state).select_related("party__account", "agent_party__account").order_by(*order)
    return [_seen(seat, how, one) for one in rows[start : start + count]]


def guest_count(seat: Seat) -> dict[str, int]:
    """How many guests this person sees, by state."""
    return dict(_guests(seat).order_by().values_list("state").annotate(Count("pk")))


def guest(seat: Seat, pk: int) -> Any:
    """One guest to be revealed, with `level`, or 404: to whom the guest does not exist, neither does the address."""
    found = _guests(seat).select_related("hotel", "party").filter(pk=pk).first()
    if found is None or not seat.may("pms.in_house", "approve"):
        raise Http404(str(pk))
    return found


def presence(seat: Seat, account: int) -> Presence:
    """How one client is in the house, as far as this person may know."""
    mine = _guests(seat).filter(Q(party__account=account) | Q(agent_party__account=account))
    rows = list(mine.values_list("state", "room", "pk", "arrival", "departure"))
    here = [row for row in rows if row[0] == GuestState.IN_HOUSE]
    coming = [row for row in rows if row[0] != GuestState.IN_HOUSE]
    return Presence(
        rooms=_rooms(here),
        until=max((row[4] for row in here), default=None),
        arriving=_rooms(coming),
        first_arrival=min((row[3] for row in coming), default=None),
    )


def _rooms(rows: list[Any]) -> int:
    """Guests who share a room are one; a guest without a room yet counts for one."""
    return len({room or pk for _state, room, pk, _arrival, _departure in rows})


def present_account(seat: Seat, pk: int) -> Account:
    """A client of whose guests this person may know, or 404."""
    return _one_of(_accounts_of(seat, "pms.in_house"), pk)


def in_house_list(seat: Seat) -> InHouseList | None:
    """The moment the list holds for; None where none ever came."""
    if not seat.may("pms.in_house"):
        return None
    return InHouseList.objects.filter(hotel=seat.hotel).first()


def _seen(seat: Seat, how: Sight, one: Any) -> GuestSeen:
    named = [party for party in (one.party, one.agent_party) if party is not None]
    level = 0 if how is Sight.DATES else one.level
    is_hidden = one.level >= ROOM_SECRET or how is not Sight.DESK
    return GuestSeen(
        pk=one.pk,
        stay_key=one.stay_key,
        person_key=person_key(one.hotel_id, one.guest_name, str(named[0]) if named else ""),
        state=one.state,
        arrival=one.arrival,
        departure=one.departure,
        clients=tuple(party.account for party in named if party.account is not None),
        company="" if how is Sight.DATES or not named else str(named[0]),
        name=name_seen(how, one.guest_name, level=one.level),
        room=room_seen(how, one.room, level=one.level),
        vip="" if how is Sight.DATES else one.vip,
        booking_number="" if how is Sight.DATES else one.booking_number,
        level=level,
        level_label=Level(level).label if level else "",
        may_be_revealed=is_hidden and seat.may("pms.in_house", "approve"),
    )


def seen_guest(seat: Seat, pk: int) -> tuple[Any, GuestSeen]:
    """One guest for the front desk's own page, as a row with `level` and as this person sees it; or 404."""
    if not seat.may("pms.guest"):
        raise Http404(str(pk))
    found = _guests(seat).select_related("hotel", "party__account", "agent_party__account").filter(pk=pk).first()
    if found is None:
        raise Http404(str(pk))
    return found, _seen(seat, sight_of(seat), found)


def guests_of_stays(seat: Seat, keys: Collection[str]) -> dict[str, GuestSeen]:
    """The guests of some stays by `stay_key`, as this person sees them; those who have left the list are missing."""
    rows = _guests(seat).filter(stay_key__in=keys).select_related("party__account", "agent_party__account")
    how = sight_of(seat)
    return {one.stay_key: _seen(seat, how, one) for one in rows.order_by("-state", "pk")}


def booking_of(seat: Seat, guest: Any) -> Booking | None:
    """The reservation of a guest that this person may see, where the PMS has told it: for type and rate of the room."""
    if not seat.may("pms.guest") or not guest.booking_number:
        return None
    own = MappingProfile.objects.filter(hotel=seat.hotel).values_list("key", flat=True)
    keys = {key_from_number(profile, guest.booking_number) for profile in {*SHIPPED, *own}}
    return Booking.objects.filter(hotel=seat.hotel, source_key__in=keys).order_by("-pk").first()


def guests_leaving(seat: Seat, on: date, count: int) -> list[GuestSeen]:
    """Who leaves on a day, by room."""
    rows = _guests(seat).filter(state=GuestState.IN_HOUSE, departure=on)
    shown = rows.select_related("party__account", "agent_party__account").order_by("room", "pk")[:count]
    return [_seen(seat, sight_of(seat), one) for one in shown]


def guests_arriving(seat: Seat, on: date, count: int) -> list[GuestSeen]:
    """Who is still expected by a day, by name of the client; who should have come before it comes first."""
    rows = _guests(seat).filter(state=GuestState.ARRIVING, arrival__lte=on)
    shown = rows.select_related("party__account", "agent_party__account").order_by("arrival", "party__name", "pk")[
        :count
    ]
    return [_seen(seat, sight_of(seat), one) for one in shown]


def guest_movement(seat: Seat, on: date) -> dict[str, int]:
    """How many guests this person sees arriving by a day, in the house, and leaving on it."""
    here = Q(state=GuestState.IN_HOUSE)
    return _guests(seat).aggregate(
        arriving=Count("pk", filter=Q(state=GuestState.ARRIVING, arrival__lte=on)),
        in_house=Count("pk", filter=here),
        leaving=Count("pk", filter=here & Q(departure=on)),
    )


# Confidential guests, and who looked at whom


def hidden_names(seat: Seat, first: date, last: date) -> frozenset[str]:
    """Names of guests who are here for nobody within these days, for lists of names that have no stay beside them (PRV-03);
    none for whoever knows such guests."""
    if knows_confidential(seat):
        return frozenset()
    agreed, marked = _hidden_within(seat, first, last)
    return frozenset(agreed.union(marked).values_list("guest_name", flat=True))


def of_hidden_names(seat: Seat, first: date | OuterRef, last: date | OuterRef) -> Q:
    """Rows by `name` that are about such a guest, to be left out in the same question: `.exclude(of_hidden_names(…))`."""
    if knows_confidential(seat):
        return Q(pk__in=[])
    agreed, marked = _hidden_within(seat, first, last)
    return Q(name__in=agreed) | Q(name__in=marked)


def _hidden_within(seat: Seat, first: date | OuterRef, last: date | OuterRef) -> tuple[QuerySet[Any], QuerySet[Any]]:
    within_days = {"arrival__lte": last, "departure__gte": first}
    agreed = Confidentiality.objects.filter(hotel=seat.hotel, lifted_at=None, level=FULL, **within_days)
    return agreed.values("guest_name"), _hidden_guests(seat).filter(**within_days).values("guest_name")


def confidentialities(seat: Seat, action: str = "read") -> QuerySet[Confidentiality]:
    """What was agreed with guests, for who looks after it; what holds first."""
    if not seat.may("pms.confidential", action):
        return Confidentiality.objects.none()
    return Confidentiality.objects.filter(hotel=seat.hotel).select_related("hotel").order_by("lifted_at", "-pk")


def confidentiality(seat: Seat, pk: int, action: str = "read") -> Confidentiality:
    """One of them, or 404."""
    found = confidentialities(seat, action).filter(pk=pk).first()
    if found is None:
        raise Http404(str(pk))
    return found


def lookups(seat: Seat) -> QuerySet[GuestLookup]:
    """Who looked at which guest, latest first; for who may read the audit trail.

    For whom a confidential guest does not exist, an enquiry about one is an enquiry about nobody, and no other line is.
    """
    if not seat.may("kernel.audit"):
        return GuestLookup.objects.none()
    found = GuestLookup.objects.filter(hotel=seat.hotel).order_by("-pk")
    return found.exclude(of_hidden_stays(seat) & ~Q(shown=[]))


def lookups_of(seat: Seat, stay_key: str) -> QuerySet[GuestLookup]:
    """Who looked at one guest, for a page of that guest which this person may see."""
    return GuestLookup.objects.filter(hotel=seat.hotel, stay_key=stay_key).order_by("-pk")
