"""The papers of an order as one: the order, quotations, function sheets, changes, confirmations, comments, what went wrong, what
was billed on credit, its follow-up (ORD-09)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from roomnight.kernel.pdf import Facts, Sheet, Table, Words
from roomnight.orders import access, follow_words, notice_words, words
from roomnight.orders.models import (
    DepartmentNotice,
    ExceptionState,
    FunctionSheet,
    Order,
    OrderComment,
    OrderException,
    OrderGuest,
    OrderItem,
    OrderRevision,
    Quotation,
    QuotationState,
)
from roomnight.orders.queries.billed import billed
from roomnight.orders.queries.following import Papers, papers_of
from roomnight.orders.queries.quoting import item_of
from roomnight.orders.queries.sheets import sheet_data
from roomnight.organization.access import Seat
from roomnight.pms.access import of_hidden_names
from roomnight.ui.templatetags.ui import who

Part = Facts | Table | Words


def paper_seat(order: Order) -> Seat:
    """The papers are read from the follower's desk, without any grant: whose desk they are printed at makes no difference."""
    return Seat(order.follower, order.hotel, None, {})


def bundle_sheet(order: Order, made_by: str, *, is_filed: bool) -> Sheet:
    """The bundle in the language in force; one that is not filed says so on every reading of it."""
    papers = papers_of(order)
    seat, one = paper_seat(papers.order), papers.order
    now = f"{seat.local(timezone.now()):%Y-%m-%d %H:%M}"
    return Sheet(
        title=_("Papers of the order"), detail=f"{one.number} · {one.title} · {one.account.name}",
        house=one.hotel.label,
        foot=_("Filed by %(name)s on %(at)s") % {"name": made_by, "at": now} if is_filed
        else _("Printed by %(name)s on %(at)s") % {"name": made_by, "at": now},
        parts=[
            _head(seat, papers), _items(seat, papers.items), *_people(seat, one), *_quotations(seat, one), *_sheets(seat, one),
            _changes(seat, one), _departments(seat, one), _steps(seat, papers), _comments(seat, one),
            *_exceptions(seat, one), *_charges(seat, one), _way(seat, one),
        ],
        marks=[] if is_filed else [_("Not filed yet")], is_wide=True,
    )  # fmt: skip


def contents(order: Order) -> list[tuple[str, int]]:
    """What goes into the bundle: each part with how many there are of it, in one query. Guests who are here for nobody do not
    (PRV-03)."""
    hidden = of_hidden_names(paper_seat(order), order.arrives_on, order.departs_on)
    counts = {
        "n_items": _number(OrderItem.objects.filter(removed_at=None)),
        "n_guests": _number(OrderGuest.objects.filter(removed_at=None).exclude(hidden)),
        "n_quotations": _number(Quotation.objects.filter(state=QuotationState.ACCEPTED)),
        "n_sheets": _number(FunctionSheet.objects.all(), "item__order", "item"),
        "n_revisions": _number(OrderRevision.objects.all()), "n_answers": _number(DepartmentNotice.objects.exclude(answer="")),
        "n_comments": _number(OrderComment.objects.all()), "n_exceptions": _number(_standing_exceptions()),
        "n_charges": Coalesce(Subquery(billed(order).order_by().values("hotel").annotate(n=Count("pk")).values("n")), 0),
    }  # fmt: skip
    found: Any = Order.objects.filter(pk=order.pk).values(**counts).get()
    return [
        (_("Items ordered"), found["n_items"]),
        (_("Guests"), found["n_guests"]),
        (_("Accepted quotations"), found["n_quotations"]),
        (_("Function sheets in their last revision"), found["n_sheets"]),
        (_("Changes told to the departments"), max(found["n_revisions"] - 1, 0)),
        (_("Answers of the departments"), found["n_answers"]),
        (_("Comments"), found["n_comments"]),
        (_("Exceptions"), found["n_exceptions"]),
        (_("Charges to the client's account"), found["n_charges"]),
    ]


def _number(found: QuerySet[Any], order: str = "order", of: str = "pk") -> Coalesce:
    """How many of these an order has."""
    mine = found.filter(**{order: OuterRef("pk")}).order_by().values(order)
    return Coalesce(Subquery(mine.annotate(n=Count(of, distinct=True)).values("n")), 0)


def _at(seat: Seat, moment: datetime | None) -> str:
    return f"{seat.local(moment):%Y-%m-%d %H:%M}" if moment else "–"


