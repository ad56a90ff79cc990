"""The papers of an order as one: what goes in, what is missing, and the files once it is archived (ORD-09)."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from roomnight.agreements.models import Language
from roomnight.kernel.errors import Refusal
from roomnight.kernel.files import stored_path
from roomnight.kernel.pdf import sheet_pdf
from roomnight.orders import access, follow_words
from roomnight.orders.commands.filing import LANGUAGES, name_of
from roomnight.orders.models import OrderState
from roomnight.orders.queries.bundle import bundle_sheet, contents
from roomnight.orders.queries.following import lacks_for_archive, papers_with
from roomnight.organization.access import files_of
from roomnight.organization.http import DeskRequest, needs
from roomnight.ui.downloads import PDF, download
from roomnight.ui.page import page, refused


@needs("orders.order")
@require_GET
def papers(request: DeskRequest, pk: int) -> HttpResponse:
    """What goes into the papers of an order, what is missing before they are filed, and the files that were."""
    seat = request.seat
    one = access.order(seat, pk)
    filed = access.bundle(one)
    lacks = [] if filed else lacks_for_archive(papers_with(one)) if one.state == OrderState.COMPLETED else ["state"]
    kept = {each.name: each for each in files_of(filed)} if filed else {}
    context = {
        "one": one, "filed": filed, "parts": contents(one) if not filed else [],
        "lacks": [follow_words.ARCHIVE_WORDS[each] for each in lacks],
        "files": [(Language(each).label, each, kept.get(name_of(one, each))) for each in LANGUAGES],
        "may_archive": one.state == OrderState.COMPLETED and not lacks and access.may(seat, one, "edit"),
    }  # fmt: skip
    return page(request, "orders/papers.html", context)


@needs("orders.order")
@require_POST
def papers_preview(request: DeskRequest, pk: int, language: str) -> HttpResponse:
    """The papers in one language as they would be filed today."""
    one = access.order(request.seat, pk)
    if language not in LANGUAGES:
        raise Http404(language)
    try:
        with translation.override(language):
            content = sheet_pdf(bundle_sheet(one, request.seat.staff.label, is_filed=False))
    except Refusal as refusal:
        return refused(request, request.seat.url("orders:papers", pk=one.pk), refusal)
    return download(content, PDF, name_of(one, language))


@needs("orders.order")
@require_GET
def papers_pdf(request: DeskRequest, pk: int, language: str) -> HttpResponse:
    """The papers of an archived order in one language: the file that was kept. Before that, the page that says what is missing."""
    one = access.order(request.seat, pk)
    filed = access.bundle(one)
    if language not in LANGUAGES:
        raise Http404(language)
    if filed is None:
        return redirect(request.seat.url("orders:papers", pk=one.pk))
    name = name_of(one, language)
    kept = files_of(filed).filter(name=name).first()
    path = stored_path(settings.MEDIA_ROOT, kept.sha256) if kept else None
    if path is None or not path.is_file():
        raise Http404(_("The file is not there."))
    return download(path.read_bytes(), PDF, name)
