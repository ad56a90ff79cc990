"""Looking back at deals: once each, by whoever made it, read by somebody above (SAT-03)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from roomnight.kernel.commands import UNCHANGED, command, record
from roomnight.kernel.errors import Refusal
from roomnight.kernel.events import emit
from roomnight.kernel.models import Notification
from roomnight.orders.events import OrderStepped
from roomnight.orders.models import Order, OrderStep
from roomnight.service.access import reviews
from roomnight.service.commands import comment_review, open_review, write_review
from roomnight.service.models import DealReview
from roomnight.service.queries.reviews import coaching

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_work")]
URL = "/h/lujiazui/service/deals/"


def due(world):
    order = Order.objects.filter(follower=world.chen).select_related("hotel", "follower").order_by("pk")[0]
    DealReview.objects.filter(order=order).delete()
    return open_review(actor=world.seat("chen"), order=order)


def write(world, one, who="chen", **said):
    given = {"went": "smooth", "revision": one.revision, **said}
    return write_review(actor=world.seat(who), review=one, by=world.seat(who).staff, **given)


@pytest.mark.rule("SAT-03")
def test_a_confirmed_order_is_looked_back_at_once(world):
    order = Order.objects.filter(follower=world.chen).select_related("hotel", "follower").order_by("pk")[0]
    DealReview.objects.all().delete()

    @command
    def step(*, actor, what):
        record(order, what=what)
        emit(OrderStepped(order.pk, what, actor.code))

    step(actor=world.seat("chen"), what=OrderStep.CHANGED)
    assert not DealReview.objects.exists()
    step(actor=world.seat("chen"), what=OrderStep.CONFIRMED)
    step(actor=world.seat("chen"), what=OrderStep.CONFIRMED)
    one = DealReview.objects.get()
    assert (one.order, one.staff, one.state) == (order, world.chen, "due")
    assert open_review(actor=world.seat("chen"), order=order) is UNCHANGED


@pytest.mark.rule("SAT-03")
def test_who_made_the_deal_writes_and_somebody_above_says_something_to_it(world):
    one = due(world)
    with pytest.raises(Refusal) as refused:
        write(world, one, "zhou")
    assert refused.value.code == "review.own"
    with pytest.raises(Refusal) as lesson:
        write(world, one, slips=["interrupted"])
    assert lesson.value.field == "otherwise"
    with pytest.raises(Refusal):
        comment_review(actor=world.seat("zhou"), review=one, by=world.zhou, revision=one.revision, comment="好")
    write(world, one, slips=["interrupted", "nonsense"], otherwise="先听完")
    assert one.slips == ["interrupted"]
    assert Notification.objects.filter(recipient="zhou", url=one.get_absolute_url()).count() == 1
    with pytest.raises(Refusal) as own:
        comment_review(actor=world.seat("chen"), review=one, by=world.chen, revision=one.revision, comment="好")
    assert own.value.code == "review.self"
    comment_review(actor=world.seat("zhou"), review=one, by=world.zhou, revision=one.revision, comment="下次一起去")
    assert Notification.objects.filter(recipient="chen", url=one.get_absolute_url()).count() == 1
    with pytest.raises(Refusal) as read:
        write(world, one)
    assert read.value.code == "review.read"


@pytest.mark.rule("SAT-03")
def test_the_manager_sees_what_comes_again(world, browse):
    one = due(world)
    write(world, one, slips=["interrupted", "late"], otherwise="先听完")
    found = coaching(reviews(world.seat("zhou")), timezone.now() - timedelta(days=90))
    mine = next(line for line in found if line.name == world.chen.label)
    assert mine.written == 1 and len(mine.again) == 2
    html = browse("zhou").get(f"{URL}?tab=written").content.decode()
    assert "辅导要点" in html and "打断了客户的话" in html
    assert "辅导要点" not in browse("chen").get(URL).content.decode()


@pytest.mark.rule("SAT-03")
def test_from_the_list_to_the_manager_s_word(world, browse):
    one = due(world)
    client = browse("chen")
    assert "写交易评估" in client.get(f"{URL}{one.pk}/").content.decode()
    missing = client.post(f"{URL}{one.pk}/write/", {"went": "hard", "revision": one.revision, "worked": "价目表"})
    assert missing.status_code == 422 and "价目表" in missing.content.decode()
    sent = {"went": "hard", "revision": one.revision, "otherwise": "提前准备"}
    assert "提前准备" in client.post(f"{URL}{one.pk}/write/", sent, follow=True).content.decode()
    assert client.get(f"{URL}{one.pk}/comment/").status_code == 403
    one.refresh_from_db()
    said = browse("zhou").post(f"{URL}{one.pk}/comment/", {"comment": "很好", "revision": one.revision}, follow=True)
    assert "很好" in said.content.decode()
