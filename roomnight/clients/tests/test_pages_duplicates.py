"""Likely duplicates on the forms, and the page where they are looked through."""

from __future__ import annotations

import pytest

from roomnight.clients.commands import add_contact, edit_account, register_account
from roomnight.clients.jobs import find_duplicates
from roomnight.clients.models import Account, Contact, DuplicatePair, Merge
from roomnight.clients.rules.duplicates import Person, person_likeness
from roomnight.kernel.models import AuditEntry, Deed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_work"), pytest.mark.rule("ACC-04")]
SENT = {"kind": "corporate", "importance": "ordinary", "stage": "lead"}
NEW = "/h/lujiazui/clients/new/"


def text_of(response):
    return response.content.decode()


def test_a_likely_duplicate_is_shown_before_saving(world, browse):
    chen, before = browse("chen"), Account.objects.count()
    answer = chen.post(NEW, {**SENT, "name": "華星科技股份有限公司", "remarks": "扫楼"})
    page = text_of(answer)
    assert answer.status_code == 422
    assert Account.objects.count() == before
    assert f'href="/h/lujiazui/clients/{world.huaxing.pk}/"' in page
    assert "名称只差地区和公司形式。" in page
    assert "由陈思远负责" in page
    assert "扫楼" in page


def test_of_one_out_of_sight_only_number_and_owner_are_told(world, browse):
    answer = browse("chen").post(NEW, {**SENT, "name": "世纪别名商行", "short_name": "东海航空地面服务"})
    page = text_of(answer)
    assert answer.status_code == 422
    assert world.donghai.code in page
    assert "由孙丽负责" in page
    assert world.donghai.name not in page
    assert f"/clients/{world.donghai.pk}/" not in page


def test_a_near_name_out_of_sight_is_not_spelt_out(world, browse):
    register_account(actor=world.seat("sun"), hotel=world.lujiazui, name="世纪银源广告有限公司", owner=world.sun)
    answer = browse("chen").post(NEW, {**SENT, "name": "世纪金源广告有限公司"})
    page = text_of(answer)
    assert "名称只差一个字。" in page
    assert "银源" not in page


def test_who_says_why_saves_it_and_the_reason_is_kept(world, browse):
    chen = browse("chen")
    sent = {**SENT, "name": "华星科技有限公司", "why_another": "同名，另一家老板"}
    answer = chen.post(NEW, sent)
    assert answer.status_code == 302
    made = Account.objects.get(name="华星科技有限公司")
    line = AuditEntry.objects.get(command="clients.register_account", subject=f"clients.account:{made.pk}")
    assert line.changes["why_another"] == "同名，另一家老板"


def test_a_reason_for_nothing_is_not_kept(world, browse):
    browse("chen").post(NEW, {**SENT, "name": "独一无二", "why_another": "无"})
    made = Account.objects.get(name="独一无二")
    line = AuditEntry.objects.get(command="clients.register_account", subject=f"clients.account:{made.pk}")
    assert "why_another" not in line.changes


def test_one_of_the_pool_can_be_claimed_from_there(world, browse):
    chen = browse("chen")
    answer = chen.post(NEW, {**SENT, "name": "天元管理咨询有限公司"})
    claim = f"/h/lujiazui/clients/{world.tianyuan.pk}/claim/"
    assert f'formaction="{claim}"' in text_of(answer)
    assert chen.post(claim, {**SENT, "name": "天元管理咨询有限公司"}).status_code == 302
    assert Account.objects.get(pk=world.tianyuan.pk).owner == world.chen


def test_a_known_client_is_compared_when_its_name_changes_and_not_with_itself(world, browse):
    chen, path = browse("chen"), f"/h/lujiazui/clients/{world.jinyuan.pk}/edit/"
    sent = {"kind": "conference", "importance": "ordinary", "grade": "B", "name": world.jinyuan.name}
    assert chen.post(path, {**sent, "remarks": "常客"}).status_code == 302
    sent |= {"name": "华星科技"}
    assert chen.post(path, sent).status_code == 422
    assert chen.post(path, {**sent, "why_another": "改名"}).status_code == 302
    line = AuditEntry.objects.filter(command="clients.edit_account").order_by("-pk")[0]
    assert line.changes["why_another"] == ["", "改名"]


