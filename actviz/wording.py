"""Numbers and bounds as sentences and heads of columns say them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from actviz.report import Cell

MOST_LISTED = 8


LEAST = 1e-11
"""The least share whose size is told: less than this is less than one value in 400 GB of float32."""


def percent(fraction: float) -> str:
    """A probability in per cent, two digits, of what is missing to all of it one; NaN is an unknown share."""
    if math.isnan(fraction):
        return "an unknown share"
    if 0 < fraction < LEAST:
        return "less than 1e-9%"
    if 1.0 - LEAST < fraction < 1.0:
        return "all but 1e-9%"
    if 0.9995 <= fraction < 1.0:
        return f"{100.0 * fraction:.{-math.floor(math.log10(100.0 - 100.0 * fraction))}f}%"
    return f"{100.0 * fraction:.2g}%" if fraction < 0.0995 else f"{100.0 * fraction:.3g}%"


def told_apart(numbers: Sequence[float], least: int) -> int:
    """The digits, `least` or more, that all of the numbers that differ need to look different."""
    distinct = set(numbers)
    return next((d for d in range(least, 17) if len({f"{x:.{d}g}" for x in distinct}) == len(distinct)), 17)


def law(mean: float, std: float) -> str:
    """A normal law: ``N(0, 1)`` or ``N(1, 2^2)``."""
    return f"N({mean:g}, {'1' if std == 1 else f'{std:g}^2'})"


def at_most(threshold: float) -> str:
    """The head over what has a slope of at most that size."""
    return f"|f'| <= {threshold:g}"


def listed(items: Sequence[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``, the first eight of more with how many follow."""
    if len(items) > MOST_LISTED:
        return f"{', '.join(items[:MOST_LISTED])} and {len(items) - MOST_LISTED} more"
    return " and ".join([", ".join(items[:-1]), items[-1]] if len(items) > 1 else items)


def filled(
    columns: tuple[str, ...], rows: Sequence[tuple[Cell, ...]]
) -> tuple[tuple[str, ...], tuple[tuple[Cell, ...], ...]]:
    """The columns that have a cell, and the rows of those columns."""
    kept = [any(row[i] is not None for row in rows) for i in range(len(columns))]
    return (
        tuple(name for name, keep in zip(columns, kept, strict=True) if keep),
        tuple(tuple(cell for cell, keep in zip(row, kept, strict=True) if keep) for row in rows),
    )
