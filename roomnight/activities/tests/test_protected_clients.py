"""Visits to clients on the protection list: they renew it, and a colleague's visit is told to both (OWN-03, OWN-07)."""

from datetime import date, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from roomnight.activities.commands import log_visit, plan_visit
from roomnight.clients.commands import protect_account, register_account, share_account
from roomnight.clients.models import ContactWithProtected, Protection
from roomnight.kernel.models import Notification

pytestmark = pytest.mark.usefixtures("at_work")
SHANGHAI = ZoneInfo("Asia/Shanghai")
TODAY = date(2026, 11, 18)


def told(who):
    lines = Notification.objects.filter(recipient=who).order_by("-pk")
    return [one.message % one.values for one in lines]


@pytest.fixture
def protected(world):
    """A lead of chen's, on the list until 18 December."""
    lead = register_account(actor=world.seat("chen"), hotel=world.lujiazui, name="江南会展", owner=world.chen)
    return protect_account(actor=world.seat("chen"), account=lead, staff=world.chen)


@pytest.mark.rule("OWN-07")
def test_a_reported_visit_renews_it_and_makes_the_notice_sayable_again(world, protected):
    Protection.objects.filter(pk=protected.pk).update(told_on=TODAY)
    start = datetime(2026, 11, 18, 8, 0, tzinfo=SHANGHAI)
    log_visit(
        actor=world.seat("chen"), hotel=world.lujiazui, account=protected.account, staff=world.chen,
        submission_key=uuid4(), met_from=start, met_to=start + timedelta(minutes=20), result="interested",
        purpose="return_visit", people_text="前台", is_cold_call=True, cold_reason="路过",
    )  # fmt: skip
    protected.refresh_from_db()
    assert (protected.until, protected.renewed_by, protected.told_on) == (date(2027, 2, 16), "visit", None)


@pytest.mark.rule("OWN-03")
def test_who_plans_to_see_a_protected_client_is_noted_and_the_protector_told_once_a_day(world, protected):
    zhou, account = world.seat("zhou"), protected.account
    for hour in (14, 16):
        start = datetime(2026, 11, 18, hour, 0, tzinfo=SHANGHAI)
        plan_visit(
            actor=zhou, hotel=world.lujiazui, account=account, staff=world.zhou, start=start,
            end=start + timedelta(minutes=30), purpose="return_visit",
        )  # fmt: skip
    assert list(ContactWithProtected.objects.values_list("staff__username", "how")) == [("zhou", "planned")]
    assert [line for line in told("chen") if "came upon" in line] == ["周建平 came upon 江南会展, which you protect"]


@pytest.mark.rule("OWN-03")
@pytest.mark.parametrize("who", ["chen", "xu"])
def test_the_protector_and_who_works_on_it_together_are_no_strangers(world, protected, who):
    share_account(actor=world.seat("chen"), account=protected.account, staff=world.xu)
    start = datetime(2026, 11, 18, 20, 0, tzinfo=SHANGHAI)
    plan_visit(
        actor=world.seat(who), hotel=world.lujiazui, account=protected.account, staff=getattr(world, who), start=start,
        end=start + timedelta(minutes=30), purpose="return_visit",
    )  # fmt: skip
    assert not ContactWithProtected.objects.exists()
