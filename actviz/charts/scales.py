"""A panel with its values drawn as magnitudes on a logarithmic scale."""

from __future__ import annotations

import sys
from dataclasses import replace

from actviz import _numpy as np
from actviz.errors import BadInput
from actviz.figure import Line, Marker, Panel

LEAST = 1e-300
"""Magnitudes below this, zero among them, have no place on a drawn logarithmic scale."""

GREATEST = sys.float_info.max
"""Where the room above the data ends."""


def logarithmic(panel: Panel) -> Panel:
    """`panel` with abs(y) on a logarithmic scale; a curve leaves the window at a zero, a row of zeros is a gap.

    A window stays if it is positive, else the data decide. Raise BadInput where nothing is left to draw.
    """
    marks = tuple(
        replace(mark, y=magnitude(mark.y)) if isinstance(mark, Line) else mark
        for mark in panel.marks
        if not isinstance(mark, Marker)
    )
    seen = [y[np.isfinite(y) & (y > LEAST)] for mark in marks if isinstance(mark, Line) for y in (np.asarray(mark.y),)]
    values = np.concatenate(seen) if seen else np.zeros(0)
    if values.size == 0:
        raise BadInput(f"--log has nothing to draw: {lack(panel)}")
    low, high = float(values.min()), float(values.max())
    ylim = panel.ylim if panel.ylim and panel.ylim[0] > 0 else (low / 1.5, min(high * 1.5, GREATEST))
    ylabel = f"|{panel.ylabel}|" if panel.ylabel else "magnitude"
    return replace(panel, marks=marks, yscale="log", ylim=ylim, ylabel=ylabel, axes="frame")


def lack(panel: Panel) -> str:
    """Why no value of the panel's lines has a place on the scale."""
    lines = [np.asarray(mark.y, dtype=np.float64) for mark in panel.marks if isinstance(mark, Line)]
    values = np.abs(np.concatenate([np.zeros(0), *lines]))
    finite = values[np.isfinite(values)]
    if not finite.size:
        return "no value in the range is finite"
    if not finite.any():
        return "every finite value in the range is 0"
    return f"no finite value in the range is above {LEAST:g} in size"


def magnitude(y: object) -> np.ndarray:
    """abs(y), with LEAST for what is too small for the scale next to what is not, and NaN for the rest of that."""
    size = np.abs(np.asarray(y, dtype=np.float64))
    held = np.concatenate([[False], size > LEAST, [False]])
    beside = held[:-2] | held[2:]
    return np.where(size > LEAST, size, np.where((size <= LEAST) & beside, LEAST, np.nan))
