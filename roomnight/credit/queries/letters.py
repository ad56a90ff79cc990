"""What a dunning letter says: the client's open charges with the days they are overdue (CRD-08)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from roomnight.agreements.models import AgreementPaper, Language
from roomnight.credit.models import CreditAccount, DunningLetter, DunningStep, LedgerLine, money
from roomnight.credit.queries.ageing import open_lines
from roomnight.credit.queries.collecting import undisputed
from roomnight.credit.rules.values import BANK_ACCOUNT
from roomnight.kernel.money import format_money
from roomnight.kernel.pdf import Facts, Sheet, Table, Words

MOST_LINES = 300


@dataclass(frozen=True)
class Owed:
    """What a letter asks for: the first lines, how many there are, their open amounts together, and in cents what is left
    to ask for where the client has paid something that settles none of them yet."""

    lines: list[LedgerLine]
    count: int
    open_cents: int
    cents: int


def owed_on(step: DunningStep, on: date) -> Owed:
    """The undisputed open charges of a step's account that are overdue on a day; for a step before the due day, those due
    until the oldest is."""
    credit = step.credit
    found = undisputed(open_lines(credit.hotel)).filter(
        credit=credit, due_on__lt=max(on, step.oldest_due_on + timedelta(days=1))
    )
    count, total = found.count(), found.aggregate(total=Sum("open_cents"))["total"] or 0
    lines = list(found.order_by("due_on", "pk")[:MOST_LINES])
    return Owed(lines, count, total, max(0, min(total, credit.balance_cents)))


def letter_language(credit: CreditAccount) -> str:
    """The language in which a client is written to: that of the document of its latest agreement; else Chinese."""
    papers = AgreementPaper.objects.filter(agreement__account=credit.account_id, superseded_at=None)
    latest = papers.order_by("-agreement__starts_on", "-pk").values_list("language", flat=True).first()
    return str(latest or Language.CHINESE)


def letter_sheet(one: DunningLetter, owed: Owed) -> Sheet:
    """The letter in the language in force."""
    credit, hotel = one.step.credit, one.step.credit.hotel
    asked = format_money(money(owed.cents), hotel.currency, one.language)
    title, text = _words(one, asked)
    known = [
        (_("Number"), one.number), (_("Date"), f"{one.on:%Y-%m-%d}"), (_("Client"), credit.account.label),
        (pgettext("credit", "Account"), credit.number), (_("Amount to pay"), asked), (_("To be paid by"), f"{one.pay_by:%Y-%m-%d}"),
    ]  # fmt: skip
    if bank := BANK_ACCOUNT.at(hotel.code, one.on):
        known.append((_("Our bank account"), bank))
    closing = _(
        "Charges that you have questioned are not among them. If you have paid meanwhile, please take this letter as settled "
        "and tell us the number of the transfer. Your representative is %(name)s."
    ) % {"name": credit.responsible.label}
    return Sheet(
        title=title, detail=f"{one.number} · {credit.account.label}", house=hotel.label,
        foot=_("Drawn up on %(day)s") % {"day": f"{one.on:%Y-%m-%d}"},
        parts=[
            Facts("", known), Words("", text), _table(one, owed),
            Words("", f"{closing}\n\n{hotel.label}\n" + _("Signature and seal:")),
        ],
    )  # fmt: skip


def _words(one: DunningLetter, asked: str) -> tuple[str, str]:
    values = {"client": one.step.credit.account.label, "amount": asked, "day": f"{one.pay_by:%Y-%m-%d}"}
    match one.step.step:
        case "reminder":
            title = _("A friendly reminder")
            text = _("To %(client)s:\nThank you for staying and dining with us. The charges below, %(amount)s together, fall due soon. We would be glad to receive your payment in time.")  # fmt: skip
        case "letter":
            title = _("Reminder of payment")
            text = _("To %(client)s:\nAccording to our records the charges below, %(amount)s together, are overdue. Please compare them with yours and pay by %(day)s.")  # fmt: skip
        case "second_letter":
            title = _("Second reminder of payment")
            text = _("To %(client)s:\nIn spite of our earlier letter the charges below, %(amount)s together, are still open. Please pay by %(day)s; otherwise we shall have to stop charging on your account, as was agreed.")  # fmt: skip
        case _other:
            title = _("Last demand for payment")
            text = _("To %(client)s:\nWe have asked several times for the charges below, %(amount)s together, and have not received them. If they are not paid in full by %(day)s we shall hand the matter over to our lawyers and claim interest and costs. We would rather settle it with you.")  # fmt: skip
    return title, text % values


def _table(one: DunningLetter, owed: Owed) -> Table:
    currency, language = one.step.credit.hotel.currency, one.language

    def said(cents: int) -> str:
        return format_money(money(cents), currency, language)

    rows: list[list[str]] = [
        [f"{line.on:%Y-%m-%d}", line.reference, _what(line), line.signed_by, f"{line.due_on:%Y-%m-%d}", _days(line, one.on), said(line.open_cents)]
        for line in owed.lines
    ]  # fmt: skip
    if owed.count > len(owed.lines):
        more = owed.count - len(owed.lines)
        rest = owed.open_cents - sum(line.open_cents for line in owed.lines)
        words = ngettext("%(n)d more charge, as on your statements", "%(n)d more charges, as on your statements", more)
        rows.append(["", "", words % {"n": more}, "", "", "", said(rest)])
    if owed.cents < owed.open_cents:
        rows.append(["", "", _("Paid, not settled yet"), "", "", "", said(owed.cents - owed.open_cents)])
    rows.append(["", "", pgettext("sum", "Total"), "", "", "", said(owed.cents)])
    heads = [
        _("Date"), _("Bill or reference"), pgettext("credit", "What"), _("Signed by"), pgettext("credit", "Due on"), _("Days overdue"), pgettext("amount", "Open"),
    ]  # fmt: skip
    return Table(_("Open charges"), heads, rows, (9, 11, 15, 8, 9, 8, 11), (5, 6))


def _what(line: LedgerLine) -> str:
    parts: list[Any] = [line.get_revenue_kind_display() or line.get_kind_display(), line.department, line.description]
    return " ".join(str(part) for part in parts if part)


def _days(line: LedgerLine, on: date) -> str:
    days = (on - line.due_on).days
    return str(days) if days > 0 else "–"
