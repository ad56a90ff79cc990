"""The public data set against figures that others computed from it. conftest.py leaves this out where it is not."""

import csv
import json
from datetime import date
from io import StringIO
from math import isclose

import pytest
from django.core.management import call_command

from roomnight.insight.queries.churn import limits_at, proof_begins, trails
from roomnight.insight.rules import rhythm, spending
from roomnight.insight.rules.parameters import Parameters
from roomnight.insight.rules.proof import proved
from roomnight.insight.rules.rhythm import History
from roomnight.insight.rules.screening import Facts, Peers, Receivables, scored
from roomnight.kernel.commands import OPERATOR
from roomnight.organization.commands import create_hotel
from roomnight.pms.tests.bringing import REAL_FILE, bring_in

pytestmark = pytest.mark.django_db
EXPECTED = REAL_FILE.parent / "expected"
COLUMNS = [
    "account_id",
    "status",
    "rank",
    "score",
    "coverage",
    "p_volume",
    "p_profitability",
    "p_safety",
    "p_future",
    "p_cooperation",
]
DIMENSIONS = ("segment", "country", "channel", "guest", "repeat")


def printed(name, **options):
    out = StringIO()
    call_command(name, hotel="H1", stdout=out, stderr=StringIO(), **options)
    return out.getvalue()


def rows(text):
    return list(csv.DictReader(StringIO(text)))


def expected(name):
    return rows((EXPECTED / name).read_text(encoding="utf-8"))


def alike(mine, theirs):
    return mine == theirs or (theirs[:1].isdigit() and abs(float(mine) - float(theirs)) < 0.005)


def test_the_public_file_comes_to_the_published_figures(world):
    """193 scores with their ranks, every line of the composition of 2016, the classes of three years, the curves."""
    create_hotel(actor=OPERATOR, code="H1", name="度假村")
    bring_in(REAL_FILE, {"Resort Hotel": "H1"})
    quiet = {"stdout": StringIO(), "stderr": StringIO()}
    call_command(
        "policy", "set", "insight.screening.room_night_cost", "26.00", "--hotel", "H1", "--from", "2015-01-01", **quiet
    )
    ours = printed("screening", year=2016)
    assert ours.splitlines()[0].split(",") == COLUMNS
    found, wanted = rows(ours), expected("score_2016_H1.csv")
    assert len(found) == 193
    assert [(a, b) for a, b in zip(found, wanted, strict=True) if not all(alike(a[c], b[c]) for c in COLUMNS)] == []
    assert [one["rank"] for one in found] == [one["rank"] for one in wanted]
    composition = expected("hb_account_composition_H1.csv")
    for dimension in DIMENSIONS:
        mine = rows(printed("composition", year=2016, by=dimension))
        assert mine == [
            one for one in composition if one["year"] == "2016" and one["dimension"] == mine[0]["dimension"]
        ]
    for year in ("2015", "2016", "2017"):
        mine = {
            (one["account_type"], one["account_id"]): one
            for one in rows(printed("composition", year=int(year), by="grade"))
        }
        theirs = [one for one in expected("hb_account_abc_H1.csv") if one["year"] == year]
        assert len(mine) == len(theirs)
        for one in theirs:
            assert all(alike(mine[one["account_type"], one["account_id"]][name], value) for name, value in one.items())
    for one in json.loads((EXPECTED / "hb_pareto_H1.json").read_text()):
        assert json.loads(printed("pareto", year=str(one["year"]), type=one["account_type"])) == one


def test_the_golden_cases():
    golden = json.loads((EXPECTED / "score_golden_cases_first5.json").read_text())
    known = golden["peer_constants"]
    peers = Peers(
        known["rbar"] * 100, known["gbar"] * 100, known["mu"], known["mul"], known["mstar"] * 100,
        on_time=known["mu_o"], collected=known["mu_c"],
    )  # fmt: skip
    for case in golden["cases"]:
        given = case["input"]
        due = None
        if given["due"] is not None:
            due = Receivables(
                given["n_inv"], given["due"] * 100, given["ontime"] * 100, given["collected"] * 100, given["worst"],
                False, given["ontime_cnt"],
            )  # fmt: skip
        facts = Facts(
            1, bookings=given["bookings"], stays=given["stays"], late=given["late"], nights=given["nights"],
            revenue_cents=given["amount"] * 100, commission=(given["amount"] - given["gm"]) * 100 * 10_000,
            now_cents=given["cur"] * 100, before_cents=given["prev"] * 100, window_stays=given["n2"], receivables=due,
            standing=given["standing"],
        )  # fmt: skip
        found = scored(facts, peers, Parameters(room_night_cost_cents=0))
        points = {name: None if one is None else str(one) for name, one in found.points.items()}
        assert (points, found.coverage, str(found.score)) == (case["points"], case["coverage"], case["score"]), given


def test_the_model_beats_seven_tenths_on_the_public_file(world):
    """Companies on twelve month-ends, by what was known at each: the area under the curve, and one line a client."""
    hotel = create_hotel(actor=OPERATOR, code="H1", name="度假村")
    bring_in(REAL_FILE, {"Resort Hotel": "H1"})
    as_of, today = date(2017, 8, 31), date(2026, 11, 18)
    limits = limits_at(hotel, as_of)
    since = proof_begins(as_of, limits.lost_days)
    found = proved(trails(hotel, "company", as_of=as_of, today=today, booked_since=since), as_of.toordinal(), limits)
    assert (found["first"], found["last"], found["cases"]) == ("2016-06-30", "2017-05-31", 754)
    assert found["areas"]["model"][0] >= 0.72
    lines = rows(printed("churn", as_of=date(2016, 12, 31)))
    assert len(lines) == 182
    assert [one for one in lines if one["usual_gap"] == "" and one["alert_model"] == "True"] == []


def test_the_model_of_rhythms_finds_the_published_parameters():
    expected = json.loads((EXPECTED / "cdnow_bgnbd.json").read_text())
    rows = list(csv.DictReader((REAL_FILE.parent / "cdnow" / "cdnow_customers_summary_with_transactions.csv").open()))
    found = rhythm.fitted(History(int(row["x"]), float(row["t_x"]), float(row["T"])) for row in rows)
    published = expected["published"]
    for name, value in (("r", found.r), ("alpha", found.alpha), ("a", found.a), ("b", found.b)):
        assert abs(value - published[name]) < 0.002, name
        assert abs(value - expected["bgnbd_prepared_summary"][name]) < 0.0005, name
    assert abs(found.log_likelihood - published["LL"]) < 0.05
    worth = spending.fitted((int(row["x"]), float(row["zbar"])) for row in rows)
    for name, value in (("p", worth.p), ("q", worth.q), ("v", worth.v)):
        assert abs(value - expected["gamma_gamma_published"][name]) < 0.01, name
    assert abs(worth.log_likelihood - expected["gamma_gamma"]["LL"]) < 0.01
    firsts = [worth.expected(int(row["x"]), float(row["zbar"])) for row in rows[:5]]
    assert all(isclose(a, b, rel_tol=1e-4) for a, b in zip(firsts, expected["gg_expected_first5"], strict=True))
