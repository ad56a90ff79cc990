"""The year-end screening from the asking of owners to the director's signature (SCR-03, SCR-06)."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from roomnight.clients.models import Account, TimelineEntry
from roomnight.insight.commands import (
    ask_for_judgements,
    decide_result,
    enter_judgement,
    review_judgement,
)
from roomnight.insight.jobs import turn_of_the_year
from roomnight.insight.models import Judgement, JudgementState, ScreeningResult, ScreeningRun
from roomnight.kernel.commands import SYSTEM, UNCHANGED
from roomnight.kernel.errors import Refusal
from roomnight.kernel.models import AuditEntry, Notification
from roomnight.organization.models import Hotel
from roomnight.pms.models import Booking

from .conftest import AGENCY, ASLEEP, LARGE, SMALL, YEAR, clock, of, signed, worked_out

pytestmark = pytest.mark.django_db
URL = "/h/H9/insight/"


def judgement_of(house, number, year=YEAR):
    return Judgement.objects.get(hotel=house, account__external_ids__value=number, year=year)


def judged(world, one, who="chen", **other):
    seat = world.seat(who, "H9")
    given = {"trade": 5, "way": 4, "ground": "行业前三，付款守约", "revision": one.revision, **other}
    return enter_judgement(actor=seat, judgement=one, staff=seat.staff, **given)


def reviewed(world, one, who="zhou", **other):
    seat = world.seat(who, "H9")
    given = {"is_agreed": True, "remark": "", "revision": one.revision, **other}
    return review_judgement(actor=seat, judgement=one, staff=seat.staff, **given)


def bells(username, house):
    return Notification.objects.filter(recipient=username, hotel_code=house.code).count()


# Working it out


@pytest.mark.rule("SCR-03")
def test_a_run_keeps_every_client_and_all_that_it_rests_on(desk):
    with clock("2026-01-15"):
        run = worked_out(desk)
    assert (run.clients, run.as_of, run.is_open, run.made_by) == (3, date(2026, 1, 15), True, "operator")
    found = list(run.results.order_by("place").values_list("number", "status", "rank"))
    assert found == [(LARGE, "ok", 1), (SMALL, "small_sample", 2), (ASLEEP, "dormant", 3)]
    assert run.parameters["weights"] == {
        "volume": 40, "profitability": 20, "safety": 20, "future": 10, "cooperation": 10,
    }  # fmt: skip
    assert (run.months, run.has_receivables) == (list(range(1, 13)), False)
    large = of(run, LARGE)
    assert large.safety is None and large.coverage == 80 and large.facts["stays"] == 52
    assert large.revenue_cents == 52 * 2 * 300 * 100
    assert AuditEntry.objects.filter(command="insight.run_screening", actor="operator").count() >= 1


@pytest.mark.rule("SCR-06")
def test_agencies_are_a_peer_group_of_their_own(desk):
    with clock("2026-01-15"):
        assert [one.number for one in worked_out(desk, "agent").results.all()] == [AGENCY]
        assert AGENCY not in worked_out(desk).results.values_list("number", flat=True)


@pytest.mark.parametrize(("year", "code"), [(2026, "screening.no_production"), (2027, "screening.year")])
def test_a_year_without_production_and_one_to_come_are_not_screened(desk, year, code):
    with clock("2026-01-15"), pytest.raises(Refusal) as refused:
        worked_out(desk, year=year)
    assert (refused.value.code, refused.value.field) == (code, "year")
    assert not ScreeningRun.objects.filter(hotel=desk).exists()


# Judgements


@pytest.mark.rule("SCR-02")
def test_a_judgement_counts_once_a_colleague_has_reviewed_it(desk, world):
    with clock("2026-01-10"):
        first = worked_out(desk)
        one = judgement_of(desk, LARGE)
        assert (one.state, one.due_on) == (JudgementState.ASKED, date(2026, 1, 15))
        judged(world, one)
        between = worked_out(desk)
        reviewed(world, one)
        last = worked_out(desk)
    assert [of(run, LARGE).facts["standing"] for run in (first, between, last)] == [None, None, 4.5]
    assert of(first, LARGE).future == of(between, LARGE).future < of(last, LARGE).future
    assert one.state == JudgementState.REVIEWED and one.reviewed_by == world.zhou


@pytest.mark.rule("SCR-02")
def test_who_changes_a_reviewed_judgement_has_it_reviewed_again(desk, world):
    with clock("2026-01-10"):
        worked_out(desk)
        one = judged(world, judgement_of(desk, LARGE))
        reviewed(world, one)
        judged(world, one, trade=1, way=2)
        assert of(worked_out(desk), LARGE).facts["standing"] is None
    assert (one.state, one.reviewed_by) == (JudgementState.ENTERED, None)


@pytest.mark.rule("SCR-02")
@pytest.mark.parametrize(
    ("given", "field"), [({"trade": 0}, "trade"), ({"way": 6}, "way"), ({"ground": " "}, "ground")]
)
def test_a_judgement_is_one_to_five_with_a_ground(desk, world, given, field):
    with clock("2026-01-10"):
        worked_out(desk)
        one = judgement_of(desk, LARGE)
        with pytest.raises(Refusal) as refused:
            judged(world, one, **given)
    one.refresh_from_db()
    assert refused.value.field == field and one.state == JudgementState.ASKED and one.trade is None


@pytest.mark.rule("SCR-02")
def test_nobody_reviews_their_own_judgement_and_who_gives_one_back_says_why(desk, world):
    with clock("2026-01-10"):
        worked_out(desk)
        one = judged(world, judgement_of(desk, LARGE))
        with pytest.raises(Refusal) as own:
            reviewed(world, one, who="chen")
        with pytest.raises(Refusal) as silent:
            reviewed(world, one, is_agreed=False)
        reviewed(world, one, is_agreed=False, remark="总部已迁往外地，请再核实")
        with pytest.raises(Refusal) as nothing:
            reviewed(world, one)
    assert own.value.code == "judgement.own"
    assert (silent.value.code, silent.value.field) == ("judgement.remark", "remark")
    assert nothing.value.code == "judgement.state"
    assert (one.state, one.remark, one.trade) == (JudgementState.ASKED, "总部已迁往外地，请再核实", 5)


def test_a_judgement_that_a_colleague_changed_meanwhile_is_not_overwritten(desk, world):
    with clock("2026-01-10"):
        worked_out(desk)
        one, stale = judgement_of(desk, LARGE), judgement_of(desk, LARGE)
        judged(world, one)
        with pytest.raises(Refusal):
            judged(world, stale, trade=1)
    one.refresh_from_db()
    assert one.trade == 5


# Decisions


@pytest.mark.rule("SCR-03")
def test_who_decides_otherwise_than_worked_out_says_why(desk, world):
    with clock("2026-01-15"):
        one = of(worked_out(desk), SMALL)
        seat = world.seat("lin", "H9")
        better = {"actor": seat, "result": one, "grade": "A", "action": "invest"}
        with pytest.raises(Refusal) as silent:
            decide_result(**better, reason="", revision=1)
        decide_result(**better, reason="集团总部明年入驻", revision=1)
        assert (one.grade, one.action, one.reason, one.decided_by) == ("A", "invest", "集团总部明年入驻", "lin")
        decide_result(
            actor=seat, result=one, grade=one.proposed_grade, action=one.proposed_action, reason="x", revision=2
        )
    assert silent.value.field == "reason"
    assert (one.grade, one.reason) == (one.proposed_grade, "")
    assert one.proposed_grade != "A"


# The signature


@pytest.mark.rule("SCR-03")
def test_the_signature_freezes_the_result_and_gives_the_grades(desk, world):
    with clock("2026-01-15"):
        run = worked_out(desk)
        one = of(run, SMALL)
        director = world.seat("lin", "H9")
        decide_result(actor=director, result=one, grade="B", action="keep", reason="新址开业", revision=one.revision)
        other = worked_out(desk)
        before = bells("chen", desk)
        signed(world, run, "按此执行")
        kept = list(run.results.order_by("pk").values())
        for refused in (
            lambda: decide_result(actor=director, result=one, grade="A", action="invest", reason="x", revision=2),
            lambda: worked_out(desk),
            lambda: signed(world, run),
            lambda: signed(world, other),
        ):
            with pytest.raises(Refusal) as no:
                refused()
            assert no.value.code == "screening.signed"
    run.refresh_from_db()
    assert (run.is_open, run.signed_by, run.note) == (False, world.lin, "按此执行")
    assert list(run.results.order_by("pk").values()) == kept
    given = dict(run.results.values_list("number", "grade"))
    now = Account.objects.filter(hotel=desk, external_ids__kind="company")
    assert dict(now.values_list("external_ids__value", "grade")) == given and given[SMALL] == "B"
    line = TimelineEntry.objects.get(account=one.account, kind="grade")
    assert (line.values["old"], line.values["new"]) == ("A", "B")
    assert bells("chen", desk) == before + 1


@pytest.mark.rule("SCR-03")
def test_the_database_holds_one_signed_screening_of_a_year_and_peer_group(desk, world):
    with clock("2026-01-15"):
        run, other = worked_out(desk), worked_out(desk)
        signed(world, run)
        other.state, other.signed_at, other.signed_by = "signed", run.signed_at, world.lin
        with pytest.raises(IntegrityError), transaction.atomic():
            other.save(update_fields=["state", "signed_at", "signed_by"])


@pytest.mark.rule("SCR-03")
def test_the_next_year_shows_the_change(desk, world):
    with clock("2026-01-15"):
        signed(world, worked_out(desk, year=2024))
        run = worked_out(desk)
    large, before = of(run, LARGE), ScreeningResult.objects.get(run__year=2024, number=LARGE)
    assert (large.grade_before, large.score_before) == (before.grade, before.score)
    assert large.change == large.score - before.score


@pytest.mark.rule("SCR-03")
@pytest.mark.parametrize("who", ["zhou", "chen"])
def test_who_may_not_sign_gets_no_page_for_it(desk, world, browse, who):
    with clock("2026-01-15"):
        run = worked_out(desk)
        address = f"{URL}screenings/{run.pk}/sign/"
        assert browse(who).post(address, {"is_read": "on"}).status_code == 403
        assert b"/sign/" not in browse(who).get(f"{URL}screenings/{run.pk}/").content
        run.refresh_from_db()
        assert run.is_open
        assert browse("lin").post(address, {"is_read": "on"}).status_code == 302
    run.refresh_from_db()
    assert not run.is_open


# The turn of the year


def turn(day, hour=5):
    with clock(day, hour):
        return turn_of_the_year.call()


def sides(house):
    return list(ScreeningRun.objects.filter(hotel=house).order_by("pk").values_list("year", "side", "as_of"))


@pytest.mark.rule("SCR-06")
def test_in_december_owners_are_asked_and_both_peer_groups_worked_out(desk, world):
    before = bells("chen", desk)
    turn("2025-11-30")
    turn("2025-12-01", hour=4)
    assert not sides(desk) and not Judgement.objects.filter(hotel=desk).exists()
    turn("2025-12-01")
    first = date(2025, 12, 1)
    assert sides(desk) == [(YEAR, "company", first), (YEAR, "agent", first)]
    asked = Judgement.objects.filter(hotel=desk, year=YEAR, due_on=date(2026, 1, 15))
    assert set(asked.values_list("account__external_ids__value", flat=True)) == {LARGE, SMALL, AGENCY}
    assert bells("chen", desk) == before + 1
    turn("2025-12-02")
    assert len(sides(desk)) == 2 and asked.count() == 3 and bells("chen", desk) == before + 1


@pytest.mark.rule("SCR-06")
def test_on_the_due_day_it_is_worked_out_once_more_on_the_whole_year(desk, world):
    turn("2025-12-01")
    turn("2026-01-14")
    assert len(sides(desk)) == 2
    turn("2026-01-15")
    assert sides(desk)[2:] == [(YEAR, side, date(2026, 1, 15)) for side in ("company", "agent")]
    turn("2026-01-15")
    turn("2026-01-16")
    assert len(sides(desk)) == 4


@pytest.mark.rule("SCR-06")
def test_what_is_signed_off_is_not_worked_out_again_on_the_due_day(desk, world):
    with clock("2026-01-05"):
        signed(world, worked_out(desk))
    turn("2026-01-15")
    assert [side for _year, side, _day in sides(desk)] == ["company", "agent"]


@pytest.mark.rule("SCR-06")
def test_nobody_signs_before_the_year_is_over_nor_what_was_worked_out_before(desk, world):
    with clock("2025-12-20"):
        early = worked_out(desk)
        with pytest.raises(Refusal) as still:
            signed(world, early)
    with clock("2026-01-15"):
        with pytest.raises(Refusal) as incomplete:
            signed(world, early)
        signed(world, worked_out(desk))
    assert still.value.code == incomplete.value.code == "screening.early"
    early.refresh_from_db()
    assert early.is_open


@pytest.mark.rule("SCR-06")
def test_the_days_are_the_hotels_own(desk, world):
    with clock("2025-12-01"):
        turn_of_the_year.call()  # nine in the morning: not the hour of this work
    assert not sides(desk)
    Hotel.objects.filter(pk=desk.pk).update(timezone="America/New_York")
    turn("2025-12-01", hour=18)  # five in the morning of New York
    assert [one[2] for one in sides(desk)] == [date(2025, 12, 1)] * 2


@pytest.mark.rule("SCR-06")
def test_who_is_asked_once_is_not_asked_again_and_clients_of_nobody_are_not_asked_for(desk, world):
    Account.objects.filter(hotel=desk, external_ids__value=SMALL).update(owner=None)
    with clock("2025-12-01"):
        assert ask_for_judgements(actor=SYSTEM, hotel=desk, year=YEAR) == 2
        assert ask_for_judgements(actor=SYSTEM, hotel=desk, year=YEAR) is UNCHANGED
    assert not Judgement.objects.filter(account__external_ids__value=SMALL).exists()


@pytest.mark.rule("SCR-06")
def test_a_hotel_without_any_business_is_passed_over(desk):
    Booking.objects.filter(hotel=desk).delete()
    turn("2026-01-15")
    assert not sides(desk)


def test_the_pages_show_run_score_and_judgements(desk, world, browse):
    with clock("2026-01-15"):
        run = worked_out(desk)
        one = of(run, LARGE)
        lin, chen = browse("lin"), browse("chen")
        assert one.account.name in lin.get(f"{URL}screenings/{run.pk}/").content.decode()
        assert str(Decimal(one.score)) in chen.get(f"{URL}scores/{one.pk}/").content.decode()
        mine = judgement_of(desk, LARGE)
        address = f"{URL}judgements/{mine.pk}/"
        assert chen.post(address, {"trade": "5", "way": "4"}).status_code == 422
        assert chen.post(address, {"trade": "5", "way": "4", "ground": "行业前三"}).status_code == 302
        review = f"{address}review/"
        assert chen.post(review, {"is_agreed": "yes"}).status_code == 403
        assert browse("zhou").post(review, {"is_agreed": "yes"}).status_code == 302
    mine.refresh_from_db()
    assert mine.state == JudgementState.REVIEWED


@pytest.mark.rule("SCR-03")
def test_the_client_s_page_says_since_when_and_from_which_screening_the_grade_is(desk, world, browse):
    account = Account.objects.get(hotel=desk, external_ids__value=LARGE)
    page = f"/h/H9/clients/{account.pk}/panels/evaluations/"
    with clock("2026-01-15"):
        run = worked_out(desk)
        assert browse("chen").get(page).context["given"] is None
    with clock("2026-01-20"):
        signed(world, run)
        found = browse("chen").get(page)
        account.refresh_from_db()
        given = found.context["given"]
        assert (given.run, given.grade) == (run, account.grade)
        assert given.get_absolute_url() in found.content.decode()
        assert "人工改为" not in found.content.decode()
        Account.objects.filter(pk=account.pk).update(grade="" if account.grade == "D" else "D")
        assert "人工改为" in browse("chen").get(page).content.decode()
