"""Where a program over jets divides by 0: the zeros of what it divides by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from actviz import _numpy as np
from actviz.expressions.choices import dividing
from actviz.expressions.expansion import Program, expand
from actviz.expressions.landmarks import VaryingPartsError, grid
from actviz.floats import bisected, sign, simplest

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from actviz.activation import Array

    Index = NDArray[np.intp]
    Signs = NDArray[np.int64]

MOST = 256
"""So many places, those nearest to 0, are told."""

TOUCHED = 1e-9
"""Where a divisor turns it is 0 but for rounding if it is this part of what it is at the points of the grid beside."""


def divisors(program: Program, x: Array, count: int | None = None) -> Array:
    """A row for each divisor, and after it one for its slope, at each of x.

    Raise VaryingPartsError unless there are `count` rows.
    """
    with np.errstate(all="ignore"), dividing() as found:
        expand(program, x)
    rows = [row for jet in found for row in (jet.value, jet.slope)]
    if any(np.shape(row) not in ((), x.shape) for row in rows) or (count is not None and len(rows) != count):
        raise VaryingPartsError
    return np.asarray([np.broadcast_to(row, x.shape) for row in rows]).reshape(len(rows), x.size)


def zeros(program: Program) -> Array:
    """Where a divisor passes or touches 0, nearest to 0 first, each once; none where nothing is divided.

    Raise VaryingPartsError where the divisors cannot be told apart.
    """
    x = grid()
    rows = divisors(program, x)
    signs = sign(rows)
    found = [(i, first, last) for i in range(len(rows)) for first, last in stretches(signs[i])]
    if not found:
        return np.zeros(0)
    found = sorted(found, key=lambda bracket: abs(float(x[bracket[1]])))[: 2 * MOST]
    row, first, last = (np.asarray(part) for part in zip(*found, strict=True))

    def level(t: Array, which: Index = row) -> Array:
        values: Array = divisors(program, t, len(rows))[which, np.arange(t.size)]
        return values

    # From either side to the first float where the sign is gone: a stretch of zeros, by rounding, has two ends.
    inner = last > first + 1
    before, after = signs[row, first], signs[row, last]
    _, low = bisected(lambda t: sign(level(t)) == before, x[first], x[np.where(inner, first + 1, last)])
    high, _ = bisected(lambda t: sign(level(t)) != after, x[np.where(inner, last - 1, first)], x[last])
    places = np.asarray([simplest(*sorted(ends)) for ends in zip(low.tolist(), high.tolist(), strict=True)])
    # The slope of a divisor passes 0 where that touches 0, or elsewhere.
    own = row - row % 2
    size = np.maximum(np.abs(level(x[first], own)), np.abs(level(x[last], own)))
    places = places[(row == own) | (np.abs(level(places, own)) <= TOUCHED * size)]
    return np.asarray(sorted(set(places.tolist()), key=abs)[:MOST])


def stretches(signs: Signs) -> list[tuple[int, int]]:
    """The pairs of neighbours with signs -1 or 1 that differ, and of those with nothing but zeros between them."""
    known = np.flatnonzero(signs != 0)
    first, last = known[:-1], known[1:]
    sound = (np.abs(signs[first]) == 1) & (np.abs(signs[last]) == 1)
    at = np.flatnonzero(sound & ((signs[first] != signs[last]) | (last > first + 1)))
    return list(zip(first[at].tolist(), last[at].tolist(), strict=True))
