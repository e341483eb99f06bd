"""The histogram of an array's values under curves: the window that shows their bulk, its bars, what lies beyond."""

from __future__ import annotations

import sys
from itertools import pairwise
from typing import TYPE_CHECKING

from actviz import _numpy as np
from actviz.charts.saturation import ASIDE
from actviz.figure import Area, Line, Note
from actviz.signs import minus
from actviz.wording import percent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from actviz.activation import Array
    from actviz.analysis.data.observation import Observation
    from actviz.figure import Ink, Interval, Mark

LEAST_BINS, MOST_BINS = 24, 160
"""Bars over the width of the window: between these, two for each cube root of the values (Rice's rule)."""

TALLEST, HIGHEST = 0.6, 0.9
"""Parts of the curves' height, and of what of it is above y = 0, that the histogram's highest bar has at most."""

FARTHEST = sys.float_info.max / 16
"""The window ends here at the latest: its width and what is around it must stay in float64."""

NEAREST = 1e-280
"""The window reaches so far beyond the values at least: matplotlib shows any within 2e-287 of 0 as if it were 0.1 wide
(transforms.nonsingular), and sampling.checked_interval refuses one of 2e-308."""

CLOSEST = 1e-6
"""Part of the largest value by which it does so: closer, numbers at the axis run into each other, and the histogram,
whose cells are 1/256 wide, is flat anyway."""

FAR = 0.97
"""A gap between values that takes more of their width than this squeezes one side of it."""

SPREAD = 3
"""Cells of the sketch from which on values are more than one number and its rounding."""

LEAST_BULK, LEAST_NEAR = 0.01, 0.05
"""Parts of the values that one side of such a gap has at least to be shown alone, and to be preferred for being nearer
to 0."""

CUT = (1, 5, 10)
"""Percents of the values that may lie beyond each end of the window: the first, where they squeeze the rest more."""

LEAST_BEYOND = 0.005
"""The least part of the values beyond an end of the window that is spoken of."""

APART = 0.8
"""Part of the distance between two values that their bars take at most, where each value has its own."""

ROW = 0.1
"""Height of a row of text, as a part of the curves'."""


def extent(one: Observation) -> Interval:
    """The window of x: the bulk of the values and a quarter more on both sides, and 0 where it is not far.

    The bulk is from the 1% to the 99% quantile, or fewer where those would squeeze these. Values beyond a gap that
    takes nearly all of the width are left out, such as those of a mask.
    """
    cells = bulk(np.asarray(one.cells, dtype=np.float64))
    low, high = quantiles(cells, CUT[0])
    for part in CUT[1:]:
        a, b = quantiles(cells, part)
        if 0 < b / 2 - a / 2 < (1 - FAR) * (high / 2 - low / 2):
            low, high = a, b
    low, high = (min(max(end, -FARTHEST), FARTHEST) for end in (low, high))
    room = 0.25 * (high - low) or 0.5 * abs(high) or 1.0
    room = max(room, NEAREST, CLOSEST * max(abs(low), abs(high)))
    low, high = low - room, high + room
    if low - (high - low) < 0 < high + (high - low):
        low, high = min(low, -0.05 * (high - low)), max(high, 0.05 * (high - low))
    return low, high


def bulk(cells: Array) -> Array:
    """The cells (low, high, count) that are on the better side of every gap that takes nearly all of the width.

    The better side is spread over more than a few cells. Where both are it is the one nearer to 0, if that has a
    twentieth of the values.
    """
    least = LEAST_BULK * cells[:, 2].sum()
    while len(cells) > 1:
        # Halved, for the width of float64's numbers is beyond float64.
        gaps = cells[1:, 0] / 2 - cells[:-1, 1] / 2
        at = int(gaps.argmax()) + 1
        sides = [side for side in (cells[:at], cells[at:]) if len(side) >= SPREAD and side[:, 2].sum() >= least]
        if gaps[at - 1] <= FAR * (cells[-1, 1] / 2 - cells[0, 0] / 2) or not sides:
            break
        sides.sort(key=lambda side: float(np.abs(side[:, :2]).min()))
        near = sides[0][:, 2].sum() >= LEAST_NEAR * cells[:, 2].sum()
        cells = sides[0] if near else sides[-1]
    return cells


def quantiles(cells: Array, part: int) -> Interval:
    """From where to where the cells reach below and above which are `part` percent of the values at most."""
    passed = np.cumsum(cells[:, 2])
    ranks = np.maximum(np.ceil(passed[-1] * np.asarray([part, 100 - part]) / 100), 1)
    first, last = np.searchsorted(passed, ranks)
    return float(cells[first, 0]), float(cells[last, 1])


