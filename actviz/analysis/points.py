"""Where a function is looked at: points over the whole float line, and about its narrow places."""

from __future__ import annotations

import math
from bisect import bisect_right
from functools import partial
from typing import TYPE_CHECKING

from actviz import _numpy as np
from actviz.analysis.roots import MOST_CHANGES, changes, grid
from actviz.sampling import crowd

if TYPE_CHECKING:
    from actviz.activation import Activation, Array

NEAR = 30.0
"""How far from 0 an oscillating function is looked at."""

FINE, FEW, MANY, OCTAVES = 4097, 8, 40, 1000
"""Points over a card's window, how many changes of sign it may hold, and powers of two it may differ from NEAR by."""

RECURRING = 64
"""More narrow places so far out recur without end, or until they underflow."""

BETWEEN = (0.0, 0.190983, 0.381966, 0.618034, 0.763932)
"""Parts of the way from a point to the next: no simple fractions, so that no wave that is 0 at both is 0 at all."""

FAR = 2.0**498
"""About 1e150, a point of the grid: its square does not overflow."""


def whole_line(activation: Activation) -> Array:
    """The grid from the least to the largest float, with the kinks, the holes and the parameters among its points.

    A bend narrower than the space between floats may show at one of these alone.
    """
    numbers = [v for v in activation.values if isinstance(v, float)]
    kinks = [kink.x for kink in activation.kinks(*activation.values)]
    return grid([*kinks, *activation.holes(*activation.values), *numbers])


def crowded(activation: Activation, x: Array) -> Array:
    """`x` with points about each landmark of the function, within the ends of x."""
    return beside(x, activation.landmarks(*activation.values))


def thorough(activation: Activation, x: Array) -> Array:
    """`crowded`, with points about all narrow places of what recurs without end too, where x is fine enough to tell."""
    more = among(activation, x)
    return crowded(activation, x if more is None else more)


def among(activation: Activation, x: Array) -> Array | None:
    """`x` with points about every narrow place between them; None where they are too few to tell."""
    if not activation.landmarks(*activation.values):
        return x
    places = activation.landmarks_among(x, *activation.values)
    return None if places is None else beside(x, places)


def beside(x: Array, places: tuple[float, ...]) -> Array:
    """`x` with points about each of `places`, within the ends of x."""
    if not places:
        return x
    about = crowd(np.asarray(places)).reshape(-1)
    return np.unique(np.concatenate([x, about[(about >= x[0]) & (about <= x[-1])]])) + 0.0


def endless(activation: Activation, quiet: Activation, x: Array) -> bool:
    """Whether the function has too many turns between the points x to follow, or too many narrow places far out.

    Those of noise are none: `quiet` is the function without it. Yet waves may be 0 at most of x by chance, as those
    of sin(pi*x) are at whole numbers: then there are turns at points between.
    """
    far = [p for p in activation.landmarks(*activation.values) if abs(p) > NEAR]
    if len(far) > RECURRING or turns(quiet, crowded(quiet, x)) > MOST_CHANGES:
        return True
    if quiet is activation or turns(activation, crowded(activation, x)) <= MOST_CHANGES:
        return False
    return turns(quiet, np.unique(x[:-1, None] + np.diff(x)[:, None] * np.asarray(BETWEEN))) > MOST_CHANGES


def window(activation: Activation) -> float:
    """How far from 0 on either side an oscillation can be told turn by turn: 30, or the most with few turns.

    The more x, the more turns; where even the least of x has too many, 30 again.
    """

    def count(reach: float) -> int:
        return turns(activation, crowded(activation, np.linspace(-reach, reach, FINE)))

    if FEW <= count(NEAR) <= MANY:
        return NEAR
    widest = bisect_right(range(-OCTAVES, OCTAVES), MANY, key=lambda power: count(math.ldexp(NEAR, power))) - 1
    return NEAR if widest < 0 else math.ldexp(NEAR, widest - OCTAVES)


def turns(activation: Activation, x: Array) -> int:
    """The most changes of sign among neighbours of x that f, f' or f'' has."""
    return max(changes(partial(activation.derivative, order=order), x) for order in (0, 1, 2))


def reachable(activation: Activation, x: Array) -> Array:
    """`x` without what lies beyond 1e150 on a side where only out there f, f' or f'' is not a number.

    A typed formula may overflow on its way to a finite result: x**2 does, and then infinity times 0 comes up.
    """

    def fails(point: float) -> bool:
        return any(np.isnan(activation.derivative(point, order)) for order in (0, 1, 2))

    low = -FAR if fails(x[0]) and not fails(-FAR) else x[0]
    high = FAR if fails(x[-1]) and not fails(FAR) else x[-1]
    return x[(x >= low) & (x <= high)]
