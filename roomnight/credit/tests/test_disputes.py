"""Disputes: whose they are, the clock, before whom they come, how they end (CRD-07)."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine

from roomnight.credit.commands import (
    answer_statement,
    charge,
    draw_up_statement,
    escalate_disputes,
    raise_dispute,
    resolve_dispute,
    take_payment,
)
from roomnight.credit.jobs import disputes_in_time
from roomnight.credit.models import CreditAccount, Dispute, LedgerLine, Statement
from roomnight.credit.queries.checking import differences
from roomnight.credit.rules.values import PROBLEM_HOURS
from roomnight.kernel.commands import OPERATOR, SYSTEM, UNCHANGED
from roomnight.kernel.errors import Refusal
from roomnight.kernel.models import Notification
from roomnight.kernel.policy import set_policy
from roomnight.organization.commands import name_deputy
from tests.world import SHANGHAI, WORLD_NOW
from tests.world_credit import bill

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_work")]
TODAY = date(2026, 11, 18)


@pytest.fixture
def credit(world):
    Dispute.objects.all().delete()
    return CreditAccount.objects.select_related("hotel", "account__hotel", "responsible").get(account=world.huaxing)


@pytest.fixture
def line(credit):
    return credit.lines.filter(kind="charge", open_cents__gt=0).latest("pk")


def told(who):
    return Notification.objects.filter(recipient=who, is_urgent=True).count()


@pytest.mark.rule("CRD-07")
def test_it_is_the_representative_s_who_signed_for_a_day(world, credit, line):
    before = told("chen")
    one = raise_dispute(actor=world.seat("cao"), credit=credit, text="没有用餐", said_by="王芳", line=line)
    assert (one.assigned_to, one.due_at - one.raised_at) == (world.chen, timedelta(hours=24))
    assert told("chen") == before + 1
    set_policy(
        actor=OPERATOR, key=PROBLEM_HOURS.key, value=6, hotel_code="lujiazui", effective_from=TODAY, reason="旺季"
    )
    other = raise_dispute(actor=world.seat("chen"), credit=credit, text="宴会中途菜凉了")
    assert other.due_at - other.raised_at == timedelta(hours=6)


@pytest.mark.rule("CRD-07")
def test_while_the_representative_is_away_it_is_the_deputy_s(world, credit, line):
    name_deputy(
        actor=world.seat("zhou"), hotel=credit.hotel, absent=world.chen, deputy=world.xu, kinds=["credit"],
        starts_on=TODAY, ends_on=TODAY + timedelta(days=3), reason="休假",
    )  # fmt: skip
    assert raise_dispute(actor=world.seat("cao"), credit=credit, text="没有用餐", line=line).assigned_to == world.xu


@pytest.mark.rule("CRD-07")
@pytest.mark.parametrize(
    ("given", "code"),
    [({"text": " "}, "credit.text"), ({"line": "payment"}, "credit.line"), ({"line": "other"}, "credit.line")],
)
def test_what_is_no_dispute(world, credit, line, given, code):
    lines = {
        "payment": credit.lines.filter(kind="payment").get(),
        "other": LedgerLine.objects.exclude(credit=credit).filter(kind="charge").first(),
    }
    wish = {"text": "没有用餐", "line": lines.get(given.get("line")), **{k: v for k, v in given.items() if k != "line"}}
    with pytest.raises(Refusal) as refused:
        raise_dispute(actor=world.seat("cao"), credit=credit, **wish)
    assert refused.value.code == code


@pytest.mark.rule("CRD-07")
def test_one_line_is_disputed_once_at_a_time(world, credit, line):
    seat = world.seat("cao")
    one = raise_dispute(actor=seat, credit=credit, text="没有用餐", line=line)
    with pytest.raises(Refusal) as refused:
        raise_dispute(actor=seat, credit=credit, text="再说一次", line=line)
    assert refused.value.code == "credit.disputed"
    resolve_dispute(actor=seat, dispute=one, revision=1, outcome="hotel_right", resolution="有签单人签名")
    raise_dispute(actor=seat, credit=credit, text="仍有疑义", line=line)


@pytest.mark.rule("CRD-07")
def test_it_comes_before_the_director_then_the_general_manager_each_once(world, credit, line):
    one = raise_dispute(actor=world.seat("cao"), credit=credit, text="没有用餐", line=line)
    assert escalate_disputes(actor=SYSTEM, hotel=credit.hotel, now=one.due_at - timedelta(minutes=1)) is UNCHANGED
    for hours, person, level in ((0, "lin", 1), (24, "zheng", 2)):
        before = told(person)
        now = one.due_at + timedelta(hours=hours)
        assert escalate_disputes(actor=SYSTEM, hotel=credit.hotel, now=now) == 1
        assert escalate_disputes(actor=SYSTEM, hotel=credit.hotel, now=now) is UNCHANGED
        one.refresh_from_db()
        assert (one.level, one.assigned_to.username, told(person)) == (level, person, before + 1)
    assert one.next_step_at is None


@pytest.mark.rule("CRD-07")
def test_of_two_workers_one_escalates(world, credit, line, monkeypatch):
    """The other has read the same row before, and finds it taken."""
    one = raise_dispute(actor=world.seat("cao"), credit=credit, text="没有用餐", line=line)
    first = Dispute.objects.filter(pk=one.pk, resolved_at=None, level=0, next_step_at=one.next_step_at)
    assert escalate_disputes(actor=SYSTEM, hotel=credit.hotel, now=one.due_at) == 1
    assert not first.exists()


@pytest.mark.rule("CRD-07")
def test_the_worker_does_it_and_leaves_what_is_resolved(world, credit, line):
    one = raise_dispute(actor=world.seat("cao"), credit=credit, text="没有用餐", line=line)
    other = raise_dispute(actor=world.seat("cao"), credit=credit, text="菜凉了")
    resolve_dispute(actor=world.seat("chen"), dispute=other, revision=1, outcome="partly", resolution="赠送果盘")
    with time_machine.travel(datetime(2026, 11, 19, 10, tzinfo=SHANGHAI), tick=False):
        disputes_in_time.func()
    one.refresh_from_db()
    other.refresh_from_db()
    assert (one.level, other.level) == (1, 0)


@pytest.mark.rule("CRD-07")
def test_the_client_is_right_and_the_line_is_taken_back_in_one_breath(world, credit, line):
    seat = world.seat("cao")
    one = raise_dispute(actor=seat, credit=credit, text="没有用餐", line=line)
    balance = credit.balance_cents
    done = resolve_dispute(
        actor=seat, dispute=one, revision=1, outcome="client_right", resolution="记错客户", correction="reverse"
    )
    credit.refresh_from_db()
    line.refresh_from_db()
    assert (done.outcome, credit.balance_cents, line.open_cents) == ("client_right", balance - line.amount_cents, 0)
    assert list(differences(credit.hotel)) == []


@pytest.mark.rule("CRD-07")
def test_partly_right_takes_an_amount_off_the_line(world, credit, line):
    seat = world.seat("cao")
    one = raise_dispute(actor=seat, credit=credit, text="多算一位", line=line)
    resolve_dispute(
        actor=seat, dispute=one, revision=1, outcome="partly", resolution="减一位", correction="adjust",
        amount=Decimal(80),
    )  # fmt: skip
    opened = line.open_cents
    line.refresh_from_db()
    assert line.open_cents == opened - 8_000
    assert list(differences(credit.hotel)) == []


@pytest.mark.rule("CRD-07")
@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"outcome": "x"}, "credit.outcome"), ({"resolution": " "}, "credit.resolution"),
        ({"outcome": "hotel_right", "correction": "reverse"}, "credit.correction"),
        ({"correction": "adjust"}, "credit.amount"), ({"revision": 7}, "record.changed_meanwhile"),
    ],
)  # fmt: skip
def test_how_it_cannot_end(world, credit, line, given, code):
    one = raise_dispute(actor=world.seat("cao"), credit=credit, text="没有用餐", line=line)
    wish = {"revision": 1, "outcome": "partly", "resolution": "减一位", **given}
    with pytest.raises(Refusal) as refused:
        resolve_dispute(actor=world.seat("cao"), dispute=one, **wish)
    assert refused.value.code == code
    one.refresh_from_db()
    assert one.resolved_at is None


@pytest.mark.rule("CRD-06")
def test_a_statement_is_confirmed_once_its_last_dispute_is_resolved(world, credit):
    seat = world.seat("cao")
    LedgerLine.objects.filter(credit=credit).update(statement=None)
    Statement.objects.filter(credit=credit).delete()
    statement = draw_up_statement(actor=seat, credit=credit, until=TODAY)
    disputed = {line.pk: "不对" for line in statement.lines.filter(kind="charge")}
    answer_statement(actor=seat, statement=statement, revision=1, answered_by="王芳", disputed=disputed)
    for left in (1, 0):
        one = Dispute.objects.filter(resolved_at=None).first()
        resolve_dispute(actor=seat, dispute=one, revision=1, outcome="hotel_right", resolution="有签名")
        statement.refresh_from_db()
        assert statement.state == ("disputed" if left else "confirmed")


@pytest.mark.rule("CRD-06")
def test_a_payment_leaves_disputed_lines_open(world, credit, line):
    charge(actor=world.seat("gao"), account=world.huaxing, bill=bill("100", TODAY, reference="later"))
    raise_dispute(actor=world.seat("cao"), credit=credit, text="没有用餐", line=line)
    opened = line.open_cents
    take_payment(actor=world.seat("cao"), credit=credit, amount=Decimal(5000), on=TODAY)
    line.refresh_from_db()
    assert line.open_cents == opened


@pytest.mark.rule("CRD-07")
def test_from_the_line_to_its_end_in_the_browser(world, credit, line, browse):
    representative, finance = browse("chen"), browse("cao")
    assert representative.post(f"/h/lujiazui/credit/lines/{line.pk}/dispute/", {"text": ""}).status_code == 422
    sent = {"text": "当天没有用餐", "said_by": "王芳"}
    assert representative.post(f"/h/lujiazui/credit/lines/{line.pk}/dispute/", sent).status_code == 302
    one = Dispute.objects.get(line=line)
    said = finance.get("/h/lujiazui/credit/disputes/").content.decode()
    assert "当天没有用餐" in said and "24" in said
    path = f"{one.get_absolute_url()}resolve/"
    page = representative.get(path).content.decode()
    assert 'value="reverse"' not in page
    assert 'value="reverse"' in finance.get(path).content.decode()
    done = {"outcome": "client_right", "resolution": "记错客户", "correction": "reverse", "amount": ""}
    assert representative.post(path, done).status_code in (302, 422)
    assert not LedgerLine.objects.filter(reverses=line).exists()
    if Dispute.objects.filter(pk=one.pk, resolved_at=None).exists():
        assert finance.post(path, done).status_code == 302
        assert LedgerLine.objects.filter(reverses=line).exists()
    assert browse("sun").get(one.get_absolute_url()).status_code == 404
    assert WORLD_NOW.date() == TODAY
