"""Names in files that nobody has recognised yet: say once which client is meant (PMS-01)."""

from __future__ import annotations

from typing import Any, Final

from django.db.models import Count, Q
from django.http import HttpResponse
from django.utils.translation import gettext as _

from roomnight.organization.http import DeskRequest, needs
from roomnight.pms.access import parties, party, waiting_parties
from roomnight.pms.commands import assign_party
from roomnight.pms.forms import AssignForm
from roomnight.pms.models import Party
from roomnight.ui.page import done, form_status, page, refusals

ROWS: Final = 50


@needs("pms.import", "create")
def party_list(request: DeskRequest) -> HttpResponse:
    """The names that wait, oldest first; or those a person has said, to look them over."""
    seat = request.seat
    is_known = request.GET.get("show") == "known"
    rows = parties(seat).filter(account__isnull=False).exclude(assigned_by="") if is_known else waiting_parties(seat)
    after = request.GET.get("after", "")
    if after.isdigit():
        rows = rows.filter(pk__gt=int(after))
    lines = rows.select_related("account").annotate(
        charges=Count("folio_lines", distinct=True), paid=Count("payments", distinct=True)
    )
    found = list(lines[: ROWS + 1])
    kept = "show=known&" if is_known else ""
    context = {
        "rows": found[:ROWS],
        "is_known": is_known,
        "next": f"?{kept}after={found[ROWS - 1].pk}" if len(found) > ROWS else "",
        "views": [
            {"label": _("To be recognised"), "url": "?", "current": not is_known},
            {"label": _("Said by people"), "url": "?show=known", "current": is_known},
        ],
        **upwards(request),
    }
    return page(request, "pms/party_list.html", context)


def upwards(request: DeskRequest, *steps: tuple[Any, str]) -> dict[str, Any]:
    """The way back to the imports."""
    crumbs = [(_("Imports"), request.seat.url("pms:imports")), *steps]
    return {"crumbs": crumbs, "back_url": crumbs[-1][1]}


@needs("pms.import", "create")
def party_assign(request: DeskRequest, pk: int) -> HttpResponse:
    """Which client is this? All its rows, those of the past and those to come, follow the answer."""
    seat, found = request.seat, party(request.seat, pk)
    form = AssignForm(seat, *((request.POST,) if request.method == "POST" else ()))
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            assign_party(actor=seat, party=found, account=form.cleaned_data["account"])
            return done(request, seat.url("pms:parties"), _("Said, and remembered."))
    context = {
        "party": found,
        "form": form,
        "alike": alike(request, found) if found.name else [],
        **upwards(request, (_("Names to recognise"), seat.url("pms:parties"))),
    }
    return page(request, "pms/party_assign.html", context, form_status(form))


def alike(request: DeskRequest, found: Party) -> Any:
    """Other names of this hotel's files that begin alike, with the clients they turned out to be."""
    start = found.name[:4]
    known = parties(request.seat).filter(account__isnull=False).filter(Q(name__startswith=start))
    return known.exclude(pk=found.pk).select_related("account")[:5]
