"""The credit grade of each quarter with its explanation, what it allows, and the yearly review of limits (CRD-09, CRD-13)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from roomnight.clients.models import Account
from roomnight.credit.commands import (
    change_limit,
    change_terms,
    draft_application,
    grade_account,
    grade_accounts,
    raise_dispute,
    remind_of_reviews,
    resolve_dispute,
    review_limit,
    take_payment,
)
from roomnight.credit.jobs import grades_of_the_quarter
from roomnight.credit.models import CreditAccount, Dispute, Grading, LedgerLine, LimitLine, LimitReview
from roomnight.credit.queries.grading import quarter_facts
from roomnight.credit.queries.granting import problems
from roomnight.credit.rules.grading import (
    GRADING,
    PARTS,
    Charged,
    Facts,
    graded,
    paid_how,
    quarter_before,
    quarter_of,
    read_bounds,
    worse,
)
from roomnight.credit.rules.granting import GRADES
from roomnight.credit.rules.scorecard import NAMES, read_grades
from roomnight.kernel.commands import SYSTEM, UNCHANGED
from roomnight.kernel.errors import Refusal
from roomnight.kernel.models import AuditEntry, Notification
from roomnight.kernel.policy import set_policy
from tests.world_credit import raised, whole

FIRST, LAST = date(2026, 10, 1), date(2026, 12, 31)
JANUARY = date(2027, 1, 6)
BOUNDS = read_bounds(GRADING.default)
TABLE = read_grades(GRADES.default)
BEST = Facts(due=100_000, in_time=100_000, peak=10_000, limit=2_000_000)


# ---- the rule


def test_quarters():
    assert quarter_of(date(2026, 12, 31)) == (FIRST, LAST)
    assert quarter_of(date(2026, 2, 28)) == (date(2026, 1, 1), date(2026, 3, 31))
    assert quarter_before(JANUARY) == (FIRST, LAST)
    assert quarter_before(date(2026, 11, 18)) == (date(2026, 7, 1), date(2026, 9, 30))


@pytest.mark.rule("CRD-09")
@pytest.mark.parametrize(
    ("facts", "points", "grade"),
    [
        ({}, 100, "AAA"),
        ({"in_time": 94_900}, 92, "AAA"),
        ({"in_time": 70_000, "late": 100_000 * 5}, 76, "A"),
        ({"in_time": 70_000, "late": 100_000 * 6}, 67, "BBB"),
        ({"in_time": 0, "late": 100_000 * 40}, 30, "C"),
        ({"unfounded": 1, "disputes": 3}, 95, "AAA"),
        ({"unfounded": 3, "disputes": 3}, 85, "AA"),
        ({"peak": 1_600_001}, 95, "AAA"),
        ({"peak": 2_300_000, "unfounded": 3}, 70, "A"),
        ({"peak": 1, "limit": 0}, 85, "AA"),
    ],
)
def test_each_point_has_its_figure(facts, points, grade):
    found = graded(Facts(**{**BEST.kept(), **facts}), BOUNDS, TABLE, 90, "B", "")
    assert (found.points, found.grade) == (points, grade)
    assert [part.code for part in found.parts] == list(PARTS)
    assert sum(part.points for part in found.parts) == points
    assert sum(part.most for part in found.parts) == 100


@pytest.mark.rule("CRD-09")
def test_nothing_to_be_paid_leaves_the_grade_and_old_debts_hold_it_down():
    assert graded(Facts(), BOUNDS, TABLE, 90, "B", "AA") == graded(Facts(peak=5), BOUNDS, TABLE, 90, "B", "AA")
    assert (
        graded(Facts(), BOUNDS, TABLE, 90, "B", "AA").grade,
        graded(Facts(), BOUNDS, TABLE, 90, "B", "AA").points,
    ) == ("AA", None)
    held = graded(Facts(**{**BEST.kept(), "oldest": 90}), BOUNDS, TABLE, 90, "B", "")
    assert (held.grade, held.by_points, held.points) == ("B", "AAA", 100)
    assert graded(Facts(**{**BEST.kept(), "oldest": 89}), BOUNDS, TABLE, 90, "B", "").by_points == ""


AMOUNTS = st.integers(1, 1_000_000)
DAYS = st.dates(FIRST - timedelta(days=60), LAST + timedelta(days=30))


@st.composite
def charged(draw):
    cents = draw(AMOUNTS)
    parts, left = [], cents
    for day in draw(st.lists(DAYS, max_size=3)):
        if left > 0:
            part = draw(st.integers(1, left))
            parts.append((day, part))
            left -= part
    return Charged(draw(st.dates(FIRST, LAST)), cents, tuple(parts))


@pytest.mark.rule("CRD-09")
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(charged(), max_size=8))
def test_whoever_pays_earlier_is_never_worse(charges):
    due, in_time, late, oldest = paid_how(charges, LAST)
    assert 0 <= in_time <= due <= sum(one.cents for one in charges)
    assert late >= 0
    assert 0 <= oldest <= (LAST - FIRST).days
    sooner = [
        Charged(one.due_on, one.cents, tuple((day - timedelta(days=7), cents) for day, cents in one.paid))
        for one in charges
    ]
    _due, better_in_time, less_late, younger = paid_how(sooner, LAST)
    assert better_in_time >= in_time
    assert less_late <= late
    assert younger <= oldest


@pytest.mark.rule("CRD-09")
@given(st.builds(
    Facts, due=AMOUNTS, in_time=st.just(0), late=st.integers(0, 10**9), unfounded=st.integers(0, 9), peak=AMOUNTS,
    limit=st.integers(0, 10**6), oldest=st.integers(0, 400),
))  # fmt: skip
def test_a_grade_is_the_points_by_the_hotels_table(facts):
    found = graded(facts, BOUNDS, TABLE, 90, "B", "AAA")
    by_points = found.by_points or found.grade
    least = {one.name: one.least for one in TABLE}
    assert least[by_points] <= found.points
    assert all(found.points < least[name] for name in NAMES[: NAMES.index(by_points)])
    assert worse(found.grade, by_points) == found.grade


def test_bounds_that_cannot_be_are_refused():
    for bad in (
        GRADING.default[1:],
        [*GRADING.default, {"part": "weather", "bound": 1, "points": 0}],
        [row for row in GRADING.default if row["part"] != "disputes"],
        [*GRADING.default, {"part": "disputes", "bound": 3, "points": 9}],
        [*GRADING.default, {"part": "disputes", "bound": 2, "points": 5}],
    ):
        with pytest.raises(Refusal):
            GRADING.parse(bad)


def test_the_worse_of_two():
    assert (worse("AA", "B"), worse("", "A"), worse("C", ""), worse("", "")) == ("B", "A", "C", "")


# ---- the account


@pytest.fixture
def credit(world, at_work):
    Dispute.objects.all().delete()
    one = CreditAccount.objects.select_related("hotel", "account__hotel", "responsible").get(account=world.huaxing)
    LedgerLine.objects.filter(credit=one).update(statement=None)
    return one


def pay(world, credit, amount, on):
    with time_machine.travel(f"{on}T10:00:00+08:00", tick=False):
        return take_payment(actor=world.seat("cao"), credit=credit, amount=Decimal(amount), on=on, method="转账")


def facts_of(credit, first=FIRST, last=LAST):
    return quarter_facts(credit.hotel, [credit], first, last)[credit.pk]


def grade(credit, on=JANUARY):
    with time_machine.travel(f"{on}T09:00:00+08:00", tick=False):
        made = grade_accounts(actor=SYSTEM, hotel=credit.hotel, on=on, accounts=[credit.pk])
    return None if made is UNCHANGED else made[0]


def due_days(credit):
    return set(credit.lines.filter(kind="charge").values_list("due_on", flat=True))


@pytest.mark.rule("CRD-09")
@pytest.mark.django_db
def test_the_facts_come_from_the_ledger(world, credit):
    (due,) = due_days(credit)  # 1,200.50 and 880 charged, 1,000 paid in time
    first, last = quarter_of(due)
    assert facts_of(credit, first, last).kept() | {"limit": 0} == {
        "due": 208_050, "in_time": 100_000, "late": 108_050 * (last - due).days, "disputes": 0, "unfounded": 0,
        "peak": 108_050, "limit": 0, "oldest": (last - due).days,
    }  # fmt: skip
    pay(world, credit, "600", due + timedelta(days=3))
    found = facts_of(credit, first, last)
    assert (found.in_time, found.late) == (100_000, 60_000 * 3 + 48_050 * (last - due).days)
    later = quarter_of(last + timedelta(days=1))
    found = facts_of(credit, *later)
    assert (found.due, found.in_time, found.oldest) == (48_050, 0, (later[1] - due).days)
    pay(world, credit, "480.50", later[0] + timedelta(days=4))
    found = facts_of(credit, *later)
    assert (found.due, found.late) == (48_050, 48_050 * (later[0] + timedelta(days=4) - due).days)
    after = quarter_of(later[1] + timedelta(days=1))
    assert facts_of(credit, *after).due == 0


@pytest.mark.rule("CRD-09")
@pytest.mark.django_db
def test_what_is_disputed_or_credited_does_not_count(world, credit):
    (due,) = due_days(credit)
    first, last = quarter_of(due)
    small = credit.lines.get(amount_cents=88_000)
    argued = raise_dispute(actor=world.seat("chen"), credit=credit, text="没有消费", line=small)
    assert facts_of(credit, first, last).due == 120_050
    resolve_dispute(
        actor=world.seat("cao"), dispute=argued, revision=argued.revision, outcome="client_right", resolution="多收",
        correction="adjust", amount=Decimal(300),
    )  # fmt: skip
    found = facts_of(credit, first, last)
    assert found.due == 208_050 - 30_000
    raised_in = quarter_of(date(2026, 11, 18))
    assert (facts_of(credit, *raised_in).disputes, facts_of(credit, *raised_in).unfounded) == (1, 0)
    other = raise_dispute(actor=world.seat("chen"), credit=credit, text="服务费", line=small)
    resolve_dispute(
        actor=world.seat("cao"), dispute=other, revision=other.revision, outcome="hotel_right", resolution="账单无误"
    )
    assert (facts_of(credit, *raised_in).disputes, facts_of(credit, *raised_in).unfounded) == (2, 1)


@pytest.mark.rule("CRD-09")
@pytest.mark.django_db
def test_a_quarter_is_graded_once_and_stays_as_it_was(world, credit):
    (due,) = due_days(credit)
    first, last = quarter_of(due)
    on = last + timedelta(days=6)
    made = grade(credit, on)
    assert (made.starts_on, made.ends_on, made.before) == (first, last, "")
    assert made.points == sum(part["points"] for part in made.parts)
    assert made.parameters["bounds"] == GRADING.default
    assert Account.objects.get(pk=credit.account_id).credit_grade == made.grade
    assert AuditEntry.objects.filter(subject=f"credit.grading:{made.pk}").count() == 1
    kept = Grading.objects.values().get(pk=made.pk)
    set_policy(
        actor=SYSTEM, key="credit.grading", hotel_code=credit.hotel.code, effective_from=on,
        value=[row | {"bound": row["bound"] + 1} for row in GRADING.default],
    )  # fmt: skip
    pay(world, credit, "1080.50", on)
    assert grade(credit, on + timedelta(days=1)) is None
    assert Grading.objects.values().get(pk=made.pk) == kept
    with time_machine.travel(f"{on}T12:00:00+08:00", tick=False), pytest.raises(Refusal) as caught:
        grade_account(actor=world.seat("cao"), credit=credit)
    assert caught.value.code == "credit.graded"


@pytest.mark.rule("CRD-09")
@pytest.mark.django_db
def test_another_grade_is_told_to_the_signer_and_a_worse_one_to_finance(world, credit):
    Account.objects.filter(pk=credit.account_id).update(credit_grade="AAA")
    (due,) = due_days(credit)
    _first, last = quarter_of(due)
    Notification.objects.all().delete()
    made = grade(credit, last + timedelta(days=6))
    assert NAMES.index(made.grade) > 0
    told = {one.recipient for one in Notification.objects.all()}
    assert "chen" in told
    assert "cao" in told
    assert Notification.objects.filter(recipient="chen").get().values["before"] == "AAA"


@pytest.mark.rule("CRD-09")
@pytest.mark.django_db
def test_the_worker_waits_for_the_payments_of_the_last_days(world, credit):
    (due,) = due_days(credit)
    last = quarter_of(due)[1]
    with time_machine.travel(f"{last + timedelta(days=5)}T12:00:00+08:00", tick=False):
        grades_of_the_quarter.call()
        assert not Grading.objects.exists()
    with time_machine.travel(f"{last + timedelta(days=6)}T12:00:00+08:00", tick=False):
        grades_of_the_quarter.call()
        grades_of_the_quarter.call()
        assert Grading.objects.filter(credit=credit).count() == 1
    with time_machine.travel(
        f"{quarter_of(last + timedelta(days=1))[1] + timedelta(days=6)}T12:00:00+08:00", tick=False
    ):
        grades_of_the_quarter.call()
    assert Grading.objects.filter(credit=credit).count() == 2


@pytest.mark.rule("CRD-13")
@pytest.mark.django_db
def test_the_worse_of_scorecard_and_payments_counts(world, credit):
    Grading.objects.create(
        credit=credit, starts_on=date(2026, 7, 1), ends_on=date(2026, 9, 30), grade="B", points=45, made_at="2026-10-06T00:00Z", made_by="system"
    )  # fmt: skip
    chen = world.seat("chen")
    given = {"actor": chen, "account": world.huaxing, "responsible": chen.staff}
    one = draft_application(**given, **whole(kind="renew", client_name="", limit=Decimal(10_001)))
    assert (one.paid_grade, one.grade) == ("B", "B")
    fields = [field for field, _text in problems(one)]
    assert "limit" in fields
    Grading.objects.update(grade="AAA")
    assert draft_application(**given, **whole(kind="renew")).grade == "AA"
    Grading.objects.update(grade="C", ends_on=date(2025, 9, 30))
    assert (draft_application(**given, **whole(kind="renew")).paid_grade) == ""


@pytest.mark.rule("CRD-13")
@pytest.mark.django_db
def test_the_last_grade_needs_full_security(world, credit):
    Account.objects.filter(pk=credit.account_id).update(credit_grade="C")
    account = Account.objects.get(pk=credit.account_id)
    chen = world.seat("chen")
    given = {"actor": chen, "account": account, "responsible": chen.staff}

    def said(**more):
        return [field for field, _text in problems(draft_application(**given, **raised(**more)))]

    assert said() == ["deposit"]
    text = dict(problems(draft_application(**given, **raised())))["deposit"]
    assert "30,000" in text
    assert said(deposit=Decimal(29_999)) == ["deposit"]
    assert said(deposit=Decimal(30_000)) == []
    assert said(guarantee_kind="bank", guarantee_note="工行保函 G-1") == []


# ---- the yearly review


@pytest.mark.rule("CRD-09")
@pytest.mark.django_db
def test_a_review_is_brought_to_mind_once_and_sets_the_next(world, credit):
    due = credit.review_on
    assert due == date(2027, 11, 18)
    Notification.objects.all().delete()
    assert remind_of_reviews(actor=SYSTEM, hotel=credit.hotel, on=due - timedelta(days=31)) is UNCHANGED
    assert remind_of_reviews(actor=SYSTEM, hotel=credit.hotel, on=due - timedelta(days=30)) >= 1
    assert Notification.objects.filter(recipient="cao").exists()
    assert Notification.objects.filter(recipient="chen").exists()
    assert remind_of_reviews(actor=SYSTEM, hotel=credit.hotel, on=due) is UNCHANGED
    cao = world.seat("cao")
    with time_machine.travel("2027-11-10T10:00:00+08:00", tick=False):
        made = review_limit(
            actor=cao,
            credit=credit,
            staff=cao.staff,
            revision=credit.revision,
            decision="keep",
            opinion="付款守时",
            authority=None,
        )
    credit.refresh_from_db()
    assert (made.due_on, made.after_cents, credit.review_on) == (due, 2_000_000, date(2028, 11, 10))
    assert remind_of_reviews(actor=SYSTEM, hotel=credit.hotel, on=credit.review_on - timedelta(days=5)) >= 1


def reviewed(world, credit, who="cao", **more):
    seat = world.seat(who)
    credit.refresh_from_db()
    given = {"decision": "raise", "opinion": "用量增加", "authority": Decimal(50_000), "limit": Decimal(30_000), **more}
    return review_limit(actor=seat, credit=credit, staff=seat.staff, revision=credit.revision, **given)


@pytest.mark.rule("CRD-09")
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"opinion": " "}, "credit.opinion"),
        ({"decision": "?"}, "credit.decision"),
        ({"decision": "lower"}, "credit.limit_lower"),
        ({"limit": Decimal(20_000)}, "credit.limit_raise"),
        ({"limit": Decimal(50_001)}, "credit.authority"),
        ({"authority": None}, "credit.authority"),
        ({"who": "chen"}, "credit.own"),
    ],
)
def test_a_raise_stays_within_what_one_may_grant(world, credit, more, code):
    with pytest.raises(Refusal) as caught:
        reviewed(world, credit, **more)
    assert caught.value.code == code
    assert not LimitReview.objects.exists()
    credit.refresh_from_db()
    assert credit.limit_cents == 2_000_000


@pytest.mark.rule("CRD-09")
@pytest.mark.django_db
def test_a_review_changes_the_limit(world, credit):
    reviewed(world, credit)
    assert LimitLine.objects.filter(credit=credit).last().cents == 3_000_000
    reviewed(world, credit, decision="lower", limit=Decimal(1_000))
    credit.refresh_from_db()
    assert (credit.limit_cents, credit.is_on_hold) == (100_000, True)
    assert [one.decision for one in LimitReview.objects.filter(credit=credit)] == ["lower", "raise"]


@pytest.mark.rule("CRD-13")
@pytest.mark.django_db
def test_a_limit_set_by_hand_passes_neither_grade_nor_authority(world, credit):
    cao = world.seat("cao")
    Account.objects.filter(pk=credit.account_id).update(credit_grade="B")
    common = {"actor": cao, "credit": credit, "staff": cao.staff, "reason": "旺季"}
    for limit, authority, code in ((20_001, 50_000, "credit.grade"), (20_001, 20_000, "credit.authority")):
        with pytest.raises(Refusal) as caught:
            change_limit(**common, limit=Decimal(limit), authority=Decimal(authority))
        assert caught.value.code == code
    assert change_limit(**common, limit=Decimal(5_000), authority=None).limit == 5_000


@pytest.mark.rule("CRD-09")
@pytest.mark.django_db
def test_only_a_review_puts_the_next_one_off(world, credit):
    cao = world.seat("cao")
    for later in (None, credit.review_on + timedelta(days=1)):
        with pytest.raises(Refusal) as caught:
            change_terms(actor=cao, credit=credit, revision=credit.revision, review_on=later)
        assert caught.value.code == "credit.review_on"
        credit.refresh_from_db()
    change_terms(actor=cao, credit=credit, revision=credit.revision, review_on=credit.review_on - timedelta(days=60))
    credit.refresh_from_db()
    assert credit.review_on == date(2027, 9, 19)


# ---- the pages


@pytest.mark.rule("CRD-09")
@pytest.mark.django_db
def test_the_page_tells_how_each_point_came_about(world, credit, browse):
    made = grade(credit)
    if made is None or made.points is None:
        pytest.fail("the quarter has something to grade")
    with time_machine.travel("2027-01-07T10:00:00+08:00", tick=False):
        page = browse("cao").get(f"/h/lujiazui/credit/{credit.pk}/grades/").content.decode()
        assert page.count(" / 40") >= 1
        assert "2026 Q4" in page
        assert "2027 Q1" in browse("cao").get(f"/h/lujiazui/credit/{credit.pk}/grades/running/").content.decode()
        account = browse("chen").get(f"/h/lujiazui/credit/{credit.pk}/").content.decode()
        assert f"/h/lujiazui/credit/{credit.pk}/grades/" in account
        assert browse("sun").get(f"/h/lujiazui/credit/{credit.pk}/grades/").status_code == 404


@pytest.mark.rule("CRD-09")
@pytest.mark.django_db
def test_working_it_out_and_reviewing_by_hand(credit, browse):
    with time_machine.travel("2027-01-03T10:00:00+08:00", tick=False):
        cao = browse("cao")
        page = f"/h/lujiazui/credit/{credit.pk}/grades/"
        assert "work-out" in cao.get(page).content.decode()
        assert cao.post(f"{page}work-out/").status_code == 302
        assert Grading.objects.get(credit=credit).made_by == "cao"
        assert "work-out" not in cao.get(page).content.decode()
        review = f"/h/lujiazui/credit/{credit.pk}/review/"
        assert cao.post(review, {"decision": "lower", "opinion": "付款变慢"}).status_code == 422
        assert cao.post(review, {"decision": "lower", "limit": "15000", "opinion": "付款变慢"}).status_code == 302
    credit.refresh_from_db()
    assert (credit.limit_cents, credit.review_on) == (1_500_000, date(2028, 1, 3))
