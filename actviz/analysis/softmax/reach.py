"""How far rows of logits reach before anything is done to them, and after: what is safe is told from these ends."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from actviz import _numpy as np
from actviz.analysis.softmax.logits import prepared
from actviz.analysis.softmax.rows import columns, wide

if TYPE_CHECKING:
    from actviz.activation import Array
    from actviz.analysis.softmax.audit import RowAudit
    from actviz.floats import Floats

ASIDE = 2.0**-50
"""Of the largest logit: more than float64 loses where it transforms two logits and takes their difference."""


@dataclass(frozen=True, slots=True)
class Steps:
    """What is done to logits before softmax: times `scale`, then capped, then over `temperature`."""

    scale: float = 1.0
    softcap: float | None = None
    temperature: float = 1.0

    @property
    def changes(self) -> bool:
        """Whether anything is done at all."""
        return (self.scale, self.softcap, self.temperature) != (1.0, None, 1.0)

    def of(self, x: Array) -> Array:
        """The logits once it is done; raise BadInput as `prepared` does."""
        return prepared(x, self.scale, self.softcap, self.temperature)

    def at(self, x: float) -> float:
        """The same of one logit, which may come out infinite."""
        scaled = x * self.scale
        capped = scaled if self.softcap is None else float(self.softcap * np.tanh(scaled / self.softcap))
        return capped / self.temperature


AS_GIVEN = Steps()
"""Nothing is done."""


@dataclass(frozen=True, slots=True)
class Reach:
    """The extremes of rows of `length` logits, those not masked, as an audit has them; and the least and the greatest
    number that a mask adds to them.
    """

    length: int
    largest: float
    smallest: float
    lowest_top: float
    spread: float
    lowered: float = 0.0
    raised: float = 0.0

    def after(self, steps: Steps) -> Reach:
        """The extremes once `steps` are done, which rise and nowhere faster than scale/temperature, and the mask is
        added.
        """
        top, least, low = steps.at(self.largest), steps.at(self.smallest), steps.at(self.lowest_top)
        spread = min(top - least, steps.scale / steps.temperature * self.spread)
        slack = ASIDE * max(abs(top), abs(least)) if self.lowered or self.raised else 0.0
        down, up = self.lowered - slack, self.raised + slack
        return Reach(self.length, top + up, least + down, low + down, spread + up - down)


def as_audited(audit: RowAudit) -> Reach:
    """The extremes of rows that nothing was done to, but for masking."""
    return Reach(audit.length, audit.largest, audit.smallest, audit.lowest_top, audit.spread)


def reach(given: Floats, x: Floats, steps: Steps) -> Reach:
    """The extremes of the rows `given`, (rows, n), that became `x` by `steps` and a mask; of valid rows only."""
    whole = columns(x)
    valid = ~whole.undefined
    before = np.where(x == -np.inf, -np.inf, given.astype(np.float64))[valid]
    with np.errstate(invalid="ignore"):
        added = x[valid] - steps.of(before)
    added = added[before > -np.inf]
    ends = columns(before)
    top, least = wide(ends.top), wide(ends.least)
    return Reach(
        given.shape[1],
        float(top.max(initial=-math.inf)),
        float(least.min(initial=math.inf)),
        float(top.min(initial=math.inf)),
        float((top - least).max(initial=-math.inf)),
        float(added.min(initial=0.0)),
        float(added.max(initial=0.0)),
    )


def joined(a: Reach, b: Reach) -> Reach:
    """The extremes of the rows of both."""
    return Reach(
        a.length,
        max(a.largest, b.largest),
        min(a.smallest, b.smallest),
        min(a.lowest_top, b.lowest_top),
        max(a.spread, b.spread),
        min(a.lowered, b.lowered),
        max(a.raised, b.raised),
    )
