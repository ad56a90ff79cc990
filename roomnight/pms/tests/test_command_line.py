"""The operator's commands: one JSON object or one CSV on stdout, everything else on stderr, and nothing there on an error."""

import json
import os
import shutil
import signal
import subprocess
import sys
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from roomnight.organization.models import Hotel
from roomnight.pms.adapters import SAMPLES
from roomnight.pms.models import Booking, ImportRun
from roomnight.pms.tests.bringing import DEMAND, ROOT, SAMPLE, rows_of, write_rows
from tests import migrated

FOLIOS = SAMPLES["opera-style-folios"]
MAPS = ["Resort Hotel=H1", "City Hotel=H2"]


def run(command: str, *args: Any, **options: Any) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command(command, *args, stdout=out, stderr=err, **options)
    return out.getvalue(), err.getvalue()


@pytest.mark.django_db
@pytest.mark.usefixtures("world")
class TestImport:
    @pytest.mark.rule("PMS-02")
    def test_one_json_object_and_hotels_made_on_the_way(self):
        out, err = run("import_bookings", SAMPLE, profile=DEMAND, map=MAPS, create_hotels=True)
        assert json.loads(out) == {"read": 60, "created": 60, "updated": 0, "unchanged": 0, "rejected": 0}
        assert out.count("\n") == 1
        assert "60 / 60" in err
        assert dict(Hotel.objects.filter(code__in=["H1", "H2"]).values_list("code", "name")) == {
            "H1": "Resort Hotel",
            "H2": "City Hotel",
        }
        again, _err = run("import_bookings", SAMPLE, profile=DEMAND, map=MAPS, create_hotels=True)
        assert json.loads(again) == {"read": 60, "created": 0, "updated": 0, "unchanged": 60, "rejected": 0}

    def test_a_hotel_known_by_its_name_needs_no_mapping(self):
        run("import_bookings", SAMPLE, profile=DEMAND, map=MAPS, create_hotels=True)
        out, _err = run("import_bookings", SAMPLE, profile=DEMAND)
        assert json.loads(out)["unchanged"] == 60

    def test_a_file_that_names_no_hotel(self, tmp_path, houses):
        header, *rows = rows_of(SAMPLE)
        place = header.index("hotel")
        resort = [header, *(row for row in rows if row[place] == "Resort Hotel")]
        for row in resort[1:]:
            row[place] = "H1"
        out, _err = run("import_bookings", write_rows(tmp_path / "one.csv", resort), profile=DEMAND)
        assert json.loads(out)["created"] == 50
        assert set(Booking.objects.filter(hotel__code__in=["H1", "H2"]).values_list("hotel__code", flat=True)) == {"H1"}

    @pytest.mark.rule("PMS-02")
    @pytest.mark.parametrize(
        ("case", "options", "says"),
        [
            ("no such hotel", {"map": MAPS}, "--create-hotels"),
            ("a name nobody mapped", {"map": MAPS[:1], "create_hotels": True}, "import.unknown_hotel"),
            ("no such profile", {"map": MAPS, "profile": "nobody-s"}, "no such profile"),
            ("a map without a name", {"map": ["=H1"]}, "NAME=CODE"),
            ("a map without a code", {"map": ["Resort Hotel"]}, "NAME=CODE"),
        ],
    )
    def test_what_is_refused_writes_nothing_and_prints_nothing(self, case, options, says):
        before = (Hotel.objects.count(), Booking.objects.count(), ImportRun.objects.count())
        out = StringIO()
        with pytest.raises(CommandError, match=says):
            call_command("import_bookings", SAMPLE, **{"profile": DEMAND, **options}, stdout=out, stderr=StringIO())
        assert out.getvalue() == ""
        assert (Hotel.objects.count(), Booking.objects.count(), ImportRun.objects.count()) == before

    @pytest.mark.parametrize(
        ("case", "name", "content", "says"),
        [
            ("a picture called CSV", "rows.csv", b"\x89PNG\r\n\x1a\n" + bytes(40), "import.not_what_it_says"),
            ("nothing", "rows.csv", b"", "import.empty"),
            ("another table", "rows.csv", b"a,b\n1,2\n", "import.missing_columns"),
        ],
    )
    def test_a_wrong_file(self, tmp_path, case, name, content, says):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(CommandError, match=says):
            run("import_bookings", tmp_path / name, profile=DEMAND, map=MAPS, create_hotels=True)
        assert not Hotel.objects.filter(code="H1").exists()

    def test_no_file(self, tmp_path):
        with pytest.raises(CommandError, match="no such file"):
            run("import_bookings", tmp_path / "none.csv", profile=DEMAND, map=MAPS)

    @pytest.mark.parametrize("command", [("production", {}), ("lost", {"as_of": date(2026, 11, 18)})])
    def test_a_hotel_nobody_knows(self, command):
        with pytest.raises(CommandError, match="H9"):
            run(command[0], hotel="H9", **command[1])


# kill -9 in the middle, in a process and a database of its own

