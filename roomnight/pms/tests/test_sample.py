"""The shipped profile on sixty invented rows, against figures worked out by hand.

Company 7 at the resort: two equal stays of four nights at 100 from 30 January, so 8 nights and 800.00, half of them
slept in February; in February a cancelled booking of two nights, a no-show, a stay without a night and a free one of
two nights, and one night at 5,400 on leap day; in March a night at −6.38. Company 12 and agent 9 share one booking of
three nights at 33.33 from 31 March. Agent 9 has three equal nights at 62 on 1 March. Agent 240 only ever cancelled.
Company 30 arrived on 1, 11 (twice) and 31 January, company 31 on 1 and 8 January, each for one night at 50.
"""

from datetime import date
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from roomnight.pms.models import Booking, BookingStatus
from roomnight.pms.tests.bringing import BOTH, SAMPLE, assert_production_is_whole, bring_in

pytestmark = pytest.mark.django_db

MEASURES = "bookings,stays,cancellations,no_shows,room_nights,cancelled_room_nights,zero_rate_stays,zero_night_stays,room_revenue"
COMPANY_MONTHS = f"""\
hotel,account_type,account_id,arrival_month,{MEASURES}
H1,company,7,2016-01,2,2,0,0,8,0,0,0,800.00
H1,company,7,2016-02,5,3,1,1,3,2,2,1,5400.00
H1,company,7,2016-03,1,1,0,0,1,0,0,0,-6.38
H1,company,12,2016-03,1,1,0,0,3,0,0,0,99.99
H1,company,30,2016-01,4,4,0,0,4,0,0,0,200.00
H1,company,31,2016-01,2,2,0,0,2,0,0,0,100.00
"""
AGENT_MONTHS = f"""\
hotel,account_type,account_id,arrival_month,{MEASURES}
H1,agent,9,2016-03,4,4,0,0,6,0,0,0,285.99
H1,agent,240,2016-05,1,0,1,0,0,2,0,0,0.00
"""
COMPANY_STAYS = """\
hotel,account_type,account_id,stay_month,room_nights,room_revenue
H1,company,7,2016-01,4,400.00
H1,company,7,2016-02,7,5800.00
H1,company,7,2016-03,1,-6.38
H1,company,12,2016-03,1,33.33
H1,company,12,2016-04,2,66.66
H1,company,30,2016-01,4,200.00
H1,company,31,2016-01,2,100.00
"""
AGENT_STAYS = """\
hotel,account_type,account_id,stay_month,room_nights,room_revenue
H1,agent,9,2016-03,4,219.33
H1,agent,9,2016-04,2,66.66
"""
COMPANY_YEARS = f"""\
hotel,account_type,account_id,year,{MEASURES}
H1,company,7,2016,8,6,1,1,12,2,2,1,6193.62
H1,company,12,2016,1,1,0,0,3,0,0,0,99.99
H1,company,30,2016,4,4,0,0,4,0,0,0,200.00
H1,company,31,2016,2,2,0,0,2,0,0,0,100.00
"""
LOST_HEAD = (
    "hotel,account_type,account_id,ever_produced,bookings,stays,distinct_arrival_dates,first_arrival,last_arrival,"
    "last_departure,days_since_last_arrival,lost_90d,lost_90d_by_departure,room_nights,room_revenue,n_gaps,mean_gap,"
    "median_gap,overdue_2x_mean,overdue_2x_median\n"
)
# Company 7 arrived on 30 January, 20, 25 and 29 February and 5 March: gaps 21, 5, 4 and 5 days.
LOST_IN_APRIL = (
    LOST_HEAD
    + """\
H1,company,7,True,8,6.0,5.0,2016-01-30,2016-03-05,2016-03-06,32.0,False,False,12.0,6193.62,4.0,8.75,5.0,True,True
H1,company,12,True,1,1.0,1.0,2016-03-31,2016-03-31,2016-04-03,6.0,False,False,3.0,99.99,,,,,
H1,company,30,True,4,4.0,3.0,2016-01-01,2016-01-31,2016-02-01,66.0,False,False,4.0,200.00,2.0,15.0,15.0,True,True
H1,company,31,True,2,2.0,2.0,2016-01-01,2016-01-08,2016-01-09,89.0,False,False,2.0,100.00,1.0,7.0,7.0,,
"""
)
LOST_ON_MARCH_1 = (
    LOST_HEAD
    + """\
H1,company,7,True,7,5.0,4.0,2016-01-30,2016-02-29,2016-03-01,1.0,False,False,11.0,6200.00,3.0,10.0,5.0,False,False
H1,company,30,True,4,4.0,3.0,2016-01-01,2016-01-31,2016-02-01,30.0,False,False,4.0,200.00,2.0,15.0,15.0,False,False
H1,company,31,True,2,2.0,2.0,2016-01-01,2016-01-08,2016-01-09,53.0,False,False,2.0,100.00,1.0,7.0,7.0,,
"""
)
AGENTS_IN_JULY = (
    LOST_HEAD
    + """\
H1,agent,9,True,4,4.0,2.0,2016-03-01,2016-03-31,2016-04-03,92.0,True,False,6.0,285.99,1.0,30.0,30.0,,
H1,agent,240,False,1,,,,,,,,,,,,,,,
"""
)


