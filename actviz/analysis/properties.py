"""What can be said about an activation as a function: computed from its kernels, never typed in."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Literal

from actviz import _numpy as np
from actviz.analysis.extent import Bound, Lipschitz, bound, outward, steepest, undefined
from actviz.analysis.moments import beyond_reach, narrow_places
from actviz.analysis.points import MANY
from actviz.analysis.poles import infinities, rises
from actviz.analysis.quadrature import expectations
from actviz.analysis.roots import HUSHED
from actviz.analysis.scan import BESIDE, Crossing, Scan, legible
from actviz.floats import UNDEFINED

if TYPE_CHECKING:
    from actviz.activation import Activation, Kink

Monotone = Literal["increasing", "nondecreasing", "decreasing", "nonincreasing", "constant", "no"]
Parity = Literal["odd", "even", "neither"]
Smoothness = Literal["C-infinity", "C1", "C0", "discontinuous"]

PARITY_ULP = 8
"""f(-x) and f(x) may differ by so many units in the last place: two kernels' errors, each way."""


@dataclass(frozen=True, slots=True)
class Point:
    """A point of the curve: x and f(x)."""

    x: float
    value: float


@dataclass(frozen=True, slots=True)
class Properties:
    """The card of a scalar activation.

    `zeros` are the isolated roots, `zero_intervals` the intervals where f is zero throughout. `minima` and
    `maxima` are isolated local extrema, at kinks too; a flat stretch has none. `inflections` are where f''
    changes sign while f' is continuous. `value_mean` is E f(X) for X ~ N(0, 1), known to 1e-12 of
    E abs f(X); where it is 0 to that accuracy the function is `zero_centred`; NaN where there is none, or none
    was found. At `poles` f grows without bound. `undefined` are the intervals [low, high] of floats where f is
    not a number, single points too; the rest speaks of where it is. `reach` is infinite but for a function that
    oscillates without end: of it only what is so near to 0 is told, and where even there it has `countless` zeros,
    extrema or inflections, none of these, nor more kinks than can be read.
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
    reach: float
    countless: bool


def properties(activation: Activation) -> Properties:
    """The card of `activation`, every number to full precision."""
    seen = legible(activation)
    with np.errstate(all="ignore"):
        turns = [*(c for c in seen.crossings(1) if not seen.kinks_at(c.x, 0)), *jumps(seen)]
        countless = any(seen.countless(order) for order in (0, 1, 2))
        mean, centred = centre(seen)
        left, right = activation.limits(*activation.values)
        return Properties(
            low=bound(seen, -1.0),
            high=bound(seen, 1.0),
            limits=(float(left[0]) + 0.0, float(right[0]) + 0.0),
            kinks=() if countless and len(seen.kinks) > MANY else seen.kinks,
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
            reach=seen.reach,
            countless=countless,
            poles=seen.poles,
            undefined=undefined(seen),
        )


def points(seen: Scan, crossings: list[Crossing]) -> tuple[Point, ...]:
    """Each crossing as a point of the curve, from left to right."""
    values = sorted((c.x, seen.at(c.x, 0) + 0.0) for c in crossings)
    return tuple(Point(x, value) for x, value in values if math.isfinite(value))


def jumps(seen: Scan) -> list[Crossing]:
    """The jumps of f, with the signs of its rise on the way to the point itself and on the way from it."""
    found = []
    for x, left, right in ((k.x, k.left, k.right) for k in seen.kinks if k.order == 0):
        value = seen.at(x, 0)
        if math.isfinite(value):
            steps = (int(np.sign(value - left)), int(np.sign(right - value)))
            slopes = (seen.sign_at(float(np.nextafter(x, beyond)), 1) for beyond in (-np.inf, np.inf))
            before, after = (step or slope for step, slope in zip(steps, slopes, strict=True))
            found.append(Crossing(x, before, after, True))
    return found


def bends(seen: Scan, crossing: Crossing) -> bool:
    """Whether the curve changes its bend here with its slope continuous."""
    return (
        crossing.before == -crossing.after
        and math.isfinite(seen.at(crossing.x, 0))
        and not seen.kinks_at(crossing.x, 1)
    )


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
        step = seen.at(right.low, 0) - seen.at(left.high, 0) if gap.sign == UNDEFINED else 0.0
        signs |= {int(np.sign(step))} - {0} if math.isfinite(step) else set()
    if not signs:
        # It may rise between two floats alone.
        rise = seen.at(float(seen.x[-1]), 0) - seen.at(float(seen.x[0]), 0)
        signs = {int(np.sign(rise))} - {0} if math.isfinite(rise) else signs
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
        derivative = partial(seen.activation.derivative, order=order)
        steep = [x for x in infinities(derivative, seen.x) if rises(derivative, x)]
        breaks += [order for x in steep if math.isfinite(seen.at(x, 0)) and not beside(x, seen.poles)]
    lowest = min(breaks, default=3)
    names: tuple[Smoothness, ...] = ("discontinuous", "C0", "C1", "C-infinity")
    return names[lowest]


def beside(x: float, poles: tuple[float, ...]) -> bool:
    """Whether what is infinite at x is so at a pole, or overflows on the way to it."""
    return any(abs(x - p) <= BESIDE for p in poles)


def parity(seen: Scan) -> Parity:
    """Odd if f(-x) = -f(x), even if f(-x) = f(x), at every point of the scan, tails too, within a few ULP of f or x.

    Points at a kink are left out: there the convention for the value taken at a jump would decide. It does not
    where a single point has a value of its own and both sides are one.
    """
    convention = [abs(k.x) for k in seen.kinks if k.order > 0 or not math.isclose(k.left, k.right)]
    x = np.union1d(seen.x, [abs(k.x) for k in seen.kinks])
    x = x[(x > 0) & ~np.isin(x, convention)]
    a, b = seen.activation.derivative(x, 0), seen.activation.derivative(-x, 0)
    # Beside a pole x**4 - 1e-8 has lost digits, as it would by a rounding of x.
    moved = np.fmax(*(np.abs(seen.activation.derivative(side * x, 1)) for side in (1.0, -1.0))) * np.spacing(x)
    slack = PARITY_ULP * np.fmax(np.spacing(np.maximum(np.abs(a), np.abs(b))), moved)
    # Beside the domain both are no numbers; a function that is nowhere one has no parity.
    # Where rounding has left but a sign that tells nothing.
    alike = (np.isnan(a) & np.isnan(b)) | (np.fmin(np.abs(a), np.abs(b)) == HUSHED)
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

    # Those beyond the reach of an oscillation's card too.
    breaks = [k.x for k in activation.kinks(*activation.values)] + [c.x for c in seen.crossings(1)]
    narrow = narrow_places(seen, 0.0, 1.0)
    if narrow is None or beyond_reach(seen, 0.0, 1.0):
        return math.nan, False
    mean, size = (float(y) for y in expectations(both, breaks, poles=seen.poles, narrow=narrow))
    centred = math.isfinite(mean) and abs(mean) <= 1e-12 * size
    return (0.0 if centred else mean), centred
