"""Bring the database up to date, and ship the roles, policy documents and procedures that are missing."""

from typing import Any

from django.core.management.commands.migrate import Command as Migrate

from roomnight.kernel.commands import OPERATOR
from roomnight.organization.commands import ship_roles, supply_hotel
from roomnight.organization.models import Hotel


class Command(Migrate):
    """Django's migrate, then the shipped roles and, for every hotel, what ships with Roomnight. Idempotent."""

    def handle(self, *args: Any, **options: Any) -> None:
        super().handle(*args, **options)
        if not options["app_label"] and not options["plan"] and not options["check_unapplied"]:
            ship_roles(actor=OPERATOR)
            for hotel in Hotel.objects.order_by("pk"):
                supply_hotel(actor=OPERATOR, hotel=hotel)
