"""Whether rows reach a goal at every value of a knob between two, told from their ends and from their running sums.

Between two values each rounded number that is made of a logit lies between those at both: rounding never changes an
order. With the sum at its greatest, the largest logit at its least, or the other way round, an evaluation that does not
fail tells that none between does. Between a value and itself, with the sum itself, this is the evaluation. A sum misses
a goal if a smaller one does, so bounds of it often tell as much.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from actviz import _numpy as np
from actviz.analysis.softmax.cliffs import stops_growing
from actviz.analysis.softmax.failures import Failure
from actviz.analysis.softmax.parts import failure
from actviz.analysis.softmax.rows import Rows, wide
from actviz.analysis.softmax.spans import Span, bare_span, moved_span
from actviz.analysis.softmax.totals import AT_ONCE, greatest
from actviz.floats import finfo

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from actviz.activation import Array
    from actviz.analysis.softmax.margins import Search
    from actviz.analysis.softmax.rounding import Rounding
    from actviz.analysis.softmax.spans import Goal
    from actviz.floats import Floats, Places

    Mask = NDArray[np.bool_]

ALIKE = 2.0**-28
"""Of what the dtype rounds a logit by: no value tried tells two apart, if not by a rare chance, that differ by less."""

FLOAT64 = 2.0**-50
"""Of a logit: its distance to another is off by less."""


def between(s: Search, rows: Places, soft: Places, hard: Places) -> Span:
    """The ends of rows from the place in `soft` to that in `hard`."""
    given = s.b.given
    if given.added is None:
        return bare_span(s.b.top[rows], s.b.least[rows], given.steps, s.knob, soft, hard)
    step = max(1, AT_ONCE // s.length)
    parts = [slice(start, start + step) for start in range(0, rows.size, step)]
    found = [moved_span(given.at(rows[part]), s.knob, soft[part], hard[part]) for part in parts]
    return joined(found)


def joined(spans: list[Span]) -> Span:
    """Several spans as one."""
    names = ("top", "low_top", "least", "spread", "several")
    return Span(*(np.concatenate([getattr(span, name) for span in spans]) for name in names))


def chosen(span: Span, at: Mask | Places) -> Span:
    """Some of the parts."""
    return Span(span.top[at], span.low_top[at], span.least[at], span.spread[at], span.several[at])


def least_total(s: Search, span: Span) -> Array:
    """No sum is less: it has the term of the largest logit."""
    return wide(s.r.exp(s.r.hold(span.low_top if s.goal == "naive" else np.zeros_like(span.low_top))))


def most_total(s: Search, span: Span) -> Array:
    """No sum is more: n terms of at most t, or, since the sum stops growing, of at most 1, that many."""
    steps = s.length * (1.0 + np.expm1(s.length * 2.0**-s.into.precision))
    stops = stops_growing(s.into)
    if s.goal != "naive":
        return np.full(span.top.shape, min(steps, stops))
    found = wide(s.r.exp(s.r.hold(span.top))) * min(steps, 2.0 * stops)
    return np.where(found > s.into.largest, np.inf, found)


def holds(s: Search, span: Span, total: Array) -> Mask:
    """In which parts a row reaches the goal throughout whose sum is at most `total`."""
    r = s.r
    top, low_top, least = (r.hold(y) for y in (span.top, span.low_top, span.least))
    drop = r.minus(least, top)
    if s.goal == "naive":  # where exp of the largest overflows, so does the sum
        return ~misses(s.goal, ends(s, low_top, least, drop), total)
    if span.several.any():
        other = r.hold(-apart(span, r))
        drop = np.where(span.several & np.isfinite(least) & (other > drop), other, drop)
    return ~misses(s.goal, ends(s, np.where(np.isfinite(low_top), top, low_top), least, drop), total)


def apart(span: Span, r: Rounding) -> Array:
    """How far apart a row's largest logit and its least can be once they are rounded: by no more than their distance
    and half a unit in the last place of each, and a multiple of a unit of the nearer to 0.
    """
    size = np.maximum(np.abs(span.top), np.abs(span.least))
    near = np.maximum(np.maximum(span.least, -span.top), 0.0)
    unit = last_place(size, r)
    step = last_place(near, r)
    most = np.floor((span.spread + unit + FLOAT64 * size) / step) * step
    return np.where(span.spread <= ALIKE * unit, 0.0, most)


def last_place(x: Array, r: Rounding) -> Array:
    """A unit in the last place of each number in the dtype."""
    _, exponent = np.frexp(x)
    tiny = float(finfo(r.kind).smallest_subnormal)
    return np.where(x > 0, np.maximum(np.ldexp(1.0, exponent - r.precision), tiny), tiny)


def ends(s: Search, top: Floats, least: Floats, drop: Floats) -> Rows:
    """Rows of which nothing but the ends is known."""
    none = np.zeros(top.shape, dtype=bool)
    return Rows(s.r, none[np.newaxis], none, top[np.newaxis], top, least, drop)


def misses(goal: Goal, rows: Rows, total: Array) -> Mask:
    """Which rows with these sums miss the goal."""
    if goal == "positive":
        vanished: Mask = failure("shifted", rows, total) != Failure.OK
        return vanished
    broken: Mask = failure(goal, rows, total) >= Failure.LOG_OF_ZERO
    return broken if goal == "naive" else broken | (failure("log_softmax", rows, total) >= Failure.LOG_OF_ZERO)


def proven(s: Search, rows: Places, soft: Places, hard: Places) -> Mask:
    """Which rows are proven to reach the goal from the place in `soft` to that in `hard`."""
    span = between(s, rows, soft, hard)
    found = holds(s, span, most_total(s, span))
    at = ~found
    at[at] = holds(s, chosen(span, at), least_total(s, chosen(span, at)))
    if at.any():
        total = greatest(s, rows[at], soft[at], hard[at], span.low_top[at])
        found[at] = holds(s, chosen(span, at), total)
    return found
