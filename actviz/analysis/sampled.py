"""Expectations of a periodic function under a law that holds more of its waves than could be followed.

The sum of even samples is exact but for waves of which a step holds nearly a whole number (Trefethen and Weideman
2014, section 5), however many waves there are: so several steps that agree tell the expectation.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from actviz import _numpy as np
from actviz.analysis.quadrature import Integrals, density

if TYPE_CHECKING:
    from collections.abc import Callable

    from actviz.activation import Array

WIDE = 12.0
"""Standard deviations either way that are sampled: beyond them the density is below 1e-31."""

COUNTS = (997, 1409, 2003, 2741, 3001, 3511, 4001)
"""Samples over the whole width; no count is near a simple multiple of another."""

MOST = 4
"""So many of the sums must agree: a wave of which one step holds a whole number spoils one sum."""

AGREE = 1e-11
"""Sums over different numbers of samples agree to this part of E abs where none mistakes a wave for another."""

SHORT = 12
"""Bits of a short step: its multiples are floats, and so is their product with a parameter of few digits."""

NOISE, ROUGH = 4.0, 1e-3
"""Sums blurred by the rounding of x may differ from exact ones by so many times their own spread, and spread so far."""


def sampled(g: Callable[[Array, Array], Array], mean: float, std: float) -> Integrals:
    """E g(X, Z) for X = mean + std Z, of the rows of `g`; not followed where the samples disagree.

    x = 0 is among the samples, where a function is most its own. Where rounding of x blurs the waves, samples whose
    x has few bits stand in, if the blurred ones bear them out: by themselves these mistake the waves of sin(pi x).
    """
    steps = [2.0 * WIDE * std / count for count in COUNTS]
    plain = [even_sum(g, mean, std, step) for step in steps]
    size = plain[-1][1]
    blurred, blur = nearest(np.stack([total for total, _ in plain]))
    sharp, apart = nearest(np.stack([even_sum(g, mean, std, short(step))[0] for step in steps]))
    clear = blur <= AGREE * size
    borne_out = (apart <= AGREE * size) & (np.abs(sharp - blurred) <= NOISE * blur) & (blur <= ROUGH * size)
    total = np.where(clear, blurred, np.where(borne_out, sharp, np.nan))
    total = np.where(np.abs(total) <= AGREE * size, 0.0, total)
    return Integrals(total, size, clear | borne_out, np.asarray([-WIDE]), np.asarray([WIDE]))


def nearest(sums: Array) -> tuple[Array, Array]:
    """Of each column the middle of the `MOST` sums nearest one another, and how far these are apart."""
    ordered = np.sort(sums, axis=0)
    widths = ordered[MOST - 1 :] - ordered[: 1 - MOST]
    first = np.argmin(widths, axis=0)
    column = np.arange(sums.shape[1])
    low, high = ordered[first, column], ordered[first + MOST - 1, column]
    return 0.5 * (low + high), high - low


def even_sum(g: Callable[[Array, Array], Array], mean: float, std: float, step: float) -> tuple[Array, Array]:
    """The sums over even samples of the rows of g and of their sizes, weighted by the law."""
    first, last = (math.ceil((mean - WIDE * std) / step), math.floor((mean + WIDE * std) / step))
    x = step * np.arange(first, last + 1, dtype=np.float64)
    z = (x - mean) / std
    with np.errstate(all="ignore"):
        y = g(x, z) * density(z) * (step / std)
    return y.sum(axis=1), np.abs(y).sum(axis=1)


def short(step: float) -> float:
    """The step rounded to few bits, an odd number of the last of them."""
    mantissa, exponent = math.frexp(step)
    return math.ldexp(2 * math.floor(mantissa * 2.0 ** (SHORT - 1)) + 1, exponent - SHORT)
