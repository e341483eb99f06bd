"""The logits at which a dtype's exp and sums fail, found among the dtype's own numbers by bisection."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from actviz import _numpy as np
from actviz.analysis.softmax.rounding import Rounding, accumulator, rounding
from actviz.errors import BadInput
from actviz.floats import bisected, smallest_normal

if TYPE_CHECKING:
    from collections.abc import Callable

CHUNK = 65_536
"""Equal terms added at a time."""


@dataclass(frozen=True, slots=True)
class Cliffs:
    """Where exp and the sum of n exps fail in a dtype; each logit is one of the dtype's own numbers.

    `finite_to` is the largest logit whose exp is finite, `overflow` the next; `sum_overflow` the least x
    such that n logits equal to x overflow a sum kept in the dtype one after the other, `wide_overflow` one
    kept in at least float32, `total_overflow` such that n exp(x) itself is beyond the dtype, whatever the
    order of adding: below zero for n beyond the largest number. `subnormal_to` and `zero_to` are the
    largest whose exp is subnormal and 0. A running sum of ones stops growing at `stops_growing`, so that
    `sum_overflow` may lie far above `total_overflow`. inf where no number of the dtype does it.
    """

    dtype: str
    length: int
    finite_to: float
    overflow: float
    sum_overflow: float
    wide_overflow: float
    total_overflow: float
    subnormal_to: float
    zero_to: float
    stops_growing: float

    def sum_overflows(self, accumulate: str) -> float:
        """`sum_overflow` where sums are kept "native", `wide_overflow` where "wide"."""
        return self.wide_overflow if accumulate == "wide" else self.sum_overflow


@cache
def cliffs(dtype: str, length: int = 1) -> Cliffs:
    """The cliffs of the dtype of that name, one of floats.ALL_DTYPES, for `length` logits; BadInput for none."""
    if length < 1:
        raise BadInput(f"a softmax has at least 1 logit, not {length}")
    r = rounding(dtype)
    tiny = smallest_normal(r.kind)

    def exp(x: float) -> float:
        return float(r.exp(r.hold(np.asarray([x])))[0])

    def beyond(accumulate: str) -> float:
        into = accumulator(r, accumulate)
        return least(r, lambda x: not math.isfinite(equal_sum(exp(x), length, into)))

    with np.errstate(all="ignore"):
        overflow = least(r, lambda x: not math.isfinite(exp(x)))
        native = beyond("native")
        return Cliffs(
            dtype,
            length,
            finite_to=-least(r, lambda x: math.isfinite(exp(-x))),
            overflow=overflow,
            sum_overflow=native,
            wide_overflow=native if r.single else beyond("wide"),
            total_overflow=least(r, lambda x: not math.isfinite(float(r.fit(np.asarray(exp(x) * length))))),
            subnormal_to=-least(r, lambda x: exp(-x) < tiny),
            zero_to=-least(r, lambda x: exp(-x) == 0.0),
            stops_growing=stops_growing(r),
        )


def least(r: Rounding, holds: Callable[[float], bool]) -> float:
    """The least finite number of the dtype for which `holds`, a condition true from some number on; inf for none."""
    if not holds(r.largest):
        return math.inf
    if holds(-r.largest):
        return -r.largest
    low, high = (r.hold(np.asarray([end])) for end in (-r.largest, r.largest))
    _, first = bisected(lambda x: np.asarray([not holds(float(x[0]))]), low, high)
    return float(first[0])


def equal_sum(term: float, n: int, into: Rounding) -> float:
    """The running sum of `n` equal terms, each step rounded, or where it stops growing."""
    total = into.hold(np.asarray([0.0]))
    held = into.hold(np.asarray([term]))
    for start in range(0, n, CHUNK):
        terms = np.concatenate([total, np.repeat(held, min(CHUNK, n - start))])
        end = np.add.accumulate(terms)[-1:]
        if not np.isfinite(end)[0] or into.add(end, held)[0] == end[0]:
            return float(end[0])
        total = end
    return float(total[0])


@cache
def stops_growing(r: Rounding) -> float:
    """The running sum of ones at which another one changes nothing.

    Whole numbers are exact up to there, and the first at which they are not is a power of 2: 1 is then
    half the distance to the next number, and ties go to the even one.
    """
    total = 1.0
    while float(r.fit(np.asarray(total + 1.0))) != total:
        total *= 2.0
    return total
