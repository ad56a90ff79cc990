"""What follows in production when clients become one, or two again (ACC-04, ACC-09)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models import F

from roomnight.clients.events import AccountsMerged, AccountsParted, AccountSplit
from roomnight.clients.models import ExternalId
from roomnight.kernel.commands import current_act
from roomnight.kernel.events import on
from roomnight.kernel.merging import merge_rule
from roomnight.kernel.models import DeedRow
from roomnight.kernel.numbering import next_value
from roomnight.organization.models import Hotel
from roomnight.pms.commands.parties import point_party
from roomnight.pms.commands.production import add_bookings
from roomnight.pms.commands.published import bring_up_to_date
from roomnight.pms.models import AccountHabit, Booking, Party, ProductionMonth, Side
from roomnight.pms.queries.production import counted_bookings
from roomnight.pms.rules.production import Measures, Tally


@merge_rule(ProductionMonth, "account")
def add_up(winner: int, loser: int) -> int:
    """Months that both have are added up, the others come along as they are (PMS-03)."""
    places = ("side", "basis", "month", "product")
    known = {tuple(row[:4]): row[4] for row in _months(winner).values_list(*places, "pk")}
    moved = 0
    for row in _months(loser):
        same = known.get((row.side, row.basis, row.month, row.product))
        if same is None:
            moved += ProductionMonth.objects.filter(pk=row.pk).update(account=winner)
            continue
        more = {name: F(name) + getattr(row, name) for name in Measures._fields}
        moved += ProductionMonth.objects.filter(pk=same).update(**more)
        row.delete()
    return moved


def _months(account: int) -> Any:
    return ProductionMonth.objects.filter(account=account)


@merge_rule(AccountHabit, "account")
def forget_habits(winner: int, loser: int) -> int:
    """A habit is learned from all bookings together, once they are; see `learn_again`."""
    return AccountHabit.objects.filter(account=loser).delete()[0]


@on(AccountsMerged)
def learn_again(event: AccountsMerged) -> None:
    _bring_up_to_date(event.hotel_id, {event.winner_id, event.loser_id})


@on(AccountsParted)
def learn_apart(event: AccountsParted) -> None:
    _bring_up_to_date(event.hotel_id, {event.one_id, event.other_id})


def _bring_up_to_date(hotel: int, accounts: Collection[int]) -> None:
    bring_up_to_date(actor=current_act().actor, hotel=Hotel.objects.get(pk=hotel), accounts=accounts)


@on(AccountSplit)
def split_bookings(event: AccountSplit) -> None:
    """What came under the numbers that go along goes too, and production follows row by row (PMS-03)."""
    stays = Tally()
    next_value(f"pms-import:{Hotel.objects.get(pk=event.hotel_id).code}")
    for one in ExternalId.objects.filter(pk__in=event.external_ids, kind__in=Side.values):
        for party in Party.objects.filter(hotel=event.hotel_id, side=one.kind, code=one.value).select_related("hotel"):
            point_party(party.hotel, party, event.new_id, party.assigned_by)
        rows = _came_under(one, event)
        for counted in counted_bookings(rows):
            stays.add(counted, -1)
            new = event.new_id
            stays.add(counted._replace(company=new) if one.kind == Side.COMPANY else counted._replace(agent=new))
        rows.update(**{one.kind: event.new_id})
    changes = stays.changes()
    add_bookings(changes, dict.fromkeys({cell.account for cell in changes}, event.hotel_id))


def _came_under(one: ExternalId, event: AccountSplit) -> Any:
    """The bookings that a number brought: those that came by the same merge as the number did, or, for a number that is
    the client's own, those that came by none."""
    here = Booking.objects.filter(**{one.kind: event.account_id, f"{one.kind}_party": None})
    rows = DeedRow.objects.filter(deed__kind="clients.merge", deed__undone_at=None)
    came = rows.filter(model="clients.externalid", key=str(one.pk)).exclude(
        before__account_id=event.account_id
    ).order_by("-deed").first()  # fmt: skip
    if came is not None:
        former = (came.before or {}).get("account_id")
        bookings = rows.filter(deed=came.deed_id, model="pms.booking", **{f"before__{one.kind}_id": former})
        return here.filter(pk__in=[int(key) for key in bookings.values_list("key", flat=True)])
    merged = rows.filter(model="pms.booking").exclude(**{f"before__{one.kind}_id": event.account_id})
    return here.exclude(pk__in=[int(key) for key in merged.values_list("key", flat=True)])
