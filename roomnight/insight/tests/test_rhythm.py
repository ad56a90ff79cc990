"""The model of each client's own rhythm: parameters found again, values known from elsewhere, its edges."""

import random
from math import exp, isclose, lgamma

import pytest

from roomnight.insight.rules import rhythm, spending
from roomnight.insight.rules.climbing import climbed
from roomnight.insight.rules.rhythm import Counted, History, Rhythm
from roomnight.insight.rules.spending import Spending, digamma

PUBLISHED = Rhythm(0.243, 4.414, 0.793, 2.426)
TRUE = (0.8, 20.0, 0.7, 2.5)


def lives(count, seed, ahead=0):
    """Histories drawn from known parameters, and how often each came in the days after."""
    dice, found = random.Random(seed), []
    for _one in range(count):
        known, rate, stops = (
            dice.randint(100, 1000),
            dice.gammavariate(TRUE[0], 1 / TRUE[1]),
            dice.betavariate(0.7, 2.5),
        )
        day, x, last, after = 0.0, 0, 0.0, 0
        while (day := day + dice.expovariate(rate)) <= known + ahead:
            if day <= known:
                x, last = x + 1, day
            else:
                after += 1
            if dice.random() < stops:
                break
        found.append((History(x, last, known), after))
    return found


@pytest.mark.rule("CHU-01")
def test_known_parameters_are_found_again():
    """6,000 clients drawn by a fixed seed: the parameters that drew them, and what comes in the next 180 days."""
    drawn = lives(6_000, seed=7, ahead=180)
    found = rhythm.fitted(one for one, _after in drawn)
    assert found.is_settled
    assert found.accounts == 6_000
    for value, true in zip((found.r, found.alpha, found.a, found.b), TRUE, strict=True):
        assert isclose(value, true, rel_tol=0.15)
    came = sum(after for _one, after in drawn)
    assert isclose(sum(found.expected(one, 180) for one, _after in drawn), came, rel_tol=0.03)


@pytest.mark.rule("CHU-01")
@pytest.mark.parametrize(
    ("x", "t_x", "t", "alive", "in_39", "none_in_13"),
    [
        (0, 0, 38.86, 1.0, 0.19509805201125396, 0.938163168359162),
        (1, 1.71, 38.86, 0.2121009853773791, 0.20318698707976446, 0.9409162388576716),
        (2, 30.43, 38.86, 0.726578570080673, 1.226028174767135, 0.6765090614692386),
        (7, 29.43, 38.86, 0.6417563459461072, 3.3370532748514306, 0.45398142953049747),
        (10, 5.0, 38.86, 2.3611060689869223e-06, 1.718301058636103e-05, 0.9999977990658657),
        (26, 37.0, 38.86, 0.9160992132624004, 16.76512035387069, 0.08483001306495623),
    ],
)
def test_values_that_others_worked_out(x, t_x, t, alive, in_39, none_in_13):
    """At the published parameters of a public data set."""
    one = History(x, t_x, t)
    assert isclose(PUBLISHED.p_alive(one), alive, rel_tol=1e-9)
    assert isclose(PUBLISHED.expected(one, 39), in_39, rel_tol=1e-9)
    assert isclose(PUBLISHED.p_none(one, 13), none_in_13, rel_tol=1e-9)


@pytest.mark.rule("CHU-01")
def test_a_new_client():
    assert [round(PUBLISHED.expected_new(weeks), 6) for weeks in (1, 10, 52)] == [0.053268, 0.432413, 1.446051]


def test_the_slope_is_that_of_the_likelihood():
    counted = Counted([(one, 1) for one, _after in lives(300, seed=3)])
    at, small = [0.7, 15.0, 0.9, 2.0], 1e-6
    _height, slopes = counted.likelihood(*at)
    for place, slope in enumerate(slopes):
        up, down = list(at), list(at)
        up[place], down[place] = at[place] + small, at[place] - small
        by_steps = (counted.likelihood(*up)[0] - counted.likelihood(*down)[0]) / (2 * small)
        assert isclose(slope, by_steps, rel_tol=1e-4, abs_tol=1e-3)


