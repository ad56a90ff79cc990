"""Rows of one file that may be one client: found, shown, decided, and what comes of each choice."""

from __future__ import annotations

from typing import Any

import pytest

from roomnight.clients.commands import import_runs
from roomnight.clients.commands.import_runs import (
    begin_import,
    begin_undo,
    carry_out_clients,
    client_table,
    decide_duplicates,
    take_back_clients,
)
from roomnight.clients.forms.importing import DecisionForm
from roomnight.clients.models import Account, ClientImport, Contact, ImportedRow
from roomnight.clients.rules.duplicates import Particulars
from roomnight.clients.rules.importing import REASONS, RowsAlike
from roomnight.clients.tests.test_importing import brought_in, every_row, prepared
from roomnight.kernel.errors import Refusal

pytestmark = [pytest.mark.django_db, pytest.mark.rule("ACC-04"), pytest.mark.rule("ACC-08")]

HEAD = ["客户名称", "地址", "电话", "客户经理", "联系人", "手机"]
ROWS = [
    HEAD,
    ["瑞丰生物技术有限公司", "独墅湖路 8 号", "", "", "赵敏", "13700001234"],  # 2
    ["海德会展服务有限公司", "", "0571-87651234", "徐曼", "", ""],
    ["瑞丰生物技术股份公司", "星湖街 1 号", "0512-62510000", "chen", "钱伟", "13700005678"],  # 4: like 2
    ["瑞丰生物技术有限公司上海分公司", "", "", "", "", ""],  # 5: a branch of 2
    ["奥思广告", "", "", "", "孙悦", "13700001234"],  # 6: the telephone of 2
    ["瑞豐生物技術有限公司", "", "", "", "", ""],  # 7: 2 in other signs
]


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture(params=[500, 2, 1], ids=lambda size: f"{size} at once")
def chunks(request, monkeypatch):
    """What comes of a file does not depend on how many rows are stored at once."""
    monkeypatch.setattr(import_runs, "CHUNK", request.param)


def likes(run: ClientImport) -> dict[int, list[tuple[int, list[str]]]]:
    return {
        line.row_number: [(one["row"], [why["code"] for why in one["reasons"]]) for one in line.candidates]
        for line in run.lines.exclude(candidates=[])
    }


def kept() -> list[tuple[str, str, str, str, list[str]]]:
    """The clients of the file as they are now."""
    found = Account.objects.filter(name__regex="瑞丰|瑞豐|海德会展|奥思").order_by("pk")
    return [
        (one.name, one.address, one.phone, one.owner.username if one.owner else "", sorted(x.name for x in one.contacts.all()))
        for one in found
    ]  # fmt: skip


def test_rows_of_a_file_that_are_alike_are_found_before_anything_is_written(world, chunks):
    before = every_row()
    run = prepared(world.seat("lin"), *ROWS)
    assert likes(run) == {
        4: [(2, ["form"])],
        6: [(2, ["phone"])],
        7: [(2, ["name"]), (4, ["form"])],
    }
    assert (run.rows_total, run.duplicates, run.alike_in_file, run.created, run.skipped) == (6, 3, 3, 3, 3)
    assert every_row() == before


def test_both_may_be_kept(world, chunks):
    run = prepared(world.seat("lin"), *ROWS)
    decide_duplicates(actor=world.seat("lin"), run=run, otherwise="create", decisions={})
    run = brought_in(world.seat("lin"), run)
    assert (run.created, run.updated, run.skipped) == (6, 0, 0)
    assert [one[0] for one in kept()] == [row[0] for row in ROWS[1:]]


def test_or_the_later_one_left_out(world, chunks):
    run = prepared(world.seat("lin"), *ROWS)
    decide_duplicates(actor=world.seat("lin"), run=run, otherwise="skip", decisions={6: "create"})
    run = brought_in(world.seat("lin"), run)
    assert (run.created, run.updated, run.skipped) == (4, 0, 2)
    assert "瑞丰生物技术股份公司" not in {one[0] for one in kept()}


MADE_ONE = [
    ("瑞丰生物技术有限公司", "独墅湖路 8 号", "0512-62510000", "chen", ["赵敏", "钱伟"]),
    ("海德会展服务有限公司", "", "0571-87651234", "xu", []),
    ("瑞丰生物技术有限公司上海分公司", "", "", "", []),
    ("奥思广告", "", "", "", ["孙悦"]),
]


