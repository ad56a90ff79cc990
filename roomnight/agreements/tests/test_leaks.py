"""Stays booked elsewhere: found, shown to whom they concern, decided on by a person, counted (AGR-07)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from roomnight.agreements.commands import accept_leaks, note_leaks, refuse_leaks, reopen_leaks, tell_of_leaks
from roomnight.agreements.jobs import find_leaks_again, find_new_leaks, look_through
from roomnight.agreements.models import Leak, LeakSearch, LeakState
from roomnight.agreements.queries.commitment import commitment
from roomnight.agreements.queries.leaks import AT_ONCE, Finder, arriving, since
from roomnight.clients.commands import merge_accounts
from roomnight.clients.models import AccountKind, Contact
from roomnight.kernel.commands import SYSTEM, UNCHANGED
from roomnight.kernel.errors import Refusal
from roomnight.kernel.models import AuditEntry, Deed, Notification
from roomnight.kernel.undo import undo
from roomnight.organization.models import Staff
from roomnight.pms.commands import keep_confidential
from roomnight.pms.models import Booking, Confidentiality, LiftedHow, Party
from roomnight.pms.rules.traces import dialled, unreadable
from tests.world_agreements import STARTS, stay_elsewhere

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_work")]
TODAY = date(2026, 11, 18)
LEAKS = "/h/lujiazui/agreements/leaks/"


def phone_of(number):
    return unreadable(dialled(number), settings.SECRET_KEY)


def proposed(world, key="x", **said):
    """For whom a stay is proposed that says this."""
    stay = stay_elsewhere(world.lujiazui, key, **said)
    look_through(world.lujiazui, arriving(world.lujiazui, STARTS, TODAY))
    return [one.account for one in Leak.objects.filter(booking=stay)]


@pytest.fixture
def known(world):
    """What is known of chen's client beside its name."""
    world.huaxing.invoice_title = "华星共享服务中心（上海）有限公司"
    world.huaxing.website = "https://www.huaxing-group.com/cn"
    world.huaxing.save()
    Contact.objects.filter(pk=world.wangfang.pk).update(email="fang.wang@huaxing.example.com")
    return world


@pytest.mark.rule("AGR-07")
def test_found_by_each_thing_that_a_reservation_says(known):
    world = known
    mobile = world.wangfang.mobile
    assert mobile, "the world's contact has a number"
    for key, said in {
        "company": {"guest_company": world.huaxing.name}, "invoice": {"invoice_title": "华星共享服务中心(上海)有限公司"},
        "mail": {"email_domain": "huaxing.example.com"}, "site": {"email_domain": "huaxing-group.com"},
        "phone": {"phone_key": phone_of(mobile)},
    }.items():  # fmt: skip
        assert proposed(world, key, **said) == [world.huaxing], key
    waiting = Party.objects.create(
        hotel=world.lujiazui, side="company", name=world.huaxing.name, name_key="another key"
    )
    assert proposed(world, "waiting", company_party=waiting) == [world.huaxing]
    assert {one.kinds for one in Leak.objects.filter(account=world.huaxing)} == {
        ",company,", ",invoice,", ",email,", ",phone,",
    }  # fmt: skip


@pytest.mark.rule("AGR-07")
@pytest.mark.parametrize(
    ("why", "said"),
    [
        ("before the agreement", {"arrival": STARTS - timedelta(days=1)}),
        ("not over yet", {"arrival": TODAY - timedelta(days=1)}),
        ("did not come", {"status": "no_show"}),
        ("another company", {"guest_company": "杭州云栖贸易有限公司"}),
        ("says nothing", {"guest_company": "", "trace": None}),
    ],
)
def test_what_is_no_stay_of_theirs(world, why, said):
    assert proposed(world, **{"guest_company": world.huaxing.name, **said}) == []


