"""Softmax of some logits by dtype, as tables: each evaluation's numbers, what went wrong, and at which logit."""

from __future__ import annotations

import math
import sys
from decimal import Decimal, localcontext
from typing import TYPE_CHECKING, Any

from actviz.activation import spell
from actviz.analysis.softmax.failures import Failure
from actviz.report import Cell, Table
from actviz.wording import listed as joined

if TYPE_CHECKING:
    from collections.abc import Sequence

    from actviz.analysis.softmax.overflow import Evaluation, Outcome

MOST_COLUMNS = 5
"""Up to so many classes each has a column of text; of more, the largest and the smallest are shown."""

NAMES = {
    "naive": "naive",
    "shifted": "max-shifted",
    "division_free": "division-free",
    "online": "online",
    "log_naive": "log of naive",
    "log_softmax": "log-softmax",
}
"""The evaluations as people call them, in the order of the table."""

LOGARITHMS = ("log_naive", "log_softmax")

WIDE = "float32 sum"
"""What an evaluation whose sum is kept wide is called by, behind its name."""

DIGITS = 5

LONGEST = 10
"""Characters up to which a number is written as people type it; of longer ones, left by a transform, six digits say
more than any narrow dtype holds."""

FAINTEST = -1e9
"""The logarithm down to which float64 knows the digits of a number."""


def table(
    title: str, x: tuple[float, ...], outcomes: Sequence[Outcome], accumulate: str, notes: Sequence[str]
) -> Table:
    """The evaluations of logits `x` by dtype under the exact values, with what broke, said in words.

    `accumulate` is "native", "wide" or "both": which sums are shown.
    """
    few = len(x) <= MOST_COLUMNS
    classes = tuple(f"y{i}" for i in range(1, len(x) + 1)) if few else ("largest", "smallest")
    first = outcomes[0]
    rows: list[tuple[Cell, ...]] = [
        ("exact", "softmax", *shares(first, x, few), None, ""),
        ("exact", "log-softmax", *logarithms(first, x, few), None, ""),
    ]
    rows += [row(o.dtype, e, x, few) for o in outcomes for e in chosen(o, accumulate)]
    columns = ("dtype", "evaluation", *classes, "ULP", "what went wrong")
    return Table(columns, tuple(rows), f"{title}: {listed(x)}", tuple(notes), DIGITS)


def chosen(o: Outcome, accumulate: str) -> list[Evaluation]:
    """The evaluations with the sum kept so, in the order of NAMES; from float32 up there is but one."""
    wanted = ("native", "wide") if accumulate == "both" else (accumulate,)
    only = {e.accumulate for e in o.evaluations}
    kept = [e for e in o.evaluations if e.accumulate in wanted or len(only) == 1]
    return sorted(kept, key=lambda e: (list(NAMES).index(e.name), e.accumulate))


def row(dtype: str, e: Evaluation, x: tuple[float, ...], few: bool) -> tuple[Cell, ...]:
    """One evaluation's line of the table."""
    return dtype, named(e), *cells(e.values, few), finite(e.ulp), wrong(e, x)


def finite(ulp: float) -> float | None:
    """An error that can be counted; none of what is NaN or infinite, which is said beside it."""
    return ulp if math.isfinite(ulp) else None


def named(e: Evaluation) -> str:
    """The evaluation's name, and that its sum is kept wide where it is."""
    return NAMES[e.name] + (f", {WIDE}" if e.accumulate == "wide" else "")


def wrong(e: Evaluation, x: tuple[float, ...]) -> str:
    """What went wrong, and at which logit; "ok" for nothing."""
    if e.began is None:
        return e.failure.said
    return f"{e.failure.said}, at x{e.began + 1} = {brief(x[e.began])}"


def listed(numbers: Sequence[float]) -> str:
    """The first few numbers, and how many there are if more."""
    more = "" if len(numbers) <= MOST_COLUMNS else f", ... ({len(numbers)} logits)"
    return ", ".join(map(brief, numbers[:MOST_COLUMNS])) + more


