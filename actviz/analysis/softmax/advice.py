"""What makes a dtype safe for given logits, the least temperature or the largest softcap, said in a line."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from actviz.analysis.softmax.failures import Failure
from actviz.wording import listed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from actviz.analysis.softmax.audit import RowAudit
    from actviz.analysis.softmax.safety import Safety

FELT = 0.1
"""A logit moved by this changes a quotient by a tenth."""

NEAR = 0.9
"""The least safe temperature is near where it is at least this part of the present one."""

DIGITS = 5
"""As many as the values have that are tried."""

NOTHING = "No row has a softmax: every logit is masked, or one is NaN or +inf."

WIDE = "with sums kept in at least float32"


def advice(audit: RowAudit, dtypes: Sequence[str], said: Sequence[str]) -> str:
    """One line on which dtype is safe for the audited rows, how, and what the others need.

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
    how, mended = provisos(audit, shifted, "shifted", temperature), remedy(audit, naive, ["naive"])
    return f"safe for these logits with max-shift{how}, naively (its log apart) {mended}"


def provisos(audit: RowAudit, goal: Safety, evaluation: str, temperature: float) -> str:
    """What else a dtype that breaks nothing needs, a wider sum where that halves the rows harmed; what harm is left."""
    own, wide = (audit.failures(goal.dtype, evaluation, way) for way in (audit.judged, "wide"))
    harmed, still = (audit.valid - found.get(Failure.OK, 0) for found in (own, wide))
    wider = harmed > 0 and 2 * still <= harmed and not audit.broken(goal.dtype, evaluation, "wide")
    moved = next((loss.logit for loss in audit.losses if loss.dtype == goal.dtype), 0.0)
    but = [f"rounds logits by up to {moved:.2g}"] if moved > FELT else []
    but += harms(audit, wide if wider else own)
    logs = audit.broken(goal.dtype, "log_naive", "wide" if wider else None) if evaluation == "naive" else 0
    but += [f"breaks its log in {of_rows(audit, logs)}"] if logs else []
    if NEAR * temperature < goal.temperature <= temperature:
        but.append(f"is so only from a temperature of {goal.temperature:.{DIGITS}g} on")
    notes = [f"though it {listed(but)}"] if but else []
    notes += [f"kept in {goal.dtype} it {listed(harms(audit, own))}"] if wider else []
    return (" if the sum is kept in float32" if wider else "") + (f" ({'; '.join(notes)})" if notes else "")


def harms(audit: RowAudit, found: Mapping[Failure, int]) -> list[str]:
    """What becomes of rows that do not break, and of how many."""
    ways = ((Failure.VANISHED, "makes a probability 0"), (Failure.LOST_DIGITS, "loses half the digits"))
    counts = [(what, found[failure]) for failure, what in ways if found.get(failure)]
    return [f"{what} in {f'{rows:,}' if at else of_rows(audit, rows)}" for at, (what, rows) in enumerate(counts)]


def of_rows(audit: RowAudit, rows: int) -> str:
    """How many rows, out of how many."""
    return "the only row" if audit.valid == 1 else f"{rows:,} of {audit.valid:,} rows"


def remedy(audit: RowAudit, wanted: Safety, broken: Sequence[str]) -> str:
    """The temperature or the softcap that mends the evaluations `broken`; a wider sum where these rows then do not
    break.
    """
    wider = not any(audit.broken(wanted.dtype, name, "wide") for name in broken)
    if math.isinf(wanted.temperature):
        return "this breaks at high temperatures too" + (", but not with a sum kept in float32" if wider else "")
    ways = [f"a temperature of {wanted.temperature:.{DIGITS}g}"]
    ways += [f"a softcap of {wanted.softcap:.{DIGITS}g}"] if 0 < wanted.softcap < math.inf else []
    ways += ["a sum kept in float32"] if wider else []
    return "this needs " + (f"{', '.join(ways[:-1])} or {ways[-1]}" if ways[1:] else ways[0])
