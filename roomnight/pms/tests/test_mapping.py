"""Reading a row: every kind of value, and every reason a row is turned away for."""

from datetime import date
from decimal import Decimal

import pytest

from roomnight.pms.models import Reason
from roomnight.pms.rules.mapping import REASONS, BookingRow, Problem, Reader, revenue_cents
from roomnight.pms.rules.profile import ProfileError, doubled_columns, missing_columns, read_profile

CONFIG = {
    "hotel": "hotel",
    "key": ["number"],
    "fields": {
        "status": {"column": "state", "values": {"OUT": "stayed", "CXL": "cancelled", "NS": "no_show"}},
        "arrival": {"column": "from", "format": "%d/%m/%Y"},
        "nights": {"until": "to", "format": "%d/%m/%Y"},
        "rate": {"column": "rate"},
        "booked_on": {"days_before_arrival": "lead"},
        "company": {"column": "company"},
        "adults": {"column": "adults"},
        "repeated_guest": {"column": "again", "values": {"Y": "yes", "N": "no"}},
    },
}
HEADER = ["hotel", "number", "state", "from", "to", "rate", "lead", "company", "adults", "again", "remark"]
ROW = dict(
    zip(
        HEADER,
        ["Lake", "R-1", "OUT", "30/01/2016", "03/02/2016", "100.50", "14", "7", "2", "N", "sea view"],
        strict=True,
    )
)


def read(**changes: str) -> BookingRow | list[Problem]:
    return Reader(read_profile("own", 1, CONFIG), HEADER).read([{**ROW, **changes}[name] for name in HEADER])


@pytest.mark.rule("PMS-01")
def test_a_whole_row():
    row = read()
    assert isinstance(row, BookingRow)
    assert (row.hotel, row.identity, row.status) == ("Lake", "R-1", "stayed")
    assert (row.arrival, row.departure, row.nights) == (date(2016, 1, 30), date(2016, 2, 3), 4)
    assert (row.rate, row.revenue_cents) == (Decimal("100.5"), 40200)
    assert (row.booked_on, row.company, row.adults, row.repeated_guest) == (date(2016, 1, 16), "7", 2, False)
    assert (row.agent, row.channel, row.children, row.status_on) == ("", "", None, None)


@pytest.mark.parametrize(
    ("case", "changes", "field", "value"),
    [
        ("nothing is no company", {"company": ""}, "company", ""),
        ("NULL is no company", {"company": "NULL"}, "company", ""),
        ("NA is no company", {"company": "NA"}, "company", ""),
        ("a number as some tools write it", {"company": "223.0"}, "company", "223"),
        ("a company by letters", {"company": "C-12.5"}, "company", "C-12.5"),
        ("a count as some tools write it", {"adults": "2.0"}, "adults", 2),
        ("a count that is missing", {"adults": "NA"}, "adults", None),
        ("an answer that is missing", {"again": ""}, "repeated_guest", None),
        ("no lead time known", {"lead": "NULL"}, "booked_on", None),
        ("a rate below nothing is kept", {"rate": "-6.38"}, "rate", Decimal("-6.38")),
        ("a rate out of the ordinary is kept", {"rate": "5400"}, "rate", Decimal(5400)),
        ("a rate of more places than we keep", {"rate": "10.00005"}, "rate", Decimal("10.0001")),
        ("a rate as people type it", {"rate": "¥1,280.50"}, "rate", Decimal("1280.5")),
        ("a date as a sheet has it", {"from": "2016-01-30 14:00:00"}, "arrival", date(2016, 1, 30)),
        ("no night at all", {"to": "30/01/2016"}, "nights", 0),
    ],
)
def test_values(case, changes, field, value):
    assert getattr(read(**changes), field) == value


@pytest.mark.rule("PMS-02")
@pytest.mark.parametrize(
    ("case", "changes", "problems"),
    [
        ("no hotel", {"hotel": ""}, [("hotel", "", "missing")]),
        ("no booking number", {"number": "NULL"}, [("number", "NULL", "missing")]),
        ("a booking number without end", {"number": "9" * 81}, [("number", "9" * 81, "too_long")]),
        ("no arrival", {"from": ""}, [("from", "", "missing")]),
        ("the thirtieth of February", {"from": "30/02/2016"}, [("from", "30/02/2016", "not_a_date")]),
        ("another way of writing", {"from": "01/30/2016"}, [("from", "01/30/2016", "not_a_date")]),
        ("a year that nobody lives in", {"from": "30/01/0216"}, [("from", "30/01/0216", "not_a_date")]),
        ("leaves before arriving", {"to": "29/01/2016"}, [("to", "29/01/2016", "before_arrival")]),
        ("stays for ever", {"to": "30/01/2116"}, [("to", "30/01/2116", "too_large")]),
        ("a word for a rate", {"rate": "free"}, [("rate", "free", "not_a_number")]),
        ("no number at all", {"rate": "NaN"}, [("rate", "NaN", "not_a_number")]),
        ("a rate beyond sense", {"rate": "99999999"}, [("rate", "99999999", "too_large")]),
        ("no rate", {"rate": ""}, [("rate", "", "missing")]),
        ("a state nobody knows", {"state": "GONE"}, [("state", "GONE", "unknown_value")]),
        ("half an adult", {"adults": "1.5"}, [("adults", "1.5", "not_whole")]),
        ("less than nobody", {"adults": "-1"}, [("adults", "-1", "negative")]),
        ("a company's number without end", {"company": "x" * 41}, [("company", "x" * 41, "too_long")]),
        ("two at once", {"rate": "?", "lead": "x"}, [("rate", "?", "not_a_number"), ("lead", "x", "not_a_number")]),
    ],
)
def test_every_problem_with_column_value_and_reason(case, changes, problems):
    assert read(**changes) == [Problem(*problem) for problem in problems]


