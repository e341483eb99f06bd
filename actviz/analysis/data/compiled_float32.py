"""float32 values counted by cell in a loop for a compiler: one addition to a packed number a value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from actviz import _numpy as np
from actviz.analysis.data.cell_tables import CELLS, REST, CellSums, cells_of
from actviz.analysis.data.edge_cells import EdgeCells

if TYPE_CHECKING:
    from collections.abc import Callable

    from actviz.analysis.data.cell_tables import Counts, Values

    Loop = Callable[[Values, Values, Counts, Counts, Counts, Values], None]

SIGNATURE = "void(float32[::1], uint32[::1], int64[::1], int64[:, ::1], int64[::1], float32[::1])"

FIRST, COUNT = 32, 53
"""The bits from which on a cell's packed number holds the sum of its values' last bits and their count, above the sum
of squares."""

FULL, HOLDS_EDGE = 1 << 61, 1 << 62
"""The bit that is set once there are 256 values, and the one that tells of an edge in the cell."""


class Float32Table:
    """A `CellTable` of float32 values; its numbers are those of `PackedTable`."""

    def __init__(self, edges: Values, loop: Loop) -> None:
        self.edges = edges
        self.loop = loop
        bits = edges.view(np.uint32)
        begins = bits & np.uint32((1 << REST) - 1) == 0
        self.edge_cells = EdgeCells(edges, begins, ~begins)
        self.held = bits[self.edge_cells.inside] >> np.uint32(REST)
        self.packed = np.zeros(CELLS, np.int64)
        self.packed[self.held] = HOLDS_EDGE
        self.found = np.zeros((3, CELLS), np.int64)

    def add(self, x: Values, low: float, high: float) -> None:
        """Count."""
        self.edge_cells.add(x, low, high)
        self.loop(x, x.view(np.uint32), self.packed, self.found, self.edge_cells.between, self.edges)

    def sums(self) -> CellSums:
        """What was counted."""
        self.packed[self.held] &= FULL - 1
        used = np.flatnonzero((self.packed != 0) | (self.found[0] != 0))
        packed, (count, first, second) = self.packed[used], self.found[:, used]
        count += packed >> COUNT
        first += packed >> FIRST & (1 << (COUNT - FIRST)) - 1
        second += packed & (1 << FIRST) - 1
        cells = cells_of(used, count, first, second)
        return CellSums(cells, self.edge_cells.below(cells, np.isin(used, self.held)))


def count(x: Any, bits: Any, packed: Any, found: Any, between: Any, edges: Any) -> None:
    """Count the values `x`, of these `bits`, in `packed`, from where `found` takes a cell's sums once it is full.

    Of the values in cells that hold an edge, `between` counts those above so many `edges`.
    """
    for i in range(x.size):
        cell = bits[i] >> np.uint32(REST)
        rest = np.int64(bits[i] & np.uint32((1 << REST) - 1))
        sums = packed[cell] + (rest * (rest + (1 << FIRST)) + (1 << COUNT))
        packed[cell] = sums
        if sums >= FULL:
            if sums & FULL:
                packed[cell] = sums & HOLDS_EDGE
                found[0, cell] += FULL >> COUNT
                found[1, cell] += sums >> FIRST & (1 << (COUNT - FIRST)) - 1
                found[2, cell] += sums & (1 << FIRST) - 1
            if sums & HOLDS_EDGE:
                above = 0
                while above < edges.size and edges[above] < x[i]:
                    above += 1
                between[above] += 1