@pytest.mark.rule("AGR-07")
def test_under_its_own_number_it_is_not_booked_elsewhere(world):
    assert proposed(world, "own", guest_company=world.huaxing.name, company=world.huaxing) == []
    assert proposed(world, "agent", guest_company=world.huaxing.name, agent=world.huaxing) == []
    assert proposed(world, "wrong", guest_company=world.huaxing.name, company=world.donghai) == [world.huaxing]


@pytest.mark.rule("AGR-07")
def test_neither_the_hotel_s_domain_nor_an_agency_s_nor_one_of_people_who_left(known):
    world = known
    Staff.objects.filter(pk=world.chen.pk).update(email="chen@huaxing.example.com")
    assert proposed(world, "staff", email_domain="huaxing.example.com") == []
    Staff.objects.filter(pk=world.chen.pk).update(email="")
    assert proposed(world, "clients", email_domain="huaxing.example.com") == [world.huaxing]
    Contact.objects.filter(pk=world.wangfang.pk).update(is_active=False)
    assert proposed(world, "left", email_domain="huaxing.example.com") == []
    assert proposed(world, "left too", phone_key=phone_of(world.wangfang.mobile)) == []
    Contact.objects.filter(pk=world.wangfang.pk).update(is_active=True)
    world.huaxing.kind = AccountKind.TRAVEL_AGENCY
    world.huaxing.save()
    assert proposed(world, "agency", email_domain="huaxing.example.com") == []
    assert proposed(world, "agency by name", guest_company=world.huaxing.name) == [world.huaxing]


@pytest.mark.rule("AGR-07", "PRV-03")
@pytest.mark.parametrize("number", ["K77", ""])
def test_a_guest_who_wished_not_to_be_known_is_never_proposed(world, number):
    key = f"profile:{number}" if number else "#digest:1"
    wish = keep_confidential(
        actor=world.seat("luo"), hotel=world.lujiazui, guest_name="不愿透露", booking_number="K77", whole_booking=True,
        arrival=TODAY, departure=TODAY + timedelta(days=2), level=3, asked_by="guest",
    ) if number is None else Confidentiality.objects.create(
        hotel=world.lujiazui, stay_key="s", guest_name="不愿透露", booking_number=number, arrival=date(2026, 11, 5),
        departure=date(2026, 11, 7), level=3, starts_on=date(2026, 11, 5), made_by="luo", lifted_at="2026-11-07T04:00Z",
        lifted_how=LiftedHow.DEPARTURE,
    )  # fmt: skip
    stay = stay_elsewhere(world.lujiazui, key, guest_company=world.huaxing.name)
    look_through(world.lujiazui, arriving(world.lujiazui, STARTS, TODAY))
    assert not Leak.objects.filter(booking=stay).exists()
    Confidentiality.objects.filter(pk=wish.pk).update(lifted_how=LiftedHow.IN_PERSON)
    look_through(world.lujiazui, arriving(world.lujiazui, STARTS, TODAY))
    assert Leak.objects.filter(booking=stay).exists()


@pytest.mark.rule("AGR-07", "PRV-03")
def test_a_wish_made_later_takes_the_stay_off_the_page(world, browse):
    leak = world.leak
    Leak.objects.filter(pk=leak.pk).update(booking_number="K78")
    page = browse("chen")
    assert page.get(f"{LEAKS}{leak.pk}/").status_code == 200
    Confidentiality.objects.create(
        hotel=world.lujiazui, stay_key="s", guest_name="不愿透露", booking_number="K78", arrival=date(2026, 11, 5),
        departure=date(2026, 11, 7), level=3, starts_on=date(2026, 11, 5), made_by="luo",
    )  # fmt: skip
    assert page.get(f"{LEAKS}{leak.pk}/").status_code == 404
    assert not page.get(LEAKS).context["rows"]


@pytest.mark.rule("AGR-07")
def test_what_was_refused_is_not_brought_up_again(world):
    refuse_leaks(actor=world.seat("chen"), leaks=[world.leak], staff=world.chen, note="访客自费")
    find_leaks_again.func()
    find_new_leaks.func()
    kept = Leak.objects.get(booking=world.leak.booking_id)
    assert (kept.pk, kept.state, kept.note) == (world.leak.pk, LeakState.REFUSED, "访客自费")


