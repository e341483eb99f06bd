"""Where numbers fall along an axis: the window of a panel, linear or logarithmic, safe at any magnitude."""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from actviz import _numpy as np

if TYPE_CHECKING:
    from actviz.figure import Interval, Numbers

    Array = np.ndarray

LARGEST = sys.float_info.max
MARGIN = 0.05


@dataclass(frozen=True, slots=True)
class Scale:
    """The window from `low` to `high`, both finite and in order; both positive where `log`."""

    low: float
    high: float
    log: bool = False

    def unit(self, values: Numbers | Array) -> Array:
        """`values` with the window's ends at 0 and 1; NaN where the scale has no place for them."""
        places = np.asarray(values, dtype=np.float64)
        low, high = self.low, self.high
        with np.errstate(all="ignore"):
            if self.log:
                places = np.log10(np.where(places > 0, places, np.nan))
                low, high = math.log10(low), math.log10(high)
            # A power of two brings the window to the order of 1, so that neither its width nor its
            # reciprocal can overflow.
            shift = -math.frexp(max(abs(low), abs(high)))[1]
            low, high = math.ldexp(low, shift), math.ldexp(high, shift)
            unit: Array = (np.ldexp(places, shift) - low) / (high - low)
            return unit


def fitted(given: Interval | None, data: Array, log: bool, margin: float = 0.0) -> Scale:
    """The window `given`, or the one that holds the finite `data` with a `margin` of its width around it."""
    usable = data[np.isfinite(data) & (data > 0 if log else True)]
    low, high = (float(usable.min()), float(usable.max())) if usable.size else (0.1, 10.0) if log else (-1.0, 1.0)
    if given is not None and all(map(math.isfinite, given)) and given[0] < given[1] and not (log and given[0] <= 0):
        return Scale(*given, log)
    if low == high:
        return Scale(low / 10 or low, min(high * 10, LARGEST), log) if log else around(low)
    if log:
        ratio = (high / low) ** margin if high / low < LARGEST else 1.0
        return Scale(low / ratio if low / ratio > 0 else low, min(high * ratio, LARGEST), log)
    space = margin * (high / 2 - low / 2) * 2 if high / 2 - low / 2 < LARGEST / 2 else 0.0
    return Scale(max(low - space, -LARGEST), min(high + space, LARGEST))


def around(value: float) -> Scale:
    """A window about one number."""
    space = max(1.0, abs(value) / 10)
    return Scale(max(value - space, -LARGEST), min(value + space, LARGEST))
