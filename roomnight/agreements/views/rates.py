"""Asking for the agreed rate of a client's nights (AGR-06)."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from roomnight.agreements import access, words
from roomnight.agreements.forms.rates import LookupForm
from roomnight.agreements.queries.commitment import Commitment, commitment_of
from roomnight.agreements.queries.rates import agreed_rates
from roomnight.agreements.rules import rates as rules
from roomnight.agreements.rules.rates import Applied
from roomnight.organization.access import Seat
from roomnight.organization.http import DeskRequest, needs
from roomnight.ui.page import form_status, page


@needs("agreements.rate")
def rates(request: DeskRequest) -> HttpResponse:
    """Client, dates and room type: the rate of each night, of which agreement, and why."""
    seat = request.seat
    names = words.Names(seat.hotel_code, seat.today)
    asked = "room_type" in request.GET
    form = LookupForm(request.GET if asked else None, seat=seat, types=names.types)
    nights: list[dict[str, Any]] = []
    promise: Commitment | None = None
    if asked and form.is_valid():
        data = form.cleaned_data
        found = agreed_rates(data["account"].pk, data["room_type"], data["arrival"], data["departure"])
        known = access.within_reach(seat, {one.terms.pk for one in found if one.terms})
        nights = [_night(seat, names, one, known) for one in found]
        promise = _promise(seat, found)
    total = sum((one["rate"] for one in nights if one["rate"] is not None), start=0)
    context = {
        "form": form, "nights": nights, "commitment": promise, "total": total if nights and all(one["rate"] for one in nights) else None,
        "account": form.cleaned_data.get("account") if asked and form.is_valid() else None,
    }  # fmt: skip
    return page(request, "agreements/rates.html", context, form_status(form))


def _promise(seat: Seat, found: list[Applied]) -> Commitment | None:
    """The volume for which a rate shown here was given, for who may see production (AGR-02)."""
    linked = next((one.terms.pk for one in found if one.terms and one.cell and one.cell.is_linked), None)
    return commitment_of(linked, seat.today) if linked and seat.may("pms.production") else None


def _night(seat: Seat, names: words.Names, one: Applied, known: set[int]) -> dict[str, Any]:
    """A night as the page shows it; who may not open the agreement sees its number only."""
    terms, cell = one.terms, one.cell
    return {
        "day": one.day,
        "rate": cell.rate if cell else None,
        "breakfasts": cell.breakfasts if cell else 0,
        "is_linked": bool(cell and cell.is_linked),
        "season": names.season(one.season) if cell else "",
        "number": terms.number if terms else "",
        "url": seat.url("agreements:agreement", pk=terms.pk) if terms and terms.pk in known else "",
        "because": reason(one),
    }


def reason(one: Applied) -> str:
    """Why this rate, or why none, in one sentence."""
    said = {
        rules.OWN: _("the client's own agreement"),
        rules.NEWER: _("of several, the one that began last"),
        rules.PARENT: _("the parent company's agreement"),
        rules.NONE: _("there is no agreement"),
        rules.EXPIRED: _("the agreement ended on %(until)s"),
        rules.AHEAD: _("the agreement begins on %(from)s"),
        rules.BLACK: _("the agreement excludes this day"),
        rules.NO_RATE: _("the agreement has no rate for this room type that night"),
    }[one.because]
    terms = one.terms
    return said % {"until": terms.holds_until, "from": terms.starts_on} if terms else said
