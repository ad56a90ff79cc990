"""Orders: the list, one order, taking and changing it, and its items (ORD-01)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from roomnight.credit.queries.words import for_till
from roomnight.kernel.errors import Refusal
from roomnight.orders import access, commands, words
from roomnight.orders.commands.diary import HallTaken
from roomnight.orders.forms.orders import FORMS, ItemForm, OrderForm, WhyForm
from roomnight.orders.models import ALIVE, ItemKind, Order, OrderItem, OrderLine, OrderState
from roomnight.orders.queries.completeness import missing_in
from roomnight.orders.queries.exceptions import last_times
from roomnight.orders.queries.search import meant
from roomnight.organization.access import Seat
from roomnight.organization.http import DeskRequest, needs
from roomnight.ui import small_forms
from roomnight.ui.page import done, form_status, page, refusals
from roomnight.ui.small_forms import LaidOutForm
from roomnight.ui.templatetags.ui import who

TABS = ("ahead", "enquiry", "tentative", "definite", "here", "done", "all")
ROWS = 100


def in_tab(seat: Seat, name: str, text: str = "") -> QuerySet[Order]:
    """The orders that a tab holds."""
    found = access.orders(seat).select_related("hotel", "account", "follower")
    if text:
        found = found.filter(meant(seat, text))
    match name:
        case "enquiry" | "definite":
            return found.filter(state=name).order_by("arrives_on", "pk")
        case "tentative":
            return found.filter(state=name).order_by("option_until", "pk")
        case "here":
            return found.filter(state=OrderState.IN_PROGRESS).order_by("departs_on", "pk")
        case "done":
            return found.exclude(state__in=ALIVE).order_by("-departs_on", "-pk")
        case "all":
            return found.order_by("-pk")
    return found.filter(state__in=ALIVE).order_by("arrives_on", "pk")


@needs("orders.order")
def order_list(request: DeskRequest) -> HttpResponse:
    """The orders: everything ahead, enquiries, those with an option, definite ones, guests here, done."""
    seat = request.seat
    name = request.GET.get("tab", "") if request.GET.get("tab") in TABS else "ahead"
    text = request.GET.get("q", "").strip()[:80]
    labels = {
        "ahead": pgettext("orders", "Ahead"), "enquiry": pgettext("orders", "Enquiries"),
        "tentative": pgettext("orders", "With an option"), "definite": pgettext("order", "Definite"),
        "here": pgettext("orders", "Guests here"), "done": pgettext("orders", "Done"), "all": pgettext("orders", "All"),
    }  # fmt: skip
    counts = {tab: in_tab(seat, tab).count() for tab in ("enquiry", "tentative")}
    rows = list(in_tab(seat, name, text)[: ROWS + 1])
    context = {
        "tab": name, "q": text, "has_more": len(rows) > ROWS,
        "views": [
            {"label": label, "url": f"?tab={tab}", "current": tab == name, "count": counts.get(tab) or ""}
            for tab, label in labels.items()
        ],
        "rows": [words.order_row(seat, one) for one in rows[:ROWS]], "may_create": seat.may("orders.order", "create"),
    }  # fmt: skip
    return page(request, "orders/list.html", context)


@needs("orders.order")
def order(request: DeskRequest, pk: int) -> HttpResponse:
    """One order: what was ordered, who pays, who follows it, and its way so far (ORD-01)."""
    seat = request.seat
    one = access.order(seat, pk)
    items = access.items(one)
    has_rooms = any(item.kind == ItemKind.ROOMS for item in items)
    types = words.room_names(seat) if has_rooms else {}
    rows = [words.item_row(seat, item, types) for item in items]
    guests = access.seen_guests(seat, one)
    lacks = missing_in(one, items, len(guests)) if one.is_alive else []
    context = {
        **words.order_row(seat, one), "items": rows, "guests": guests, "missing": words.missing_rows(seat, one, lacks, rows),
        "missing_count": len(lacks), "has_rooms": has_rooms,
        "total": words.total_of(items), "kinds": [(kind.value, kind.label, words.ICONS[kind]) for kind in ItemKind],
        **steps_of(seat, one), "way": _way(one),
        "may_open_client": seat.may("clients.account"), "may_see_visit": seat.may("activities.visit"),
        "may_raise": seat.may("orders.exception", "create"),
    }  # fmt: skip
    return page(request, "orders/order.html", context)


def _way(one: Order) -> list[tuple[OrderLine, str]]:
    lines = list(reversed(access.way(one)))
    names = access.called({line.who for line in lines})
    return [(line, names.get(line.who, who(line.who))) for line in lines]


# ---- taking and changing


@needs("orders.order", "create")
def order_new(request: DeskRequest) -> HttpResponse:
    """Take an order of a client (ORD-01)."""
    seat = request.seat
    visit = access.asked_visit(seat, request.GET.get("visit", ""))
    account = visit.account if visit else access.asked_account(seat, request.GET.get("account", ""))
    initial = {"kind": "meeting", "channel": "visit" if visit else "phone", "payment": "on_site"}
    form = OrderForm(request.POST or None, seat=seat, people=access.followers(seat), account=account, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.values()
        chosen = account or data["account"]
        data.pop("account", None)
        with refusals(form):
            one = commands.new_order(actor=seat, account=chosen, taken_by=seat.staff, visit=visit, **data)
            return done(request, one.get_absolute_url(), _("Taken: %(number)s.") % {"number": one.number})
    context = {
        "form": form,
        "title": _("New order"),
        "back": seat.url("orders:list"),
        "detail": account.label if account else "",
        "last_times": last_times(account) if account else [],
        "sees_costs": seat.may("orders.exception"),
    }
    return page(request, "orders/form.html", context, form_status(form))


@needs("orders.order", "edit")
def order_edit(request: DeskRequest, pk: int) -> HttpResponse:
    """Change what stands at the head of an order."""
    seat = request.seat
    one = access.order(seat, pk, "edit")
    form = OrderForm(request.POST or None, seat=seat, people=[], order=one)
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            at_the_gate(
                seat, lambda: commands.change_order(actor=seat, order=one, revision=one.revision, **form.values())
            )
            return done(request, one.get_absolute_url(), _("Saved."))
    context = {"form": form, "title": one.title, "back": one.get_absolute_url(), "detail": one.number, "last_times": []}
    return page(request, "orders/form.html", context, form_status(form))


def at_the_gate(seat: Seat, do: Callable[[], object]) -> None:
    """Do it; whoever does not see clients' credit is told whether it is in the way, not how much the client may owe (CRD-12)."""
    try:
        do()
    except Refusal as refusal:
        if refusal.code != "credit.limit" or seat.may("credit.account"):
            raise
        raise Refusal(refusal.code, for_till(seat.hotel, refusal.code, str(refusal.message))) from None


