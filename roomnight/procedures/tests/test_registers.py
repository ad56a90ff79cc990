"""Registers are kept, found, counted, corrected and signed; whose they are not sees nothing of them (PRC-02)."""

from datetime import date
from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook

from roomnight.kernel.errors import Refusal
from roomnight.kernel.models import AuditEntry
from roomnight.procedures.commands.registers import add_entry, correct_entry, sign_entry, void_entry
from roomnight.procedures.models import EntryChange, RegisterEntry
from roomnight.procedures.queries.forms import spec_of
from roomnight.procedures.queries.registers import Wanted, figures, look_for
from roomnight.procedures.rules.forms import parse_schema, read_form
from roomnight.procedures.shipped_registers import shipped_registers
from tests.world_forms import CALL, in_force

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_work")]
DAYS = (date(2026, 11, 1), date(2026, 11, 30))
CALLS = "/h/lujiazui/registers/enquiry-calls/"
SHIFT = {"shift": "early", "on_day": "2026-11-18", "cash": "5000", "cash_fits": True, "keys_handed": 12}


def call(world, who="chen", **more):
    staff, version = getattr(world, who), in_force("enquiry-calls", world.lujiazui)
    return add_entry(actor=world.seat(who), version=version, staff=staff, data={**CALL, **more})


def shift(world):
    version = in_force("hand-over-book", world.lujiazui)
    return add_entry(actor=world.seat("luo"), version=version, staff=world.luo, data=SHIFT)


@pytest.mark.rule("PRC-02")
@pytest.mark.parametrize(
    ("code", "department", "source"), shipped_registers(), ids=lambda one: one if len(one) < 20 else ""
)
def test_every_shipped_register_is_understood_and_in_both_languages(code, department, source):
    spec = read_form(parse_schema(source))
    assert spec.listed and spec.title.zh and spec.title.en and spec.hint.en
    for one in spec.fields:
        assert one.words.zh and one.words.en, one.name
        assert all(option.words.zh and option.words.en for option in one.options), one.name


@pytest.mark.rule("PRC-02")
def test_lines_are_numbered_one_after_the_other_and_audited(world):
    one = call(world)
    other = call(world, who="xu")
    assert other.number == one.number + 1
    assert AuditEntry.objects.filter(command="procedures.add_entry", actor="xu").exists()


@pytest.mark.rule("PRC-02")
def test_a_line_that_cannot_be_right_is_refused_whoever_sends_it(world):
    count = RegisterEntry.objects.count()
    for wrong in ({"rings": 0}, {"source": "dream"}, {"phone": "?"}, {"other": "x"}):
        with pytest.raises(Refusal) as no:
            call(world, **wrong)
        assert no.value.code == "register.form"
    assert RegisterEntry.objects.count() == count


@pytest.mark.rule("PRC-02")
def test_a_correction_keeps_what_stood_there_with_the_reason(world):
    entry = call(world)
    version, before = entry.version, entry.data
    fix = {"actor": world.seat("chen"), "version": version, "staff": world.chen, "data": {**CALL, "minutes": 9}}
    with pytest.raises(Refusal) as no:
        correct_entry(entry=entry, revision=1, reason=" ", **fix)
    assert no.value.code == "register.reason"
    correct_entry(entry=entry, revision=1, reason="看错表", **fix)
    change = EntryChange.objects.get(entry=entry)
    assert (change.before, change.reason, entry.data["minutes"]) == (before, "看错表", 9)
    stale = RegisterEntry.objects.get(pk=entry.pk)
    with pytest.raises(Refusal) as no:
        correct_entry(entry=stale, revision=1, reason="再改", **{**fix, "data": CALL})
    assert no.value.code == "record.changed_meanwhile"


def test_a_void_line_stays_and_is_not_changed_any_more(world):
    entry = call(world)
    void_entry(actor=world.seat("chen"), entry=entry, staff=world.chen, reason="重复登记")
    assert RegisterEntry.objects.get(pk=entry.pk).data == entry.data
    for act in (
        lambda: void_entry(actor=world.seat("chen"), entry=entry, staff=world.chen, reason="x"),
        lambda: correct_entry(actor=world.seat("chen"), entry=entry, version=entry.version, staff=world.chen, revision=2, data={}, reason="x"),
        lambda: sign_entry(actor=world.seat("chen"), entry=entry, staff=world.chen, place=0, revision=2),
    ):  # fmt: skip
        with pytest.raises(Refusal) as no:
            act()
        assert no.value.code == "register.void"


