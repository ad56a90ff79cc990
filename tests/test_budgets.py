"""No page asks the database more than twelve times, and none asks more often the more rows there are (UI-04).

tests/query_budgets.json keeps what each page needs now. A page that needs more fails; one that needs less, or is new, is
written down anew by `pytest tests/test_budgets.py --record-budgets`.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.growth import grow
from tests.pages import desk_addresses, path_of
from tests.world import LUJIAZUI

MOST = 12
BUDGETS = Path(__file__).parent / "query_budgets.json"
READERS = ("lin", "zhou", "chen", "ma", "guan", "luo")
pytestmark = [pytest.mark.walk, pytest.mark.django_db, pytest.mark.usefixtures("at_work", "in_silence")]


def pages(world) -> Iterator[tuple[str, str]]:
    for address in desk_addresses():
        path = path_of(address, world)
        assert path is not None, address.name
        yield address.name, path


def count(client, path: str) -> int | None:
    """How many queries a page needs, session and all; None where it is no page for this person."""
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(path)
    return len(asked) if answer.status_code == 200 else None


def measured(world, browse) -> dict[str, tuple[int, str]]:
    """The most that any reader needs for each page, and who that is."""
    found: dict[str, tuple[int, str]] = {}
    for place, who in enumerate(READERS):
        client = browse(who)
        client.get(reverse("web:my_day", args=[LUJIAZUI]))  # a first visit writes down where the person works
        for name, path in pages(world):
            if place == 0:
                client.get(path)  # what the process keeps from now on
            number = count(client, path)
            if number is not None:
                found[name] = max((number, who), found.get(name, (0, "")))
    return found


@pytest.mark.rule("UI-04")
def test_no_page_asks_too_often(world, browse, request):
    found = {name: number for name, (number, _) in measured(world, browse).items()}
    assert {name: number for name, number in found.items() if number > MOST} == {}
    if request.config.getoption("--record-budgets"):
        BUDGETS.write_text(json.dumps(found, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    budgets = json.loads(BUDGETS.read_text(encoding="utf-8"))
    assert {name: number for name, number in found.items() if number > budgets.get(name, 0)} == {}
    assert set(budgets) == set(found)


@pytest.mark.rule("UI-04")
def test_more_rows_do_not_mean_more_questions(world, browse):
    grow(world, 3)
    few = measured(world, browse)
    grow(world, 30)
    clients = {who: browse(who) for who in READERS}
    many = {name: count(clients[few[name][1]], path) for name, path in pages(world) if name in few}
    assert {name: (few[name][0], many[name]) for name in few if many[name] != few[name][0]} == {}
