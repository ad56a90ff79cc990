"""An order is found by its number, its title, its client and who comes with it, by those who may see it."""

from datetime import date

import pytest

from roomnight.orders.commands import add_guests
from roomnight.orders.models import Order, OrderState
from roomnight.orders.queries.search import find_orders
from roomnight.pms.commands import keep_confidential
from tests.world_orders import taken

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_work")]
HERE = "/h/lujiazui"


@pytest.fixture
def three(world):
    """One order each of chen, of another team and of another hotel, all with the same title and the same guest."""
    found = [
        taken(world, who, client, items=(), title="珊瑚年会") for who, client in
        (("chen", "huaxing"), ("sun", "minjiang"), ("ye", "hubin"))
    ]  # fmt: skip
    for who, order in zip(("chen", "sun", "ye"), found, strict=True):
        add_guests(actor=world.seat(who), order=order, guests=[{"name": "欧阳若兰"}])
    return found


def urls(seat, text, **more):
    return [hit.url for hit in find_orders(seat, text, 20, **more)]


def addresses(orders):
    return [one.get_absolute_url() for one in orders]


@pytest.mark.parametrize("words", ["珊瑚", "年会", "欧阳若兰", "若兰"])
def test_only_what_is_within_reach_is_found(world, three, words):
    mine, team, other = addresses(three)
    assert urls(world.seat("chen"), words) == [mine]
    assert urls(world.seat("sun"), words) == [team]
    assert urls(world.seat("ye"), words) == [other]
    assert set(urls(world.seat("lin"), words)) == {mine, team}


def test_by_number_and_client(world, three):
    mine, team, other = three
    chen = world.seat("chen")
    assert urls(chen, mine.number) == addresses([mine])
    assert mine.get_absolute_url() in urls(chen, mine.account.name[:4])
    for one in (team, other):
        assert one.get_absolute_url() not in urls(chen, one.number)
        assert one.get_absolute_url() not in urls(chen, one.account.name)
        assert one.get_absolute_url() not in urls(chen, "珊瑚", accounts=[one.account_id])
    assert mine.get_absolute_url() in urls(chen, "没有这样的", accounts=[mine.account_id])


def test_nothing_for_one_sign_and_for_who_sees_no_orders(world, three):
    assert urls(world.seat("chen"), "珊") == []
    world.chen.memberships.get(hotel=world.lujiazui).role.grants.filter(resource="orders.order").delete()
    assert urls(world.seat("chen"), "珊瑚") == []


def test_what_is_worked_on_comes_first(world):
    first, soon, later = (
        taken(world, items=(), title="珊瑚展", arrives_on=date(2026, 12, day), departs_on=date(2026, 12, 20))
        for day in (1, 5, 9)
    )
    Order.objects.filter(pk=first.pk).update(state=OrderState.CANCELLED)
    assert urls(world.seat("chen"), "珊瑚展") == addresses([soon, later, first])


@pytest.mark.rule("PRV-03")
def test_a_guest_who_is_here_for_nobody_brings_no_order_up(world, three):
    keep_confidential(
        actor=world.seat("luo"), hotel=world.lujiazui, guest_name="欧阳若兰", booking_number="B-9",
        arrival=three[0].arrives_on, departure=three[0].departs_on, level=3, starts_on=date(2026, 11, 18),
    )  # fmt: skip
    assert urls(world.seat("chen"), "若兰") == []
    assert urls(world.seat("ye"), "若兰") == addresses(three[2:])
    assert "欧阳" not in find_orders(world.seat("chen"), "珊瑚", 5)[0].detail


def test_the_palette_the_page_and_the_list_find_them(world, three, browse):
    mine, team, other = addresses(three)
    client = browse("chen")
    for path, asked in (
        ("palette/", {"q": "若兰"}),
        ("find/", {"q": "若兰"}),
        ("orders/", {"q": "若兰", "tab": "all"}),
    ):
        html = client.get(f"{HERE}/{path}", asked).content.decode()
        assert f'href="{mine}"' in html and "珊瑚年会" in html, path
        assert team not in html and other not in html, path


def test_the_page_names_the_clients_it_finds(world, browse):
    html = browse("chen").get(f"{HERE}/find/", {"q": world.huaxing.name[:4]}).content.decode()
    assert f'<span class="rn-cut2">{world.huaxing.name}</span>' in html
