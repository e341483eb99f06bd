"""What can be said about an activation as a function: computed from its kernels, never typed in."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from actviz import _numpy as np
from actviz.analysis.quadrature import expectations
from actviz.analysis.saturation import tail_kind
from actviz.analysis.scan import Crossing, Scan, scan
from actviz.floats import UNDEFINED

if TYPE_CHECKING:
    from actviz.activation import Activation, Kink

Monotone = Literal["increasing", "nondecreasing", "decreasing", "nonincreasing", "constant", "no"]
Parity = Literal["odd", "even", "neither"]
Smoothness = Literal["C-infinity", "C1", "C0", "discontinuous"]

PARITY_ULP = 8
"""f(-x) and f(x) may differ by so many units in the last place: two kernels' errors, each way."""

UNDERFLOW = 1e-150
"""Nearer to 0 than this a square is 0, so that an interval of zeros may seem to end here."""


@dataclass(frozen=True, slots=True)
class Point:
    """A point of the curve: x and f(x)."""

    x: float
    value: float


@dataclass(frozen=True, slots=True)
class Bound:
    """The least or greatest value a function comes near, and whether it takes it."""

    value: float
    attained: bool


@dataclass(frozen=True, slots=True)
class Lipschitz:
    """sup abs(f'), and the x where the slope has it on one side at least; an infinity where it is only approached."""

    value: float
    at: float


@dataclass(frozen=True, slots=True)
class Properties:
    """The card of a scalar activation.

    `zeros` are the isolated roots, `zero_intervals` the intervals where f is zero throughout. `minima` and
    `maxima` are isolated local extrema, at kinks too; a flat stretch has none. `inflections` are where f''
    changes sign while f' is continuous. `value_mean` is E f(X) for X ~ N(0, 1), known to 1e-12 of
    E abs f(X); where it is 0 to that accuracy the function is `zero_centred`. `undefined` tells that f is
    not a number somewhere; the rest then speaks of where it is. Of a function that `oscillates` without end
    only what is within 30 of 0 is told.
    """

    low: Bound
    high: Bound
    limits: tuple[float, float]
    kinks: tuple[Kink, ...]
    zeros: tuple[float, ...]
    zero_intervals: tuple[tuple[float, float], ...]
    minima: tuple[Point, ...]
    maxima: tuple[Point, ...]
    inflections: tuple[Point, ...]
    lipschitz: Lipschitz
    monotone: Monotone
    smoothness: Smoothness
    parity: Parity
    value_mean: float
    zero_centred: bool
    undefined: bool
    oscillates: bool


def properties(activation: Activation) -> Properties:
    """The card of `activation`, every number to full precision."""
    seen = scan(activation)
    with np.errstate(all="ignore"):
        turns = [c for c in seen.crossings(1) if not seen.kinks_at(c.x, 0)]
        mean, centred = centre(seen)
        left, right = activation.limits(*activation.values)
        return Properties(
            low=bound(seen, -1.0),
            high=bound(seen, 1.0),
            limits=(float(left[0]), float(right[0])),
            kinks=seen.kinks,
            zeros=tuple(c.x for c in seen.crossings(0) if not c.jump),
            zero_intervals=tuple(outward(seen, s.low, s.high) for s in seen.flat(0)),
            minima=points(seen, [c for c in turns if (c.before, c.after) == (-1, 1)]),
            maxima=points(seen, [c for c in turns if (c.before, c.after) == (1, -1)]),
            inflections=points(seen, [c for c in seen.crossings(2) if bends(seen, c)]),
            lipschitz=steepest(seen),
            monotone=monotone(seen),
            smoothness=smoothness(seen.kinks),
            parity=parity(seen),
            value_mean=mean,
            zero_centred=centred,
            oscillates=seen.oscillates,
            undefined=any(s.sign == UNDEFINED for s in seen.cuts[0]),
        )


def outward(seen: Scan, low: float, high: float) -> tuple[float, float]:
    """An interval of floats as one of real numbers: an end of the scan stands for infinity, underflow for 0."""
    low, high = (0.0 if abs(end) < UNDERFLOW else end for end in (low, high))
    return (-math.inf if low == seen.x[0] else low), (math.inf if high == seen.x[-1] else high)


def points(seen: Scan, crossings: list[Crossing]) -> tuple[Point, ...]:
    """Each crossing as a point of the curve."""
    return tuple(Point(c.x, seen.at(c.x, 0) + 0.0) for c in crossings)


def bends(seen: Scan, crossing: Crossing) -> bool:
    """Whether the curve changes its bend here with its slope continuous."""
    return (
        crossing.before == -crossing.after
        and math.isfinite(seen.at(crossing.x, 0))
        and not seen.kinks_at(crossing.x, 1)
    )