@pytest.mark.rule("PRC-02")
def test_the_hand_over_book_is_signed_by_two_and_again_after_a_correction(world):
    entry = shift(world)
    sign_entry(actor=world.seat("luo"), entry=entry, staff=world.luo, place=0, revision=1)
    for staff, place, code in (
        (world.luo, 1, "register.signed"),
        (world.gao, 0, "register.signed"),
        (world.gao, 7, "register.place"),
    ):
        with pytest.raises(Refusal) as no:
            sign_entry(actor=world.seat("gao"), entry=entry, staff=staff, place=place, revision=1)
        assert no.value.code == code
    sign_entry(actor=world.seat("gao"), entry=entry, staff=world.gao, place=1, revision=1)
    correct_entry(
        actor=world.seat("luo"), entry=entry, version=entry.version, staff=world.luo, revision=1,
        data={**SHIFT, "keys_handed": 11}, reason="少数一把",
    )  # fmt: skip
    with pytest.raises(Refusal):
        sign_entry(actor=world.seat("gao"), entry=entry, staff=world.gao, place=1, revision=1)
    sign_entry(actor=world.seat("gao"), entry=entry, staff=world.gao, place=1, revision=2)
    assert entry.signatures.count() == 3


def found(world, sees=True, **wanted):
    version = in_force("enquiry-calls", world.lujiazui)
    return look_for(
        RegisterEntry.objects.filter(form=version.form).select_related("made_by"), spec_of(version), Wanted(*DAYS, **wanted), sees_personal=sees
    )[0]  # fmt: skip


@pytest.mark.rule("PRC-02")
def test_lines_are_found_by_words_choices_and_state_and_sorted(world):
    call(world, caller="赵敏", minutes=30, source="newspaper")
    assert [one.data["minutes"] for one in found(world, q="赵敏 报纸")] == [30]
    assert len(found(world, chosen={"source": "web"})) == 1
    assert len(found(world, chosen={"questions": "loan"})) == 2
    minutes = [one.data.get("minutes") for one in found(world, sort="-minutes")]
    assert minutes == [30, 6, None]
    assert found(world, state="void") == []


@pytest.mark.rule("PRC-02")
def test_figures_count_choices_and_add_up_exactly(world):
    call(world, minutes=30)
    version = in_force("enquiry-calls", world.lujiazui)
    got = figures(found(world), spec_of(version), Wanted(*DAYS))
    minutes = next(one for one in got.sums if one.count == 2 and one.most == "30")
    assert (minutes.total, minutes.average, minutes.least) == ("36", "18.00", "6")
    shares = {label: [(one.count, one.of) for one in rows] for label, rows in got.shares}
    assert any(counts[0] == (2, 3) for counts in shares.values())
    assert sum(one.count for one in got.days) == 3


@pytest.mark.rule("PRC-02")
def test_who_sees_stars_does_not_find_what_stands_behind_them(world):
    assert found(world, q="13812348866")
    assert found(world, sees=False, q="13812348866") == []
    assert found(world, sees=False, q="王芳") == []


# ---- pages


