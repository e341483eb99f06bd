"""How far rows are from where they might miss a goal, at a value of a knob and at all softer ones, without summing.

Told from a row's ends and from how large its running sum can be. Of the logits of a row, softer ones are nearer to one
another: as they are softened the least probability does not fall, and no exp above 1 rises. A sum that rounds to
nearest gains at a step by rounding no more than the term that it adds, nor than half a unit where it ends; and terms of
at most 1 do not take it beyond where they no longer change it, nor terms of at most t beyond 2t times that.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from actviz import _numpy as np
from actviz.analysis.softmax.cliffs import stops_growing
from actviz.analysis.softmax.knobs import SOFTEST, values
from actviz.analysis.softmax.masks import HIDES
from actviz.analysis.softmax.spans import visible
from actviz.floats import finfo

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from actviz.activation import Array
    from actviz.analysis.softmax.logits import Knob
    from actviz.analysis.softmax.rounding import Rounding
    from actviz.analysis.softmax.spans import Given, Goal
    from actviz.floats import Floats, Places

    Mask = NDArray[np.bool_]

FAINT = 746.0
"""exp of less than minus this is 0 in float64."""

LN2 = math.log(2.0)

AWRY, OFF = 1e-4, 2.0**-21
"""More than float32 is off where it sums exps, log of the sum taken, but for what it moves logits by, relatively."""

TINY = 2.0**-100
"""Where values below this are among those tried float64 is used throughout: float32 holds them less well."""

SLAB = 2**17
"""Logits at a time: they stay in the cache."""


@dataclass(frozen=True, slots=True)
class Ends:
    """Of rows, (rows,), at a value and all softer ones: the largest logit, at least `low_top` and at most `top`, the
    largest `size`, and at most the `spread` and, beside the largest exp, log of the sum, these two together too.
    """

    top: Array
    low_top: Array
    size: Array
    spread: Array
    log_sum: Array


@dataclass(frozen=True, slots=True)
class Block:
    """Rows, `hidden` being their logits with -inf also where a number that hides is added, and the ends of these.

    Rows are `plain` that nothing else is added to, and whose logits are hidden for good as long as the largest
    `size` of them all, once the knob is turned, is below `faint`.
    """

    given: Given
    hidden: Floats
    top: Array
    least: Array
    size: Array
    plain: Mask
    faint: Array


def block(given: Given) -> Block:
    """Rows prepared for their margins."""
    x, added = given.x, given.added
    top, least = ends_of(x)
    size = np.maximum(np.abs(top), np.abs(least))
    faint, plain, hidden = np.full(len(x), np.inf), np.ones(len(x), dtype=bool), x
    if added is not None:
        hides = added <= HIDES
        plain = (hides | (added == 0)).all(axis=1)
        hidden = np.where(hides, np.asarray(-np.inf, dtype=x.dtype), x)
        faint = -(np.where(hides, added, -np.inf).max(axis=1).astype(np.float64) + FAINT) / 2.0
        top, least = ends_of(hidden)
    return Block(given, hidden, top, least, size, plain, faint)


def ends_of(x: Floats) -> tuple[Array, Array]:
    """The largest of each row, and the least that is not -inf."""
    least = x.min(axis=1)
    if not (least > -np.inf).all():
        least = np.where(x > -np.inf, x, np.inf).min(axis=1)
    return x.max(axis=1).astype(np.float64), least.astype(np.float64)


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for in a block: where its rows miss a goal as a knob is turned, in the dtype of `r`, the sums kept
    in that of `into`.
    """

    b: Block
    goal: Goal
    knob: Knob
    r: Rounding
    into: Rounding

    @property
    def length(self) -> int:
        """How many logits a row has."""
        return len(self.b.hidden[0])

    @property
    def bends(self) -> bool:
        """That of the steps: then each difference is taken to be as great as its two logits allow."""
        return self.b.given.steps.bends(self.knob)

    @property
    def drift(self) -> float:
        """log of how much larger than its terms' sum a running sum can be."""
        return min(self.length * 2.0**-self.into.precision, LN2)


def quick(s: Search, rows: Places, places: Places) -> Ends:
    """The ends of some rows, their sums taken to be as great as they can; NaN where they are not plain."""
    b, at = s.b, values(s.knob, places)
    top, least, size = (b.given.steps.turned(y[rows], s.knob, at) for y in (b.top, b.least, b.size))
    top = np.where(b.plain[rows] & (size < b.faint[rows]), top, np.nan)
    log_sum = np.full(rows.size, math.log(s.length) + s.drift)
    spread = np.maximum(top, 0.0) - np.minimum(least, 0.0) if s.bends else top - least
    return Ends(top, np.minimum(top, 0.0), np.maximum(np.abs(top), np.abs(least)), spread, log_sum)


def close(s: Search, rows: Places, places: Places) -> Array:
    """The margins of some rows at a place each, told from their own sums; NaN is none."""
    plain = ~np.isnan(quick(s, rows, places).top)
    found = np.empty(rows.size)
    for some, ends in ((plain, summed), (~plain, apart)):
        if some.any():
            found[some] = margin(s, ends(s, rows[some], places[some]))
    return np.where(np.isnan(found), -np.inf, found)


