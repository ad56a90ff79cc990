"""Files of clients: what comes in, what is turned away, and that nothing is written before it was confirmed."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
import xlsxwriter
from django.apps import apps

from roomnight.clients.commands import add_contact, edit_account, import_runs
from roomnight.clients.commands.import_runs import (
    begin_check,
    begin_import,
    begin_undo,
    carry_out_clients,
    check_clients,
    client_table,
    decide_duplicates,
    map_clients,
    take_back_clients,
    take_in_clients,
)
from roomnight.clients.models import Account, ClientImport, Contact
from roomnight.clients.rules.importing import Wish, guessed
from roomnight.clients.tests.conftest import KEPT
from roomnight.kernel.errors import Refusal
from roomnight.kernel.models import AuditEntry, Notification
from roomnight.organization.access import Seat

pytestmark = pytest.mark.django_db


def clients() -> list[Any]:
    """Every row about clients, but the audit, bells, and what is kept of files."""
    return [list(model.objects.order_by("pk").values()) for model in KEPT if model not in (AuditEntry, Notification)]


def workbook(*rows: list[object]) -> bytes:
    target = BytesIO()
    with xlsxwriter.Workbook(target) as book:
        page = book.add_worksheet()
        for number, row in enumerate(rows):
            page.write_row(number, 0, row)
    return target.getvalue()


def prepared(seat: Seat, *rows: list[object], **wish: object) -> ClientImport:
    """A file that was taken in, mapped by its headings, and checked."""
    run = take_in_clients(actor=seat, hotel=seat.hotel, name="客户.xlsx", chunks=[workbook(*rows)])
    table = client_table(run)
    mapping = guessed({one.place: one.name for one in table.columns()})
    map_clients(actor=seat, run=run, table=table, wish=Wish(mapping, **wish))  # type: ignore[arg-type]
    begin_check(actor=seat, run=run)
    return check_clients(actor=seat, run=run, table=table)


def brought_in(seat: Seat, run: ClientImport) -> ClientImport:
    begin_import(actor=seat, run=run)
    return carry_out_clients(actor=seat, run=run, table=client_table(run))


HEAD = ["客户名称", "客户类型", "城市", "客户经理", "标签", "联系人", "手机"]
ROWS = [
    HEAD,
    ["瑞丰生物技术有限公司", "协议公司", "苏州", "chen", "会议、长住", "赵敏", "13700001234"],
    ["瑞丰生物技术有限公司", "", "", "", "", "钱伟", "13700005678"],
    ["海德会展服务有限公司", "会议公司", "杭州", "徐曼", "", "", ""],
]


@pytest.mark.rule("ACC-08")
def test_clients_and_their_people_come_in_from_one_file(world, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    lin = world.seat("lin")
    before = clients()
    run = prepared(lin, *ROWS)
    assert (run.created, run.updated, run.people_created, run.rejected) == (2, 1, 2, 0)
    assert clients() == before, "nothing is written by reading"
    assert not Account.objects.filter(name="瑞丰生物技术有限公司").exists()
    run = brought_in(lin, run)
    assert (run.state, run.created, run.updated, run.people_created, run.rejected) == ("done", 2, 1, 2, 0)
    ruifeng = Account.objects.get(name="瑞丰生物技术有限公司")
    assert (ruifeng.owner, ruifeng.city, ruifeng.stage) == (world.chen, "苏州", "lead")
    assert sorted(tag.name for tag in ruifeng.tags.all()) == ["会议", "长住"]
    assert [one.name for one in Contact.objects.filter(account=ruifeng)] == ["赵敏", "钱伟"]
    haide = Account.objects.get(name="海德会展服务有限公司")
    assert (haide.kind, haide.owner) == ("conference", world.xu)
    assert AuditEntry.objects.filter(subject=f"clients.account:{haide.pk}").count() == 1


@pytest.mark.rule("ACC-08")
def test_the_same_file_twice_changes_nothing(world, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    lin = world.seat("lin")
    brought_in(lin, prepared(lin, *ROWS))
    before = {model: list(model.objects.order_by("pk").values()) for model in (Account, Contact)}
    again = brought_in(lin, prepared(lin, *ROWS))
    assert (again.created, again.updated, again.unchanged, again.skipped, again.rejected) == (0, 0, 3, 0, 0)
    assert {model: list(model.objects.order_by("pk").values()) for model in (Account, Contact)} == before


def test_a_likely_duplicate_waits_for_somebody_s_word(world, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    lin = world.seat("lin")
    rows = [["单位名称", "城市"], ["华星科技(上海)有限公司", "上海"], ["闽江药业", "福州"]]
    run = prepared(lin, *rows, key="name")
    assert run.duplicates == 2
    first, second = run.lines.order_by("row_number")
    assert world.huaxing.pk in {one["account"] for one in first.candidates}
    decide_duplicates(
        actor=lin,
        run=run,
        otherwise="skip",
        decisions={first.row_number: str(world.huaxing.pk), second.row_number: "create"},
    )
    count = Account.objects.count()
    run = brought_in(lin, run)
    assert (run.created, run.updated + run.unchanged, run.skipped) == (1, 1, 0)
    assert Account.objects.count() == count + 1
    world.huaxing.refresh_from_db()
    assert world.huaxing.name == "华星科技（上海）有限公司"


# ---- taking it back


def every_row() -> dict[str, list[Any]]:
    """All rows of all tables, but what tells of deeds and not of clients: audit, journal, bells, numbers, jobs, files."""
    aside = {
        "kernel.auditentry",
        "kernel.auditseal",
        "kernel.deed",
        "kernel.deedrow",
        "kernel.notification",
        "kernel.counter",
    }
    aside |= {"clients.clientimport", "clients.importline", "django_tasks_db.dbtaskresult", "kernel.attempt"}
    found = {}
    for model in apps.get_models(include_auto_created=True):
        if model._meta.label_lower in aside or not model._meta.managed:
            continue
        derived = model._meta.label_lower in {"clients.searchentry", "clients.duplicatekey"}
        fields = [one.attname for one in model._meta.concrete_fields if not (derived and one.primary_key)]
        found[model._meta.label_lower] = sorted(model._base_manager.values_list(*fields), key=repr)
    return found


def large_file(world: Any, rows: int) -> list[list[object]]:
    """New clients with their people, and changes of clients that are known, one in ten."""
    known = list(Account.objects.filter(hotel=world.lujiazui).order_by("pk"))
    made: list[list[object]] = []
    for n in range(rows):
        if n % 10 == 9:
            one = known[(n // 10) % len(known)]
            made.append([one.name, "", f"地址{(n // 10) % len(known)}号", "新标签", f"新联系人{n}", f"1391{n:07d}"])
        else:
            made.append(
                [
                    f"{chr(0x4E00 + n)}{chr(0x5E00 + n % 997)}{chr(0x6E00 + n % 499)}实业",
                    "协议公司",
                    "上海",
                    "展会",
                    f"王{n}",
                    f"1380{n:07d}",
                ]
            )
    return [["客户名称", "客户类型", "地址", "标签", "联系人", "手机"], *made]


@pytest.mark.rule("ACC-09")
@pytest.mark.rule("ACC-08")
def test_ten_thousand_rows_come_in_and_are_taken_back_as_a_whole(world, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    lin = world.seat("lin")
    rows = large_file(world, 10_000)
    before = every_row()
    run = prepared(lin, *rows, otherwise="create")
    assert every_row() == before, "reading writes nothing"
    run = brought_in(lin, run)
    assert (run.created, run.rejected, run.skipped) == (9_000, 0, 0)
    assert run.people_created == 10_000
    assert every_row() != before
    begin_undo(actor=lin, run=run)
    take_back_clients(actor=lin, run=run)
    after = every_row()
    assert {name for name in before if after[name] != before[name]} == set()


@pytest.mark.rule("ACC-09")
def test_what_was_built_upon_stays_and_is_named(world, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    lin = world.seat("lin")
    run = brought_in(lin, prepared(lin, *ROWS))
    ruifeng = Account.objects.get(name="瑞丰生物技术有限公司")
    add_contact(actor=lin, account=ruifeng, name="孙悦", email="sun@example.com")
    begin_undo(actor=lin, run=run)
    before = every_row()
    with pytest.raises(Refusal) as refusal:
        take_back_clients(actor=lin, run=run)
    assert refusal.value.code == "undo.used"
    assert "孙悦" in str(refusal.value.message)
    assert every_row() == before
    edit_account(actor=lin, account=ruifeng, revision=1, city="无锡")
    with pytest.raises(Refusal) as refusal:
        take_back_clients(actor=lin, run=run)
    assert refusal.value.code == "undo.changed"
    assert "瑞丰" in str(refusal.value.message)


@pytest.mark.rule("ACC-08")
def test_an_import_that_was_cut_off_goes_on_where_it_stopped(world, settings, tmp_path, monkeypatch):
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr(import_runs, "CHUNK", 20)
    lin = world.seat("lin")
    rows = [
        ["客户名称", "电话"],
        *([f"{chr(0x4E00 + n)}{chr(0x5E00 + n)}{chr(0x6E00 + n)}实业", f"021-5{n:07d}"] for n in range(50)),
    ]
    run = prepared(lin, *rows)
    begin_import(actor=lin, run=run)

    def pull_the_plug(_run: ClientImport) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        carry_out_clients(actor=lin, run=run, table=client_table(run), progress=pull_the_plug)
    run = ClientImport.objects.get(pk=run.pk)
    assert (run.state, run.rows_read, run.created) == ("running", 20, 20)
    carry_out_clients(actor=lin, run=run, table=client_table(run))
    run.refresh_from_db()
    assert (run.state, run.rows_read, run.created) == ("done", 50, 50)
    assert Account.objects.filter(name__endswith="实业").count() == 50


# ---- updating by a key


@pytest.mark.rule("ACC-09")
def test_only_mapped_columns_change_and_an_empty_cell_changes_nothing(world, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    lin, known = world.seat("lin"), world.huaxing
    before = Account.objects.filter(pk=known.pk).values().get()
    rows = [["客户编号", "地址", "城市"], [known.code, "世纪大道 1 号", ""]]
    run = brought_in(lin, prepared(lin, *rows, key="code"))
    assert (run.created, run.updated) == (0, 1)
    after = Account.objects.filter(pk=known.pk).values().get()
    changed = {name for name in before if after[name] != before[name]}
    assert changed == {"address", "revision"}
    run = brought_in(lin, prepared(lin, *rows, key="code", clear_empty=True))
    assert Account.objects.get(pk=known.pk).city == ""


def test_people_alone_find_their_client(world, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    lin = world.seat("lin")
    rows = [
        ["单位名称", "联系人", "邮箱"],
        [world.huaxing.name, "方琳", "fang@example.com"],
        ["没有这家", "李四", "li@example.com"],
    ]
    count = Account.objects.count()
    run = brought_in(lin, prepared(lin, *rows, contacts_only=True))
    assert (run.people_created, run.rejected, Account.objects.count()) == (1, 1, count)
    assert run.lines.get().problems == [["单位名称", "没有这家", "no_such_client"]]


def test_a_parent_may_stand_below_its_child(world, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    lin = world.seat("lin")
    rows = [["客户名称", "上级客户"], ["瑞丰生物浦东厂", "瑞丰生物技术集团"], ["瑞丰生物技术集团", ""]]
    run = brought_in(lin, prepared(lin, *rows, otherwise="create"))
    assert (run.created, run.rejected) == (2, 0)
    assert Account.objects.get(name="瑞丰生物浦东厂").parent == Account.objects.get(name="瑞丰生物技术集团")
