"""Where a function changes sign, to the last bit: the float line cut into stretches of one sign.

Everything said about roots, extrema, thresholds and saturated intervals is read from such cuts.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from actviz import _numpy as np
from actviz.floats import bisected, sign

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from actviz.activation import Array

    Function = Callable[[Array], Array]
    Pair = tuple[Array, Array]

LARGEST = sys.float_info.max
SMALLEST = sys.float_info.min
"""The least normal float: below it numbers lose digits, so nothing is told from them."""

HUSHED = 2.0**-1060
"""So much with a sign stands for a function where rounding noise has left it but that."""

OCTAVE = 16
"""Points a power of two, out to the ends of float64: roots further apart than 4 percent are told apart."""

ROUNDS, SPLIT, MOST_CELLS = 14, 8, 4_000
"""At most so many rounds of refinement, parts a cell, and cells split a round (an oscillation has no end)."""

PASSES, MOST_CHANGES = 8, 512
"""At most so many rounds of bisection, and changes of sign that are all followed to the last bit."""


@dataclass(frozen=True, slots=True)
class Segment:
    """All floats from `low` to `high`, both included, where a function has `sign` -1, 0, 1 or UNDEFINED."""

    low: float
    high: float
    sign: int


def grid(exact: Iterable[float] = ()) -> Array:
    """Points half linear (-30 to 30) and half logarithmic, from the least to the largest float of both signs.

    0 and each of `exact` are among them, with the next float above, so that a jump lies between two points.
    """
    exponents = np.arange(-1074, 1024)
    mantissas = 1.0 + np.arange(OCTAVE) / OCTAVE
    powers = np.ldexp(mantissas[None, :], exponents[:, None]).reshape(-1)
    one_side = np.concatenate([powers, [LARGEST]])
    points = np.asarray([p for p in (0.0, *exact) if np.isfinite(p)], dtype=np.float64)
    above = np.nextafter(points, LARGEST)
    return np.unique(np.concatenate([-one_side, np.linspace(-30.0, 30.0, 7681), points, above, one_side])) + 0.0


def refined(f: Function, slope: Function, x: Array) -> Array:
    """`x` with points added where `f` turns unseen between two of them.

    By the mean value theorem the secant's slope is taken somewhere in the cell: where it lies outside the
    slopes at both ends, the cell hides a turn, and is split until it does not.
    """
    low, high = x[:-1], x[1:]
    y, s = f(x), slope(x)
    hidden = unexplained((low, high), (y[:-1], y[1:]), (s[:-1], s[1:]))
    found = [x]
    for _ in range(ROUNDS):
        count = min(MOST_CELLS, int(np.count_nonzero(hidden)))
        if not count:
            break
        worst = np.argsort(hidden)[-count:]
        low, high = low[worst], high[worst]
        parts = low[:, None] + (high - low)[:, None] * (np.arange(SPLIT + 1) / SPLIT)
        parts[:, -1] = high
        y, s = (g(parts.reshape(-1)).reshape(parts.shape) for g in (f, slope))
        found.append(parts.reshape(-1))
        low, high = parts[:, :-1].reshape(-1), parts[:, 1:].reshape(-1)
        ends = [(v[:, :-1].reshape(-1), v[:, 1:].reshape(-1)) for v in (y, s)]
        hidden = unexplained((low, high), ends[0], ends[1])
    return np.unique(np.concatenate(found)) + 0.0


def unexplained(x: Pair, f: Pair, slope: Pair) -> Array:
    """How much of f's change over each cell the slopes at its ends leave unexplained, rounding apart; 0 for none.

    Each argument holds what is at the left ends of the cells and what is at the right ends.
    """
    with np.errstate(all="ignore"):
        width = x[1] - x[0]
        secant = (f[1] - f[0]) / width
        low, high = np.minimum(*slope), np.maximum(*slope)
        rounding = (1e-15 * np.maximum(np.abs(f[0]), np.abs(f[1])) + SMALLEST) / width
        slack = 1e-6 * np.maximum(np.abs(low), np.abs(high)) + 16.0 * rounding + SMALLEST
        wide = width > 64.0 * np.spacing(np.maximum(np.abs(x[0]), np.abs(x[1])))
        excess = np.maximum(low - slack - secant, secant - high - slack) * width
        heard = np.all(np.abs([*f, *slope]) != HUSHED, axis=0)
        return np.where(wide & heard & (excess > 0), excess, 0.0)


def segments(g: Function, x: Array, most: int = MOST_CHANGES) -> tuple[Segment, ...]:
    """The floats from ``x[0]`` to ``x[-1]`` (ascending) cut where the sign of `g` changes.

    Ends are adjacent floats, found by bisection over the floats themselves. A change that comes and
    goes between two neighbours of `x` is not seen; with more than `most` of them, as an oscillation
    has, ends stay points of `x`, but for the outermost.
    """
    signs = sign(g(x))
    for _ in range(PASSES):
        at = np.flatnonzero(signs[:-1] != signs[1:])
        at = at[np.nextafter(x[at], LARGEST) < x[at + 1]]
        if not at.size:
            break
        if at.size > most:
            at = at[[0, -1]]
        ends = np.concatenate(last_of_sign(g, x[at], x[at + 1]))
        x, first = np.unique(np.concatenate([x, ends]), return_index=True)
        signs = np.concatenate([signs, sign(g(ends))])[first]
    cuts = np.flatnonzero(signs[:-1] != signs[1:])
    starts, ends = np.concatenate([[0], cuts + 1]), np.concatenate([cuts, [x.size - 1]])
    return tuple(map(Segment, x[starts].tolist(), x[ends].tolist(), signs[starts].tolist()))


def last_of_sign(g: Function, low: Array, high: Array) -> tuple[Array, Array]:
    """Adjacent floats within each bracket between which the sign that `g` has at `low` ends."""
    kept = sign(g(low))
    return bisected(lambda x: sign(g(x)) == kept, low, high)


def changes(g: Function, x: Array) -> int:
    """How many times the sign of `g` differs between neighbours of `x`."""
    signs = sign(g(x))
    return int(np.count_nonzero(signs[:-1] != signs[1:]))


def with_ends(x: Array, cut: tuple[Segment, ...]) -> Array:
    """`x` with the ends of the segments added."""
    return np.unique(np.concatenate([x, [s.low for s in cut], [s.high for s in cut]])) + 0.0
