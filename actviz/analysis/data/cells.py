"""Cells of values, and what follows from the moments in each: mean, deviation, and the sums of f' and f'^2.

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

NODES = 4
"""Chebyshev nodes of a cell."""

SLICE = 1 << 16
"""Cells whose f' is evaluated at once: 3 MB for the places in each."""


@dataclass(frozen=True, slots=True)
class Cells:
    """The cells with values in them: the float64 numbers from `edge` to `edge` + `width` (negative on the left).

    Of its `count` values each is `edge` + t `width`; `mean` is the mean of t, `squares` the sum of its squared
    differences from that, off by at most `doubt` a value.
    """

    edge: Array
    width: Array
    count: Counts
    mean: Array
    squares: Array
    doubt: Array


def spread_of(cells: Cells, low: Array, high: Array) -> Spread | None:
    """Mean and deviation of the values, which lie from `low` to `high`; None where its square may miss `WITHIN`."""
    many = cells.count.sum(keepdims=True)
    if not many[0]:
        return Spread(many, np.zeros(1), np.zeros(1))
    middle = cells.edge + cells.width * cells.mean
    mean = np.clip((cells.count * middle).sum(keepdims=True) / many, low, high)
    apart, unit = middle - mean, cells.width * cells.width
    squares = (cells.count * apart * apart + unit * cells.squares).sum(keepdims=True)
    if (cells.count * cells.doubt * unit).sum() > WITHIN * squares[0]:
        return None
    return Spread(many, mean, np.sqrt(squares / many))


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
    # The sums of u = 2t - 1, which is -1 at the edge, and of u^2.
    middle = 2.0 * cells.mean - 1.0
    ones, squares = cells.count * middle, 4.0 * cells.squares + cells.count * middle * middle
    found = a * cells.count + b * ones + c * (2.0 * squares - cells.count)
    doubt = cells.count * (np.abs(d) + np.abs(a - b + c - d - edge) + np.abs(a + b + c + d - far))
    alone = (cells.mean == 0) & (cells.squares == 0)  # every value is the edge itself, as zeros are
    found, doubt = np.where(alone, edge * cells.count, found), np.where(alone, 0.0, doubt)
    sure = doubt.sum() <= WITHIN * (np.abs(edge) * cells.count).sum()
    return float(found.sum()) if sure else math.nan


def turns() -> Array:
    """The angles whose cosines are the nodes."""
    return np.pi * (np.arange(NODES) + 0.5) / NODES
