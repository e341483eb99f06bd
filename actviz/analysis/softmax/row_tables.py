"""Rows of logits audited, as tables: what they hold, how many each evaluation breaks, what it takes, the worst."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from actviz.analysis.softmax.tables import NAMES, WIDE
from actviz.report import Table
from actviz.shortening import shortened
from actviz.wording import filled, listed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from actviz.analysis.softmax.failures import Failure
    from actviz.analysis.softmax.reading import RowReading
    from actviz.report import Cell

DIGITS = 5

MOST_WORST = 5
"""Worst rows that text shows of an array."""

GOALS = {
    "naive": "naive is finite",
    "shifted": "max-shifted is finite",
    "positive": "max-shifted has no 0",
}
"""What the goals mean."""

MASKED = (
    "A row of nothing but masks has no softmax: M is -inf, x - M is -inf - (-inf) = NaN, and the sum is 0. "
    "Set its result to 0, or leave such rows out."
)


def tables(found: Sequence[RowReading], accumulate: str) -> tuple[Table, ...]:
    """What the arrays hold, then of each the rows that break, what makes dtypes safe, the worst rows, the advice."""
    pattern, names = (found[0].label, [None]) if len(found) == 1 else shortened([one.label for one in found])
    own = (table for one, name in zip(found, names, strict=True) for table in of_array(one, name, accumulate))
    return contents(found, pattern, names), *own


def titled(name: str | None, about: str) -> str:
    """A table's title: what it is about, of which array where there are several."""
    return about[0].upper() + about[1:] if name is None else f"{name}: {about}"


def of_array(one: RowReading, name: str | None, accumulate: str) -> tuple[Table, ...]:
    """The tables of one array; where no row is valid only the advice."""
    if not one.audit.valid:
        return (Table((), (), titled(name, "advice"), (one.advice,)),)
    return broken(one, name, accumulate), needed(one, name), worst(one, name)


def contents(found: Sequence[RowReading], pattern: str, names: Sequence[str | None]) -> Table:
    """A row an array: its rows and their lengths, and how far their logits reach."""
    columns = ("data", "rows", "of", "masked", "NaN or +inf", "largest", "smallest", "lowest maximum", "spread")
    rows = tuple((name, *reach(one)) for name, one in zip(names, found, strict=True))
    notes: tuple[str, ...] = (
        "Lowest maximum: the least of the rows' maxima; spread: the most between two logits of a row.",
    )
    if any(one.audit.masked for one in found):
        notes += (MASKED,)
    masked = sum(one.audit.masked_logits for one in found)
    others = " in the other rows" if any(one.audit.masked for one in found) else ""
    notes += (f"{masked:,} logits are masked (-inf){others}.",) if masked else ()
    return Table(*filled(columns, rows), f"Rows of logits: {pattern}" if pattern else "Rows of logits", notes, DIGITS)


def reach(one: RowReading) -> tuple[Cell, ...]:
    """The cells of one array."""
    a = one.audit
    ends = (a.largest, a.smallest, a.lowest_top, a.spread) if a.valid else (None,) * 4
    return (a.rows, a.length, a.masked or None, a.invalid or None, *ends)


def broken(one: RowReading, name: str | None, accumulate: str) -> Table:
    """A row a dtype and evaluation that harms rows: how many of them break or lose something, in which way."""
    columns = ("dtype", "evaluation", "rows broken", "rows harmed", "how")
    rows: list[tuple[Cell, ...]] = []
    fine: list[str] = []
    for dtype in one.dtypes:
        harmed = [line for line in lines(one, dtype, accumulate) if line[3]]
        rows += harmed
        fine += [] if harmed else [dtype]
    notes = [f"Broken: NaN or infinite, or all 0. Harmed: a probability fell to 0, or half the digits are lost. Of "
             f"{one.audit.valid:,} rows."]  # fmt: skip
    notes += [f"No evaluation harms a row in {listed(fine)}."] if fine else []
    return Table(columns, tuple(rows), titled(name, "rows that break"), tuple(notes))


def lines(one: RowReading, dtype: str, accumulate: str) -> list[tuple[Cell, ...]]:
    """One dtype's evaluations."""
    found: list[tuple[Cell, ...]] = []
    kept = {c.accumulate for c in one.audit.counts if c.dtype == dtype}
    for evaluation, said in NAMES.items():
        for way in ("native", "wide"):
            if way in kept and (accumulate in (way, "both") or kept == {"native"}):
                how = one.audit.failures(dtype, evaluation, way)
                label = f"{said}, {WIDE}" if way == "wide" else said
                found.append((dtype, label, *counted(how)))
    return found


def counted(how: dict[Failure, int]) -> tuple[Cell, ...]:
    """How many rows break, how many are harmed without, and each way, the commonest first."""
    bad = {failure: rows for failure, rows in how.items() if failure}
    breaks = sum(rows for failure, rows in bad.items() if failure.breaks)
    order = sorted(bad.items(), key=lambda pair: (-pair[1], pair[0]))
    said = "; ".join(f"{failure.said} in {rows:,}" if len(order) > 1 else failure.said for failure, rows in order)
    return breaks, sum(bad.values()), said


def needed(one: RowReading, name: str | None) -> Table:
    """A row a dtype and goal: the least temperature, the largest scale and softcap that reach it."""
    rows: list[tuple[Cell, ...]] = [
        (s.dtype, GOALS[s.goal], s.temperature, s.scale, s.softcap) for safe in one.safe for s in safe
    ]
    columns = ("dtype", "so that", "temperature from", "scale to", "softcap to")
    notes = (
        "For all rows with these extremes, the sum kept in the dtype. From 0 or to Infinity: any does; from Infinity "
        "or to 0: none.",
        *losses(one),
    )
    return Table(columns, tuple(rows), titled(name, "what makes them safe"), notes, DIGITS)


def losses(one: RowReading) -> tuple[str, ...]:
    """How far dtypes move the logits by rounding them."""
    said = [f"{loss.logit:.2g} in {loss.dtype}" for loss in one.audit.losses if loss.logit > 0]
    return (f"Rounding alone moves a logit by up to {listed(said)}.",) if said else ()


def worst(one: RowReading, name: str | None) -> Table:
    """The rows that most evaluations break, all dtypes together, then the largest."""
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (place(at, row.row), row.broken, row.size, spread(row.spread))
        for row, at in zip(one.audit.worst, one.places, strict=True)
    )
    columns = ("row", "evaluations broken", "largest |logit|", "spread")
    return Table(columns, rows, titled(name, "the worst rows, counted from 0"), (one.advice,), DIGITS, MOST_WORST)


def place(at: tuple[int, ...], number: int) -> str:
    """Where a row stands: its index along the other axes."""
    return ", ".join(map(str, at)) or str(number)


def spread(distance: float) -> Cell:
    """A spread; nothing where it is beyond float64."""
    return distance if math.isfinite(distance) else "beyond float64"
