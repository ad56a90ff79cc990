"""Departments: their orders to confirm, the lights of an order, the board of readiness, changes (ORD-05, CHG-01)."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

from roomnight.kernel.errors import Refusal
from roomnight.orders import access, commands, notice_words, words
from roomnight.orders.forms.notices import ProblemForm, done_form
from roomnight.orders.models import ALIVE, FIRM, Answer, DepartmentNotice, Order
from roomnight.orders.queries.readiness import ahead, board, nobody_in
from roomnight.orders.queries.revisions import standing
from roomnight.orders.rules.changes import GUEST, concerning, differences, guests_for
from roomnight.orders.rules.notice_values import NOTICE_DEPARTMENTS
from roomnight.organization.access import Seat, leader_of
from roomnight.organization.http import DeskRequest, needs
from roomnight.ui import small_forms
from roomnight.ui.page import done, page, refused
from roomnight.ui.small_forms import LaidOutForm

ROWS = 200
BOARD = 500
PRESSING = ("late", "problem", "nobody")


# ---- on the order's page


@needs("orders.order")
def departments(request: DeskRequest, pk: int) -> HttpResponse:
    """The readiness light of each department, as a piece of the order's page (ORD-05)."""
    seat = request.seat
    one = access.order(seat, pk)
    now = timezone.now()
    nobody = nobody_in(seat.hotel)
    rows = [notice_words.notice_row(notice, now, nobody) for notice in standing(one)]
    manager = leader_of(one.follower, seat.hotel) if any(row["light"] == "nobody" for row in rows) else None
    may_edit = access.may(seat, one, "edit") and one.state in FIRM
    context = {
        "one": one, "rows": rows, "ready": sum(row["light"] == "ready" for row in rows), "may_ask": may_edit,
        "may_tell": may_edit and not rows, "is_firm": one.state in FIRM, "manager": manager or one.follower,
    }  # fmt: skip
    return page(request, "orders/_departments.html", context)


@needs("orders.order", "edit")
@require_POST
def tell(request: DeskRequest, pk: int) -> HttpResponse:
    """Tell the departments by hand."""
    seat = request.seat
    one = access.order(seat, pk, "edit")
    try:
        commands.notify_departments(actor=seat, order=one)
    except Refusal as refusal:
        return refused(request, one.get_absolute_url(), refusal)
    return done(request, one.get_absolute_url(), _("The departments are told."))


@needs("orders.order", "edit")
@require_POST
def again(request: DeskRequest, pk: int, notice: int) -> HttpResponse:
    """Ask a department again after a problem."""
    seat = request.seat
    one = access.notice_of_order(seat, pk, notice)
    url = one.order.get_absolute_url()
    try:
        commands.ask_again(actor=seat, notice=one)
    except Refusal as refusal:
        return refused(request, url, refusal)
    return done(request, url, _("Asked again."))


@needs("orders.order")
def changes(request: DeskRequest, pk: int) -> HttpResponse:
    """Every revision of an order with what was another in it, whom that concerned and what they did (CHG-01)."""
    seat = request.seat
    one = access.order(seat, pk)
    revisions = access.revisions(one)
    names = notice_words.names_of(seat, [kept.content for kept in revisions])
    people = access.called({kept.made_by for kept in revisions})
    told = access.notices_of(one)
    now, nobody = timezone.now(), nobody_in(seat.hotel)
    before = {later.pk: earlier for earlier, later in zip(revisions, revisions[1:], strict=False)}
    rows = [
        {
            "one": kept, "by": people.get(kept.made_by, kept.made_by),
            "changes": notice_words.told(seat, names, before[kept.pk].content, kept.content) if kept.pk in before else [],
            "notices": [notice_words.notice_row(notice, now, nobody) for notice in told if notice.revision_id == kept.pk],
        }
        for kept in reversed(revisions)
    ]  # fmt: skip
    return page(request, "orders/changes.html", {"one": one, "rows": rows})


# ---- the board


