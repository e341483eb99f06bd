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
BESIDE_ONE = 1e-20


@dataclass(frozen=True, repr=False)
class Jet:
    """A value with its first and second derivative in x.

    A number times a jet has mpmath write the jet out for a message that nobody reads: without the repr's thousand
    digits the definitions take half the time.
    """

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

    def __pow__(self, n: int) -> Jet:
        return through(self, self.v**n, n * self.v ** (n - 1), n * (n - 1) * self.v ** (n - 2) if n > 1 else 0)

    def __gt__(self, other: Any) -> bool:
        return bool(self.v > jet(other).v)

    def __ge__(self, other: Any) -> bool:
        return bool(self.v >= jet(other).v)

    def __lt__(self, other: Any) -> bool:
        return bool(self.v < jet(other).v)

    def __le__(self, other: Any) -> bool:
        return bool(self.v <= jet(other).v)

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


def sqrt(g: Any) -> Jet:
    """The square root; of 0, which is what is left of a number too small for the digits in force, 0."""
    g = jet(g)
    if not g.v:
        return Jet(g.v)
    r = mpmath.sqrt(g.v)
    return through(g, r, 1 / (2 * r), -1 / (4 * r * g.v))


def sin(g: Any) -> Jet:
    g = jet(g)
    s, c = mpmath.sin(g.v), mpmath.cos(g.v)
    return through(g, s, c, -s)


def cosh(g: Any) -> Jet:
    g = jet(g)
    c, s = mpmath.cosh(g.v), mpmath.sinh(g.v)
    return through(g, c, s, c)


def atan(g: Any) -> Jet:
    g = jet(g)
    d = 1 / (1 + g.v**2)
    return through(g, mpmath.atan(g.v), d, -2 * g.v * d**2)


def erf(g: Any) -> Jet:
    g = jet(g)
    d = 2 / mpmath.sqrt(mpmath.pi) * mpmath.exp(-(g.v**2))
    return through(g, mpmath.erf(g.v), d, -2 * g.v * d)


def sinc(g: Any) -> Jet:
    """sin(x)/x; near 0 by its series, where the quotients' differences vanish."""
    g = jet(g)
    v = g.v
    if abs(v) < mpmath.mpf(10) ** -30:
        return through(g, 1 - v**2 / 6, -v / 3 + v**3 / 30, mpmath.mpf(-1) / 3 + v**2 / 10)
    s, c = mpmath.sin(v), mpmath.cos(v)
    return through(g, s / v, (c - s / v) / v, -s / v - 2 * (c - s / v) / v**2)


def absolute(g: Any) -> Jet:
    """abs x, with the left slope -1 at 0."""
    g = jet(g)
    return g if g.v > 0 else -g


pi = mpmath.pi


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
    """Value, slope and curvature of the definition at x, to far more digits than float64 has.

    Textbook forms cancel, by up to exp(abs x) and near zero by x squared. So the digits are raised until
    two precisions agree. 0 convinces only at the last, where what vanished is below float64 by far, and
    the first two are not asked so near to 0 that exp(x) - x could be 1 to both.
    """
    if 0 < abs(x) < BESIDE_ONE:
        return at_precision(activation, x, 1000)
    low = at_precision(activation, x, 60)
    high = at_precision(activation, x, 150)
    if all(a and abs(a - b) < abs(b) * mpmath.mpf(10) ** -30 for a, b in zip(low, high, strict=True)):
        return high
    return at_precision(activation, x, 1000)


def at_precision(activation: Activation, x: float, digits: int) -> tuple[Any, Any, Any]:
    """The definition at x in arithmetic of so many digits."""
    import oracle

    with mpmath.workdps(digits):
        values = [
            tuple(mpmath.mpf(v) for v in value) if isinstance(value, tuple) else mpmath.mpf(value)
            for value in activation.values
        ]
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
    fading = np.array([x * f for x in fades(activation) for f in np.linspace(0.97, 1.03, 25)])
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
            fading,
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
    if activation.name == "celu":
        return float(activation.values[0])  # type: ignore[arg-type]
    return 1.0 / abs(beta) if isinstance(beta, float) and beta else 1.0


def fades(activation: Activation) -> list[float]:
    """Where value, slope or curvature falls below the normal numbers, on each side of zero."""
    magnitudes = np.geomspace(1e-2, 1e5, 400) * scale_of(activation)
    found = []
    for side in (-magnitudes, magnitudes):
        for order in (0, 1, 2):
            faint = np.abs(activation.derivative(side, order)) < TINY
            found += side[1:][faint[1:] & ~faint[:-1]].tolist()
    return found


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
