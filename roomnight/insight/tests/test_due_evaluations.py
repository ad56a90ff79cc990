"""Evaluations that open by themselves: every so many months, and before a renewal, each once (EVA-03)."""

from datetime import UTC, date, datetime, timedelta

import pytest

from roomnight.agreements.models import Agreement, State
from roomnight.clients.models import Account
from roomnight.insight.commands import open_due_evaluations
from roomnight.insight.jobs import open_evaluations
from roomnight.insight.models import Evaluation, EvaluationState, Occasion
from roomnight.kernel.commands import SYSTEM, UNCHANGED
from roomnight.kernel.models import Notification
from roomnight.kernel.policy import set_policy

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_work")]
TODAY = date(2026, 11, 18)


@pytest.fixture
def client(world):
    """A client of chen's with grade A and nothing else: no agreement, no evaluation."""
    Evaluation.objects.all().delete()
    Agreement.objects.update(state=State.DRAFT)
    Account.objects.update(grade="C")
    Account.objects.filter(pk=world.huaxing.pk).update(grade="A", created_at=datetime(2026, 11, 1, tzinfo=UTC))
    return world.huaxing


def opened(hotel, on=TODAY):
    found = open_due_evaluations(actor=SYSTEM, hotel=hotel, today=on)
    return 0 if found is UNCHANGED else found


def evaluated(client, on):
    """As if an evaluation had been approved that day."""
    Evaluation.objects.all().delete()
    return Evaluation.objects.create(
        hotel=client.hotel, account=client, occasion=Occasion.REGULAR, state=EvaluationState.APPROVED, template_on=on,
        opened_on=on, due_on=on, total=70, grade="stable", conclusion="keep", approved_on=on,
        approved_at=datetime(on.year, on.month, on.day, 4, tzinfo=UTC), prepared_by=client.owner,
        approved_by_id=client.owner_id + 1 if client.owner_id else None, reviewed_by_id=client.owner_id + 2 if client.owner_id else None,
    )  # fmt: skip


@pytest.mark.rule("EVA-03")
@pytest.mark.parametrize(
    ("last", "count"),
    [
        pytest.param(date(2026, 6, 3), 0, id="a day too early"),
        pytest.param(date(2026, 6, 2), 1, id="fourteen days before six months are over"),
        pytest.param(date(2025, 1, 5), 1, id="long overdue"),
    ],
)
def test_a_client_is_evaluated_again_after_the_months_of_the_policy(world, client, last, count):
    evaluated(client, last)
    assert opened(world.lujiazui) == count
    one = Evaluation.objects.filter(state=EvaluationState.ASKED).first()
    assert (one.due_on if one else None) == ({1: date(2026, 12, 2)}.get(count))


@pytest.mark.rule("EVA-03")
def test_it_is_opened_once_and_the_owner_hears_once(world, client):
    evaluated(client, date(2026, 1, 5))
    assert [opened(world.lujiazui), opened(world.lujiazui), opened(world.lujiazui, TODAY + timedelta(days=1))] == [
        1,
        0,
        0,
    ]
    assert (
        Notification.objects.filter(recipient="chen", message__startswith="Evaluate the relationship with").count() == 1
    )
    one = Evaluation.objects.get(state=EvaluationState.ASKED)
    assert one.lines.count() == 10


@pytest.mark.rule("EVA-03")
def test_a_dated_policy_moves_the_day(world, client):
    evaluated(client, date(2026, 6, 10))
    assert opened(world.lujiazui) == 0
    set_policy(
        actor=world.seat("zheng"),
        key="insight.evaluation.eva_months",
        hotel_code="lujiazui",
        value=3,
        effective_from=TODAY,
    )
    assert opened(world.lujiazui) == 1


@pytest.mark.rule("EVA-03")
def test_a_client_of_a_lower_grade_without_an_agreement_is_left_alone(world, client):
    evaluated(client, date(2025, 6, 10))
    Account.objects.filter(pk=client.pk).update(grade="C")
    assert opened(world.lujiazui) == 0


@pytest.mark.rule("EVA-03")
@pytest.mark.parametrize(
    ("ends_in", "state", "count"),
    [
        pytest.param(75, State.EFFECTIVE, 1, id="within the days"),
        pytest.param(76, State.EFFECTIVE, 0, id="a day too early"),
        pytest.param(40, State.RENEWED, 0, id="renewed already"),
        pytest.param(-1, State.EXPIRING, 0, id="over"),
    ],
)
def test_before_an_agreement_ends_its_client_is_evaluated_once(world, client, ends_in, state, count):
    evaluated(client, date(2026, 8, 1))
    ends = TODAY + timedelta(days=ends_in)
    Agreement.objects.filter(pk=world.agreement.pk).update(
        account=client, state=state, ends_on=ends, holds_until=ends, starts_on=date(2026, 1, 1)
    )
    assert opened(world.lujiazui) == count
    for one in Evaluation.objects.filter(occasion=Occasion.RENEWAL):
        assert one.agreement_id == world.agreement.pk
        Evaluation.objects.filter(pk=one.pk).update(state=EvaluationState.DROPPED)
    assert opened(world.lujiazui) == 0


@pytest.mark.rule("EVA-03")
def test_a_client_evaluated_within_these_days_needs_no_other_for_the_renewal(world, client):
    evaluated(client, date(2026, 11, 10))
    ends = TODAY + timedelta(days=60)
    Agreement.objects.filter(pk=world.agreement.pk).update(
        account=client, state=State.EXPIRING, ends_on=ends, holds_until=ends
    )
    assert opened(world.lujiazui) == 0


def test_the_worker_does_it_early_in_the_hotel_s_morning(world, client, at_work):
    evaluated(client, date(2026, 1, 5))
    at_work.move_to(datetime(2026, 11, 18, 3, 40, tzinfo=UTC))
    open_evaluations.func()
    assert not Evaluation.objects.filter(state=EvaluationState.ASKED).exists()
    at_work.move_to(datetime(2026, 11, 18, 21, 40, tzinfo=UTC))
    open_evaluations.func()
    assert Evaluation.objects.filter(state=EvaluationState.ASKED, account=client).count() == 1
