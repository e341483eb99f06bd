"""Masks of logits: numbers that say which count, or that are added to them, and the causal one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from actviz import _numpy as np
from actviz.errors import BadInput

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from actviz.floats import Floats, Places

    Mask = NDArray[Any]


def understood(values: Mask, label: str) -> Mask:
    """What a mask's numbers mean: True where a logit counts if all are 0 or 1, else what is added to the logits.

    1 keeps, as in transformers' attention_mask and torch's masks of booleans for scaled_dot_product_attention.
    Raise BadInput for NaN, for +inf, and for nothing but 0, which could be either.
    """
    if not (values < np.inf).all():
        raise BadInput(f"the mask {label} holds NaN or +inf; give 1 to keep and 0 to mask, or 0 and -inf to be added")
    if not values.any():
        raise BadInput(
            f"the mask {label} is all 0: to be added, which masks nothing, or flags, which mask all; leave it out, "
            "or write 1 to keep and 0 to mask"
        )
    return values == 1 if ((values == 0) | (values == 1)).all() else values


def masked(x: Floats, mask: Mask) -> Floats:
    """The logits with -inf where `mask`, flags of the same shape, is False; or with numbers added, in float64."""
    if mask.dtype != np.bool_:
        with np.errstate(all="ignore"):
            return x.astype(np.float64) + mask
    wide = x if x.dtype.kind not in "iu" else x.astype(np.float64)
    return np.where(mask, wide, np.asarray(-np.inf, dtype=wide.dtype))


def causal(query: Places, queries: int, length: int) -> Mask:
    """Which of `length` keys count for each of some queries out of `queries`: the last one sees all, the others
    one fewer each.
    """
    flags: Mask = np.arange(length) <= (query + (length - queries))[:, np.newaxis]
    return flags
