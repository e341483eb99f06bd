"""What it takes for rows of logits to be safe in a dtype: the hardest value of each knob at which all reach a goal.

It is the least over the rows of each row's own, so that it merges, and most rows are found not to lower the least so
far by their margins alone. Of the others the values up to it are looked through, the parts that are proven left out.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from actviz import _numpy as np
from actviz.analysis.softmax.descent import last_reached, opened
from actviz.analysis.softmax.knobs import DECADE, DIGITS, HARDEST, NONE, SOFTEST, values
from actviz.analysis.softmax.logits import KNOBS
from actviz.analysis.softmax.margins import Search, block, close, margin, quick
from actviz.analysis.softmax.proofs import proven
from actviz.analysis.softmax.rounding import accumulator, rounding
from actviz.analysis.softmax.spans import GOALS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from actviz.analysis.softmax.logits import Knob
    from actviz.analysis.softmax.margins import Block
    from actviz.analysis.softmax.spans import Given, Goal
    from actviz.floats import Places

    Mask = NDArray[np.bool_]

NARROW = 300
"""The first part of those that most rows are proven by is a third of a percent wide, each next one twice as wide."""

TOGETHER = 64
"""Rows at most that are looked through together."""


ENDINGS = (BEYOND, MISSED, UNTOLD) = (0, 1, 2)
"""Why a place is the hardest: the next one takes a logit beyond float64, a row misses the goal there, or a row may."""

VAGUE = 300 * DECADE
"""From here on margins say nothing of which row is the worst."""

STRIDES = (64**4, 64**3, 64**2, 64, 1)
"""Of 64 places in turn, to find one among them all."""

NEAR = 2**6
"""Places by which it does not matter how far sums tell."""


@dataclass(frozen=True, slots=True)
class Safety:
    """What it takes in a dtype, its sum kept as the audit judges, to reach a goal with the rows of that audit.

    Goals: "naive", exp(x)/sum exp(x) does not break (Failure.breaks); "shifted", nor does the same of
    x - M, nor its logarithm; "positive", nor does that, and no probability of it is 0. `temperature` is the least from
    which on all rows do it (0: any), `scale` the greatest factor and `softcap` the greatest cap up to which they do
    (inf: any), among numbers of five digits, each in place of the one that was audited with, the other two as they
    are, and a logit may not go beyond float64. A temperature of inf, or a scale or cap of 0, says that there is none
    among those. Of the knobs in `bounds` harder values may do too: there were too many to be told.
    """

    dtype: str
    goal: Goal
    temperature: float
    scale: float
    softcap: float
    bounds: tuple[Knob, ...] = ()


def unknown(dtypes: int) -> Places:
    """The `marked` places of knobs.HARDEST, (dtypes, goals, knobs), as of no rows. Of two sets of rows it is the lesser
    one.
    """
    return np.full((dtypes, len(GOALS), len(KNOBS)), marked(HARDEST, MISSED))


def marked(place: int, ending: int) -> int:
    """A place and why it ends there as one number, in the order of both."""
    return len(ENDINGS) * place + ending


def told(mark: int) -> tuple[int, int]:
    """The place and why it ends there."""
    return divmod(mark, len(ENDINGS))


def lowered(found: Places, given: Given, dtypes: Sequence[str], judged: str) -> Places:
    """The `marked` hardest places at which all goals are reached by all rows so far and those `given`, none without a
    softmax; `judged` says how their sums are kept.
    """
    if not len(given.x):
        return found
    with np.errstate(all="ignore"):
        b = block(given)
        rows = [rounding(name) for name in dtypes]
        limits = [farthest(b, knob) for knob in KNOBS]
        return np.asarray(
            [
                [
                    [
                        lowest(Search(b, goal, knob, r, accumulator(r, judged)), limits[k], int(found[i, j, k]))
                        for k, knob in enumerate(KNOBS)
                    ]
                    for j, goal in enumerate(GOALS)
                ]
                for i, r in enumerate(rows)
            ]
        )


def safety(found: Places, dtypes: Sequence[str]) -> tuple[tuple[Safety, ...], ...]:
    """The same in numbers, goal by goal in each dtype."""
    return tuple(
        tuple(safety_at(name, goal, marks) for goal, marks in zip(GOALS, of_dtype, strict=True))
        for name, of_dtype in zip(dtypes, found.tolist(), strict=True)
    )


def safety_at(dtype: str, goal: Goal, marks: Sequence[int]) -> Safety:
    """The same of one goal, from the marked place of each knob."""
    temperature, scale, softcap = map(value, KNOBS, marks)
    bounds = tuple(knob for knob, mark in zip(KNOBS, marks, strict=True) if told(mark)[1] == UNTOLD)
    return Safety(dtype, goal, temperature, scale, softcap, bounds)


def value(knob: Knob, mark: int) -> float:
    """The value at a marked place, infinite or 0 where any does, or none."""
    place, ending = told(mark)
    every = place == HARDEST or ending == BEYOND
    if place >= SOFTEST and not every:
        return float(values(knob, np.asarray([place]))[0])
    return math.inf if every != (knob == "temperature") else 0.0


def farthest(b: Block, knob: Knob) -> int:
    """The hardest place that leaves each logit in float64."""
    size, found = b.size.max(), int(NONE)
    for step in STRIDES:
        tried = np.minimum(found + step * np.arange(1, 65), HARDEST)
        inside = np.isfinite(b.given.steps.turned(np.full(tried.size, size), knob, values(knob, tried)))
        found = int(tried[inside].max(initial=found))
    return found


def lowest(s: Search, limit: int, mark: int) -> int:
    """The marked place of the rows of the block and of those that `mark` is of; `limit` is the farthest one."""
    before = told(mark)[0]
    if before <= NONE:
        return mark
    found, untold = hardest(s, min(before, limit))
    if found == min(before, limit) and not untold:
        return min(mark, marked(limit, MISSED if limit == HARDEST else BEYOND))
    return marked(found, UNTOLD if untold else MISSED)


def sure(s: Search, rows: Places, places: Places) -> Mask:
    """Which rows reach the goal at a place each and at all softer ones, as far as their ends tell."""
    return margin(s, quick(s, rows, places)) >= 0


def hardest(s: Search, limit: int) -> tuple[int, bool]:
    """The hardest place, `limit` at most, at which and at all softer ones the rows of the block reach the goal, and
    whether harder ones may do as well.
    """
    rows, found, untold = np.arange(len(s.b.top)), limit, False
    rows = rows[~sure(s, rows, np.full(rows.size, found))]
    if rows.size > 1 and found >= VAGUE:
        first = int(sure_to(s, extremes(s.b)).min(initial=found))
        rows = worst_first(s, rows, max(first, SOFTEST))
        found, untold = reached_to(s, rows[:1], found)
        rows = rows[1:][~sure(s, rows[1:], np.full(rows.size - 1, found))]
    rows, taken = still_open(s, rows, found), 1
    narrowed = False
    while rows.size and found > NONE:
        before = found
        found, unknown = reached_to(s, rows[:taken], before)
        rows, taken = rows[taken:], min(4 * taken, TOGETHER)
        if found < before:
            rows, narrowed, untold = still_open(s, rows, found), False, unknown
        elif not narrowed:
            rows, narrowed = unsettled(s, rows, found), True
    return found, untold


def extremes(b: Block) -> Places:
    """The rows with the greatest and the least maximum, the greatest spread and the greatest logit."""
    ends = (b.top.argmax(), b.top.argmin(), (b.top - b.least).argmax(), np.maximum(b.top, -b.least).argmax())
    return np.unique(np.asarray(ends))


def worst_first(s: Search, rows: Places, place: int) -> Places:
    """The rows, the likeliest to miss the goal at a place first."""
    return rows[np.argsort(close(s, rows, np.full(rows.size, place)), kind="stable")]


def still_open(s: Search, rows: Places, place: int) -> Places:
    """Those of the rows whose margins leave open that they reach the goal, the likeliest to miss it first; each once,
    however often it comes.
    """
    margins = close(s, rows, np.full(rows.size, place))
    order = np.argsort(margins, kind="stable")
    return distinct(s, rows[order][margins[order] < 0])


def distinct(s: Search, rows: Places) -> Places:
    """The first of each of the rows that are the same."""
    if rows.size < 2:
        return rows
    x, added = s.b.given.x, s.b.given.added
    kept = np.hstack([side[rows].view(np.uint8) for side in (x, added) if side is not None])
    _, first = np.unique(kept.view(np.dtype((np.void, kept.shape[1]))).reshape(-1), return_index=True)
    return rows[np.sort(first)]


def unsettled(s: Search, rows: Places, found: int) -> Places:
    """Those of the rows that are not proven to reach the goal at `found` and all softer places by a few wide parts,
    down to where their margins tell.
    """
    left: list[Places] = []
    if rows.size and proven(s, rows[:1], np.asarray([SOFTEST]), np.asarray([found])).all():
        rows = rows[~proven(s, rows, np.full(rows.size, SOFTEST), np.full(rows.size, found))]
    hard, width = found, (found % DECADE + 10 ** (DIGITS - 1)) // NARROW
    while rows.size and width < 10 ** (DIGITS - 1):
        soft = hard - width
        at = np.full(rows.size, soft), np.full(rows.size, hard)
        held = proven(s, rows, *at)
        left, rows = [*left, rows[~held]], rows[held]
        rows = rows[close(s, rows, np.full(rows.size, soft)) < 0]
        hard, width = soft, 2 * width
    return np.concatenate([*left, rows])


def reached_to(s: Search, rows: Places, found: int) -> tuple[int, bool]:
    """The hardest place, `found` at most, at which and at all softer ones these rows reach the goal, and whether harder
    ones may do as well.
    """
    soft = closer_to(s, rows, found) + 1
    edges = soft[:, np.newaxis] + np.asarray([0, *(8**power for power in range(2, 10))])
    begin, end = edges[:, :-1], np.minimum(edges[:, 1:] - 1, found)
    kept = begin <= end
    of = np.broadcast_to(rows[:, np.newaxis], begin.shape)
    return last_reached(s, opened(of[kept], begin[kept], end[kept]), found)


def sure_to(s: Search, rows: Places) -> Places:
    """The hardest place up to which each row is sure to reach the goal as far as its ends tell."""
    found = np.full(rows.size, NONE)
    for step in STRIDES:
        tried = found[:, np.newaxis] + step * np.arange(1, 65)
        held = sure(s, np.repeat(rows, 64), tried.reshape(-1)).reshape(tried.shape)
        found += step * np.minimum.accumulate(held, axis=1).sum(axis=1)
    return found


def closer_to(s: Search, rows: Places, limit: int) -> Places:
    """The same as far as their sums tell, `limit` at most or what their ends tell, but for NEAR places."""
    held = sure_to(s, rows)
    open_ = np.maximum(held, limit) + 1
    while True:
        left = np.flatnonzero(open_ - held > NEAR)
        if not left.size:
            return held
        tried = (held[left] + open_[left]) // 2
        reach = close(s, rows[left], tried) >= 0
        held[left[reach]], open_[left[~reach]] = tried[reach], tried[~reach]
