"""Log-sum-exp along an axis and its gradient, to the last digits of the result, however small that is.

With the maximum M taken off it is M + log1p(s'), which is exact enough unless the two cancel. Where they
do, as for the logarithms of probabilities, whose sum is 1 but for rounding, it is log1p of the sum of
exp(x_k) less 1. The exponentials are then made of several floats each, and their sum is not rounded.
"""

from __future__ import annotations

import math
from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal, localcontext
from functools import cache
from typing import TYPE_CHECKING, Any

from actviz import _numpy as np
from actviz.arithmetic import horner, two_product, two_sum
from actviz.catalogue.axes import one_vector, reduced
from actviz.catalogue.logits import shifted, softmax_rows

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from actviz.activation import Array
    from actviz.catalogue.axes import Axis

GRID = 64
"""exp is tabulated at the multiples of 1/64."""

FAINT = -100.0
"""exp below this, 2**-144, is left out of a sum near 1."""

DOUBT = 2.0**-60
"""The sum less 1 is off by less than 2**-112: below this it is found in decimals instead."""

INVERSE_FACTORIALS = (
    (1 / 2, 0.0),
    (1 / 6, 9.25185853854297066e-18),
    (1 / 24, 2.31296463463574266e-18),
    (1 / 120, 1.15648231731787138e-19),
    (1 / 720, -5.30054395437357706e-20),
)
"""1/n! from n = 2, each with what its float lacks; those of SMALLER need no more than a float."""

SMALLER = tuple(1 / math.factorial(n) for n in range(7, 14))
"""As far as 1/13!, whose term is at most 2**-123."""


def logsumexp(x: ArrayLike, axis: Axis = -1, keepdims: bool = False) -> Any:
    """log sum_k exp(x_k) along `axis` within 4 ULP; dtypes, axes and errors as for `softmax`.

    The result lacks the axes, or with `keepdims` has 1 in their place. Nothing but -inf gives -inf, any +inf gives
    +inf. Logits that cancel, so that the result is less than
    half as large as log1p(s'), take some thirty times as long.
    """
    return reduced(logsumexp_rows, x, axis, keepdims, "logsumexp")


def logsumexp_rows(x: Array) -> Array:
    """Log-sum-exp of each row, as a column."""
    s = shifted(x)
    y, low = two_sum(s.top, s.log_total)
    y = np.where(np.isfinite(y), y + low, y)
    y = np.where(np.isinf(s.top), s.top, y)
    cancels = (np.abs(y) < 0.5 * s.log_total)[:, 0]
    if cancels.any():
        y[cancels, 0] = unshifted_rows(x[cancels])
    return y


def unshifted_rows(x: Array) -> list[float]:
    """Log-sum-exp of each row of negative numbers whose exponentials sum to about 1."""
    pieces = np.concatenate(exp_pieces(x), axis=1).tolist()
    return [unshifted(logits, terms) for logits, terms in zip(x.tolist(), pieces, strict=True)]


def unshifted(logits: list[float], terms: list[float]) -> float:
    """Log-sum-exp of `logits`, given floats that sum to the sum of their exponentials."""
    beyond = math.fsum((-1.0, *terms))
    if abs(beyond) < DOUBT:
        return in_decimals(logits)
    return math.log1p(beyond) if beyond > -0.5 else math.log(math.fsum(terms))


def exp_pieces(x: Array) -> tuple[Array, ...]:
    """Seven arrays that sum to exp(x), x <= 0, to within 2**-112 of it; 0 where x is below FAINT.

    exp(x) = exp(c) (1 + r + q) with c on the grid, tabulated to three floats, and r = x - c exactly.
    """
    near = np.where(x < FAINT, 0.0, x)
    grid = np.rint(near * GRID)
    r = near - grid / GRID
    points, at = np.unique(grid, return_inverse=True)
    table = np.array([exp_on_grid(int(k)) for k in points.tolist()])[at.reshape(x.shape)]
    high, middle, low = np.where(x[..., np.newaxis] < FAINT, 0.0, table).transpose(2, 0, 1)
    q, q_low = exp_tail(r)
    by_r, by_r_low = two_product(high, r)
    by_q, by_q_low = two_product(high, q)
    return high, by_r, by_q, middle, by_r_low, by_q_low, low + middle * (r + q) + high * q_low


@cache
def exp_on_grid(k: int) -> tuple[float, float, float]:
    """exp(k/GRID) as three floats that sum to it but for 2**-157 of it."""
    with localcontext(Context(prec=60)):
        value = (Decimal(k) / GRID).exp()
        high = float(value)
        middle = float(value - Decimal(high))
        return high, middle, float(value - Decimal(high) - Decimal(middle))


def exp_tail(r: Array) -> tuple[Array, Array]:
    """exp(r) - 1 - r for abs(r) <= 1/128, as a float and what it lacks, by its series."""
    high, low = r * horner(SMALLER, r), np.zeros_like(r)
    for coefficient, lacking in reversed(INVERSE_FACTORIALS):
        high, error = two_sum(high, coefficient)
        low = low + (error + lacking)
        high, low = times(r, high, low)
    return times(r, high, low)


def times(r: Array, high: Array, low: Array) -> tuple[Array, Array]:
    """r (high + low) as a float and what it lacks."""
    product, error = two_product(r, high)
    return product, error + r * low


def in_decimals(logits: list[float]) -> float:
    """Log-sum-exp of `logits`, whose exponentials sum to nearly 1, with as many digits as that takes.

    It ends: for algebraic numbers, not all 0 or -inf, the sum is never 1 (Lindemann and Weierstrass).
    """
    exact = [Decimal(x) for x in logits if x > -math.inf]
    digits = 50
    while True:
        with localcontext(Context(prec=digits, Emin=MIN_EMIN, Emax=MAX_EMAX, traps=[])):
            total = sum((x.exp() for x in exact), Decimal(0))
            if abs(total - 1) > Decimal(10) ** (25 - digits):
                return float(total.ln())
        digits *= 2


def logsumexp_jacobian(x: Array) -> Array:
    """d logsumexp(x) / d x_j = softmax(x)_j: n logits in, 1 by n out, float64."""
    row = one_vector(x)
    with np.errstate(all="ignore"):
        return softmax_rows(row)
