"""The way of a form from its draft into force, and what a task's form lets pass (PRC-02, PRC-08)."""

import json
from datetime import date
from decimal import Decimal

import pytest

from roomnight.kernel.commands import UNCHANGED, Machine
from roomnight.kernel.errors import Refusal
from roomnight.procedures.commands import (
    add_version,
    approve_form_version,
    begin_form_version,
    complete_task,
    create_form,
    create_procedure,
    discard_form_version,
    edit_form_version,
    install_form,
    put_in_force,
    return_form_version,
    start_case,
    submit_form_version,
)
from roomnight.procedures.commands.forms import form_in_force
from roomnight.procedures.models import Form, FormVersion, VersionState
from roomnight.procedures.tests.flows import file_of, ways

pytestmark = pytest.mark.django_db


def source(title="押金单", **properties):
    fields = {"amount": {"type": "number", "format": "money", "title": "金额"}, **properties}
    return json.dumps(
        {"type": "object", "title": title, "x-title-en": "Deposit", "required": ["amount"], "properties": fields},
        ensure_ascii=False,
    )


def written(world, **more):
    return create_form(
        actor=Machine("zhou"), hotel=world.lujiazui, code="deposit", department="front_office", source=source(), **more
    )


def in_force(world):
    version = submit_form_version(actor=Machine("zhou"), version=written(world))
    return approve_form_version(actor=Machine("gao"), version=version, revision=version.revision)


def test_a_form_comes_into_force_when_somebody_else_approves_it(world):
    version = written(world)
    assert (version.state, version.form.title, version.form.title_en) == ("draft", "押金单", "Deposit")
    submit_form_version(actor=Machine("xu"), version=version)
    for writer in ("zhou", "xu"):
        with pytest.raises(Refusal) as no:
            approve_form_version(actor=Machine(writer), version=version, revision=version.revision)
        assert no.value.code == "form.own"
    assert form_in_force(world.lujiazui, "deposit") is None
    approve_form_version(actor=Machine("gao"), version=version, revision=version.revision)
    assert form_in_force(world.lujiazui, "deposit") == version
    assert form_in_force(world.lakeside, "deposit") is None


def test_the_next_version_supersedes_the_one_before(world):
    first = in_force(world)
    second = begin_form_version(actor=Machine("zhou"), form=first.form, source=source("押金收据"))
    with pytest.raises(Refusal) as no:
        begin_form_version(actor=Machine("xu"), form=first.form, source=source())
    assert no.value.code == "form.in_hand"
    edit_form_version(
        actor=Machine("xu"), version=second, revision=second.revision, source=source("押金收据单"), note="改名"
    )
    submit_form_version(actor=Machine("zhou"), version=second)
    with pytest.raises(Refusal):
        approve_form_version(actor=Machine("xu"), version=second, revision=second.revision)
    approve_form_version(actor=Machine("gao"), version=second, revision=second.revision)
    first.refresh_from_db()
    assert (first.state, second.state, second.form.title) == ("superseded", "effective", "押金收据单")


def test_who_changes_a_draft_that_somebody_changed_meanwhile_is_refused(world):
    version = written(world)
    again = FormVersion.objects.get(pk=version.pk)
    edit_form_version(actor=Machine("xu"), version=version, revision=1, source=source("一"), note="")
    with pytest.raises(Refusal) as no:
        edit_form_version(actor=Machine("zhou"), version=again, revision=1, source=source("二"), note="")
    assert no.value.code == "record.changed_meanwhile"
    assert FormVersion.objects.get(pk=version.pk).schema["title"] == "一"


def test_a_returned_version_is_a_draft_again_and_a_discarded_one_never_holds(world):
    version = submit_form_version(actor=Machine("zhou"), version=written(world))
    with pytest.raises(Refusal):
        return_form_version(actor=Machine("gao"), version=version, reason=" ")
    return_form_version(actor=Machine("gao"), version=version, reason="缺签名栏")
    assert (version.state, version.returned_reason) == ("draft", "缺签名栏")
    discard_form_version(actor=Machine("zhou"), version=version)
    assert version.state == VersionState.WITHDRAWN
    with pytest.raises(Refusal):
        submit_form_version(actor=Machine("zhou"), version=version)


