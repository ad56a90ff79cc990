"""Whose orders a person may see or touch. Strangers get 404."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Prefetch, Q, QuerySet
from django.http import Http404

from roomnight.activities.access import visits
from roomnight.activities.models import Visit
from roomnight.clients.access import accounts
from roomnight.clients.models import Account
from roomnight.orders.models import (
    BlockRoom,
    BookingState,
    DepartmentNotice,
    FunctionSheet,
    FunctionSpace,
    ItemKind,
    Order,
    OrderBundle,
    OrderComment,
    OrderGuest,
    OrderItem,
    OrderLine,
    OrderRevision,
    PassedComment,
    Quotation,
    RoomBlock,
    SpaceBooking,
)
from roomnight.orders.rules.changes import PAYMENT
from roomnight.orders.rules.notice_values import NOTICE_DEPARTMENTS
from roomnight.organization.access import Seat, within
from roomnight.organization.models import Department, Membership, Scope, Staff
from roomnight.pms.access import of_hidden_names

OWNERS = ["follower", "taken_by", "account__owner", "account__co_owner"]
NOTICE_PEOPLE = (
    "order__hotel", "order__account", "order__follower", "order__contact", "department__hotel", "revision", "base",
    "answered_by", "ready_by",
)  # fmt: skip
PEOPLE = ("hotel", "account__hotel", "account__owner", "contact", "taken_by", "follower", "visit", "passed_by")


def orders(seat: Seat, action: str = "read") -> QuerySet[Order]:
    """The orders within reach: those one follows or took, those of one's clients, the team's, the hotel's."""
    return Order.objects.filter(within(seat.scope("orders.order", action), seat, hotel="hotel", owners=OWNERS))


def order(seat: Seat, pk: int, action: str = "read") -> Order:
    """One order, or 404."""
    found = orders(seat, action).select_related(*PEOPLE).filter(pk=pk).first()
    if found is None:
        raise Http404(str(pk))
    return found


def may(seat: Seat, one: Order, action: str) -> bool:
    """Whether this person may do that to an order already within reach; the scopes of `orders` without a query."""
    people = {one.follower_id, one.taken_by_id, one.account.owner_id, one.account.co_owner_id}
    match seat.scope("orders.order", action):
        case None:
            return False
        case Scope.HOTEL:
            return True
        case Scope.TEAM:
            return bool(people.intersection(seat.team_ids))
        case Scope.DEPARTMENT:
            return bool(people.intersection(seat.department_ids))
    return seat.staff.pk in people


def items(one: Order) -> list[OrderItem]:
    """What an order within reach asks for, by day and hour; without what was removed."""
    found = OrderItem.objects.filter(order=one, removed_at=None).select_related("agreement")
    return sorted(found, key=lambda item: item.begins)


def item(seat: Seat, pk: int, item_id: int) -> OrderItem:
    """One item of an order that one may change, or 404."""
    found = OrderItem.objects.filter(order=order(seat, pk, "edit"), pk=item_id, removed_at=None)
    one = found.select_related("order__hotel", "order__account", "agreement").first()
    if one is None:
        raise Http404(str(item_id))
    return one


def notices(seat: Seat, action: str = "read") -> QuerySet[DepartmentNotice]:
    """The notices of orders within reach: those to one's own department, or the hotel's (ORD-05)."""
    found = DepartmentNotice.objects.filter(order__hotel=seat.hotel).select_related(*NOTICE_PEOPLE)
    match seat.scope("orders.notice", action):
        case None:
            return found.none()
        case Scope.HOTEL:
            return found
    return found.filter(department=seat.membership.department_id) if seat.membership else found.none()


def notice(seat: Seat, pk: int, action: str = "read") -> DepartmentNotice:
    """One notice, or 404."""
    found = notices(seat, action).filter(pk=pk).first()
    if found is None:
        raise Http404(str(pk))
    return found


def sees_prices(seat: Seat, one: DepartmentNotice) -> bool:
    """Prices are for who sees the order itself, and for those of the payment."""
    table = NOTICE_DEPARTMENTS.at(seat.hotel_code, seat.today)
    return seat.may("orders.order") or one.department.kind in table.get(PAYMENT, ())


