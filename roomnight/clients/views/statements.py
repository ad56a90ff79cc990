"""The filed protection lists, month by month: to look at, to print, to take along (OWN-08)."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from roomnight.clients import access, commands
from roomnight.clients.commands.statements import digest_of_rows
from roomnight.clients.models import Basis, ProtectionState, ProtectionStatement, Stage
from roomnight.kernel.errors import Refusal
from roomnight.kernel.export import to_xlsx
from roomnight.kernel.pdf import Facts, Sheet, Table, sheet_pdf
from roomnight.organization.access import Seat
from roomnight.organization.http import DeskRequest, needs
from roomnight.ui.page import page, refused

ROWS = 120
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def word(choices: Any, code: str) -> str:
    return str(dict(choices).get(code, code))


def heads() -> list[str]:
    """The columns of a statement."""
    return [
        _("Number"), _("Client"), _("Because"), _("Stage"), _("Since"), _("Until"), _("Extensions"), _("Last visit"),
        _("Last arrival"), _("Room nights, 12 m"), _("State"), _("Ended on"), _("Reason"),
    ]  # fmt: skip


def cells(row: dict[str, Any]) -> list[Any]:
    """A filed row under those heads. The words are today's, the values are those of the day it was filed."""
    english = get_language() == "en"
    return [
        row["code"],
        row["name_en"] if english and row["name_en"] else row["name"],
        word(Basis.choices, row["basis"]),
        word(Stage.choices, row["stage"]),
        row["started_on"],
        row["until"],
        row["extensions"],
        row["last_visit_on"] or "",
        row["last_arrival_on"] or "",
        row["room_nights_12m"],
        word(ProtectionState.choices, row["state"]),
        row["ended_on"] or "",
        row["end_reason"],
    ]


@needs("clients.protection")
@require_GET
def statement_list(request: DeskRequest) -> HttpResponse:
    """The statements within reach, the latest month first."""
    found = access.statements(request.seat).select_related("staff").defer("rows").order_by("-month", "staff__username")
    return page(request, "clients/statements.html", {"rows": list(found[:ROWS])})


@needs("clients.protection")
@require_GET
def statement_page(request: DeskRequest, pk: int) -> HttpResponse:
    """One filed list as it was."""
    one = access.statement(request.seat, pk)
    context = {
        "one": one,
        "heads": heads(),
        "lines": [cells(row) for row in one.rows],
        "is_whole": digest_of_rows(one.rows) == one.digest,
        "may_export": access.statements(request.seat, "export").filter(pk=pk).exists(),
    }
    return page(request, "clients/statement.html", context)


def sheet_of(seat: Seat, one: ProtectionStatement) -> Sheet:
    """The statement as a paper."""
    now = seat.local(timezone.now())
    rows = [[str(cell) for cell in cells(row)] for row in one.rows]
    return Sheet(
        title=_("Protection list %(month)s") % {"month": f"{one.month:%Y-%m}"},
        detail=f"{one.number} · {one.staff_name}",
        house=seat.hotel.label,
        foot=_("Printed by %(name)s on %(at)s") % {"name": seat.staff.label, "at": f"{now:%Y-%m-%d %H:%M}"},
        parts=[
            Table(
                "",
                heads(),
                rows,
                (6, 14, 7, 6, 7, 7, 4, 7, 7, 5, 6, 7, 10),
                (6, 9),
                _("Nothing was protected in this month."),
            ),
            Facts(
                _("Filed"),
                [
                    (_("Filed on"), f"{seat.local(one.made_at):%Y-%m-%d %H:%M}"),
                    (_("Clients"), str(len(rows))),
                    (_("Fingerprint"), one.digest),
                ],
            ),
        ],
        is_wide=True,
    )


def sent(content: bytes, media_type: str, name: str) -> HttpResponse:
    """A file for the browser to keep."""
    response = HttpResponse(content, content_type=media_type)
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response


@needs("clients.protection")
@require_GET
def statement_pdf(request: DeskRequest, pk: int) -> HttpResponse:
    """One filed list as a PDF."""
    seat = request.seat
    one = access.statement(seat, pk)
    try:
        content = sheet_pdf(sheet_of(seat, one))
    except Refusal as refusal:
        return refused(request, seat.url("clients:statement", pk=pk), refusal)
    return sent(content, "application/pdf", f"{one.number}.pdf")


@needs("clients.protection", "export")
@require_GET
def statement_excel(request: DeskRequest, pk: int) -> HttpResponse:
    """One filed list as an Excel file. Who took it is kept."""
    seat = request.seat
    one = access.statement(seat, pk, "export")
    commands.log_export(
        actor=seat,
        hotel=seat.hotel,
        what="clients.protection",
        query=one.number,
        rows=len(one.rows),
        file_format="xlsx",
    )
    return sent(to_xlsx(one.number, heads(), [cells(row) for row in one.rows]), XLSX, f"{one.number}.xlsx")
