"""The logit at which a failure of softmax began: in rows that are evaluated, and in the first rows of an audit."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from actviz import _numpy as np
from actviz.analysis.softmax.digits import distances
from actviz.analysis.softmax.exact import exact
from actviz.analysis.softmax.failures import Failure
from actviz.analysis.softmax.parts import LOGARITHMS, parts
from actviz.analysis.softmax.rounding import accumulator, rounding
from actviz.analysis.softmax.rows import columns, lowered, rows_in

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
                proven = failure != Failure.LOST_DIGITS or swallowed(one).any()
                worst = rows.x.argmax(axis=0) if proven else off(one, rows, truth()).argmax(axis=0)
                found[named[one.name]] = int(first_place(one, rows, failure, worst)[0])
    return found


def off(part: Part, rows: Rows, truth: Exact) -> Array:
    """How far each value is from the true one, in ULP, (n, rows); 0 where masked."""
    high, low = (truth.log, truth.log_low) if part.name in LOGARITHMS else (truth.value, truth.value_low)
    distance = distances(part.values, (high.T, low.T), rows.r)
    distance[rows.masked] = 0.0
    return distance


def began(part: Part, rows: Rows, code: Codes, worst: Places) -> Places:
    """The logit at which each row's failure `code` began, -1 for none; `worst` is that of the worst value."""
    found = np.full(code.shape, -1)
    for failure in map(Failure, np.unique(code).tolist()):
        at = code == failure
        if failure not in (Failure.OK, Failure.UNDEFINED):
            found[at] = first_place(part, rows, failure, worst)[at]
    return found


def first_place(part: Part, rows: Rows, failure: Failure, worst: Places) -> Places:
    """The logit at which `failure` would have begun in each row: the first marked, else the largest, or the worst."""
    x = np.where(rows.masked, -np.inf, rows.x.astype(np.float64))
    largest: Places = x.argmax(axis=0)
    match failure:
        case Failure.LOST_DIGITS:
            return first(swallowed(part), worst)
        case Failure.VANISHED | Failure.LOG_OF_ZERO:
            x = np.where(part.gone, x, -np.inf)
            return first(part.gone & ~rows.masked & (x == x.max(axis=0)), largest)
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
