"""What an array of pre-activations says of an activation: plain records, read from a tally."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from actviz import _numpy as np
from actviz.analysis.data.shares import Shares, shares
from actviz.analysis.data.sketch import Sketch, binned, ends, quantiles
from actviz.analysis.data.tally import total
from actviz.analysis.roots import LARGEST

if TYPE_CHECKING:
    from collections.abc import Sequence

    from actviz.activation import Activation
    from actviz.analysis.data.probes import Probe
    from actviz.analysis.data.tally import Tally

PERCENTS = (0, 1, 5, 25, 50, 75, 95, 99, 100)
"""The quantiles that are told: the least, the tails, the quartiles, the greatest."""


@dataclass(frozen=True, slots=True)
class IntervalShare:
    """An interval where abs(f') <= a threshold, ends as `Saturation.saturated` has them, and the values in it."""

    low: float
    high: float
    count: int
    fraction: float


@dataclass(frozen=True, slots=True)
class SaturatedShare:
    """The values at which abs(f') <= `threshold`: how many, which part of the finite ones, and in which interval.

    `intervals` is empty for a function with too many to tell.
    """

    threshold: float
    count: int
    fraction: float
    intervals: tuple[IntervalShare, ...]


@dataclass(frozen=True, slots=True)
class Response:
    """What one activation makes of the values: `saturated`, one a threshold, those at which f' is exactly 0 in
    float64 (`dead` of them), and the means of f' and f'^2.

    `dead_intervals` are from the first to the last float of each run at which f' is 0, infinities standing for the
    ends of float64; None for a function with too many to tell. NaN for the fractions and means of no finite value.
    """

    saturated: tuple[SaturatedShare, ...]
    dead: int
    dead_fraction: float
    dead_intervals: tuple[IntervalShare, ...] | None
    derivative_mean: float
    derivative_second_moment: float

    def all_dead(self, which: int) -> bool:
        """Whether there are values in the saturated set of that number, all of them with f' exactly 0."""
        return 0 < self.saturated[which].count == self.dead


@dataclass(frozen=True, slots=True)
class Reading:
    """The values of a whole array (`unit` None), or of one unit, number and `name` ("" for none).

    `count` is of all values, `nan` and the infinities among them; all else is of the finite ones alone, NaN where
    there are none. `std` is that of a population (over n). A pair (p, x) of `quantiles` says: x is the least value with
    a part p of the values at or below it, to `quantile_error` relative or `quantile_floor`, whichever is more; x of
    p = 0 and 1 is exact, as is every one where the error is 0. Where units are told apart, an x from about 2**32 on in
    size is NaN. `responses` has one an activation.
    """

    unit: int | None
    name: str
    count: int
    nan: int
    positive_infinity: int
    negative_infinity: int
    mean: float
    std: float
    low: float
    high: float
    quantiles: tuple[tuple[float, float], ...]
    quantile_error: float
    quantile_floor: float
    responses: tuple[Response, ...]

    @property
    def finite(self) -> int:
        """How many values are finite."""
        return self.count - self.nan - self.positive_infinity - self.negative_infinity


@dataclass(frozen=True, slots=True)
class Histogram:
    """How many values lie between neighbours of `edges` (one more than `counts`), and outside of them.

    Counts are spread evenly over a cell of the sketch, so they need not be whole.
    """

    edges: tuple[float, ...]
    counts: tuple[float, ...]
    below: float
    above: float


@dataclass(frozen=True, slots=True)
class Observation:
    """An array seen through activations: the `whole` of it, and its `units` where an axis was named.

    `activations` are in the order of each reading's responses; `dead_units` has, for each, the numbers of the units
    with f' = 0 at every finite value (and one at least). `cells` are (low, high, count) of the sketch within the
    values' own ends, ascending, from which `histogram` is read. `remark` is what is to be said of the file itself,
    nothing mostly.
    """

    label: str
    shape: tuple[int, ...]
    dtype: str
    activations: tuple[Activation, ...]
    whole: Reading
    units: tuple[Reading, ...]
    dead_units: tuple[tuple[int, ...], ...]
    cells: tuple[tuple[float, float, int], ...]
    remark: str = ""

    @property
    def quantile_error(self) -> float:
        """The relative error of the whole array's quantiles."""
        return self.whole.quantile_error

    def histogram(self, edges: Sequence[float]) -> Histogram:
        """The values between neighbours of `edges` (finite, ascending).

        A value at an edge belongs to the bin on its left, as the slope at a kink is the left one; at the first edge to
        the first bin.
        """
        counts, below, above = binned(self.cells, np.asarray(edges, dtype=np.float64))
        return Histogram(tuple(edges), tuple(counts.tolist()), below, above)

    def __repr__(self) -> str:
        from actviz.analysis.data.tables import in_a_line

        return f"Observation({in_a_line(self)})"

    def _repr_html_(self) -> str:
        """The tables of this record, for a notebook."""
        return Observations((self,))._repr_html_()


class Observations(tuple[Observation, ...]):
    """Several arrays seen through the same activations: a tuple that a notebook shows as tables."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "(" + ",\n ".join(map(repr, self)) + ("," if len(self) == 1 else "") + ")"

    def _repr_html_(self) -> str:
        """The tables of these records, for a notebook."""
        from actviz.analysis.data.normal import normals
        from actviz.analysis.data.tables import tables
        from actviz.formats import html

        return html(tables(self, normals(self), rest="whole.quantiles")) if self else "<div></div>"


def observation(
    label: str,
    shape: tuple[int, ...],
    dtype: str,
    probes: tuple[Probe, ...],
    tally: Tally,
    axis: int | None = None,
    names: tuple[str, ...] = (),
) -> Observation:
    """The records of a tally: the whole array from all its units, and each unit where `axis` is not None.

    `names` are of the units, or empty.
    """
    all_units = total(tally)
    (whole,) = readings(all_units, all_units.sketch, probes, (None,), ("",))
    units: tuple[Reading, ...] = ()
    if axis is not None:
        many = tally.nan.size
        units = readings(tally, tally.by_unit or tally.sketch, probes, tuple(range(many)), names or ("",) * many)
    dead = tuple(
        tuple(reading.unit for reading in units if reading.unit is not None and is_dead(reading, which))
        for which in range(len(probes))
    )
    low, high = (np.clip(end, whole.low, whole.high) for end in ends(tally.sketch))
    cells = tuple(zip(low.tolist(), high.tolist(), tally.sketch.count.tolist(), strict=True))
    return Observation(label, shape, dtype, tuple(p.activation for p in probes), whole, units, dead, cells)


def is_dead(reading: Reading, which: int) -> bool:
    """Whether f' of activation number `which` is 0 at every finite value, of which there is one."""
    return 0 < reading.finite == reading.responses[which].dead


def readings(
    tally: Tally, sketch: Sketch, probes: tuple[Probe, ...], units: tuple[int | None, ...], names: tuple[str, ...]
) -> tuple[Reading, ...]:
    """A reading of each row of `tally`, quantiles from the same unit of `sketch`."""
    finite = tally.spread.count
    known = finite > 0
    count = (finite + tally.nan + tally.positive + tally.negative).tolist()
    # Of both zeros the positive one, whichever came first.
    low, high, mean, std = (
        np.where(known, y, np.nan) + 0.0 for y in (tally.low, tally.high, tally.spread.mean, tally.spread.std)
    )
    middle = np.clip(quantiles(sketch, len(units), PERCENTS), low[:, None], high[:, None])
    middle[:, 0], middle[:, -1] = low, high
    replies = [responses(probe, shares(tally, probes, which)) for which, probe in enumerate(probes)]
    return tuple(
        Reading(
            unit=unit,
            name=names[row],
            count=count[row],
            nan=int(tally.nan[row]),
            positive_infinity=int(tally.positive[row]),
            negative_infinity=int(tally.negative[row]),
            mean=float(mean[row]),
            std=float(std[row]),
            low=float(low[row]),
            high=float(high[row]),
            quantiles=tuple((p / 100, x) for p, x in zip(PERCENTS, middle[row].tolist(), strict=True)),
            quantile_error=sketch.error,
            quantile_floor=sketch.floor,
            responses=tuple(reply[row] for reply in replies),
        )
        for row, unit in enumerate(units)
    )


def responses(probe: Probe, shares: Shares) -> list[Response]:
    """One activation's response to each unit."""
    found = []
    for unit, finite in enumerate(shares.finite):

        def part(count: int, of: int = finite) -> float:
            return count / of if of else float("nan")

        saturated = tuple(
            SaturatedShare(
                threshold,
                counts[unit],
                part(counts[unit]),
                tuple(
                    IntervalShare(*ends, row[unit], part(row[unit])) for ends, row in zip(intervals, inner, strict=True)
                ),
            )
            for threshold, counts, intervals, inner in zip(
                probe.thresholds, shares.small[:-1], probe.intervals, shares.inner, strict=True
            )
        )
        dead = shares.small[-1][unit]
        parts = None if shares.dead is None else dead_intervals(probe, [counts[unit] for counts in shares.dead], finite)
        found.append(Response(saturated, dead, part(dead), parts, shares.slope[unit], shares.square[unit]))
    return found


def dead_intervals(probe: Probe, counts: list[int], finite: int) -> tuple[IntervalShare, ...]:
    """The runs of floats where f' is 0, and how many of the `finite` values lie in each."""
    assert probe.runs is not None
    return tuple(
        IntervalShare(
            -math.inf if run.low == -LARGEST else run.low,
            math.inf if run.high == LARGEST else run.high,
            count,
            count / finite if finite else math.nan,
        )
        for run, count in zip(probe.runs[-1], counts, strict=True)
    )
