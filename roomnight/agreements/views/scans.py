"""Scans of originals, specimens of signatures, and the register of originals (AGR-03)."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from roomnight.agreements import access, commands
from roomnight.agreements.forms.papers import ScanForm
from roomnight.agreements.views.agreements import small_form
from roomnight.agreements.views.templates import sent_file
from roomnight.kernel.commands import subject_of
from roomnight.organization.http import DeskRequest, needs
from roomnight.ui.page import page

ROWS = 200


@needs("agreements.agreement")
def scans(request: DeskRequest, pk: int) -> HttpResponse:
    """The scans of the originals and the specimens of who may sign: a piece of the agreement's page."""
    seat = request.seat
    one = access.agreement(seat, pk)
    originals, people = list(one.originals.all()), list(one.signatories.all())
    files = access.files_by([*originals, *people])
    context = {
        "one": one, "may_add": access.may(seat, one, "edit"),
        "originals": [{"one": row, "files": files[subject_of(row)]} for row in originals],
        "people": [{"one": row, "files": files[subject_of(row)]} for row in people],
    }  # fmt: skip
    return page(request, "agreements/scans.html", context)


@needs("agreements.agreement", "edit")
def scan_new(request: DeskRequest, pk: int, original: int) -> HttpResponse:
    """Keep a scan with a signed original."""
    one = access.original(request.seat, pk, original)
    form = ScanForm(request.POST if request.method == "POST" else None, request.FILES or None)
    return small_form(
        request, one.agreement, form,
        lambda data: commands.attach_scan(
            actor=request.seat, original=one, name=data["file"].name or "", file=data["file"]
        ),
        title=pgettext("of a signed original", "Add a scan"), action=_("Add"), said=_("Kept."),
        facts=[(_("Which original"), one.get_side_display())],
    )  # fmt: skip


@needs("agreements.agreement", "edit")
def specimen_new(request: DeskRequest, pk: int, signatory: int) -> HttpResponse:
    """Keep a specimen of a signature with who may sign."""
    who = access.signatory(request.seat, pk, signatory)
    form = ScanForm(request.POST if request.method == "POST" else None, request.FILES or None)
    return small_form(
        request, who.agreement, form,
        lambda data: commands.attach_specimen(
            actor=request.seat, signatory=who, name=data["file"].name or "", file=data["file"]
        ),
        title=_("Add a specimen of the signature"), action=_("Add"), said=_("Kept."),
        facts=[(_("Who may sign for the client"), who.name)],
    )  # fmt: skip


@needs("agreements.agreement")
def scan_file(request: DeskRequest, pk: int, file: int) -> HttpResponse:
    """A scan or specimen of an agreement that one may read."""
    return sent_file(access.scan_file(request.seat, pk, file))


@needs("agreements.copy")
def specimen_file(request: DeskRequest, pk: int, file: int) -> HttpResponse:
    """A specimen for whoever has the copy: the front desk and finance compare signatures with it."""
    return sent_file(access.specimen_file(request.seat, pk, file))


@needs("agreements.agreement")
def originals(request: DeskRequest) -> HttpResponse:
    """The register: which signed original lies where, with which seals, and whether it is scanned (AGR-03)."""
    seat = request.seat
    tab = request.GET.get("tab", "") if request.GET.get("tab") in ("missing", "unscanned") else "all"
    text = request.GET.get("q", "").strip()[:80]
    found = access.originals(seat, text)
    missing = access.without_originals(seat)
    context: dict[str, Any] = {
        "tab": tab, "q": text,
        "views": [
            {"label": _("Registered originals"), "url": "?tab=all", "current": tab == "all", "count": ""},
            {"label": _("Not scanned"), "url": "?tab=unscanned", "current": tab == "unscanned", "count": ""},
            {"label": _("Missing"), "url": "?tab=missing", "current": tab == "missing", "count": missing.count() or ""},
        ],
    }  # fmt: skip
    if tab == "missing":
        context["missing"] = missing[:ROWS]
    else:
        rows = list(found[: ROWS * 5])
        files = access.files_by(rows)
        shown = [{"one": row, "scans": len(files[subject_of(row)])} for row in rows]
        context["rows"] = [row for row in shown if tab == "all" or not row["scans"]][:ROWS]
    return page(request, "agreements/originals.html", context)
