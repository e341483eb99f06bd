"""Maxout of one input: the largest of several lines, so any convex function to any accuracy."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, Any

from actviz import _numpy as np
from actviz.activation import Activation, Kink, Limits, Parameter, Reference
from actviz.arithmetic import two_product, two_sum

if TYPE_CHECKING:
    from fractions import Fraction

    from actviz.activation import Array

INF = float("inf")

Lines = tuple[float, ...]


def upper_envelope(w: Lines, b: Lines) -> tuple[list[float], list[float]]:
    """The slopes of the lines on top, from left to right, and the points where they change.

    Exact in rationals, each point rounded once: to an infinity beyond float64, and a line that is on top
    between two points of one float nowhere. n lines give n slopes and n - 1 points at most.
    """
    highest: dict[float, float] = {}
    for slope, offset in zip(w, b, strict=True):
        highest[slope] = max(offset, highest.get(slope, -INF))
    top: list[tuple[float, float]] = []
    breaks: list[Fraction] = []
    for line in sorted(highest.items()):
        while breaks and crossing(top[-1], line) <= breaks[-1]:
            top.pop()
            breaks.pop()
        if top:
            breaks.append(crossing(top[-1], line))
        top.append(line)
    beyond = dict(zip(map(rounded, breaks), [slope for slope, _ in top[1:]], strict=True))
    return [top[0][0], *beyond.values()], list(beyond)


def crossing(low: tuple[float, float], high: tuple[float, float]) -> Fraction:
    """Where a line of lesser slope meets one of greater slope, exactly."""
    from fractions import Fraction

    return (Fraction(low[1]) - Fraction(high[1])) / (Fraction(high[0]) - Fraction(low[0]))


def rounded(x: Fraction) -> float:
    """The float nearest to `x`; an infinity where that is beyond float64."""
    try:
        return float(x)
    except OverflowError:
        return INF if x > 0 else -INF


def maxout_value(x: Array, w: Lines, b: Lines) -> Array:
    """The largest w_i x + b_i, each line with an exact product and sum before its one rounding."""
    best = np.full_like(x, -np.inf)
    for slope, offset in zip(w, b, strict=True):
        product, low = two_product(slope, x)
        total, error = two_sum(product, offset)
        line = total + (error + low)
        best = np.maximum(best, np.where(np.isfinite(line), line, product + offset))
    return best


def maxout_slope(x: Array, w: Lines, b: Lines) -> Array:
    """The slope of the line on top; of the left one where two cross."""
    slopes, breaks = upper_envelope(w, b)
    return np.asarray(slopes)[np.searchsorted(breaks, x, side="left")]


def maxout_curvature(x: Array, w: Lines, b: Lines) -> Array:
    """Zero: every piece is a line."""
    return np.zeros_like(x)


def maxout_kinks(w: Lines, b: Lines) -> tuple[Kink, ...]:
    """Where two lines of the envelope cross, within float64."""
    slopes, breaks = upper_envelope(w, b)
    crossings = zip(breaks, slopes, slopes[1:], strict=False)
    return tuple(Kink(x, left, right) for x, left, right in crossings if abs(x) < INF)


def maxout_limits(w: Lines, b: Lines) -> Limits:
    """Infinity by the sign of the outermost slopes; a flat outermost line's own height."""
    slopes, _ = upper_envelope(w, b)
    height = max((c for a, c in zip(w, b, strict=True) if a == 0.0), default=0.0)
    first, last = slopes[0], slopes[-1]
    return (-INF * first if first else height, first, 0.0), (INF * last if last else height, last, 0.0)


def maxout_definition(m: Any, x: Any, w: Any, b: Any) -> Any:
    """The textbook maximum."""
    return reduce(m.maximum, [slope * x + offset for slope, offset in zip(w, b, strict=True)])


def maxout_check(w: Lines, b: Lines) -> str:
    """As many offsets as slopes."""
    return "" if len(w) == len(b) else f"w has {len(w)} numbers and b has {len(b)}; give as many of each"


MAXOUT = (
    Activation(
        name="maxout",
        family="learned",
        summary="the largest of several lines; any convex function in the limit",
        formula=r"\max_{i} (w_i x + b_i)",
        plain="max over i of (w_i*x + b_i)",
        definition=maxout_definition,
        kernels=(maxout_value, maxout_slope, maxout_curvature),
        limits=maxout_limits,
        reference=Reference("Goodfellow, Warde-Farley, Mirza, Courville, Bengio", 2013, "Maxout Networks"),
        parameters=(
            Parameter("w", "w", (-1.0, 0.5, 2.0), "slope of each line"),
            Parameter("b", "b", (0.0, 0.0, -3.0), "offset of each line"),
        ),
        kinks=maxout_kinks,
        check=maxout_check,
    ),
)
