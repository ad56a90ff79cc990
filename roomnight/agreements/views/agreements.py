"""Agreements: the list, the draft, the page, the decision, originals, who may sign, and the end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, QuerySet, Sum
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

from roomnight.agreements import access, commands, words
from roomnight.agreements.forms.agreements import (
    AgreementForm,
    DecisionForm,
    EndForm,
    OriginalForm,
    RateRows,
    SignatoryForm,
    WhyForm,
    rate_rows,
)
from roomnight.agreements.models import CHARGING, NEVER, RUNNING, Agreement, Side, State, TrailLine
from roomnight.agreements.queries.commitment import commitment
from roomnight.agreements.queries.tables import floors, room_types, seasons
from roomnight.agreements.rules.renewal import lapses_on
from roomnight.agreements.rules.seasons import below_floor
from roomnight.agreements.rules.values import UNSIGNED_DAYS
from roomnight.clients.models import Account
from roomnight.kernel.errors import Refusal
from roomnight.organization.access import Seat
from roomnight.organization.http import DeskRequest, needs
from roomnight.ui import small_forms
from roomnight.ui.page import done, page, refusals, refused
from roomnight.ui.small_forms import LaidOutForm
from roomnight.ui.templatetags.ui import who

TABS = ("running", "decide", "sign", "draft", "all")
ROWS = 100
MORE_ROWS = 4
SAID = ("client_name", "client_address", "client_phone", "client_tax_number", "client_bank", "client_bank_account")


def in_tab(seat: Seat, name: str, text: str = "") -> QuerySet[Agreement]:
    """The agreements that a tab holds."""
    found = access.agreements(seat).select_related("hotel", "responsible")
    if text:
        found = found.filter(client_name__icontains=text) | found.filter(number__icontains=text)
    match name:
        case "decide":
            return found.filter(state=State.REVIEW).order_by("pk")
        case "sign":
            return found.filter(state__in=(State.APPROVED, State.SIGNED)).order_by("starts_on", "pk")
        case "draft":
            return found.filter(state=State.DRAFT).order_by("-pk")
        case "all":
            return found.order_by("-pk")
    return found.filter(state__in=RUNNING, holds_until__gte=seat.today).order_by("holds_until", "pk")


@needs("agreements.agreement")
def agreement_list(request: DeskRequest) -> HttpResponse:
    """The agreements: in force, to decide, to sign, drafts, all (AGR-02)."""
    seat = request.seat
    name = request.GET.get("tab", "") if request.GET.get("tab") in TABS else "running"
    text = request.GET.get("q", "").strip()[:80]
    labels = {
        "running": _("In force"), "decide": _("To decide"), "sign": _("To sign and begin"), "draft": _("Drafts"),
        "all": _("All"),
    }  # fmt: skip
    counts = {tab: in_tab(seat, tab).count() for tab in TABS if tab != "all"}
    context = {
        "tab": name, "q": text,
        "views": [
            {"label": label, "url": f"?tab={tab}", "current": tab == name, "count": counts.get(tab) or ""}
            for tab, label in labels.items()
        ],
        "rows": [words.agreement_row(seat, one) for one in in_tab(seat, name, text)[:ROWS]],
        "may_create": seat.may("agreements.agreement", "create"),
    }  # fmt: skip
    return page(request, "agreements/list.html", context)


@needs("agreements.agreement")
def agreement(request: DeskRequest, pk: int) -> HttpResponse:
    """One agreement: terms, price list, who may sign, originals, and its way so far (AGR-01)."""
    seat = request.seat
    one = access.agreement(seat, pk)
    names = words.Names(seat.hotel_code, seat.today)
    may_edit, is_draft = access.may(seat, one, "edit"), one.state == State.DRAFT
    originals = list(one.originals.select_related("registered_by"))
    context = {
        "one": one, "tone": words.TONES.get(State(one.state), ""), "days_left": words.days_left(one, seat.today),
        "prices": words.price_list(seat, one, names), "periods": words.periods_words(one, names),
        "signatories": _signatories(seat, one), "originals": originals,
        "missing": [side.label for side in Side if side not in {original.side for original in originals}],
        "is_charging": one.kind in CHARGING,
        "may_edit": may_edit and is_draft, "may_submit": may_edit and is_draft,
        "may_decide": one.state == State.REVIEW and access.may(seat, one, "approve") and not _is_own(seat, one),
        "may_return": one.state == State.APPROVED and not originals and access.may(seat, one, "approve"),
        "may_register": may_edit and one.state == State.APPROVED,
        "may_withdraw": may_edit and one.state in (State.DRAFT, State.REVIEW, State.APPROVED),
        "may_end": one.state in (State.SIGNED, *RUNNING) and access.may(seat, one, "approve"),
        "renewal": one.renewals.exclude(state__in=NEVER).first(),
        "may_renew": one.state in (*RUNNING, State.EXPIRED) and access.may(seat, one, "create"),
        "may_take_up": one.state in NEVER and access.may(seat, one, "create"),
        "lapses_on": _lapses_on(seat, one) if one.state == State.APPROVED and not originals else None,
        "may_sign_for": may_edit and one.state not in (State.EXPIRED, State.TERMINATED, *NEVER),
    }  # fmt: skip
    return page(request, "agreements/agreement.html", context)


def _lapses_on(seat: Seat, one: Agreement) -> date | None:
    """The day on which it lapses if nobody signs."""
    if one.decided_at is None:
        return None
    return lapses_on(seat.local(one.decided_at).date(), UNSIGNED_DAYS.at(seat.hotel_code, seat.today))


def _is_own(seat: Seat, one: Agreement) -> bool:
    return seat.staff.pk in (one.responsible_id, one.drafted_by_id, one.submitted_by_id)


@needs("agreements.agreement")
def trail(request: DeskRequest, pk: int) -> HttpResponse:
    """What was promised and brought, which departments have their copies, and the way so far with every opinion."""
    one = access.agreement(request.seat, pk)
    context = {
        "one": one, "trail": _trail(one), "copies": access.copies_of(one), "commitment": commitment(one, request.seat.today),
        "elsewhere": _elsewhere(request.seat, one),
    }  # fmt: skip
    return page(request, "agreements/trail.html", context)


def _elsewhere(seat: Seat, one: Agreement) -> dict[str, dict[str, int]]:
    """Stays of its client that were booked elsewhere, by what was made of them: how many, and their nights. One query."""
    if one.signed_at is None:
        return {}
    found = access.found_for(seat, one).order_by().values_list("state")
    return {
        state: {"stays": stays, "nights": nights}
        for state, stays, nights in found.annotate(stays=Count("pk"), nights=Sum("booking__nights"))
    }


def _trail(one: Agreement) -> list[tuple[TrailLine, str]]:
    lines = list(one.trail.all())
    names = access.called(line.who for line in lines)
    return [(line, names.get(line.who, who(line.who))) for line in lines]


def _signatories(seat: Seat, one: Agreement) -> list[dict[str, Any]]:
    return [
        {"one": who, "is_in_force": who.starts_on <= seat.today <= who.ends_on, "is_over": who.ends_on < seat.today}
        for who in one.signatories.all()
    ]


# ---- drafting


@needs("agreements.agreement", "create")
def agreement_new(request: DeskRequest) -> HttpResponse:
    """Draft an agreement with a client (AGR-01)."""
    seat = request.seat
    account = access.asked_account(seat, request.GET.get("account", ""))
    first = seat.today + timedelta(days=1)
    initial = {
        "responsible": seat.staff.pk, "kind": "cash", "settlement": "departure", "starts_on": first,
        "ends_on": first.replace(month=12, day=31), "hold_until": "18:00", **(_said_of(account) if account else {}),
    }  # fmt: skip
    form = AgreementForm(request.POST or None, seat=seat, people=access.people(seat), account=account, initial=initial)
    rows = _rows(request)
    if _is_sent(request) and form.is_valid() and rows.is_valid():
        data = dict(form.cleaned_data)
        chosen = account or data["account"]
        data.pop("account", None)
        with refusals(form):
            one = commands.draft_agreement(
                actor=seat, account=chosen, drafted_by=seat.staff, lines=rows.lines(), **data
            )
            return done(request, one.get_absolute_url(), _("Drafted: %(number)s.") % {"number": one.number})
    title = _("New agreement")
    return _draft(request, form, rows, title, seat.url("agreements:list"), account)


@needs("agreements.agreement", "edit")
def agreement_edit(request: DeskRequest, pk: int) -> HttpResponse:
    """Change a draft."""
    seat = request.seat
    one = access.agreement(seat, pk, "edit")
    names = words.Names(seat.hotel_code, seat.today)
    lines = list(one.lines.all())
    said = "\n".join(names.line(line) for line in lines)
    form = AgreementForm(request.POST or None, seat=seat, people=access.people(seat), agreement=one, rates=said)
    rows = _rows(request, one)
    if _is_sent(request) and form.is_valid() and rows.is_valid():
        with refusals(form):
            commands.change_agreement(
                actor=seat, agreement=one, revision=one.revision, lines=rows.lines(), **form.cleaned_data
            )
            return done(request, one.get_absolute_url(), _("Saved."))
    return _draft(request, form, rows, one.number, one.get_absolute_url(), one.account)


def _said_of(account: Account) -> dict[str, Any]:
    """What the client's record says of what stands on the paper."""
    person = account.contacts.order_by("pk").first()
    return {
        "client_name": account.invoice_title or account.name, "client_address": account.address,
        "client_phone": account.phone, "client_tax_number": account.tax_number or account.credit_code,
        "client_bank": account.bank_name, "client_bank_account": account.bank_account,
        "client_contact": person.name if person else "",
    }  # fmt: skip


