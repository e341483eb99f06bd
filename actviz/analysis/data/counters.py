"""Counters for the cells of a sketch: as many as there are cells, so that counting a value is one addition."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any

from actviz import _numpy as np
from actviz.analysis.data.sketch import FRACTION, Sketch, cell_of, edge, gathered, of_values

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Counts = NDArray[np.int64]
    Keys = NDArray[np.intp]
    Values = NDArray[Any]

BITS = 7
"""Leading bits of fraction: a quantile is within 2**-8 of the truth, relative, if the type is normal there."""

MOST_COUNTERS = 1 << 23
"""Counters at most for the units of an array: 64 MiB."""

RECENT = (1 << 16) - 1
"""Values of a unit that are counted in 16 bits, a quarter of the cache's lines, before they join the others."""

OCTAVES = 64
"""Powers of two, 2**-32 to 2**32, that the cells of a unit reach over."""


@dataclass(frozen=True, slots=True)
class Kind:
    """How float32 or float64 is laid out: bits in all, of fraction, and the bias of the exponent."""

    width: int
    fraction: int
    bias: int

    @property
    def dropped(self) -> int:
        """The low bits that cells do not tell apart."""
        return self.fraction - BITS

    @property
    def half(self) -> int:
        """How many leading bits there are for numbers of one sign; the others follow."""
        return 1 << (self.width - self.dropped - 1)


KINDS = {"float32": Kind(32, 23, 127), "float64": Kind(64, FRACTION, 1023)}


def leading(values: Values) -> Keys:
    """Sign, exponent and the first seven bits of fraction of float32 or float64 numbers, as one whole number."""
    kind = KINDS[values.dtype.name]
    bits = values.view(f"u{kind.width // 8}")
    keys: Keys = (bits >> np.asarray(kind.dropped, bits.dtype)).astype(np.intp)
    return keys


class WholeCounter:
    """Counts values of float32 or float64 by their leading bits.

    Subnormal numbers, under 2**-126 or 2**-1022 in size, fall in cells 2**-133 or 2**-1029 wide.
    """

    def __init__(self, dtype: str) -> None:
        self.kind = KINDS[dtype]
        self.counts = np.zeros(2 * self.kind.half, np.int64)

    def add(self, keys: Keys) -> None:
        """Count finite values by their leading bits, in an array of one dimension."""
        np.add.at(self.counts, keys, 1)

    def sketch(self) -> Sketch:
        """What was counted."""
        used = np.flatnonzero(self.counts)
        bits = used.astype(f"u{self.kind.width // 8}")
        low = (bits << np.asarray(self.kind.dropped, bits.dtype)).view(f"f{self.kind.width // 8}").astype(np.float64)
        found = of_values(BITS, False, np.zeros(used.size, np.int64), low, self.counts[used])
        return replace(found, floor=2.0 ** (1 - self.kind.bias - BITS))


class UnitCounter:
    """Counts values by unit, in fewer cells the more units there are, so that there are at most 2**23 in all.

    Numbers under 2**-32 in size count as 0, those from about 2**32 on as one.
    """

    def __init__(self, dtype: str, units: int) -> None:
        self.bits = unit_bits(units)
        self.cells = OCTAVES << self.bits
        self.cell = unit_cells(KINDS[dtype], self.bits)
        self.counts = np.zeros(units * 2 * self.cells, np.int64)
        self.recent = np.zeros(self.counts.size, np.uint16)
        self.room = RECENT

    def add(self, keys: Keys, unit: Counts, most: int) -> None:
        """Count finite values by their leading bits, each in the unit that `unit`, of the same size, says.

        No unit has more than `most` of them.
        """
        places = self.cell[keys]
        places += unit * (2 * self.cells)
        if most > self.room:
            self._join()
        if most > self.room:
            np.add.at(self.counts, places.reshape(-1), 1)
        else:
            self.room -= most
            np.add.at(self.recent, places.reshape(-1), np.uint16(1))

    def _join(self) -> None:
        """Take in the recent counts."""
        self.counts += self.recent
        self.recent[:] = 0
        self.room = RECENT

    def sketch(self) -> Sketch:
        """What was counted."""
        self._join()
        used = np.flatnonzero(self.counts)
        unit, key = np.divmod(used, 2 * self.cells)
        size = key % self.cells
        first = int(cell_of(np.asarray([2.0 ** -(OCTAVES // 2)]), self.bits)[0])
        size = np.where(size > 0, size - 1 + first, 0)
        found = gathered(self.bits, False, unit, np.where(key >= self.cells, -size, size), self.counts[used])
        top = float(edge(np.asarray([first + self.cells - 2]), self.bits)[0])
        return replace(found, floor=2.0 ** -(OCTAVES // 2), top=top)


def unit_bits(units: int) -> int:
    """Leading bits of fraction of a unit's cells: seven, or as many as leave room for all units."""
    return min(BITS, (MOST_COUNTERS // (2 * OCTAVES * units)).bit_length() - 1)


@cache
def unit_cells(kind: Kind, bits: int) -> Counts:
    """For all leading bits the cell of a unit: 0 for the smallest numbers, negative ones behind the others."""
    cells = OCTAVES << bits
    key = np.arange(2 * kind.half)
    size = (key % kind.half) >> (BITS - bits)
    first = (kind.bias - OCTAVES // 2) << bits
    places: Counts = np.clip(size - first + 1, 0, cells - 1) + key // kind.half * cells
    return places
