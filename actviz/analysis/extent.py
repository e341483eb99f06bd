"""How far a function and its slope reach: its range, its Lipschitz constant, and where it is not defined."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from actviz import _numpy as np
from actviz.analysis.noise import SURE, rounding
from actviz.analysis.roots import HUSHED
from actviz.analysis.scan import BESIDE, Scan
from actviz.analysis.tails import tail_kind
from actviz.floats import UNDEFINED

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from actviz.activation import Array, Kink

UNDERFLOW = 1e-107
"""Nearer to 0 than this a square or a cube is 0, so that an interval of zeros may seem to end here."""


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


def bound(seen: Scan, direction: float) -> Bound:
    """The supremum of f for direction 1, the infimum for -1; NaN where f is nowhere a number.

    Candidates: extrema, kinks with both sides of a jump and of a pole, and both limits, which only a hard tail takes.
    Another point of the scan counts where it lies beyond them all by more than rounding.
    """
    soft = (tail_kind(seen, "left") != "hard", tail_kind(seen, "right") != "hard")
    found = [(v, not s and math.isfinite(v)) for v, s in zip(tail_values(seen), soft, strict=True)]
    found += [(seen.at(c.x, 0), True) for c in seen.crossings(1)]
    found += [(seen.at(k.x, 0), True) for k in seen.kinks]
    found += [side for k in seen.kinks if k.order == 0 for side in sides(seen, k)]
    found += [(seen.at(math.nextafter(p, beyond), 0), False) for p in seen.poles for beyond in (-math.inf, math.inf)]
    found = [(direction * v, taken) for v, taken in found if not math.isnan(v)]
    best = max((v for v, _ in found), default=-math.inf)
    y = direction * seen.activation.derivative(seen.x, 0)
    if bool((y[beside_poles(seen)] > 0).any()):
        return Bound(direction * math.inf, False)
    if bool((y == math.inf).any()):
        return Bound(direction * math.inf, False)
    sampled = highest(seen, direction, y, best + (1e-13 * abs(best) if math.isfinite(best) else 0.0))
    if sampled > best:
        # A value met only beside a hole is approached there, and rounded to its limit.
        beside_hole = np.any([np.abs(seen.x - low) < BESIDE for low, high in undefined(seen) if low == high], axis=0)
        return Bound(direction * sampled, bool((np.isfinite(y) & (y == sampled) & ~beside_hole).any()))
    if not found:
        return Bound(math.nan, False)
    return Bound(direction * best + 0.0, any(taken for v, taken in found if v == best))


def highest(seen: Scan, direction: float, y: Array, best: float) -> float:
    """Of y, f at the points of the scan times `direction`, the highest number above `best` by more than its noise.

    Minus infinity where there is none.
    """
    over = np.flatnonzero(np.isfinite(y) & (y > best))
    sure = y[over] - SURE * rounding(seen.activation, seen.x[over])[0]
    return float(y[over[np.argmax(sure)]]) if (sure > best).any() else -math.inf


def sides(seen: Scan, jump: Kink) -> list[tuple[float, bool]]:
    """Both sides of a jump of f, and whether f takes each: on a plateau beside it, else it only comes near."""
    found = []
    for side, beyond in ((jump.left, -math.inf), (jump.right, math.inf)):
        beside = float(np.nextafter(jump.x, beyond))
        level = any(s.low <= beside <= s.high for s in seen.flat(1))
        found.append((side, level and seen.at(beside, 0) == side))
    return found


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
    # Of noise but a sign is left.
    ends = [0.0 if abs(y) == HUSHED else y for y in (seen.at(float(x), 0) for x in seen.x[[0, -1]])]
    return (ends[0] if math.isnan(left) else left, ends[1] if math.isnan(right) else right)


def steepest(seen: Scan) -> Lipschitz:
    """sup abs(f') over 0, the kinks from both sides, both tails and the roots of f''; of several x the nearest to 0.

    At a kink the slope may be the right one alone, which is not f' there: that is the left one.
    """
    activation = seen.activation
    boundless = [*seen.poles, *(kink.x for kink in seen.kinks if kink.order == 0)]
    if boundless:
        return Lipschitz(math.inf, min(boundless, key=from_zero))
    candidates = [(abs(seen.at(0.0, 1)), 0.0)]
    for kink in seen.kinks:
        sides = (kink.left, kink.right) if kink.order == 1 else (seen.at(kink.x, 1),)
        candidates += [(abs(side), kink.x) for side in sides]
    left, right = activation.limits(*activation.values)
    candidates += [(abs(left[1]), -math.inf), (abs(right[1]), math.inf)]
    candidates += [(abs(seen.at(c.x, 1)), c.x) for c in seen.crossings(2)]
    known = [(v, x) for v, x in candidates if not math.isnan(v)]
    best = max((v for v, _ in known), default=math.nan)
    slopes = np.abs(activation.derivative(seen.x, 1))
    steep = int(np.nanargmax(slopes)) if not np.isnan(slopes).all() else 0
    if slopes[steep] > best * (1.0 + 1e-12):
        x = float(seen.x[steep])
        outer = seen.x >= x if x > 0 else seen.x <= x
        if np.isinf(seen.activation(seen.x[outer])).all() or np.isinf(slopes[outer]).all():
            return Lipschitz(math.inf, math.copysign(math.inf, x))
        return Lipschitz(float(slopes[steep]), real_end(seen, x, math.copysign(math.inf, x)))
    # What rises without a slope does so between two floats.
    if math.isnan(best) or (best == 0.0 and len(set(tail_values(seen))) > 1):
        return Lipschitz(math.nan, 0.0)
    # What two kernels' rounding sets apart is as steep.
    return Lipschitz(best, min((x for v, x in known if v >= best * (1.0 - 1e-15)), key=from_zero))


def from_zero(x: float) -> tuple[float, bool]:
    """A sorting key: nearer to 0 first, of two as near the one right of it."""
    return abs(x), x < 0


def outward(seen: Scan, low: float, high: float) -> tuple[float, float]:
    """An interval of floats as one of real numbers, whose ends need not belong to it."""
    return real_end(seen, low, -math.inf), real_end(seen, high, math.inf)


def real_end(seen: Scan, end: float, beyond: float) -> float:
    """What an end stands for: `beyond` at the end of the whole line, 0 in underflow, a kink beside one, else itself."""
    if not seen.oscillates and end == seen.x[0 if beyond < 0 else -1]:
        return beyond
    kink = seen.kink_near(end)
    return kink if kink is not None else 0.0 if abs(end) < UNDERFLOW else end


def undefined(seen: Scan) -> tuple[tuple[float, float], ...]:
    """Where f is not a number, poles apart: intervals of floats, infinities standing for the ends of the scan."""
    x, holes = seen.x, seen.holes()
    found = []
    for s in seen.cuts[0]:
        if s.sign != UNDEFINED or any(s.low <= p <= s.high for p in seen.poles):
            continue
        if s in holes:
            middle = 0.0 if s.low <= 0.0 <= s.high else 0.5 * (s.low + s.high)
            found.append((middle, middle))
        else:
            found.append((-math.inf if s.low == x[0] else s.low, math.inf if s.high == x[-1] else s.high))
    return tuple(found)
