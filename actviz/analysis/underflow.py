"""Where a function is zero within a stretch over which float64 has nothing but zeros for it.

Over a wide stretch that tells little: a sum of two bumps far apart underflows between them, and is nowhere zero.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from actviz import _numpy as np
from actviz.floats import UNDEFINED

if TYPE_CHECKING:
    from actviz.activation import Array
    from actviz.analysis.roots import Function, Segment

NARROW = 1e-6
"""A stretch no wider is a point for all that is told of it."""

STEPS, FEWEST = tuple(2.0 ** (-k / 2) for k in range(4, 68)), 3
"""How far outside the stretch, as parts of its half width, its two sides are compared: at so many places at least."""

DIGITS = -690.0
"""log abs(g) is compared above this: below lie the numbers that have lost digits."""

ALIKE = 1e-6
"""The logarithms of two sides, or of two rises, agree to this part."""


def zero_within(g: Function, left: Segment, zeros: Segment, right: Segment) -> float | None:
    """The place in `zeros` where g passes or touches 0; None where none is known.

    0, or else the middle, if the sides mirror one another about it as g passes, or are one power of the distance
    from it as g touches; any in a narrow stretch.
    """
    low, high = zeros.low, zeros.high
    middle = 0.5 * low + 0.5 * high
    places = [0.0, middle] if low <= 0.0 <= high else [middle]
    if high - low <= NARROW or UNDEFINED in (left.sign, right.sign):
        return places[0]
    told = mirrored if left.sign != right.sign else power
    return next((p for p in places if told(g, p, max(high - p, p - low))), None)


def mirrored(g: Function, place: float, half: float) -> bool:
    """Whether g is as large on both sides of `place`, wherever it has digits just outside the stretch."""
    left, right = sides(g, place, half * (1.0 + np.asarray(STEPS)))
    known = np.fmin(left, right) > DIGITS
    alike = (np.abs(left - right) <= ALIKE * np.abs(left))[known]
    return alike.size >= FEWEST and bool(alike.all())


def power(g: Function, place: float, half: float) -> bool:
    """Whether on both sides of `place` g is a power of the distance from it, just outside the stretch."""
    heights = sides(g, place, half * 1.25 ** np.arange(1.0, 5.0))
    rises = np.diff(np.stack(heights), axis=1)
    return bool((np.abs(rises - rises[0, 0]) <= ALIKE * np.abs(rises[0, 0])).all())


def sides(g: Function, place: float, distances: Array) -> tuple[Array, Array]:
    """log abs(g) so far left and right of `place`."""
    left, right = (np.log(np.abs(g(place + side * distances))) for side in (-1.0, 1.0))
    return left, right