def brief(x: float) -> str:
    """A number as people type it, or where that is long to six digits."""
    typed = spell(x)
    return typed if len(typed) <= LONGEST else f"{x:.6g}"


def shares(o: Outcome, x: tuple[float, ...], few: bool) -> tuple[Cell, ...]:
    """The exact probabilities, or the largest and the smallest."""
    p, logs = o.exact.tolist(), o.exact_log.tolist()
    told = {i: f"e^-{far}" for i, far in farthest(x, logs).items()}
    return tuple(told.get(i, share(p[i], logs[i])) for i in places(logs, few))


def logarithms(o: Outcome, x: tuple[float, ...], few: bool) -> tuple[Cell, ...]:
    """Their logarithms; that of a p near 1 is -(1 - p) to all digits."""
    logs = o.exact_log.tolist()
    far = farthest(x, logs)
    found = [(logs[i], far.get(i, lacking(x, logs, i, -logs[i]))) for i in places(logs, few)]
    return tuple(f"-{cell}" if isinstance(cell, str) else log for log, cell in found)


def lacking(x: Sequence[float], logs: Sequence[float], i: int, number: float) -> Cell:
    """The `number` that is nearly 1 - p_i where that is small, in words where float64 has lost its digits."""
    rest = log_of_rest(logs, i)
    others = [logit for logit in (*x[:i], *x[i + 1 :]) if logit > -math.inf]
    return f"e^-{beyond(x[i], max(others))}" if rest == -math.inf and others else share(number, rest)


def places(logs: Sequence[float], few: bool) -> Sequence[int]:
    """Every class, or those of the largest and of the smallest probability."""
    return range(len(logs)) if few else (logs.index(max(logs)), logs.index(min(logs)))


def farthest(x: Sequence[float], logs: Sequence[float]) -> dict[int, str]:
    """-log p of the classes, not masked, where it is beyond float64."""
    gone = [i for i, log in enumerate(logs) if log == -math.inf < x[i]]
    return {i: beyond(max(x), x[i]) for i in gone}


def beyond(top: float, x: float) -> str:
    """`top` less x, which float64 cannot hold, to six digits."""
    with localcontext(prec=6):
        return str((Decimal(top) - Decimal(x)).normalize()).lower()


def log_of_rest(logs: Sequence[float], i: int) -> float:
    """log(1 - p_i), of the sum of the others, from the logarithms of all probabilities."""
    others = [*logs[:i], *logs[i + 1 :]]
    most = max(others, default=-math.inf)
    return most + math.log(math.fsum(math.exp(log - most) for log in others)) if most > -math.inf else most


def share(p: float, log: float) -> Cell:
    """A probability with that logarithm; in words where float64, which knows none so small, has lost its digits."""
    return p if p >= sys.float_info.min or log == -math.inf else power(log)


def power(log: float) -> str:
    """e to a power below float64's reach, to six digits."""
    decades = log / math.log(10)
    if log < FAINTEST:
        return f"e^{brief(log)}"
    whole = math.floor(decades)
    return f"{10 ** (decades - whole):.6g}e{whole}"


def cells(values: Any, few: bool) -> tuple[Cell, ...]:
    """Every value, or the largest and the smallest (NaN where any is)."""
    return tuple(values.tolist()) if few else (float(values.max()), float(values.min()))


def notes(x: tuple[float, ...], outcomes: Sequence[Outcome], log_total: float) -> tuple[str, ...]:
    """One value worked both ways, the bound with its value, what broke and what mends it.

    `log_total` is log sum exp(x - M).
    """
    said = (
        worked(x, outcomes[-1]),
        bound(x, log_total),
        broken(outcomes),
        vanished(outcomes),
        stalled(log_total, outcomes),
        coarse(x, outcomes),
    )
    return tuple(line for line in said if line)