def test_a_person_who_is_known_is_shown_before_saving(world, browse):
    chen, path = browse("chen"), f"/h/lujiazui/clients/{world.jinyuan.pk}/contacts/new/"
    before = Contact.objects.count()
    answer = chen.post(path, {"name": "王小芳", "mobile": "+86 138 1234 8866"})
    page = text_of(answer)
    assert answer.status_code == 422
    assert Contact.objects.count() == before
    assert f"/h/lujiazui/clients/contacts/{world.wangfang.pk}/" in page
    assert "电话号码相同。" in page
    elsewhere = text_of(chen.post(path, {"name": "某人", "email": "ouyang@example.com"}))
    assert world.donghai.code in elsewhere
    assert "欧阳志远" not in elsewhere
    sent = {"name": "王小芳", "mobile": "13812348866", "why_another": "夫妻同号"}
    assert chen.post(path, sent).status_code == 302
    made = Contact.objects.get(name="王小芳")
    line = AuditEntry.objects.get(command="clients.add_contact", subject=f"clients.contact:{made.pk}")
    assert line.changes["why_another"] == "夫妻同号"


def test_a_namesake_at_the_same_client_is_shown(world, browse):
    path = f"/h/lujiazui/clients/{world.huaxing.pk}/contacts/new/"
    answer = browse("chen").post(path, {"name": "王 芳", "email": "x@example.com"})
    assert answer.status_code == 422
    person = add_contact(actor=world.seat("chen"), account=world.huaxing, name="李强", qq="1")
    same = {"name": "李强", "qq": "2", "is_active": "on"}
    assert browse("chen").post(f"/h/lujiazui/clients/contacts/{person.pk}/edit/", same).status_code == 302


LI = Person("李强", phones=("13911112222", "021-66668888"), email="Li@example.com", wechat="liqiang")


@pytest.mark.parametrize(
    ("other", "at_one_account", "verdict"),
    [
        (Person("李强", phones=("139 1111 2222",)), False, "same"),
        (Person("李 强", email="li@EXAMPLE.com"), False, "same"),
        (Person("老李", wechat="LiQiang"), False, "perhaps"),
        (Person("老李", phones=("13911112222",)), False, "perhaps"),
        (Person("张三", phones=("021-66668888",)), True, "different"),
        (Person("李强", phones=("021-66668888",)), False, "same"),
        (Person("李强"), True, "perhaps"),
        (Person("李强"), False, "different"),
        (Person("李蔷"), True, "perhaps"),
        (Person("李蔷"), False, "different"),
        (Person("张三"), True, "different"),
    ],
)
def test_people_are_alike_by_what_is_theirs_alone(other, at_one_account, verdict):
    assert person_likeness(LI, other, at_one_account=at_one_account).verdict == verdict
    assert person_likeness(other, LI, at_one_account=at_one_account).verdict == verdict


PAGE = "/h/lujiazui/clients/duplicates/"


@pytest.fixture
def twin(world):
    """A second record of Huaxing, in the open pool, with one more visit's worth of people."""
    other = register_account(
        actor=world.seat("chen"), hotel=world.lujiazui, name="华星科技有限公司", phone="021-1", city="上海"
    )
    add_contact(actor=world.seat("chen"), account=other, name="赵敏", qq="77")
    find_duplicates.func()
    return other


def test_pairs_are_found_by_the_clock_and_shown_to_managers(world, browse, twin):
    page = text_of(browse("lin").get(PAGE))
    assert "华星科技有限公司" in page
    assert f"/clients/{world.huaxing.pk}/merge/{twin.pk}/" in page
    assert browse("chen").get(PAGE).status_code == 403
    assert "华星科技有限公司" not in text_of(browse("wu").get(PAGE))
    assert find_duplicates.func() == 0


