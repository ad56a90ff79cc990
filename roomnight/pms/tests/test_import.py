"""Bringing a file in, again, changed, shuffled, broken, cut off, and twice at once."""

import random
import threading
from datetime import date, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from roomnight.clients.commands import register_account
from roomnight.clients.models import Account, ExternalId
from roomnight.kernel.commands import OPERATOR
from roomnight.kernel.errors import Refusal
from roomnight.kernel.models import AuditEntry, Counter, Notification
from roomnight.kernel.tables import open_table
from roomnight.organization.models import Hotel
from roomnight.pms.commands import (
    TakenOver,
    abandon_import,
    carry_out,
    importing,
    map_import,
    prepare_import,
    refuse_import,
    start_import,
    survey,
)
from roomnight.pms.jobs import give_up_silent_imports
from roomnight.pms.models import AccountHabit, Booking, ImportRun, ProductionMonth, RunState
from roomnight.pms.queries import profile_for
from roomnight.pms.rules.profile import read_profile
from roomnight.pms.tests.bringing import (
    BOTH,
    DEMAND,
    SAMPLE,
    assert_habits_are_whole,
    assert_production_is_whole,
    bring_in,
    figures,
    picture,
    prepared,
    rows_of,
    write_rows,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("houses")]
HOUSES = ("H1", "H2")
ALL_NEW = {"rows_read": 60, "created": 60, "updated": 0, "unchanged": 0, "rejected": 0}
ALL_KNOWN = {"rows_read": 60, "created": 0, "updated": 0, "unchanged": 60, "rejected": 0}


def bookings():
    return Booking.objects.filter(hotel__code__in=HOUSES)


@pytest.fixture
def small_chunks(monkeypatch):
    monkeypatch.setattr(importing, "CHUNK", 7)


@pytest.mark.rule("PMS-02")
@pytest.mark.rule("PMS-03")
@pytest.mark.parametrize("chunk", [1, 7, 60, 2000])
def test_a_file_comes_in_once(monkeypatch, chunk):
    monkeypatch.setattr(importing, "CHUNK", chunk)
    assert figures(bring_in(SAMPLE, BOTH)) == ALL_NEW
    before = picture(HOUSES)
    assert len(before["bookings"]) == 60
    assert figures(bring_in(SAMPLE, BOTH)) == ALL_KNOWN
    assert picture(HOUSES) == before
    assert_production_is_whole(*HOUSES)


@pytest.mark.rule("PMS-02")
def test_equal_rows_are_all_kept(tmp_path):
    header, *rows = rows_of(SAMPLE)
    path = write_rows(tmp_path / "equal.csv", [header, rows[0], rows[0], rows[0]])
    assert figures(bring_in(path, BOTH))["created"] == 3
    more = write_rows(tmp_path / "more.csv", [header, rows[0], rows[1], rows[0], rows[0], rows[0]])
    assert figures(bring_in(more, BOTH)) == {"rows_read": 5, "created": 2, "updated": 0, "unchanged": 3, "rejected": 0}


@pytest.mark.rule("PMS-02")
def test_the_order_of_rows_and_columns_does_not_matter(small_chunks, tmp_path):
    bring_in(SAMPLE, BOTH)
    header, *rows = rows_of(SAMPLE)
    random.Random(3).shuffle(rows)
    turned = write_rows(tmp_path / "turned.csv", [row[::-1] for row in [header, *rows]])
    before = picture(HOUSES)
    assert figures(bring_in(turned, BOTH)) == ALL_KNOWN
    assert picture(HOUSES) == before


@pytest.mark.rule("PMS-02")
def test_a_shuffled_file_alone_ends_in_the_same_state(small_chunks, tmp_path):
    header, *rows = rows_of(SAMPLE)
    random.Random(4).shuffle(rows)
    bring_in(write_rows(tmp_path / "shuffled.csv", [header, *rows]), BOTH)
    shuffled = picture(HOUSES)
    for model in (Booking, ProductionMonth, AccountHabit, ExternalId, Account):
        model.objects.filter(hotel__code__in=HOUSES).delete()
    Counter.objects.filter(series__in=[f"account:{code}" for code in HOUSES]).delete()
    bring_in(SAMPLE, BOTH)
    assert picture(HOUSES) == shuffled


# Accounts


