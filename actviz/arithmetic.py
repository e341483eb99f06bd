"""Exact products, exponentials that survive underflow, and series about roots.

The three devices by which the kernels keep their last digits; float64 arrays throughout.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from actviz import _numpy as np

if TYPE_CHECKING:
    from actviz.activation import Array

SPLITTER = 134217729.0
"""2**27 + 1: splits a float64 into two halves of 26 bits (Dekker 1971, Numer. Math. 18)."""

DEEP = -690.0
"""Below this exp(x) times a small factor nears ln(2**-1022) = -708.4, where it would lose bits."""


def two_product(a: float, x: Array) -> tuple[Array, Array]:
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


def two_sum(a: Array, b: Array | float) -> tuple[Array, Array]:
    """``a + b`` as a rounded sum and its rounding error (Knuth, TAOCP 2, 4.2.2)."""
    s = a + b
    t = s - a
    return s, (a - (s - t)) + (b - t)


def times_exp(q: Array | float, x: Array) -> Array:
    """``q * exp(x)`` for x <= 0, exact to the last bits even where exp(x) alone is subnormal."""
    y = q * np.exp(x)
    deep = x < DEEP
    if deep.any():
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
        near = np.abs(x - self.high) < self.radius
        if near.any():
            low = np.broadcast_to(x_low, x.shape)[near]
            d = (x[near] - self.high) + (low - self.low)
            total = np.full_like(d, self.coefficients[-1])
            for c in reversed(self.coefficients[:-1]):
                total = total * d + c
            y[near] = scale * d * total
        return y
