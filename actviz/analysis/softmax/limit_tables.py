"""Where a dtype's exp, and the sum of several, fails: the first logit that does, as tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from actviz.report import Cell, Table
from actviz.wording import listed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from actviz.analysis.softmax.overflow import Thresholds

STALLED = 0.5
"""Distance in logits between where a running sum overflows and where n exp(x) does that is said in a sentence."""


def limits(found: Sequence[tuple[str, Thresholds]]) -> tuple[Table, ...]:
    """Tables of exp alone, and of the sum of n equal exps; `found` are the dtypes with their thresholds."""
    return one_exp(found), sums(found)


def one_exp(found: Sequence[tuple[str, Thresholds]]) -> Table:
    """A row a dtype: between which logits exp is finite, normal, and above 0."""
    rows = tuple((dtype, t.finite_to, t.overflow, t.underflow, t.flush) for dtype, t in found)
    columns = ("dtype", "exp is finite to", "inf or NaN from", "subnormal to", "0 to")
    return Table(columns, rows, "Where exp fails: from which logit up, to which from below")


def sums(found: Sequence[tuple[str, Thresholds]]) -> Table:
    """A row a dtype: from which logit n equal ones overflow the sum, however it is kept."""
    n = found[0][1].length
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (dtype, t.sum_overflow, t.wide_overflow, t.total_overflow, t.stops_growing) for dtype, t in found
    )
    columns = ("dtype", "running sum overflows from", "sum in float32 from", "n exp(x) itself from", "ones stop at")
    title = "The sum of one exp" if n == 1 else f"The sum of {n:,} equal exps"
    return Table(columns, rows, f"{title}: where it overflows", sentences(found))


def sentences(found: Sequence[tuple[str, Thresholds]]) -> tuple[str, ...]:
    """What the columns are, and where a running sum hides an overflow by ceasing to grow."""
    about = "Running sum, float32 sum: kept in the dtype or wider, term by term; ones stop at: a running sum of ones."
    stuck = [(dtype, t) for dtype, t in found if t.sum_overflow - t.total_overflow > STALLED]
    if not stuck:
        return (about,)
    below = any(t.total_overflow < 0 for _, t in stuck)
    return (
        about,
        f"In {listed([dtype for dtype, _ in stuck])} a running sum of {found[0][1].length:,} equal terms stops growing "
        "before it overflows, and hides that n exp(x) is beyond the dtype from less on"
        f"{', from below zero: even logits of 0 overflow a sum that adds pairwise' if below else ''}.",
    )
