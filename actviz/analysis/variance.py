"""The variance of f under a normal law where f hardly varies: from f' alone, so that no digit cancels."""

from __future__ import annotations

import math
from functools import cache
from typing import TYPE_CHECKING

from actviz import _numpy as np
from actviz.analysis.quadrature import NODES, Integrals, density, gauss_legendre

if TYPE_CHECKING:
    from actviz.activation import Array
    from actviz.analysis.scan import Scan

AMPLE = 0.01
"""Where the variance is more than this part of E f^2, the difference of the two moments keeps all but two digits."""

APART = 1e-12
"""The two ways may differ by this part of E f^2; beyond it f jumps where its slope does not tell."""


def variance(
    seen: Scan, value_mean: float, value_second_moment: float, found: Integrals, law: tuple[float, float]
) -> float:
    """Var f(X) for X ~ N(*law), given E f, E f^2 and the panels on which f' was integrated.

    To 1e-12 relative: the difference of the moments where that keeps its digits, else the mean square of f less
    its own mean, f as the integral of f' from the mean of the law.
    """
    if not (math.isfinite(value_mean) and math.isfinite(value_second_moment)):
        return math.inf if value_second_moment == math.inf and math.isfinite(value_mean) else math.nan
    difference = value_second_moment - value_mean * value_mean
    if difference > AMPLE * value_second_moment or not found.followed.all():
        return difference
    with np.errstate(all="ignore"):
        own = spread(seen, found, *law)
    near = abs(own - difference) <= APART * value_second_moment
    return own if near else max(0.0, difference)


def spread(seen: Scan, found: Integrals, mean: float, std: float) -> float:
    """The variance from the slope and the jumps of f, on the panels of `found`."""
    nodes, weights = gauss_legendre()
    half = 0.5 * (found.high - found.low)[:, None]
    z = 0.5 * (found.low + found.high)[:, None] + half * nodes
    rise = std * seen.activation.derivative((mean + std * z).reshape(-1), 1).reshape(z.shape) * half
    right = found.low >= 0.0
    inside = np.where(right[:, None], rise @ partial_integrals().T, -(rise @ partial_integrals()[::-1, ::-1].T))
    whole = rise @ weights
    start = np.zeros(len(whole))
    start[right] = np.concatenate([[0.0], np.cumsum(whole[right])[:-1]])
    start[~right] = -np.concatenate([[0.0], np.cumsum(whole[~right][::-1])[:-1]])[::-1]
    away = start[:, None] + inside + jumps(seen, z, mean, std)
    _, exponent = math.frexp(float(np.abs(away).max()))
    away = np.ldexp(away, -exponent)
    share = weights * half * density(z)
    centre = float((share * away).sum())
    return math.ldexp(float((share * (away - centre) ** 2).sum()), 2 * exponent)


def jumps(seen: Scan, z: Array, mean: float, std: float) -> Array:
    """What the jumps of f between the mean and each point add to f there, the mean's own value being left of it."""
    added = np.zeros(z.shape)
    for kink in seen.kinks:
        if kink.order == 0:
            at = (kink.x - mean) / std
            added += (kink.right - kink.left) * ((z > at) * 1.0 - (at < 0.0))
    return added


@cache
def partial_integrals() -> Array:
    """Row i: the weights that integrate a polynomial given at the nodes from -1 to node i.

    A Lagrange polynomial is a sum of Legendre's, each the derivative of the difference of its neighbours.
    """
    from numpy.polynomial.legendre import legvander

    nodes, weights = gauss_legendre()
    p = legvander(nodes, NODES)
    integral = np.concatenate([nodes[:, None] + 1.0, p[:, 2:] - p[:, :-2]], axis=1)
    rows: Array = 0.5 * weights * (integral @ p[:, :-1].T)
    return rows
