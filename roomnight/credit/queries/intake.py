"""What of the PMS is still to be taken onto the ledgers of clients, and what waits for a decision (CRD-04, CRD-05)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import Exists, F, Min, OuterRef, Q, QuerySet

from roomnight.clients.models import Account, Contact
from roomnight.credit.models import CreditAccount, Posting, RefusedCharge, RefusedState
from roomnight.credit.queries.words import why
from roomnight.organization.models import Hotel
from roomnight.pms.models import FolioLine, Payment

AT_ONCE = 500


def folio_lines_to_take(hotel: Hotel) -> Iterator[int]:
    """The lines of the city ledger that nobody has looked at, and those that are other than when somebody did.

    What was charged before the client's account opened, or before the hotel had any, was settled elsewhere.
    """
    begun = _begun(hotel)
    if begun is None:
        return
    open_ones = CreditAccount.objects.filter(account=OuterRef("party__account"), closed_on=None)
    new = FolioLine.objects.filter(
        ~Exists(open_ones) | Exists(open_ones.filter(opened_on__lte=OuterRef("business_date"))),
        hotel=hotel, on_city_ledger=True, business_date__gte=begun, posting=None,
    ).exclude(amount_cents=0)  # fmt: skip
    yield from _one_by_one(new)
    yield from _changed(hotel, "folio")


def payments_to_take(hotel: Hotel) -> Iterator[int]:
    """The payments of clients with an open account that nobody has looked at, and those that are other than then."""
    if _begun(hotel) is None:
        return
    open_ones = CreditAccount.objects.filter(
        account=OuterRef("party__account"), closed_on=None, opened_on__lte=OuterRef("paid_on")
    )
    new = Payment.objects.filter(Exists(open_ones), hotel=hotel, posting=None).exclude(amount_cents=0)
    yield from _one_by_one(new)
    yield from _changed(hotel, "payment")


def _begun(hotel: Hotel) -> date | None:
    found: date | None = CreditAccount.objects.filter(hotel=hotel).aggregate(first=Min("opened_on"))["first"]
    return found


def _changed(hotel: Hotel, kind: str) -> Iterator[int]:
    mine, now = F("account"), f"{kind}__party__account"
    other = (
        ~Q(content=F(f"{kind}__content"))
        | Q(account__isnull=False) & (~Q(**{now: mine}) | Q(**{f"{now}__isnull": True}))
        | Q(account=None, **{f"{now}__isnull": False})
    )
    found = Posting.objects.filter(other, hotel=hotel, **{f"{kind}__isnull": False})
    yield from _one_by_one(found, f"{kind}_id")


def _one_by_one(found: QuerySet[Any], value: str = "pk") -> Iterator[int]:
    """The ids in their order, some at a time: what is taken meanwhile is asked for no more."""
    last = 0
    while some := list(found.filter(pk__gt=last).order_by("pk").values_list("pk", value)[:AT_ONCE]):
        for pk, wanted in some:
            last = pk
            yield wanted


def refused_rows(found: QuerySet[RefusedCharge], at_most: int) -> list[dict[str, Any]]:
    """Charges that were kept for a decision, each with why in a sentence."""
    rows = found.select_related("hotel", "credit__account", "line")[:at_most]
    return [{"one": one, "why": why(one.hotel, one.code, one.values)} for one in rows]


def open_refusals(hotel_id: int) -> QuerySet[RefusedCharge]:
    """What waits for a decision at a hotel, the oldest first."""
    return RefusedCharge.objects.filter(hotel=hotel_id, state=RefusedState.OPEN).order_by("came_at", "pk")


def meant(one: RefusedCharge) -> Account | None:
    """The client that is probably meant: the account's own; else the company for which somebody of that name works, or
    the parent of the client that has no account. One that may be charged, and nobody where there are several."""
    if one.credit is not None:
        return one.credit.account
    open_ones = CreditAccount.objects.filter(hotel=one.hotel_id, merged_into=None, closed_on=None).values("account")
    here = Account.objects.filter(hotel=one.hotel_id, name=one.client_name)
    people = Contact.objects.filter(name=one.client_name, is_active=True, account__hotel=one.hotel_id)
    found = Account.objects.filter(
        Q(pk__in=here.values("pk")) | Q(pk__in=here.values("parent")) | Q(pk__in=people.values("account")),
        pk__in=open_ones,
    )  # fmt: skip
    some = list(found.select_related("hotel")[:2])
    return some[0] if len(some) == 1 else None
