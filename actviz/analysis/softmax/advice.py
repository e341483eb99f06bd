"""What makes a dtype safe for given logits: the least temperature, the largest scale or softcap, said in a line.

All that is known of the logits is their extremes, so a row is taken to hold n equal ones where that is the
worst: what is called safe is so for every row with these extremes, and some rows need less.
"""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from actviz import _numpy as np
from actviz.analysis.softmax.cliffs import cliffs
from actviz.analysis.softmax.failures import Failure
from actviz.analysis.softmax.reach import AS_GIVEN, ASIDE, Reach, Steps, as_audited
from actviz.analysis.softmax.rounding import Rounding, rounding
from actviz.floats import bisected
from actviz.wording import listed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from actviz.analysis.softmax.audit import RowAudit

Goal = Literal["naive", "shifted", "positive"]

GOALS: tuple[Goal, ...] = ("naive", "shifted", "positive")

FELT = 0.1
"""A logit moved by this changes a quotient by a tenth."""

LEAST, MOST = sys.float_info.min, sys.float_info.max


@dataclass(frozen=True, slots=True)
class Safety:
    """What it takes in a dtype, its sum kept in the dtype, to reach a goal with the rows of an audit.

    Goals: "naive", exp(x)/sum exp(x) does not break (Failure.breaks); "shifted", nor does the same of
    x - M, nor its logarithm; "positive", no probability of the shifted form is 0. Each is told from the extremes
    of the rows, so that it is enough, while these rows may do with less: `temperature` is the least that is
    sure to do it (0: any), `scale` the largest factor and `softcap` the largest cap (inf: any), each in
    place of the one that was audited with, the other two as they are. A temperature of inf, or a scale or cap of
    0, says that none is sure. `reached`: the rows are sure to be safe as they were audited.
    """

    dtype: str
    goal: Goal
    temperature: float
    scale: float
    softcap: float
    reached: bool


def safety(audit: RowAudit, dtype: str, ends: Reach | None = None, present: Steps = AS_GIVEN) -> tuple[Safety, ...]:
    """What each goal takes in `dtype`; nothing where the audit has no valid row.

    `ends` are the extremes of the rows before `present` was done to them; none says that nothing was.
    """
    if not audit.valid:
        return ()
    with np.errstate(all="ignore"):
        return tuple(safety_for(goal, ends or as_audited(audit), present, rounding(dtype)) for goal in GOALS)


def safety_for(goal: Goal, ends: Reach, present: Steps, r: Rounding) -> Safety:
    """What one goal takes, in place of the present temperature, scale or cap."""

    def safe(steps: Steps) -> bool:
        return is_safe(goal, ends.after(steps), r)

    cooled = least(lambda t: safe(replace(present, temperature=t)))
    scaled = greatest(lambda s: safe(replace(present, scale=s)))
    uncapped = replace(present, softcap=None)
    cap = math.inf if safe(uncapped) else greatest(lambda c: safe(replace(present, softcap=c)))
    return Safety(r.name, goal, cooled, scaled, cap, safe(present))


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


def advice(audit: RowAudit, safe: Sequence[tuple[Safety, ...]]) -> str:
    """One line on which dtype is safe for the audited rows, how, and what is enough for the others.

    `safe` has the `safety` of each dtype.
    """
    if not audit.valid:
        return "No row has a softmax: every logit is masked, or one is NaN or +inf."
    alike: dict[str, list[str]] = {}
    for goals in safe:
        alike.setdefault(advised(audit, goals), []).append(goals[0].dtype)
    said = [f"{listed(dtypes)} {'are' if dtypes[1:] else 'is'} {what}" for what, dtypes in alike.items()]
    return left_out(audit) + "; ".join(said) + "."


def left_out(audit: RowAudit) -> str:
    """How many rows nothing can be done for."""
    if not audit.invalid:
        return ""
    return (
        f"{audit.invalid:,} of {audit.rows:,} rows hold NaN or +inf and come out as NaN in any dtype; for the others, "
    )


def advised(audit: RowAudit, goals: tuple[Safety, ...]) -> str:
    """What is said of one dtype, behind its name and "is"."""
    naive, shifted, _ = goals
    dtype = naive.dtype
    if any(audit.broken(dtype, name) for name in ("shifted", "log_softmax")):
        return f"not safe even with max-shift: {remedy(shifted)}"
    if not audit.broken(dtype, "naive"):
        return f"safe for these logits, even naively{provisos(audit, dtype, 'naive')}"
    return f"safe for these logits with max-shift{provisos(audit, dtype, 'shifted')}, naively {remedy(naive)}"


def provisos(audit: RowAudit, dtype: str, evaluation: str) -> str:
    """What else a dtype that breaks nothing needs, a wider sum where that halves the rows harmed; what harm is left."""
    ways = audit.failures(dtype, evaluation), audit.failures(dtype, evaluation, "wide")
    harmed, still_harmed = (audit.valid - found.get(Failure.OK, 0) for found in ways)
    wider = harmed > 0 and 2 * still_harmed <= harmed
    said = " and a sum kept in float32" if wider else ""
    vanished, still = (ways[wider].get(failure, 0) for failure in (Failure.VANISHED, Failure.LOST_DIGITS))
    moved = next((loss.logit for loss in audit.losses if loss.dtype == dtype), 0.0)
    but = [f"rounds logits by up to {moved:.2g}"] if moved > FELT else []
    but += [f"makes a probability 0 in {vanished:,} of {audit.valid:,} rows"] if vanished else []
    but += [f"loses half the digits in {still:,}" + ("" if vanished else f" of {audit.valid:,} rows")] if still else []
    return said + (f" (though it {listed(but)})" if but else "")


def remedy(wanted: Safety) -> str:
    """The temperature or the softcap that does it, rounded to the safe side."""
    if math.isinf(wanted.temperature):
        return "no temperature is sure to mend that"
    cap = f" or a softcap of {rounded_off(wanted.softcap, down=True)}" if 0 < wanted.softcap < math.inf else ""
    return f"a temperature of {rounded_off(wanted.temperature, down=False)}{cap} is enough"


def rounded_off(x: float, down: bool) -> str:
    """`x` to three digits, not above it, or not below it."""
    step = 10.0 ** (math.floor(math.log10(x)) - 2)
    return f"{(math.floor(x / step) if down else math.ceil(x / step)) * step:.3g}"
