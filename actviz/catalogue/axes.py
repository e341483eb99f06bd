"""Functions of one vector applied along any axis of an array, block by block."""

from __future__ import annotations

import math
import operator
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, SupportsIndex

from actviz import _numpy as np
from actviz.errors import BadInput
from actviz.evaluation import BLOCK, real_numbers, rounded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import ArrayLike, NDArray

    from actviz.activation import Array

    Axis = int | Sequence[int] | None
    End = Callable[..., NDArray[Any]]

Slices = tuple[slice, slice, slice]

WHOLE = 2**53
"""Up to here float64 holds every whole number."""


def along(rows: Callable[[Array], Array], x: ArrayLike, axis: Axis, name: str, end: End | None = None) -> Any:
    """`rows` applied to every vector of `x` along `axis`, several axes or None being one vector of all their numbers.

    `rows` takes float64 of shape (vectors, n) and gives the same. `end`, of rows that depend on differences alone, is
    np.max or np.min: whole numbers too large for float64 are taken from that of their vector first.
    """
    given, axes = checked(x, axis, name)
    given = floats(given) if held(given) else less_end(given, axes, end, name)
    flat, at, shape = gathered(given, axes)
    found = applied(rows, flat, at, flat.shape[at])
    return found if len(axes) == 1 else np.moveaxis(found.reshape(shape), range(-len(axes), 0), axes)


def reduced(rows: Callable[[Array], Array], x: ArrayLike, axis: Axis, keepdims: bool, name: str) -> Any:
    """The same of `rows` that gives (vectors, 1): without the axes, or with 1 in their place."""
    given, axes = checked(x, axis, name)
    flat, at, _ = gathered(floats(given), axes)
    found = applied(rows, flat, at, 1).squeeze(at)
    return np.expand_dims(found, axes) if keepdims else found[()]


def floats(given: NDArray[Any]) -> NDArray[Any]:
    """Whole numbers as float64."""
    return given.astype(np.float64) if given.dtype.kind in "biu" else given


def held(given: NDArray[Any]) -> bool:
    """Whether float64 holds all of them."""
    if given.dtype.kind not in "iu" or given.dtype.itemsize < 8 or not given.size:
        return True
    return max(int(given.max()), -int(given.min())) <= WHOLE


def less_end(given: NDArray[Any], axes: tuple[int, ...], end: End | None, name: str) -> Array:
    """Whole numbers of 64 bits less the largest or the smallest of their vector; BadInput where `end` is neither."""
    if end is None:
        raise BadInput(f"{name}: x has whole numbers beyond 2**53, which float64 does not hold; give floats")
    limit = end(given, axis=axes, keepdims=True)
    whole, base = given.astype(np.uint64), limit.astype(np.uint64)  # modulo 2**64, which their differences are below
    return np.where(given < limit, -(base - whole).astype(np.float64), (whole - base).astype(np.float64))


def gathered(given: NDArray[Any], axes: tuple[int, ...]) -> tuple[NDArray[Any], int, tuple[int, ...]]:
    """`given` with several axes as one, the last; that one's number; the shape before, these axes moved to the end."""
    if len(axes) == 1:
        return given, axes[0], given.shape
    moved = np.moveaxis(given, axes, range(-len(axes), 0))
    others = moved.ndim - len(axes)
    return moved.reshape(*moved.shape[:others], math.prod(moved.shape[others:])), others, moved.shape


def checked(x: ArrayLike, axis: Axis, name: str) -> tuple[NDArray[Any], tuple[int, ...]]:
    """`x` as an array, the axes counted from the front; raise BadInput where there is nothing along them."""
    given = real_numbers(x)
    if given.ndim == 0:
        raise BadInput(f"{name} needs a vector, not one number")
    several = range(given.ndim) if axis is None else axis if isinstance(axis, Sequence) else (axis,)
    axes = tuple(checked_axis(one, given.ndim, name) for one in several)
    if len(set(axes)) < max(len(axes), 1):
        raise BadInput(f"{name} needs an axis, and each once, not {axis!r}")
    for one in axes:
        if given.shape[one] == 0:
            raise BadInput(f"{name} needs at least one number, yet axis {one} of x is empty")
    return given, axes


def applied(rows: Callable[[Array], Array], given: NDArray[Any], axis: int, width: int) -> NDArray[Any]:
    """`rows`, which gives (vectors, `width`), along one axis, in blocks, so that memory stays bounded."""
    n = given.shape[axis]
    view = given.reshape(-1 if given.size else 0, n, int(np.prod(given.shape[axis + 1 :])))
    out = np.empty((view.shape[0], width, view.shape[2]), given.dtype)
    with np.errstate(all="ignore"):
        for part in blocks(view.shape):
            block = view[part].swapaxes(1, 2).astype(np.float64)
            y = rounded(rows(block.reshape(-1, n)), given.dtype)
            out[part] = y.reshape(*block.shape[:2], width).swapaxes(1, 2)
    return out.reshape(*given.shape[:axis], width, *given.shape[axis + 1 :])


def checked_axis(axis: object, ndim: int, name: str) -> int:
    """`axis` counted from the front; raise BadInput when an array of `ndim` axes has no such."""
    if not isinstance(axis, SupportsIndex) or isinstance(axis, bool) or not -ndim <= operator.index(axis) < ndim:
        raise BadInput(f"{name}: x has no axis {axis!r}; give a whole number from {-ndim} to {ndim - 1}")
    return operator.index(axis) % ndim


def blocks(shape: tuple[int, ...]) -> Iterator[Slices]:
    """Slices that cut (outer, n, inner) into blocks of whole vectors, about BLOCK numbers each."""
    outer, n, inner = shape
    across = max(1, min(inner, BLOCK // n))
    down = max(1, BLOCK // (n * across))
    for i in range(0, outer, down):
        for j in range(0, inner, across):
            yield slice(i, i + down), slice(None), slice(j, j + across)


def one_vector(x: ArrayLike) -> Array:
    """`x` as one row of float64; raise BadInput unless it is one vector, not empty, that float64 holds."""
    given = np.asarray(x)
    if not held(given):
        raise BadInput("a Jacobian needs numbers that float64 holds, and whole ones beyond 2**53 are none; give floats")
    row = given.astype(np.float64)
    if row.ndim != 1 or row.size == 0:
        raise BadInput(f"a Jacobian needs one vector, not an array of shape {row.shape}")
    return row[np.newaxis, :]
