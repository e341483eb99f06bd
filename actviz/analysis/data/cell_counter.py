"""float32 values counted by their leading bits, with the sums of the bits behind: f' is evaluated once a cell."""

from __future__ import annotations

import math
from functools import reduce
from typing import TYPE_CHECKING, Any

from actviz import _numpy as np
from actviz.analysis.data.cells import REST, Cells, slopes, spread_of
from actviz.analysis.data.counters import KINDS, WholeCounter, leading
from actviz.analysis.data.parts import parts
from actviz.analysis.data.probes import edges
from actviz.analysis.data.running import HEAP, floored
from actviz.analysis.data.tally import Tally, merged

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from actviz.analysis.data.probes import Probe
    from actviz.analysis.data.tally import Block

    Values = NDArray[Any]

COUNT = 36
"""The bit from which on a cell's packed number holds its count, above the sum of the values' last bits."""

MOST = 1 << 25
"""Values at most in a counter: the sum of so many times 11 bits takes 36."""


def told_by_cells(probes: Sequence[Probe]) -> bool:
    """Whether cells tell all that these count, and spare evaluations."""
    straight = [bool(probe.levels) and probe.runs is not None for probe in probes]
    return not all(straight) and all(s or probe.smooth for s, probe in zip(straight, probes, strict=True))


def tally_by_cells(blocks: Iterable[Block], probes: tuple[Probe, ...]) -> Tally | None:
    """The `tally` of float32 values as one unit, for probes that are `told_by_cells`.

    Its sums of f' are within 1e-12 of those of abs(f'), and so are those of f'^2; None where cells cannot tell them.
    Raise ValueError where there is no block.
    """
    found: list[Tally | None] = []
    with np.errstate(all="ignore"):
        counter = CellCounter(probes)
        for block in blocks:
            if counter.size + block.values.size > MOST:
                found.append(counter.tally())
                counter = CellCounter(probes)
            counter.add(block.values)
        if not counter.size:
            raise ValueError("there is no block to count")
        found.append(counter.tally())
        known = [part for part in found if part is not None]
        return reduce(merged, known) if len(known) == len(found) else None


class CellCounter:
    """Counts blocks of float32 values as one unit."""

    def __init__(self, probes: tuple[Probe, ...]) -> None:
        np.empty(HEAP)
        self.probes = probes
        self.edges = floored(edges(probes), "float32")
        self.size = 0
        self.others = np.zeros((3, 1), np.int64)
        self.low, self.high = math.inf, -math.inf
        self.below = np.zeros(self.edges.size, np.int64)
        self.packed, self.second = (np.zeros(1 << (KINDS["float32"].width - REST), np.int64) for _ in range(2))

    def add(self, values: Values) -> None:
        """Count a block."""
        self.size += values.size
        for part in parts(values, 0):
            self._add(part.values.reshape(-1))

    def _add(self, x: Values) -> None:
        """Count a part."""
        low, high = float(x.min()), float(x.max())
        if not (math.isfinite(low) and math.isfinite(high)):
            x = self._finite(x)
            low, high = float(x.min(initial=np.inf)), float(x.max(initial=-np.inf))
        self.low, self.high = min(self.low, low), max(self.high, high)
        for column, edge in enumerate(self.edges):
            self.below[column] += x.size if high <= edge else np.count_nonzero(x <= edge) if low <= edge else 0
        bits = x.view(np.uint32)
        rest = bits & np.uint32((1 << REST) - 1)
        cells = (bits >> np.uint32(REST)).astype(np.intp)
        np.add.at(self.packed, cells, np.add(rest, 1 << COUNT, dtype=np.int64))
        np.add.at(self.second, cells, np.multiply(rest, rest).astype(np.int64))

    def _finite(self, x: Values) -> Values:
        """The finite values, the others counted."""
        self.others[:, 0] += [np.count_nonzero(some) for some in (np.isnan(x), x == np.inf, x == -np.inf)]
        return x[np.isfinite(x)]

    def cells(self) -> Cells:
        """What was counted, cell by cell."""
        used = np.flatnonzero(self.packed != 0)  # six times faster than of the numbers themselves
        ends = ((used.astype(np.uint32)[:, None] << np.uint32(REST)) + np.arange(2, dtype=np.uint32)).view(np.float32)
        edge, beside = ends.T.astype(np.float64)
        packed = self.packed[used]
        return Cells(edge, (beside - edge) * (1 << REST), packed >> COUNT, packed & (1 << COUNT) - 1, self.second[used])

    def tally(self) -> Tally | None:
        """What was counted; None where a sum of slopes cannot be told."""
        cells = self.cells()
        sums = [(0.0, 0.0) if probe.levels else slopes(probe.activation, cells) for probe in self.probes]
        if any(math.isnan(slope) or math.isnan(square) for slope, square in sums):
            return None
        whole = WholeCounter("float32")
        np.add.at(whole.counts, leading(cells.edge.astype(np.float32)), cells.count)
        low, high = np.asarray([self.low]), np.asarray([self.high])
        nan, positive, negative = self.others
        return Tally(
            nan=nan,
            positive=positive,
            negative=negative,
            spread=spread_of(cells, low, high),
            low=low,
            high=high,
            below=self.below[None],
            small=np.zeros((1, len(self.probes), 0), np.int64),
            slope=np.asarray([[slope for slope, _ in sums]]),
            square=np.asarray([[square for _, square in sums]]),
            sketch=whole.sketch(),
            by_unit=None,
        )
