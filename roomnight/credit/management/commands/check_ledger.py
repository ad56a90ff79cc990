"""Check that the figures which are kept are those that the lines give."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from roomnight.credit.models import money
from roomnight.credit.queries.checking import differences
from roomnight.kernel.money import format_money
from roomnight.organization.models import Hotel


class Command(BaseCommand):
    """Prints one line for every figure that does not add up; then the exit code is 1."""

    help = "Recompute balances, open amounts, statements and running balances of clients' accounts from their lines."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--hotel", default="", metavar="CODE", help="one hotel; all of them if not said")

    def handle(self, *args: Any, **options: Any) -> None:
        hotels = Hotel.objects.order_by("code")
        if options["hotel"]:
            hotels = hotels.filter(code=options["hotel"])
            if not hotels:
                raise CommandError(f"--hotel {options['hotel']}: there is no such hotel")
        wrong = 0
        for hotel in hotels:
            for one in differences(hotel):
                wrong += 1
                kept, found = (format_money(money(cents), hotel.currency, "en") for cents in (one.kept, one.found))
                self.stdout.write(f"{hotel.code} {one.number}: {one.what}: kept {kept}, the lines give {found}")
        if wrong:
            sys.exit(1)
