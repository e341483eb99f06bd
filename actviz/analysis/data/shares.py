"""How many values of each unit an activation saturates at, from the counts of a tally."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from actviz import _numpy as np
from actviz.analysis.data.probes import before, edges
from actviz.analysis.roots import LARGEST

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from actviz.activation import Array
    from actviz.analysis.data.probes import Probe
    from actviz.analysis.data.tally import Tally

    Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Shares:
    """Of one activation, a number a unit: how many values are `finite`, how many have abs(f') at most each bound
    (`small`: the thresholds, then 0), how many of them lie in each saturated interval of each threshold (`inner`), how
    many in each run of floats where f' is 0 (`dead`; None for a probe without runs), and the means of f' and f'^2
    (`slope`, `square`; NaN for no finite value).
    """

    finite: list[int]
    small: list[list[int]]
    inner: list[list[list[int]]]
    dead: list[list[int]] | None
    slope: list[float]
    square: list[float]


def shares(tally: Tally, probes: tuple[Probe, ...], which: int) -> Shares:
    """What `tally` counted for the probe number `which`."""
    probe = probes[which]
    finite = tally.spread.count
    with np.errstate(all="ignore"):
        means = [np.where(finite > 0, y / finite, np.nan).tolist() for y in slopes(tally, probes, which)]
    if probe.runs is None:
        small = tally.small[:, which, : len(probe.bounds)].T.tolist()
        return Shares(finite.tolist(), small, [[] for _ in probe.thresholds], None, *means)
    found = [[(run.interval, counted(tally, edges(probes), run.low, run.high)) for run in some] for some in probe.runs]
    none = np.zeros_like(finite)
    small = [sum((count for _, count in some), none).tolist() for some in found]
    inner = [
        [sum((count for at, count in some if at == number), none).tolist() for number in range(len(intervals))]
        for some, intervals in zip(found, probe.intervals, strict=False)
    ]
    return Shares(finite.tolist(), small, inner, [count.tolist() for _, count in found[-1]], *means)


def slopes(tally: Tally, probes: tuple[Probe, ...], which: int) -> tuple[Array, Array]:
    """The sums of f' and f'^2 of each unit; of a function of straight pieces from how many values lie on each."""
    levels = probes[which].levels
    if not levels:
        return tally.slope[:, which], tally.square[:, which]
    found = np.asarray([counted(tally, edges(probes), level.low, level.high) for level in levels], dtype=np.float64)
    slope = np.asarray([level.slope for level in levels])[:, None]
    return (slope * found).sum(axis=0), (slope * slope * found).sum(axis=0)


def counted(tally: Tally, edges: Array, low: float, high: float) -> Counts:
    """How many values of each unit lie from `low` to `high`, which are ends of a run."""
    return at_or_below(tally, edges, high) - at_or_below(tally, edges, before(low))


def at_or_below(tally: Tally, edges: Array, end: float) -> Counts:
    """How many values of each unit are at or below `end`: one of the edges, or beyond them."""
    if end < -LARGEST:
        return np.zeros_like(tally.spread.count)
    if end >= LARGEST:
        return tally.spread.count
    return tally.below[:, np.searchsorted(edges, end)]
