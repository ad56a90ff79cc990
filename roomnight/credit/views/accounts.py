"""Credit accounts: the list, the dossier, the ledger, limit, hold and release (CRD-08, CRD-10, CRD-12)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.db.models import F, QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from roomnight.agreements.queries.charging import charging_agreement, signatories_on
from roomnight.credit import access, commands
from roomnight.credit.forms.accounts import LimitForm, TermsForm, WhyForm
from roomnight.credit.models import CreditAccount, RefusedState
from roomnight.credit.queries.dossier import bar, holds, holds_now, limits, state_of
from roomnight.credit.queries.intake import refused_rows
from roomnight.credit.queries.turns import most_of
from roomnight.credit.rules.values import REVIEW_NOTICE_DAYS
from roomnight.organization.access import Seat
from roomnight.organization.http import DeskRequest, needs
from roomnight.pms.models import RevenueKind
from roomnight.ui import small_forms
from roomnight.ui.page import page
from roomnight.ui.small_forms import LaidOutForm

TABS = ("open", "owing", "held", "review", "closed")
AT_ONCE = 50
LATEST = 8


def review_until(seat: Seat) -> date:
    """Limits due for review up to this day are listed: as long before as people are reminded of them (CRD-09)."""
    return seat.today + timedelta(days=REVIEW_NOTICE_DAYS.at(seat.hotel_code, seat.today))


def in_tab(seat: Seat, name: str, text: str = "") -> QuerySet[CreditAccount]:
    """The accounts that a tab holds."""
    found = access.credit_accounts(seat).select_related("hotel", "account", "responsible")
    if text:
        found = found.filter(account__name__icontains=text) | found.filter(number__icontains=text)
    if name == "closed":
        return found.filter(closed_on__isnull=False).order_by("-closed_on", "-pk")
    found = found.filter(closed_on=None)
    match name:
        case "owing":
            return found.filter(balance_cents__gt=0).order_by("-balance_cents", "pk")
        case "held":
            return found.filter(is_on_hold=True).order_by("-balance_cents", "pk")
        case "review":
            return found.filter(review_on__lte=review_until(seat)).order_by("review_on", "pk")
    return found.order_by(F("balance_cents") + F("pending_cents") - F("limit_cents")).reverse()


def review_state(seat: Seat, one: CreditAccount) -> dict[str, str]:
    """By when a limit is to be reviewed, and whether that is over."""
    return {
        "label": f"{one.review_on:%Y-%m-%d}",
        "tone": "late" if one.review_on and one.review_on < seat.today else "soon",
    }


@needs("credit.account")
def account_list(request: DeskRequest) -> HttpResponse:
    """The credit accounts: those nearest their limit first, those that owe, that are on hold, to be reviewed, closed."""
    seat = request.seat
    name = request.GET.get("tab", "") if request.GET.get("tab") in TABS else "open"
    text = request.GET.get("q", "").strip()[:80]
    labels = {
        "open": _("All open"), "owing": _("Owing"), "held": _("On hold"), "review": _("To review"), "closed": pgettext("credit account", "Closed"),
    }  # fmt: skip
    counts = {tab: in_tab(seat, tab).count() for tab in ("held", "review")}
    rows = list(in_tab(seat, name, text)[: AT_ONCE + 1])
    context = {
        "tab": name, "q": text, "has_more": len(rows) > AT_ONCE,
        "views": [
            {"label": label, "url": f"?tab={tab}", "current": tab == name, "count": counts.get(tab) or ""}
            for tab, label in labels.items()
        ],
        "rows": [
            {"one": one, "state": review_state(seat, one) if name == "review" else state_of(one), "bar": bar(one)}
            for one in rows[:AT_ONCE]
        ],
    }  # fmt: skip
    return page(request, "credit/list.html", context)


@needs("credit.account")
def account(request: DeskRequest, pk: int) -> HttpResponse:
    """The dossier of one client's credit: how it stands, the ledger, who may sign, every decision (CRD-12)."""
    seat = request.seat
    one = access.credit_account(seat, pk)
    agreement = charging_agreement(one.account, seat.today)
    lines = list(access.lines(one)[: LATEST + 1])
    context = {
        "one": one, "state": state_of(one), "bar": bar(one), "agreement": agreement, "holds": holds_now(one),
        "signatories": signatories_on(agreement, seat.today) if agreement else [],
        "scope": [RevenueKind(kind).label for kind in one.scope], "lines": lines[:LATEST], "has_more": len(lines) > LATEST,
        "review_due": one.is_open and one.review_on is not None and one.review_on <= review_until(seat),
        "may_decide_charges": seat.may("credit.override", "approve"),
        "may_pay": one.closed_on is None and seat.may("credit.payment", "create"),
        "may_adjust": one.closed_on is None and seat.may("credit.payment", "approve"),
        "may_decide": one.is_open and seat.may("credit.account", "approve"),
        "may_compare": seat.may("credit.statement", "edit"),
        "may_edit": one.is_open and seat.may("credit.account", "edit"),
    }  # fmt: skip
    return page(request, "credit/account.html", context)


