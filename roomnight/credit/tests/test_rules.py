"""May this charge go through, when is it due, and what settles what: tables of cases (CRD-05, CRD-06, CRD-11)."""

from datetime import date

import pytest

from roomnight.credit.rules.authorising import Answer, Asked, Facts, Signer, answer, override_suffices
from roomnight.credit.rules.matching import OpenLine, Pair, in_order, oldest_first
from roomnight.credit.rules.terms import due_on, months_later, period_of

TODAY = date(2026, 11, 18)
SIGNERS = (Signer("赵敏", 1_000_000), Signer("王思远", None))


def facts(**more):
    given = {"limit": 20_000_000, "balance": 16_840_000, "pending": 1_935_000, "today": TODAY, "agreement": "XY-1"}
    return Facts(**{**given, "signers": SIGNERS, **more})


def asked(cents=100_000, **more):
    return Asked(cents, TODAY, **{"signed_by": "王思远", "revenue_kind": "food", **more})


CASES = [
    ("within the limit", facts(), asked(), ""),
    ("exactly the limit", facts(), asked(1_225_000), ""),
    ("one cent over", facts(), asked(1_225_001), "credit.limit"),
    ("what is on its way counts", facts(balance=18_000_000), asked(65_001), "credit.limit"),
    ("but not twice for this bill", facts(balance=18_000_000), asked(1_000_000, set_aside=1_935_000), ""),
    ("paid in advance widens it", facts(balance=-500_000, pending=0), asked(20_500_000), ""),
    ("no limit, paid in advance", facts(limit=0, balance=-500_000, pending=0), asked(500_000), ""),
    ("no limit, nothing paid", facts(limit=0, balance=0, pending=0), asked(1), "credit.limit"),
    ("already over", facts(balance=21_000_000), asked(1), "credit.limit"),
    ("old debts count like new ones", facts(balance=20_000_000, pending=0), asked(1), "credit.limit"),
    ("on hold", facts(hold="逾期 60 天"), asked(), "credit.hold"),
    ("no agreement", facts(agreement=""), asked(), "credit.agreement"),
    ("no agreement beats the hold", facts(agreement="", hold="x"), asked(), "credit.agreement"),
    ("not open", facts(is_open=False), asked(), "credit.closed"),
    ("somebody else signs", facts(), asked(signed_by="李四"), "credit.signer"),
    ("nobody signs", facts(), asked(signed_by=""), "credit.signer"),
    ("nobody signs where that is accepted", facts(must_be_signed=False), asked(signed_by=""), ""),
    ("somebody else signs where nobody need", facts(must_be_signed=False), asked(signed_by="李四"), "credit.signer"),
    ("up to one's own limit", facts(balance=0), asked(1_000_000, signed_by="赵敏"), ""),
    ("above one's own limit", facts(balance=0), asked(1_000_001, signed_by="赵敏"), "credit.signer_limit"),
    ("what was agreed", facts(scope=["room", "food"]), asked(), ""),
    ("what was not agreed", facts(scope=["room"]), asked(), "credit.scope"),
    ("a kind that is not told", facts(scope=["room"]), asked(revenue_kind=""), ""),
]


@pytest.mark.rule("CRD-05")
@pytest.mark.rule("CRD-11")
@pytest.mark.parametrize(("stands", "bill", "code"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_one_answer_for_every_charge(stands, bill, code):
    assert answer(stands, bill).code == code


@pytest.mark.rule("CRD-11")
def test_the_answer_returns_its_parts():
    given = answer(facts(), asked(1_860_000))
    assert (given.balance, given.pending, given.asked, given.total) == (16_840_000, 1_935_000, 1_860_000, 20_635_000)
    assert (given.limit, given.over, given.values, given.may_be_lifted) == (
        20_000_000,
        635_000,
        {"over": 635_000},
        True,
    )


@pytest.mark.rule("CRD-05")
@pytest.mark.parametrize(
    "code", ["credit.closed", "credit.agreement", "credit.signer", "credit.twice", "credit.future"]
)
def test_without_somebody_to_collect_from_nobody_lets_it_through(code):
    assert not Answer(1, 1, 1, 1, code).may_be_lifted


@pytest.mark.rule("CRD-05")
@pytest.mark.parametrize(
    ("over", "authority", "may"),
    [(2_000_000, None, True), (2_000_001, None, False), (2_000_001, 22_000_000, False), (2_000_001, 22_000_001, True)],
)
def test_small_excesses_are_the_credit_managers(over, authority, may):
    given = Answer(20_000_000, 20_000_000, 0, over, "credit.limit", {"over": over})
    assert override_suffices(given, 10, authority) is may


@pytest.mark.rule("CRD-06")
@pytest.mark.parametrize(
    ("on", "settlement", "days", "due"),
    [
        (date(2026, 11, 18), "monthly", 30, date(2026, 12, 30)),
        (date(2026, 11, 30), "monthly", 0, date(2026, 11, 30)),
        (date(2028, 2, 1), "monthly", None, date(2028, 2, 29)),
        (date(2026, 11, 15), "half_monthly", 10, date(2026, 11, 25)),
        (date(2026, 11, 16), "half_monthly", 10, date(2026, 12, 10)),
        (date(2026, 11, 22), "weekly", 7, date(2026, 11, 29)),
        (date(2026, 11, 23), "weekly", 7, date(2026, 12, 6)),
        (date(2026, 12, 31), "quarterly", 15, date(2027, 1, 15)),
        (date(2026, 1, 1), "quarterly", 15, date(2026, 4, 15)),
        (date(2026, 11, 18), "departure", 5, date(2026, 11, 23)),
        (date(2026, 11, 18), "event", None, date(2026, 11, 18)),
    ],
)
def test_a_charge_is_due_after_its_period(on, settlement, days, due):
    assert due_on(on, settlement, days) == due
    first, last = period_of(on, settlement)
    assert first <= on <= last


@pytest.mark.parametrize(
    ("on", "months", "then"),
    [
        (date(2026, 11, 18), 12, date(2027, 11, 18)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2027, 2, 28), 12, date(2028, 2, 28)),
        (date(2026, 12, 31), 1, date(2027, 1, 31)),
    ],
)
def test_months_later_is_the_same_day_or_the_last(on, months, then):
    assert months_later(on, months) == then


@pytest.mark.rule("CRD-06")
def test_payments_settle_what_is_due_first_and_keep_the_rest():
    debits = [
        OpenLine(3, date(2026, 11, 1), 300),
        OpenLine(1, date(2026, 10, 1), 100),
        OpenLine(2, date(2026, 10, 1), 50),
    ]
    credits = [OpenLine(9, TODAY, -120), OpenLine(8, date(2026, 1, 1), -40)]
    assert oldest_first(debits, credits) == [Pair(1, 8, 40), Pair(1, 9, 60), Pair(2, 9, 50), Pair(3, 9, 10)]
    assert in_order(debits, credits[:1]) == [Pair(3, 9, 120)]
    assert in_order([], credits) == in_order(debits, []) == []
    assert in_order(debits, [OpenLine(7, TODAY, -1000)])[-1] == Pair(2, 7, 50)  # 550 stay open: paid in advance
