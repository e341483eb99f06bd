"""Derivatives by differences of the function alone: the independent column that checks the exact ones."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from actviz import _numpy as np
from actviz.analysis.scan import scan

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from actviz.activation import Activation, Array, VectorActivation

RATIO = math.sqrt(3.0)
"""Each step is this much smaller than the one before. Irrational: steps that halve cannot tell sin(200 x)
from sin(-1.06 x), because 200 is close to a power of two times pi."""

LEVELS = 38
"""Steps tried at a point, from the size of x down to 1e-9 of it."""

COLUMNS = 7
"""Columns of the extrapolation; more would only amplify rounding."""

SLOW = 3.0
"""Where f is less smooth than extrapolation hopes, entries halve their error at best from step to step:
what is left is then more than the last change."""

ROUGH = 1e-3
"""A column whose error is beyond this part of the derivative confirms nothing."""

WAVE = 2.0**-10
"""Of the stretch in which a card follows an oscillation, some ten waves: steps that resolve one are shorter."""

CROWDED = 2.0**-8
"""A kink nearer than this fraction of the scale of x leaves too little room for a central difference."""


@dataclass(frozen=True, slots=True)
class Numerical:
    """A derivative by differences: `value` and a bound on its `error`, arrays of x's shape.

    NaN with an infinite error where no difference converges: at a jump, a pole, or outside the domain.
    """

    value: Array
    error: Array

    def differs(self, exact: Array) -> Array:
        """The distance of each value from `exact`."""
        with np.errstate(invalid="ignore"):
            return np.abs(self.value - exact)

    def disproves(self, exact: Array) -> NDArray[np.bool_]:
        """Where `exact` is farther off than this column's error and 16 roundings of its own can explain."""
        slack = 16.0 * np.finfo(np.float64).eps * np.abs(exact)
        known = np.isfinite(self.error)
        return known & ~(self.differs(exact) <= self.error + slack)

    def unsure(self, exact: Array) -> NDArray[np.bool_]:
        """Where the error leaves not three digits of `exact`, or of 1: agreement there would say nothing."""
        size = np.maximum(np.abs(exact), 1.0)
        return ~(np.isfinite(exact) & (self.error <= ROUGH * size))


def numerical_derivative(activation: Activation, x: Array, order: int) -> Numerical:
    """The derivative of `order` 1 or 2 at x by differences of the derivative one order lower.

    At and close to a kink the stencil lies on one side of it: at the kink, on the left, as the
    convention for the derivative there says. There is none at a jump of the value, where f, f' or f'' is not
    finite, nor where a function that oscillates does so between the finest steps.
    """
    kinks = activation.kinks(*activation.values)
    left, right = rooms(x, sorted({k.x for k in kinks}))
    clear = np.full(x.shape, np.inf)
    seen = scan(activation)
    for pole in seen.poles:
        clear = np.minimum(clear, 0.5 * np.abs(x - pole))
    found = extrapolated(lambda t: np.asarray(activation.derivative(t, order - 1)), x, left, right, clear)
    none = np.isin(x, [k.x for k in kinks if k.order == 0])
    none |= ~np.all([np.isfinite(activation.derivative(x, k)) for k in (0, 1, 2)], axis=0)
    none |= np.maximum(np.abs(x), 1.0) * RATIO ** (1 - LEVELS) > WAVE * seen.reach
    return Numerical(np.where(none, np.nan, found.value), np.where(none, np.inf, found.error))


def numerical_jacobian(activation: VectorActivation, x: Array) -> Numerical:
    """The m by n matrix d y_i / d x_j at the n logits x, by differences of the m numbers y_i along x_j.

    There is none along an x_j at which an output bends or jumps, nor along an infinite one.
    """
    n, m = x.size, np.size(activation(x))
    i, j = np.indices((m, n))

    def along(t: Array) -> Array:
        moved = np.broadcast_to(x, (m, n, n)).copy()
        moved[i, j, j] = t
        return np.reshape(activation(moved), (m, n, m))[i, j, i]

    left, right = activation.room(x) if activation.room else (np.full(n, np.inf), np.full(n, np.inf))
    # Logits count by their differences, however large they are: e-fold for a step of 1.
    found = extrapolated(along, x[j], left[j], right[j], clear=1.0)
    none = (left[j] == 0.0) | (right[j] == 0.0)
    return Numerical(np.where(none, np.nan, found.value), np.where(none, np.inf, found.error))


