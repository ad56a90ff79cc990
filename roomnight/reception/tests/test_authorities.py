"""An authority asks for a guest: document, call, permission of a second person, and only then an answer (PRV-04)."""

import pytest
from django.db import DatabaseError, transaction

from roomnight.kernel.errors import Refusal
from roomnight.kernel.models import Notification
from roomnight.pms.models import GuestLookup
from roomnight.reception.commands import permit_authority, show_to_authority, take_authority_request, verify_authority
from roomnight.reception.models import AuthorityRequest, AuthorityStep
from roomnight.reception.rules.authorities import must_be_verified, next_step
from roomnight.reception.rules.documents import is_plausible

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_work")]
URL = "/h/lujiazui/reception/authorities/"
SAID = {
    "unit": "浦东分局", "officer": "何警官", "document_type": "police", "document_number": "031245", "reason": "走失人员",
    "asked_name": "王小明", "scope": "是否入住、房号",
}  # fmt: skip


def take(world, who="luo", **other):
    seat = world.seat(who)
    return take_authority_request(actor=seat, hotel=seat.hotel, by=seat.staff, **{**SAID, **other})


def permitted(world, **other):
    one = take(world, **other)
    verify_authority(actor=world.seat("luo"), request=one, by=world.luo, confirmed=True, note="021-2209 值班员")
    permit_authority(actor=world.seat("jiang"), request=one, by=world.jiang, permit=True)
    return one


def show(world, one, who="luo", **other):
    seat = world.seat(who)
    given = {"knows_confidential": seat.may("pms.confidential"), **other}
    return show_to_authority(actor=seat, request=one, by=seat.staff, **given)


@pytest.mark.parametrize(
    ("done", "must_verify", "due"),
    [
        ((), True, "verify"), ((), False, "permit"), (("verified",), True, "permit"),
        (("verified", "permitted"), True, "show"), (("permitted",), True, "verify"), (("denied",), True, ""),
        (("verified", "refused"), True, ""), (("verified", "permitted", "shown"), True, ""),
    ],
)  # fmt: skip
def test_what_comes_next(done, must_verify, due):
    assert next_step(done, must_verify=must_verify) == due
    assert must_be_verified(1, is_doubtful=False)
    assert must_be_verified(0, is_doubtful=True)
    assert not must_be_verified(0, is_doubtful=False)


@pytest.mark.rule("PRV-04")
@pytest.mark.parametrize(
    ("kind", "number", "right"),
    [("police", "031245", True), ("police", "31245", False), ("police", "AB1245", False), ("official", "沪-1", False),
     ("official", "GZ-2031", True), ("resident", "11010519491231002X", True), ("resident", "110105194912310021", False)],
)  # fmt: skip
def test_the_number_is_checked(world, kind, number, right):
    assert is_plausible(kind, number) is right
    if right:
        assert take(world, document_type=kind, document_number=number).document_number == number
    else:
        with pytest.raises(Refusal) as refusal:
            take(world, document_type=kind, document_number=number)
        assert refusal.value.field == "document_number"


@pytest.mark.rule("PRV-04")
@pytest.mark.parametrize("missing", ["unit", "officer", "reason", "asked_name", "scope"])
def test_what_is_not_whole_is_refused(world, missing):
    with pytest.raises(Refusal) as refusal:
        take(world, **{missing: " "})
    assert refusal.value.field == missing


@pytest.mark.rule("PRV-04")
def test_nothing_is_shown_before_security_has_permitted_it(world):
    one, before = take(world), GuestLookup.objects.count()
    for _step in ("verify", "permit"):
        with pytest.raises(Refusal):
            show(world, one)
        if _step == "verify":
            with pytest.raises(Refusal):
                permit_authority(actor=world.seat("jiang"), request=one, by=world.jiang, permit=True)
            verify_authority(actor=world.seat("luo"), request=one, by=world.luo, confirmed=True, note="021-2209")
    assert GuestLookup.objects.count() == before
    permit_authority(actor=world.seat("jiang"), request=one, by=world.jiang, permit=True)
    step = show(world, one, fields=["in_house", "room"])
    assert step.shown == [{"name": "王小明", "in_house": True, "room": "1208"}], "no more than was asked"
    lines = list(GuestLookup.objects.order_by("pk")[before:])
    assert [(line.kind, line.stay_key, line.shown) for line in lines] == [
        ("authority", "", []), ("authority", world.house_guest.stay_key, ["guest_name", "in_house", "room"]),
    ]  # fmt: skip
    with pytest.raises(Refusal):
        show(world, one)


