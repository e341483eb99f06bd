"""One look over the whole float line at a function and its derivatives: what saturation and properties read."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

from actviz import _numpy as np
from actviz.analysis.roots import LARGEST, MOST_CHANGES, Segment, changes, grid, refined, segments
from actviz.floats import UNDEFINED

if TYPE_CHECKING:
    from actviz.activation import Activation, Array, Kink

VANISHING = 1e-290
"""Nearer to zero than this a stretch of zeros, or a value beside one, is taken for underflow."""

VISIBLE = 1e-6
"""A value, slope or curvature beyond this at the end of a stretch of zeros cannot come from underflow."""

NEAR = 30.0
"""How far from 0 an oscillating function is looked at."""

FAR = 2.0**498
"""About 1e150, a point of the grid: its square does not overflow."""


@dataclass(frozen=True, slots=True)
class Crossing:
    """Where a function passes zero: at `x`, with the signs `before` and `after` it.

    `jump` tells that it leaps over zero between `x` and the next float instead of passing it.
    """

    x: float
    before: int
    after: int
    jump: bool


@dataclass(frozen=True, slots=True)
class Scan:
    """An activation, its kinks, the points looked at, and the float line cut by the sign of f, f' and f''.

    `oscillates` tells that it has too many turns to follow: then only what is within 30 of 0 was looked at.
    """

    activation: Activation
    kinks: tuple[Kink, ...]
    x: Array
    cuts: tuple[tuple[Segment, ...], tuple[Segment, ...], tuple[Segment, ...]]
    oscillates: bool

    def at(self, x: float, order: int) -> float:
        """The derivative of `order` at one point."""
        return float(self.activation.derivative(x, order))

    def kinks_at(self, x: float, order: int) -> bool:
        """Whether a derivative of `order` or a lower one jumps at `x`."""
        return any(k.x == x and k.order <= order for k in self.kinks)

    def kink_near(self, x: float) -> float | None:
        """The kink within a few ULP of `x`: a typed formula's own rounding may turn beside it."""
        return next((k.x for k in self.kinks if abs(k.x - x) <= 8.0 * abs(float(np.spacing(x)))), None)

    def flat(self, order: int) -> tuple[Segment, ...]:
        """The intervals on which the derivative of `order` is zero in mathematics, not by underflow."""
        return tuple(s for s in self.cuts[order] if s.sign == 0 and self._is_flat(s, order))

    def _is_flat(self, s: Segment, order: int) -> bool:
        """Whether the higher derivatives are zero inside too, and some end of the stretch is a kink or a real step."""
        middle = 0.5 * s.low + 0.5 * s.high
        if s.high - s.low < VANISHING or any(self.at(middle, higher) != 0 for higher in range(order + 1, 3)):
            return False
        inner = [edge for edge in (s.low, s.high) if self.x[0] < edge < self.x[-1]]
        return not inner or any(self._ends(edge, order) for edge in inner)

    def _ends(self, edge: float, order: int) -> bool:
        """Whether a stretch of zeros ends at `edge`: by a kink, or by a derivative plainly not zero beside it."""
        if self.kinks_at(edge, 2) or self.kinks_at(float(np.nextafter(edge, -LARGEST)), 2):
            return True
        beside = (float(np.nextafter(edge, -LARGEST)), float(np.nextafter(edge, LARGEST)))
        return any(abs(self.at(p, higher)) > VISIBLE for p in beside for higher in range(order, 3))

    def crossings(self, order: int) -> tuple[Crossing, ...]:
        """The isolated points where the derivative of `order` is zero or changes sign, from left to right.

        None are told of an oscillation with more than `MOST_CHANGES` of them.
        """
        cut = self.cuts[order]
        if len(cut) > MOST_CHANGES:
            return ()
        flat = self.flat(order)
        found: list[Crossing] = []
        for left, right in pairwise(cut):
            if {left.sign, right.sign} == {-1, 1}:
                x = self.nearer(left.high, right.low, order)
                found.append(Crossing(x, left.sign, right.sign, self.leaps(left.high, right.low, order)))
        for left, middle, right in zip(cut, cut[1:], cut[2:], strict=False):
            if middle.sign == 0 and middle not in flat and UNDEFINED not in (left.sign, right.sign):
                inside = middle.low <= 0.0 <= middle.high
                x = 0.0 if inside else 0.5 * (middle.low + middle.high)
                found.append(Crossing(x, left.sign, right.sign, False))
        return tuple(sorted(found, key=lambda c: c.x))

    def nearer(self, low: float, high: float, order: int) -> float:
        """Of two adjacent floats the kink, else the one where the derivative of `order` is nearer to zero."""
        kink = self.kink_near(low)
        if kink is not None:
            return kink
        return low if abs(self.at(low, order)) <= abs(self.at(high, order)) else high

    def leaps(self, low: float, high: float, order: int) -> bool:
        """Whether the derivative of `order` jumps between two adjacent floats, at a known kink or by the look of it."""
        if self.kinks_at(low, order):
            return True
        with np.errstate(all="ignore"):
            step = abs(self.at(high, order) - self.at(low, order))
            smooth = abs(self.at(low, order + 1)) * (high - low) if order < 2 else step
        return not (np.isfinite(step) and step <= 1e4 * smooth + 1e-9)


def scan(activation: Activation) -> Scan:
    """Look over `activation` from the least to the largest float.

    The points are a grid half linear and half logarithmic, refined where it hides a turn of f or f',
    with 0, the kinks, the stationary points and the inflections among them.
    """
    f, slope, curvature = (partial(activation.derivative, order=order) for order in (0, 1, 2))
    kinks = activation.kinks(*activation.values)
    with np.errstate(all="ignore"):
        x = reachable(activation, grid(kink.x for kink in kinks))
        oscillates = any(changes(g, x) > MOST_CHANGES for g in (f, slope, curvature))
        if oscillates:
            x = x[np.abs(x) <= NEAR]
        x = refined(slope, curvature, refined(f, slope, x))
        bends = segments(curvature, x)
        stationary = segments(slope, with_ends(x, bends))
        x = with_ends(x, (*bends, *stationary))
        values = segments(f, x)
    return Scan(activation, kinks, x, (values, stationary, bends), oscillates)


def reachable(activation: Activation, x: Array) -> Array:
    """`x` without what lies beyond 1e150 on a side where only out there f, f' or f'' is not a number.

    A typed formula may overflow on its way to a finite result: x**2 does, and then infinity times 0 comes up.
    """

    def fails(point: float) -> bool:
        return any(np.isnan(activation.derivative(point, order)) for order in (0, 1, 2))

    low = -FAR if fails(x[0]) and not fails(-FAR) else x[0]
    high = FAR if fails(x[-1]) and not fails(FAR) else x[-1]
    return x[(x >= low) & (x <= high)]


def with_ends(x: Array, cut: tuple[Segment, ...]) -> Array:
    """`x` with the ends of the segments added."""
    return np.unique(np.concatenate([x, [s.low for s in cut], [s.high for s in cut]])) + 0.0
