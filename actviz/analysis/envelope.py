"""How high the waves of f' are far out, and the outermost point beyond which they stay below a threshold."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from actviz import _numpy as np
from actviz.analysis.points import among, turns
from actviz.analysis.roots import last_of_sign, segments
from actviz.floats import sign
from actviz.sampling import crowd

if TYPE_CHECKING:
    from actviz.activation import Activation, Array
    from actviz.analysis.roots import Function
    from actviz.analysis.scan import Scan
    from actviz.analysis.tails import Side

PER_TURN = 16
"""Points from one turn of f, f' or f'' to the next, so that none is missed."""

FEW_TURNS = 64
"""Turns that a window far out holds: enough to tell how high the waves are."""

FARTHEST, FURTHER = 1e13, 4.0
"""As far as waves are looked for, where floats are 0.002 apart, and how many times further out each look is."""

PROBE, STEADY = 2.0**20, 0.9
"""Waves that keep this part of their height so many times further out are taken never to die."""

PLAIN = 0.5
"""Waves whose tops are told to a few percent, or by many places, do not reach a threshold of twice what is met."""

ENOUGH = 24
"""So many narrow places in one stretch tell how high the waves there are: they are a few percent of x apart."""

FINEST = 2.0**20
"""A window of waves is at least so many floats wide, so that their tops are known to 1e-9 of the wave."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """The largest abs(f') met in a window of a few waves from each of `starts` outward, each 4 times the one before.

    `outward` is -1 on the left side and 1 on the right, `limit` the limit of f' there, NaN where unknown.
    """

    activation: Activation
    outward: float
    limit: float
    starts: tuple[float, ...]
    heights: tuple[float, ...]

    def dies(self, threshold: float) -> bool:
        """Whether the waves fall below `threshold`, and as far as can be told stay there."""
        if len(self.heights) < 3 or self.heights[-1] >= threshold:
            return False
        a, b, c = self.heights[-3:]
        return abs(self.limit) < threshold if not math.isnan(self.limit) else a > b > c or a == b == c == 0.0


def envelope(seen: Scan, side: Side) -> Envelope:
    """The height of the waves of f' on one side, from the end of the scan to where floats are too coarse."""
    outward = -1.0 if side == "left" else 1.0
    activation = seen.activation
    limit = activation.limits(*activation.values)[side == "right"][1]
    if activation.landmarks(*activation.values):
        return of_narrow(activation, outward, float(limit), seen.reach)
    if math.isnan(limit):
        near, far = (peak(seen.activation, outward, start) for start in (seen.reach, PROBE * seen.reach))
        if far >= STEADY * near:
            return Envelope(seen.activation, outward, float(limit), (seen.reach,), (near,))
    starts, heights = [], []
    start = width = seen.reach
    while start <= FARTHEST:
        x = window(seen.activation, outward, start, width)
        if x is None:
            break
        starts.append(start)
        heights.append(height(seen.activation, x))
        start, width = FURTHER * start, 2.0 * abs(float(x[-1] - x[0]))
    return Envelope(seen.activation, outward, float(limit), tuple(starts), tuple(heights))


def of_narrow(activation: Activation, outward: float, limit: float, first: float) -> Envelope:
    """The envelope by the narrow places far out that are known, where these are many; none without a limit."""
    far = outward * np.asarray(activation.landmarks(*activation.values))
    starts, heights = [], []
    start = first
    while start <= FARTHEST and not math.isnan(limit):
        inside = far[(far >= start) & (far < FURTHER * start)]
        known = outward * crowd(inside).reshape(-1) if inside.size >= ENOUGH else None
        x = window(activation, outward, start, start) if known is None else known
        if x is None:
            break
        starts.append(start)
        heights.append(height(activation, x))
        start *= FURTHER
    return Envelope(activation, outward, limit, tuple(starts), tuple(heights))


def peak(activation: Activation, outward: float, start: float) -> float:
    """The largest abs(f') in a window of a few waves from `start`; NaN where floats are too coarse there."""
    x = window(activation, outward, start, start)
    return math.nan if x is None else height(activation, x)


def window(activation: Activation, outward: float, start: float, width: float) -> Array | None:
    """Points from `start` outward, at most `width` far, that hold a few turns; None where floats are too coarse."""
    while width > FINEST * math.ulp(start):
        low, high = sorted((outward * start, outward * (start + width)))
        x = resolved(activation, low, high, FEW_TURNS)
        if x is not None:
            return x
        width *= 0.5
    return None


def resolved(activation: Activation, low: float, high: float, most: int) -> Array | None:
    """Points from `low` to `high`, many from a turn of f, f' or f'' to the next; None where these are more than `most`.

    Steps grow along the way, so that no wave looks like a slower one throughout.
    """
    count = 2 * PER_TURN * PER_TURN + 1
    while True:
        x = low + (high - low) * (np.exp2(np.linspace(0.0, 1.0, count)) - 1.0)
        x[-1] = high
        seen = among(activation, x)
        found = count if seen is None else turns(activation, seen)
        if seen is not None and found * PER_TURN <= count:
            return seen if found <= most else None
        if count > 2 * PER_TURN * most:
            return None
        count = 2 * count - 1


def with_turns(activation: Activation, x: Array) -> Array:
    """`x` with the floats between which f' or f'' changes sign."""
    found = [x]
    for order in (1, 2):
        derivative = partial(activation.derivative, order=order)
        signs = sign(derivative(x))
        at = np.flatnonzero(signs[:-1] != signs[1:])
        found += last_of_sign(derivative, x[at], x[at + 1])
    return np.unique(np.concatenate(found))


def height(activation: Activation, x: Array) -> float:
    """The largest abs(f') among the points."""
    return float(np.fmax.reduce(np.abs(activation.derivative(x, 1)), initial=0.0))


def outermost(found: Envelope, threshold: float) -> float | None:
    """The outermost point beyond which abs(f') stays below `threshold`: a root to the last bit.

    NaN where the waves are below it from the envelope's beginning on. None where they never are for good, or where
    that cannot be followed. From one window to the next further out the waves are taken to fall.
    """
    if not found.dies(threshold):
        return None
    if max(found.heights) < PLAIN * threshold:
        return math.nan
    above = [start for start, high in zip(found.starts, found.heights, strict=True) if high >= threshold]
    # The tops met among points are a little too low, so one window further may still reach the threshold.
    first = found.starts[0]
    low, high = (above[-1], FURTHER**2 * above[-1]) if above else (first, FURTHER * first)
    return last_crossing(found, threshold, low, high)


def last_crossing(found: Envelope, threshold: float, low: float, high: float) -> float | None:
    """The outermost root of abs(f') = threshold between `low`, where waves may reach it, and `high`, where none do."""
    activation = found.activation
    width = high - low
    while True:
        middle = 0.5 * (low + high)
        x = window(activation, found.outward, middle, width)
        if x is None:
            return None
        width = abs(float(x[-1] - x[0]))
        if high - low <= width:
            break
        reached = height(activation, with_turns(activation, x)) >= threshold
        low, high = (middle, high) if reached else (low, middle)
    x = window(activation, found.outward, low, 2.0 * width)
    if x is None:
        return None
    cut = segments(excess_over(activation, threshold), with_turns(activation, x))
    reaching = [s for s in cut if s.sign >= 0]
    if not reaching:
        return math.nan
    return reaching[-1].high if found.outward > 0 else reaching[0].low


def excess_over(activation: Activation, threshold: float) -> Function:
    """abs(f') less the threshold as a function of x; 0 where the two cannot be told apart."""

    def excess(x: Array) -> Array:
        over = np.abs(activation.derivative(x, 1)) - threshold
        # f' is good to a few ULP, so within two of them it equals the threshold for all that can be known.
        return np.where(np.abs(over) <= 2.0 * math.ulp(threshold), 0.0, over)

    return excess