def bound(x: tuple[float, ...], log_total: float) -> str:
    """The bound on log-sum-exp with its numbers."""
    most = math.log(len(x))
    total = of_sum(x, log_total)
    return f"M = {brief(max(x))}, the largest logit: 0 <= log sum exp(x - M) = {total} <= log n = {most:.6g}."


def of_sum(x: Sequence[float], log_total: float) -> str:
    """log sum exp(x - M) to six digits, also where float64 has no number so near 0."""
    total = lacking(x, [logit - max(x) for logit in x], x.index(max(x)), log_total)
    return total if isinstance(total, str) else f"{total:.6g}"


def worked(x: tuple[float, ...], o: Outcome) -> str:
    """One probability as the quotient it is, naively and max-shifted, in the last dtype asked for."""
    i = [k for k, logit in enumerate(x) if logit > -math.inf][:2][-1]
    naive, shifted = (
        f"{e.terms[i]:.6g}/{e.total:.6g} = {e.values[i]:.6g}".replace("nan", "NaN") for e in (o.naive, o.shifted)
    )
    return f"y{i + 1} in {o.dtype}: naive exp(x)/sum = {naive}; max-shifted exp(x - M)/sum = {shifted}."


def broken(outcomes: Sequence[Outcome]) -> str:
    """What the naive form did, and that the shift mends it."""
    over = [o.dtype for o in outcomes if o.naive.status in ("overflow", "both")]
    under = [o.dtype for o in outcomes if o.naive.status in ("underflow", "both")]
    lost = [o.dtype for o in outcomes if o.naive.failure == Failure.LOST_DIGITS]
    if not (over or under or lost):
        most = max(o.naive.ulp for o in outcomes)
        return f"Nothing broke: naive is off by {most:.3g} ULP at most."
    said = [f"exp or its sum overflows in {', '.join(over)}"] if over else []
    said += [f"exp or a quotient falls to 0 in {', '.join(under)}"] if under else []
    said += [f"half the digits or more are lost in {', '.join(lost)}"] if lost else []
    return f"Naive: {'; '.join(said)}. Subtracting M first keeps every exp from 0 to 1, and their sum at least 1."


def vanished(outcomes: Sequence[Outcome]) -> str:
    """Where even the shifted form gives 0, so that only log-softmax keeps the value."""
    lost = [o for o in outcomes if o.shifted.status == "underflow"]
    if not lost:
        return ""
    kept = [o.dtype for o in lost if not o.log_softmax.failure.breaks]
    where = "" if len(kept) == len(lost) else f" in {', '.join(kept)}"
    mended = f"; log-softmax keeps its logarithm{where}" if kept else ""
    return f"Max-shifted: a probability too small for {', '.join(o.dtype for o in lost)} is still 0{mended}."


def stalled(log_total: float, outcomes: Sequence[Outcome]) -> str:
    """Where the running sum stopped growing, or drifted, by a tenth or more of what a wider one gives."""
    sums = [(o.dtype, o.shifted.total, o.of("shifted", "wide").total) for o in outcomes]
    off = [(dtype, own, wide) for dtype, own, wide in sums if abs(own - wide) > 0.1 * wide]
    if not off:
        return ""
    said = ", ".join(f"{own:.6g} in {dtype}" for dtype, own, _ in off)
    mended = joined(list(dict.fromkeys(f"{wide:.6g}" for _, _, wide in off)))
    return (
        f"The sum of exp(x - M) is {math.exp(log_total):.6g}, yet a running sum gives {said}: add up in a wider dtype "
        f"(in float32: {mended})."
    )


def coarse(x: tuple[float, ...], outcomes: Sequence[Outcome]) -> str:
    """Where the dtype changed the logits by more than a tenth, which changes a quotient by a tenth."""
    moved = [o for o in outcomes if any(a != b and abs(a - b) > 0.1 for a, b in zip(o.held.tolist(), x, strict=True))]
    if not moved:
        return ""
    said = [f"{o.dtype} holds them as {listed(o.held.tolist())}" for o in moved]
    return f"The logits are rounded before all else, which no formula mends: {'; '.join(said)}."
