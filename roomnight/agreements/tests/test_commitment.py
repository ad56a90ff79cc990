"""The promised volume against what came so far (AGR-02)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from roomnight.agreements.models import Agreement
from roomnight.agreements.queries.commitment import commitment
from roomnight.pms.models import Booking
from tests.world_agreements import STARTS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_work")]
TODAY = date(2026, 11, 18)


def stay(world, key, arrival, nights, cents, *, side="company", status="stayed"):
    Booking.objects.create(
        hotel=world.lujiazui, source_key=key, content=key, revenue_cents=cents, arrival=arrival,
        departure=arrival + timedelta(days=nights), nights=nights, status=status, rate=Decimal(500),
        **{side: world.huaxing},
    )  # fmt: skip


@pytest.mark.rule("AGR-02")
def test_promised_brought_and_missing(world):
    Booking.objects.filter(company=world.huaxing).update(company=None)
    Booking.objects.filter(agent=world.huaxing).update(agent=None)
    stay(world, "a", STARTS, 3, 174_050)
    stay(world, "b", TODAY, 2, 116_000)
    stay(world, "before", STARTS - timedelta(days=1), 9, 900_000)
    stay(world, "tomorrow", TODAY + timedelta(days=1), 9, 900_000)
    stay(world, "never came", STARTS, 9, 900_000, status="no_show")
    stay(world, "as agent", STARTS, 4, 100_000, side="agent")
    one = world.agreement
    one.commitment_revenue = Decimal("10000.00")
    found = commitment(one, TODAY)
    assert (found.nights, found.nights_missing) == (5, 395)
    assert (found.revenue, found.revenue_missing) == (Decimal("2900.50"), Decimal("7099.50"))
    one.commitment_nights = 4
    assert commitment(one, TODAY).nights_missing == 0


def test_nothing_promised(world):
    one = Agreement(hotel=world.lujiazui, account=world.huaxing, starts_on=STARTS, holds_until=TODAY)
    assert commitment(one, TODAY) is None


@pytest.mark.rule("AGR-02")
def test_the_gap_stands_beside_the_rates(world, browse):
    answer = browse("chen").get(f"/h/lujiazui/agreements/{world.agreement.pk}/trail/")
    assert answer.context["commitment"].nights_promised == 400
    assert "400" in answer.content.decode()


@pytest.mark.rule("AGR-02")
@pytest.mark.parametrize(("who", "is_shown"), [("chen", True), ("luo", False)])
def test_a_rate_for_volume_shows_the_gap(world, browse, who, is_shown):
    world.agreement.lines.update(is_linked=True)
    sent = {"account": world.huaxing.pk, "arrival": "2026-11-20", "departure": "2026-11-22", "room_type": "deluxe"}
    answer = browse(who).get("/h/lujiazui/agreements/rates/", sent)
    assert all(night["is_linked"] for night in answer.context["nights"])
    assert (answer.context["commitment"] is not None) is is_shown
