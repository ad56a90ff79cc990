"""Charges from a file: every row goes through the same door as a bill at the till (CRD-04, CRD-05)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from roomnight.clients.models import Account
from roomnight.credit.commands.ledger import Bill, charge
from roomnight.credit.models import CreditAccount, LedgerLine, Source
from roomnight.credit.rules.filing import HEADINGS, NEEDED, FiledCharge, filed_charges, places
from roomnight.kernel.commands import Actor
from roomnight.kernel.errors import Refusal
from roomnight.kernel.tables import Table
from roomnight.organization.models import Hotel
from roomnight.pms.models import Reason, RevenueKind


def charge_from_file(*, actor: Actor, hotel: Hotel, row: FiledCharge) -> LedgerLine | None:
    """Charge one row; None where it was charged before. Refused as `charge`, and where the row cannot be read, names no
    client of the hotel or more than one."""
    if row.problem is not None or row.on is None:
        field, why = row.problem or ("on", "missing")
        raise Refusal("credit.row", f"{field}: {Reason(why).label}", field=field)
    if LedgerLine.objects.filter(hotel=hotel, source_key=row.key).exists():
        return None
    values = {**row.values, "revenue_kind": _kind(row.values["revenue_kind"])}
    bill = Bill(Decimal(row.cents).scaleb(-2), row.on, source=Source.FILE, source_key=row.key, **values)
    return charge(actor=actor, account=_client(hotel, row.client), bill=bill)


def _client(hotel: Hotel, text: str) -> Account:
    """The client by its number, by that of its credit account, or by its exact name."""
    here = Account.objects.select_related("hotel").filter(hotel=hotel, merged_into=None)
    one = here.filter(code=text).first()
    if one is None:
        numbered = CreditAccount.objects.filter(hotel=hotel, number=text).values("account")
        one = here.filter(pk__in=numbered).first()
    named = [one] if one is not None else list(here.filter(name=text)[:2])
    if len(named) != 1:
        raise Refusal(
            "credit.client", _("No client of this hotel was found for “%(name)s”.") % {"name": text}, field="client"
        )
    return named[0]


def _kind(text: str) -> str:
    """What it was for, by its code or its word in the language in force; nothing where the file does not say."""
    for kind in RevenueKind:
        if text.lower() in (kind.value, str(kind.label).lower()):
            return kind.value
    if text:
        raise Refusal("credit.row", f"revenue_kind: {Reason.UNKNOWN_VALUE.label}", field="revenue_kind")
    return ""


@dataclass(frozen=True)
class Taken:
    """What came of a file: how many rows were charged and how many were there before; why others were refused, by row."""

    created: int
    unchanged: int
    refused: dict[int, str]


def charge_table(*, actor: Actor, hotel: Hotel, table: Table, is_trial: bool) -> Taken:
    """Charge every row of a file that may be charged, all together or, where something breaks, none (CRD-04, CRD-05).

    A trial tells what would come of it and writes nothing. The same file again charges nothing twice. Refused: a file
    without the columns that are needed.
    """
    if absent := [name for name in NEEDED if name not in places(table.header)]:
        raise Refusal(
            "import.columns", _("These columns are missing: %(names)s.") % {"names": ", ".join(HEADINGS[name][-1] for name in absent)},
            field="file",
        )  # fmt: skip
    created = unchanged = 0
    refused: dict[int, str] = {}
    with transaction.atomic():
        for row in filed_charges(table.header, table.rows()):
            try:
                made = charge_from_file(actor=actor, hotel=hotel, row=row)
            except Refusal as refusal:
                refused[row.number] = str(refusal)
            else:
                created, unchanged = created + (made is not None), unchanged + (made is None)
        if is_trial:
            transaction.set_rollback(True)
    return Taken(created, unchanged, refused)
