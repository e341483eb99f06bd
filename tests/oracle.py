"""The oracle: textbook definitions evaluated in mpmath, with their derivatives carried as jets.

A definition is written over a maths module `m`; here `m` is this module, whose functions take and give
jets (value, slope, curvature) of mpmath numbers. At a tie or a kink the left derivative is taken.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import mpmath
import numpy as np

from actviz.activation import Activation

MAX = float(np.finfo(np.float64).max)
TINY = float(np.finfo(np.float64).tiny)


@dataclass(frozen=True)
class Jet:
    """A value with its first and second derivative in x."""

    v: Any
    d: Any = 0
    dd: Any = 0

    def __add__(self, other: Any) -> Jet:
        o = jet(other)
        return Jet(self.v + o.v, self.d + o.d, self.dd + o.dd)

    def __mul__(self, other: Any) -> Jet:
        o = jet(other)
        return Jet(self.v * o.v, self.d * o.v + self.v * o.d, self.dd * o.v + 2 * self.d * o.d + self.v * o.dd)

    def __truediv__(self, other: Any) -> Jet:
        o = jet(other)
        return self * through(o, 1 / o.v, -1 / o.v**2, 2 / o.v**3)

    def __neg__(self) -> Jet:
        return Jet(-self.v, -self.d, -self.dd)

    def __sub__(self, other: Any) -> Jet:
        return self + -jet(other)

    def __rsub__(self, other: Any) -> Jet:
        return jet(other) - self

    def __rtruediv__(self, other: Any) -> Jet:
        return jet(other) / self

    def __gt__(self, other: Any) -> bool:
        return bool(self.v > jet(other).v)

    __radd__ = __add__
    __rmul__ = __mul__


def jet(value: Any) -> Jet:
    """`value` itself, or a constant's jet."""
    return value if isinstance(value, Jet) else Jet(mpmath.mpf(value))


def through(g: Jet, f: Any, df: Any, ddf: Any) -> Jet:
    """The chain rule: f(g), given f, f' and f'' at g's value."""
    return Jet(f, df * g.d, ddf * g.d**2 + df * g.dd)


def exp(g: Any) -> Jet:
    g = jet(g)
    e = mpmath.exp(g.v)
    return through(g, e, e, e)


def log(g: Any) -> Jet:
    g = jet(g)
    return through(g, mpmath.log(g.v), 1 / g.v, -1 / g.v**2)


def tanh(g: Any) -> Jet:
    g = jet(g)
    t, s = mpmath.tanh(g.v), mpmath.sech(g.v) ** 2
    return through(g, t, s, -2 * t * s)


def where(condition: bool, a: Any, b: Any) -> Jet:
    return jet(a) if condition else jet(b)


def maximum(a: Any, b: Any) -> Jet:
    a, b = jet(a), jet(b)
    if a.v == b.v:
        return a if a.d < b.d else b
    return a if a.v > b.v else b


def minimum(a: Any, b: Any) -> Jet:
    return -maximum(-jet(a), -jet(b))


def truth(activation: Activation, x: float) -> tuple[Any, Any, Any]:
    """Value, slope and curvature of the definition at x, to far more digits than float64 has."""
    flat = [abs(v) for value in activation.values for v in (value if isinstance(value, tuple) else (value,))]
    reach = abs(x) * max([1.0, *flat])
    # Textbook forms cancel by up to exp(2 reach), and near zero by x squared; beyond reach 800 the
    # result is below float64 anyway.
    with mpmath.workdps(150 if x == 0 or (abs(x) > 1e-20 and reach < 100) else 850):
        values = [
            tuple(mpmath.mpf(v) for v in value) if isinstance(value, tuple) else mpmath.mpf(value)
            for value in activation.values
        ]
        import oracle

        result = jet(activation.definition(oracle, Jet(mpmath.mpf(x), mpmath.mpf(1), mpmath.mpf(0)), *values))
        return result.v, result.d, result.dd


def ulps(got: float, wanted: Any) -> float:
    """How far `got` is from `wanted` in units in the last place of `wanted`; inf where only one is finite."""
    nearest = float(wanted)
    if math.isnan(got):
        return math.inf
    if math.isinf(nearest) or math.isinf(got):
        return 0.0 if got == nearest else math.inf
    with mpmath.workdps(850):
        return float(abs(mpmath.mpf(got) - wanted) / math.ulp(nearest))


def points(activation: Activation, count: int) -> list[float]:
    """About `count` points, half linear, half logarithmic to the ends of float64, and the hard places.

    Hard places: kinks and their neighbours, where slope or curvature changes sign, and where exp leaves
    the normal numbers. All are zero or normal numbers.
    """
    scale = scale_of(activation)
    linear = np.linspace(-30.0 * scale, 30.0 * scale, count // 2)
    magnitudes = 10.0 ** np.linspace(-307.6, 308.2, count // 4)
    tails = np.linspace(680.0 * scale, 760.0 * scale, count // 20)
    halves = np.linspace(340.0 * scale, 380.0 * scale, count // 20)
    kinks = np.array([k.x for k in activation.kinks(*activation.values)])
    roots = np.array([r for order in (0, 1, 2) for r in sign_changes(activation, order, 8.0 * scale)])
    hard = np.concatenate([kinks, roots])
    beside = [hard * (1 + s * 2.0**-k) for s in (-1, 1) for k in (52, 50, 40, 25, 10, 5, 3)]
    every = np.concatenate(
        [
            linear,
            magnitudes,
            -magnitudes,
            [TINY, -TINY, MAX, -MAX],
            tails,
            -tails,
            halves,
            -halves,
            hard,
            *beside,
            [0.0],
        ]
    )
    normal = every[(np.abs(every) >= TINY) & (np.abs(every) <= MAX) | (every == 0)]
    return [float(x) for x in np.unique(normal)]


def scale_of(activation: Activation) -> float:
    """The width of the function's bend: 1, or 1/beta where a parameter scales x."""
    beta = activation.bound.get("beta", 1.0)
    return 1.0 / abs(beta) if isinstance(beta, float) and beta else 1.0


def sign_changes(activation: Activation, order: int, reach: float) -> list[float]:
    """Points where our own derivative of `order` changes sign, to adjacent floats."""
    grid = np.linspace(-reach, reach, 997)
    signs = np.sign(activation.derivative(grid, order))
    return [
        bisected(lambda x: float(activation.derivative(x, order)), float(grid[i]), float(grid[i + 1]))
        for i in np.flatnonzero(signs[:-1] * signs[1:] < 0)
    ]


def bisected(f: Callable[[float], float], low: float, high: float) -> float:
    """A float beside the sign change of `f` between `low` and `high`."""
    sign = f(low)
    while math.nextafter(low, high) < high:
        middle = low + (high - low) / 2
        if f(middle) * sign > 0:
            low = middle
        else:
            high = middle
    return high
