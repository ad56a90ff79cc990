"""The city ledger of a day as a file for the accounts department: what stands in it, and how it is written (interop.md)."""

from __future__ import annotations

import datetime
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, fields
from decimal import Decimal
from io import BytesIO
from xml.sax.saxutils import XMLGenerator
from xml.sax.xmlreader import AttributesImpl


@dataclass(frozen=True)
class Transaction:
    """One line of the ledger as it leaves the house. `amount` is above nothing for what a client owes, below for what it paid;
    what is not known is empty."""

    hotel_code: str
    date: datetime.date
    transaction_type: str
    trx_code: str
    bill_no: str
    invoice_no: str
    amount: Decimal
    customer_internal_id: str
    account_name: str
    account_number: str
    confirmation_no: str
    arrival_date: datetime.date | None
    departure_date: datetime.date | None
    guest_name: str


FIELDS = tuple(one.name for one in fields(Transaction))


@dataclass(frozen=True)
class Sums:
    """Of a day: how many lines, what they charge, what they credit (both above nothing)."""

    count: int
    debit: Decimal
    credit: Decimal

    @property
    def total(self) -> Decimal:
        return self.debit - self.credit


def sums(rows: Iterable[Transaction]) -> Sums:
    amounts = [one.amount for one in rows]
    nothing = Decimal("0.00")
    return Sums(
        len(amounts),
        sum((one for one in amounts if one > 0), nothing),
        -sum((one for one in amounts if one < 0), nothing),
    )


def to_xml(hotel_code: str, day: datetime.date, currency: str, rows: Sequence[Transaction]) -> bytes:
    """The day as XML, UTF-8: an element for each line with one for each field, and the sums on the root."""
    found, out = sums(rows), BytesIO()
    writer = XMLGenerator(out, "utf-8", short_empty_elements=True)
    writer.startDocument()
    head = {
        "hotel_code": hotel_code, "day": day.isoformat(), "currency": currency, "count": str(found.count),
        "debit": str(found.debit), "credit": str(found.credit), "total": str(found.total),
    }  # fmt: skip
    writer.startElement("city_ledger", AttributesImpl({name: _plain(text) for name, text in head.items()}))
    nothing: AttributesImpl[str] = AttributesImpl({})
    for row in rows:
        writer.characters("\n  ")
        writer.startElement("transaction", nothing)
        for name, value in zip(FIELDS, astuple(row), strict=True):
            writer.startElement(name, nothing)
            writer.characters(_plain("" if value is None else str(value)))
            writer.endElement(name)
        writer.endElement("transaction")
    writer.characters("\n")
    writer.endElement("city_ledger")
    writer.endDocument()
    return out.getvalue()


def _plain(text: str) -> str:
    """Without the signs that XML cannot hold."""
    return "".join(
        sign
        for sign in text
        if sign in "\t\n" or (unicodedata.category(sign) not in ("Cc", "Cs") and sign not in "\ufffe\uffff")
    )
