"""What followed visits, against the client's own year before, with its uncertainty (VIS-12)."""

from datetime import UTC, date, datetime, timedelta

import pytest

from roomnight.activities.models import Visit, VisitState
from roomnight.activities.queries.results import after_visit, results
from roomnight.activities.rules.results import YEAR, is_comparable, is_over, rising_days, span, spread, year_before
from roomnight.clients.models import Account
from roomnight.pms.models import Booking

TODAY = date(2026, 11, 18)
DAY = date(2026, 8, 3)


@pytest.mark.rule("VIS-12")
def test_the_days_after_are_compared_with_the_same_days_of_the_week_a_year_before():
    first, last = span(DAY, 30)
    assert (first, last) == (date(2026, 8, 4), date(2026, 9, 2))
    before = year_before(first, last)
    assert [one.weekday() for one in before] == [first.weekday(), last.weekday()]
    assert first - before[0] == YEAR


@pytest.mark.rule("VIS-12")
def test_a_visit_counts_once_its_days_are_over_and_the_year_before_is_told():
    assert is_over(DAY, 30, date(2026, 9, 2))
    assert not is_over(DAY, 30, date(2026, 9, 1))
    assert is_comparable(DAY, 30, date(2025, 8, 5))
    assert not is_comparable(DAY, 30, date(2025, 8, 6))


@pytest.mark.rule("VIS-12")
def test_the_mean_is_over_clients_for_visits_to_one_are_not_independent():
    found = spread({1: [2.0, 4.0], 2: [9.0]})
    assert (found.mean, found.clients, found.low, found.high) == (6.0, 2, None, None)
    assert spread({}) is None


@pytest.mark.rule("VIS-12")
def test_the_range_is_student_s_and_holds_from_five_clients_on():
    found = spread({number: [value] for number, value in enumerate((1.0, 2.0, 3.0, 4.0, 5.0))})
    assert found.mean == 3.0
    assert found.low == pytest.approx(3 - 2.776 * 1.5811388 / 5**0.5, abs=1e-6)
    assert found.high == pytest.approx(6 - found.low)
    equal = spread(dict.fromkeys(range(8), [2.0]))
    assert (equal.low, equal.high) == (2.0, 2.0)


@pytest.mark.parametrize(
    ("value", "good"), [([30, 90, 180], True), ([90, 30], False), ([], False), ([0], False), ([30, 30], False), ("30", False)]
)  # fmt: skip
def test_lengths_rise(value, good):
    assert rising_days(value) is good


def stay(hotel, account, arrival, nights, cents, side="company", status="stayed", n=[0]):  # noqa: B006
    n[0] += 1
    return Booking.objects.create(
        hotel=hotel, source_key=f"after-{n[0]}", content="x", revenue_cents=cents, departure=arrival + timedelta(days=nights),
        status=status, arrival=arrival, nights=nights, rate=0, **{side: account},
    )  # fmt: skip


@pytest.fixture
def visited(world, at_work):
    """A visit of chen's on a day in August, stays after it and a year before; the hotel's reservations are told since 2024."""
    Visit.objects.exclude(pk=world.reported_visit.pk).update(state=VisitState.CANCELLED, end_reason="不用")
    Booking.objects.all().delete()
    one = world.reported_visit
    Visit.objects.filter(pk=one.pk).update(day=DAY, kind="return", purpose="quotation")
    one.refresh_from_db()
    hotel, client = world.lujiazui, one.account
    stay(hotel, world.donghai, date(2024, 1, 1), 1, 1_00)
    stay(hotel, world.donghai, date(2026, 11, 17), 1, 1_00)
    stay(hotel, client, date(2026, 8, 4), 3, 900_00)
    stay(hotel, client, date(2026, 9, 2), 2, 600_00, side="agent")
    stay(hotel, client, date(2026, 8, 20), 9, 9_000_00, status="cancelled")
    stay(hotel, client, date(2026, 9, 3), 4, 400_00)
    stay(hotel, client, DAY, 7, 700_00)
    stay(hotel, client, date(2025, 8, 5), 1, 250_00)
    return one


@pytest.mark.django_db
@pytest.mark.rule("VIS-12")
def test_a_visit_shows_the_stays_of_the_days_after_beside_the_year_before(world, visited):
    first, second, third = after_visit(visited, [30, 90, 180], TODAY)
    assert (first.nights, first.cents, first.nights_before, first.cents_before) == (5, 1_500_00, 1, 250_00)
    assert (first.more_nights, first.more_cents, first.is_over) == (4, 1_250_00, True)
    assert (second.nights, second.is_over) == (9, True)
    assert (third.is_over, third.until) == (False, date(2027, 1, 30))


@pytest.mark.django_db
@pytest.mark.rule("VIS-12")
def test_without_the_year_before_there_is_no_comparison(world, visited):
    Booking.objects.filter(arrival__lt=date(2025, 8, 6)).delete()
    first = after_visit(visited, [30], TODAY)[0]
    assert (first.nights, first.nights_before, first.more_nights) == (5, None, None)
    found = results(world.lujiazui, Visit.objects.all(), days=30, by="purpose", today=TODAY)
    assert (found.groups, found.incomparable, found.running) == ([], 1, 0)


@pytest.mark.django_db
@pytest.mark.rule("VIS-12")
@pytest.mark.parametrize(("by", "label"), [("purpose", "报价"), ("kind", "回访"), ("staff", "陈思远")])
def test_visits_are_put_together_by_purpose_kind_and_person(world, visited, by, label):
    found = results(world.lujiazui, Visit.objects.all(), days=30, by=by, today=TODAY)
    (group,) = found.groups
    assert str(group.label) == label
    assert (group.visits, group.clients, group.nights, group.nights_before) == (1, 1, 5, 1)
    assert (group.more_nights.mean, group.more_cents.mean) == (4, 1_250_00)
    assert found.running == 0
    longer = results(world.lujiazui, Visit.objects.all(), days=180, by=by, today=TODAY)
    assert (longer.groups, longer.running) == ([], 1)


@pytest.mark.django_db
@pytest.mark.rule("VIS-12")
def test_the_page_says_association_and_never_cause(world, visited, browse):
    page = browse("chen").get("/h/lujiazui/activities/after-visits/?days=30&by=purpose")
    text = page.content.decode()
    assert page.context["whole"]["more"] == "+4.0"
    assert "不等于因拜访而来" in text
    assert browse("sun").get("/h/lujiazui/activities/after-visits/?days=30").context["whole"] is None


@pytest.mark.django_db
@pytest.mark.rule("VIS-12")
def test_the_visit_s_own_page_shows_it(world, visited, browse):
    chen = browse("chen")
    assert f"visits/{visited.pk}/after/" in chen.get(visited.get_absolute_url()).content.decode()
    assert "+4" in chen.get(f"/h/lujiazui/activities/visits/{visited.pk}/after/").content.decode()


@pytest.mark.django_db
def test_a_visit_that_was_not_made_shows_nothing(world, visited):
    Account.objects.filter(pk=visited.account_id).update(created_at=datetime(2026, 1, 1, tzinfo=UTC))
    Visit.objects.filter(pk=visited.pk).update(state=VisitState.MISSED, end_reason="未遇")
    visited.refresh_from_db()
    assert after_visit(visited, [30], TODAY) == []
