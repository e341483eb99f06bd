"""Blocks of values (k samples, u units, m places) as 2-D parts that stay in the cache."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from actviz import _numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Values = NDArray[Any]

PART = 65_536
"""Values a part: 512 KiB of float64, so that few arrays of them fill a processor's cache, and Python costs little."""

LONE = 131_072
"""Values a part of a single unit, where Python's part weighs more: a tenth faster than with half as many."""

LONG, FEW, ROWS = 16, 64, 32
"""With so many places a unit, or fewer units, each unit is a row of a part; else a column of so many rows if it can."""


@dataclass(frozen=True, slots=True)
class Part:
    """Values of the units from number `first` on, those of one unit along `axis` of the 2-D `values`."""

    values: Values
    axis: int
    first: int

    @property
    def units(self) -> slice:
        """The numbers of its units."""
        return slice(self.first, self.first + self.values.shape[1 - self.axis])

    @property
    def unit(self) -> NDArray[np.int64]:
        """The number of each unit, in a shape that broadcasts against the values."""
        number = np.arange(self.units.start, self.units.stop)
        return number[:, None] if self.axis else number


def parts(values: Values, first: int) -> Iterator[Part]:
    """The parts of a block of shape (k, u, m) whose first unit has the number `first`."""
    _, units, places = values.shape
    if units == 1:
        flat = values.reshape(1, -1)
        for start in range(0, flat.shape[1], LONE):
            yield Part(flat[:, start : start + LONE], 1, first)
    elif places >= LONG or units < FEW:
        yield from rows(values, first)
    else:
        yield from columns(values, first)


def rows(values: Values, first: int) -> Iterator[Part]:
    """Parts with a row a unit."""
    samples, units, places = values.shape
    together = max(1, PART // (units * places))
    high, wide = min(units, max(1, PART // places)), min(places, PART)
    for k in range(0, samples, together):
        for u in range(0, units, high):
            for m in range(0, places, wide):
                some = values[k : k + together, u : u + high, m : m + wide]
                yield Part(np.ascontiguousarray(some.transpose(1, 0, 2)).reshape(some.shape[1], -1), 1, first + u)


def columns(values: Values, first: int) -> Iterator[Part]:
    """Parts with a column a unit."""
    samples, units, places = values.shape
    together = max(1, PART // (units * places), ROWS // places)
    wide = max(1, min(units, PART // (min(together, samples) * places)))
    for k in range(0, samples, together):
        for u in range(0, units, wide):
            some = values[k : k + together, u : u + wide]
            yield Part(np.ascontiguousarray(some.transpose(0, 2, 1)).reshape(-1, some.shape[1]), 0, first + u)
