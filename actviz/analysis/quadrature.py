"""Expectations under a normal law, by Gauss-Legendre on pieces that never straddle a kink."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from actviz import _numpy as np
from actviz.analysis.poles import divergent
from actviz.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import NDArray

    from actviz.activation import Array

    Integral = Callable[[Array, Array], tuple[Array, Array]]

NODES = 16
"""A panel is exact for polynomials of degree 31; halving it shrinks the error some 2**32 times."""

REACH = 38.5
"""Standard deviations either way: exp(-38.5**2/2) is at the end of the float64 range."""

TOLERANCE = 1e-14
"""A panel is settled when halving it changes its integral by less than this part of the whole."""

UNRESOLVED = 1e-12
"""Panels that never settled may be uncertain by this part of the whole in all; beyond it nothing is told."""

OUTGROWN, LITTLE = 1e-20, 1e-290
"""What an integrand is at the ends, as a part of its integral and in all, if its function outgrows the density."""

ROUNDS, MOST_PANELS = 60, 8192
AT_ONCE = 4096
"""Panels evaluated together: half a megabyte a row."""

MOST_BREAKS = 64
SCALE = 1e30
"""The law's mean and standard deviation, and its reciprocal, are at most this."""


@dataclass(frozen=True, slots=True)
class Integrals:
    """k integrals under a normal law: `total` E g, and `size` E abs(g) (shape k each).

    `total` is NaN where there is no expectation, or where the panels could not follow g: then `followed` is
    False. `low` and `high` are the ends of the panels in standard deviations, ascending and without gaps.
    """

    total: Array
    size: Array
    followed: NDArray[np.bool_]
    low: Array
    high: Array


def expectations(
    g: Callable[[Array], Array],
    breaks: Iterable[float],
    mean: float = 0.0,
    std: float = 1.0,
    poles: Sequence[float] = (),
    narrow: Sequence[float] = (),
) -> Array:
    """``E g(X)`` for X normal with `mean` and standard deviation `std`, to 1e-12 of ``E abs(g(X))``.

    `g` takes n points and gives k rows of n values, one a function; the result has k numbers. `breaks`
    are where g or a derivative jumps, or where its steep places are: panels end there, and crowd there
    geometrically where they are few, and about every one of `narrow`. A g that outgrows the density, or has one of its
    `poles` that cannot be integrated, has an infinite expectation, or none (NaN) where it does so with both signs; one
    that 8192 panels cannot follow has NaN.
    Raise BadInput for a law that `checked_law` refuses.
    """
    return integrals(lambda x, _: g(x), breaks, mean, std, poles, narrow=narrow).total


def integrals(
    g: Callable[[Array, Array], Array],
    breaks: Iterable[float],
    mean: float = 0.0,
    std: float = 1.0,
    poles: Sequence[float] = (),
    most_panels: int = MOST_PANELS,
    narrow: Sequence[float] = (),
) -> Integrals:
    """As `expectations`, with what else is known of them; `g` is given x and z = (x - mean)/std.

    About 64 breaks at most panels crowd, but about every one of `narrow`.
    """
    mean, std = checked_law(mean, std)
    base, start = origin(mean, std)

    def integrand(u: Array) -> Array:
        return np.atleast_2d(g(base + std * u, u + start)) * density(u + start)

    with np.errstate(all="ignore"):
        low, high = panels(breaks, narrow, base, std, start)
        found = settled(panel_sums(integrand), low, high, most_panels)
        ends = integrand(np.asarray([-REACH, REACH]) - start)
        outgrown = np.isinf(ends) | (np.abs(ends) > np.maximum(OUTGROWN * found.size, LITTLE)[:, None])
        infinite = np.where(outgrown, np.copysign(np.inf, ends), 0.0).sum(axis=1)
        at_poles = divergent(lambda x: np.atleast_2d(g(x, (x - mean) / std)), poles, len(found.total))
        # What is undefined on a part of the law stays so.
        infinite += np.where((at_poles != 0) & np.isnan(found.size), np.nan, at_poles)
    endless = outgrown.any(axis=1) | (at_poles != 0)
    total = np.where(endless, infinite, found.total)
    return Integrals(total, found.size, found.followed | endless, found.low + start, found.high + start)


