"""Function sheets: numbered, marked, stamped when superseded, acknowledged by the department's answer (ORD-06)."""

import pytest
from django.utils import translation

from roomnight.kernel.errors import Refusal
from roomnight.orders import access
from roomnight.orders.commands import cancel_order, confirm_notice, remove_item
from roomnight.orders.models import FunctionSheet, Order
from roomnight.orders.queries.sheets import sheet_data
from tests.world_notices import altered, definite, notice_to
from tests.world_orders import CAR, DINNER, FUNCTION, at

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_work")]
HERE = "/h/lujiazui/orders"


def sheets(order, kind):
    found = FunctionSheet.objects.filter(item__order=order, item__kind=kind).select_related("revision", "item")
    return list(found.order_by("number"))


def printed(world, order, sheet):
    order = Order.objects.select_related("hotel", "account", "follower").get(pk=order.pk)
    with translation.override("zh-hans"):
        return sheet_data(world.seat("chen"), order, access.sheet(order, sheet.pk))


@pytest.mark.rule("ORD-06")
def test_a_change_makes_a_new_revision_of_the_sheet_with_the_change_marked(world):
    order = definite(world, items=(FUNCTION, DINNER, CAR))
    altered(world.seat("chen"), order.items.get(kind="transport"), count=3)
    assert [one.number for one in sheets(order, "function")] == [1]
    altered(world.seat("chen"), order.items.get(kind="function"), starts_at=at(10, 15), set_up="theatre")
    old, new = sheets(order, "function")
    assert (old.superseded_at is not None, new.superseded_at) == (True, None)
    assert (printed(world, order, old)["stamp"], printed(world, order, new)["stamp"]) == ("SUPERSEDED 已作废", "")
    data = printed(world, order, new)
    marked = {
        row["label"]: (row["was"], row["value"]) for part in data["parts"] for row in part["rows"] if row["is_changed"]
    }
    assert set(marked.values()) == {("2026-12-10 14:00", "2026-12-10 15:00"), ("课桌式", "剧院式")}
    assert len(data["record"]) == 2
    told = Order.objects.select_related("account", "follower").get(pk=order.pk)
    with translation.override("zh-hans"):
        bare = sheet_data(world.seat("hu"), told, access.sheet(told, new.pk), with_prices=False)
    assert len(bare["parts"]) == len(data["parts"]) - 1 and "¥" not in str(bare)
    assert [line[1] for line in data["schedule"]] == ["全体会议", "晚餐"]


@pytest.mark.rule("ORD-06")
def test_the_distribution_list_says_who_acknowledged_and_an_old_sheet_cannot_be(world):
    order = definite(world, items=(FUNCTION,))
    hu = world.seat("hu")
    first = notice_to(order, "banquet")
    altered(world.seat("chen"), order.items.get(kind="function"), people=95)
    with pytest.raises(Refusal) as refused:
        confirm_notice(actor=hu, notice=first, staff=hu.staff, note="照旧")
    assert refused.value.code == "notice.superseded"
    old, new = sheets(order, "function")
    assert all(line[2] == "" for one in (old, new) for line in printed(world, order, one)["list"])
    confirm_notice(actor=hu, notice=notice_to(order, "banquet"), staff=hu.staff, note="加 15 席")
    lists = [{line[0]: line[2] for line in printed(world, order, one)["list"]} for one in (old, new)]
    assert [set(one.values()) for one in lists] == [{""}, {"", hu.staff.name}]


def test_what_is_taken_out_or_called_off_has_no_sheet_in_force(world):
    order = definite(world, items=(FUNCTION, DINNER))
    remove_item(actor=world.seat("chen"), item=order.items.get(kind="catering"), note="自理")
    assert [one.superseded_at is None for one in sheets(order, "catering")] == [False]
    order.refresh_from_db()
    cancel_order(actor=world.seat("chen"), order=order, reason="改期")
    assert not FunctionSheet.objects.filter(item__order=order, superseded_at=None).exists()


@pytest.mark.rule("ORD-06")
def test_the_paper_for_the_office_and_for_a_department(world, browse):
    order = definite(world, items=(FUNCTION,))
    (sheet,) = sheets(order, "function")
    assert f"{HERE}/{order.pk}/sheets/{sheet.pk}/" in browse("chen").get(f"{HERE}/{order.pk}/sheets/").content.decode()
    assert browse("chen").get(f"{HERE}/{order.pk}/sheets/{sheet.pk}/").content.startswith(b"%PDF-")
    notice = notice_to(order, "banquet")
    paper = browse("hu").get(f"{HERE}/notices/{notice.pk}/sheets/{sheet.pk}/")
    assert paper.content.startswith(b"%PDF-")
    assert browse("luo").get(f"{HERE}/notices/{notice.pk}/sheets/{sheet.pk}/").status_code == 404
