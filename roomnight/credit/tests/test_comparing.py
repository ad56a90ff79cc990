"""A client's own list beside ours: each line once, sums that add up, and what is done about the differences (CRD-06)."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from roomnight.credit.commands import charge, dispute_difference, explain_difference, reverse, take_payment
from roomnight.credit.models import ComparedLine, Comparison, CreditAccount, Dispute, LedgerLine, Statement
from roomnight.credit.rules.comparing import Ours, Theirs, compare, plain_reference, totals
from roomnight.kernel.errors import Refusal
from roomnight.kernel.export import to_xlsx
from roomnight.kernel.tables import open_table
from tests.world_credit import bill

ON = date(2026, 11, 10)


def kinds(theirs, ours, others=(), tolerance=5, days=3):
    return [pair.kind for pair in compare(theirs, ours, list(others), tolerance=tolerance, days=days)]


def their(cents, reference="", on=ON, number=2):
    return Theirs(number, on, cents, reference)


def our(pk, cents, reference="", on=ON, is_settled=False):
    return Ours(pk, on, cents, reference, is_settled)


@pytest.mark.rule("CRD-06")
@pytest.mark.parametrize(
    ("theirs", "ours", "others", "expected"),
    [
        ([their(100, "F-1")], [our(1, 100, "F-1")], [], ["same"]),
        ([their(105, " no. f1 ")], [our(1, 100, "F-1")], [], ["same"]),
        ([their(106, "F-1")], [our(1, 100, "F-1")], [], ["differs"]),
        ([their(100, "F-1"), their(100, "F-1")], [our(1, 100, "F-1")], [], ["same", "doubled"]),
        ([their(100, "F-1")], [our(1, 100, "F-1"), our(2, 100, "F-1")], [], ["same", "doubled"]),
        ([their(300, "F-1")], [our(1, 100, "F-1"), our(2, 200, "F-1")], [], ["same"]),
        ([their(200, "F-1"), their(150, "F-1")], [our(1, 100, "F-1"), our(2, 200, "F-1")], [], ["same", "differs"]),
        ([their(100)], [our(1, 100, "F-1", date(2026, 11, 13))], [], ["same"]),
        ([their(100)], [our(1, 100, "F-1", date(2026, 11, 14))], [], ["theirs", "ours"]),
        ([their(100)], [our(1, 100, on=date(2026, 11, 12)), our(2, 100, on=date(2026, 11, 11))], [], ["same", "ours"]),
        ([their(100, "F-9")], [our(1, 100, "F-1")], [], ["theirs", "ours"]),
        ([their(100, "F-1")], [], [our(1, 100, "F-1", is_settled=True)], ["settled"]),
        ([their(100, "F-1")], [], [our(1, 100, "F-1")], ["elsewhere"]),
        ([their(100, "F-1")], [], [our(1, 200, "F-1", is_settled=True)], ["theirs"]),
        ([Theirs(2, None, 0, problem="not_a_number")], [our(1, 100)], [], ["unread", "ours"]),
        ([], [our(1, 100)], [], ["ours"]),
    ],
)
def test_what_comes_of_a_line(theirs, ours, others, expected):
    assert kinds(theirs, ours, others) == expected


def test_numbers_as_people_write_them():
    assert plain_reference("No. F-0012 ") == plain_reference("ｆ００１２") == "F0012"


NUMBERS = st.sampled_from(["", "F-1", "F-2", "f2", "F-3"])
DAYS = st.dates(date(2026, 11, 1), date(2026, 11, 20))
THEIRS = st.builds(Theirs, st.integers(2, 99), DAYS, st.integers(-300, 300), NUMBERS)
OURS = st.lists(st.tuples(DAYS, st.integers(-300, 300).filter(bool), NUMBERS, st.booleans()), max_size=8)


@pytest.mark.rule("CRD-06")
@given(st.lists(THEIRS, max_size=8), OURS, OURS)
def test_every_line_is_counted_once_and_the_sums_are_both_lists(theirs, ours, others):
    mine = [Ours(pk, *one) for pk, one in enumerate(ours)]
    rest = [Ours(100 + pk, *one) for pk, one in enumerate(others)]
    pairs = compare(theirs, mine, rest, tolerance=5, days=3)
    assert [pair.theirs for pair in pairs if pair.theirs] == theirs
    held = [one.pk for pair in pairs if pair.kind not in ("settled", "elsewhere") for one in pair.ours]
    assert sorted(held) == [one.pk for one in mine]
    sums = totals(pairs)
    assert sum(one.theirs for one in sums) == sum(one.cents for one in theirs)
    assert sum(one.ours for one in sums) == sum(one.cents for one in mine)
    assert sum(one.count for one in sums) == len(pairs)
    assert all(abs(pair.difference) <= 5 for pair in pairs if pair.kind == "same")
    assert all(abs(pair.difference) > 5 for pair in pairs if pair.kind == "differs")


# ---- with the ledger


@pytest.fixture
def credit(world, at_work):
    Dispute.objects.all().delete()
    Comparison.objects.all().delete()
    return CreditAccount.objects.select_related("hotel", "account__hotel").get(account=world.huaxing)


def listed(credit, *more):
    """The client's list: the first bill as we have it, the second for less, one that we do not know."""
    first, second = (f"F-{credit.pk}-{n}" for n in (1, 2))
    return [
        ["2026-11-18", first, Decimal("1200.50")],
        ["2026/11/18", second, Decimal(800)],
        ["2026-11-09", "Q-77", Decimal(66)],
        *more,
    ]


