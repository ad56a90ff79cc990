"""Charges from a file, for finance: looked at first, then charged; what was refused goes back as a file (CRD-04, CRD-05)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from roomnight.credit.commands.filing import Taken, charge_table
from roomnight.credit.forms.filing import ChargesForm
from roomnight.credit.rules.filing import knows
from roomnight.kernel.errors import Refusal
from roomnight.kernel.export import to_csv
from roomnight.kernel.tables import Table, open_table
from roomnight.kernel.tables.keeping import kept_path, take_in
from roomnight.organization.http import DeskRequest, needs
from roomnight.ui.downloads import CSV, download
from roomnight.ui.page import form_status, page, refusals, refused

SHOWN = 100
SALT = "credit.charges"
MOST_SECONDS = 24 * 3600


def _folder() -> Path:
    return Path(settings.MEDIA_ROOT) / "charges"


@needs("credit.payment", "create")
def charges(request: DeskRequest) -> HttpResponse:
    """Give a file; it is looked at, and nothing is charged yet."""
    seat = request.seat
    form = ChargesForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data["file"]
        with refusals(form):
            table = take_in(_folder(), given.name, given.chunks(), max_bytes=settings.MAX_IMPORT_BYTES, knows=knows)
            taken = charge_table(actor=seat, hotel=seat.hotel, table=table, is_trial=True)
            token = signing.dumps([seat.hotel_code, table.sha256, given.name], salt=SALT)
            return page(request, "credit/charges_looked.html", _looked(table, taken, token, given.name, is_done=False))
    return page(request, "credit/charges.html", {"form": form}, form_status(form))


def _looked(table: Table, taken: Taken, token: str, name: str, *, is_done: bool) -> dict[str, Any]:
    rows = [
        {"number": number, "cells": " · ".join(filter(None, cells)), "why": taken.refused[number]}
        for number, cells in table.rows()
        if number in taken.refused
    ]
    return {
        "taken": taken, "token": token, "name": name, "is_done": is_done, "rows": rows[:SHOWN], "more": max(0, len(rows) - SHOWN),
    }  # fmt: skip


def _kept(request: DeskRequest) -> tuple[Table, str, str]:
    """The file that was looked at, by what the page of it carries; 404 for anything else."""
    token = request.POST.get("file", "")
    try:
        hotel, sha256, name = signing.loads(token, salt=SALT, max_age=MOST_SECONDS)
    except signing.BadSignature as error:
        raise Http404(token) from error
    if hotel != request.seat.hotel_code:
        raise Http404(token)
    return open_table(kept_path(_folder(), sha256), name, knows=knows), name, token


@needs("credit.payment", "create")
@require_POST
def charge(request: DeskRequest) -> HttpResponse:
    """Charge what was looked at: every row that may be charged, all together."""
    seat = request.seat
    table, name, token = _kept(request)
    try:
        taken = charge_table(actor=seat, hotel=seat.hotel, table=table, is_trial=False)
    except Refusal as refusal:
        return refused(request, seat.url("credit:charges"), refusal)
    return page(request, "credit/charges_looked.html", _looked(table, taken, token, name, is_done=True))


@needs("credit.payment", "create")
@require_POST
def errors(request: DeskRequest) -> HttpResponse:
    """The refused rows as they stood, with why behind each: to be put right and given again."""
    seat = request.seat
    table, name, _token = _kept(request)
    taken = charge_table(actor=seat, hotel=seat.hotel, table=table, is_trial=True)
    rows = [[*cells, taken.refused[number]] for number, cells in table.rows() if number in taken.refused]
    return download(to_csv([*table.header, _("Error")], rows), CSV, f"{Path(name).stem}-{_('errors')}.csv")
