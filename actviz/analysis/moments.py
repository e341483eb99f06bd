"""What a function does to a normal input: the expectations of f, f^2, f' and f'^2, and the variance of f."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from actviz import _numpy as np
from actviz.analysis.envelope import window
from actviz.analysis.points import turns
from actviz.analysis.quadrature import MOST_BREAKS, MOST_PANELS, REACH, Integrals, density, integrals
from actviz.analysis.sampled import WIDE, sampled
from actviz.analysis.variance import variance

if TYPE_CHECKING:
    from actviz.activation import Array
    from actviz.analysis.scan import Scan

KNOWN = 1e-14
"""An expectation below this part of E abs is rounding alone: it is 0 for all that can be known."""

MANY_PANELS, WITHIN = 2**19, 17.0
"""Panels for a function with as many waves within so many standard deviations, all but 1e-16 of it: seconds' work."""

BESIDE, WAVE = 0.9173, 16.0
"""Where waves are counted, in standard deviations, at no round number; and the steps a wave has as it becomes rough."""

MANY_NARROW = 256
"""Of a function with more narrow places under the law nothing is told: all of them would take half a minute."""

LOOKED = 16_385
"""Points over the law between which narrow places are looked for: steps of 0.0015 of a standard deviation."""

UNSEEN, FEW_DIGITS = 1e-9, 1e-300
"""E f' and E f Z/std differ by more than this part of E abs only where f rises and no float has the slope, if they
have all their digits."""

CANCELLED, ROUNDING = 0.125, 2.0**-52 / KNOWN
"""A mean slope of so small a part of E abs(f') has lost digits; rounding of f costs so many, as a part of E abs(f)."""

HUGE = 2.0**512
"""A slope is scaled by this where its square leaves float64."""


@dataclass(frozen=True, slots=True)
class Moments:
    """Expectations of f, f^2, f' and f'^2 and the variance of f for X ~ N(mean, std^2), to 1e-12 of E abs.

    f' is the derivative almost everywhere: jumps of f add nothing. A mean that is 0 for all that can be known is 0;
    `value_variance` is E (f - E f)^2, to 1e-10 of itself. `saturated_fraction` is P(abs f'(X) <= the largest
    threshold), `dead_fraction` P(f'(X) = 0). Infinite where an integral diverges with one sign; NaN where a number does
    not exist, or cannot be told.
    """

    mean: float
    std: float
    value_mean: float
    value_second_moment: float
    derivative_mean: float
    derivative_second_moment: float
    saturated_fraction: float
    value_variance: float
    dead_fraction: float


@dataclass(frozen=True, slots=True)
class Expected:
    """E f, E f^2, E f', E f'^2 and Var f, with a `note` where one of them cannot be told."""

    value_mean: float
    value_second_moment: float
    derivative_mean: float
    derivative_second_moment: float
    value_variance: float
    note: str


def expected(seen: Scan, mean: float, std: float) -> Expected:
    """The expectations for X ~ N(mean, std^2)."""
    found = integrated(seen, mean, std)
    a, b, c, d = known(found, seen, mean, std)
    spread = variance(seen, a, b, found, (mean, std))
    return Expected(a, b, c, d, spread, told(found, d))


def four_moments(seen: Scan, mean: float, std: float) -> tuple[float, float, float, float]:
    """E f, E f^2, E f', E f'^2 for X ~ N(mean, std^2)."""
    return known(integrated(seen, mean, std), seen, mean, std)


def beyond_reach(seen: Scan, mean: float, std: float) -> bool:
    """Whether under the law f is infinite where rounding alone makes it so."""
    return any(abs(p - mean) < REACH * std for p in seen.lost)


def untold() -> Integrals:
    """The five integrals of a function that is lost under the law."""
    return Integrals(np.full(5, np.nan), np.zeros(5), np.zeros(5, dtype=bool), np.zeros(1), np.zeros(1))