def notice_of_order(seat: Seat, pk: int, notice_id: int) -> DepartmentNotice:
    """One notice of an order that one may change, or 404."""
    found = DepartmentNotice.objects.filter(order=order(seat, pk, "edit"), pk=notice_id).select_related(*NOTICE_PEOPLE)
    one = found.first()
    if one is None:
        raise Http404(str(notice_id))
    return one


def revisions(one: Order) -> list[OrderRevision]:
    """The revisions of an order within reach, oldest first."""
    return list(OrderRevision.objects.filter(order=one).order_by("number"))


def sheets(one: Order) -> list[FunctionSheet]:
    """Every revision of the function sheets of an order that is within reach."""
    found = FunctionSheet.objects.filter(item__order=one).select_related("revision")
    return list(found.order_by("item", "number"))


@dataclass(frozen=True)
class SheetInSeries:
    """One revision of a function sheet, with those before and after it."""

    sheet: FunctionSheet
    before: FunctionSheet | None
    after: FunctionSheet | None


def sheet(one: Order, pk: int) -> SheetInSeries:
    """One revision of a function sheet of an order that is within reach, or 404."""
    found = FunctionSheet.objects.filter(item__order=one, item__sheets=pk).select_related("revision")
    series = list(found.order_by("number"))
    place = next((place for place, sheet in enumerate(series) if sheet.pk == pk), None)
    if place is None:
        raise Http404(str(pk))
    later = series[place + 1] if place + 1 < len(series) else None
    return SheetInSeries(series[place], series[place - 1] if place else None, later)


def sheets_of_notice(one: DepartmentNotice) -> list[FunctionSheet]:
    """The sheets that held when a notice within reach was sent, also where they are superseded by now."""
    found = FunctionSheet.objects.filter(item__order=one.order_id, revision__number__lte=one.revision.number)
    latest = {sheet.item_id: sheet for sheet in found.select_related("revision").order_by("item", "number")}
    items = one.revision.content["items"]
    return [sheet for sheet in latest.values() if str(sheet.item_id) in items]


def notices_of(one: Order) -> list[DepartmentNotice]:
    """Every notice of an order that is within reach, by department and time; superseded ones too."""
    found = DepartmentNotice.objects.filter(order=one).select_related(
        "department__hotel", "revision", "answered_by", "ready_by"
    )
    return list(found.order_by("department", "sent_at", "pk"))


def comments_of(one: Order) -> list[OrderComment]:
    """What guests of an order within reach said, with what the departments answered."""
    found = OrderComment.objects.filter(order=one).select_related("by")
    return list(
        found.prefetch_related(
            Prefetch("passed", PassedComment.objects.select_related("department__hotel", "answered_by"))
        )
    )


def passed_comments(seat: Seat, action: str = "read") -> QuerySet[PassedComment]:
    """Comments in the hands of one's own department, or of the hotel's (ORD-04)."""
    found = PassedComment.objects.filter(comment__order__hotel=seat.hotel).select_related(
        "comment__by", "comment__order__hotel", "comment__order__account", "comment__order__follower",
        "department__hotel", "answered_by",
    )  # fmt: skip
    match seat.scope("orders.notice", action):
        case None:
            return found.none()
        case Scope.HOTEL:
            return found
    return found.filter(department=seat.membership.department_id) if seat.membership else found.none()


def passed_comment(seat: Seat, pk: int, action: str = "read") -> PassedComment:
    """One comment in the hands of a department, or 404."""
    one = passed_comments(seat, action).filter(pk=pk).first()
    if one is None:
        raise Http404(str(pk))
    return one


def departments_of(one: Order) -> list[Department]:
    """The departments that an order within reach concerns, by its notices that stand."""
    notices = DepartmentNotice.objects.filter(order=one, superseded_at=None).order_by("department")
    return [notice.department for notice in notices.select_related("department__hotel")]


def bundle(one: Order) -> OrderBundle | None:
    """The papers of an order that is within reach, where it is archived."""
    return OrderBundle.objects.filter(order=one).first()


def guests(one: Order) -> list[OrderGuest]:
    """The guests of an order that is within reach, VIPs first; for the house's own work, what a person sees is below."""
    return _vips_first(OrderGuest.objects.filter(order=one, removed_at=None))


