"""Registers 登记簿: their list, their lines with filter and figures, and keeping them (PRC-02)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.http import Http404, HttpResponse, QueryDict
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from roomnight.kernel.errors import Refusal
from roomnight.kernel.export import to_xlsx
from roomnight.kernel.pdf import Facts, Sheet, Table, sheet_pdf
from roomnight.organization.access import Seat
from roomnight.organization.http import DeskRequest, needs
from roomnight.procedures import access
from roomnight.procedures.commands.registers import add_entry, correct_entry, sign_entry, void_entry
from roomnight.procedures.forms import SchemaForm, answers, schema_form, spec_of, value_text, values_of
from roomnight.procedures.models import FormVersion, RegisterEntry
from roomnight.procedures.queries.registers import Line, Wanted, amount, figures, listed, look_for
from roomnight.procedures.rules.form_fields import CHOICE, CHOICES, CLOCK, DAY, MOMENT, NUMBERS, ROWS
from roomnight.procedures.rules.forms import Field, FormSpec
from roomnight.ui.page import done, form_status, page, refusals, refused

REGISTER = access.REGISTER
ROWS_A_PAGE = 50
WIDTHS = {MOMENT: "c-140", DAY: "c-120", CLOCK: "c-100"}
"""Columns that must never be cut short."""
PRINTED = 500
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
USUAL_DAYS, LONGEST_DAYS = 30, 3_700


def crumbs_of(seat: Seat, version: FormVersion | None = None) -> list[tuple[Any, str]]:
    """The way back to the registers, and to the one a line stands in."""
    found: list[tuple[Any, str]] = [(_("Registers"), seat.url("registers:list"))]
    if version is not None:
        found.append((version.form.label, seat.url("registers:register", code=version.form.code)))
    return found


@needs(REGISTER)
@require_GET
def register_list(request: DeskRequest) -> HttpResponse:
    """The registers one may read, each with how many lines it got today."""
    seat = request.seat
    found = list(access.registers(seat).order_by("department", "code"))
    today = access.written_on(found, seat.today)
    may_create = set(access.registers(seat, "create").values_list("pk", flat=True))
    rows = [(one, today.get(one.pk, 0), one.pk in may_create and not one.is_retired) for one in found]
    return page(request, "procedures/registers.html", {"rows": rows, "sees_forms": seat.may(access.PROCEDURE)})


# ---- the lines


def wanted_of(query: QueryDict, spec: FormSpec, today: date) -> Wanted:
    """What the address asks for; what cannot be read is left as usual."""
    last = day_of(query.get("to", "")) or today
    first = day_of(query.get("from", "")) or last - timedelta(days=USUAL_DAYS)
    first = max(min(first, last), last - timedelta(days=LONGEST_DAYS))
    state = query.get("state", "")
    chosen = {
        one.name: value for one in choosable(spec) if (value := query.get(f"f_{one.name}", "")) and value in one.values
    }
    return Wanted(
        first, last, query.get("q", "").strip()[:100], state if state in ("all", "void") else "valid", chosen,
        query.get("sort", "")[:70],
    )  # fmt: skip


def day_of(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def choosable(spec: FormSpec) -> list[Field]:
    """The fields a list can be narrowed by."""
    return [one for one in spec.fields if one.kind in (CHOICE, CHOICES) and not one.is_masked]


@needs(REGISTER)
@require_GET
def register(request: DeskRequest, code: str) -> HttpResponse:
    """One register: its lines in a time, found and sorted, and their figures."""
    seat = request.seat
    version = access.register(seat, code)
    spec, form = spec_of(version), version.form
    wanted = wanted_of(request.GET, spec, seat.today)
    lines, is_cut = look_for(access.entries(form), spec, wanted, sees_personal=access.sees_personal(seat, form))
    start = int(request.GET["start"]) if request.GET.get("start", "").isdigit() and len(request.GET["start"]) < 5 else 0  # noqa: PLR2004
    part = lines[start : start + ROWS_A_PAGE]
    language = get_language()
    columns = listed(spec)
    context = {
        "form": form,
        "hint": spec.hint.in_(language),
        "heads": [(one.name, one.words.in_(language), one.kind in NUMBERS, WIDTHS.get(one.kind, "")) for one in columns],
        "rows": [row_of(one, columns) for one in part],
        "count": ngettext("%(n)d line", "%(n)d lines", len(lines)) % {"n": len(lines)},
        "is_cut": is_cut,
        "wanted": wanted,
        "filters": [(one.name, one.words.in_(language), options_of(one, language), (wanted.chosen or {}).get(one.name, "")) for one in choosable(spec)],
        "chips": chips_of(request.GET, spec, wanted),
        "clear_url": seat.url("registers:register", code=code),
        "figures": figures(lines, spec, wanted),
        "previous": address_of(request.GET, max(start - ROWS_A_PAGE, 0)) if start else "",
        "next": address_of(request.GET, start + ROWS_A_PAGE) if start + ROWS_A_PAGE < len(lines) else "",
        "query": request.GET.urlencode(),
        "may_create": seat.may(REGISTER, "create") and not form.is_retired and access.registers(seat, "create").filter(pk=form.pk).exists(),
        "may_export": seat.may(REGISTER, "export"),
        "crumbs": crumbs_of(seat),
    }  # fmt: skip
    return page(request, "procedures/register.html", context)


def options_of(one: Field, language: str | None) -> list[tuple[str, str]]:
    return [(option.value, option.words.in_(language)) for option in one.options]


def address_of(query: QueryDict, start: int) -> str:
    """The same list, another part of it."""
    copy = query.copy()
    copy["start"] = str(start)
    return f"?{copy.urlencode()}"


def without(query: QueryDict, *names: str) -> str:
    copy = query.copy()
    for name in (*names, "start"):
        copy.pop(name, None)
    return f"?{copy.urlencode()}"


def chips_of(query: QueryDict, spec: FormSpec, wanted: Wanted) -> list[dict[str, Any]]:
    """What narrows the list, each to be taken away."""
    language = get_language()
    found = []
    if wanted.q:
        found.append({"label": _("Words"), "value": wanted.q, "url": without(query, "q")})
    for name, value in (wanted.chosen or {}).items():
        one = spec.field(name)
        if one is not None:
            words = {"label": one.words.in_(language), "value": one.words_of(value, language)}
            found.append({**words, "url": without(query, f"f_{name}")})
    return found


def row_of(line: Line, columns: list[Field]) -> dict[str, Any]:
    """A line as the list shows it."""
    cells = [(one.words.in_(get_language()), value_text(one, line.data.get(one.name)), one.kind in NUMBERS) for one in columns]  # fmt: skip
    return {"entry": line.entry, "first": cells[0][1], "cells": cells[1:]}


@needs(REGISTER, "export")
@require_GET
def register_export(request: DeskRequest, code: str) -> HttpResponse:
    """The lines found, as an Excel file or printed on A4."""
    seat = request.seat
    version = access.register(seat, code, "export")
    spec, form = spec_of(version), version.form
    wanted = wanted_of(request.GET, spec, seat.today)
    lines, _is_cut = look_for(access.entries(form), spec, wanted, sees_personal=access.sees_personal(seat, form))
    name = f"{form.code}-{wanted.first:%Y%m%d}-{wanted.last:%Y%m%d}"
    if request.GET.get("as") == "pdf":
        try:
            content = sheet_pdf(sheet_of(seat, version, spec, wanted, lines))
        except Refusal as refusal:
            return refused(request, seat.url("registers:register", code=code), refusal)
        return sent(content, "application/pdf", f"{name}.pdf")
    language = get_language()
    heads = [_("No."), _("Written on"), _("Written by"), _("State"), *(one.words.in_(language) for one in spec.fields)]
    rows = [
        [line.entry.number, line.entry.made_at, line.entry.made_by.label, _("void") if line.entry.is_void else "",
         *(cell_of(one, line.data.get(one.name)) for one in spec.fields)]
        for line in lines
    ]  # fmt: skip
    return sent(to_xlsx(form.label, heads, rows, tz=seat.zone), XLSX, f"{name}.xlsx")


def cell_of(one: Field, value: Any) -> Any:
    """A value for a sheet: numbers as numbers, tables line by line, the rest in words."""
    if value in (None, "", []):
        return ""
    if one.kind in NUMBERS and "*" not in str(value):
        return amount(value)
    if one.kind == ROWS and isinstance(value, list):
        return "\n".join(" ".join(value_text(c, row[c.name]) for c in one.columns if c.name in row) for row in value)
    return value_text(one, value)


def sent(content: bytes, media_type: str, name: str) -> HttpResponse:
    """A file for the browser to keep."""
    response = HttpResponse(content, content_type=media_type)
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response


def sheet_of(seat: Seat, version: FormVersion, spec: FormSpec, wanted: Wanted, lines: list[Line]) -> Sheet:
    """The lines on A4 across, with who signed and the sums at the end."""
    language = get_language()
    columns = [one for one in spec.fields if one.kind != ROWS][:10]
    heads = [_("No."), _("Written on"), *(one.words.in_(language) for one in columns), _("Written by")]
    rows = [
        [str(line.entry.number), f"{seat.local(line.entry.made_at):%m-%d %H:%M}",
         *(value_text(one, line.data.get(one.name)) for one in columns),
         line.entry.made_by.label + (f" ({_('void')})" if line.entry.is_void else "")]
        for line in lines[:PRINTED]
    ]  # fmt: skip
    right = [place + 2 for place, one in enumerate(columns) if one.kind in NUMBERS]
    sums = [(f"{one.label} {one.unit}".strip(), f"{one.total} ({_('average')} {one.average})") for one in figures(lines, spec, wanted).sums]  # fmt: skip
    foot = _("%(form)s · printed by %(name)s on %(day)s") % {
        "form": version.form.label, "name": seat.staff.label, "day": f"{seat.local(timezone.now()):%Y-%m-%d %H:%M}",
    }  # fmt: skip
    detail = _("%(first)s to %(last)s · %(count)d lines") % {
        "first": wanted.first, "last": wanted.last, "count": len(lines),
    }  # fmt: skip
    table = Table("", heads, rows, widths=(2, 4, *(5 for _one in columns), 4), right=right, empty=_("No line."))
    parts: list[Any] = [table, *([Facts(_("Sums"), sums)] if sums else [])]
    return Sheet(version.form.label, detail, seat.hotel.label, foot, parts, is_wide=True)


# ---- one line


@needs(REGISTER, "create")
def entry_new(request: DeskRequest, code: str) -> HttpResponse:
    """Write a line."""
    seat = request.seat
    version = access.register(seat, code, "create")
    form = schema_form(spec_of(version))(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            entry = add_entry(actor=seat, version=version, staff=seat.staff, data=values_of(form))
            again = request.POST.get("again")
            url = seat.url("registers:new", code=code) if again else home_of(seat, entry)
            return done(request, url, _("No. %(number)d is written.") % {"number": entry.number})
    return entry_form(
        request, version, form, version.form.label, seat.url("registers:register", code=code), is_new=True
    )


def home_of(seat: Seat, entry: RegisterEntry) -> str:
    return seat.url("registers:entry", code=entry.form.code, number=entry.number)


def entry_form(
    request: DeskRequest, version: FormVersion, form: SchemaForm, title: str, back: str, *, is_new: bool
) -> HttpResponse:
    """The page on which a line is written or corrected."""
    context = {
        "form": form, "title": title, "cancel_url": back, "is_new": is_new, "crumbs": crumbs_of(request.seat, version),
        "hint": form.spec.hint.in_(get_language()), "draft": f"register-{version.form.code}" if is_new else "",
    }  # fmt: skip
    return page(request, "procedures/register_form.html", context, form_status(form))


@needs(REGISTER)
@require_GET
def entry_page(request: DeskRequest, code: str, number: int) -> HttpResponse:
    """One line with what stood there before, and its signatures."""
    seat = request.seat
    entry = access.entry(seat, code, number)
    spec, sees = spec_of(entry.version), access.sees_personal(seat, entry.form)
    changes = [
        {"change": one, "answers": answers(spec, one.before, sees_personal=sees)} for one in access.entry_changes(entry)
    ]
    context = {
        "entry": entry,
        "answers": answers(spec, entry.data, sees_personal=sees),
        "changes": changes,
        "signatures": signatures_of(seat, entry, spec),
        "may_change": access.may_change(seat, entry),
        "crumbs": crumbs_of(seat, access.register(seat, code)),
    }
    return page(request, "procedures/register_entry.html", context)


def signatures_of(seat: Seat, entry: RegisterEntry, spec: FormSpec) -> list[dict[str, Any]]:
    """Who signed as what; where nobody did yet, whether this person may."""
    kept = access.entry_signatures(entry)
    now = {one.place: one for one in kept if one.revision == entry.revision}
    mine = any(one.who_id == seat.staff.pk for one in now.values())
    return [
        {
            "place": place,
            "label": words.in_(get_language()),
            "signature": now.get(place),
            "before": next(
                (one for one in reversed(kept) if one.place == place and one.revision < entry.revision), None
            ),
            "may_sign": place not in now and not mine and not entry.is_void,
        }
        for place, words in enumerate(spec.signatures)
    ]


class ReasonForm(forms.Form):
    """Why a line is corrected or declared void."""

    reason = forms.CharField(max_length=300, strip=True)


@needs(REGISTER, "edit")
def entry_correct(request: DeskRequest, code: str, number: int) -> HttpResponse:
    """Put a line right, with the reason."""
    seat = request.seat
    entry = access.entry(seat, code, number, "edit")
    version = access.register(seat, code, "edit")
    spec = spec_of(version)
    kept = {name: value for name, value in entry.data.items() if name in spec.names}
    form = schema_form(spec)(request.POST or None, initial=kept, sees_personal=access.sees_personal(seat, entry.form))
    form.fields["reason"] = forms.CharField(label=_("Why it is corrected"), max_length=300)
    form.stands_on(entry)
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            correct_entry(
                actor=seat, entry=entry, version=version, staff=seat.staff, revision=entry.revision,
                data=values_of(form), reason=form.cleaned_data["reason"],
            )  # fmt: skip
            return done(request, home_of(seat, entry), _("Corrected."))
    title = _("Correct no. %(number)d") % {"number": number}
    return entry_form(request, version, form, title, home_of(seat, entry), is_new=False)


@needs(REGISTER, "edit")
@require_POST
def entry_void(request: DeskRequest, code: str, number: int) -> HttpResponse:
    """Declare a line void."""
    seat = request.seat
    entry = access.entry(seat, code, number, "edit")
    form = ReasonForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    try:
        void_entry(actor=seat, entry=entry, staff=seat.staff, reason=reason)
    except Refusal as refusal:
        return refused(request, home_of(seat, entry), refusal)
    return done(request, home_of(seat, entry), _("No. %(number)d is void.") % {"number": number})


@needs(REGISTER)
@require_POST
def entry_sign(request: DeskRequest, code: str, number: int) -> HttpResponse:
    """Sign a line in one's own name."""
    seat = request.seat
    entry = access.entry(seat, code, number)
    place, revision = request.POST.get("place", ""), request.POST.get("revision", "")
    if not (place.isdigit() and revision.isdigit()) or len(place) > 2 or len(revision) > 8:  # noqa: PLR2004
        raise Http404(place)
    try:
        sign_entry(actor=seat, entry=entry, staff=seat.staff, place=int(place), revision=int(revision))
    except Refusal as refusal:
        return refused(request, home_of(seat, entry), refusal)
    return done(request, home_of(seat, entry), _("Signed."))