@pytest.mark.rule("AGR-07")
def test_what_nothing_speaks_for_any_more_goes_and_what_was_decided_stays(world):
    Booking.objects.filter(pk=world.leak.booking_id).update(guest_company="杭州云栖贸易有限公司")
    look_through(world.lujiazui, arriving(world.lujiazui, STARTS, TODAY))
    assert not Leak.objects.filter(pk=world.leak.pk).exists()
    theirs = stay_elsewhere(world.lujiazui, "kept", guest_company=world.huaxing.name)
    look_through(world.lujiazui, arriving(world.lujiazui, STARTS, TODAY))
    leak = Leak.objects.get(booking=theirs)
    accept_leaks(actor=world.seat("chen"), leaks=[leak], staff=world.chen)
    Booking.objects.filter(pk=theirs.pk).update(guest_company="杭州云栖贸易有限公司")
    look_through(world.lujiazui, arriving(world.lujiazui, STARTS, TODAY))
    assert Leak.objects.get(pk=leak.pk).state == LeakState.ACCEPTED


@pytest.mark.rule("AGR-07")
def test_accepted_stays_count_towards_the_promise_and_once_only(world):
    before, leak = commitment(world.agreement, TODAY), world.leak
    accept_leaks(actor=world.seat("chen"), leaks=[leak], staff=world.chen)
    after = commitment(world.agreement, TODAY)
    assert (after.nights - before.nights, after.leaked, after.leaked_nights) == (2, 1, 2)
    assert after.revenue - before.revenue == after.leaked_revenue == Decimal("1360.00")
    Booking.objects.filter(pk=leak.booking_id).update(company=world.huaxing)
    assert commitment(world.agreement, TODAY).nights == before.nights + 2
    Booking.objects.filter(pk=leak.booking_id).update(company=None)
    reopen_leaks(actor=world.seat("chen"), leaks=[leak])
    assert commitment(world.agreement, TODAY) == before


@pytest.mark.rule("AGR-07")
def test_a_stay_under_a_wrong_number_counts_for_the_right_client_only(world):
    stay = stay_elsewhere(world.lujiazui, "wrong", guest_company=world.donghai.name, company=world.huaxing)
    before = commitment(world.agreement, TODAY)
    leak = Leak.objects.create(
        hotel=world.lujiazui, account=world.donghai, booking=stay, arrival=stay.arrival, points=90, kinds=",company,"
    )
    accept_leaks(actor=world.seat("sun"), leaks=[leak], staff=world.sun)
    assert commitment(world.agreement, TODAY).nights == before.nights - 2


@pytest.mark.rule("AGR-07")
def test_one_stay_is_one_client_s(world):
    other = Leak.objects.create(
        hotel=world.lujiazui, account=world.minjiang, booking=world.leak.booking, arrival=world.leak.arrival, points=70,
        kinds=",phone,",
    )  # fmt: skip
    made = accept_leaks(actor=world.seat("chen"), leaks=[other, world.leak], staff=world.chen)
    assert made == [world.leak], "the surer one"
    with pytest.raises(Refusal, match="meanwhile|已"):
        accept_leaks(actor=world.seat("sun"), leaks=[other], staff=world.sun)
    with pytest.raises(Refusal):
        refuse_leaks(actor=world.seat("chen"), leaks=[world.leak], staff=world.chen)


