"""The logit at which a failure of softmax began: in rows that are evaluated, and in the first rows of an audit."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from actviz import _numpy as np
from actviz.analysis.softmax.digits import distances
from actviz.analysis.softmax.exact import exact
from actviz.analysis.softmax.failures import Failure
from actviz.analysis.softmax.parts import LOGARITHMS, Terms, parts, value
from actviz.analysis.softmax.rounding import accumulator, rounding
from actviz.analysis.softmax.rows import columns, lowered, rows_in, wide

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from actviz.activation import Array
    from actviz.analysis.softmax.audit import Count
    from actviz.analysis.softmax.exact import Exact
    from actviz.analysis.softmax.failures import Codes
    from actviz.analysis.softmax.parts import Part
    from actviz.analysis.softmax.rows import Rows
    from actviz.floats import Floats, Places

    Mask = NDArray[np.bool_]


def beginnings(counts: Iterable[Count], logits: Mapping[int, Floats]) -> dict[Count, int]:
    """The number of the logit at which each count's failure began in its first row, as `began` has it; `logits` are
    those of each such row, (n,), by its number.
    """
    failed = [c for c in counts if c.failure]
    return {
        c: at
        for number, x in logits.items()
        for c, at in in_row(x[np.newaxis].astype(np.float64), [c for c in failed if c.first == number]).items()
    }


def in_row(x: Array, counts: Sequence[Count]) -> dict[Count, int]:
    """The same for the counts whose first row is `x`, (1, n)."""
    truth = cache(lambda: exact(x))
    found: dict[Count, int] = {}
    with np.errstate(all="ignore"):
        for dtype, accumulate in dict.fromkeys((c.dtype, c.accumulate) for c in counts):
            named = {c.evaluation: c for c in counts if (c.dtype, c.accumulate) == (dtype, accumulate)}
            rows = rows_in(columns(x), rounding(dtype))
            for one in parts(rows, accumulator(rows.r, accumulate), tuple(named)):
                failure = named[one.name].failure
                lost = failure == Failure.LOST_DIGITS
                where = first_lost(one, rows, truth()) if lost else np.zeros(1, dtype=np.int64)
                found[named[one.name]] = int(first_place(one, rows, failure, where)[0])
    return found


def off(part: Part, rows: Rows, truth: Exact) -> Array:
    """How far each value is from the true one, in ULP, (n, rows); 0 where masked."""
    high, low = (truth.log, truth.log_low) if part.name in LOGARITHMS else (truth.value, truth.value_low)
    distance = distances(part.values, (high.T, low.T), rows.r)
    distance[rows.masked] = 0.0
    return distance


def first_lost(part: Part, rows: Rows, truth: Exact) -> Places:
    """The logit at which each row lost its digits: where their sum as it is without rounding halves the
    worst error, the first whose term the running sum left out; else the first whose own value is off by as much.
    """
    distance = off(part, rows, truth)
    mended = off(replace(part, values=with_true_sum(part, rows)), rows, truth).max(axis=0) < distance.max(axis=0) / 2
    own = first(distance >= rows.r.half_lost, distance.argmax(axis=0))
    return np.where(mended, first(swallowed(part), own), own)


def with_true_sum(part: Part, rows: Rows) -> Array:
    """The values with the sum of the terms as it is without rounding."""
    terms = Terms(wide(rows.x), wide(lowered(rows)), part.terms)
    if part.name != "log_softmax":
        return value(part.name, rows, terms, part.terms.sum(axis=0))
    others = part.terms.copy()
    np.put_along_axis(others, part.terms.argmax(axis=0)[np.newaxis], 0.0, axis=0)
    return rows.r.fit(terms.d - rows.r.fit(np.log1p(others.sum(axis=0))))


def began(part: Part, rows: Rows, code: Codes, lost: Places) -> Places:
    """The logit at which each row's failure `code` began, -1 for none; `lost` is where digits were `first_lost`."""
    found = np.full(code.shape, -1)
    for failure in map(Failure, np.unique(code).tolist()):
        at = code == failure
        if failure not in (Failure.OK, Failure.UNDEFINED):
            found[at] = first_place(part, rows, failure, lost)[at]
    return found


def first_place(part: Part, rows: Rows, failure: Failure, lost: Places) -> Places:
    """The logit at which `failure` would have begun in each row: the first whose own number fails, that is its exp, the
    sum with it, or its probability; where all vanish the largest, which alone could have kept the sum above 0; where
    digits are `lost` that.
    """
    x = np.where(rows.masked, -np.inf, rows.x.astype(np.float64))
    largest: Places = x.argmax(axis=0)
    match failure:
        case Failure.LOST_DIGITS:
            return lost
        case Failure.VANISHED | Failure.LOG_OF_ZERO:
            return first(part.gone & ~rows.masked, largest)
        case Failure.ALL_VANISHED | Failure.ALL_ZERO:
            return largest
    marks = {
        Failure.SUM_OVERFLOW: part.steps,
        Failure.EXP_OVERFLOW: part.terms,
        Failure.SHIFT_OVERFLOW: lowered(rows).astype(np.float64),
        Failure.LOGIT_OVERFLOW: rows.x.astype(np.float64),
    }
    return first(~np.isfinite(marks[failure]) & ~rows.masked, largest)


def swallowed(part: Part) -> Mask:
    """Where a term above 0 left the running sum as it was."""
    same: Mask = (part.steps[1:] == part.steps[:-1]) & (part.terms[1:] > 0)
    return np.concatenate([np.zeros_like(same[:1] if len(same) else part.gone[:1]), same])


def first(marks: Mask, otherwise: Places) -> Places:
    """The first marked place down each column, else what `otherwise` says."""
    places: Places = np.where(marks.any(axis=0), marks.argmax(axis=0), otherwise)
    return places