def summed(s: Search, rows: Places, places: Places) -> Ends:
    """The ends of plain rows, their sums no larger than rounding can make them, if they are to reach the goal."""
    found = quick(s, rows, places)
    limit = (
        -found.spread - math.log(faintest(s.r)) + LN2 if s.goal == "positive" else math.log(s.into.largest) - found.top
    )
    half_unit = np.exp(limit) * 2.0**-s.into.precision
    at = values(s.knob, places)[:, np.newaxis]
    if at.min() > TINY:
        at = at.astype(s.b.hidden.dtype)
    total = np.empty(rows.size)
    step = max(1, SLAB // s.length)
    for start in range(0, rows.size, step):
        part = slice(start, start + step)
        e = s.b.given.steps.turned(s.b.hidden[rows[part]], s.knob, at[part])
        top = found.top[part, np.newaxis].astype(e.dtype)
        e = np.maximum(e, 0) - np.maximum(top, 0) if s.bends else e - top
        np.exp(e, out=e)
        total[part] = e.sum(axis=1)
        total[part] += np.minimum(e, half_unit[part, np.newaxis].astype(e.dtype), out=e).sum(axis=1)
    own = np.log(total) + AWRY + OFF * found.size
    return replace(found, log_sum=np.where(OFF * found.size < 1.0, own, found.log_sum))


def apart(s: Search, rows: Places, places: Places) -> Ends:
    """The ends of any rows. Numbers that are added stay apart however soft the logits: of two logits' difference,
    which only grows or only shrinks, the greater is that at this place or at the softest, and so of a sum of their exps
    no more than both together.
    """
    given, knob = s.b.given.at(rows), s.knob
    x = given.x.astype(np.float64)
    there = x > -np.inf
    x, added = np.where(there, x, 0.0), np.zeros_like(x) if given.added is None else given.added.astype(np.float64)
    softest = np.full_like(places, SOFTEST)
    ends = [given.steps.turned(x, knob, values(knob, end)[:, np.newaxis]) + added for end in (softest, places)]
    low, high = np.minimum(*ends), np.maximum(*ends)
    seen, surely = (mask.T for mask in visible(added.T, there.T, low.T, high.T))
    top = np.where(seen, high, -np.inf).max(axis=1)
    pairs = [(high, low)] if s.bends else [(y, y) for y in ends]
    tops = [np.where(seen, y, -np.inf).max(axis=1) for y, _ in pairs]
    spreads = [most - np.where(seen, z, np.inf).min(axis=1) for most, (_, z) in zip(tops, pairs, strict=True)]
    sums = [
        np.exp(np.where(seen, y - most[:, np.newaxis], -np.inf)).sum(axis=1)
        for most, (y, _) in zip(tops, pairs, strict=True)
    ]
    size = np.where(seen, np.maximum(np.abs(low), np.abs(high)), 0.0).max(axis=1)
    log_sum = np.log(np.max(sums, axis=0)) + LN2 + AWRY + s.drift
    return Ends(top, np.where(surely, low, -np.inf).max(axis=1), size, np.max(spreads, axis=0), log_sum)


def margin(s: Search, e: Ends) -> Array:
    """By how much rows with these ends reach the goal, in logits: where it is not below 0 they do."""
    r, into, n, tiny = s.r, s.into, s.length, faintest(s.r)
    u = 1.0 / (2.0**r.precision - 1.0)
    off = u * e.size + tiny
    ones = min(float(n), stops_growing(into))
    if s.goal == "naive":
        shared = min(n * math.exp(s.drift), 4.0 * stops_growing(into))
        largest, stopped = e.top + off + u, math.log(2.0 * ones)
        above = np.minimum(np.logaddexp(largest + e.log_sum, stopped), largest + stopped)
        total = np.where(e.top > 0, above, math.log(ones))
        tops = (math.log(into.largest) - total, math.log(r.largest) - e.top - off - u)
        found = np.minimum(np.minimum(*tops), np.minimum(e.low_top, 0.0) - off - math.log(tiny) - u)
    else:
        shared = ones
        slack = 3.0 * off + 2.0 * u * e.spread
        total = np.minimum(math.log(ones), slack + u + e.log_sum + math.log1p(2.0 * n * tiny))
        found = np.where(e.spread + slack + 2.0 * total < r.largest, np.inf, -np.inf)
        if s.goal == "positive":  # the least exp is off by u and by half of the least number, of which more is not 0
            found = np.minimum(found, -e.spread - slack - np.logaddexp(0.0, total) - math.log(tiny) + LN2 - 2.0 * u)
    held = e.size * (1.0 + 2.0 * u) < r.largest
    return np.where(held & bool(r.fit(np.asarray(1.0 / shared)) > 0), found, -np.inf)


def faintest(r: Rounding) -> float:
    """The least number above 0."""
    return float(finfo(r.kind).smallest_subnormal)
