"""Who sees which clients of the small world: own, shared, the team's, the hotel's, never another hotel's."""

import pytest
from django.http import Http404

from roomnight.clients.access import account, accounts
from tests.world import CLIENTS, LUJIAZUI

HERE = {one.key for one in CLIENTS if one.hotel == LUJIAZUI}
NAMES = {one.name: one.key for one in CLIENTS}


@pytest.mark.rule("ORG-03")
@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("chen", {"huaxing", "jinyuan", "minjiang"}),  # own, and one that is shared
        ("xu", {"yuanyang", "cujin"}),
        ("sun", {"minjiang", "donghai"}),
        ("zhou", {"huaxing", "jinyuan", "yuanyang", "cujin"}),  # the team's; the one shared with chen is not zhou's
        ("wu", {"minjiang", "donghai", "pujiang"}),
        ("lin", HERE),
        ("zheng", HERE),
        ("he", HERE),
        ("ma", HERE),
        ("cao", HERE),
        ("yuan", set()),
        ("song", set()),
        ("jiang", set()),
        ("ye", {"hubin", "xizi"}),
        ("qian", {"hubin", "xizi", "longjing"}),
    ],
)
def test_who_sees_which_clients(world, who, sees):
    assert {NAMES[one.name] for one in accounts(world.seat(who)) if one.name in NAMES} == sees


@pytest.mark.rule("ORG-03")
@pytest.mark.parametrize(
    ("who", "key"),
    [
        ("chen", "yuanyang"),
        ("chen", "hubin"),
        ("zheng", "hubin"),
        ("he", "xizi"),
        ("qian", "huaxing"),
        ("yuan", "huaxing"),
    ],
)
def test_a_stranger_gets_404(world, who, key):
    with pytest.raises(Http404):
        account(world.seat(who), getattr(world, key).pk)
