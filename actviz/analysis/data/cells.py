"""The cells of float32 values, and what follows from their moments: mean, deviation, and the sums of f' and f'^2.

On a cell f' is replaced by a quadratic, whose sum over the values follows from their count, sum and sum of squares:
the cubic through f' at four Chebyshev nodes without its last term, which is T_3 times a coefficient that bounds what is
lost. Where f' is no such cubic (a kink, a bend too sharp for the cell) the cubic misses f' at the cell's ends, and
these differences are added to the bound. What lies between all these places is not seen: `Probe.smooth` rules it out.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from actviz import _numpy as np
from actviz.analysis.data.spread import Spread

if TYPE_CHECKING:
    from actviz.activation import Activation, Array
    from actviz.analysis.data.spread import Counts

WITHIN = 1e-12
"""What the sums of f' and f'^2 may be off by, as a part of those of abs(f') and f'^2."""

REST = 11
"""Bits of a float32 number behind those of its cell, which is 2**-12 of its numbers wide at most."""

NODES = 4
"""Chebyshev nodes of a cell."""

SLICE = 1 << 16
"""Cells whose f' is evaluated at once: 3 MB for the places in each."""


@dataclass(frozen=True, slots=True)
class Cells:
    """The cells with values in them: the float64 numbers from `edge` to `edge` + `width` (negative on the left).

    A value is `edge` + k `width` / 2**11 for a whole number k; `first` and `second` are the sums of k and k^2.
    """

    edge: Array
    width: Array
    count: Counts
    first: Counts
    second: Counts


def spread_of(cells: Cells, low: Array, high: Array) -> Spread:
    """Mean and deviation of the values, which lie from `low` to `high`."""
    many = cells.count.sum(keepdims=True)
    if not many[0]:
        return Spread(many, np.zeros(1), np.zeros(1))
    step = cells.width / (1 << REST)
    mean = np.clip((cells.edge * cells.count + step * cells.first).sum(keepdims=True) / many, low, high)
    # About the whole number nearest to a cell's mean, where nothing cancels.
    middle = (2 * cells.first + cells.count) // (2 * cells.count)
    left = cells.first - middle * cells.count
    around = cells.second - 2 * middle * cells.first + middle * middle * cells.count
    apart = cells.edge + step * middle - mean
    squares = apart * apart * cells.count + 2.0 * apart * step * left + step * step * around
    return Spread(many, mean, np.sqrt(squares.sum(keepdims=True) / many))


def slopes(activation: Activation, cells: Cells) -> tuple[float, float]:
    """The sums of f' and f'^2 over all values, NaN for one that may be further off than `WITHIN`."""
    places = np.append(0.5 + 0.5 * np.cos(turns()), [0.0, 1.0])[:, None]
    starts = range(0, cells.count.size, SLICE)
    slope = [activation.derivative(cells.edge[s : s + SLICE] + places * cells.width[s : s + SLICE]) for s in starts]
    every = np.hstack([np.empty((places.size, 0)), *slope])
    return integral(every, cells), integral(every * every, cells)


def integral(y: Array, cells: Cells) -> float:
    """The sum over all values of the function that is `y` at each cell's nodes and, in the last rows, at its ends."""
    edge, far = y[-2:]
    weights = np.cos(np.arange(NODES)[:, None] * turns()) * np.asarray([[1.0], [2.0], [2.0], [2.0]]) / NODES
    a, b, c, d = np.einsum("ij,jk->ik", weights, y[:-2])
    # The sums of u = 2k/2**11 - 1, which is -1 at the edge, and of u^2.
    scale = 2.0 / (1 << REST)
    ones = scale * cells.first - cells.count
    squares = scale * scale * cells.second - 2.0 * scale * cells.first + cells.count
    found = a * cells.count + b * ones + c * (2.0 * squares - cells.count)
    doubt = cells.count * (np.abs(d) + np.abs(a - b + c - d - edge) + np.abs(a + b + c + d - far))
    alone = cells.first == 0  # every value is the edge itself, as zeros are
    found, doubt = np.where(alone, edge * cells.count, found), np.where(alone, 0.0, doubt)
    sure = doubt.sum() <= WITHIN * (np.abs(edge) * cells.count).sum()
    return float(found.sum()) if sure else math.nan


def turns() -> Array:
    """The angles whose cosines are the nodes."""
    return np.pi * (np.arange(NODES) + 0.5) / NODES
