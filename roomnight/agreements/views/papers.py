"""The documents of an agreement: made from the hotel's template, kept, sent (AGR-03)."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.translation import gettext as _

from roomnight.agreements import access
from roomnight.agreements.forms.papers import DocumentForm
from roomnight.agreements.jobs import queue_document
from roomnight.agreements.queries.paper import contents_of, in_force, paper_values
from roomnight.agreements.views.agreements import small_form
from roomnight.agreements.views.templates import sent_file
from roomnight.kernel.commands import subject_of
from roomnight.kernel.word import has_office
from roomnight.organization.http import DeskRequest, needs
from roomnight.ui.page import page


@needs("agreements.agreement")
def papers(request: DeskRequest, pk: int) -> HttpResponse:
    """The documents made so far, a piece of the agreement's page; whether the agreement changed since is said."""
    seat = request.seat
    one = access.agreement(seat, pk)
    found = access.papers(one)
    files = access.files_by(found)
    now = {paper.language: "" for paper in found if paper.superseded_at is None}
    for language in now:
        now[language] = contents_of(paper_values(one, language, seat.today))
    rows = [
        {
            "one": paper, "files": files[subject_of(paper)], "counts": paper.superseded_at is None,
            "is_outdated": paper.superseded_at is None and now[paper.language] != paper.contents,
        }
        for paper in found
    ]  # fmt: skip
    context = {
        "one": one, "rows": rows, "has_office": has_office(), "may_make": one.is_open,
        "is_ready": bool(rows or in_force(seat.hotel, one.kind)),
    }  # fmt: skip
    return page(request, "agreements/papers.html", context)


@needs("agreements.agreement")
def paper_new(request: DeskRequest, pk: int) -> HttpResponse:
    """Make the document with a template in force."""
    seat = request.seat
    one = access.agreement(seat, pk)
    found = in_force(seat.hotel, one.kind)
    form = DocumentForm(request.POST if request.method == "POST" else None, templates=found)
    facts = [(_("Kind"), one.get_kind_display())]
    if not found:
        facts.append(
            (
                _("Template"),
                _("None is in force for this kind of agreement. Put one in force under Word templates first."),
            )
        )
    if not has_office():
        facts.append((_("PDF"), _("No office program is installed here, so there is only the Word document.")))
    return small_form(
        request, one, form,
        lambda _data: queue_document(actor=seat, agreement=one, staff=seat.staff, template=form.chosen()),
        title=_("Make the document"), action=_("Make the document"), said=_("The document is there, below on the page."),
        facts=facts,
    )  # fmt: skip


@needs("agreements.agreement")
def paper_file(request: DeskRequest, pk: int, file: int) -> HttpResponse:
    """One file of a document, as a download."""
    return sent_file(access.paper_file(request.seat, pk, file))
