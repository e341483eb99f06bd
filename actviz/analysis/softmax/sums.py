"""Sums of exponentials as kernels keep them: one term after the other, each step rounded, many rows at once.

Logits and terms are (n, rows): the steps go down the first axis, and each is one operation on all rows.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from actviz import _numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from actviz.activation import Array
    from actviz.analysis.softmax.rounding import Rounding
    from actviz.floats import Floats

    Mask = NDArray[np.bool_]


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
    order = x if x.dtype == np.float64 else x.astype(np.float32)
    top, high = x[0], order[0]
    total = into.hold(np.where(masked[0], 0.0, 1.0))
    yield total
    some: list[bool] = np.any(masked, axis=1).tolist()
    for i in range(1, len(x)):
        logit, place = x[i], order[i]
        grown = np.flatnonzero(place > high)
        if grown.size:
            factor = r.exp(r.minus(top[grown], logit[grown]))
            started = total[grown] != 0  # before the first term there is nothing to scale
            scaled = into.times(total[grown], into.hold(factor))
            total = total.copy()
            total[grown] = np.where(started, scaled, total[grown])
            top, high = top.copy(), np.maximum(high, place)
            top[grown] = logit[grown]
        term = into.hold(r.exp(r.minus(logit, top)))
        if some[i]:
            term = np.where(masked[i], np.zeros_like(term), term)
        total = into.add(total, term)
        yield total


def last(steps: Iterator[Floats]) -> Array:
    """The sum at the end, as float64."""
    (total,) = deque(steps, maxlen=1)
    return total.astype(np.float64)


def partial(steps: Iterator[Floats]) -> Array:
    """The sum after each step, (n, rows), as float64."""
    return np.stack([total.astype(np.float64) for total in steps])
