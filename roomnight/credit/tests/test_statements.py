"""Statements: what is on them, when they are drawn up, sent and answered (CRD-06)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from roomnight.agreements.models import Agreement
from roomnight.credit.commands import (
    answer_statement,
    charge,
    draw_up_statement,
    draw_up_statements,
    reverse,
    send_statement,
    take_payment,
)
from roomnight.credit.jobs import statements_of_the_period
from roomnight.credit.models import CreditAccount, Dispute, LedgerLine, Statement
from roomnight.credit.queries.checking import differences
from roomnight.credit.queries.periods import Cycle
from roomnight.credit.views.statements import sheet_of
from roomnight.kernel.commands import SYSTEM, UNCHANGED
from roomnight.kernel.errors import Refusal
from roomnight.kernel.models import Notification
from roomnight.kernel.tables import open_table
from tests.world_credit import bill

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_work")]
OCTOBER, NOVEMBER = date(2026, 10, 31), date(2026, 11, 30)
DECEMBER_2 = date(2026, 12, 2)


@pytest.fixture
def credit(world):
    """An account without a statement yet, settled by the month."""
    Agreement.objects.filter(pk=world.agreement.pk).update(settlement="monthly", payment_days=30)
    LedgerLine.objects.filter(credit__account=world.huaxing).update(statement=None)
    Statement.objects.filter(credit__account=world.huaxing).delete()
    return CreditAccount.objects.select_related("hotel", "account__hotel").get(account=world.huaxing)


def drawn(credit, on):
    """What the worker draws up for one account on a day."""
    with time_machine.travel(f"{on}T08:00:00+08:00", tick=False):
        made = draw_up_statements(actor=SYSTEM, hotel=credit.hotel, on=on, accounts=[credit.pk])
    return [] if made is UNCHANGED else made


def ledger_sum(credit, until):
    """What the ledger says, by its own question."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT COALESCE(SUM(amount_cents), 0), COUNT(*) FROM credit_ledgerline WHERE credit_id = %s AND statement_id "
            "IN (SELECT id FROM credit_statement WHERE credit_id = %s AND ends_on <= %s)",
            [credit.pk, credit.pk, until],
        )
        return tuple(int(one) for one in cursor.fetchone())


@pytest.mark.rule("CRD-06")
def test_a_month_gives_one_statement_that_is_the_ledger(world, credit):
    assert drawn(credit, date(2026, 11, 30)) == []
    (one,) = drawn(credit, DECEMBER_2)
    assert (one.ends_on, one.opening_cents, one.charges_cents, one.credits_cents) == (NOVEMBER, 0, 208_050, -100_000)
    assert (one.closing_cents, one.line_count) == ledger_sum(credit, NOVEMBER) == (108_050, 3)
    assert one.starts_on == date(2026, 11, 1)
    assert one.due_on >= one.ends_on
    assert drawn(credit, DECEMBER_2) == []
    assert list(differences(credit.hotel)) == []


@pytest.mark.rule("CRD-06")
def test_what_comes_late_goes_on_the_next_and_what_is_later_waits(world, credit):
    (first,) = drawn(credit, DECEMBER_2)
    seat = world.seat("cao")
    with time_machine.travel("2026-12-03T10:00:00+08:00", tick=False):
        late = charge(actor=seat, account=world.huaxing, bill=bill("100", date(2026, 11, 29), reference="late"))
        later = charge(actor=seat, account=world.huaxing, bill=bill("200", date(2026, 12, 3), reference="later"))
    with time_machine.travel("2027-01-02T10:00:00+08:00", tick=False):
        newest = charge(actor=seat, account=world.huaxing, bill=bill("300", date(2027, 1, 1), reference="newest"))
    (second,) = drawn(credit, date(2027, 1, 2))
    assert set(second.lines.all()) == {late, later}
    assert (second.opening_cents, second.closing_cents) == (first.closing_cents, first.closing_cents + 30_000)
    assert second.starts_on == date(2026, 12, 1)
    newest.refresh_from_db()
    assert newest.statement is None
    assert ledger_sum(credit, date(2026, 12, 31)) == (second.closing_cents, 5)


@pytest.mark.rule("CRD-06")
def test_a_month_without_lines_tells_what_is_still_owed(world, credit):
    drawn(credit, DECEMBER_2)
    (empty,) = drawn(credit, date(2027, 1, 2))
    assert (empty.line_count, empty.opening_cents, empty.closing_cents) == (0, 108_050, 108_050)
    with time_machine.travel("2027-01-03T10:00:00+08:00", tick=False):
        take_payment(actor=world.seat("cao"), credit=credit, amount=Decimal("1080.50"), on=date(2027, 1, 3))
    (paid,) = drawn(credit, date(2027, 2, 2))
    assert paid.closing_cents == 0
    assert drawn(credit, date(2027, 3, 2)) == []


@pytest.mark.rule("CRD-06")
def test_the_ageing_on_a_statement_is_what_was_open(world, credit):
    (one,) = drawn(credit, DECEMBER_2)
    assert sum(one.ageing.values()) == one.closing_cents
    take_payment(actor=world.seat("cao"), credit=credit, amount=Decimal(50), on=date(2026, 11, 18))
    one.refresh_from_db()
    assert sum(one.ageing.values()) == 108_050


