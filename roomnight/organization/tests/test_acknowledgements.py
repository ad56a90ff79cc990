"""Who is asked to read and sign, who has not, and that nobody is reminded twice (POL-04)."""

from datetime import timedelta

import pytest

from roomnight.kernel.commands import OPERATOR, UNCHANGED
from roomnight.kernel.errors import Refusal
from roomnight.kernel.models import Notification
from roomnight.organization.access import to_sign
from roomnight.organization.commands import acknowledge, create_staff, edit_version, place_staff, submit_version
from roomnight.organization.commands.policies import Content
from roomnight.organization.jobs import ask_policy_readers, remind_policy_readers
from roomnight.organization.models import Acknowledgement, Department, Part, Role
from roomnight.organization.queries.policies import signatures, unsigned
from roomnight.organization.tests.test_policy_documents import TODAY, Desk
from tests.world import PASSWORD, WORLD_NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_work")]


@pytest.fixture
def desk(world):
    return Desk(world)


def distributed(desk, *named):
    """A document in force today, distributed to these roles, departments and persons."""
    version = desk.draft(values={})
    content = Content(parties={Part.DISTRIBUTION: list(named)})
    edit_version(actor=desk.lin, version=version, revision=1, content=content)
    return desk.approve(submit_version(actor=desk.lin, version=version), TODAY)


def asked(version):
    return set(version.acknowledgements.values_list("staff__username", flat=True))


def department(world, kind):
    return Department.objects.get(hotel=world.lujiazui, kind=kind, name="")


@pytest.mark.rule("POL-04")
@pytest.mark.parametrize(
    ("case", "pick", "people"),
    [
        ("a role", lambda w: [Role.objects.get(code="sales-manager")], {"zhou", "wu"}),
        ("a department", lambda w: [department(w, "finance")], {"cao", "deng"}),
        ("a person", lambda w: [w.luo], {"luo"}),
        ("somebody twice", lambda w: [department(w, "finance"), w.deng, w.luo], {"cao", "deng", "luo"}),
        ("issuer and approver know it", lambda w: [w.lin, w.zheng, w.luo], {"luo"}),
        ("nobody", lambda w: [], set()),
    ],
)
def test_whom_a_list_reaches(desk, case, pick, people):
    version = distributed(desk, *pick(desk.world))
    assert asked(version) == people
    told = Notification.objects.filter(message__startswith="Please read", values__serial="SG-SM-PP-SE028")
    assert set(told.values_list("recipient", flat=True)) == people


@pytest.mark.rule("POL-04")
def test_signing_is_one_s_own_and_once(desk):
    version = distributed(desk, desk.world.luo, desk.world.deng)
    mine = Acknowledgement.objects.get(version=version, staff=desk.world.luo)
    with pytest.raises(Refusal):
        acknowledge(actor=desk.world.seat("deng"), acknowledgement=mine)
    assert [one.version for one in to_sign(desk.world.seat("luo"))] == [version]
    acknowledge(actor=desk.world.seat("luo"), acknowledgement=mine)
    assert mine.signed_at == WORLD_NOW
    assert acknowledge(actor=desk.world.seat("luo"), acknowledgement=mine) is UNCHANGED
    assert list(to_sign(desk.world.seat("luo"))) == []
    assert unsigned(desk.lin, [version.pk]) == {version.pk: ["邓琳"]}
    assert [one.row.signed_at is None for one in signatures(desk.lin, version)] == [True, False]


@pytest.mark.rule("POL-04")
def test_a_newcomer_is_asked_too(desk):
    version = distributed(desk, department(desk.world, "finance"))
    assert ask_policy_readers.func() == 0
    new = create_staff(actor=OPERATOR, username="newbie", name="新同事", password=PASSWORD)
    place_staff(actor=OPERATOR, staff=new, hotel=desk.world.lujiazui, department="finance", role="finance-clerk")
    place_staff(
        actor=OPERATOR, staff=desk.world.luo, hotel=desk.world.lujiazui, department="finance", role="finance-clerk"
    )
    assert ask_policy_readers.func() == 2
    assert asked(version) == {"cao", "deng", "newbie", "luo"}
    assert ask_policy_readers.func() == 0


@pytest.mark.rule("POL-04")
def test_who_has_not_signed_is_reminded_once_after_the_working_days(desk, at_work):
    version = distributed(desk, desk.world.luo, desk.world.deng)
    acknowledge(actor=desk.world.seat("deng"), acknowledgement=version.acknowledgements.get(staff=desk.world.deng))
    reminders = Notification.objects.filter(message__startswith="Still to be signed", values__serial="SG-SM-PP-SE028")
    counted = []
    for _day in range(8):  # asked on Wednesday: Thursday, Friday and Monday are the three working days
        remind_policy_readers.func()
        counted.append(reminders.count())
        at_work.shift(timedelta(days=1))
    assert counted == [0, 0, 0, 0, 0, 0, 1, 1]
    assert reminders.get().recipient == "luo"


@pytest.mark.rule("POL-04")
def test_a_replaced_text_need_not_be_signed_any_more(desk):
    version = distributed(desk, desk.world.luo)
    version.state = "superseded"
    version.save(update_fields=["state"])
    assert list(to_sign(desk.world.seat("luo"))) == []
