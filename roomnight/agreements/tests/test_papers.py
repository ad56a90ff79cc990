"""Word templates of the hotel, and the documents made from them (AGR-03)."""

from __future__ import annotations

import io
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse

from roomnight.agreements.commands import (
    approve_template,
    change_agreement,
    make_document,
    retire_template,
    take_shipped_template,
    upload_template,
)
from roomnight.agreements.commands.papers import document_of, path_of
from roomnight.agreements.jobs import make_pdf, queue_document
from roomnight.agreements.models import AgreementPaper, AgreementTemplate, Kind, Language, TemplateState
from roomnight.agreements.queries.paper import in_force, paper_values
from roomnight.agreements.rules.paper import LISTS, VOCABULARY, WORDS, sample
from roomnight.agreements.shipped_papers import shipped_template, texts
from roomnight.kernel.commands import OPERATOR, UNCHANGED, subject_of
from roomnight.kernel.errors import Refusal
from roomnight.kernel.models import Attachment
from roomnight.kernel.policy import set_policy
from roomnight.kernel.tests import word_files
from roomnight.kernel.word import Values, check_template, fill_template
from tests.world import WORLD_NOW
from tests.world_agreements import rate, terms

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_work")]
KINDS = [(kind, language) for kind in Kind.values for language in Language.values]


def uploaded(world, content, who="ma", kind="cash", language="zh-hans"):
    seat = world.seat(who)
    return upload_template(
        actor=seat, hotel=seat.hotel, staff=seat.staff, kind=kind, language=language, name="协议.docx",
        file=io.BytesIO(content), note="新版",
    )  # fmt: skip


def put_in_force(world, content, kind="cash", language="zh-hans"):
    lin = world.seat("lin")
    return approve_template(actor=lin, template=uploaded(world, content, kind=kind, language=language), staff=lin.staff)


def made(world, agreement, template, who="chen"):
    seat = world.seat(who)
    return make_document(actor=seat, agreement=agreement, staff=seat.staff, template=template)


def text_of(paper):
    return word_files.texts(path_of(document_of(paper)).read_bytes())


# ---- what ships


@pytest.mark.rule("AGR-03")
@pytest.mark.parametrize(("kind", "language"), KINDS)
def test_every_kind_has_a_shipped_template_that_can_be_filled(kind, language):
    data = shipped_template(kind, language)
    assert check_template(data, VOCABULARY) == []
    said = "\n".join(word_files.texts(fill_template(data, VOCABULARY, Values(*sample(language)))))
    for word in ("client_name", "number", "starts_on", "ends_on", "hotel_name"):
        assert next(one for one in WORDS if one.key == word).sample(language) in said
    assert "{" not in said
    assert texts(language).titles[kind] in said


def test_the_clauses_of_every_kind_are_there():
    for language in Language.values:
        said = texts(language)
        named = {key for keys in said.order.values() for key in keys}
        assert set(said.titles) == set(said.order) == set(Kind.values)
        assert named == set(said.lines)
        assert {"confidential", "integrity", "personal", "disputes"} <= set(said.order["cash"])
    assert {"signatories", "statement", "late"} <= set(texts("zh-hans").order["credit_signing"])


def test_an_agreement_gives_every_field_and_column(world):
    values = paper_values(world.agreement, "zh-hans", WORLD_NOW.date())
    assert set(values.fields) == {one.key for one in WORDS}
    assert set(values.lists) == {one.key for one in LISTS}
    for one in LISTS:
        for row in values.lists[one.key]:
            assert set(row) == {word.key for word in one.columns}
    english = paper_values(world.agreement, "en", WORLD_NOW.date())
    assert (values.fields["starts_on"], english.fields["starts_on"]) == ("2026年11月1日", "1 November 2026")
    assert (values.fields["settlement"], english.fields["settlement"]) == ("离店付清", "On departure")


# ---- templates


@pytest.mark.rule("AGR-03")
def test_a_template_is_in_force_when_somebody_else_approves_it(world):
    ma, lin = world.seat("ma"), world.seat("lin")
    one = uploaded(world, word_files.plain("{{ 客户名称 }}"))
    assert (one.version, one.state) == (2, TemplateState.DRAFT)
    with pytest.raises(Refusal) as refused:
        approve_template(actor=ma, template=one, staff=ma.staff)
    assert refused.value.code == "template.own"
    approve_template(actor=lin, template=one, staff=lin.staff)
    assert in_force(lin.hotel, "cash") == [one]
    following = put_in_force(world, word_files.plain("{{ 客户名称 }}，新"))
    one.refresh_from_db()
    assert (one.state, following.version) == (TemplateState.REPLACED, 3)
    retire_template(actor=lin, template=following)
    assert in_force(lin.hotel, "cash") == []
    with pytest.raises(Refusal) as refused:
        approve_template(actor=lin, template=following, staff=lin.staff)
    assert refused.value.code == "template.state"