def test_a_may_be_one_and_who_comes_daily_breaks_nothing():
    near = Rhythm(0.5, 10.0, 1.0 + 1e-9, 2.0).expected(History(3, 50, 60), 180)
    assert isclose(Rhythm(0.5, 10.0, 1.0, 2.0).expected(History(3, 50, 60), 180), near, rel_tol=1e-6)
    often = Rhythm(0.5, 10.0, 0.2, 8.0)
    assert 0 < often.expected(History(3_000, 3_650, 3_651), 180) < 180
    assert often.p_alive(History(3_000, 100, 3_650)) < 1e-12
    assert often.p_none(History(3_000, 3_650, 3_651), 90) < 0.01


def test_both_ways_of_summing_agree_and_extremes_stay_numbers():
    for one in (History(0, 0, 30), History(3, 50, 60), History(40, 300, 330)):
        below, above = (Rhythm(0.5, 10.0, a, 2.5).expected(one, 180) for a in (2.0, 2.0 + 1e-9))
        assert isclose(below, above, rel_tol=1e-6)
    far = Rhythm(6.5, 81, 2_752, 162_754)
    assert 0 < far.expected(History(39, 273, 333), 180) < far.expected(History(39, 330, 333), 180) < 60
    assert far.expected(History(0, 0, 0), 180) > 0


def test_too_few_say_nothing():
    assert rhythm.fitted([History(0, 0, 90)] * 500 + [History(2, 30, 90)] * 9) is None
    assert spending.fitted([(0, 0.0)] * 50 + [(2, 300.0)] * 9) is None


def test_data_that_determine_nothing_are_not_called_settled():
    """Who came again came on the last day, all alike: nobody can have stopped, and the model says so."""
    found = rhythm.fitted([History(5, 100, 100)] * 40)
    assert found is not None
    assert found.p_alive(History(5, 100, 100)) > 0.5


@pytest.mark.rule("CHU-01")
def test_what_each_coming_is_worth():
    """Spending drawn from known parameters is found again, in any currency; one's own mean counts for more with time."""
    dice = random.Random(5)
    drawn = []
    for _one in range(4_000):
        scale, x = dice.gammavariate(4.0, 1 / 2_000), dice.randint(1, 12)
        drawn.append((x, dice.gammavariate(6.0 * x, 1 / scale) / x))
    found = spending.fitted(drawn)
    assert found.is_settled
    for value, true in zip((found.p, found.q, found.v), (6, 4, 2_000), strict=True):
        assert isclose(value, true, rel_tol=0.15)
    in_cents = spending.fitted((x, m * 100) for x, m in drawn)
    assert isclose(in_cents.v, found.v * 100, rel_tol=1e-4)
    assert found.mean < found.expected(1, 2 * found.mean) < found.expected(9, 2 * found.mean) < 2 * found.mean


def test_spending_without_a_mean():
    assert Spending(1.0, 0.9, 5.0).mean is None
    assert Spending(1.0, 0.9, 5.0).expected(0, 0) is None


def test_digamma():
    assert isclose(digamma(1), -0.5772156649015329, abs_tol=1e-13)
    assert isclose(digamma(30.5), (lgamma(30.5 + 1e-5) - lgamma(30.5 - 1e-5)) / 2e-5, abs_tol=1e-8)


def test_climbing():
    """A hill with a bend, and one that never ends: there the top is not called reached."""

    def bent(point):
        x, y = point
        return -((1 - x) ** 2) - 10 * (y - x * x) ** 2, [2 * (1 - x) + 40 * x * (y - x * x), -20 * (y - x * x)]

    point, _height, is_settled = climbed(bent, [-1.0, 1.0])
    assert is_settled
    assert [round(one, 5) for one in point] == [1, 1]
    assert not climbed(lambda point: (-exp(-point[0]), [exp(-point[0])]), [0.0])[2]
