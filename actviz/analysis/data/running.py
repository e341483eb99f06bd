"""Values of 32 and 64 bits counted as they come, in parts that stay in the cache."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from actviz import _numpy as np
from actviz.analysis.data.counters import UnitCounter, WholeCounter, leading
from actviz.analysis.data.parts import Part, parts
from actviz.analysis.data.probes import edges
from actviz.analysis.data.spread import Extent, Spread, folded, kept, pooled, spread, stacked, sum_of_products
from actviz.analysis.data.tally import Tally

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from actviz.activation import Array
    from actviz.analysis.data.probes import Probe
    from actviz.analysis.data.spread import Counts, Mask

    Values = NDArray[Any]

NARROW = ("float16", "bfloat16", "int8", "uint8", "int16", "uint16", "float32")
"""Types whose numbers float32 holds exactly; all others are taken as float64."""

HEAP = 1 << 20
"""Numbers of an array, 8 MiB, that once freed has later ones kept by glibc rather than given back (see WORKSPACE in
evaluation)."""


class Running:
    """Counts blocks of an array of `units` units for some probes."""

    def __init__(self, dtype: Any, units: int, probes: tuple[Probe, ...]) -> None:
        np.empty(HEAP)
        self.dtype = "float32" if dtype.name in NARROW else "float64"
        self.probes = probes
        self.edges = floored(edges(probes), self.dtype)
        self.nan, self.positive, self.negative, none = (np.zeros(units, np.int64) for _ in range(4))
        self.spread = Spread(none, np.zeros(units), np.zeros(units))
        self.spreads: list[Spread] = []
        self.low, self.high = np.full(units, np.inf), np.full(units, -np.inf)
        self.below = np.zeros((units, self.edges.size), np.int64)
        self.small = np.zeros((units, len(probes), most_bounds(probes)), np.int64)
        self.slope, self.square = np.zeros((units, len(probes))), np.zeros((units, len(probes)))
        self.whole = WholeCounter(self.dtype)
        self.by_unit = UnitCounter(self.dtype, units) if units > 1 else None

    def add(self, values: Values, first: int) -> None:
        """Count a block of shape (k, u, m) whose first unit has the number `first`."""
        for part in parts(values, first):
            self._add(Part(part.values.astype(self.dtype, copy=False), part.axis, part.first))

    def _add(self, part: Part) -> None:
        """Count a part of float32 or float64 numbers."""
        x = part.values.astype(np.float64, copy=False)
        sums = x.sum(axis=part.axis)
        finite = None if np.isfinite(sums).all() else np.isfinite(x)
        if finite is None:
            low = part.values.min(axis=part.axis).astype(np.float64)
            high = part.values.max(axis=part.axis).astype(np.float64)
        else:
            self._count_others(x, part)
            low = np.where(finite, x, np.inf).min(axis=part.axis)
            high = np.where(finite, x, -np.inf).max(axis=part.axis)
            x = kept(x, finite)
            sums = x.sum(axis=part.axis)
        here = part.units
        self.low[here], self.high[here] = np.minimum(self.low[here], low), np.maximum(self.high[here], high)
        self._pool(spread(x, part.axis, finite, Extent(sums, low, high)), here)
        self._count_below(part, finite)
        self._add_slopes(x, part, finite)
        self._count_cells(part, finite)

    def _count_others(self, x: Array, part: Part) -> None:
        """Count NaN and infinities."""
        for counts, found in ((self.nan, np.isnan(x)), (self.positive, x == np.inf), (self.negative, x == -np.inf)):
            counts[part.units] += np.count_nonzero(found, axis=part.axis)

    def _pool(self, part: Spread, here: slice) -> None:
        """Take the spread of some units in; of a single one later, all at once."""
        if self.by_unit is None:
            self.spreads.append(part)
            return
        whole = self.spread
        both = pooled(Spread(whole.count[here], whole.mean[here], whole.std[here]), part)
        whole.count[here], whole.mean[here], whole.std[here] = both.count, both.mean, both.std

    def _count_below(self, part: Part, finite: Mask | None) -> None:
        """Count the values at or below each edge."""
        values = part.values if finite is None else np.where(finite, part.values, np.asarray(np.inf, self.dtype))
        for column, edge in enumerate(self.edges):
            self.below[part.units, column] += counted(values <= edge, part.axis)

    def _count_cells(self, part: Part, finite: Mask | None) -> None:
        """Count the values by their leading bits."""
        keys = leading(part.values)
        self.whole.add(keys.reshape(-1) if finite is None else keys[finite])
        most = keys.shape[part.axis]
        if self.by_unit and finite is None:
            self.by_unit.add(keys, part.unit, most)
        elif self.by_unit:
            self.by_unit.add(keys[finite], np.broadcast_to(part.unit, keys.shape)[finite], most)

    def _add_slopes(self, x: Array, part: Part, finite: Mask | None) -> None:
        """Add f' and f'^2 of each activation; where a probe has no runs, count the small slopes."""
        here = part.units
        for column, probe in enumerate(self.probes):
            if probe.levels and probe.runs is not None:
                continue
            activation = probe.activation
            # x is finite, all that a kernel asks.
            slope = kept(activation.kernels[1](x.reshape(-1), *activation.values).reshape(x.shape), finite)
            self.slope[here, column] += slope.sum(axis=part.axis)
            self.square[here, column] += sum_of_products(slope, slope, part.axis)
            if probe.runs is None:
                size = np.abs(slope) if finite is None else np.where(finite, np.abs(slope), np.inf)
                for row, bound in enumerate(probe.bounds):
                    self.small[here, column, row] += counted(size <= bound, part.axis)

    def tally(self) -> Tally:
        """What was counted."""
        return Tally(
            nan=self.nan,
            positive=self.positive,
            negative=self.negative,
            spread=folded(stacked(self.spreads)) if self.spreads else self.spread,
            low=self.low,
            high=self.high,
            below=self.below,
            small=self.small,
            slope=self.slope,
            square=self.square,
            sketch=self.whole.sketch(),
            by_unit=self.by_unit.sketch() if self.by_unit else None,
        )


def most_bounds(probes: tuple[Probe, ...]) -> int:
    """Columns that counting by slope needs: none where every probe has runs."""
    return max((len(probe.bounds) for probe in probes if probe.runs is None), default=0)


def floored(ends: Array, dtype: str) -> Values:
    """The largest number of float32 or float64 not above each of `ends`: at or below it are the same numbers."""
    near = ends.astype(dtype)
    return np.where(near.astype(np.float64) > ends, np.nextafter(near, np.asarray(-np.inf, dtype)), near)


def counted(found: Mask, axis: int) -> Counts | int:
    """How many are true along `axis`."""
    if found.shape[1 - axis] == 1:
        return int(np.count_nonzero(found))
    # A part of several units has at most 32,768 values of each, so that 16 bits hold the count.
    many: Counts = np.add.reduce(found.view(np.uint8), axis=axis, dtype=np.uint16).astype(np.int64)
    return many
