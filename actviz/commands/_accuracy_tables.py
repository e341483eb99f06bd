"""What `actviz accuracy` says: JSON entries and tables of audits."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from actviz import _numpy as np
from actviz.analysis.accuracy.accuracy import STEPS
from actviz.analysis.accuracy.cells import regions
from actviz.floats import dtype_of
from actviz.report import Cell, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from actviz.analysis.accuracy.accuracy import Case, Tally
    from actviz.analysis.accuracy.audit import Audit
    from actviz.analysis.accuracy.cells import Region

MOST_REGIONS = 6
"""Regions of one result told in text; JSON has all."""

SERIOUS = 10.0
"""The promise's widest bound in ULP: errors within it are scattered roundings, and make no regions worth telling."""

SYMBOLS = ("f", "f'", "f''")


def entry(audit: Audit) -> dict[str, Any]:
    """One audit as JSON has it."""
    found = audit.tally
    return {
        "name": audit.activation.name,
        "parameters": audit.activation.bound,
        "dtype": audit.dtype,
        "of": audit.source.of,
        "call": audit.source.call,
        "version": audit.source.version,
        "order": audit.order,
        "inputs": found.inputs,
        "every_input": audit.every_input,
        "kinks": found.kinks,
        "max_ulp": found.max_ulp,
        "at": place(found.at, found.max_ulp),
        "max_abs_error": found.max_abs,
        "abs_at": place(found.abs_at, found.max_abs),
        "wrong_nonfinite": found.wrong_nonfinite,
        "wrong_nan": found.wrong_nan,
        "wrong_infinity": found.wrong_infinity,
        "wrong_zero": found.wrong_zero,
        "undecided": found.undecided,
        "histogram": [{"above": step, "inputs": n} for step, n in zip(STEPS, found.above, strict=True)],
        "worst": [case_entry(case, audit.dtype) for case in found.worst],
        "regions": [region_entry(region) for region in regions(found.cells)],
    }


def place(x: float, error: float) -> float | None:
    """Where the greatest error is; nowhere where there is none."""
    return x if error else None


def case_entry(case: Case, dtype: str) -> dict[str, Any]:
    """One result with the bits of what went in, what came out, and what should have."""
    return {
        "x": case.x,
        "x_bits": bits(case.x, dtype),
        "got": case.got,
        "got_bits": bits(case.got, dtype),
        "exact": case.exact,
        "exact_bits": bits(case.exact, dtype),
        "ulp": case.ulp,
    }


def region_entry(region: Region) -> dict[str, Any]:
    """A stretch of bad results."""
    return {
        "low": region.low,
        "high": region.high,
        "inputs": region.inputs,
        "max_ulp": region.max_ulp,
        "wrong": region.wrong,
    }


def bits(x: float, dtype: str) -> str:
    """The bit pattern of `x` rounded to the dtype, in hexadecimal."""
    from actviz.evaluation import rounded

    kind = dtype_of(dtype)
    with np.errstate(over="ignore"):
        pattern = int(rounded(np.asarray([x]), kind).view(f"u{kind.itemsize}")[0])
    return f"0x{pattern:0{2 * kind.itemsize}x}"


def tables(audits: Sequence[Audit]) -> tuple[Table, ...]:
    """The overview, then the worst results and the bad regions of those that have any."""
    return (
        overview(audits),
        *(t for audit in audits for t in (worst_table(audit), region_table(audit)) if t.rows),
    )


def overview(audits: Sequence[Audit]) -> Table:
    """A row an audit."""
    several = len({a.dtype for a in audits}) > 1
    columns = ("function", *(("dtype",) * several), "of", "of f", "max ULP", "at x", "max error")
    counts = tuple(f"> {step:g}" for step in STEPS)
    rows = tuple(
        (
            a.activation.label,
            *((a.dtype,) * several),
            a.source.of,
            SYMBOLS[a.order],
            a.tally.max_ulp,
            place(a.tally.at, a.tally.max_ulp),
            a.tally.max_abs,
            *a.tally.above,
            *wrongs(a.tally),
        )
        for a in audits
    )
    head = (*columns, *counts, "wrong NaN", "wrong inf", "wrong 0")
    used = [i for i in range(len(head)) if i < len(columns) or any(row[i] for row in rows)]
    return Table(
        columns=tuple(head[i] for i in used),
        rows=tuple(tuple(row[i] for i in used) for row in rows),
        title=title_of(audits),
        notes=notes_of(audits),
        digits=4,
    )


def wrongs(found: Tally) -> tuple[int, int, int]:
    """What is wrong beyond measure."""
    return found.wrong_nan, found.wrong_infinity, found.wrong_zero


def title_of(audits: Sequence[Audit]) -> str:
    """The dtype and how many inputs."""
    looked = dict.fromkeys(
        f"{'all' if a.every_input else 'a sample of'} {a.tally.inputs:,} inputs of {a.dtype}" for a in audits
    )
    return f"Errors over {', '.join(looked)}" if len(looked) == 1 else "Errors"


def notes_of(audits: Sequence[Audit]) -> tuple[str, ...]:
    """What was evaluated, what was left out, and a verdict."""
    calls = dict.fromkeys(
        f"{' '.join(filter(None, (a.source.of, a.source.version)))}: {a.source.call}"
        for a in audits
        if a.source.of != "kernel"
    )
    notes = [*calls]
    if any(a.tally.kinks for a in audits):
        notes.append("Kinks and jumps are left out where the derivative has two sides.")
    if any(a.tally.undecided for a in audits):
        most = max(a.tally.undecided for a in audits)
        notes.append(f"At up to {most:,} inputs there is no truth to hold results against; they are left out.")
    elif all(a.tally.above[0] == 0 and not any(wrongs(a.tally)) for a in audits):
        notes.append("Every result is the correctly rounded one.")
    return tuple(notes)


def worst_table(audit: Audit) -> Table:
    """The worst results with their bits."""
    shown = audit.tally.worst if audit.tally.above[0] or any(wrongs(audit.tally)) else ()
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            case.x,
            bits(case.x, audit.dtype),
            case.got,
            bits(case.got, audit.dtype),
            case.exact,
            bits(case.exact, audit.dtype),
            case.ulp,
        )
        for case in shown
    )
    return Table(
        columns=("x", "bits", "got", "bits of it", "exact", "its bits", "ULP"),
        rows=rows,
        title=f"{heading(audit)}: worst results",
        digits=6,
    )


def region_table(audit: Audit) -> Table:
    """The stretches of bad results, the worst few."""
    serious = audit.tally.max_ulp > SERIOUS or any(wrongs(audit.tally))
    every = regions(audit.tally.cells) if serious else ()
    chosen = sorted(sorted(every, key=badness, reverse=True)[:MOST_REGIONS], key=lambda r: r.low)
    left = len(every) - len(chosen)
    notes = (f"and {left} smaller one{'s' * (left > 1)}.",) if left else ()
    rows = tuple((r.low, r.high, r.inputs, r.max_ulp, r.wrong) for r in chosen)
    return Table(
        columns=("from x", "to x", "bad inputs", "max ULP", "wrong NaN, inf, 0"),
        rows=rows,
        title=f"{heading(audit)}: where results are more than 1 ULP off",
        notes=notes,
        digits=5,
    )


def badness(region: Region) -> tuple[float, int]:
    """Regions in order of their worst error: those wrong beyond measure first."""
    return (math.inf if region.wrong else region.max_ulp), region.inputs


def heading(audit: Audit) -> str:
    """What was audited, in a few words."""
    return f"{audit.activation.label}, {SYMBOLS[audit.order]}, {audit.source.of} in {audit.dtype}"