@pytest.mark.rule("AGR-07", "ACC-04")
def test_a_merge_takes_what_was_said_along_and_its_undoing_gives_it_back(world):
    twin = world.minjiang
    refuse_leaks(actor=world.seat("chen"), leaks=[world.leak], staff=world.chen)
    same = Leak.objects.create(
        hotel=world.lujiazui, account=twin, booking=world.leak.booking, arrival=world.leak.arrival, points=70, kinds=","
    )
    world.huaxing.refresh_from_db()
    revisions = (twin.revision, world.huaxing.revision)
    merge_accounts(actor=world.seat("lin"), winner=twin, loser=world.huaxing, revisions=revisions)
    left = Leak.objects.get(booking=world.leak.booking_id)
    assert (left.account, left.state) == (twin, LeakState.REFUSED)
    find_leaks_again.func()
    assert Leak.objects.filter(booking=world.leak.booking_id, state=LeakState.OPEN).count() == 0
    undo(actor=world.seat("lin"), deed=Deed.objects.filter(kind="clients.merge").latest("pk"))
    assert set(Leak.objects.filter(booking=world.leak.booking_id).values_list("pk", "account", "state")) == {
        (world.leak.pk, world.huaxing.pk, LeakState.REFUSED), (same.pk, twin.pk, LeakState.OPEN),
    }  # fmt: skip


@pytest.mark.rule("AGR-07")
def test_only_what_came_since_is_looked_at(world):
    find_new_leaks.func()
    place = LeakSearch.objects.get(hotel=world.lujiazui).trace
    assert place == 1
    stay = stay_elsewhere(world.lujiazui, "later", guest_company=world.huaxing.name, trace=2)
    assert [row["pk"] for part in since(world.lujiazui, place) for row in part] == [stay.pk]
    find_new_leaks.func()
    assert Leak.objects.filter(booking=stay).exists()
    assert not list(since(world.lujiazui, LeakSearch.objects.get(hotel=world.lujiazui).trace))
    assert note_leaks(actor=SYSTEM, hotel=world.lujiazui, looked_at=[], found=[]) is UNCHANGED


