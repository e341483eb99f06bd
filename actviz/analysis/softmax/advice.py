"""What makes a dtype safe for given logits: the least temperature, the largest scale or softcap, said in a line.

All that is known of the logits is their extremes, so a row is taken to hold n equal ones where that is the
worst: what is called safe is so for every row with these extremes, and some rows need less.
"""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from actviz import _numpy as np
from actviz.analysis.softmax.cliffs import cliffs
from actviz.analysis.softmax.failures import Failure
from actviz.analysis.softmax.rounding import Rounding, rounding
from actviz.floats import bisected

if TYPE_CHECKING:
    from collections.abc import Callable

    from actviz.analysis.softmax.audit import RowAudit

Goal = Literal["naive", "shifted", "positive"]

GOALS: tuple[Goal, ...] = ("naive", "shifted", "positive")

ASIDE = 2.0**-50
"""Of the largest logit: more than float64 loses where it transforms two logits and takes their difference."""

FELT = 0.1
"""A logit moved by this changes a quotient by a tenth."""

LEAST, MOST = sys.float_info.min, sys.float_info.max


@dataclass(frozen=True, slots=True)
class Safety:
    """What it takes in a dtype, its sum kept in the dtype, to reach a goal with the rows of an audit.

    Goals: "naive", exp(x)/sum exp(x) does not break (Failure.breaks); "shifted", nor does the same of
    x - M, nor its logarithm; "positive", no probability of the shifted form is 0. `temperature` is the least that
    does it (0: any), `scale` the largest factor and `softcap` the largest cap (inf: any). A temperature of
    inf, or a scale or cap of 0, says that none does.
    """

    dtype: str
    goal: Goal
    temperature: float
    scale: float
    softcap: float

    @property
    def reached(self) -> bool:
        """Whether the logits are safe as they are."""
        return self.temperature <= 1.0


@dataclass(frozen=True, slots=True)
class Reach:
    """The extremes of rows of `length` logits, as an audit has them."""

    length: int
    largest: float
    smallest: float
    lowest_top: float
    spread: float

    def under(self, f: Callable[[float], float], steepest: float) -> Reach:
        """The extremes once `f`, which rises and nowhere faster than `steepest`, is applied to every logit."""
        top, least, low = f(self.largest), f(self.smallest), f(self.lowest_top)
        return Reach(self.length, top, least, low, min(top - least, steepest * self.spread))


def safety(audit: RowAudit, dtype: str) -> tuple[Safety, ...]:
    """What each goal takes in `dtype`; nothing where the audit has no valid row."""
    if not audit.valid:
        return ()
    reach = Reach(audit.length, audit.largest, audit.smallest, audit.lowest_top, audit.spread)
    with np.errstate(all="ignore"):
        return tuple(safety_for(goal, reach, rounding(dtype)) for goal in GOALS)


def safety_for(goal: Goal, reach: Reach, r: Rounding) -> Safety:
    """What one goal takes."""

    def cooled(t: float) -> bool:
        return is_safe(goal, reach.under(lambda x: x / t, 1.0 / t), r)

    def scaled(s: float) -> bool:
        return is_safe(goal, reach.under(lambda x: x * s, s), r)

    def capped(c: float) -> bool:
        return is_safe(goal, reach.under(lambda x: float(c * np.tanh(x / c)), 1.0), r)

    cap = math.inf if is_safe(goal, reach, r) else greatest(capped)
    return Safety(r.name, goal, least(cooled), greatest(scaled), cap)


def is_safe(goal: Goal, y: Reach, r: Rounding) -> bool:
    """Whether all rows with these extremes reach the goal, each held logit being off by half a unit at most."""
    top, low, low_top = (float(r.fit(np.asarray(x))) for x in (y.largest, y.smallest, y.lowest_top))
    if goal == "naive":
        ends = cliffs(r.name, y.length)
        return top < ends.sum_overflow and low_top > ends.zero_to and not math.isnan(low)
    if not (math.isfinite(top) and math.isfinite(low)):
        return False
    slack = (2.0 ** (1 - r.precision) + ASIDE) * max(abs(top), abs(low))
    drop = r.fit(np.asarray(-y.spread - slack))
    if goal == "shifted":
        return bool(np.isfinite(r.fit(drop - r.fit(np.asarray(math.log(y.length))))))
    return bool(r.fit(r.fit(np.exp(drop)) / y.length) > 0)


def least(holds: Callable[[float], bool]) -> float:
    """The least positive float for which `holds`, true from some on: 0 if for all, inf if for none."""
    if holds(LEAST):
        return 0.0
    return edge(lambda x: not holds(x))[1] if holds(MOST) else math.inf


def greatest(holds: Callable[[float], bool]) -> float:
    """The greatest positive float for which `holds`, true up to some: inf if for all, 0 if for none."""
    if holds(MOST):
        return math.inf
    return edge(holds)[0] if holds(LEAST) else 0.0


def edge(holds: Callable[[float], bool]) -> tuple[float, float]:
    """The last float for which `holds`, and the next."""
    low, high = bisected(lambda x: np.asarray([holds(float(x[0]))]), np.asarray([LEAST]), np.asarray([MOST]))
    return float(low[0]), float(high[0])


def advice(audit: RowAudit) -> str:
    """One line on which dtype is safe for the audited rows, how, and what the others need."""
    if not audit.valid:
        return "No row has a softmax: every logit is masked, or one is NaN or +inf."
    return "; ".join(advised(audit, dtype) for dtype in dict.fromkeys(c.dtype for c in audit.counts)) + "."


def advised(audit: RowAudit, dtype: str) -> str:
    """What is said of one dtype."""
    naive, shifted, _ = safety(audit, dtype)
    if any(audit.broken(dtype, name) for name in ("shifted", "log_softmax")):
        return f"{dtype} is not safe even with max-shift: it needs {remedy(shifted)}"
    provided = provisos(audit, dtype)
    if not audit.broken(dtype, "naive"):
        return f"{dtype} is safe for these logits, even naively{provided}"
    return f"{dtype} is safe for these logits with max-shift{provided}, naively it needs {remedy(naive)}"


def provisos(audit: RowAudit, dtype: str) -> str:
    """What else a dtype needs that breaks nothing: a wider sum where its own loses half the digits, finer logits."""
    lost = audit.failures(dtype, "shifted").get(Failure.LOST_DIGITS, 0)
    mended = lost > audit.failures(dtype, "shifted", "wide").get(Failure.LOST_DIGITS, 0)
    said = " and a sum kept in float32" if mended else ""
    moved = next((loss.logit for loss in audit.losses if loss.dtype == dtype), 0.0)
    return said + (f" (though it rounds them by up to {moved:.2g})" if moved > FELT else "")


def remedy(wanted: Safety) -> str:
    """The temperature or the softcap that does it, rounded to the safe side."""
    if math.isinf(wanted.temperature):
        return "another dtype"
    cap = f" or a softcap of at most {rounded_off(wanted.softcap, down=True)}" if wanted.softcap > 0 else ""
    return f"a temperature of at least {rounded_off(wanted.temperature, down=False)}{cap}"


def rounded_off(x: float, down: bool) -> str:
    """`x` to three digits, not above it, or not below it."""
    step = 10.0 ** (math.floor(math.log10(x)) - 2)
    return f"{(math.floor(x / step) if down else math.ceil(x / step)) * step:.3g}"
