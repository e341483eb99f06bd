"""Maps of what befalls softmax: over the largest logit and the spread, over the largest logit and their number."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from actviz import _numpy as np
from actviz.analysis.softmax.cliffs import cliffs
from actviz.analysis.softmax.failures import Failure
from actviz.analysis.softmax.parts import failure
from actviz.analysis.softmax.rounding import accumulator, rounding
from actviz.analysis.softmax.rows import columns, rows_in
from actviz.analysis.softmax.sums import summed
from actviz.figure import Area, Interval, Line, Mark, Marker, Note, Panel, Rule
from actviz.floats import floating, ordinal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from actviz.activation import Array
    from actviz.analysis.softmax.cliffs import Cliffs
    from actviz.analysis.softmax.failures import Codes

    Point = tuple[float, float]

LIFT = 0.06
"""How far from a line its name stands, in parts of the window; twice that, one of two lines of text."""

INSET = 0.02
"""How far from the edge of a map words begin, in parts of its width."""

ACROSS, UP = 160, 120
"""Vectors evaluated for a map."""

MOST_LOGITS = 64
"""Logits of such a vector at most; a longer one's map is that of so many."""

BEFORE, BEYOND = 0.25, 0.4
"""How far a map goes below the logits whose exp is 0, and above those whose exp is infinite, in parts of what lies
between."""

LENGTHS = (*(step * 10**k for k in range(5) for step in (1, 2, 5)), 100_000)
"""Numbers of equal logits along the second map; where more are asked for, powers of ten go on to them."""

LABELS = {
    Failure.VANISHED: "some y is 0",
    Failure.ALL_VANISHED: "0/0",
    Failure.SUM_OVERFLOW: "sum is\n{beyond}",
    Failure.EXP_OVERFLOW: "exp is\n{beyond}",
    Failure.LOGIT_OVERFLOW: "logit\nis {beyond}",
}

INKS = {
    Failure.VANISHED: 0,
    Failure.ALL_VANISHED: 3,
    Failure.SUM_OVERFLOW: 4,
    Failure.EXP_OVERFLOW: 1,
    Failure.LOGIT_OVERFLOW: 5,
}

HEIGHT = 0.8
"""Where in the height of its region a name stands: above the words on the max-shifted form."""

DEEP = 0.2
"""Under this height a line's name stands above it, clear of the discs of short vectors."""

NARROW = 0.12
"""Parts of the width and of the height that a region's name takes."""


def window(dtype: str) -> Interval:
    """From where exp is 0 to where it is infinite, and some more."""
    ends = cliffs(dtype)
    between = ends.overflow - ends.zero_to
    return ends.zero_to - BEFORE * between, ends.overflow + BEYOND * between


def spread_map(dtype: str, n: int, points: Sequence[Point], accumulate: str = "native") -> Panel:
    """What becomes of the naive softmax of n logits spread evenly below the largest, its sum kept "native" or "wide",
    the thresholds drawn.

    `points` are the largest logits and spreads of vectors; open discs at the edge are those beyond the window. A single
    logit has no spread, and max-shifted always gives 1.
    """
    low, high = window(dtype)
    wide = high - low
    tops, spreads = np.linspace(low, high, ACROSS), np.linspace(0.0, wide, UP)
    count = min(n, MOST_LOGITS)
    whole = (low, high), (0.0, wide)
    marks: list[Mark] = [
        *regions(tops, spreads, outcomes(dtype, count, tops, spreads, accumulate), rounding(dtype).beyond),
        *lines(cliffs(dtype, count), accumulate, *whole),
        *(placed(at, *whole) for at in points),
    ]
    about = f"largest; dashed: sum of {count} equal" if count > 1 else "the logit"
    title, axis = f"{dtype}: naive softmax", with_open("spread, even" if count > 1 else "", marks)
    ticks = () if count > 1 else ((0.0, ""),)
    return Panel(tuple(marks), title, about, axis, *whole, "frame", legend=False, yticks=ticks)


def lines(ends: Cliffs, accumulate: str, x: Interval, y: Interval) -> list[Mark]:
    """Where exp of the largest logit fails, and of several their sum and the smallest probability when max-shifted."""
    overflow, zero = rounded_to(ends.dtype, ends.overflow), -rounded_to(ends.dtype, -ends.zero_to)
    marks: list[Mark] = [Rule(overflow, ink="ink"), Rule(zero, ink="ink")]
    if ends.length > 1:
        dashed = rounded_to(ends.dtype, ends.sum_overflows(accumulate))
        place = (zero + dashed) / 2, 2 * LIFT * y[1] - zero
        marks += [
            Rule(dashed, dash="dashed", ink="muted"),
            Line(x, (-zero, -zero), "", "ink", "dotted"),
            Note("max-shifted:\nsome y is 0", *place, align="center"),
        ]
    return marks


def rounded_to(dtype: str, number: float) -> float:
    """From where on logits are rounded to this number of the dtype: half way from the one below."""
    r = rounding(dtype)
    held = r.hold(np.asarray([number]))
    return number / 2 + float(floating(ordinal(held) - 1, r.kind)[0]) / 2


def with_open(axis: str, marks: Sequence[Mark]) -> str:
    """What is said over the axis, and what an open disc is where there is one."""
    if not any(isinstance(mark, Marker) and mark.shape == "open" for mark in marks):
        return axis
    return "; ".join(filter(None, (axis, "○: off the map")))


