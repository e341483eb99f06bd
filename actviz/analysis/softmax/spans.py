"""Whether rows reach a goal at every value of a knob between two, proven by one evaluation of the worst of each part.

Between two values each logit lies between those at both, and so does each rounded number that is made of it: rounding
never changes an order, and a running sum is greater where its terms are. With every exp at its greatest, the largest
logit at its least, or the other way round, an evaluation that does not fail tells that none between does. Between a
value and itself this is the evaluation itself.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from actviz import _numpy as np
from actviz.analysis.softmax.failures import Failure
from actviz.analysis.softmax.knobs import values
from actviz.analysis.softmax.masks import HIDES
from actviz.analysis.softmax.parts import failure
from actviz.analysis.softmax.rows import Rows, masked_exp
from actviz.analysis.softmax.sums import summed
from actviz.floats import finfo

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from actviz.activation import Array
    from actviz.analysis.softmax.logits import Knob, Steps
    from actviz.analysis.softmax.masks import Mask as Marks
    from actviz.analysis.softmax.rounding import Rounding
    from actviz.floats import Floats, Places

    Mask = NDArray[np.bool_]

Goal = Literal["naive", "shifted", "positive"]

GOALS: tuple[Goal, ...] = ("naive", "shifted", "positive")

WOBBLE = 2.0**-50
"""Of a logit: by more than this float64's tanh and its quotients and products do not break the order of two values."""

ALIKE = 2.0**-28
"""Of what the dtype rounds a logit by: no value tried tells two apart, if not by a rare chance, that differ by less."""

SATURATED = 20.0
"""tanh of this and of more is 1 in float64."""


@dataclass(frozen=True, slots=True)
class Given:
    """Rows of logits, (rows, n), -inf where a flag masks them; `steps` are done to them, then `added` is added.

    None of the rows is without a softmax.
    """

    x: Floats
    added: Floats | None
    steps: Steps

    def at(self, rows: Places) -> Given:
        """Some of the rows."""
        return Given(self.x[rows], None if self.added is None else self.added[rows], self.steps)


def given(values: Floats, mask: Marks | None, steps: Steps, x: Floats) -> Given:
    """The rows `values`, (rows, n), of any dtype, under a mask of flags or numbers to be added, that became `x`; but
    for those without a softmax.
    """
    top = x.max(axis=1)
    kept = np.flatnonzero((top > -np.inf) & (top < np.inf))
    single = values.dtype == np.float32 or values.dtype.itemsize <= 2
    found = values.astype(np.float32 if single else np.float64, copy=False)
    if mask is not None and mask.dtype == np.bool_:
        return Given(np.where(mask[kept], found[kept], np.asarray(-np.inf, dtype=found.dtype)), None, steps)
    return Given(found if kept.size == len(found) else found[kept], None if mask is None else mask[kept], steps)


@dataclass(frozen=True, slots=True)
class Span:
    """What logits reach between two values, (n, parts) and (parts,), in float64: `x` at most.

    `masked` are never seen; the largest is at least `low_top` and at most `top`, none is below `least`, nor further
    from the largest than `spread`, 0 where all are `equal`. A part is `several` values, or one.
    """

    x: Array
    masked: Mask
    top: Array
    low_top: Array
    least: Array
    spread: Array
    equal: Mask
    several: Mask


def span(given: Given, knob: Knob, soft: Places, hard: Places) -> Span:
    """The span of each row of `given` from the place in `soft` to that in `hard`. Unless the knob bends it, the
    difference of two logits only grows or only shrinks from the one to the other.
    """
    x = np.ascontiguousarray(given.x.T, dtype=np.float64)
    there = x > -np.inf
    if not there.all():
        x = np.where(there, x, 0.0)
    x = unsaturated(x, given.steps, knob, soft, hard)
    if given.added is None:
        return bare(x, there, given.steps, knob, soft, hard)
    added = given.added.T.astype(np.float64)
    ends = [given.steps.turned(x, knob, values(knob, places)) for places in (soft, hard)]
    off = np.where(soft < hard, WOBBLE, 0.0) * np.maximum(*map(np.abs, ends))
    low, high = np.minimum(*ends) - off + added, np.maximum(*ends) + off + added
    seen, surely = visible(added, there, low, high)
    pairs = [(high, low)] if given.steps.bends(knob) else [(y + added, y + added) for y in ends]
    spread = np.max([reach(seen, y, z) for y, z in pairs], axis=0)
    equal = (reach(seen, x, x) <= 0) & (reach(seen, added, added) <= 0)
    return Span(
        high,
        ~seen,
        top=np.where(seen, high, -np.inf).max(axis=0),
        low_top=np.where(surely, low, -np.inf).max(axis=0),
        least=np.where(seen, low, np.inf).min(axis=0),
        spread=np.where(equal, 0.0, spread),
        equal=equal,
        several=soft < hard,
    )