def known(found: Integrals, seen: Scan, mean: float, std: float) -> tuple[float, float, float, float]:
    """The four moments of five integrals: a mean that is rounding alone is 0, a slope that no float has is NaN.

    By parts E f' = E f Z/std less what the jumps of f add, Z the input's distance from its mean (Stein 1981). Where
    that differs a typed expression may have a jump that was missed instead; a callable has its slope almost everywhere.
    """
    a, b, c, d, by_parts = (float(y) for y in found.total)
    size = found.size
    leaps = math.fsum(
        (k.right - k.left) * float(density(np.asarray((k.x - mean) / std))) for k in seen.kinks if k.order == 0
    )
    slope = (by_parts - leaps) / std
    apart = abs(slope - c) > max(UNSEEN * (float(size[4]) / std + float(size[2])), FEW_DIGITS / std)
    if apart and not seen.poles and seen.activation.family != "callable":
        c, d = slope if seen.knows_kinks else math.nan, math.nan
    sure = not (apart or leaps or seen.poles) and seen.activation.family != "callable"
    if sure and abs(c) < CANCELLED * size[2]:
        c, size = by_values(seen, mean, std, c, size)
    return (settle(a, size[0]), b, settle(c, size[2]), d)


def settle(total: float, size: float) -> float:
    """The expectation, 0 where it is rounding alone."""
    return 0.0 if math.isfinite(size) and abs(total) <= KNOWN * size else total


def told(found: Integrals, slope_square: float) -> str:
    """Why an expectation is not told; empty where all that exist are."""
    if not found.followed.all() and not math.isfinite(float(found.size[0])):
        return "f is not a finite number on a part of this law"
    if not found.followed.all():
        return "f turns too often under this law, or is lost in rounding: not all expectations can be told"
    if np.isnan(found.total).any():
        return "f grows so fast, at a pole or far out, that not all expectations exist"
    if math.isnan(slope_square) and not math.isnan(float(found.total[3])):
        return "f rises between neighbouring floats, where no slope is seen: not all expectations can be told"
    return ""


def integrated(seen: Scan, mean: float, std: float) -> Integrals:
    """E f, E f^2, E f', E f'^2 and E f Z, with Z = (X - mean)/std; squares that leave float64 are scaled meanwhile."""
    if beyond_reach(seen, mean, std):
        return untold()
    first = followed(seen, mean, std, 1.0, 1.0)
    value, slope = (scale(first, order) for order in (0, 2))
    if (value, slope) == (1.0, 1.0):
        return first
    again = followed(seen, mean, std, value, slope)
    with np.errstate(over="ignore", under="ignore"):
        squares = np.asarray([1.0, value, 1.0, slope, 1.0])
        total, size = (y * squares * squares for y in (again.total, again.size))
    if not seen.poles:  # at one of these a square below float64 diverges all the same
        # Towards the end of the density it may grow and mean nothing.
        total = np.where(np.isfinite(first.size), np.where(np.isinf(again.total), first.total, total), total)
    return Integrals(total, size, again.followed, again.low, again.high)


def scale(found: Integrals, order: int) -> float:
    """What to divide row `order` by before it is squared: 1, or a power of 2 where the square leaves float64."""
    size, square = float(found.size[order]), float(found.size[order + 1])
    if math.isfinite(size) and not math.isfinite(square):
        return HUGE
    return 1.0 / HUGE if size > 0 and square < 1e-290 else 1.0


