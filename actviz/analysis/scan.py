"""One look over the whole float line at a function and its derivatives: what saturation and properties read."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

from actviz import _numpy as np
from actviz.analysis.noise import quieted
from actviz.analysis.points import FINE, NEAR, crowded, endless, reachable, thorough, whole_line, window
from actviz.analysis.poles import close, lost, poles
from actviz.analysis.roots import LARGEST, MOST_CHANGES, Segment, refined, segments, with_ends
from actviz.analysis.underflow import zero_within
from actviz.floats import UNDEFINED, sign

if TYPE_CHECKING:
    from actviz.activation import Activation, Array, Kink

VANISHING = 1e-290
"""Nearer to zero than this a stretch of zeros, or a value beside one, is taken for underflow."""

VISIBLE = 1e-6
"""A value, slope or curvature beyond this at the end of a stretch of zeros cannot come from underflow."""

SEARCHED = 1e6
"""As far out as typed functions are searched for kinks."""

ASIDE, LEAP = 2.0**-20, (0.1, 1e-3, 1e-3)
"""What passes zero between two floats is smaller there than `LEAP`, by its order, of its size `ASIDE` of x away."""

BESIDE = 1e-6
"""So near to a hole, a narrow place where f is not a number, cancellation has left f no digits to tell from."""

HELD, COARSEST = (0.25, 1.0, 4.0, 16.0, 64.0), 2.0**12
"""The signs must hold so many times `ASIDE` away, as those of rounding noise do not; of a narrow place so many ULP."""


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

    `poles` are where f grows without bound; no derivative passes zero there. At the ends of `lost` f is infinite by
    rounding alone.
    `reach` is infinite but for a function with too many turns to follow: of such a one only what is so near to 0
    was looked at.
    """

    activation: Activation
    kinks: tuple[Kink, ...]
    x: Array
    cuts: tuple[tuple[Segment, ...], tuple[Segment, ...], tuple[Segment, ...]]
    reach: float
    poles: tuple[float, ...] = ()
    lost: tuple[float, ...] = ()

    @property
    def oscillates(self) -> bool:
        """Whether f has too many turns to follow."""
        return math.isfinite(self.reach)

    def at(self, x: float, order: int) -> float:
        """The derivative of `order` at one point."""
        return float(self.activation.derivative(x, order))

    @property
    def knows_kinks(self) -> bool:
        """Whether all kinks are known: the catalogue names them, of a typed function they are searched for."""
        return self.activation.family not in ("expression", "callable")

    def kinks_at(self, x: float, order: int) -> bool:
        """Whether a derivative of `order` or a lower one jumps at `x`."""
        return any(k.x == x and k.order <= order for k in self.kinks)

    def kink_near(self, x: float) -> float | None:
        """The kink within a few ULP of `x`: a typed formula's own rounding may turn beside it."""
        return next((k.x for k in self.kinks if abs(k.x - x) <= 8.0 * abs(float(np.spacing(x)))), None)

    def sign_at(self, x: float, order: int) -> int:
        """The sign of the derivative of `order` on the stretch that holds x."""
        return next((s.sign for s in self.cuts[order] if s.low <= x <= s.high), UNDEFINED)

    def flat(self, order: int) -> tuple[Segment, ...]:
        """The intervals on which the derivative of `order` is zero in mathematics, not by underflow."""
        return tuple(s for s in self.cuts[order] if s.sign == 0 and self._is_flat(s, order))

    def _is_flat(self, s: Segment, order: int) -> bool:
        """Whether the higher derivatives are zero inside too, and some end of the stretch is a kink or a real step."""
        middle = 0.5 * s.low + 0.5 * s.high
        if s.high - s.low < VANISHING or any(self.at(middle, higher) != 0 for higher in range(order + 1, 3)):
            return False
        # What is constant but for a rise between two floats that shows in no slope is not.
        alone = order and not any(s.low <= k.x <= s.high for k in self.kinks)
        if alone and self.at(s.low, order - 1) != self.at(s.high, order - 1):
            return False
        # A jump between two other numbers within tells that x**3 underflows, as in sign(x**3).
        if any(s.low < k.x < s.high and k.order >= order and k.left and k.right for k in self.kinks):
            return False
        # Towards a pole exp(-1/x) underflows: that f is not 0 beyond it tells nothing.
        inner = [e for e in (s.low, s.high) if self.x[0] < e < self.x[-1] and not close(e, self.poles)]
        return not inner or any(self._ends(edge, order) for edge in inner)

    def _ends(self, edge: float, order: int) -> bool:
        """Whether a stretch of zeros ends at `edge`: by a kink, or by a derivative plainly not zero beside it."""
        beside = (float(np.nextafter(edge, -LARGEST)), float(np.nextafter(edge, LARGEST)))
        if self.kink_near(edge) is not None:
            return True
        if self.knows_kinks:
            return False
        # A leap of f at no kink is a rise too steep for floats, and the zeros beside it an overflow on the way.
        leap = max(abs(self.at(p, 0) - self.at(edge, 0)) for p in beside)
        if leap > VISIBLE and abs(edge) < SEARCHED and not any(abs(k.x - edge) < BESIDE for k in self.kinks):
            return False
        found = [abs(self.at(p, higher)) for p in beside for higher in range(order, 3)]
        return any(VISIBLE < size < math.inf for size in found)

    def countless(self, order: int) -> bool:
        """Whether the derivative of `order` passes zero too often for its crossings to be found one by one."""
        return len(self.cuts[order]) > MOST_CHANGES

    def crossings(self, order: int) -> tuple[Crossing, ...]:
        """The isolated points where the derivative of `order` is zero or changes sign, from left to right.

        None are told of an oscillation with countless ones.
        """
        if self.countless(order):
            return ()
        found: list[Crossing] = []
        for left, right in pairwise(self.cuts[order]):
            if {left.sign, right.sign} == {-1, 1} and self.passes(left, right, order):
                x = self.nearer(left.high, right.low, order)
                found.append(Crossing(x, left.sign, right.sign, self.leaps(left.high, right.low, order)))
        for left, middle, right in self.touched(order):
            jump = self.jump_beside(left, right, order)
            inside = jump if jump is not None else self.inside(left, middle, right, order)
            if inside is not None:
                found.append(Crossing(inside, left.sign, right.sign, jump is not None))
        return tuple(sorted(found, key=lambda c: c.x))

    def touched(self, order: int) -> list[tuple[Segment, Segment, Segment]]:
        """The stretches where the derivative of `order` is 0, or underflows, with those before and after each."""
        cut, flat = self.cuts[order], self.flat(order)
        found = []
        for left, middle, right in zip(cut, cut[1:], cut[2:], strict=False):
            # An end of the domain may be a zero of f.
            known = (left.sign, right.sign).count(UNDEFINED) <= (order == 0)
            if middle.sign == 0 and middle not in flat and known and self.passes(left, right, order):
                found.append((left, middle, right))
        return found

    def unplaced(self, order: int) -> tuple[Segment, ...]:
        """The stretches over which the derivative of `order` underflows and changes sign at no place that is known."""
        return tuple(
            middle
            for left, middle, right in self.touched(order)
            if left.sign == -right.sign
            and self.jump_beside(left, right, order) is None
            and self.inside(left, middle, right, order) is None
        )

    def inside(self, left: Segment, zeros: Segment, right: Segment, order: int) -> float | None:
        """Where within a stretch of zeros the derivative of `order` is zero in mathematics; None where not known."""
        with np.errstate(all="ignore"):
            return zero_within(partial(self.activation.derivative, order=order), left, zeros, right)

    def jump_beside(self, left: Segment, right: Segment, order: int) -> float | None:
        """The kink, if any, beside which the zeros of two segments are but a limit from one side, lost in underflow."""
        return next((k.x for k in self.kinks if k.order <= order and k.x in (left.high, right.low)), None)

    def passes(self, left: Segment, right: Segment, order: int) -> bool:
        """Whether the derivative of `order` truly changes from one sign to the other: not at a pole, not by noise.

        Where it leaps over zero and no kink is known, rounding may have done it; of f' then f itself must turn.
        """
        low, high = left.high, right.low
        if close(low, self.poles) or close(high, self.poles):
            return False
        if any(low < k.x < high for k in self.kinks) or {self.kink_near(low), self.kink_near(high)} != {None}:
            return True
        if any(hole.low - BESIDE < low and high < hole.high + BESIDE for hole in self.holes()):
            return False
        aside = self.aside(left, right)
        steps = aside * np.asarray(HELD)
        with np.errstate(all="ignore"):
            for signed, x in ((left.sign, low - steps), (right.sign, high + steps)):
                if abs(signed) == 1 and (sign(self.activation.derivative(x, order)) == -signed).any():
                    return False
            outer = np.asarray([low - aside, high + aside])
            far = largest(self.activation.derivative(outer, order))
            near = largest(self.activation.derivative(np.asarray([low, high]), order))
            if near < VANISHING or near <= LEAP[order] * far:
                return True
            rise = right.sign * (self.activation(outer) - self.at(self.nearer(low, high, order), 0))
            return order == 1 and bool((rise > 1e-9 * np.abs(self.activation(outer))).all())

    def aside(self, left: Segment, right: Segment) -> float:
        """How far beside a change of sign it is told from noise: less by a landmark, where both signs hold shortly."""
        low, high = left.high, right.low
        plain = ASIDE * max(abs(low), abs(high), 1e-8)
        landmarks = self.activation.landmarks(*self.activation.values)
        # Of what recurs without end not every narrow place is among them.
        sampled = self.oscillates and landmarks
        if not sampled and not any(low - HELD[-1] * plain <= p <= high + HELD[-1] * plain for p in landmarks):
            return plain
        held = min(low - left.low, right.high - high) / HELD[-1]
        return min(plain, max(held, COARSEST * float(np.spacing(max(abs(low), abs(high))))))

    def holes(self) -> tuple[Segment, ...]:
        """The stretches where f is not a number that are points in mathematics."""
        return tuple(s for s in self.cuts[0] if s.sign == UNDEFINED and s.high - s.low < BESIDE)

    def nearer(self, low: float, high: float, order: int) -> float:
        """Of two adjacent floats the kink, else the one where the derivative of `order` is nearer to zero.

        A slope without bound on both sides has its extremum where f is lower, or higher, of the two.
        """
        kink = self.kink_near(low)
        if kink is not None:
            return kink
        if order == 1 and not np.isfinite(self.at(low, 1) - self.at(high, 1)):
            rising = self.at(high, 1) > 0
            return low if (self.at(low, 0) <= self.at(high, 0)) == rising else high
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
    """Look over `activation` from the least to the largest float, or within 30 of 0 where it oscillates without end.

    The points are a grid half linear and half logarithmic, refined where it hides a turn of f or f',
    with 0, the kinks, the parameters, the stationary points and the inflections among them.
    """
    with np.errstate(all="ignore"):
        quiet, x = looked_at(activation)
        if not endless(activation, quiet, x):
            return examined(quiet, crowded(quiet, x), math.inf)
        return examined(activation, thorough(activation, x[np.abs(x) <= NEAR]), NEAR)