def _rows(request: DeskRequest, one: Agreement | None = None) -> RateRows:
    seat = request.seat
    types, times = room_types(seat.hotel_code, seat.today), seasons(seat.hotel_code, seat.today)
    return rate_rows(_with_more(request), types, times, list(one.lines.all()) if one else [])


def _is_sent(request: DeskRequest) -> bool:
    return request.method == "POST" and "more" not in request.POST


def _with_more(request: DeskRequest) -> Any:
    """What was typed; with some more free rows where they were asked for."""
    if request.method != "POST":
        return None
    data = request.POST.copy()
    total = str(data.get("rates-TOTAL_FORMS", ""))
    if "more" in data and total.isdigit():
        data["rates-TOTAL_FORMS"] = str(int(total) + MORE_ROWS)
    return data


def _draft(
    request: DeskRequest, form: AgreementForm, rows: RateRows, title: str, back: str, account: Account | None
) -> HttpResponse:
    is_more = request.method == "POST" and "more" in request.POST
    status = 422 if form.is_bound and not is_more and (form.errors or not rows.is_valid()) else 200
    context = {"form": form, "rates": rows, "title": title, "back": back, "is_more": is_more, "account": account}
    return page(request, "agreements/draft.html", context, status)


# ---- steps, each a button or a short form of its own


