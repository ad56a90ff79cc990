"""Folio lines: brought in, again, changed and cut off; what they do to production; whose they are (PMS-01 to PMS-03)."""

import csv
import json
from datetime import date
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from roomnight.clients.commands import link_external_id, register_account
from roomnight.clients.models import Account, ExternalId
from roomnight.kernel.commands import OPERATOR
from roomnight.kernel.errors import Refusal
from roomnight.pms.adapters import SAMPLES
from roomnight.pms.commands import TakenOver, assign_party, carry_out, importing
from roomnight.pms.models import Booking, FolioLine, ImportRun, Party, ProductionMonth
from roomnight.pms.queries import kept_charges, recount_charges, spending
from roomnight.pms.rules.profile import read_profile
from roomnight.pms.tests.bringing import bring_in, figures, prepared, write_rows

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("houses")]
KEY = "opera-style-folios"
SAMPLE = SAMPLES[KEY]
OWN = {
    "kind": "folios",
    "key": ["no"],
    "fields": {
        "business_date": {"column": "day"},
        "amount": {"column": "amount"},
        "revenue_kind": {"column": "kind", "values": {"F": "food", "B": "beverage", "R": "room"}, "otherwise": "other"},
        "currency": {"column": "currency"},
        "company": {"column": "company"},
        "company_name": {"column": "name"},
    },
}
HEADER = ["no", "day", "amount", "kind", "currency", "company", "name"]
LINES = [
    ["1", "2026-10-31", "100", "F", "", "7", ""],
    ["2", "2026-11-01", "60.50", "B", "", "7", ""],
    ["3", "2026-11-02", "-20", "F", "CNY", "7", ""],
    ["4", "2026-11-02", "500", "F", "USD", "7", ""],
    ["5", "2026-11-02", "80", "?", "", "", "启宸电子（协）"],
    ["6", "2026-11-02", "30", "F", "", "", ""],
]


@pytest.fixture
def seven(houses):
    """The client that the PMS knows as 7."""
    found = register_account(actor=OPERATOR, hotel=houses[0], name="华垣物流有限公司")
    link_external_id(actor=OPERATOR, account=found, kind="company", value="7")
    return found


def own(tmp_path, lines, name="lines.csv", config=OWN):
    return bring_in(write_rows(tmp_path / name, [HEADER, *lines]), {"": "H1"}, read_profile("own", 1, config))


def facts():
    rows = ProductionMonth.objects.filter(hotel__code="H1", basis="charged").order_by("month", "product")
    return [(one.account.name, f"{one.month:%Y-%m}", one.product, one.charges, one.charged_cents) for one in rows]


def assert_whole(hotel):
    """PMS-03 for charges."""
    assert kept_charges(hotel) == recount_charges(hotel)


@pytest.mark.rule("PMS-02")
@pytest.mark.rule("PMS-03")
@pytest.mark.parametrize("chunk", [1, 2, 4000])
def test_lines_come_in_once_and_count_for_their_client(monkeypatch, tmp_path, houses, seven, chunk):
    monkeypatch.setattr(importing, "CHUNK", chunk)
    assert figures(own(tmp_path, LINES)) == {
        "rows_read": 6, "created": 6, "updated": 0, "unchanged": 0, "rejected": 0,
    }  # fmt: skip
    expected = [
        ("华垣物流有限公司", "2026-10", "food", 1, 10000),
        ("华垣物流有限公司", "2026-11", "beverage", 1, 6050),
        ("华垣物流有限公司", "2026-11", "food", 1, -2000),
    ]
    assert facts() == expected
    assert figures(own(tmp_path, LINES))["unchanged"] == 6
    assert facts() == expected
    assert_whole(houses[0])
    assert FolioLine.objects.get(hotel=houses[0], source_key="own:4").currency == "USD"


