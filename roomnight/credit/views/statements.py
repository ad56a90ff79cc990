"""Statements: the list, one of them, on paper and as a table, sent and answered (CRD-06)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from roomnight.clients.commands import log_export
from roomnight.credit import access, commands
from roomnight.credit.forms.settling import AnswerForm, DrawForm, SendForm
from roomnight.credit.models import LedgerLine, Statement, StatementState, money
from roomnight.credit.queries.ageing import PARTS
from roomnight.credit.queries.dossier import called
from roomnight.credit.queries.words import bucket_words
from roomnight.credit.rules.values import BANK_ACCOUNT
from roomnight.credit.views.accounts import facts, small_form
from roomnight.kernel.errors import Refusal
from roomnight.kernel.export import to_xlsx
from roomnight.kernel.money import format_money
from roomnight.kernel.pdf import Facts, Sheet, Table, Words, sheet_pdf
from roomnight.organization.access import Seat
from roomnight.organization.http import DeskRequest, needs
from roomnight.ui.downloads import PDF, XLSX, download
from roomnight.ui.page import page, refused

TABS: dict[str, list[str]] = {
    "send": [StatementState.DRAWN],
    "waiting": [StatementState.SENT],
    "disputed": [StatementState.DISPUTED],
    "all": list(StatementState.values),
}
AT_ONCE = 50
MOST_ANSWERED = 400
TONES = {"drawn": "soon", "sent": "", "confirmed": "good", "disputed": "late"}


def in_tab(seat: Seat, name: str, text: str = "") -> QuerySet[Statement]:
    """The statements that a tab holds, latest first."""
    found = access.statements(seat).filter(state__in=TABS[name]).order_by("-ends_on", "-pk")
    if text:
        found = found.filter(credit__account__name__icontains=text) | found.filter(number__icontains=text)
    return found


@needs("credit.statement")
def statement_list(request: DeskRequest) -> HttpResponse:
    """The statements: those to send, those that wait for the client, those with a dispute, all."""
    seat = request.seat
    name = request.GET.get("tab", "") if request.GET.get("tab") in TABS else "send"
    text = request.GET.get("q", "").strip()[:80]
    found = in_tab(seat, name, text)
    before = request.GET.get("before", "")
    last = found.filter(pk=int(before)).first() if before.isdigit() else None
    if last is not None:
        found = found.filter(ends_on__lt=last.ends_on) | found.filter(ends_on=last.ends_on, pk__lt=last.pk)
    rows = list(found.select_related("credit__hotel", "credit__account")[: AT_ONCE + 1])
    labels = {"send": _("To send"), "waiting": _("With the client"), "disputed": _("Disputed"), "all": _("All")}
    context = {
        "tab": name, "q": text, "next": rows[AT_ONCE - 1].pk if len(rows) > AT_ONCE else None,
        "views": [
            {"label": label, "url": f"?tab={tab}", "current": tab == name,
             "count": (in_tab(seat, tab)[:100].count() or "") if tab in ("send", "disputed") else ""}
            for tab, label in labels.items()
        ],
        "rows": [{"one": one, "tone": TONES[one.state]} for one in rows[:AT_ONCE]],
    }  # fmt: skip
    return page(request, "credit/statements.html", context)


@needs("credit.statement")
def statement(request: DeskRequest, pk: int) -> HttpResponse:
    """One statement: opening, lines, payments, closing, and how old what was open then was."""
    seat = request.seat
    one = access.statement(seat, pk)
    lines = list(access.lines_of(one)[:MOST_ANSWERED])
    context = {
        "one": one, "lines": lines, "more": one.line_count - len(lines), "tone": TONES[one.state],
        "ageing": ageing_rows(one), "drawn_by": called({one.drawn_by}).get(one.drawn_by, ""),
        "may_send": one.state in ("drawn", "sent") and seat.may("credit.statement", "edit"),
        "may_export": seat.may("credit.statement", "export"), "may_compare": seat.may("credit.statement", "edit"),
        "comparisons": list(access.comparisons(seat).filter(statement=one)[:3]),
        "may_dispute": seat.may("credit.dispute", "create"),
    }  # fmt: skip
    return page(request, "credit/statement.html", context)


def ageing_rows(one: Statement) -> list[tuple[str, Any]]:
    """The ageing as it was when the statement was drawn up, in words and amounts."""
    names = bucket_words()
    return [(names[part], money(one.ageing.get(part, 0))) for part in PARTS if one.ageing.get(part)]


@needs("credit.statement", "create")
def draw(request: DeskRequest, pk: int) -> HttpResponse:
    """Draw up an account's statement by hand."""
    seat = request.seat
    one = access.credit_account(seat, pk)
    return small_form(
        request, one, DrawForm(request.POST or None, initial={"until": seat.today}),
        lambda data: commands.draw_up_statement(actor=seat, credit=one, **data),
        title=_("Draw up a statement"), action=_("Draw it up"), said=_("Statement drawn up."), facts=facts(one),
    )  # fmt: skip


def told(seat: Seat, one: Statement) -> list[tuple[Any, Any]]:
    currency, language = seat.hotel.currency, get_language() or "zh-hans"
    return [
        (_("Statement"), one.number), (_("Period"), f"{one.starts_on:%Y-%m-%d} – {one.ends_on:%Y-%m-%d}"),
        (_("Closing balance"), format_money(one.closing, currency, language)),
    ]  # fmt: skip


