"""Panels whose numbers are too large or too small for matplotlib's arithmetic, brought near 1 by a power of ten."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from actviz import _numpy as np
from actviz.figure import Area, Band, Line, Marker, Note, Rule

if TYPE_CHECKING:
    from actviz.figure import Interval, Mark, Numbers, Panel

FAR = 250
"""Powers of ten up to which matplotlib places and counts without loss."""


def exponent_of(window: Interval | None, scale: str) -> int:
    """The power of ten to take out of a linear window; 0 where it is near enough as it is."""
    size = max(map(abs, window)) if window and scale == "linear" else 1.0
    power = math.floor(math.log10(size)) if size else 0
    return power if abs(power) > FAR else 0


def near(panel: Panel) -> Panel:
    """`panel` with its windows and marks over the power of ten that `exponent_of` tells for each axis."""
    x, y = exponent_of(panel.xlim, panel.xscale), exponent_of(panel.ylim, panel.yscale)
    if not x and not y:
        return panel
    xlim = panel.xlim and (over(panel.xlim[0], x), over(panel.xlim[1], x))
    ylim = panel.ylim and (over(panel.ylim[0], y), over(panel.ylim[1], y))
    xticks, yticks = (
        tuple((over(at, power), name) for at, name in ticks) for ticks, power in ((panel.xticks, x), (panel.yticks, y))
    )
    marks = tuple(moved(mark, x, y) for mark in panel.marks)
    return replace(panel, marks=marks, xlim=xlim, ylim=ylim, xticks=xticks, yticks=yticks)


def moved(mark: Mark, x: int, y: int) -> Mark:
    """`mark` with its numbers over ten to the powers `x` and `y`; marks of diagrams and tables as they are."""
    if isinstance(mark, Line):
        return replace(mark, x=all_over(mark.x, x), y=all_over(mark.y, y))
    if isinstance(mark, Marker):
        return replace(mark, x=over(mark.x, x), y=over(mark.y, y))
    if isinstance(mark, Note):
        point = mark.point and (over(mark.point[0], x), over(mark.point[1], y))
        return replace(mark, x=over(mark.x, x), y=over(mark.y, y), point=point)
    if isinstance(mark, Area):
        return replace(mark, x=all_over(mark.x, x), low=all_over(mark.low, y), high=all_over(mark.high, y))
    if isinstance(mark, Band):
        power = x if mark.axis == "x" else y
        return replace(mark, low=over(mark.low, power), high=over(mark.high, power))
    return replace(mark, at=over(mark.at, x if mark.axis == "x" else y)) if isinstance(mark, Rule) else mark


def over(value: float, power: int) -> float:
    """`value` divided by ten to the `power`, in two steps, for ten to the power itself may be no float."""
    half = power // 2
    return value / 10.0**half / 10.0 ** (power - half)


def all_over(values: Numbers, power: int) -> np.ndarray:
    """Each of `values` divided so."""
    half = power // 2
    with np.errstate(all="ignore"):
        found: np.ndarray = np.asarray(values, dtype=np.float64) / 10.0**half / 10.0 ** (power - half)
        return found
