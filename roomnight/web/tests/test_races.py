"""Two managers at once, with real threads on PostgreSQL: one hand-over is made, the other is told, no row is lost."""

import pytest

from roomnight.activities.models import FollowUp, FollowUpState, Visit, VisitSlot
from roomnight.activities.tests.test_races import at_once
from roomnight.clients.models import Account, Ownership
from roomnight.kernel.models import Deed
from roomnight.web.commands import Step, hand_over, take_back
from roomnight.web.holdings import holdings

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("at_work")]


@pytest.mark.rule("ORG-04")
def test_of_two_who_hand_over_the_same_clients_one_wins_and_the_other_is_told(world):
    wishes = [("lin", world.sun), ("zhou", world.xu), ("lin", world.wu), ("guan", world.sun)]
    seats = [(world.seat(who), to) for who, to in wishes]
    plans = [(seat, [Step(one.kind, one.record, to) for one in holdings(seat, world.chen)]) for seat, to in seats]
    clients, tasks, visits = (model.objects.count() for model in (Account, FollowUp, Visit))
    slots, person, open_tasks = (
        VisitSlot.objects.count(),
        world.chen,
        world.chen.follow_ups.filter(state="open").count(),
    )
    results = at_once(
        [
            lambda seat=seat, steps=steps: hand_over(
                actor=seat, hotel=seat.hotel, person=person, steps=steps, reason="离职"
            )
            for seat, steps in plans
        ]
    )
    made = [one for one in results if isinstance(one, Deed)]
    assert len(made) == 1
    assert [one for one in results if isinstance(one, str)] == ["handover.changed"] * (len(plans) - 1)
    assert (clients, tasks, visits) == tuple(model.objects.count() for model in (Account, FollowUp, Visit))
    assert VisitSlot.objects.count() == slots
    takers = set(Account.objects.filter(pk__in=[world.huaxing.pk, world.jinyuan.pk]).values_list("owner", flat=True))
    assert len(takers) == 1
    taken = FollowUp.objects.filter(owner=takers.pop(), state=FollowUpState.OPEN, what="寄会议报价")
    assert taken.count() == 1 <= open_tasks
    assert Ownership.objects.filter(account=world.huaxing, ended_at=None).count() == 1


@pytest.mark.rule("ORG-04")
def test_of_two_who_take_it_back_at_once_one_does(world):
    lin = world.seat("lin")
    steps = [Step(one.kind, one.record, world.sun) for one in holdings(lin, world.chen)]
    deed = hand_over(actor=lin, hotel=lin.hotel, person=world.chen, steps=steps, reason="离职")
    results = at_once([lambda: take_back(actor=lin, deed=Deed.objects.get(pk=deed.pk)) for _ in range(4)])
    assert sorted(one for one in results if isinstance(one, str)) == ["undo.done"] * 3
    assert set(
        Account.objects.filter(pk__in=[world.huaxing.pk, world.jinyuan.pk]).values_list("owner__username", flat=True)
    ) == {"chen"}
