"""How changes of an order and the answers of departments are said on pages and papers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from roomnight.agreements.queries.naming import called
from roomnight.agreements.rules.seasons import RoomType
from roomnight.clients.models import Contact
from roomnight.orders import words
from roomnight.orders.models import (
    DepartmentNotice,
    FunctionSheet,
    Order,
    OrderGuest,
    OrderItem,
    OrderRevision,
    SpaceBooking,
    money,
)
from roomnight.orders.queries.revisions import frozen_guest, frozen_hall, frozen_item, frozen_items, value_of
from roomnight.orders.rules.changes import GUEST, HALL, Change, Content, differences, entries
from roomnight.orders.rules.notices import light
from roomnight.organization.access import Seat
from roomnight.pms.access import hidden_names
from roomnight.pms.rules.guests import masked_name

LIGHTS: Mapping[str, tuple[Any, str, str]] = {
    "late": (pgettext_lazy("light of a department", "Late"), "late", "clock-stop"),
    "problem": (pgettext_lazy("light of a department", "Problem"), "late", "alert-triangle"),
    "nobody": (pgettext_lazy("light of a department", "Nobody there"), "late", "user-off"),
    "waiting": (pgettext_lazy("light of a department", "Not confirmed"), "soon", "clock"),
    "accepted": (pgettext_lazy("light of a department", "Confirmed"), "go", "check"),
    "ready": (pgettext_lazy("light of a department", "Ready"), "good", "circle-check"),
}
"""Each light in words, with its tone and drawing: colour alone says nothing."""
OWN_LABELS: Mapping[str, Any] = {
    "title": pgettext_lazy("field of an order", "Title"),
    "what": pgettext_lazy("field of an order", "What"),
    "starts_at": pgettext_lazy("field of an order", "Begins"),
    "ends_at": pgettext_lazy("field of an order", "Ends"),
    "deposit_cents": _("deposit"),
    "sign_limit_cents": _("to be signed for up to"),
    "price_cents": _("price"),
}
WHAT: Mapping[str, tuple[Any, str]] = {
    "added": (pgettext_lazy("item of an order", "Added"), "good"),
    "removed": (pgettext_lazy("item of an order", "Taken out"), "late"),
    "changed": (pgettext_lazy("item of an order", "Changed"), "soon"),
}


@dataclass
class Told:
    """What is another about one item, hall or guest, or about the head where not `is_part`: rows of (label, before, now)."""

    name: str
    kind: str
    what: str
    is_part: bool
    rows: list[tuple[str, str, str]] = field(default_factory=list)

    @property
    def label(self) -> str:
        return str(WHAT[self.what][0])

    @property
    def tone(self) -> str:
        return WHAT[self.what][1]


@dataclass(frozen=True)
class Names:
    """What stands behind codes and numbers of a content."""

    types: Mapping[str, RoomType]
    contacts: Mapping[int, str]
    hidden: frozenset[str] = frozenset()
    """Guests who are here for nobody, where this person does not know such guests: their names are masked (PRV-03)."""

    def guest(self, name: str) -> str:
        return masked_name(name) if name in self.hidden else name


def names_of(seat: Seat, contents: Iterable[Content]) -> Names:
    """The names that these contents need, in three queries at most."""
    kept = list(contents)
    keys = {one["head"].get("contact") for one in kept} - {None}
    contacts = {one.pk: one.name for one in Contact.objects.filter(pk__in=keys)} if keys else {}
    has_rooms = any(item["kind"] == "rooms" for one in kept for item in one["items"].values())
    listed = [one["head"] for one in kept if one.get("guests")]
    hidden = frozenset[str]()
    if listed:
        days = [date.fromisoformat(head[name]) for head in listed for name in ("arrives_on", "departs_on")]
        hidden = hidden_names(seat, min(days), max(days))
    return Names(words.room_names(seat) if has_rooms else {}, contacts, hidden)


def said(seat: Seat, names: Names, kind: str, name: str, value: Any) -> str:
    """One frozen value as people say it."""
    model = _model_of(kind)
    value = value_of(name, value)
    if value is None:
        return "–"
    if kind == GUEST and name == "name":
        return names.guest(value)
    if name == "contact":
        return names.contacts.get(value, "–")
    if name == "room_type":
        return called(names.types[value]) if value in names.types else str(value)
    if name.endswith("_cents"):
        return words.amount(seat, money(value))
    match value:
        case datetime():
            return f"{seat.local(value):%Y-%m-%d %H:%M}"
        case date():
            return value.isoformat()
        case time():
            return f"{value:%H:%M}"
    choices = dict(model._meta.get_field(name).flatchoices)
    return str(choices.get(value, value))


def _model_of(kind: str) -> Any:
    return {"": Order, HALL: SpaceBooking, GUEST: OrderGuest}.get(kind, OrderItem)


def label(kind: str, name: str) -> str:
    """What a field is called."""
    model = _model_of(kind)
    text = str(OWN_LABELS.get(name) or model._meta.get_field(name).verbose_name)
    return text[:1].upper() + text[1:]


def told(
    seat: Seat, names: Names, before: Content, after: Content, changes: Sequence[Change] | None = None,
    *, with_prices: bool = True,
) -> list[Told]:  # fmt: skip
    """The difference of two revisions, item by item and field by field, added and removed ones too (CHG-01)."""
    found: dict[str, Told] = {}
    old_ones, new_ones = entries(before), entries(after)
    for one in differences(before, after) if changes is None else changes:
        if not with_prices and one.field.endswith("_cents"):
            continue
        if one.key not in found:
            values = new_ones.get(one.key) or old_ones.get(one.key)
            name, kind = called_in(seat, names, one.key, values) if values else (str(_("The order as a whole")), "")
            found[one.key] = Told(name, "" if kind == name else kind, one.what, bool(values))
        old, new = (said(seat, names, one.kind, one.field, value) for value in (one.old, one.new))
        found[one.key].rows.append((label(one.kind, one.field), old, new))
    return list(found.values())


def called_in(seat: Seat, names: Names, key: str, values: Mapping[str, Any]) -> tuple[str, str]:
    """What an item, a hall or a guest is called, and what it is."""
    if values["kind"] == HALL:
        return values["space"], str(_("Hall"))
    if values["kind"] == GUEST:
        return names.guest(values["name"]), str(_("Guest"))
    item = frozen_item(key, values)
    return words.item_row(seat, item, names.types)["name"], str(item.get_kind_display())


def hall_in_short(seat: Seat, key: str, values: Mapping[str, Any]) -> str:
    """“Pujiang Hall · 12-10 14:00–18:00 · classroom · 80 people · set-up 60 min, clearing 30 min”."""
    one = frozen_hall(key, values)
    people = ngettext("%(n)d person", "%(n)d people", one.attendance or 0) % {"n": one.attendance or 0}
    around = _("set-up %(before)d min, clearing %(after)d min") % {
        "before": one.set_up_minutes, "after": one.tear_down_minutes,
    }  # fmt: skip
    return words.dot(
        one.space.name, f"{seat.local(one.starts_at):%m-%d} {words.hours(seat, one.starts_at, one.ends_at)}",
        one.get_set_up_display() if one.set_up else "", people if one.attendance else "", around, one.note,
    )  # fmt: skip


def guest_in_short(key: str, values: Mapping[str, Any]) -> str:
    """“V1 · Chairman · 12-10 – 12-11 · vegetarian”: everything of a guest but the name."""
    one = frozen_guest(key, values)
    days = " – ".join(f"{day:%m-%d}" for day in (one.arrives_on, one.departs_on) if day)
    return words.dot(one.vip, one.job_title, days, one.needs.replace("\n", " "))


def hall_rows(seat: Seat, content: Content) -> list[str]:
    """The halls of a revision as pages show them, by hour."""
    halls = content.get("halls", {})
    return [hall_in_short(seat, key, halls[key]) for key in sorted(halls, key=lambda key: str(halls[key]["starts_at"]))]


def guest_rows(names: Names, content: Content, keys: Iterable[str]) -> list[tuple[str, str]]:
    """Guests of a revision as pages show them: the name, as far as one may know it, and the rest."""
    guests = content.get("guests", {})
    return [(names.guest(guests[key]["name"]), guest_in_short(key, guests[key])) for key in keys]


def light_of(notice: DepartmentNotice, now: datetime, nobody: Collection[int]) -> str:
    """The light of a notice; `nobody` are the departments in which nobody works."""
    return light(
        notice.answer, notice.ready_at is not None, notice.due_at, notice.ready_due_at, now,
        is_staffed=notice.department_id not in nobody,
    )  # fmt: skip


def notice_row(notice: DepartmentNotice, now: datetime, nobody: Collection[int]) -> dict[str, Any]:
    """A notice with its light, as lists and the order's page show it."""
    name = light_of(notice, now, nobody)
    word, tone, drawing = LIGHTS[name]
    return {
        "one": notice, "light": name, "word": word, "tone": tone, "icon": drawing,
        "due": notice.ready_due_at if notice.answer == "accept" else notice.due_at,
    }  # fmt: skip


