"""The counting of float32 values by cell in one compiled loop: an optional extra, ``pip install 'actviz[fast]'``."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from actviz import _numpy as np
from actviz.analysis.data.cell_tables import CELLS, CellSums, PackedTable, at_most
from actviz.analysis.data.cells import REST

if TYPE_CHECKING:
    from collections.abc import Callable

    from actviz.analysis.data.cell_tables import CellTable, Counts, Values

    Loop = Callable[[Values, Values, Counts, Counts, Counts, Values], None]

FIRST, COUNT = 32, 53
"""The bits from which on a cell's packed number holds the sum of its values' last bits and their count, above the sum
of squares."""

FULL, HOLDS_EDGE = 1 << 61, 1 << 62
"""The bit that is set once there are 256 values, and the one that tells of an edge in the cell."""


def there() -> bool:
    """Whether numba is installed, be it broken; this imports nothing."""
    return find_spec("numba") is not None


def compiled_table(edges: Values) -> CellTable:
    """A table that counts in a compiled loop; where numba is missing or broken, by numpy."""
    loop = compiled()
    return CompiledTable(edges, loop) if loop else PackedTable(edges)


@cache
def compiled() -> Loop | None:
    """`count` as machine code, made once a process; None where numba is missing or broken."""
    try:
        import numba

        made: Loop = numba.njit(
            "void(float32[::1], uint32[::1], int64[::1], int64[:, ::1], int64[::1], float32[::1])", nogil=True
        )(count)
    except Exception:  # numba refuses versions of numpy and of Python with errors of many kinds
        return None
    return made


class CompiledTable:
    """A `CellTable` by a compiled loop.

    A cell that holds an edge slows its values down, so one that begins with its only edge, such as 0, of which there
    may be many, does not count as such: for that edge numpy compares.
    """

    def __init__(self, edges: Values, loop: Loop) -> None:
        self.edges = edges
        self.loop = loop
        bits = edges.view(np.uint32)
        self.first = np.flatnonzero(bits & np.uint32((1 << REST) - 1) == 0)
        self.under = np.zeros(self.first.size, np.int64)
        self.packed = np.zeros(CELLS, np.int64)
        self.held = np.delete(bits, self.first) >> np.uint32(REST)
        self.packed[self.held] = HOLDS_EDGE
        self.found = np.zeros((3, CELLS), np.int64)
        self.between = np.zeros(edges.size + 1, np.int64)

    def add(self, x: Values, low: float, high: float) -> None:
        """Count."""
        for row, column in enumerate(self.first):
            self.under[row] += at_most(self.edges[column], x, low, high)
        self.loop(x, x.view(np.uint32), self.packed, self.found, self.between, self.edges)

    def sums(self) -> CellSums:
        """What was counted."""
        self.packed[self.held] &= FULL - 1
        used = np.flatnonzero((self.packed != 0) | (self.found[0] != 0))
        packed, (count, first, second) = self.packed[used], self.found[:, used]
        count += packed >> COUNT
        first += packed >> FIRST & (1 << (COUNT - FIRST)) - 1
        second += packed & (1 << FIRST) - 1
        return CellSums(used, count, first, second, self._below(used, np.where(np.isin(used, self.held), 0, count)))

    def _below(self, cells: Counts, count: Counts) -> Counts:
        """How many values are at or below each edge; cells without one lie between two."""
        between = self.between.copy()
        edge = (cells.astype(np.uint32) << np.uint32(REST)).view(np.float32)
        np.add.at(between, np.searchsorted(self.edges, edge), count)
        below = between.cumsum()[:-1]
        below[self.first] = self.under
        return below


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
