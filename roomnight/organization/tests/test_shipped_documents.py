"""The shipped values come as version 1 of a set of documents (POL-05)."""

import pytest

from roomnight.kernel.commands import OPERATOR, UNCHANGED
from roomnight.kernel.models import PolicyValue
from roomnight.kernel.policy import POLICIES, plain
from roomnight.organization.commands import begin_version, create_hotel, ship_documents
from roomnight.organization.models import GovernedValue, PolicyDocument, PolicyVersion
from roomnight.organization.queries.policies import governing
from roomnight.organization.rules.policies import families_of
from roomnight.organization.shipped_documents import SHIPPED_DOCUMENTS
from tests.world import WORLD_NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_work")]
TODAY = WORLD_NOW.date()


@pytest.mark.rule("POL-05")
def test_every_value_is_governed_by_exactly_one_shipped_document():
    governed = [policy.key for shipped in SHIPPED_DOCUMENTS.values() for policy in shipped.policies()]
    assert sorted(governed) == sorted(POLICIES)


@pytest.mark.parametrize("shipped", SHIPPED_DOCUMENTS.values(), ids=lambda one: one.code)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_shipped_document_has_its_text(shipped, language):
    purpose, body = shipped.texts(language)
    assert len(purpose) > 10
    assert body.count("## ") >= 2
    assert any(ord(sign) > 0x2E7F for sign in body) is (language == "zh")


@pytest.mark.rule("POL-05")
def test_a_new_hotel_has_them_in_force_with_the_values_as_shipped(world):
    hotel = create_hotel(actor=OPERATOR, code="garden", name="云汀花园酒店")
    found = governing(hotel.pk, TODAY)
    assert set(found) == set(POLICIES)
    assert {version.number for version in found.values()} == {1}
    written = dict(GovernedValue.objects.filter(version__document__hotel=hotel).values_list("key", "value"))
    assert written == {key: plain(policy.default) for key, policy in POLICIES.items()}
    assert not PolicyValue.objects.filter(hotel_code="garden").exists()


@pytest.mark.rule("POL-05")
def test_they_come_once_and_what_a_hotel_made_of_them_stays(world):
    hotel = world.lujiazui
    before = PolicyDocument.objects.count(), PolicyVersion.objects.count()
    document = PolicyDocument.objects.get(hotel=hotel, shipped_code="RN-SM-PP-005")
    begin_version(actor=world.seat("lin"), document=document)
    assert ship_documents(actor=OPERATOR, hotel=hotel) is UNCHANGED
    assert (PolicyDocument.objects.count(), PolicyVersion.objects.count()) == (before[0], before[1] + 1)


@pytest.mark.rule("POL-05")
def test_a_value_of_a_newer_roomnight_joins_its_document(world):
    line = GovernedValue.objects.filter(version__document__hotel=world.lujiazui, key="pms.lost_days")
    line.delete()
    assert ship_documents(actor=OPERATOR, hotel=world.lujiazui) == 1
    assert line.get().value == 90


def test_a_serial_number_in_use_is_not_taken_away(world):
    PolicyDocument.objects.filter(hotel=world.lakeside, shipped_code="RN-SM-PP-005").update(shipped_code="")
    ship_documents(actor=OPERATOR, hotel=world.lakeside)
    found = PolicyDocument.objects.get(hotel=world.lakeside, shipped_code="RN-SM-PP-005")
    assert found.serial == "RN-SM-PP-005-RN"


@pytest.mark.parametrize("policy", POLICIES.values(), ids=lambda one: one.key)
def test_every_family_of_rules_has_its_document(policy):
    assert [one.code for one in SHIPPED_DOCUMENTS.values() if families_of(policy.source) in one.families]
