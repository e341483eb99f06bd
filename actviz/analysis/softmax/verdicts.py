"""What each evaluation does to each of many rows, its sum run through only where bounds leave that open.

A running sum of n terms, none above t and the largest t, is at least t and at most n t (1 + u)^(3n),
u being half a unit in the last place: rounding never changes an order, and a step of the online form
rounds three times. Where both bounds give the same failure, or both give none and n roundings
cannot lose half the bits, nothing is summed. What the online form loses by rescaling is seen only in
sums that are run through.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from actviz import _numpy as np
from actviz.analysis.softmax.failures import Failure
from actviz.analysis.softmax.parts import UNSHIFTED, failure
from actviz.analysis.softmax.rounding import accumulator
from actviz.analysis.softmax.rows import chosen_rows, lowered, masked_exp, wide
from actviz.analysis.softmax.sums import last, online, running

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from actviz.activation import Array
    from actviz.analysis.softmax.failures import Codes
    from actviz.analysis.softmax.rounding import Rounding
    from actviz.analysis.softmax.rows import Rows
    from actviz.floats import Floats

    Mask = NDArray[np.bool_]

SHARED = (("naive", "log_naive"), ("shifted", "log_softmax", "division_free"), ("online",))
"""Evaluations that share a running sum."""

ROUNDINGS = 3
"""At most so many a step."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What befell an evaluation, with its sum kept "native" or "wide", row by row."""

    evaluation: str
    accumulate: str
    failure: Codes


@dataclass(frozen=True, slots=True)
class Sums:
    """The sums of exps that a group of evaluations shares: the bounds of each row's, and what was found.

    `loss` is how far a sum run through is from that of the same terms, relative to it; 0 for the others.
    """

    total: Array
    loss: Array


class Exps:
    """The exps of rows, each kind computed when first asked for, and kept for the next sum."""

    def __init__(self, rows: Rows) -> None:
        self.rows = rows
        self.known: dict[bool, Floats] = {}

    def of(self, unshifted: bool, at: Mask) -> Floats:
        """exp(x) or exp(x - M) of the rows marked."""
        if unshifted not in self.known:
            x = self.rows.x if unshifted else lowered(self.rows)
            self.known[unshifted] = masked_exp(self.rows, x)
        e = self.known[unshifted]
        return e if at.all() else e[:, at]


def verdicts(rows: Rows) -> tuple[list[Verdict], float]:
    """The verdicts on every evaluation, native and wide (once, where they are the same), and the greatest loss."""
    exps = Exps(rows)
    found: list[Verdict] = []
    most = 0.0
    for accumulate in ("native",) if rows.r.single else ("native", "wide"):
        into = accumulator(rows.r, accumulate)
        for names in SHARED:
            sums = summed(names, exps, into)
            most = max(most, float(sums.loss.max()))
            lost = sums.loss >= too_much(rows.r)
            for name in names:
                code = failure(name, rows, sums.total)
                code = np.where(lost & (code == Failure.OK), np.int8(Failure.LOST_DIGITS), code)
                found.append(Verdict(name, accumulate, code))
    return found, most


def too_much(r: Rounding) -> float:
    """The relative error by which a number has lost half its bits."""
    return r.half_lost * 2.0 ** (1 - r.precision)


def summed(names: tuple[str, ...], exps: Exps, into: Rounding) -> Sums:
    """The sums that the evaluations `names` share; where bounds settle all of them, the lower bound."""
    rows = exps.rows
    unshifted = names[0] in UNSHIFTED
    n = len(rows.x)
    least = wide(rows.r.exp(rows.top)) if unshifted else np.ones(rows.top.shape)
    drift = ROUNDINGS * n * 2.0**-into.precision
    most = least * (n * np.exp(drift))
    most = np.where(most > into.largest, np.inf, most)
    unsettled = np.zeros(least.shape, dtype=bool)
    for name in names:
        low, high = failure(name, rows, least), failure(name, rows, most)
        unsettled |= (low != high) | ((drift >= too_much(rows.r)) & (low == Failure.OK))
    total, loss = least, np.zeros(least.shape)
    if unsettled.any():
        total[unsettled], loss[unsettled] = run(names, exps, into, unsettled)
    return Sums(total, loss)


def run(names: tuple[str, ...], exps: Exps, into: Rounding, at: Mask) -> tuple[Array, Array]:
    """The sums of the rows marked, and how far they are from those of the same terms, relatively."""
    e = exps.of(names[0] in UNSHIFTED, at)
    true = np.add.reduce(e.astype(np.float32 if e.dtype.itemsize < 4 else np.float64), axis=0, dtype=np.float64)
    total = last(steps(names, exps, into, at, e))
    loss = np.abs(total - true) / true
    return total, np.where(np.isfinite(loss), loss, 0.0)


def steps(names: tuple[str, ...], exps: Exps, into: Rounding, at: Mask, e: Floats) -> Iterator[Floats]:
    """The sums after each term."""
    if names != ("online",):
        return running(e, into)
    rows = chosen_rows(exps.rows, at)
    return online(rows.x, rows.masked, rows.r, into)
