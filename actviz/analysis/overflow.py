"""Softmax evaluated as a kernel written in a narrow dtype would: where it overflows, where it vanishes.

Naive means that every intermediate is rounded to the dtype: the logits, each exp, each step of the
running sum, each quotient, each logarithm. Each single operation is correctly rounded (computed in
float64, then rounded once; float64 itself uses numpy's own). Exact is the softmax of the logits as
given, to full float64 precision: rounding the logits is part of what a narrow dtype costs. A logit of
-inf is masked: its probability is 0, and that is no underflow.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from actviz import _numpy as np
from actviz.catalogue.logits import log_softmax, softmax
from actviz.errors import BadInput
from actviz.evaluation import rounded
from actviz.floats import bisected, dtype_of, smallest_normal

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from actviz.activation import Array

Status = Literal["ok", "overflow", "underflow", "both"]


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Logits at which a dtype's exp fails, each one of the dtype's own numbers.

    `overflow` is the least whose exp is not finite; `sum_overflow` the least x such that n logits
    equal to x overflow the running sum; `underflow` the greatest whose exp is subnormal; `flush` the
    greatest whose exp is 0. A running sum stops growing where a term is under half its last place,
    so for many logits of few bits `sum_overflow` is more than ln(max/n).
    """

    overflow: float
    sum_overflow: float
    underflow: float
    flush: float


@dataclass(frozen=True, slots=True)
class Evaluation:
    """One way to evaluate softmax or its logarithm: its exps and their sum, what came out, what befell it.

    All are float64 copies of the dtype's numbers, n of `terms` and of `values`.

    Overflow: the logits are finite, yet some logit rounded to the dtype, some exp or the sum of exps
    is not (for the max-shifted forms: of x - M). Underflow: some probability, which is never 0 for
    finite logits, came out 0 or 0/0 because its exp, or its quotient by a finite sum, vanished. Both:
    both. The logarithm of a softmax shares its status, for 0 and NaN have no finite logarithm;
    log-softmax, which needs no quotient, is ok where all its numbers are finite.
    """

    terms: Array
    total: float
    values: Array
    status: Status


@dataclass(frozen=True, slots=True)
class Outcome:
    """Softmax of some logits in one dtype, four ways, beside the exact answer (n numbers each)."""

    dtype: str
    held: Array
    naive: Evaluation
    shifted: Evaluation
    log_naive: Evaluation
    log_softmax: Evaluation
    exact: Array
    exact_log: Array
    thresholds: Thresholds


def outcome(logits: Sequence[float], dtype: str) -> Outcome:
    """Softmax of `logits` in `dtype`, one of floats.DTYPES; raise BadInput for NaN, inf, or none but -inf."""
    x = np.asarray(logits, dtype=np.float64)
    masked = x == -np.inf
    if masked.all() or not np.isfinite(x[~masked]).all():
        raise BadInput("softmax overflow needs at least one logit, and finite ones, or -inf for a masked class")
    kind = dtype_of(dtype)
    with np.errstate(all="ignore"):
        held = fit(x, kind)
        naive, log_naive = evaluated(held, masked, kind)
        d = fit(held - held.max(), kind)
        shifted, _ = evaluated(d, masked, kind)
        logs = fit(d - fit(np.log(np.asarray(shifted.total)), kind), kind)
        lost: Status = "ok" if np.isfinite(logs[~masked]).all() else "overflow"
        limits = thresholds(dtype, x.size)
    kept = Evaluation(shifted.terms, shifted.total, logs, lost)
    return Outcome(dtype, held, naive, shifted, log_naive, kept, softmax(x), log_softmax(x), limits)


def evaluated(x: Array, masked: NDArray[np.bool_], kind: Any) -> tuple[Evaluation, Evaluation]:
    """exp(x)/sum exp(x) with every intermediate in the dtype, and the logarithm of that."""
    e = fit(np.exp(x), kind)
    total = running_sum(e, kind)
    p = fit(e / total, kind)
    overflows = not (np.isfinite(e).all() and math.isfinite(total))
    vanishes = bool((e[~masked] == 0).any() or (math.isfinite(total) and (p[~masked] == 0).any()))
    status = status_of(overflows, vanishes)
    return Evaluation(e, total, p, status), Evaluation(e, total, fit(np.log(p), kind), status)


def status_of(overflows: bool, vanishes: bool) -> Status:
    """The name of what befell an evaluation."""
    if overflows:
        return "both" if vanishes else "overflow"
    return "underflow" if vanishes else "ok"


def fit(x: Array, kind: Any) -> Array:
    """`x` rounded once to the dtype, as float64 again."""
    return rounded(x, kind).astype(np.float64)


def running_sum(terms: Array, kind: Any) -> float:
    """The sum one term after the other, rounded to the dtype at each step."""
    return float(np.add.accumulate(terms.astype(kind))[-1])


def thresholds(dtype: str, n: int) -> Thresholds:
    """Where exp, and the sum of `n` equal exps, overflow and vanish in `dtype`."""
    kind = dtype_of(dtype)
    tiny = smallest_normal(kind)

    def exp(x: float) -> float:
        return float(fit(np.exp(np.asarray([x])), kind)[0])

    def total(x: float) -> float:
        return running_sum(np.full(n, exp(x)), kind)

    with np.errstate(all="ignore"):
        return Thresholds(
            overflow=least(kind, lambda x: math.isinf(exp(x))),
            sum_overflow=least(kind, lambda x: math.isinf(total(x))),
            underflow=-least(kind, lambda x: exp(-x) < tiny),
            flush=-least(kind, lambda x: exp(-x) == 0.0),
        )


def least(kind: Any, holds: Callable[[float], bool]) -> float:
    """The least number of the dtype for which `holds`, a condition true from some finite number on."""
    ends = np.asarray([-np.inf, np.inf], dtype=kind)
    _, first = bisected(lambda x: np.asarray([not holds(float(x[0]))]), ends[:1], ends[1:])
    return float(first[0])


def worst_error(evaluation: Evaluation, exact: Array) -> float:
    """The largest distance of an evaluation from what it should be; NaN where any value is."""
    with np.errstate(all="ignore"):
        return float(np.where(evaluation.values == exact, 0.0, np.abs(evaluation.values - exact)).max())


def log_sum_exp_shifted(logits: Sequence[float]) -> float:
    """log sum exp(x - M), from 0 to log n: what the largest class lacks of certainty."""
    return float(-np.max(log_softmax(np.asarray(logits, dtype=np.float64)))) + 0.0


def transformed(logits: Sequence[float], temperature: float = 1.0, softcap: float | None = None) -> tuple[float, ...]:
    """c tanh(x/c) for a `softcap` c, then divided by `temperature`, in float64; -inf, a mask, stays as it is.

    Raise BadInput where one of the two is not positive and finite, or takes a logit out of float64.
    """
    for what, value in (("temperature", temperature), ("softcap", softcap)):
        if value is not None and not (math.isfinite(value) and value > 0):
            raise BadInput(f"{what} must be above 0 and finite, not {value:g}")
    capped = logits if softcap is None else [x if x == -math.inf else softcap * math.tanh(x / softcap) for x in logits]
    divided = tuple(x / temperature for x in capped)
    if any(math.isinf(after) and math.isfinite(before) for before, after in zip(capped, divided, strict=True)):
        raise BadInput(f"temperature {temperature:g} takes a logit beyond float64; give a greater one")
    return divided
