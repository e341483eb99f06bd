"""The normal distribution's special functions for float64 arrays: the upper tail, its cumulative distribution, erf.

numpy has none of them. All rest on erfcx(t/sqrt 2)/2 = Phi(-t) exp(t^2/2), which is between 0.01 and 0.5
on the whole range where Phi(-t) is not 0, and on exp(-x^2/2) with the square's rounding error carried.
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

TAIL_BASE = 0.4375
"""The constant that tools/erfcx_pieces.py takes off (1 + t) Phi(-t) exp(t^2/2)."""

ROOT_2 = 1.4142135623730951


def half_square(x: Array) -> tuple[Array, Array]:
    """-x^2/2 rounded, and its rounding error, where the square does not overflow."""
    near = (x.view(np.int64) & HIGH_BITS).view(np.float64)
    half, half_near = -0.5 * x, -0.5 * near
    far = x * half
    low = near * half_near
    low -= far
    half += half_near
    half *= x - near
    low += half
    return far, low


def rational(t: Array, top: Sequence[float], bottom: Sequence[float]) -> Array:
    """The quotient of two polynomials, constants first."""
    y = horner(top, t)
    y /= horner(bottom, t)
    return y


def corrected(base: float, part: Array, low: Array) -> Array:
    """(base + part)(1 + low) for tiny low, rounded as if it were the sum alone. Overwrites `part`."""
    part += low * (base + part)
    part += base
    return part


def upper_tail(t: Array, low: Array) -> Array:
    """Phi(-t) exp(t^2/2) (1 + low) for t from 0 to REACH and tiny low, within 2 ULP."""
    s = 1.0 + t
    lost = t - (s - 1.0)
    y = corrected(TAIL_BASE, rational(t, TAIL_TOP, TAIL_BOTTOM), low - lost / s)
    y /= s
    return y


def cumulative(z: Array, z_low: Array) -> Array:
    """Phi(z + z_low), the share of the normal distribution below, for z_low below z's last place."""
    z = np.clip(z, -REACH, REACH)
    far, low = half_square(z)
    low -= z * z_low
    q = upper_tail(np.abs(z), low)
    q *= np.exp(far)
    return np.where(z > 0, 1.0 - q, q)


def erf(u: Array) -> Array:
    """The error function: u times a polynomial in u^2 up to 1, beyond it 1 less the upper tail."""
    z = np.clip(u, -REACH / ROOT_2, REACH / ROOT_2)
    far, low = half_square(z)
    a = np.abs(z)
    beyond = 1.0 - 2.0 * upper_tail(ROOT_2 * a, 2.0 * low) * np.exp(2.0 * far)
    near = np.clip(z, -1.0, 1.0)
    inside = near + near * horner(ERF, near * near)
    return np.where(a < 1.0, inside, np.copysign(beyond, u))