def bound(seen: Scan, direction: float) -> Bound:
    """The supremum of f for direction 1, the infimum for -1; NaN where f is nowhere a number.

    Candidates: extrema, kinks with both sides of a jump, and both limits, which only a hard tail takes.
    Another point of the scan counts where it lies beyond them all by more than rounding.
    """
    soft = (tail_kind(seen, "left") != "hard", tail_kind(seen, "right") != "hard")
    found = [(v, not s and math.isfinite(v)) for v, s in zip(tail_values(seen), soft, strict=True)]
    found += [(seen.at(c.x, 0), True) for c in seen.crossings(1)]
    found += [(seen.at(k.x, 0), True) for k in seen.kinks]
    found += [(side, False) for k in seen.kinks if k.order == 0 for side in (k.left, k.right)]
    found = [(direction * v, taken) for v, taken in found if not math.isnan(v)]
    best = max((v for v, _ in found), default=-math.inf)
    y = direction * seen.activation.derivative(seen.x, 0)
    if bool((y == math.inf).any()):
        return Bound(direction * math.inf, False)
    sampled = float(np.max(y, initial=-math.inf, where=np.isfinite(y)))
    if sampled > best + (1e-13 * abs(best) if math.isfinite(best) else 0.0):
        return Bound(direction * sampled, True)
    if not found:
        return Bound(math.nan, False)
    return Bound(direction * best + 0.0, any(taken for v, taken in found if v == best))


def tail_values(seen: Scan) -> tuple[float, float]:
    """The limits of f, or where they are not known its values at the ends of the scan."""
    left, right = (float(side[0]) for side in seen.activation.limits(*seen.activation.values))
    return (
        seen.at(float(seen.x[0]), 0) if math.isnan(left) else left,
        seen.at(float(seen.x[-1]), 0) if math.isnan(right) else right,
    )


def steepest(seen: Scan) -> Lipschitz:
    """sup abs(f') over 0, the kinks from both sides, the roots of f'' and both tails; ties go to the first named."""
    activation = seen.activation
    candidates = [(abs(seen.at(0.0, 1)), 0.0)]
    for kink in seen.kinks:
        if kink.order == 0:
            return Lipschitz(math.inf, kink.x)
        sides = (kink.left, kink.right) if kink.order == 1 else (seen.at(kink.x, 1),)
        candidates += [(abs(side), kink.x) for side in sides]
    candidates += [(abs(seen.at(c.x, 1)), c.x) for c in seen.crossings(2)]
    left, right = activation.limits(*activation.values)
    candidates += [(abs(left[1]), -math.inf), (abs(right[1]), math.inf)]
    slopes = np.abs(activation.derivative(seen.x, 1))
    steep = int(np.nanargmax(slopes)) if not np.isnan(slopes).all() else 0
    known = [(v, x) for v, x in candidates if not math.isnan(v)]
    best, at = max(known, key=lambda c: c[0]) if known else (-math.inf, 0.0)
    if slopes[steep] > best * (1.0 + 1e-12):
        x = float(seen.x[steep])
        best, at = float(slopes[steep]), outward(seen, x, x)[x > 0]
    return Lipschitz(float(best), at)


def monotone(seen: Scan) -> Monotone:
    """Increasing or decreasing (strictly), never falling or never rising, constant, or no."""
    signs = {s.sign for s in seen.cuts[1]} & {-1, 1}
    signs |= {int(np.sign(k.right - k.left)) for k in seen.kinks if k.order == 0}
    if signs == {-1, 1}:
        return "no"
    if not signs:
        return "constant"
    flat = bool(seen.flat(1))
    if signs == {1}:
        return "nondecreasing" if flat else "increasing"
    return "nonincreasing" if flat else "decreasing"


def smoothness(kinks: tuple[Kink, ...]) -> Smoothness:
    """How many derivatives are continuous, from the lowest order that jumps at a kink."""
    lowest = min((k.order for k in kinks), default=3)
    names: tuple[Smoothness, ...] = ("discontinuous", "C0", "C1", "C-infinity")
    return names[lowest]


def parity(seen: Scan) -> Parity:
    """Odd if f(-x) = -f(x), even if f(-x) = f(x), at every point of the scan within a few ULP; tails included.

    Points beside a kink are left out: there the convention for the value taken at a jump would decide.
    """
    x = seen.x[seen.x > 0]
    x = x[~np.isin(x, [abs(k.x) for k in seen.kinks])]
    a, b = seen.activation.derivative(x, 0), seen.activation.derivative(-x, 0)
    slack = PARITY_ULP * np.spacing(np.maximum(np.abs(a), np.abs(b)))
    infinite = np.isinf(a) & np.isinf(b)
    if bool(((np.abs(a - b) <= slack) | (infinite & (a == b))).all()):
        return "even"
    if bool(((np.abs(a + b) <= slack) | (infinite & (a == -b))).all()) and seen.at(0.0, 0) == 0:
        return "odd"
    return "neither"


def centre(seen: Scan) -> tuple[float, bool]:
    """E f(X) for X ~ N(0, 1), and whether it is 0 to the accuracy of the integral."""
    activation = seen.activation

    def both(x: np.ndarray) -> np.ndarray:
        value = activation.derivative(x, 0)
        return np.stack([value, np.abs(value)])

    breaks = [k.x for k in seen.kinks] + [c.x for c in seen.crossings(1)]
    mean, size = (float(y) for y in expectations(both, breaks))
    return mean, abs(mean) <= 1e-12 * size
