"""Cross-entropy of softmax and its gradient, as kernels evaluate them in a dtype, beside the exact ones.

The naive loss is -log of a naive softmax, the stable one log sum exp(x - M) - (x - M) at the target; the
gradient is p - onehot, with the naive p and with the max-shifted one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from actviz import _numpy as np
from actviz.analysis.softmax.digits import distances
from actviz.analysis.softmax.evaluations import Accumulate, Evaluated, evaluations
from actviz.analysis.softmax.exact import exact
from actviz.analysis.softmax.failures import Failure
from actviz.analysis.softmax.rounding import Rounding, rounding
from actviz.errors import BadInput

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from actviz.activation import Array
    from actviz.analysis.softmax.failures import Codes

    Targets = NDArray[np.int64]

Way = Literal["naive", "stable"]


@dataclass(frozen=True, slots=True)
class Entropy:
    """The loss of each row, (rows,), and its gradient by the logits, (rows, n), by one way.

    `failure` is what befell the loss: LOST_DIGITS where it lost half its bits, OK where less.
    `loss_ulp` and `gradient_ulp` are the errors, the gradient's of its worst entry: inf for NaN and infinity.
    `gradient_broken` says where some entry is NaN, `gradient_lost` where one lost half its bits, and `cancelled`
    where the target's did though its p had not: p - 1 cancelled.
    """

    way: Way
    loss: Array
    gradient: Array
    failure: Codes
    loss_ulp: Array
    gradient_ulp: Array
    gradient_broken: NDArray[np.bool_]
    gradient_lost: NDArray[np.bool_]
    cancelled: NDArray[np.bool_]

    def said(self, row: int = 0) -> str:
        """What befell the loss of a row, and its gradient, in words."""
        loss = Failure(int(self.failure[row]))
        kinds = (
            (self.gradient_broken, "NaN"),
            (self.cancelled, "p - 1 cancelled"),
            (self.gradient_lost, Failure.LOST_DIGITS.said),
        )
        gradient = next((f"{what} in the gradient" for where, what in kinds if where[row]), "")
        return ", ".join(filter(None, (loss.said if loss or not gradient else "", gradient)))


@dataclass(frozen=True, slots=True)
class CrossEntropy:
    """Both ways in one dtype, the exact loss and gradient, and what tells them where float64 has no number so near 0.

    `log` is the exact logarithm of softmax, (rows, n), of `logits`.
    """

    dtype: str
    targets: Targets
    naive: Entropy
    stable: Entropy
    loss: Array
    gradient: Array
    logits: Array
    log: Array


def cross_entropy(logits: Array, targets: Any, dtype: str, accumulate: Accumulate = "native") -> CrossEntropy:
    """The cross-entropy of each row of `logits`, (rows, n) in float64, with its target class, counted from 0.

    The exact loss of a masked target is inf. Raise BadInput for targets that are no class of a row each.
    """
    chosen = checked_targets(targets, logits.shape)
    truth, r = exact(logits), rounding(dtype)
    found = {e.name: e for e in evaluations(logits, dtype, accumulate, truth)}
    onehot = np.arange(logits.shape[1]) == chosen[:, np.newaxis]
    pairs = (truth.rest, truth.value), (truth.rest_low, truth.value_low)
    true_gradient, gradient_low = (np.where(onehot, -rest, p) + 0.0 for rest, p in pairs)
    true_loss, loss_low = (0.0 - picked(log, chosen) for log in (truth.log, truth.log_low))

    def way(name: Way, log: Evaluated, p: Evaluated) -> Entropy:
        loss = 0.0 - picked(log.values, chosen)
        gradient = r.fit(p.values - onehot)
        slopes = off(gradient, (true_gradient, gradient_low), r)
        loss_ulp = off(loss, (true_loss, loss_low), r)
        code = failure_at(log.failure, loss, true_loss)
        lost = (code == Failure.OK) & (loss_ulp >= r.half_lost)
        code = np.where(lost, np.int8(Failure.LOST_DIGITS), code)
        broken: NDArray[np.bool_] = np.asarray(~np.isfinite(gradient).all(axis=1))
        worst = slopes.max(axis=1)
        kept = picked(off(p.values, (truth.value, truth.value_low), r), chosen) < r.half_lost
        cancelled = (picked(slopes, chosen) >= r.half_lost) & kept
        return Entropy(name, loss, gradient, code, loss_ulp, worst, broken, worst >= r.half_lost, cancelled)

    with np.errstate(all="ignore"):
        naive = way("naive", found["log_naive"], found["naive"])
        stable = way("stable", found["log_softmax"], found["shifted"])
    return CrossEntropy(dtype, chosen, naive, stable, true_loss, true_gradient, logits, truth.log)


def checked_targets(targets: Any, shape: tuple[int, ...]) -> Targets:
    """The targets as whole numbers; raise BadInput unless there is one for each row, from 0 to n - 1."""
    found = np.atleast_1d(np.asarray(targets))
    if found.dtype.kind not in "iu":
        raise BadInput(f"targets are whole numbers, the classes counted from 0, not {found.dtype}")
    if found.shape != shape[:1]:
        raise BadInput(f"{shape[0]} rows need a target each, not an array of shape {found.shape}")
    wrong = found[(found < 0) | (found >= shape[1])]
    if wrong.size:
        raise BadInput(
            f"target {wrong[0]} is no class of {shape[1]} logits; give a whole number from 0 to {shape[1] - 1}"
        )
    return found.astype(np.int64)


def picked(values: Array, targets: Targets) -> Array:
    """The entry of each row's target."""
    entries: Array = np.take_along_axis(values, targets[:, np.newaxis], axis=1)[:, 0]
    return entries


def failure_at(code: Codes, loss: Array, exact_loss: Array) -> Codes:
    """The row's failure where it reached the target's loss; a loss that is inf for a masked target is right."""
    reached = ~np.isfinite(loss) & (loss != exact_loss)
    undefined = np.isnan(exact_loss)
    kept = np.where(reached | undefined, code, np.int8(Failure.OK))
    return np.where(undefined, np.int8(Failure.UNDEFINED), kept)


def off(got: Array, want: tuple[Array, Array], r: Rounding) -> Array:
    """`distances`, but 0 where both are the same infinity, and inf where one of them is no number."""
    same = np.isinf(got) & (got == want[0])
    distance = np.where(same, 0.0, distances(got, want, r))
    return np.where(np.isnan(distance), np.inf, distance)
