"""The error of each evaluation of softmax against the largest logit."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from actviz import _numpy as np
from actviz.analysis.softmax.evaluations import Accumulate, evaluations
from actviz.analysis.softmax.rounding import rounding
from actviz.analysis.softmax.tables import NAMES
from actviz.charts.overflow_map import window
from actviz.figure import Dash, Interval, Line, Mark, Note, Panel
from actviz.signs import ten_to

if TYPE_CHECKING:
    from collections.abc import Sequence

    from actviz.activation import Array

POINTS, EACH = 60, 8
"""Places along the logits, and vectors at each, of which the worst is drawn."""

MOST = 2**18
"""Logits evaluated at most: long vectors are tried at fewer places."""

LEAST = 0.1
"""ULP drawn for smaller errors: of a correctly rounded value it is 0.5 at most."""

ABOUT = "largest logit; dotted: logarithms"

ROOM = 0.6
"""Room for the names above the curves, in parts of their height."""

LETTER = 0.036
"""The width of a letter in parts of a panel's."""

MOST_TICKS = 6
"""Powers of ten named beside the curves at most."""

LINES = (("naive", "shifted"), ("division_free", "online"), ("log_naive", "log_softmax"))
"""Evaluations named side by side."""

STYLES: dict[str, tuple[int, Dash, float]] = {
    "naive": (1, "solid", 1.0),
    "shifted": (0, "solid", 2.2),
    "division_free": (3, "solid", 1.0),
    "online": (2, "dashed", 1.0),
    "log_naive": (4, "dotted", 1.4),
    "log_softmax": (5, "dotted", 1.4),
}
"""Colour, pattern and width; max-shifted is seen on either side of online, which often is the same."""


def errors(dtype: str, x: Sequence[float], accumulate: Accumulate) -> Panel:
    """The worst error of each evaluation of `x`, moved so that its largest logit is that of the axis.

    The logits are taken as the dtype holds them; a line ends where the evaluation breaks, and a logarithm's is dotted.
    """
    low, high = window(dtype)
    tops = places(low, high, len(x))
    found = measured(dtype, x, tops, accumulate)
    lines = tuple(Line(tops.mean(axis=1), worst, NAMES[name], *STYLES[name]) for name, worst in found.items())
    bottom, top = heights(list(found.values()))
    room = top * (top / bottom) ** ROOM
    title, ticks, extent = f"{dtype}: error", powers(top), ((low, high), (bottom, room))
    marks: tuple[Mark, ...] = (*lines, *key((low, high), (top, room)))
    return Panel(marks, title, ABOUT, "ULP", *extent, "frame", yscale="log", legend=False, yticks=ticks)


def key(x: Interval, y: Interval) -> list[Note]:
    """The names of the evaluations in their colours, in lines above the curves."""
    notes = []
    for row, names in enumerate(LINES):
        at = 0.02
        for name in names:
            height = y[0] * (y[1] / y[0]) ** (1.0 - (row + 0.5) / len(LINES))
            notes.append(Note(NAMES[name], x[0] + at * (x[1] - x[0]), height, ink=STYLES[name][0]))
            at += LETTER * (len(NAMES[name]) + 2)
    return notes


def powers(top: float) -> tuple[tuple[float, str], ...]:
    """Powers of ten from the least that is drawn, which smaller errors share, to below `top`."""
    last = round(math.log10(top))
    shown = range(0, last + 1, -(-(last + 1) // MOST_TICKS))
    return ((LEAST, f"≤ {ten_to(round(math.log10(LEAST)))}"), *((10.0**k, ten_to(k)) for k in shown))


def places(low: float, high: float, n: int) -> Array:
    """The largest logits tried, (places, vectors at each)."""
    most = max(4, MOST // n)
    each = max(1, min(EACH, most // POINTS))
    return np.linspace(low, high, min(POINTS, most) * each).reshape(-1, each)


def measured(dtype: str, x: Sequence[float], tops: Array, accumulate: Accumulate) -> dict[str, Array]:
    """For each evaluation the worst error at each place; NaN where it breaks."""
    base = np.asarray(x, dtype=np.float64)
    with np.errstate(all="ignore"):
        logits = rounding(dtype).fit(tops.reshape(-1, 1) + (base - base.max()))
    found = {}
    for e in evaluations(logits, dtype, accumulate):
        worst = e.ulp.reshape(tops.shape).max(axis=1)
        found[e.name] = np.where(np.isfinite(worst), np.maximum(worst, LEAST), math.nan)
    return {name: found[name] for name in STYLES}


def heights(lines: Sequence[Array]) -> Interval:
    """The window of errors, a power of ten at either end."""
    known = np.concatenate([line[np.isfinite(line)] for line in lines])
    most = float(known.max(initial=1.0))
    return LEAST / 2, 10.0 ** (math.floor(math.log10(most)) + 1)
