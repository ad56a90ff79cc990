"""What an order says at a moment, as plain values; what is another between two of them, and whom that concerns (CHG-01).

A content is {"head": {field: value}, "items": {key of the item: {"kind": …, field: value}}, "halls": {…}, "guests": {…}}: the
halls that are held, by "h" and their number, each with the "item" it is for, and the guests on the list, by "g" and theirs. What
was frozen before halls and guests were has neither. Days and moments are ISO texts, moments in UTC, amounts whole cents. Values
in, value out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

Content = Mapping[str, Any]

HEAD: Final = (
    "title", "kind", "contact", "people", "arrives_on", "departs_on", "arrives_at", "special_needs", "payment",
    "deposit_cents", "deposit_due_on", "signed_for", "sign_limit_cents", "signers",
)  # fmt: skip
"""What an order's head says to the departments."""
FIELDS: Final[Mapping[str, Sequence[str]]] = {
    "rooms": (
        "room_type", "count", "by_night", "room_nights", "arrives_on", "departs_on", "breakfasts", "price_cents", "note",
    ),
    "function": ("what", "space_wish", "starts_at", "ends_at", "people", "set_up", "equipment", "price_cents", "note"),
    "catering": (
        "meal", "what", "starts_at", "ends_at", "place", "count", "unit", "people", "menu", "price_cents", "note",
    ),
    "transport": ("vehicle", "count", "starts_at", "flight", "place", "people", "price_cents", "note"),
    "other": ("what", "starts_at", "count", "price_cents", "note"),
    "hall": (
        "space", "starts_at", "ends_at", "set_up_minutes", "tear_down_minutes", "set_up", "attendance", "note",
    ),
    "guest": ("name", "job_title", "vip", "arrives_on", "departs_on", "needs"),
}  # fmt: skip
"""What an item of each kind says, a hall that is held and a guest, in the order in which it is read."""
HALL, GUEST = "hall", "guest"
_GUEST_CONCERNS: Final[Mapping[str, Sequence[str]]] = dict.fromkeys(("vip", "needs"), ("rooms", "function", "catering"))

ARRIVAL, PAYMENT, EVERYONE = "arrival", "payment", "everyone"
_HEAD_CONCERNS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("arrives_on", "departs_on", "arrives_at"), ARRIVAL),
    **dict.fromkeys(
        ("payment", "deposit_cents", "deposit_due_on", "signed_for", "sign_limit_cents", "signers"), PAYMENT
    ),
}
EVENTS: Final = ("function", "catering")
"""Kinds of items for which a function sheet is made (ORD-06)."""


@dataclass(frozen=True)
class Change:
    """One value that is another: of the head (`key` and `kind` empty), of an item, a hall or a guest.

    `what` is changed, added or removed; of an item that was added or taken out every value is named, with the other side None.
    """

    key: str
    kind: str
    what: str
    field: str
    old: Any
    new: Any


def differences(before: Content, after: Content) -> list[Change]:
    """Field by field what is another: the head first, then the items in their order, the halls and the guests; an empty value
    is no value."""
    found = [
        Change("", "", "changed", field, _said(before["head"], field), _said(after["head"], field))
        for field in HEAD
        if _said(before["head"], field) != _said(after["head"], field)
    ]
    old, new = entries(before), entries(after)
    for key in sorted({*old, *new}, key=_place):
        kind = (new.get(key) or old[key])["kind"]
        what = "changed" if key in old and key in new else "added" if key in new else "removed"
        for field in FIELDS[kind]:
            one, other = _said(old.get(key, {}), field), _said(new.get(key, {}), field)
            if one != other:
                found.append(Change(key, kind, what, field, one, other))
    return found


def entries(content: Content) -> dict[str, Mapping[str, Any]]:
    """Everything beside the head by key: items, halls, guests."""
    return {**content["items"], **content.get("halls", {}), **content.get("guests", {})}


def _place(key: str) -> tuple[int, int]:
    letter = key[:1]
    return (0, int(key)) if letter.isdigit() else (1 if letter == "h" else 2, int(key[1:]))


def whole(content: Content) -> list[Change]:
    """A content told from nothing: whom an order concerns when it is first announced."""
    return differences({"head": {}, "items": {}}, content)


