"""What is done about an exception, each a short form of its own (EXC-02…05)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

from roomnight.kernel.errors import Refusal
from roomnight.orders import access_exceptions as access
from roomnight.orders import commands, words
from roomnight.orders.forms.exceptions import (
    AnswerForm,
    CauseForm,
    ClaimForm,
    CommentsForm,
    ContactForm,
    CostsForm,
    DecideForm,
    DepartmentsForm,
    ExplainForm,
    FileForm,
    NoteForm,
    OfferForm,
    VisitForm,
    WithdrawForm,
)
from roomnight.orders.forms.orders import to_cents
from roomnight.orders.models import OrderException
from roomnight.organization.access import Seat
from roomnight.organization.authority import authority
from roomnight.organization.http import DeskRequest, needs
from roomnight.organization.models import ApprovalKind
from roomnight.ui.page import done, refused
from roomnight.ui.small_forms import LaidOutForm, small_form


def about(
    request: DeskRequest, one: OrderException, form: LaidOutForm, do: Callable[[dict[str, Any]], object], **said: Any
) -> HttpResponse:
    """A form of a few fields about an exception."""
    given = {
        "back": one.get_absolute_url(),
        "detail": f"{one} · {one.account.name}",
        "action": _("Save"),
        "said": _("Saved."),
    }
    return small_form(request, form, do, **{**given, **said})


def offer_facts(seat: Seat, one: OrderException) -> list[tuple[Any, Any]]:
    """What one has to know of claim and offer."""
    found: list[tuple[Any, Any]] = []
    if one.claimed_at:
        found.append(
            (_("Claim"), words.dot(one.claim, words.amount(seat, one.claimed) if one.claimed is not None else ""))
        )
    if one.offer_state:
        found.append((_("Offer"), words.dot(one.offer, words.amount(seat, one.offered))))
        if one.offered_by:
            found.append((_("Proposed by"), one.offered_by.label))
    return found


@needs("orders.exception", "edit")
def contact(request: DeskRequest, pk: int) -> HttpResponse:
    """The client was contacted (EXC-02)."""
    seat = request.seat
    one = access.exception(seat, pk, "edit")
    return about(
        request, one, ContactForm(request.POST or None),
        lambda data: commands.note_contact(actor=seat, exception=one, staff=seat.staff, **data),
        title=_("The client was contacted"), facts=[(_("What went wrong"), one.what)],
    )  # fmt: skip


@needs("orders.exception", "edit")
def explain(request: DeskRequest, pk: int) -> HttpResponse:
    """Force majeure was explained (EXC-03)."""
    seat = request.seat
    one = access.exception(seat, pk, "edit")
    return about(
        request, one, ExplainForm(request.POST or None), lambda data: commands.explain(actor=seat, exception=one, **data),
        title=_("Explained to the client"),
    )  # fmt: skip


@needs("orders.exception", "edit")
def departments(request: DeskRequest, pk: int) -> HttpResponse:
    """Departments are told (EXC-04)."""
    seat = request.seat
    one = access.exception(seat, pk, "edit")
    form = DepartmentsForm(request.POST or None, places=access.places(seat))
    return about(
        request, one, form,
        lambda data: commands.tell_departments(actor=seat, exception=one, departments=form.chosen(), note=data["note"]),
        title=_("Tell the departments"), action=_("Tell them"), said=_("Told."),
        facts=[(_("A change of the order"), _("is told by itself as soon as the order is changed, and each department confirms it again."))],
    )  # fmt: skip


@needs("orders.exception")
def remark(request: DeskRequest, pk: int) -> HttpResponse:
    """Whoever sees it adds what they know."""
    seat = request.seat
    one = access.exception(seat, pk)
    return about(
        request, one, NoteForm(request.POST or None),
        lambda data: commands.add_remark(actor=seat, exception=one, staff=seat.staff, **data), title=_("Add a remark"),
    )  # fmt: skip


@needs("orders.exception", "edit")
def claim(request: DeskRequest, pk: int) -> HttpResponse:
    """The client claims compensation (EXC-03)."""
    seat = request.seat
    one = access.exception(seat, pk, "edit")
    return about(
        request, one, ClaimForm(request.POST or None),
        lambda data: commands.note_claim(actor=seat, exception=one, claim=data["claim"], cents=to_cents(data["amount"])),
        title=_("The client claims compensation"), said=_("Noted: the GM's office knows."),
    )  # fmt: skip


@needs("orders.exception", "edit")
def offer(request: DeskRequest, pk: int) -> HttpResponse:
    """What the client is to be offered (EXC-03)."""
    seat = request.seat
    one = access.exception(seat, pk, "edit")
    return about(
        request, one, OfferForm(request.POST or None),
        lambda data: commands.propose_offer(
            actor=seat, exception=one, staff=seat.staff, offer=data["offer"], cents=to_cents(data["amount"]) or 0
        ),
        title=_("Propose compensation"), action=_("Send it to the GM's office"), said=_("Sent to the GM's office."),
        facts=offer_facts(seat, one),
    )  # fmt: skip


@needs("orders.compensation", "approve")
def decide(request: DeskRequest, pk: int) -> HttpResponse:
    """The GM's office decides on an offer (EXC-03)."""
    seat = request.seat
    one = access.for_the_office(seat, pk)
    given = authority(seat, ApprovalKind.COMPENSATION, seat.today)
    limit = words.amount(seat, given.limit) if given.limit is not None else _("nothing")
    return about(
        request, one, DecideForm(request.POST or None),
        lambda data: commands.decide_offer(
            actor=seat, exception=one, staff=seat.staff, authority=given, is_approved=data["decision"] == "approve",
            note=data["note"],
        ),
        title=_("Decide on the offer"), action=_("Decide"), said=_("Decided."),
        facts=[*offer_facts(seat, one), (_("You may approve up to"), limit)],
    )  # fmt: skip