def legible(activation: Activation) -> Scan:
    """The scan; of a function that oscillates without end as far as a card can tell its turns one by one.

    Of such a one the kinks farther out are left out too.
    """
    with np.errstate(all="ignore"):
        quiet, x = looked_at(activation)
        if not endless(activation, quiet, x):
            return examined(quiet, crowded(quiet, x), math.inf)
        reach = window(activation)
        if reach != NEAR:
            x = np.unique(np.concatenate([x, np.linspace(-reach, reach, FINE)])) + 0.0
        seen = examined(activation, thorough(activation, x[np.abs(x) <= reach]), reach)
        return replace(seen, kinks=tuple(k for k in seen.kinks if abs(k.x) <= reach))


def looked_at(activation: Activation) -> tuple[Activation, Array]:
    """The function without its rounding noise, and points over the whole line."""
    x = reachable(activation, whole_line(activation))
    return quieted(activation, crowded(activation, x)), x


def examined(activation: Activation, x: Array, reach: float) -> Scan:
    """`activation` over the points x and what they hide; `reach` tells how far they go."""
    f, slope, curvature = (partial(activation.derivative, order=order) for order in (0, 1, 2))
    x = refined(slope, curvature, refined(f, slope, x))
    bends = segments(curvature, x)
    stationary = segments(slope, with_ends(x, bends))
    x = with_ends(x, (*bends, *stationary))
    values = segments(f, x)
    wild = poles(f, x, (values, stationary))
    kinks = activation.kinks(*activation.values)
    return Scan(activation, kinks, x, (values, stationary, bends), reach, wild, lost(f, x, wild))


def largest(y: Array) -> float:
    """The largest of abs(y), NaN apart."""
    return float(np.fmax.reduce(np.abs(y), initial=0.0))