# ---- items


def small_form(
    request: DeskRequest, one: Order, form: LaidOutForm, do: Callable[[dict[str, Any]], object], **words: Any
) -> HttpResponse:
    """A form of a few fields about an order."""
    return small_forms.small_form(request, form, do, **{"back": one.get_absolute_url(), "detail": one.title, **words})


@needs("orders.order", "edit")
def item_new(request: DeskRequest, pk: int, kind: str) -> HttpResponse:
    """Add rooms, a function, a meal, cars or something else to an order."""
    seat = request.seat
    if kind not in FORMS:
        raise Http404(kind)
    one = access.order(seat, pk, "edit")
    form = _item_form(request, kind, initial=_proposed(one, kind))
    return small_form(
        request, one, form, lambda _data: at_the_gate(seat, lambda: commands.add_item(actor=seat, order=one, kind=kind, **form.values())),
        title=ItemKind(kind).label, action=_("Add to the order"), said=_("Added."),
    )  # fmt: skip


@needs("orders.order", "edit")
def item_edit(request: DeskRequest, pk: int, item: int) -> HttpResponse:
    """Change an item."""
    seat = request.seat
    one = access.item(seat, pk, item)
    form = _item_form(request, one.kind, one)
    return small_form(
        request, one.order, form,
        lambda _data: at_the_gate(seat, lambda: _with_its_halls(seat, form, lambda: commands.change_item(actor=seat, item=one, revision=one.revision, **form.values()))),
        title=ItemKind(one.kind).label, action=_("Save"), said=_("Saved."),
    )  # fmt: skip


def _with_its_halls(seat: Seat, form: ItemForm, do: Callable[[], object]) -> None:
    """Do it; what keeps a hall from moving with the function is said at its hours, with who is in the way as far as one sees."""
    try:
        do()
    except HallTaken as taken:
        seen = access.named_bookings(seat).filter(pk__in=[one.pk for one in taken.holders]).values_list("pk", flat=True)
        message = words.in_the_way(seat, str(taken.message), taken.holders, set(seen))
        raise Refusal(taken.code, message, field="at") from None
    except Refusal as refusal:
        if refusal.field == "starts_at" and "at" in form.fields:
            raise Refusal(refusal.code, refusal.message, field="at") from None
        raise


@needs("orders.order", "edit")
def item_remove(request: DeskRequest, pk: int, item: int) -> HttpResponse:
    """Take an item out of the order, with the reason."""
    seat = request.seat
    one = access.item(seat, pk, item)
    row = words.item_row(seat, one, words.room_names(seat))
    return small_form(
        request, one.order, WhyForm(request.POST or None),
        lambda data: commands.remove_item(actor=seat, item=one, **data),
        title=_("Take it out of the order"), action=_("Take it out"), said=_("Taken out."),
        facts=[(one.get_kind_display(), row["name"]), (_("Details"), row["facts"] or "–")],
    )  # fmt: skip


def _item_form(request: DeskRequest, kind: str, item: OrderItem | None = None, **more: Any) -> ItemForm:
    types = words.room_names(request.seat) if kind == ItemKind.ROOMS else {}
    return FORMS[kind](request.POST or None, seat=request.seat, types=types, item=item, **more)


def _proposed(one: Order, kind: str) -> dict[str, Any]:
    """What is likely: the order's own days and people."""
    return {
        "arrives_on": one.arrives_on, "departs_on": one.departs_on, "on": one.arrives_on, "people": one.people,
        "unit": "person", "meal": "dinner", "breakfasts": 1,
        **({"count": 1} if kind in (ItemKind.TRANSPORT, ItemKind.OTHER) else {}),
    }  # fmt: skip


def steps_of(seat: Seat, one: Order) -> dict[str, bool]:
    """Which steps the page offers this person now."""
    may_edit = access.may(seat, one, "edit")
    has_come = one.arrives_on <= seat.today
    state = one.state if may_edit else ""
    return {
        "may_edit": may_edit and one.state in ALIVE, "may_hold": state in ("enquiry", "tentative"),
        "may_confirm": state in ("enquiry", "tentative"), "may_begin": state == "definite" and has_come,
        "may_complete": state == "in_progress", "may_archive": state == "completed",
        "may_decline": state in ("enquiry", "tentative"), "may_cancel": state in ("enquiry", "tentative", "definite"),
        "may_miss": state == "definite" and has_come, "may_reopen": state in ("declined", "cancelled", "no_show", "completed"),
        "may_hand_over": may_edit and one.state != "archived",
    }  # fmt: skip
