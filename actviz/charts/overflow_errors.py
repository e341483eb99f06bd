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

if TYPE_CHECKING:
    from collections.abc import Sequence

    from actviz.activation import Array

POINTS, EACH = 60, 8
"""Places along the logits, and vectors at each, of which the worst is drawn."""

MOST = 2**18
"""Logits evaluated at most: long vectors are tried at fewer places."""

LEAST = 0.1
"""ULP drawn for smaller errors: of a correctly rounded value it is 0.5 at most."""

ABOUT = "largest logit"

ROOM = 1.0
"""Room for the names above the curves, in parts of their height."""

LETTER = 0.036
"""The width of a letter in parts of a panel's."""

LINES = (("naive", "shifted"), ("division_free", "online"), ("log_naive",), ("log_softmax",))

STYLES: dict[str, tuple[int, Dash]] = {
    "naive": (1, "solid"),
    "shifted": (0, "solid"),
    "division_free": (2, "solid"),
    "online": (3, "dashed"),
    "log_naive": (1, "dotted"),
    "log_softmax": (0, "dotted"),
}


def errors(dtype: str, x: Sequence[float], accumulate: Accumulate, keyed: bool) -> Panel:
    """The worst error of each evaluation of `x`, moved so that its largest logit is that of the axis.

    The logits are taken as the dtype holds them; a line ends where the evaluation breaks.
    """
    low, high = window(dtype)
    tops = places(low, high, len(x))
    found = measured(dtype, x, tops, accumulate)
    lines = [Line(tops.mean(axis=1), worst, "", *STYLES[name]) for name, worst in found.items()]
    bottom, top = heights(list(found.values()))
    title = f"{dtype}: error"
    if not keyed:
        return Panel(tuple(lines), title, ABOUT, "ULP", (low, high), (bottom, top), "frame", yscale="log", legend=False)
    room = top * (top / bottom) ** ROOM
    marks: tuple[Mark, ...] = (*lines, *key((low, high), (top, room)))
    return Panel(marks, title, ABOUT, "ULP", (low, high), (bottom, room), "frame", yscale="log", legend=False)


def key(x: Interval, y: Interval) -> list[Note]:
    """The names of the evaluations in their colours, in lines above the curves."""
    notes = []
    for row, names in enumerate(LINES):
        at = 0.0
        for name in names:
            said = NAMES[name] + (" (dotted)" if STYLES[name][1] == "dotted" else "")
            height = y[0] * (y[1] / y[0]) ** (1.0 - (row + 0.5) / len(LINES))
            notes.append(Note(said, x[0] + (0.02 + at) * (x[1] - x[0]), height, ink=STYLES[name][0]))
            at += LETTER * (len(said) + 2)
    return notes


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
