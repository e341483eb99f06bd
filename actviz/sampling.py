"""Points at which a curve is drawn: an even grid that hits 0 and every kink exactly."""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from actviz import _numpy as np
from actviz.errors import BadInput
from actviz.floats import bisected, sign

if TYPE_CHECKING:
    from actviz.activation import Activation, Array, Kink
    from actviz.floats import Places

MOST_POINTS = 1_000_000

GROWN = 1e3
"""So many times larger than at the points beside it a value is next to a pole; beside a jump or a root it is not."""


@dataclass(frozen=True, slots=True)
class Curve:
    """A derivative of `order` sampled along x.

    Where it jumps, x holds the point three times: the limit from the left, NaN, the limit from the
    right, so that a line breaks there. `breaks` are those points inside the interval. Where it
    changes sign over a pole, NaN stands between; `poles` are the points before those, and infinities.
    """

    activation: Activation
    order: int
    x: Array
    y: Array
    breaks: tuple[Kink, ...]
    poles: tuple[float, ...] = ()


def checked_interval(low: float, high: float) -> tuple[float, float]:
    """`(low, high)`; raise BadInput unless finite, in order, and apart enough to hold a grid."""
    said = ":".join(repr(float(end)).removesuffix(".0") for end in (low, high))
    if not (math.isfinite(low) and math.isfinite(high)):
        raise BadInput(f"the range {said} is not finite; give two numbers such as -6:6")
    if low >= high:
        what = "empty" if low == high else "upside down"
        raise BadInput(f"the range {said} is {what}; give the lesser number first, such as -6:6")
    if not math.isfinite(high - low):
        raise BadInput(f"the range {said} is too wide: its width is beyond the largest number of float64")
    if high - low < sys.float_info.min or high - low < 1e-12 * max(abs(low), abs(high)):
        raise BadInput(f"the range {said} is too narrow: float64 has too few numbers in it to draw")
    return low, high


def grid(interval: tuple[float, float], points: int, exact: tuple[float, ...] = ()) -> Array:
    """`points` numbers evenly over the interval, and 0 and each of `exact` that lies inside it.

    Raise BadInput for fewer than 2 points or more than a million.
    """
    if not 2 <= points <= MOST_POINTS:
        raise BadInput(f"{points} points cannot be sampled; give from 2 to {MOST_POINTS}")
    low, high = checked_interval(*interval)
    inside = [p for p in (0.0, *exact) if low <= p <= high]
    even = np.linspace(low, high, points)
    # An even point beside an exact one by rounding alone would draw a needle.
    spacing = (high - low) / points
    near = [np.abs(even - p) < 1e-6 * spacing for p in inside]
    kept = even[~np.any(near, axis=0)] if near else even
    # Not np.unique, which imports numpy.ma: a tenth of the time of a plot in the terminal.
    places = np.sort(np.concatenate([kept, np.asarray(inside, dtype=np.float64)]))
    once: Array = places[np.concatenate([[True], places[1:] != places[:-1]])] + 0.0
    return once


def crowd(places: Array) -> Array:
    """A row for each of `places`: itself, and points on both sides of it at every distance down to the next float.

    Each is an eighth as far as the one before, the farthest 1/8 away, or an eighth of the place itself.
    """
    steps = 0.125 ** np.arange(1.0, 18.0)
    size = np.abs(places)[:, None]
    around = np.concatenate([size * steps, np.maximum(size, 1.0) * steps], axis=1)
    rows: Array = np.concatenate([places[:, None], places[:, None] - around, places[:, None] + around], axis=1)
    return rows


def kink_places(*activations: Activation) -> tuple[float, ...]:
    """Where any of the functions has a kink or a jump."""
    return tuple(k.x for activation in activations for k in activation.kinks(*activation.values))


def exact_places(*activations: Activation) -> tuple[float, ...]:
    """The kinks and jumps, and points about the landmarks: a narrow bump is drawn and compared by these alone."""
    narrow = [p for activation in activations for p in activation.landmarks(*activation.values)]
    return (*kink_places(*activations), *(crowd(np.asarray(narrow)).reshape(-1).tolist() if narrow else ()))


