"""A hotel's own mapping profiles."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from roomnight.kernel.commands import UNCHANGED, Actor, command, record
from roomnight.kernel.errors import Refusal
from roomnight.organization.models import Hotel
from roomnight.pms.adapters import SHIPPED
from roomnight.pms.models import MappingProfile
from roomnight.pms.rules.profile import ProfileError, read_profile


@command
def save_profile(*, actor: Actor, hotel: Hotel, title: str, config: Mapping[str, Any]) -> Any:
    """Keep which column is what. Under a title the hotel has already it is the next version; the same again is no change.

    Refuses what no file could be read with.
    """
    title = title.strip()
    if not title or any(title in (key, shipped["title"]) for key, shipped in SHIPPED.items()):
        raise Refusal("profile.title", _("Give the profile a name of its own."), field="title")
    own = MappingProfile.objects.filter(hotel=hotel)
    last = own.filter(title=title).order_by("-version").first()
    if last is not None and last.config == config:
        return UNCHANGED
    key = last.key if last else f"{hotel.code.lower()}-{own.values('key').distinct().count() + 1}"
    version = last.version + 1 if last else 1
    try:
        kind = read_profile(key, version, config).kind
    except ProfileError as error:
        raise Refusal("profile.not_usable", str(error)) from error
    profile = MappingProfile.objects.create(
        hotel=hotel, key=key, version=version, kind=kind, title=title, config=dict(config), made_by=actor.code
    )
    record(profile, key=key, version=version, config=(last.config if last else None, dict(config)))
    return profile
