"""Why a charge may not go through, in one plain sentence, and who can help (CRD-11)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from roomnight.credit.models import money
from roomnight.credit.rules.authorising import LIFTABLE, Answer
from roomnight.kernel.money import format_money
from roomnight.organization.models import Grant, Hotel, Membership
from roomnight.pms.models import RevenueKind

OVERRIDE = "credit.override"
NAMED = 2
AMOUNTS = ("over", "limit", "in_force", "used", "pending", "asked", "total", "owed")


def told(hotel: Hotel, answer: Answer) -> str:
    """The sentence of an answer that forbids."""
    return sentence(hotel, answer.code, kept(answer))


def kept(answer: Answer) -> dict[str, Any]:
    """What the sentence of a refusal needs, as plain values that can be kept: amounts in cents."""
    parts = {"in_force": answer.limit, "used": answer.balance, "pending": answer.pending}
    return {**parts, "asked": answer.asked, "total": answer.total, **answer.values}


def sentence(hotel: Hotel, code: str, values: Mapping[str, Any]) -> str:
    """The sentence of a refusal that was kept as its code and values, in the language in force, and who can help."""
    first, help_ = why(hotel, code, values), _who(hotel, code)
    return pgettext("two sentences", "%(first)s %(second)s") % {"first": first, "second": help_} if help_ else first


def for_till(hotel: Hotel, code: str, message: str) -> str:
    """A refusal as somebody at a till is told it: whether, not how much the client may owe (CRD-12)."""
    if code != "credit.limit":
        return message
    first, help_ = _("The client may not charge that much now."), _who(hotel, code)
    return pgettext("two sentences", "%(first)s %(second)s") % {"first": first, "second": help_}


def why(hotel: Hotel, code: str, values: Mapping[str, Any]) -> str:
    """The same for those who can help themselves: only why."""
    language = get_language() or "en"
    said = {
        name: format_money(money(value), hotel.currency, language) if name in AMOUNTS else value
        for name, value in values.items()
    }
    if code == "credit.hold":
        said["why"] = held_because(hotel, values["why"], values.get("of", {}))
    if code == "credit.scope":
        said["kind"] = RevenueKind(values["kind"]).label
    return _why(code) % said


def held_because(hotel: Hotel, reason: str, values: Mapping[str, Any]) -> str:
    """Why an account is on hold: as it was typed, or the product's own sentence with its values, amounts in cents."""
    if not values:
        return _(reason)
    language = get_language() or "en"
    return _(reason) % {
        name: format_money(money(value), hotel.currency, language) if name in AMOUNTS else value
        for name, value in values.items()
    }


def _why(code: str) -> str:
    match code:
        case "credit.closed":
            return _("This client has no credit account that is open.")
        case "credit.agreement":
            return _("No agreement that allows charging is in force on %(on)s.")
        case "credit.signer":
            return _("“%(name)s” is not among those who may sign for this client on %(on)s.")
        case "credit.signer_limit":
            return _("%(asked)s is more than %(name)s may sign for each time: %(limit)s.")
        case "credit.scope":
            return _("%(kind)s is not among what was agreed to be charged.")
        case "credit.hold":
            return _("The account is on hold: %(why)s")
        case "credit.twice":
            return _("Bill %(reference)s with %(asked)s is on the ledger already.")
        case "credit.future":
            return _("%(on)s is still to come.")
        case "credit.amount":
            return _("A charge is more than nothing.")
        case "credit.currency":
            return _("It is in %(currency)s; accounts are kept in the hotel's own currency.")
        case "credit.client":
            return _("No client of this hotel was found for “%(name)s”.")
    return _(
        "This passes the limit by %(over)s: %(used)s used, %(pending)s on its way, and %(asked)s make %(total)s; "
        "the limit is %(in_force)s."
    )


def _who(hotel: Hotel, code: str) -> str:
    if code in ("credit.closed", "credit.agreement"):
        return _("The client pays now; its representative can apply for credit or renew the agreement.")
    if code == "credit.signer":
        return _("The client's representative can enter who may sign, on the client's letter.")
    if code not in LIFTABLE:
        return _("If it is another one, give it a bill number of its own.") if code == "credit.twice" else ""
    names = who_may_lift(hotel)
    if names:
        return _("%(names)s can let it through, with a reason.") % {"names": names}
    return _("Only the credit manager can let it through, with a reason.")


def who_may_lift(hotel: Hotel) -> str:
    """The names of those who may let a charge through at this hotel, those of finance first; nothing where nobody may."""
    granting = Grant.objects.filter(resource=OVERRIDE, action="approve").values("role")
    places = Membership.objects.filter(hotel=hotel, role__in=granting, staff__is_active=True)
    found = sorted(
        places.select_related("staff", "role", "department"),
        key=lambda place: (place.department is None or place.department.kind != "finance", place.role.rank),
    )
    return pgettext("between names", ", ").join(place.staff.label for place in found[:NAMED])


def bucket_words() -> dict[str, str]:
    """What the buckets of the ageing are called."""
    return {
        "current": pgettext("ageing", "Not yet due"), "to_30": _("1–30 days"), "to_60": _("31–60 days"),
        "to_90": _("61–90 days"), "older": _("Over 90 days"), "unallocated": _("Paid, not settled"),
    }  # fmt: skip
