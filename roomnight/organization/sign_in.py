"""What an installation asks of those who sign in (SEC-01): a second factor for some roles, and how long a session may rest."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext_lazy as _

from roomnight.kernel.policy import Policy
from roomnight.organization.models import Role
from roomnight.organization.shipped_roles import SHIPPED_ROLES

ADMINISTRATOR = "administrator"
"""How the list of roles names the administrators of the installation."""


SECOND_FACTOR_ROLES: Policy[list[str]] = Policy(
    "organization.second_factor_roles",
    [],
    label=_("Roles that sign in with a second factor"),
    source="SEC-01",
    kind="table",
    check=lambda roles: isinstance(roles, list) and all(isinstance(role, str) for role in roles),
    unknown=lambda roles: unknown_roles(roles),
    words={one.code: one.words for one in SHIPPED_ROLES},
)
IDLE_MINUTES: Policy[int] = Policy(
    "organization.idle_minutes",
    480,
    label=_("Minutes without use after which a session on a shared computer ends"),
    source="SEC-01",
    kind="minutes",
    check=lambda minutes: 10 <= minutes <= 7 * 24 * 60,
)


def unknown_roles(codes: Iterable[str]) -> list[str]:
    """Those of these codes that no role has, shipped or the installation's own."""
    known = {role.code for role in SHIPPED_ROLES} | set(Role.objects.values_list("code", flat=True))
    return [code for code in codes if code not in known]


def asks_for_second_factor(places: Iterable[tuple[str, str]], is_administrator: bool, on: date) -> bool:
    """Whether a person with these (hotel, role) places must have a second factor on this day."""
    if is_administrator and ADMINISTRATOR in SECOND_FACTOR_ROLES.at("", on):
        return True
    return any(role in SECOND_FACTOR_ROLES.at(hotel, on) for hotel, role in places)
