"""Single numbers that make up much of an array, such as the zeros of a ReLU: told where the sketch tells them apart."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from actviz.wording import listed, percent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from actviz.analysis.data.observation import Observation

MUCH = 0.25
"""The least part of the values that one number must have to be told."""

MOST_SAID = 3
"""Arrays that are spoken of, those with the most of one number."""


def repeated(found: Sequence[Observation]) -> tuple[str, ...]:
    """A sentence for each of the arrays in which one number is often, the ones with most, in the order given."""
    told = [numbers(one) for one in found]
    often = sorted((i for i, said in enumerate(told) if said), key=lambda i: -max(share for share, _ in told[i]))
    parts = [
        f"{found[i].label}: {listed([f'{percent(share)} of the values are {what}' for share, what in told[i]])}."
        for i in sorted(often[:MOST_SAID])
    ]
    if len(often) > MOST_SAID:
        parts.append(f"These {MOST_SAID} of {len(often)} such arrays have the most of one number.")
    return tuple(parts)


def numbers(one: Observation) -> list[tuple[float, str]]:
    """The numbers that are often, each with its part of the finite values; none where all are equal."""
    if not one.whole.low < one.whole.high:
        return []
    least = MUCH * one.whole.finite
    named = [(count / one.whole.finite, number(one, low, high)) for low, high, count in one.cells if count >= least]
    return [(share, what) for share, what in named if what]


def number(one: Observation, low: float, high: float) -> str:
    """The one number that the values from `low` to `high`, a cell of the sketch, can be; nothing if not known."""
    if one.dtype.startswith(("int", "uint")) and math.ceil(low) == math.floor(high):
        return f"{math.ceil(low)}"
    floor = 0.0 if one.quantile_error == 0 else one.whole.quantile_floor
    if low != high or 0 < abs(low) <= floor:
        return ""
    return f"0 (or below {floor:.1g} in size)" if low == 0 and floor else f"{low:.4g}"
