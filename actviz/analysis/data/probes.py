"""Which values are counted for an activation: the floats where abs(f') is at most a threshold, as runs of them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from actviz import _numpy as np
from actviz.analysis.roots import LARGEST, changes, segments
from actviz.analysis.saturation.thresholds import below, checked_thresholds, joined
from actviz.analysis.scan import scan
from actviz.errors import BadInput

if TYPE_CHECKING:
    from actviz.activation import Activation, Array
    from actviz.analysis.roots import Function
    from actviz.analysis.scan import Scan

    Intervals = tuple[tuple[float, float], ...]

MOST_RUNS = 64
"""A function with more runs at a threshold is counted from its slope at each value: comparing would cost more."""

MOST_LEVELS = 8
"""A function of more straight pieces has its slope evaluated at each value."""

MOST_UNITS = 65_536
"""Units of an axis at most, each with figures of its own."""


@dataclass(frozen=True, slots=True)
class Run:
    """The float64 numbers from `low` to `high`, both included, all with abs(f') at most a threshold by the kernel.

    `interval` is the number of the saturated interval it belongs to; None for one apart, such as a single point at
    which the left derivative is small.
    """

    low: float
    high: float
    interval: int | None


@dataclass(frozen=True, slots=True)
class Level:
    """The float64 numbers from `low` to `high`, both included, at all of which f' is `slope`."""

    low: float
    high: float
    slope: float


@dataclass(frozen=True, slots=True)
class Probe:
    """What is counted for `activation`.

    `intervals` holds, for each threshold, the saturated intervals as `Saturation` has them; `runs`, for each threshold
    and last for 0, the runs of floats where abs(f') is at most that. None: too many, so that values are counted
    by their own slope, and `intervals` are empty. `levels` has the pieces of a function of few straight ones, whose
    slopes need no evaluation; it is empty for any other. `smooth` tells that f' has runs and bends
    nowhere but about 0, on the scale of x itself: known of the catalogue's functions, but of one with a place `mu`.
    """

    activation: Activation
    thresholds: tuple[float, ...]
    intervals: tuple[Intervals, ...]
    runs: tuple[tuple[Run, ...], ...] | None
    levels: tuple[Level, ...]
    smooth: bool

    @property
    def bounds(self) -> tuple[float, ...]:
        """The thresholds, then 0: what abs(f') is compared with."""
        return (*self.thresholds, 0.0)


def probe(activation: Activation, thresholds: tuple[float, ...]) -> Probe:
    """What to count for `activation` at each threshold; raise BadInput for thresholds that saturation refuses."""
    thresholds = checked_thresholds(thresholds)
    seen = scan(activation)
    bounds = (*thresholds, 0.0)
    with np.errstate(all="ignore"):
        straight = () if seen.oscillates else levels(seen)
        if seen.oscillates or any(changes(within(activation, t), seen.x) > 2 * MOST_RUNS for t in bounds):
            return Probe(activation, thresholds, ((),) * len(thresholds), None, straight, False)
        intervals = tuple(joined(below(seen, threshold)) for threshold in thresholds)
        found = tuple(runs(seen, t, some) for t, some in zip(bounds, (*intervals, ()), strict=True))
    return Probe(activation, thresholds, intervals, found, straight, is_smooth(seen))


def is_smooth(seen: Scan) -> bool:
    """Whether f' is known to have no feature far narrower than its distance from 0.

    Typed expressions and a user's own Python may have one anywhere, which no look from outside can rule out.
    """
    if seen.activation.family in ("callable", "expression"):
        return False
    return all(p.name != "mu" for p in seen.activation.parameters) and all(kink.x == 0 for kink in seen.kinks)


def within(activation: Activation, bound: float) -> Function:
    """1 where the kernel's abs(f') is at most `bound`, -1 elsewhere."""

    def side(x: Array) -> Array:
        return np.where(np.abs(activation.derivative(x, 1)) <= bound, 1.0, -1.0)

    return side


def runs(seen: Scan, bound: float, intervals: Intervals) -> tuple[Run, ...]:
    """The runs of floats where the kernel's abs(f') is at most `bound`, each with the interval that it touches."""
    ends = [end for pair in intervals for end in pair if math.isfinite(end)]
    points = np.unique(np.concatenate([seen.x, ends])) + 0.0
    found = []
    for s in segments(within(seen.activation, bound), points):
        if s.sign > 0:
            # What lies beyond the points looked at goes with the outermost of them.
            low = -LARGEST if s.low == points[0] else s.low
            high = LARGEST if s.high == points[-1] else s.high
            found.append(Run(low, high, touched(low, high, intervals)))
    return tuple(found)


def touched(low: float, high: float, intervals: Intervals) -> int | None:
    """The number of the interval that the floats from `low` to `high` share more with than a point, or else touch."""
    shared = [min(high, b) - max(low, a) for a, b in intervals]
    best = max(range(len(shared)), key=shared.__getitem__, default=None)
    return best if best is not None and shared[best] >= 0 else None


def levels(seen: Scan) -> tuple[Level, ...]:
    """The pieces of a function made of straight lines, each kink a piece of its own where f' has a third value there.

    Empty where f bends anywhere, or has more than `MOST_LEVELS` pieces.
    """
    cuts = sorted({end for kink in seen.kinks for end in (before(kink.x), kink.x)} | {-math.inf, LARGEST})
    if len(cuts) > 2 * MOST_LEVELS or any(s.sign != 0 for s in seen.cuts[2]):
        return ()
    slope = seen.activation.derivative(seen.x, 1)
    found: list[Level] = []
    for start, stop in pairwise(cuts):
        inside = slope[(seen.x > start) & (seen.x <= stop)]
        here = inside[0] if inside.size else seen.at(stop, 1)
        if not math.isfinite(here) or (inside != here).any():
            return ()
        low = math.nextafter(start, math.inf)
        joins = bool(found) and found[-1].slope == here
        found.append(Level(found.pop().low if joins else low, stop, float(here)))
    return tuple(found) if len(found) <= MOST_LEVELS else ()


def edges(probes: tuple[Probe, ...]) -> Array:
    """The numbers e, ascending, for which values x <= e are counted: what any run of `probes` can be told from."""
    pieces = [(run.low, run.high) for p in probes for some in p.runs or () for run in some]
    pieces += [(level.low, level.high) for p in probes for level in p.levels]
    every = {end for low, high in pieces for end in (before(low), high)}
    return np.asarray(sorted(e for e in every if -LARGEST <= e < LARGEST), dtype=np.float64)


def before(x: float) -> float:
    """The float64 number before `x`; -inf before the least finite one."""
    return math.nextafter(x, -math.inf)


def checked_units(units: int) -> int:
    """`units`; raise BadInput for more than 65,536: each has a row of figures of its own."""
    if units > MOST_UNITS:
        raise BadInput(f"the axis has {units:,} units; at most {MOST_UNITS:,} are told apart, so name no axis")
    return units
