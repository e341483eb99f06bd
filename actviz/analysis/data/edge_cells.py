"""The cells that hold edges: where the values at or below an edge cannot be told from their cells alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from actviz import _numpy as np
from actviz.analysis.data.cell_tables import at_most

if TYPE_CHECKING:
    from actviz.analysis.data.cell_tables import Counts, Values
    from actviz.analysis.data.cells import Cells
    from actviz.analysis.data.spread import Mask


class EdgeCells:
    """Counts the values at or below each of `edges`, ascending, from counts by cell and some more.

    A cell that holds an edge slows its values down in the loop that counts, for which `between` counts those above so
    many edges. One that begins with its only edge, such as 0, of which there may be many, does not count as such: for
    that edge numpy compares.
    """

    def __init__(self, edges: Values, begins: Mask, inside: Mask) -> None:
        self.edges = edges
        self.begins = np.flatnonzero(begins)
        self.inside = np.flatnonzero(inside & ~begins)
        self.under = np.zeros(self.begins.size, np.int64)
        self.between = np.zeros(edges.size + 1, np.int64)

    def add(self, x: Values, low: float, high: float) -> None:
        """Count the values of `x`, from `low` to `high`, at or below the edges that begin a cell."""
        for row, column in enumerate(self.begins):
            self.under[row] += at_most(self.edges[column], x, low, high)

    def below(self, cells: Cells, held: Mask) -> Counts:
        """How many values are at or below each edge; cells that are not `held` lie between two."""
        between = self.between.copy()
        np.add.at(between, np.searchsorted(self.edges, cells.edge.astype(self.edges.dtype)), cells.count * ~held)
        below = between.cumsum()[:-1]
        below[self.begins] = self.under
        return below