def test_or_they_make_one_client_and_the_earlier_one_s_word_stands(world, chunks):
    lin = world.seat("lin")
    run = prepared(lin, *ROWS)
    decide_duplicates(actor=lin, run=run, otherwise="update", decisions={6: "create", 7: "row 4"})
    run = brought_in(lin, run)
    assert (run.created, run.updated + run.unchanged, run.skipped, run.rejected) == (4, 2, 0, 0)
    assert kept() == MADE_ONE
    ruifeng = Account.objects.get(name="瑞丰生物技术有限公司")
    rows = ImportedRow.objects.filter(run=run, account=ruifeng).order_by("row_number")
    assert [one.row_number for one in rows] == [2, 4, 7]
    before = {model: list(model.objects.order_by("pk").values()) for model in (Account, Contact)}
    again = brought_in(lin, prepared(lin, *ROWS, otherwise="update"))
    assert (again.created, again.updated, again.unchanged) == (0, 0, 6), "the same file twice changes nothing"
    assert {model: list(model.objects.order_by("pk").values()) for model in (Account, Contact)} == before


@pytest.mark.rule("ACC-09")
def test_rows_that_made_one_client_are_taken_back_with_it(world, chunks):
    lin = world.seat("lin")
    before = every_row()
    run = prepared(lin, *ROWS, otherwise="update")
    run = brought_in(lin, run)
    begin_undo(actor=lin, run=run)
    take_back_clients(actor=lin, run=run)
    assert every_row() == before


def test_an_import_that_was_cut_off_decides_the_same(world, monkeypatch):
    monkeypatch.setattr(import_runs, "CHUNK", 2)
    lin = world.seat("lin")
    run = prepared(lin, *ROWS)
    decide_duplicates(actor=lin, run=run, otherwise="update", decisions={6: "create", 7: "row 4"})
    begin_import(actor=lin, run=run)

    def pull_the_plug(_run: ClientImport) -> None:
        raise KeyboardInterrupt

    for _part in range(2):
        with pytest.raises(KeyboardInterrupt):
            carry_out_clients(actor=lin, run=run, table=client_table(run), progress=pull_the_plug)
        run = ClientImport.objects.get(pk=run.pk)
    carry_out_clients(actor=lin, run=run, table=client_table(run))
    assert kept() == MADE_ONE


def test_what_became_of_a_row_holds_for_those_that_go_with_it(world, chunks):
    """A second contact of a row left out, or of one that is a known client, goes where the row went."""
    lin = world.seat("lin")
    rows = [
        ["客户名称", "联系人", "邮箱"],
        ["华星科技(上海)有限公司", "甲一", "a@example.com"],  # 2: known
        ["华星科技(上海)有限公司", "甲二", "b@example.com"],
        ["闽江药业", "乙一", "c@example.com"],  # 4: known
        ["闽江药业", "乙二", "d@example.com"],
        ["华星科技（上海）股份公司", "甲三", "e@example.com"],  # 6: known, and like 2
    ]
    run = prepared(lin, *rows)
    assert [line.row_number for line in run.lines.exclude(candidates=[])] == [2, 4, 6]
    decisions = {2: str(world.huaxing.pk), 4: "skip", 6: "row 2"}
    decide_duplicates(actor=lin, run=run, otherwise="create", decisions=decisions)
    count = Account.objects.count()
    run = brought_in(lin, run)
    assert (run.created, run.updated, run.skipped, run.rejected) == (0, 3, 2, 0)
    assert Account.objects.count() == count
    assert {"甲一", "甲二", "甲三"} <= {one.name for one in world.huaxing.contacts.all()}
    assert not Contact.objects.filter(name__startswith="乙").exists()


