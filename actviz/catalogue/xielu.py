"""xIELU: a parabola right of zero, the integral of an exponential left of it.

Left of zero f(x) = n (exp(x) - 1) - s x with n = alpha_n and s = n - beta. For s > 0 it dips below zero near 0,
turns at ln(s/n) and crosses zero again at a root. Both move with the parameters, so they are found here as pairs
of floats, and f is written in the distance from the nearest of the three, where no large terms cancel.
"""

from __future__ import annotations

import math
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from actviz import _numpy as np
from actviz.activation import Activation, Kink, Limits, Parameter, Reference
from actviz.arithmetic import times_exp, two_sum
from actviz.catalogue.smooth import elu_curvature

if TYPE_CHECKING:
    from decimal import Decimal

    from actviz.activation import Array

INF = float("inf")

DIGITS = 50
"""Digits of the roots: three times those of a float, which leaves plenty after a pair of floats."""

NEAR_ZERO, NEAR_TURN = (0.3, -1.0), (0.7, -2.0)
"""f is taken from 0, then from its turn, so far to the left: the part of the way to the root, and never beyond."""

FAINT, LOST = -100.0, -50.0
"""Where the root is beyond FAINT, exp(x) counts for nothing left of LOST, whence f is taken from the root."""

SERIES = 1.6
"""So near to 0 exp(y) - 1 - y cancels; the continued fraction to 34 is exact to 2**-58 there."""


class Pair(NamedTuple):
    """A number as an unevaluated sum of two floats."""

    high: float
    low: float


class Left(NamedTuple):
    """The constants of the left side.

    `turn` is where f' passes zero, `line` where the line right of eps would. Left of each of `ends` in turn f is
    level + d (growth excess(d) + slope) in the distance d from `centre`, row by row of `zones`, whose columns
    are centre, its low part, growth, slope and level. Where s <= 0, f turns nowhere and all these are 0.
    """

    s: float
    turn: Pair = Pair(0.0, 0.0)
    line: Pair = Pair(0.0, 0.0)
    ends: tuple[float, float] = (0.0, 0.0)
    zones: tuple[tuple[float, ...], ...] = ()


@lru_cache(maxsize=64)
def left_side(n: float, beta: float, eps: float) -> Left:
    """The constants for alpha_n = n, each rounded once."""
    from decimal import Context, Decimal, localcontext

    if n <= beta:
        return Left(n - beta)
    scale, b, end = Decimal(n), Decimal(beta), Decimal(eps)
    # Twice the digits that exp(x) - 1 loses at the root nearest to 0.
    lost = -2 * min(Context().divide(b, scale).adjusted(), end.adjusted(), 0)
    with localcontext(Context(prec=DIGITS + lost)):
        s = scale - b
        root, turn = root_of_value(b / scale), (s / scale).ln()
        growth = scale * root.exp()
        r, t = pair(root), pair(turn)
        faint = r.high < FAINT
        return Left(
            n - beta,
            t,
            pair(scale * (end.exp() - 1) / s),
            (
                max(NEAR_ZERO[0] * r.high, NEAR_ZERO[1]),
                LOST if faint else max(NEAR_TURN[0] * r.high, NEAR_TURN[1]),
            ),
            (
                (0.0, 0.0, n, beta, 0.0),
                (t.high, t.low, n - beta, 0.0, float(s - scale - s * turn)),
                (r.high, r.low, 0.0 if faint else float(growth), float(growth - s), 0.0),
            ),
        )


def root_of_value(q: Decimal) -> Decimal:
    """The root of exp(x) - 1 - (1 - q) x below 0, for 0 <= q < 1, by Newton's method from the left of it."""
    c = 1 - q
    # Left of the root, where the function is convex, Newton's method never passes it.
    x = -3 * q if 3 * q < 1 else -1 / c
    for _ in range(100):
        e = x.exp()
        if not e - c:
            break
        step = (e - 1 - c * x) / (e - c)
        x -= step
        if abs(step) <= abs(x).scaleb(-DIGITS + 2):
            break
    return x


def pair(number: Decimal) -> Pair:
    """The number as two floats."""
    from decimal import Decimal

    high = float(number)
    return Pair(high, float(number - Decimal(high)))


def excess(y: Array) -> Array:
    """(exp(y) - 1)/y - 1, near 0 by a continued fraction.

    With t = y coth(y/2) - 2 = y^2/(6 + y^2/(10 + ...)) and v = y - t it is v/(2 - v).
    """
    near = np.clip(y, -SERIES, SERIES)
    square = near * near
    t = 30.0 + square / 34.0
    for k in (26.0, 22.0, 18.0, 14.0, 10.0, 6.0):
        t = k + square / t
    v = near - square / t
    v /= 2.0 - v
    far = (near != y).nonzero()
    v[far] = np.expm1(np.minimum(y[far], -FAINT)) / y[far] - 1.0
    return v


def left_value(x: Array, n: float, left: Left) -> Array:
    """f for x <= 0 but for the cut at eps, zone by zone; 0 right of zero."""
    if left.s <= 0.0:
        below = x * (x < 0)
        return n * np.expm1(below) - left.s * below
    y = np.zeros_like(x)
    edges = (math.inf, *left.ends, -math.inf)
    for (high, low), zone in zip(pairwise(edges), left.zones, strict=True):
        here = ((x < 0) & (x < high) & (x >= low)).nonzero()
        y[here] = zone_value(x[here], *zone)
    return y


