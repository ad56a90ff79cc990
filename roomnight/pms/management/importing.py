"""What the commands that bring a file in have in common."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from roomnight.kernel.commands import OPERATOR
from roomnight.kernel.errors import Refusal
from roomnight.kernel.tables import open_table
from roomnight.organization.commands import create_hotel
from roomnight.organization.models import Hotel
from roomnight.pms.commands import carry_out, map_import, prepare_import, refuse_unknown_hotels, start_import, survey
from roomnight.pms.models import ImportRun, Kind
from roomnight.pms.queries import profile_for


class ImportCommand(BaseCommand):
    """Prints one JSON object: read, created, updated, unchanged, rejected. What it says meanwhile goes to stderr."""

    kind: ClassVar[Kind]

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--profile", required=True, help="the mapping profile, such as hotel-booking-demand")
        parser.add_argument(
            "--map",
            action="append",
            default=[],
            metavar="NAME=CODE",
            help="the hotel a name in the file means; repeat it",
        )
        parser.add_argument("--hotel", default="", metavar="CODE", help="the hotel of a file that names none")
        parser.add_argument(
            "--create-hotels", action="store_true", help="create the mapped hotels that are not here yet"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            run = self._import(**options)
        except Refusal as refusal:
            raise CommandError(f"{refusal} [{refusal.code}]") from refusal
        if run.is_off_by:
            self._say(f"the rows come to {run.summed}, the file's own total says {run.stated}")
        figures = {"read": run.rows_read, "created": run.created, "updated": run.updated}
        self.stdout.write(json.dumps({**figures, "unchanged": run.unchanged, "rejected": run.rejected}))

    def as_of(self, options: dict[str, Any]) -> datetime | None:
        """The moment the rows hold for; None where they hold for no moment."""
        return None

    def _import(self, file: Path, profile: str, create_hotels: bool, **options: Any) -> ImportRun:
        if not file.is_file():
            raise CommandError(f"{file}: no such file")
        meant = _meant(options["map"], options["hotel"])
        reading = profile_for(list(Hotel.objects.filter(code__in=set(meant.values()))), profile)
        if reading is None:
            raise CommandError(f"--profile {profile}: there is no such profile")
        if reading.kind != self.kind:
            raise CommandError(f"--profile {profile}: it reads {reading.kind}, not {self.kind.value}")
        table = open_table(file, file.name)
        self._say(f"{file.name}: looking it over")
        found = survey(table, reading)
        refuse_unknown_hotels(found.hotel_names, meant)
        hotel_map = {name: code for name, code in meant.items() if name in found.hotel_names}
        with transaction.atomic():
            hotels = _hotels(hotel_map, create=create_hotels)
            run = prepare_import(
                actor=OPERATOR, hotels=hotels, table=table, name=file.name, kind=self.kind, as_of=self.as_of(options)
            )
            map_import(actor=OPERATOR, run=run, profile=reading, hotel_map=hotel_map)
            start_import(actor=OPERATOR, run=run)
        return carry_out(actor=OPERATOR, run=run, table=table, profile=reading, found=found, progress=self._show)

    def _show(self, run: ImportRun) -> None:
        self._say(f"{run.rows_read} / {run.rows_total}")

    def _say(self, text: str) -> None:
        self.stderr.write(text)
        self.stderr.flush()


def moment(text: str) -> datetime:
    """A moment as somebody types it, in the server's time where it names no other."""
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else timezone.make_aware(found)


def _meant(pairs: list[str], hotel: str) -> dict[str, str]:
    """The hotel code for each name in a file. A hotel's own code or name needs no mapping."""
    found = {"": hotel} if hotel else {}
    for code, name in Hotel.objects.values_list("code", "name"):
        found |= {code: code, name: code}
    for pair in pairs:
        name, equals, code = pair.rpartition("=")
        if not equals or not name.strip() or not code.strip():
            raise CommandError(f"--map {pair}: write it as NAME=CODE")
        found[name.strip()] = code.strip()
    return found


def _hotels(hotel_map: dict[str, str], *, create: bool) -> list[Hotel]:
    """The mapped hotels; those that are not here yet are created, under the name the file gives them, or refused."""
    known = {hotel.code: hotel for hotel in Hotel.objects.filter(code__in=set(hotel_map.values()))}
    for name, code in sorted(hotel_map.items()):
        if code in known:
            continue
        if not create:
            raise CommandError(f"There is no hotel {code}; --create-hotels creates it.")
        known[code] = create_hotel(actor=OPERATOR, code=code, name=name or code)
    return [known[code] for code in sorted(known)]
