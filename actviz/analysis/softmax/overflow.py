"""Softmax evaluated as a kernel written in a narrow dtype would: where it overflows, where it vanishes.

Naive means that every intermediate is rounded to the dtype: the logits, each exp, each step of the
running sum, each quotient, each logarithm. Each single operation is correctly rounded (computed in
float64, then rounded once; float64 itself uses numpy's own). Exact is the softmax of the logits as
given, the float64 nearest to it in double-double: rounding the logits is part of what a narrow dtype costs. A logit of
-inf is masked: its probability is 0, and that is no underflow.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from actviz import _numpy as np
from actviz.analysis.softmax.cliffs import cliffs
from actviz.analysis.softmax.evaluations import Accumulate, evaluations
from actviz.analysis.softmax.exact import exact
from actviz.analysis.softmax.failures import Failure, Status
from actviz.analysis.softmax.logits import prepared
from actviz.analysis.softmax.rounding import rounding
from actviz.catalogue.logits import log_softmax
from actviz.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Sequence

    from actviz.activation import Array
    from actviz.analysis.softmax.evaluations import Evaluated
    from actviz.analysis.softmax.exact import Exact


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Logits at which a dtype's exp and sums of `length` exps fail, each one of the dtype's own numbers.

    `overflow` is the least whose exp is not finite, `finite_to` the largest whose exp is; `sum_overflow` the
    least x such that n logits equal to x overflow the running sum, `wide_overflow` one that is kept in at
    least float32, `total_overflow` such that n exp(x) itself is beyond the dtype; `underflow` the greatest
    whose exp is subnormal; `flush` the greatest whose exp is 0. A running sum of ones stops growing at
    `stops_growing`, as does any where a term is under half its last place: for many logits of few bits
    `sum_overflow` is more than ln(max/n), and `total_overflow`, which is about that, less.
    """

    overflow: float
    sum_overflow: float
    underflow: float
    flush: float
    finite_to: float
    wide_overflow: float
    total_overflow: float
    stops_growing: float
    length: int


@dataclass(frozen=True, slots=True)
class Evaluation:
    """One way to evaluate softmax or its logarithm: its exps and their sum, what came out, what befell it.

    All are float64 copies of the dtype's numbers, n of `terms` and of `values`. `failure` says what went wrong,
    `began` at which logit, None for none; `ulp` is the error of the worst value, that of logit `worst`.

    `status` is less fine. Overflow: the logits are finite, yet some logit rounded to the dtype, some exp or the
    sum of exps is not (for the max-shifted forms: of x - M). Underflow: some probability, which is never 0 for
    finite logits, came out 0 or 0/0 because its exp, or its quotient by a finite sum, vanished. Both:
    both. The logarithm of a softmax shares its status, for 0 and NaN have no finite logarithm;
    log-softmax, which needs no quotient, is ok where all its numbers are finite.
    """

    name: str
    accumulate: Accumulate
    terms: Array
    total: float
    values: Array
    status: Status
    failure: Failure
    began: int | None
    ulp: float
    worst: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """Softmax of some logits in one dtype, six ways, beside the exact answer (n numbers each), and its 1 - p.

    From float32 up a sum kept wide is the same as one kept in the dtype, and `evaluations` has no such.
    """

    dtype: str
    held: Array
    evaluations: tuple[Evaluation, ...]
    exact: Array
    exact_log: Array
    rest: Array
    thresholds: Thresholds

    def of(self, name: str, accumulate: Accumulate = "native") -> Evaluation:
        """The evaluation of that name; the native one where a wide sum is no other."""
        found = {(e.name, e.accumulate): e for e in self.evaluations}
        return found.get((name, accumulate), found[name, "native"])

    @property
    def naive(self) -> Evaluation:
        """exp(x)/sum exp(x)."""
        return self.of("naive")

    @property
    def shifted(self) -> Evaluation:
        """exp(x - M)/sum exp(x - M), M the largest logit."""
        return self.of("shifted")

    @property
    def log_naive(self) -> Evaluation:
        """The logarithm of the naive form."""
        return self.of("log_naive")

    @property
    def log_softmax(self) -> Evaluation:
        """(x - M) - log sum exp(x - M)."""
        return self.of("log_softmax")


def outcome(logits: Sequence[float], dtype: str, length: int | None = None) -> Outcome:
    """Softmax of `logits` in `dtype`, one of floats.ALL_DTYPES, and its thresholds for `length` equal logits.

    Without `length` there are as many as logits. Raise BadInput for NaN, inf, or none but -inf.
    """
    x = np.asarray(logits, dtype=np.float64)
    masked = x == -np.inf
    if masked.all() or not np.isfinite(x[~masked]).all():
        raise BadInput("softmax overflow needs at least one logit, and finite ones, or -inf for a masked class")
    r, row = rounding(dtype), x[np.newaxis, :]
    truth = exact(row)
    found = evaluated(row, dtype, "native", truth)
    if not r.single:
        found += evaluated(row, dtype, "wide", truth)
    with np.errstate(all="ignore"):
        held = np.where(masked, x, r.fit(x))
    limits = thresholds(dtype, x.size if length is None else length)
    return Outcome(dtype, held, found, truth.value[0], truth.log[0], truth.rest[0], limits)


def evaluated(row: Array, dtype: str, accumulate: Accumulate, truth: Exact) -> tuple[Evaluation, ...]:
    """Every evaluation of one row, (1, n)."""
    return tuple(evaluation(found) for found in evaluations(row, dtype, accumulate, truth))


def evaluation(found: Evaluated) -> Evaluation:
    """The evaluation of the one row."""
    began = int(found.began[0])
    return Evaluation(
        found.name,
        found.accumulate,
        found.terms[0],
        float(found.total[0]),
        found.values[0],
        found.status(),
        Failure(int(found.failure[0])),
        None if began < 0 else began,
        float(found.ulp[0]),
        int(found.worst[0]),
    )


def thresholds(dtype: str, n: int) -> Thresholds:
    """Where exp, and the sum of `n` equal exps, overflow and vanish in `dtype`."""
    found = cliffs(dtype, n)
    return Thresholds(
        overflow=found.overflow,
        sum_overflow=found.sum_overflow,
        underflow=found.subnormal_to,
        flush=found.zero_to,
        finite_to=found.finite_to,
        wide_overflow=found.wide_overflow,
        total_overflow=found.total_overflow,
        stops_growing=found.stops_growing,
        length=found.length,
    )


def log_sum_exp_shifted(logits: Sequence[float]) -> float:
    """log sum exp(x - M), from 0 to log n: what the largest class lacks of certainty."""
    return float(-np.max(log_softmax(np.asarray(logits, dtype=np.float64)))) + 0.0


def transformed(
    logits: Sequence[float], temperature: float = 1.0, softcap: float | None = None, scale: float = 1.0
) -> tuple[float, ...]:
    """`scale` times x, c tanh(x/c) for a `softcap` c, then over `temperature`, in float64; -inf, a mask, stays.

    Raise BadInput where one of the three is not positive and finite, or takes a logit out of float64.
    """
    x = prepared(np.asarray(logits, dtype=np.float64), scale, softcap, temperature)
    return tuple(x.tolist())
