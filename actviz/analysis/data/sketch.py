"""How values are distributed, in cells of equal relative width: counts that add, so any order gives the same sketch.

A cell holds the floats with the same sign, exponent and leading bits of fraction; with b such bits every number of
a cell is within 2**-(b+1) of its middle, relative. Among the smallest numbers cells do not narrow any further.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from actviz import _numpy as np
from actviz.analysis.roots import LARGEST

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from actviz.activation import Array

    Counts = NDArray[np.int64]

FRACTION = 52
"""Bits of fraction of float64."""

ROOM = 1 << 40
"""More cells than any sketch tells apart, so that one number can hold a unit and a cell."""


@dataclass(frozen=True, slots=True)
class Sketch:
    """The cells with values in them: the `unit` each belongs to, its number `cell`, and its `count`.

    They ascend by unit, then by cell. A cell's number is the sign times the leading bits of abs(x): all but 52 - `bits`
    of float64's. `exact` tells that each value is the least of its cell in size, so that nothing is lost. Numbers that
    differ by less than `floor` may share a cell however small they are; cell 0 stands for those below it in size. A
    cell at `top` holds all numbers from there on in size.
    """

    bits: int
    exact: bool
    unit: Counts
    cell: Counts
    count: Counts
    floor: float = 0.0
    top: float = math.inf

    @property
    def error(self) -> float:
        """The relative error of a value told from its cell, where that is more than `floor`."""
        return 0.0 if self.exact else 2.0 ** -(self.bits + 1)


def gathered(bits: int, exact: bool, unit: Counts, cell: Counts, count: Counts) -> Sketch:
    """A sketch of cells in any order, equal ones added up."""
    key = unit * ROOM + cell
    # Two ascending runs merge in linear time.
    order = np.argsort(key, kind="stable")
    key = key[order]
    starts = np.flatnonzero(np.diff(key, prepend=key[:1] - 1))
    total = np.add.reduceat(count[order], starts) if starts.size else count
    return Sketch(bits, exact, unit[order][starts], cell[order][starts], total)


def of_values(bits: int, exact: bool, unit: Counts, values: Array, count: Counts) -> Sketch:
    """A sketch of finite float64 values, each `count` times in its `unit`."""
    return gathered(bits, exact, unit, cell_of(values, bits), count)


def cell_of(values: Array, bits: int) -> Counts:
    """The number of each value's cell."""
    size = np.abs(values).view(np.int64) >> (FRACTION - bits)
    return np.where(values < 0, -size, size)


def joined(a: Sketch, b: Sketch) -> Sketch:
    """Both sketches as one, in the wider cells of the two."""
    if not (a.count.size and b.count.size):
        return a if a.count.size else b
    bits, exact = min(a.bits, b.bits), a.exact and b.exact and a.bits == b.bits
    a, b = coarsened(a, bits), coarsened(b, bits)
    unit, cell, count = (np.concatenate(pair) for pair in ((a.unit, b.unit), (a.cell, b.cell), (a.count, b.count)))
    floor, top = max(a.floor, b.floor), min(a.top, b.top)
    return replace(gathered(bits, exact, unit, cell, count), floor=floor, top=top)


def coarsened(sketch: Sketch, bits: int) -> Sketch:
    """The sketch in cells of so many leading bits, no more than it has."""
    if sketch.bits == bits:
        return sketch
    size = np.abs(sketch.cell) >> (sketch.bits - bits)
    found = gathered(bits, False, sketch.unit, np.where(sketch.cell < 0, -size, size), sketch.count)
    return replace(found, floor=sketch.floor, top=sketch.top)


def whole(sketch: Sketch) -> Sketch:
    """The sketch of all units as one."""
    found = gathered(sketch.bits, sketch.exact, np.zeros_like(sketch.unit), sketch.cell, sketch.count)
    return replace(found, floor=sketch.floor, top=sketch.top)


def ends(sketch: Sketch) -> tuple[Array, Array]:
    """The least and the greatest number of each cell, both its value where that is exact."""
    low = edge(np.abs(sketch.cell), sketch.bits)
    high = low if sketch.exact else edge(np.abs(sketch.cell) + 1, sketch.bits)
    low, high = (np.where(sketch.cell == 0, 0.0, e) for e in (low, high))
    negative = sketch.cell < 0
    return np.where(negative, -high, low), np.where(negative, -low, high)


def edge(size: Counts, bits: int) -> Array:
    """The least number, in size, of the cells with these numbers; the largest float beyond the last."""
    return np.minimum((size << (FRACTION - bits)).view(np.float64), LARGEST)


def quantiles(sketch: Sketch, units: int, percents: tuple[int, ...]) -> Array:
    """For each unit and each of `percents` p, the least value with p% of the values at or below it: its cell's middle.

    Shape (units, percents); NaN for a unit without values, and for a value from `top` on in size, of which no more is
    known.
    """
    if not sketch.count.size:
        return np.full((units, len(percents)), np.nan)
    low, high = ends(sketch)
    middle = 0.5 * low + 0.5 * high
    middle = np.where(np.abs(middle) < sketch.top, middle, np.nan)
    passed = np.concatenate([[0], np.cumsum(sketch.count)])
    start, stop = (passed[np.searchsorted(sketch.unit, np.arange(units), side=s)] for s in ("left", "right"))
    many = stop - start
    rank = np.maximum(-(-np.asarray(percents, dtype=np.int64) * many[:, None] // 100), 1)
    at = np.searchsorted(passed[1:], start[:, None] + rank, side="left")
    return np.where(many[:, None] > 0, middle[np.minimum(at, middle.size - 1)], np.nan)


def binned(cells: tuple[tuple[float, float, int], ...], edges: Array) -> tuple[Array, float, float]:
    """How many values lie between neighbours of `edges`, below the first and above the last.

    The values of a cell (low, high, count) are spread evenly over it; a bin has what lies at its right edge, the first
    what lies at its left edge too.
    """
    low, high, count = np.asarray(cells, dtype=np.float64).reshape(-1, 3).T
    point = low == high
    passed = np.concatenate([[0.0], np.cumsum(count[point])])
    below = passed[np.searchsorted(low[point], edges, side="right")]
    below[:1] = passed[np.searchsorted(low[point], edges[:1], side="left")]
    low, high, wide = low[~point], high[~point], count[~point]
    below += ((np.clip(edges[:, None], low, high) - low) / (high - low) * wide).sum(axis=1)
    return np.diff(below), float(below[0]), float(count.sum() - below[-1])