def origin(mean: float, std: float) -> tuple[float, float]:
    """Where panels are counted from, in x and in standard deviations from the mean: x = 0 if the law reaches it.

    Numbers near 0 are then as fine as float64 has them, which the mean plus a multiple of std is not if that is large.
    """
    return (0.0, -mean / std) if abs(mean) <= REACH * std else (mean, 0.0)


def density(z: Array) -> Array:
    """The standard normal density at z."""
    return np.exp(-0.5 * z * z) / math.sqrt(2.0 * math.pi)


def panel_sums(integrand: Callable[[Array], Array]) -> Integral:
    """What gives of every panel, from its two ends, the integrals of the rows of `integrand` and of their sizes."""
    nodes, weights = gauss_legendre()

    def some(low: Array, high: Array) -> tuple[Array, Array]:
        half = 0.5 * (high - low)
        z = 0.5 * (low + high)[:, None] + half[:, None] * nodes
        y = integrand(z.reshape(-1))
        y = y.reshape(len(y), *z.shape) * (weights * half[:, None])
        return y.sum(axis=2), np.abs(y).sum(axis=2)

    def integral(low: Array, high: Array) -> tuple[Array, Array]:
        parts = [some(low[i : i + AT_ONCE], high[i : i + AT_ONCE]) for i in range(0, low.size, AT_ONCE)]
        sums, sizes = zip(*parts, strict=True)
        return np.concatenate(sums, axis=1), np.concatenate(sizes, axis=1)

    return integral


def settled(integral: Integral, low: Array, high: Array, most_panels: int = MOST_PANELS) -> Integrals:
    """The sum of `integral` over the panels, and of its absolute value, panels halved until they agree.

    NaN where they do not agree in the end.
    """
    whole, _ = integral(low, high)
    parts: list[Array] = []
    sizes: list[Array] = []
    ends: list[tuple[Array, Array]] = []
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
        if np.count_nonzero(split) > most_panels:
            split[:] = False
        again = np.repeat(split, 2)
        parts.append(halves[:, ~again])
        sizes.append(absolutes[:, ~again])
        ends.append((lows[~again], highs[~again]))
        if not split.any():
            break
        low, high, whole = lows[again], highs[again], halves[:, again]
    together, sizes_together = np.concatenate(parts, axis=1), np.concatenate(sizes, axis=1)
    resolved = np.where(unsettled, apart, 0.0).sum(axis=1) <= UNRESOLVED * size
    known = resolved & np.isfinite(together).all(axis=1)
    total = np.asarray([math.fsum(row) if k else math.nan for row, k in zip(together, known, strict=True)])
    lows, highs = (np.sort(np.concatenate(which)) for which in zip(*ends, strict=True))
    return Integrals(total, sizes_together.sum(axis=1), known, lows, highs)


def panels(
    breaks: Iterable[float], narrow: Sequence[float], base: float, std: float, start: float
) -> tuple[Array, Array]:
    """The ends of the first panels, in standard deviations from `base`, which lies `start` of them from the mean.

    A few are wide; geometric ones lie about each of `narrow`, and of the breaks where they are few.
    """
    points = [0.0, *breaks]
    centres = (np.unique(np.asarray([*(points if len(points) <= MOST_BREAKS else [0.0]), *narrow])) - base) / std
    steps = 2.0 * REACH * 8.0 ** -np.arange(0.0, 40.0)
    every = (np.asarray(points) - base) / std
    crowd = (centres[:, None] + np.concatenate([-steps, [0.0], steps])).reshape(-1)
    edges = np.concatenate([REACH * (np.arange(-11.0, 12.0) / 11.0) - start, every, crowd])
    edges = np.unique(edges[np.abs(edges + start) <= REACH])
    return edges[:-1], edges[1:]


def checked_law(mean: float, std: float) -> tuple[float, float]:
    """`mean` and `std`; raise BadInput unless both are finite, std is above 0, and float64 can hold the law."""
    if not (math.isfinite(std) and std > 0):
        raise BadInput(f"std must be a finite number above 0, not {std:g}")
    if not math.isfinite(mean):
        raise BadInput(f"mean must be a finite number, not {mean:g}")
    if not (1 / SCALE <= std <= SCALE and abs(mean) <= SCALE):
        raise BadInput(f"N({mean:g}, {std:g}^2) is out of reach; std is from 1e-30 to 1e30, mean within 1e30 of 0")
    return mean, std


@cache
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
