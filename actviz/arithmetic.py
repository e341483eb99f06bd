"""Exact products, exponentials that survive underflow, and series about roots.

The three devices by which the kernels keep their last digits; float64 arrays throughout.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from actviz import _numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from actviz.activation import Array

SPLITTER = 134217729.0
"""2**27 + 1: splits a float64 into two halves of 26 bits (Dekker 1971, Numer. Math. 18)."""

HIGH_BITS = -(2**27)
"""As a mask keeps a float64's sign, exponent and the first 26 bits of its significand; two such multiply exactly."""

DEEP = -690.0
"""Below this exp(x) times a small factor nears ln(2**-1022) = -708.4, where it would lose bits."""


def two_product(a: Array | float, x: Array) -> tuple[Array, Array]:
    """``a * x`` as a rounded product and its rounding error (Dekker 1971).

    Significands are multiplied apart from exponents, so that splitting cannot overflow.
    """
    ma, ea = np.frexp(a)
    mx, ex = np.frexp(x)
    high = ma * mx
    a1, a2 = _split(ma)
    x1, x2 = _split(mx)
    low = ((a1 * x1 - high) + a1 * x2 + a2 * x1) + a2 * x2
    return np.ldexp(high, ea + ex), np.ldexp(low, ea + ex)


def _split(a: Array) -> tuple[Array, Array]:
    t = SPLITTER * a
    high = t - (t - a)
    return high, a - high


def product_error(a: float, x: Array, product: Array) -> Array:
    """``a * x - product``, where `product` is a * x as rounded, within 2**-104 of it (after Dekker 1971).

    Several times quicker than `two_product`, for products that do not overflow; where they come near the
    subnormal numbers their error is not all there.
    """
    significand, exponent = math.frexp(a)
    a_high = math.ldexp(math.trunc(math.ldexp(significand, 26)), exponent - 26)
    a_low = a - a_high
    x_high = (x.view(np.int64) & HIGH_BITS).view(np.float64)
    x_low = x - x_high
    return ((a_high * x_high - product) + a_high * x_low + a_low * x_high) + a_low * x_low


def square(x: Array) -> tuple[Array, Array]:
    """``x * x`` as a rounded square and its rounding error (Dekker 1971), for those far from both ends of float64."""
    y = x * x
    high = (x.view(np.int64) & HIGH_BITS).view(np.float64)
    low = x - high
    return y, ((high * high - y) + 2.0 * high * low) + low * low


def two_sum(a: Array, b: Array | float) -> tuple[Array, Array]:
    """``a + b`` as a rounded sum and its rounding error (Knuth, TAOCP 2, 4.2.2)."""
    s = a + b
    t = s - a
    return s, (a - (s - t)) + (b - t)


def horner(coefficients: Sequence[float], x: Array) -> Array:
    """The polynomial with these coefficients, the constant first, at x."""
    *rest, last = coefficients
    if not rest:
        return np.full_like(x, last)
    y = last * x
    y += rest.pop()
    for c in reversed(rest):
        y *= x
        y += c
    return y


def times_exp(q: Array | float, x: Array) -> Array:
    """``q * exp(x)`` for x <= 0, exact to the last bits even where exp(x) alone is subnormal."""
    y = q * np.exp(x)
    if x.min(initial=0.0) < DEEP:
        deep = x < DEEP
        h = np.exp(0.5 * x[deep])
        y[deep] = (np.broadcast_to(q, x.shape)[deep] * h) * h
    return y


@dataclass(frozen=True, slots=True)
class RootSeries:
    """Taylor series about a simple root ``high + low``, good within `radius` of it.

    ``f(root + d) = d * (c[0] + c[1] d + ...)``. Near a root any formula cancels; this does not.
    """

    high: float
    low: float
    radius: float
    coefficients: tuple[float, ...]

    def mend(self, y: Array, x: Array, x_low: Array | float = 0.0, scale: float = 1.0) -> Array:
        """Put ``scale * f(x + x_low)`` into the entries of `y` near the root; return `y`, changed."""
        near = (np.abs(x - self.high) < self.radius).nonzero()
        if near[0].size:
            low = np.broadcast_to(x_low, x.shape)[near]
            d = (x[near] - self.high) + (low - self.low)
            y[near] = scale * d * horner(self.coefficients, d)
        return y
