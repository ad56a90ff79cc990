"""Charges that another system sent and that may not go through by themselves: let through, or sent back (CRD-05)."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from roomnight.credit import access, commands
from roomnight.credit.forms.deciding import LetThroughForm, SendBackForm
from roomnight.credit.models import RefusedCharge, RefusedState
from roomnight.credit.queries.dossier import called
from roomnight.credit.queries.intake import meant, refused_rows
from roomnight.credit.queries.words import why
from roomnight.credit.views.till import picked
from roomnight.kernel.money import format_money
from roomnight.organization.authority import authority
from roomnight.organization.http import DeskRequest, needs
from roomnight.organization.models import ApprovalKind
from roomnight.ui.page import page
from roomnight.ui.small_forms import small_form

AT_ONCE = 50


@needs("credit.override", "approve")
def to_decide(request: DeskRequest) -> HttpResponse:
    """The charges that wait, the oldest first, each with why it may not go through; and those that were decided on."""
    seat = request.seat
    is_over = request.GET.get("tab") == "decided"
    found = access.refused_charges(seat)
    waiting = found.filter(state=RefusedState.OPEN)
    shown = found.exclude(state=RefusedState.OPEN).order_by("-decided_at", "-pk") if is_over else waiting
    rows = refused_rows(shown, AT_ONCE + 1)
    labels = {"": _("To decide"), "decided": _("Decided")}
    context = {
        "is_over": is_over, "rows": rows[:AT_ONCE], "has_more": len(rows) > AT_ONCE,
        "names": called({row["one"].decided_by for row in rows}),
        "views": [
            {"label": label, "url": f"?tab={tab}", "current": (tab == "decided") == is_over,
             "count": waiting.count() if not tab else ""}
            for tab, label in labels.items()
        ],
    }  # fmt: skip
    return page(request, "credit/to_decide.html", context)


@needs("credit.override", "approve")
def let_through(request: DeskRequest, pk: int) -> HttpResponse:
    """Put it on a client's account, with a reason."""
    seat = request.seat
    one = access.refused_charge(seat, pk)
    form = LetThroughForm(
        seat, access.accounts_with_credit(seat), request.POST or None,
        initial={"account": meant(one), "signed_by": one.signed_by},
    )  # fmt: skip
    limit = authority(seat, ApprovalKind.CREDIT, seat.today).limit
    return small_form(
        request, form, lambda data: commands.let_through(actor=seat, refused=one, authority=limit, **data),
        title=_("Let the charge through"), action=_("Let it through"), said=_("Charged."), detail=one.client_name,
        back=seat.url("credit:to_decide"), facts=_facts(one),
    )  # fmt: skip


@needs("credit.override", "approve")
def send_back(request: DeskRequest, pk: int) -> HttpResponse:
    """It goes on nobody's account; the note says who collects it."""
    seat = request.seat
    one = access.refused_charge(seat, pk)
    return small_form(
        request, SendBackForm(request.POST or None),
        lambda data: commands.send_back(actor=seat, refused=one, **data),
        title=_("Send the charge back"), action=_("Send back"), said=_("Sent back."), detail=one.client_name,
        back=seat.url("credit:to_decide"), facts=_facts(one),
    )  # fmt: skip


@needs("credit.override", "approve")
def lookup(request: DeskRequest) -> HttpResponse:
    """The clients with an open account whose name, number or initials hold what is typed, for a picker."""
    return picked(request, access.accounts_with_credit(request.seat))


def _facts(one: RefusedCharge) -> list[tuple[Any, Any]]:
    return [
        (_("Why it waits"), why(one.hotel, one.code, one.values)),
        (_("Amount"), format_money(one.amount, one.hotel.currency)), (_("Date"), f"{one.on:%Y-%m-%d}"),
        (_("Bill or reference"), one.reference or "–"), (_("Outlet"), one.department or "–"),
        (pgettext("credit", "What"), one.description or "–"), (_("Came by"), one.get_source_display()),
    ]  # fmt: skip
