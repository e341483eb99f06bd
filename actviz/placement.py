"""Where text goes: plain geometry in points, no drawing."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from actviz import _numpy as np

Box = tuple[float, float, float, float]
"""Left, bottom, right, top."""

Measure = Callable[[str], float]
"""The width of a text."""

BEFORE = {"left": 0.0, "center": 0.5, "right": 1.0}
"""How much of a text's width lies left of its place, by its alignment."""

LONGEST = 400
"""No line of a picture holds more letters than this; longer texts are not even measured."""


def spread(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Heights at least `gap` apart, as near the wanted ones as can be, between `low` and `high`.

    Order is kept. Where they cannot all fit they overrun `high`.
    """
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    clusters: list[list[float]] = []  # [first height, number of members]
    for i in order:
        clusters.append([min(max(wanted[i], low), high), 1.0])
        while len(clusters) > 1 and clusters[-2][0] + clusters[-2][1] * gap > clusters[-1][0]:
            first, count = clusters.pop()
            before, members = clusters[-1]
            total = members + count
            start = (members * before + count * (first - members * gap)) / total
            clusters[-1] = [max(low, min(start, high - (total - 1) * gap)), total]
    heights = [first + k * gap for first, count in clusters for k in range(int(count))]
    placed = [0.0] * len(wanted)
    for i, height in zip(order, heights, strict=True):
        placed[i] = height
    return placed


def wrapped(text: str, width: float, measure: Measure, most: int = 3) -> list[str]:
    """`text` in lines no wider than `width`, at most `most`; the last is cut short where it must be."""
    lines: list[str] = []
    words = text.split()
    while words and len(lines) < most - 1:
        count = 1
        while count < len(words) and measure(" ".join(words[: count + 1])) <= width:
            count += 1
        lines.append(shortened(" ".join(words[:count]), width, measure))
        words = words[count:]
    if words:
        lines.append(shortened(" ".join(words), width, measure))
    return lines


def shortened(text: str, width: float, measure: Measure, tail: int = 0) -> str:
    """`text`, its end but for the last `tail` letters replaced by an ellipsis where it is wider than `width`."""
    if len(text) < LONGEST and measure(text) <= width:
        return text
    kept = "…" + text[len(text) - tail :]
    low, high = 0, min(len(text) - tail, LONGEST)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if measure(text[:middle] + kept) <= width else (low, middle - 1)
    return text[:low].rstrip() + kept


def clear_of(box: Box, points: np.ndarray) -> bool:
    """Whether none of the (x, y) rows of `points` lies in the box."""
    left, bottom, right, top = box
    x, y = points[:, 0], points[:, 1]
    return not bool(np.any((x >= left) & (x <= right) & (y >= bottom) & (y <= top)))


def corner(width: float, height: float, within: tuple[float, float], points: np.ndarray) -> tuple[float, float] | None:
    """Left and bottom of a box of this size in a corner of an area `within` wide and high, clear of points.

    Upper left is tried first, then lower right, upper right, lower left; None where all are taken.
    """
    wide, high = within
    if width > 0.6 * wide or height > 0.6 * high:
        return None
    for left, bottom in ((0.0, high - height), (wide - width, 0.0), (wide - width, high - height), (0.0, 0.0)):
        if clear_of((left, bottom, left + width, bottom + height), points):
            return left, bottom
    return None


def dense(x: np.ndarray, y: np.ndarray, step: float) -> np.ndarray:
    """Rows (x, y) along the line through the points, about `step` apart, gaps left out."""
    keep = np.isfinite(x) & np.isfinite(y)
    pairs = keep[:-1] & keep[1:]
    start = np.column_stack([x[:-1][pairs], y[:-1][pairs]])
    move = np.column_stack([np.diff(x)[pairs], np.diff(y)[pairs]])
    if not len(start):
        return np.column_stack([x[keep], y[keep]])
    count = min(1 + math.ceil(float(np.hypot(move[:, 0], move[:, 1]).max()) / step), 200)
    along = np.linspace(0.0, 1.0, count + 1)[None, :, None]
    rows: np.ndarray = (start[:, None, :] + along * move[:, None, :]).reshape(-1, 2)
    return rows
