"""Watched folders: complete files are taken once, whatever the number of workers, and put aside with what came of them."""

import itertools
import threading
from datetime import timedelta

import pytest
import time_machine
from django.db import close_old_connections, connection
from django.utils import timezone

from roomnight.kernel.commands import OPERATOR
from roomnight.kernel.models import Notification
from roomnight.organization.commands import create_staff, place_staff
from roomnight.pms.adapters import SAMPLES
from roomnight.pms.commands import inbox, look_into_inbox
from roomnight.pms.jobs import carry_out_import, queue_import
from roomnight.pms.models import FolioLine, ImportRun, InboxFile, InHouseGuest, InHouseList
from roomnight.pms.tests.bringing import rows_of, write_rows

KEY = "opera-style-folios"
MINUTES = itertools.count(1)


@pytest.fixture
def root(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.INBOX_DIR = tmp_path / "inbox"
    return tmp_path / "inbox"


def put(root, name="folios.csv", folder="folios", sample=KEY):
    """A file of H1 as its PMS would send it."""
    (root / "H1" / folder).mkdir(parents=True, exist_ok=True)
    rows = [["H1", *row[1:]] if row[0] == "SHLJZ" else row for row in rows_of(SAMPLES[sample])]
    return write_rows(root / "H1" / folder / name, rows)


def look(root):
    return look_into_inbox(root, lambda actor, run: queue_import(actor=actor, run=run, language="zh-hans"))


def wait_and_look(root, work=True):
    """A look a minute later, and what it queued is carried out."""
    with time_machine.travel(timezone.now() + timedelta(minutes=next(MINUTES)), tick=False):
        taken = look(root)
        for run in ImportRun.objects.filter(state="queued") if work else ():
            carry_out_import.call(run.pk, "zh-hans")
    return taken


def names(root, folder="folios"):
    return sorted(
        str(path.relative_to(root / "H1" / folder)) for path in (root / "H1" / folder).rglob("*") if path.is_file()
    )


@pytest.mark.django_db
@pytest.mark.usefixtures("houses")
class TestOneWorker:
    @pytest.mark.rule("PMS-01")
    def test_a_file_that_stays_the_same_is_taken_once_and_put_aside(self, root):
        put(root)
        assert look(root) == 0, "it may still be growing"
        assert wait_and_look(root) == 1
        assert FolioLine.objects.filter(hotel__code="H1").count() == 8
        assert names(root) == ["folios.csv"]
        assert wait_and_look(root) == 0
        assert names(root) == ["done/folios.csv"]
        run = ImportRun.objects.get(file_name="folios.csv")
        assert (run.state, run.actor, list(run.hotels.values_list("code", flat=True))) == ("done", "inbox", ["H1"])
        assert InboxFile.objects.get().state == "done"

    @pytest.mark.rule("PMS-02")
    def test_sent_again_it_changes_nothing(self, root):
        for _again in range(2):
            put(root)
            look(root)
            wait_and_look(root)
            wait_and_look(root)
        assert list(
            ImportRun.objects.filter(file_name="folios.csv").order_by("pk").values_list("created", "unchanged")
        ) == [(8, 0), (0, 8)]
        assert len(names(root)) == 2 and all(name.startswith("done/folios") for name in names(root))

    def test_a_growing_file_and_an_unfinished_name_wait(self, root):
        path = put(root)
        put(root, "next.csv.part")
        look(root)
        with path.open("a", encoding="utf-8") as file:
            file.write("H1,900109,04-NOV-26,,,,,FOOD,,,1.00,,,,,N\n")
        assert wait_and_look(root) == 0
        assert not ImportRun.objects.filter(actor="inbox").exists()

    @pytest.mark.rule("PMS-01")
    @pytest.mark.parametrize(
        ("case", "folder", "content"),
        [
            ("no profile fits", "folios", "a,b\n1,2\n"),
            ("no such profile", "nobodys", "a,b\n1,2\n"),
            ("empty", "folios", ""),
        ],
    )
    def test_what_cannot_be_read_is_put_aside_with_the_reason(self, root, houses, case, folder, content):
        clerk = create_staff(actor=OPERATOR, username="clerk", name="文员", password="yunting-2026-sales")
        place_staff(actor=OPERATOR, staff=clerk, hotel=houses[0], department="sales", role="sales-clerk")
        put(root, folder=folder).write_text(content, encoding="utf-8")
        look(root)
        wait_and_look(root)
        assert names(root, folder) == ["failed/folios.csv", "failed/folios.csv.txt"]
        reason = (root / "H1" / folder / "failed" / "folios.csv.txt").read_text(encoding="utf-8").strip()
        told = Notification.objects.get(recipient="clerk")
        assert reason and told.values == {"file": "folios.csv", "why": reason}
        assert InboxFile.objects.get().reason == reason

    def test_a_refused_import_fails_too(self, root):
        path = put(root)
        text = path.read_text(encoding="utf-8").splitlines()
        path.write_text(
            "\n".join([*text, text[1].replace("H1", "WHO", 1).replace("900101", "900999")]), encoding="utf-8"
        )
        look(root)
        wait_and_look(root)
        wait_and_look(root)
        assert names(root) == ["failed/folios.csv", "failed/folios.csv.txt"]
        assert "WHO" in InboxFile.objects.get().reason

    def test_an_in_house_list_holds_for_the_time_of_its_file(self, root):
        path = put(root, "list.csv", "opera-style-in-house", "opera-style-in-house")
        look(root)
        wait_and_look(root)
        assert InHouseGuest.objects.filter(hotel__code="H1").count() == 5
        assert InHouseList.objects.get(hotel__code="H1").taken_at.timestamp() == pytest.approx(
            path.stat().st_mtime, abs=1
        )

    def test_after_a_crash_between_claim_and_renaming_nothing_is_lost_or_doubled(self, root, monkeypatch):
        put(root)
        look(root)
        wait_and_look(root)
        with monkeypatch.context() as broken:
            broken.setattr(inbox, "_put_aside", lambda row, path: (_ for _ in ()).throw(SystemExit))
            with pytest.raises(SystemExit):
                wait_and_look(root)
        assert names(root) == ["folios.csv"]
        wait_and_look(root)
        assert names(root) == ["done/folios.csv"]
        assert ImportRun.objects.filter(actor="inbox").count() == 1

    def test_a_file_put_over_one_being_brought_in_is_taken_next(self, root):
        put(root)
        look(root)
        wait_and_look(root, work=False)
        path = put(root)
        path.write_text(path.read_text(encoding="utf-8").replace("780.00", "790.00"), encoding="utf-8")
        for run in ImportRun.objects.filter(state="queued"):
            carry_out_import.call(run.pk, "zh-hans")
        for _look in range(4):
            wait_and_look(root)
        assert FolioLine.objects.get(source_key=f"{KEY}:900101").amount_cents == 79000
        assert names(root) == ["done/folios.csv"]


@pytest.mark.django_db(transaction=True)
def test_several_workers_take_a_file_once(root, houses):
    if connection.vendor != "postgresql":
        assert connection.vendor == "sqlite"  # one writer at a time: the race is the server's
        return
    put(root)
    look(root)
    taken, start = [], threading.Barrier(4)
    InboxFile.objects.update(seen_at=timezone.now() - timedelta(minutes=1))

    def work():
        start.wait()
        taken.append(look(root))
        close_old_connections()
        connection.close()

    workers = [threading.Thread(target=work) for _number in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(taken) == [0, 0, 0, 1]
    assert ImportRun.objects.filter(actor="inbox").count() == 1