def seen_guests(seat: Seat, one: Order) -> list[OrderGuest]:
    """The same without those who are here for nobody (PRV-03)."""
    hidden = of_hidden_names(seat, one.arrives_on, one.departs_on)
    return _vips_first(OrderGuest.objects.filter(order=one, removed_at=None).exclude(hidden))


def _vips_first(found: QuerySet[OrderGuest]) -> list[OrderGuest]:
    return sorted(found, key=lambda guest: (not guest.vip, guest.vip, guest.pk))


def guest(seat: Seat, pk: int, guest_id: int) -> OrderGuest:
    """One guest of an order that one may change, or 404."""
    of = order(seat, pk, "edit")
    found = OrderGuest.objects.filter(order=of, pk=guest_id, removed_at=None)
    found = found.exclude(of_hidden_names(seat, of.arrives_on, of.departs_on))
    one = found.select_related("order__hotel", "order__account").first()
    if one is None:
        raise Http404(str(guest_id))
    return one


def asked_visit(seat: Seat, text: str) -> Visit | None:
    """The visit whose number stands in an address, if this person may see it (VIS-09)."""
    if not text.isdigit() or not seat.may("activities.visit"):
        return None
    return visits(seat).select_related("account__hotel", "hotel").filter(pk=int(text)).first()


def quotations(one: Order) -> list[Quotation]:
    """The versions of an order that is within reach, the latest first."""
    return list(Quotation.objects.filter(order=one).select_related("made_by", "order__hotel"))


def quotation(seat: Seat, pk: int, quotation_id: int, action: str = "read") -> Quotation:
    """One version of an order's quotation, or 404."""
    found = Quotation.objects.filter(order=order(seat, pk, action), pk=quotation_id)
    people = [f"order__{name}" for name in ("hotel", "account__hotel", "contact", "follower")]
    one = found.select_related("made_by", *people).first()
    if one is None:
        raise Http404(str(quotation_id))
    return one


def way(one: Order) -> list[OrderLine]:
    """The way so far of an order that is within reach."""
    return list(one.way.all())


def orders_of(seat: Seat, account: Account) -> QuerySet[Order]:
    """The orders of a client that is already within reach, as far as one sees orders; latest first."""
    if not seat.may("orders.order"):
        return Order.objects.none()
    return Order.objects.filter(account=account, hotel=seat.hotel).order_by("-arrives_on", "-pk")


def asked_account(seat: Seat, text: str) -> Account | None:
    """The client whose number stands in an address, if this person may see it."""
    return accounts(seat).filter(pk=int(text)).first() if text.isdigit() and seat.may("clients.account") else None


def followers(seat: Seat) -> list[Staff]:
    """Those of the sales office who can follow an order, by rank."""
    places = Membership.objects.filter(hotel=seat.hotel, staff__is_active=True, department__kind="sales")
    return [place.staff for place in places.select_related("staff", "role").order_by("role__rank", "staff__username")]


def called(codes: set[str]) -> dict[str, str]:
    """The names of people by what they sign in with."""
    return {one.username: one.label for one in Staff.objects.filter(username__in=codes)}


# ---- halls and who has them

BOOKING_OWNERS = ["booked_by", *(f"order__{one}" for one in OWNERS)]
AROUND_BOOKING = ("hotel", "space__hotel", "order__account", "order__follower", "item", "booked_by")


def spaces(seat: Seat) -> QuerySet[FunctionSpace]:
    """The halls of the hotel, in the order of the diary; whoever reads the diary sees them all."""
    if not (seat.may("orders.diary") or seat.may("orders.space")):
        return FunctionSpace.objects.none()
    return FunctionSpace.objects.filter(hotel=seat.hotel)


def space(seat: Seat, pk: int) -> FunctionSpace:
    """One hall that one may change, or 404."""
    found = spaces(seat).select_related("hotel").filter(pk=pk).first()
    if found is None or not seat.may("orders.space", "edit"):
        raise Http404(str(pk))
    return found


def bookings(seat: Seat) -> QuerySet[SpaceBooking]:
    """Everything in the diary of the hotel: that a hall is held, and until when, is no secret in the house.

    For whom it is held is seen by those who see the order; `sees_booking` says so.
    """
    if not seat.may("orders.diary"):
        return SpaceBooking.objects.none()
    return SpaceBooking.objects.filter(hotel=seat.hotel)


