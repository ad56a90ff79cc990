"""Bring charges in from a file on the command line."""

from __future__ import annotations

import csv
import json
from collections import Counter
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from roomnight.credit.commands.filing import charge_from_file
from roomnight.credit.rules.filing import NEEDED, filed_charges, knows, places
from roomnight.kernel.commands import OPERATOR
from roomnight.kernel.errors import Refusal
from roomnight.kernel.tables import Table, open_table
from roomnight.organization.models import Hotel

FIGURES = ("created", "unchanged", "refused")


class Command(BaseCommand):
    """Prints one JSON object: created, unchanged, refused. Why a row was refused goes to stderr and to the file of errors."""

    help = "Charge the bills of an Excel or CSV file to clients' accounts; the same file again adds nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--hotel", required=True, metavar="CODE")
        parser.add_argument("--file", type=Path, required=True)
        parser.add_argument("--sheet", default="", help="the sheet to read; else the first that holds anything")
        parser.add_argument(
            "--errors", type=Path, metavar="CSV", help="write the rows that were refused here, with why"
        )
        parser.add_argument("--dry-run", action="store_true", help="say what would come of it, and write nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        hotel = Hotel.objects.filter(code=options["hotel"]).first()
        if hotel is None:
            raise CommandError(f"--hotel {options['hotel']}: there is no such hotel")
        file: Path = options["file"]
        if not file.is_file():
            raise CommandError(f"{file}: no such file")
        try:
            table = open_table(file, file.name, sheet=options["sheet"], knows=knows)
        except Refusal as refusal:
            raise CommandError(f"{refusal} [{refusal.code}]") from refusal
        if absent := [name for name in NEEDED if name not in places(table.header)]:
            raise CommandError(f"{file.name}: these columns are missing: {', '.join(absent)}")
        with transaction.atomic() if options["dry_run"] else nullcontext():
            figures, refused = self._charge(hotel, table)
            if options["dry_run"]:
                transaction.set_rollback(True)
        if options["errors"] and refused:
            _write(options["errors"], table, refused)
        self.stdout.write(json.dumps({name: figures[name] for name in FIGURES}))

    def _charge(self, hotel: Hotel, table: Table) -> tuple[Counter[str], dict[int, str]]:
        figures: Counter[str] = Counter()
        refused: dict[int, str] = {}
        for row in filed_charges(table.header, table.rows()):
            try:
                made = charge_from_file(actor=OPERATOR, hotel=hotel, row=row)
            except Refusal as refusal:
                figures["refused"] += 1
                refused[row.number] = f"{refusal} [{refusal.code}]"
                self.stderr.write(f"row {row.number}: {refused[row.number]}")
            else:
                figures["unchanged" if made is None else "created"] += 1
        return figures, refused


def _write(path: Path, table: Table, refused: dict[int, str]) -> None:
    """The refused rows as they stood, with why behind each: to be put right and brought in again."""
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out)
        writer.writerow([*table.header, "error"])
        writer.writerows([*cells, refused[number]] for number, cells in table.rows() if number in refused)
