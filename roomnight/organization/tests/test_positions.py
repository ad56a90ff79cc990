"""Position cards: duties that lead to the page that carries them out, who holds them, and the tree of leaders."""

import pytest

from roomnight.kernel.errors import Refusal
from roomnight.kernel.models import AuditEntry
from roomnight.organization.commands import add_position, edit_position, hold_position
from roomnight.organization.models import Membership, PositionCard

HERE = "/h/lujiazui/settings"
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_work")]


def card(world, title, superior=None, hotel=None):
    hotel = hotel or world.lujiazui
    return add_position(
        actor=world.seat("lin"),
        hotel=hotel,
        title=title,
        superior=superior,
        department=hotel.departments.get(kind="sales"),
    )


def place_of(staff):
    return Membership.objects.get(staff=staff, hotel__code="lujiazui")


@pytest.mark.rule("ORG-06")
def test_each_duty_leads_to_the_page_that_carries_it_out(world, browse):
    lin = browse("lin")
    sent = {
        "title": "客户经理", "department": world.lujiazui.departments.get(kind="sales").pk, "superior": world.position.pk,
        "team": "商务组", "summary": "开发和维护客户",
        "duties": "拜访客户 | https://hotel.example.com/h/lujiazui/activities/visits/plan/\n每月盘点客户 | /h/lujiazui/clients/\n维护关系",
    }  # fmt: skip
    assert lin.post(f"{HERE}/positions/new/", sent).status_code == 302
    made = PositionCard.objects.get(title="客户经理")
    assert list(made.duties.order_by("order").values_list("text", "link")) == [
        ("拜访客户", "activities/visits/plan/"),
        ("每月盘点客户", "clients/"),
        ("维护关系", ""),
    ]
    hold_position(actor=world.seat("lin"), place=place_of(world.chen), card=made)
    html = (
        browse("chen").get(f"{HERE}/positions/{made.pk}/").content.decode()
    )  # one's own card, without the right to others
    assert 'href="/h/lujiazui/activities/visits/plan/"' in html
    assert "周建平" in html
    assert browse("xu").get(f"{HERE}/positions/{made.pk}/").status_code == 404


@pytest.mark.parametrize(
    "duty",
    [
        "拜访 | /h/lakeside/clients/",
        "拜访 | /h/lujiazui/no/such/page/",
        "拜访 | javascript:alert(1)",
        "| /h/lujiazui/clients/",
    ],
)
def test_a_duty_leads_to_no_other_place(world, browse, duty):
    sent = {"title": "客户经理", "department": world.lujiazui.departments.get(kind="sales").pk, "duties": duty}
    answer = browse("lin").post(f"{HERE}/positions/new/", sent)
    assert answer.status_code == 422
    assert not PositionCard.objects.filter(title="客户经理").exists()


def test_duties_change_and_the_audit_keeps_the_old_ones(world, browse):
    lin, url = browse("lin"), f"{HERE}/positions/{world.position.pk}/edit/"
    form = lin.get(url).context["form"]
    assert form["duties"].value() == "每周读完下属的拜访报告 | /h/lujiazui/activities/visits/"
    sent = {
        "title": "营销总监",
        "department": form["department"].value(),
        "duties": "批准折扣",
        "seen": form["seen"].value(),
    }
    assert lin.post(url, sent).status_code == 302
    assert list(world.position.duties.values_list("text", flat=True)) == ["批准折扣"]
    assert AuditEntry.objects.latest("pk").changes["duties"][0] == ["每周读完下属的拜访报告 | activities/visits/"]


def test_what_cannot_be_of_a_card(world):
    manager = card(world, "销售经理", world.position)
    for change, code in (
        ({"title": "销售经理"}, "position.title_taken"),
        ({"superior": manager}, "position.circle"),
        ({"superior": world.lakeside_position}, "position.elsewhere"),
        ({"department": world.lakeside.departments.first()}, "staff.department_elsewhere"),
        ({"is_retired": True}, "position.held"),
    ):
        with pytest.raises(Refusal) as refusal:
            edit_position(
                actor=world.seat("lin"), card=PositionCard.objects.get(pk=world.position.pk), duties=[], **change
            )
        assert refusal.value.code == code
    with pytest.raises(Refusal):
        hold_position(actor=world.seat("lin"), place=place_of(world.chen), card=world.lakeside_position)
    assert world.position.duties.count() == 1


@pytest.mark.rule("ORG-06")
def test_the_chart_is_the_tree_of_leaders(world, browse):
    top = browse("lin").get(f"{HERE}/chart/").context["branches"]

    def shape(branches):
        return {one["place"].staff.username: shape(one["below"]) for one in branches}

    tree = shape(top)
    assert tree["he"]["zheng"]["lin"]["zhou"] == {"xu": {}, "chen": {}}
    assert set(tree["he"]["zheng"]["lin"]) == {"tang", "zhou", "wu", "ma"}
    assert "ye" not in str(tree)


def test_a_person_s_page_names_the_card(world, browse):
    lin = browse("lin")
    assert lin.post(f"{HERE}/staff/{world.tang.pk}/position/", {"position": world.position.pk}).status_code == 302
    assert f"/settings/positions/{world.position.pk}/" in lin.get(f"{HERE}/staff/{world.tang.pk}/").content.decode()
