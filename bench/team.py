"""The hotels of the measurements and the people of their sales offices."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.contrib.auth.hashers import make_password

from roomnight.kernel.commands import OPERATOR
from roomnight.organization.commands import create_hotel, ship_roles
from roomnight.organization.models import Department, DepartmentKind, Hotel, Membership, Role, Staff
from roomnight.web.demo.invention import GIVEN, SURNAMES

SHARES = {"bund": 0.60, "lake": 0.16, "park": 0.12, "port": 0.08, "hill": 0.04}
"""Which part of everything belongs to which hotel."""

NAMES = {
    "bund": "滨江大酒店",
    "lake": "湖畔大酒店",
    "park": "公园大酒店",
    "port": "港湾大酒店",
    "hill": "云岭大酒店",
}
MANAGERS, REPRESENTATIVES = 5, 32
JUNIOR = ("sales-representative", "sales-executive", "senior-sales-executive")


@dataclass
class Team:
    """A hotel with the people of its sales office."""

    hotel: Hotel
    share: float
    director: Staff
    managers: list[Staff] = field(default_factory=list)
    representatives: list[Staff] = field(default_factory=list)


def build_teams() -> list[Team]:
    """The hotels, each with a director, a marketing manager, five managers, a clerk and 32 representatives."""
    ship_roles(actor=OPERATOR)
    roles = {role.code: role for role in Role.objects.all()}
    return [_team(code, share, roles) for code, share in SHARES.items()]


def _team(code: str, share: float, roles: dict[str, Role]) -> Team:
    hotel = create_hotel(actor=OPERATOR, code=code, name=NAMES[code], city="上海市", room_count=int(600 * share) + 60)
    sales = Department.objects.get(hotel=hotel, kind=DepartmentKind.SALES)
    nobody_signs_in = make_password(None)

    def engage(count: int, title: str, role: str, leaders: list[Staff | None]) -> list[Staff]:
        people = Staff.objects.bulk_create(
            Staff(
                username=f"{code}-{title}-{n + 1:02d}",
                name=f"{SURNAMES[n]}{GIVEN[(n + len(title)) % len(GIVEN)]}",
                password=nobody_signs_in,
            )
            for n in range(count)
        )
        Membership.objects.bulk_create(
            Membership(
                staff=one,
                hotel=hotel,
                department=sales,
                role=roles[JUNIOR[n % len(JUNIOR)] if role == "junior" else role],
                leader=leaders[n % len(leaders)],
            )
            for n, one in enumerate(people)
        )
        return people

    (director,) = engage(1, "director", "director-of-sales", [None])
    engage(1, "marketing", "marketing-manager", [director])
    engage(1, "clerk", "sales-clerk", [director])
    managers = engage(MANAGERS, "manager", "sales-manager", [director])
    representatives = engage(REPRESENTATIVES, "rep", "junior", list(managers))
    return Team(hotel, share, director, managers, representatives)
