"""Many decide on one application at once, with real threads on PostgreSQL: each step is decided once, by one person (CRD-02)."""

from collections import Counter

import pytest

from roomnight.credit.commands import approve_application, return_application
from roomnight.credit.models import CreditAccount, CreditApplication, Opinion
from roomnight.credit.tests.test_applications import approved_by, checked, submitted
from roomnight.organization.tests.test_races import at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("at_work")]
TIMES = 8


def deciding(world, who, one, position, do=approve_application):
    seat = world.seat(who)

    def act():
        return do(
            actor=seat, application=CreditApplication.objects.get(pk=one.pk), staff=seat.staff, position=position, note="定"
        ).state  # fmt: skip

    return act


@pytest.mark.rule("CRD-02")
def test_two_who_decide_on_one_step_at_once_decide_once(world):
    one = checked(world, submitted(world))
    results = at_once([deciding(world, who, one, 0) for who in ("zhou", "wu") for _time in range(TIMES)])
    assert Counter(results) == {"review": 1, "application.turn": 2 * TIMES - 1}
    assert Opinion.objects.filter(application=one, kind="approved").count() == 1


@pytest.mark.rule("CRD-02")
def test_the_last_step_at_once_grants_once(world):
    one = approved_by(world, checked(world, submitted(world)), "zhou")
    acts = [deciding(world, "lin", one, 1) for _time in range(TIMES)]
    acts += [deciding(world, "lin", one, 1, return_application) for _time in range(TIMES)]
    results = Counter(at_once(acts))
    assert results["application.state"] == 2 * TIMES - 1
    assert results["approved"] + results["draft"] == 1
    assert CreditAccount.objects.filter(account=world.jinyuan).count() == results["approved"]
