"""Rows of logits audited, as tables: what they hold, how many each evaluation breaks, what it takes, the worst."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING

from actviz.analysis.softmax.masks import LEAST
from actviz.analysis.softmax.tables import NAMES, WIDE
from actviz.report import Table
from actviz.shortening import shortened
from actviz.wording import filled, listed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from actviz.analysis.softmax.reading import RowReading
    from actviz.report import Cell

DIGITS = 5

MOST_WORST = 5
"""Worst rows that text shows of an array."""

GOALS = {
    "naive": "naive is finite",
    "shifted": "max-shifted and log-softmax are finite",
    "positive": "max-shifted has no 0",
}
"""What the goals mean."""

REACH = "Lowest maximum: the least of the rows' maxima; spread: the most between two logits of a row."

APART = "Finite: nor is all 0. Log of naive is apart: it is infinite where naive has a 0."

MASKED = (
    "A row of nothing but masks has no softmax: M is -inf, x - M is -inf - (-inf) = NaN, and the sum is 0. "
    "Set its result to 0, or leave such rows out."
)

INVALID = "NaN and +inf come out as NaN of every evaluation in any dtype; such rows are left out of what follows."

KEPT = {"native": "kept in the dtype", "wide": "kept in at least float32"}
"""How the sums are kept that rows and dtypes are judged by."""


def tables(found: Sequence[RowReading], accumulate: str, mask: str = "") -> tuple[Table, ...]:
    """What the arrays hold, then of each the rows that break, what makes dtypes safe, the worst rows, the advice.

    `mask` says how the mask is read, nothing without one.
    """
    pattern, names = (found[0].label, [None]) if len(found) == 1 else shortened([one.label for one in found])
    own = (table for one, name in zip(found, names, strict=True) for table in of_array(one, name, accumulate))
    return contents(found, pattern, names, mask), *own


def titled(name: str | None, about: str) -> str:
    """A table's title: what it is about, of which array where there are several."""
    return about[0].upper() + about[1:] if name is None else f"{name}: {about}"


def of_array(one: RowReading, name: str | None, accumulate: str) -> tuple[Table, ...]:
    """The tables of one array; where no row is valid only the advice."""
    if not one.audit.valid:
        return (advice(one, name),)
    found = broken(one, name, accumulate), needed(one, name), worst(one, name), advice(one, name)
    return tuple(table for table in found if table.rows)


def contents(found: Sequence[RowReading], pattern: str, names: Sequence[str | None], mask: str) -> Table:
    """A row an array: its rows and their lengths, and how far their logits reach."""
    columns = ("data", "rows", "of", "masked", "NaN or +inf", "largest", "smallest", "lowest maximum", "spread")
    rows = tuple((name, *reach(one)) for name, one in zip(names, found, strict=True))
    notes: tuple[str, ...] = (REACH,) if any(one.audit.valid for one in found) else ()
    notes += (f"Mask {mask}.",) if mask else ()
    if any(one.audit.masked for one in found):
        notes += (MASKED,)
    notes += invalid(found, names)
    masked = sum(one.audit.masked_logits for one in found)
    others = " in the other rows" if any(one.audit.masked for one in found) else ""
    count = "1 logit is" if masked == 1 else f"{masked:,} logits are"
    notes += (f"{count} masked (-inf){others}.",) if masked else ()
    notes += (*least(found), *rounded(found), *(one.remark for one in found if one.remark))
    return Table(*filled(columns, rows), f"Rows of logits: {pattern}" if pattern else "Rows of logits", notes, DIGITS)


def least(found: Sequence[RowReading]) -> tuple[str, ...]:
    """How many logits are the least number of a dtype, that is masks."""
    of_each = sum((Counter(one.least) for one in found), Counter[str]())
    said = [f"{count:,} of {dtype} ({LEAST[dtype]:.5g})" for dtype, count in of_each.items()]
    return (f"Logits that are the least number of a dtype are taken as masked: {listed(said)}.",) if said else ()


def rounded(found: Sequence[RowReading]) -> tuple[str, ...]:
    """How many whole numbers are beyond those that float64 tells apart."""
    count = sum(one.rounded for one in found)
    said = "1 logit is a whole number" if count == 1 else f"{count:,} logits are whole numbers"
    return (f"{said} beyond 2^53, rounded to float64 before all else.",) if count else ()


def invalid(found: Sequence[RowReading], names: Sequence[str | None]) -> tuple[str, ...]:
    """Which rows hold NaN or +inf."""
    said: list[str] = []
    for one, name in zip(found, names, strict=True):
        rows = [place(one, row) for row in one.audit.invalid_rows]
        more = " and more" if one.audit.invalid > len(rows) else ""
        of = f" of {name}" if name else ""
        said += [f"Rows{of} that hold NaN or +inf: {'; '.join(rows)}{more}."] if rows else []
    return (*said, INVALID) if said else ()


def reach(one: RowReading) -> tuple[Cell, ...]:
    """The cells of one array."""
    a = one.audit
    ends = (a.largest, a.smallest, a.lowest_top, spread(a.spread)) if a.valid else (None,) * 4
    return (a.rows, a.length, a.masked or None, a.invalid or None, *ends)


