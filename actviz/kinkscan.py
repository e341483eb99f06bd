"""Kinks and jumps of a function given as a program over jets, found where its pieces change.

A choice between pieces (abs, min, max, a condition, a kink of a catalogue function) turns on the sign of
a difference. Sign changes of every such difference are located to adjacent floats, and kept where the
limits from left and right differ.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from actviz import _numpy as np
from actviz.activation import Kink
from actviz.jets import Jet, recording
from actviz.pieces import limiting
from actviz.tails import Program, columns, expand

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from actviz.activation import Array

    Index = NDArray[np.intp]

UNKNOWN = 2
"""Stands for the sign of NaN."""

NEARBY = (16, 20, 24, 28, 32, 36)
"""Powers of one half: how far beside a sign change, relative to x, the signs must hold."""


@cache
def grid() -> Array:
    """8,001 points, half even over [-20, 20], half by magnitude from 1e-6 to 1e6 on both sides."""
    even = np.arange(-2000.0, 2001.0) / 100.0
    magnitudes = np.geomspace(1e-6, 1e6, 2000)
    return np.unique(np.concatenate([even, magnitudes, -magnitudes]))


def find_kinks(program: Program) -> tuple[Kink, ...]:
    """The kinks inside +-1e6, in order of x; the lowest derivative that jumps at each.

    Two kinks of one piece closer than the grid's spacing can hide each other.
    """
    x = grid()
    signs = switch_signs(program, x)
    if not len(signs):
        return ()
    change = (signs[:, :-1] != signs[:, 1:]) & (signs[:, :-1] != UNKNOWN) & (signs[:, 1:] != UNKNOWN)
    which, at = np.nonzero(change)
    if not len(which):
        return ()
    before = signs[which, at]
    low, high = bisected(program, which, before, x[at], x[at + 1])
    after = sign_of(program, which, high)
    keep = steady(program, which, before, low, high) & no_pole(program, which, (x[at], x[at + 1]), (low, high))
    left = np.where(after == 0, high, low)[keep]
    right = np.where((before == 0) & (after != 0), low, high)[keep]
    return differing(program, left, right)


def switches(program: Program, x: Array) -> list[Array]:
    """The differences that choose pieces, each at every x."""
    with recording() as found:
        expand(program, x)
    return [np.broadcast_to(g, x.shape) for g in found]


def switch_signs(program: Program, x: Array) -> NDArray[np.int8]:
    """Their signs: a row a difference; -1, 0, 1, or UNKNOWN."""
    found = switches(program, x)
    signs = [np.where(np.isnan(g), UNKNOWN, np.sign(g)).astype(np.int8) for g in found]
    return np.asarray(signs, dtype=np.int8).reshape(len(signs), len(x))


def sign_of(program: Program, which: Index, x: Array) -> NDArray[np.int8]:
    """The sign of difference `which[i]` at `x[i]`."""
    return np.asarray(switch_signs(program, x)[which, np.arange(len(x))])


def bisected(program: Program, which: Index, before: NDArray[np.int8], low: Array, high: Array) -> tuple[Array, Array]:
    """Adjacent floats between which each sign stops being `before`.

    Halves the count of floats between the ends rather than their distance, so 64 rounds suffice.
    """
    a, b = ranked(low), ranked(high)
    while (b - a > 1).any():
        middle = a + (b - a) // 2
        same = sign_of(program, which, unranked(middle)) == before
        a, b = np.where(same, middle, a), np.where(same, b, middle)
    return unranked(a), unranked(b)


def ranked(x: Array) -> NDArray[np.int64]:
    """Each float's place in the order of all floats, 0 at zero."""
    bits = (x + 0.0).view(np.int64)
    return np.where(bits < 0, np.int64(-(2**63)) - bits, bits)


def unranked(rank: NDArray[np.int64]) -> Array:
    """The float at each place."""
    return np.where(rank < 0, np.int64(-(2**63)) - rank, rank).view(np.float64) + 0.0


def steady(program: Program, which: Index, before: NDArray[np.int8], low: Array, high: Array) -> NDArray[np.bool_]:
    """Whether each sign holds on both sides, as that of rounding noise does not."""
    reach = np.maximum(np.abs(high), 1e-3)
    first = sign_of(program, which, high + reach * 2.0 ** -NEARBY[0])
    holds = np.ones(len(low), dtype=bool)
    for k in NEARBY:
        holds &= sign_of(program, which, low - reach * 2.0**-k) == before
        holds &= sign_of(program, which, high + reach * 2.0**-k) == first
    return holds


def no_pole(program: Program, which: Index, outer: tuple[Array, Array], inner: tuple[Array, Array]) -> NDArray[np.bool_]:
    """Whether each difference is smaller at its sign change than at the bracket around it."""
    size = [np.abs(np.asarray(switches(program, x))[which, np.arange(len(x))]) for x in (*outer, *inner)]
    return np.maximum(size[2], size[3]) <= np.maximum(size[0], size[1])


def differing(program: Program, left: Array, right: Array) -> tuple[Kink, ...]:
    """A Kink for each place whose limits from left and right differ by more than rounding."""
    with limiting():
        sides = columns(expand(program, left)), columns(expand(program, right, -1.0))
    unit = np.maximum(np.abs(left), 1.0)
    near = [expand(program, left - 1e-3 * unit), expand(program, left + 1e-3 * unit)]
    found: dict[float, Kink] = {}
    taken: list[float] = []
    for i in np.argsort(left):
        x = float(left[i])
        if taken and x - taken[-1] <= 4.0 * float(np.spacing(abs(x))):
            continue
        for order in (0, 1, 2):
            l, r = float(sides[0][order][i]), float(sides[1][order][i])
            if not (np.isfinite(l) and np.isfinite(r)):
                break
            drift = 2.0 * float(right[i] - left[i]) * max(abs(s[min(order + 1, 2)][i]) for s in sides)
            rounding = 1e-9 * max(abs(l), abs(r)) + 1e-12 * noise(near, order, i, float(unit[i]))
            if abs(l - r) > drift + rounding:
                found[x] = Kink(x, l, r, order)
                taken.append(x)
                break
    return tuple(found.values())


def noise(near: list[Jet], order: int, i: int, unit: float) -> float:
    """The size of the derivative of `order` nearby, or that which the value's size suggests."""
    sizes = [max(abs(float(columns(j)[order][i])), abs(float(j.value[i])) / unit**order) for j in near]
    return max((s for s in sizes if np.isfinite(s)), default=0.0)
