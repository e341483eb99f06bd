"""Softmax and its logarithm in double-double: each value as two floats, within 2**-90 of it.

What errors in ULP are measured against: the kernels' own last digits are then seen too. The logits less
their maximum are exact pairs; exp is 2**k exp(c) exp(r) with c on a grid of 1/64 and a series for r; the
logarithm is one Newton step from float64's (Dekker 1971, Numer. Math. 18, for the pairs).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, localcontext
from functools import cache
from typing import TYPE_CHECKING

from actviz import _numpy as np
from actviz.arithmetic import two_product, two_sum
from actviz.catalogue.logits import compensated_sum, first_largest, lowered, signed
from actviz.catalogue.logsumexp import GRID, exp_on_grid, exp_tail

if TYPE_CHECKING:
    from actviz.activation import Array

    Pair = tuple[Array, Array]

NOTHING = -1500.0
"""exp below this is left out: float64 ends at -745, and n of them at that less log n."""

LEAST = -3000
"""Less than the power of 2 of any exp that is not left out."""

NEAR = 1.0 / 128.0
"""Within this of 0 the series gives exp(x) - 1 with all its digits."""


@dataclass(frozen=True, slots=True)
class Exact:
    """Softmax of rows, (rows, n) each: value + value_low is p, log + log_low its logarithm, rest + rest_low 1 - p."""

    value: Array
    value_low: Array
    log: Array
    log_low: Array
    rest: Array
    rest_low: Array


def exact(x: Array) -> Exact:
    """Softmax of each row of `x`, float64, finite or -inf where masked; a row of nothing but masks gives NaN."""
    with np.errstate(all="ignore"):
        _, d, error = lowered(x)
        high, low, power = exp_pair(d, error)
        terms, terms_low = np.ldexp(high, power), np.ldexp(low, power)
        own = first_largest(x)
        others, lacking = summed(np.where(own, 0.0, high), np.where(own, 0.0, low), power)
        total, total_low = two_sum(others, 1.0)
        total_low = total_low + lacking
        p, p_low = quotient((high, low), (total, total_low))
        log_total, log_total_low = log1p_pair(others, lacking)
        y, y_low = two_sum(d, -log_total)
        y_low, less = two_sum(y_low, error - log_total_low)
        # x - M often lies half way between two floats: what is beyond a pair decides.
        y, y_low = two_sum(y, np.where(less == 0, y_low, np.nextafter(y_low, np.copysign(np.inf, less))))
        rest, rest_low = two_sum(total, -terms)
        rest, rest_low = np.where(own, others, rest), np.where(own, lacking, rest_low + total_low - terms_low)
        rest, rest_low = quotient((rest, rest_low), (total, total_low))
    undefined = np.isnan(x).any(axis=1, keepdims=True) | (x == -np.inf).all(axis=1, keepdims=True)
    beneath = d == -np.inf  # masked, or further below than float64 reaches
    value, value_low = np.ldexp(p, power), np.ldexp(p_low, power)
    log = signed(np.where(beneath, -np.inf, y), x, others)
    parts = (value, value_low, log, np.where(beneath, 0.0, y_low))
    return Exact(*(np.where(undefined, np.nan, part) for part in (*parts, rest, rest_low)))


def summed(high: Array, low: Array, power: Array) -> Pair:
    """The sum of each row of (high + low) 2**power, as columns; one that is subnormal is rounded once, at the end."""
    most = np.where(high > 0, power, LEAST).max(axis=1, keepdims=True)
    sums, lacking = compensated_sum(np.ldexp(high, power - most))
    sums, lacking = two_sum(sums, lacking + np.ldexp(low, power - most).sum(axis=1, keepdims=True))
    found = np.ldexp(sums, most)
    return two_sum(found, np.ldexp(sums - np.ldexp(found, -most) + lacking, most))


def quotient(a: Pair, b: Pair) -> Pair:
    """a / b of pairs."""
    q = a[0] / b[0]
    product, error = two_product(q, b[0])
    return two_sum(q, ((a[0] - product) - error + a[1] - q * b[1]) / b[0])


def log1p_pair(x: Array, low: Array) -> Pair:
    """log(1 + x + low) for x >= 0, relatively exact even where x is tiny."""
    y = np.log1p(x)
    high, lacking = expm1_pair(y)
    return two_sum(y, ((x - high) + (low - lacking)) / (1.0 + x))


def expm1_pair(x: Array) -> Pair:
    """exp(x) - 1 for x >= 0."""
    tail, tail_low = exp_tail(np.minimum(x, NEAR))
    near, near_low = two_sum(x, tail)
    high, low, power = exp_pair(x, np.zeros_like(x))
    far, far_low = two_sum(np.ldexp(high, power), -1.0)
    small = x <= NEAR
    return np.where(small, near, far), np.where(small, near_low + tail_low, far_low + np.ldexp(low, power))


def exp_pair(x: Array, error: Array) -> tuple[Array, Array, Array]:
    """exp(x + error) for x from -1500 to 700 as a pair, to be scaled by a power of 2, which comes third."""
    faint = ~(x > NOTHING)
    x, error = np.where(faint, 0.0, x), np.where(faint, 0.0, error)
    parts = ln2_parts()
    k = np.rint(x / sum(parts))
    r, lost = two_sum(x, -k * parts[0])
    r, more = two_sum(r, -k * parts[1])
    r, r_low = two_sum(r, lost + more + error - k * parts[2])
    grid = np.rint(r * GRID)
    r = r - grid / GRID
    tail, tail_low = exp_tail(r)
    s, s_low = two_sum(r, tail)
    f, f_low = two_sum(np.ones_like(s), s)
    f_low = f_low + (s_low + tail_low + r_low * f)
    points, at = np.unique(grid, return_inverse=True)
    table = np.array([exp_on_grid(int(c)) for c in points.tolist()])
    high, middle, least = np.moveaxis(table[at.reshape(x.shape)], -1, 0)
    product, lacking = two_product(high, f)
    m, m_low = two_sum(product, lacking + (high * f_low + middle * f + least))
    return np.where(faint, 0.0, m), np.where(faint, 0.0, m_low), k.astype(np.int64)


@cache
def ln2_parts() -> tuple[float, float, float]:
    """Three floats that sum to ln 2 but for 2**-130 of it, the first two of 40 bits: up to 4096 times each is exact."""
    with localcontext(prec=60):
        whole = Decimal(2).ln()
        first = int(whole * 2**40)
        second = int((whole - Decimal(first) / 2**40) * 2**80)
        return first / 2**40, second / 2**80, float(whole - Decimal(first) / 2**40 - Decimal(second) / 2**80)
