"""Polynomials through values with rounding errors: Chebyshev interpolation, and powers of t for abs(t) <= 1/4.

Within a quarter of the interval powers up to the 31st lose nothing, and keep what Chebyshev's sum does not: the
relative accuracy of a function that is 0 in the middle.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from actviz import _numpy as np
from actviz.expressions.tails import clean

if TYPE_CHECKING:
    from actviz.activation import Array

NODES = 32
"""An even number, so that none is the middle."""

INSIDE = 0.25
"""The part of [-1, 1] in which the powers are used."""

SURE = 2.0
"""How many times the largest deviation of several runs an error may be."""

KEPT, FLOOR = 1.0, 2.0**-51
"""A coefficient below so many deviations and this part of the largest value, the sums' own rounding, is none."""


@cache
def recipe() -> tuple[Array, Array, Array]:
    """Nodes in [-1, 1], the matrix from values there to Chebyshev coefficients, and from these to powers of t."""
    # Angles are reduced as whole numbers: the cosine of a rounded multiple of pi would be some 1e-14 off.
    turns = np.arange(NODES)[:, None] * (2 * np.arange(NODES) + 1) % (4 * NODES)
    turns = np.minimum(turns, 4 * NODES - turns)
    cosines = np.sin(np.pi / 2.0 * (NODES - turns) / NODES)
    chebyshev = cosines * np.where(np.arange(NODES) == 0, 1.0, 2.0)[:, None] / NODES
    powers = np.zeros((NODES, NODES))
    powers[0, 0] = powers[1, 1] = 1.0
    for n in range(2, NODES):
        powers[n, 1:] = 2.0 * powers[n - 1, :-1]
        powers[n] -= powers[n - 2]
    return cosines[1], chebyshev, powers.T


@cache
def checks() -> Array:
    """Points between the part where the powers are used and the ends, no nodes."""
    side = INSIDE + (1.0 - INSIDE) * (np.arange(12) + 0.37) / 12
    return np.concatenate([side, -side])


def misfit(y: Array) -> Array:
    """How far the polynomials through the values at the nodes are from the values at the checks, which follow."""
    _, chebyshev, _ = recipe()
    basis = np.cos(np.arange(NODES)[:, None] * np.arccos(checks()))
    return np.abs(y[:, :NODES] @ chebyshev.T @ basis - y[:, NODES:])


def coefficients(y: Array, spread: Array) -> Array:
    """The powers of t of the polynomial through y at the nodes, less what is below the noise of `spread`, more runs.

    Of the powers themselves that goes for the lowest alone, which tell how f is 0 in the middle; the others are large
    and cancel, so each is needed as it is.
    """
    _, chebyshev, powers = recipe()
    c, several = chebyshev @ y, spread @ chebyshev.T
    rounding = FLOOR * np.abs(y).max()
    c = np.where(np.abs(c) > KEPT * np.abs(several - c).max(axis=0) + rounding, c, 0.0)
    a = powers @ c
    noise = SURE * np.abs((several - c) * (c != 0.0) @ powers.T).max(axis=0) + rounding
    a[np.logical_and.accumulate(np.abs(a) <= noise)] = 0.0
    a[0] = clean(float(a[0]))
    return np.trim_zeros(a, "b")


def horner(powers: Array, t: Array, reach: float) -> tuple[Array, Array, Array]:
    """The polynomial with those powers of t, and its derivatives in x = reach t."""
    f, slope, half = (np.zeros_like(t) for _ in range(3))
    for a in powers[::-1]:
        half = half * t + slope
        slope = slope * t + f
        f = f * t + a
    return f, slope / reach, 2.0 * half / reach / reach
