"""A line of text for a panel of curves of which none can be seen."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from actviz import _numpy as np
from actviz.figure import Line, Marker, Note

if TYPE_CHECKING:
    from actviz.figure import Interval, Panel

LOST = "no finite value in this window"
ELSEWHERE = "no curve passes through this window"


def explained(panel: Panel) -> Panel:
    """`panel`, with a note in its middle where it has curves but its window, which must be given, shows none."""
    lines = [mark for mark in panel.marks if isinstance(mark, Line)]
    if not lines or panel.axes == "off" or not (panel.xlim and panel.ylim):
        return panel
    seen = [visible(line, panel.xlim, panel.ylim) for line in lines]
    if any(shown for shown, _ in seen) or any(held(mark, panel) for mark in panel.marks):
        return panel
    text = ELSEWHERE if any(finite for _, finite in seen) else LOST
    # Somewhat above the middle, where a line through zero would strike it out.
    low, high = panel.ylim
    above = middle(panel.ylim, panel.yscale) if panel.yscale == "log" else low / 2.5 + high / 2.5 * 1.5
    at = middle(panel.xlim, panel.xscale), above
    return replace(panel, marks=(*panel.marks, Note(text, *at, align="center", ink="muted")))


def visible(line: Line, xlim: Interval, ylim: Interval) -> tuple[bool, bool]:
    """Whether some stretch of the line can lie in the window, and whether it has a finite value in that of x."""
    x, y = np.asarray(line.x, dtype=np.float64), np.asarray(line.y, dtype=np.float64)
    y = np.where((x >= xlim[0]) & (x <= xlim[1]) & np.isfinite(y), y, np.nan)
    # Between two points on either side of the window the curve passes through it; fmin and fmax pass NaN by.
    low, high = np.fmin(y[:-1], y[1:]), np.fmax(y[:-1], y[1:])
    return bool(np.any((low <= ylim[1]) & (high >= ylim[0]))), bool(np.isfinite(y).any())


def held(mark: object, panel: Panel) -> bool:
    """Whether the mark is a point inside the window."""
    if not isinstance(mark, Marker) or not (panel.xlim and panel.ylim):
        return False
    return panel.xlim[0] <= mark.x <= panel.xlim[1] and panel.ylim[0] <= mark.y <= panel.ylim[1]


def middle(window: Interval, scale: str) -> float:
    """The number halfway along a scale."""
    low, high = window
    return math.sqrt(low) * math.sqrt(high) if scale == "log" else low / 2 + high / 2
