"""What it takes for rows of logits to be safe in a dtype: the hardest value of each knob at which all reach a goal.

It is the least over the rows of each row's own, so that it merges, and most rows are found not to lower the least so
far by their margins alone. Of the others the values up to it are looked through, the parts that are proven left out.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from actviz import _numpy as np
from actviz.analysis.softmax.knobs import DECADE, DIGITS, HARDEST, NONE, SOFTEST, values
from actviz.analysis.softmax.logits import KNOBS
from actviz.analysis.softmax.margins import Search, block, close, margin, quick
from actviz.analysis.softmax.rounding import accumulator, rounding
from actviz.analysis.softmax.spans import GOALS, reached, span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from actviz.analysis.softmax.logits import Knob
    from actviz.analysis.softmax.margins import Block
    from actviz.analysis.softmax.spans import Given, Goal
    from actviz.floats import Places

    Mask = NDArray[np.bool_]

AT_ONCE = 2**19
"""Logits of as many parts as are looked at together, or one part."""

PARTS = 8
"""What is not proven is cut into so many."""

NARROW = 300
"""The first part of those that most rows are proven by is a third of a percent wide, each next one twice as wide."""

TOGETHER = 64
"""Rows at most that are looked through together."""


@dataclass(frozen=True, slots=True)
class Safety:
    """What it takes in a dtype, its sum kept as the audit judges, to reach a goal with the rows of that audit.

    Goals: "naive", exp(x)/sum exp(x) does not break (Failure.breaks); "shifted", nor does the same of
    x - M, nor its logarithm; "positive", nor does that, and no probability of it is 0. `temperature` is the least from
    which on all rows do it (0: any), `scale` the greatest factor and `softcap` the greatest cap up to which they do
    (inf: any), among numbers of five digits, each in place of the one that was audited with, the other two as they
    are. A temperature of inf, or a scale or cap of 0, says that there is none.
    """

    dtype: str
    goal: Goal
    temperature: float
    scale: float
    softcap: float


def unknown(dtypes: int) -> Places:
    """The places of knobs.HARDEST, (dtypes, goals, knobs), as of no rows. Of two sets of rows it is the lesser."""
    return np.full((dtypes, len(GOALS), len(KNOBS)), HARDEST)


def lowered(found: Places, given: Given, dtypes: Sequence[str], judged: str) -> Places:
    """The hardest places at which all goals are reached by all rows so far and those `given`, none without a softmax;
    `judged` says how their sums are kept.
    """
    if not len(given.x):
        return found
    with np.errstate(all="ignore"):
        b = block(given)
        rows = [rounding(name) for name in dtypes]
        return np.asarray(
            [
                [
                    [
                        hardest(Search(b, goal, knob, r, accumulator(r, judged)), int(found[i, j, k]))
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
        tuple(Safety(name, goal, *map(value, KNOBS, at)) for goal, at in zip(GOALS, of_dtype, strict=True))
        for name, of_dtype in zip(dtypes, found.tolist(), strict=True)
    )


def value(knob: Knob, place: int) -> float:
    """The value at a place, infinite or 0 where any does, or none."""
    if SOFTEST <= place < HARDEST:
        return float(values(knob, np.asarray([place]))[0])
    return math.inf if (place == HARDEST) != (knob == "temperature") else 0.0


def sure(s: Search, rows: Places, places: Places) -> Mask:
    """Which rows reach the goal at a place each and at all softer ones, as far as their ends tell."""
    return margin(s, quick(s, rows, places)) >= 0


def proven(s: Search, rows: Places, soft: Places, hard: Places) -> Mask:
    """Which rows are proven to reach the goal from the place in `soft` to that in `hard`."""
    step = max(1, AT_ONCE // s.length)
    found = np.empty(rows.size, dtype=bool)
    for start in range(0, rows.size, step):
        part = slice(start, start + step)
        reach = span(s.b.given.at(rows[part]), s.knob, soft[part], hard[part])
        found[part] = reached(s.goal, reach, s.r, s.into)
    return found


def hardest(s: Search, found: int) -> int:
    """The hardest place, `found` at most, at which and at all softer ones the rows of the block reach the goal."""
    if found <= NONE:
        return found
    rows = np.arange(len(s.b.top))
    rows = rows[~sure(s, rows, np.full(rows.size, found))]
    if rows.size > 1 and found == HARDEST:  # where margins say nothing of which is worst
        first = int(sure_to(s, extremes(s.b)).min(initial=found))
        rows = worst_first(s, rows, max(first, SOFTEST))
        found, rows = last_reached(s, rows[:1], found), rows[1:]
        rows = rows[~sure(s, rows, np.full(rows.size, found))]
    rows, taken = still_open(s, rows, found), 1
    narrowed = False
    while rows.size and found > NONE:
        before = found
        found = last_reached(s, rows[:taken], before)
        rows, taken = rows[taken:], min(4 * taken, TOGETHER)
        if found < before:
            rows, narrowed = still_open(s, rows, found), False
        elif not narrowed:
            rows, narrowed = unsettled(s, rows, found), True
    return found


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


def last_reached(s: Search, rows: Places, found: int) -> int:
    """The hardest place, `found` at most, at which and at all softer ones these rows reach the goal.

    Parts of what is left are tried at their hard ends, where a miss leaves out all that is harder; those that are not
    proven are cut, until nothing is left.
    """
    soft = closer_to(s, rows, found) + 1
    edges = soft[:, np.newaxis] + np.asarray([0, *(PARTS**power for power in range(2, 10))])
    while True:
        rows, soft, hard = parts(rows, edges, found)
        if not rows.size:
            return found
        missed = ~proven(s, rows, hard, hard)
        found = min(found, int(hard[missed].min(initial=found + 1)) - 1)
        left = soft <= np.minimum(hard, found) - (hard <= found)
        rows, soft, hard = rows[left], soft[left], np.minimum(hard, found)[left]
        left = (soft == hard) | ~proven(s, rows, soft, hard)
        rows, soft, hard = rows[left], soft[left], hard[left]
        edges = soft[:, np.newaxis] + (hard + 1 - soft)[:, np.newaxis] * np.arange(PARTS + 1) // PARTS


def parts(rows: Places, edges: Places, found: int) -> tuple[Places, Places, Places]:
    """Row, soft and hard end of each part between two edges, (rows, edges), that does not begin beyond `found`."""
    soft, hard = edges[:, :-1], np.minimum(edges[:, 1:] - 1, found)
    kept = soft <= hard
    return np.broadcast_to(rows[:, np.newaxis], soft.shape)[kept], soft[kept], hard[kept]


def sure_to(s: Search, rows: Places) -> Places:
    """The hardest place up to which each row is sure to reach the goal as far as its ends tell."""
    found = np.full(rows.size, NONE)
    for step in (64**4, 64**3, 64**2, 64, 1):
        tried = found[:, np.newaxis] + step * np.arange(1, 65)
        held = sure(s, np.repeat(rows, 64), tried.reshape(-1)).reshape(tried.shape)
        found += step * np.minimum.accumulate(held, axis=1).sum(axis=1)
    return found


def closer_to(s: Search, rows: Places, limit: int) -> Places:
    """The same as far as their sums tell, `limit` at most or what their ends tell."""
    held = sure_to(s, rows)
    open_ = np.maximum(held, limit) + 1
    while True:
        left = np.flatnonzero(open_ - held > 1)
        if not left.size:
            return held
        tried = (held[left] + open_[left]) // 2
        reach = close(s, rows[left], tried) >= 0
        held[left[reach]], open_[left[~reach]] = tried[reach], tried[~reach]
