"""Values of 8 and 16 bits counted by bit pattern: each number is looked at once, however often it comes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from actviz import _numpy as np
from actviz.analysis.data.parts import parts
from actviz.analysis.data.probes import edges
from actviz.analysis.data.running import most_bounds
from actviz.analysis.data.sketch import of_values, whole
from actviz.analysis.data.spread import Spread
from actviz.analysis.data.tally import Tally

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from actviz.activation import Array
    from actviz.analysis.data.probes import Probe
    from actviz.analysis.data.sketch import Sketch
    from actviz.analysis.data.spread import Counts

    Values = NDArray[Any]

MOST_PATTERNS = 1 << 22
"""Counters at most, 32 MiB."""

FRACTIONS = {"float16": 10, "bfloat16": 7, "int8": 7, "uint8": 7, "int16": 15, "uint16": 15}
"""Bits behind the leading one that tell all numbers of a type apart."""


def few_patterns(dtype: Any, units: int) -> bool:
    """Whether the bit patterns of a type can be counted for so many units."""
    return dtype.name in FRACTIONS and units << (8 * dtype.itemsize) <= MOST_PATTERNS


class PatternCounter:
    """Counts blocks of an array of `units` units for some probes."""

    def __init__(self, dtype: Any, units: int, probes: tuple[Probe, ...]) -> None:
        self.dtype, self.probes = dtype, probes
        self.unsigned = f"u{dtype.itemsize}"
        self.counts = np.zeros((units, 1 << (8 * dtype.itemsize)), np.int64)

    def add(self, values: Values, first: int) -> None:
        """Count a block of shape (k, u, m) whose first unit has the number `first`."""
        patterns = self.counts.shape[1]
        for part in parts(values.view(self.unsigned), first):
            keys = part.values.astype(np.intp)
            if len(self.counts) > 1:
                keys += part.unit * patterns
            np.add.at(self.counts.reshape(-1), keys.reshape(-1), 1)

    def tally(self) -> Tally:
        """What was counted."""
        used = np.flatnonzero(self.counts.any(axis=0))
        values = used.astype(self.unsigned).view(self.dtype).astype(np.float64)
        counts = self.counts[:, used]
        nan, positive, negative = (
            counts[:, some].sum(axis=1) for some in (np.isnan(values), values == np.inf, values == -np.inf)
        )
        ascending = np.argsort(values, kind="stable")
        ascending = ascending[np.isfinite(values[ascending])]
        values, counts = values[ascending], counts[:, ascending]
        by_unit = sketched(self.dtype.name, values, counts)
        low, high = ends(values, counts)
        passed = np.concatenate([np.zeros((len(counts), 1), np.int64), np.cumsum(counts, axis=1)], axis=1)
        slope, square = slopes(self.probes, values, counts)
        return Tally(
            *(nan, positive, negative),
            spread=spread_of(values, counts, low, high),
            low=low,
            high=high,
            below=passed[:, np.searchsorted(values, edges(self.probes), side="right")],
            small=small(self.probes, values, counts),
            slope=slope,
            square=square,
            sketch=whole(by_unit),
            by_unit=by_unit if len(counts) > 1 else None,
        )


def spread_of(values: Array, counts: Counts, low: Array, high: Array) -> Spread:
    """Mean and deviation of values that come so many times, a row a unit, from `low` to `high`."""
    many = counts.sum(axis=1)
    safe = np.maximum(many, 1)
    mean = np.where(many > 0, np.clip((values * counts).sum(axis=1) / safe, low, high), 0.0)
    deviation = values - mean[:, None]
    return Spread(many, mean, np.sqrt((deviation * deviation * counts).sum(axis=1) / safe))


def ends(values: Array, counts: Counts) -> tuple[Array, Array]:
    """The least and the greatest of ascending values that come at all, a number a unit; inf and -inf for none."""
    low = np.where(counts > 0, values, np.inf).min(axis=1, initial=np.inf)
    high = np.where(counts > 0, values, -np.inf).max(axis=1, initial=-np.inf)
    return low, high


def slopes(probes: tuple[Probe, ...], values: Array, counts: Counts) -> tuple[Array, Array]:
    """The sums of f' and f'^2 of each activation, a column each."""
    slope, square = np.zeros((len(counts), len(probes))), np.zeros((len(counts), len(probes)))
    for column, probe in enumerate(probes):
        if probe.levels:
            continue
        here = probe.activation.derivative(values)
        # A slope may be infinite, or none at all, where a unit has no value.
        slope[:, column] = np.where(counts > 0, counts * here, 0.0).sum(axis=1)
        square[:, column] = np.where(counts > 0, counts * (here * here), 0.0).sum(axis=1)
    return slope, square


def small(probes: tuple[Probe, ...], values: Array, counts: Counts) -> Counts:
    """How many slopes are at most each bound, for the probes without runs."""
    found = np.zeros((len(counts), len(probes), most_bounds(probes)), np.int64)
    for column, probe in enumerate(probes):
        if probe.runs is None:
            size = np.abs(probe.activation.derivative(values))
            for row, bound in enumerate(probe.bounds):
                found[:, column, row] = counts[:, size <= bound].sum(axis=1)
    return found


def sketched(dtype: str, values: Array, counts: Counts) -> Sketch:
    """The sketch of each unit, which has every value to itself."""
    unit, at = np.nonzero(counts)
    return of_values(FRACTIONS[dtype], True, unit, values[at], counts[unit, at])