def test_numbers_become_accounts_of_their_hotel_in_the_open_pool():
    bring_in(SAMPLE, BOTH)
    found = (
        ExternalId.objects.filter(hotel__code__in=HOUSES)
        .select_related("account")
        .order_by("hotel__code", "kind", "value")
    )
    told = [(one.hotel.code, one.kind, one.value, one.account.kind, one.account.owner_id) for one in found]
    assert told == [
        ("H1", "agent", "240", "travel_agency", None),
        ("H1", "agent", "9", "travel_agency", None),
        ("H1", "company", "12", "corporate", None),
        ("H1", "company", "30", "corporate", None),
        ("H1", "company", "31", "corporate", None),
        ("H1", "company", "7", "corporate", None),
        ("H2", "agent", "9", "travel_agency", None),
        ("H2", "company", "7", "corporate", None),
    ]
    assert all(one.account.hotel_id == one.hotel_id for one in found)
    assert {one.account.name for one in found if one.value == "7"} == {"公司 7"}


def test_a_number_known_already_leads_to_its_account(houses):
    known = register_account(actor=OPERATOR, hotel=houses[0], name="西子丝绸进出口公司")
    ExternalId.objects.create(account=known, hotel=houses[0], kind="company", value="7")
    bring_in(SAMPLE, BOTH)
    assert bookings().filter(company=known).count() == 8
    known.refresh_from_db()
    assert known.name == "西子丝绸进出口公司"


def test_a_row_with_neither_is_kept(houses):
    bring_in(SAMPLE, BOTH)
    assert bookings().filter(hotel=houses[0], company=None, agent=None).count() == 31


# Changes, by the source's own number

OWN = {
    "key": ["no"],
    "fields": {
        "status": {"column": "state", "values": {"OUT": "stayed", "CXL": "cancelled"}},
        "arrival": {"column": "from"},
        "nights": {"column": "nights"},
        "rate": {"column": "rate"},
        "company": {"column": "company"},
    },
}
NUMBERED = [
    ["no", "state", "from", "nights", "rate", "company"],
    ["1", "OUT", "2016-01-30", "4", "100", "7"],
    ["2", "OUT", "2016-02-01", "1", "80", "7"],
    ["3", "CXL", "2016-02-02", "2", "60", "8"],
]


def numbered(tmp_path, rows, name="numbered.csv"):
    return bring_in(write_rows(tmp_path / name, rows), {"": "H1"}, read_profile("own", 1, OWN))


@pytest.mark.rule("PMS-02")
@pytest.mark.rule("PMS-03")
@pytest.mark.parametrize(
    ("case", "number", "row", "months"),
    [
        ("shorter", 1, ["1", "OUT", "2016-01-30", "1", "100", "7"], {("7", "2016-01"): (1, 1, 10000), ("7", "2016-02"): (1, 1, 8000), ("8", "2016-02"): (1, 0, 0)}),
        ("cancelled after all", 2, ["2", "CXL", "2016-02-01", "1", "80", "7"], {("7", "2016-01"): (1, 4, 40000), ("7", "2016-02"): (1, 0, 0), ("8", "2016-02"): (1, 0, 0)}),
        ("came after all", 3, ["3", "OUT", "2016-02-02", "2", "60", "8"], {("7", "2016-01"): (1, 4, 40000), ("7", "2016-02"): (1, 1, 8000), ("8", "2016-02"): (1, 2, 12000)}),
        ("another month", 2, ["2", "OUT", "2016-03-01", "1", "80", "7"], {("7", "2016-01"): (1, 4, 40000), ("7", "2016-03"): (1, 1, 8000), ("8", "2016-02"): (1, 0, 0)}),
        ("another company", 3, ["3", "CXL", "2016-02-02", "2", "60", "7"], {("7", "2016-01"): (1, 4, 40000), ("7", "2016-02"): (2, 1, 8000)}),
        ("no company any more", 1, ["1", "OUT", "2016-01-30", "4", "100", ""], {("7", "2016-02"): (1, 1, 8000), ("8", "2016-02"): (1, 0, 0)}),
    ],
)  # fmt: skip
def test_a_row_sent_again_updates_its_booking(tmp_path, case, number, row, months):
    numbered(tmp_path, NUMBERED)
    again = [row if place == number else one for place, one in enumerate(NUMBERED)]
    assert figures(numbered(tmp_path, again, "again.csv")) == {
        "rows_read": 3,
        "created": 0,
        "updated": 1,
        "unchanged": 2,
        "rejected": 0,
    }
    found = ProductionMonth.objects.filter(hotel__code__in=HOUSES, basis="arrival").values_list(
        "account__external_ids__value", "month", "bookings", "room_nights", "room_revenue_cents"
    )
    assert {(value, f"{month:%Y-%m}"): tuple(sums) for value, month, *sums in found} == months
    assert_production_is_whole("H1")
    assert_habits_are_whole("H1")