def zone_value(x: Array, centre: float, low: float, growth: float, slope: float, level: float) -> Array:
    """f by the constants of one zone, the distance's rounding error put back."""
    d, error = two_sum(x, -centre)
    curved = excess(d)
    steepness = growth * (d * (1.0 + curved)) + slope
    return level + d * (growth * curved + slope) + (error - low) * steepness


def line_value(x: Array | float, n: float, eps: float, left: Left) -> Any:
    """f for eps < x <= 0, where exp(x) is held at exp(eps): a line, by its own zero where it has one."""
    if left.s <= 0.0:
        return n * math.expm1(eps) - left.s * x
    return left.s * ((left.line.high - x) + left.line.low)


def xielu_value(x: Array, alpha_p: float, alpha_n: float, beta: float, eps: float) -> Array:
    """The three pieces; at 0 the middle one, as in the framework."""
    left = left_side(alpha_n, beta, eps)
    p = x * (x > 0)
    y = left_value(x, alpha_n, left) + p * (alpha_p * p + beta)
    if eps == 0.0:
        return np.where(x == 0, x, y)
    return between(y, x, eps, line_value(x, alpha_n, eps, left))


def between(y: Array, x: Array, eps: float, inside: Array | float) -> Array:
    """`y` with `inside` where eps < x <= 0."""
    held = (x > eps) & (x <= 0)
    return np.where(held, inside, y) if held.any() else y


def xielu_slope(x: Array, alpha_p: float, alpha_n: float, beta: float, eps: float) -> Array:
    """2 alpha_p x + beta right of zero, n exp(x) - s left of eps, -s between; 0 at 0, where f jumps."""
    left = left_side(alpha_n, beta, eps)
    below = np.minimum(x, 0.0)
    if left.s > 0.0:
        d, low = two_sum(below, -left.turn.high)
        y = np.expm1(d)
        y = left.s * (y + (1.0 + y) * (low - left.turn.low))
    else:
        y = times_exp(alpha_n, below) - left.s
    side = x <= 0
    if eps < 0.0:
        y, side = between(y, x, eps, -left.s), x < 0
    return y * side + (2.0 * alpha_p * (x * (x > 0)) + beta * (x > 0))


def xielu_curvature(x: Array, alpha_p: float, alpha_n: float, beta: float, eps: float) -> Array:
    """2 alpha_p right of zero, n exp(x) left of eps, 0 between."""
    return elu_curvature(x, alpha_n) * (x <= eps) + 2.0 * alpha_p * (x > 0)


def xielu_kinks(alpha_p: float, alpha_n: float, beta: float, eps: float) -> tuple[Kink, ...]:
    """For eps = 0 the curvature jumps at 0; else f', f'' jump at eps too, and at 0 f itself, up to 0."""
    if eps == 0.0:
        found = [Kink(0.0, alpha_n, 2.0 * alpha_p, order=2)]
    else:
        before = line_value(0.0, alpha_n, eps, left_side(alpha_n, beta, eps))
        found = [
            Kink(eps, alpha_n * math.expm1(eps) + beta, beta - alpha_n),
            Kink(eps, alpha_n * math.exp(eps), 0.0, order=2),
            Kink(0.0, before, 0.0, order=0),
            Kink(0.0, beta - alpha_n, beta),
            Kink(0.0, 0.0, 2.0 * alpha_p, order=2),
        ]
    return tuple(kink for kink in found if kink.left != kink.right)


def xielu_limits(alpha_p: float, alpha_n: float, beta: float, eps: float) -> Limits:
    """A line of slope beta - alpha_n on the left, a parabola or a line on the right."""
    falls = alpha_n - beta
    left = (math.copysign(INF, falls) if falls else -alpha_n, -falls, 0.0)
    if alpha_p:
        return left, (INF, INF, 2.0 * alpha_p)
    return left, (INF if beta else 0.0, beta, 0.0)


XIELU = (
    Activation(
        name="xielu",
        family="learned",
        summary="a parabola right of zero, the integral of an exponential left of it; drawn at its start",
        formula=r"\alpha_p x^{2} + \beta x \;(x > 0),\quad"
        r" \alpha_n (e^{\min(x,\, \epsilon)} - 1 - x) + \beta x \;(x \leq 0)",
        plain="alpha_p*x**2 + beta*x if x > 0 else alpha_n*(exp(min(x, eps)) - 1 - x) + beta*x",
        definition=lambda m, x, alpha_p, alpha_n, beta, eps: m.where(
            x > 0, alpha_p * x**2 + beta * x, alpha_n * (m.exp(m.minimum(x, eps)) - 1 - x) + beta * x
        ),
        kernels=(xielu_value, xielu_slope, xielu_curvature),
        limits=xielu_limits,
        reference=Reference("Huang, Schlag", 2024, "Deriving Activation Functions Using Integration"),
        # What is learned is softplus^-1 of alpha_p and of alpha_n - beta, which keeps both above zero.
        parameters=(
            Parameter(
                "alpha_p", r"\alpha_p", 0.8, "half the curvature right of zero", low=0.0, aliases=("alpha_p_init",)
            ),
            Parameter(
                "alpha_n", r"\alpha_n", 0.8, "size of the exponential left of zero", low=0.0, aliases=("alpha_n_init",)
            ),
            Parameter("beta", r"\beta", 0.5, "slope at zero but for eps", low=0.0),
            Parameter("eps", r"\epsilon", -1e-6, "where the exponential is cut; f jumps at 0 unless it is 0", high=0.0),
        ),
        kinks=xielu_kinks,
    ),
)
