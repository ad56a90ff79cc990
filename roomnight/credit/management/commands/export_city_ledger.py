"""Write the city ledger of a day to a file on the command line."""

from __future__ import annotations

from dataclasses import astuple
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from roomnight.clients.commands import log_export
from roomnight.credit.queries.city_ledger import transactions
from roomnight.credit.rules.city_ledger import FIELDS, sums, to_xml
from roomnight.kernel.commands import OPERATOR
from roomnight.kernel.export import to_csv
from roomnight.organization.models import Hotel
from roomnight.organization.working_days import day_at


class Command(BaseCommand):
    """Prints how many lines there were and their sum: charges less credits."""

    help = "Write what was entered on clients' accounts on a day to an XML or CSV file; yesterday if no day is said."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--hotel", required=True, metavar="CODE")
        parser.add_argument("--day", type=date.fromisoformat, metavar="YYYY-MM-DD")
        parser.add_argument("--format", choices=("xml", "csv"), default="xml")
        parser.add_argument("--out", type=Path, required=True, metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        hotel = Hotel.objects.filter(code=options["hotel"]).first()
        if hotel is None:
            raise CommandError(f"--hotel {options['hotel']}: there is no such hotel")
        day = options["day"] or day_at(hotel, timezone.now()) - timedelta(days=1)
        rows = transactions(hotel, day)
        if options["format"] == "xml":
            content = to_xml(hotel.code, day, hotel.currency, rows)
        else:
            content = to_csv(FIELDS, [astuple(one) for one in rows])
        try:
            options["out"].write_bytes(content)
        except OSError as error:
            raise CommandError(f"--out {options['out']}: {error.strerror}") from error
        log_export(
            actor=OPERATOR, hotel=hotel, what="credit.city_ledger", query=day.isoformat(), rows=len(rows),
            file_format=options["format"],
        )  # fmt: skip
        found = sums(rows)
        self.stdout.write(f"{day}: {found.count} lines, {found.debit} - {found.credit} = {found.total}")
