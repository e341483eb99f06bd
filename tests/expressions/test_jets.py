from __future__ import annotations

import math
from typing import Any

import mpmath
import numpy as np
import pytest

import actviz
from actviz.expressions import pieces
from actviz.expressions.choices import recording
from actviz.expressions.elementary import NUMPY_ELEMENTARY
from actviz.expressions.expansion import expand
from actviz.expressions.jets import Jet

U = 2.0**-53
INF = math.inf


def at(program: Any, x: float, direction: float = 1.0) -> tuple[float, float, float]:
    """Value, slope, curvature of a program over jets at one point."""
    jet = expand(program, np.array([x]), direction)
    return float(jet.value[0]), float(jet.slope[0]), float(jet.curvature[0])


ORACLE: dict[str, Any] = {
    "exp2": lambda t: mpmath.mpf(2) ** t,
    "log2": lambda t: mpmath.log(t, 2),
    "log10": mpmath.log10,
    "cbrt": mpmath.cbrt,
    "square": lambda t: t * t,
    "reciprocal": lambda t: 1 / t,
    "arcsinh": mpmath.asinh,
}


@pytest.mark.parametrize("name", NUMPY_ELEMENTARY)
def test_elementary_derivatives(name: str) -> None:
    rule, oracle = NUMPY_ELEMENTARY[name], ORACLE.get(name) or getattr(mpmath, name)
    points = [0.0625, 0.3, 0.5, 0.75, 0.999] if name in ("asin", "acos") else [0.0625, 0.3, 0.9, 1.5, 2.75, 9.5]
    for x in points:
        got = at(lambda t: pieces.elementary(rule, t), x)
        with mpmath.workdps(80):
            wanted = mpmath.diffs(oracle, mpmath.mpf(x), 3)
            f = list(wanted)
            for order in (0, 1, 2):
                error = abs(mpmath.mpf(got[order]) - f[order])
                bound = 8 * U * (abs(f[order]) + abs(x * f[order + 1]))
                assert error <= bound, (name, order, x, got[order], float(f[order]), float(error), float(bound))


ARITHMETIC: list[tuple[Any, float, tuple[float, float, float]]] = [
    (lambda t: t + 1, 2.0, (3.0, 1.0, 0.0)),
    (lambda t: 1 - t, 2.0, (-1.0, -1.0, 0.0)),
    (lambda t: t * t * t, 2.0, (8.0, 12.0, 12.0)),
    (lambda t: t**3, 2.0, (8.0, 12.0, 12.0)),
    (lambda t: t**3, -2.0, (-8.0, 12.0, -12.0)),
    (lambda t: t**1, 0.0, (0.0, 1.0, 0.0)),
    (lambda t: t**0, 0.0, (1.0, 0.0, 0.0)),
    (lambda t: t**2, 0.0, (0.0, 0.0, 2.0)),
    (lambda t: 1 / t, 2.0, (0.5, -0.25, 0.25)),
    (lambda t: t / 4, 2.0, (0.5, 0.25, 0.0)),
    (lambda t: 2**t, 0.0, (1.0, math.log(2), math.log(2) ** 2)),
    (lambda t: t**t, 1.0, (1.0, 1.0, 2.0)),
    (lambda t: np.float64(3) * t, 2.0, (6.0, 3.0, 0.0)),
    (abs, 0.0, (0.0, -1.0, 0.0)),
    (lambda t: abs(-t), 0.0, (0.0, -1.0, 0.0)),
    (lambda t: abs(t * t), 0.0, (0.0, 0.0, 2.0)),
    (lambda t: (t * t) ** 0.5, 0.0, (0.0, -1.0, 0.0)),
    (lambda t: pieces.maximum(t, 0), 0.0, (0.0, 0.0, 0.0)),
    (lambda t: pieces.maximum(-t, 0), 0.0, (0.0, -1.0, 0.0)),
    (lambda t: pieces.minimum(t, 0), 0.0, (0.0, 1.0, 0.0)),
    (lambda t: pieces.minimum(t * t, 0), 0.0, (0.0, 0.0, 0.0)),
    (lambda t: pieces.maximum(t * t, 0), 0.0, (0.0, 0.0, 2.0)),
    (lambda t: pieces.where(t >= 0, t, 2 * t), 0.0, (0.0, 2.0, 0.0)),
    (lambda t: pieces.where(t > 0, t, 2 * t), 0.0, (0.0, 2.0, 0.0)),
    (lambda t: pieces.where(-t >= 0, 3 * t, 2 * t), 0.0, (0.0, 3.0, 0.0)),
    (lambda t: pieces.where(t >= 0, t + 1, 2 * t), 0.0, (1.0, 1.0, 0.0)),
    (lambda t: pieces.where(t == 1, 5 + 0 * t, t), 1.0, (5.0, 0.0, 0.0)),
]


