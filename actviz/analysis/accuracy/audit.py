"""An audit: a function's results from one source after another, held against the truth of one set of inputs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from actviz import _numpy as np
from actviz.analysis.accuracy.accuracy import Tally, kink_mask, tally
from actviz.analysis.accuracy.exhaustive import BLOCKS, exhaustive
from actviz.analysis.accuracy.strata import every, sample
from actviz.floats import dtype_of
from actviz.oracle import truth

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from actviz.activation import Activation
    from actviz.analysis.accuracy.sources import Source

    Progress = Callable[[str, int], AbstractContextManager[Callable[[], None]]]


@dataclass(frozen=True, slots=True)
class Audit:
    """What was found about one function, dtype, source and derivative order; `every_input`: not a sample."""

    activation: Activation
    dtype: str
    source: Source
    order: int
    tally: Tally
    every_input: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """How to audit: the derivative orders, as far as a source has them, the size of a sample, the cases kept."""

    orders: tuple[int, ...]
    points: int
    worst: int

    def of(self, source: Source) -> tuple[int, ...]:
        """The orders to audit of a source."""
        return tuple(order for order in self.orders if order in source.orders)


def audits(activation: Activation, dtype: str, sources: tuple[Source, ...], plan: Plan) -> Iterator[Audit]:
    """The audits of one function in one dtype: over all inputs of a 16-bit one, a sample of a wider."""
    kind = dtype_of(dtype)
    whole = kind.itemsize <= 2
    x = every(kind) if whole else sample(activation, kind, plan.points)
    with np.errstate(invalid="ignore"):
        proven = truth(activation, x.astype(np.float64), least_positive(kind))
    for source in sources:
        for order in plan.of(source):
            got = source.evaluate(x, order)
            left_out = kink_mask(activation, order, x)
            found = tally(x, got, proven.high[order], proven.low[order], left_out, plan.worst)
            yield Audit(activation, dtype, source, order, found, whole)


def exhaustive_audits(
    activation: Activation, sources: tuple[Source, ...], plan: Plan, progress: Progress
) -> Iterator[Audit]:
    """The audits of one function over all inputs of float32, each under a `progress` bar of its own."""
    for source in sources:
        for order in plan.of(source):
            with progress(f"{activation.label}, {source.of}, order {order}", BLOCKS) as advance:
                found = exhaustive(activation, source.of, order, plan.worst, advance)
            yield Audit(activation, "float32", source, order, found, True)


def least_positive(kind: Any) -> float:
    """The least positive number of a dtype, subnormal."""
    return float(np.asarray([1], dtype=f"u{kind.itemsize}").view(kind)[0])
