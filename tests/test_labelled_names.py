"""Names labelled with their name proper, in every way people write them: what pairs, what is a branch, what stays apart.

Our own labelled names stand in bench/labelled.txt. Where the shared data are, their labelled names and 20,000 short ones
are tried as well.
"""

from __future__ import annotations

import pytest

from bench.duplicates import Score, made_up
from bench.variants import BRANCH, OWN, SAME, SHARED, VARIANTS, Case, cases, labelled
from roomnight.clients.commands.import_runs import (
    begin_check,
    check_clients,
    client_table,
    map_clients,
    take_in_clients,
)
from roomnight.clients.models import Account, ClientImport
from roomnight.clients.rules.importing import Wish, guessed
from roomnight.clients.tests.test_importing import brought_in

CASES = list(cases(labelled(OWN)))
HOWS = sorted({case.how for case in CASES})


@pytest.mark.rule("ACC-04")
@pytest.mark.parametrize("how", HOWS)
def test_labelled_names_pair_or_stay_apart(how):
    wrong = [case for case in CASES if case.how == how and case.found != case.wanted]
    assert wrong == []


def test_every_way_of_writing_a_name_is_tried():
    assert set(VARIANTS) < set(HOWS)
    assert {case.wanted for case in CASES} == {"same", "branch", "apart"}
    assert min(sum(case.how == how for case in CASES) for how in HOWS) >= 5


def test_precision_and_recall_are_counted():
    score = Score()
    told = [
        Case("", "华星科技有限公司", "华星科技股份公司", SAME),  # right
        Case("", "华星科技有限公司", "闽江药业", SAME),  # missed
        Case("", "华星科技有限公司", "华星科技", "apart"),  # wrongly paired
        Case("", "华星科技有限公司", "华星科技有限公司上海分公司", BRANCH),  # right
    ]
    assert [score.add(case) for case in told] == [True, False, False, True]
    assert (score.precision, score.recall) == (0.5, 0.5)


@pytest.mark.rule("ACC-04")
def test_made_up_names_are_told_well():
    score = Score()
    for case in made_up(600, seed=2):
        score.add(case)
    assert score.precision >= 0.98
    assert score.recall >= 0.98


@pytest.mark.rule("ACC-04")
@pytest.mark.django_db
def test_a_branch_in_a_file_is_nobody_s_duplicate(world, settings, tmp_path):
    """A branch comes in as a client of its own; the house is left as it is."""
    settings.MEDIA_ROOT = tmp_path
    seat = world.seat("lin")
    names = [name for case in CASES if case.how == "a branch" for name in (case.one, case.other)]
    run = checked(seat, names)
    assert (run.created, run.duplicates, run.skipped) == (len(names), 0, 0)
    brought_in(seat, run)
    assert Account.objects.filter(name__in=names).count() == len(names)


def checked(seat, names: list[str]) -> ClientImport:
    """A file of nothing but names, taken in and read through."""
    content = "\n".join(["客户名称", *names]).encode("gb18030")
    run = take_in_clients(actor=seat, hotel=seat.hotel, name="客户.csv", chunks=[content])
    table = client_table(run)
    mapping = guessed({one.place: one.name for one in table.columns()})
    map_clients(actor=seat, run=run, table=table, wish=Wish(mapping, otherwise="create"))
    begin_check(actor=seat, run=run)
    return check_clients(actor=seat, run=run, table=table)


if SHARED.exists():
    SHORT = SHARED.with_name("short_names_20k.txt").read_text(encoding="utf-8").split()

    def test_real_labelled_names_are_told_well():
        score = Score()
        wrong = [case for case in cases(labelled(SHARED)) if not score.add(case)]
        assert not [case for case in wrong if case.wanted == BRANCH], "branches are linked, never merged"
        assert score.precision >= 0.99
        assert score.recall >= 0.97

    @pytest.mark.django_db
    def test_twenty_thousand_names_are_read_through_and_their_duplicates_found(world, settings, tmp_path):
        settings.MEDIA_ROOT = tmp_path
        run = checked(world.seat("lin"), SHORT)
        assert (run.rows_total, run.rejected) == (20_000, 0)
        assert 1_500 <= run.alike_in_file <= 3_000
        why = {
            line.name: {one["name"]: one["reasons"][0]["code"] for one in line.candidates if "row" in one}
            for line in run.lines.exclude(candidates=[])
        }
        assert why["世贸汽车"]["世贸"] == "no_trade"
        assert why["三星电子"]["三星"] == "no_trade"
        assert why["健盛集团"]["健盛"] == "group"
        assert why["万豪"]["万濠"] == "sound" if "万豪" in why else why["万濠"]["万豪"] == "sound"

    @pytest.mark.soak
    @pytest.mark.django_db
    def test_twenty_thousand_names_come_in_and_are_all_known_afterwards(world, settings, tmp_path):
        settings.MEDIA_ROOT = tmp_path
        seat = world.seat("lin")
        run = brought_in(seat, checked(seat, SHORT))
        assert (run.created, run.rejected, run.skipped) == (20_000, 0, 0)
        again = checked(seat, SHORT)
        assert (again.created, again.unchanged, again.duplicates) == (0, 20_000, 0)
        written_anew = checked(seat, [f"{name}有限公司" for name in SHORT])
        assert written_anew.duplicates >= 19_000