def histogram_marks(
    one: Observation, interval: Interval, heights: Interval, ink: Ink, breaks: Sequence[float]
) -> list[Mark]:
    """The histogram in steps as tall as the values are dense, its foot at y = 0; nothing where no value is inside."""
    edges = bars(one, interval, breaks)
    widths = np.diff(edges)
    if not widths.any():
        return []
    dense = np.asarray(one.histogram(edges.tolist()).counts) / (widths / widths.max())
    if not dense.any():
        return []
    low, high = heights
    tall = min(TALLEST * (high - low), HIGHEST * high)
    x = np.repeat(edges, 2)
    steps = np.concatenate([[0.0], tall * np.repeat(dense / dense.max(), 2), [0.0]])
    return [Area(x, np.zeros(steps.size), steps, ink), Line(x, steps, "", ink, width=0.5)]


def bars(one: Observation, interval: Interval, breaks: Sequence[float]) -> Array:
    """The edges of the histogram's bars in the window, ascending: a bar a value where these are few, else bins.

    A bin ends at each of `breaks` that has values on both sides, as far as they are not closer than a bin is wide, the
    first ones first. Bins end halfway between integers where each cell has one in it.
    """
    step = (interval[1] - interval[0]) / max(LEAST_BINS, min(MOST_BINS, round(2.0 * one.whole.finite ** (1 / 3))))
    low, high = max(interval[0], one.whole.low), min(interval[1], one.whole.high)
    if low > high:
        return np.zeros(0)
    cells = np.asarray(one.cells, dtype=np.float64)
    few = few_bars(cells, interval, step)
    if few is not None:
        return few
    if (np.ceil(cells[:, 0]) > cells[:, 1]).any():  # cells with no integer in them
        return bins(low, high, step, breaks)
    low, high, *breaks = (float(np.floor(x)) + 0.5 for x in (np.ceil(low) - 1.0, high, *breaks))
    return np.floor(bins(low, high, max(1.0, round(step)), breaks)) + 0.5


def few_bars(cells: Array, interval: Interval, step: float) -> Array | None:
    """Both edges of a bar about each value, `step` wide at most; None where bars would be thin, or hide a spread."""
    middle = cells[:, 0] / 2 + cells[:, 1] / 2
    seen = (middle >= interval[0]) & (middle <= interval[1])
    middle, wide = middle[seen], (cells[:, 1] - cells[:, 0])[seen]
    apart = float(np.diff(middle).min(initial=2.0 * step))
    bar = min(step, APART * apart)
    if not middle.size or apart < step / 2 or wide.max() > bar:
        return None
    edges: Array = (middle[:, None] + np.asarray([-bar / 2, bar / 2])).reshape(-1)
    return edges


def bins(low: float, high: float, step: float, breaks: Sequence[float]) -> Array:
    """Edges from `low` to `high`, at the `breaks` between, and about every `step`; from there to a break it is one."""
    kept: list[float] = []
    for place in breaks:
        if low <= place <= high and all(abs(place - other) >= step for other in kept):
            kept.append(place)
    if kept:
        low = min(low, min(kept) - step)
        # What is at an edge belongs to the bin on its left, as the slope there is the left one.
        high = max(high, max(kept) + step) if high > max(kept) else high
    ends = sorted({low, *kept, high})
    parts = [np.linspace(a, b, max(1, round((b - a) / step)) + 1)[:-1] for a, b in pairwise(ends)]
    return np.concatenate([*parts, [ends[-1]]])


def beyond(one: Observation, interval: Interval, height: float, row: float) -> list[Note]:
    """How much of the values lies beyond each end of the window, a note a row from `height` on; nothing where few."""
    cells = np.asarray(one.cells, dtype=np.float64)
    low, high = interval
    # A cell across the end may be inside.
    sides = ((low, "below", cells[:, 1] < low), (high, "above", cells[:, 0] > high))
    aside = ASIDE * (high - low)
    notes: list[Note] = []
    for end, where, far in sides:
        share = float(cells[far, 2].sum()) / one.whole.finite
        if share < LEAST_BEYOND:
            continue
        text = f"{percent(share)} {where} {minus(f'{rounded(end):g}')}"
        y = height + len(notes) * row
        left = where == "below"
        notes.append(Note(text, end + aside if left else end - aside, y, align="left" if left else "right"))
    return notes


def rounded(x: float) -> float:
    """The number to three digits."""
    return float(f"{x:.3g}")
