"""How numbers of rows are distributed, as counts of narrow cells: parts add up exactly, in any order."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from actviz import _numpy as np
from actviz.analysis.data.sketch import Sketch, binned, cell_of, ends

if TYPE_CHECKING:
    from actviz.activation import Array

    Cells = tuple[tuple[int, int], ...]

BITS = 6
"""Leading bits of fraction that a cell's numbers share: each is within 0.8% of its middle, and cells stay few."""


def celled(values: Array) -> Cells:
    """The cells of finite numbers, ascending, each with how many there are."""
    numbers, counts = np.unique(cell_of(values, BITS), return_counts=True)
    return tuple(zip(numbers.tolist(), counts.tolist(), strict=True))


def added(a: Cells, b: Cells) -> Cells:
    """Both together."""
    return tuple(sorted((Counter(dict(a)) + Counter(dict(b))).items()))


def histogram(cells: Cells, edges: Array) -> Array:
    """How many lie between neighbours of `edges`, the numbers of a cell spread evenly over it."""
    number, count = np.asarray(cells, dtype=np.int64).reshape(-1, 2).T
    low, high = ends(Sketch(BITS, False, np.zeros_like(number), number, count))
    with np.errstate(over="ignore"):  # the part of a cell of subnormal width that lies below an edge
        return binned(tuple(zip(low.tolist(), high.tolist(), count.tolist(), strict=True)), edges)[0]


def extent(cells: Cells) -> tuple[float, float]:
    """The least number of the first cell and the greatest of the last; raise ValueError without any."""
    number = np.asarray([cells[0][0], cells[-1][0]], dtype=np.int64)
    low, high = ends(Sketch(BITS, False, np.zeros_like(number), number, number))
    return float(low[0]), float(high[1])