def test_an_account_that_lost_its_only_booking_has_no_habit_any_more(tmp_path):
    header, one = NUMBERED[:2]
    numbered(tmp_path, [header, one])
    seven = ExternalId.objects.get(hotel__code="H1", value="7").account
    assert seven.last_arrival_on == date(2016, 1, 30)
    numbered(tmp_path, [header, [*one[:-1], "8"]], "again.csv")
    seven.refresh_from_db()
    assert seven.last_arrival_on is None
    assert_habits_are_whole("H1")
    assert_production_is_whole("H1")


def test_a_number_twice_in_one_file_is_one_booking_as_the_last_row_says(tmp_path):
    run = numbered(tmp_path, [*NUMBERED, ["1", "CXL", "2016-01-30", "4", "100", "7"], NUMBERED[2]])
    assert figures(run) == {"rows_read": 5, "created": 3, "updated": 1, "unchanged": 1, "rejected": 0}
    assert bookings().get(source_key="own:1").status == "cancelled"
    assert_production_is_whole("H1")


def test_the_same_number_at_two_hotels_is_two_bookings(tmp_path):
    numbered(tmp_path, NUMBERED)
    path = write_rows(tmp_path / "other.csv", NUMBERED)
    assert bring_in(path, {"": "H2"}, read_profile("own", 1, OWN)).created == 3
    assert_production_is_whole(*HOUSES)


# What is turned away


@pytest.mark.rule("PMS-02")
def test_three_broken_rows_in_ten_thousand_come_back_with_reasons_and_the_rest_arrive(tmp_path):
    header, *rows = rows_of(SAMPLE)
    place = {name: number for number, name in enumerate(header)}
    many = [list(rows[number % len(rows)]) for number in range(10_000)]
    many[0][place["adr"]] = "cheap"
    many[4_999][place["arrival_date_day_of_month"]] = "32"
    many[9_999] = many[9_999][:-1]
    run = bring_in(write_rows(tmp_path / "many.csv", [header, *many]), BOTH)
    assert figures(run) == {"rows_read": 10_000, "created": 9_997, "updated": 0, "unchanged": 0, "rejected": 3}
    assert bookings().count() == 9_997
    kept = [(row.row_number, row.problems, row.cells) for row in run.rejected_rows.order_by("row_number")]
    day = "arrival_date_year + arrival_date_month + arrival_date_day_of_month"
    month = f"{many[4_999][place['arrival_date_year']]} {many[4_999][place['arrival_date_month']]}"
    assert kept == [
        (2, [["adr", "cheap", "not_a_number"]], many[0]),
        (5_001, [[day, f"{month} 32", "not_a_date"]], many[4_999]),
        (10_001, [["", "31", "wrong_number_of_columns"]], many[9_999]),
    ]
    assert_production_is_whole(*HOUSES)


def test_an_account_that_only_a_broken_row_names_is_not_made(tmp_path, world):
    header, *rows = rows_of(SAMPLE)
    place = {name: number for number, name in enumerate(header)}
    broken = list(rows[0])
    broken[place["company"]], broken[place["adr"]] = "4711", "?"
    bring_in(write_rows(tmp_path / "broken.csv", [header, broken]), BOTH)
    assert not ExternalId.objects.filter(value="4711").exists()


@pytest.fixture
def nothing_written():
    before = (bookings().count(), Account.objects.count(), ProductionMonth.objects.count(), Hotel.objects.count())
    yield
    assert (
        bookings().count(),
        Account.objects.count(),
        ProductionMonth.objects.count(),
        Hotel.objects.count(),
    ) == before


@pytest.mark.rule("PMS-02")
@pytest.mark.parametrize("column", ["adr", "company", "reservation_status", "hotel", "babies"])
def test_a_missing_column_is_refused_before_anything_is_written(tmp_path, nothing_written, column):
    header, *rows = rows_of(SAMPLE)
    gone = header.index(column)
    path = write_rows(tmp_path / "short.csv", [[*row[:gone], *row[gone + 1 :]] for row in [header, *rows]])
    with pytest.raises(Refusal) as refusal:
        bring_in(path, BOTH)
    assert refusal.value.code == "import.missing_columns"
    assert column in str(refusal.value)


def test_a_column_twice_is_refused(tmp_path, nothing_written):
    path = write_rows(tmp_path / "twice.csv", [[*row, row[0]] for row in rows_of(SAMPLE)])
    with pytest.raises(Refusal) as refusal:
        bring_in(path, BOTH)
    assert refusal.value.code == "import.doubled_columns"


