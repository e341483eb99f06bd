"""Functions of one vector applied along any axis of an array, block by block."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from actviz import _numpy as np
from actviz.errors import BadInput
from actviz.evaluation import BLOCK, real_array, rounded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import ArrayLike

    from actviz.activation import Array

Slices = tuple[slice, slice, slice]


def along(rows: Callable[[Array], Array], x: ArrayLike, axis: int, name: str, width: int | None = None) -> Any:
    """`rows` applied to every vector of `x` along `axis`, in blocks, so that memory stays bounded.

    `rows` takes float64 of shape (vectors, n) and gives (vectors, `width`); n unless told otherwise.
    """
    given = real_array(x)
    if given.ndim == 0:
        raise BadInput(f"{name} needs a vector, not one number")
    axis = checked_axis(axis, given.ndim, name)
    n = given.shape[axis]
    if n == 0:
        raise BadInput(f"{name} needs at least one number, yet axis {axis} of x is empty")
    width = n if width is None else width
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


def one_vector(x: ArrayLike) -> Array:
    """`x` as one row of float64; raise BadInput unless it is one vector of at least one number."""
    row = np.asarray(x, dtype=np.float64)
    if row.ndim != 1 or row.size == 0:
        raise BadInput(f"a Jacobian needs one vector, not an array of shape {row.shape}")
    return row[np.newaxis, :]
