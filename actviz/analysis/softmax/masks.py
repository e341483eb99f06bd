"""Masks of logits: flags that say which count, numbers that are added to them, and the causal one.

True or 1 keeps, as in transformers' attention_mask and torch's scaled_dot_product_attention; a key_padding_mask of
torch's MultiheadAttention says the opposite.
"""

from __future__ import annotations

import sys
from collections import Counter
from typing import TYPE_CHECKING, Any

from actviz import _numpy as np
from actviz.errors import BadInput

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from actviz.floats import Floats, Places

    Mask = NDArray[Any]

HIDES = -1e4
"""What is added to hide a logit is at most this: BERT adds -10000, others -1e9 or a dtype's least number."""


LEAST = {
    "float16": -65504.0,
    "bfloat16": -(2.0 - 2.0**-7) * 2.0**127,
    "float32": -(2.0 - 2.0**-23) * 2.0**127,
    "float64": -sys.float_info.max,
}
"""The least numbers of dtypes, which masks that are added are made of: a logit that is one was masked by it."""


def flags(values: Mask, label: str) -> Mask:
    """Booleans, or whole numbers, as flags: True where a logit counts. Raise BadInput for any but 0 and 1."""
    if not ((values == 0) | (values == 1)).all():
        raise BadInput(
            f"the mask {label} is of whole numbers, which are flags: 1 keeps a logit, 0 masks it; it holds others, and "
            "what is to be added to the logits is saved as floats"
        )
    found: Mask = values == 1
    return found


def addends(values: Mask, label: str) -> Mask:
    """Floats, to be added to the logits. Raise BadInput for NaN, +inf, and for flags that were saved as floats."""
    if not (values < np.inf).all():
        raise BadInput(f"the mask {label} holds NaN or +inf; give 0 and -inf to be added, or flags as booleans")
    if values.any() and ((values == 0) | (values == 1)).all():
        raise BadInput(
            f"the mask {label} is of floats, which are added to the logits, yet all are 0 or 1 like flags; save flags "
            "as booleans or whole numbers"
        )
    return values


def written(values: Mask, label: str) -> Mask:
    """A text's numbers: flags if all are 0 or 1, else to be added. Raise BadInput for nothing but 0."""
    if not values.any():
        raise BadInput(
            f"the mask {label} is all 0, and a text does not say whether these are added, which masks nothing, or "
            "flags, which mask all; leave it out, or save booleans or floats as .npy"
        )
    is_flags = bool(((values == 0) | (values == 1)).all())
    return flags(values, label) if is_flags else addends(values, label)


def meaning(mask: Mask) -> str:
    """How a mask is read."""
    if mask.dtype == np.bool_:
        return "True or 1 keeps a logit, False or 0 masks it"
    return "its numbers are added; one of -1e4 or less masks where the logit then weighs nothing beside the others"


def cleared(x: Floats) -> tuple[Floats, Counter[str]]:
    """The logits with -inf where floats are the LEAST number of a dtype, and how many are, by dtype."""
    low = x.dtype.kind not in "biu" and x.dtype.itemsize > 1 and x <= LEAST["float16"]
    if not np.any(low):
        return x, Counter()
    of_each = {name: low & (x.astype(np.float64) == number) for name, number in LEAST.items()}
    counts = Counter({name: int(at.sum()) for name, at in of_each.items() if at.any()})
    return np.where(np.any(list(of_each.values()), axis=0), np.asarray(-np.inf, dtype=x.dtype), x), counts


def masked(x: Floats, mask: Mask) -> Floats:
    """The logits with -inf where `mask`, flags of the same shape, is False; or with numbers added, in float64.

    A number of HIDES or less, such as the least one of a dtype, masks as -inf does where softmax of the sums gives 0
    even in float64 beside those with a greater one, or where the row has no greater one.
    """
    if mask.dtype != np.bool_:
        low = np.broadcast_to(mask <= HIDES, x.shape)
        with np.errstate(all="ignore"):
            added: Floats = x.astype(np.float64) + mask
            top = np.max(added, axis=-1, keepdims=True, initial=-np.inf, where=~low)
            gone = np.exp(added - np.where(top == -np.inf, np.inf, top)) == 0
            return np.where(low & gone, -np.inf, added)
    wide = x if x.dtype.kind not in "iu" else x.astype(np.float64)
    return np.where(mask, wide, np.asarray(-np.inf, dtype=wide.dtype))


def causal(query: Places, queries: int, length: int) -> Mask:
    """Which of `length` keys count for each of some queries out of `queries`: the last one sees all, the others
    one fewer each. As many queries as keys give the mask that begins at the first of both, however many there are.
    """
    flags: Mask = np.arange(length) <= (query + (length - queries))[:, np.newaxis]
    return flags