@pytest.mark.rule("PMS-02")
def test_a_hotel_nobody_has_mapped_is_refused_before_anything_is_written(nothing_written):
    with pytest.raises(Refusal) as refusal:
        bring_in(SAMPLE, {"Resort Hotel": "H1"})
    assert refusal.value.code == "import.unknown_hotel"
    assert "City Hotel" in str(refusal.value)


def test_a_hotel_can_be_left_out(houses):
    run = bring_in(SAMPLE, {"Resort Hotel": "H1", "City Hotel": ""})
    assert (run.rows_read, run.created, run.left_out) == (60, 50, 10)
    assert not bookings().filter(hotel=houses[1]).exists()


def test_a_run_brings_nothing_to_a_hotel_it_is_not_for(houses):
    table = open_table(SAMPLE, SAMPLE.name)
    run = prepare_import(actor=OPERATOR, hotels=[houses[0]], table=table, name=SAMPLE.name)
    with pytest.raises(Refusal) as refusal:
        map_import(actor=OPERATOR, run=run, profile=profile_for([], DEMAND), hotel_map=BOTH)
    assert refusal.value.code == "import.other_hotel"


# The run itself


@pytest.mark.rule("SEC-03")
def test_the_audit_has_one_line_with_the_figures_and_none_for_each_row():
    before = AuditEntry.objects.count()
    run = bring_in(SAMPLE, BOTH)
    lines = AuditEntry.objects.order_by("pk")[before:]
    finished = [line for line in lines if line.command == "pms.finish_import"]
    assert [line.changes for line in finished] == [
        {
            "file": "sample.csv",
            "rows_read": 60,
            "created": 60,
            "updated": 0,
            "unchanged": 0,
            "rejected": 0,
            "left_out": 0,
        }
    ]
    assert {line.subject for line in finished} == {f"pms.importrun:{run.pk}"}
    assert {line.command for line in lines} == {
        "pms.prepare_import", "pms.map_import", "pms.start_import", "pms.finish_import", "pms.keep_habits",
        "clients.register_imported_accounts", "clients.publish_production",
    }  # fmt: skip
    assert len(lines) < 15


def test_who_started_it_is_told(world):
    run, table, profile = prepared(SAMPLE, BOTH, actor=world.seat("ma"))
    carry_out(actor=world.seat("ma"), run=run, table=table, profile=profile)
    told = Notification.objects.filter(recipient="ma", url=f"/h/H1/imports/{run.pk}/").get()
    assert told.values == {"file": "sample.csv", "created": 60, "updated": 0, "rejected": 0}


def test_an_import_starts_only_once():
    run, _table, profile = prepared(SAMPLE, BOTH)
    with pytest.raises(Refusal) as refusal:
        start_import(actor=OPERATOR, run=run)
    assert refusal.value.code == "import.state"
    with pytest.raises(Refusal) as refusal:
        map_import(actor=OPERATOR, run=run, profile=profile, hotel_map={})
    assert refusal.value.code == "import.state"


def test_an_import_without_a_profile_does_not_start(houses):
    table = open_table(SAMPLE, SAMPLE.name)
    run = prepare_import(actor=OPERATOR, hotels=[houses[0]], table=table, name=SAMPLE.name)
    with pytest.raises(Refusal) as refusal:
        start_import(actor=OPERATOR, run=run)
    assert refusal.value.code == "import.no_profile"


def test_a_refused_import_asks_for_the_hotels_it_does_not_know_and_can_be_mapped_anew():
    run, table, profile = prepared(SAMPLE, {"Resort Hotel": "H1"})
    with pytest.raises(Refusal) as refusal:
        carry_out(actor=OPERATOR, run=run, table=table, profile=profile)
    refuse_import(actor=OPERATOR, run=run, refusal=refusal.value)
    assert (run.state, run.hotel_map) == (RunState.REFUSED, {"Resort Hotel": "H1", "City Hotel": None})
    assert "City Hotel" in run.refusal
    map_import(actor=OPERATOR, run=run, profile=profile, hotel_map={"Resort Hotel": "H1", "City Hotel": ""})
    start_import(actor=OPERATOR, run=run)
    assert carry_out(actor=OPERATOR, run=run, table=table, profile=profile).created == 50


class CutOff(Exception):
    """The power goes."""


def cut_off_after(rows):
    def progress(run):
        if run.rows_read >= rows:
            raise CutOff

    return progress