@needs("orders.order")
def readiness(request: DeskRequest) -> HttpResponse:
    """All orders ahead with the lights of their departments (ORD-05)."""
    seat = request.seat
    pressing = request.GET.get("tab") == "pressing"
    orders = list(ahead(access.orders(seat), seat)[: BOARD + 1])
    rows = board(orders[:BOARD], timezone.now())
    late = [row for row in rows if row["light"] in PRESSING]
    context = {
        "rows": late if pressing else rows, "has_more": len(orders) > BOARD, "tab": "pressing" if pressing else "all",
        "views": [
            {"label": pgettext("orders", "Ahead"), "url": "?tab=all", "current": not pressing, "count": len(rows) or ""},
            {"label": _("Late or with a problem"), "url": "?tab=pressing", "current": pressing, "count": len(late) or ""},
        ],
    }  # fmt: skip
    return page(request, "orders/readiness.html", context)


# ---- in a department


TABS = ("open", "prepare", "all")


def in_tab(found: QuerySet[DepartmentNotice], name: str) -> QuerySet[DepartmentNotice]:
    """The notices that a tab holds."""
    standing_now = found.filter(superseded_at=None, order__state__in=ALIVE)
    match name:
        case "open":
            return standing_now.exclude(answer=Answer.ACCEPT).order_by("due_at", "pk")
        case "prepare":
            return standing_now.filter(answer=Answer.ACCEPT, ready_at=None).order_by("ready_due_at", "pk")
    return found.filter(Q(superseded_at=None) | Q(answer=Answer.PROBLEM)).order_by("-sent_at", "-pk")


@needs("orders.notice")
def notice_list(request: DeskRequest) -> HttpResponse:
    """The orders that a department has to confirm and to get ready (ORD-05)."""
    seat = request.seat
    name = request.GET.get("tab", "") if request.GET.get("tab") in TABS else "open"
    found = access.notices(seat)
    labels = {
        "open": _("To confirm"), "prepare": _("To get ready"), "all": pgettext("notices of orders", "All"),
    }  # fmt: skip
    counts = {tab: in_tab(found, tab).count() for tab in ("open", "prepare")}
    now, nobody = timezone.now(), nobody_in(seat.hotel)
    context = {
        "tab": name, "rows": [notice_words.notice_row(one, now, nobody) for one in in_tab(found, name)[:ROWS]],
        "is_house": seat.scope("orders.notice") == "hotel",
        "views": [
            {"label": label, "url": f"?tab={tab}", "current": tab == name, "count": counts.get(tab) or ""}
            for tab, label in labels.items()
        ],
    }  # fmt: skip
    return page(request, "orders/notices.html", context)


@needs("orders.notice")
def notice(request: DeskRequest, pk: int) -> HttpResponse:
    """What a department needs to know of an order, what is another since it confirmed, and its answer."""
    seat = request.seat
    one = access.notice(seat, pk)
    content = one.revision.content
    base = one.base.content if one.base else None
    names = notice_words.names_of(seat, [content, base] if base else [content])
    with_prices = access.sees_prices(seat, one)
    mine = seat.membership is not None and seat.membership.department_id == one.department_id
    may_answer = mine and one.stands and one.order.state in ALIVE and seat.may("orders.notice", "edit")
    context = {
        **notice_words.notice_row(one, timezone.now(), nobody_in(seat.hotel)), "order": one.order, "head": _head(seat, one.order),
        "items": notice_words.item_rows(seat, names, content, with_prices=with_prices),
        "told": _told(seat, one, names) if base else [],
        **_halls_and_guests(seat, one, names),
        "latest": None if one.stands else _latest(seat, one),
        "may_answer": may_answer, "may_ready": may_answer and one.answer == Answer.ACCEPT and one.ready_at is None,
        "may_open": seat.may("orders.order"), "may_raise": seat.may("orders.exception", "create"),
    }  # fmt: skip
    return page(request, "orders/notice.html", context)


def _table(seat: Seat) -> dict[str, list[str]]:
    table: dict[str, list[str]] = NOTICE_DEPARTMENTS.at(seat.hotel_code, seat.today)
    return table