def sent(browse, credit, rows, who="cao", heads=("日期", "账单号", "金额"), name="对账单.xlsx", **data):
    content = to_xlsx("对账", heads, rows)
    file = SimpleUploadedFile(name, content)
    return browse(who).post(f"/h/lujiazui/credit/{credit.pk}/compare/", {"file": file, "statement": "", **data})


@pytest.mark.rule("CRD-06")
@pytest.mark.django_db
def test_a_statement_and_the_clients_list_in_one_pass(credit, browse, tmp_path):
    statement = Statement.objects.get(credit=credit)
    before = LedgerLine.objects.count()
    answer = sent(browse, credit, listed(credit), statement=str(statement.pk))
    made = Comparison.objects.get()
    assert (answer.status_code, answer.url) == (302, made.get_absolute_url())
    assert made.statement == statement
    assert [(row.kind, row.their_cents, row.our_cents) for row in made.lines.all()] == [
        ("same", 120_050, 120_050), ("differs", 80_000, 88_000), ("theirs", 6_600, 0),
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT SUM(amount_cents) FROM credit_ledgerline WHERE statement_id = %s AND kind = 'charge'",
            [statement.pk],
        )
        assert int(cursor.fetchone()[0]) == sum(ours for _kind, _count, _theirs, ours in made.sums)
    assert LedgerLine.objects.count() == before
    page = browse("cao").get(answer.url).content.decode()
    assert "Q-77" in page
    assert "2 笔差异待处理" in page
    assert "¥2,066.50" in page.replace("\u00a0", "")
    content = browse("cao").get(f"{answer.url}comparison.xlsx").content
    table = _opened(tmp_path, content)
    assert sum(1 for _ in table.rows()) == 3
    assert browse("sun").get(answer.url).status_code == 404


def _opened(tmp_path, content):
    path = tmp_path / "x.xlsx"
    path.write_bytes(content)
    return open_table(path, path.name)


@pytest.mark.rule("CRD-06")
@pytest.mark.django_db
def test_a_csv_in_gb18030_with_headings_of_its_own(world, credit, browse):
    text = f'\u51fa\u8d26\u65e5,票号,本期款\n2026-11-18,F-{credit.pk}-1,"1,200.50"\n2026-11-18,F-{credit.pk}-2,abc\n'
    file = SimpleUploadedFile("旅行社.csv", text.encode("gb18030"))
    url = f"/h/lujiazui/credit/{credit.pk}/compare/"
    refused = browse("cao").post(url, {"file": file, "statement": ""})
    assert refused.status_code == 422
    assert "本期款" in refused.content.decode()
    file.seek(0)
    assert (
        browse("cao")
        .post(url, {"file": file, "statement": "", "amount": "本期款", "reference": "票号", "on": "出账日"})
        .status_code
        == 302
    )
    made = Comparison.objects.get()
    assert [row.kind for row in made.lines.all()] == ["same", "unread", "ours"]


@pytest.mark.rule("CRD-06")
@pytest.mark.django_db
def test_paid_reversed_and_payments(world, credit, browse):
    cao = world.seat("cao")
    paid = charge(actor=cao, account=world.huaxing, bill=bill("50", reference="P-1"))
    gone = charge(actor=cao, account=world.huaxing, bill=bill("70", reference="G-1"))
    reverse(actor=cao, line=gone, reason="重复")
    take_payment(actor=cao, credit=credit, amount=Decimal(50), on=cao.today, settles=[paid.pk])
    rows = listed(credit, ["2026-11-18", "P-1", Decimal(50)], ["2026-11-18", "G-1", Decimal(70)])
    sent(browse, credit, rows)
    assert [row.kind for row in Comparison.objects.latest("pk").lines.all()][3:5] == ["settled", "theirs"]
    sent(browse, credit, [*rows, ["2026-11-18", f"R-{credit.pk}", Decimal(-1000)]])
    assert Comparison.objects.latest("pk").lines.get(their_cents=-100_000).kind == "settled"


@pytest.mark.rule("CRD-07")
@pytest.mark.django_db
def test_a_difference_becomes_a_dispute_or_is_explained(world, credit, browse):
    sent(browse, credit, listed(credit), statement=str(Statement.objects.get(credit=credit).pk))
    same, differs, theirs = ComparedLine.objects.order_by("position")
    cao = world.seat("cao")
    for refusing in (
        lambda: explain_difference(actor=cao, line=same, revision=same.revision, note="?"),
        lambda: dispute_difference(actor=cao, line=same, text="?"),
        lambda: explain_difference(actor=cao, line=theirs, revision=theirs.revision, note=" "),
    ):
        with pytest.raises(Refusal):
            refusing()
    page = f"/h/lujiazui/credit/compared/{differs.pk}/dispute/"
    assert browse("cao").post(page, {"text": "折扣没有算", "said_by": "钱多"}).status_code == 302
    made = Dispute.objects.get()
    assert (made.line.reference, made.cents, made.due_at > made.raised_at) == (f"F-{credit.pk}-2", 8_000, True)
    assert browse("cao").post(page, {"text": "再来", "said_by": ""}).status_code == 422
    explain = f"/h/lujiazui/credit/compared/{theirs.pk}/explain/"
    form = browse("cao").get(explain).content.decode()
    assert "Q-77" in form
    assert browse("cao").post(explain, {"note": "属于陆家嘴另一家酒店"}).status_code == 302
    assert "没有待处理的差异" in browse("cao").get(Comparison.objects.get().get_absolute_url()).content.decode()


@pytest.mark.django_db
def test_a_list_without_lines_is_refused(world, credit, browse):
    assert sent(browse, credit, []).status_code == 422
    assert not Comparison.objects.exists()
