"""Kernels applied to arrays: dtypes, special values, blocks that stay in the cache."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from actviz import _numpy as np
from actviz.errors import BadInput

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from actviz.activation import Activation, Array

BLOCK = 16_384
"""Elements a block: 128 KiB of float64, so that a kernel's few temporaries stay in a 1-2 MiB cache."""

OWN_FLOATS = ("float16", "float32", "float64")


def evaluate(activation: Activation, x: ArrayLike, order: int) -> Any:
    """The derivative of `order` (0 is the value) of `activation` at `x`, in x's shape and float dtype.

    Narrow dtypes are computed in float64 and rounded once; integers become float64. At infinities the
    result is the limit, at NaN it is NaN. Raise BadInput for an order not in 0, 1, 2 or x not real.
    """
    if not isinstance(order, int) or order not in (0, 1, 2):
        raise BadInput(f"derivative order must be 0, 1 or 2, not {order!r}")
    given = real_array(x)
    flat = given.reshape(-1)
    out = np.empty(flat.shape, flat.dtype)
    with np.errstate(all="ignore"):
        for start in range(0, flat.size, BLOCK):
            block = flat[start : start + BLOCK].astype(np.float64)
            out[start : start + BLOCK] = rounded(evaluate_block(activation, block, order), out.dtype)
    return out.reshape(given.shape)[()]


def evaluate_block(activation: Activation, x: Array, order: int) -> Array:
    """One float64 block, with infinities and NaN answered for the kernel."""
    kernel = activation.kernels[order]
    if np.isfinite(x).all():
        return kernel(x, *activation.values)
    finite = np.where(np.isfinite(x), x, 0.0)
    y = kernel(finite, *activation.values)
    left, right = activation.limits(*activation.values)
    y = np.where(x == -np.inf, left[order], y)
    y = np.where(x == np.inf, right[order], y)
    return np.where(np.isnan(x), np.nan, y)


def real_array(x: ArrayLike) -> NDArray[Any]:
    """`x` as an array of a float dtype; raise BadInput when it is not real numbers."""
    array = np.asarray(x)
    if array.dtype.kind in "biu":
        return array.astype(np.float64)
    if array.dtype.name in OWN_FLOATS or array.dtype.name.startswith(("bfloat16", "float8_")):
        return array
    raise BadInput(f"x must be real numbers of at most 64 bits, not {array.dtype}")


def rounded(y: Array, dtype: Any) -> NDArray[Any]:
    """float64 numbers rounded once to `dtype`.

    ml_dtypes narrows float64 by way of float32, which would round twice: the intermediate is rounded
    to odd instead (Boldo and Melquiond 2008, IEEE Trans. Comput. 57(4)), which makes the second exact.
    """
    if dtype.name in OWN_FLOATS:
        return y.astype(dtype)
    single = y.astype(np.float32)
    inexact = np.isfinite(single) & (single != y)
    bits = single.view(np.uint32)
    away = inexact & (np.abs(single) > np.abs(y))
    truncated = np.where(away, bits - np.uint32(1), bits)
    odd = np.where(inexact, truncated | np.uint32(1), bits)
    overflow = np.isinf(single) & np.isfinite(y)
    return np.where(overflow, single.view(np.uint32), odd).view(np.float32).astype(dtype)
