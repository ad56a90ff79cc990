"""Bring an in-house list in from the command line."""

from datetime import datetime
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from roomnight.pms.management.importing import ImportCommand, moment
from roomnight.pms.models import Kind


class Command(ImportCommand):
    help = "Import an in-house list from a CSV or Excel file; it replaces the one taken before it."
    kind = Kind.IN_HOUSE

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--at", type=moment, metavar="MOMENT", help="when the list was taken; now, unless you say")

    def as_of(self, options: dict[str, Any]) -> datetime | None:
        taken: datetime = options["at"] or timezone.now()
        return taken