def rooms(x: Array, kinks: list[float]) -> tuple[Array, Array]:
    """How far from each x the next kink is on the left, and on the right; 0 on the right at a kink."""
    fence = np.array([-np.inf, *kinks, np.inf])
    after = np.searchsorted(fence, x, side="left")
    return x - fence[after - 1], fence[after] - x


def extrapolated(
    f: Callable[[Array], Array], x: Array, left: Array, right: Array, clear: Array | float = math.inf
) -> Numerical:
    """The derivative of `f` at x by Richardson extrapolation of differences over shrinking steps.

    `left` and `right` are the free room about each x, `clear` the longest step that keeps clear of poles. Of
    all entries of the table the one whose estimated error is least is taken (Ridders 1982, Adv. Eng. Softw.
    4(2)); the estimate is how much the entry changed from its two forebears, plus what rounding in `f` and in x
    can do to it, and no less than the scatter of the finer steps allows.
    """
    side, step = stencil(x, left, right)
    step = np.minimum(step, clear)
    # A central difference errs by even powers of the step, a one-sided one by all of them.
    base = np.where(side == 0, RATIO**2, RATIO)
    amplified = np.prod([(base**k + 1.0) / (base**k - 1.0) for k in range(1, COLUMNS + 1)], axis=0)
    best, error, chosen = np.full(x.shape, np.nan), np.full(x.shape, np.inf), np.zeros(x.shape)
    least = np.full(x.shape, np.inf)
    above: list[Array] = []
    ends: list[Array] = []
    with np.errstate(all="ignore"):
        for level in range(LEVELS):
            rise, width, noise = difference(f, x, side, step)
            # No rise at all, where wider steps saw one, may hide as much as the least that was seen.
            least = np.where(rise == 0, least, np.fmin(least, np.abs(rise)))
            noise = np.where((rise == 0) & np.isfinite(least), np.maximum(noise, least / width), noise)
            row = [rise / width]
            for column, forebear in enumerate(above[:COLUMNS], start=1):
                row.append(row[-1] + (row[-1] - forebear) / (base**column - 1.0))
                change = np.maximum(np.abs(row[-1] - row[-2]), np.abs(row[-1] - forebear))
                guess = SLOW * change + amplified * noise
                better = guess < error
                best, error = np.where(better, row[-1], best), np.where(better, guess, error)
                chosen = np.where(better, level, chosen)
            ends.append(row[-1])
            above, step = row, step / RATIO
        return Numerical(best, np.fmax(error, scatter(best, chosen, ends)))


def scatter(best: Array, chosen: Array, ends: list[Array]) -> Array:
    """What the noise seen at finer steps than the `chosen` level's does at that level.

    Noise in f grows in a difference as the step shrinks, so it shows where the steps are finest, even
    where f cancels and is worse than its own size says. `ends` holds the last entry of each level.
    """
    found = np.zeros(best.shape)
    for level, end in enumerate(ends):
        here = np.where(level > chosen, np.abs(end - best) * RATIO ** (chosen - level), 0.0)
        found = np.fmax(found, here)
    return found


def stencil(x: Array, left: Array, right: Array) -> tuple[Array, Array]:
    """The side differences are taken on, -1 left, 0 both, 1 right, and the first step.

    The step is at most the size of x (1 for a small x), and less than the room on the sides used.
    """
    largest = np.finfo(np.float64).max
    with np.errstate(over="ignore"):
        left, right = np.minimum(left, x + largest), np.minimum(right, largest - x)
    scale = np.maximum(np.abs(x), 1.0)
    central = np.minimum(left, right) > CROWDED * scale
    side = np.where(central, 0.0, np.where(right < left, -1.0, 1.0))
    room = np.where(central, np.minimum(left, right), np.maximum(left, right))
    # A step a little short of the room lands short of the kink even when x + step is rounded.
    return side, np.minimum(0.99 * room, scale)


def difference(f: Callable[[Array], Array], x: Array, side: Array, step: Array) -> tuple[Array, Array, Array]:
    """How far `f` rises about x, over what width, and a bound on what rounding adds to the quotient."""
    high, low = np.where(side < 0, x, x + step), np.where(side > 0, x, x - step)
    above, below = f(high), f(low)
    rise, width = above - below, high - low
    # Two units for each value of f, and the rounding of x + step and x - step.
    unit = 2.0 * np.finfo(np.float64).eps
    rounding = unit * np.maximum(np.abs(above), np.abs(below))
    spacing = np.spacing(np.maximum(np.abs(high), np.abs(low)))
    moved = np.where(width == np.where(side == 0, 2.0, 1.0) * step, 0.0, spacing)
    return rise, width, (2.0 * rounding + moved * np.abs(rise / width)) / width
