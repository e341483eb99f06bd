"""Sums of exponentials as kernels keep them: one term after the other, each step rounded, many rows at once.

Logits and terms are (n, rows): the steps go down the first axis, and each is one operation on all rows.
"""

from __future__ import annotations

from collections import deque
from itertools import pairwise
from typing import TYPE_CHECKING

from actviz import _numpy as np
from actviz.analysis.softmax.rows import wide

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from actviz.activation import Array
    from actviz.analysis.softmax.rounding import Rounding
    from actviz.floats import Floats

    Mask = NDArray[np.bool_]

SLAB = 2**15
"""Numbers of the online form prepared at a time: a few copies of them stay in the cache."""

MANY = 128
"""Rows from which a step of all of them at once is quicker than the rows one after the other."""


def running(terms: Floats, into: Rounding) -> Iterator[Floats]:
    """The sum after each of the `terms`, kept in the dtype of `into`."""
    held = into.hold(terms)
    total = held[0]
    yield total
    for term in held[1:]:
        total = into.add(total, term)
        yield total


def online(x: Floats, masked: Mask, r: Rounding, into: Rounding) -> Iterator[Floats]:
    """The sum of exp(x - m) after each logit, m being the largest so far: where m grows the sum is scaled down.

    Milakov and Gimelshein 2018, Online normalizer calculation for softmax, algorithm 3. `masked` terms are 0.
    """
    step = max(1, SLAB // x.shape[1])
    total, top = into.hold(np.zeros(x.shape[1:])), x[:1]
    for start in range(0, len(x), step):
        part = x[start : start + step]
        tops = peaks(np.concatenate([top, part]))
        scales = into.hold(r.exp(r.minus(tops[:-1], tops[1:])))
        terms = into.hold(r.exp(r.minus(part, tops[1:])))
        terms[masked[start : start + step]] = 0
        for scale, term, grown in zip(scales, terms, (scales != 1).any(axis=1).tolist(), strict=True):
            if grown:  # before the first term there is nothing to scale
                total = np.where(total != 0, into.times(total, scale), total)
            total = into.add(total, term)
            yield total
        top = tops[-1:]


def peaks(x: Floats) -> Floats:
    """The largest logits so far."""
    order = x.astype(np.float64 if x.dtype == np.float64 else np.float32, copy=False)
    found: Floats = np.fmax.accumulate(order, axis=0).astype(x.dtype, copy=False)
    return found


def summed(terms: Floats, into: Rounding) -> Array:
    """The last of the `running` sums, (rows,), as float64."""
    if terms.shape[1] >= MANY:
        return last(running(terms, into))
    return wide(accumulated(terms, into)[:, -1])


def partial(terms: Floats, into: Rounding) -> Array:
    """The `running` sums, (n, rows), as float64."""
    if terms.shape[1] >= MANY:
        return stacked(running(terms, into))
    return wide(accumulated(terms, into).T)


def accumulated(terms: Floats, into: Rounding) -> Floats:
    """The `running` sums, (rows, n), row by row."""
    sums: Floats = np.add.accumulate(np.ascontiguousarray(into.hold(terms).T), axis=1)
    return sums


def online_summed(x: Floats, masked: Mask, r: Rounding, into: Rounding) -> Array:
    """The last of the `online` sums, (rows,), as float64."""
    if x.shape[1] >= MANY:
        return last(online(x, masked, r, into))
    return np.concatenate([wide(sums[-1:]) for sums in one_by_one(x, masked, r, into)])


def online_partial(x: Floats, masked: Mask, r: Rounding, into: Rounding) -> Array:
    """The `online` sums, (n, rows), as float64."""
    if x.shape[1] >= MANY:
        return stacked(online(x, masked, r, into))
    return wide(np.stack(list(one_by_one(x, masked, r, into)), axis=1))


def one_by_one(x: Floats, masked: Mask, r: Rounding, into: Rounding) -> Iterator[Floats]:
    """The `online` sums of each row, (n,)."""
    for one, hidden in zip(np.ascontiguousarray(x.T), np.ascontiguousarray(masked.T), strict=True):
        yield online_alone(one, hidden, r, into)


def online_alone(x: Floats, masked: Mask, r: Rounding, into: Rounding) -> Floats:
    """The `online` sums of a single row, (n,): between one largest logit so far and the next they are plain running
    sums.
    """
    tops = peaks(x)
    ends = [0, *(np.flatnonzero(tops[1:] != tops[:-1]) + 1).tolist(), x.size]
    total, top = into.hold(np.zeros(1)), x[:1]
    stretches: list[Floats] = []
    for start, stop in pairwise(ends):
        if total[0] != 0:
            total = into.times(total, into.hold(r.exp(r.minus(top, x[start : start + 1]))))
        top = x[start : start + 1]
        terms = into.hold(r.exp(r.minus(x[start:stop], np.broadcast_to(top, (stop - start,)))))
        terms[masked[start:stop]] = 0
        stretches.append(np.add.accumulate(np.concatenate([total, terms]))[1:])
        total = stretches[-1][-1:]
    return np.concatenate(stretches)


def last(steps: Iterator[Floats]) -> Array:
    """The sum at the end, as float64."""
    (total,) = deque(steps, maxlen=1)
    return wide(total)


def stacked(steps: Iterator[Floats]) -> Array:
    """The sum after each step, (n, rows), as float64."""
    return np.stack([wide(total) for total in steps])
