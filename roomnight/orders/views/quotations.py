"""Quotations of an order: versions, one version, its paper, what the client says (ORD-10)."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from roomnight.kernel.pdf import Facts, Sheet, Table, Words, sheet_pdf
from roomnight.orders import access, commands, words
from roomnight.orders.forms.quotations import AnswerForm, QuotationForm, SendForm
from roomnight.orders.models import ItemKind, OrderState, Quotation, QuotationState
from roomnight.orders.queries.quoting import differs, item_of
from roomnight.orders.rules.options import proposed_until
from roomnight.orders.rules.quotations import may_be_accepted
from roomnight.orders.rules.values import QUOTE_VALID_DAYS
from roomnight.orders.views.orders import at_the_gate, small_form
from roomnight.organization.access import Seat
from roomnight.organization.http import DeskRequest, needs
from roomnight.ui.downloads import PDF, download
from roomnight.ui.page import page

TONES = {
    QuotationState.SENT: "go", QuotationState.ACCEPTED: "good", QuotationState.DECLINED: "late", QuotationState.CHANGES: "soon",
}  # fmt: skip


def _row(one: Quotation) -> dict[str, Any]:
    return {"one": one, "url": one.get_absolute_url(), "tone": TONES.get(QuotationState(one.state), "")}


@needs("orders.order")
def quotations(request: DeskRequest, pk: int) -> HttpResponse:
    """The versions of an order's quotation, and until when the client waits for the first (ORD-10)."""
    seat = request.seat
    one = access.order(seat, pk)
    found = access.quotations(one)
    context = {
        "one": one, "rows": [_row(version) for version in found],
        "may_edit": one.is_alive and access.may(seat, one, "edit"),
        "is_awaited": bool(one.quote_due_at) and one.state in (OrderState.ENQUIRY, OrderState.TENTATIVE),
        "is_late": bool(one.quote_due_at and one.quote_told_at),
    }  # fmt: skip
    return page(request, "orders/quotations.html", context)


@needs("orders.order")
def quotation(request: DeskRequest, pk: int, quotation: int) -> HttpResponse:
    """One version: what is offered at which prices, and what the client said."""
    seat = request.seat
    one = access.quotation(seat, pk, quotation)
    may_edit = one.order.is_alive and access.may(seat, one.order, "edit")
    is_open = one.state in (QuotationState.SENT, QuotationState.CHANGES)
    context = {
        **_row(one), "order": one.order, "items": lines(seat, one), "differs": differs(one.lines, access.items(one.order)),
        "has_lapsed": is_open and not may_be_accepted(one.state, one.valid_until, seat.today),
        "may_send": may_edit and one.state == QuotationState.DRAFT, "may_answer": may_edit and is_open,
        "may_edit": may_edit,
    }  # fmt: skip
    return page(request, "orders/quotation.html", context)


def lines(seat: Seat, one: Quotation) -> list[dict[str, Any]]:
    """The lines of a version as the page shows items."""
    items = sorted((item_of(line) for line in one.lines), key=lambda item: item.begins)
    types = words.room_names(seat) if any(item.kind == ItemKind.ROOMS for item in items) else {}
    return [words.item_row(seat, item, types) for item in items]


@needs("orders.order", "edit")
def quotation_new(request: DeskRequest, pk: int) -> HttpResponse:
    """A new version, by the items as they stand."""
    seat = request.seat
    one = access.order(seat, pk, "edit")
    items = access.items(one)
    last = one.quotations.first()
    proposed = proposed_until(seat.today, QUOTE_VALID_DAYS.at(seat.hotel_code, seat.today), one.arrives_on)
    initial = {"valid_until": proposed, "offer": last.offer if last else "", "terms": last.terms if last else ""}
    return small_form(
        request, one, QuotationForm(request.POST or None, initial=initial),
        lambda data: commands.draw_up_quotation(actor=seat, order=one, staff=seat.staff, **data),
        title=_("New version of the quotation"), action=_("Draw it up"), said=_("Drawn up: look it over and send it."),
        facts=[(_("Items"), len(items)), (_("Total"), words.amount(seat, words.total_of(items)))],
    )  # fmt: skip


@needs("orders.order", "edit")
def quotation_send(request: DeskRequest, pk: int, quotation: int) -> HttpResponse:
    """The client has it."""
    seat = request.seat
    one = access.quotation(seat, pk, quotation, "edit")
    return small_form(
        request, one.order, SendForm(request.POST or None),
        lambda data: commands.send_quotation(actor=seat, quotation=one, **data),
        title=_("Sent to the client"), action=_("Note it"), said=_("Noted: the client has it."), back=one.get_absolute_url(),
    )  # fmt: skip


@needs("orders.order", "edit")
def quotation_answer(request: DeskRequest, pk: int, quotation: int) -> HttpResponse:
    """What the client says; an accepted version becomes the order."""
    seat = request.seat
    one = access.quotation(seat, pk, quotation, "edit")
    return small_form(
        request, one.order, AnswerForm(request.POST or None, initial={"answer": "accepted"}),
        lambda data: at_the_gate(seat, lambda: commands.answer_quotation(actor=seat, quotation=one, **data)),
        title=_("The client's answer"), action=_("Note it"), said=_("Noted."), back=one.get_absolute_url(),
        facts=[(_("Total"), words.amount(seat, one.total)), (_("Valid until"), one.valid_until)],
    )  # fmt: skip


@needs("orders.order")
@require_GET
def quotation_pdf(request: DeskRequest, pk: int, quotation: int) -> HttpResponse:
    """The paper for the client."""
    seat = request.seat
    one = access.quotation(seat, pk, quotation)
    return download(sheet_pdf(_sheet(seat, one)), PDF, f"{one}.pdf")


def _sheet(seat: Seat, one: Quotation) -> Sheet:
    order = one.order
    first, last = order.arrives_on, order.departs_on
    days = f"{first}" if first == last else f"{first} – {last}"
    known = [
        (_("Client"), order.account.label), (_("Contact person"), order.contact.name if order.contact else "–"),
        (pgettext("order", "Title"), order.title), (_("Days"), days),
        (_("Valid until"), f"{one.valid_until}"), (_("Your contact at the hotel"), order.follower.label),
    ]  # fmt: skip
    rows = [
        [
            f"{row['day'] or ''} {row['hours']}".strip(), words.dot(row["one"].get_kind_display(), row["name"]), row["facts"],
            f"{row['price']} {row['unit']}".strip(), words.amount(seat, row["total"]),
        ]
        for row in lines(seat, one)
    ]  # fmt: skip
    rows.append(["", _("Total"), "", "", words.amount(seat, one.total)])
    heads = [_("When"), _("What"), _("Details"), _("Price"), _("Amount")]
    parts: list[Facts | Table | Words] = [Facts("", known)]
    if one.offer:
        parts.append(Words(_("What we offer"), one.offer))
    parts.append(Table(_("Items and prices"), heads, rows, (13, 18, 30, 17, 14), (3, 4)))
    if one.terms:
        parts.append(Words(_("Terms"), one.terms))
    return Sheet(
        title=_("Quotation"), detail=f"{one} · {order.account.label}", house=seat.hotel.label,
        foot=_("Drawn up on %(day)s") % {"day": f"{seat.local(one.made_at):%Y-%m-%d}"}, parts=parts,
    )  # fmt: skip