def test_a_pair_called_two_is_not_brought_up_again(world, browse, twin):
    pair = DuplicatePair.objects.get(other=twin)
    lin = browse("lin")
    assert lin.post(f"{PAGE}{pair.pk}/dismiss/").status_code == 302
    edit_account(actor=world.seat("lin"), account=twin, revision=1, name="华星科技责任有限公司")
    find_duplicates.func()
    assert f"/merge/{twin.pk}/" not in text_of(lin.get(PAGE))
    assert DuplicatePair.objects.get(pk=pair.pk).dismissed_by == "lin"


def test_a_branch_is_linked_and_not_merged(world, browse):
    house = register_account(
        actor=world.seat("lin"), hotel=world.lujiazui, name="招商银行股份有限公司", owner=world.chen
    )
    branch = register_account(
        actor=world.seat("lin"), hotel=world.lujiazui, name="招商银行上海陆家嘴支行", owner=world.chen
    )
    find_duplicates.func()
    pair, lin = DuplicatePair.objects.get(other=branch), browse("lin")
    page = text_of(lin.get(PAGE))
    assert f"/merge/{branch.pk}/" not in page
    assert lin.post(f"{PAGE}{pair.pk}/link/").status_code == 302
    assert Account.objects.get(pk=branch.pk).parent == house
    assert branch.name not in text_of(lin.get(PAGE))


def test_two_are_compared_merged_and_taken_back(world, browse, twin):
    lin, path = browse("lin"), f"/h/lujiazui/clients/{world.huaxing.pk}/merge/{twin.pk}/"
    page = text_of(lin.get(path))
    assert "021-58881234" in page
    assert "人员 1" in page
    sent = {"revision": world.huaxing.revision, "other_revision": 1, "name": "loser", "phone": "winner"}
    differing = lin.get(path).context["form"].differing
    answer = lin.post(path, {**dict.fromkeys(differing, "winner"), **sent})
    assert answer.status_code == 302
    kept = Account.objects.get(pk=world.huaxing.pk)
    assert (kept.name, kept.phone) == ("华星科技有限公司", "021-58881234")
    old = lin.get(f"/h/lujiazui/clients/{twin.pk}/")
    assert (old.status_code, old.url) == (302, f"/h/lujiazui/clients/{world.huaxing.pk}/")
    assert browse("sun").get(f"/h/lujiazui/clients/{twin.pk}/").status_code == 404
    merge = Merge.objects.latest("pk")
    assert lin.post(f"/h/lujiazui/clients/merges/{merge.pk}/undo/").status_code == 302
    assert Account.objects.get(pk=twin.pk).merged_into is None
    assert Account.objects.get(pk=world.huaxing.pk).name == world.huaxing.name


def test_whoever_changed_one_meanwhile_is_not_overwritten(world, browse, twin):
    lin, path = browse("lin"), f"/h/lujiazui/clients/{world.huaxing.pk}/merge/{twin.pk}/"
    form = lin.get(path).context["form"]
    sent = {"revision": world.huaxing.revision, "other_revision": 1, **dict.fromkeys(form.differing, "winner")}
    edit_account(actor=world.seat("chen"), account=twin, revision=1, remarks="刚写的")
    assert lin.post(path, sent).status_code == 422
    assert Account.objects.get(pk=twin.pk).merged_into is None


def test_the_old_address_of_a_person_leads_to_the_one_that_is_left(world, browse):
    twin = add_contact(actor=world.seat("chen"), account=world.huaxing, name="王 芳", email="fang@example.com")
    lin, path = browse("lin"), f"/h/lujiazui/clients/contacts/{world.wangfang.pk}/merge/{twin.pk}/"
    assert path in text_of(lin.get(f"/h/lujiazui/clients/contacts/{world.wangfang.pk}/"))
    form = lin.get(path).context["form"]
    sent = {"revision": 1, "other_revision": 1, **dict.fromkeys(form.differing, "winner")}
    assert lin.post(path, sent).status_code == 302
    assert Contact.objects.get(pk=world.wangfang.pk).email == "fang@example.com"
    answer = lin.get(f"/h/lujiazui/clients/contacts/{twin.pk}/")
    assert answer.url == f"/h/lujiazui/clients/contacts/{world.wangfang.pk}/"


