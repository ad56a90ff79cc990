"""The list of clients: views, filters, order and pages (ACC-07)."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from roomnight.clients.commands import edit_account, register_account, tag_accounts
from roomnight.clients.models import Account
from roomnight.clients.queries import Wish, capped_count, ordered_by, wanted
from roomnight.clients.queries.listing import COUNTED_UP_TO, SORTS
from roomnight.clients.rules import VISIT_CYCLE_DAYS, next_visit_due
from roomnight.kernel.commands import OPERATOR
from roomnight.kernel.policy import set_policy
from roomnight.ui.keyset import leaf, unmark
from tests.world import client_fields

TODAY = date(2026, 11, 18)


@pytest.fixture
def twelve(world, at_work):
    """Twelve clients of xu's beside those of the world, each a little different."""
    xu = world.seat("xu")
    made = []
    for n in range(12):
        account = register_account(
            actor=xu, hotel=xu.hotel, name=f"样本{n:02d}", owner=xu.staff, grade="ABCD"[n % 4] if n < 8 else ""
        )
        Account.objects.filter(pk=account.pk).update(
            room_nights_12m=(n // 3) * 10,
            revenue_12m=Decimal(n) * 100,
            last_visit_on=None if n % 5 == 0 else TODAY - timedelta(days=n * 4),
            last_arrival_on=None if n % 4 == 0 else TODAY - timedelta(days=n * 20),
            next_action_on=None if n % 3 == 0 else TODAY + timedelta(days=n - 6),
            created_at=datetime(2026, 1, 1, tzinfo=UTC),
        )
        made.append(account.pk)
    return made


def names(seat, **wish):
    found = wanted(seat, Wish(**{"view": "all", **wish})).filter(name__startswith="样本")
    return {int(name.removeprefix("样本")) for name in found.values_list("name", flat=True)}


# ---- views


@pytest.mark.rule("ACC-07")
def test_mine_are_those_one_owns_or_co_owns(world, twelve):
    assert names(world.seat("xu"), view="mine") == set(range(12))
    assert names(world.seat("zhou"), view="mine") == set()
    Account.objects.filter(pk=twelve[3]).update(co_owner=world.zhou)
    assert names(world.seat("zhou"), view="mine") == {3}


@pytest.mark.rule("ACC-07")
@pytest.mark.rule("VIS-13")
def test_due_are_those_whose_cycle_is_over(world, twelve):
    """A every 7 days, B 14, C 30, D and the ungraded 90; visited n × 4 days ago, or never since January."""
    visited = {n: None if n % 5 == 0 else n * 4 for n in range(12)}
    cycle = [7, 14, 30, 90]
    due = {n for n, days in visited.items() if days is None or days >= (cycle[n % 4] if n < 8 else 90)}
    assert due == {0, 4, 5, 10}
    assert names(world.seat("xu"), view="due") == due
    table = {"A": 7, "B": 14, "C": 30, "D": 28}
    set_policy(actor=OPERATOR, key="clients.visit_cycle_days", value=table, hotel_code="lujiazui", effective_from=TODAY)
    assert names(world.seat("xu"), view="due") == {0, 4, 5, 7, 8, 9, 10, 11}
    Account.objects.filter(pk=twelve[4]).update(stage="blacklisted")
    assert 4 not in names(world.seat("xu"), view="due")


@pytest.mark.rule("VIS-13")
def test_a_client_registered_today_is_not_due_yet(world, twelve):
    Account.objects.filter(pk=twelve[0]).update(created_at=datetime(2026, 11, 18, tzinfo=UTC))
    assert 0 not in names(world.seat("xu"), view="due")
    Account.objects.filter(pk=twelve[0]).update(created_at=datetime(2026, 11, 11, 15, 59, tzinfo=UTC))
    assert 0 in names(world.seat("xu"), view="due")  # the 11th by the hotel's clock, a week ago


@pytest.mark.rule("ACC-07")
def test_quiet_are_those_that_produced_and_stopped(world, twelve):
    arrived = {n: None if n % 4 == 0 else n * 20 for n in range(12)}
    assert names(world.seat("xu"), view="quiet") == {n for n, days in arrived.items() if days and days > 90}
    set_policy(actor=OPERATOR, key="pms.lost_days", value=150, hotel_code="lujiazui", effective_from=TODAY)
    assert names(world.seat("xu"), view="quiet") == {n for n, days in arrived.items() if days and days > 150}


# ---- filters


@pytest.mark.rule("ACC-07")
@pytest.mark.parametrize(
    ("filters", "fit"),
    [
        ({"grade": ["A"]}, {0, 4}),
        ({"grade": ["A", "-"]}, {0, 4, 8, 9, 10, 11}),
        ({"nights_from": 20}, {6, 7, 8, 9, 10, 11}),
        ({"nights_from": 10, "nights_to": 20}, {3, 4, 5, 6, 7, 8}),
        ({"revenue_to": Decimal("250")}, {0, 1, 2}),
        ({"visited_before": TODAY - timedelta(days=30)}, {0, 5, 10, 8, 9, 11}),
        ({"arrived_before": TODAY - timedelta(days=150)}, {0, 4, 8, 9, 10, 11}),
        ({"action": ["late"]}, {1, 2, 4, 5}),
        ({"action": ["week"]}, {7, 8, 10, 11}),
        ({"action": ["-", "late"]}, {0, 3, 6, 9, 1, 2, 4, 5}),
        ({"owner": ["me"]}, set(range(12))),
        ({"owner": ["-"]}, set()),
        ({"stage": ["lead"], "grade": ["B"]}, {1, 5}),
        ({"stage": ["active"]}, set()),
        ({"kind": ["corporate"], "importance": ["ordinary"], "grade": ["C"]}, {2, 6}),
    ],
)
def test_filters_narrow_and_are_added_up(world, twelve, filters, fit):
    assert names(world.seat("xu"), filters=filters) == fit


@pytest.mark.rule("ACC-07")
def test_filters_by_what_hangs_on_a_client(world, twelve):
    xu = world.seat("xu")
    tag_accounts(actor=xu, hotel=xu.hotel, accounts=list(Account.objects.filter(pk__in=twelve[:2])), name="样本")
    tag = Account.objects.get(pk=twelve[0]).tags.get()
    assert names(xu, filters={"tag": [str(tag.pk)]}) == {0, 1}
    Account.objects.filter(pk=twelve[5]).update(district="浦东新区", industry="会展")
    assert names(xu, filters={"district": "浦东"}) == {5}
    assert names(xu, filters={"industry": "会展", "district": "静安"}) == set()
    Account.objects.get(pk=twelve[7]).competitors.create(hotel_name="浦东君悦", noted_on=TODAY)
    assert names(xu, filters={"competitor": "君悦"}) == {7}


@pytest.mark.rule("ACC-07")
def test_filters_by_the_hotel_s_own_fields(world, twelve):
    xu = world.seat("xu")
    client_fields(world.lujiazui, {
        "parking": {"type": "string", "title": "车位", "enum": ["有", "无"]},
        "rooms": {"type": "array", "title": "房型", "items": {"type": "string", "enum": ["大床", "双床"]}},
        "beds": {"type": "number", "title": "床位"}, "staff": {"type": "integer", "title": "人数"},
        "listed": {"type": "boolean", "title": "上市"},
        "founded": {"type": "string", "format": "date", "title": "成立"}, "motto": {"type": "string", "title": "口号"},
    })  # fmt: skip
    values = [
        {"parking": "有", "beds": 5, "founded": "1998-05-01", "motto": "Hello 世界", "listed": True, "rooms": ["大床"]},
        {"parking": "无", "beds": "50", "founded": "2020-01-01", "staff": 7, "rooms": ["大床", "双床"]},
        {"beds": 12.5},
    ]
    for pk, custom in zip(twelve, values, strict=False):
        edit_account(actor=xu, account=Account.objects.get(pk=pk), revision=1, custom=custom)
    assert names(xu, filters={"custom_parking": ["有"]}) == {0}
    assert names(xu, filters={"custom_parking": ["有", "无"]}) == {0, 1}
    assert names(xu, filters={"custom_beds__from": Decimal("12")}) == {1, 2}
    assert names(xu, filters={"custom_beds__from": Decimal("12"), "custom_beds__to": Decimal("13")}) == {2}
    assert names(xu, filters={"custom_founded__to": date(2000, 1, 1)}) == {0}
    assert names(xu, filters={"custom_motto": "世界"}) == {0}
    assert names(xu, filters={"custom_rooms": ["双床"]}) == {1}
    assert names(xu, filters={"custom_rooms": ["大床"]}) == {0, 1}
    assert names(xu, filters={"custom_staff__to": Decimal(7)}) == {1}
    assert names(xu, filters={"custom_listed": True}) == {0}
    assert names(xu, filters={"custom_listed": False}) == set(range(1, 12))
    Account.objects.filter(pk=twelve[4]).update(custom={"beds": "about ten"})  # the field was a text once
    assert names(xu, filters={"custom_beds__to": Decimal(6)}) == {0}


@pytest.mark.rule("ORG-03")
def test_no_filter_reaches_beyond_sight(world, twelve):
    assert names(world.seat("sun"), filters={"owner": [str(world.xu.pk)]}) == set()
    assert names(world.seat("ye"), filters={"grade": ["A"]}) == set()
    assert not wanted(world.seat("song"), Wish("all")).exists()


# ---- order and pages


def in_python(rows, sort):
    """The same order, worked out without a database."""
    last = {"room_nights_12m": 0, "revenue_12m": 0}

    def key(row):
        found = []
        for one in SORTS[sort]:
            value = (row["grade"] or "~") if one.name == "grade_order" else row[one.name]
            empty = value is None
            place = {"first": -1, "last": 1}.get(one.nulls, 0) if empty else 0
            number = last.get(one.name, 0) if empty else value
            found.append((place, Reversed(number) if one.descending and not empty else number if not empty else 0))
        return found

    return sorted(rows, key=key)


class Reversed:
    """A value that sorts the other way round."""

    def __init__(self, value):
        self.value = value

    def __lt__(self, other):
        return other.value < self.value

    def __eq__(self, other):
        return isinstance(other, Reversed) and self.value == other.value


FIELDS = [
    "id",
    "grade",
    "room_nights_12m",
    "revenue_12m",
    "name",
    "code",
    "last_visit_on",
    "last_arrival_on",
    "next_action_on",
]


@pytest.mark.rule("ACC-07")
@pytest.mark.parametrize("sort", sorted(SORTS))
def test_every_order_pages_forth_and_back_without_losing_or_doubling_a_row(world, twelve, sort):
    xu = world.seat("xu")
    wish = Wish("all", sort=sort)
    found = wanted(xu, wish).filter(name__startswith="样本")
    whole = [row["id"] for row in in_python(found.values(*FIELDS), sort)]
    keys = ordered_by(wish)
    pages, after = [], ""
    for _page in range(10):
        one = leaf(found, FIELDS, keys, 5, after=after)
        pages.append(one)
        after = one.after
        if not after:
            break
    assert [row["id"] for one in pages for row in one.rows] == whole
    assert [len(one.rows) for one in pages] == [5, 5, 2]
    assert [bool(one.before) for one in pages] == [False, True, True]
    back = leaf(found, FIELDS, keys, 5, before=pages[2].before)
    assert [row["id"] for row in back.rows] == whole[5:10]
    assert (bool(back.before), bool(back.after)) == (True, True)
    first = leaf(found, FIELDS, keys, 5, before=pages[1].before)
    assert [row["id"] for row in first.rows] == whole[:5]
    assert (bool(first.before), bool(first.after)) == (False, True)


@pytest.mark.parametrize(
    "mark", ["x", "!!!", "WzFd", "W251bGwsbnVsbF0", "WyJhIiwiYiJd", "e30", "W1tdLDFd", "WzEuNSwyXQ"]
)
def test_a_broken_mark_opens_the_first_page(world, twelve, mark):
    keys = ordered_by(Wish("all"))
    assert unmark(mark, keys, Account) is None
    found = wanted(world.seat("xu"), Wish("all"))
    assert leaf(found, FIELDS, keys, 5, after=mark).rows == leaf(found, FIELDS, keys, 5).rows


def test_a_count_stops_at_its_cap(world, twelve, django_assert_num_queries, monkeypatch):
    found = wanted(world.seat("xu"), Wish("all"))
    assert capped_count(found) == found.count()
    monkeypatch.setattr("roomnight.clients.queries.listing.COUNTED_UP_TO", 5)
    assert capped_count(found) == 6
    assert COUNTED_UP_TO == 1000


def test_an_unknown_order_is_the_view_s_own(world):
    assert ordered_by(Wish("due", sort="nonsense")) == SORTS["last_visit"]
    assert ordered_by(Wish("mine")) == SORTS["-nights"]


@pytest.mark.rule("POL-03")
def test_who_was_due_last_year_is_told_by_last_year_s_cycle(world):
    """A grade-B client seen on the 1st of a month: by the cycle of that year."""
    then, now = date(2025, 11, 1), date(2026, 11, 1)
    for start, days in ((date(2025, 1, 1), 20), (date(2026, 1, 1), 5)):
        table = {"A": 7, "B": days, "C": 30, "D": 90}
        set_policy(
            actor=OPERATOR, key="clients.visit_cycle_days", value=table, hotel_code="lujiazui", effective_from=start
        )
    due = [next_visit_due(day, day, "B", VISIT_CYCLE_DAYS.at("lujiazui", day)) for day in (then, now)]
    assert due == [date(2025, 11, 21), date(2026, 11, 6)]