def printed(command: str, **options: Any) -> str:
    """What a command of the operator's prints to stdout, for H1."""
    out = StringIO()
    call_command(command, hotel="H1", format="csv", stdout=out, stderr=StringIO(), **options)
    return out.getvalue()


@pytest.fixture(autouse=True)
def imported(houses):
    bring_in(SAMPLE, BOTH)
    return houses


@pytest.mark.rule("PMS-03")
@pytest.mark.parametrize(
    ("by", "side", "expected"),
    [
        ("month", "company", COMPANY_MONTHS),
        ("month", "agent", AGENT_MONTHS),
        ("stay-month", "company", COMPANY_STAYS),
        ("stay-month", "agent", AGENT_STAYS),
        ("year", "company", COMPANY_YEARS),
    ],
)
def test_production(by, side, expected):
    assert printed("production", by=by, type=side) == expected
    assert printed("production", by=by, type=side, year=2016) == expected
    assert printed("production", by=by, type=side, year=2015) == expected.splitlines(keepends=True)[0]


@pytest.mark.parametrize(
    ("as_of", "side", "expected"),
    [
        ("2016-04-06", "company", LOST_IN_APRIL),
        ("2016-03-01", "company", LOST_ON_MARCH_1),
        ("2016-07-01", "agent", AGENTS_IN_JULY),
        ("2015-01-01", "agent", LOST_HEAD),
    ],
)
def test_lost(as_of, side, expected):
    assert printed("lost", as_of=date.fromisoformat(as_of), type=side) == expected


@pytest.mark.parametrize(
    ("as_of", "side", "number", "lost", "by_departure"),
    [
        ("2016-04-07", "company", "31", "False", "False"),
        ("2016-04-08", "company", "31", "True", "True"),
        ("2016-06-30", "agent", "9", "True", "False"),
        ("2016-07-02", "agent", "9", "True", "True"),
    ],
)
def test_the_days_on_which_an_account_becomes_lost(as_of, side, number, lost, by_departure):
    line = next(
        line
        for line in printed("lost", as_of=date.fromisoformat(as_of), type=side).splitlines()
        if f",{number},True," in line
    )
    assert line.split(",")[11:13] == [lost, by_departure]


@pytest.mark.rule("PMS-01")
def test_what_is_kept_of_a_booking(imported):
    one = Booking.objects.get(hotel=imported[0], rate="5400")
    told = {
        field.name: getattr(one, field.name)
        for field in Booking._meta.concrete_fields
        if field.name not in {"id", "hotel", "company", "agent", "source_key", "content"}
    }
    assert {name: str(value) for name, value in told.items()} == {
        "revenue_cents": "540000",
        "departure": "2016-03-01",
        "status": "stayed",
        "arrival": "2016-02-29",
        "nights": "1",
        "rate": "5400.0000",
        "booked_on": "2016-02-15",
        "status_on": "2016-03-01",
        "channel": "Corporate",
        "segment": "Corporate",
        "country": "CHN",
        "room_type": "A",
        "room_type_given": "A",
        "meal": "BB",
        "deposit": "No Deposit",
        "customer_type": "Transient",
        "adults": "1",
        "children": "0",
        "repeated_guest": "False",
        "block": "",
        "rate_code": "",
        "guest_company": "",
        "invoice_title": "",
        "email_domain": "",
        "phone_key": "",
        "trace": "None",
        "company_party": "None",
        "agent_party": "None",
    }
    assert str(one.revenue) == "5400.00"


def test_traps_of_the_data_set(imported):
    resort = Booking.objects.filter(hotel=imported[0])
    assert resort.filter(rate="-6.38", revenue_cents=-638).count() == 1
    assert set(resort.values_list("country", flat=True)) >= {"CN", "CHN", ""}
    assert resort.filter(children=None).exists()
    assert resort.filter(status=BookingStatus.STAYED, nights=0).exists()
    assert resort.exclude(company=None).exclude(agent=None).count() == 1
    assert resort.filter(revenue_cents=40000, company__external_ids__value="7").count() == 2


def test_the_other_hotel_s_company_7_is_another_client(imported):
    assert Booking.objects.filter(hotel=imported[1], company__hotel=imported[0]).count() == 0
    assert_production_is_whole("H1", "H2")