def test_two_rows_may_be_the_same_known_client(world, chunks):
    lin = world.seat("lin")
    rows = [
        ["单位名称", "地址", "邮编"],
        ["华星科技(上海)有限公司", "甲路 1 号", ""],
        ["华星科技上海", "乙路 2 号", "200120"],
    ]
    run = prepared(lin, *rows)
    known = str(world.huaxing.pk)
    decide_duplicates(actor=lin, run=run, otherwise="create", decisions={2: known, 3: known})
    run = brought_in(lin, run)
    assert (run.created, run.updated, run.rejected) == (0, 2, 0)
    world.huaxing.refresh_from_db()
    assert (world.huaxing.name, world.huaxing.address, world.huaxing.postcode) == (
        "华星科技（上海）有限公司", "甲路 1 号", "200120",
    )  # fmt: skip


def test_a_row_goes_back_with_the_one_it_belongs_to(world, chunks):
    """The client of the earlier row cannot be changed as the file says: both come back, each with the reason."""
    lin = world.seat("lin")
    rows = [["单位名称", "阶段", "备注"], ["华星科技(上海)有限公司", "线索", ""], ["华星科技上海", "", "一"]]
    run = prepared(lin, *rows)
    decide_duplicates(actor=lin, run=run, otherwise="create", decisions={2: str(world.huaxing.pk), 3: "row 2"})
    run = brought_in(lin, run)
    assert (run.created, run.updated, run.rejected) == (0, 0, 2)
    told = {line.row_number: line.problems[0][2] for line in run.lines.exclude(problems=[])}
    assert told == {2: "stage", 3: "row_turned_away"}
    assert "row_turned_away" in REASONS


def test_owner_and_stage_come_from_whichever_row_says_them(world, chunks):
    lin = world.seat("lin")
    rows = [
        ["客户名称", "阶段", "客户经理"],
        ["瑞丰生物技术有限公司", "", ""],
        ["瑞丰生物技术股份公司", "目标", "chen"],
    ]
    run = brought_in(lin, prepared(lin, *rows, otherwise="update", may_assign=False))
    assert (run.created, run.rejected) == (1, 0)
    ruifeng = Account.objects.get(name="瑞丰生物技术有限公司")
    assert (ruifeng.stage, ruifeng.owner) == ("target", world.chen)


@pytest.mark.parametrize("decision", ["row 3", "row 99", "row 4", "7"])
def test_only_what_was_shown_can_be_chosen(world, decision):
    run = prepared(world.seat("lin"), *ROWS)
    with pytest.raises(Refusal) as refusal:
        decide_duplicates(actor=world.seat("lin"), run=run, otherwise="skip", decisions={4: decision})
    assert refusal.value.code == "import.decision"


def test_a_client_out_of_sight_is_not_named(world):
    run = prepared(world.seat("lin"), ["客户名称"], ["华星科技(上海)有限公司"], ["华星科技上海"])
    lines = list(run.lines.order_by("row_number"))
    [(_line, [named], _field), *_rest] = DecisionForm(lines, {world.huaxing.pk}).asked()
    assert (named.name, named.code, named.owner) == (world.huaxing.name, world.huaxing.code, "陈思远")
    [(_line, [hidden], field), (_other, [_known, row], _choice)] = DecisionForm(lines, set()).asked()
    assert (hidden.name, hidden.code, hidden.owner) == ("", world.huaxing.code, "陈思远")
    assert world.huaxing.name not in str(field)
    assert (row.row, row.name) == (2, "华星科技(上海)有限公司")


def test_telephones_told_further_down_count_as_well():
    rows: Any = RowsAlike()
    assert not rows.add(2, Particulars("甲乙实业", phones=("021-58881234",)))
    rows.add_phones(2, ["13812348866", ""])
    assert [one.number for one in rows.add(5, Particulars("丙丁物流", phones=("138 1234 8866",)))] == [2]
    assert not rows.add(6, Particulars("戊己物流", phones=("13812340000",)))


def test_a_name_that_half_the_file_has_costs_no_more_than_a_few_comparisons(monkeypatch):
    asked = []
    rows: Any = RowsAlike()
    for number in range(300):
        rows.add(number, Particulars(f"全城{chr(0x4E00 + number)}旅行社"))
    monkeypatch.setattr(
        "roomnight.clients.rules.importing.alike.likeness", lambda one, other: asked.append(1) or _nothing()
    )
    rows.add(301, Particulars("全城旅行社"))
    assert len(asked) <= 80


def _nothing() -> Any:
    class Nothing:
        counts = False

    return Nothing()
