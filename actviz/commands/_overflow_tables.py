"""The tables of `actviz softmax-overflow`, and the words below them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from actviz.activation import spell
from actviz.analysis.overflow import Evaluation, Outcome, log_sum_exp_shifted, worst_error
from actviz.report import Cell, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_COLUMNS = 5
"""Up to so many classes each has a column of text; of more, the largest and the smallest are shown."""


def table(title: str, x: tuple[float, ...], outcomes: Sequence[Outcome]) -> Table:
    """The four evaluations of logits `x` by dtype under the exact values, with what broke, said in words."""
    few = len(x) <= MOST_COLUMNS
    classes = tuple(f"y{i}" for i in range(1, len(x) + 1)) if few else ("largest", "smallest")
    first = outcomes[0]
    rows: list[tuple[Cell, ...]] = [
        ("exact", "softmax", *cells(first.exact, few), 0.0, ""),
        ("exact", "log-softmax", *cells(first.exact_log, few), 0.0, ""),
    ]
    for o in outcomes:
        rows += [row(o.dtype, name, e, exact, few) for name, e, exact in evaluations(o)]
    columns = ("dtype", "evaluation", *classes, "worst error", "status")
    return Table(columns, tuple(rows), f"{title}: {listed(x)}", notes(x, outcomes))


def listed(numbers: Sequence[float]) -> str:
    """The first few numbers as people type them, and how many there are if more."""
    more = "" if len(numbers) <= MOST_COLUMNS else f", ... ({len(numbers)} logits)"
    return ", ".join(map(spell, numbers[:MOST_COLUMNS])) + more


def evaluations(o: Outcome) -> tuple[tuple[str, Evaluation, Any], ...]:
    """Each evaluation's name, itself, and what it should have been."""
    return (
        ("naive", o.naive, o.exact),
        ("max-shifted", o.shifted, o.exact),
        ("log of naive", o.log_naive, o.exact_log),
        ("log-softmax", o.log_softmax, o.exact_log),
    )


def row(dtype: str, name: str, evaluation: Evaluation, exact: Any, few: bool) -> tuple[Cell, ...]:
    """One evaluation's line of the table."""
    return dtype, name, *cells(evaluation.values, few), worst_error(evaluation, exact), evaluation.status


def cells(values: Any, few: bool) -> tuple[Cell, ...]:
    """Every value, or the largest and the smallest (NaN where any is)."""
    return tuple(values.tolist()) if few else (float(values.max()), float(values.min()))


def limits(n: int, outcomes: Sequence[Outcome]) -> Table:
    """Where each dtype's exp, and the sum of n of them, fails: the first number of the dtype that does."""
    rows = tuple((o.dtype, t.overflow, t.sum_overflow, t.underflow, t.flush) for o in outcomes for t in (o.thresholds,))
    total = "sum of one exp" if n == 1 else f"sum of {n} equal exps"
    columns = ("dtype", "exp is inf from", f"{total} is inf from", "exp is subnormal to", "exp is 0 to")
    return Table(columns, rows, "Where exp fails: from which logit up, to which from below")


def notes(x: tuple[float, ...], outcomes: Sequence[Outcome]) -> tuple[str, ...]:
    """One value worked both ways, the bound with its value, what broke and what mends it."""
    value, most = log_sum_exp_shifted(x), math.log(len(x))
    bound = f"M = {spell(max(x))}, the largest logit: 0 <= log sum exp(x - M) = {value:.6g} <= log n = {most:.6g}."
    said = (worked(x, outcomes[-1]), bound, broken(outcomes), vanished(outcomes), stalled(value, outcomes))
    return tuple(line for line in (*said, coarse(x, outcomes)) if line)


def worked(x: tuple[float, ...], o: Outcome) -> str:
    """One probability as the quotient it is, naively and max-shifted, in the last dtype asked for."""
    i = min(1, len(x) - 1)
    naive, shifted = (
        f"{e.terms[i]:.6g}/{e.total:.6g} = {e.values[i]:.6g}".replace("nan", "NaN") for e in (o.naive, o.shifted)
    )
    return f"y{i + 1} in {o.dtype}: naive exp(x)/sum = {naive}; max-shifted exp(x - M)/sum = {shifted}."


def broken(outcomes: Sequence[Outcome]) -> str:
    """What the naive form did, and that the shift mends it."""
    over = [o.dtype for o in outcomes if o.naive.status in ("overflow", "both")]
    under = [o.dtype for o in outcomes if o.naive.status in ("underflow", "both")]
    if not over and not under:
        return "Nothing broke: naive and max-shifted agree up to rounding."
    said = [f"exp or its sum overflows in {', '.join(over)}"] if over else []
    said += [f"exp or a quotient falls to 0 in {', '.join(under)}"] if under else []
    return f"Naive: {'; '.join(said)}. Subtracting M first keeps every exp from 0 to 1, and their sum at least 1."


def vanished(outcomes: Sequence[Outcome]) -> str:
    """Where even the shifted form gives 0, so that only log-softmax keeps the value."""
    lost = [o.dtype for o in outcomes if o.shifted.status == "underflow"]
    if not lost:
        return ""
    return f"Max-shifted: a probability too small for {', '.join(lost)} is still 0; log-softmax keeps its logarithm."


def stalled(log_total: float, outcomes: Sequence[Outcome]) -> str:
    """Where the running sum stopped growing, or drifted, by a tenth or more."""
    true = math.exp(log_total)
    off = [f"{o.shifted.total:.6g} in {o.dtype}" for o in outcomes if abs(o.shifted.total - true) > 0.1 * true]
    if not off:
        return ""
    return f"The sum of exp(x - M) is {true:.6g}, yet a running sum gives {', '.join(off)}: add up in a wider dtype."


def coarse(x: tuple[float, ...], outcomes: Sequence[Outcome]) -> str:
    """Where the dtype changed the logits by more than a tenth, which changes a quotient by a tenth."""
    moved = [o for o in outcomes if any(a != b and abs(a - b) > 0.1 for a, b in zip(o.held.tolist(), x, strict=True))]
    if not moved:
        return ""
    said = [f"{o.dtype} holds them as {listed(o.held.tolist())}" for o in moved]
    return f"The logits are rounded before all else, which no formula mends: {'; '.join(said)}."
