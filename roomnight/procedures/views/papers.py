"""A procedure on paper: A4 or A5, in the reader's language (PRC-10)."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from django.http import HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from roomnight.kernel.errors import Refusal
from roomnight.kernel.pdf import to_pdf
from roomnight.organization.access import Seat
from roomnight.organization.http import DeskRequest, needs
from roomnight.procedures import access
from roomnight.procedures.models import ProcedureVersion
from roomnight.procedures.queries.catalogue import role_names
from roomnight.procedures.queries.charts import chart_of, main_process
from roomnight.procedures.rules.drawing import draw, svg_of
from roomnight.procedures.rules.told import Told, told
from roomnight.procedures.views.catalogue import home
from roomnight.ui.page import refused

SHEET: Final = Path(__file__).resolve().parent.parent / "paper" / "procedure.typ"
WIDTHS: Final = {"a4": 178, "a5": 128}  # millimetres between the margins
HIGHEST: Final = {"a4": 150, "a5": 95}


@needs(access.PROCEDURE)
def sheet(request: DeskRequest, pk: int) -> HttpResponse:
    """One version as a PDF: its steps in order with role, time and instruction, its decisions in words, its picture."""
    seat = request.seat
    version = access.version(seat, pk)
    paper = "a5" if request.GET.get("paper") == "a5" else "a4"
    try:
        content = to_pdf(SHEET, sheet_of(seat, version, paper))
    except Refusal as refusal:
        return refused(request, home(seat, version.procedure, version), refusal)
    name = f"{version.procedure.code}-V{version.number}-{paper.upper()}.pdf"
    headers = {"Content-Disposition": content_disposition_header(True, name) or "attachment"}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


def sheet_of(seat: Seat, version: ProcedureVersion, paper: str) -> dict[str, Any]:
    """What stands on the sheet."""
    procedure, language = version.procedure, get_language() or ""
    chart, drawing = chart_of(version), draw(bytes(version.source), language)
    steps = told(chart, main_process(chart), role_names(), language)
    high = 0.0 if drawing is None else WIDTHS[paper] * drawing.height / drawing.width
    parts = [
        procedure.code,
        f"V{version.number}",
        str(version.get_state_display()),
        str(procedure.get_department_display()),
    ]
    parts += [f"{version.effective_from}"] if version.effective_from else []
    return {
        "paper": paper, "title": procedure.label, "detail": " · ".join(parts), "house": seat.hotel.label,
        "aim": procedure.aim, "picture": svg_of(drawing, procedure.label) if drawing is not None else "",
        "height": min(high, HIGHEST[paper]), "steps": [line_of(one) for one in steps],
        "foot": _("%(version)s · printed by %(name)s on %(day)s") % {
            "version": version, "name": seat.staff.label, "day": f"{seat.local(timezone.now()):%Y-%m-%d %H:%M}",
        },
    }  # fmt: skip


def line_of(one: Told) -> dict[str, Any]:
    """A step on paper."""
    between = pgettext("between items of a list", ", ")
    return {
        "number": one.number, "name": one.name, "deep": one.deep,
        "about": between.join(filter(None, [one.role, one.due])),
        "lines": [*one.instruction.splitlines(), *one.late],
        "ways": [f"{way.condition} → {way.number} {way.name}".strip() for way in one.onward],
    }  # fmt: skip
