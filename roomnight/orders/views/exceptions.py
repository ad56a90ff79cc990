"""Exceptions of orders: the list, raising one, one of them (EXC-01, EXC-02)."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet, Sum
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

from roomnight.clients.models import Account
from roomnight.orders import access as orders
from roomnight.orders import access_exceptions as access
from roomnight.orders import commands, exception_words, notice_words
from roomnight.orders.forms.exceptions import ChangeForm, RaiseForm
from roomnight.orders.models import AHEAD, ExceptionKind, ExceptionState, Order, OrderException, OrderState
from roomnight.orders.queries.exceptions import last_times
from roomnight.orders.queries.readiness import nobody_in
from roomnight.orders.queries.revisions import standing
from roomnight.organization.access import Seat
from roomnight.organization.http import DeskRequest, needs
from roomnight.ui.page import done, form_status, page, refusals
from roomnight.ui.small_forms import small_form
from roomnight.ui.templatetags.ui import who

TABS = ("open", "uncontacted", "closed", "all")
ROWS = 100


def in_tab(seat: Seat, name: str, kind: str = "", text: str = "") -> QuerySet[OrderException]:
    """The exceptions that a tab holds."""
    found = access.exceptions(seat).select_related("hotel", "account", "order", "handler")
    if kind:
        found = found.filter(kind=kind)
    if text:
        found = found.filter(number__icontains=text) | found.filter(account__name__icontains=text) | found.filter(
            order__number__icontains=text
        )  # fmt: skip
    match name:
        case "uncontacted":
            return found.filter(state=ExceptionState.OPEN, contacted_at=None).order_by("contact_due_at", "pk")
        case "closed":
            return found.exclude(state=ExceptionState.OPEN).order_by("-closed_at", "-pk")
        case "all":
            return found.order_by("-discovered_at", "-pk")
    return found.filter(state=ExceptionState.OPEN).order_by("contacted_at", "contact_due_at", "pk")


@needs("orders.exception")
def exception_list(request: DeskRequest) -> HttpResponse:
    """The exceptions: open ones, those whose client still has to be contacted, closed ones."""
    seat = request.seat
    name = request.GET.get("tab", "") if request.GET.get("tab") in TABS else "open"
    kind = request.GET.get("kind", "") if request.GET.get("kind") in ExceptionKind.values else ""
    text = request.GET.get("q", "").strip()[:80]
    labels = {
        "open": pgettext("exceptions", "Open"), "uncontacted": _("To be contacted"),
        "closed": pgettext("exceptions", "Closed"), "all": pgettext("exceptions", "All"),
    }  # fmt: skip
    rows = list(in_tab(seat, name, kind, text).annotate(cents=Sum("costs__cents"))[: ROWS + 1])
    now = timezone.now()
    context = {
        "tab": name, "q": text, "kind": kind, "kinds": ExceptionKind.choices, "has_more": len(rows) > ROWS,
        "views": [
            {
                "label": label, "url": f"?tab={tab}", "current": tab == name,
                "count": in_tab(seat, tab).count() or "" if tab in ("open", "uncontacted") else "",
            }
            for tab, label in labels.items()
        ],
        "rows": [exception_words.row_of(one, now) for one in rows[:ROWS]],
        "may_create": seat.may("orders.exception", "create") and seat.may("clients.account"),
    }  # fmt: skip
    return page(request, "orders/exceptions.html", context)


def _found_at(one: Order | None, seat: Seat) -> str:
    """How far an order is, in the words of an exception."""
    if one is None:
        return "ahead"
    if one.state in AHEAD:
        firm = one.state == OrderState.DEFINITE
        return "arrival" if firm and one.arrives_on <= seat.today else "ahead" if firm else "enquiry"
    return "stay" if one.state == OrderState.IN_PROGRESS else "after"


@needs("orders.exception", "create")
def exception_new(request: DeskRequest) -> HttpResponse:
    """Raise what went wrong: with an order, with the order of a notice, or with a client (EXC-01)."""
    seat = request.seat
    notice = access.asked_notice(seat, request.GET.get("notice", ""))
    order = notice.order if notice else access.asked_order(seat, request.GET.get("order", ""))
    account: Account | None = order.account if order else orders.asked_account(seat, request.GET.get("account", ""))
    of_client = access.orders_of_client(seat, account) if account and not order else []
    form = RaiseForm(
        request.POST or None, seat=seat, account=account, orders=of_client, is_settled=order is not None,
        initial={"found_at": _found_at(order, seat)},
    )  # fmt: skip
    back = order.get_absolute_url() if order and not notice else seat.url("orders:exceptions")
    detail = f"{order.number} {order.title}" if order else account.label if account else ""

    def do(data: dict[str, Any]) -> OrderException:
        return commands.raise_exception(
            actor=seat, account=account or data["account"], order=order or form.chosen_order(), raised_by=seat.staff,
            kind=data["kind"], what=data["what"], found_at=data["found_at"], harm=data["harm"], discovered_at=data["discovered_at"],
        )  # fmt: skip

    if request.method == "POST" and form.is_valid():
        with refusals(form):
            one = do(form.cleaned_data)
            return done(request, one.get_absolute_url(), _("Raised: %(number)s.") % {"number": one.number})
    context = {"form": form, "title": _("Raise an exception"), "action": _("Report it"), "back": back, "detail": detail}
    return page(request, "ui/small_form.html", context, form_status(form))


@needs("orders.exception")
def exception(request: DeskRequest, pk: int) -> HttpResponse:
    """One exception: the next step, the clock, and everything that was done (EXC-02)."""
    seat = request.seat
    one = access.exception(seat, pk)
    now = timezone.now()
    lines = list(reversed(access.way(one)))
    names = orders.called({line.who for line in lines})
    told = standing(one.order) if one.order and one.fed_revision_id else []
    nobody = nobody_in(one.hotel) if told else frozenset[int]()
    costs = list(one.costs.all())
    context = {
        "one": one, "tone": exception_words.TONES[ExceptionState(one.state)], "clock": exception_words.clock(one, now),
        "offer_tone": exception_words.OFFER_TONES[one.offer_state], **exception_words.deeds_of(seat, one),
        "checklist": exception_words.checklist(one),
        "told": [place.department.label for place in one.departments.select_related("department__hotel")],
        "notices": [notice_words.notice_row(notice, now, nobody) for notice in told],
        "costs": costs, "total": exception_words.cost_of(one), "may_edit": one.is_open and access.may(seat, one, "edit"),
        "may_see_order": one.order is not None and orders.may(seat, one.order, "read"),
        "may_see_visit": seat.may("activities.visit"), "may_see_complaint": seat.may("service.complaint"), "may_open_client": seat.may("clients.account"),
        "may_note": one.is_open and one.seen_at is None and access.may(seat, one, "approve"),
        "way": [(line, names.get(line.who, who(line.who))) for line in lines],
    }  # fmt: skip
    return page(request, "orders/exception.html", context)


@needs("orders.exception", "edit")
def exception_edit(request: DeskRequest, pk: int) -> HttpResponse:
    """Put right what was written down, or name the order."""
    seat = request.seat
    one = access.exception(seat, pk, "edit")
    of_client = access.orders_of_client(seat, one.account) if one.order_id is None else []
    form = ChangeForm(request.POST or None, exception=one, orders=of_client)
    return small_form(
        request, form,
        lambda _data: commands.change_exception(actor=seat, exception=one, revision=one.revision, **form.values()),
        title=_("Change what was written down"), action=_("Save"), said=_("Saved."), back=one.get_absolute_url(), detail=str(one),
    )  # fmt: skip


@needs("orders.exception", "approve")
@require_POST
def exception_seen(request: DeskRequest, pk: int) -> HttpResponse:
    """The manager takes note and charge."""
    one = access.exception(request.seat, pk, "approve")
    commands.take_note(actor=request.seat, exception=one, staff=request.seat.staff)
    return done(request, one.get_absolute_url(), _("Noted."))


@needs("orders.order")
def exceptions_of_order(request: DeskRequest, pk: int) -> HttpResponse:
    """What went wrong with this order, and with the client's earlier ones (EXC-06)."""
    seat = request.seat
    one = orders.order(seat, pk)
    now = timezone.now()
    found = access.exceptions_of_order(seat, one)
    rows = [exception_words.row_of(each, now) | {"may_open": access.may(seat, each, "read")} for each in found]
    context = {
        "one": one, "rows": rows, "last_times": last_times(one.account, besides=one), "sees_costs": seat.may("orders.exception"),
        "may_raise": seat.may("orders.exception", "create"),
    }  # fmt: skip
    return page(request, "orders/_exceptions_of_order.html", context)
