"""Every shipped profile with its own sample: what comes in of it, with nothing turned away and totals that tie (PMS-01, PMS-05)."""

import pytest

from roomnight.kernel.tables import open_table
from roomnight.pms.adapters import SAMPLES, SHIPPED
from roomnight.pms.models import Booking, FolioLine, InHouseGuest, Party, Payment
from roomnight.pms.queries import profiles_that_fit
from roomnight.pms.tests.bringing import BOTH, assert_production_is_whole, bring_in, figures

pytestmark = pytest.mark.django_db
ROWS = {
    "hotel-booking-demand": 60, "opera-style-folios": 8, "opera-style-in-house": 5, "opera-style-payments": 4,
    "opera-style-reservations": 6, "xiruan-style-folios": 6, "xiruan-style-in-house": 4, "lvyun-style-reservations": 4,
    "lvyun-style-payments": 3, "lvyun-style-channel-stays": 4,
}  # fmt: skip
OWN_TOTAL = {"opera-style-folios": 1_500_100, "xiruan-style-folios": 1_196_500, "lvyun-style-payments": 1_560_000}


def hotel_map(key):
    if key == "hotel-booking-demand":
        return BOTH
    return {"SHLJZ": "H1"} if key.startswith("opera") else {"": "H1"}


@pytest.mark.rule("PMS-01")
@pytest.mark.rule("PMS-02")
@pytest.mark.rule("PMS-05")
@pytest.mark.parametrize("key", SHIPPED)
def test_a_sample_comes_in_whole_and_again_without_change(houses, key):
    run = bring_in(SAMPLES[key], hotel_map(key), key)
    assert figures(run) == {"rows_read": ROWS[key], "created": ROWS[key], "updated": 0, "unchanged": 0, "rejected": 0}
    assert (run.stated_cents, run.is_off_by) == (OWN_TOTAL.get(key), 0)
    assert figures(bring_in(SAMPLES[key], hotel_map(key), key))["unchanged"] == ROWS[key]
    assert_production_is_whole("H1", "H2")


@pytest.mark.rule("PMS-05")
@pytest.mark.parametrize("key", SHIPPED)
def test_a_sample_is_recognised_by_its_columns(houses, key):
    path = SAMPLES[key]
    table = open_table(path, path.name)
    assert profiles_that_fit([houses[0]], table.header, SHIPPED[key].get("kind", "bookings"))[0].profile.key == key


@pytest.mark.rule("PMS-05")
def test_chinese_exports_as_they_are(houses):
    for key in ("xiruan-style-folios", "xiruan-style-in-house", "lvyun-style-reservations", "lvyun-style-payments"):
        assert open_table(SAMPLES[key], SAMPLES[key].name).encoding == "gb18030"
        bring_in(SAMPLES[key], {"": "H1"}, key)
    lines = FolioLine.objects.filter(hotel=houses[0]).order_by("business_date", "-amount_cents")
    assert [(one.revenue_kind, one.amount_cents, one.on_city_ledger) for one in lines] == [
        ("food", 128600, True), ("room", 68000, True), ("banquet", 640000, True), ("meeting", 360000, True),
        ("other", 8500, False), ("food", -8600, True),
    ]  # fmt: skip
    guests = InHouseGuest.objects.filter(hotel=houses[0]).order_by("booking_number")
    assert [(one.guest_name, one.room, one.state, one.is_confidential) for one in guests] == [
        ("魏立新", "1208", "in_house", False), ("萧静怡", "1502", "in_house", True),
        ("Lindqvist Per", "0915", "in_house", False), ("段思远", "", "arriving", False),
    ]  # fmt: skip
    assert Booking.objects.get(source_key="lvyun-style-reservations:GL261004").block == "QC2610"
    assert Payment.objects.get(source_key="lvyun-style-payments:SK26110103").amount_cents == -48000
    assert set(Party.objects.filter(hotel=houses[0], side="company").values_list("code", "name")) == {
        ("X0071", "上海景明文化传播有限公司"), ("L0031", "上海景明文化传播有限公司"), ("", "启宸电子（协）"),
    }  # fmt: skip


@pytest.mark.rule("AGR-07")
def test_of_where_a_guest_comes_from_no_more_is_kept_than_can_be_compared(houses):
    bring_in(SAMPLES["lvyun-style-channel-stays"], {"": "H1"}, "lvyun-style-channel-stays")
    rows = {one.source_key.partition(":")[2]: one for one in Booking.objects.filter(hotel=houses[0])}
    first, second, private, caller = (rows[f"CT26110{n}"] for n in (1, 2, 3, 4))
    assert (first.guest_company, first.rate_code, first.channel) == ("上海景明文化传播有限公司", "OTA-BAR", "携程")
    assert (second.invoice_title, second.email_domain) == ("上海景明文化传播有限公司", "jingming.example.com")
    assert (private.email_domain, private.guest_company) == ("", "个人")
    assert len(first.phone_key) == len(caller.phone_key) == 24
    assert not any("1234" in str(value) for one in rows.values() for value in (one.phone_key, one.content))
    assert len({one.trace for one in rows.values()}) == 1
    before = first.trace
    bring_in(SAMPLES["lvyun-style-channel-stays"], {"": "H1"}, "lvyun-style-channel-stays")
    first.refresh_from_db()
    assert first.trace == before, "what did not change is not new"
