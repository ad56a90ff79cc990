"""Who brought what: production by whoever looked after the client when the guests arrived (OWN-05)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from roomnight.clients.commands import log_export
from roomnight.kernel.export import to_xlsx
from roomnight.organization.access import Seat
from roomnight.organization.http import DeskRequest, needs
from roomnight.organization.models import Staff
from roomnight.pms.access import producer, producers, producing_account, producing_accounts, producing_people
from roomnight.pms.forms import PeriodForm
from roomnight.pms.queries.ownership import NOBODY, Brought, production_by_owner, production_of_owner, spans_of
from roomnight.pms.rules.periods import Period, usual_periods
from roomnight.ui.page import form_status, page

ROWS: Final = 50
NOTHING: Final = Brought(0, Decimal(0), 0)
NOBODY_S: Final = "none"
LONGEST_ID: Final = 12
EXCEL: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PRODUCTION: Final = "pms.production"


@dataclass(frozen=True)
class Line:
    """One person, or nobody; what came in these days and in the same days a year before, and the part of the whole."""

    staff: Staff | None
    now: Brought
    before: Brought
    share: Decimal

    @property
    def change(self) -> Decimal | None:
        """How many more nights than a year before, as a part of those."""
        return (
            Decimal(self.now.room_nights - self.before.room_nights) / self.before.room_nights
            if self.before.room_nights
            else None
        )

    @property
    def who(self) -> str:
        return str(self.staff.pk) if self.staff else NOBODY_S


def asked(request: DeskRequest) -> tuple[PeriodForm, str, Period]:
    """The days asked for: a usual span by its name, or two days; what is wrong falls back to twelve months and says so."""
    usual = usual_periods(request.seat.today)
    name = request.GET.get("period", "year")
    chosen = usual.get(name, usual["year"])
    typed = name == "days"
    form = PeriodForm(request.GET if typed else None, initial={"first": chosen.first, "last": chosen.last})
    if typed and form.is_valid():
        return form, "days", form.period()
    return form, name if name in usual else "year", chosen


def query_of(name: str, period: Period, **more: str) -> str:
    days = {"first": str(period.first), "last": str(period.last)} if name == "days" else {}
    return urlencode({"period": name, **days, **more})


def lines(seat: Seat, period: Period, action: str = "read") -> list[Line]:
    """Everybody within reach who brought anything now or a year before, the most first, nobody last."""
    people = producing_people(seat, action)
    now = production_by_owner(seat.hotel, period.first, period.last)
    earlier = period.year_before
    before = production_by_owner(seat.hotel, earlier.first, earlier.last)
    seen = {one for one in {*now, *before} if people is None or one in people}
    whole = sum((now[one].revenue for one in seen if one in now), Decimal(0))
    named = producers(seat, [one for one in seen if one is not None])
    found = [
        Line(
            named[one] if one else None,
            now.get(one, NOTHING),
            before.get(one, NOTHING),
            part(now.get(one, NOTHING), whole),
        )
        for one in seen
        if one is NOBODY or one in named
    ]
    return sorted(found, key=lambda one: (one.staff is None, -one.now.revenue, -one.before.revenue, one.who))


def part(one: Brought, whole: Decimal) -> Decimal:
    return one.revenue * 100 / whole if whole else Decimal(0)


def total(rows: list[Line]) -> dict[str, Any]:
    return {
        "nights": sum(one.now.room_nights for one in rows),
        "nights_before": sum(one.before.room_nights for one in rows),
        "revenue": sum((one.now.revenue for one in rows), Decimal(0)),
        "revenue_before": sum((one.before.revenue for one in rows), Decimal(0)),
    }


@needs(PRODUCTION)
def by_owner(request: DeskRequest) -> HttpResponse:
    """What everybody's clients brought in these days, beside the year before."""
    seat = request.seat
    form, name, period = asked(request)
    rows = lines(seat, period)
    context = {
        "rows": [(one, query_of(name, period, who=one.who)) for one in rows],
        "total": total(rows),
        "export_url": f"{seat.url('pms:owners_export')}?{query_of(name, period)}"
        if seat.may(PRODUCTION, "export")
        else "",
        **span_context(form, name, period),
    }
    return page(request, "pms/owners.html", context, form_status(form))