def small_form(
    request: DeskRequest, one: Agreement, form: LaidOutForm, do: Callable[[dict[str, Any]], object], **words: Any
) -> HttpResponse:
    """A form of a few fields about an agreement."""
    return small_forms.small_form(request, form, do, back=one.get_absolute_url(), detail=one.client_name, **words)


@needs("agreements.agreement", "edit")
@require_POST
def submit(request: DeskRequest, pk: int) -> HttpResponse:
    """Hand a draft in."""
    one = access.agreement(request.seat, pk, "edit")
    try:
        commands.submit_agreement(actor=request.seat, agreement=one, staff=request.seat.staff)
    except Refusal as refusal:
        return refused(request, one.get_absolute_url(), refusal)
    return done(request, one.get_absolute_url(), _("Handed in."))


@needs("agreements.agreement", "approve")
def decide(request: DeskRequest, pk: int) -> HttpResponse:
    """Approve, or return to correct (AGR-02); below the floor with the director's right."""
    seat = request.seat
    one = access.agreement(seat, pk, "approve")
    form = DecisionForm(request.POST or None, initial={"decision": "approve"})

    def do(data: dict[str, Any]) -> None:
        if data["decision"] == "return":
            commands.return_agreement(actor=seat, agreement=one, staff=seat.staff, note=data["note"])
        elif seat.may("agreements.below_floor", "approve"):
            commands.approve_below_floor(actor=seat, agreement=one, staff=seat.staff, note=data["note"])
        else:
            commands.approve_agreement(actor=seat, agreement=one, staff=seat.staff, note=data["note"])

    return small_form(
        request, one, form, do, title=_("Decide"), action=_("Decide"), said=_("Decided."), facts=_under(seat, one)
    )


