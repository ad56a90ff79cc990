"""Putting the demo's people into their places, and taking the demo away."""

from __future__ import annotations

from django.contrib.auth.hashers import make_password
from django.utils.translation import gettext as _

from roomnight.kernel.commands import Actor, command, record
from roomnight.kernel.errors import Refusal
from roomnight.organization.commands import place_staff
from roomnight.organization.models import Hotel, Staff
from roomnight.web.demo.people import PEOPLE
from roomnight.web.demo.removal import remove_everything_of


@command
def engage_people(*, actor: Actor, hotel: Hotel, password: str) -> dict[str, Staff]:
    """The people of the demo with one password, hashed once for all of them. A sign-in name in use gets `demo-` before it."""
    hashed = make_password(password)
    people: dict[str, Staff] = {}
    taken = set(Staff.objects.values_list("username", flat=True))
    for person in PEOPLE:
        one = Staff.objects.create(
            username=free_name(person.username, taken), name=person.name, name_en=person.name_en, password=hashed
        )
        record(one, username=one.username, name=person.name)
        people[person.username] = one
    for person in PEOPLE:
        place_staff(
            actor=actor, staff=people[person.username], hotel=hotel, department=person.department, role=person.role,
            leader=people.get(person.leader), title=person.title,
        )  # fmt: skip
    return people


def free_name(username: str, taken: set[str]) -> str:
    """A sign-in name that nobody has yet."""
    return username if username not in taken else f"demo-{username}"


@command
def remove_demo(*, actor: Actor, hotel: Hotel) -> None:
    """Remove the demo hotel: every row of it and its people. The audit trail keeps what was done. Refuses a real hotel."""
    if not hotel.is_demo:
        raise Refusal("demo.real_hotel", _("This hotel is real; it cannot be removed."))
    record(hotel, removed=hotel.name)
    remove_everything_of(hotel)