@pytest.mark.rule("PRC-02")
def test_a_line_is_written_on_the_page_and_mistakes_stand_at_their_field(world, browse):
    client = browse("chen")
    answer = client.post(f"{CALLS}new/", {"at": "2026-11-18T09:00", "source": "web", "taken_by": "", "phone": "12"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert 'id="id_phone_error"' in page and 'id="id_result_error"' in page and 'value="12"' in page
    answer = client.post(
        f"{CALLS}new/",
        {
            "at": "2026-11-18T09:00",
            "source": "web",
            "taken_by": "陈",
            "result": "later",
            "questions": ["size", "price"],
        },
    )
    assert answer.status_code == 302
    assert RegisterEntry.objects.latest("pk").data["questions"] == ["price", "size"]


@pytest.mark.rule("PRC-02")
def test_a_register_belongs_to_its_department(world, browse):
    assert browse("luo").get(CALLS).status_code == 404
    assert browse("luo").get("/h/lujiazui/registers/hand-over-book/").status_code == 200
    assert "enquiry-calls" not in browse("luo").get("/h/lujiazui/registers/").content.decode()
    assert browse("guan").get(CALLS).status_code == 200


@pytest.mark.rule("PRC-02")
def test_whoever_need_not_know_reads_stars(world, browse):
    for path in (CALLS, f"{CALLS}1/"):
        assert "王芳" in browse("chen").get(path).content.decode()
        page = browse("zheng").get(path).content.decode()
        assert "王**" in page and "王芳" not in page and "13812348866" not in page


@pytest.mark.rule("PRC-02")
def test_the_list_goes_out_as_excel_and_on_paper(world, browse):
    client = browse("zhou")
    answer = client.get(f"{CALLS}export/")
    rows = CalamineWorkbook.from_filelike(BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert len(rows) == 3
    assert "王芳" in rows[2] and 6 in rows[2]
    stars = CalamineWorkbook.from_filelike(BytesIO(browse("zheng").get(f"{CALLS}export/").content))
    assert "王芳" not in str(stars.get_sheet_by_index(0).to_python())
    paper = client.get(f"{CALLS}export/?as=pdf")
    assert paper.content.startswith(b"%PDF-")
    assert browse("chen").get(f"{CALLS}export/").status_code == 403


@pytest.mark.rule("ACC-10")
def test_two_correct_a_line_at_once_and_the_second_sees_it(world, browse):
    first, second = browse("chen"), browse("xu")
    url = f"{CALLS}1/correct/"
    forms = [client.get(url).context["form"] for client in (first, second)]
    seen = [form["seen"].value() for form in forms]
    sent = {**CALL, "called_back": "on", "reason": "改"}
    assert first.post(url, {**sent, "minutes": "7", "seen": seen[0]}).status_code == 302
    answer = second.post(url, {**sent, "minutes": "8", "seen": seen[1]})
    assert answer.status_code == 422
    assert [one.name for one in answer.context["form"].changed_meanwhile] == ["minutes"]
    assert RegisterEntry.objects.get(form__code="enquiry-calls", number=1).data["minutes"] == 7


# ---- forms


FORMS = "/h/lujiazui/forms/"


def test_a_form_is_written_beside_its_preview_handed_in_and_approved_by_another(world, browse):
    lin, guan = browse("lin"), browse("guan")
    shown = lin.post(
        f"{FORMS}preview/", {"source": '{"type": "object", "title": "x", "properties": {"a": {"type": "odd"}}}'}
    )
    assert "/properties/a/type" in shown.content.decode()
    edit = lin.get(f"{FORMS}deposit-note/edit/")
    source = edit.context["form"]["source"].value()
    shown = lin.post(f"{FORMS}preview/", {"source": source})
    assert 'name="preview-what"' in shown.content.decode()
    seen = edit.context["form"]["seen"].value()
    answer = lin.post(
        f"{FORMS}deposit-note/edit/", {"source": source.replace("押金收据", "押金收据联"), "note": "联次", "seen": seen}
    )
    assert answer.status_code == 302
    assert lin.post(f"{FORMS}deposit-note/submit/", {"do": "submit"}).status_code == 302
    assert lin.post(f"{FORMS}deposit-note/approve/", {"do": "approve", "revision": "3"}).status_code == 403
    page = guan.get(f"{FORMS}deposit-note/")
    guan.post(f"{FORMS}deposit-note/approve/", {"do": "approve", "revision": page.context["coming"].revision})
    assert in_force("deposit-note", world.lujiazui).form.title == "押金收据联"
    assert "is-new" in lin.get(f"{FORMS}deposit-note/compare/").content.decode()


def test_a_bad_schema_keeps_what_was_typed(world, browse):
    answer = browse("lin").post(
        f"{FORMS}new/", {"code": "x", "department": "sales", "use": "task", "source": '{"type": 1', "note": ""}
    )
    assert answer.status_code == 422
    assert "{&quot;type&quot;: 1" in answer.content.decode()
