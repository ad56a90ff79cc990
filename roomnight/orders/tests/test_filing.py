"""An archived order is one bundle that never changes (ORD-09)."""

import hashlib
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation

from roomnight.credit.commands import charge, reverse
from roomnight.kernel.errors import Refusal
from roomnight.kernel.files import stored_path
from roomnight.kernel.models import Attachment
from roomnight.orders.commands import add_comment, archive_order, note_no_comments, raise_exception, withdraw_exception
from roomnight.orders.models import Order, OrderBundle
from roomnight.orders.queries.bundle import bundle_sheet, contents
from roomnight.orders.queries.following import lacks_for_archive, papers_of
from roomnight.pms.models import Confidentiality
from tests.world_credit import bill
from tests.world_following import completed, fresh, whole

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_work")]


def said(order, language="zh-hans"):
    with translation.override(language):
        return str(bundle_sheet(order, "chen", is_filed=True))


@pytest.mark.rule("ORD-09")
def test_an_archived_order_is_one_bundle_in_both_languages_under_its_hash(world, browse, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    chen, order = world.seat("chen"), completed(world)
    add_comment(actor=chen, order=order, staff=world.chen, text="茶歇很好", rating="praise")
    archive_order(actor=chen, order=order)
    bundle = OrderBundle.objects.get(order=order)
    kept = Attachment.objects.filter(subject=f"orders.orderbundle:{bundle.pk}").order_by("pk")
    assert [one.name for one in kept] == [f"{order.number}.zh.pdf", f"{order.number}.en.pdf"]
    for one, language in zip(kept, ("zh-hans", "en"), strict=True):
        content = stored_path(tmp_path, one.sha256).read_bytes()
        assert hashlib.sha256(content).hexdigest() == one.sha256
        assert content.startswith(b"%PDF-")
        answer = browse("chen").get(f"/h/lujiazui/orders/{order.pk}/papers/{language}/")
        assert answer.content == content
    Order.objects.filter(pk=order.pk).update(title="改过的名字")
    assert browse("chen").get(f"/h/lujiazui/orders/{order.pk}/papers/en/").content == content
    page = browse("chen").get(f"/h/lujiazui/orders/{order.pk}/papers/").content.decode()
    assert kept[0].sha256 in page
    assert browse("chen").get(f"/h/lujiazui/orders/{order.pk}/papers/fr/").status_code == 404


@pytest.mark.rule("ORD-09")
def test_the_bundle_says_everything_of_the_order(world):
    chen, order = world.seat("chen"), completed(world)
    add_comment(actor=chen, order=order, staff=world.chen, text="茶歇很好", rating="praise")
    text = said(order)
    for part in (order.number, "浦江厅", "单立人", "茶歇很好", "素食两位", "R2", "尹曼", "已安排"):
        assert part in text, part
    assert "Function sheet" in said(order, "en")


@pytest.mark.rule("ORD-09")
def test_the_bundle_holds_what_was_billed_and_what_went_wrong(world):
    chen, order = world.seat("chen"), completed(world)
    for amount, named in (
        ("800", {"reference": f"{order.number}-2"}),
        ("1234.56", {"description": f"会议餐 {order.number}"}),
    ):
        charge(actor=chen, account=order.account, bill=bill(amount, **{"reference": f"B{amount}", **named}))
    charge(actor=chen, account=order.account, bill=bill("77.77", reference="别的账单"))
    wrong = charge(actor=chen, account=order.account, bill=bill("55.55", reference=f"{order.number}-3"))
    reverse(actor=chen, line=wrong, reason="重复入账")
    given = {"actor": chen, "account": order.account, "order": order, "raised_by": world.chen, "found_at": "after"}
    one = raise_exception(kind="mistaken", what="茶歇晚了二十分钟", **given)
    gone = raise_exception(kind="missed", what="客户自己记错了日子", **given)
    withdraw_exception(actor=world.seat("zhou"), exception=gone, staff=world.zhou, reason="不是异常")
    for language in ("zh-hans", "en"):
        text = said(order, language)
        for part in (f"{order.number}-2", "800.00", "1,234.56", "2,034.56", one.number, "茶歇晚了二十分钟"):
            assert part in text, part
        assert text.count("55.55") == 2
        for part in ("77.77", "别的账单", "客户自己记错了日子"):
            assert part not in text, part
    with translation.override("en"):
        counts = dict(contents(order))
    assert (counts["Exceptions"], counts["Charges to the client's account"]) == (1, 4)


@pytest.mark.rule("ORD-09")
def test_nothing_is_archived_while_something_is_missing(world, browse):
    chen, order = world.seat("chen"), completed(world)
    assert lacks_for_archive(papers_of(order)) == ["comments"]
    with pytest.raises(Refusal) as refused:
        archive_order(actor=chen, order=order)
    assert refused.value.code == "order.incomplete"
    assert (fresh(order).state, OrderBundle.objects.count()) == ("completed", 0)
    url = f"/h/lujiazui/orders/{order.pk}/papers/"
    assert "/archive/" not in browse("chen").get(url).content.decode()
    answer = browse("chen").post(f"{url}en/preview/")
    assert (answer.status_code, answer.content[:5]) == (200, b"%PDF-")
    assert browse("chen").get(f"{url}en/")["Location"] == url
    note_no_comments(actor=chen, order=order, staff=world.chen, note="尹曼")
    assert "/archive/" in browse("chen").get(url).content.decode()
    order.items.filter(kind="rooms").update(price_cents=None)
    assert lacks_for_archive(papers_of(order)) == ["prices"]
    assert lacks_for_archive(papers_of(whole(world))) == ["state", "agree", "comments"]
    assert Path(settings.MEDIA_ROOT).name


@pytest.mark.rule("PRV-03")
def test_a_guest_who_is_here_for_nobody_is_on_no_paper(world):
    order = completed(world)
    with translation.override("en"):
        before = dict(contents(order))["Guests"]
    Confidentiality.objects.create(
        hotel=world.lujiazui, stay_key="s", guest_name="单立人", arrival=order.arrives_on, departure=order.departs_on, level=3,
        made_by="luo", starts_on=order.arrives_on,
    )  # fmt: skip
    for language in ("zh-hans", "en"):
        assert "单立人" not in said(order, language)
    with translation.override("en"):
        assert dict(contents(order))["Guests"] == before - 1
