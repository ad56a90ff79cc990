"""Bring a file of clients in from the command line."""

from __future__ import annotations

import json
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from roomnight.clients.commands.import_runs import (
    DECISIONS,
    begin_check,
    begin_import,
    carry_out_clients,
    check_clients,
    decide_duplicates,
    map_clients,
    prepare_clients,
)
from roomnight.clients.models import ClientFileProfile, ClientImport, ImportLine
from roomnight.clients.queries.importing import own_columns
from roomnight.clients.rules.importing import FIELDS, KEYS, REASONS, Wish, guessed, knows
from roomnight.kernel.commands import OPERATOR
from roomnight.kernel.errors import Refusal
from roomnight.kernel.tables import Table, open_table
from roomnight.organization.models import Hotel

FIGURES = ("created", "updated", "unchanged", "skipped", "rejected")


class Command(BaseCommand):
    """Prints one JSON object: created, updated, unchanged, skipped, rejected. What it says meanwhile goes to stderr."""

    help = "Import clients and their contacts from an Excel or CSV file."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--hotel", required=True, metavar="CODE")
        parser.add_argument("--sheet", default="", help="the sheet to read; else the first that holds anything")
        parser.add_argument("--profile", default="", metavar="TITLE", help="how the file is read, as kept by the hotel")
        parser.add_argument(
            "--map", action="append", default=[], metavar="HEADING=FIELD",
            help="which column is what, such as 单位名称=name or 手机=contact.mobile; repeat it. Without it headings are guessed",
        )  # fmt: skip
        parser.add_argument(
            "--key", choices=[*KEYS], help="what a known client is recognised by; the exact name if not said"
        )
        parser.add_argument(
            "--duplicates", choices=DECISIONS, help="what becomes of likely duplicates; skip if not said"
        )
        parser.add_argument("--owner", default="", metavar="USER", help="who looks after new clients without an owner")
        parser.add_argument("--day-order", choices=["dmy", "mdy"], help="how 01/02/2026 is meant")
        parser.add_argument("--clear-empty", action="store_true", help="empty cells empty the particular")
        parser.add_argument("--contacts-only", action="store_true", help="people only; their clients have to be there")
        parser.add_argument("--dry-run", action="store_true", help="say what would come of it, and write nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with transaction.atomic() if options["dry_run"] else nullcontext():
                run = self._import(**options)
                if options["dry_run"]:
                    transaction.set_rollback(True)
        except Refusal as refusal:
            raise CommandError(f"{refusal} [{refusal.code}]") from refusal
        self.stdout.write(json.dumps({name: getattr(run, name) for name in FIGURES}))

    def _import(self, file: Path, hotel: str, dry_run: bool, duplicates: str | None, **options: Any) -> ClientImport:
        if not file.is_file():
            raise CommandError(f"{file}: no such file")
        house = Hotel.objects.filter(code=hotel).first()
        if house is None:
            raise CommandError(f"--hotel {hotel}: there is no such hotel")
        table = open_table(file, file.name, sheet=options["sheet"], knows=knows)
        run = prepare_clients(actor=OPERATOR, hotel=house, table=table, name=file.name)
        map_clients(actor=OPERATOR, run=run, table=table, wish=_wish(house, table, **options))
        begin_check(actor=OPERATOR, run=run)
        self._say(f"{file.name}: reading it through")
        check_clients(actor=OPERATOR, run=run, table=table)
        if run.duplicates:
            self._say(
                f"{run.duplicates} rows may be clients known already or earlier rows of the file "
                f"({run.alike_in_file} an earlier row)"
            )
        decide_duplicates(actor=OPERATOR, run=run, otherwise=duplicates or run.wish["otherwise"], decisions={})
        if dry_run and (duplicates or "skip") != "skip":
            check_clients(actor=OPERATOR, run=_again(run), table=table)
        if not dry_run:
            begin_import(actor=OPERATOR, run=run)
            carry_out_clients(actor=OPERATOR, run=run, table=table, progress=self._show)
        for line in ImportLine.objects.filter(run=run).exclude(problems=[]).order_by("row_number"):
            for column, value, reason in line.problems:
                self._say(f"row {line.row_number}: {column} “{value}” {REASONS.get(reason, reason)}")
        return run

    def _show(self, run: ClientImport) -> None:
        self._say(f"{run.rows_read} / {run.rows_total}")

    def _say(self, text: str) -> None:
        self.stderr.write(text)
        self.stderr.flush()


def _again(run: ClientImport) -> ClientImport:
    """The same run, to be read through with what was decided."""
    begin_check(actor=OPERATOR, run=run)
    return run


def _wish(
    hotel: Hotel, table: Table, profile: str, key: str | None, owner: str, day_order: str | None, **options: Any
) -> Wish:
    """How the file is read: by a kept profile, by what was said here, or by a guess at its headings."""
    columns = {one.place: one.name for one in table.columns()}
    kept: dict[str, Any] = {}
    own = own_columns(hotel)
    mapping = guessed(columns, own.values())
    if profile:
        found = ClientFileProfile.objects.filter(hotel=hotel, title=profile).first()
        if found is None:
            raise CommandError(f"--profile {profile}: there is no such profile")
        kept, mapping = (
            dict(found.wish),
            {at: found.columns[name] for at, name in columns.items() if name in found.columns},
        )
    if options["map"]:
        mapping = dict(_said(pair, columns, {*FIELDS, *own}) for pair in options["map"])
    said = {"key": key, "default_owner": owner or None, "day_order": day_order}
    ticked = {name: True for name in ("clear_empty", "contacts_only") if options[name]}
    return Wish.from_config(
        {**kept, **{name: value for name, value in said.items() if value}, **ticked, "mapping": mapping}
    )


def _said(pair: str, columns: dict[int, str], fields: set[str]) -> tuple[int, str]:
    name, equals, field = pair.rpartition("=")
    place = next((at for at, one in columns.items() if one == name.strip()), None)
    if not equals or place is None:
        raise CommandError(f"--map {pair}: write it as HEADING=FIELD; the file has {', '.join(columns.values())}")
    if field.strip() not in fields:
        raise CommandError(f"--map {pair}: no such field; there are {', '.join(sorted(fields))}")
    return place, field.strip()