def test_the_database_keeps_one_in_force_and_no_own_approval(world):
    one = world.agreement_template
    with pytest.raises(IntegrityError), transaction.atomic():
        AgreementTemplate.objects.filter(pk=one.pk).update(uploaded_by=one.approved_by)
    other = take_shipped_template(
        actor=world.seat("ma"), hotel=one.hotel, staff=world.ma, kind=one.kind, language=one.language
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        AgreementTemplate.objects.filter(pk=other.pk).update(state="in_force", approved_by=world.lin)


@pytest.mark.rule("AGR-03")
def test_a_template_with_unknown_fields_or_of_harm_is_refused_at_the_file(world):
    with pytest.raises(Refusal) as refused:
        uploaded(world, word_files.plain("好", "{{ 客户名 }}"))
    assert (refused.value.code, refused.value.field) == ("template.fields", "file")
    assert "客户名称" in str(refused.value)
    with pytest.raises(Refusal) as refused:
        uploaded(world, word_files.meddled(word_files.with_part("word/vbaProject.bin", b"x", "application/vnd.ms-office.vbaProject")))  # fmt: skip
    assert refused.value.code == "word.macros"
    assert not AgreementTemplate.objects.filter(hotel=world.lujiazui, kind="cash", version=2).exists()


# ---- documents


@pytest.mark.rule("AGR-03")
def test_the_document_says_what_was_agreed(world):
    set_policy(
        actor=OPERATOR, key="agreements.hotel_on_paper", hotel_code="lujiazui", effective_from=WORLD_NOW.date(),
        value={"hotel_name": "云汀酒店管理有限公司", "hotel_address": "陆家嘴环路 1 号"},
    )  # fmt: skip
    chen = world.seat("chen")
    agreement = world.agreement_draft
    lines = [rate(), *(rate("deluxe", str(500 + n), nights=str(n)) for n in range(1, 8))]
    change_agreement(
        actor=chen, agreement=agreement, revision=agreement.revision, lines=lines, starts_on=agreement.starts_on,
        ends_on=agreement.ends_on, client_name="<华星> & “子” 公司", dining_discount=Decimal("12.00"),
        special_terms="第一行\n第二行 {{ number }}",
    )  # fmt: skip
    template = put_in_force(world, shipped_template("key_account", "zh-hans"), kind="key_account")
    said = text_of(made(world, agreement, template))
    whole = "\n".join(said)
    assert "甲方（酒店）：云汀酒店管理有限公司" in said
    assert "乙方（客户）：<华星> & “子” 公司" in said
    assert f"协议编号：{agreement.number}" in said
    assert "第一行\n第二行 {{ number }}" in said
    assert "优惠 12%" in whole
    assert all(f"¥{500 + n}.00" in said for n in range(1, 8))
    assert "税号：＿＿＿＿＿＿＿＿" in said


@pytest.mark.rule("AGR-03")
def test_made_again_after_a_change_the_earlier_one_is_superseded(world):
    agreement, chen = world.agreement_draft, world.seat("chen")
    template = put_in_force(world, word_files.plain("{{ 客户名称 }}"), kind="key_account")
    first = made(world, agreement, template)
    assert made(world, agreement, template) is UNCHANGED
    change_agreement(
        actor=chen, agreement=agreement, revision=agreement.revision, lines=[rate()], starts_on=agreement.starts_on,
        ends_on=agreement.ends_on, client_name="华星",
    )  # fmt: skip
    second = made(world, agreement, template)
    first.refresh_from_db()
    assert (first.superseded_at is None, second.superseded_at is None) == (False, True)
    assert (text_of(first) == text_of(second), text_of(second)) == (False, ["华星"])
    english = put_in_force(world, word_files.plain("{{ client_name }}"), kind="key_account", language="en")
    made(world, agreement, english)
    second.refresh_from_db()
    assert second.superseded_at is None
    newer = put_in_force(world, word_files.plain("致 {{ 客户名称 }}"), kind="key_account")
    made(world, agreement, newer)
    second.refresh_from_db()
    assert second.superseded_at is not None
    with pytest.raises(IntegrityError), transaction.atomic():
        AgreementPaper.objects.filter(pk=second.pk).update(superseded_at=None)


def test_only_a_template_in_force_for_that_kind_makes_a_document(world):
    with pytest.raises(Refusal) as refused:
        made(world, world.agreement_draft, world.agreement_template)
    assert refused.value.code == "template.kind"
    with pytest.raises(Refusal) as refused:
        made(world, world.agreement_in_review, world.agreement_template_draft)
    assert refused.value.code == "template.state"
    with pytest.raises(Refusal) as refused:
        made(world, world.agreement, world.lakeside_agreement_template)
    assert refused.value.code == "template.kind"


@pytest.fixture
def office(monkeypatch):
    """An office program is installed; what it makes is told."""

    def install(pdf):
        monkeypatch.setattr("roomnight.agreements.commands.papers.has_office", lambda: True)

        def convert(_document):
            if pdf is None:
                raise Refusal("word.no_pdf", "x")
            return pdf

        monkeypatch.setattr("roomnight.agreements.jobs.to_pdf", convert)

    return install


@pytest.mark.rule("AGR-03")
@pytest.mark.parametrize("pdf", [b"%PDF-1.7 made", None])
def test_where_an_office_program_is_the_pdf_follows(world, office, pdf):
    office(pdf)
    chen = world.seat("chen")
    agreement = world.agreement_draft
    template = put_in_force(world, word_files.plain("{{ 客户名称 }}"), kind="key_account")
    one = queue_document(actor=chen, agreement=agreement, staff=chen.staff, template=template)
    assert one.waits_for_pdf
    make_pdf.call(one.pk)
    make_pdf.call(one.pk)
    one.refresh_from_db()
    assert not one.waits_for_pdf
    names = [kept.name.rpartition(".")[2] for kept in Attachment.objects.filter(subject=subject_of(one)).order_by("pk")]
    assert names == (["docx", "pdf"] if pdf else ["docx"])


# ---- pages


def at(name, **arguments):
    return reverse(f"agreements:{name}", kwargs={"hotel": "lujiazui", **arguments})


@pytest.mark.rule("AGR-03")
def test_the_upload_names_every_unknown_field_with_its_paragraph(world, browse):
    ma = browse("ma")
    sent = SimpleUploadedFile("a.docx", word_files.plain("一", "{{ 客户名 }}", "{{ x.__class__ }}"))
    answer = ma.post(at("template_new"), {"kind": "cash", "language": "zh-hans", "file": sent, "note": ""})
    assert answer.status_code == 422
    said = answer.content.decode()
    assert "第 2 段" in said and "第 3 段" in said and "客户名称" in said  # noqa: PT018
    good = SimpleUploadedFile("a.docx", word_files.plain("{{ 客户名称 }}"))
    answer = ma.post(at("template_new"), {"kind": "cash", "language": "zh-hans", "file": good, "note": "新"})
    assert answer.status_code == 302
    assert AgreementTemplate.objects.filter(kind="cash", version=2, note="新").exists()


def test_the_page_says_whether_there_is_an_office_program(world, browse, monkeypatch):
    for there in (True, False):
        monkeypatch.setattr("roomnight.agreements.views.papers.has_office", lambda there=there: there)
        said = browse("chen").get(at("papers", pk=world.agreement.pk)).content.decode()
        assert ("不生成 PDF" in said) is not there


@pytest.mark.rule("AGR-03")
def test_only_who_may_read_the_agreement_makes_and_gets_its_documents(world, browse):
    mine, file = world.agreement.pk, world.document.pk
    answer = browse("chen").get(at("paper_file", pk=mine, file=file))
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer.content.startswith(b"PK")
    for who in ("sun", "gao"):
        assert browse(who).get(at("paper_file", pk=mine, file=file)).status_code in (403, 404)
        assert browse(who).post(at("paper_new", pk=mine), {"template": world.agreement_template.pk}).status_code in (
            403,
            404,
        )
    assert browse("sun").get(at("paper_file", pk=world.sun_s_agreement.pk, file=file)).status_code == 404


def test_the_page_says_that_the_agreement_changed_since(world, browse):
    chen = browse("chen")
    assert "最新" in chen.get(at("papers", pk=world.agreement.pk)).content.decode()
    world.agreement.signatories.update(name="顾建平")
    assert "协议已改动" in chen.get(at("papers", pk=world.agreement.pk)).content.decode()
    answer = chen.post(at("paper_new", pk=world.agreement.pk), {"template": world.agreement_template.pk})
    assert answer.status_code == 302
    assert "已被取代" in chen.get(at("papers", pk=world.agreement.pk)).content.decode()


def test_without_a_template_in_force_the_form_says_so(world, browse):
    answer = browse("chen").get(at("paper_new", pk=world.agreement_draft.pk))
    assert "没有启用中的模板" in answer.content.decode()
    assert browse("chen").post(at("paper_new", pk=world.agreement_draft.pk), {}).status_code == 422


def test_the_pages_of_templates(world, browse):
    ma, lin = browse("ma"), browse("lin")
    assert "采用" in ma.get(at("templates")).content.decode()
    assert "{{ 客户名称 }}" in ma.get(at("template_fields")).content.decode()
    taken = ma.post(at("shipped_take", kind="conference", language="en"))
    one = AgreementTemplate.objects.get(hotel=world.lujiazui, kind="conference", language="en")
    assert taken["Location"].endswith(one.get_absolute_url())
    assert ma.post(at("template_approve", pk=one.pk)).status_code == 403
    assert lin.post(at("template_approve", pk=one.pk)).status_code == 302
    assert ma.get(at("shipped", kind="cash", language="fr")).status_code == 404
    trial = lin.get(at("template_trial", pk=one.pk))
    assert "Huaxing Technology" in "\n".join(word_files.texts(trial.content))
    assert word_files.texts(lin.get(at("template_file", pk=one.pk)).content)[0] == "Conference agreement"
    lin.post(at("template_retire", pk=one.pk))
    one.refresh_from_db()
    assert one.state == TemplateState.RETIRED


def test_terms_that_ship_are_the_terms_that_templates_name(world):
    values = paper_values(world.agreement, "zh-hans", WORLD_NOW.date() + timedelta(days=1))
    assert values.fields["late_charge"] == "0.05"
    assert values.lists["signatories"][0]["limit_each"] == "¥5,000.00"
    assert terms()["starts_on"].year == 2026