def _head(seat: Seat, papers: Papers) -> Facts:
    one = papers.order
    days = f"{one.arrives_on} – {one.departs_on}" if one.departs_on != one.arrives_on else str(one.arrives_on)
    deposit = words.amount(seat, one.deposit)
    if one.deposit_paid_on:
        deposit = words.dot(deposit, _("paid %(day)s") % {"day": one.deposit_paid_on})
    visit = one.visit.number if one.visit_id and one.visit else "–"
    rows = [
        (_("Number"), one.number), (_("State"), str(one.get_state_display())), (_("Client"), one.account.name),
        (_("Contact person"), one.contact.name if one.contact else "–"), (_("Kind"), str(one.get_kind_display())),
        (_("Days"), days), (_("Number of people"), str(one.people or "–")),
        (_("Followed by"), one.follower.label), (_("Taken by"), one.taken_by.label),
        (_("How it came"), str(one.get_channel_display())), (_("From the visit"), visit),
        (_("Confirmed"), _at(seat, one.confirmed_at)), (_("Payment"), str(one.get_payment_display())),
        (_("Deposit"), deposit), (_("Who may sign"), one.signers or "–"),
        (_("Together"), words.amount(seat, words.total_of(papers.items))),
        (_("Special needs"), one.special_needs or "–"),
    ]  # fmt: skip
    return Facts(_("The order"), rows)


def _items(seat: Seat, items: Iterable[OrderItem]) -> Table:
    types = words.room_names(seat)
    rows = []
    for one in sorted(items, key=lambda item: item.begins):
        row = words.item_row(seat, one, types)
        days = " – ".join(f"{day:%m-%d}" for day in (row["day"], row["until"]) if day)
        rows.append([
            words.dot(days, row["hours"]), str(one.get_kind_display()), row["name"], row["facts"],
            words.amount(seat, one.price), "–" if row["total"] is None else words.amount(seat, row["total"]),
        ])  # fmt: skip
    heads = [_("When"), _("Kind"), _("What"), _("Details"), _("Price"), _("Together")]
    return Table(_("What was ordered"), heads, rows, (6, 4, 7, 14, 5, 5), (4, 5), _("Nothing was ordered."))


def _people(seat: Seat, order: Order) -> list[Part]:
    rows = [[one.name, one.job_title, one.vip, one.needs] for one in access.seen_guests(seat, order)]
    heads = [_("Name"), _("Job title"), pgettext("guest of an order", "VIP"), _("Needs and likes")]
    return [Table(_("Guests"), heads, rows, (6, 6, 3, 20))] if rows else []


def _accepted(order: Order) -> list[Quotation]:
    found = Quotation.objects.filter(order=order, state=QuotationState.ACCEPTED).order_by("version")
    return list(found.select_related("made_by", "order__hotel"))


def _quotations(seat: Seat, order: Order) -> list[Part]:
    found: list[Part] = []
    for one in _accepted(order):
        title = _("Quotation %(number)s, accepted") % {"number": one}
        rows = [
            (_("Drawn up by"), words.dot(one.made_by.label, _at(seat, one.made_at))), (_("Sent"), _at(seat, one.sent_at)),
            (_("Accepted"), words.dot(_at(seat, one.answered_at), one.answer_note)),
            (_("Valid until"), str(one.valid_until)), (_("Together"), words.amount(seat, one.total)),
        ]  # fmt: skip
        found += [Facts(title, rows), _items(seat, [item_of(line) for line in one.lines])]
        found += [
            Words(label, text) for label, text in ((_("What we offer"), one.offer), (_("Terms"), one.terms)) if text
        ]
    return found


def _latest(order: Order) -> list[FunctionSheet]:
    return list({one.item_id: one for one in access.sheets(order)}.values())


def _sheets(seat: Seat, order: Order) -> list[Part]:
    found: list[Part] = []
    for one in _latest(order):
        data: dict[str, Any] = sheet_data(seat, order, access.sheet(order, one.pk))
        title = words.dot(_("Function sheet"), data["revision"], data["name"], data["detail"])
        rows = [(row["label"], str(row["value"] or "–")) for part in data["parts"] for row in part["rows"]]
        found.append(Facts(words.dot(title, data["stamp"]), rows))
        if data["record"]:
            found.append(Table(data["record_title"], data["record_heads"], data["record"], (3, 6, 12, 12)))
        found.append(Table(data["list_title"], data["list_heads"], data["list"], (8, 8, 6, 14)))
    return found


def _changes(seat: Seat, order: Order) -> Table:
    revisions = access.revisions(order)
    names = notice_words.names_of(seat, [one.content for one in revisions])
    people = access.called({one.made_by for one in revisions})
    rows = []
    for before, after in zip(revisions, revisions[1:], strict=False):
        said = words.dot(_at(seat, after.made_at), people.get(after.made_by, after.made_by))
        for told in notice_words.told(seat, names, before.content, after.content):
            rows += [[f"R{after.number}", said, told.name, label, old, new] for label, old, new in told.rows]
    heads = [_("Revision"), _("When, by whom"), _("What"), _("Field"), _("Before"), _("Now")]
    return Table(_("Changes"), heads, rows, (3, 8, 8, 6, 9, 9), (), _("Nothing was changed after it was confirmed."))