def test_a_row_of_the_wrong_length():
    reader = Reader(read_profile("own", 1, CONFIG), HEADER)
    assert reader.read(["Lake", "R-1"]) == [Problem("", "2", "wrong_number_of_columns")]
    assert reader.hotel_of(["Lake", "R-1"]) == "Lake"
    assert reader.hotel_of([]) == ""


def test_every_reason_has_words():
    assert set(Reason.values) == set(REASONS)


@pytest.mark.parametrize(
    ("case", "rate", "nights", "cents"),
    [
        ("plain", "100.50", 4, 40200),
        ("three times a third of a hundred", "33.33", 3, 9999),
        ("below nothing", "-6.38", 2, -1276),
        ("no night", "75", 0, 0),
        ("half a cent goes up", "0.005", 1, 1),
        ("half a cent below nothing goes away from it", "-0.005", 1, -1),
        ("less than half a cent goes", "10.0012", 2, 2000),
    ],
)
def test_revenue_is_exact_to_the_cent(case, rate, nights, cents):
    assert revenue_cents(Decimal(rate), nights) == cents


# Identity


def digest(cells: dict[str, str], header: list[str] = HEADER, **config: object) -> str:
    profile = read_profile("own", 1, {**CONFIG, "key": [], **config})
    return Reader(profile, header).row_digest([cells[name] for name in header])


def test_a_row_is_known_whatever_the_order_of_its_columns():
    assert digest(ROW) == digest(ROW, HEADER[::-1])


def test_a_row_is_another_when_any_cell_is_another():
    others = {digest({**ROW, name: "different"}) for name in HEADER}
    assert len(others | {digest(ROW)}) == len(HEADER) + 1


def test_cells_cannot_run_into_each_other():
    assert digest({**ROW, "state": "OUT1", "to": "2"}) != digest({**ROW, "state": "OUT", "to": "12"})


def test_only_the_columns_that_are_named_make_the_row():
    assert digest(ROW, row=HEADER[:-1]) == digest({**ROW, "remark": "no view"}, row=HEADER[:-1])


def test_content_is_what_the_profile_reads():
    assert read().content == read(remark="no view").content
    assert read().content != read(adults="3").content


# Profiles


@pytest.mark.rule("PMS-01")
@pytest.mark.parametrize(
    ("case", "fields", "says"),
    [
        ("no fields", None, "fields: missing"),
        ("a field nobody knows", {"mood": {"column": "x"}}, "mood: no such field"),
        ("no rate", {"rate": None}, "rate: not understood"),
        ("no words for the state", {"status": {"column": "state", "values": {}}}, "status: its values are missing"),
        (
            "a state that is none",
            {"status": {"column": "state", "values": {"A": "away"}}},
            "status: away is not one of",
        ),
        ("a way the field does not know", {"rate": {"sum": ["a", "b"]}}, "rate: not understood"),
        ("a word too many", {"rate": {"column": "rate", "times": "2"}}, "rate: not understood"),
        ("a column without a name", {"rate": {"column": ""}}, "rate: a column has no name"),
        ("columns as one text", {"nights": {"sum": "abc"}}, "nights: a list of names is wanted"),
    ],
)
def test_a_profile_that_cannot_be_used(case, fields, says):
    config = {**CONFIG, "fields": None if fields is None else {**CONFIG["fields"], **fields}}
    with pytest.raises(ProfileError, match=says):
        read_profile("own", 1, config)


@pytest.mark.parametrize("field", ["status", "arrival", "nights", "rate"])
def test_what_every_profile_must_find(field):
    fields = {name: source for name, source in CONFIG["fields"].items() if name != field}
    with pytest.raises(ProfileError, match=f"{field}: has to come from somewhere"):
        read_profile("own", 1, {**CONFIG, "fields": fields})


def test_missing_and_doubled_columns():
    profile = read_profile("own", 1, CONFIG)
    assert missing_columns(profile, HEADER) == []
    assert missing_columns(profile, [name for name in HEADER if name not in {"rate", "to"}]) == ["to", "rate"]
    assert doubled_columns(profile, [*HEADER, "rate", "remark"]) == ["rate"]
