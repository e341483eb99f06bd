"""Mean and standard deviation of many sets of numbers at once, and of two sets as one, without overflow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from actviz import _numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from actviz.activation import Array

    Counts = NDArray[np.int64]
    Mask = NDArray[np.bool_]

SQUARES = (1e-280, 1e300)
"""Sums of squares between these have lost nothing to underflow or overflow."""

LITTLE = 0.25
"""Where so much of the sum of squares is left when the mean's part is taken away, that costs two bits at most; else the
deviations are squared, which takes another pass over the numbers."""

DOT = 8_192
"""Numbers a product of rows: of more than 10,000 OpenBLAS makes threads, and then another sum in another process."""


@dataclass(frozen=True, slots=True)
class Spread:
    """For each of some sets of numbers how many there are, their mean, and their standard deviation (over n).

    The deviation stands for Chan's M2: it neither overflows nor underflows where it can be told at all. Mean and
    deviation of no numbers are 0.
    """

    count: Counts
    mean: Array
    std: Array


def pooled(a: Spread, b: Spread) -> Spread:
    """Each set of `a` and the same of `b` as one.

    Chan, Golub and LeVeque 1979, Updating Formulae and a Pairwise Algorithm for Computing Sample Variances, eq. 2.1,
    with the root of M2/n in the place of M2.
    """
    count = a.count + b.count
    safe = np.maximum(count, 1)
    left, right = a.count / safe, b.count / safe
    # The difference of two means may be beyond float64; half of it is not.
    half = 0.5 * b.mean - 0.5 * a.mean
    mean = a.mean + half * right + half * right
    within = np.hypot(a.std * np.sqrt(left), b.std * np.sqrt(right))
    return Spread(count, mean, np.hypot(within, np.abs(half) * (2.0 * np.sqrt(left * right))))


def stacked(many: list[Spread]) -> Spread:
    """Spreads one behind the other as one."""
    return Spread(*(np.concatenate(column) for column in zip(*((s.count, s.mean, s.std) for s in many), strict=True)))


def folded(sets: Spread) -> Spread:
    """All sets as one, neighbours paired again and again, so that rounding grows with the logarithm of their number."""
    while sets.count.size > 1:
        odd = sets.count.size % 2
        count = np.pad(sets.count, (0, odd))
        mean, std = np.pad(sets.mean, (0, odd)), np.pad(sets.std, (0, odd))
        sets = pooled(Spread(count[::2], mean[::2], std[::2]), Spread(count[1::2], mean[1::2], std[1::2]))
    return sets


@dataclass(frozen=True, slots=True)
class Extent:
    """The sum of each set of numbers, perhaps beyond float64, and its least and greatest number."""

    total: Array
    low: Array
    high: Array


def spread(x: Array, axis: int, finite: Mask | None, extent: Extent) -> Spread:
    """Of the numbers along `axis` of the 2-D float64 array `x`, whose `extent` is known; `finite` tells which count.

    None: all of them. x is 0 where it does not count.
    """
    low, high, size = extent.low, extent.high, x.shape[axis]
    many = np.full(low.shape, size) if finite is None else np.count_nonzero(finite, axis=axis)
    safe = np.maximum(many, 1)
    along = (slice(None), None) if axis else (None, slice(None))
    mean = extent.total / safe
    if not np.isfinite(mean).all():
        mean = (x / safe[along]).sum(axis=axis)
    mean = np.where(many > 0, np.clip(mean, low, high), 0.0)
    with np.errstate(all="ignore"):  # what overflows here is found below
        raw = sum_of_products(x, x, axis)
        squares = raw - mean * mean * many
    if not (squares >= LITTLE * raw).all():
        deviation = kept(x - mean[along], finite)
        squares = sum_of_products(deviation, deviation, axis)
    least, most = SQUARES
    if (squares > most).any() or ((squares < least) & (high > low)).any() or np.isnan(squares).any():
        return Spread(many, mean, scaled_std(x, mean[along], axis, finite))
    return Spread(many, mean, np.sqrt(squares / safe))


def scaled_std(x: Array, mean: Array, axis: int, finite: Mask | None) -> Array:
    """The deviation of numbers whose squares float64 cannot hold: in units of the greatest difference."""
    half = kept(0.5 * x - 0.5 * mean, finite)
    greatest = np.abs(half).max(axis=axis, keepdims=True)
    unit = np.where(greatest > 0, greatest, 1.0)
    many = np.maximum(x.shape[axis] if finite is None else np.count_nonzero(finite, axis=axis), 1)
    parts = half / unit
    return np.asarray(np.squeeze(unit, axis) * (2.0 * np.sqrt(sum_of_products(parts, parts, axis) / many)))


def sum_of_products(x: Array, y: Array, axis: int) -> Array:
    """The sums of x*y along `axis` of 2-D arrays."""
    if not axis:
        return np.asarray(np.einsum("ij,ij->j", x, y))
    many, size = x.shape
    tail = size - size % DOT
    ends = np.vecdot(x[:, tail:], y[:, tail:])
    if not tail:
        return np.asarray(ends)
    return np.asarray(np.vecdot(*(z[:, :tail].reshape(many, -1, DOT) for z in (x, y))).sum(axis=1) + ends)


def kept(x: Any, finite: Mask | None) -> Any:
    """`x`, 0 where it does not count."""
    return x if finite is None else np.where(finite, x, 0.0)
