"""Values counted by their leading bits, with the moments of the bits behind: f' is evaluated once a cell."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from actviz import _numpy as np
from actviz.analysis.data.cells import slopes, spread_of
from actviz.analysis.data.compiled import compiled, compiled_table
from actviz.analysis.data.counters import WholeCounter, leading
from actviz.analysis.data.parts import parts
from actviz.analysis.data.probes import edges
from actviz.analysis.data.running import HEAP, floored
from actviz.analysis.data.tally import Tally

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from actviz.analysis.data.cell_tables import MadeTable
    from actviz.analysis.data.probes import Probe
    from actviz.analysis.data.tally import Block

    Values = NDArray[Any]

TAKEN_AS = {"float32": "float32"} | dict.fromkeys(("float64", "int32", "uint32", "int64", "uint64"), "float64")
"""As what the types are counted that cells are for; the others have few bit patterns."""


def told_by_cells(probes: Sequence[Probe], dtype: str, table: MadeTable) -> bool:
    """Whether cells in such a table tell all that these count of values of `dtype`, for less than looking at each."""
    straight = [bool(probe.levels) and probe.runs is not None for probe in probes]
    by_loop, taken = table is compiled_table, TAKEN_AS.get(dtype)
    if taken is None or (taken == "float64" and not (by_loop and compiled(taken))):
        return False
    if all(straight):
        return by_loop and taken == "float32"
    return all(s or probe.smooth for s, probe in zip(straight, probes, strict=True))


def tally_by_cells(blocks: Iterable[Block], probes: tuple[Probe, ...], dtype: str, table: MadeTable) -> Tally | None:
    """The `tally` of values of `dtype` as one unit, for probes that are `told_by_cells`.

    Its sums of f' are within 1e-12 of those of abs(f'), and so are those of f'^2; None where cells cannot tell them.
    The same bits come of any `table`. Raise ValueError where there is no block.
    """
    with np.errstate(all="ignore"):
        counter = CellCounter(probes, TAKEN_AS[dtype], table)
        for block in blocks:
            counter.add(block.values)
        if not counter.size:
            raise ValueError("there is no block to count")
        return counter.tally()


class CellCounter:
    """Counts blocks of values, taken as float32 or float64, as one unit."""

    def __init__(self, probes: tuple[Probe, ...], dtype: str, table: MadeTable) -> None:
        np.empty(HEAP)
        self.probes = probes
        self.dtype = dtype
        self.size = 0
        self.others = np.zeros((3, 1), np.int64)
        self.low, self.high = math.inf, -math.inf
        self.table = table(floored(edges(probes), dtype))

    def add(self, values: Values) -> None:
        """Count a block."""
        self.size += values.size
        for part in parts(values, 0):
            self._add(part.values.reshape(-1).astype(self.dtype, copy=False))

    def _add(self, x: Values) -> None:
        """Count a part."""
        low, high = float(x.min()), float(x.max())
        if not (math.isfinite(low) and math.isfinite(high)):
            x = self._finite(x)
            low, high = float(x.min(initial=np.inf)), float(x.max(initial=-np.inf))
        self.low, self.high = min(self.low, low), max(self.high, high)
        self.table.add(x, low, high)

    def _finite(self, x: Values) -> Values:
        """The finite values, the others counted."""
        self.others[:, 0] += [np.count_nonzero(some) for some in (np.isnan(x), x == np.inf, x == -np.inf)]
        return x[np.isfinite(x)]

    def tally(self) -> Tally | None:
        """What was counted; None where that or a sum of slopes cannot be told."""
        found = self.table.sums()
        if found is None:
            return None
        cells = found.cells
        low, high = np.asarray([self.low]), np.asarray([self.high])
        spread = spread_of(cells, low, high)
        sums = [(0.0, 0.0) if probe.levels else slopes(probe.activation, cells) for probe in self.probes]
        if spread is None or any(math.isnan(slope) or math.isnan(square) for slope, square in sums):
            return None
        whole = WholeCounter(self.dtype)
        np.add.at(whole.counts, leading(cells.edge.astype(self.dtype)), cells.count)
        nan, positive, negative = self.others
        return Tally(
            nan=nan,
            positive=positive,
            negative=negative,
            spread=spread,
            low=low,
            high=high,
            below=found.below[None],
            small=np.zeros((1, len(self.probes), 0), np.int64),
            slope=np.asarray([[slope for slope, _ in sums]]),
            square=np.asarray([[square for _, square in sums]]),
            sketch=whole.sketch(),
            by_unit=None,
        )
