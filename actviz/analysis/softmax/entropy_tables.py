"""Cross-entropy and its gradient by dtype, the naive way and the stable one, as a table."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from actviz.analysis.softmax.tables import DIGITS, MOST_COLUMNS, WIDE, finite
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
    exact = tuple(float(first.gradient[0, i]) for i in shown)
    rows: list[tuple[Cell, ...]] = [("exact", "", float(first.loss[0]), None, *exact, None, "")]
    for accumulate, one in found:
        wide = f", {WIDE}" if accumulate == "wide" else ""
        rows += [row(one.dtype, way.way + wide, way, shown) for way in (one.naive, one.stable)]
    columns = ("dtype", "way", "loss", "ULP", *heads, "gradient ULP", "what went wrong")
    return Table(columns, tuple(rows), f"Cross-entropy with target {target} (y{target + 1})", sentences(found), DIGITS)


def row(dtype: str, way: str, e: Entropy, shown: tuple[int, ...]) -> tuple[Cell, ...]:
    """One line of the table."""
    gradient = tuple(float(e.gradient[0, i]) for i in shown)
    errors = finite(float(e.loss_ulp[0])), finite(float(e.gradient_ulp[0]))
    return dtype, way, float(e.loss[0]), errors[0], *gradient, errors[1], e.said()


def sentences(found: Sequence[tuple[str, CrossEntropy]]) -> tuple[str, ...]:
    """What the ways are, and where the naive one is infinite or NaN."""
    ways = "Naive: -log of exp(x)/sum exp(x); stable: log sum exp(x - M) - (x - M). Gradient: p - onehot."
    said = (ways, CANCELLED) if any(w.cancelled[0] for _, one in found for w in (one.naive, one.stable)) else (ways,)
    true, losses = float(found[0][1].loss[0]), {one.dtype: float(one.naive.loss[0]) for _, one in found}
    kinds = {
        "NaN": [dtype for dtype, loss in losses.items() if math.isnan(loss)],
        "inf": [dtype for dtype, loss in losses.items() if math.isinf(loss)],
    }
    bad = [f"{kind} in {listed(dtypes)}" for kind, dtypes in kinds.items() if dtypes]
    if not bad or not math.isfinite(true):
        return said
    return (*said, f"The naive loss is {', and '.join(bad)}, where the true one is {true:.6g}.")