@needs("orders.exception", "edit")
def answer(request: DeskRequest, pk: int) -> HttpResponse:
    """What the client said to the offer."""
    seat = request.seat
    one = access.exception(seat, pk, "edit")
    return about(
        request, one, AnswerForm(request.POST or None),
        lambda data: commands.answer_offer(actor=seat, exception=one, **data),
        title=_("The client's answer"), facts=offer_facts(seat, one),
    )  # fmt: skip


@needs("orders.exception", "edit")
def ask(request: DeskRequest, pk: int) -> HttpResponse:
    """The GM's office is asked for instructions (EXC-04)."""
    seat = request.seat
    one = access.exception(seat, pk, "edit")
    return about(
        request, one, NoteForm(request.POST or None),
        lambda data: commands.ask_for_instructions(actor=seat, exception=one, question=data["note"]),
        title=_("Ask the GM's office for instructions"), action=pgettext("for instructions", "Ask"), said=pgettext("instructions", "Asked."),
    )  # fmt: skip


@needs("orders.compensation", "approve")
def instruct(request: DeskRequest, pk: int) -> HttpResponse:
    """The GM's office says what is to be done (EXC-04)."""
    seat = request.seat
    one = access.for_the_office(seat, pk)
    facts = [
        (_("What went wrong"), one.what),
        *([(_("Asked"), one.asked)] if one.asked else []),
        *offer_facts(seat, one),
    ]
    return about(
        request, one, NoteForm(request.POST or None),
        lambda data: commands.instruct(actor=seat, exception=one, staff=seat.staff, instruction=data["note"]),
        title=_("Give instructions"), action=_("Instruct"), said=_("Told."), facts=facts,
    )  # fmt: skip


