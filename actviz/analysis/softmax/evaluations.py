"""Six ways to evaluate softmax or its logarithm, every intermediate rounded to the dtype, over rows of logits.

naive: exp(x)/sum exp(x). shifted: the same of x - M, M the largest logit. log_naive: the logarithm of naive.
log_softmax: (x - M) - log sum exp(x - M). division_free: exp(x - lse), lse = M + log sum exp(x - M)
(Blanchard, Higham and Higham 2021, IMA J. Numer. Anal. 41(4), eq. 1.4). online: M and the sum in one pass
(Milakov and Gimelshein 2018), then exp(x - M)/sum. The sum is kept in the dtype ("native") or in at least
float32 ("wide"); its quotients and its logarithm are rounded to the dtype in both.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from actviz import _numpy as np
from actviz.analysis.softmax.beginnings import began, first_lost, off
from actviz.analysis.softmax.exact import Exact, exact
from actviz.analysis.softmax.failures import STATUSES, Failure, Status
from actviz.analysis.softmax.parts import Part, parts
from actviz.analysis.softmax.rounding import accumulator, rounding
from actviz.analysis.softmax.rows import Rows, columns, rows_in
from actviz.errors import BadInput

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from actviz.activation import Array
    from actviz.analysis.softmax.failures import Codes

Accumulate = Literal["native", "wide"]


@dataclass(frozen=True, slots=True)
class Evaluated:
    """One evaluation of rows of logits in one dtype: float64 copies of the dtype's numbers.

    `terms` and `values` are (rows, n), all else (rows,). `began` is the number of the logit at which the
    failure began, -1 where there is none: the first whose exp or probability fails, or that swells the sum too
    far; where all vanish the largest; where digits are lost the first term that the sum swallows, if that is what
    loses them, else the first value that lost them. `ulp` is the error of the worst value not
    masked, in units of the dtype at the float64 nearest to the exact value, inf for NaN; it is that of logit `worst`.
    """

    name: str
    accumulate: Accumulate
    terms: Array
    total: Array
    values: Array
    failure: Codes
    places: NDArray[np.int8]
    began: NDArray[np.int64]
    ulp: Array
    worst: NDArray[np.int64]

    def status(self, row: int = 0) -> Status:
        """The row's status, less fine than its failure."""
        return STATUSES[int(self.places[row])]


def evaluations(
    logits: Array, dtype: str, accumulate: Accumulate = "native", truth: Exact | None = None
) -> tuple[Evaluated, ...]:
    """The six EVALUATIONS of each row of `logits`, (rows, n) in float64, in `dtype`, one of floats.ALL_DTYPES.

    -inf masks a logit: its probability is 0, in dtypes without infinity too. `truth` is `exact` of the
    logits, where it is at hand already. Raise BadInput for rows of no logits.
    """
    if logits.ndim != 2 or not logits.shape[1]:
        raise BadInput(f"softmax needs rows of at least one logit, not an array of shape {logits.shape}")
    truth = exact(logits) if truth is None else truth
    with np.errstate(all="ignore"):
        rows = rows_in(columns(logits), rounding(dtype))
        into = accumulator(rows.r, accumulate)
        return tuple(finished(found, rows, accumulate, truth) for found in parts(rows, into))


def finished(part: Part, rows: Rows, accumulate: Accumulate, truth: Exact) -> Evaluated:
    """The evaluation with its errors measured, and where each failure began, rows first."""
    distance = off(part, rows, truth)
    worst = distance.argmax(axis=0)
    ulp = np.where(rows.undefined, np.nan, distance.max(axis=0))
    lost = (part.failure == Failure.OK) & (ulp >= rows.r.half_lost)
    code = np.where(lost, np.int8(Failure.LOST_DIGITS), part.failure)
    code = np.where(rows.undefined, np.int8(Failure.UNDEFINED), code)
    places = first_lost(part, rows, truth) if lost.any() else worst
    first = began(part, rows, code, places)
    return Evaluated(
        part.name, accumulate, part.terms.T, part.steps[-1], part.values.T, code, part.places, first, ulp, worst
    )
