"""A picture of depth: variance and gradient layer by layer, predicted and seen in real networks."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from actviz import _numpy as np
from actviz.charts.functions import COLORS, DASHES, names_of
from actviz.charts.scales import GREATEST, LEAST
from actviz.figure import Area, Line, Mark, Marker, Panel

if TYPE_CHECKING:
    from collections.abc import Callable

    from actviz.analysis.depth.depth import Depth
    from actviz.analysis.depth.meanfield import Layer
    from actviz.analysis.depth.simulation import Measured

MOST_MARKERS = 21
"""Layers that are marked in a picture; of more every second, third, ... is."""

ERRORS = 2.0
"""Standard errors either way that are shaded."""

SHORT = 0.2
"""A shaded error reaches down to this part of the value at most: on a logarithmic scale it would never end."""

ROOM = 0.08
"""The part of the window's height left free above and below."""

FEW = 5
"""Up to so many layers each is named along x."""


def depth_panels(found: tuple[Depth, ...]) -> tuple[Panel, Panel]:
    """The variance of each layer, and the length of the gradient there over that in the last layer."""
    return (
        panel(found, "Variance of the pre-activations", "variance", of_variance, seen_variance),
        panel(found, "Length of the gradient", "|∂L/∂h| over the last layer’s", of_gradient, seen_gradient),
    )


def of_variance(layer: Layer) -> float:
    """What the left panel shows of a layer."""
    return layer.variance


def seen_variance(layer: Measured) -> tuple[float, float]:
    """What is seen of it, and its error."""
    return layer.variance, layer.variance_error


def of_gradient(layer: Layer) -> float:
    """What the right panel shows of a layer."""
    return math.sqrt(layer.gradient)


def seen_gradient(layer: Measured) -> tuple[float, float]:
    """What is seen of it, and its error: half of its square's in relative terms."""
    length = math.sqrt(layer.gradient)
    return length, 0.5 * layer.gradient_error / length if length else 0.0


def panel(
    found: tuple[Depth, ...],
    title: str,
    ylabel: str,
    predicted: Callable[[Layer], float],
    seen: Callable[[Measured], tuple[float, float]],
) -> Panel:
    """Lines through what is predicted, discs and shaded errors for what was simulated, over the layers."""
    names = names_of(tuple(one.activation for one in found))
    marks: list[Mark] = []
    heights: list[np.ndarray] = []
    for number, (one, name) in enumerate(zip(found, names, strict=True)):
        ink, x = number % COLORS, np.arange(float(len(one.layers)))
        y = drawable([predicted(layer) for layer in one.layers])
        ground, *discs = simulated_marks(x, [seen(layer) for layer in one.simulation], ink)
        marks += [ground, Line(x, y, name, ink, DASHES[number // COLORS % len(DASHES)]), *discs]
        heights += [y, np.asarray(ground.low), np.asarray(ground.high)]
    last = max(len(one.layers) for one in found) - 1
    points = " (points: simulated)" if any(one.simulation for one in found) else ""
    return Panel(
        tuple(marks),
        title=title + points,
        xlabel="layer",
        ylabel=ylabel,
        xlim=(0.0, float(last)),
        ylim=window(np.concatenate(heights)),
        axes="frame",
        yscale="log",
        xticks=tuple((float(n), str(n)) for n in range(last + 1)) if last <= FEW else (),
    )


def simulated_marks(x: np.ndarray, pairs: list[tuple[float, float]], ink: int) -> tuple[Area, *tuple[Marker, ...]]:
    """Ground that shows two standard errors either way, and points at the means; none without a simulation."""
    values = drawable([value for value, _ in pairs])
    errors = np.asarray([error for _, error in pairs])
    with np.errstate(all="ignore"):
        ground = Area(
            x[: len(pairs)], np.maximum(values - ERRORS * errors, SHORT * values), values + ERRORS * errors, ink
        )
    every = 1 + max(0, len(pairs) - 1) // MOST_MARKERS
    discs = [Marker(float(x[i]), float(values[i]), "closed", ink) for i in range(0, len(pairs), every)]
    return ground, *(disc for disc in discs if math.isfinite(disc.y))


def drawable(values: list[float]) -> np.ndarray:
    """The values, NaN for those that have no place on a logarithmic scale."""
    y = np.asarray(values, dtype=np.float64)
    return np.where((y > LEAST) & np.isfinite(y), y, np.nan)


def window(heights: np.ndarray) -> tuple[float, float]:
    """A logarithmic window that holds the heights with some room, and two powers of ten at least."""
    known = np.log10(heights[(heights > LEAST) & np.isfinite(heights)])
    low, high = (float(known.min()), float(known.max())) if known.size else (0.0, 0.0)
    if math.floor(high) <= math.ceil(low):
        low = min(low, math.ceil(low) - 1.0)
        high = high if math.floor(high) > math.ceil(low) else float(math.ceil(high))
    room = ROOM * (high - low)
    return 10.0 ** max(low - room, math.log10(LEAST)), 10.0 ** min(high + room, math.log10(GREATEST) - 0.1)
