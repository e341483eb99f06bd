"""The JSON of `actviz softmax-overflow`: logits in a dtype, their cross-entropy, rows of data."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from actviz.analysis.softmax.cross_entropy import CrossEntropy, Entropy
    from actviz.analysis.softmax.failures import Failure
    from actviz.analysis.softmax.overflow import Evaluation, Outcome
    from actviz.analysis.softmax.reading import RowReading
    from actviz.report import Table


def result(o: Outcome) -> dict[str, Any]:
    """One dtype's numbers."""
    return {
        "dtype": o.dtype,
        "naive": o.naive.values,
        "shifted": o.shifted.values,
        "log_naive": o.log_naive.values,
        "log_softmax": o.log_softmax.values,
        "exact": o.exact,
        "exact_log": o.exact_log,
        "naive_status": o.naive.status,
        "log_naive_status": o.log_naive.status,
        "thresholds": asdict(o.thresholds),
        "held": o.held,
        "evaluations": [evaluation(e) for e in o.evaluations],
    }


def evaluation(e: Evaluation) -> dict[str, Any]:
    """One evaluation; `began` and `worst` count logits from 0, `began` null where nothing went wrong."""
    return {
        "evaluation": e.name,
        "accumulate": e.accumulate,
        "values": e.values,
        "sum": e.total,
        "status": e.status,
        "failure": failure(e.failure),
        "began": e.began,
        "ulp": e.ulp,
        "worst": e.worst,
    }


def failure(code: Failure) -> str:
    """A failure's name."""
    return code.name.lower()


def cross_entropy(accumulate: str, one: CrossEntropy) -> dict[str, Any]:
    """The loss of one row and its gradient, exact and both ways."""
    return {
        "accumulate": accumulate,
        "target": int(one.targets[0]),
        "exact_loss": float(one.loss[0]),
        "exact_gradient": one.gradient[0],
        "naive": way(one.naive),
        "stable": way(one.stable),
    }


def way(e: Entropy) -> dict[str, Any]:
    """One way."""
    from actviz.analysis.softmax.failures import Failure

    return {
        "loss": float(e.loss[0]),
        "gradient": e.gradient[0],
        "failure": failure(Failure(int(e.failure[0]))),
        "loss_ulp": float(e.loss_ulp[0]),
        "gradient_ulp": float(e.gradient_ulp[0]),
        "gradient_broken": bool(e.gradient_broken[0]),
        "gradient_lost": bool(e.gradient_lost[0]),
        "cancelled": bool(e.cancelled[0]),
    }


def explanation(tables: Sequence[Table]) -> list[dict[str, Any]]:
    """The steps of --explain."""
    return [{"title": t.title, "steps": [{"by": row[0], "line": row[1]} for row in t.rows]} for t in tables]


def reading(one: RowReading) -> dict[str, Any]:
    """The audit of one array's rows."""
    a = one.audit
    return {
        "source": one.label,
        "shape": list(one.shape),
        "dtype": one.dtype,
        "axis": one.axis,
        "remark": one.remark or None,
        "length": a.length,
        "rows": a.rows,
        "masked_rows": a.masked,
        "invalid_rows": a.invalid,
        "invalid": [{"row": row, "index": list(one.places[row])} for row in a.invalid_rows],
        "masked_logits": a.masked_logits,
        "least_numbers": dict(one.least),
        "rounded_logits": one.rounded,
        "largest": a.largest if a.valid else None,
        "smallest": a.smallest if a.valid else None,
        "lowest_maximum": a.lowest_top if a.valid else None,
        "spread": a.spread if a.valid else None,
        "results": [audited(one, number) for number in range(len(one.dtypes))],
        "worst": [
            {"row": w.row, "index": list(one.places[w.row]), "broken": w.broken, "size": w.size, "spread": w.spread}
            for w in a.worst
        ],
        "judged": a.judged,
        "advice": one.advice,
    }


def audited(one: RowReading, number: int) -> dict[str, Any]:
    """What one dtype does to the rows of an array."""
    dtype, losses = one.dtypes[number], {loss.dtype: loss for loss in one.audit.losses}
    kinds = dict.fromkeys((c.evaluation, c.accumulate) for c in one.audit.counts if c.dtype == dtype)
    ends = {key: value for key, value in asdict(one.cliffs[number]).items() if key != "dtype"}
    return {
        "dtype": dtype,
        "evaluations": [counted(one, dtype, name, accumulate) for name, accumulate in kinds],
        "logit_loss": losses[dtype].logit if dtype in losses else None,
        "sum_loss": losses[dtype].total if dtype in losses else None,
        "safe": [
            {
                "goal": s.goal,
                "temperature": s.temperature,
                "scale": s.scale,
                "softcap": s.softcap,
                "bounds": list(s.bounds),
            }
            for s in one.safe[number]
        ],
        "thresholds": ends,
    }


def counted(one: RowReading, dtype: str, name: str, accumulate: str) -> dict[str, Any]:
    """How many rows one evaluation leaves in which state."""
    found = [c for c in one.audit.counts if (c.dtype, c.evaluation, c.accumulate) == (dtype, name, accumulate)]
    return {
        "evaluation": name,
        "accumulate": accumulate,
        "broken": one.audit.broken(dtype, name, accumulate),
        "failures": {failure(c.failure): c.rows for c in found},
        "first": {failure(c.failure): c.first for c in found if c.failure},
        "began": {failure(c.failure): one.began[c] for c in found if c.failure},
    }
