"""Where values are counted by cell: how many are in each, their mean there, and the squares of their differences.

A cell holds the numbers of one sign that share the exponent and the first 12 bits of fraction; `REST` bits of a float32
number follow. float64 numbers fall in the same cells. With them goes how many values lie at or below each of some
edges, ascending, that the values' type holds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from actviz import _numpy as np
from actviz.analysis.data.cells import Cells

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from actviz.activation import Array

    Counts = NDArray[np.int64]
    Values = NDArray[Any]
    MadeTable = Callable[[Values], "CellTable"]

REST = 11
"""Bits of a float32 number behind those of its cell, which is 2**-12 of its numbers wide at most."""

CELLS = 1 << (32 - REST)

COUNT = 36
"""The bit from which on a cell's packed number holds its count, above the sum of the values' last bits."""

MOST = 1 << 25
"""Values at most in packed numbers: the sum of so many times 11 bits takes 36."""


@dataclass(frozen=True, slots=True)
class CellSums:
    """The cells with values in them, and how many values are at or below each edge (`below`)."""

    cells: Cells
    below: Counts


class CellTable(Protocol):
    """Counts values; the same ones in the same order give the same numbers, whatever parts they come in."""

    def add(self, x: Values, low: float, high: float) -> None:
        """Count the finite numbers of `x`, in one dimension and at most `MOST`, from `low` to `high`."""
        ...

    def sums(self) -> CellSums | None:
        """What was counted, None where some of it fits in no cell; nothing may be added afterwards."""
        ...


class PackedTable:
    """A `CellTable` of float32 values by numpy's scattered additions, two a value, and a comparison an edge."""

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
        return CellSums(cells_of(used, *self.found[:, used]), self.under)


def at_most(edge: float, x: Values, low: float, high: float) -> int:
    """How many of the values `x`, from `low` to `high`, are at or below an edge."""
    return x.size if high <= edge else int(np.count_nonzero(x <= edge)) if low <= edge else 0


def cells_of(cell: Counts, count: Counts, first: Counts, second: Counts) -> Cells:
    """The cells with these numbers, from the sums of their values' last bits and of the squares of these."""
    # About the whole number nearest to a cell's mean, where nothing cancels.
    middle = (2 * first + count) // (2 * count)
    left = first - middle * count
    around = second - 2 * middle * first + middle * middle * count
    scale = 2.0**-REST
    squares = scale * scale * (around - left / count * left)
    return Cells(*place(cell), count, scale * (middle + left / count), squares, np.zeros(cell.size))


def place(cell: Counts) -> tuple[Array, Array]:
    """Edge and width of the cells with these numbers, the leading bits of the float32 numbers in them."""
    ends = ((cell.astype(np.uint32)[:, None] << np.uint32(REST)) + np.arange(2, dtype=np.uint32)).view(np.float32)
    edge, beside = ends.T.astype(np.float64)
    return edge, (beside - edge) * (1 << REST)