@pytest.mark.rule("CRD-06")
@pytest.mark.parametrize(
    ("settlement", "today", "ended"),
    [
        ("weekly", date(2026, 11, 18), date(2026, 11, 15)), ("half_monthly", date(2026, 11, 18), date(2026, 11, 15)),
        ("monthly", date(2026, 11, 18), OCTOBER), ("quarterly", date(2026, 11, 18), date(2026, 9, 30)),
        ("on_departure", date(2026, 11, 18), date(2026, 11, 17)), ("half_monthly", date(2026, 11, 15), OCTOBER),
    ],
)  # fmt: skip
def test_which_period_has_ended(settlement, today, ended):
    assert Cycle(settlement, 30).ended_before(today) == ended


@pytest.mark.rule("CRD-06")
def test_by_hand_up_to_a_day_once(world, credit):
    seat, today = world.seat("cao"), date(2026, 11, 18)
    one = draw_up_statement(actor=seat, credit=credit, until=today)
    assert one.line_count == 3
    for until, code in ((today, "credit.stated"), (today + timedelta(days=1), "credit.future")):
        with pytest.raises(Refusal) as refused:
            draw_up_statement(actor=seat, credit=credit, until=until)
        assert refused.value.code == code


@pytest.mark.rule("CRD-06")
def test_the_questions_to_the_database_do_not_grow_with_the_lines(world, credit):
    seat = world.seat("cao")
    with CaptureQueriesContext(
        connection,
    ) as few:
        draw_up_statements(actor=SYSTEM, hotel=credit.hotel, on=DECEMBER_2, accounts=[credit.pk])
    for number in range(20):
        charge(actor=seat, account=world.huaxing, bill=bill("10", date(2026, 11, 18), reference=f"many-{number}"))
    with CaptureQueriesContext(connection) as many:
        (one,) = draw_up_statements(actor=SYSTEM, hotel=credit.hotel, on=date(2027, 1, 2), accounts=[credit.pk])
    assert one.line_count == 20
    assert len(many) <= len(few)


@pytest.mark.rule("CRD-06")
def test_the_worker_draws_up_and_tells_finance(world, credit):
    with time_machine.travel("2026-12-02T08:00:00+08:00", tick=False):
        statements_of_the_period.func()
        made = Statement.objects.filter(credit=credit).get()
        assert Notification.objects.filter(recipient="cao", url="/h/lujiazui/credit/statements/").count() == 1
        statements_of_the_period.func()
    assert Statement.objects.filter(credit=credit).get() == made


@pytest.mark.rule("CRD-06")
@pytest.mark.rule("CRD-07")
def test_sent_then_answered_line_by_line(world, credit):
    seat = world.seat("cao")
    one = draw_up_statement(actor=seat, credit=credit, until=date(2026, 11, 18))
    with pytest.raises(Refusal):
        send_statement(actor=seat, statement=one, revision=one.revision, sent_to=" ")
    one = send_statement(actor=seat, statement=one, revision=one.revision, sent_to="王芳，邮件")
    assert (one.state, one.sent_to) == ("sent", "王芳，邮件")
    line = one.lines.filter(kind="charge").latest("pk")
    with pytest.raises(Refusal) as refused:
        answer_statement(actor=seat, statement=one, revision=one.revision, answered_by="王芳", disputed={0: "没有"})
    assert refused.value.code == "credit.line"
    one = answer_statement(
        actor=seat, statement=one, revision=one.revision, answered_by="王芳", disputed={line.pk: "当天没有用餐"}
    )
    assert one.state == "disputed"
    dispute = Dispute.objects.get(line=line)
    assert (dispute.text, dispute.said_by, dispute.assigned_to) == ("当天没有用餐", "王芳", world.chen)
    with pytest.raises(Refusal) as refused:
        answer_statement(actor=seat, statement=one, revision=one.revision, answered_by="王芳", disputed={})
    assert refused.value.code == "credit.answered"


@pytest.mark.rule("CRD-06")
def test_the_page_the_paper_and_the_file(world, credit, browse, tmp_path):
    seat = world.seat("cao")
    reverse(actor=seat, line=credit.lines.filter(kind="charge").latest("pk"), reason="记错")
    one = draw_up_statement(actor=seat, credit=credit, until=date(2026, 11, 18))
    finance = browse("cao")
    said = finance.get(one.get_absolute_url()).content.decode()
    assert one.number in said and "¥200.50" in said
    sheet = sheet_of(seat, one)
    (lines,) = [part.rows for part in sheet.parts if part.kind == "table"][:1]
    assert lines[-1][-1] == "¥200.50"
    got = finance.get(f"{one.get_absolute_url()}statement.xlsx")
    path = tmp_path / "statement.xlsx"
    path.write_bytes(got.content)
    rows = [cells for _number, cells in open_table(path, path.name).source()][1:]
    charged, paid = (sum(Decimal(row[place] or 0) for row in rows[1:-1]) for place in (5, 6))
    assert (len(rows), [Decimal(cell) for cell in rows[-1][5:8]]) == (
        one.line_count + 2,
        [charged, paid, charged - paid],
    )
    assert browse("chen").get(one.get_absolute_url()).status_code == 200
    assert browse("sun").get(one.get_absolute_url()).status_code == 404


@pytest.mark.rule("CRD-06")
def test_the_client_s_answer_is_entered_on_one_page(world, credit, browse):
    one = draw_up_statement(actor=world.seat("cao"), credit=credit, until=date(2026, 11, 18))
    line = one.lines.filter(kind="charge").latest("pk")
    finance = browse("cao")
    path = f"{one.get_absolute_url()}answer/"
    assert finance.post(path, {f"line-{line.pk}": "金额不对"}).status_code == 422
    assert finance.post(path, {"answered_by": "王芳", f"line-{line.pk}": "金额不对"}).status_code == 302
    one.refresh_from_db()
    assert one.state == "disputed" and Dispute.objects.get(line=line).text == "金额不对"
