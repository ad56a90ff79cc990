"""Two people at one record: the second sees what the first changed, field by field, and decides."""

import pytest
from playwright.sync_api import expect

from roomnight.clients.models import Account, Contact
from tests.e2e.conftest import DESKTOP, PHONE
from tests.e2e.watch import barriers, sideways
from tests.world import World

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("at_work_ticking")]


@pytest.mark.rule("ACC-10")
def test_two_people_edit_one_contact(device):
    contact = World().wangfang
    where = f"/h/lujiazui/clients/contacts/{contact.pk}/edit/"
    leader, representative = device(**DESKTOP), device(**PHONE)
    late = representative.sign_in("chen")
    representative.watches[0].expected.append("422")  # the form comes back
    late.goto(where)
    late.locator('[name="job_title"]').fill("采购总监")
    late.locator('[name="mobile"]').fill("13677770001")

    first = leader.sign_in("zhou")
    first.goto(where)
    first.locator('[name="job_title"]').fill("行政总监")
    first.locator('[name="department"]').fill("总经办")
    first.get_by_role("button", name="保存").click()
    expect(first.get_by_role("heading", level=1)).to_contain_text(contact.name)

    late.get_by_role("button", name="保存").click()
    told = late.locator("#meanwhile")
    expect(told).to_be_visible()
    assert [*barriers(late), sideways(late)] == [""]
    expect(told).to_contain_text("周建平")
    expect(told).to_contain_text("总经办")  # left alone: theirs is taken over, and said
    expect(late.locator('[name="department"]')).to_have_value("总经办")
    expect(told).to_contain_text("我的：采购总监")
    expect(told).to_contain_text("对方的：行政总监")
    expect(late.locator('[name="mobile"]')).to_have_value("13677770001")  # nothing typed is lost
    kept = Contact.objects.get(pk=contact.pk)
    assert (kept.job_title, kept.mobile) == ("行政总监", contact.mobile)

    told.get_by_label("对方的：行政总监").check()
    late.get_by_role("button", name="保存").click()
    expect(late.get_by_role("heading", level=1)).to_contain_text(contact.name)
    kept = Contact.objects.get(pk=contact.pk)
    assert (kept.job_title, kept.department, kept.mobile) == ("行政总监", "总经办", "13677770001")


@pytest.mark.rule("ACC-10")
def test_two_people_edit_one_client(device):
    account = World().huaxing
    where = f"/h/lujiazui/clients/{account.pk}/edit/"
    leader, representative = device(**DESKTOP), device(**PHONE)
    late = representative.sign_in("chen")
    representative.watches[0].expected.append("422")  # the form comes back
    late.goto(where)
    late.locator('[name="phone"]').fill("021-50001111")
    late.locator('[name="address"]').fill("世纪大道 200 号")

    first = leader.sign_in("zhou")
    first.goto(where)
    first.locator('[name="phone"]').fill("021-60002222")
    first.get_by_text("使用的竞争酒店").click()
    first.locator('[name="competitors-0-hotel_name"]').fill("君悦")
    first.locator('[name="competitors-0-share_percent"]').fill("30")
    first.get_by_role("button", name="保存").click()
    expect(first.get_by_role("heading", level=1)).to_contain_text(account.name)

    late.get_by_role("button", name="保存").click()
    told = late.locator("#meanwhile")
    expect(told).to_be_visible()
    assert [*barriers(late), sideways(late)] == [""]
    expect(told).to_contain_text("君悦 30%")
    expect(late.locator('[name="competitors-0-hotel_name"]')).to_have_value("君悦")
    expect(late.locator('[name="address"]')).to_have_value("世纪大道 200 号")  # nothing typed is lost
    told.get_by_label("我的：021-50001111").check()
    late.get_by_role("button", name="保存").click()
    expect(late.get_by_role("heading", level=1)).to_contain_text(account.name)
    kept = Account.objects.get(pk=account.pk)
    assert (kept.phone, kept.address) == ("021-50001111", "世纪大道 200 号")
    assert [one.hotel_name for one in kept.competitors.all()] == ["君悦"]
