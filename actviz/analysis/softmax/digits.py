"""Whether evaluations of many rows lost half their digits against the exact softmax, the dearest proof last.

Four steps, each for the rows that those before leave open: a bound on every error from the ends of a row; the error of
the largest logit; the errors of all, but for the last rounding; the errors of all, and where even float64's own error
leaves that open, against the exact softmax in double-double. The truth of the first three is softmax in float64, whose
relative error is below (1024 + n) 2**-53: x - M is within 2**-53 of itself and at most 745 where exp is above 0.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from actviz import _numpy as np
from actviz.analysis.accuracy.accuracy import unit
from actviz.analysis.softmax.exact import exact
from actviz.analysis.softmax.parts import LOGARITHMS, UNSHIFTED, Terms, log_sum, value
from actviz.analysis.softmax.rows import chosen_columns, chosen_rows, lowered, masked_exp, wide
from actviz.floats import finfo, smallest_normal

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from actviz.activation import Array
    from actviz.analysis.softmax.rounding import Rounding
    from actviz.analysis.softmax.rows import Columns, Rows
    from actviz.floats import Floats, Places

    Mask = NDArray[np.bool_]

LN2 = 0.6931471805599453
"""The least -log p of a class that is not the largest: its p is at most 1/2."""

CANCELLED = 0.5
"""A sum of all terms less 1 that is below this is summed again without the largest term."""

SLAB = 2**15
"""Numbers at a time: a few copies of them stay in the cache."""

FEW = 4
"""Rows are few that are fewer than the whole by this factor."""

LAST = 1.5
"""How many ULP the roundings that `before_rounding` leaves out move a value, at most."""

EXPONENT = 0x7FF0000000000000
"""The bits of a float64's exponent."""


@dataclass(frozen=True, slots=True)
class Truth:
    """Softmax in float64 of rows as given: d = x - M and exp d, (n, rows), and S = 1 + `rest`, (rows,)."""

    given: Columns
    d: Array
    e: Array
    rest: Array

    def at(self, marked: Mask) -> Truth:
        """Some of the rows."""
        if marked.all():
            return self
        return Truth(chosen_columns(self.given, marked), self.d[:, marked], self.e[:, marked], self.rest[marked])

    def blur(self, r: Rounding) -> float:
        """How many ULP of the dtype it may be off."""
        return (1024 + 4 * len(self.d)) * 2.0 ** (r.precision - 53)


def truth(given: Columns) -> Truth:
    """The softmax of rows, none of them undefined."""
    d = given.x.astype(np.float64)
    d -= given.top
    e = np.exp(d)
    rest = np.add.reduce(e, axis=0) - 1.0
    cancelled = rest < CANCELLED
    if cancelled.any():
        below = d[:, cancelled] < 0
        others = np.add.reduce(np.where(below, e[:, cancelled], 0.0), axis=0)
        rest[cancelled] = others + (len(d) - 1.0 - np.count_nonzero(below, axis=0))
    return Truth(given, d, e, rest)


@dataclass(frozen=True, slots=True)
class Case:
    """An evaluation of rows in a dtype: the exps that it sums, and their sum by row."""

    name: str
    rows: Rows
    exps: Floats
    total: Array

    def at(self, marked: Mask) -> Case:
        """Some of the rows."""
        if marked.all():
            return self
        return Case(self.name, chosen_rows(self.rows, marked), self.exps[:, marked], self.total[marked])


def bound(name: str, rows: Rows, true: Truth, total: Array, slack: Array) -> Array:
    """No value is more ULP off than this, in rows whose sum is at most `total`, and off that of the same terms by a
    part `slack` at most. A rounding is a factor between exp(-u) and exp(u), or moves what is subnormal.
    """
    r, n = rows.r, len(rows.x)
    u, log_n = 1.0 / (2.0**r.precision - 1.0), float(np.log(n)) + 1.0
    tiny, faintest = smallest_normal(r.kind), float(finfo(r.kind).smallest_subnormal)
    size = np.maximum(np.abs(true.given.top), np.abs(true.given.least)).astype(np.float64)
    off = u * size + faintest if r.kind.itemsize < true.given.x.dtype.itemsize else np.zeros_like(size)
    plain = name in UNSHIFTED
    moved = off if plain else 2.0 * off + u * np.abs(wide(rows.drop))
    summed = moved + u + slack + (0.0 if plain else n * faintest)
    log_total = np.log1p(true.rest)
    if name == "division_free":
        lse = np.abs(wide(rows.top)) + log_n
        return factor(2.0 * off + summed + u * (log_n + 2.0 * lse + size + 1.0), r)
    if name == "log_softmax":
        shared = summed + u * log_n
        return factor(np.maximum((moved + shared) / LN2, shared / log_total), r)
    quotient = moved + summed + 2.0 * u
    least = wide(r.exp(rows.least)) if plain else np.full_like(size, np.inf)
    if name == "log_naive":
        quotient = np.where(least / total >= 2.0 * tiny, quotient / np.minimum(LN2, log_total), np.inf)
    return np.where(least >= tiny, factor(quotient, r), np.inf)


def factor(exponent: Array, r: Rounding) -> Array:
    """How many ULP off a factor of at most exp(exponent) leaves a number, and one for the last rounding."""
    found: Array = np.expm1(exponent) * 2.0**r.precision + 1.0
    return found


