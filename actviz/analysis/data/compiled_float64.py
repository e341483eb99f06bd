"""float64 values counted by cell in a loop for a compiler: two additions to neighbouring numbers a value.

The 40 bits behind a cell's own are a whole number k, whose sum is exact. Of k^2 the sum is that of the squares of k's
first 25 bits, rounded: off by at most 2**-25 of a squared width a value, which is held against the deviation found.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from actviz import _numpy as np
from actviz.analysis.data.cell_tables import CELLS, CellSums, place
from actviz.analysis.data.cells import Cells
from actviz.analysis.data.edge_cells import EdgeCells

if TYPE_CHECKING:
    from collections.abc import Callable

    from actviz.activation import Array
    from actviz.analysis.data.cell_tables import Counts, Values

    Loop = Callable[[Values, Values, Counts, Array, Counts, Values], int]

SIGNATURE = "int64(float64[::1], int64[::1], int64[:, ::1], float64[:, ::1], int64[::1], float64[::1])"

REST, DROPPED = 40, 15
"""Bits of a float64 number behind those of its cell, and how many of them are rounded off before they are squared."""

ROUNDED = 2.0 ** (DROPPED - REST)
"""What the square of a place in its cell is off by at most."""

FRACTION = 52 - REST
"""Leading bits of fraction that tell cells apart."""

APART = (1023 - 127) << FRACTION
"""By how much the leading bits of a float64 number, as a whole number, exceed those of the float32 number near it."""

LEAST, BEYOND = 2.0**-126, 2.0**128
"""float32's least normal number: what is smaller but 0 has no cell; nor has what is as large as the other."""

COUNT = 52
"""The bit from which on a cell's first number holds the count, above the sum of k."""

FULL, HOLDS_EDGE = 1 << (63 - COUNT), 1 << 62
"""The count that makes the first number negative, and the bit of the second, the sum of squares, that tells of an edge
in the cell."""


class Float64Table:
    """A `CellTable` of float64 values that float32 could hold, but for the digits behind."""

    def __init__(self, edges: Values, loop: Loop) -> None:
        self.edges = edges
        self.loop = loop
        self.stray = False
        size = np.abs(edges)
        inside = (size >= LEAST) & (size < BEYOND)  # all values near any other are 0, or have no cell
        begins = edges.view(np.int64) & (1 << REST) - 1 == 0
        self.edge_cells = EdgeCells(edges, inside & begins, inside)
        self.held = cell_of(edges[self.edge_cells.inside])
        self.packed = np.zeros((CELLS, 2), np.int64)
        self.packed[self.held, 1] = HOLDS_EDGE
        self.found = np.zeros((CELLS, 3))

    def add(self, x: Values, low: float, high: float) -> None:
        """Count."""
        self.stray = self.stray or max(-low, high) >= BEYOND
        if not self.stray:
            self.edge_cells.add(x, low, high)
            counts = self.packed, self.found, self.edge_cells.between
            self.stray = bool(self.loop(x, x.view(np.int64), *counts, self.edges))

    def sums(self) -> CellSums | None:
        """What was counted; None where a value has no cell, or the deviation may lose digits to rounding."""
        if self.stray:
            return None
        used = np.flatnonzero((self.packed[:, 0] != 0) | (self.found[:, 0] != 0))
        (first, second), (count, places, squares) = self.packed[used].T, self.found[used].T
        count += first >> COUNT
        places += first & (1 << COUNT) - 1
        squares += second & HOLDS_EDGE - 1
        mean = 2.0**-REST * places / count
        around = np.where(mean > 0, ROUNDED * ROUNDED * squares - count * mean * mean, 0.0)
        cells = Cells(*place(used), count.astype(np.int64), mean, np.maximum(around, 0.0), ROUNDED * (mean > 0))
        return CellSums(cells, self.edge_cells.below(cells, np.isin(used, self.held)))


def cell_of(values: Values) -> Counts:
    """The numbers of the cells of values that have one."""
    bits = values.view(np.int64)
    cells: Counts = (bits >> REST & (1 << 63 - REST) - 1) - APART + (bits < 0) * (CELLS // 2)
    return cells


def count(x: Any, bits: Any, packed: Any, found: Any, between: Any, edges: Any) -> Any:
    """Count the values `x`, of these `bits`, in `packed`, from where `found` takes a cell's sums once it is full.

    Of the values in cells that hold an edge, `between` counts those above so many `edges`. Return 0 if each value has
    a cell; none may be as large as `BEYOND`.
    """
    stray = np.int64(0)
    for i in range(x.size):
        whole = bits[i]
        cell = (whole >> REST & (1 << 63 - REST) - 1) - APART
        if cell < 1 << FRACTION:
            stray |= whole << 1
            cell = 0
        if whole < 0:
            cell += CELLS // 2
        rest = whole & (1 << REST) - 1
        leading = (rest + (1 << DROPPED - 1)) >> DROPPED
        first, second = packed[cell, 0] + (rest + (1 << COUNT)), packed[cell, 1] + leading * leading
        packed[cell, 0], packed[cell, 1] = first, second
        if first < 0:
            packed[cell, 0], packed[cell, 1] = 0, second & HOLDS_EDGE
            found[cell, 0] += FULL
            found[cell, 1] += first & (1 << COUNT) - 1
            found[cell, 2] += second & HOLDS_EDGE - 1
        if second >= HOLDS_EDGE:
            above = 0
            while above < edges.size and edges[above] < x[i]:
                above += 1
            between[above] += 1
    return stray
