"""The fact book: to read before a visit, and to keep (ORG-07)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from roomnight.kernel.errors import Refusal
from roomnight.kernel.files import stored_path
from roomnight.organization import access
from roomnight.organization.commands import add_fact, attach_to_fact, edit_fact
from roomnight.organization.forms import FactForm, FileForm
from roomnight.organization.http import DeskRequest, needs
from roomnight.organization.models import Fact, FactKind
from roomnight.organization.queries.facts import current_focus
from roomnight.ui.page import done, form_status, page, refusals, refused


def state_of(fact: Fact, today: Any) -> tuple[str, str]:
    """A word and a tone for an entry that does not simply hold."""
    if fact.is_retired:
        return _("retired"), ""
    if fact.starts_on is not None and fact.starts_on > today:
        return _("from %(day)s") % {"day": fact.starts_on}, "soon"
    if fact.ends_on is not None and fact.ends_on < today:
        return _("over"), ""
    return (_("now"), "go") if fact.kind == FactKind.FOCUS else ("", "")


@needs("organization.fact")
def fact_list(request: DeskRequest) -> HttpResponse:
    """The fact book by chapters; with `all`, what is retired or over as well."""
    seat = request.seat
    wanted = request.GET.get("kind", "")
    kind = wanted if wanted in FactKind.values else ""
    found = access.facts(seat).order_by("is_retired", "-starts_on", "title")
    show_all = bool(request.GET.get("all"))
    if not show_all:
        found = found.filter(is_retired=False)
    rows = list(found)
    counted = {value: sum(one.kind == value for one in rows) for value in FactKind.values}
    chapters = [
        {
            "label": label,
            "kind": value,
            "rows": [(one, *state_of(one, seat.today)) for one in rows if one.kind == value],
        }
        for value, label in FactKind.choices
        if kind in ("", value) and counted[value]
    ]
    kept = "&all=1" if show_all else ""
    context = {
        "chapters": chapters,
        "views": [
            {"label": _("Every chapter"), "url": f"?{kept}", "current": not kind, "count": len(rows)},
            *(
                {"label": label, "url": f"?kind={value}{kept}", "current": kind == value, "count": counted[value]}
                for value, label in FactKind.choices
                if counted[value] or kind == value
            ),
        ],
        "kind": kind,
        "show_all": show_all,
        "may_add": seat.may("organization.fact", "create"),
    }
    return page(request, "organization/facts.html", context)


@needs("organization.fact")
def fact_page(request: DeskRequest, pk: int) -> HttpResponse:
    """One entry with its files."""
    fact = access.fact(request.seat, pk)
    word, tone = state_of(fact, request.seat.today)
    context = {
        "fact": fact,
        "state": word,
        "tone": tone,
        "files": list(access.files_of(fact)),
        "file_form": FileForm(),
        "may_edit": request.seat.may("organization.fact", "edit"),
        "crumbs": [(_("Fact book"), request.seat.url("organization:facts"))],
    }
    return page(request, "organization/fact.html", context)


def home_of(request: DeskRequest, fact: Fact) -> str:
    return request.seat.url("organization:fact", pk=fact.pk)


@needs("organization.fact", "create")
def fact_new(request: DeskRequest) -> HttpResponse:
    """A new entry."""
    seat = request.seat
    wanted = request.GET.get("kind", "")
    form = FactForm(request.POST or None, seat, kind=wanted if wanted in FactKind.values else "")
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            fact = add_fact(actor=seat, hotel=seat.hotel, **form.cleaned_data)
            return done(request, home_of(request, fact), _("Added."))
    return fact_form(request, form, _("New entry"), seat.url("organization:facts"))


@needs("organization.fact", "edit")
def fact_edit(request: DeskRequest, pk: int) -> HttpResponse:
    """Change an entry, or retire it."""
    fact = access.fact(request.seat, pk, "edit")
    form = FactForm(request.POST or None, request.seat, fact)
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            edit_fact(actor=request.seat, fact=fact, **form.cleaned_data)
            return done(request, home_of(request, fact), _("Saved."))
    return fact_form(request, form, fact.label, home_of(request, fact))


def fact_form(request: DeskRequest, form: FactForm, title: str, back: str) -> HttpResponse:
    """The page of the form."""
    crumbs = [(_("Fact book"), request.seat.url("organization:facts"))]
    context = {"form": form, "title": title, "action": _("Save"), "cancel_url": back, "crumbs": crumbs}
    return page(request, "organization/fact_form.html", context, form_status(form))


@needs("organization.fact", "edit")
@require_POST
def fact_files(request: DeskRequest, pk: int) -> HttpResponse:
    """Keep a file with an entry."""
    fact = access.fact(request.seat, pk, "edit")
    form = FileForm(request.POST, request.FILES)
    back = home_of(request, fact)
    if not form.is_valid():
        return refused(request, back, Refusal("file.none", _("Choose a file.")))
    kept = form.cleaned_data["file"]
    try:
        attach_to_fact(actor=request.seat, fact=fact, name=kept.name or "", file=kept)
    except Refusal as refusal:
        return refused(request, back, refusal)
    return done(request, back, _("Added."))


@needs("organization.fact")
def fact_file(request: DeskRequest, pk: int, file: int) -> HttpResponse:
    """One file, only ever as a download (SEC-05)."""
    kept = access.files_of(access.fact(request.seat, pk)).filter(pk=file).first()
    if kept is None:
        raise Http404(str(file))
    path = stored_path(Path(settings.MEDIA_ROOT), kept.sha256)
    disposition = content_disposition_header(as_attachment=True, filename=kept.name)
    return HttpResponse(path.read_bytes(), content_type=kept.media_type, headers={"Content-Disposition": disposition})


@needs("organization.fact")
def focus(request: DeskRequest) -> HttpResponse:
    """What the hotel wants to sell today: a piece of the pages on which somebody prepares a talk."""
    found = current_focus(request.seat.hotel, request.seat.today)
    return page(request, "organization/focus.html", {"focus": found})
