"""The mask of a run over rows of logits: read once a process, and cut to the rows at hand."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING

from actviz import _numpy as np
from actviz.analysis.softmax import masks
from actviz.arrays import FLAGS, STANDARD_INPUT, UNKNOWN, Stored, blocks, opened_with_flags, pieces
from actviz.arrays.layouts import checked_axis, counted_rows
from actviz.arrays.records import Run, Text
from actviz.arrays.rows import places
from actviz.errors import BadInput

if TYPE_CHECKING:
    from actviz.analysis.softmax.masks import Mask
    from actviz.floats import Places

LOWER_RIGHT, UPPER_LEFT = "causal", "causal-upper-left"

CAUSAL = {
    LOWER_RIGHT: "the last query sees every key, each one before it one key fewer",
    UPPER_LEFT: "the first query sees the first key, each one after it one key more, as torch's is_causal has it",
}
"""The masks that need no file; where there are as many queries as keys they are the same."""

LARGEST = 2**25
"""Numbers of a mask at most: it is held in memory by every process."""


def mask_of(stored: Stored, axis: int, numbers: Places, length: int, mask: str) -> Mask:
    """The mask, a file or one of CAUSAL, of the rows with these numbers in `stored` along `axis`, (rows, length).

    A file's array is broadcast to the shape of the data. Raise BadInput where it does not fit, or cannot be read.
    """
    index = places(stored, axis, numbers)
    if mask in CAUSAL:
        query = checked_query(stored, axis)
        queries = rows_along(stored, query) if mask == LOWER_RIGHT else length
        return masks.causal(index[query], queries, length)
    return fitted(read(mask), stored, axis, index, length, mask)


def fitted(mask: Mask, stored: Stored, axis: int, index: tuple[Places, ...], length: int, name: str) -> Mask:
    """The mask's numbers for the rows at those indices, (rows, n)."""
    along = checked_axis(stored, axis)
    assert along is not None
    while mask.ndim > len(stored.shape) and len(mask) == 1:
        mask = mask[0]
    shape = [length if at == along else rows_along(stored, at) for at in range(len(stored.shape))]
    try:
        spread = np.moveaxis(np.broadcast_to(mask, shape), along, -1)
    except ValueError:
        sides = " x ".join(map(str, mask.shape))
        whole = " x ".join(map(str, shape))
        raise BadInput(f"the mask {name} is {sides}, which does not stretch over {stored.label}, {whole}") from None
    cut: Mask = spread[index] if index else spread[np.newaxis]
    return cut


def checked_query(stored: Stored, axis: int) -> int:
    """The axis before that of the softmax, which numbers the queries; raise BadInput where there is none."""
    along = checked_axis(stored, axis)
    if not along:
        raise BadInput(f"--mask causal hides keys from queries: the axis before --axis, and {stored.label} has none")
    return along - 1


def rows_along(stored: Stored, axis: int) -> int:
    """The length of an axis, counted where it is the rows of a text table; raise BadInput for standard input's."""
    side = stored.shape[axis]
    return counted_rows(stored) if side == UNKNOWN else side


def read(path: str) -> Mask:
    """A mask's array, flags or numbers to be added; raise BadInput for a file of several arrays, or too large a one."""
    found = opened_with_flags(path)
    if len(found) > 1:
        raise BadInput(f"--mask {path} holds {len(found)} arrays; name one, such as {found[1].label}")
    if found[0].path == STANDARD_INPUT:
        raise BadInput("--mask - is standard input, which only one process can read; save the mask to a file")
    return held(found[0])


@lru_cache(maxsize=4)
def held(stored: Stored) -> Mask:
    """The array, all of it."""
    parts: list[Mask] = []
    left = LARGEST
    for piece in pieces(stored, None, LARGEST):
        for block in blocks(piece):
            left -= block.values.size
            if left < 0:
                raise BadInput(f"the mask {stored.label} has over {LARGEST:,} numbers; give one that is broadcast")
            parts.append(block.values.astype(np.result_type(block.values.dtype, np.float32)).reshape(-1))
    values = np.concatenate(parts)
    shape = [values.size // math.prod(stored.shape[1:]) if side == UNKNOWN else side for side in stored.shape]
    turned = isinstance(stored.source, Run) and stored.source.fortran
    return understood(values.reshape(shape[::-1]).T if turned else values.reshape(shape), stored)


def understood(values: Mask, stored: Stored) -> Mask:
    """What the numbers of a mask mean, by their type: booleans and whole numbers are flags, floats are added."""
    if isinstance(stored.source, Text):
        return masks.written(values, stored.label)
    kind = masks.flags if stored.dtype == FLAGS or "int" in stored.dtype else masks.addends
    return kind(values, stored.label)


def meaning(mask: str) -> str:
    """How a mask, a file or one of CAUSAL, is read; raise BadInput as `read` does."""
    if mask in CAUSAL:
        return f"{mask}: keys lie along the axis of softmax, queries along the one before; {CAUSAL[mask]}"
    return f"{mask}: {masks.meaning(read(mask))}"
