"""The register of copies, acknowledging one, and renewing an agreement (AGR-04, AGR-05)."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from roomnight.agreements import access, commands, words
from roomnight.agreements.forms.agreements import RenewalForm
from roomnight.agreements.models import State
from roomnight.agreements.queries.beside import said_beside
from roomnight.agreements.rules.renewal import first_day_again, renewal_term
from roomnight.agreements.views.agreements import small_form
from roomnight.kernel.commands import subject_of
from roomnight.kernel.errors import Refusal
from roomnight.kernel.money import ZERO
from roomnight.organization.http import DeskRequest, needs
from roomnight.pms.queries.production import account_months
from roomnight.ui.page import done, page, refused

ROWS = 200


@needs("agreements.copy")
def copies(request: DeskRequest) -> HttpResponse:
    """The copies of agreements and who has not acknowledged theirs (AGR-04)."""
    seat = request.seat
    name = "all" if request.GET.get("tab") == "all" else "open"
    found = access.copies(seat)
    waiting = found.filter(acknowledged_at=None)
    rows = waiting.order_by("sent_at", "pk") if name == "open" else found.order_by("-sent_at", "pk")
    context = {
        "tab": name, "rows": rows[:ROWS],
        "views": [
            {"label": _("Not acknowledged"), "url": "?tab=open", "current": name == "open", "count": waiting.count() or ""},
            {"label": _("All"), "url": "?tab=all", "current": name == "all", "count": ""},
        ],
    }  # fmt: skip
    return page(request, "agreements/copies.html", context)


@needs("agreements.copy")
def copy(request: DeskRequest, pk: int) -> HttpResponse:
    """What a department needs to know of an agreement."""
    seat = request.seat
    one = access.copy(seat, pk)
    names = words.Names(seat.hotel_code, seat.today)
    agreement = one.agreement
    people = list(agreement.signatories.all())
    files = access.files_by(people)
    mine = seat.membership is not None and seat.membership.department_id == one.department_id
    context = {
        "copy": one, "one": agreement, "tone": words.TONES.get(State(agreement.state), ""),
        "prices": words.price_list(seat, agreement, names), "signatories": [{"one": who, "files": files[subject_of(who)]} for who in people],
        "may_acknowledge": mine and one.acknowledged_at is None and seat.may("agreements.copy", "edit"),
    }  # fmt: skip
    return page(request, "agreements/copy.html", context)


@needs("agreements.copy", "edit")
@require_POST
def acknowledge(request: DeskRequest, pk: int) -> HttpResponse:
    """The department has it."""
    seat = request.seat
    one = access.copy(seat, pk, "edit")
    url = seat.url("agreements:copies")
    try:
        commands.acknowledge_copy(actor=seat, copy=one, staff=seat.staff)
    except Refusal as refusal:
        return refused(request, url, refusal)
    return done(request, url, _("Acknowledged."))


@needs("agreements.agreement", "create")
def renew(request: DeskRequest, pk: int) -> HttpResponse:
    """Draft the agreement that follows, with the year's production beside it (AGR-05)."""
    seat = request.seat
    one = access.agreement(seat, pk, "create")
    first, last = renewal_term(one.starts_on, one.ends_on)
    _side, months = account_months(one.account, until=seat.today)
    nights = sum(month.room_nights for month in months)
    revenue = sum((month.revenue for month in months), start=ZERO)
    before = sum(month.room_nights_year_before for month in months)
    facts: list[tuple[Any, Any]] = [
        (_("Room nights, 12 months"), nights),
        (_("The 12 months before"), before),
        (_("Room revenue, 12 months"), words.amount(seat, revenue)),
        (_("Average rate"), words.amount(seat, revenue / nights) if nights else "–"),
    ]
    if one.commitment_nights:
        facts.append((_("Room nights promised"), one.commitment_nights))
    if one.commitment_revenue:
        facts.append((_("Room revenue promised"), words.amount(seat, one.commitment_revenue)))
    facts += said_beside(seat, one)
    form = RenewalForm(request.POST or None, initial={"starts_on": first, "ends_on": last})
    return small_form(
        request, one, form,
        lambda data: commands.renew_agreement(actor=seat, agreement=one, staff=seat.staff, **data),
        title=_("Renew the agreement"), action=_("Draft the renewal"), said=_("The renewal is drafted."), facts=facts,
    )  # fmt: skip


@needs("agreements.agreement", "create")
def again(request: DeskRequest, pk: int) -> HttpResponse:
    """Draft once more what lapsed or was given up."""
    seat = request.seat
    one = access.agreement(seat, pk, "create")
    first, last = first_day_again(one.starts_on, one.ends_on, seat.today)
    form = RenewalForm(request.POST or None, initial={"starts_on": first, "ends_on": last})
    return small_form(
        request, one, form,
        lambda data: commands.take_up_again(actor=seat, agreement=one, staff=seat.staff, **data),
        title=_("Take the agreement up again"), action=_("Draft it again"), said=_("It is drafted again."),
        facts=[(one.get_state_display(), one.end_reason or "–")],
    )  # fmt: skip
