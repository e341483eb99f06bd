"""Softmax, its logarithm, softmin and softmax1 along an axis, and their Jacobians, to the last digits.

Every row is shifted by its maximum M. The rounding error of x - M is carried, the maximum's own term,
exactly 1, stays out of the sum s' of the others, and that sum is compensated: softmax is
e/(1 + s'), its logarithm (x - M) - log1p(s'). What a row with infinities gives is the limit, or NaN
where there is none: -inf is a masked entry (probability 0, logarithm -inf), one +inf takes all the
probability; two +inf, nothing but -inf, or a NaN make the whole row NaN.

Blanchard, Higham, Higham 2021, IMA J. Numer. Anal. 41(4), compare shifted and unshifted forms.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from actviz import _numpy as np
from actviz.arithmetic import two_sum
from actviz.catalogue.axes import along, one_vector

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from actviz.activation import Array
    from actviz.catalogue.axes import Axis


FAINT = 2.0**-960
"""Sums below this may hold terms that float64 has lost."""

GONE = -790.0
"""exp of this is lost to float64 2**63 times over."""


@dataclass(frozen=True, slots=True)
class Shifted:
    """Rows of logits with the maximum M taken off: all columns are (rows, 1), the rest (rows, n).

    `d` + `error` is x - M exactly; `e` is exp(d); `own` marks the one maximum left out of the sum;
    `others` + `others_low` is the sum s' of e over all but that one.
    """

    top: Array
    d: Array
    error: Array
    e: Array
    own: NDArray[np.bool_]
    others: Array
    others_low: Array

    @property
    def total(self) -> tuple[Array, Array]:
        """1 + s' as a rounded sum and what it lacks."""
        total, low = two_sum(self.others, 1.0)
        return total, low + self.others_low

    @property
    def log_total(self) -> Array:
        """log(1 + s'), relatively exact even where s' is tiny."""
        return np.log1p(self.others) + self.others_low / (1.0 + self.others)


def shifted(x: Array) -> Shifted:
    """The rows of `x` (float64, rows by n) less their maxima, exponentiated and summed."""
    top, d, error = lowered(x)
    e = np.exp(d)
    own = first_largest(x)
    others, low = compensated_sum(np.where(own, 0.0, e + e * error))
    faint = np.flatnonzero(others < FAINT)
    faint = faint[np.max(d[faint], axis=1, initial=-np.inf, where=~own[faint]) > GONE]
    if faint.size:
        others[faint], low[faint] = faint_sums(d[faint], error[faint], own[faint]), 0.0
    undefined = (top == -np.inf) | ((top == np.inf) & (others > 0))
    return Shifted(top, d, error, e, own, np.where(undefined, np.nan, others), low)


def faint_sums(d: Array, error: Array, own: NDArray[np.bool_]) -> Array:
    """The sums of exp(d + error) but for `own`, as a column, rounded at the end: each is the square of exp(d/2), which
    float64 holds.
    """
    roots = np.exp(0.5 * d) * 2.0**100
    sums, low = compensated_sum(np.where(own, 0.0, roots * roots * (1.0 + error)))
    found: Array = (sums + low) * 2.0**-200
    return found


def lowered(x: Array) -> tuple[Array, Array, Array]:
    """Each row's maximum as a column, x less it, and the rounding error of that difference."""
    top = x.max(axis=1, keepdims=True)
    d, error = two_sum(x, -top)
    d = np.where(x == top, 0.0, d)  # inf - inf is 0 here: the limit of equal logits
    return top, d, np.where(np.isfinite(error), error, 0.0)


def first_largest(x: Array) -> NDArray[np.bool_]:
    """Where each row has its maximum, the first of equal ones."""
    first: NDArray[np.bool_] = np.arange(x.shape[1]) == x.argmax(axis=1)[:, np.newaxis]
    return first


def compensated_sum(terms: Array) -> tuple[Array, Array]:
    """Each row's sum and its rounding error, as columns: pairwise, every error caught. Overwrites `terms`."""
    low = np.zeros_like(terms)
    width = terms.shape[1]
    while width > 1:
        half = (width + 1) // 2
        left, right = slice(0, width - half), slice(half, width)
        terms[:, left], error = two_sum(terms[:, left], terms[:, right])
        low[:, left] += low[:, right] + error
        width = half
    return terms[:, :1], low[:, :1]


def softmax_rows(x: Array) -> Array:
    """Softmax of each row."""
    s = shifted(x)
    total, low = s.total
    p = s.e / total
    return p + p * (s.error - low / total)


