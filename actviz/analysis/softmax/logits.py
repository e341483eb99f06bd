"""Logits before softmax: scaled, capped and divided by a temperature."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from actviz import _numpy as np
from actviz.errors import BadInput

if TYPE_CHECKING:
    from actviz.activation import Array


def prepared(x: Array, scale: float = 1.0, softcap: float | None = None, temperature: float = 1.0) -> Array:
    """`x` times `scale`, then c tanh(x/c) for a `softcap` c (Gemma 2), then over `temperature`, in float64.

    -inf, a mask, stays as it is. Raise BadInput where one of the three is not positive and finite, or takes
    a finite logit out of float64.
    """
    for what, value in (("scale", scale), ("softcap", softcap), ("temperature", temperature)):
        if value is not None and not (math.isfinite(value) and value > 0):
            raise BadInput(f"{what} must be above 0 and finite, not {value:g}")
    with np.errstate(all="ignore"):
        scaled = x * scale
        capped = scaled if softcap is None else np.where(x == -np.inf, x, softcap * np.tanh(scaled / softcap))
        divided = capped / temperature
    if (np.isinf(divided) & np.isfinite(x)).any():
        what = f"scale {scale:g}" if (np.isinf(scaled) & np.isfinite(x)).any() else f"temperature {temperature:g}"
        raise BadInput(f"{what} takes a logit beyond float64; give one nearer to 1")
    return divided
