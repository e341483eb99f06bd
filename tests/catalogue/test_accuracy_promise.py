"""Value, slope and curvature of every scalar activation against its definition in mpmath."""

from __future__ import annotations

import math
from typing import Any

import cases
import mpmath
import numpy as np
import oracle
import pytest

from actviz.activation import Activation

BOUND = (4.0, 6.0, 10.0)
"""ULP for value, slope and curvature where the result is a normal number."""

SUBNORMAL_BOUND = (4.0, 6.0, 8.0)
"""Smallest subnormals, where it is below the normal numbers."""

VARIANTS = [*cases.variants(), *cases.extremes()]

OSCILLATING = {
    "sinc": lambda x, f, d, dd: -(3 * dd + f) / x - d if x else mpmath.mpf(0),
    "snake": lambda x, f, d, dd, a: -4 * a**2 * (d - 1),
}
"""The functions with roots without end, which are held to their condition number instead, and their third derivatives
from the lower ones: sinc solves x f'' + 2 f' + x f = 0, and snake's slope is 1 + sin(2a x)."""


def allowed(activation: Activation, x: float, order: int, truth: tuple[Any, Any, Any]) -> float:
    """The promise at x in units in the last place of the result, or in smallest subnormals below the normal numbers.

    Of a function g that oscillates it is 8 u (1 + condition number), abs(x g'(x)/g(x)).
    """
    wanted = truth[order]
    if abs(wanted) < oracle.TINY:
        return SUBNORMAL_BOUND[order]
    if activation.name not in OSCILLATING:
        return BOUND[order]
    with mpmath.workdps(150):
        third = OSCILLATING[activation.name](mpmath.mpf(x), *truth, *map(mpmath.mpf, activation.values))
        change = (*truth, third)[order + 1]
        return float(8 * mpmath.mpf(2) ** -53 * (abs(wanted) + abs(x * change)) / math.ulp(float(abs(wanted))))


def check(activation: Activation, count: int) -> None:
    """Every point of every order within the bound; a failure prints the worst with got, wanted and the error."""
    xs = oracle.points(activation, count)
    kinks = {kink.x for kink in activation.kinks(*activation.values)}
    columns = [activation.derivative(np.array(xs), order).tolist() for order in (0, 1, 2)]
    failures = []
    for x, *row in zip(xs, *columns, strict=True):
        truth = oracle.truth(activation, x)
        for order, (got, wanted) in enumerate(zip(row, truth, strict=True)):
            if order and x in kinks:
                continue
            error = oracle.ulps(got, wanted)
            if not error <= allowed(activation, x, order, truth):
                failures.append((error, order, x, got, float(wanted)))
    failures.sort(reverse=True)
    lines = [f"order {o} at x = {x!r}: got {y!r}, wanted {w!r}, {e:.3g} ULP" for e, o, x, y, w in failures[:8]]
    assert not failures, f"{activation.label}, {len(failures)} of {len(xs)} points:\n" + "\n".join(lines)


@pytest.mark.parametrize("activation", VARIANTS, ids=lambda a: a.label)
def test_within_the_promised_ulps(activation: Activation) -> None:
    check(activation, 400)


@pytest.mark.slow
@pytest.mark.parametrize("activation", VARIANTS, ids=lambda a: a.label)
def test_within_the_promised_ulps_on_a_fine_grid(activation: Activation) -> None:
    check(activation, 8000)