@needs("credit.account")
def decisions(request: DeskRequest, pk: int) -> HttpResponse:
    """The limits and holds of an account, with who decided and why (CRD-12)."""
    one = access.credit_account(request.seat, pk)
    waiting = one.refused.filter(state=RefusedState.OPEN).order_by("came_at", "pk")
    reviews = list(access.reviews(one)[:LATEST])
    context = {
        "one": one, "holds": holds(one), "limits": limits(one), "refused": refused_rows(waiting, LATEST),
        "gradings": list(access.gradings(one)[:LATEST]), "reviews": reviews,
    }  # fmt: skip
    return page(request, "credit/decisions.html", context)


@needs("credit.account")
def ledger(request: DeskRequest, pk: int) -> HttpResponse:
    """Every line of an account, latest first (CRD-04)."""
    one = access.credit_account(request.seat, pk)
    text = request.GET.get("before", "")
    found = access.lines(one)
    if text.isdigit():
        last = found.filter(pk=int(text)).first()
        found = found.filter(on__lt=last.on) | found.filter(on=last.on, pk__lt=last.pk) if last else found
    rows = list(found[: AT_ONCE + 1])
    context = {"one": one, "lines": rows[:AT_ONCE], "next": rows[AT_ONCE - 1].pk if len(rows) > AT_ONCE else None}
    return page(request, "credit/ledger.html", context)


# ---- decisions, each a short form


def small_form(
    request: DeskRequest, one: CreditAccount, form: LaidOutForm, do: Callable[[dict[str, Any]], object], *,
    back: str = "", **words: Any,
) -> HttpResponse:  # fmt: skip
    """A form of a few fields about an account, or about something on it that lies at `back`."""
    home = back or one.get_absolute_url()
    return small_forms.small_form(request, form, do, back=home, detail=one.account.name, **words)


def facts(one: CreditAccount) -> list[tuple[Any, Any]]:
    """What to know when deciding about a limit."""
    part = bar(one)
    return [
        (_("Limit"), part.limit),
        (_("Used"), part.used),
        (_("On its way"), part.pending),
        (pgettext("credit", "Left"), part.left),
    ]


@needs("credit.account", "approve")
def limit(request: DeskRequest, pk: int) -> HttpResponse:
    """Another limit, for good or for a time (CRD-02)."""
    seat = request.seat
    one = access.credit_account(seat, pk, "approve")
    return small_form(
        request, one, LimitForm(request.POST or None, credit=one),
        lambda data: commands.change_limit(
            actor=seat, credit=one, staff=seat.staff, authority=most_of(seat, seat.today), **data
        ),
        title=_("Credit limit"), action=_("Set the limit"), said=_("Limit set."), facts=facts(one),
    )  # fmt: skip


@needs("credit.account", "approve")
def hold(request: DeskRequest, pk: int) -> HttpResponse:
    """Let nothing more be charged (CRD-08)."""
    seat = request.seat
    one = access.credit_account(seat, pk, "approve")
    return small_form(
        request, one, WhyForm(request.POST or None),
        lambda data: commands.hold(actor=seat, credit=one, **data),
        title=_("Put on hold"), action=_("Put on hold"), said=_("On hold."), facts=facts(one),
    )  # fmt: skip


@needs("credit.account", "approve")
def release(request: DeskRequest, pk: int) -> HttpResponse:
    """Let the client charge again (CRD-08)."""
    seat = request.seat
    one = access.credit_account(seat, pk, "approve")
    return small_form(
        request, one, WhyForm(request.POST or None),
        lambda data: commands.release(actor=seat, credit=one, **data),
        title=_("Release"), action=_("Release"), said=_("Released: the client may charge again."), facts=facts(one),
    )  # fmt: skip


@needs("credit.account", "approve")
def close(request: DeskRequest, pk: int) -> HttpResponse:
    """Close an account on which nothing is open."""
    seat = request.seat
    one = access.credit_account(seat, pk, "approve")
    return small_form(
        request, one, WhyForm(request.POST or None),
        lambda data: commands.close_account(actor=seat, credit=one, **data),
        title=_("Close the account"), action=_("Close it"), said=_("Closed."), facts=facts(one),
    )  # fmt: skip


@needs("credit.account", "edit")
def terms(request: DeskRequest, pk: int) -> HttpResponse:
    """What may be charged, and what secures it."""
    seat = request.seat
    one = access.credit_account(seat, pk, "edit")
    form = TermsForm(request.POST or None, credit=one)
    return small_form(
        request, one, form,
        lambda data: commands.change_terms(actor=seat, credit=one, revision=one.revision, **form.values()),
        title=_("Terms of the account"), action=_("Save"), said=_("Saved."),
    )  # fmt: skip