@needs("credit.statement", "edit")
def send(request: DeskRequest, pk: int) -> HttpResponse:
    """Note that a statement was sent."""
    seat = request.seat
    one = access.statement(seat, pk, "edit")
    return small_form(
        request, one.credit, SendForm(request.POST or None, statement=one),
        lambda data: commands.send_statement(actor=seat, statement=one, revision=one.revision, **data),
        title=_("Statement sent"), action=_("Note it as sent"), said=_("Noted."), facts=told(seat, one),
        back=one.get_absolute_url(),
    )  # fmt: skip


@needs("credit.statement", "edit")
def answer(request: DeskRequest, pk: int) -> HttpResponse:
    """Enter what the client says, line by line."""
    seat = request.seat
    one = access.statement(seat, pk, "edit")
    lines = [line for line in access.lines_of(one) if line.amount_cents > 0][:MOST_ANSWERED]
    form = AnswerForm(request.POST or None, lines=lines, currency=seat.hotel.currency)

    def do(data: dict[str, Any]) -> None:
        commands.answer_statement(
            actor=seat, statement=one, revision=one.revision, answered_by=data["answered_by"], disputed=form.disputed()
        )

    return small_form(
        request, one.credit, form, do, title=_("What the client says"), action=_("Enter the answer"),
        said=_("Answer entered."), facts=told(seat, one), back=one.get_absolute_url(),
    )  # fmt: skip


# ---- on paper, and as a table


def heads() -> list[str]:
    """The columns of a statement's lines."""
    return [
        _("Date"), pgettext("credit", "What"), _("Bill or reference"), _("Outlet"), _("Signed by"), _("Charged"),
        pgettext("statement", "Paid"), _("Balance"),
    ]  # fmt: skip


def rows_of(one: Statement, lines: Sequence[LedgerLine]) -> list[list[Any]]:
    """The lines under those heads with a running balance from the opening to the closing."""
    balance = one.opening_cents
    rows: list[list[Any]] = [[one.starts_on, _("Opening balance"), "", "", "", "", "", money(balance)]]
    for line in lines:
        balance += line.amount_cents
        up = line.amount_cents > 0
        what = " ".join(filter(None, [line.get_kind_display(), line.get_revenue_kind_display(), line.description]))
        rows.append([
            line.on, what, line.reference, line.department, line.signed_by, line.amount if up else "",
            "" if up else -line.amount, money(balance),
        ])  # fmt: skip
    rows.append([one.ends_on, _("Closing balance"), "", "", "", one.charges, -one.credits, one.closing])
    return rows


def sheet_of(seat: Seat, one: Statement) -> Sheet:
    """The statement as a paper for the client."""
    currency, language = seat.hotel.currency, get_language() or "zh-hans"
    rows = [[_cell(cell, currency, language) for cell in row] for row in rows_of(one, list(access.lines_of(one)))]
    bank = BANK_ACCOUNT.at(seat.hotel_code, seat.today)
    account = one.credit.account
    known = [
        (_("Client"), account.label), (_("Account number"), one.credit.number),
        (_("Period"), f"{one.starts_on:%Y-%m-%d} – {one.ends_on:%Y-%m-%d}"),
        (_("To be paid by"), f"{one.due_on:%Y-%m-%d}"),
        (_("Opening balance"), format_money(one.opening, currency, language)),
        (_("Charged"), format_money(one.charges, currency, language)),
        (_("Paid and credited"), format_money(-one.credits, currency, language)),
        (_("Closing balance"), format_money(one.closing, currency, language)),
    ]  # fmt: skip
    if bank:
        known.append((_("Our bank account"), bank))
    ageing = [[label, format_money(amount, currency, language)] for label, amount in ageing_rows(one)]
    return Sheet(
        title=_("Statement of account"), detail=f"{one.number} · {account.label}", house=seat.hotel.label,
        foot=_("Drawn up on %(day)s") % {"day": f"{seat.local(one.drawn_at):%Y-%m-%d}"},
        parts=[
            Facts("", known),
            Table(_("Charges and payments"), heads(), rows, (9, 16, 12, 10, 8, 10, 10, 11), (5, 6, 7)),
            Table(
                _("How old what is open is"), [_("Overdue"), _("Open")], ageing, (3, 1), (1,), _("Nothing is open.")
            ),
            Words(_("Please check"), _(
                "Please compare this statement with your records. If a line is not right, tell us which and why within "
                "seven days; otherwise we take it as confirmed.\n\nConfirmed for the client by:                    "
                "Seal:                    Date:"
            )),
        ],
    )  # fmt: skip


def _cell(cell: Any, currency: str, language: str) -> str:
    if isinstance(cell, str):
        return cell
    return f"{cell:%Y-%m-%d}" if isinstance(cell, date) else format_money(cell, currency, language)


@needs("credit.statement")
@require_GET
def pdf(request: DeskRequest, pk: int) -> HttpResponse:
    """A statement as a PDF."""
    one = access.statement(request.seat, pk)
    try:
        content = sheet_pdf(sheet_of(request.seat, one))
    except Refusal as refusal:
        return refused(request, one.get_absolute_url(), refusal)
    return download(content, PDF, f"{one.number}.pdf")


@needs("credit.statement", "export")
@require_GET
def excel(request: DeskRequest, pk: int) -> HttpResponse:
    """A statement as an Excel file. Who took it is kept."""
    seat = request.seat
    one = access.statement(seat, pk, "export")
    rows = rows_of(one, list(access.lines_of(one)))
    log_export(
        actor=seat, hotel=seat.hotel, what="credit.statement", query=one.number, rows=len(rows), file_format="xlsx"
    )
    content = to_xlsx(one.number, heads(), rows, tz=timezone.get_current_timezone())
    return download(content, XLSX, f"{one.number}.xlsx")
