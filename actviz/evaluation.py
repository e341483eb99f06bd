"""Kernels applied to arrays: dtypes, special values, blocks that stay in the cache."""

from __future__ import annotations

import math
import sys
from typing import TYPE_CHECKING, Any

from actviz import _numpy as np
from actviz.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import ArrayLike, NDArray

    from actviz.activation import Activation, Array

BLOCK = 8_192
"""Elements a block: 64 KiB of float64, so that a kernel's few temporaries stay in the cache."""

WORKSPACE = 131_072
"""Elements, 1 MiB of float64. glibc gives freed memory back to the system where more than a threshold is free, and
raises the threshold to twice the greatest piece freed: once this one was, temporaries keep their pages, whose first
touch costs more than exp does."""

OWN_FLOATS = "efd"
"""numpy's letters for float16, float32 and float64: it takes longer to name a dtype than to add 100 numbers."""


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
    own = out.dtype.char in OWN_FLOATS
    if flat.size > BLOCK:
        np.empty(WORKSPACE)
    with np.errstate(all="ignore"):
        for part, block in blocks(flat):
            y = evaluate_block(activation, block, order)
            out[part] = y if own else rounded(y, out.dtype)
    return out.reshape(given.shape)[()]


def blocks(flat: NDArray[Any]) -> Iterator[tuple[slice, Array]]:
    """The places of each block, and its numbers as float64: to be read only, and gone with the next block."""
    wide = flat.dtype == np.float64
    buffer = flat if wide else np.empty(min(BLOCK, flat.size))
    for start in range(0, flat.size, BLOCK):
        part = slice(start, start + BLOCK)
        if wide:
            yield part, flat[part]
        else:
            block = buffer[: flat.size - start]
            np.copyto(block, flat[part], casting="unsafe")
            yield part, block


def evaluate_block(activation: Activation, x: Array, order: int) -> Array:
    """One float64 block, with infinities and NaN answered for the kernel."""
    kernel = activation.kernels[order]
    # The sum of squares is finite only where all are, and is the quickest of such tests by far.
    if math.isfinite(np.dot(x, x)) or np.isfinite(x).all():
        return kernel(x, *activation.values)
    finite = np.where(np.isfinite(x), x, 0.0)
    y = kernel(finite, *activation.values)
    left, right = activation.limits(*activation.values)
    y = np.where(x == -np.inf, left[order], y)
    y = np.where(x == np.inf, right[order], y)
    return np.where(np.isnan(x), np.nan, y)


def real_array(x: ArrayLike) -> NDArray[Any]:
    """`x` as an array of a float dtype, whole numbers as float64; raise BadInput when it is not real numbers."""
    array = real_numbers(x)
    return array.astype(np.float64) if array.dtype.kind in "biu" else array


def real_numbers(x: ArrayLike) -> NDArray[Any]:
    """`x` as an array, whole numbers as they are; raise BadInput when it is not real numbers."""
    masked = sys.modules.get("numpy.ma")  # who has not imported it has none, and importing it takes long
    if masked and isinstance(x, masked.MaskedArray):
        raise BadInput("x is a masked array, whose mask would be lost; give x.filled(number), with -inf to mask logits")
    try:
        array = np.asarray(x)
    except ValueError:
        raise BadInput("x must be numbers in rows of one length, which these are not") from None
    if array.dtype.kind in "biu" or array.dtype.char in OWN_FLOATS:
        return array
    if array.dtype.name.startswith(("bfloat16", "float8_")):
        return array
    raise BadInput(f"x must be real numbers of at most 64 bits, not {array.dtype}")


def rounded(y: Array, dtype: Any) -> NDArray[Any]:
    """float64 numbers rounded once to `dtype`.

    ml_dtypes narrows float64 by way of float32, which would round twice: the intermediate is rounded
    to odd instead (Boldo and Melquiond 2008, IEEE Trans. Comput. 57(4)), which makes the second exact.
    """
    if dtype.char in OWN_FLOATS:
        return y.astype(dtype)
    single = y.astype(np.float32)
    away = np.abs(single) > np.abs(y)  # also where float32 overflows: its greatest number, which is odd, overflows next
    odd: NDArray[np.uint32] = (single.view(np.uint32) - away) | (single != y)
    return odd.view(np.float32).astype(dtype)
