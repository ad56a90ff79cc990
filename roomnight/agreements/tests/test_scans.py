"""Scans of signed originals, specimens of signatures, and the register of originals (AGR-03)."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from roomnight.agreements.commands import attach_scan, attach_specimen, change_signatory, renew_agreement
from roomnight.kernel.commands import UNCHANGED, subject_of
from roomnight.kernel.errors import Refusal
from roomnight.kernel.models import Attachment
from tests.world_agreements import ENDS, PNG, STARTS

PICTURE = PNG + b"more"
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_work")]


def at(name, **arguments):
    return reverse(f"agreements:{name}", kwargs={"hotel": "lujiazui", **arguments})


def names_of(one):
    return list(Attachment.objects.filter(subject=subject_of(one)).order_by("pk").values_list("name", flat=True))


@pytest.mark.rule("AGR-03")
def test_a_scan_hangs_on_its_original_once(world):
    chen = world.seat("chen")
    attach_scan(actor=chen, original=world.original, name="甲方原件.png", file=io.BytesIO(PICTURE))
    again = attach_scan(actor=chen, original=world.original, name="又一次.png", file=io.BytesIO(PICTURE))
    assert again is UNCHANGED
    assert names_of(world.original) == ["原件-chen.png", "甲方原件.png"]


@pytest.mark.rule("AGR-03")
@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.png", b"MZ" + b"\0" * 40, "file.not_what_it_says"),
        ("a.exe", b"MZ" + b"\0" * 40, "file.kind"),
        ("a.svg", b"<svg onload='x'/>", "file.kind"),
        ("a.docx", b"PK\x03\x04", "file.kind"),
        ("a.png", b"", "file.empty"),
        ("a.png", b"\x89PNG\r\n\x1a\n" + b"\0" * (15 * 1024 * 1024), "file.too_large"),
    ],
)
def test_other_files_are_no_scans(world, name, content, code):
    with pytest.raises(Refusal) as refused:
        attach_scan(actor=world.seat("chen"), original=world.original, name=name, file=io.BytesIO(content))
    assert (refused.value.code, refused.value.field) == (code, "file")


@pytest.mark.rule("AGR-03")
def test_specimens_stay_when_the_signatory_changes_and_go_along_with_a_renewal(world):
    chen, who = world.seat("chen"), world.signatory
    attach_specimen(actor=chen, signatory=who, name="新样本.png", file=io.BytesIO(PICTURE))
    change_signatory(
        actor=chen, signatory=who, revision=who.revision, name="单立人", starts_on=STARTS, ends_on=ENDS,
        job_title="董事长", letter="2026-11 函",
    )  # fmt: skip
    assert names_of(who) == ["样本-chen.png", "新样本.png"]
    new = renew_agreement(
        actor=chen, agreement=world.agreement, staff=chen.staff, starts_on=ENDS.replace(month=11, day=1),
        ends_on=ENDS.replace(year=2028),
    )  # fmt: skip
    assert names_of(new.signatories.get()) == ["样本-chen.png", "新样本.png"]


@pytest.mark.rule("AGR-03")
def test_specimens_are_seen_by_the_departments_that_have_the_copy_and_scans_are_not(world, browse):
    copy, file = world.agreement_copy.pk, world.specimen.pk
    deng = browse("deng")
    answer = deng.get(at("specimen_file", pk=copy, file=file))
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/png")
    assert "样本-chen.png" in deng.get(at("copy", pk=copy)).content.decode()
    assert deng.get(at("specimen_file", pk=copy, file=world.scan.pk)).status_code == 404
    assert deng.get(at("specimen_file", pk=copy, file=world.sun_s_specimen.pk)).status_code == 404
    front = world.agreement.copies.get(department__kind="front_office").pk
    assert browse("gao").get(at("specimen_file", pk=front, file=file)).status_code == 200
    assert browse("gao").get(at("specimen_file", pk=copy, file=file)).status_code == 404
    assert browse("sun").get(at("scan_file", pk=world.agreement.pk, file=world.scan.pk)).status_code == 404


def test_a_scan_is_added_and_shown_on_the_page(world, browse):
    chen = browse("chen")
    sent = SimpleUploadedFile("原件.png", PICTURE)
    answer = chen.post(at("scan_new", pk=world.agreement.pk, original=world.original.pk), {"file": sent})
    assert answer.status_code == 302
    page = chen.get(at("scans", pk=world.agreement.pk)).content.decode()
    assert page.count("rn-thumb") == 3  # noqa: PLR2004
    bad = SimpleUploadedFile("原件.png", b"MZ")
    answer = chen.post(at("specimen_new", pk=world.agreement.pk, signatory=world.signatory.pk), {"file": bad})
    assert answer.status_code == 422
    assert chen.post(at("scan_new", pk=world.agreement.pk, original=world.original.pk)).status_code == 422


@pytest.mark.rule("AGR-03")
def test_the_register_says_where_originals_are_and_what_is_missing(world, browse):
    chen = browse("chen")
    said = chen.get(at("originals")).content.decode()
    assert "档案柜 3" in said and "双方盖章" in said and world.agreement.number in said  # noqa: PT018
    assert world.sun_s_agreement.number not in said
    assert said.count("未扫描</span>") == 2  # noqa: PLR2004 (the tab, and the client's original)
    assert world.agreement_to_sign.number in chen.get(at("originals") + "?tab=missing").content.decode()
    assert world.agreement.number in chen.get(at("originals") + "?tab=unscanned").content.decode()
    assert "这里没有原件" in chen.get(at("originals") + "?q=nobody").content.decode()