@pytest.mark.rule("PMS-02")
@pytest.mark.parametrize("rows", [7, 28, 56])
def test_a_run_that_was_cut_off_goes_on_where_it_stopped(small_chunks, rows):
    run, table, profile = prepared(SAMPLE, BOTH)
    with pytest.raises(CutOff):
        carry_out(actor=OPERATOR, run=run, table=table, profile=profile, progress=cut_off_after(rows))
    assert bookings().count() == rows
    assert_production_is_whole(*HOUSES)
    seen = []
    carry_out(actor=OPERATOR, run=run, table=table, profile=profile, progress=lambda one: seen.append(one.rows_read))
    assert figures(run) == ALL_NEW
    assert_habits_are_whole(*HOUSES)
    assert seen[0] == min(rows + 7, 60)
    assert run.state == RunState.DONE
    assert_production_is_whole(*HOUSES)


@pytest.mark.rule("PMS-02")
def test_another_run_of_the_same_file_finds_what_the_cut_off_one_brought(small_chunks):
    run, table, profile = prepared(SAMPLE, BOTH)
    with pytest.raises(CutOff):
        carry_out(actor=OPERATOR, run=run, table=table, profile=profile, progress=cut_off_after(28))
    assert figures(bring_in(SAMPLE, BOTH)) == {
        "rows_read": 60,
        "created": 32,
        "updated": 0,
        "unchanged": 28,
        "rejected": 0,
    }


def test_a_worker_that_was_given_up_changes_nothing_more(small_chunks):
    run, table, profile = prepared(SAMPLE, BOTH)
    other = ImportRun.objects.get(pk=run.pk)

    def another_worker_goes_on(one):
        carry_out(actor=OPERATOR, run=other, table=table, profile=profile)

    with pytest.raises(TakenOver):
        carry_out(actor=OPERATOR, run=run, table=table, profile=profile, progress=another_worker_goes_on)
    assert figures(ImportRun.objects.get(pk=run.pk)) == ALL_NEW
    assert bookings().count() == 60
    assert_production_is_whole(*HOUSES)


def test_a_silent_run_is_given_up_and_can_go_on(small_chunks):
    run, table, profile = prepared(SAMPLE, BOTH)
    with pytest.raises(CutOff):
        carry_out(actor=OPERATOR, run=run, table=table, profile=profile, progress=cut_off_after(28))
    assert give_up_silent_imports.call() == 0
    ImportRun.objects.filter(pk=run.pk).update(alive_at=timezone.now() - timedelta(minutes=16))
    assert give_up_silent_imports.call() == 1
    run.refresh_from_db()
    assert run.state == RunState.ABANDONED
    start_import(actor=OPERATOR, run=run)
    carry_out(actor=OPERATOR, run=run, table=table, profile=profile)
    assert figures(run) == ALL_NEW


def test_a_file_can_be_put_away(houses):
    table = open_table(SAMPLE, SAMPLE.name)
    run = prepare_import(actor=OPERATOR, hotels=[houses[0]], table=table, name=SAMPLE.name)
    abandon_import(actor=OPERATOR, run=run)
    assert run.state == RunState.ABANDONED


def test_a_survey_writes_nothing(nothing_written):
    found = survey(open_table(SAMPLE, SAMPLE.name), profile_for([], DEMAND))
    assert (found.rows, found.rejected, found.hotel_names) == (60, 0, {"Resort Hotel", "City Hotel"})
    assert found.accounts["City Hotel"] == {("company", "7"), ("agent", "9")}


# At the same time, each in a thread with a connection of its own


@pytest.mark.django_db(transaction=True)
@pytest.mark.rule("PMS-02")
@pytest.mark.rule("PMS-03")
def test_two_imports_at_once_bring_every_row_in_once(small_chunks, tmp_path):
    """The same rows from two files, in two orders, by two workers."""
    header, *rows = rows_of(SAMPLE)
    other = write_rows(tmp_path / "other.csv", [header, *rows[::-1]])
    results, gate = [], threading.Barrier(2)

    def work(path):
        try:
            gate.wait(timeout=30)
            results.append(figures(bring_in(path, BOTH)))
        finally:
            connection.close()

    workers = [threading.Thread(target=work, args=(path,)) for path in (SAMPLE, other)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(timeout=60)
    assert sum(one["created"] for one in results) == sum(one["unchanged"] for one in results) == 60
    assert bookings().count() == 60
    assert ExternalId.objects.filter(hotel__code__in=HOUSES).count() == 8
    assert_production_is_whole(*HOUSES)