def outcomes(dtype: str, n: int, tops: Array, spreads: Array, accumulate: str) -> Codes:
    """What befell the naive softmax of each vector, (spreads, tops), lost digits apart."""
    down = np.linspace(0.0, 1.0, n) if n > 1 else np.zeros(1)
    logits = tops[np.newaxis, :, np.newaxis] - spreads[:, np.newaxis, np.newaxis] * down
    with np.errstate(all="ignore"):
        rows = rows_in(columns(logits.reshape(-1, n)), rounding(dtype))
        found = failure("naive", rows, summed(rows.r.exp(rows.x), accumulator(rows.r, accumulate)))
    return found.reshape(spreads.size, tops.size)


def regions(x: Array, y: Array, codes: Codes, beyond: str) -> list[Mark]:
    """The ground of each failure shaded in its colour, and its name where there is room.

    `beyond` is what a number too large for the dtype becomes.
    """
    marks: list[Mark] = []
    step = y[1] - y[0]
    half = (x[1] - x[0]) / 2
    sides = np.stack([x - half, x + half], axis=1).reshape(-1)
    for kind in LABELS:
        runs = [stretches(column == kind) for column in codes.T]
        for layer in range(max(map(len, runs))):
            ends = [(run[layer] if layer < len(run) else (math.nan, math.nan)) for run in runs]
            low, high = np.asarray(ends, dtype=np.float64).T * step
            ground = Area(sides, np.repeat(low, 2), np.repeat(np.minimum(high, y[-1]), 2), INKS[kind])
            marks += [ground, *name_of(kind, beyond, x, low, high, y)]
    return marks


def stretches(marked: np.ndarray) -> list[tuple[int, int]]:
    """The first index of each run of True, and the one behind its last."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], marked, [False]])))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))


def name_of(kind: Failure, beyond: str, x: Array, low: Array, high: Array, y: Array) -> list[Mark]:
    """The failure's name in the middle of its region; nothing where that is small."""
    there = np.flatnonzero(np.isfinite(low))
    if not there.size:
        return []
    middle = int(there[there.size // 2])
    height = low[middle] + HEIGHT * (high - low)[middle]
    half = NARROW * (y[-1] - y[0]) / 2
    room = (low <= height - half) & (high >= min(height + half, y[-1]))
    if np.count_nonzero(room) < NARROW * x.size:
        return []
    said = LABELS[kind].format(beyond=beyond)
    return [Note(said, float(x[middle]), float(height), align="center", ink=INKS[kind])]


def placed(at: Point, x: Interval, y: Interval) -> Marker:
    """A vector's disc, open at the edge where the vector lies beyond the window."""
    inside = (min(max(at[0], x[0]), x[1]), min(max(at[1], y[0]), y[1]))
    return Marker(*inside, "closed" if inside == at else "open", "ink")


def length_map(
    dtype: str, points: Sequence[tuple[float, int]], asked: int | None = None, accumulate: str = "native"
) -> Panel:
    """From which logit n equal ones overflow the sum: a running one kept "native" or "wide", and n exp(x) itself.

    The window begins where exp is 0. A diamond says where `asked` logits do.
    """
    decades = math.ceil(math.log10(asked or 1))
    lengths = (*LENGTHS, *(10**k for k in range(6, decades + 1)))
    found, ends = [cliffs(dtype, n) for n in lengths], cliffs(dtype)
    low, high = ends.zero_to, window(dtype)[1]
    n = np.asarray(lengths, dtype=np.float64)
    running = np.asarray([c.sum_overflows(accumulate) for c in found])
    top = float(n[-1])
    beyond = np.concatenate([running[::-1], [high]]), np.concatenate([n[::-1], [1.0]])
    marks: list[Mark] = [
        Area(*beyond, np.full(n.size + 1, top), INKS[Failure.SUM_OVERFLOW]),
        Line(running, n, "", INKS[Failure.SUM_OVERFLOW]),
        Line(np.asarray([c.total_overflow for c in found]), n, "", INKS[Failure.EXP_OVERFLOW], "dashed"),
        *lettering(dtype, accumulate, [count for _, count in points], (low, high), top),
        *(placed((x, float(count)), (low, high), (1.0, top)) for x, count in points),
    ]
    if asked is not None:
        marks.append(Marker(min(cliffs(dtype, asked).sum_overflows(accumulate), high), asked, "diamond", "ink"))
    name, axis = f"{dtype}: n equal logits", with_open("n" if asked is None else f"n; ◆: {asked:,}", marks)
    extent = (1.0, top)
    about = "rounded logit; dashed: n exp(x)"
    return Panel(tuple(marks), name, about, axis, (low, high), extent, "frame", yscale="log", legend=False)


def lettering(dtype: str, accumulate: str, counts: Sequence[int], x: Interval, top: float) -> list[Mark]:
    """What is shaded in the second map, and at how many ones a running sum stops growing where it shows that, clear of
    discs at the numbers `counts`.
    """
    inset = INSET * (x[1] - x[0])
    r = rounding(dtype)
    stops = cliffs(accumulator(r, accumulate).name).stops_growing
    stalled = math.log(stops) / math.log(top)
    sum_is = LABELS[Failure.SUM_OVERFLOW].format(beyond=r.beyond)
    marks: list[Mark] = [Note(sum_is, x[1] - inset, top**0.85, align="right", ink=INKS[Failure.SUM_OVERFLOW])]
    if stalled < 1:
        place, other = (stalled + LIFT, stalled - LIFT)[:: 1 if stalled < DEEP else -1]
        taken = any(abs(math.log(count) / math.log(top) - place) < LIFT for count in counts)
        name = Note(f"ones stop: {stops:g}", x[0] + inset, top ** (other if taken else place))
        marks += [Rule(stops, "y", "dotted", "ink"), name]
    return marks
