"""The follow-up of an order on its page: its steps, what is noted at each, and guests' comments in the departments (ORD-04)."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from roomnight.kernel.commands import subject_of
from roomnight.orders import access, commands, follow_words
from roomnight.orders.forms.following import (
    AnswerForm,
    AskedForm,
    CommentForm,
    NeedsForm,
    OpinionForm,
    ReadForm,
    StayForm,
    UrgeForm,
)
from roomnight.orders.models import FIRM, Order, OrderState
from roomnight.orders.queries.following import Papers, papers_with
from roomnight.orders.rules.following import FOLLOWED
from roomnight.orders.views.orders import small_form
from roomnight.organization.access import Seat
from roomnight.organization.http import DeskRequest, needs
from roomnight.procedures.access import cases_about
from roomnight.ui import small_forms
from roomnight.ui.page import page

ROWS = 200
AFTER = (OrderState.IN_PROGRESS, OrderState.COMPLETED)


@needs("orders.order")
def steps(request: DeskRequest, pk: int) -> HttpResponse:
    """The follow-up as a list of steps, each with its owner, its time and what shows that it was done (ORD-04)."""
    seat = request.seat
    one = access.order(seat, pk)
    rows: list[dict[str, Any]] = []
    case = None
    if one.state in FOLLOWED:
        papers = papers_with(one)
        rows = follow_words.step_rows(seat, papers, timezone.now())
        may_edit = access.may(seat, one, "edit")
        for row in rows:
            row["actions"] = actions_of(seat, papers, row["step"]) if may_edit else []
        case = cases_about(seat, subject_of(one)).first()
    finished = sum(row["is_done"] for row in rows)
    context = {"one": one, "rows": rows, "case": case, "finished": finished}
    return page(request, "orders/_steps.html", context)


def actions_of(seat: Seat, papers: Papers, step: str) -> list[tuple[str, str]]:
    """What can be done at a step just now: the words and the page of each; departments answer on their own pages."""
    one, known = papers.order, papers.known
    found: list[tuple[bool, str, str]] = {
        "read": [(one.state in FIRM and not known.is_read, _("I have read it"), "follow_read")],
        "ready": [(one.state in FIRM and known.ready < known.departments, _("Urge the departments"), "follow_urge")],
        "needs": [(one.state in FIRM, _("Note the needs"), "follow_needs")],
        "stay": [(one.state == OrderState.IN_PROGRESS, _("Note something of the stay"), "follow_stay")],
        "comments": [
            (one.state in AFTER, _("Add a comment"), "follow_comment"),
            (one.state in AFTER and not known.has_comments, _("Asked, no comments"), "follow_no_comments"),
        ],
        "file": [(one.state in (*AFTER, OrderState.ARCHIVED), _("Papers of the order"), "papers")],
        "ask": [(papers.opinion is not None and not known.is_asked, _("Note the opinion"), "follow_opinion")],
    }.get(step, [])
    return [(words, seat.url(f"orders:{name}", pk=one.pk)) for may, words, name in found if may]


@needs("orders.order", "edit")
def read(request: DeskRequest, pk: int) -> HttpResponse:
    """The order was read in detail; what is still missing is said."""
    seat = request.seat
    one = access.order(seat, pk, "edit")
    return small_form(
        request, one, ReadForm(request.POST if request.method == "POST" else None),
        lambda data: commands.read_order(actor=seat, order=one, staff=seat.staff, **data),
        title=_("Read the order in detail"), action=_("I have read it"), said=_("Noted."),
    )  # fmt: skip


@needs("orders.order", "edit")
def urge(request: DeskRequest, pk: int) -> HttpResponse:
    """Ask every department that is not ready."""
    seat = request.seat
    one = access.order(seat, pk, "edit")
    return small_form(
        request, one, UrgeForm(request.POST or None),
        lambda data: commands.urge_departments(actor=seat, order=one, staff=seat.staff, **data),
        title=_("Urge the departments"), action=pgettext("departments", "Urge"), said=_("They are asked."),
    )  # fmt: skip


@needs("orders.order", "edit")
def learn(request: DeskRequest, pk: int) -> HttpResponse:
    """What the guests need in detail; the departments hear of it."""
    seat = request.seat
    one = access.order(seat, pk, "edit")
    return small_form(
        request, one, NeedsForm(request.POST or None, order=one),
        lambda data: commands.learn_needs(actor=seat, order=one, staff=seat.staff, revision=one.revision, **data),
        title=_("Needs of the guests"), action=_("Save"), said=_("Noted."),
    )  # fmt: skip


@needs("orders.order", "edit")
def stay(request: DeskRequest, pk: int) -> HttpResponse:
    """Something of the stay."""
    seat = request.seat
    one = access.order(seat, pk, "edit")
    return small_form(
        request, one, StayForm(request.POST or None),
        lambda data: commands.note_stay(actor=seat, order=one, staff=seat.staff, **data),
        title=_("During the stay"), action=_("Note it"), said=_("Noted."),
    )  # fmt: skip


@needs("orders.order", "edit")
def comment_new(request: DeskRequest, pk: int) -> HttpResponse:
    """A comment of a guest, passed on at once."""
    seat = request.seat
    one = access.order(seat, pk, "edit")
    form = CommentForm(request.POST or None, departments=access.departments_of(one))
    return small_form(
        request, one, form,
        lambda _data: commands.add_comment(actor=seat, order=one, staff=seat.staff, **form.values()),
        title=_("Comment of a guest"), action=_("Note it and pass it on"), said=_("Noted and passed on."),
    )  # fmt: skip


@needs("orders.order", "edit")
def no_comments(request: DeskRequest, pk: int) -> HttpResponse:
    """Everybody was asked, and nobody had anything to say."""
    seat = request.seat
    one = access.order(seat, pk, "edit")
    return small_form(
        request, one, AskedForm(request.POST or None),
        lambda data: commands.note_no_comments(actor=seat, order=one, staff=seat.staff, **data),
        title=_("Asked, no comments"), action=_("Note it"), said=_("Noted."),
    )  # fmt: skip


@needs("orders.order", "edit")
def opinion(request: DeskRequest, pk: int) -> HttpResponse:
    """What the client thought, by call or visit."""
    seat = request.seat
    one = access.order(seat, pk, "edit")
    return small_form(
        request, one, OpinionForm(request.POST or None),
        lambda data: commands.hear_opinion(actor=seat, order=one, **data),
        title=_("Opinion of the client"), action=_("Note it"), said=_("Noted."),
        facts=[(_("Contact person"), one.contact.name)] if one.contact else [],
    )  # fmt: skip


@needs("orders.order")
def comments(request: DeskRequest, pk: int) -> HttpResponse:
    """What guests of an order said and what the departments answered, as a piece of its page."""
    seat = request.seat
    one = access.order(seat, pk)
    rows = [follow_words.comment_row(each) for each in access.comments_of(one)] if one.state in FOLLOWED else []
    may_add = one.state in AFTER and access.may(seat, one, "edit")
    return page(request, "orders/_comments.html", {"one": one, "rows": rows, "may_add": may_add})


# ---- in a department


@needs("orders.notice")
def comment_list(request: DeskRequest) -> HttpResponse:
    """What guests said, in the hands of a department (ORD-04)."""
    seat = request.seat
    is_all = request.GET.get("tab") == "all"
    found = access.passed_comments(seat)
    waiting = found.filter(answered_at=None)
    rows = (found if is_all else waiting).order_by("-comment__at", "-pk")[:ROWS]
    context = {
        "rows": [{"one": one, "tone": follow_words.tone_of(one.comment)} for one in rows],
        "is_all": is_all, "is_house": seat.scope("orders.notice") == "hotel",
        "views": [
            {"label": pgettext("comments of guests", "To answer"), "url": "?tab=open", "current": not is_all, "count": waiting.count() or ""},
            {"label": pgettext("comments of guests", "All"), "url": "?tab=all", "current": is_all, "count": ""},
        ],
    }  # fmt: skip
    return page(request, "orders/comments.html", context)


def _facts(one: Any, order: Order) -> list[tuple[str, Any]]:
    said = one.comment
    facts = [
        (_("Order"), f"{order.number} {order.title}"), (_("Client"), order.account.name),
        (_("Department"), one.department.label), (_("How it sounds"), said.get_rating_display()),
        (_("Comment"), said.text), (_("Who said it"), said.said_by), (_("Followed by"), order.follower.label),
    ]  # fmt: skip
    return [(label, value) for label, value in facts if value]


@needs("orders.notice")
def comment(request: DeskRequest, pk: int) -> HttpResponse:
    """One comment, and what the department does about it."""
    seat = request.seat
    one = access.passed_comment(seat, pk)
    mine = seat.membership is not None and seat.membership.department_id == one.department_id
    context = {
        "one": one, "facts": _facts(one, one.comment.order), "tone": follow_words.tone_of(one.comment),
        "may_answer": mine and one.answered_at is None and seat.may("orders.notice", "edit"),
        "may_open": seat.may("orders.order"),
    }  # fmt: skip
    return page(request, "orders/comment.html", context)


@needs("orders.notice", "edit")
def comment_answer(request: DeskRequest, pk: int) -> HttpResponse:
    """What the department does about it."""
    seat = request.seat
    one = access.passed_comment(seat, pk, "edit")
    order = one.comment.order
    return small_forms.small_form(
        request, AnswerForm(request.POST or None),
        lambda data: commands.answer_comment(actor=seat, passed=one, staff=seat.staff, **data),
        title=_("Answer the comment"), action=_("Answer"), said=_("Answered."), back=seat.url("orders:comment", pk=one.pk),
        detail=order.title, facts=_facts(one, order),
    )  # fmt: skip
