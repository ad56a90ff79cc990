"""What is printed for a reception: the plan, the seating with name cards, the voucher of official guests (RCP-03, RCP-05, RCP-11)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from roomnight.kernel.errors import Refusal
from roomnight.kernel.pdf import Facts, Sheet, Table, Words, sheet_pdf, to_pdf
from roomnight.organization.access import Seat
from roomnight.organization.http import DeskRequest, needs
from roomnight.reception import access, words
from roomnight.reception.models import HostAnswer, Reception, ReceptionGuest
from roomnight.reception.queries.sheet import costs_of
from roomnight.reception.queries.standards import standard_of
from roomnight.reception.rules.seating import facing
from roomnight.ui.page import refused

SEATING = Path(__file__).resolve().parent.parent / "paper" / "seating.typ"


def _foot(seat: Seat) -> str:
    now = seat.local(timezone.now())
    return _("Printed by %(name)s on %(at)s") % {"name": seat.staff.label, "at": f"{now:%Y-%m-%d %H:%M}"}


def _sent(request: DeskRequest, one: Reception, make: Any, name: str) -> HttpResponse:
    try:
        content = make()
    except Refusal as refusal:
        return refused(request, one.get_absolute_url(), refusal)
    response = HttpResponse(content, content_type="application/pdf")
    response.headers["Content-Disposition"] = (
        content_disposition_header(True, f"{one.number}-{name}.pdf") or "attachment"
    )
    return response


def guest_words(one: ReceptionGuest) -> str:
    """A guest with title and address: 王强 先生 总经理."""
    return " ".join(filter(None, [one.name, one.get_sex_display(), one.title]))


def plan_sheet(seat: Seat, one: Reception) -> Sheet:
    """The plan 接待安排表, hour by hour with who is responsible."""
    standard = standard_of(one)
    lines = list(one.programme.select_related("responsible"))
    costs = costs_of(one, standard, lines)
    hosts = [host for host in one.hosts.select_related("staff") if host.answer != HostAnswer.DECLINES]
    rows = [
        [
            f"{seat.local(row.line.starts_at):%m-%d %H:%M}" + (f"–{seat.local(row.line.ends_at):%H:%M}" if row.line.ends_at else ""),
            row.line.get_part_display(), row.line.what, row.line.place, row.line.responsible.label,
            words.amount(seat, row.line.planned), row.line.note,
        ]
        for row in costs.lines
    ]  # fmt: skip
    arrival = [
        (_("Company"), one.company), (_("Level"), one.get_level_display()), (_("Guests"), str(one.people)),
        (_("Purpose of the visit"), one.purpose), (_("Arrival"), f"{seat.local(one.arrives_at):%Y-%m-%d %H:%M} {one.arrives_by}"),
        (_("Departure"), f"{seat.local(one.departs_at):%Y-%m-%d %H:%M} {one.departs_by}"),
        (_("Guests by name"), words.joined([guest_words(guest) for guest in one.guests.all()])),
        (_("Phone"), words.phones(one)), (_("Lodging wish"), one.lodging_wish or "–"),
        (_("Number of the official letter"), one.letter_number or "–"),
    ]  # fmt: skip
    team = [
        (label, person.label if person else "–")
        for label, person in (
            (_("Leader"), one.leader), (_("Assistant"), one.assistant), (_("Interface person"), one.contact_person),
        )
    ]  # fmt: skip
    team.append((_("Joins"), words.joined([f"{host.label} {host.title}".strip() for host in hosts])))
    marks = (
        [_("%(days)s days late: %(why)s") % {"days": one.days_late, "why": one.late_reason}] if one.days_late else []
    )
    return Sheet(
        title=_("Reception plan"),
        detail=f"{one.number} · {one.company} · {_('Copies')}: {words.copies(one)}",
        house=seat.hotel.label,
        foot=_foot(seat),
        parts=[
            Facts(_("The guests"), arrival),
            Facts(_("The team"), team),
            Table(
                _("Programme"),
                [_("When"), _("Part"), _("What"), _("Place"), _("Responsible"), _("Planned cost"), pgettext("plan", "Note")],
                rows, (8, 5, 14, 9, 6, 6, 10), (5,), _("Nothing is planned yet."),
            ),
            Facts(
                _("Standard"),
                [
                    (_("Standard of the meals"), words.amount(seat, costs.standard)),
                    (_("Planned cost"), words.amount(seat, costs.planned)),
                    (_("By the standard"), words.standard_words(seat, standard, one.people)),
                ],
            ),
        ],
        marks=marks,
        is_wide=True,
    )  # fmt: skip


def seating_data(seat: Seat, one: Reception) -> dict[str, Any]:
    """The seating plan and the name cards as the paper reads them."""
    guests = [{"name": guest.name, "title": guest.title, "company": one.company} for guest in one.guests.all()]
    hosts = [
        {"name": host.label, "title": host.title, "company": seat.hotel.label}
        for host in one.hosts.select_related("staff")
        if host.answer != HostAnswer.DECLINES
    ]
    row, opposite = facing(guests, hosts)
    return {
        "title": _("Seating plan"),
        "detail": f"{one.number} · {one.company}",
        "house": seat.hotel.label,
        "foot": _foot(seat),
        "guests": row,
        "hosts": opposite,
        "guests_word": _("Guests, facing the door"),
        "hosts_word": _("Hosts"),
        "table_word": _("Table"),
        "note": _(
            "The most senior sits in the middle, the others by turns on both sides; each host sits opposite their counterpart."
        ),
        "cards": [*guests, *hosts],
    }


def voucher_sheet(seat: Seat, one: Reception) -> Sheet:
    """The list of receivers and costs that is the voucher of official guests (RCP-11)."""
    lines = list(one.programme.select_related("responsible"))
    costs = costs_of(one, standard_of(one), lines)
    hosts = [host for host in one.hosts.select_related("staff") if host.answer != HostAnswer.DECLINES]
    return Sheet(
        title=_("Official reception: receivers and costs"),
        detail=f"{one.number} · {one.company} · {_('Letter')} {one.letter_number}",
        house=seat.hotel.label,
        foot=_foot(seat),
        parts=[
            Table(
                _("The guests"), [_("Name"), _("Job title"), _("Company")],
                [[guest.name, guest.title, one.company] for guest in one.guests.all()], (3, 4, 5),
            ),
            Table(
                _("Received by"), [_("Name"), _("Job title"), _("Joins")],
                [[host.label, host.title, host.part] for host in hosts], (3, 4, 5), (), _("Nobody joined."),
            ),
            Table(
                _("Costs"), [_("When"), _("What"), _("Place"), _("Actual cost")],
                [
                    [f"{seat.local(line.starts_at):%Y-%m-%d %H:%M}", line.what, line.place, words.amount(seat, line.actual)]
                    for line in lines
                    if line.actual is not None
                ],
                (4, 7, 5, 3), (3,), _("No cost was entered."),
            ),
            Facts("", [(_("Together"), words.amount(seat, costs.actual)), (_("Meals"), _("Working meals without tobacco and alcohol"))]),
            Words(_("Signed"), _("Received by: ____________    Approved: ____________    Finance: ____________")),
        ],
    )  # fmt: skip


@needs("reception.reception")
@require_GET
def plan_pdf(request: DeskRequest, pk: int) -> HttpResponse:
    """The plan as a PDF."""
    one = access.reception(request.seat, pk)
    return _sent(request, one, lambda: sheet_pdf(plan_sheet(request.seat, one)), "plan")


@needs("reception.reception")
@require_GET
def seating_pdf(request: DeskRequest, pk: int) -> HttpResponse:
    """The seating plan and the name cards as a PDF."""
    one = access.reception(request.seat, pk)
    return _sent(request, one, lambda: to_pdf(SEATING, seating_data(request.seat, one)), "seating")


@needs("reception.reception")
@require_GET
def voucher_pdf(request: DeskRequest, pk: int) -> HttpResponse:
    """The voucher of official guests as a PDF."""
    one = access.reception(request.seat, pk)
    return _sent(request, one, lambda: sheet_pdf(voucher_sheet(request.seat, one)), "voucher")
