"""What each evaluation does to each of many rows, its sum run through only where bounds leave that open.

A running sum of n terms, none above t and the largest t, is at least t and at most n t (1 + u)^(3n),
u being half a unit in the last place: rounding never changes an order, and a step of the online form
rounds three times. Where both bounds give the same failure, or both give none and no value can have lost half its
digits, nothing is summed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from actviz import _numpy as np
from actviz.analysis.softmax.digits import FEW, Case, bound, lost
from actviz.analysis.softmax.failures import Failure
from actviz.analysis.softmax.parts import UNSHIFTED, failure
from actviz.analysis.softmax.rounding import accumulator
from actviz.analysis.softmax.rows import chosen_rows, lowered, masked_exp, wide
from actviz.analysis.softmax.sums import online_summed
from actviz.analysis.softmax.sums import summed as plainly_summed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from actviz.activation import Array
    from actviz.analysis.softmax.digits import Truth
    from actviz.analysis.softmax.failures import Codes
    from actviz.analysis.softmax.rounding import Rounding
    from actviz.analysis.softmax.rows import Rows
    from actviz.floats import Floats

    Mask = NDArray[np.bool_]

SHARED = (("naive", "log_naive"), ("shifted", "log_softmax", "division_free"), ("online",))
"""Evaluations that share a running sum."""

ROUNDINGS = dict(zip(SHARED, (1, 1, 3), strict=True))
"""At most so many a step: the online form scales the sum by an exp as well."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What befell an evaluation, with its sum kept "native" or "wide", row by row."""

    evaluation: str
    accumulate: str
    failure: Codes


@dataclass(frozen=True, slots=True)
class Sums:
    """The sums of exps that a group of evaluations shares: a lower bound of each row's, or what was found.

    `loss` is how far a sum run through is from that of the same terms, relative to it, 0 for the others; `open` are
    the rows that bounds did not settle.
    """

    total: Array
    loss: Array
    open: Mask


class Exps:
    """The exps of rows, each kind computed when first asked for many rows, and kept for the next sum."""

    def __init__(self, rows: Rows) -> None:
        self.rows = rows
        self.known: dict[bool, Floats] = {}

    def of(self, unshifted: bool, at: Mask) -> Floats:
        """exp(x) or exp(x - M) of the rows marked."""
        if unshifted not in self.known:
            if FEW * np.count_nonzero(at) <= at.size:
                return exps(chosen_rows(self.rows, at), unshifted)
            self.known[unshifted] = exps(self.rows, unshifted)
        e = self.known[unshifted]
        return e if at.all() else e[:, at]


def exps(rows: Rows, unshifted: bool) -> Floats:
    """exp(x) or exp(x - M)."""
    return masked_exp(rows, rows.x if unshifted else lowered(rows))


def verdicts(rows: Rows, true: Truth) -> tuple[list[Verdict], float]:
    """The verdicts on every evaluation, native and wide (once, where they are the same), and the greatest loss of a
    sum; `true` is the softmax of the rows as given.
    """
    known = Exps(rows)
    found: list[Verdict] = []
    most = 0.0
    for accumulate in ("native",) if rows.r.single else ("native", "wide"):
        into = accumulator(rows.r, accumulate)
        for names in SHARED:
            sums = summed(names, known, into, true)
            most = max(most, float(sums.loss.max()))
            found += [Verdict(name, accumulate, judged(name, known, sums, true)) for name in names]
    return found, most


def judged(name: str, known: Exps, sums: Sums, true: Truth) -> Codes:
    """What befell each row, lost digits included."""
    rows = known.rows
    code = failure(name, rows, sums.total)
    at = sums.open & (code == Failure.OK)
    if at.any():
        case = Case(name, chosen_rows(rows, at), known.of(name in UNSHIFTED, at), sums.total[at])
        slack = sums.loss[at] / np.maximum(1.0 - sums.loss[at], 0.0)
        some = true.at(at)
        within = bound(name, case.rows, some, case.total, slack) < rows.r.half_lost
        numbers = np.flatnonzero(at)[~within]
        if numbers.size:
            code[numbers[lost(case.at(~within), some.at(~within))]] = Failure.LOST_DIGITS
    return code


def summed(names: tuple[str, ...], known: Exps, into: Rounding, true: Truth) -> Sums:
    """The sums that the evaluations `names` share; where bounds settle all of them, the lower bound."""
    rows = known.rows
    unshifted = names[0] in UNSHIFTED
    n = len(rows.x)
    least = wide(rows.r.exp(rows.top)) if unshifted else np.ones(rows.top.shape)
    drift = np.full(least.shape, np.expm1(ROUNDINGS[names] * n * 2.0**-into.precision))
    most = least * n * (1.0 + drift)
    most = np.where(most > into.largest, np.inf, most)
    unsettled = np.zeros(least.shape, dtype=bool)
    for name in names:
        low, high = failure(name, rows, least), failure(name, rows, most)
        sure = bound(name, rows, true, most, drift) < rows.r.half_lost
        unsettled |= (low != high) | ((low == Failure.OK) & ~sure)
    total, loss = least, np.zeros(least.shape)
    if unsettled.any():
        total[unsettled], loss[unsettled] = run(names, known, into, unsettled)
    return Sums(total, loss, unsettled)


def run(names: tuple[str, ...], known: Exps, into: Rounding, at: Mask) -> tuple[Array, Array]:
    """The sums of the rows marked, and how far they are from those of the same terms, relatively."""
    e = known.of(names[0] in UNSHIFTED, at)
    true = np.add.reduce(e.astype(np.float32 if e.dtype.itemsize < 4 else np.float64), axis=0, dtype=np.float64)
    if names == ("online",):
        rows = chosen_rows(known.rows, at)
        total = online_summed(rows.x, rows.masked, rows.r, into)
    else:
        total = plainly_summed(e, into)
    loss = np.abs(total - true) / true
    return total, np.where(np.isfinite(loss), loss, 0.0)
