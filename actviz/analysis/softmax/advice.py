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
from actviz.analysis.softmax.cliffs import cliffs, stops_growing
from actviz.analysis.softmax.failures import Failure
from actviz.analysis.softmax.reach import AS_GIVEN, ASIDE, Reach, Steps, as_audited
from actviz.analysis.softmax.rounding import Rounding, accumulator, rounding
from actviz.floats import bisected
from actviz.wording import listed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from actviz.analysis.softmax.audit import RowAudit

Goal = Literal["naive", "shifted", "positive"]

GOALS: tuple[Goal, ...] = ("naive", "shifted", "positive")

FELT = 0.1
"""A logit moved by this changes a quotient by a tenth."""

NEAR = 0.9
"""A temperature that is sure to be safe is near where it is at least this part of the present one."""

NOTHING = "No row has a softmax: every logit is masked, or one is NaN or +inf."

WIDE = "with sums kept in at least float32"

LEAST, MOST = sys.float_info.min, sys.float_info.max


@dataclass(frozen=True, slots=True)
class Safety:
    """What it takes in a dtype, its sum kept as the audit judges, to reach a goal with the rows of that audit.

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
        return tuple(
            safety_for(goal, ends or as_audited(audit), present, rounding(dtype), audit.judged) for goal in GOALS
        )


def safety_for(goal: Goal, ends: Reach, present: Steps, r: Rounding, accumulate: str) -> Safety:
    """What one goal takes, in place of the present temperature, scale or cap."""
    into = accumulator(r, accumulate)

    def safe(steps: Steps) -> bool:
        return is_safe(goal, ends.after(steps), r, into)

    cooled = least(lambda t: safe(replace(present, temperature=t)))
    scaled = greatest(lambda s: safe(replace(present, scale=s)))
    uncapped = replace(present, softcap=None)
    cap = math.inf if safe(uncapped) else greatest(lambda c: safe(replace(present, softcap=c)))
    return Safety(r.name, goal, cooled, scaled, cap, safe(present))


def is_safe(goal: Goal, y: Reach, r: Rounding, into: Rounding) -> bool:
    """Whether all rows with these extremes reach the goal, each held logit being off by half a unit at most, the sum
    kept `into` a dtype: as long as terms of at most 1 are added, it is at most the row's length, and stops growing.
    """
    total = min(float(y.length), stops_growing(into))
    if not r.fit(np.asarray(1.0 / total)) > 0:  # equal logits then share out nothing but 0
        return False
    top, low, low_top = (float(r.fit(np.asarray(x))) for x in (y.largest, y.smallest, y.lowest_top))
    if goal == "naive":
        ends = cliffs(r.name, y.length)
        overflow = ends.sum_overflow if into == r else ends.wide_overflow
        return top < overflow and low_top > ends.zero_to and not math.isnan(low)
    if not (math.isfinite(top) and math.isfinite(low)):
        return False
    slack = (2.0 ** (1 - r.precision) + ASIDE) * max(abs(top), abs(low))
    drop = r.fit(np.asarray(-y.spread - slack))
    if goal == "shifted":
        return bool(np.isfinite(r.fit(drop - r.fit(np.asarray(math.log(total))))))
    return bool(r.fit(r.fit(np.exp(drop)) / total) > 0)


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


def advice(audit: RowAudit, dtypes: Sequence[str], said: Sequence[str]) -> str:
    """One line on which dtype is safe for the audited rows, how, and what is enough for the others.

    `said` has what is `advised` of each dtype.
    """
    if not audit.valid:
        return NOTHING
    alike: dict[str, list[str]] = {}
    for dtype, what in zip(dtypes, said, strict=True):
        alike.setdefault(what, []).append(dtype)
    each = [f"{listed(names)} {'are' if names[1:] else 'is'} {what}" for what, names in alike.items()]
    return left_out(audit) + "; ".join(each) + "."


def left_out(audit: RowAudit) -> str:
    """How many rows nothing can be done for, and how the sums are kept."""
    said = f"NaN or +inf in {audit.invalid:,} of {audit.rows:,} rows comes out as NaN in any dtype; for the others, "
    opening = (said if audit.invalid else "") + (f"{WIDE}, " if audit.judged == "wide" else "")
    return opening[:1].upper() + opening[1:]


def advised(audit: RowAudit, goals: tuple[Safety, ...], temperature: float = 1.0) -> str:
    """What is said of one dtype, behind its name and "is"; `temperature` is the present one."""
    naive, shifted, _ = goals
    broken = [name for name in ("shifted", "log_softmax") if audit.broken(naive.dtype, name)]
    if "shifted" in broken:
        return f"not safe even with max-shift: {remedy(audit, shifted, broken)}"
    if broken:
        return f"safe for these logits with max-shift, but not log-softmax: {remedy(audit, shifted, broken)}"
    if not audit.broken(naive.dtype, "naive"):
        return f"safe for these logits, even naively{provisos(audit, naive, 'naive', temperature)}"
    mended = remedy(audit, naive, ["naive"])
    return f"safe for these logits with max-shift{provisos(audit, shifted, 'shifted', temperature)}, naively {mended}"


def provisos(audit: RowAudit, goal: Safety, evaluation: str, temperature: float) -> str:
    """What else a dtype that breaks nothing needs, a wider sum where that halves the rows harmed; what harm is left."""
    own, wide = (audit.failures(goal.dtype, evaluation, way) for way in (audit.judged, "wide"))
    harmed, still = (audit.valid - found.get(Failure.OK, 0) for found in (own, wide))
    wider = harmed > 0 and 2 * still <= harmed and not audit.broken(goal.dtype, evaluation, "wide")
    moved = next((loss.logit for loss in audit.losses if loss.dtype == goal.dtype), 0.0)
    but = [f"rounds logits by up to {moved:.2g}"] if moved > FELT else []
    but += harms(audit, wide if wider else own)
    if NEAR * temperature < goal.temperature <= temperature:
        but.append(f"is not sure to be at a temperature below {rounded_off(goal.temperature, down=False)}")
    notes = [f"though it {listed(but)}"] if but else []
    notes += [f"kept in {goal.dtype} it {listed(harms(audit, own))}"] if wider else []
    return (" if the sum is kept in float32" if wider else "") + (f" ({'; '.join(notes)})" if notes else "")


def harms(audit: RowAudit, found: Mapping[Failure, int]) -> list[str]:
    """What becomes of rows that do not break, and of how many."""
    ways = ((Failure.VANISHED, "makes a probability 0"), (Failure.LOST_DIGITS, "loses half the digits"))
    counts = [(what, found[failure]) for failure, what in ways if found.get(failure)]
    whole = "the only row" if audit.valid == 1 else f"{{:,}} of {audit.valid:,} rows"
    return [f"{what} in {('{:,}' if at else whole).format(rows)}" for at, (what, rows) in enumerate(counts)]


def remedy(audit: RowAudit, wanted: Safety, broken: Sequence[str]) -> str:
    """The temperature or the softcap that mends the evaluations `broken`, rounded to the safe side; a wider sum where
    these rows then do not break.
    """
    wider = not any(audit.broken(wanted.dtype, name, "wide") for name in broken)
    if math.isinf(wanted.temperature):
        return "no temperature is sure to mend that" + (", a sum kept in float32 does" if wider else "")
    cap = f" or a softcap of {rounded_off(wanted.softcap, down=True)}" if 0 < wanted.softcap < math.inf else ""
    also = ", and so is a sum kept in float32" if wider else ""
    return f"a temperature of {rounded_off(wanted.temperature, down=False)}{cap} is enough{also}"


def rounded_off(x: float, down: bool) -> str:
    """`x` to three digits, not above it, or not below it."""
    step = 10.0 ** (math.floor(math.log10(x)) - 2)
    return f"{(math.floor(x / step) if down else math.ceil(x / step)) * step:.3g}"
