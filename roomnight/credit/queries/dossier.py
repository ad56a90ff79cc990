"""What the page of a client's credit shows (CRD-12)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from roomnight.credit.models import CreditAccount, Hold, LimitLine, money
from roomnight.credit.queries.words import held_because
from roomnight.kernel.money import format_money
from roomnight.organization.models import Staff
from roomnight.ui.words import MACHINES

WARN_PERCENT = 80


@dataclass(frozen=True)
class Bar:
    """Limit, used, on its way and left, as text, and their shares of the limit in whole percent."""

    limit: str
    used: str
    pending: str
    left: str
    used_percent: int
    pending_percent: int
    is_over: bool

    @property
    def both_percent(self) -> int:
        return self.used_percent + self.pending_percent

    @property
    def left_percent(self) -> int:
        return 100 - self.both_percent

    @property
    def tone(self) -> str:
        if self.is_over:
            return "late"
        return "soon" if self.both_percent >= WARN_PERCENT else "good"


def bar(one: CreditAccount) -> Bar:
    """How an account stands against its limit."""
    used, pending, limit = one.balance_cents, one.pending_cents, one.limit_cents
    whole = max(limit, used + pending, 1)
    share = min(100, round(max(0, used) * 100 / whole))
    return Bar(
        _said(one, limit), _said(one, used), _said(one, pending), _said(one, limit - used - pending),
        share, min(100 - share, round(pending * 100 / whole)), used + pending > limit,
    )  # fmt: skip


def _said(one: CreditAccount, cents: int) -> str:
    return format_money(money(cents), one.hotel.currency, get_language() or "zh-hans")


def state_of(one: CreditAccount) -> dict[str, str]:
    """The state in a word, and its tone."""
    if one.closed_on is not None:
        return {"label": pgettext("credit account", "Closed"), "tone": ""}
    if one.merged_into_id is not None:
        return {"label": _("Taken over"), "tone": ""}
    if one.is_on_hold:
        return {"label": pgettext("credit account", "On hold"), "tone": "late"}
    part = bar(one)
    if part.is_over:
        return {"label": _("Over the limit"), "tone": "late"}
    if part.tone == "soon":
        return {"label": _("Nearly used up"), "tone": "soon"}
    return {"label": _("May charge"), "tone": "good"}


def holds_now(one: CreditAccount) -> list[str]:
    """Why nothing may be charged for the time being, in words."""
    found = Hold.objects.filter(credit=one, released_at=None) if one.is_on_hold else []
    return [held_because(one.hotel, row.reason, row.told) for row in found]


def holds(one: CreditAccount) -> list[dict[str, Any]]:
    """The holds of an account, latest first, with who held and released it by name."""
    rows = list(Hold.objects.filter(credit=one).order_by("-since", "-pk"))
    names = called({row.held_by for row in rows} | {row.released_by for row in rows})
    return [
        {"one": row, "reason": held_because(one.hotel, row.reason, row.told), "by": names.get(row.held_by, row.held_by),
         "released_by": names.get(row.released_by, row.released_by), "release_reason": _(row.release_reason) if row.release_reason else ""}
        for row in rows
    ]  # fmt: skip


def limits(one: CreditAccount) -> list[dict[str, Any]]:
    """The limits of an account, latest first."""
    rows = list(LimitLine.objects.filter(credit=one).order_by("-set_at", "-pk"))
    names = called({row.set_by for row in rows})
    return [
        {"one": row, "amount": _said(one, row.cents), "reason": _(row.reason) if row.reason else "", "by": names.get(row.set_by, row.set_by)}
        for row in rows
    ]  # fmt: skip


def called(codes: set[str]) -> dict[str, str]:
    """The names of people by what they sign in with; of what acts by itself in words."""
    machines = {code: str(MACHINES[code]) for code in codes if code in MACHINES}
    return machines | {one.username: one.label for one in Staff.objects.filter(username__in=codes)}
