"""How people sort their clients: tags, territories, saved views, and the hotel's own fields."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from roomnight.clients.models import Account, SavedView, Tag, Territory
from roomnight.kernel.commands import UNCHANGED, Actor, changed, command, record
from roomnight.kernel.errors import Refusal
from roomnight.organization.models import Hotel, Staff

LONGEST_QUERY = 1000


@command
def tag_accounts(*, actor: Actor, hotel: Hotel, accounts: Sequence[Account], name: str) -> Any:
    """Put a tag, made on the way, on several clients; returns how many did not have it yet."""
    if not name.strip():
        raise Refusal("tag.name", _("Name the tag."), field="name")
    if any(one.hotel_id != hotel.pk for one in accounts):
        raise Refusal("account.other_hotel", _("This belongs to another hotel."), field="name")
    tag, _created = Tag.objects.get_or_create(hotel=hotel, name=name.strip()[:40])
    have = set(tag.accounts.filter(pk__in=[one.pk for one in accounts]).values_list("pk", flat=True))
    fresh = [one for one in accounts if one.pk not in have]
    tag.accounts.add(*fresh)
    for one in fresh:
        record(one, tag=tag.name)
    return len(fresh) or UNCHANGED


@command
def create_tag(*, actor: Actor, hotel: Hotel, name: str) -> Tag:
    """Add a word to sort clients by."""
    tag, created = Tag.objects.get_or_create(hotel=hotel, name=name.strip())
    if not created:
        raise Refusal("tag.taken", _("There is a tag of this name already."), field="name")
    record(tag, name=tag.name)
    return tag


@command
def rename_tag(*, actor: Actor, tag: Tag, name: str) -> Any:
    """Give a tag another name; the clients keep it."""
    if Tag.objects.filter(hotel=tag.hotel_id, name=name.strip()).exclude(pk=tag.pk).exists():
        raise Refusal("tag.taken", _("There is a tag of this name already."), field="name")
    return _rename(tag, name)


@command
def delete_tag(*, actor: Actor, tag: Tag) -> None:
    """Take a tag off all clients and out of the list; the audit keeps which it was and on how many."""
    record(tag, deleted=tag.name, accounts=tag.accounts.count())
    tag.delete()


@command
def create_territory(*, actor: Actor, hotel: Hotel, name: str) -> Territory:
    """Add a sales area."""
    territory, created = Territory.objects.get_or_create(hotel=hotel, name=name.strip())
    if not created:
        raise Refusal("territory.taken", _("There is a territory of this name already."), field="name")
    record(territory, name=territory.name)
    return territory


@command
def rename_territory(*, actor: Actor, territory: Territory, name: str) -> Any:
    """Give a sales area another name."""
    if Territory.objects.filter(hotel=territory.hotel_id, name=name.strip()).exclude(pk=territory.pk).exists():
        raise Refusal("territory.taken", _("There is a territory of this name already."), field="name")
    return _rename(territory, name)


@command
def delete_territory(*, actor: Actor, territory: Territory) -> None:
    """Remove a sales area that no client lies in any more."""
    if territory.accounts.exists():
        raise Refusal("territory.in_use", _("Clients lie in this territory: move them first."))
    record(territory, deleted=territory.name)
    territory.delete()


def _rename(row: Tag | Territory, name: str) -> Any:
    if not name.strip():
        raise Refusal("name.empty", _("Give it a name."), field="name")
    changes = changed(row, name=name.strip())
    if not changes:
        return UNCHANGED
    row.save(update_fields=["name"])
    record(row, **changes)
    return row


@command
def save_view(
    *, actor: Actor, hotel: Hotel, staff: Staff, page: str, name: str, query: str, is_shared: bool = False
) -> SavedView:
    """Keep a list's filters, columns and order under a name; the same name again replaces one's own (ACC-07)."""
    if not name.strip():
        raise Refusal("view.name", _("Name the view."), field="name")
    if len(query) > LONGEST_QUERY:
        raise Refusal("view.too_long", _("These are more filters than a view can keep."), field="name")
    view, _created = SavedView.objects.update_or_create(
        hotel=hotel, owner=staff, page=page, name=name.strip(), defaults={"query": query, "is_shared": is_shared}
    )
    record(view, name=view.name, query=view.query, is_shared=is_shared)
    return view


@command
def delete_view(*, actor: Actor, view: SavedView) -> None:
    """Throw a saved view away."""
    record(view, deleted=view.name)
    view.delete()


@command
def log_export(*, actor: Actor, hotel: Hotel, what: str, query: str, rows: int, file_format: str) -> None:
    """Note that somebody took a list out of the house: which one, how many rows, and as what (ACC-08)."""
    record(hotel, exported=what, query=query, rows=rows, file_format=file_format)
