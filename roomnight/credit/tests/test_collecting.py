"""Ageing, its figures, the dunning ladder, promises, and the hold of what is overdue too long (CRD-08, CRD-12)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from roomnight.credit.commands import (
    adjust,
    charge,
    climb_ladder,
    hold_overdue,
    judge_promises,
    note_promise,
    raise_dispute,
    release,
    reverse,
    settle,
    take_payment,
    take_step,
    unsettle,
    write_off,
)
from roomnight.credit.jobs import collect_what_is_due
from roomnight.credit.models import CreditAccount, Dispute, DunningLetter, DunningStep, Hold, LedgerLine, Match, Promise
from roomnight.credit.queries.ageing import ageing_of, figures
from roomnight.credit.queries.checking import differences
from roomnight.credit.queries.words import held_because
from roomnight.credit.rules.ageing import Moved, aged, bucket_of, collection_rate, dso
from roomnight.credit.rules.dunning import next_step
from roomnight.kernel.commands import SYSTEM, UNCHANGED
from roomnight.kernel.errors import Refusal
from tests.world_credit import bill

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_work")]
TODAY = date(2026, 11, 18)
LADDER = {"reminder": -5, "call": 1, "letter": 7, "visit": 30}


@pytest.fixture
def credit(world):
    Dispute.objects.all().delete()
    DunningLetter.objects.all().delete()
    DunningStep.objects.all().delete()
    return CreditAccount.objects.select_related("hotel", "account__hotel", "responsible").get(account=world.huaxing)


def due(credit):
    return credit.lines.filter(open_cents__gt=0).order_by("due_on").first().due_on


def climb(credit, day):
    with time_machine.travel(f"{day}T09:00:00+08:00", tick=False):
        climb_ladder(actor=SYSTEM, hotel=credit.hotel, on=day)
    return DunningStep.objects.filter(credit=credit).order_by("pk").last()


@pytest.mark.rule("CRD-08")
@pytest.mark.parametrize(
    ("days", "bucket"),
    [(-1, "current"), (0, "current"), (1, "to_30"), (30, "to_30"), (31, "to_60"), (60, "to_60"), (61, "to_90"),
     (90, "to_90"), (91, "older")],
)  # fmt: skip
def test_by_the_day_it_was_due(days, bucket):
    assert bucket_of(TODAY - timedelta(days=days), TODAY, 1) == bucket
    assert bucket_of(TODAY - timedelta(days=days), TODAY, -1) == "unallocated"


@pytest.mark.rule("CRD-08")
def test_the_database_ages_as_the_rule_does(world, credit):
    lines = list(LedgerLine.objects.filter(credit=credit).values_list("due_on", "open_cents"))
    for days in (-40, 0, 1, 30, 31, 60, 61, 90, 91, 200):
        day = due(credit) + timedelta(days=days)
        assert ageing_of(credit, day) == aged(lines, day)
        assert ageing_of(credit, day).total == credit.balance_cents


DEEDS = st.lists(
    st.tuples(st.sampled_from(["charge", "pay", "hold back", "settle", "unsettle", "reverse", "write off", "adjust"]),
              st.integers(1, 90_000), st.integers(0, 20)),
    min_size=1, max_size=12,
)  # fmt: skip


@pytest.mark.rule("CRD-08")
@given(DEEDS)
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
def test_whatever_happens_the_ageing_is_the_balance_in_parts(world, credit, deeds):
    seat = world.seat("cao")
    for number, (what, cents, place) in enumerate(deeds):
        lines = list(credit.lines.order_by("pk"))
        line, amount = lines[place % len(lines)], Decimal(cents).scaleb(-2)
        try:
            match what:
                case "charge":
                    given_ = bill(str(amount), TODAY, source="pms", signed_by="", reference=f"P-{len(lines)}-{number}")
                    charge(actor=seat, account=world.huaxing, bill=given_)
                case "pay" | "hold back":
                    take_payment(
                        actor=seat, credit=credit, amount=amount, on=TODAY, settles=None if what == "pay" else []
                    )
                case "settle":
                    settle(actor=seat, payment=line)
                case "unsettle":
                    if match := Match.objects.filter(debit__credit=credit, undone_at=None).first():
                        unsettle(actor=seat, match=match)
                case "reverse":
                    reverse(actor=seat, line=line, reason="记错")
                case "write off":
                    write_off(actor=seat, line=line, reason="坏账", authority=Decimal(100_000))
                case "adjust":
                    adjust(actor=seat, credit=credit, amount=amount if place % 2 else -amount, reason="尾差")
        except Refusal:
            continue
    credit.refresh_from_db()
    for days in (0, 45, 100):
        age = ageing_of(credit, TODAY + timedelta(days=days))
        assert age.total == sum(age.parts().values()) == credit.balance_cents
        assert age.owed == sum(line.open_cents for line in credit.lines.filter(open_cents__gt=0))
    assert list(differences(credit.hotel)) == []


@pytest.mark.rule("CRD-08")
def test_the_figures():
    assert dso(9_000, Moved(charged=27_000)) == 30
    assert dso(9_000, Moved()) is None
    assert collection_rate(5_000, Moved(charged=6_000, received=4_000, all=2_000)) == 44
    assert collection_rate(0, Moved()) is None


@pytest.mark.rule("CRD-08")
def test_the_figures_of_a_hotel_are_those_of_its_lines(world, credit):
    found = figures(credit.hotel, None, TODAY)
    balance = sum(CreditAccount.objects.filter(hotel=credit.hotel).values_list("balance_cents", flat=True))
    assert found.ageing.total == balance
    charged = sum(LedgerLine.objects.filter(hotel=credit.hotel, kind="charge").values_list("amount_cents", flat=True))
    assert found.dso == round(balance * 90 / charged)


@pytest.mark.rule("CRD-08")
@pytest.mark.parametrize(
    ("days", "made", "broken", "step"),
    [(-6, set(), 0, None), (-5, set(), 0, "reminder"), (0, {"reminder"}, 0, None), (1, {"reminder"}, 0, "call"),
     (40, set(), 0, "visit"), (2, {"call"}, 1, "letter"), (2, {"letter"}, 1, None), (90, {"visit"}, 3, None)],
)  # fmt: skip
def test_which_step_comes_now(days, made, broken, step):
    assert next_step(LADDER, days, made, broken) == step


@pytest.mark.rule("CRD-08")
def test_each_step_comes_once_and_to_whom_it_belongs(world, credit):
    first = due(credit)
    for days, step, who in ((1, "call", "chen"), (7, "letter", None), (30, "visit", "lin"), (60, "lawyer", "zheng")):
        one = climb(credit, first + timedelta(days=days))
        assert (one.step, one.oldest_due_on) == (step, first)
        assert who in (None, one.assigned_to.username)
        count = DunningStep.objects.count()
        climb(credit, first + timedelta(days=days))
        assert DunningStep.objects.count() == count


@pytest.mark.rule("CRD-07")
@pytest.mark.rule("CRD-08")
def test_what_is_disputed_is_not_dunned(world, credit):
    for line in credit.lines.filter(open_cents__gt=0):
        raise_dispute(actor=world.seat("cao"), credit=credit, text="不对", line=line)
    last = due(credit) + timedelta(days=70)
    assert climb(credit, last) is None
    hold_overdue(actor=SYSTEM, hotel=credit.hotel, on=last)
    assert not Hold.objects.filter(credit=credit).exists()


@pytest.mark.rule("CRD-12")
def test_a_promise_puts_off_and_a_broken_one_skips_a_step(world, credit):
    first = due(credit)
    assert climb(credit, first + timedelta(days=1)).step == "call"
    with time_machine.travel(f"{first + timedelta(days=2)}T09:00:00+08:00", tick=False):
        (one,) = [note_promise(
            actor=world.seat("chen"), credit=credit, amount=Decimal(500), due_on=first + timedelta(days=8), said_by="王芳"
        )]  # fmt: skip
    assert climb(credit, first + timedelta(days=8)).step == "call"
    assert judge_promises(actor=SYSTEM, hotel=credit.hotel, on=first + timedelta(days=8)) is UNCHANGED
    assert judge_promises(actor=SYSTEM, hotel=credit.hotel, on=first + timedelta(days=9)) == 1
    one.refresh_from_db()
    assert one.is_kept is False
    assert climb(credit, first + timedelta(days=9)).step == "second_letter"


@pytest.mark.rule("CRD-12")
def test_a_promise_is_kept_as_soon_as_that_much_came_in(world, credit):
    seat, said_on = world.seat("cao"), TODAY + timedelta(days=1)
    with time_machine.travel(f"{said_on}T09:00:00+08:00", tick=False):
        given_ = {"amount": Decimal(500), "due_on": TODAY + timedelta(days=5), "said_by": "王芳"}
        one = note_promise(actor=seat, credit=credit, **given_)
        take_payment(actor=seat, credit=credit, amount=Decimal(499), on=said_on)
        assert judge_promises(actor=SYSTEM, hotel=credit.hotel, on=said_on) is UNCHANGED
        take_payment(actor=seat, credit=credit, amount=Decimal(1), on=said_on)
        assert judge_promises(actor=SYSTEM, hotel=credit.hotel, on=said_on) == 1
    one.refresh_from_db()
    assert one.is_kept is True


@pytest.mark.rule("CRD-08")
def test_a_step_is_noted_with_what_was_promised(world, credit):
    one = climb(credit, due(credit) + timedelta(days=1))
    later = due(credit) + timedelta(days=10)
    given_ = {"actor": world.seat("chen"), "step": one, "how": "phone", "spoken_to": "王芳", "note": "月底付款"}
    with pytest.raises(Refusal) as refused:
        take_step(**given_, promised=Decimal(500))
    assert refused.value.code == "credit.promise"
    done = take_step(**given_, promised=Decimal(500), promised_by=later)
    assert (done.spoken_to, done.done_by, Promise.objects.get(credit=credit).due_on) == ("王芳", "chen", later)
    with pytest.raises(Refusal) as refused:
        take_step(**given_)
    assert refused.value.code == "credit.done"


@pytest.mark.rule("CRD-08")
def test_held_at_sixty_days_once_and_released_for_good(world, credit):
    first = due(credit)
    hold_overdue(actor=SYSTEM, hotel=credit.hotel, on=first + timedelta(days=59))
    assert not Hold.objects.filter(credit=credit).exists()
    for _again in range(2):
        hold_overdue(actor=SYSTEM, hotel=credit.hotel, on=first + timedelta(days=60))
    held = Hold.objects.get(credit=credit)
    assert held_because(credit.hotel, held.reason, held.told) == "¥1,080.50 已逾期 60 天。"
    credit.refresh_from_db()
    assert credit.is_on_hold
    release(actor=world.seat("cao"), credit=credit, reason="已承诺付款")
    hold_overdue(actor=SYSTEM, hotel=credit.hotel, on=first + timedelta(days=61))
    held.refresh_from_db()
    assert (Hold.objects.filter(credit=credit).count(), held.released_by, held.release_reason) == (
        1,
        "cao",
        "已承诺付款",
    )


@pytest.mark.rule("CRD-08")
def test_the_worker_does_all_of_it(world, credit):
    day = due(credit) + timedelta(days=60)
    with time_machine.travel(f"{day}T09:00:00+08:00", tick=False):
        for _again in range(2):
            collect_what_is_due.func()
    assert DunningStep.objects.get(credit=credit).step == "lawyer"
    assert Hold.objects.filter(credit=credit, kind="overdue").count() == 1


@pytest.mark.rule("CRD-08")
def test_the_pages(world, credit, browse):
    finance = browse("cao")
    said = finance.get("/h/lujiazui/credit/ageing/").content.decode()
    assert credit.account.name in said and "¥1,080.50" in said
    assert finance.get("/h/lujiazui/credit/ageing/ageing.xlsx").status_code == 200
    assert credit.account.name not in browse("sun").get("/h/lujiazui/credit/ageing/").content.decode()
    said = finance.get(f"/h/lujiazui/credit/{credit.pk}/open/?bucket=older").content.decode()
    assert "¥1,080.50" in said
    one = DunningStep.objects.create(
        credit=credit, step="call", oldest_due_on=TODAY - timedelta(days=3), cents=50_000, reached_on=TODAY,
        assigned_to=world.chen,
    )  # fmt: skip
    path = f"/h/lujiazui/credit/dunning/{one.pk}/"
    assert browse("sun").get(path).status_code == 404
    chen = browse("chen")
    assert credit.account.name in chen.get("/h/lujiazui/credit/dunning/?tab=mine").content.decode()
    assert chen.post(path, {"how": "phone", "spoken_to": "王芳", "note": ""}).status_code == 422
    assert chen.post(path, {"how": "visit", "spoken_to": "王芳", "note": "下周付"}).status_code == 302
    one.refresh_from_db()
    assert one.note == "下周付"
