"""How stays that were booked elsewhere are said on pages (AGR-07)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from roomnight.agreements import words
from roomnight.agreements.models import Leak, LeakState
from roomnight.agreements.rules.leakage import COMPANY, EMAIL, FAIR, INVOICE, PHONE, STRONG
from roomnight.organization.access import Seat

KINDS: Final[dict[str, Any]] = {
    COMPANY: gettext_lazy("Guest's company"), INVOICE: gettext_lazy("Invoice title"),
    EMAIL: gettext_lazy("Email domain"), PHONE: gettext_lazy("Telephone"),
}  # fmt: skip
WHY: Final[dict[str, Any]] = {
    "name": gettext_lazy("the same name"), "form": gettext_lazy("differs in the legal form only"),
    "region": gettext_lazy("differs in the region and the legal form only"),
    "english": gettext_lazy("the same English name"), "group": gettext_lazy("the group, or a company of it"),
    "abbreviation": gettext_lazy("the usual abbreviation"), "short": gettext_lazy("the short name"),
    "branch": gettext_lazy("a branch"), "branches": gettext_lazy("another branch"),
    "trade_part": gettext_lazy("the same name proper"), "no_trade": gettext_lazy("the same name proper"),
    "near": gettext_lazy("differs in one character"), "sound": gettext_lazy("sounds alike"),
    "roman": gettext_lazy("spelt in Latin letters"), "domain": gettext_lazy("the client's own domain"),
    "shared_domain": gettext_lazy("a domain of several clients"),
    "phone": gettext_lazy("the number of one of the client's people"),
    "shared_phone": gettext_lazy("a number that several clients have"),
}  # fmt: skip
COLUMNS = (
    "pk", "arrival", "state", "points", "evidence", "account_id", "account__name", "booking__nights",
    "booking__revenue_cents", "booking__channel", "booking__rate_code",
)  # fmt: skip


def sure(points: int) -> tuple[str, str]:
    """How sure a proposal is, in a word and its colour."""
    if points >= STRONG:
        return pgettext("evidence", "strong"), "good"
    return (pgettext("evidence", "fair"), "go") if points >= FAIR else (pgettext("evidence", "weak"), "soon")


def reason(part: Mapping[str, Any]) -> str:
    """One thing that speaks for the client: “Invoice title “华星科技”: the same name”."""
    kind, why, text = KINDS.get(part["kind"], ""), WHY.get(part["why"], ""), part.get("text", "")
    if text:
        return _("%(kind)s “%(text)s”: %(why)s") % {"kind": kind, "text": text, "why": why}
    return _("%(kind)s: %(why)s") % {"kind": kind, "why": why}


def leak_row(seat: Seat, row: Mapping[str, Any]) -> dict[str, Any]:
    """A stay as the list shows it, from plain columns."""
    word, tone = sure(row["points"])
    return {
        "pk": row["pk"], "url": seat.url("agreements:leak", pk=row["pk"]), "name": row["account__name"],
        "arrival": row["arrival"], "nights": row["booking__nights"], "sure": word, "tone": tone,
        "how": row["booking__channel"] or row["booking__rate_code"], "reasons": [reason(part) for part in row["evidence"]],
        "revenue": words.amount(seat, Decimal(row["booking__revenue_cents"]).scaleb(-2)),
    }  # fmt: skip


def facts(seat: Seat, one: Leak) -> list[tuple[Any, Any]]:
    """What is to be known of a stay before deciding; nothing of who the guest is."""
    stay = one.booking
    found: list[tuple[Any, Any]] = [
        (_("How sure"), sure(one.points)[0]),
        *((pgettext("leaked stay", "Reason"), reason(part)) for part in one.evidence),
        (_("Arrival"), stay.arrival),
        (_("Departure"), stay.departure),
        (pgettext("of a stay", "Nights"), stay.nights),
        (_("Channel"), stay.channel or "–"),
        (_("Rate code"), stay.rate_code or "–"),
        (_("Room type"), stay.room_type or "–"),
    ]
    if seat.may("pms.production"):
        found.append((_("Room revenue"), words.amount(seat, one.revenue)))
    if one.state != LeakState.OPEN:
        by = one.decided_by.label if one.decided_by else ""
        found.append((pgettext("leaked stay", "Decision"), f"{one.get_state_display()} · {by}"))
        if one.note:
            found.append((pgettext("leaked stay", "Note"), one.note))
    return found
