"""Softmax, log-softmax and log-sum-exp along an axis, and their Jacobians, to the last digits.

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
from actviz.errors import BadInput
from actviz.evaluation import BLOCK, real_array, rounded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import ArrayLike

    from actviz.activation import Array

Slices = tuple[slice, slice, slice]


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
    own: Array
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
    top = x.max(axis=1, keepdims=True)
    d, error = two_sum(x, -top)
    d = np.where(x == top, 0.0, d)  # inf - inf is 0 here: the limit of equal logits
    error = np.where(np.isfinite(error), error, 0.0)
    e = np.exp(d)
    own = np.arange(x.shape[1]) == x.argmax(axis=1)[:, np.newaxis]
    others, low = compensated_sum(np.where(own, 0.0, e + e * error))
    undefined = (top == -np.inf) | ((top == np.inf) & (others > 0))
    return Shifted(top, d, error, e, own, np.where(undefined, np.nan, others), low)


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
    return np.where(np.isfinite(y), y + (low + s.error), y)


def logsumexp_rows(x: Array) -> Array:
    """Log-sum-exp of each row, as a column; nothing but -inf gives -inf, any +inf gives +inf."""
    s = shifted(x)
    y, low = two_sum(s.top, s.log_total)
    y = np.where(np.isfinite(y), y + low, y)
    return np.where(np.isinf(s.top), s.top, y)


def softmax(x: ArrayLike, axis: int = -1) -> Any:
    """exp(x_i) / sum_k exp(x_k) along `axis`, within 3 ULP.

    Takes an array of any shape; shape and float dtype are kept, integers become float64, narrow dtypes
    are computed in float64 and rounded once. Raise BadInput for a scalar, an empty vector or an axis
    that x lacks. Bridle 1990.
    """
    return along(softmax_rows, x, axis, "softmax")


def log_softmax(x: ArrayLike, axis: int = -1) -> Any:
    """x_i - log sum_k exp(x_k) along `axis`, within 3 ULP, the largest class included.

    Shapes, dtypes and errors as for `softmax`.
    """
    return along(log_softmax_rows, x, axis, "log_softmax")


def logsumexp(x: ArrayLike, axis: int = -1) -> Any:
    """log sum_k exp(x_k) along `axis`, which the result lacks; dtypes and errors as for `softmax`.

    Within 3 ULP where M and log(1 + s') do not cancel; else within 3 units in the last place of M.
    """
    return along(logsumexp_rows, x, axis, "logsumexp").squeeze(axis)[()]


def along(rows: Callable[[Array], Array], x: ArrayLike, axis: int, name: str) -> Any:
    """`rows` applied to every vector of `x` along `axis`, in blocks, so that memory stays bounded."""
    given = real_array(x)
    if given.ndim == 0:
        raise BadInput(f"{name} needs a vector of logits, not one number")
    axis = checked_axis(axis, given.ndim, name)
    n = given.shape[axis]
    if n == 0:
        raise BadInput(f"{name} needs at least one logit, yet axis {axis} of x is empty")
    width = 1 if rows is logsumexp_rows else n
    view = given.reshape(-1 if given.size else 0, n, int(np.prod(given.shape[axis + 1 :])))
    out = np.empty((view.shape[0], width, view.shape[2]), given.dtype)
    with np.errstate(all="ignore"):
        for part in blocks(view.shape):
            block = view[part].swapaxes(1, 2).astype(np.float64)
            y = rounded(rows(block.reshape(-1, n)), given.dtype)
            out[part] = y.reshape(*block.shape[:2], width).swapaxes(1, 2)
    return out.reshape(*given.shape[:axis], width, *given.shape[axis + 1 :])


def checked_axis(axis: int, ndim: int, name: str) -> int:
    """`axis` counted from the front; raise BadInput when an array of `ndim` axes has no such."""
    if not hasattr(axis, "__index__") or not -ndim <= axis < ndim:
        raise BadInput(f"{name}: x has no axis {axis!r}; give a whole number from {-ndim} to {ndim - 1}")
    return int(axis) % ndim


def blocks(shape: tuple[int, ...]) -> Iterator[Slices]:
    """Slices that cut (outer, n, inner) into blocks of whole vectors, about BLOCK numbers each."""
    outer, n, inner = shape
    across = max(1, min(inner, BLOCK // n))
    down = max(1, BLOCK // (n * across))
    for i in range(0, outer, down):
        for j in range(0, inner, across):
            yield slice(i, i + down), slice(None), slice(j, j + across)


def softmax_jacobian(x: Array) -> Array:
    """d y_i / d x_j = y_i (delta_ij - y_j) of softmax: n logits in, n by n out, float64."""
    y, rest = split(x)
    matrix = -np.outer(y, y)
    np.fill_diagonal(matrix, y * rest)
    return matrix


def log_softmax_jacobian(x: Array) -> Array:
    """d log y_i / d x_j = delta_ij - y_j: n logits in, n by n out, float64."""
    y, rest = split(x)
    matrix = np.tile(-y, (y.size, 1))
    np.fill_diagonal(matrix, rest)
    return matrix


def split(x: Array) -> tuple[Array, Array]:
    """Softmax y of a vector, and 1 - y as the sum of the others' terms over the total, which never cancels.

    Raise BadInput unless x is one vector of at least one logit.
    """
    row = np.asarray(x, dtype=np.float64)
    if row.ndim != 1 or row.size == 0:
        raise BadInput(f"a Jacobian needs one vector of logits, not an array of shape {row.shape}")
    with np.errstate(all="ignore"):
        s = shifted(row[np.newaxis, :])
        total, low = s.total
        # Less one term of at most 1, the total still holds the maximum's 1.
        rest = np.where(s.own, s.others + s.others_low, (total - s.e) + (low - s.e * s.error))
        return softmax(row), (rest / total)[0]