def sample(activation: Activation, order: int, interval: tuple[float, float], points: int = 1001) -> Curve:
    """The derivative of `order` over the interval, broken where it jumps."""
    low, high = interval
    x = grid(interval, points, exact_places(activation))
    y = activation.derivative(x, order)
    breaks = tuple(k for k in activation.kinks(*activation.values) if k.order == order and low <= k.x <= high)
    for kink in breaks:
        at = int(np.searchsorted(x, kink.x))
        x = np.insert(x, at + 1, [kink.x, kink.x])
        y = np.concatenate([y[:at], [kink.left, np.nan, kink.right], y[at + 1 :]])
    found = united(poles(x, y), crossed(activation, order, x, y))
    if not found.size and order:
        value = activation(x)
        found = united(poles(x, value), crossed(activation, 0, x, value))
    elif not found.size:  # beside an even pole the slope alone changes its sign
        found = crossed(activation, 1, x, activation.derivative(x))
    places = tuple(x[found].tolist())
    for at in found[::-1]:
        if y[at] < 0 < y[at + 1] or y[at] > 0 > y[at + 1]:
            x = np.insert(x, at + 1, x[at] / 2 + x[at + 1] / 2)
            y = np.insert(y, at + 1, np.nan)
    return Curve(activation, order, x, y, breaks, places)


def united(some: Array, others: Places) -> Places:
    """The indices in either, ascending."""
    return np.asarray(sorted({*some.tolist(), *others.tolist()}), dtype=np.int64)


def crossed(activation: Activation, order: int, x: Array, y: Array) -> Places:
    """Indices of the points after which the derivative of `order`, y at x, changes sign over a pole.

    Two poles may be as near to each other as the points are: where the sign changes, to the last float, it is large.
    """
    size, sides = np.abs(y), sign(y)
    turns = np.isfinite(y[1:]) & np.isfinite(y[:-1]) & (sides[1:] * sides[:-1] < 0)
    close = large(size, np.flatnonzero(turns))
    if not close.size:
        return close
    ends = bisected(lambda t: sign(activation.derivative(t, order)) == sides[close], x[close], x[close + 1])
    grown = np.fmin(*(np.abs(activation.derivative(end, order)) for end in ends))
    with np.errstate(over="ignore"):
        kept: Places = close[grown > GROWN * np.maximum(size[close], size[close + 1])]
    return kept


def large(size: Array, turns: Places) -> Places:
    """Those of the points before a change of sign that stand out of the rest, as an undersampled wave's do not."""
    if not turns.size:
        return turns
    ordered = np.sort(size[np.isfinite(size)])  # not np.median, which imports numpy.ma
    with np.errstate(over="ignore"):
        kept: Places = turns[size[turns] + size[turns + 1] > 4.0 * ordered[ordered.size // 2]]
    return kept


def poles(x: Array, y: Array) -> Array:
    """Indices of the points after which y changes sign over a pole, or which stand next to an infinity at one.

    On either side of a pole three values grow towards it in size, ever faster; an infinity counts as grown.
    """
    if y.size < 6:
        return np.zeros(0, dtype=np.int64)
    with np.errstate(all="ignore"):
        size = np.abs(y)
        slope = np.diff(size) / np.diff(x)
        same = y[1:] * y[:-1] > 0
        nearer = (size[2:] > 2.0 * size[:-2]) & (slope[1:] > slope[:-1]) & (slope[:-1] > 0) & same[1:] & same[:-1]
        after = (size[:-2] > 2.0 * size[2:]) & (slope[:-1] < slope[1:]) & (slope[1:] < 0) & same[1:] & same[:-1]
        turns = (y[2:-3] * y[3:-2] < 0) & np.isfinite(y[2:-3]) & np.isfinite(y[3:-2])
        flips = large(size, np.flatnonzero(turns & nearer[:-3] & after[3:]) + 2)
        middle = np.flatnonzero(~np.isfinite(y[3:-3]) & nearer[:-4] & after[4:]) + 3
    # The gap at an infinity is on that side where the sign is not its own.
    left = [at - int(y[at] * y[at - 1] < 0) for at in middle.tolist()]
    return np.asarray(sorted({*flips.tolist(), *left}), dtype=np.int64)