def _under(seat: Seat, one: Agreement) -> list[tuple[Any, Any]]:
    """The rates below the floor as of today, in words."""
    names = words.Names(seat.hotel_code, seat.today)
    held = floors(seat.hotel_code, seat.today)
    found = []
    for line in one.lines.all():
        floor = below_floor(line.room_type, line.season, line.rate, held)
        if floor is not None:
            said = _("%(rate)s, below the floor of %(floor)s") % {
                "rate": words.amount(seat, line.rate), "floor": words.amount(seat, floor),
            }  # fmt: skip
            found.append((f"{names.room(line.room_type)} · {names.season(line.season)}", said))
    return found or [(_("Rates"), _("none is below the floor"))]


@needs("agreements.agreement", "edit")
def withdraw(request: DeskRequest, pk: int) -> HttpResponse:
    """It does not come about."""
    seat = request.seat
    one = access.agreement(seat, pk, "edit")
    return small_form(
        request, one, WhyForm(request.POST or None),
        lambda data: commands.withdraw_agreement(actor=seat, agreement=one, note=data["note"]),
        title=_("Give the agreement up"), action=_("Give it up"), said=_("Given up."),
    )  # fmt: skip


@needs("agreements.agreement", "edit")
def original(request: DeskRequest, pk: int) -> HttpResponse:
    """Register a signed original (AGR-03)."""
    seat = request.seat
    one = access.agreement(seat, pk, "edit")
    there = set(one.originals.values_list("side", flat=True))
    side = next((side for side in Side.values if side not in there), Side.OURS.value)
    initial = {"side": side, "signed_on": seat.today, "signed_for_us": one.responsible.label}
    return small_form(
        request, one, OriginalForm(request.POST or None, initial={**initial, "signed_for_client": one.client_contact}),
        lambda data: commands.register_original(actor=seat, agreement=one, staff=seat.staff, **data),
        title=_("Register an original"), action=pgettext("an original", "Register"), said=_("Registered."),
    )  # fmt: skip


@needs("agreements.agreement", "approve")
def end(request: DeskRequest, pk: int) -> HttpResponse:
    """End it before its time (AGR-02)."""
    seat = request.seat
    one = access.agreement(seat, pk, "approve")
    return small_form(
        request, one, EndForm(request.POST or None, initial={"last_day": seat.today}),
        lambda data: commands.terminate_agreement(actor=seat, agreement=one, **data),
        title=_("End the agreement early"), action=_("End it"), said=_("Ended."),
        facts=[(_("Agreed end"), one.ends_on)],
    )  # fmt: skip


@needs("agreements.agreement", "edit")
def signatory_new(request: DeskRequest, pk: int) -> HttpResponse:
    """Somebody else may sign for the client."""
    seat = request.seat
    one = access.agreement(seat, pk, "edit")
    initial = {"starts_on": max(one.starts_on, seat.today) if one.signed_at else one.starts_on, "ends_on": one.ends_on}
    return small_form(
        request, one, SignatoryForm(request.POST or None, initial=initial),
        lambda data: commands.add_signatory(actor=seat, agreement=one, **data),
        title=_("Who may sign for the client"), action=_("Save"), said=_("Saved."),
    )  # fmt: skip


@needs("agreements.agreement", "edit")
def signatory_edit(request: DeskRequest, pk: int, signatory: int) -> HttpResponse:
    """Until when, or how far, somebody may sign."""
    seat = request.seat
    who = access.signatory(seat, pk, signatory)
    return small_form(
        request, who.agreement, SignatoryForm(request.POST or None, signatory=who),
        lambda data: commands.change_signatory(actor=seat, signatory=who, revision=who.revision, **data),
        title=who.name, action=_("Save"), said=_("Saved."),
    )  # fmt: skip
