"""The monthly statement of a person's protection list (OWN-08)."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext_noop

from roomnight.clients.models import Protection, ProtectionState, ProtectionStatement
from roomnight.clients.rules.statements import month_end
from roomnight.kernel.commands import UNCHANGED, Actor, command, record
from roomnight.kernel.notify import notify
from roomnight.kernel.numbering import form_number
from roomnight.organization.models import Hotel, Staff
from roomnight.ui.addresses import address

MADE = gettext_noop("Your protection list of %(month)s is filed as %(number)s")


def protections_of_month(hotel: Hotel, month: date) -> Any:
    """Everything that was protected on some day of the month."""
    running = Q(ended_on=None) | Q(ended_on__gte=month)
    return Protection.objects.filter(running, hotel=hotel, started_on__lte=month_end(month))


def digest_of_rows(rows: list[dict[str, Any]]) -> str:
    """The fingerprint of a statement's rows, printed on it: whoever has the paper can tell whether the copy is the same."""
    text = json.dumps(rows, cls=DjangoJSONEncoder, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


@command
def make_statement(*, actor: Actor, hotel: Hotel, staff: Staff, month: date) -> Any:
    """File what a person had on the protection list in a month, once; `month` is its first day (OWN-08)."""
    if ProtectionStatement.objects.filter(hotel=hotel, staff=staff, month=month).exists():
        return UNCHANGED
    found = (
        protections_of_month(hotel, month).filter(staff=staff).select_related("account").order_by("started_on", "pk")
    )
    rows = [row_of(one, month_end(month)) for one in found]
    plain = json.loads(json.dumps(rows, cls=DjangoJSONEncoder, ensure_ascii=False))
    try:
        with transaction.atomic():
            made = ProtectionStatement.objects.create(
                hotel=hotel, staff=staff, staff_name=staff.name, month=month, rows=plain, digest=digest_of_rows(plain),
                number=form_number("BH", hotel.code, month),
            )  # fmt: skip
    except IntegrityError:
        return UNCHANGED
    notify(
        staff.username, MADE, hotel_code=hotel.code, url=address("clients:statement", hotel.code, pk=made.pk),
        month=f"{month:%Y-%m}", number=made.number,
    )  # fmt: skip
    record(made, number=made.number, staff=staff.username, month=month, rows=len(rows), digest=made.digest)
    return made


def row_of(protection: Protection, on: date) -> dict[str, Any]:
    """A protection as it stood at the end of a day just gone by, in plain values."""
    account = protection.account
    ended = protection.ended_on is not None and protection.ended_on <= on
    return {
        "code": account.code,
        "name": account.name,
        "name_en": account.name_en,
        "stage": account.stage,
        "city": account.city,
        "industry": account.industry,
        "basis": protection.basis,
        "started_on": protection.started_on,
        "until": protection.until,
        "extensions": protection.extensions,
        "renewed_on": protection.renewed_on,
        "renewed_by": protection.renewed_by,
        "last_visit_on": account.last_visit_on,
        "last_arrival_on": account.last_arrival_on,
        "room_nights_12m": account.room_nights_12m,
        "state": protection.state if ended else ProtectionState.ACTIVE,
        "ended_on": protection.ended_on if ended else None,
        "end_reason": protection.end_reason if ended else "",
    }
