"""Where the business comes from, who brings most of it, and what is written down about it (MIX-01, MIX-02, MIX-03)."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook

from roomnight.clients.models import Account
from roomnight.insight.commands import change_finding, close_finding, write_finding
from roomnight.insight.models import Finding, FindingState
from roomnight.insight.queries.composition import classed, lines_by, products_of, sellers
from roomnight.insight.queries.mix import DIMENSIONS, WITHOUT_CLIENTS, cells
from roomnight.insight.rules.breakdown import (
    Figures,
    broken_down,
    month_over,
    months_of,
    summed_up,
    year_so_far,
)
from roomnight.insight.rules.composition import Seller, by_revenue, cumulative, moved, needed, pareto
from roomnight.kernel.errors import Refusal
from roomnight.kernel.models import AuditEntry, Notification
from roomnight.pms.models import Basis, Booking, ProductionMonth

from .conftest import ASLEEP, LARGE, SMALL, clock

pytestmark = pytest.mark.django_db
URL = "/h/H9/insight/"
YEAR_2025 = months_of(2025, 1, 12)
LARGE_CENTS, SMALL_CENTS = 52 * 2 * 300 * 100, 280 * 100


@pytest.fixture
def mixed(desk):
    """The large company graded A, with a meeting as well; half of its stays of another segment."""
    large = Account.objects.get(hotel=desk, external_ids__value=LARGE)
    Account.objects.filter(pk=large.pk).update(grade="A", city="上海")
    Account.objects.filter(hotel=desk, external_ids__value=SMALL).update(grade="")
    ProductionMonth.objects.create(
        hotel=desk, account=large, side="company", basis=Basis.CHARGED, product="meeting", month=date(2025, 3, 1),
        charges=1, charged_cents=500_000,
    )  # fmt: skip
    Booking.objects.filter(company=large, arrival__lt=date(2025, 7, 1)).update(segment="Groups")
    with clock("2026-01-15"):
        yield desk


# Broken down


@pytest.mark.rule("MIX-01")
def test_shares_by_grade_class_product_and_segment(mixed):
    def by(name):
        return {row: figures.cents for (row, _none), figures in cells(mixed, "company", YEAR_2025, name).items()}

    assert by("grade") == {"A": LARGE_CENTS, "NULL": SMALL_CENTS}
    assert by("level") == {"A": LARGE_CENTS, "C": SMALL_CENTS}
    assert by("product") == {"rooms": LARGE_CENTS + SMALL_CENTS, "meeting": 500_000}
    assert by("city") == {"上海": LARGE_CENTS, "NULL": SMALL_CENTS}
    assert set(by("segment")) > {"Groups"} and sum(by("segment").values()) == LARGE_CENTS + SMALL_CENTS


@pytest.mark.rule("MIX-01")
@pytest.mark.parametrize("row", DIMENSIONS)
@pytest.mark.parametrize("column", DIMENSIONS)
def test_any_two_are_crossed_and_nothing_is_lost(mixed, row, column):
    found = cells(mixed, "company", YEAR_2025, row, column if column != row else "")
    more = 500_000 if "product" in (row, column) else 0
    assert summed_up(found.values()) == Figures(LARGE_CENTS + SMALL_CENTS + more, 52 * 2 + 1)


@pytest.mark.rule("MIX-01")
def test_the_pages_go_by_the_figures_of_the_command_line(mixed):
    """What `composition` prints client by client is what the page adds up."""
    for name in WITHOUT_CLIENTS:
        printed = {}
        for line in lines_by(mixed, "company", 2025, name):
            printed[line.value] = printed.get(line.value, 0) + line.figures[-1]
        shown = cells(mixed, "company", YEAR_2025, name)
        assert {row: figures.cents for (row, _), figures in shown.items()} == {k: v for k, v in printed.items() if v}
    products = {}
    for _number, product, _count, cents in products_of(mixed, "company", 2025):
        products[product] = products.get(product, 0) + cents
    assert {row: one.cents for (row, _), one in cells(mixed, "company", YEAR_2025, "product").items()} == products
    levels = {}
    for one in classed(mixed, "company", 2025):
        levels[one.level] = levels.get(one.level, 0) + one.seller.revenue_cents
    assert {row: one.cents for (row, _), one in cells(mixed, "company", YEAR_2025, "level").items()} == levels


def test_the_whole_house_has_no_dimension_of_clients(mixed):
    house = summed_up(cells(mixed, "", YEAR_2025, "segment").values())
    sides = [summed_up(cells(mixed, side, YEAR_2025, "segment").values()) for side in ("company", "agent")]
    assert house.cents > sum(one.cents for one in sides)
    with pytest.raises(ValueError, match="grade"):
        cells(mixed, "", YEAR_2025, "segment", "grade")


@pytest.mark.rule("MIX-01")
def test_the_period_before_is_laid_beside(mixed):
    now, before = (cells(mixed, "company", one, "grade") for one in (YEAR_2025, YEAR_2025.before))
    found = broken_down(now, before, ("A", "B", "C", "D", "NULL"))
    rows = {row.value: (row.now.cents, row.before.cents) for row in found.rows}
    asleep = 6 * 250 * 100
    assert rows == {"A": (LARGE_CENTS, 53 * 2 * 300 * 100), "NULL": (SMALL_CENTS, asleep)}
    assert [row.value for row in found.rows] == ["A", "NULL"]


def test_only_months_that_are_over_are_laid_beside_those_of_the_year_before():
    today = date(2026, 11, 18)
    assert year_so_far(2026, today) == (date(2026, 1, 1), date(2026, 10, 31))
    assert year_so_far(2026, today).before == (date(2025, 1, 1), date(2025, 10, 31))
    assert year_so_far(2025, today) == YEAR_2025 and year_so_far(2027, today) is None
    assert year_so_far(2026, date(2026, 1, 31)) is None
    assert month_over("2024-02", today).last == date(2024, 2, 29)
    assert month_over("2026-11", today) is month_over("2026-13", today) is month_over("x", today) is None


@pytest.mark.rule("MIX-01")
def test_the_page_shows_shares_change_and_the_crossed_table(mixed, browse):
    lin = browse("lin")
    page = lin.get(f"{URL}composition/?by=grade&period=2025")
    share = (Decimal(100) * LARGE_CENTS / (LARGE_CENTS + SMALL_CENTS)).quantize(Decimal("0.1"))
    first = page.context["rows"][0]
    assert (first["word"], first["share"], first["nights"]) == ("A", share, 104)
    assert first["moved"] == f"{share - first['share_before']:+.1f}"
    assert f"{share} %" in page.content.decode()
    assert page.context["chart"]["series"][0]["values"][0] == float(share)
    crossed = lin.get(f"{URL}composition/?by=product&with=segment&period=2025&in=nights")
    assert 'id="crossed"' in crossed.content.decode()
    assert [row["figure"] for row in crossed.context["crossed"]] == [105, 0]


@pytest.mark.rule("MIX-01")
def test_the_file_has_every_row_and_who_took_it_is_kept(mixed, browse):
    answer = browse("lin").get(f"{URL}composition/excel/?by=grade&with=product&period=2025")
    rows = CalamineWorkbook.from_filelike(BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert [(row[0], row[2]) for row in rows[1:]] == [
        ("A", LARGE_CENTS / 100), ("A", 5000), (rows[3][0], SMALL_CENTS / 100),
    ]  # fmt: skip
    assert AuditEntry.objects.filter(actor="lin", changes__exported="insight.composition").count() == 1
    assert browse("chen").get(f"{URL}composition/excel/").status_code == 403


@pytest.mark.parametrize("cross", ["", "level", "product", "segment"])
@pytest.mark.parametrize("by", DIMENSIONS)
def test_no_breakdown_asks_more_than_twelve_questions(mixed, browse, django_assert_max_num_queries, by, cross):
    lin = browse("lin")
    with django_assert_max_num_queries(12):
        assert lin.get(f"{URL}composition/?by={by}&with={cross}&period=2025").status_code == 200


def test_an_empty_period_and_a_strange_address_still_make_a_page(mixed, browse):
    lin = browse("lin")
    assert "composition-chart" not in lin.get(f"{URL}composition/?period=2023").content.decode()
    strange = lin.get(f"{URL}composition/?of=x&by=y&with=z&period=9999-99&in=w")
    assert strange.status_code == 200 and strange.context["asked"].by == "grade"
    assert browse("chen").get(f"{URL}composition/").status_code == 403


# 80/20


def some(*cents):
    return by_revenue(Seller(number, str(number), one) for number, one in enumerate(cents, 1))


@pytest.mark.rule("MIX-02")
def test_the_curve_the_set_of_80_percent_and_the_concentration():
    now = some(5_000, 3_000, 1_000, 600, 400)
    assert needed(now) == 2 and cumulative(now) == pytest.approx([0.5, 0.8, 0.9, 0.96, 1.0])
    found = pareto(now)
    assert found.hhi == pytest.approx(0.25 + 0.09 + 0.01 + 0.0036 + 0.0016)
    assert pareto(some(7)).hhi == 1 and pareto([]).hhi == 0
    assert pareto(some(*[10] * 100)).hhi == pytest.approx(0.01)


@pytest.mark.rule("MIX-02")
def test_who_came_into_the_set_and_who_left_it():
    came, left = moved(some(5_000, 100, 4_000), some(5_000, 3_000, 10))
    assert (came, left) == ([3], [2])
    assert moved(some(5_000), []) == ([1], []) and moved([], some(5_000)) == ([], [1])


@pytest.mark.rule("MIX-02")
def test_the_page_names_the_few_their_movement_and_the_index(mixed, browse):
    Booking.objects.filter(company__external_ids__value=ASLEEP).update(revenue_cents=9_000_000)
    ProductionMonth.objects.filter(account__external_ids__value=ASLEEP).update(room_revenue_cents=9_000_000)
    page = browse("lin").get(f"{URL}composition/concentration/?period=2025")
    assert [(row["number"], row["place"]) for row in page.context["rows"]] == [(LARGE, 1)]
    assert [row["amount"] for row in page.context["left"]] == [Decimal(0)]
    found = pareto(by_revenue(sellers(mixed, "company", 2025)))
    assert page.context["index_now"] == round(found.hhi * 10_000)
    assert page.context["chart"]["series"][0]["values"][-1] == 100
    assert browse("chen").get(f"{URL}composition/concentration/").status_code == 403
    assert 'id="core"' not in browse("lin").get(f"{URL}composition/concentration/?period=2023").content.decode()


# Findings


def written(world, **other):
    seat = world.seat("lin", "H9")
    given = {
        "period": "2025", "text": "一家客户占九成", "countermeasure": "每月新签两家", "owner": world.chen,
        "due_on": date(2026, 3, 1), **other,
    }  # fmt: skip
    return write_finding(actor=seat, hotel=seat.hotel, by=seat.staff, **given)


@pytest.mark.rule("MIX-03")
def test_a_finding_has_a_countermeasure_an_owner_and_a_day_and_is_shown_while_open(mixed, world, browse):
    one = written(world)
    assert Notification.objects.filter(recipient="chen", hotel_code="H9", url=one.get_absolute_url()).count() == 1
    for path in ("composition", "composition/concentration"):
        html = browse("lin").get(f"{URL}{path}/").content.decode()
        assert "一家客户占九成" in html and "每月新签两家" in html
    chen = browse("chen")
    assert "一家客户占九成" in chen.get(f"{URL}findings/").content.decode()
    close = f"{URL}findings/{one.pk}/close/"
    assert chen.post(close, {"outcome": " "}).status_code == 422
    assert chen.post(close, {"outcome": "新签五家，占比降到六成"}).status_code == 302
    one.refresh_from_db()
    assert (one.state, one.closed_by) == (FindingState.DONE, world.chen)
    assert "一家客户占九成" not in browse("lin").get(f"{URL}composition/").content.decode()
    assert "新签五家" in browse("lin").get(f"{URL}findings/?tab=done").content.decode()


@pytest.mark.rule("MIX-03")
@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"text": ""}, "text"), ({"countermeasure": " "}, "countermeasure"), ({"owner": ""}, "owner"),
        ({"due_on": "2026-01-14"}, "due_on"),
    ],
)  # fmt: skip
def test_a_finding_without_its_parts_is_refused_at_the_field(mixed, world, browse, typed, field):
    sent = {
        "text": "一家客户占九成", "countermeasure": "每月新签两家", "owner": world.chen.pk, "due_on": "2026-03-01", **typed,
    }  # fmt: skip
    page = browse("lin").post(f"{URL}findings/new/?period=2025", sent)
    assert page.status_code == 422 and list(page.context["form"].errors) == [field]
    assert not Finding.objects.filter(hotel=mixed).exists()


@pytest.mark.rule("MIX-03")
def test_what_is_dealt_with_stays_and_others_do_not_reach_it(mixed, world, browse):
    one = written(world, owner=world.zhou)
    assert browse("chen").post(f"{URL}findings/{one.pk}/close/", {"outcome": "x"}).status_code == 404
    zhou = world.seat("zhou", "H9")
    changed = {"text": "一家占九成", "countermeasure": "签三家", "owner": world.chen, "due_on": date(2026, 4, 1)}
    change_finding(actor=zhou, finding=one, by=zhou.staff, revision=1, **changed)
    assert (one.text, one.owner) == ("一家占九成", world.chen)
    with pytest.raises(Refusal):
        close_finding(actor=zhou, finding=one, by=zhou.staff, outcome="x", revision=1)
    close_finding(actor=zhou, finding=one, by=zhou.staff, outcome="已签三家", revision=2)
    for refused in (
        lambda: close_finding(actor=zhou, finding=one, by=zhou.staff, outcome="x", revision=3),
        lambda: change_finding(actor=zhou, finding=one, by=zhou.staff, revision=3, **changed),
    ):
        with pytest.raises(Refusal) as no:
            refused()
        assert no.value.code == "finding.done"


def test_a_finding_written_on_the_page(mixed, world, browse):
    lin = browse("lin")
    sent = {"text": "一家客户占九成", "countermeasure": "每月新签两家", "owner": world.chen.pk, "due_on": "2026-03-01"}
    assert lin.post(f"{URL}findings/new/?period=2025-12", sent).status_code == 302
    one = Finding.objects.get(hotel=mixed)
    assert (one.period, one.written_by) == ("2025-12", world.lin)
    assert lin.get(f"{URL}findings/{one.pk}/").status_code == 200
    assert browse("zhou").post(f"{URL}findings/new/", sent).status_code == 403
