"""The highest point of a smooth function of a few numbers, by its slope: the method of Broyden, Fletcher, Goldfarb and Shanno."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

STEPS: Final = 200
FLAT: Final = 1e-8
LONGEST: Final = 1.5
LEAST_RISE: Final = 1e-4
HALVINGS: Final = 40
FARTHEST: Final = 12.0
PULL: Final = 1e-8

Point = list[float]
Slope = Callable[[Sequence[float]], tuple[float, Point]]


def climbed(slope: Slope, start: Sequence[float]) -> tuple[Point, float, bool]:
    """The point, its height, and whether the top was reached: there it is flat, and it does not run away to the edge.

    `slope` gives the height and the slope at a point of logarithms. A pull towards nought, far too weak to be seen in any
    result, keeps what the data do not determine from drifting without end.
    """
    point = list(start)
    height, up = _pulled(slope, point)
    turned = _unit(len(point))
    for _step in range(STEPS):
        if max(abs(one) for one in up) < FLAT:
            break
        way = [_dot(row, up) for row in turned]
        rise = _dot(way, up)
        if rise <= 0:
            turned, way, rise = _unit(len(point)), list(up), _dot(up, up)
        longest = max(abs(one) for one in way)
        share = min(1.0, LONGEST / longest)
        for _half in range(HALVINGS):
            there = [min(FARTHEST, max(-FARTHEST, one + share * by)) for one, by in zip(point, way, strict=True)]
            higher, next_up = _pulled(slope, there)
            if higher >= height + LEAST_RISE * share * rise:
                break
            share /= 2
        else:
            break
        gone = [a - b for a, b in zip(there, point, strict=True)]
        bent = [before - now for before, now in zip(up, next_up, strict=True)]
        turned = _turned(turned, gone, bent)
        point, height, up = there, higher, next_up
    is_settled = max(abs(one) for one in up) < FLAT**0.5 and max(abs(one) for one in point) < FARTHEST - 1
    return point, height, is_settled


def _pulled(slope: Slope, point: Sequence[float]) -> tuple[float, Point]:
    height, up = slope(point)
    return height - PULL * _dot(point, point), [by - 2 * PULL * one for by, one in zip(up, point, strict=True)]


def _dot(one: Sequence[float], other: Sequence[float]) -> float:
    return sum(a * b for a, b in zip(one, other, strict=True))


def _unit(size: int) -> list[Point]:
    return [[1.0 if row == column else 0.0 for column in range(size)] for row in range(size)]


def _turned(turned: list[Point], gone: Point, bent: Point) -> list[Point]:
    """The estimate of the inverse curvature after a step; as it was where the function did not bend downwards."""
    along = _dot(gone, bent)
    if along <= 0:
        return turned
    image = [_dot(row, bent) for row in turned]
    grown = (1 + _dot(bent, image) / along) / along
    return [
        [
            turned[i][j] + grown * gone[i] * gone[j] - (image[i] * gone[j] + gone[i] * image[j]) / along
            for j in range(len(gone))
        ]
        for i in range(len(gone))
    ]