def span_context(form: PeriodForm, name: str, period: Period, **more: str) -> dict[str, Any]:
    """The tabs of the usual spans and the form for any other."""
    labels = {
        "year": _("12 months"),
        "month": _("This month"),
        "last": _("Last month"),
        "calendar": _("This year"),
        "days": _("From – to"),
    }
    views = [
        {"label": label, "url": f"?{urlencode({'period': key, **more})}", "current": key == name}
        for key, label in labels.items()
        if key != "days" or name == "days"
    ]
    return {"form": form, "period": period, "views": views, "kept": more}


@needs(PRODUCTION)
def of_owner(request: DeskRequest) -> HttpResponse:
    """The clients behind one person's figure, the most first; those out of sight are one line."""
    seat = request.seat
    who = asked_for(seat, request.GET.get("who", ""))
    form, name, period = asked(request)
    brought = production_of_owner(seat.hotel, who.pk if who else NOBODY, period.first, period.last)
    known = producing_accounts(seat).filter(pk__in=list(brought)).in_bulk()
    ranked = sorted(known, key=lambda one: (-brought[one].revenue, one))
    unseen = [brought[one] for one in brought if one not in known]
    context = {
        "staff": who,
        "rows": [(known[one], brought[one]) for one in ranked[:ROWS]],
        "left_out": len(ranked) - ROWS if len(ranked) > ROWS else 0,
        "unseen": len(unseen),
        "unseen_nights": sum(one.room_nights for one in unseen),
        "unseen_revenue": sum((one.revenue for one in unseen), Decimal(0)),
        "nights": sum(one.room_nights for one in brought.values()),
        "revenue": sum((one.revenue for one in brought.values()), Decimal(0)),
        "back_url": f"{seat.url('pms:owners')}?{query_of(name, period)}",
        "crumbs": [(_("Who brought what"), f"{seat.url('pms:owners')}?{query_of(name, period)}")],
        **span_context(form, name, period, who=str(who.pk) if who else NOBODY_S),
    }
    return page(request, "pms/owner.html", context, form_status(form))


def asked_for(seat: Seat, text: str) -> Staff | None:
    """The person asked for, None for nobody, oneself where nobody is named; 404 for whoever is not within reach."""
    if not text:
        return producer(seat, seat.staff.pk)
    if text == NOBODY_S and producing_people(seat) is None:
        return None
    if not text.isdigit() or len(text) > LONGEST_ID:
        raise Http404(text)
    return producer(seat, int(text))


@needs(PRODUCTION, "export")
def by_owner_export(request: DeskRequest) -> HttpResponse:
    """The same as an Excel file. Who took it is kept (SEC-03)."""
    seat = request.seat
    _form, name, period = asked(request)
    rows = lines(seat, period, "export")
    columns = [
        _("Owner"), _("Clients"), _("Room nights"), _("Room nights, the year before"), _("Revenue"),
        _("Revenue, the year before"), _("Part of the whole, %"),
    ]  # fmt: skip
    cells = [
        [
            one.staff.label if one.staff else pgettext("owner of a client", "Nobody"), one.now.clients, one.now.room_nights,
            one.before.room_nights, one.now.revenue, one.before.revenue, round(one.share, 1),
        ]
        for one in rows
    ]  # fmt: skip
    log_export(
        actor=seat, hotel=seat.hotel, what=PRODUCTION, query=query_of(name, period), rows=len(cells), file_format="xlsx"
    )
    title = _("Who brought what")
    headers = {
        "Content-Disposition": content_disposition_header(True, f"{title} {period.first} {period.last}.xlsx")
        or "attachment"
    }
    return HttpResponse(to_xlsx(title, columns, cells, tz=seat.zone), content_type=EXCEL, headers=headers)


@needs(PRODUCTION)
def panel(request: DeskRequest, pk: int) -> HttpResponse:
    """Whose client it was from when to when, and what arrived in each time."""
    account = producing_account(request.seat, pk)
    spans = spans_of(account)
    context = {
        "account": account,
        "spans": spans,
        "nights": sum(one.brought.room_nights for one in spans),
        "revenue": sum((one.brought.revenue for one in spans), Decimal(0)),
    }
    return page(request, "pms/panel_owners.html", context)
