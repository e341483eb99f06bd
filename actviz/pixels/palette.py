"""Few colours that stand for many, as sixel needs them: percentages of red, green and blue."""

from __future__ import annotations

import heapq
from itertools import count
from typing import TYPE_CHECKING

from actviz import _numpy as np

if TYPE_CHECKING:
    Array = np.ndarray

LEVELS = 101
"""Strengths of a primary colour in sixel, 0 to 100 (VT330/VT340 manual, chapter 14)."""


def reduced(pixels: Array, most: int) -> tuple[Array, Array]:
    """At most `most` colours for `pixels` (height x width x 3, uint8), and which of them each pixel has.

    The colours are rows of percentages. Exact where the picture has no more of them at sixel's levels; else by
    median cut (Heckbert 1982, Color image quantization for frame buffer display).
    """
    levels = (np.arange(256) * (LEVELS - 1) + 127) // 255
    red, green, blue = (levels[pixels[..., channel]] for channel in range(3))
    packed = (red * LEVELS + green) * LEVELS + blue
    weights = np.bincount(packed.ravel(), minlength=LEVELS**3)
    present = np.flatnonzero(weights)
    colors = np.stack([present // LEVELS**2, present // LEVELS % LEVELS, present % LEVELS], axis=1)
    boxes = median_cut(colors, weights[present], most)
    chosen = np.zeros(LEVELS**3, dtype=np.int64)
    means = np.zeros((len(boxes), 3), dtype=np.int64)
    for number, box in enumerate(boxes):
        chosen[present[box]] = number
        means[number] = np.rint(np.average(colors[box], axis=0, weights=weights[present[box]]))
    return means, chosen[packed]


def median_cut(colors: Array, weights: Array, most: int) -> list[Array]:
    """Groups of at least one colour (their numbers), at most `most`: the most spread one is cut again and again."""
    order = count()  # so that equal spreads do not make the heap compare arrays
    everything = np.arange(len(colors))
    heap = [(-spread(colors, weights, everything), next(order), everything)]
    while len(heap) < most and heap[0][0] < 0:
        _, _, box = heapq.heappop(heap)
        for part in halves(colors, weights, box):
            heapq.heappush(heap, (-spread(colors, weights, part), next(order), part))
    return [box for _, _, box in sorted(heap, key=lambda entry: entry[1])]


def spread(colors: Array, weights: Array, box: Array) -> float:
    """The sum of squares about the mean along a group's widest axis; 0 for a single colour."""
    return float(squares(colors[box], weights[box]).max()) if len(box) > 1 else 0.0


def squares(colors: Array, weights: Array) -> Array:
    """The weighted sums of squares about the mean, of red, green and blue."""
    mean = np.average(colors, axis=0, weights=weights)
    sums: Array = (weights[:, None] * (colors - mean) ** 2).sum(axis=0)
    return sums


def halves(colors: Array, weights: Array, box: Array) -> tuple[Array, Array]:
    """A group cut at the weighted median of its widest axis; neither half is empty."""
    axis = int(squares(colors[box], weights[box]).argmax())
    ordered = box[np.argsort(colors[box, axis], kind="stable")]
    total = np.cumsum(weights[ordered])
    middle = int(np.searchsorted(total, total[-1] / 2))
    cut = min(max(middle, 1), len(ordered) - 1)
    return ordered[:cut], ordered[cut:]