@pytest.mark.rule("PRV-04")
def test_the_permission_is_another_person_s(world):
    one = take(world, who="jiang")
    verify_authority(actor=world.seat("luo"), request=one, by=world.luo, confirmed=True, note="021-2209")
    with pytest.raises(Refusal) as refusal:
        permit_authority(actor=world.seat("jiang"), request=one, by=world.jiang, permit=True)
    assert refusal.value.code == "authority.own"


@pytest.mark.rule("PRV-04")
@pytest.mark.parametrize("end", ["denied", "refused"])
def test_a_false_officer_and_a_refusal_end_it(world, end):
    one = take(world)
    verify_authority(actor=world.seat("luo"), request=one, by=world.luo, confirmed=end != "denied", note="查无此人")
    if end == "refused":
        permit_authority(actor=world.seat("jiang"), request=one, by=world.jiang, permit=False, note="手续不全")
    with pytest.raises(Refusal):
        permit_authority(actor=world.seat("jiang"), request=one, by=world.jiang, permit=True)
    with pytest.raises(Refusal):
        show(world, one)


@pytest.mark.rule("PRV-04")
@pytest.mark.rule("PRV-03")
def test_a_guest_who_is_here_for_nobody_is_shown_only_by_who_knows_of_him(world):
    one = permitted(world, asked_name="隐身客人")
    with transaction.atomic():
        assert show(world, one, knows_confidential=False).shown == []
        transaction.set_rollback(True)
    assert [guest["room"] for guest in show(world, one).shown] == ["1501"]


@pytest.mark.rule("PRV-04")
@pytest.mark.parametrize("what", ["request", "step"])
def test_nothing_of_it_can_be_changed_or_deleted(world, what):
    one = permitted(world)
    rows = (AuthorityRequest.objects if what == "request" else AuthorityStep.objects).all()
    changes = {"reason": "别的"} if what == "request" else {"note": "别的"}
    for tamper in (lambda: rows.update(**changes), lambda: AuthorityStep.objects.all()._raw_delete(one._state.db)):
        with pytest.raises(DatabaseError), transaction.atomic():
            tamper()


def test_security_hears_of_it_without_the_name(world):
    one = take(world)
    line = Notification.objects.filter(recipient="jiang").latest("pk")
    assert line.values == {"number": one.number}
    assert line.is_urgent


@pytest.mark.rule("PRV-04")
def test_from_the_document_to_the_answer_on_the_pages(world, browse):
    desk, guard = browse("luo"), browse("jiang")
    wrong = desk.post(f"{URL}new/", {**SAID, "document_number": "12"})
    assert wrong.status_code == 422
    assert wrong.context["form"]["officer"].value() == "何警官"
    path = desk.post(f"{URL}new/", SAID)["Location"]
    assert desk.post(f"{path}show/", {"fields_shown": ["room"]})["Location"] == path
    assert not AuthorityStep.objects.exists()
    assert guard.get(path).context["form"] is None
    assert desk.post(f"{path}verify/", {"confirmed": "yes", "note": ""}).status_code == 422
    assert desk.post(f"{path}verify/", {"confirmed": "yes", "note": "021-2209 值班员"}).status_code == 302
    assert desk.post(f"{path}permit/", {"permit": "yes"}).status_code == 403
    assert guard.post(f"{path}permit/", {"permit": "yes"}).status_code == 302
    assert guard.post(f"{path}show/", {"fields_shown": ["room"]}).status_code == 403
    assert desk.post(f"{path}show/", {"fields_shown": ["room"]}).status_code == 302
    assert "1208" in desk.get(path).content.decode()
    assert "1208" not in guard.get(path).content.decode(), "who may permit need not know"
    assert str(AuthorityRequest.objects.latest("pk").number) in guard.get(URL).content.decode()
