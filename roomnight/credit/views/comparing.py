"""A client's own list beside ours: given, compared in one pass, its differences settled one by one (CRD-06)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from roomnight.clients.commands import log_export
from roomnight.credit import access, commands
from roomnight.credit.forms.comparing import CompareForm, DifferenceForm, ExplainForm
from roomnight.credit.models import ComparedLine, Comparison, money
from roomnight.credit.queries.dossier import called
from roomnight.credit.rules.comparing import KINDS, knows
from roomnight.credit.views.accounts import small_form
from roomnight.kernel.export import to_xlsx
from roomnight.kernel.money import format_money
from roomnight.kernel.tables.keeping import take_in
from roomnight.organization.http import DeskRequest, needs
from roomnight.pms.models import Reason
from roomnight.ui.downloads import XLSX, download
from roomnight.ui.page import done, form_status, page, refusals

SHOWN = 200
LATEST = 24
TONES = {
    "same": "good",
    "differs": "late",
    "theirs": "late",
    "ours": "soon",
    "doubled": "soon",
    "settled": "",
    "elsewhere": "",
    "unread": "late",
}


@needs("credit.statement", "edit")
def compare(request: DeskRequest, pk: int) -> HttpResponse:
    """Give the client's list; it is laid beside a statement, or beside what is open."""
    seat = request.seat
    one = access.credit_account(seat, pk)
    known = list(access.statements(seat).filter(credit=one).order_by("-ends_on")[:LATEST])
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = CompareForm(*sent, statements=known, chosen=request.GET.get("statement", ""))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data["file"]
        with refusals(form):
            table = take_in(_folder(), given.name, given.chunks(), max_bytes=settings.MAX_IMPORT_BYTES, knows=knows)
            made = commands.compare_list(
                actor=seat, credit=one, table=table, name=given.name, statement=form.chosen(), named=form.named()
            )
            return done(request, made.get_absolute_url(), _("Compared."))
    context = {
        "form": form, "title": _("Compare with the client's list"), "action": _("Compare"), "back": one.get_absolute_url(),
        "detail": one.account.name, "facts": [],
    }  # fmt: skip
    return page(request, "ui/small_form.html", context, form_status(form))


def _folder() -> Path:
    return Path(settings.MEDIA_ROOT) / "compared"


@needs("credit.statement")
def comparison(request: DeskRequest, pk: int) -> HttpResponse:
    """What came of every line, with the sums of both lists; the differences first."""
    seat = request.seat
    one = access.comparison(seat, pk)
    asked = request.GET.get("kind", "")
    found = access.compared_lines(one)
    found = found.filter(kind=asked) if asked in KINDS else found.exclude(kind="same")
    rows = list(found[: SHOWN + 1])
    sums = sums_of(one)
    context = {
        "one": one, "credit": one.credit, "sums": sums, "kind": asked if asked in KINDS else "",
        "total": {name: sum(row[name] for row in sums) for name in ("count", "theirs", "ours", "difference")},
        "rows": [{"one": row, "word": KINDS[row.kind], "tone": TONES[row.kind], "problem": problem_of(row)} for row in rows[:SHOWN]],
        "has_more": len(rows) > SHOWN, "made_by": called({one.made_by}).get(one.made_by, one.made_by),
        "left": access.compared_lines(one).exclude(kind="same").filter(note="", dispute=None).count(),
        "may_explain": seat.may("credit.statement", "edit"), "may_dispute": seat.may("credit.dispute", "create"),
        "may_export": seat.may("credit.statement", "export"),
    }  # fmt: skip
    return page(request, "credit/comparison.html", context)


def sums_of(one: Comparison) -> list[dict[str, Any]]:
    """The sums as the page shows them."""
    return [
        {"kind": kind, "word": KINDS[kind], "tone": TONES[kind], "count": count, "theirs": money(theirs), "ours": money(ours),
         "difference": money(theirs - ours)}
        for kind, count, theirs, ours in one.sums
    ]  # fmt: skip


def problem_of(row: ComparedLine) -> str:
    """Why a line could not be read."""
    return str(Reason(row.problem).label) if row.problem in Reason.values else row.problem


def _told(request: DeskRequest, row: ComparedLine) -> list[tuple[Any, Any]]:
    currency, language = request.seat.hotel.currency, get_language() or "zh-hans"
    return [
        (KINDS[row.kind], row.reference or row.text or "–"), (_("Date"), row.on.isoformat() if row.on else "–"),
        (_("On the client's list"), format_money(row.theirs, currency, language)), (_("On ours"), format_money(row.held, currency, language)),
        (_("Difference"), format_money(row.difference, currency, language)),
    ]  # fmt: skip


@needs("credit.statement", "edit")
def explain(request: DeskRequest, pk: int) -> HttpResponse:
    """Note why a line differs."""
    seat = request.seat
    row = access.compared_line(seat, pk, "edit")
    return small_form(
        request, row.comparison.credit, ExplainForm(request.POST or None, line=row),
        lambda data: commands.explain_difference(actor=seat, line=row, revision=row.revision, **data),
        title=_("Why they differ"), action=_("Note it"), said=_("Noted."), facts=_told(request, row),
        back=row.comparison.get_absolute_url(),
    )  # fmt: skip


@needs("credit.dispute", "create")
def dispute(request: DeskRequest, pk: int) -> HttpResponse:
    """Make a dispute of a difference: the clock runs."""
    seat = request.seat
    row = access.compared_line(seat, pk)
    said = f"{KINDS[row.kind]}: {row.reference or row.text} {format_money(row.difference, seat.hotel.currency, get_language() or 'zh-hans')}"
    return small_form(
        request, row.comparison.credit, DifferenceForm(request.POST or None, line=row, initial={"text": said}),
        lambda data: commands.dispute_difference(actor=seat, line=row, **data),
        title=_("A bill is disputed"), action=_("Take it down"), said=_("Taken down: the clock runs."), facts=_told(request, row),
        back=row.comparison.get_absolute_url(),
    )  # fmt: skip


@needs("credit.statement", "export")
@require_GET
def excel(request: DeskRequest, pk: int) -> HttpResponse:
    """The whole comparison as an Excel file. Who took it is kept."""
    seat = request.seat
    one = access.comparison(seat, pk, "export")
    heads = [
        _("What came of it"), _("Row of the list"), _("Date"), _("Bill or reference"), _("What"), _("On the client's list"), _("On ours"),
        _("Difference"), _("Explanation"),
    ]  # fmt: skip
    rows = [
        [KINDS[row.kind], row.row, row.on, row.reference, row.text, row.theirs, row.held, row.difference, row.note or problem_of(row)]
        for row in access.compared_lines(one)
    ]  # fmt: skip
    log_export(
        actor=seat, hotel=seat.hotel, what="credit.comparison", query=str(one.pk), rows=len(rows), file_format="xlsx"
    )
    content = to_xlsx(_("Comparison"), heads, rows, tz=timezone.get_current_timezone())
    return download(content, XLSX, f"{one.credit.number}-{one.made_at:%Y%m%d}.xlsx")
