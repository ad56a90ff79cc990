"""How exceptions are said on pages (EXC)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from roomnight.orders import access_exceptions as access
from roomnight.orders.models import ExceptionKind, ExceptionState, OfferState, OrderException
from roomnight.orders.queries.exceptions import is_contact_late, known_of, minutes_to_contact
from roomnight.orders.rules.exceptions import STAGES, lacks, minutes_between, stage
from roomnight.organization.access import Seat

TONES = {ExceptionState.OPEN: "soon", ExceptionState.CLOSED: "good", ExceptionState.WITHDRAWN: ""}
KIND_ICONS = {
    ExceptionKind.WRONG: "alert-triangle", ExceptionKind.MISSED: "clock-stop", ExceptionKind.MISTAKEN: "edit",
    ExceptionKind.UNFULFILLED: "ban", ExceptionKind.FORCE_MAJEURE: "scale", ExceptionKind.COMPLAINT: "message-circle",
}  # fmt: skip
OFFER_TONES: dict[str, str] = {"": "", "pending": "soon", "approved": "good", "refused": "late"}


@dataclass(frozen=True)
class Deed:
    """Something that may be done: its page, its words, its drawing, and which right it takes."""

    url: str
    label: Any
    icon: str
    right: str = "edit"


DEEDS: dict[str, Deed] = {
    "contact": Deed("exception_contact", _("Contact the client"), "phone-call"),
    "explain": Deed("exception_explain", _("Explain it to the client"), "message-circle"),
    "feed": Deed("exception_departments", _("Tell the departments"), "send"),
    "decide": Deed("exception_decide", _("Decide on the offer"), "scale", "office"),
    "instruct": Deed("exception_instruct", _("Give instructions"), "pencil", "office"),
    "offer": Deed("exception_offer", _("Propose compensation"), "gift"),
    "answer": Deed("exception_answer", _("Note the client's answer"), "message-circle"),
    "stay": Deed("exception_stay", _("Follow the stay"), "bed"),
    "comments": Deed("exception_comments", _("Collect comments"), "message-circle"),
    "cause": Deed("exception_cause", _("Settle the cause"), "search", "approve"),
    "file": Deed("exception_file", _("File the papers"), "archive"),
    "visit": Deed("exception_visit", _("Name the visit afterwards"), "map-pin"),
    "close": Deed("exception_close", _("Close it"), "check", "approve"),
}
"""What each step is done with."""
WAITING = {
    "contact": _("The client has not been contacted yet."),
    "explain": _("It has not been explained to the client yet."),
    "feed": _("The departments do not know yet what changes."),
    "decide": _("An offer waits for the GM's office."),
    "instruct": _("The GM's office was asked for instructions."),
    "offer": _("The client claims compensation."),
    "answer": _("The offer is approved: the client has not answered yet."),
    "stay": _("The stay is still to be followed."),
    "comments": _("The client's comments are still to be collected."),
    "cause": _("Cause, responsible step and prevention are still to be recorded."),
    "file": _("The papers are still to be filed."),
    "visit": _("The client is still to be visited."),
    "close": _("Everything is done: it may be closed."),
}
"""What an exception waits for, in a sentence."""
DONE_WORDS = {
    "contact": _("Client contacted"), "explain": _("Explained to the client"), "feed": _("Departments told"),
    "offer": pgettext_lazy("exception", "Claim answered"), "instruct": pgettext_lazy("exception", "Instructed"),
    "stay": _("Stay followed"), "comments": pgettext_lazy("exception", "Comments collected"), "cause": _("Cause settled"),
    "file": pgettext_lazy("exception", "Filed"), "visit": pgettext_lazy("exception", "Visited afterwards"),
}  # fmt: skip
"""What stands on the list of what must be done before it may be closed."""


def stage_of(one: OrderException) -> str:
    return stage(known_of(one))


def clock(one: OrderException, now: datetime) -> dict[str, Any]:
    """The clock to the first word with the client: minutes it took or that are left (below nothing where it is over)."""
    took = minutes_to_contact(one)
    late = is_contact_late(one, now)
    left = None if took is not None or not one.is_open else minutes_between(now, one.contact_due_at)
    tone = ("late" if late else "good") if took is not None else "late" if late else "soon"
    return {
        "took": took,
        "left": left,
        "over": -left if left is not None and late else None,
        "is_late": late,
        "clock_tone": tone,
    }


def row_of(one: OrderException, now: datetime) -> dict[str, Any]:
    """An exception as lists show it; `cost` where the row brought the sum of its costs."""
    name, cents = stage_of(one), getattr(one, "cents", None)
    return {
        "one": one, "url": one.get_absolute_url(), "tone": TONES[ExceptionState(one.state)], "icon": KIND_ICONS[ExceptionKind(one.kind)],
        "next": DEEDS[name].label if name in DEEDS else "", "cost": Decimal(cents).scaleb(-2) if cents else None, **clock(one, now),
    }  # fmt: skip


def checklist(one: OrderException) -> list[tuple[Any, bool]]:
    """What must be done before it may be closed, and whether it is; only what this exception needs."""
    known, missing = known_of(one), set(lacks(known_of(one)))
    needed = {
        "explain": known.is_force_majeure, "feed": known.is_firm or known.is_fed, "offer": known.is_claimed or bool(known.offer),
        "instruct": known.is_asked, "stay": known.has_guests,
    }  # fmt: skip
    money = {"offer", "decide", "answer"}
    return [
        (DONE_WORDS[name], name not in missing and not (name == "offer" and missing & money))
        for name in STAGES
        if name in DONE_WORDS and needed.get(name, True)
    ]


def may_do(seat: Seat, one: OrderException, right: str) -> bool:
    """Whether this person has the right that a deed takes."""
    if right == "office":
        return seat.may("orders.compensation", "approve")
    return access.may(seat, one, right)


def deeds_of(seat: Seat, one: OrderException) -> dict[str, Any]:
    """The next step with its button, and what else this person may do now."""
    name = stage_of(one)
    if name not in DEEDS:
        return {"stage": name, "next": None, "waits": "", "others": []}
    deed = DEEDS[name]
    mine = may_do(seat, one, deed.right)
    offered = [other for other in _others(one, name) if may_do(seat, one, other.right)]
    return {
        "stage": name,
        "next": deed if mine else None,
        "next_url": seat.url(f"orders:{deed.url}", pk=one.pk) if mine else "",
        "waits": WAITING[name],
        "others": [(seat.url(f"orders:{other.url}", pk=one.pk), other.label, other.icon) for other in offered],
    }


def _others(one: OrderException, name: str) -> Iterable[Deed]:
    """What may be done out of turn."""
    if one.contacted_at:
        yield Deed("exception_contact", _("Note another word with the client"), "phone-call")
    if one.kind == ExceptionKind.FORCE_MAJEURE and name != "explain":
        yield DEEDS["explain"]
    if name != "feed":
        yield DEEDS["feed"]
    yield Deed("exception_claim", _("Note a claim"), "cash")
    if one.offer_state != OfferState.PENDING and one.answer != "accepted" and name != "offer":
        yield DEEDS["offer"]
    if one.offer_state == OfferState.PENDING and name != "decide":
        yield DEEDS["decide"]
    yield Deed("exception_ask", _("Ask the GM's office for instructions"), "help-circle")
    if name != "instruct":
        yield DEEDS["instruct"]
    for later in ("stay", "comments", "cause", "file", "visit"):
        if later != name:
            yield DEEDS[later]
    yield Deed("exception_edit", _("Change what was written down"), "edit")
    yield Deed("exception_withdraw", _("It was none"), "x", "approve")


def cost_of(one: OrderException) -> Decimal:
    """What it cost in all."""
    return Decimal(sum(cost.cents for cost in one.costs.all())).scaleb(-2)