def test_a_schema_that_is_not_understood_is_refused_with_every_path(world):
    with pytest.raises(Refusal) as no:
        create_form(
            actor=Machine("zhou"), hotel=world.lujiazui, code="x", department="front_office",
            source='{"type": "object", "title": "x", "properties": {"a": {"type": "odd"}}, "required": ["b"]}',
        )  # fmt: skip
    assert no.value.field == "source"
    assert [line.split(":")[0] for line in str(no.value).splitlines()] == ["/required/0", "/properties/a/type"]
    assert not Form.objects.filter(code="x").exists()


def test_shipped_forms_are_in_force_at_once_and_never_replace_what_a_hotel_wrote(world):
    install = {"actor": Machine("system"), "hotel": world.lujiazui, "code": "deposit", "department": "front_office"}
    first = install_form(**install, source=source())
    assert first.state == "effective"
    assert install_form(**install, source=source()) is UNCHANGED
    second = install_form(**install, source=source("第二版"))
    assert (second.state, form_in_force(world.lujiazui, "deposit")) == ("effective", second)
    own = submit_form_version(
        actor=Machine("zhou"),
        version=begin_form_version(actor=Machine("zhou"), form=second.form, source=source("本店")),
    )
    assert install_form(**install, source=source("第三版")) is UNCHANGED
    approve_form_version(actor=Machine("gao"), version=own, revision=own.revision)
    third = install_form(**install, source=source("第三版"))
    assert (third.state, form_in_force(world.lujiazui, "deposit")) == ("draft", own)


# ---- at tasks


def case_with_form(world):
    in_force(world)
    chart = file_of(
        '<startEvent id="s"/><userTask id="ask" name="收押金"><extensionElements><rn:task form="deposit"/></extensionElements></userTask>'
        '<exclusiveGateway id="g" default="f3"/><userTask id="big" name="big"/><userTask id="small" name="small"/><endEvent id="e"/>'
        + ways("s ask", "ask g", "g big:amount >= 1000.1", "g small", "big e", "small e")
    )  # fmt: skip
    procedure = create_procedure(
        actor=Machine("zhou"), hotel=world.lujiazui, code="P", title="押金", department="front_office"
    )
    version = add_version(actor=Machine("zhou"), procedure=procedure, source=chart)
    put_in_force(actor=Machine("zhou"), version=version, on=date(2026, 11, 18))
    return start_case(actor=Machine("zhou"), version=version)


def test_a_task_keeps_the_version_of_its_form_with_which_it_was_put_on_the_list(world):
    case = case_with_form(world)
    task = case.tasks.get()
    assert task.form == "deposit"
    pinned = task.form_version
    assert pinned == form_in_force(world.lujiazui, "deposit")
    install_form(
        actor=Machine("system"), hotel=world.lujiazui, code="deposit", department="front_office", source=source("新")
    )
    later = submit_form_version(
        actor=Machine("zhou"),
        version=FormVersion.objects.get(form__code="deposit", state="draft"),
    )
    approve_form_version(actor=Machine("gao"), version=later, revision=later.revision)
    task.refresh_from_db()
    assert task.form_version == pinned


@pytest.mark.parametrize("data", [{}, {"amount": "much"}, {"amount": "12.345"}, {"amount": "1", "other": "x"}])
def test_a_task_is_not_completed_with_what_its_form_does_not_take(world, data):
    case = case_with_form(world)
    with pytest.raises(Refusal) as no:
        complete_task(actor=Machine("zhou"), task=case.tasks.get(), staff=None, data=data)
    assert no.value.code == "task.form"
    assert case.tasks.get().state == "open"


@pytest.mark.parametrize(("amount", "way"), [("1,000.10", "big"), ("1000.09", "small")])
def test_a_gateway_decides_by_the_exact_amount_of_the_form(world, amount, way):
    case = case_with_form(world)
    complete_task(actor=Machine("zhou"), task=case.tasks.get(), staff=None, data={"amount": amount})
    done, then = case.tasks.order_by("pk")
    assert Decimal(done.data["amount"]) == Decimal(amount.replace(",", ""))
    assert then.step == way
