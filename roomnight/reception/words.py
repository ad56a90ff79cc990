"""How receptions are said on pages and papers."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from roomnight.kernel.money import format_money
from roomnight.organization.access import Seat
from roomnight.organization.models import Role
from roomnight.organization.working_days import day_at
from roomnight.reception.models import Level, Reception, ReceptionState
from roomnight.reception.queries.standards import COPIES, standard_of
from roomnight.reception.rules.standards import Standard, read_standards
from roomnight.reception.rules.values import PLAN_DAYS, STANDARDS, TREATS, VEHICLES
from roomnight.ui.moments import day_text

TONES = {
    ReceptionState.APPLIED: "soon", ReceptionState.RETURNED: "late", ReceptionState.APPROVED: "go",
    ReceptionState.PLANNED: "go", ReceptionState.LEFT: "soon", ReceptionState.CLOSED: "good",
}  # fmt: skip
LEVEL_TONES = {Level.SENIOR: "go", Level.SPECIAL: "soon"}


def joined(items: list[Any]) -> str:
    return pgettext("between items of a list", ", ").join(str(one) for one in items) or "–"


def amount(seat: Seat, value: Decimal | None) -> str:
    return "–" if value is None else format_money(value, seat.hotel.currency, get_language() or "zh-hans")


def moment(seat: Seat, value: datetime | None) -> str:
    if value is None:
        return "–"
    local = seat.local(value)
    return f"{day_text(local.date(), seat.today)} {local:%H:%M}"


def phones(one: Reception) -> str:
    """Whom to call, with their numbers."""
    return joined([f"{guest.name} {guest.phone}".strip() for guest in one.guests.all() if guest.phone])


def next_start(one: Reception) -> datetime:
    """Where the next hour of a programme probably begins: after the last one."""
    last = one.programme.order_by("-starts_at").first()
    if last is None:
        return one.arrives_at
    return last.ends_at or last.starts_at + timedelta(hours=1)


def plan_due(one: Reception) -> str:
    """The day by which the plan is handed in."""
    arrives = day_at(one.hotel, one.arrives_at)
    return (arrives - timedelta(days=PLAN_DAYS.at(one.hotel.code, arrives))).isoformat()


def role_names(codes: tuple[str, ...]) -> str:
    known = {one.code: one.label for one in Role.objects.filter(code__in=codes)}
    return joined([known.get(code, code) for code in codes])


def copies(one: Reception) -> str:
    """Who gets a copy of the plan."""
    return joined([role_names(COPIES[Level(one.level)]), _("the department")])


def company(one: Reception) -> str:
    """Who is with the guests by the standard of their level."""
    return role_names(standard_of(one).company)


def meal_budgets(seat: Seat, one: Reception) -> list[tuple[str, str]]:
    """What lunch and dinner may cost."""
    standard = standard_of(one)
    return [(label, amount(seat, standard.meal(meal, one.people))) for meal, label in meal_labels().items()]


def meal_labels() -> dict[str, str]:
    return {"lunch": _("Lunch, at most"), "dinner": _("Dinner, at most")}


def standards(seat: Seat, people: int) -> list[tuple[str, str]]:
    """What each level may have, for so many guests: for whoever chooses the level."""
    table = read_standards(STANDARDS.at(seat.hotel_code, seat.today))
    return [(str(Level(one.level).label), standard_words(seat, one, people)) for one in table.values()]


def standard_words(seat: Seat, one: Standard, people: int) -> str:
    """A standard in one line."""
    amounts = [f"{label} {amount(seat, one.meal(meal, people))}" for meal, label in meal_labels().items()]
    return joined([*amounts, lodging_words(one), vehicle_words(one), *treat_words(one)])


def lodging_words(one: Standard) -> str:
    return _("lodging paid by the hotel") if one.lodging == "hotel" else _("guests pay their lodging")


def vehicle_words(one: Standard) -> str:
    return pgettext("between two choices", " or ").join(str(VEHICLES.get(code, code)) for code in one.vehicles)


def treat_words(one: Standard) -> list[str]:
    return [str(TREATS.get(code, code)) for code in one.treats]


def reception_row(seat: Seat, one: Reception) -> dict[str, Any]:
    """A reception as lists show it."""
    return {
        "one": one,
        "url": one.get_absolute_url(),
        "arrives": seat.local(one.arrives_at),
        "tone": TONES.get(ReceptionState(one.state), ""),
        "level_tone": LEVEL_TONES.get(Level(one.level), ""),
        "is_late_report": bool(
            one.state == ReceptionState.LEFT and one.report_due_on and one.report_due_on < seat.today
        ),
    }


def report_begun(one: Reception) -> str:
    """A report that begins with what is known."""
    lines = [f"{_('Purpose of the visit')}: {one.purpose}"]
    if one.hotel_opinion:
        lines.append(f"{_('Opinion of the hotel')}: {one.hotel_opinion}")
    if one.company_opinion:
        lines.append(f"{_('Opinion of the company')}: {one.company_opinion}")
    for item in one.items.all():
        state = _("sent") if item.sent_at else pgettext("item", "agreed") if item.is_agreed else _("open")
        lines.append(f"· {item.what} ({state})")
    return "\n".join(lines)
