"""Numbers as a scale or a label shows them, with a true minus sign."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from actviz.signs import minus, ten_to

if TYPE_CHECKING:
    from collections.abc import Sequence


def numerals(values: Sequence[float], shift: int = 0) -> list[str]:
    """Numbers of one scale, times ten to the `shift`, with equally many decimals, the fewest that tell them.

    Powers of ten where they are far from 1.
    """
    numbers = sorted(float(value) for value in values)
    size = max((abs(v) for v in numbers), default=0.0)
    steps = [b - a for a, b in pairwise(numbers) if b > a]
    near = 1e-3 * min(steps, default=size)
    if size and (shift or not 1e-4 <= size < 1e7):
        return [power(float(v), near, shift) if abs(v) > near else "0" for v in values]
    decimals = next(d for d in range(18) if d == 17 or all(abs(round(v, d) - v) <= near for v in numbers))
    return [minus(f"{round(float(v), decimals) + 0.0:.{decimals}f}") for v in values]


def power(value: float, near: float = 0.0, shift: int = 0) -> str:
    """`value` times ten to the `shift`, with the digits that bring it within `near` or a thousandth of itself."""
    near = near or 1e-3 * abs(value)
    text = next(t for d in range(18) if abs(float(t := f"{value:.{d}e}") - value) <= near or d == 17)
    mantissa, _, exponent = text.partition("e")
    raised = ten_to(int(exponent) + shift)
    return minus({"1": raised, "-1": f"-{raised}"}.get(mantissa, f"{mantissa}×{raised}"))
