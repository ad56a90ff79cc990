"""At the till, over HTTP: the answer before charging, why not, and what is told to whom (CRD-05, CRD-11)."""

from datetime import date

import pytest

from roomnight.agreements.models import Signatory
from roomnight.credit.models import CreditAccount, LedgerLine

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_work")]
TILL = "/h/lujiazui/credit/till/"


@pytest.fixture
def typed(world):
    return {
        "account": world.huaxing.pk, "amount": "300", "on": "2026-11-18", "signed_by": "单立人", "revenue_kind": "food",
        "reference": "F-501", "department": "中餐厅", "description": "午餐",
    }  # fmt: skip


@pytest.mark.rule("CRD-11")
def test_the_answer_comes_before_anything_is_entered(world, browse, typed):
    gao, before = browse("gao"), LedgerLine.objects.count()
    asked = gao.post(TILL, {**typed, "ask": "1"})
    assert (
        asked.status_code == 200
        and "可以挂账。" in asked.content.decode()
        and 'value="F-501"' in asked.content.decode()
    )
    assert LedgerLine.objects.count() == before
    assert gao.post(TILL, typed).status_code == 302
    assert LedgerLine.objects.latest("pk").reference == "F-501"


@pytest.mark.rule("CRD-05")
@pytest.mark.rule("CRD-11")
@pytest.mark.parametrize("more", [{}, {"ask": "1"}])
def test_a_till_is_told_why_and_not_how_much_the_client_may_owe(world, browse, typed, more):
    CreditAccount.objects.filter(account=world.huaxing).update(limit_cents=123_456)
    page = browse("gao").post(TILL, {**typed, **more})
    text = page.content.decode()
    assert page.status_code == 422 and "不能这样挂账" in text and "1,234.56" not in text and "1,080.50" not in text
    assert 'value="F-501"' in text and "午餐" in text and world.huaxing.name in text
    assert 'name="reason"' not in text
    stranger = browse("gao").post(TILL, {**typed, "signed_by": "路人", **more}).content.decode()
    assert "路人" in stranger


@pytest.mark.rule("CRD-05")
def test_the_credit_manager_lets_it_through_from_the_same_page(world, browse, typed):
    CreditAccount.objects.filter(account=world.huaxing).update(limit_cents=130_000)
    cao = browse("cao")
    first = cao.post(TILL, typed).content.decode()
    assert 'name="reason"' in first and "1,300.00" in first
    second = cao.post(TILL, {**typed, "reason": ""})
    assert second.status_code == 422 and 'name="reason"' in second.content.decode()
    assert cao.post(TILL, {**typed, "reason": "客户周五付款"}).status_code == 302
    assert LedgerLine.objects.latest("pk").override == "客户周五付款"


def test_what_nobody_can_lift_is_not_offered(world, browse, typed):
    assert 'name="reason"' not in browse("cao").post(TILL, {**typed, "signed_by": "路人"}).content.decode()


@pytest.mark.rule("CRD-05")
def test_the_specimen_stands_beside_the_name_that_is_typed(world, browse):
    """Only of clients that may be charged, only who may sign today, and only for those who charge."""
    till = browse("gao")
    base = "/h/lujiazui/credit/till/"
    said = till.get(f"{base}signers/?account={world.huaxing.pk}&signed_by=单立人").content.decode()
    path = f"{base}clients/{world.huaxing.pk}/specimens/{world.specimen.pk}/"
    assert f'src="{path}"' in said and "单立人" in said
    answer = till.get(path)
    assert (answer["Content-Type"], answer.status_code) == ("image/png", 200) and "attachment" in answer[
        "Content-Disposition"
    ]
    assert "路人" in till.get(f"{base}signers/?account={world.huaxing.pk}&signed_by=路人").content.decode()
    assert "img" not in till.get(f"{base}signers/?account=").content.decode()
    assert till.get(f"{base}clients/{world.minjiang.pk}/specimens/{world.specimen.pk}/").status_code == 404
    assert till.get(f"{base}clients/{world.hubin.pk}/specimens/{world.ye_s_specimen.pk}/").status_code == 404
    Signatory.objects.filter(agreement=world.agreement).update(ends_on=date(2026, 11, 17))
    assert till.get(path).status_code == 404