@needs("orders.exception", "edit")
def stay(request: DeskRequest, pk: int) -> HttpResponse:
    """How the stay went."""
    seat = request.seat
    one = access.exception(seat, pk, "edit")
    return about(
        request, one, NoteForm(request.POST or None),
        lambda data: commands.follow_stay(actor=seat, exception=one, **data), title=_("How the stay went"),
    )  # fmt: skip


@needs("orders.exception", "edit")
def comments(request: DeskRequest, pk: int) -> HttpResponse:
    """What the client says in the end (EXC-06)."""
    seat = request.seat
    one = access.exception(seat, pk, "edit")
    return about(
        request, one, CommentsForm(request.POST or None),
        lambda data: commands.collect_comments(actor=seat, exception=one, **data), title=_("The client's comments"),
    )  # fmt: skip


@needs("orders.exception", "edit")
def costs(request: DeskRequest, pk: int) -> HttpResponse:
    """What it cost (EXC-06)."""
    seat = request.seat
    one = access.exception(seat, pk, "edit")
    form = CostsForm(request.POST or None, exception=one)
    paid = [
        (cost.get_kind_display(), words.amount(seat, cost.amount))
        for cost in one.costs.all()
        if cost.kind == "compensation"
    ]
    return about(
        request, one, form,
        lambda _data: commands.enter_costs(actor=seat, exception=one, revision=one.revision, cents=form.cents()),
        title=_("What it cost"), facts=paid,
    )  # fmt: skip


@needs("orders.exception", "approve")
def cause(request: DeskRequest, pk: int) -> HttpResponse:
    """Why it happened, and how it is prevented (EXC-05)."""
    seat = request.seat
    one = access.exception(seat, pk, "approve")
    form = CauseForm(request.POST or None, exception=one, places=access.places(seat), people=access.colleagues(seat))
    return about(
        request, one, form,
        lambda _data: commands.settle_cause(actor=seat, exception=one, revision=one.revision, **form.values()),
        title=_("Cause and prevention"), facts=[(_("What went wrong"), one.what)],
    )  # fmt: skip


@needs("orders.exception", "edit")
def file(request: DeskRequest, pk: int) -> HttpResponse:
    """Where the papers are."""
    seat = request.seat
    one = access.exception(seat, pk, "edit")
    return about(
        request, one, FileForm(request.POST or None),
        lambda data: commands.file_papers(actor=seat, exception=one, **data), title=_("File the papers"),
    )  # fmt: skip


@needs("orders.exception", "edit")
def visit(request: DeskRequest, pk: int) -> HttpResponse:
    """The visit to the client since."""
    seat = request.seat
    one = access.exception(seat, pk, "edit")
    found = access.visits_to_choose(seat, one)
    form = VisitForm(request.POST or None, visits=found)
    none = [(_("No visit yet"), _("Plan one from the client's page; it can be named here once it took place."))]
    return about(
        request, one, form, lambda _data: commands.note_visit(actor=seat, exception=one, visit=form.chosen()),
        title=_("The visit afterwards"), facts=[] if found else none,
    )  # fmt: skip


@needs("orders.exception", "approve")
@require_POST
def close(request: DeskRequest, pk: int) -> HttpResponse:
    """Everything is done and understood (EXC-05)."""
    seat = request.seat
    one = access.exception(seat, pk, "approve")
    try:
        commands.close_exception(actor=seat, exception=one, staff=seat.staff)
    except Refusal as refusal:
        return refused(request, one.get_absolute_url(), refusal)
    return done(request, one.get_absolute_url(), _("Closed."))


@needs("orders.exception", "approve")
def withdraw(request: DeskRequest, pk: int) -> HttpResponse:
    """It was none after all."""
    seat = request.seat
    one = access.exception(seat, pk, "approve")
    return about(
        request, one, WithdrawForm(request.POST or None),
        lambda data: commands.withdraw_exception(actor=seat, exception=one, staff=seat.staff, **data),
        title=_("It was none"), action=pgettext("an exception", "Withdraw"), said=_("Withdrawn."),
    )  # fmt: skip