def broken(one: RowReading, name: str | None, accumulate: str) -> Table:
    """A row a dtype and evaluation that harms rows: how many of them break or lose something, in which way."""
    columns = ("dtype", "evaluation", "rows broken", "rows harmed", "first", "logit", "how")
    rows: list[tuple[Cell, ...]] = []
    fine: list[str] = []
    for dtype in one.dtypes:
        harmed = [line for line in lines(one, dtype, accumulate) if line[3]]
        rows += harmed
        fine += [] if harmed else [dtype]
    notes = [
        "Broken: a value is NaN or infinite, or all are 0. Harmed: broken, a probability fell to 0, or half the digits "
        "are lost. First: the first row broken, or harmed where none is; logit: where in it that began. Both count "
        f"from 0. Of {one.audit.valid:,} row{'' if one.audit.valid == 1 else 's'}."
    ]
    notes += [f"No evaluation harms a row in {listed(fine)}."] if fine else []
    return Table(columns, tuple(rows), titled(name, "rows that break"), tuple(notes))


def lines(one: RowReading, dtype: str, accumulate: str) -> list[tuple[Cell, ...]]:
    """One dtype's evaluations."""
    found: list[tuple[Cell, ...]] = []
    kept = {c.accumulate for c in one.audit.counts if c.dtype == dtype}
    for evaluation, said in NAMES.items():
        for way in ("native", "wide"):
            if way in kept and (accumulate in (way, "both") or kept == {"native"}):
                label = f"{said}, {WIDE}" if way == "wide" else said
                found.append((dtype, label, *counted(one, (dtype, evaluation, way))))
    return found


def counted(one: RowReading, kind: tuple[str, str, str]) -> tuple[Cell, ...]:
    """How many rows break, how many are harmed at all, the first of the worst and at which logit, and each way, the
    commonest first.
    """
    found = [c for c in one.audit.counts if (c.dtype, c.evaluation, c.accumulate) == kind and c.failure]
    breaks = sum(c.rows for c in found if c.failure.breaks)
    first = min((c for c in found if c.failure.breaks or not breaks), key=lambda c: c.first, default=None)
    where = (None, None) if first is None else (place(one, first.first), one.began[first])
    order = sorted(found, key=lambda c: (-c.rows, c.failure))
    said = "; ".join(f"{c.failure.said} in {c.rows:,}" if len(order) > 1 else c.failure.said for c in order)
    return breaks, sum(c.rows for c in found), *where, said


def needed(one: RowReading, name: str | None) -> Table:
    """A row a dtype and goal: the least temperature, the largest scale and softcap from which on it is reached."""
    rows: list[tuple[Cell, ...]] = [
        (s.dtype, GOALS[s.goal], s.temperature, s.scale, s.softcap) for safe in one.safe for s in safe
    ]
    columns = ("dtype", "so that", "temperature from", "scale to", "softcap to")
    notes = (
        "Each in place of the present one: of numbers of five digits the least, or the greatest, from which on no row "
        f"misses it, the sum {KEPT[one.audit.judged]}. From 0 or to Infinity: any does; from Infinity or to 0: none.",
        APART,
        *bounds(one),
        *losses(one),
    )
    return Table(columns, tuple(rows), titled(name, "what makes them safe"), notes, DIGITS)


def bounds(one: RowReading) -> tuple[str, ...]:
    """Which values are only sure to do."""
    said = [f"{listed(s.bounds)} so that {GOALS[s.goal]} in {s.dtype}" for safe in one.safe for s in safe if s.bounds]
    return (f"Surely from or to: {'; '.join(said)}. Harder values, too many to be told apart, may do too.",) * bool(
        said
    )


def losses(one: RowReading) -> tuple[str, ...]:
    """How far dtypes move the logits by rounding them."""
    said = [f"{loss.logit:.2g} in {loss.dtype}" for loss in one.audit.losses if loss.logit > 0]
    return (f"Rounding alone moves a logit by up to {listed(said)}.",) if said else ()


def worst(one: RowReading, name: str | None) -> Table:
    """The rows that most evaluations break, all dtypes together, then the largest."""
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (place(one, row.row), row.broken, row.size, spread(row.spread)) for row in one.audit.worst if row.broken
    )
    columns = ("row", "evaluations broken", "largest |logit|", "spread")
    notes = (f"Evaluations broken: of the six in each dtype, their sums {KEPT[one.audit.judged]}.",)
    return Table(columns, rows, titled(name, "the worst rows, counted from 0"), notes, DIGITS, MOST_WORST)


def advice(one: RowReading, name: str | None) -> Table:
    """A row a dtype: what is advised."""
    title = titled(name, "advice")
    if not one.audit.valid:
        return Table((), (), title, (one.advice,))
    notes = (f"Sums {KEPT['wide']}.",) if one.audit.judged == "wide" else ()
    return Table(("dtype", "advice"), tuple(zip(one.dtypes, one.advised, strict=True)), title, notes)


def place(one: RowReading, number: int) -> str:
    """Where a row stands: its index along the other axes."""
    return ", ".join(map(str, one.places[number])) or str(number)


def spread(distance: float) -> Cell:
    """A spread; nothing where it is beyond float64."""
    return distance if math.isfinite(distance) else "beyond float64"