def _departments(seat: Seat, order: Order) -> Table:
    rows = [
        [
            one.department.label, f"R{one.revision.number}", _at(seat, one.sent_at), str(one.get_answer_display()),
            words.dot(one.answered_by.label if one.answered_by else "", _at(seat, one.answered_at)),
            words.dot(one.ready_by.label if one.ready_by else "", _at(seat, one.ready_at)), one.note,
        ]
        for one in access.notices_of(order)
    ]  # fmt: skip
    heads = [
        _("Department"), _("Revision"), _("Told"), _("Answer"), _("Answered"), _("Ready"),
        pgettext("on a function sheet", "Note"),
    ]  # fmt: skip
    return Table(_("Confirmations of the departments"), heads, rows, (6, 3, 6, 4, 8, 8, 10), (), _("No department was told."))  # fmt: skip


def _steps(seat: Seat, papers: Papers) -> Table:
    rows = []
    for row in follow_words.step_rows(seat, papers, timezone.now()):
        shown = row["evidence"] or {"text": "", "by": "", "at": None}
        rows.append([
            str(row["label"]), row["owner"], _at(seat, row["due"]), str(row["word"]),
            words.dot(shown["text"], shown["by"], _at(seat, shown["at"]) if shown["at"] else ""),
        ])  # fmt: skip
    heads = [_("Step"), _("Whose"), _("Until"), _("State"), _("Evidence")]
    return Table(_("Follow-up"), heads, rows, (9, 5, 6, 4, 18))


def _comments(seat: Seat, order: Order) -> Table:
    rows = []
    found = OrderComment.objects.filter(order=order).select_related("by")
    for one in found.prefetch_related("passed__department"):
        answers = "\n".join(f"{each.department.label}: {each.answer or '–'}" for each in one.passed.all())
        rows.append([_at(seat, one.at), words.dot(one.said_by, one.by.label), str(one.get_rating_display()), one.text, answers])  # fmt: skip
    heads = [_("When"), _("Said by, noted by"), _("How it sounds"), _("Comment"), _("Departments")]
    return Table(_("Comments"), heads, rows, (6, 6, 4, 14, 12), (), _("Nobody had anything to say."))


def _standing_exceptions() -> QuerySet[OrderException]:
    return OrderException.objects.exclude(state=ExceptionState.WITHDRAWN)


def _exceptions(seat: Seat, order: Order) -> list[Part]:
    """What went wrong and how it ended; what it cost the house stays in the house."""
    found = _standing_exceptions().filter(order=order).order_by("discovered_at", "pk")
    rows = [
        [
            one.number, str(one.get_kind_display()), words.dot(_at(seat, one.discovered_at), one.what),
            words.dot(_at(seat, one.contacted_at), one.contact_said),
            words.dot(one.get_cause_display() if one.cause else "", one.prevention), one.comments, str(one.get_state_display()),
        ]
        for one in found
    ]  # fmt: skip
    heads = [
        _("Number"), pgettext("exceptions", "Kind"), _("What went wrong"), _("Client contacted"), _("Cause and prevention"),
        _("The client's comments"), _("State"),
    ]  # fmt: skip
    return [Table(_("Exceptions"), heads, rows, (4, 4, 9, 8, 8, 7, 3))] if rows else []


def _charges(seat: Seat, order: Order) -> list[Part]:
    """What was put on the client's account for it, with what was taken back, and the sum."""
    found = list(billed(order))
    rows = [
        [
            str(one.on), str(one.get_kind_display()), one.reference,
            words.dot(one.get_revenue_kind_display() if one.revenue_kind else "", one.department, one.description),
            one.signed_by, words.amount(seat, one.amount),
        ]
        for one in found
    ]  # fmt: skip
    total = words.amount(seat, sum((one.amount for one in found), Decimal()))
    heads = [
        _("Day"), _("Kind"), _("Bill or reference"), _("What"), _("Signed by"), _("Amount"),
    ]  # fmt: skip
    title = words.dot(_("Charges to the client's account"), total)
    return [Table(title, heads, rows, (4, 4, 6, 12, 5, 5), (5,))] if rows else []


def _way(seat: Seat, order: Order) -> Table:
    lines = access.way(order)
    names = access.called({line.who for line in lines})
    rows = [
        [_at(seat, one.at), str(one.get_what_display()), names.get(one.who, who(one.who)), one.note] for one in lines
    ]
    return Table(_("Its way"), [_("When"), _("What"), _("By"), pgettext("on a function sheet", "Note")], rows, (6, 7, 6, 20))  # fmt: skip