def touched(
    changes: Iterable[Change], table: Mapping[str, Sequence[str]], told: Iterable[str], kinds: Iterable[str]
) -> set[str]:
    """The kinds of departments that changes concern, by the hotel's table; `told` are those that were told of the order,
    `kinds` what it asks for.

    A price concerns those of the payment; a hall those of the functions; what a guest needs whoever of rooms, functions and
    meals has something to do for the order, and the rest of the guest list those of the rooms. What everybody builds on
    (title, people, needs) concerns all who were told.
    """
    asked, found = set(kinds), set[str]()
    for one in changes:
        rows = concern(one)
        if rows == (EVERYONE,):
            found.update(told)
        for row in rows:
            if one.kind != GUEST or row in asked:
                found.update(table.get(row, ()))
    return found


def concern(change: Change) -> tuple[str, ...]:
    """The rows of the hotel's table that a change belongs to, or EVERYONE."""
    if change.field == "price_cents":
        return (PAYMENT,)
    if change.kind == GUEST:
        return tuple(_GUEST_CONCERNS.get(change.field, ("rooms",)))
    if change.kind == HALL:
        return ("function",)
    return (change.kind or _HEAD_CONCERNS.get(change.field, EVERYONE),)


def concerning(changes: Iterable[Change], table: Mapping[str, Sequence[str]], department: str) -> list[Change]:
    """Of changes those that one kind of department has to act on."""
    return [one for one in changes if any(row == EVERYONE or department in table.get(row, ()) for row in concern(one))]


def guests_for(content: Content, table: Mapping[str, Sequence[str]], department: str) -> list[str]:
    """The guests that one kind of department has to know of: of rooms everybody, of functions and meals whoever is received
    with more than the usual or needs something."""
    guests = content.get("guests", {})
    if department in table.get("rooms", ()):
        return list(guests)
    if not any(department in table.get(row, ()) for row in ("function", "catering")):
        return []
    return [key for key, one in guests.items() if is_special(one)]


def is_special(guest: Mapping[str, Any]) -> bool:
    """Whether a guest is received with more than the usual, or needs something."""
    return bool(guest.get("vip") or guest.get("needs"))


def halls_for(content: Content, key: str) -> list[str]:
    """The halls held for one function or meal, by hour; those held for the order as a whole count for every one of their day."""
    day = content["items"][key].get("day")
    halls = content.get("halls", {})
    mine = [name for name, one in halls.items() if one["item"] == key or not one["item"] and one["day"] == day]
    return sorted(mine, key=lambda name: (str(halls[name]["starts_at"]), _place(name)))


def sheet_of(content: Content, key: str) -> dict[str, Any] | None:
    """What a function sheet of one item says (ORD-06): the head, the item, its halls, the guests who need something, and the
    course of that day; None without it."""
    item = content["items"].get(key)
    if item is None or item["kind"] not in EVENTS:
        return None
    day = [other for other in content["items"].values() if other["kind"] in EVENTS]
    around = [
        {name: _said(other, name) for name in ("what", "meal", "space_wish", "place", "starts_at", "ends_at", "people")}
        for other in day
        if _near(other, item)
    ]
    head = {field: _said(content["head"], field) for field in HEAD}
    said: dict[str, Any] = {
        "head": head, "item": dict(item), "around": sorted(around, key=lambda one: str(one["starts_at"])),
    }  # fmt: skip
    halls, guests = halls_for(content, key), content.get("guests", {})
    said["halls"] = {name: dict(content["halls"][name]) for name in halls}
    said["guests"] = {
        name: {field: one.get(field) for field in ("name", "vip", "needs")}
        for name, one in guests.items()
        if is_special(one)
    }
    return said


def changes_of_sheet(before: Content, after: Content, key: str) -> list[Change]:
    """What is another on a sheet between two revisions: of the head, of its own item, its halls, and of guests who need
    something."""
    old, new = sheet_of(before, key), sheet_of(after, key)
    if old is None or new is None:
        return []
    mine = {"", key, *old["halls"], *new["halls"]}
    special = {*old["guests"], *new["guests"]}
    return [
        one
        for one in differences(before, after)
        if one.key in mine or one.key in special and one.field in ("name", "vip", "needs")
    ]


def _near(other: Mapping[str, Any], item: Mapping[str, Any]) -> bool:
    return other.get("day") == item.get("day")


def _said(values: Mapping[str, Any], field: str) -> Any:
    """A value, None for what says nothing."""
    value = values.get(field)
    return None if value in ("", 0) else value
