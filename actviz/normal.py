"""The normal distribution's special functions for float64 arrays: the upper tail, its cumulative distribution, erf.

numpy has none of them. All rest on erfcx(t/sqrt 2)/2 = Phi(-t) exp(t^2/2), the inverse of a number between 2 and
100 on the whole range where Phi(-t) is not 0, and on exp(-x^2/2) with the square's rounding error carried.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from actviz import _numpy as np
from actviz.arithmetic import HIGH_BITS, horner
from actviz.erfcx_pieces import ERF, TAIL_BOTTOM, TAIL_TOP

if TYPE_CHECKING:
    from collections.abc import Sequence

    from actviz.activation import Array

REACH = 39.0
"""Up to here the rational functions hold; exp(-39^2/2) is below 5e-324 by seven powers of ten."""

SIGN = -(2**63)
"""As a mask keeps a float64's sign."""

ROOT_2 = 1.4142135623730951


def magnitude(x: Array, reach: float) -> Array:
    """|x|, at most `reach`."""
    t = np.abs(x)
    if t.max(initial=0.0) > reach:  # the minimum is seldom needed and takes three times as long
        np.minimum(t, reach, out=t)
    return t


def both_sides(q: Array, x: Array) -> Array:
    """-q where x has a minus sign and 1 + q elsewhere: f'(x) from -f'(-|x|) where f'(x) + f'(-x) = 1. Overwrites `q`.

    np.where would stall on random signs.
    """
    bits, mirrored = x.view(np.int64), q.view(np.int64)
    mirrored ^= bits & SIGN
    q += bits >= 0
    return q


def half_square(x: Array) -> tuple[Array, Array | float]:
    """-x^2/2 rounded, and its rounding error, where the square does not overflow."""
    half = -0.5 * x
    far = x * half
    bits = x.view(np.int64)
    if not np.bitwise_or.reduce(bits, axis=None) & ~HIGH_BITS:
        return far, 0.0  # all squares are exact, as those of every float32 are
    near = (bits & HIGH_BITS).view(np.float64)
    rest = x - near
    low = -0.5 * near
    half += low
    half *= rest
    low *= near
    low -= far
    low += half
    return far, low


def rational(t: Array, top: Sequence[float], bottom: Sequence[float]) -> Array:
    """The quotient of two polynomials, constants first."""
    y = horner(top, t)
    y /= horner(bottom, t)
    return y


def with_error(y: Array, low: Array | float) -> Array:
    """y (1 + low) for tiny low. Overwrites `y`."""
    if not isinstance(low, float):
        y += y * low
    return y


def inverse_tail(t: Array, low: Array | float) -> Array:
    """The inverse of Phi(-t) exp(t^2/2) (1 + low) for t from 0 to REACH and tiny low, rounded twice from 2 t on."""
    y = rational(t, TAIL_TOP, TAIL_BOTTOM)
    twice = t + t
    y += 2.0
    if not isinstance(low, float):
        y -= low * (y + twice)
    y += twice
    return y


def upper_tail(t: Array, low: Array | float) -> Array:
    """Phi(-t) exp(t^2/2) (1 + low) for t from 0 to REACH and tiny low, within 3 ULP."""
    return 1.0 / inverse_tail(t, low)


def cumulative(z: Array, z_low: Array) -> Array:
    """Phi(z + z_low), the share of the normal distribution below, for z_low below z's last place."""
    z = np.clip(z, -REACH, REACH)
    far, low = half_square(z)
    low -= z * z_low
    q = upper_tail(np.abs(z), low)
    q *= np.exp(far)
    return np.abs((z > 0) - q)


def erf(u: Array) -> Array:
    """The error function: u times a polynomial in u^2 up to 1, beyond it 1 less the upper tail."""
    z = np.clip(u, -REACH / ROOT_2, REACH / ROOT_2)
    far, low = half_square(z)
    a = np.abs(z)
    beyond = 1.0 - 2.0 * upper_tail(ROOT_2 * a, 2.0 * low) * np.exp(2.0 * far)
    near = np.clip(z, -1.0, 1.0)
    inside = near + near * horner(ERF, near * near)
    return np.where(a < 1.0, inside, np.copysign(beyond, u))
