"""What can be said about an activation as a function: computed from its kernels, never typed in."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Literal

from actviz import _numpy as np
from actviz.analysis.poles import close, infinities
from actviz.analysis.quadrature import expectations
from actviz.analysis.saturation import tail_kind
from actviz.analysis.scan import Crossing, Scan, scan, undefined
from actviz.floats import UNDEFINED

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from actviz.activation import Activation, Kink

Monotone = Literal["increasing", "nondecreasing", "decreasing", "nonincreasing", "constant", "no"]
Parity = Literal["odd", "even", "neither"]
Smoothness = Literal["C-infinity", "C1", "C0", "discontinuous"]

PARITY_ULP = 8
"""f(-x) and f(x) may differ by so many units in the last place: two kernels' errors, each way."""

BESIDE = 1e-6
"""So near to a pole or a hole is beside it."""

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
    E abs f(X); where it is 0 to that accuracy the function is `zero_centred`; NaN where there is none, or none
    was found. At `poles` f grows without bound. `undefined` are the intervals [low, high] of floats where f is
    not a number, single points too; the rest speaks of where it is. Of a function that `oscillates` without end
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
    monotone: Monotone | None
    smoothness: Smoothness
    parity: Parity
    value_mean: float
    zero_centred: bool
    poles: tuple[float, ...]
    undefined: tuple[tuple[float, float], ...]
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
            limits=(float(left[0]) + 0.0, float(right[0]) + 0.0),
            kinks=seen.kinks,
            zeros=tuple(c.x for c in seen.crossings(0) if not c.jump),
            zero_intervals=tuple(outward(seen, s.low, s.high) for s in seen.flat(0)),
            minima=points(seen, [c for c in turns if (c.before, c.after) == (-1, 1)]),
            maxima=points(seen, [c for c in turns if (c.before, c.after) == (1, -1)]),
            inflections=points(seen, [c for c in seen.crossings(2) if bends(seen, c)]),
            lipschitz=steepest(seen),
            monotone=monotone(seen),
            smoothness=smoothness(seen),
            parity=parity(seen),
            value_mean=mean,
            zero_centred=centred,
            oscillates=seen.oscillates,
            poles=seen.poles,
            undefined=undefined(seen),
        )


def outward(seen: Scan, low: float, high: float) -> tuple[float, float]:
    """An interval of floats as one of real numbers: an end of the scan stands for infinity, underflow for 0."""
    low, high = (0.0 if abs(end) < UNDERFLOW else end for end in (low, high))
    return (-math.inf if low == seen.x[0] else low), (math.inf if high == seen.x[-1] else high)


def points(seen: Scan, crossings: list[Crossing]) -> tuple[Point, ...]:
    """Each crossing as a point of the curve."""
    values = [(c.x, seen.at(c.x, 0) + 0.0) for c in crossings]
    return tuple(Point(x, value) for x, value in values if math.isfinite(value))


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
    if bool((y[beside_poles(seen)] > 0).any()):
        return Bound(direction * math.inf, False)
    if bool((y == math.inf).any()):
        return Bound(direction * math.inf, False)
    sampled = float(np.max(y, initial=-math.inf, where=np.isfinite(y)))
    if sampled > best + (1e-13 * abs(best) if math.isfinite(best) else 0.0):
        # A value met only beside a hole is approached there, and rounded to its limit.
        beside_hole = np.any([np.abs(seen.x - low) < BESIDE for low, high in undefined(seen) if low == high], axis=0)
        return Bound(direction * sampled, bool((np.isfinite(y) & (y == sampled) & ~beside_hole).any()))
    if not found:
        return Bound(math.nan, False)
    return Bound(direction * best + 0.0, any(taken for v, taken in found if v == best))


def beside_poles(seen: Scan) -> NDArray[np.intp]:
    """The places in the scan of the points next to each pole, where f is a number."""
    y = seen.activation.derivative(seen.x, 0)
    at = np.searchsorted(seen.x, seen.poles)
    near = np.unique(np.clip([at - 1, at, at + 1], 0, seen.x.size - 1))
    known: NDArray[np.intp] = near[~np.isnan(y[near])]
    return known


def tail_values(seen: Scan) -> tuple[float, float]:
    """The limits of f, or where they are not known its values at the ends of the scan."""
    left, right = (float(side[0]) for side in seen.activation.limits(*seen.activation.values))
    return (
        seen.at(float(seen.x[0]), 0) if math.isnan(left) else left,
        seen.at(float(seen.x[-1]), 0) if math.isnan(right) else right,
    )


