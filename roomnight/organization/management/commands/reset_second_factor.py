"""Take away the second factors of somebody who lost theirs."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from roomnight.kernel.commands import OPERATOR, UNCHANGED, Machine
from roomnight.organization.access import home_of, staff_named
from roomnight.organization.commands import reset_second_factor


class Command(BaseCommand):
    """Removes the authenticator app, passkeys and recovery codes of one person, and signs them out everywhere."""

    help = "Remove every second factor of a person and end their sessions."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("user")

    def handle(self, *args: Any, **options: Any) -> None:
        staff = staff_named(options["user"])
        if staff is None:
            raise CommandError(f"Nobody signs in as {options['user']}.")
        if reset_second_factor(actor=Machine(OPERATOR.code, home_of(staff)), staff=staff) is UNCHANGED:
            raise CommandError(f"{staff.username} has no second factor.")
        self.stderr.write(f"{staff.username} signs in with the password alone and can set up a new second factor.")