def lost(case: Case, true: Truth) -> Mask:
    """Which rows lost half their digits, none of which has another failure."""
    half, blur = case.rows.r.half_lost, true.blur(case.rows.r)
    largest = of_largest(case, true)
    found = largest >= half + blur
    near = np.zeros_like(largest)
    left, case, true = narrowed(np.arange(found.size), found, case, true)
    step = max(1, SLAB // found.size)
    for start in range(0, len(case.exps), step) if left.size else ():
        slab = slice(start, start + step)
        near[left] = np.maximum(near[left], before_rounding(case, true, slab))
        found |= (near < np.inf) & (near * (1.0 - 2.0 ** (1 - case.rows.r.precision)) >= half + LAST + blur)
        left, case, true = narrowed(left, found[left], case, true)
        if not left.size:
            break
    doubtful = ~found[left] & ~((near[left] < half - LAST - blur) & (largest[left] < half - blur))
    if doubtful.any():
        found[left[doubtful]] = measured(case.at(doubtful), true.at(doubtful))
    return found


def narrowed(left: Places, found: Mask, case: Case, true: Truth) -> tuple[Places, Case, Truth]:
    """The rows not `found` yet, once they are few: until then leaving some out costs more than it saves."""
    if FEW * np.count_nonzero(~found) > found.size:
        return left, case, true
    return left[~found], case.at(~found), true.at(~found)


def of_largest(case: Case, true: Truth) -> Array:
    """The error of the value of the largest logit."""
    rows = case.rows
    top = wide(rows.top)
    shifted = top if case.name in UNSHIFTED else np.zeros_like(top)
    terms = Terms(top, np.zeros_like(top), wide(rows.r.exp(rows.r.hold(shifted))))
    exact_one = -np.log1p(true.rest) if case.name in LOGARITHMS else 1.0 / (1.0 + true.rest)
    return distances(value(case.name, rows, terms, case.total), (exact_one, np.zeros_like(top)), rows.r)


def before_rounding(case: Case, true: Truth, slab: slice) -> Array:
    """The error of each row's worst value among some logits, of a logarithm's that of any but the largest, before the
    last rounding, which moves a value twice too large by a unit at most, and in log-softmax before that of x - M, which
    moves it by half a unit. NaN where the logarithm is of a subnormal quotient.
    """
    rows, r = replace(case.rows, x=case.rows.x[slab], masked=case.rows.masked[slab]), case.rows.r
    if case.name not in LOGARITHMS:
        p = true.e[slab] * (1.0 / (1.0 + true.rest))
        if case.name == "division_free":
            lse = r.hold(log_sum(rows, case.total))
            got = wide(masked_exp(rows, r.minus(rows.x, np.broadcast_to(lse, rows.x.shape))))
        else:
            got = wide(case.exps[slab]) * (1.0 / case.total)
        return worst(got, p, r)
    d = true.d[slab]
    y = d - np.log1p(true.rest)
    if case.name == "log_softmax":
        return worst(np.where(d < 0, wide(rows.x) - wide(rows.top) - r.fit(np.log(case.total)), y), y, r)
    got = np.where(d < 0, np.log(wide(case.exps[slab])) - np.log(case.total), y)
    faint = wide(r.exp(rows.least)) < 2.0 * smallest_normal(r.kind) * case.total
    return np.where(faint, np.nan, worst(got, y, r))


def worst(got: Array, exact: Array, r: Rounding) -> Array:
    """The greatest error of each row, in units of the dtype at the exact numbers; both -inf is none."""
    power = (exact.view(np.int64) & EXPONENT).view(np.float64)
    error = np.abs(got - exact)
    error /= np.maximum(power, smallest_normal(r.kind), out=power)
    worst: Array = np.max(error, axis=0)
    if np.isnan(worst).any():
        error[got == exact] = 0.0
        worst = np.max(error, axis=0)
    return worst * 2.0 ** int(finfo(r.kind).nmant)


def measured(case: Case, true: Truth) -> Mask:
    """Which rows lost half their digits, by the errors of all values; in double-double where float64 does not tell."""
    rows, half, blur = case.rows, case.rows.r.half_lost, true.blur(case.rows.r)
    terms = Terms(wide(rows.x), wide(lowered(rows)), wide(case.exps))
    values = value(case.name, rows, terms, case.total)
    log_total = np.log1p(true.rest)
    one = true.d - log_total if case.name in LOGARITHMS else true.e / (1.0 + true.rest)
    error = np.where(rows.masked, 0.0, distances(values, (one, np.zeros_like(one)), rows.r)).max(axis=0)
    found: Mask = error >= half
    close = ~(np.abs(error - half) > blur)
    if close.any():
        best = exact(np.ascontiguousarray(true.given.x[:, close].T.astype(np.float64)))
        pair = (best.log, best.log_low) if case.name in LOGARITHMS else (best.value, best.value_low)
        error = distances(values[:, close], (pair[0].T, pair[1].T), rows.r)
        found[close] = np.where(rows.masked[:, close], 0.0, error).max(axis=0) >= half
    return found


def distances(values: Array, exact: tuple[Array, Array], r: Rounding) -> Array:
    """How far values are from exact ones, given as pairs, in units of the dtype there; inf for what is not finite."""
    high, low = exact
    found: Array = np.abs((values - high) - low) / unit(high, r.kind)
    return np.where(np.isfinite(values), found, np.inf)
