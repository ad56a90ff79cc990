"""What stands on the paper of an agreement, as text in the language of its template (AGR-03)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import get_language, override, pgettext

from roomnight.agreements.models import Agreement, AgreementTemplate, Signatory, TemplateState
from roomnight.agreements.queries.naming import called, joined, nights_words
from roomnight.agreements.queries.tables import room_types, seasons
from roomnight.agreements.rules.paper import HOTEL_WORDS, sample
from roomnight.agreements.rules.seasons import BLACKOUT
from roomnight.agreements.rules.values import HOTEL_ON_PAPER, PAPER_TERMS
from roomnight.kernel.money import format_money
from roomnight.kernel.word import Values
from roomnight.organization.models import Hotel

Rows = list[dict[str, str]]
NOT_CONTENT = "made_on"


def in_force(hotel: Hotel, kind: str) -> list[AgreementTemplate]:
    """The templates in force for a kind of agreement, Chinese first."""
    found = AgreementTemplate.objects.filter(hotel=hotel, kind=kind, state=TemplateState.IN_FORCE)
    return list(found.select_related("hotel").order_by("-language"))


def sample_values(language: str) -> Values:
    """Invented values for a trial."""
    return Values(*sample(language))


def paper_values(agreement: Agreement, language: str, today: date) -> Values:
    """Every field and list of a template, filled from an agreement."""
    people = list(agreement.signatories.all())
    with override(language):
        return Values(
            {**_house(agreement.hotel, today), **_client(agreement), **_terms(agreement, people, today)},
            {
                "rates": _rates(agreement, today),
                "seasons": _seasons(agreement, today),
                "signatories": _signatories(agreement, people),
                "blackout_days": [{"first": _day(first), "last": _day(last)} for first, last in agreement.blackouts],
            },
        )


def contents_of(values: Values) -> str:
    """A digest of what was filled in, without the day on which it was."""
    fields = {name: text for name, text in values.fields.items() if name != NOT_CONTENT}
    text = json.dumps([fields, values.lists], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _day(day: date | str) -> str:
    read = day if isinstance(day, date) else date.fromisoformat(day)
    return date_format(read, "j F Y") if get_language() == "en" else f"{read.year}年{read.month}月{read.day}日"


def _number(value: Any) -> str:
    if value is None:
        return ""
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)


def _money(agreement: Agreement, value: Decimal | None) -> str:
    return "" if value is None else format_money(value, agreement.hotel.currency, get_language() or "zh-hans")


def _house(hotel: Hotel, today: date) -> dict[str, str]:
    said = {word.key: "" for word in HOTEL_WORDS} | HOTEL_ON_PAPER.at(hotel.code, today)
    return {**said, "hotel_name": said["hotel_name"] or hotel.label}


def _client(one: Agreement) -> dict[str, str]:
    names = ("name", "address", "contact", "phone", "tax_number", "bank", "bank_account")
    return {f"client_{name}": getattr(one, f"client_{name}") for name in names}


def _terms(one: Agreement, people: Sequence[Signatory], today: date) -> dict[str, str]:
    spans = [
        _day(first) if first == last else pgettext("span of days", "%(first)s to %(last)s")
        % {"first": _day(first), "last": _day(last)}
        for first, last in one.blackouts
    ]  # fmt: skip
    signatories = [who.name for who in people]
    return {
        **PAPER_TERMS.at(one.hotel.code, today),
        "number": one.number, "kind": str(one.get_kind_display()), "starts_on": _day(one.starts_on),
        "ends_on": _day(one.ends_on), "made_on": _day(today), "renews": one.renews.number if one.renews else "",
        "responsible": one.responsible.label, "responsible_phone": one.responsible.phone,
        "commitment_nights": _number(one.commitment_nights), "commitment_revenue": _money(one, one.commitment_revenue),
        "dining_discount": _number(one.dining_discount), "meeting_discount": _number(one.meeting_discount),
        "commission": _number(one.commission), "hold_until": one.hold_until.strftime("%H:%M") if one.hold_until else "",
        "cancellation_terms": one.cancellation_terms, "no_show_terms": one.no_show_terms,
        "settlement": str(one.get_settlement_display()), "payment_days": _number(one.payment_days),
        "blackouts": joined(spans) if spans else "", "signatory_names": joined(signatories) if signatories else "",
        "special_terms": one.special_terms,
    }  # fmt: skip


def _rates(one: Agreement, today: date) -> Rows:
    types, times = room_types(one.hotel.code, today), seasons(one.hotel.code, today)
    every = pgettext("on paper", "every season")
    return [
        {
            "room": called(types[line.room_type]) if line.room_type in types else line.room_type,
            "season": called(times[line.season]) if line.season in times else line.season or every,
            "nights": nights_words(line.nights),
            "rack": _money(one, types[line.room_type].rack) if line.room_type in types else "",
            "rate": _money(one, line.rate),
            "breakfasts": str(line.breakfasts),
            "linked": "*" if line.is_linked else "",
        }
        for line in one.lines.all()
    ]


def _seasons(one: Agreement, today: date) -> Rows:
    times = seasons(one.hotel.code, today)
    starts = [date.fromisoformat(start) for start, _season in one.periods]
    ends = [*(day - timedelta(days=1) for day in starts[1:]), one.ends_on]
    return [
        {"first": _day(first), "last": _day(last), "season": called(times[season]) if season in times else season}
        for first, last, (_start, season) in zip(starts, ends, one.periods, strict=True)
        if season != BLACKOUT
    ]


def _signatories(one: Agreement, people: Sequence[Signatory]) -> Rows:
    return [
        {
            "name": who.name, "job_title": who.job_title, "phone": who.phone, "document_end": who.document_end,
            "limit_each": _money(one, who.limit_each), "first": _day(who.starts_on), "last": _day(who.ends_on),
        }
        for who in people
    ]  # fmt: skip