@pytest.mark.rule("ACC-09")
def test_a_merge_of_two_people_is_taken_back_with_a_button(world, browse):
    twin = add_contact(actor=world.seat("chen"), account=world.huaxing, name="王 芳", email="fang@example.com")
    lin, path = browse("lin"), f"/h/lujiazui/clients/contacts/{world.wangfang.pk}/merge/{twin.pk}/"
    form = lin.get(path).context["form"]
    lin.post(path, {"revision": 1, "other_revision": 1, **dict.fromkeys(form.differing, "winner")})
    deed = Deed.objects.filter(kind="clients.merge_contacts").latest("pk")
    undo = f"/h/lujiazui/clients/contacts/merges/{deed.pk}/undo/"
    assert undo in text_of(lin.get(PAGE)) and undo in text_of(browse("zhou").get(PAGE))
    assert undo not in text_of(browse("wu").get(PAGE))
    assert [browse(who).post(undo).status_code for who in ("wu", "chen")] == [404, 403]
    assert lin.post(undo).status_code == 302
    back = {
        one.pk: (one.merged_into_id, one.email, one.is_active)
        for one in Contact.objects.filter(pk__in=[twin.pk, world.wangfang.pk])
    }
    assert back == {twin.pk: (None, "fang@example.com", True), world.wangfang.pk: (None, world.wangfang.email, True)}
    assert undo not in text_of(lin.get(PAGE))
    assert lin.post(undo).status_code == 404


def test_a_merge_of_people_is_not_taken_back_after_one_of_them_changed(world, browse):
    twin = add_contact(actor=world.seat("chen"), account=world.huaxing, name="王 芳", email="fang@example.com")
    lin, path = browse("lin"), f"/h/lujiazui/clients/contacts/{world.wangfang.pk}/merge/{twin.pk}/"
    form = lin.get(path).context["form"]
    lin.post(path, {"revision": 1, "other_revision": 1, **dict.fromkeys(form.differing, "winner")})
    Contact.objects.filter(pk=world.wangfang.pk).update(job_title="行政总监")
    deed = Deed.objects.filter(kind="clients.merge_contacts").latest("pk")
    lin.post(f"/h/lujiazui/clients/contacts/merges/{deed.pk}/undo/")
    assert Contact.objects.get(pk=twin.pk).merged_into_id == world.wangfang.pk


@pytest.mark.rule("ACC-09")
def test_a_part_is_taken_out_and_put_back(world, browse):
    lin, path = browse("lin"), f"/h/lujiazui/clients/{world.huaxing.pk}/split/"
    assert "王芳" in text_of(lin.get(path))
    sent = {"name": "华星物业", "reason": "两家公司", "clients_contact_account": [world.wangfang.pk]}
    assert lin.post(path, {**sent, "clients_contact_account": []}).status_code == 422
    assert lin.post(path, sent).status_code == 302
    new = Account.objects.get(name="华星物业")
    assert Contact.objects.get(pk=world.wangfang.pk).account == new
    assert browse("sun").post(path, sent).status_code == 403
    deed = Deed.objects.filter(kind="clients.split").latest("pk")
    assert "华星物业" in text_of(lin.get(PAGE))
    assert browse("wu").post(f"/h/lujiazui/clients/splits/{deed.pk}/undo/").status_code == 404
    assert lin.post(f"/h/lujiazui/clients/splits/{deed.pk}/undo/").status_code == 302
    assert Contact.objects.get(pk=world.wangfang.pk).account == world.huaxing
    assert not Account.objects.filter(name="华星物业").exists()
