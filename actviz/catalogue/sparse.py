"""Sparsemax and hardmax along an axis, and their Jacobians.

-inf is a masked entry (probability 0); nothing but -inf, or a NaN, makes the whole row NaN.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from actviz import _numpy as np
from actviz.arithmetic import two_product, two_sum
from actviz.catalogue.axes import along, one_vector
from actviz.catalogue.logits import compensated_sum, first_largest, lowered

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from actviz.activation import Array
    from actviz.catalogue.axes import Axis

    Mask = NDArray[np.bool_]

DOUBT = 2.0**-46
"""The excess of a support of k is off by less than k 2**-98, so above k times this it is good to the last place."""


def sparsemax(x: ArrayLike, axis: Axis = -1) -> Any:
    """The point of the probability simplex nearest to x, max(x_i - tau, 0), along `axis`, within 2 ULP.

    tau is such that the values sum to 1, and which of them are above 0 is decided exactly. Shapes, dtypes
    and errors as for `softmax`; two +inf make the row NaN. Martins and Astudillo 2016, algorithm 1.
    """
    return along(sparsemax_rows, x, axis, "sparsemax", np.max)


def sparsemax_rows(x: Array) -> Array:
    """Sparsemax of each row: x_i - tau is the excess of i in the support over the support's size."""
    inside, y = support(x)
    p = np.where(inside, y / inside.sum(axis=1, keepdims=True), 0.0)
    return np.where(undefined(x) | ((x == np.inf).sum(axis=1, keepdims=True) > 1), np.nan, p)


def undefined(x: Array) -> Mask:
    """Which rows, as a column, hold a NaN or nothing but -inf."""
    defined: Mask = x.max(axis=1, keepdims=True) > -np.inf
    return ~defined


def support(x: Array) -> tuple[Mask, Array]:
    """Which entries of each row are above tau, and the excess over them of every entry.

    Starts from all entries less than 1 below the maximum, as tau is no lower, and drops those without
    excess until none is left (Michelot 1986, J. Optim. Theory Appl. 50(1)): needs no sorting.
    """
    _, d, error = lowered(x)
    inside = (d > -1.0) | ((d == -1.0) & (error > 0.0))
    while True:
        y = settled(excess(d, error, inside), x, inside)
        fewer = inside & (y > 0.0)
        if np.array_equal(fewer, inside):
            return inside, y
        inside = fewer


def excess(d: Array, error: Array, inside: Mask) -> Array:
    """1 + the sum over the support of x_i - x_j, in twice the precision of float64; d + error is x less M."""
    k = inside.sum(axis=1, keepdims=True).astype(np.float64)
    total, low = compensated_sum(np.where(inside, d, 0.0))
    low = low + np.where(inside, error, 0.0).sum(axis=1, keepdims=True)
    scaled, scaled_low = two_product(k, d)
    y, y_low = two_sum(scaled, -total)
    y, last = two_sum(y, 1.0)
    y += last + y_low + scaled_low + (k * error - low)
    return y


def settled(y: Array, x: Array, inside: Mask) -> Array:
    """`y`, the excess, with those entries of the support summed exactly that are too near 0 to be trusted."""
    from fractions import Fraction

    unsure = inside & (np.abs(y) < DOUBT * inside.sum(axis=1, keepdims=True))
    for row in np.flatnonzero(unsure.any(axis=1)):
        members = x[row, inside[row]].tolist()
        total = sum(map(Fraction, members))
        exact = [float(1 + len(members) * Fraction(v) - total) for v in x[row, unsure[row]].tolist()]
        y[row, unsure[row]] = exact
    return y


def sparsemax_jacobian(x: Array) -> Array:
    """d y_i / d x_j = delta_ij - 1/k where both are in the support of k entries, else 0: n by n, float64.

    An entry equal to tau is outside the support. Martins and Astudillo 2016.
    """
    row = one_vector(x)
    with np.errstate(all="ignore"):
        s = support(row)[0][0]
        k = max(s.sum(), 1)
        matrix = np.where(np.outer(s, s), (k * np.eye(s.size) - 1.0) / k, 0.0)
        return np.where(np.isnan(sparsemax_rows(row)), np.nan, matrix)


def sparsemax_room(x: Array) -> tuple[Array, Array]:
    """How far each x_j can go down, and up, before an entry enters or leaves the support; 0 at the threshold.

    Inside the support of k, x_j carries tau along by 1/k of its way; outside it tau stays.
    """
    with np.errstate(all="ignore"):
        inside, y = (rows[0] for rows in support(one_vector(x)))
        k = inside.sum()
        above, below = np.where(inside, y / k, np.inf), np.where(inside, np.inf, -y / k)
        others = np.where(np.eye(y.size) == 1.0, np.inf, above).min(axis=1)
        down = np.where(inside, np.minimum(k * above / (k - 1.0), k * below.min()), np.inf)
        return down, np.where(inside, k * others, below)


def hardmax(x: ArrayLike, axis: Axis = -1) -> Any:
    """1 for the first of the largest numbers along `axis`, 0 for all others; else as `softmax`. ONNX 2017."""
    return along(hardmax_rows, x, axis, "hardmax", np.max)


def hardmax_rows(x: Array) -> Array:
    """Hardmax of each row; an equal +inf is one more tie, of which the first wins."""
    return np.where(undefined(x), np.nan, first_largest(x).astype(np.float64))


def hardmax_jacobian(x: Array) -> Array:
    """0 everywhere, as by convention where hardmax jumps: n numbers in, n by n out, float64."""
    row = one_vector(x)
    return np.where(np.isnan(hardmax_rows(row)), np.nan, np.zeros((row.size, row.size)))


def hardmax_room(x: Array) -> tuple[Array, Array]:
    """How far the largest x_j can go down, and every other up, before the choice changes; 0 of equal ones."""
    row = one_vector(x)
    own = first_largest(row)[0]
    with np.errstate(all="ignore"):
        down = x.max() - x[~own].max(initial=-np.inf)
        return np.where(own, down, np.inf), np.where(own, np.inf, x.max() - x)
