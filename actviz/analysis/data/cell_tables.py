"""Where float32 values are counted by cell: how many are in each, and the sums of their last bits and of the squares.

With them goes how many values lie at or below each of some edges, ascending, that float32 holds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from actviz import _numpy as np
from actviz.analysis.data.cells import REST

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Counts = NDArray[np.int64]
    Values = NDArray[Any]
    MadeTable = Callable[[Values], "CellTable"]

CELLS = 1 << (32 - REST)

COUNT = 36
"""The bit from which on a cell's packed number holds its count, above the sum of the values' last bits."""

MOST = 1 << 25
"""Values at most in packed numbers: the sum of so many times 11 bits takes 36."""


@dataclass(frozen=True, slots=True)
class CellSums:
    """The cells with values in them by their number, the leading bits of each; how many values each has, the sums of
    their last bits (`first`) and of the squares of these; and how many values are at or below each edge (`below`).
    """

    cell: Counts
    count: Counts
    first: Counts
    second: Counts
    below: Counts


class CellTable(Protocol):
    """Counts values; the same ones give the same numbers whoever does it."""

    def add(self, x: Values, low: float, high: float) -> None:
        """Count the finite float32 numbers of `x`, at most `MOST` in one dimension, from `low` to `high`."""
        ...

    def sums(self) -> CellSums:
        """What was counted; nothing may be added afterwards."""
        ...


class PackedTable:
    """A `CellTable` by numpy's scattered additions, two a value, and a comparison an edge."""

    def __init__(self, edges: Values) -> None:
        self.edges = edges
        self.size = 0
        self.under = np.zeros(edges.size, np.int64)
        self.packed = np.zeros(CELLS, np.int64)
        self.found = np.zeros((3, CELLS), np.int64)

    def add(self, x: Values, low: float, high: float) -> None:
        """Count."""
        self.size += x.size
        if self.size > MOST:
            self._unpack()
            self.size = x.size
        for column, edge in enumerate(self.edges):
            self.under[column] += at_most(edge, x, low, high)
        bits = x.view(np.uint32)
        rest = bits & np.uint32((1 << REST) - 1)
        cells = (bits >> np.uint32(REST)).astype(np.intp)
        np.add.at(self.packed, cells, np.add(rest, 1 << COUNT, dtype=np.int64))
        np.add.at(self.found[2], cells, np.multiply(rest, rest).astype(np.int64))

    def _unpack(self) -> None:
        """Move what is packed to the sums."""
        used = np.flatnonzero(self.packed != 0)  # six times faster than of the numbers themselves
        self.found[0, used] += self.packed[used] >> COUNT
        self.found[1, used] += self.packed[used] & (1 << COUNT) - 1
        self.packed[used] = 0

    def sums(self) -> CellSums:
        """What was counted."""
        self._unpack()
        used = np.flatnonzero(self.found[0] != 0)
        count, first, second = self.found[:, used]
        return CellSums(used, count, first, second, self.under)


def at_most(edge: float, x: Values, low: float, high: float) -> int:
    """How many of the values `x`, from `low` to `high`, are at or below an edge."""
    return x.size if high <= edge else int(np.count_nonzero(x <= edge)) if low <= edge else 0