@pytest.mark.rule("PMS-02")
@pytest.mark.rule("PMS-03")
@pytest.mark.parametrize(
    ("case", "line", "expected"),
    [
        ("another amount", ["1", "2026-10-31", "90", "F", "", "7", ""], {("2026-10", "food"): 9000, ("2026-11", "food"): -2000}),
        ("another month", ["1", "2026-11-01", "100", "F", "", "7", ""], {("2026-11", "food"): 8000}),
        ("another product", ["1", "2026-10-31", "100", "R", "", "7", ""], {("2026-10", "room"): 10000, ("2026-11", "food"): -2000}),
        ("another currency", ["1", "2026-10-31", "100", "F", "EUR", "7", ""], {("2026-11", "food"): -2000}),
        ("nobody's any more", ["1", "2026-10-31", "100", "F", "", "", ""], {("2026-11", "food"): -2000}),
        ("somebody else's", ["1", "2026-10-31", "100", "F", "", "", "启宸电子"], {("2026-11", "food"): -2000}),
    ],
)  # fmt: skip
def test_a_line_sent_again_updates_what_it_brought(tmp_path, houses, seven, case, line, expected):
    own(tmp_path, LINES)
    run = own(tmp_path, [line, *LINES[1:]], "again.csv")
    assert (run.created, run.updated, run.unchanged) == (0, 1, 5)
    found = {(month, product): cents for _name, month, product, _lines, cents in facts()}
    assert found == {**expected, ("2026-11", "beverage"): 6050}
    assert_whole(houses[0])


line = st.tuples(
    st.sampled_from("12345"),
    st.sampled_from(["2026-09-30", "2026-10-01", "2026-10-15"]),
    st.sampled_from(["10", "-10", "0", "7.77"]),
    st.sampled_from("FBR?"),
    st.sampled_from(["", "CNY", "USD"]),
    st.sampled_from(["7", "8", ""]),
    st.sampled_from(["", "启宸电子"]),
).map(list)


@pytest.mark.rule("PMS-03")
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(files=st.lists(st.lists(line, min_size=1, max_size=6), min_size=1, max_size=4), said=st.booleans())
def test_whatever_is_sent_production_equals_a_recount(tmp_path, houses, seven, files, said):
    for lines in files:
        own(tmp_path, lines)
        if said and (party := Party.objects.filter(hotel=houses[0], account=None).first()):
            assign_party(actor=OPERATOR, party=party, account=seven)
        assert_whole(houses[0])


def test_facts_of_rooms_are_left_alone(tmp_path, houses, seven):
    own(tmp_path, LINES[:1])
    own(tmp_path, [[*LINES[0][:5], "", ""]], "again.csv")
    assert facts() == []
    assert not ProductionMonth.objects.filter(account=seven).exists()


# Whose lines they are


@pytest.mark.rule("PMS-01")
def test_nobody_is_made_a_client_and_what_is_not_recognised_waits(tmp_path, houses, seven):
    before = Account.objects.count()
    own(tmp_path, LINES)
    assert Account.objects.count() == before
    waiting = Party.objects.get(hotel=houses[0], account=None)
    assert (waiting.name, waiting.side, waiting.code) == ("启宸电子（协）", "company", "")
    assert waiting.folio_lines.count() == 1


@pytest.mark.rule("PMS-01")
def test_a_name_written_a_little_differently_is_recognised(tmp_path, houses):
    known = register_account(actor=OPERATOR, hotel=houses[0], name="启宸电子")
    own(tmp_path, [["5", "2026-11-02", "80", "F", "", "", " 启宸 电子 (协) "]])
    assert facts() == [("启宸电子", "2026-11", "food", 1, 8000)]
    assert Party.objects.get(hotel=houses[0]).account == known


@pytest.mark.rule("PMS-01")
def test_a_name_that_two_clients_have_waits(tmp_path, houses):
    for _two in range(2):
        register_account(actor=OPERATOR, hotel=houses[0], name="启宸电子")
    own(tmp_path, LINES)
    assert Party.objects.get(hotel=houses[0], name="启宸电子（协）").account is None


@pytest.mark.rule("PMS-01")
def test_the_number_comes_before_the_name(tmp_path, houses, seven):
    register_account(actor=OPERATOR, hotel=houses[0], name="启宸电子")
    own(tmp_path, [["5", "2026-11-02", "80", "F", "", "7", "启宸电子"]])
    assert facts() == [("华垣物流有限公司", "2026-11", "food", 1, 8000)]