def named_bookings(seat: Seat) -> QuerySet[SpaceBooking]:
    """Those of the diary of which this person sees for whom they are: of orders within reach, one's own, the hotel's own use."""
    reach = within(seat.scope("orders.order"), seat, hotel="hotel", owners=BOOKING_OWNERS)
    return bookings(seat).filter(reach | Q(order=None))


def booking(seat: Seat, pk: int, action: str = "read") -> SpaceBooking:
    """One booking of a hall, or 404."""
    found = named_bookings(seat)
    if action != "read":
        found = found.filter(within(seat.scope("orders.diary", action), seat, hotel="hotel", owners=BOOKING_OWNERS))
    one = found.select_related(*AROUND_BOOKING).filter(pk=pk).first()
    if one is None:
        raise Http404(str(pk))
    return one


def reaches(seat: Seat, resource: str, action: str, people: Iterable[int | None]) -> bool:
    """Whether a scope reaches a record of these people, without a query of its own."""
    match seat.scope(resource, action):
        case None:
            return False
        case Scope.HOTEL:
            return True
        case Scope.TEAM:
            return not set(people).isdisjoint(seat.team_ids)
        case Scope.DEPARTMENT:
            return not set(people).isdisjoint(seat.department_ids)
    return seat.staff.pk in people


def asked_item(seat: Seat, text: str) -> OrderItem | None:
    """The function whose number stands in an address, of an order that this person may change."""
    if not text.isdigit():
        return None
    found = OrderItem.objects.filter(
        pk=int(text), kind=ItemKind.FUNCTION, removed_at=None, order__in=orders(seat, "edit")
    )
    return found.select_related("order__hotel", "order__account").first()


def asked_order(seat: Seat, text: str) -> Order | None:
    """The order whose number stands in an address, if this person may change it."""
    return orders(seat, "edit").select_related(*PEOPLE).filter(pk=int(text)).first() if text.isdigit() else None


def halls_of(one: Order) -> list[SpaceBooking]:
    """The halls held for an order that is within reach, and those it waits for; by hour."""
    found = one.space_bookings.exclude(state=BookingState.RELEASED).select_related("space", "hotel", "item")
    return list(found.order_by("starts_at", "pk"))


# ---- rooms kept for groups, and who sleeps in them


def blocks(one: Order) -> list[RoomBlock]:
    """The blocks of an order that is within reach, by arrival, with their nights and what was released of them."""
    return list(kept_rooms(one).prefetch_related("nights", "releases"))


def kept_rooms(one: Order) -> QuerySet[RoomBlock]:
    """The blocks of an order that is within reach, by arrival."""
    found = RoomBlock.objects.filter(item__order=one, item__removed_at=None)
    return found.select_related("item").order_by("item__arrives_on", "pk")


def block(seat: Seat, pk: int, block_id: int) -> RoomBlock:
    """One block of an order that one may change, or 404."""
    found = RoomBlock.objects.filter(item__order=order(seat, pk, "edit"), item__removed_at=None, pk=block_id)
    one = found.select_related("item__order__hotel", "item__order__account", "item__order__follower").first()
    if one is None:
        raise Http404(str(block_id))
    return one


def list_rooms(one: Order) -> list[BlockRoom]:
    """The rooms of the rooming list of an order that is within reach, by arrival; not those given back."""
    found = BlockRoom.objects.filter(block__item__order=one, given_back_at=None, block__item__removed_at=None)
    return list(found.select_related("block__item").order_by("arrives_on", "block__item", "pk"))


def list_room(seat: Seat, pk: int, room_id: int) -> BlockRoom:
    """One room of the rooming list of an order that one may change, or 404."""
    found = BlockRoom.objects.filter(block__item__order=order(seat, pk, "edit"), given_back_at=None, pk=room_id)
    one = found.select_related("block__item__order__hotel", "block__item__order__account").first()
    if one is None:
        raise Http404(str(room_id))
    return one


def rooms_item(seat: Seat, pk: int, item_id: int) -> OrderItem:
    """Rooms of an order that one may change, or 404."""
    one = item(seat, pk, item_id)
    if one.kind != ItemKind.ROOMS:
        raise Http404(str(item_id))
    return one


def block_of(one: OrderItem) -> RoomBlock | None:
    """The block of an item that is within reach."""
    return RoomBlock.objects.filter(item=one).first()
