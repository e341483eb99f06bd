"""How numbers of rows are distributed, as counts of narrow cells: parts add up exactly, in any order."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from actviz import _numpy as np
from actviz.analysis.data.sketch import Sketch, cell_of, ends

if TYPE_CHECKING:
    from actviz.activation import Array

    Cells = tuple[tuple[int, int], ...]

BITS = 10
"""Leading bits of fraction that a cell's numbers share: each is within 0.05% of its middle, and cells stay few."""


def celled(values: Array) -> Cells:
    """The cells of finite numbers, ascending, each with how many there are."""
    numbers, counts = np.unique(cell_of(values, BITS), return_counts=True)
    return tuple(zip(numbers.tolist(), counts.tolist(), strict=True))


def added(a: Cells, b: Cells) -> Cells:
    """Both together."""
    return tuple(sorted((Counter(dict(a)) + Counter(dict(b))).items()))


def histogram(cells: Cells, least: float, most: float, bins: int) -> tuple[Array, Array]:
    """The edges of up to `bins` bars from `least` to `most`, the extremes of the numbers, and how many lie in each.

    Bars are of one width but for the width of a cell: each holds whole cells, so that its count is exact. Numbers all
    alike are one bar of no width.
    """
    number, count = np.asarray(cells, dtype=np.int64).reshape(-1, 2).T
    found = ends(Sketch(BITS, False, np.zeros_like(number), number, count))
    low, high = (np.clip(end, least, most) for end in found)
    share = np.linspace(0.0, 1.0, bins + 1)[1:-1]
    ideal = least * (1.0 - share) + most * share
    cell = np.maximum(np.searchsorted(low, ideal, "right") - 1, 0)
    nearest = np.where(ideal - low[cell] < high[cell] - ideal, low[cell], high[cell])
    whole = np.where((low[cell] <= ideal) & (ideal < high[cell]), nearest, ideal)
    edges = np.unique([least, *whole, most]) if least < most else np.asarray([least, most])
    bar = np.searchsorted(edges, low / 2 + high / 2, "right") - 1
    held = np.bincount(np.clip(bar, 0, edges.size - 2), count, edges.size - 1)
    return edges, held.astype(np.float64)


def lowest(cells: Cells) -> float:
    """The least number of the first cell; raise IndexError without any."""
    number = np.asarray([cells[0][0]], dtype=np.int64)
    return float(ends(Sketch(BITS, False, np.zeros_like(number), number, number))[0][0])
