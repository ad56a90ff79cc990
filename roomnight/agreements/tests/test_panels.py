"""Agreements on a client's page: which runs, until when, what is missing of the promise (AGR-01, AGR-02)."""

import pytest

from roomnight.agreements.models import Agreement, State

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_work")]


def panel(world, browse, who="chen", client="huaxing"):
    return browse(who).get(f"/h/lujiazui/clients/{getattr(world, client).pk}/panels/agreements/")


@pytest.mark.rule("AGR-02")
def test_the_panel_shows_what_runs_and_what_is_missing(world, browse):
    answer = panel(world, browse)
    assert answer.context["running"] == world.agreement
    assert answer.context["commitment"].nights_promised == 400
    assert answer.context["waiting"] == 1
    assert [rate for _room, rate in answer.context["rates"]] == ["¥580.00", "¥720.00 – ¥760.00"]
    text = answer.content.decode()
    assert world.agreement.number in text
    assert world.agreement.get_absolute_url() in text
    assert not answer.context["may_create"], "a draft waits already"


@pytest.mark.rule("AGR-02")
def test_without_one_it_leads_to_a_new_one(world, browse):
    Agreement.objects.filter(account=world.huaxing).update(state=State.WITHDRAWN, signed_at=None)
    answer = panel(world, browse)
    assert (answer.context["rows"], answer.context["running"], answer.context["rates"]) == ([], None, [])
    assert f"agreements/new/?account={world.huaxing.pk}" in answer.content.decode()


@pytest.mark.rule("AGR-02")
@pytest.mark.parametrize(
    ("who", "client", "status"), [("chen", "donghai", 404), ("luo", "huaxing", 403), ("lin", "huaxing", 200)]
)
def test_who_sees_the_panel(world, browse, who, client, status):
    assert panel(world, browse, who, client).status_code == status
