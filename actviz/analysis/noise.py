"""Where a typed function or a derivative of it is rounding noise: there it has the sign that it has beside."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from actviz import _numpy as np
from actviz.analysis.points import BETWEEN
from actviz.analysis.roots import HUSHED
from actviz.floats import bisected, sign, simplest

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from actviz.activation import Activation, Array, Kernel
    from actviz.floats import Places

    Index = NDArray[np.intp]
    Truth = NDArray[np.bool_]
    Told = Callable[[Array], Truth]

SURE = 2.0
"""What is below so many times the largest deviation of several runs is noise."""

UNDERFLOW = sys.float_info.min
"""Noise of a 0 below this is what an underflow leaves, of which others judge."""

ALONE = 3
"""Fewer points than that between two stretches of noise are told from it by chance."""

CLOSE = 4.0
"""So many ULP beside a kink are its own."""

NARROW, MOST = 1e-2, 512
"""A stretch no wider, as a part of x, is a point in mathematics; so many have their ends looked for."""


@dataclass(frozen=True, slots=True)
class Stretches:
    """Ascending stretches of noise from `low` to `high`, the signs `before` and `after` each one's `place`, and at it.

    All are arrays of one length.
    """

    low: Array
    high: Array
    place: Array
    before: Places
    after: Places
    at: Places

    def hushed(self, x: Array, y: Array) -> Array:
        """y, which has noise in the stretches, with nothing but a sign there; NaN stays."""
        which = np.minimum(np.searchsorted(self.high, x), self.high.size - 1)
        place = self.place[which]
        signs = np.where(x < place, self.before[which], np.where(x > place, self.after[which], self.at[which]))
        inside = (x >= self.low[which]) & (x <= self.high[which]) & ~np.isnan(y)
        return np.where(inside, HUSHED * signs, y)


def quieted(activation: Activation, x: Array) -> Activation:
    """The function with nothing but a sign where it, or a derivative, is noise beside a change of sign among points x.

    Between two places with a sign of their own there is the sign of both; out to infinity that of the last; where
    the two differ it is 0, at one place in a narrow stretch. The catalogue's functions are what they are.
    """
    if activation.noise is None:
        return activation
    with np.errstate(all="ignore"):
        y = np.asarray([activation.derivative(x, order) for order in (0, 1, 2)])
        noise = np.full_like(y, np.nan)

        def known(at: Index) -> Array:
            new = at[np.isnan(noise[0, at])]
            noise[:, new] = rounding(activation, x[new])
            return noise[:, at]

        kernels = [quiet(activation, x, y, known, order) for order in (0, 1, 2)]
    return replace(activation, kernels=(kernels[0], kernels[1], kernels[2]))


def rounding(activation: Activation, x: Array) -> Array:
    """The rounding errors of value, slope and curvature at x, 3 by x; none of a catalogue function."""
    return np.zeros((3, x.size)) if activation.noise is None else activation.noise(x, *activation.values)


def is_told(y: Array, noise: Array, order: int) -> Truth:
    """Where the derivative of `order` among y (3 by x) has a sign of its own.

    An infinite slope of a finite f may come of rounding, as that of asin(tanh(x)) where tanh is 1.
    """
    felt = (noise[order] > UNDERFLOW) | (y[order] != 0.0)
    return np.asarray(~(np.isfinite(y[0]) & felt & (np.abs(y[order]) <= SURE * noise[order])))


def quiet(activation: Activation, x: Array, y: Array, noise: Callable[[Index], Array], order: int) -> Kernel:
    """The kernel of `order` without its noise, which is known by places in x; y is 3 by x."""
    sure = bounded(activation, x, y[order])
    signs = sign(y[order])
    heard = audible(lambda at: is_told(y[:, at], noise(at), order), signs, sure)
    if heard.all():
        return activation.kernels[order]

    def told(points: Array) -> Truth:
        own = np.asarray([activation.derivative(points, k) for k in (0, 1, 2)])
        return is_told(own, rounding(activation, points), order)

    points, heard = parted(told, x, sure | (heard & ~alone(heard)))
    found = stretches(told, points, sign(activation.derivative(points, order)), heard)
    zeros = (activation.derivative(found.place, order) == 0.0) & (found.before == found.after)
    return hushing(activation.kernels[order], replace(found, at=np.where(zeros & narrow(found), 0, found.at)))


def hushing(kernel: Kernel, found: Stretches) -> Kernel:
    """The kernel with nothing but signs in the stretches."""
    return lambda x, *values: found.hushed(x, kernel(x, *values))


def bounded(activation: Activation, x: Array, y: Array) -> Truth:
    """Which points x are beside a kink, where shaken runs take another piece, or in a run of zeros that one ends.

    What cancels to the last bit from a kink on is 0.
    """
    kinks = np.asarray([kink.x for kink in activation.kinks(*activation.values) if not np.isnan(activation(kink.x))])
    found = np.zeros(x.size, dtype=bool)
    for kink in kinks.tolist():
        found |= np.abs(x - kink) <= CLOSE * abs(float(np.spacing(kink)))
    zero = np.concatenate([[0], (y == 0.0).astype(np.int8), [0]])
    first, last = np.flatnonzero(np.diff(zero) == 1), np.flatnonzero(np.diff(zero) == -1) - 1
    ends = [x[np.clip(at, 0, x.size - 1)] for at in (first - 1, first, last, last + 1)]
    own = np.isin(ends, kinks).any(axis=0)
    for a, b in zip(first[own].tolist(), last[own].tolist(), strict=True):
        found[a : b + 1] = True
    return found


def audible(told: Callable[[Index], Truth], signs: Places, sure: Truth) -> Truth:
    """Which points have a sign of their own: asked of those beside changes of sign, and on from what is noise there.

    Twice as many at a time while noise is found.
    """
    heard, asked, reach = np.ones(signs.size, dtype=bool), sure.copy(), 1
    while True:
        kept = np.flatnonzero(heard)
        at = np.flatnonzero((signs[kept[:-1]] != signs[kept[1:]]) | (np.diff(kept) > 1))
        near = np.zeros(kept.size + 1, dtype=np.int64)
        np.add.at(near, np.maximum(at + 1 - reach, 0), 1)
        np.add.at(near, np.minimum(at + 1 + reach, kept.size), -1)
        ask = kept[(near.cumsum()[:-1] > 0) & ~asked[kept]]
        if not ask.size:
            return heard
        asked[ask] = True
        heard[ask] = told(ask)
        reach = reach if heard[ask].all() else 2 * reach


def parted(told: Told, x: Array, heard: Truth) -> tuple[Array, Truth]:
    """x and `heard` with points between such as are not, where these are by chance the zeros of waves: sin(pi*x)'s."""
    first = np.flatnonzero(~heard[:-1] & ~heard[1:])
    middle = x[first] + BETWEEN[2] * (x[first + 1] - x[first])
    own = told(middle) if first.size else np.zeros(0, dtype=bool)
    middle = middle[own & ~alone(own)]
    order = np.argsort(np.concatenate([x, middle]), kind="stable")
    return np.concatenate([x, middle])[order], np.concatenate([heard, np.ones(middle.size, dtype=bool)])[order]