def steepest(seen: Scan) -> Lipschitz:
    """sup abs(f') over 0, the kinks from both sides, both tails and the roots of f''; ties go to the first named.

    At a kink the slope may be the right one alone, which is not f' there: that is the left one.
    """
    activation = seen.activation
    if seen.poles:
        return Lipschitz(math.inf, seen.poles[0])
    candidates = [(abs(seen.at(0.0, 1)), 0.0)]
    for kink in seen.kinks:
        if kink.order == 0:
            return Lipschitz(math.inf, kink.x)
        sides = (kink.left, kink.right) if kink.order == 1 else (seen.at(kink.x, 1),)
        candidates += [(abs(side), kink.x) for side in sides]
    left, right = activation.limits(*activation.values)
    candidates += [(abs(left[1]), -math.inf), (abs(right[1]), math.inf)]
    candidates += [(abs(seen.at(c.x, 1)), c.x) for c in seen.crossings(2)]
    slopes = np.abs(activation.derivative(seen.x, 1))
    steep = int(np.nanargmax(slopes)) if not np.isnan(slopes).all() else 0
    known = [(v, x) for v, x in candidates if not math.isnan(v)]
    best, at = max(known, key=lambda c: c[0]) if known else (math.nan, 0.0)
    if slopes[steep] > best * (1.0 + 1e-12):
        x = float(seen.x[steep])
        best, at = float(slopes[steep]), outward(seen, x, x)[x > 0]
    return Lipschitz(float(best), at)


def monotone(seen: Scan) -> Monotone | None:
    """Increasing or decreasing (strictly), never falling or never rising, constant, or no; None of no function."""
    if all(s.sign == UNDEFINED for s in seen.cuts[0]):
        return None
    signs = {s.sign for s in seen.cuts[1]} & {-1, 1}
    for k in seen.kinks:
        value = seen.at(k.x, 0)
        steps = (k.right - k.left,) if math.isnan(value) else (value - k.left, k.right - value)
        signs |= {int(np.sign(step)) for step in steps if k.order == 0 and step}
    for left, gap, right in zip(seen.cuts[0], seen.cuts[0][1:], seen.cuts[0][2:], strict=False):
        step = seen.at(right.low, 0) - seen.at(left.high, 0)
        signs |= {int(np.sign(step))} - {0} if gap.sign == UNDEFINED and math.isfinite(step) else set()
    if signs == {-1, 1} or any(split(seen, p) for p in seen.poles):
        return "no"
    if not signs:
        return "constant"
    flat = bool(seen.flat(1))
    if signs == {1}:
        return "nondecreasing" if flat else "increasing"
    return "nonincreasing" if flat else "decreasing"


def split(seen: Scan, pole: float) -> bool:
    """Whether f is a number on both sides of `pole`: it cannot be monotone across it."""
    aside = BESIDE * max(abs(pole), 1.0)
    return not (math.isnan(seen.at(pole - aside, 0)) or math.isnan(seen.at(pole + aside, 0)))


def smoothness(seen: Scan) -> Smoothness:
    """How many derivatives are continuous where f is defined, from the lowest order that jumps or is infinite."""
    breaks = [k.order for k in seen.kinks] + [0 for p in seen.poles if split(seen, p)]
    for order in (1, 2):
        steep = infinities(partial(seen.activation.derivative, order=order), seen.x)
        breaks += [order for x in steep if math.isfinite(seen.at(x, 0)) and not close(x, seen.poles)]
    lowest = min(breaks, default=3)
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
    # Beside the domain both are no numbers; a function that is nowhere one has no parity.
    alike = np.isnan(a) & np.isnan(b)
    infinite = np.isinf(a) & np.isinf(b)
    if alike.all():
        return "neither"
    if bool((alike | (np.abs(a - b) <= slack) | (infinite & (a == b))).all()):
        return "even"
    if bool((alike | (np.abs(a + b) <= slack) | (infinite & (a == -b))).all()) and not (
        math.isfinite(at_zero := seen.at(0.0, 0)) and at_zero
    ):
        return "odd"
    return "neither"


def centre(seen: Scan) -> tuple[float, bool]:
    """E f(X) for X ~ N(0, 1), and whether it is 0 to the accuracy of the integral."""
    activation = seen.activation

    def both(x: np.ndarray) -> np.ndarray:
        value = activation.derivative(x, 0)
        return np.stack([value, np.abs(value)])

    breaks = [k.x for k in seen.kinks] + [c.x for c in seen.crossings(1)]
    mean, size = (float(y) for y in expectations(both, breaks, poles=seen.poles))
    centred = math.isfinite(mean) and abs(mean) <= 1e-12 * size
    return (0.0 if centred else mean), centred