def _told(seat: Seat, one: DepartmentNotice, names: notice_words.Names) -> list[notice_words.Told]:
    """What is another since the department confirmed; of the guests what it has to act on."""
    before, after = one.base.content if one.base else {}, one.revision.content
    changes = differences(before, after)
    mine = concerning(changes, _table(seat), one.department.kind)
    shown = [change for change in changes if change.kind != GUEST or change in mine]
    return notice_words.told(seat, names, before, after, shown, with_prices=access.sees_prices(seat, one))


def _halls_and_guests(seat: Seat, one: DepartmentNotice, names: notice_words.Names) -> dict[str, Any]:
    """The halls, for those whom functions concern, and the guests of whom a department has to know."""
    content, kind, table = one.revision.content, one.department.kind, _table(seat)
    halls = notice_words.hall_rows(seat, content) if kind in table.get("function", ()) else []
    return {"halls": halls, "guests": notice_words.guest_rows(names, content, guests_for(content, table, kind))}


def _head(seat: Seat, order: Order) -> list[tuple[str, str]]:
    """The facts of an order that every department needs."""
    days = order.arrives_on.isoformat()
    if order.departs_on != order.arrives_on:
        days += f" – {order.departs_on:%m-%d}"
    arrives = f"{days} {order.arrives_at:%H:%M}" if order.arrives_at else days
    facts = [
        (_("Client"), order.account.name), (_("Contact person"), order.contact.name if order.contact else ""),
        (_("Days"), arrives), (_("Number of people"), str(order.people or "")),
        (_("Followed by"), words.dot(order.follower.label, order.follower.phone)),
    ]  # fmt: skip
    return [(label, value) for label, value in facts if value]


def _latest(seat: Seat, one: DepartmentNotice) -> DepartmentNotice | None:
    found = access.notices(seat).filter(order=one.order_id, department=one.department_id, superseded_at=None)
    return found.first()


def _small(request: DeskRequest, one: DepartmentNotice, form: LaidOutForm, do: Any, **said: Any) -> HttpResponse:
    back = request.seat.url("orders:notice", pk=one.pk)
    facts = [
        (pgettext("of a client", "Order"), one.order.number),
        (_("Confirm until"), f"{request.seat.local(one.due_at):%m-%d %H:%M}"),
    ]
    return small_forms.small_form(request, form, do, back=back, detail=one.order.title, facts=facts, **said)


@needs("orders.notice", "edit")
def confirm(request: DeskRequest, pk: int) -> HttpResponse:
    """Confirm an order, or a change with what was done about it."""
    seat = request.seat
    one = access.notice(seat, pk, "edit")
    sent = request.POST if request.method == "POST" else None
    form = done_form(sent, is_change=one.base_id is not None)
    return _small(
        request, one, form, lambda data: commands.confirm_notice(actor=seat, notice=one, staff=seat.staff, **data),
        title=_("Confirm the change") if one.base_id else _("Confirm the order"), action=pgettext("a notice", "Confirm"), said=_("Confirmed."),
    )  # fmt: skip


@needs("orders.notice", "edit")
def problem(request: DeskRequest, pk: int) -> HttpResponse:
    """Say why it cannot be done."""
    seat = request.seat
    one = access.notice(seat, pk, "edit")
    return _small(
        request, one, ProblemForm(request.POST or None),
        lambda data: commands.report_problem(actor=seat, notice=one, staff=seat.staff, **data),
        title=_("Report a problem"), action=_("Report it"), said=_("Reported: the order's follower is told."),
    )  # fmt: skip


@needs("orders.notice", "edit")
@require_POST
def ready(request: DeskRequest, pk: int) -> HttpResponse:
    """The department is ready."""
    seat = request.seat
    one = access.notice(seat, pk, "edit")
    url = seat.url("orders:notice", pk=one.pk)
    try:
        commands.say_ready(actor=seat, notice=one, staff=seat.staff)
    except Refusal as refusal:
        return refused(request, url, refusal)
    return done(request, url, _("Noted: you are ready."))