def alone(heard: Truth) -> Truth:
    """Which of those heard have fewer than ALONE of their like around them: by chance, within noise."""
    if not heard.size:
        return heard
    turns = np.flatnonzero(np.diff(heard.astype(np.int8))) + 1
    runs = np.diff(np.concatenate([[0], turns, [heard.size]]))
    # At the ends of the line there may be more beyond.
    runs[[0, -1]] += ALONE
    return np.asarray(np.repeat(runs < ALONE, np.diff(np.concatenate([[0], turns, [heard.size]]))))


def stretches(told: Told, x: Array, signs: Places, heard: Truth) -> Stretches:
    """The stretches of points that are not heard, their ends looked for between the points, with signs and places."""
    lost = np.diff(np.concatenate([[0], (~heard).astype(np.int8), [0]]))
    first, last = np.flatnonzero(lost == 1), np.flatnonzero(lost == -1) - 1
    left, right = np.maximum(first - 1, 0), np.minimum(last + 1, x.size - 1)
    low, high = x[first], x[last]
    if first.size <= MOST:
        _, low = bisected(told, x[left], low)
        high, _ = bisected(lambda t: ~told(t), high, x[right])
    low, high = np.where(first == 0, -np.inf, low), np.where(last == x.size - 1, np.inf, high)
    before, after = (np.where(heard[at] & (np.abs(signs[at]) == 1), signs[at], 0) for at in (left, right))
    before, after = np.where(before == 0, after, before), np.where(after == 0, before, after)
    place = np.asarray([simplest(*ends) for ends in zip(low.tolist(), high.tolist(), strict=True)])
    found = Stretches(low, high, place, before, after, before)
    crossed = before != after
    wide = crossed & ~narrow(found)
    return replace(
        found, before=np.where(wide, 0, before), after=np.where(wide, 0, after), at=np.where(crossed, 0, before)
    )


def narrow(found: Stretches) -> Truth:
    """Which of the stretches are points in mathematics."""
    return np.asarray(found.high - found.low <= NARROW * np.maximum(np.abs(found.place), 1.0))
