"""What every page has around it: hotel, person, navigation, bell. Made only when a template asks for it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from roomnight.organization.access import Seat
from roomnight.organization.models import Staff
from roomnight.web import navigation
from roomnight.web.queries import figures_of


@dataclass
class Shell:
    """The frame of a page at a hotel."""

    seat: Seat
    path: str

    @property
    def hotel(self) -> dict[str, str]:
        here = self.seat.hotel
        return {"code": here.code, "name": here.label, "short": here.label}

    @cached_property
    def hotels(self) -> list[dict[str, Any]]:
        return [
            {
                "name": h.label,
                "url": reverse("web:my_day", kwargs={"hotel": h.code}),
                "current": h.pk == self.seat.hotel.pk,
            }
            for h in self.seat.hotels
        ]

    @cached_property
    def person(self) -> dict[str, str]:
        staff, place = self.seat.staff, self.seat.membership
        role = place.title or place.role.label if place else _("Administrator")
        return {"name": staff.label, "initial": staff.label[:1], "role": role, "username": staff.username}

    @cached_property
    def key(self) -> tuple[Any, ...]:
        """What the pieces of the frame depend on that are the same for many: see the tag `still`."""
        return (*navigation.key_of(self.seat, self.path), self.hotel["name"])

    @cached_property
    def nav(self) -> list[navigation.Link]:
        return navigation.links(self.seat, self.path)

    @cached_property
    def bottom(self) -> list[navigation.Link]:
        return navigation.bottom(self.seat, self.path)

    @cached_property
    def plus(self) -> list[navigation.Link]:
        return navigation.quick(self.seat, self.path)

    @cached_property
    def figures(self) -> dict[str, int]:
        return figures_of(self.seat)

    @property
    def unread(self) -> int:
        return self.figures["bell"]

    @property
    def demo(self) -> bool:
        return self.seat.hotel.is_demo

    @cached_property
    def urls(self) -> dict[str, str]:
        here = self.seat.url
        return {
            "my_day": here("web:my_day"),
            "palette": here("web:palette"),
            "search": here("web:search"),
            "notifications": here("web:notifications"),
            "logout": reverse("account_logout"),
            "language": reverse("entry:language"),
            "theme": reverse("entry:theme"),
            "help": here("web:help"),
            "me": here("web:me"),
            "settings": here("web:settings"),
            "demo_remove": reverse("entry:demo_remove") if self.seat.staff.is_administrator else "",
        }


def shell(request: HttpRequest) -> dict[str, Any]:
    """The context that every template has: the frame (None before a desk is taken), the theme and the language."""
    seat: Seat | None = getattr(request, "seat", None)
    user = getattr(request, "user", None)
    return {
        "shell": Shell(seat, request.path) if seat else None,
        "theme": user.theme if isinstance(user, Staff) else request.COOKIES.get("roomnight_theme", "auto"),
        "is_english": get_language() == "en",
    }