def item_rows(seat: Seat, names: Names, content: Content, *, with_prices: bool) -> list[dict[str, Any]]:
    """The items of a revision as pages show them."""
    rows = [words.item_row(seat, item, names.types) for item in frozen_items(content)]
    return rows if with_prices else [{**row, "price": "", "unit": "", "total": None} for row in rows]


def sheet_number(order: Order, sheet: FunctionSheet) -> str:
    """The number of a function sheet with its revision: DD-202612-0007-E3 R2."""
    return f"{order.number}-E{sheet.item_id} R{sheet.number}"


def sheet_row(seat: Seat, order: Order, sheet: FunctionSheet, names: Names) -> dict[str, Any]:
    """A function sheet as lists show it."""
    values: Mapping[str, Any] = sheet.revision.content["items"][str(sheet.item_id)]
    row = words.item_row(seat, frozen_item(str(sheet.item_id), values), names.types)
    return {
        "one": sheet,
        "number": sheet_number(order, sheet),
        "name": row["name"],
        "day": row["day"],
        "hours": row["hours"],
    }


def by_event(sheets: Iterable[FunctionSheet]) -> list[FunctionSheet]:
    """Function sheets in the order of their events, the newest revision of each first."""

    def place(sheet: FunctionSheet) -> tuple[str, int, int]:
        values: Mapping[str, Any] = sheet.revision.content["items"].get(str(sheet.item_id), {})
        return str(values.get("starts_at") or values.get("arrives_on") or ""), sheet.item_id, -sheet.number

    return sorted(sheets, key=place)


def of_revision(one: OrderRevision) -> Content:
    content: Content = one.content
    return content