def followed(seen: Scan, mean: float, std: float, value_scale: float, slope_scale: float) -> Integrals:
    """The five integrals with f and f' divided by a scale before they are squared.

    By few panels; then, of a periodic function under a wide law, by even samples; then by many panels. Where the waves
    under the law are beyond few panels, by even samples at once.
    """
    bends = [c.x for order in (1, 2) for c in seen.crossings(order)]
    kinks = [k.x for k in seen.kinks]
    narrow = narrow_places(seen, mean, std)
    if narrow is None or len(narrow) > MANY_NARROW:
        return untold()
    most = MOST_PANELS if len(narrow) <= MOST_BREAKS else MANY_PANELS

    def five(x: Array, z: Array) -> Array:
        value, slope = (seen.activation.derivative(x, order) for order in (0, 1))
        return np.stack([value, (value / value_scale) ** 2, slope, (slope / slope_scale) ** 2, value * z])

    # A function that oscillates has more turns than panels need; its kinks are never left out.
    breaks = [*kinks, *bends] if len(bends) + len(kinks) < MOST_BREAKS else kinks
    # Even samples would miss what is narrow.
    dense = WITHIN * waves(seen, mean, std) if seen.oscillates and not seen.poles and not narrow else 0.0
    if dense > MOST_PANELS:
        even = sampled(five, mean, std)
        if even.followed.all() or dense > MANY_PANELS:
            return even
    found = integrals(five, breaks, mean, std, seen.poles, most, narrow)
    if found.followed.all() or seen.poles or not seen.oscillates or narrow:
        return found
    even = sampled(five, mean, std)
    if even.followed.all() or countless(seen, std):
        return even
    return integrals(five, breaks, mean, std, seen.poles, MANY_PANELS, narrow)


def by_values(seen: Scan, mean: float, std: float, slope: float, size: Array) -> tuple[float, Array]:
    """E f' and the sizes as they are given, or as E (f - c) Z/std for a constant c has them where less cancels in that.

    The slopes on both sides of a bump cancel, the values do not.
    """
    narrow = narrow_places(seen, mean, std) or []
    with np.errstate(all="ignore"):
        level = 0.5 * float(seen.activation(np.asarray([mean - std, mean + std])).sum())
    breaks = [*(k.x for k in seen.kinks), *(c.x for order in (1, 2) for c in seen.crossings(order))]
    found = integrals(lambda x, z: (seen.activation(x) - level) * z, breaks, mean, std, narrow=narrow)
    own = float(found.size[0] + ROUNDING * size[0]) / std
    if not found.followed.all() or not own < CANCELLED * size[2]:
        return slope, size
    return float(found.total[0]) / std, np.where(np.arange(size.size) == 2, own, size)


def narrow_places(seen: Scan, mean: float, std: float) -> list[float] | None:
    """The narrow places under the law; None where they recur without end and too often to be told."""
    activation = seen.activation
    known = activation.landmarks(*activation.values)
    if not (known and seen.oscillates):
        return [p for p in known if abs(p - mean) < REACH * std]
    more = activation.landmarks_among(mean + std * np.linspace(-WIDE, WIDE, LOOKED), *activation.values)
    return None if more is None else sorted({p for p in (*known, *more) if abs(p - mean) < WIDE * std})


def waves(seen: Scan, mean: float, std: float) -> float:
    """About how many waves f' has in a standard deviation, told from the widest step that still follows them."""
    steps = 0.5 ** np.arange(52.0)
    z = (np.asarray([-BESIDE, BESIDE])[:, None, None] + steps[:, None] * np.arange(16.0)).reshape(-1, 16)
    with np.errstate(all="ignore"):
        slope = seen.activation.derivative(mean + std * z, 1)
        rough = np.abs(np.diff(slope, axis=1)).max(axis=1) > 0.25 * np.abs(slope).max(axis=1)
    return float(np.max(1.0 / (WAVE * np.tile(steps, 2)), initial=0.0, where=rough))


def countless(seen: Scan, std: float) -> bool:
    """Whether a law so wide has more waves of f, as they are beside the scan, than many panels follow."""
    x = None if seen.countless(1) else window(seen.activation, 1.0, seen.reach, seen.reach)
    if x is None:
        return True
    waves = 0.5 * turns(seen.activation, x) / abs(float(x[-1] - x[0]))
    return waves * WITHIN * std > MANY_PANELS
