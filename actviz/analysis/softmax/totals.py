"""The greatest that running sums of exps can be between two values of a knob; between a value and itself the sums.

Rounding never changes an order, so a running sum is greatest where each of its terms is. Once it is there it never
falls, and a term of less than half a unit in its last place leaves it as it is: of long rows only the others are added.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from actviz import _numpy as np
from actviz.analysis.softmax.knobs import values
from actviz.analysis.softmax.spans import highest, raised
from actviz.analysis.softmax.sums import summed

if TYPE_CHECKING:
    from actviz.activation import Array
    from actviz.analysis.softmax.margins import Search
    from actviz.analysis.softmax.rounding import Rounding
    from actviz.floats import Floats, Places

    Terms = Callable[[Floats], Floats]

AT_ONCE = 2**19
"""Logits of as many parts as are looked at together, or one part."""

LONG = 2**12
"""Logits from which rows are summed one by one."""

SAMPLE = 2**8
"""So many logits of a long row tell which of them are too small to be added."""

FIRST, LAST = 2**11, 2**17
"""Logits of a long row taken first, and at most: each time four times as many."""


def greatest(s: Search, rows: Places, soft: Places, hard: Places, low_top: Array) -> Array:
    """The greatest sum of each row from the place in `soft` to that in `hard`, where its largest logit is at least
    `low_top`.
    """
    total = np.empty(rows.size)
    if s.b.given.added is None and s.length >= LONG:
        for i in range(rows.size):
            one = slice(i, i + 1)
            total[i] = of_long(s.b.given.x[rows[i]], terms(s, soft[one], hard[one], low_top[one]), s.into)
        return total
    step = max(1, AT_ONCE // s.length)
    for start in range(0, rows.size, step):
        part = slice(start, start + step)
        x, masked = highest(s.b.given.at(rows[part]), s.knob, soft[part], hard[part])
        e = exps(s, x, low_top[part])
        if masked.any():
            e[masked] = 0
        total[part] = summed(e, s.into)
    return total


def exps(s: Search, x: Array, low_top: Array) -> Floats:
    """exp of logits, or of how far they are below the largest, as the dtype has them."""
    d = s.r.hold(x)
    if s.goal != "naive":
        d = s.r.minus(d, np.broadcast_to(s.r.hold(low_top), d.shape))
        d = np.where(d > 0, np.zeros_like(d), d)
    return s.r.exp(d)


def terms(s: Search, soft: Places, hard: Places, low_top: Array) -> Terms:
    """What becomes of logits of a row between two places: their exps at the greatest."""
    at = values(s.knob, soft), values(s.knob, hard)

    def found(x: Floats) -> Floats:
        return exps(s, raised(x.astype(np.float64), s.b.given.steps, s.knob, *at), low_top)

    return found


def of_long(x: Floats, terms: Terms, into: Rounding) -> float:
    """The running sum of the `terms` of a row, (n,): left out are those under a quarter of a unit in the last place of
    the sum so far, told by the terms of a few logits.
    """
    known = np.sort(x[:: -(-x.size // SAMPLE)])
    known = known[known > -np.inf]
    sizes = terms(known).astype(np.float64)
    total, least = into.hold(np.zeros(1)), -np.inf
    start, taken = 0, FIRST
    while start < x.size and np.isfinite(total[0]):
        part = x[start : start + taken]
        added = into.hold(terms(part[part > least]))
        total = np.add.accumulate(np.concatenate([total, added]))[-1:]
        faint = int(np.searchsorted(sizes, float(total[0]) * 2.0 ** -(into.precision + 2)))
        least = known[faint - 1] if faint else -np.inf
        start, taken = start + taken, min(4 * taken, LAST)
    return float(total[0])
