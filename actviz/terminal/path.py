"""From points to dots: a curve clipped to the window, without a gap, one dot thin, dashed along its length."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from actviz import _numpy as np

if TYPE_CHECKING:
    from actviz.figure import Dash

    Array = np.ndarray

FAR = 1e9
"""Dots from the window at which a point might as well be infinitely far."""
SEGMENTS_AT_ONCE = 16384
DASHES: dict[Dash | Literal["faint"], tuple[int, ...]] = {
    "solid": (1,),
    "dashed": (1, 1, 1, 1, 1, 1, 0, 0),
    "dotted": (1, 0),
    "faint": (1, 0, 0, 0),
    "dashdot": (1, 1, 1, 1, 1, 1, 0, 1, 1, 0),
}
"""Which dots along the curve are lit, repeated."""


def on_dots(unit: Array, count: int) -> Array:
    """Places with 0 and 1 at the centres of the first and last of `count` dots; infinities brought to FAR."""
    with np.errstate(all="ignore"):
        dots: Array = np.clip(unit * (count - 1), -FAR, FAR)
        return dots


def path(x: Array, y: Array, width: int, height: int) -> Array:
    """The dots of the curve through the points (x, y), given in dots: an int array (n, 2) in drawing order.

    Neighbours along the path touch, sideways or by a corner, but where NaN breaks the curve. What lies
    outside the window of `width` x `height` dots is left out.
    """
    known = ~(np.isnan(x) | np.isnan(y))
    starts = np.flatnonzero(known[:-1] & known[1:])
    joined = np.zeros(known.size, dtype=bool)
    joined[starts] = joined[starts + 1] = True
    alone = np.flatnonzero(known & ~joined)
    first = np.sort(np.concatenate([starts, alone]))
    last = first + joined[first]
    pieces = [np.zeros((0, 2), dtype=np.int64)]
    for at in range(0, first.size, SEGMENTS_AT_ONCE):
        i, j = first[at : at + SEGMENTS_AT_ONCE], last[at : at + SEGMENTS_AT_ONCE]
        segments = np.stack([x[i], y[i], x[j], y[j]], axis=1)
        pieces.append(trace(clipped(segments, width, height), width, height))
    return thinned(without_repeats(np.concatenate(pieces)))


def clipped(segments: Array, width: int, height: int) -> Array:
    """The parts inside the window of segments given as rows x0, y0, x1, y1 (Liang and Barsky, 1984)."""
    x0, y0, x1, y1 = segments.T
    dx, dy = x1 - x0, y1 - y0
    enter, leave = np.zeros_like(x0), np.ones_like(x0)
    outside = np.zeros(x0.size, dtype=bool)
    for step, room in ((-dx, x0 + 0.5), (dx, width - 0.5 - x0), (-dy, y0 + 0.5), (dy, height - 0.5 - y0)):
        with np.errstate(all="ignore"):
            at = room / step
        enter = np.where(step < 0, np.maximum(enter, at), enter)
        leave = np.where(step > 0, np.minimum(leave, at), leave)
        outside |= (step == 0) & (room < 0)
    kept = ~outside & (enter <= leave)
    ends = [x0 + enter * dx, y0 + enter * dy, x0 + leave * dx, y0 + leave * dy]
    inside: Array = np.stack(ends, axis=1)[kept]
    return inside


def trace(segments: Array, width: int, height: int) -> Array:
    """The dots along segments, at steps of one dot at most in either direction."""
    length = np.abs(segments[:, 2:] - segments[:, :2]).max(axis=1, initial=0.0)
    steps = np.ceil(length).astype(np.int64) + 1
    which = np.repeat(np.arange(steps.size), steps)
    order = np.arange(which.size) - np.repeat(np.cumsum(steps) - steps, steps)
    part = (order / np.maximum(steps - 1, 1)[which])[:, None]
    # Not a weighted mean, whose rounding moves points of an upright line to either side.
    places = segments[which, :2] + (segments[which, 2:] - segments[which, :2]) * part
    dots = np.floor(places + 0.5).astype(np.int64)
    return without_repeats(np.clip(dots, 0, np.array([width - 1, height - 1])))


def without_repeats(dots: Array) -> Array:
    """`dots` with each dot once where it follows itself."""
    return dots[np.concatenate([[True], np.any(dots[1:] != dots[:-1], axis=1)])] if len(dots) else dots


def thinned(dots: Array) -> Array:
    """`dots` without the corner of every L, so that a slanting curve is one dot thin."""
    if len(dots) < 3:
        return dots
    step = np.diff(dots, axis=0)
    straight = np.abs(step).sum(axis=1) == 1
    turn = np.all(np.abs(step[:-1] + step[1:]) == 1, axis=1)
    corner = straight[:-1] & straight[1:] & turn
    # Of neighbouring corners only every other one may go, or the staircase would break.
    index = np.arange(corner.size)
    before = np.maximum.accumulate(np.where(corner, -1, index))
    dropped = corner & ((index - before) % 2 == 1)
    kept: Array = dots[np.concatenate([[True], ~dropped, [True]])]
    return kept


def dashed(dots: Array, dash: Dash | Literal["faint"]) -> Array:
    """Those of `dots` that the dash pattern lights."""
    pattern = np.array(DASHES[dash], dtype=bool)
    lit: Array = dots[pattern[np.arange(len(dots)) % pattern.size]]
    return lit


def exits(x: Array, y: Array, width: int, height: int) -> list[tuple[int, int]]:
    """Where the curve crosses the top (-1) or bottom (+1) edge: pairs of dot column and direction.

    A curve that lies wholly beyond one edge counts as crossing it at four places.
    """
    found: list[tuple[int, int]] = []
    for edge, direction in ((-0.5, -1), (height - 0.5, 1)):
        beyond = np.where(np.isnan(x) | np.isnan(y), np.nan, (y - edge) * direction)
        with np.errstate(all="ignore"):
            crossing = (beyond[:-1] > 0) != (beyond[1:] > 0)
            at = np.flatnonzero(crossing & ~np.isnan(beyond[:-1]) & ~np.isnan(beyond[1:]))
            place = x[at] + (x[at + 1] - x[at]) * (beyond[at] / (beyond[at] - beyond[at + 1]))
        seen = (x > -0.5) & (x < width - 0.5)
        if not at.size and np.any(seen) and np.all(beyond[seen & ~np.isnan(beyond)] > 0):
            place = x[seen & ~np.isnan(beyond)]
            place = place[np.arange(1, 8, 2) * place.size // 8] if place.size else place
        # np.unique would import numpy.ma, a tenth of the time of a whole plot.
        columns = sorted(set(np.floor(place + 0.5)[(place > -0.5) & (place < width - 0.5)].tolist()))
        found.extend((int(column), direction) for column in columns)
    return found