@pytest.mark.parametrize(("program", "x", "wanted"), ARITHMETIC, ids=range(len(ARITHMETIC)))
def test_arithmetic_and_left_derivatives(program: Any, x: float, wanted: tuple[float, ...]) -> None:
    got = at(program, x)
    assert got == pytest.approx(wanted, rel=4 * U, abs=0), (x, got, wanted)


def test_the_other_direction_gives_right_derivatives() -> None:
    assert at(abs, 0.0, -1.0) == (0.0, 1.0, 0.0)
    assert at(lambda t: pieces.maximum(t, 0), 0.0, -1.0) == (0.0, 1.0, 0.0)
    assert at(lambda t: pieces.apply(actviz.get("relu"), -t), 0.0, -1.0) == (0.0, 0.0, 0.0)
    assert at(lambda t: t * t, 3.0, -1.0) == (9.0, 6.0, 2.0)


INNER = [
    ("relu", lambda t: -t, 0.0, -1.0),
    ("relu", lambda t: t, 0.0, 0.0),
    ("relu", lambda t: -t * t, 0.0, 0.0),
    ("relu6", lambda t: -t, -6.0, 0.0),
    ("relu6", lambda t: -t, 0.0, -1.0),
    ("elu:alpha=2", lambda t: -3 * t, 0.0, -3.0),
    ("leaky_relu:negative_slope=0.25", lambda t: 1 - t, 1.0, -1.0),
    ("maxout", lambda t: -t, 0.0, -0.5),
]


@pytest.mark.parametrize(("name", "inner", "x", "slope"), INNER)
def test_a_falling_inner_function_meets_the_right_derivative(name: str, inner: Any, x: float, slope: float) -> None:
    activation = actviz.get(name)
    assert any(float(inner(x)) == k.x for k in activation.kinks(*activation.values)), activation.kinks
    got = at(lambda t: pieces.apply(activation, inner(t)), x)
    assert got[1] == slope, (name, x, got, slope)


def test_the_curvature_right_of_a_kink_is_met_too() -> None:
    elu = actviz.get("elu")
    assert at(lambda t: pieces.apply(elu, t), 0.0) == (0.0, 1.0, 1.0)
    assert at(lambda t: pieces.apply(elu, -t), 0.0) == (0.0, -1.0, 0.0)


@pytest.mark.parametrize("x", [-1e300, -1e4, -745.0, 745.0, 1e4, 1e300])
def test_constants_survive_infinite_factors(x: float) -> None:
    sigmoid = actviz.get("sigmoid")
    value, slope, curvature = at(lambda t: t * pieces.apply(sigmoid, 1.702 * t), x)
    assert (value, slope, curvature) == ((x, 1.0, 0.0) if x > 0 else (0.0, 0.0, 0.0))


def test_a_constant_factor_of_an_infinite_value_stays_a_constant() -> None:
    exp = NUMPY_ELEMENTARY["exp"]
    assert at(lambda t: 2 * pieces.elementary(exp, t), 1e4) == (INF, INF, INF)
    assert at(lambda t: pieces.elementary(exp, t) * 0.5 + 3, 1e4) == (INF, INF, INF)


def test_outside_the_domain_everything_is_nan() -> None:
    log = NUMPY_ELEMENTARY["log"]
    assert np.isnan(at(lambda t: pieces.elementary(log, t), -1.0)).all()


def test_recording_tells_every_choice() -> None:
    with recording() as found:
        expand(lambda t: abs(t - 1) + pieces.maximum(t, 3) + pieces.apply(actviz.get("relu6"), t), np.array([2.0]))
    assert [float(g[0]) for g in found] == [1.0, -1.0, 2.0, -4.0]


def test_jets_are_not_hashable_nor_ordinary_arrays() -> None:
    jet: Any = Jet(np.ones(2), np.ones(2), np.zeros(2))
    with pytest.raises(TypeError):
        hash(jet)
    with pytest.raises(TypeError):
        np.exp(jet)