IMPORT_AND_LOOK = """
import hashlib, sys
from roomnight.web.cli import main
main(sys.argv[1:])
from roomnight.pms.tests.bringing import assert_production_is_whole, picture
assert_production_is_whole("H1", "H2")
print(hashlib.sha256(repr(picture(["H1", "H2"])).encode()).hexdigest())
"""


class Elsewhere:
    """An installation of its own: a database and a data folder that no other test touches."""

    def __init__(self, folder: Path, name: str) -> None:
        self.file, self.database = folder / f"{name}.sqlite3", f"roomnight_{name}"
        url = f"sqlite:///{self.file}"
        if connection.vendor == "postgresql":
            url = os.environ["ROOMNIGHT_DATABASE_URL"].replace("/roomnight?", f"/{self.database}?")
        self.environment = {
            **os.environ,
            "ROOMNIGHT_DATABASE_URL": url,
            "ROOMNIGHT_DATA_DIR": str(folder / f"{name}-data"),
            "DJANGO_SETTINGS_MODULE": "roomnight.settings",
        }

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, *arguments], cwd=ROOT, env=self.environment, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip

    def finish(self, *arguments: str) -> str:
        process = self.start(*arguments)
        out, err = process.communicate(timeout=240)
        assert process.returncode == 0, err
        return out


@pytest.fixture
def elsewhere(tmp_path, django_db_setup, django_db_blocker):
    """Two installations with the same migrated, empty database."""
    one, other = (Elsewhere(tmp_path, name) for name in ("cut", "whole"))
    on_a_server = connection.vendor == "postgresql"
    with django_db_blocker.unblock():
        if on_a_server:
            ask(f"CREATE DATABASE {one.database}")
            one.finish("-m", "django", "migrate", "--verbosity", "0")
            ask(f"CREATE DATABASE {other.database} TEMPLATE {one.database}")
        else:
            for installation in (one, other):
                shutil.copy(migrated.kept_file(), installation.file)
        yield one, other
        if on_a_server:
            ask(f"DROP DATABASE {one.database} WITH (FORCE)", f"DROP DATABASE {other.database}")


def ask(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


@pytest.mark.rule("PMS-02")
def test_killed_half_way_and_started_again_it_ends_in_the_same_state(tmp_path, elsewhere):
    header, *rows = rows_of(SAMPLE)
    lead = header.index("lead_time")
    many = [[*row[:lead], str(number), *row[lead + 1 :]] for number in range(100) for row in rows]
    path = write_rows(tmp_path / "many.csv", [header, *many])
    command = ["import-bookings", str(path), "--profile", DEMAND, "--create-hotels"]
    command += [part for pair in MAPS for part in ("--map", pair)]
    cut, whole = elsewhere

    process = cut.start("-m", "roomnight", *command)
    assert process.stderr is not None and process.stdout is not None
    for line in process.stderr:
        if line.startswith("4000 / 6000"):
            break
    process.send_signal(signal.SIGKILL)
    process.wait(timeout=20)
    assert process.stdout.read() == ""

    figures, after_the_cut = cut.finish("-c", IMPORT_AND_LOOK, *command).splitlines()
    again = json.loads(figures)
    assert again["read"] == again["created"] + again["unchanged"] == 6_000
    assert 4_000 <= again["unchanged"] <= 6_000
    figures, at_one_go = whole.finish("-c", IMPORT_AND_LOOK, *command).splitlines()
    assert json.loads(figures)["created"] == 6_000
    assert after_the_cut == at_one_go


FOLIOS_AND_LOOK = """
import sys
from roomnight.web.cli import main
main(sys.argv[1:])
from django.db.models import Count, Sum
from roomnight.pms.models import FolioLine
lines = FolioLine.objects.filter(hotel__code="H1")
print(lines.aggregate(lines=Count("pk"), numbers=Count("source_key", distinct=True), amount=Sum("amount_cents")))
"""


@pytest.mark.rule("PMS-02")
def test_folio_lines_killed_half_way_and_started_again_are_there_once_each(tmp_path, elsewhere):
    header, first, *_rest = rows_of(FOLIOS)
    number = header.index("TRX_NO")
    many = [[*first[:number], str(1_000_000 + n), *first[number + 1 :]] for n in range(6_000)]
    path = write_rows(tmp_path / "folios.csv", [header, *many])
    command = ["import-folios", str(path), "--profile", "opera-style-folios", "--create-hotels", "--map", "SHLJZ=H1"]
    cut, whole = elsewhere

    process = cut.start("-m", "roomnight", *command)
    assert process.stderr is not None and process.stdout is not None
    for line in process.stderr:
        if line.startswith("4000 / 6000"):
            break
    process.send_signal(signal.SIGKILL)
    process.wait(timeout=20)
    assert process.stdout.read() == ""

    figures, after_the_cut = cut.finish("-c", FOLIOS_AND_LOOK, *command).splitlines()
    again = json.loads(figures)
    assert again["read"] == again["created"] + again["unchanged"] == 6_000
    assert 4_000 <= again["unchanged"] <= 6_000
    _figures, at_one_go = whole.finish("-c", FOLIOS_AND_LOOK, *command).splitlines()
    assert "'lines': 6000, 'numbers': 6000" in after_the_cut
    assert after_the_cut == at_one_go