@pytest.mark.rule("PMS-01")
@pytest.mark.rule("PMS-03")
def test_what_a_person_says_is_remembered_and_the_waiting_rows_follow(tmp_path, houses, seven):
    lines = [["5", "2026-11-02", "80", "F", "", "99", "启宸电子"]]
    own(tmp_path, lines)
    assert facts() == []
    assign_party(actor=OPERATOR, party=Party.objects.get(hotel=houses[0]), account=seven)
    assert facts() == [("华垣物流有限公司", "2026-11", "food", 1, 8000)]
    assert ExternalId.objects.get(hotel=houses[0], kind="company", value="99").account == seven
    own(tmp_path, [["9", "2026-11-03", "20", "F", "", "99", "启宸电子公司"]], "later.csv")
    own(tmp_path, [["10", "2026-11-03", "5", "F", "", "", "启宸电子"]], "latest.csv")
    assert facts() == [("华垣物流有限公司", "2026-11", "food", 3, 10500)]
    assert_whole(houses[0])


@pytest.mark.rule("PMS-03")
def test_said_otherwise_later_everything_moves(tmp_path, houses, seven):
    other = register_account(actor=OPERATOR, hotel=houses[0], name="另一家")
    own(tmp_path, [["5", "2026-11-02", "80", "F", "", "", "启宸电子"]])
    party = Party.objects.get(hotel=houses[0])
    assign_party(actor=OPERATOR, party=party, account=seven)
    assign_party(actor=OPERATOR, party=party, account=other)
    assert facts() == [("另一家", "2026-11", "food", 1, 8000)]
    assert_whole(houses[0])


def test_a_client_of_another_hotel_is_refused(tmp_path, houses):
    own(tmp_path, LINES[4:5])
    foreign = register_account(actor=OPERATOR, hotel=houses[1], name="外店客户")
    with pytest.raises(Refusal, match="party.other_hotel|本酒店|this hotel"):
        assign_party(actor=OPERATOR, party=Party.objects.get(hotel=houses[0]), account=foreign)
    assert Party.objects.get(hotel=houses[0]).account is None


# Reservations whose clients are named

NAMED_BOOKINGS = {
    "key": ["no"],
    "accounts": "match",
    "fields": {
        "status": {"column": "state", "values": {"OUT": "stayed"}},
        "arrival": {"column": "from"},
        "nights": {"column": "nights"},
        "rate": {"column": "rate"},
        "company_name": {"column": "company"},
        "block": {"column": "group"},
    },
}


@pytest.mark.rule("PMS-01")
@pytest.mark.rule("PMS-03")
def test_reservations_that_name_a_company_wait_and_follow_too(tmp_path, houses, seven):
    from_file = [
        ["no", "state", "from", "nights", "rate", "company", "group"],
        ["1", "OUT", "2026-10-30", "3", "100", "启宸电子", "T1101"],
    ]
    path = write_rows(tmp_path / "stays.csv", from_file)
    before = Account.objects.count()
    bring_in(path, {"": "H1"}, read_profile("named", 1, NAMED_BOOKINGS))
    booking = Booking.objects.get(hotel=houses[0])
    assert (booking.company, booking.block, Account.objects.count()) == (None, "T1101", before)
    assign_party(actor=OPERATOR, party=booking.company_party, account=seven)
    booking.refresh_from_db()
    assert booking.company == seven
    rooms = ProductionMonth.objects.filter(account=seven, product="rooms", basis="stay").order_by("month")
    assert list(rooms.values_list("room_nights", "room_revenue_cents")) == [(2, 20000), (1, 10000)]
    seven.refresh_from_db()
    assert seven.last_arrival_on == date(2026, 10, 30)
    bring_in(path, {"": "H1"}, read_profile("named", 2, NAMED_BOOKINGS))
    booking.refresh_from_db()
    assert booking.company == seven


# Totals


@pytest.mark.rule("PMS-01")
@pytest.mark.rule("PMS-05")
def test_the_sample_comes_in_and_ties_to_its_own_total(houses):
    run = bring_in(SAMPLE, {"SHLJZ": "H1"}, KEY)
    assert figures(run) == {"rows_read": 8, "created": 8, "updated": 0, "unchanged": 0, "rejected": 0}
    assert (run.stated, run.summed, run.is_off_by) == (Decimal("15001.00"), Decimal("15001.00"), 0)
    one = FolioLine.objects.get(source_key=f"{KEY}:900106")
    told = (
        one.business_date,
        one.amount,
        one.tax_cents,
        one.service_cents,
        one.currency,
        one.revenue_kind,
        one.department,
    )
    assert told == (date(2026, 11, 3), Decimal("8960.00"), 53760, 134400, "CNY", "banquet", "Banquet")
    assert (one.on_city_ledger, one.reference, one.room) == (True, "BEO 2231", "")
    assert FolioLine.objects.get(source_key=f"{KEY}:900108").amount_cents == -12000


