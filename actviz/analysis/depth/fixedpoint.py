"""Where the variance of a deep network settles, and whether gradients fade, last or grow there.

The variance never cycles. sqrt(q) E f(sqrt(q) z)^2 is the integral of f(x)^2 exp(-x^2/2q)/sqrt(2 pi), which grows with
q: a variance larger by a factor c is followed by one smaller by a factor sqrt(c) at most. So no two variances follow
one another in turn, hence no longer cycle either (Sharkovskii 1964), and every sequence settles (Coppel 1955), if
only at 0 or at infinity.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from actviz.analysis.depth.meanfield import Field

Phase = Literal["ordered", "critical", "chaotic", "unknown"]

LOW, HIGH = 1e-60, 1e60
"""A variance that gets so far is on its way to 0, or to infinity: biases are 0 or move it back before."""

SETTLING = 64
"""Layers followed one by one before roots are looked for: enough to leave the neighbourhood of other roots."""

NOISE = 1e-13
"""A change of the variance by less than this part of itself may be the moments' own error."""

WIDENING, FAR = 16.0, 256.0
"""Roots are looked for at distances, as parts of the variance, that grow by the one from `NOISE` up, and are squared
beyond the other: by then f is all but its own limit."""

ROUNDS = 80

CRITICAL = 1e-10
"""chi is 1 if it is within this of it: a weight standard deviation written with 11 digits counts as exact."""


@dataclass(frozen=True, slots=True)
class FixedPoint:
    """The `variance` that layers settle at, 0 and infinity among them, and `chi` in that limit.

    `neutral` where every variance is a fixed point: then the input's own. `phase` is ordered for chi < 1 (gradients
    vanish), critical for 1 within 1e-10, chaotic above (they explode); `depth_scale` is the number of layers,
    1/abs(log chi), in which the gradient's square changes by a factor e. All NaN, and unknown, without moments.

    A critical limit at 0 or infinity is only approached: `trend` is -1 where chi stays below 1 on the way there, so
    that gradients vanish all the same, slower than exponentially, 1 where they explode so, and else 0.
    """

    variance: float
    chi: float
    phase: Phase
    depth_scale: float
    neutral: bool
    trend: int


def fixed_point(field: Field, start: float) -> FixedPoint:
    """Where layers settle whose first has variance `start`."""
    variance, neutral = settled(field, start)
    variance = start if neutral else variance
    chi = field.step(variance)[1]
    phase = phase_of(chi)
    approached = phase == "critical" and not neutral and variance in (0.0, math.inf)
    return FixedPoint(
        variance, chi, phase, depth_scale(chi), neutral, trend(field, variance, start) if approached else 0
    )


def trend(field: Field, limit: float, start: float) -> int:
    """Whether chi is below 1 (-1), 1 (0) or above it (1) where layers from variance `start` on come near 0 or infinity.

    Told at the variance nearest to the limit at which chi is not 1 within 1e-10.
    """
    point, step = (LOW, WIDENING) if limit == 0.0 else (HIGH, 1.0 / WIDENING)
    while (point < start) == (step > 1.0) and point != start:
        away = field.step(point)[1] - 1.0
        if abs(away) > CRITICAL:
            return -1 if away < 0 else 1
        point *= step
    return 0


def phase_of(chi: float) -> Phase:
    """Ordered, critical or chaotic."""
    if math.isnan(chi):
        return "unknown"
    if abs(chi - 1.0) <= CRITICAL:
        return "critical"
    return "ordered" if chi < 1.0 else "chaotic"


def depth_scale(chi: float) -> float:
    """1/abs(log chi): Schoenholz et al. 2017; infinite at criticality, 0 where chi is 0 or infinite."""
    if math.isnan(chi):
        return math.nan
    if phase_of(chi) == "critical":
        return math.inf
    return 0.0 if chi == 0 or math.isinf(chi) else 1.0 / abs(math.log(chi))


def settled(field: Field, start: float) -> tuple[float, bool]:
    """The variance that layers settle at from `start` on, and whether all variances do so where they are."""
    q = start
    for _ in range(SETTLING):
        following = field.step(q)[0]
        if math.isnan(following):
            return math.nan, False
        if not LOW < following < HIGH:
            return (0.0 if following <= LOW else math.inf), False
        still = abs(following - q) <= NOISE * q
        q = following
        if still:
            break
    return resting(field, q)


def resting(field: Field, q: float) -> tuple[float, bool]:
    """The fixed point that `q` moves to, now slowly, and whether there is no other variance that moves."""
    moving = sign(field.drift(q))
    if moving:
        return drawn(field, q, moving), False
    up, down = (next(clear(field, q, side), None) for side in (1, -1))
    if up is None and down is None:
        return q, True
    if up is not None and sign(field.drift(up)) > 0:
        return drawn(field, up, 1), False
    if down is not None and sign(field.drift(down)) < 0:
        return drawn(field, down, -1), False
    if up is None or down is None:
        # On one side nothing moves any more that could be told from rounding: there is the end, however far.
        return (math.inf if up is None else 0.0), False
    return root(field.drift, down, up), False


def drawn(field: Field, q: float, side: int) -> float:
    """The nearest fixed point above (1) or below (-1) `q`, from which the variance moves to that side."""
    last = q
    for point in clear(field, q, side):
        change = field.drift(point)
        if math.isnan(change):
            return math.nan
        if sign(change) != side:
            return root(field.drift, min(last, point), max(last, point))
        last = point
    return math.inf if side > 0 else 0.0


def clear(field: Field, q: float, side: int) -> Iterator[float]:
    """Points further and further above or below `q` where the variance moves by more than rounding, or by NaN."""
    distance = NOISE
    while True:
        point = q * (1.0 + distance) ** side
        if not LOW < point < HIGH:
            return
        change = field.drift(point)
        if sign(change) or math.isnan(change):
            yield point
        distance *= WIDENING if distance < FAR else distance


def sign(change: float) -> int:
    """-1 or 1; 0 for what may be rounding, or is not a number."""
    return (change > NOISE) - (change < -NOISE)


def root(g: Callable[[float], float], low: float, high: float) -> float:
    """A root of `g` between two positive numbers where its signs differ, to the last bits that g knows.

    The Illinois rule (Dowell and Jarratt 1971, BIT 11) over the logarithm of the point.
    """
    a, b = math.log(low), math.log(high)
    at_a, at_b = g(low), g(high)
    for _ in range(ROUNDS):
        middle = (a * at_b - b * at_a) / (at_b - at_a)
        at = g(math.exp(middle))
        if at == 0.0 or abs(b - a) <= 4e-16 * max(1.0, abs(middle)):
            break
        if (at > 0) == (at_b > 0):
            at_a *= 0.5
        else:
            a, at_a = b, at_b
        b, at_b = middle, at
    return math.exp(middle)
