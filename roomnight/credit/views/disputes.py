"""Disputes: the list with the hours that are left, one of them, raising and resolving it (CRD-07)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import F, QuerySet
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from roomnight.credit import access, commands
from roomnight.credit.forms.settling import DisputeForm, ResolveForm
from roomnight.credit.models import Dispute
from roomnight.credit.queries.dossier import called
from roomnight.credit.views.accounts import facts, small_form
from roomnight.credit.views.ledger import told
from roomnight.kernel.money import format_money
from roomnight.organization.access import Seat
from roomnight.organization.http import DeskRequest, needs
from roomnight.ui.page import page

TABS = ("open", "mine", "resolved")
AT_ONCE = 60


def hours_left(one: Dispute, now: datetime) -> dict[str, str]:
    """How much time is left to resolve it, in a word, and its tone."""
    if one.resolved_at is not None:
        return {"label": str(one.get_outcome_display()), "tone": "good"}
    minutes = int((one.due_at - now).total_seconds() // 60)
    hours = abs(minutes) // 60
    if minutes < 0:
        return {"label": ngettext("%(n)d hour late", "%(n)d hours late", hours) % {"n": hours}, "tone": "late"}
    label = (
        ngettext("%(n)d hour left", "%(n)d hours left", hours) % {"n": hours} if hours else _("less than an hour left")
    )
    return {"label": label, "tone": "soon"}


def in_tab(seat: Seat, name: str) -> QuerySet[Dispute]:
    """The disputes that a tab holds."""
    found = access.disputes(seat)
    match name:
        case "resolved":
            return found.filter(resolved_at__isnull=False).order_by(F("resolved_at").desc(), "-pk")
        case "mine":
            found = found.filter(assigned_to__in=seat.stands_for)
    return found.filter(resolved_at=None).order_by("due_at", "pk")


@needs("credit.dispute")
def dispute_list(request: DeskRequest) -> HttpResponse:
    """The disputes that are open, those with the fewest hours left first; one's own; those that were resolved."""
    seat, now = request.seat, timezone.now()
    name = request.GET.get("tab", "") if request.GET.get("tab") in TABS else "open"
    labels = {"open": _("Open"), "mine": pgettext("dunning", "With me"), "resolved": _("Resolved")}
    rows = list(in_tab(seat, name).select_related("credit__hotel", "credit__account", "assigned_to")[: AT_ONCE + 1])
    context = {
        "tab": name, "has_more": len(rows) > AT_ONCE,
        "views": [
            {"label": label, "url": f"?tab={tab}", "current": tab == name,
             "count": (in_tab(seat, tab)[:100].count() or "") if tab == "open" else ""}
            for tab, label in labels.items()
        ],
        "rows": [{"one": one, "left": hours_left(one, now)} for one in rows[:AT_ONCE]],
    }  # fmt: skip
    return page(request, "credit/disputes.html", context)


@needs("credit.dispute")
def dispute(request: DeskRequest, pk: int) -> HttpResponse:
    """One dispute: what the client says, who resolves it until when, how it ended."""
    seat = request.seat
    one = access.dispute(seat, pk)
    names = called({one.raised_by, one.resolved_by})
    context = {
        "one": one, "credit": one.credit, "line": one.line, "left": hours_left(one, timezone.now()),
        "raised_by": names.get(one.raised_by, one.raised_by), "resolved_by": names.get(one.resolved_by, one.resolved_by),
        "may_resolve": one.resolved_at is None and access.disputes(seat, "edit").filter(pk=pk).exists(),
        "sees_account": seat.may("credit.account"),
    }  # fmt: skip
    return page(request, "credit/dispute.html", context)


@needs("credit.dispute", "create")
def of_account(request: DeskRequest, pk: int) -> HttpResponse:
    """Take down what a client says while it is consuming."""
    seat = request.seat
    one = access.credit_account(seat, pk)
    return small_form(
        request, one, DisputeForm(request.POST or None),
        lambda data: commands.raise_dispute(actor=seat, credit=one, **data),
        title=_("A client has a problem"), action=_("Take it down"), said=_("Taken down: the clock runs."), facts=facts(one),
    )  # fmt: skip


@needs("credit.dispute", "create")
def of_line(request: DeskRequest, pk: int) -> HttpResponse:
    """Take down what a client says about a line."""
    seat = request.seat
    line = access.line(seat, pk)
    return small_form(
        request, line.credit, DisputeForm(request.POST or None),
        lambda data: commands.raise_dispute(actor=seat, credit=line.credit, line=line, **data),
        title=_("A bill is disputed"), action=_("Take it down"), said=_("Taken down: the clock runs."),
        facts=told(seat, line), back=seat.url("credit:line", pk=line.pk),
    )  # fmt: skip


@needs("credit.dispute", "edit")
def resolve(request: DeskRequest, pk: int) -> HttpResponse:
    """Resolve a dispute, and correct the ledger where that is called for."""
    seat = request.seat
    one = access.dispute(seat, pk, "edit")
    form = ResolveForm(
        request.POST or None, dispute=one, may_reverse=seat.may("credit.payment", "create"),
        may_adjust=seat.may("credit.payment", "approve"),
    )  # fmt: skip
    known: list[tuple[Any, Any]] = [(_("What the client says"), one.text)]
    if one.line is not None:
        known += told(seat, one.line)
    elif one.amount is not None:
        known.append((_("Amount it is about"), format_money(one.amount, seat.hotel.currency)))
    return small_form(
        request, one.credit, form,
        lambda data: commands.resolve_dispute(actor=seat, dispute=one, revision=one.revision, **data),
        title=_("Resolve the dispute"), action=_("Resolve"), said=_("Resolved."), facts=known, back=one.get_absolute_url(),
    )  # fmt: skip
