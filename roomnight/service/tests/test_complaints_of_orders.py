"""A serious complaint raised with an order is a complaint of the client, once, and each page leads to the other (SVC-01)."""

import pytest

from roomnight.kernel.models import Notification
from roomnight.orders.commands import change_exception, raise_exception
from roomnight.orders.models import OrderException
from roomnight.service.models import Complaint
from tests.world_orders import ROOMS, taken

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_work")]


def raised(world, kind="complaint", who="luo", order=None):
    order = order or taken(world, items=(ROOMS,))
    seat = world.seat(who)
    return raise_exception(
        actor=seat, account=order.account, order=order, raised_by=seat.staff, kind=kind, what="空调整夜不制冷，客人一夜未眠",
        found_at="stay", harm=["room"],
    )  # fmt: skip


def complaints_of(one):
    """Every complaint with the words of an exception, whether that points to it or not."""
    return list(Complaint.objects.filter(hotel=one.hotel, account=one.account, text=one.what))


def complaint_of(one):
    (made,) = complaints_of(one)
    return made


@pytest.mark.rule("SVC-01")
def test_a_serious_complaint_opens_a_complaint_with_everything_that_is_known(world):
    one = raised(world)
    made = complaint_of(one)
    assert (made.order, made.account, made.owner, made.taken_by) == (one.order, one.account, one.handler, world.luo)
    assert (made.severity, made.channel, made.text, made.is_open) == ("serious", "in_person", one.what, True)
    one = OrderException.objects.get(pk=one.pk)
    assert (one.complaint_number, one.complaint_url) == (made.number, made.get_absolute_url())
    assert [line.note for line in one.way.filter(what="complaint")] == [made.number]
    assert Notification.objects.filter(recipient="zheng", url=made.get_absolute_url()).exists()


@pytest.mark.rule("SVC-01")
def test_it_opens_only_one_and_other_exceptions_open_none(world):
    wrong = raised(world, kind="mistaken")
    assert not complaints_of(wrong)
    given = {"what": wrong.what, "found_at": "stay", "harm": ["room"]}
    for kind, count in (("complaint", 1), ("unfulfilled", 1), ("complaint", 1)):
        wrong = OrderException.objects.select_related("hotel", "account", "order", "handler").get(pk=wrong.pk)
        change_exception(actor=world.seat("chen"), exception=wrong, revision=wrong.revision, kind=kind, **given)
        assert len(complaints_of(wrong)) == count


def test_without_an_order_it_is_the_clients(world):
    luo = world.seat("luo")
    one = raise_exception(
        actor=luo, account=world.huaxing, raised_by=luo.staff, kind="complaint", what="前台态度生硬", found_at="after"
    )
    made = complaint_of(one)
    assert (made.account, made.order, made.channel) == (world.huaxing, None, "phone")


def test_each_page_leads_to_the_other_for_who_may(world, browse):
    one = raised(world)
    made = complaint_of(one)
    exception, complaint = one.get_absolute_url(), made.get_absolute_url()
    assert f'href="{complaint}"' in browse("lin").get(exception).content.decode()
    assert f'href="{exception}"' in browse("lin").get(complaint).content.decode()
    roles = world.lin.memberships.get(hotel=world.lujiazui).role.grants
    roles.filter(resource="service.complaint").delete()
    page = browse("lin").get(exception).content.decode()
    assert made.number in page and f'href="{complaint}"' not in page


def test_another_hotels_complaint_stays_there(world):
    order = taken(world, "ye", "hubin", items=(ROOMS,))
    one = raised(world, who="ye", order=order)
    assert complaint_of(one).hotel == order.hotel
