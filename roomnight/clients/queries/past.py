"""What is known of a record's past: its timeline, and who changed what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Model, Q
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from roomnight.clients import access
from roomnight.clients.models import Account, Contact, Stage, TimelineEntry
from roomnight.clients.queries.own_fields import OwnFields, seen_own_fields
from roomnight.kernel.models import AuditEntry
from roomnight.organization.access import Seat
from roomnight.organization.models import Staff
from roomnight.ui.words import MACHINES

EMPTY = "–"

# ---- the timeline -----------------------------------------------------------------------------------------------------

KINDS: dict[str, tuple[Any, str]] = {
    "visit": (_("Visits"), "map-pin"),
    "call": (_("Calls"), "phone"),
    "followup": (_("Follow-ups"), "checkbox"),
    "order": (_("Orders"), "clipboard-list"),
    "complaint": (_("Complaints"), "alert-circle"),
    "survey": (_("Satisfaction"), "mood-happy"),
    "agreement": (_("Agreements"), "file-certificate"),
    "payment": (_("Payments"), "cash"),
    "credit": (_("Credit"), "credit-card"),
    "greeting": (_("Greetings"), "gift"),
    "grade": (_("Grades"), "award"),
    "stage": (_("Stages"), "flag"),
    "owner": (_("Owners"), "user-share"),
    "contact": (_("People"), "address-book"),
    "merge": (_("Merges"), "arrow-merge"),
    "registered": (_("Registration"), "circle-plus"),
}


@dataclass(frozen=True)
class TimelineLine:
    """One thing that happened, ready to be read."""

    pk: int
    at: datetime
    icon: str
    title: str
    note: str
    url: str
    who: str


def timeline_lines(
    seat: Seat, account: Account, *, kind: str = "", after: int = 0, limit: int = 10
) -> tuple[list[TimelineLine], int]:
    """What happened with an account, latest first, and the id to go on after (0 at the end)."""
    found = access.timeline(seat, account)
    if kind:
        found = found.filter(kind=kind)
    last = found.filter(pk=after).first() if after else None
    if last is not None:
        found = found.filter(Q(at__lt=last.at) | Q(at=last.at, pk__lt=last.pk))
    rows = list(found[: limit + 1])
    return [timeline_line(row) for row in rows[:limit]], rows[limit - 1].pk if len(rows) > limit else 0


def kinds_on(seat: Seat, account: Account) -> list[tuple[str, Any]]:
    """The kinds of things that happened with this account, for choosing one: (kind, its word)."""
    present = set(access.timeline(seat, account).order_by().values_list("kind", flat=True).distinct())
    return [(kind, label) for kind, (label, _icon) in KINDS.items() if kind in present]


def timeline_line(entry: TimelineEntry) -> TimelineLine:
    """One entry of the timeline in the language in force."""
    values: Mapping[str, Any] = entry.values
    if entry.kind == "stage":
        values = {name: Stage(code).label if code in Stage.values else code for name, code in entry.values.items()}
    try:
        title = gettext(entry.message) % values
    except (KeyError, TypeError, ValueError):
        title = entry.message
    icon = KINDS.get(entry.kind, ("", "circle-dot"))[1]
    return TimelineLine(entry.pk, entry.at, icon, title, entry.note, entry.url, entry.actor_name)


# ---- who changed what -------------------------------------------------------------------------------------------------

DEEDS = {
    "clients.register_account": _("Registered"),
    "clients.register_imported_accounts": _("Imported"),
    "clients.edit_account": _("Particulars changed"),
    "clients.learn_competitors": _("Competitors learned of"),
    "clients.change_stage": _("Stage changed"),
    "clients.assign_owner": _("Assigned"),
    "clients.claim_account": _("Taken from the open pool"),
    "clients.release_account": _("Put back into the open pool"),
    "clients.set_co_owner": _("Co-owner changed"),
    "clients.share_account": _("Shared"),
    "clients.stop_sharing": _("No longer shared"),
    "clients.tag_accounts": _("Tagged"),
    "clients.add_contact": _("Added"),
    "clients.edit_contact": _("Changed"),
    "clients.move_contact": _("Moved"),
    "clients.give_gift": _("Gift noted"),
    "clients.learn_preferences": _("Preferences learned"),
    "clients.verify_account_card": _("Card verified"),
    "clients.verify_contact_card": _("Card verified"),
    "clients.protect_account": _("Protected"),
    "clients.ask_extension": _("Extension asked for"),
    "clients.approve_extension": _("Extension approved"),
    "clients.refuse_extension": _("Extension refused"),
    "clients.expire_protection": _("Protection ran out"),
    "clients.merge_accounts": _("Merged"),
    "clients.merge_contacts": _("Merged"),
    "clients.link_branch": _("Linked to its house"),
}
NOT_COLUMNS = {
    "external_id": _("number in another system"),
    "tag": _("tag"),
    "tags": _("tags"),
    "competitors": _("competitors"),
    "reason": _("reason"),
    "merged": _("taken in"),
    "merged_into": _("merged into"),
    "moved": _("went along"),
    "why_another": _("why it is another one"),
    "shared_with": _("shared with"),
    "no_longer_shared_with": _("no longer shared with"),
    "gift": _("gift"),
    "value": _("value"),
    "source": _("source"),
}


@dataclass(frozen=True)
class Change:
    """One field that went from old to new, in words."""

    label: str
    old: str
    new: str


@dataclass(frozen=True)
class HistoryLine:
    """One act on a record: when, who, what was done, and the fields it changed."""

    pk: int
    at: datetime
    who: str
    deed: str
    changes: list[Change]


def history_lines(
    seat: Seat, record: Account | Contact, *, after: int = 0, limit: int = 10
) -> tuple[list[HistoryLine], int]:
    """Who changed what of a record, latest first, and the id to go on after (0 at the end)."""
    found = access.history(seat, record)
    if after:
        found = found.filter(pk__lt=after)
    rows = list(found[: limit + 1])
    words = _Words(type(record), rows[:limit], seen_own_fields(seat) if isinstance(record, Account) else None)
    lines = [
        HistoryLine(
            row.pk,
            row.at,
            words.person(row.actor),
            str(DEEDS.get(row.command, _("Changed"))),
            words.changes(row.changes or {}),
        )
        for row in rows[:limit]
    ]
    return lines, rows[limit - 1].pk if len(rows) > limit else 0


class _Words:
    """Turns the plain values of audit entries into what a person reads."""

    def __init__(self, model: type[Model], entries: Sequence[AuditEntry], own: OwnFields | None) -> None:
        self.model, self.own = model, own
        self.places = {field.name: place for place, field in enumerate(model._meta.fields)}
        self.people = {staff.username: staff.label for staff in Staff.objects.filter(username__in=_names(entries))}

    def person(self, code: str) -> str:
        return self.people.get(code) or str(MACHINES.get(code, code))

    def changes(self, changes: Mapping[str, Any]) -> list[Change]:
        found: list[Change] = []
        for name, value in sorted(changes.items(), key=lambda one: (self.places.get(one[0], len(self.places)), one[0])):
            if _is_pair(value):
                found += self.change(name, value[0], value[1])
            elif value not in ("", None):
                found.append(Change(self.label(name), "", self.text(name, value)))
        return found

    def change(self, name: str, old: Any, new: Any) -> list[Change]:
        """One change; a field that holds several (the hotel's own, preferences) gives one for each that differs."""
        if isinstance(old, dict) and isinstance(new, dict):
            keys = [key for key in {**old, **new} if old.get(key) != new.get(key)]
            if self.own is not None:
                own = self.own
                return [
                    _change(own.title(key), own.text(key, old.get(key)), own.text(key, new.get(key))) for key in keys
                ]
            return [_change(preference_label(key), _text(old.get(key)), _text(new.get(key))) for key in keys]
        return [_change(self.label(name), self.text(name, old), self.text(name, new))]

    def label(self, name: str) -> str:
        if name in NOT_COLUMNS and not _has_field(self.model, name):
            return capfirst(str(NOT_COLUMNS[name]))
        return field_label(self.model, name)

    def text(self, name: str, value: Any) -> str:
        if name in ("owner", "co_owner", "shared_with", "no_longer_shared_with") and value:
            return self.person(str(value))
        choices = dict(getattr(_field(self.model, name), "choices", None) or ()) if _has_field(self.model, name) else {}
        known = choices.get(value) if isinstance(value, str) else None
        return str(known or _text(value))


def _change(label: str, old: str, new: str) -> Change:
    """One change in words; of a field that was empty only the new value is said."""
    return Change(label, "" if old == EMPTY else old, new)


def _is_pair(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2


def _names(entries: Iterable[AuditEntry]) -> set[str]:
    names = {entry.actor for entry in entries}
    for entry in entries:
        for key in ("owner", "co_owner", "shared_with", "no_longer_shared_with"):
            value = (entry.changes or {}).get(key)
            names.update(str(one) for one in (value if isinstance(value, list) else [value]) if one)
    return names


def _text(value: Any) -> str:
    if value is None or value == "" or value == []:
        return EMPTY
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, list):
        return ", ".join(str(one) for one in value)
    return str(value)


def _has_field(model: type[Model], name: str) -> bool:
    return any(field.name == name for field in (*model._meta.fields, *model._meta.many_to_many))


def _field(model: type[Model], name: str) -> Any:
    return model._meta.get_field(name)


def field_label(model: type[Model], name: str) -> str:
    """How a field is called on forms and in histories."""
    if not _has_field(model, name):
        return capfirst(name.replace("_", " "))
    return capfirst(str(getattr(_field(model, name), "verbose_name", name)))


PREFERENCES = {
    "room": _("room"),
    "floor": _("floor"),
    "food": _("food"),
    "fruit": _("fruit"),
    "wake_up": _("wake-up call"),
    "interests": _("interests"),
    "likes": _("likes"),
}


def preference_label(key: str) -> str:
    return capfirst(str(PREFERENCES.get(key, key)))
