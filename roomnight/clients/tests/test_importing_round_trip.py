"""What was exported can be brought in again; and files of clients from the command line."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from roomnight.clients.commands import edit_account
from roomnight.clients.models import Account, Contact
from roomnight.clients.tests.test_importing import brought_in, clients
from roomnight.clients.tests.test_importing_faults import checked
from tests.world import LUJIAZUI

pytestmark = [pytest.mark.django_db, pytest.mark.rule("ACC-08")]
COLUMNS = [
    "grade",
    "stage",
    "kind",
    "importance",
    "owner",
    "city",
    "district",
    "phone",
    "credit_grade",
    "potential",
    "tags",
    "verified",
]


@pytest.mark.parametrize("file_format", ["xlsx", "csv"])
def test_an_exported_list_comes_in_again_and_changes_nothing(world, settings, tmp_path, browse, file_format):
    settings.MEDIA_ROOT = tmp_path
    lin = world.seat("lin")
    edit_account(
        actor=lin, account=world.huaxing, revision=world.huaxing.revision, short_name="=1+1", phone="+86 21 5888 1234"
    )
    query = "view=all&" + "&".join(f"col={one}" for one in COLUMNS)
    sent = browse("lin").post(
        reverse("clients:export", kwargs={"hotel": LUJIAZUI}), {"query": query, "format": file_format}
    )
    assert sent.status_code == 200
    count = Account.objects.filter(hotel=world.lujiazui).count()
    before = clients()
    run = brought_in(lin, checked(lin, f"客户.{file_format}", sent.content, key="code"))
    assert [line.problems for line in run.lines.all()] == []
    assert (run.created, run.updated, run.unchanged, run.rejected) == (0, 0, count, 0)
    assert clients() == before


def bring(*arguments: str) -> dict[str, int]:
    said = StringIO()
    call_command("import_clients", *arguments, stdout=said, stderr=StringIO())
    return dict(json.loads(said.getvalue()))


@pytest.fixture
def file(tmp_path, world):
    path = tmp_path / "客户.csv"
    path.write_bytes(
        "名称,手机号,姓名\n甲乙实业有限公司,13912340078,王芳\n丙丁旅行社,1.39E+10,李雷\n".encode("gb18030")
    )
    return str(path)


def test_from_the_command_line(world, file):
    before = clients()
    asked = [file, "--hotel", LUJIAZUI]
    figures = {"created": 1, "updated": 0, "unchanged": 0, "skipped": 0, "rejected": 1}
    assert bring(*asked, "--dry-run") == figures
    assert clients() == before
    assert bring(*asked, "--owner", "chen") == figures
    made = Account.objects.get(name="甲乙实业有限公司")
    assert (made.owner, Contact.objects.get(account=made).name) == (world.chen, "王芳")
    assert bring(*asked) == {**figures, "created": 0, "unchanged": 1}
    assert bring(*asked, "--map", "名称=name", "--key", "name") == {**figures, "unchanged": 1, "rejected": 0}


@pytest.mark.parametrize(
    "wrong",
    [["--hotel", "nowhere"], ["--hotel", LUJIAZUI, "--map", "谁=name"], ["--hotel", LUJIAZUI, "--map", "名称=nothing"],
     ["--hotel", LUJIAZUI, "--profile", "没有"]],
)  # fmt: skip
def test_what_cannot_be_done_is_said(world, file, wrong):
    with pytest.raises(CommandError):
        bring(file, *wrong)
