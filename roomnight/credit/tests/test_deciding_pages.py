"""The charges to decide, over HTTP (CRD-05)."""

import pytest

from roomnight.credit.models import CreditAccount, RefusedCharge

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_work")]
LIST = "/h/lujiazui/credit/refused/"


@pytest.fixture
def waiting(world):
    return RefusedCharge.objects.get(credit__account=world.huaxing)


@pytest.mark.rule("CRD-05")
def test_the_credit_manager_lets_a_charge_through(world, browse, waiting):
    cao = browse("cao")
    shown = cao.get(LIST).content.decode()
    assert world.huaxing.name in shown and "660.00" in shown
    url = f"{LIST}{waiting.pk}/let-through/"
    assert f'value="{world.huaxing.pk}"' in cao.get(url).content.decode()
    empty = cao.post(url, {"account": world.huaxing.pk, "signed_by": "单立人", "reason": ""})
    assert empty.status_code == 422 and "单立人" in empty.content.decode()
    stranger = cao.post(url, {"account": world.huaxing.pk, "signed_by": "路人", "reason": "急"})
    assert stranger.status_code == 422 and "路人" in stranger.content.decode()
    done = cao.post(url, {"account": world.huaxing.pk, "signed_by": "单立人", "reason": "客户确认"}, follow=True)
    assert done.redirect_chain and world.huaxing.name not in done.content.decode()
    line = CreditAccount.objects.get(account=world.huaxing).lines.latest("pk")
    assert (line.override, line.signed_by, line.amount_cents) == ("客户确认", "单立人", 66_000)
    assert "客户确认" in cao.get(f"{LIST}?tab=decided").content.decode()
    assert cao.post(url, {"account": world.huaxing.pk, "reason": "再来"}).status_code == 422


@pytest.mark.rule("CRD-05")
def test_a_charge_is_sent_back_with_a_word(world, browse, waiting):
    cao, url = browse("cao"), f"{LIST}{waiting.pk}/send-back/"
    assert cao.post(url, {"note": " "}).status_code == 422
    assert cao.post(url, {"note": "请客人现付"}).status_code == 302
    waiting.refresh_from_db()
    assert (waiting.state, waiting.note, waiting.decided_by, waiting.line) == ("sent_back", "请客人现付", "cao", None)


def test_open_charges_stand_on_the_account_and_beside_the_menu(world, browse, waiting):
    page = browse("cao").get(waiting.credit.get_absolute_url()).content.decode()
    assert LIST in page and "1 笔" in page
    assert "F-0" in browse("chen").get(f"{waiting.credit.get_absolute_url()}decisions/").content.decode()
    assert LIST not in browse("chen").get(waiting.credit.get_absolute_url()).content.decode()
    assert browse("chen").get(LIST).status_code == 403


@pytest.mark.parametrize("url", ["/h/lujiazui/credit/till/clients/", f"{LIST}clients/"])
def test_a_picker_offers_clients_that_may_be_charged(world, browse, url):
    ask = browse("cao" if "refused" in url else "gao").get
    found = ask(url, {"name": "account", "account-q": "华星"}).content.decode()
    assert world.huaxing.name in found and f'value="{world.huaxing.pk}"' in found
    assert "radio" not in ask(url, {"account-q": "金源"}).content.decode()  # has no account
    kept = ask(url, {"account-q": "zzzz", "account": world.huaxing.pk}).content.decode()
    assert "checked" in kept and world.huaxing.name in kept
    assert "checked" not in ask(url, {"account-q": "", "account": world.hubin.pk}).content.decode()