@pytest.mark.rule("PMS-01")
def test_a_total_that_does_not_tie_is_said(tmp_path, houses):
    with SAMPLE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    rows.insert(4, ["", "餐饮小计", *[""] * 14])
    path = write_rows(tmp_path / "short.csv", rows[:-3] + rows[-1:])
    out, err = StringIO(), StringIO()
    call_command("import_folios", path, profile=KEY, map=["SHLJZ=H1"], stdout=out, stderr=err)
    assert json.loads(out.getvalue()) == {"read": 6, "created": 6, "updated": 0, "unchanged": 0, "rejected": 0}
    assert "15036.00" in err.getvalue() and "15001.00" in err.getvalue()
    assert ImportRun.objects.latest("pk").is_off_by == Decimal("35.00")


# The command, and rows that cannot be read


@pytest.mark.rule("PMS-02")
def test_broken_lines_come_back_with_reasons(tmp_path, houses, seven):
    broken = [
        ["7", "gestern", "1", "F", "", "", ""],
        ["8", "2026-11-02", "viel", "F", "RMBX", "", ""],
        ["", "2026-11-02", "1", "F", "", "", ""],
    ]
    run = own(tmp_path, [*LINES, *broken])
    assert figures(run)["rejected"] == 3
    told = [[tuple(problem) for problem in row.problems] for row in run.rejected_rows.order_by("row_number")]
    assert told == [
        [("day", "gestern", "not_a_date")],
        [("amount", "viel", "not_a_number"), ("currency", "RMBX", "unknown_value")],
        [("no", "", "missing")],
    ]


@pytest.mark.rule("PMS-02")
def test_lines_without_a_number_are_known_by_their_whole_row(tmp_path, houses, seven):
    config = {**OWN, "key": []}
    assert own(tmp_path, [*LINES, LINES[0]], config=config).created == 7
    again = own(tmp_path, [LINES[0], *reversed(LINES)], "again.csv", config=config)
    assert (again.created, again.unchanged) == (0, 7)
    assert_whole(houses[0])


@pytest.mark.rule("PMS-02")
def test_cut_off_and_started_again_it_ends_in_the_same_state(monkeypatch, tmp_path, houses, seven):
    monkeypatch.setattr(importing, "CHUNK", 2)
    path = write_rows(tmp_path / "lines.csv", [HEADER, *LINES])
    run, table, profile = prepared(path, {"": "H1"}, read_profile("own", 1, OWN))

    def die(now):
        if now.rows_read == 4:
            raise TakenOver

    with pytest.raises(TakenOver):
        carry_out(actor=OPERATOR, run=run, table=table, profile=profile, progress=die)
    assert FolioLine.objects.filter(hotel=houses[0]).count() == 4
    assert_whole(houses[0])
    run.refresh_from_db()
    carry_out(actor=OPERATOR, run=run, table=table, profile=profile)
    assert figures(run) == {"rows_read": 6, "created": 6, "updated": 0, "unchanged": 0, "rejected": 0}
    assert_whole(houses[0])


def test_a_profile_of_another_kind_is_refused(houses):
    with pytest.raises(CommandError, match="folios"):
        call_command("import_bookings", SAMPLE, profile=KEY, map=["SHLJZ=H1"], stdout=StringIO(), stderr=StringIO())


def test_spending_beside_the_year_before(tmp_path, houses, seven):
    own(tmp_path, [*LINES, ["20", "2025-11-05", "40", "F", "", "7", ""], ["21", "2025-12-05", "4", "B", "", "7", ""]])
    found = {one.product: (one.amount, one.year_before) for one in spending(seven, until=date(2026, 11, 18))}
    assert found == {"food": (Decimal("80.00"), Decimal("40.00")), "beverage": (Decimal("64.50"), Decimal("0.00"))}
