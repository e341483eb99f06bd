"""Counts, sums and spreads of arrays, block by block, that merge into those of them all.

Counts and sketches are the same whatever the order and the blocks; means, deviations and sums agree to rounding.
Integers of 32 and 64 bits are taken as the float64 numbers nearest to them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from actviz import _numpy as np
from actviz.analysis.data.sketch import Sketch, joined
from actviz.analysis.data.spread import Spread, folded, pooled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from actviz.activation import Array
    from actviz.analysis.data.probes import Probe
    from actviz.analysis.data.spread import Counts


class Block(Protocol):
    """Values of shape (k, u, m): k samples of u units from number `first` on, m places each."""

    @property
    def values(self) -> NDArray[Any]:
        """The numbers, in the file's own dtype; read at once, so they may be a buffer's that is used again."""

    @property
    def first(self) -> int:
        """The number of the first unit."""


@dataclass(frozen=True, slots=True)
class Tally:
    """What was counted of some values, unit by unit: every array but the sketches has a row a unit.

    `nan`, `positive` and `negative` infinities are counted; all else is of finite values alone. `low` and `high` are
    inf and -inf where there are none. A column e of `below` counts the values at or below `probes.edges` number e; an
    entry [unit, a, b] of `small` those where abs(f') of activation a is at most its bound b, for the probes without
    runs. `slope` and `square` are the sums of f' and f'^2, a column an activation; a probe with levels needs
    none. `sketch` is of all units as one, `by_unit` of each; None where there is but one.
    """

    nan: Counts
    positive: Counts
    negative: Counts
    spread: Spread
    low: Array
    high: Array
    below: Counts
    small: Counts
    slope: Array
    square: Array
    sketch: Sketch
    by_unit: Sketch | None


def tally(blocks: Iterable[Block], units: int, probes: tuple[Probe, ...]) -> Tally:
    """The tally of all blocks of a piece of an array of `units` units (1 where no axis is named).

    Raise ValueError where there is no block.
    """
    from actviz.analysis.data.patterns import PatternCounter, few_patterns
    from actviz.analysis.data.running import Running

    counter: PatternCounter | Running | None = None
    with np.errstate(all="ignore"):
        for block in blocks:
            if counter is None:
                few = few_patterns(block.values.dtype, units)
                counter = (PatternCounter if few else Running)(block.values.dtype, units, probes)
            counter.add(block.values, block.first)
        if counter is None:
            raise ValueError("there is no block to count")
        return counter.tally()


def merged(a: Tally, b: Tally) -> Tally:
    """The tally of the values of both."""
    with np.errstate(all="ignore"):
        return Tally(
            nan=a.nan + b.nan,
            positive=a.positive + b.positive,
            negative=a.negative + b.negative,
            spread=pooled(a.spread, b.spread),
            low=np.minimum(a.low, b.low),
            high=np.maximum(a.high, b.high),
            below=a.below + b.below,
            small=a.small + b.small,
            slope=a.slope + b.slope,
            square=a.square + b.square,
            sketch=joined(a.sketch, b.sketch),
            by_unit=joined(a.by_unit, b.by_unit) if a.by_unit and b.by_unit else None,
        )


def total(tally: Tally) -> Tally:
    """The tally of all units as one."""
    with np.errstate(all="ignore"):
        return Tally(
            nan=tally.nan.sum(keepdims=True),
            positive=tally.positive.sum(keepdims=True),
            negative=tally.negative.sum(keepdims=True),
            spread=folded(tally.spread),
            low=tally.low.min(keepdims=True),
            high=tally.high.max(keepdims=True),
            below=tally.below.sum(axis=0, keepdims=True),
            small=tally.small.sum(axis=0, keepdims=True),
            slope=tally.slope.sum(axis=0, keepdims=True),
            square=tally.square.sum(axis=0, keepdims=True),
            sketch=tally.sketch,
            by_unit=None,
        )
