"""What stands on a function sheet: in the order of the APEX guide, with every change of its last revision marked (ORD-06)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from roomnight.orders import access, notice_words, words
from roomnight.orders.models import Answer, DepartmentNotice, Order
from roomnight.orders.queries.revisions import frozen_item, frozen_items
from roomnight.orders.rules.changes import (
    EVENTS,
    GUEST,
    HALL,
    PAYMENT,
    Change,
    Content,
    changes_of_sheet,
    concern,
    entries,
    halls_for,
    is_special,
)
from roomnight.orders.rules.notice_values import NOTICE_DEPARTMENTS
from roomnight.organization.access import Seat

NARRATIVE = ("title", "contact", "people", "arrives_on", "departs_on", "arrives_at", "special_needs")
SETTLEMENT = ("payment", "deposit_cents", "deposit_due_on", "signed_for", "sign_limit_cents", "signers")
Row = dict[str, Any]


def sheet_data(seat: Seat, order: Order, series: access.SheetInSeries, *, with_prices: bool = True) -> dict[str, Any]:
    """A function sheet as its paper reads it: narrative, function schedule, set-up order, changes, distribution.

    The settlement is left out for who has nothing to do with prices.
    """
    sheet, before = series.sheet, series.before
    content, key = sheet.revision.content, str(sheet.item_id)
    names = notice_words.names_of(seat, [content, before.revision.content] if before else [content])
    changed = changes_of_sheet(before.revision.content, content, key) if before else []
    if not with_prices:
        changed = [one for one in changed if PAYMENT not in concern(one)]
    was = {(one.kind, one.field): one.old for one in changed if one.kind not in (HALL, GUEST)}
    history = _History({one.key for one in changed}, before.revision.content if before else None)
    item = content["items"][key]
    row = words.item_row(seat, frozen_item(key, item), names.types)

    def rows(kind: str, fields: Iterable[str], values: Mapping[str, Any]) -> list[Row]:
        return _rows(seat, names, was, kind, fields, values)

    client: Row = {"label": _("Client"), "value": order.account.name, "is_changed": False, "was": ""}
    follower: Row = {
        "label": _("Followed by"), "value": words.dot(order.follower.label, order.follower.phone), "is_changed": False,
        "was": "",
    }  # fmt: skip
    fields = [name for name in item if name not in ("kind", "day", "price_cents")]
    settled = rows(item["kind"], ["price_cents"], item) + rows("", SETTLEMENT, content["head"])
    settlement = {"title": _("V Settlement"), "rows": settled}
    now = seat.local(timezone.now())
    return {
        "title": _("Function sheet"), "house": seat.hotel.label, "name": row["name"],
        "revision": f"{order.number}-E{key} · R{sheet.number}",
        "detail": words.dot(row["day"].isoformat() if row["day"] else "", row["hours"]),
        "stamp": "" if sheet.superseded_at is None else "SUPERSEDED 已作废",
        "not_applicable": _("Not applicable"), "narrative": _("I Narrative"),
        "parts": [
            {"title": _("I Narrative"), "rows": [client, *rows("", NARRATIVE, content["head"]), follower]},
            {"title": _("III Set-up order"), "rows": [*rows(item["kind"], fields, item), *_halls(seat, content, key, history)]},
            {"title": _("IV Rooms and cars"), "rows": _beside(seat, names, content)},
            {"title": _("Guests and their needs"), "rows": _guests(names, content, history)},
            *([settlement] if with_prices else []),
        ],
        "schedule_title": _("II Function schedule"),
        "schedule_heads": [_("Time"), _("Function"), _("Place"), _("Set-up"), pgettext("on a function sheet", "People")],
        "schedule": _schedule(seat, names, content, item),
        "record_title": _("Changes of this revision"), "no_record": _("The first revision: nothing was changed."),
        "record_heads": [_("Revision"), _("Field"), _("Before"), _("Now")],
        "record": [_record(seat, names, sheet.number, one, history.named(seat, names, content, one)) for one in changed],
        "list_title": _("Distribution and acknowledgement"),
        "list_heads": [_("Department"), _("Acknowledged"), _("By"), pgettext("on a function sheet", "Note")],
        "list": [_line(seat, one) for one in distribution(seat, order, series)],
        "foot": _("Printed by %(name)s on %(at)s") % {"name": seat.staff.label, "at": f"{now:%Y-%m-%d %H:%M}"},
    }  # fmt: skip


def _rows(
    seat: Seat, names: notice_words.Names, was: Mapping[tuple[str, str], Any], kind: str, fields: Iterable[str],
    values: Mapping[str, Any],
) -> list[Row]:  # fmt: skip
    """Fields with what they say now and, where that was changed, what they said before."""
    return [
        {
            "label": notice_words.label(kind, name), "is_changed": (kind, name) in was,
            "value": _said(notice_words.said(seat, names, kind, name, values.get(name) or None)),
            "was": notice_words.said(seat, names, kind, name, was[kind, name]) if (kind, name) in was else "",
        }
        for name in fields
    ]  # fmt: skip


@dataclass(frozen=True)
class _History:
    """Which halls and guests were changed since the revision before, and what stood there."""

    keys: set[str]
    before: Content | None

    def named(self, seat: Seat, names: notice_words.Names, content: Content, one: Change) -> str:
        """Which hall or guest a change is about; nothing of the head and of the item itself."""
        if one.kind not in (HALL, GUEST):
            return ""
        values = entries(content).get(one.key) or entries(self.before or {"items": {}})[one.key]
        return notice_words.called_in(seat, names, one.key, values)[0]

    def row(self, label: str, key: str, values: Mapping[str, Any], say: Callable[[str, Mapping[str, Any]], str]) -> Row:
        old = entries(self.before).get(key) if self.before and key in self.keys else None
        return {
            "label": label, "value": say(key, values) or _("Not applicable"), "is_changed": key in self.keys,
            "was": say(key, old) if old else "",
        }  # fmt: skip


def _halls(seat: Seat, content: Content, key: str, history: _History) -> list[Row]:
    """Where it takes place: each hall that is held for it, from when to when, set up how, with the minutes before and after."""
    say = partial(notice_words.hall_in_short, seat)
    return [history.row(_("Hall"), name, content["halls"][name], say) for name in halls_for(content, key)]


def _guests(names: notice_words.Names, content: Content, history: _History) -> list[Row]:
    """Guests who are received with more than the usual, or need something."""
    guests = content.get("guests", {})
    return [
        history.row(names.guest(one["name"]), key, one, notice_words.guest_in_short)
        for key, one in guests.items()
        if is_special(one)
    ]


def _record(seat: Seat, names: notice_words.Names, number: int, one: Change, of: str) -> list[str]:
    """A line of the record of changes: the revision, the field (of which hall or guest), what it said and what it says."""
    said = [notice_words.said(seat, names, one.kind, one.field, value) for value in (one.old, one.new)]
    return [f"R{number}", words.dot(of, notice_words.label(one.kind, one.field)), *said]


def _said(text: str) -> str:
    return _("Not applicable") if text == "–" else text


def _beside(seat: Seat, names: notice_words.Names, content: Content) -> list[Row]:
    found = []
    for item in frozen_items(content):
        if item.kind in EVENTS:
            continue
        row = words.item_row(seat, item, names.types)
        days = " – ".join(f"{day:%m-%d}" for day in (row["day"], row["until"]) if day)
        text = words.dot(row["name"], words.dot(days, row["hours"]).replace(" · ", " "), row["facts"])
        found.append({"label": str(item.get_kind_display()), "value": text, "is_changed": False, "was": ""})
    return found


def _schedule(seat: Seat, names: notice_words.Names, content: Content, item: Mapping[str, Any]) -> list[list[str]]:
    found = []
    for one in frozen_items(content):
        row = words.item_row(seat, one, names.types)
        if one.kind in EVENTS and row["day"] is not None and row["day"].isoformat() == item.get("day"):
            people = str(one.people or one.count if one.kind == "catering" else one.people or "–")
            held = [content["halls"][name]["space"] for name in halls_for(content, str(one.pk))]
            place = "、".join(dict.fromkeys(held)) or one.space_wish or one.place or "–"
            found.append([row["hours"], row["name"], place, str(one.get_set_up_display() or "–"), people])
    return found


def distribution(seat: Seat, order: Order, series: access.SheetInSeries) -> list[tuple[str, DepartmentNotice | None]]:
    """The departments that a sheet goes to, each with the notice by which it was acknowledged, if it was.

    A department keeps its acknowledgement of an earlier revision as long as no change concerned it.
    """
    table: Mapping[str, Sequence[str]] = NOTICE_DEPARTMENTS.at(seat.hotel_code, seat.today)
    sheet, after = series.sheet, series.after
    kinds = table.get(sheet.revision.content["items"][str(sheet.item_id)]["kind"], ())
    last: dict[str, DepartmentNotice] = {}
    for notice in access.notices_of(order):
        in_time = after is None or notice.revision.number < after.revision.number
        if notice.department.kind in kinds and in_time:
            last[notice.department.label] = notice
    return [(name, notice if notice.answer == Answer.ACCEPT else None) for name, notice in last.items()]


def _line(seat: Seat, one: tuple[str, DepartmentNotice | None]) -> list[str]:
    name, notice = one
    if notice is None or notice.answered_at is None or notice.answered_by is None:
        return [name, _("not acknowledged"), "", ""]
    at = f"{seat.local(notice.answered_at):%m-%d %H:%M} R{notice.revision.number}"
    return [name, at, notice.answered_by.label, notice.note]
