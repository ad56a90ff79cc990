"""What the model goes by, read from the reservations as they were known on a day; and what the command prints."""

import csv
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from roomnight.clients.models import Account
from roomnight.insight.queries.churn import judged, limits_at, trails
from roomnight.insight.rules.churn import NEVER
from roomnight.insight.tests.conftest import AGENCY, ASLEEP, LARGE, SMALL
from roomnight.kernel.commands import OPERATOR
from roomnight.kernel.policy import set_policy
from roomnight.pms.models import Booking

pytestmark = pytest.mark.django_db
AS_OF, TODAY = date(2025, 12, 31), date(2026, 1, 15)
COLUMNS = "account_id,p_alive,expected_180d,days_since_last,usual_gap,alert_model,alert_14d,alert_month,alert_gap,on_the_books"


def printed(day=AS_OF, **options):
    out = StringIO()
    call_command("churn", hotel="H9", as_of=day, stdout=out, **options)
    return out.getvalue()


def by_number(text):
    return {row["account_id"]: row for row in csv.DictReader(StringIO(text))}


def account(number):
    return Account.objects.get(external_ids__value=number, external_ids__kind="company")


def book(hotel, client, booked, arrival, status="stayed", status_on=None):
    return Booking.objects.create(
        hotel=hotel, source_key=f"{client.pk}-{arrival}-{booked}-{status}-{status_on}", content="", revenue_cents=0,
        arrival=arrival, departure=arrival + timedelta(days=1), status=status, nights=1, rate=0, company=client,
        booked_on=booked, status_on=status_on,
    )  # fmt: skip


@pytest.mark.rule("CHU-01")
def test_the_command_prints_every_client_that_came(house):
    text = printed()
    assert text.splitlines()[0] == COLUMNS
    rows = by_number(text)
    assert list(rows) == [LARGE, SMALL, ASLEEP]
    assert rows[LARGE]["alert_14d"] == "False"
    assert rows[SMALL]["days_since_last"] == str((AS_OF - date(2025, 5, 5)).days)
    assert (rows[ASLEEP]["usual_gap"], rows[ASLEEP]["alert_14d"], rows[ASLEEP]["alert_gap"]) == (
        "60.0000",
        "True",
        "True",
    )
    assert list(by_number(printed(type="agent"))) == [AGENCY]
    with pytest.raises(CommandError):
        call_command("churn", hotel="H0", as_of=AS_OF)


@pytest.mark.rule("CHU-02")
def test_one_booking_is_never_an_alert_of_the_model(house):
    for day in (date(2025, 5, 20), date(2025, 11, 30), date(2026, 3, 31)):
        row = by_number(printed(day))[SMALL]
        assert (row["alert_model"], row["usual_gap"]) == ("False", "")


@pytest.mark.rule("CHU-01")
def test_only_what_was_known_on_the_day_is_read(house):
    """Days of arrival up to it; reservations made by it, that arrive later and were not cancelled by it."""
    client, day = account(LARGE), date(2025, 12, 1)
    ahead = date(2026, 2, 10)
    Booking.objects.filter(company=client).update(booked_on=date(2024, 1, 1))
    Booking.objects.filter(company=client, arrival__gt=day).update(booked_on=day + timedelta(days=1))
    book(house, client, date(2025, 11, 1), ahead)
    book(house, client, date(2025, 11, 2), ahead, "cancelled", date(2025, 12, 5))
    book(house, client, date(2025, 11, 3), ahead, "cancelled", date(2025, 11, 20))
    book(house, client, date(2025, 11, 4), ahead, "cancelled")
    book(house, client, None, ahead)
    one = next(one for one in trails(house, "company", as_of=day, today=TODAY) if one.account == client.pk)
    assert max(one.days) == date(2025, 12, 1).toordinal()
    assert len(one.days) == len(set(one.days))
    assert sorted(gone for _made, _arrival, gone in one.booked) == [
        date(2025, 11, 20).toordinal(), date(2025, 12, 5).toordinal(), NEVER
    ]  # fmt: skip
    assert one.live(day.toordinal()) == 2
    now = next(one for one in trails(house, "company", as_of=day, today=day) if one.account == client.pk)
    assert now.live(day.toordinal()) == 3


@pytest.mark.rule("LOST-01")
def test_the_hotel_says_how_many_days(house):
    row = by_number(printed(date(2025, 12, 20)))[LARGE]
    assert (row["days_since_last"], row["alert_14d"]) == ("5", "False")
    start = date(2025, 1, 1)
    set_policy(actor=OPERATOR, key="insight.inactive_days", value=5, hotel_code="H9", effective_from=start)
    assert by_number(printed(date(2025, 12, 20)))[LARGE]["alert_14d"] == "True"
    assert limits_at(house, AS_OF).inactive_days == 5
    assert limits_at(house, date(2024, 12, 31)).inactive_days == 14


def test_a_hotel_without_guests(house):
    found, rows = judged(house, "agent", as_of=date(2020, 1, 1), today=TODAY)
    assert (found.rhythm, rows) == (None, [])
