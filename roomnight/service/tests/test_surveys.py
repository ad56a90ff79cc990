"""Asking clients: a link that works once, in time, for whoever holds it; low scores become complaints; the trend (SAT-01, SAT-02)."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from roomnight.activities.commands import log_visit
from roomnight.kernel.commands import SYSTEM, UNCHANGED, Machine
from roomnight.kernel.errors import Refusal
from roomnight.kernel.models import AuditEntry, Notification
from roomnight.kernel.policy import set_policy
from roomnight.orders.commands import complete_order
from roomnight.orders.models import Order, OrderState
from roomnight.pms.models import Booking
from roomnight.service import survey_links
from roomnight.service.commands import (
    answer_survey,
    draft_for_stays,
    draft_survey,
    drop_survey,
    send_survey,
    take_survey,
)
from roomnight.service.models import CATEGORIES, REASONS, Complaint, Reason, Survey, SurveyAbout
from roomnight.service.queries.surveys import sent_and_answered, trend
from roomnight.service.rules.surveys import Tally, months_until

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_work")]
URL = "/h/lujiazui/service/surveys/"


def drafted(world, who="chen", account=None, **other):
    seat = world.seat(who)
    given = {"about": "stay", "happened_on": seat.today, "representative": seat.staff, **other}
    return draft_survey(actor=seat, hotel=seat.hotel, account=account or world.huaxing, **given)


def sent(world, one=None, who="chen"):
    one = one or drafted(world)
    seat = world.seat(who)
    token = send_survey(actor=seat, survey=one, by=seat.staff, revision=one.revision)
    return one, f"/s/{token}/"


@pytest.fixture(autouse=True)
def fresh_counts():
    cache.clear()
    yield
    cache.clear()


# The link


@pytest.mark.rule("SAT-01")
def test_by_the_link_a_client_answers_once_without_signing_in(world):
    one, path = sent(world)
    guest = Client()
    first = guest.get(path)
    assert first.status_code == 200 and first.content.decode().count('name="score"') == 11
    second = guest.get(f"{path}?score=9").content.decode()
    assert 'name="reasons"' in second and 'name="words"' in second
    assert Survey.objects.get(pk=one.pk).score is None  # looking uses nothing up, nor does a messenger's preview
    answered = guest.post(path, {"score": "9", "reasons": ["room", "staff"], "words": "很好"}, follow=True)
    assert answered.status_code == 200 and "谢谢" in answered.content.decode()
    one.refresh_from_db()
    assert (one.state, one.score, one.reasons, one.words, one.answered_by) == (
        "answered",
        9,
        ["room", "staff"],
        "很好",
        "link",
    )
    again = guest.post(path, {"score": "0", "words": "改分"})
    one.refresh_from_db()
    assert again.status_code == 200 and one.score == 9 and one.words == "很好"
    assert AuditEntry.objects.filter(command="service.answer_survey", actor="guest").count() == 1


@pytest.mark.rule("SAT-01")
def test_of_two_who_answer_at_the_same_time_one_is_kept(world):
    one, _path = sent(world)
    stale = Survey.objects.select_related("hotel", "account__owner").get(pk=one.pk)
    guest = Machine("guest", "lujiazui")
    answer_survey(actor=guest, survey=one, key_hash=one.key_hash, score=8)
    with pytest.raises(Refusal) as refused:
        answer_survey(actor=guest, survey=stale, key_hash=stale.key_hash, score=1)
    assert refused.value.code == "survey.over"
    assert Survey.objects.get(pk=one.pk).score == 8
    assert not Complaint.objects.filter(channel="survey").exists()


@pytest.mark.rule("SAT-01")
def test_wrong_replaced_dropped_and_late_links_all_get_the_same_answer(world):
    one, old = sent(world)
    one, path = sent(world, one)
    dropped, dropped_path = sent(world)
    drop_survey(actor=world.seat("chen"), survey=dropped, revision=dropped.revision, reason="客户搬走")
    late, late_path = sent(world)
    Survey.objects.filter(pk=late.pk).update(expires_at=timezone.now())
    forged = f"/s/{survey_links.signed(survey_links.new_secret())}/"  # rightly signed, never given out
    tampered = path[:-2] + ("a" if path[-2] != "a" else "b") + "/"
    guest = Client()
    pages, work = [], []
    for wrong in (old, dropped_path, late_path, forged, tampered, "/s/1/", "/s/anything:at-all/"):
        for answer in (guest.get(wrong), guest.post(wrong, {"score": "1"})):
            assert answer.status_code == 404
            pages.append(answer.content.decode().replace(wrong, ""))
    bare = [page.split("<main", 1)[1].split("</main>", 1)[0] for page in pages]
    assert len(set(bare)) == 1
    for wrong in (forged, tampered, late_path):
        cache.clear()
        with CaptureQueriesContext(connection) as queries:
            guest.get(wrong)
        work.append(len(queries))
    assert len(set(work)) == 1
    assert guest.get(path).status_code == 200
    assert not Survey.objects.filter(state="answered", pk__in=[one.pk, dropped.pk, late.pk]).exists()


@pytest.mark.rule("SAT-01")
def test_the_secret_is_kept_nowhere(world):
    one, path = sent(world)
    secret = path.split("/")[2].split(":")[0]
    one.refresh_from_db()
    assert one.key_hash == survey_links.digest(secret) and secret not in str(one.__dict__)
    assert len(secret) >= 32
    assert not [row for row in AuditEntry.objects.values() if secret in str(row) or str(one.key_hash) in str(row)]
    page = Client().get(path)
    assert (page["Referrer-Policy"], page["Cache-Control"]) == ("no-referrer", "private, no-store")
    assert "noindex" in page["X-Robots-Tag"] and secret not in page.content.decode().replace(path, "")


@pytest.mark.rule("SAT-01")
def test_ten_thousand_guesses_a_minute_are_throttled_and_right_links_are_not(world):
    _one, path = sent(world)
    guest = Client()
    statuses = [guest.get(f"/s/{number}:x/").status_code for number in range(200)]
    assert statuses.count(404) == 30 and set(statuses[30:]) == {429}
    assert guest.post(f"/s/{survey_links.signed('x')}/").status_code == 429
    assert guest.get(path).status_code == 200
    assert guest.post(path, {"score": "10"}, follow=True).status_code == 200


@pytest.mark.rule("SAT-01")
def test_an_answer_from_another_site_is_refused(world):
    one, path = sent(world)
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(path, {"score": "3"}).status_code == 403
    assert Survey.objects.get(pk=one.pk).state == "sent"


@pytest.mark.parametrize("score", ["", "11", "-1", "x"])
def test_a_number_that_is_none_is_asked_again_and_keeps_what_was_typed(world, score):
    one, path = sent(world)
    answer = Client().post(path, {"score": score, "words": "写了很多"})
    assert answer.status_code == 422
    assert Survey.objects.get(pk=one.pk).state == "sent"


def test_the_page_speaks_english_to_who_does(world):
    _one, path = sent(world)
    html = Client(headers={"accept-language": "en"}).get(path).content.decode()
    assert "How satisfied are you with the stay?" in html


def test_every_reason_has_its_category_and_every_occasion_its_reasons():
    assert set(CATEGORIES) == set(Reason) and set(REASONS) == set(SurveyAbout)
    assert {one for reasons in REASONS.values() for one in reasons} == set(Reason)


# Whom to ask


@pytest.mark.rule("SAT-01")
def test_an_order_that_took_place_is_asked_about_once(world):
    order = Order.objects.filter(hotel=world.lujiazui, account=world.huaxing).select_related("hotel", "account").first()
    Order.objects.filter(pk=order.pk).update(state=OrderState.IN_PROGRESS)
    order.refresh_from_db()
    complete_order(actor=world.seat("chen"), order=order)
    one = Survey.objects.get(order=order)
    assert (one.account, one.order_kind, one.representative, one.state) == (
        world.huaxing,
        order.kind,
        order.follower,
        "draft",
    )
    with pytest.raises(Refusal) as refused:
        drafted(world, order=order)
    assert refused.value.code == "survey.again"


@pytest.mark.rule("SAT-01")
def test_a_visit_is_asked_about_unless_the_client_was_asked_lately_or_complained(world, at_work):
    Survey.objects.all().delete()

    def visit(**other):
        at_work.shift(timedelta(days=2))
        moment = timezone.now()
        return log_visit(
            actor=world.seat("chen"), hotel=world.lujiazui, account=world.huaxing, staff=world.chen, submission_key=uuid4(),
            met_from=moment - timedelta(minutes=40), met_to=moment - timedelta(minutes=20), purpose="return_visit",
            result="interested", confirmed_how="phone", people_text="王经理", **other,
        )  # fmt: skip

    visit(feedback="complaint", complaint="早餐凉了")
    assert not Survey.objects.exists()
    visit(feedback="satisfied")
    one = Survey.objects.get()
    assert (one.about, one.representative, one.visit_id is not None) == ("visit", world.chen, True)
    visit(feedback="satisfied")
    assert Survey.objects.count() == 1


@pytest.mark.rule("SAT-01")
def test_clients_whose_guests_left_yesterday_are_asked_with_rest(world):
    Survey.objects.all().delete()
    today = world.seat("chen").today
    template = Booking.objects.filter(hotel=world.lujiazui, status="stayed", company__isnull=False).first()
    assert template is not None
    day = today - timedelta(days=1)
    Booking.objects.filter(pk=template.pk).update(arrival=day - timedelta(days=2), departure=day)
    assert draft_for_stays(actor=SYSTEM, hotel=world.lujiazui, left_on=day) >= 1
    one = Survey.objects.get(account=template.company_id)
    assert (one.about, one.happened_on) == ("stay", day)
    assert draft_for_stays(actor=SYSTEM, hotel=world.lujiazui, left_on=day) is UNCHANGED
    assert draft_for_stays(actor=SYSTEM, hotel=world.lujiazui, left_on=day - timedelta(days=400)) is UNCHANGED


def test_a_day_to_come_is_not_asked_about(world):
    with pytest.raises(Refusal) as refused:
        drafted(world, happened_on=world.seat("chen").today + timedelta(days=1))
    assert refused.value.field == "happened_on"


# Low scores


def bells(one, username):
    return Notification.objects.filter(recipient=username, url=one.get_absolute_url()).count()


@pytest.mark.rule("SAT-02")
@pytest.mark.parametrize(("score", "is_low"), [(0, True), (6, True), (7, False), (10, False)])
def test_a_low_score_by_link_is_a_complaint_with_its_owner_and_leader_told(world, score, is_low):
    one, path = sent(world)
    Client().post(path, {"score": str(score), "reasons": ["room"], "words": "卫生间有头发", "name": "王芳"})
    one.refresh_from_db()
    assert (one.score, one.is_low, one.complaint is not None) == (score, is_low, is_low)
    assert Complaint.objects.filter(channel="survey").count() == is_low
    if is_low:
        complaint = one.complaint
        assert (complaint.owner, complaint.account, complaint.category) == (world.chen, world.huaxing, "cleaning")
        assert "卫生间有头发" in complaint.text and complaint.complainant == "王芳"
        assert complaint.due_at - complaint.taken_at == timedelta(hours=24)
        assert (bells(complaint, "chen"), bells(complaint, "zhou")) == (1, 1)


@pytest.mark.rule("SAT-02")
def test_a_low_score_by_telephone_too_and_what_is_low_is_the_policy_of_the_day(world):
    seat = world.seat("chen")
    set_policy(actor=SYSTEM, key="service.low_score", hotel_code="lujiazui", value=3, effective_from=seat.today)
    fine, low = drafted(world), drafted(world)
    take_survey(actor=seat, survey=fine, by=world.chen, score=4)
    take_survey(actor=seat, survey=low, by=world.chen, score=3, words="等了很久", reasons=["quiet", "hall"])
    assert fine.complaint is None and low.complaint.taken_by == world.chen
    assert low.reasons == ["quiet"]  # what is not asked after a stay is left out
    with pytest.raises(Refusal):
        take_survey(actor=seat, survey=low, by=world.chen, score=1)
    assert Complaint.objects.filter(channel="survey").count() == 1


# The trend


def test_tallies_and_months():
    tally = Tally(4, 27, 1, 2, 1)
    assert (tally.average, tally.recommends) == (Decimal("6.8"), -25)
    assert (Tally().average, Tally().recommends) == (None, None)
    assert months_until(date(2026, 2, 28), 3) == [date(2025, 12, 1), date(2026, 1, 1), date(2026, 2, 1)]


@pytest.mark.rule("SAT-02")
def test_scores_are_shown_by_client_department_and_kind_month_by_month(world):
    Survey.objects.all().delete()
    seat = world.seat("zhou")
    order = Order.objects.filter(hotel=world.lujiazui, account=world.huaxing).first()
    rows = [(drafted(world, order=order, about="event"), 10, 40), (drafted(world), 5, 0), (drafted(world), 8, 0)]
    for one, score, ago in rows:
        take_survey(actor=seat, survey=one, by=seat.staff, score=score)
        Survey.objects.filter(pk=one.pk).update(answered_at=timezone.now() - timedelta(days=ago))
    months = months_until(seat.today, 6)
    found = Survey.objects.filter(hotel=world.lujiazui)
    [client], total = trend(found, "client", months, seat.zone)
    assert (client.label, client.all.count, client.all.average) == (world.huaxing.name, 3, Decimal("7.7"))
    assert [tally.average for tally in client.months][-2:] == [Decimal("10.0"), Decimal("6.5")]
    assert (total.all.low, total.all.recommends) == (1, 0)
    kinds, _total = trend(found, "kind", months, seat.zone)
    assert {line.label: line.all.count for line in kinds} == {order.get_kind_display(): 1, "没有订单": 2}
    places, _total = trend(found, "department", months, seat.zone)
    assert sorted(line.all.count for line in places) == [1, 2]
    assert sent_and_answered(found) == (0, 0)


@pytest.mark.rule("SAT-02")
def test_the_trend_as_a_page_and_as_a_file(world, browse):
    for way in ("client", "department", "kind", "about"):
        page = browse("zhou").get(f"{URL}trend/?by={way}&months=6")
        assert page.status_code == 200 and 'data-chart="line"' in page.content.decode()
        excel = browse("zhou").get(f"{URL}trend/excel/?by={way}")
        assert excel.status_code == 200 and excel.content[:2] == b"PK"
    assert browse("chen").get(f"{URL}trend/excel/").status_code == 403


# Pages


@pytest.mark.rule("SAT-01")
def test_the_link_is_shown_once_with_its_picture(world, browse):
    one = drafted(world)
    client = browse("chen")
    assert client.get(f"{URL}{one.pk}/link/").status_code == 302
    html = client.post(f"{URL}{one.pk}/link/").content.decode()
    assert "http://testserver/s/" in html and "data:image/svg+xml;base64," in html
    assert "/s/" not in client.get(one.get_absolute_url()).content.decode().replace("/static/", "")
    assert client.post(f"{URL}{one.pk}/link/").status_code == 200  # a new one closes the one before
    assert Client().get("/s/" + html.split("http://testserver/s/")[1].split('"')[0]).status_code == 404


def test_from_the_client_s_page_to_an_answer_by_telephone(world, browse):
    client = browse("chen")
    made = client.post(
        f"{URL}new/?account={world.huaxing.pk}", {"about": "visit", "happened_on": "2026-11-17", "order": ""}
    )
    assert made.status_code == 302
    one = Survey.objects.filter(about="visit", happened_on=date(2026, 11, 17)).order_by("-pk")[0]
    assert client.post(f"{URL}{one.pk}/telephone/", {"words": "好"}).status_code == 422
    said = {"score": "9", "reasons": ["manner"], "words": "很专业"}
    assert "很专业" in client.post(f"{URL}{one.pk}/telephone/", said, follow=True).content.decode()
    panel = client.get(f"/h/lujiazui/clients/{world.huaxing.pk}/panels/surveys/").content.decode()
    assert "很专业" in panel and "9 分" in panel
    for tab in ("draft", "sent", "answered", "low"):
        assert client.get(f"{URL}?tab={tab}").status_code == 200


@pytest.mark.rule("SAT-01")
def test_who_is_not_asked_has_a_reason(world, browse):
    one = drafted(world)
    assert browse("chen").post(f"{URL}{one.pk}/drop/", {"reason": ""}).status_code == 422
    browse("chen").post(f"{URL}{one.pk}/drop/", {"reason": "刚刚道过歉"})
    one.refresh_from_db()
    assert (one.state, one.drop_reason) == ("dropped", "刚刚道过歉")
    with pytest.raises(Refusal):
        sent(world, one)
