"""The library of policy documents, the control register, and both as papers (POL-01, POL-04)."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from roomnight.kernel.errors import Refusal
from roomnight.kernel.export import to_xlsx
from roomnight.kernel.pdf import Facts, Sheet, Table, Words, sheet_pdf
from roomnight.organization import access
from roomnight.organization.access import Seat
from roomnight.organization.commands.policy_register import log_register_export
from roomnight.organization.http import DeskRequest, needs
from roomnight.organization.models import DepartmentKind, Part, PolicyVersion, VersionState
from roomnight.organization.queries import policies as queries
from roomnight.organization.queries.policies import Shelf
from roomnight.ui.markdown import plain_parts
from roomnight.ui.page import page, refused

DOCUMENT = "organization.document"
ROWS = 50
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@needs(DOCUMENT)
def document_list(request: DeskRequest) -> HttpResponse:
    """All policy documents within reach, found by words, state and department."""
    seat, query = request.seat, request.GET
    q, state, department = (query.get(name, "").strip() for name in ("q", "state", "department"))
    found = queries.shelves(seat, q=q, state=state, department=department)
    start = int(query["from"]) if query.get("from", "").isdigit() and len(query["from"]) < 6 else 0  # noqa: PLR2004
    part = found[start : start + ROWS]
    context = {
        "rows": [row_of(one) for one in part],
        "count": len(found),
        "shown": shown_words(start, len(part), len(found)),
        "next": address_of(query, start + ROWS) if start + ROWS < len(found) else "",
        "previous": address_of(query, max(start - ROWS, 0)) if start else "",
        "q": q,
        "state": state,
        "department": department,
        "states": VersionState.choices,
        "departments": DepartmentKind.choices,
        "chips": chips(query, q, state, department),
        "clear_url": request.path,
        "waiting": list(access.to_sign(seat)),
        "may_create": seat.may(DOCUMENT, "create"),
        "sees_register": seat.scope(DOCUMENT) == "hotel",
    }
    return page(request, "organization/policies.html", context)


def shown_words(start: int, shown: int, count: int) -> str:
    if count <= ROWS:
        return ""
    return _("%(first)s–%(last)s of %(count)s") % {"first": start + 1, "last": start + shown, "count": count}


def address_of(query: Any, start: int) -> str:
    changed = query.copy()
    changed["from"] = str(start)
    return f"?{changed.urlencode()}"


def chips(query: Any, q: str, state: str, department: str) -> list[dict[str, Any]]:
    """The filters in force, each with the address of the list without it."""
    found = []
    words = {
        "q": (_("Words"), q),
        "state": (_("State"), VersionState(state).label if state in VersionState.values else ""),
        "department": (
            _("Department"),
            DepartmentKind(department).label if department in DepartmentKind.values else "",
        ),
    }
    for name, (label, value) in words.items():
        if value:
            rest = query.copy()
            rest.pop(name, None)
            rest.pop("from", None)
            found.append({"label": label, "value": value, "url": f"?{rest.urlencode()}"})
    return found


def row_of(shelf: Shelf) -> dict[str, Any]:
    """One line of the library."""
    coming = shelf.coming
    return {
        "document": shelf.document,
        "version": shelf.shown,
        "state": VersionState(shelf.state).label,
        "tone": queries.TONES[shelf.state],
        "coming": coming,
        "coming_state": VersionState(shelf.state_of(coming)).label if coming else "",
        "coming_tone": queries.TONES[shelf.state_of(coming)] if coming else "",
    }


# ---- the control register


@needs(DOCUMENT)
def register(request: DeskRequest) -> HttpResponse:
    """The control register 受控文件清单: every document with its version, its approval, and who has not signed."""
    return page(
        request,
        "organization/policy_register.html",
        {
            "rows": register_rows(request.seat),
            "may_export": request.seat.may(DOCUMENT, "export"),
            "crumbs": [(_("Policy documents"), request.seat.url("organization:policies"))],
            "back_url": request.seat.url("organization:policies"),
        },
    )


def register_rows(seat: Seat) -> list[dict[str, Any]]:
    shelves = [one for one in queries.shelves(seat) if one.shown.in_force_from]
    missing = queries.unsigned(seat, [one.shown.pk for one in shelves])
    return [
        {**row_of(one), "missing": missing.get(one.shown.pk, []), "asked": one.shown.asked, "signed": one.shown.signed}  # type: ignore[attr-defined]
        for one in shelves
    ]


@needs(DOCUMENT, "export")
def register_export(request: DeskRequest) -> HttpResponse:
    """The control register as an Excel file. Who took it is kept."""
    seat = request.seat
    rows = register_rows(seat)
    columns = [
        _("Serial number"), _("Subject"), _("Version"), _("State"), _("Control state"), _("Department"), _("Issuer"),
        _("Approved by"), _("In force from"), _("Revised on"), pgettext("of a document", "Pages"), _("Asked to sign"), _("Signed"), _("Not signed"),
    ]  # fmt: skip
    cells = [
        [
            one["document"].serial, one["version"].label, one["version"].number, one["state"],
            one["version"].get_control_display(), str(one["document"].department),
            one["version"].issuer.label if one["version"].issuer else _("as shipped"),
            one["version"].approved_by.label if one["version"].approved_by else "", one["version"].in_force_from,
            one["version"].revised_on, one["version"].pages, one["asked"], one["signed"], "、".join(one["missing"]),
        ]
        for one in rows
    ]  # fmt: skip
    log_register_export(actor=seat, hotel=seat.hotel, rows=len(cells))
    title = _("Control register")
    content = to_xlsx(title, columns, cells, tz=seat.zone)
    name = f"{title} {seat.today:%Y-%m-%d}.xlsx"
    headers = {"Content-Disposition": content_disposition_header(True, name) or "attachment"}
    return HttpResponse(content, content_type=EXCEL, headers=headers)


# ---- on paper


@needs(DOCUMENT)
def paper(request: DeskRequest, pk: int) -> HttpResponse:
    """One version as an A4 PDF with its head, text, values and lists."""
    seat = request.seat
    version = access.policy_version_to_read(seat, pk)
    try:
        content = sheet_pdf(sheet_of(seat, version))
    except Refusal as refusal:
        return refused(request, seat.url("organization:policy_document", pk=version.document_id), refusal)
    headers = {"Content-Disposition": content_disposition_header(True, f"{version}.pdf") or "attachment"}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


def sheet_of(seat: Seat, version: PolicyVersion) -> Sheet:
    """A version as it is filed."""
    document = version.document
    between = "、"
    named = queries.parties_in_words(version)
    head = [
        (_("Serial number"), document.serial),
        (_("Version"), f"V{version.number}"),
        (_("Issuer"), version.issuer.label if version.issuer else _("as shipped")),
        (_("Approved by"), version.approved_by.label if version.approved_by else "–"),
        (_("In force from"), str(version.in_force_from or "–")),
        (_("Revised on"), str(version.revised_on or "–")),
        (_("Control state"), str(version.get_control_display())),
        (_("Department"), str(document.department)),
    ]
    people = [(str(Part(part).label), between.join(names)) for part, names in named.items() if names]
    values = [(one.label, one.value, one.key) for one in queries.value_lines(seat, version)]
    parts: list[Facts | Table | Words] = [Facts("", head), Words(_("Purpose"), version.aim)]
    parts += [Facts(_("Who has to do with it"), people)] if people else []
    parts += [Words(title, text) for title, text in plain_parts(version.text)]
    if values:
        parts.append(Table(_("Policy values"), [_("Value of"), _("Value"), _("Key")], values, widths=(5, 4, 3)))
    if version.procedures:
        parts.append(Words(_("Procedures it governs"), version.procedures))
    foot = _("%(version)s · printed by %(name)s on %(day)s") % {
        "version": version, "name": seat.staff.label, "day": f"{seat.local(timezone.now()):%Y-%m-%d %H:%M}",
    }  # fmt: skip
    return Sheet(version.label, document.serial, seat.hotel.label, foot, parts)
