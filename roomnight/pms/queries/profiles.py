"""Which mapping profiles there are for a hotel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from roomnight.organization.models import Hotel
from roomnight.pms.adapters import SHIPPED
from roomnight.pms.models import MappingProfile
from roomnight.pms.rules.profile import Profile, doubled_columns, missing_columns, read_profile

TITLES = {
    "hotel-booking-demand": _("Hotel booking demand (public data set)"),
    "lvyun-style-channel-stays": _("Lvyun style: orders of channels"),
    "lvyun-style-payments": _("Lvyun style: payments"),
    "lvyun-style-reservations": _("Lvyun style: reservations"),
    "xiruan-style-folios": _("Xiruan style: folio lines"),
    "xiruan-style-in-house": _("Xiruan style: in-house guests"),
    "opera-style-folios": _("OPERA style: folio postings"),
    "opera-style-in-house": _("OPERA style: in-house guests"),
    "opera-style-payments": _("OPERA style: payments"),
    "opera-style-reservations": _("OPERA style: reservations"),
}


@dataclass(frozen=True)
class KnownProfile:
    """A profile a file can be read with."""

    title: str
    is_shipped: bool
    profile: Profile


def known_profiles(hotels: Sequence[Hotel], kind: str = "") -> list[KnownProfile]:
    """The newest version of each of these hotels' own profiles, then those that ship; of one kind of file, or of all."""
    found: dict[str, KnownProfile] = {}
    for row in MappingProfile.objects.filter(hotel__in=hotels).order_by("key", "-version"):
        if row.key not in found:
            found[row.key] = KnownProfile(row.title, False, read_profile(row.key, row.version, row.config))
    for key, config in SHIPPED.items():
        found.setdefault(
            key, KnownProfile(str(TITLES.get(key, config["title"])), True, read_profile(key, config["version"], config))
        )
    return [one for one in found.values() if not kind or one.profile.kind == kind]


def shipped_samples() -> list[tuple[str, str, str]]:
    """(key, title, kind) of every shipped profile; each has a sample to download."""
    return [
        (key, str(TITLES.get(key, config["title"])), str(config.get("kind", "bookings")))
        for key, config in SHIPPED.items()
    ]


def profile_for(hotels: Sequence[Hotel], key: str, version: int | None = None) -> Profile | None:
    """One profile by its key: the version a run was mapped with, or the newest. None when there is none."""
    if key in SHIPPED:
        return read_profile(key, SHIPPED[key]["version"], SHIPPED[key])
    rows = MappingProfile.objects.filter(hotel__in=hotels, key=key)
    row = (rows.filter(version=version) if version else rows).order_by("-version").first()
    return read_profile(row.key, row.version, row.config) if row else None


def profiles_that_fit(hotels: Sequence[Hotel], header: Sequence[str], kind: str = "") -> list[KnownProfile]:
    """Those that find all their columns in this header; the one that uses most of it first."""
    fitting = [
        one
        for one in known_profiles(hotels, kind)
        if not missing_columns(one.profile, header) and not doubled_columns(one.profile, header)
    ]
    return sorted(fitting, key=lambda one: -len(one.profile.needed_columns()))
