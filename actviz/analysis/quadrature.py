"""Expectations under a normal law, by Gauss-Legendre on pieces that never straddle a kink."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from actviz import _numpy as np
from actviz.analysis.poles import divergent
from actviz.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from actviz.activation import Array

NODES = 16
"""A panel is exact for polynomials of degree 31; halving it shrinks the error some 2**32 times."""

REACH = 38.5
"""Standard deviations either way: exp(-38.5**2/2) is at the end of the float64 range."""

TOLERANCE = 1e-14
"""A panel is settled when halving it changes its integral by less than this part of the whole."""

UNRESOLVED = 1e-12
"""Panels that never settled may be uncertain by this part of the whole in all; beyond it nothing is told."""

ROUNDS, MOST_PANELS = 60, 8192
MOST_BREAKS = 64
SCALE = 1e30
"""The law's mean and standard deviation, and its reciprocal, are at most this."""


def expectations(
    g: Callable[[Array], Array],
    breaks: Iterable[float],
    mean: float = 0.0,
    std: float = 1.0,
    poles: Sequence[float] = (),
) -> Array:
    """``E g(X)`` for X normal with `mean` and standard deviation `std`, to 1e-12 of ``E abs(g(X))``.

    `g` takes n points and gives k rows of n values, one a function; the result has k numbers. `breaks`
    are where g or a derivative jumps, or where its steep places are: panels end there, and crowd there
    geometrically. A g that outgrows the density has an infinite expectation, or none (NaN) where it does so
    with both signs; one with one of its `poles` that cannot be integrated, or that 8192 panels cannot follow, has NaN.
    Raise BadInput for a law that `checked_law` refuses.
    """
    mean, std = checked_law(mean, std)
    nodes, weights = gauss_legendre()

    def integrand(z: Array) -> Array:
        return np.atleast_2d(g(mean + std * z)) * (np.exp(-0.5 * z * z) / math.sqrt(2.0 * math.pi))

    def integral(low: Array, high: Array) -> tuple[Array, Array]:
        half = 0.5 * (high - low)
        z = 0.5 * (low + high)[:, None] + half[:, None] * nodes
        y = integrand(z.reshape(-1))
        y = y.reshape(len(y), *z.shape) * (weights * half[:, None])
        return y.sum(axis=2), np.abs(y).sum(axis=2)

    with np.errstate(all="ignore"):
        low, high = panels(breaks, mean, std)
        total, size = settled(integral, low, high)
        ends = integrand(np.asarray([-REACH, REACH]))
        outgrown = np.isinf(ends) | (np.abs(ends) > 1e-20 * size[:, None])
        infinite = np.where(outgrown, np.copysign(np.inf, ends), 0.0).sum(axis=1)
        total = np.where(divergent(lambda x: np.atleast_2d(g(x)), poles, len(total)), np.nan, total)
    return np.where(outgrown.any(axis=1), infinite, total)


def settled(integral: Callable[[Array, Array], tuple[Array, Array]], low: Array, high: Array) -> tuple[Array, Array]:
    """The sum of `integral` over the panels, and of its absolute value, panels halved until they agree.

    NaN where they do not agree in the end.
    """
    whole, _ = integral(low, high)
    parts: list[Array] = []
    sizes: list[Array] = []
    for left in reversed(range(ROUNDS)):
        middle = 0.5 * (low + high)
        lows = np.stack([low, middle], axis=1).reshape(-1)
        highs = np.stack([middle, high], axis=1).reshape(-1)
        halves, absolutes = integral(lows, highs)
        pairs = halves.reshape(len(halves), -1, 2)
        size = absolutes.sum(axis=1) + sum(s.sum(axis=1) for s in sizes)
        apart = np.abs(pairs.sum(axis=2) - whole)
        unsettled = apart > TOLERANCE * size[:, None]
        split = unsettled.any(axis=0) & (left > 0)
        if np.count_nonzero(split) > MOST_PANELS:
            return np.full(len(whole), np.nan), size
        again = np.repeat(split, 2)
        parts.append(halves[:, ~again])
        sizes.append(absolutes[:, ~again])
        if not split.any():
            break
        low, high, whole = lows[again], highs[again], halves[:, again]
    together, sizes_together = np.concatenate(parts, axis=1), np.concatenate(sizes, axis=1)
    resolved = np.where(unsettled, apart, 0.0).sum(axis=1) <= UNRESOLVED * size
    known = resolved & np.isfinite(together).all(axis=1)
    total = [math.fsum(row) if k else math.nan for row, k in zip(together, known, strict=True)]
    return np.asarray(total), sizes_together.sum(axis=1)


def panels(breaks: Iterable[float], mean: float, std: float) -> tuple[Array, Array]:
    """The ends of the first panels, in standard deviations: a few wide ones, and geometric ones about each break."""
    points = [0.0, *breaks]
    centres = (np.unique(np.asarray(points if len(points) <= MOST_BREAKS else [0.0])) - mean) / std
    steps = 2.0 * REACH * 8.0 ** -np.arange(0.0, 40.0)
    every = (np.asarray(points) - mean) / std
    crowd = (centres[:, None] + np.concatenate([-steps, [0.0], steps])).reshape(-1)
    edges = np.concatenate([np.linspace(-REACH, REACH, 23), every, crowd])
    edges = np.unique(edges[np.abs(edges) <= REACH])
    return edges[:-1], edges[1:]


def checked_law(mean: float, std: float) -> tuple[float, float]:
    """`mean` and `std`; raise BadInput unless both are finite, std is above 0, and float64 can hold the law."""
    if not (math.isfinite(std) and std > 0):
        raise BadInput(f"--std must be a finite number above 0, not {std:g}")
    if not math.isfinite(mean):
        raise BadInput(f"--mean must be a finite number, not {mean:g}")
    if not (1 / SCALE <= std <= SCALE and abs(mean) <= SCALE):
        raise BadInput(f"N({mean:g}, {std:g}^2) is out of reach; --std is from 1e-30 to 1e30, --mean within 1e30 of 0")
    return mean, std


def gauss_legendre() -> tuple[Array, Array]:
    """Nodes in [-1, 1] and weights of Gauss-Legendre quadrature."""
    from numpy.polynomial.legendre import leggauss

    nodes, weights = leggauss(NODES)
    return nodes, weights


def probability(low: float, high: float, mean: float = 0.0, std: float = 1.0) -> float:
    """P(low < X < high) for X normal, from erfc on the side away from the mean, so that tails keep their digits."""
    a, b = ((p - mean) / (std * math.sqrt(2.0)) for p in (low, high))
    if a > 0:
        return 0.5 * (math.erfc(a) - math.erfc(b))
    if b < 0:
        return 0.5 * (math.erfc(-b) - math.erfc(-a))
    return 0.5 * (math.erf(b) - math.erf(a))