def log_softmax_rows(x: Array) -> Array:
    """Log-softmax of each row: no two terms of opposite sign, so nothing cancels."""
    s = shifted(x)
    y, low = two_sum(s.d, -s.log_total)
    return signed(np.where(np.isfinite(y), y + (low + s.error), y), x, s.others)


def signed(y: Array, x: Array, others: Array) -> Array:
    """Log-softmax with -0 where that of the largest class is below 0 by less than float64 knows; it is 0 exactly where
    all other classes are masked.
    """
    alone = np.flatnonzero(others == 0)
    if alone.size:
        logits = x[alone]
        below = np.isfinite(logits) & (np.count_nonzero(logits > -np.inf, axis=1, keepdims=True) > 1)
        y[alone] = np.where(below & (y[alone] == 0), -0.0, y[alone])
    return y


def softmin_rows(x: Array) -> Array:
    """Softmin of each row."""
    return softmax_rows(-x)


def softmax1_rows(x: Array) -> Array:
    """Softmax of each row beside one more class of logit 0, which is then left out."""
    return softmax_rows(beside_zero(x))[:, :-1]


def beside_zero(x: Array) -> Array:
    """Each row with a 0 behind it, whose exp is the 1 in the denominator of softmax1."""
    return np.pad(x, ((0, 0), (0, 1)))


def softmax(x: ArrayLike, axis: Axis = -1) -> Any:
    """exp(x_i) / sum_k exp(x_k) along `axis`, within 3 ULP.

    Takes an array of any shape; shape and float dtype are kept, integers become float64 (beyond 2**53 their exact
    differences do), narrow dtypes are computed in float64 and rounded once. Several axes, or None for all, count as
    one. Raise BadInput for a scalar, an empty vector or an axis that x lacks. Bridle 1990.
    """
    return along(softmax_rows, x, axis, "softmax", np.max)


def log_softmax(x: ArrayLike, axis: Axis = -1) -> Any:
    """x_i - log sum_k exp(x_k) along `axis`, within 3 ULP, the largest class included.

    That class has 0 only where all others are masked; what is below 0 by too little for the dtype is -0. Shapes,
    dtypes and errors as for `softmax`.
    """
    return along(log_softmax_rows, x, axis, "log_softmax", np.max)


def softmin(x: ArrayLike, axis: Axis = -1) -> Any:
    """exp(-x_i) / sum_k exp(-x_k) along `axis`: softmax of -x, so that +inf is the mask; else as `softmax`."""
    return along(softmin_rows, x, axis, "softmin", np.min)


def softmax1(x: ArrayLike, axis: Axis = -1) -> Any:
    """exp(x_i) / (1 + sum_k exp(x_k)) along `axis`, within 3 ULP; else as `softmax`. Miller 2023.

    The 1 is a class of logit 0 that is not shown: the values sum to less than 1, and are all 0 where
    every logit is -inf.
    """
    return along(softmax1_rows, x, axis, "softmax1")


def softmax_jacobian(x: Array) -> Array:
    """d y_i / d x_j = y_i (delta_ij - y_j) of softmax: n logits in, n by n out, float64."""
    y, rest = split(one_vector(x))
    matrix = 0.0 - np.outer(y, y)
    np.fill_diagonal(matrix, y * rest)
    return matrix


def log_softmax_jacobian(x: Array) -> Array:
    """d log y_i / d x_j = delta_ij - y_j: n logits in, n by n out, float64."""
    y, rest = split(one_vector(x))
    matrix = np.tile(0.0 - y, (y.size, 1))
    np.fill_diagonal(matrix, rest)
    return matrix


def softmin_jacobian(x: Array) -> Array:
    """d y_i / d x_j = y_i (y_j - delta_ij) of softmin: n numbers in, n by n out, float64."""
    return 0.0 - softmax_jacobian(-one_vector(x)[0])


def softmax1_jacobian(x: Array) -> Array:
    """d y_i / d x_j = y_i (delta_ij - y_j) of softmax1: n logits in, n by n out, float64."""
    return softmax_jacobian(beside_zero(one_vector(x))[0])[:-1, :-1]


def split(x: Array) -> tuple[Array, Array]:
    """Softmax y of one row, and 1 - y as the sum of the others' terms over the total, which never cancels."""
    with np.errstate(all="ignore"):
        s = shifted(x)
        total, low = s.total
        # Less one term of at most 1, the total still holds the maximum's 1.
        rest = np.where(s.own, s.others + s.others_low, (total - s.e) + (low - s.e * s.error))
        return softmax_rows(x)[0], (rest / total)[0]
