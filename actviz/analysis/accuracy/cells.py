"""The inputs of an audit in cells of neighbouring floats: what a figure draws, and what regions are made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from actviz import _numpy as np
from actviz.floats import finfo, floating, lowest, ordinal

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from actviz.activation import Array
    from actviz.floats import Floats, Places

    Mask = NDArray[np.bool_]

PARTS = {10: 16, 7: 16, 23: 16, 52: 4}
"""Cells a power of two, by the dtype's bits of fraction: results are told cell by cell."""


@dataclass(frozen=True, slots=True)
class Cells:
    """The inputs by cells of equally many floats, an array each: cell numbers ascending (`cell`), the greatest error
    in ULP, how many results are bad, how many of those beyond measure (NaN, infinity, 0), the outermost bad inputs.
    """

    cell: Places
    ulp: Array
    bad: Places
    wrong: Places
    low: Array
    high: Array


@dataclass(frozen=True, slots=True)
class Region:
    """A stretch of the input in which results are bad: its ends, how many of them, how bad."""

    low: float
    high: float
    inputs: int
    max_ulp: float
    wrong: int


def in_cells(x: Floats, ulp: Array, bad: Mask, wrong: Mask) -> Cells:
    """The greatest error and the bad results of each cell."""
    number = ~np.isnan(x)
    x, ulp, bad, wrong = x[number], ulp[number], bad[number], wrong[number]
    cell = ordinal(x) >> cell_shift(x.dtype)
    starts = np.flatnonzero(np.diff(cell, prepend=cell[:1] - 1))
    inputs = x.astype(np.float64)
    return Cells(
        cell=cell[starts],
        ulp=np.maximum.reduceat(ulp, starts),
        bad=np.add.reduceat(bad.astype(np.int64), starts),
        wrong=np.add.reduceat(wrong.astype(np.int64), starts),
        low=np.minimum.reduceat(np.where(bad, inputs, np.inf), starts),
        high=np.maximum.reduceat(np.where(bad, inputs, -np.inf), starts),
    )


def cell_shift(kind: Any) -> int:
    """How many low bits of a float's place tell inputs of one cell apart."""
    bits = int(finfo(kind).nmant)
    return bits - (PARTS[bits].bit_length() - 1)


def cell_start(cell: int, kind: Any) -> float:
    """The float with which a cell begins; beyond the largest one infinity."""
    top = -int(lowest(kind)) - 1
    place = np.asarray([max(-top, min(cell << cell_shift(kind), top))], dtype=np.int64)
    start = float(floating(place, kind)[0])
    return np.inf if np.isnan(start) else start


def regions(cells: Cells) -> tuple[Region, ...]:
    """Neighbouring cells with bad results joined, from left to right; cells without an input join too."""
    found: list[Region] = []
    marks = (cells.bad > 0).tolist()
    joined = False
    for i, marked in enumerate(marks):
        if marked:
            here = Region(
                float(cells.low[i]), float(cells.high[i]), int(cells.bad[i]), float(cells.ulp[i]), int(cells.wrong[i])
            )
            found.append(both(found.pop(), here) if joined else here)
        joined = marked
    return tuple(found)


def both(a: Region, b: Region) -> Region:
    """Two regions as one."""
    return Region(
        min(a.low, b.low), max(a.high, b.high), a.inputs + b.inputs, max(a.max_ulp, b.max_ulp), a.wrong + b.wrong
    )


def joined_cells(a: Cells, b: Cells) -> Cells:
    """Cells of two tallies, those of the same number as one."""
    cell = np.concatenate([a.cell, b.cell])
    order = np.argsort(cell, kind="stable")
    cell = cell[order]
    starts = np.flatnonzero(np.diff(cell, prepend=cell[:1] - 1))

    def column(p: Any, q: Any) -> Any:
        return np.concatenate([p, q])[order]

    return Cells(
        cell=cell[starts],
        ulp=np.maximum.reduceat(column(a.ulp, b.ulp), starts),
        bad=np.add.reduceat(column(a.bad, b.bad), starts),
        wrong=np.add.reduceat(column(a.wrong, b.wrong), starts),
        low=np.minimum.reduceat(column(a.low, b.low), starts),
        high=np.maximum.reduceat(column(a.high, b.high), starts),
    )