@pytest.mark.rule("AGR-07")
def test_every_reservation_is_read_once_however_many_there_are(world):
    hotel = world.lujiazui
    days = [date(2026, 11, 3) + timedelta(days=n % 3) for n in range(AT_ONCE + 30)]
    for n, day in enumerate(days):
        stay_elsewhere(hotel, f"many {n}", day, trace=5 + n // (AT_ONCE - 10), email_domain="a.example.com")
    for parts in (since(hotel, 0), arriving(hotel, STARTS, TODAY)):
        read = [row["pk"] for part in parts for row in part]
        assert len(read) == len(set(read)) == Booking.objects.filter(hotel=hotel, trace__isnull=False).count()


@pytest.mark.rule("AGR-07")
def test_reading_what_is_new_and_what_arrived_uses_an_index(world):
    for parts, index in (
        (since(world.lujiazui, 3), "pms_booking_traced"),
        (arriving(world.lujiazui, TODAY, TODAY), "pms_booking_traced_arrival"),
    ):
        with CaptureQueriesContext(connection) as asked:
            list(parts)
        if connection.vendor == "sqlite":
            plans = [
                " ".join(str(row[3]) for row in connection.cursor().execute(f"EXPLAIN QUERY PLAN {one['sql']}").fetchall())
                for one in asked
            ]  # fmt: skip
            assert all(f"INDEX {index} " in plan and "B-TREE" not in plan for plan in plans), plans


@pytest.mark.rule("AGR-07")
def test_a_search_asks_the_same_few_questions_however_many_stays_there_are(known):
    world = known

    def questions():
        with CaptureQueriesContext(connection) as asked:
            finder = Finder(world.lujiazui, TODAY)
            found = [one for part in arriving(world.lujiazui, STARTS, TODAY) for one in finder.look(part)]
        return len(asked), len(found)

    def stays(first, last):
        for n in range(first, last):
            said = {"invoice_title": f"华星{n}部", "email_domain": "huaxing.example.com", "phone_key": "y"}
            stay_elsewhere(world.lujiazui, f"q{n}", **said)

    stays(0, 20)
    few, found = questions()
    stays(20, 220)
    many, more = questions()
    assert many == few
    assert more >= found


@pytest.mark.rule("AGR-07")
def test_one_line_for_each_representative(world):
    stay_elsewhere(world.lujiazui, "second", guest_company=world.huaxing.name)
    Notification.objects.all().delete()
    find_leaks_again.func()
    told = {one.recipient: one.values for one in Notification.objects.filter(hotel_code="lujiazui")}
    assert told == {"chen": {"count": 2}, "sun": {"count": 1}}
    assert tell_of_leaks(actor=SYSTEM, hotel=world.lujiazui) is UNCHANGED


# Pages


@pytest.mark.rule("AGR-07")
def test_the_list_narrows_by_client_reason_state_and_days(world, browse):
    other = stay_elsewhere(world.lujiazui, "other", date(2026, 11, 9), guest_company=world.minjiang.name)
    look_through(world.lujiazui, arriving(world.lujiazui, STARTS, TODAY))
    page, mine, theirs = browse("zhou"), world.leak.pk, Leak.objects.get(booking=other).pk

    def shown(query):
        return {row["pk"] for row in page.get(f"{LEAKS}?{query}").context["rows"]}

    everything = shown("")
    assert {mine, theirs} <= everything or mine in everything
    assert shown(f"client={world.huaxing.pk}") == {mine}
    assert shown("kind=email") == set()
    assert mine in shown("kind=company")
    assert mine not in shown("from=2026-11-06")
    assert mine in shown("from=2026-11-05&until=2026-11-05")
    refuse_leaks(actor=world.seat("chen"), leaks=[world.leak], staff=world.chen)
    assert mine not in shown("")
    assert shown("tab=refused") == {mine}


@pytest.mark.rule("AGR-07")
def test_accepting_refusing_and_taking_back_from_the_list_and_the_page(world, browse):
    page, leak = browse("chen"), world.leak
    page.post(f"{LEAKS}decide/", {"ids": [leak.pk, world.sun_s_leak.pk], "decision": "accepted"})
    leak.refresh_from_db()
    assert (leak.state, leak.decided_by) == (LeakState.ACCEPTED, world.chen)
    assert Leak.objects.get(pk=world.sun_s_leak.pk).state == LeakState.OPEN, "out of reach"
    page.post(f"{LEAKS}{leak.pk}/")
    leak.refresh_from_db()
    assert (leak.state, leak.decided_by) == (LeakState.OPEN, None)
    page.post(f"{LEAKS}{leak.pk}/", {"decision": "refused", "note": "访客自费"})
    leak.refresh_from_db()
    assert (leak.state, leak.note) == (LeakState.REFUSED, "访客自费")
    page.post(f"{LEAKS}decide/", {"ids": [leak.pk], "decision": "open"})
    leak.refresh_from_db()
    assert leak.state == LeakState.OPEN
    lines = AuditEntry.objects.filter(subject=f"agreements.leak:{leak.pk}").values_list("command", flat=True)
    assert list(lines.order_by("pk")) == [
        "agreements.accept_leaks", "agreements.reopen_leaks", "agreements.refuse_leaks", "agreements.reopen_leaks",
    ]  # fmt: skip


@pytest.mark.rule("AGR-07")
def test_the_agreement_shows_what_was_found_and_what_it_adds(world, browse):
    url = f"/h/lujiazui/agreements/{world.agreement.pk}/trail/"
    assert browse("chen").get(url).context["elsewhere"] == {"open": {"stays": 1, "nights": 2}}
    accept_leaks(actor=world.seat("chen"), leaks=[world.leak], staff=world.chen)
    found = browse("chen").get(url).context
    assert found["elsewhere"] == {"accepted": {"stays": 1, "nights": 2}}
    assert found["commitment"].leaked_nights == 2


@pytest.mark.rule("AGR-07")
def test_the_search_on_demand_begins_with_the_earliest_agreement(world, browse, monkeypatch):
    asked = []
    monkeypatch.setattr(
        "roomnight.agreements.views.leaks.search_again", lambda hotel, first: asked.append((hotel.code, first))
    )
    assert browse("chen").post(f"{LEAKS}search/").status_code == 302
    assert asked == [("lujiazui", STARTS)]
