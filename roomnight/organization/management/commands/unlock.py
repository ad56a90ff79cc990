"""Let somebody in again who was shut out after too many wrong tries."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from roomnight.kernel.commands import OPERATOR, Machine
from roomnight.organization.access import home_of, staff_named
from roomnight.organization.commands import unlock


class Command(BaseCommand):
    """Forgets the wrong passwords and codes of one person."""

    help = "Unlock a person who was shut out after too many wrong tries."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("user")

    def handle(self, *args: Any, **options: Any) -> None:
        staff = staff_named(options["user"])
        if staff is None:
            raise CommandError(f"Nobody signs in as {options['user']}.")
        unlock(actor=Machine(OPERATOR.code, home_of(staff)), staff=staff)
        self.stderr.write(f"{staff.username} can try again.")
