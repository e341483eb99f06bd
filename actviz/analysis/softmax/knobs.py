"""The values tried of what makes logits softer or harder: every number of five digits, the softest first.

Softest are the highest temperature, the lowest scale and the lowest cap. A place counts them from 1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from actviz import _numpy as np

if TYPE_CHECKING:
    from actviz.activation import Array
    from actviz.analysis.softmax.logits import Knob
    from actviz.floats import Places

DIGITS = 5

DECADE = 9 * 10 ** (DIGITS - 1)
"""Numbers of so many digits from 1 to 10."""

HARDEST = 308 * DECADE + 7_976
"""The place of a scale or cap of 1.7976e308, the largest of five digits in float64, or a temperature of 9.2024e-309."""

SOFTEST = -HARDEST

NONE = SOFTEST - 1
"""In place of a place: not even the softest."""

EXACT = 22
"""Powers of ten up to this one are float64 numbers, so that one operation rounds once."""


def values(knob: Knob, places: Places) -> Array:
    """The values at these places, as they would be read."""
    exponent, digits = np.divmod(-places if knob == "temperature" else places, DECADE)
    digits += 10 ** (DIGITS - 1)
    exponent -= DIGITS - 1
    power = 10.0 ** np.minimum(np.abs(exponent), EXACT)
    found = np.where(exponent < 0, digits / power, digits * power)
    far = np.abs(exponent) > EXACT
    if far.any():
        numbers = zip(digits[far].tolist(), exponent[far].tolist(), strict=True)
        found[far] = [float(f"{d}e{e}") for d, e in numbers]
    return found
