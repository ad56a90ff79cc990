"""The other hotels a client uses, kept as part of its particulars."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from roomnight.clients import rules
from roomnight.clients.models import Account, CompetitorUse
from roomnight.kernel.commands import UNCHANGED, Actor, command, record
from roomnight.kernel.errors import Refusal

LONGEST_NAME, LONGEST_WORDS = 80, 200


class Use(Protocol):
    """What is known of a client's use of another hotel."""

    @property
    def hotel_name(self) -> str: ...
    @property
    def share_percent(self) -> int | None: ...
    @property
    def price(self) -> Decimal | None: ...
    @property
    def advantages(self) -> str: ...


@dataclass(frozen=True)
class CompetitorRow:
    """One line as typed: the hotel, its share of the client's nights in percent, the price paid there, its advantages."""

    hotel_name: str
    share_percent: int | None = None
    price: Decimal | None = None
    advantages: str = ""


def in_short(uses: Iterable[Use]) -> list[str]:
    """The lines as the audit shows them, such as “君悦 40% 688.00”."""
    lines = []
    for one in uses:
        share = f" {one.share_percent}%" if one.share_percent is not None else ""
        price = f" {one.price:.2f}" if one.price is not None else ""
        better = f" ({one.advantages})" if one.advantages else ""
        lines.append(f"{one.hotel_name}{share}{price}{better}")
    return sorted(lines)


def put_competitors(account: Account, rows: Sequence[CompetitorRow]) -> None:
    """Make the account's competitors these. A line that stays as it was keeps the day it was noted on (ACC-01)."""
    names = [row.hotel_name for row in rows]
    if len(set(names)) != len(names):
        raise Refusal("account.competitor_twice", _("Each competitor stands here once."), field="competitors")
    if not rules.shares_fit(row.share_percent for row in rows):
        raise Refusal("account.competitor_share", _("The shares add up to more than 100 %."), field="competitors")
    present = {one.hotel_name: one for one in account.competitors.all()}
    today = timezone.now().astimezone(ZoneInfo(account.hotel.timezone)).date()
    for row in rows:
        known = present.pop(row.hotel_name, None)
        if known is not None and in_short([known]) == in_short([row]):
            continue
        CompetitorUse.objects.update_or_create(
            account=account,
            hotel_name=row.hotel_name,
            defaults={
                "share_percent": row.share_percent,
                "price": row.price,
                "advantages": row.advantages,
                "noted_on": today,
            },
        )
    CompetitorUse.objects.filter(pk__in=[one.pk for one in present.values()]).delete()


@command
def learn_competitors(
    *, actor: Actor, account: Account, rows: Sequence[CompetitorRow], on: date, source_url: str = ""
) -> Any:
    """Keep what somebody heard of the other hotels that a client uses (VIS-09): new ones, and a newer price or reason.

    The share stays as it is, what was noted on a later day as well, and nothing is taken away.
    """
    before = in_short(account.competitors.all())
    known = {one.hotel_name: one for one in account.competitors.all()}
    for row in rows:
        name = row.hotel_name.strip()[:LONGEST_NAME]
        one = known.get(name) or CompetitorUse(account=account, hotel_name=name, noted_on=on)
        if one.noted_on > on:
            continue
        price = one.price if row.price is None else row.price
        advantages = row.advantages.strip()[:LONGEST_WORDS] or one.advantages
        if one.pk is None or (price, advantages) != (one.price, one.advantages):
            is_new = one.pk is None
            one.price, one.advantages, one.noted_on = price, advantages, on
            if is_new:
                one.save(force_insert=True)
            else:
                one.save(update_fields=["price", "advantages", "noted_on"])
            known[name] = one
    after = in_short(known.values())
    if before == after:
        return UNCHANGED
    Account.objects.filter(pk=account.pk).update(revision=F("revision") + 1)
    account.refresh_from_db(fields=["revision"])
    record(account, competitors=(before, after), source=source_url)
    return account
