"""Cross-entropy and its gradient by dtype, the naive way and the stable one, as a table."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from actviz.analysis.softmax.tables import DIGITS, MOST_COLUMNS, WIDE, farthest, finite, lacking, share
from actviz.report import Cell, Table
from actviz.wording import listed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from actviz.analysis.softmax.cross_entropy import CrossEntropy, Entropy

CANCELLED = "Where p is near 1, p - 1 cancels; the sum of the other probabilities, which is 1 - p, does not."


def entropies(found: Sequence[tuple[str, CrossEntropy]], target: int) -> Table:
    """A row a dtype and way: the loss -log y of the target class, its gradient p - onehot by the logits.

    `found` are losses of one row each, with how their sum was kept. Of many classes the target's gradient is shown.
    """
    first = found[0][1]
    n = first.gradient.shape[1]
    shown = tuple(range(n)) if n <= MOST_COLUMNS else (target,)
    heads = tuple(f"dL/dx{i + 1}" for i in shown)
    exact = tuple(true_slope(first, target, i) for i in shown)
    rows: list[tuple[Cell, ...]] = [("exact", "", true_loss(first, target), None, *exact, None, "")]
    for accumulate, one in found:
        wide = f", {WIDE}" if accumulate == "wide" else ""
        rows += [row(one.dtype, way.way + wide, way, shown) for way in (one.naive, one.stable)]
    columns = ("dtype", "way", "loss", "ULP", *heads, "gradient ULP", "what went wrong")
    title = f"Cross-entropy with target {target} (y{target + 1})"
    return Table(columns, tuple(rows), title, sentences(found, target), DIGITS)


def true_loss(one: CrossEntropy, target: int) -> Cell:
    """-log p of the target, in words where float64 has no such number."""
    x, logs = one.logits[0].tolist(), one.log[0].tolist()
    return farthest(x, logs).get(target, lacking(x, logs, target, float(one.loss[0])))


def true_slope(one: CrossEntropy, target: int, i: int) -> Cell:
    """The exact gradient by logit i: p_i, of the target p - 1, in words where float64 has no number so near 0."""
    x, logs, slope = one.logits[0].tolist(), one.log[0].tolist(), float(one.gradient[0, i])
    if i != target:
        far = farthest(x, logs)
        return f"e^-{far[i]}" if i in far else share(slope, logs[i])
    rest = lacking(x, logs, i, -slope)
    return f"-{rest}" if isinstance(rest, str) else slope


def row(dtype: str, way: str, e: Entropy, shown: tuple[int, ...]) -> tuple[Cell, ...]:
    """One line of the table."""
    gradient = tuple(float(e.gradient[0, i]) for i in shown)
    errors = finite(float(e.loss_ulp[0])), finite(float(e.gradient_ulp[0]))
    return dtype, way, float(e.loss[0]), errors[0], *gradient, errors[1], e.said()


def sentences(found: Sequence[tuple[str, CrossEntropy]], target: int) -> tuple[str, ...]:
    """What the ways are, and where the naive one is infinite or NaN."""
    ways = "Naive: -log of exp(x)/sum exp(x); stable: log sum exp(x - M) - (x - M). Gradient: p - onehot."
    said = (ways, CANCELLED) if any(w.cancelled[0] for _, one in found for w in (one.naive, one.stable)) else (ways,)
    true, losses = true_loss(found[0][1], target), {one.dtype: float(one.naive.loss[0]) for _, one in found}
    kinds = {
        "NaN": [dtype for dtype, loss in losses.items() if math.isnan(loss)],
        "inf": [dtype for dtype, loss in losses.items() if math.isinf(loss)],
    }
    bad = [f"{kind} in {listed(dtypes)}" for kind, dtypes in kinds.items() if dtypes]
    if not bad or true == math.inf:
        return said
    number = true if isinstance(true, str) else f"{true:.6g}"
    return (*said, f"The naive loss is {', and '.join(bad)}, where the true one is {number}.")