def reach(seen: Mask, high: Array, low: Array) -> Array:
    """From the least to the greatest of what is seen of each part."""
    found: Array = np.where(seen, high, -np.inf).max(axis=0) - np.where(seen, low, np.inf).min(axis=0)
    return found


def bare(x: Array, there: Mask, steps: Steps, knob: Knob, soft: Places, hard: Places) -> Span:
    """The same of logits that nothing is added to: their ends are those of the row, and its numbers above 0 are the
    greatest where they are hard, those below where they are soft.
    """
    at = values(knob, soft), values(knob, hard)
    high = steps.turned(x, knob, np.where(x > 0, at[1], at[0]))
    top, least = np.max(x, axis=0, initial=-np.inf, where=there), np.min(x, axis=0, initial=np.inf, where=there)
    ends = np.stack([steps.turned(y, knob, value) for y in (top, least) for value in at])
    wobble = np.where(soft < hard, WOBBLE, 0.0)
    spread = ends[:2].max(axis=0) - ends[2:].min(axis=0) if steps.bends(knob) else (ends[:2] - ends[2:]).max(axis=0)
    return Span(
        high + wobble * np.abs(high),
        ~there,
        top=np.max(ends[:2] + wobble * np.abs(ends[:2]), axis=0),
        low_top=np.min(ends[:2] - wobble * np.abs(ends[:2]), axis=0),
        least=np.min(ends[2:] - wobble * np.abs(ends[2:]), axis=0),
        spread=np.where(top == least, 0.0, spread),
        equal=top == least,
        several=soft < hard,
    )


def unsaturated(x: Array, steps: Steps, knob: Knob, soft: Places, hard: Places) -> Array:
    """Logits that the cap takes the whole way at both ends, brought to where it does so just as well."""
    if steps.softcap is None and knob != "softcap":
        return x
    cap = steps.softcap if knob != "softcap" and steps.softcap is not None else values(knob, hard)
    limit = SATURATED * cap / (values(knob, soft) if knob == "scale" else steps.scale)
    return np.clip(x, -limit, limit)


def visible(added: Array, there: Mask, low: Array, high: Array) -> tuple[Mask, Mask]:
    """Which logits are seen at some value, and which at all of them, by the rule of masks.masked."""
    there = there & (added > -np.inf)
    hides = added <= HIDES
    firm = there & ~hides
    lowest, highest = (np.where(firm, y, -np.inf).max(axis=0) for y in (low, high))
    return there & ~(hides & (np.exp(high - lowest) == 0)), there & ~(hides & (np.exp(low - highest) == 0))


def reached(goal: Goal, s: Span, r: Rounding, into: Rounding) -> Mask:
    """In which parts all rows reach the goal in the dtype of `r`, their sums kept in that of `into`.

    A row whose logits are not equal misses "positive" also where the dtype moves them by over 1 and by a part of all
    that exp can tell apart: there chance decides.
    """
    top, low_top, least = (r.hold(y) for y in (s.top, s.low_top, s.least))
    u, faintest = 1.0 / (2.0**r.precision - 1.0), float(finfo(r.kind).smallest_subnormal)
    size = np.maximum(np.abs(s.top), np.abs(s.least))
    apart = np.where(s.spread <= ALIKE * u * size, 0.0, s.spread + 3.0 * (u * size + faintest) + 2.0 * u * s.spread)
    drop, other = r.minus(least, top), r.hold(-apart)
    rows = Rows(r, s.masked, np.zeros(top.shape, dtype=bool), r.hold(s.x), top, least, drop)
    rows = replace(rows, drop=np.where(s.several & np.isfinite(least) & (other > drop), other, drop))
    d = rows.x
    if goal != "naive":
        d = r.minus(rows.x, np.broadcast_to(low_top, rows.x.shape))
        d = np.where(d > 0, np.zeros_like(d), d)
    total = summed(masked_exp(rows, d), into)
    found: Mask = ~(missed(goal, rows, total) | missed(goal, replace(rows, top=low_top), total))
    if goal == "positive":
        found &= s.equal | (size < told(r))
    return found


def told(r: Rounding) -> float:
    """Logits of this size are moved by 1 at most, or are no larger than twice what exp of the dtype tells apart."""
    return max(2.0**r.precision - 1.0, -2.0 * math.log(float(finfo(r.kind).smallest_subnormal)))


def missed(goal: Goal, rows: Rows, total: Array) -> Mask:
    """Which rows with these sums miss the goal."""
    if goal == "positive":
        vanished: Mask = failure("shifted", rows, total) != Failure.OK
        return vanished
    broken: Mask = failure(goal, rows, total) >= Failure.LOG_OF_ZERO
    return broken if goal == "naive" else broken | (failure("log_softmax", rows, total) >= Failure.LOG_OF_ZERO)
