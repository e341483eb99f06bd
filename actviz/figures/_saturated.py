"""The panel that the three figures of saturation share."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from actviz.analysis.saturation.saturation import saturation
from actviz.charts.functions import panel
from actviz.figure import Band, Mark, Note, Panel, Rule
from actviz.signs import minus

if TYPE_CHECKING:
    from actviz.activation import Activation
    from actviz.figure import Interval

THRESHOLD = 0.01
"""A slope below this counts as saturated."""


def saturated_panel(activation: Activation, interval: Interval) -> Panel:
    """f and f′ over the interval, each saturated tail shaded and its border named."""
    found = saturation(activation, (THRESHOLD,))
    curves = panel((activation,), (0, 1), interval)
    assert curves.ylim is not None
    low, high = curves.ylim
    top = high + 0.16 * (high - low)
    marks: list[Mark] = []
    for tail, end in ((found.left, interval[0]), (found.right, interval[1])):
        x = tail.thresholds[0].x
        if x is None:
            continue
        marks.append(Band(min(x, end), max(x, end), label=f"|f′| < {THRESHOLD:g}"))
        marks.append(Rule(x, "x", "dotted", "muted"))
        text = minus(f"{x:.3f}")
        inward = 0.012 * (interval[1] - interval[0])
        left = end == interval[0]
        height = top - 0.049 * (top - low)
        marks.append(Note(text, x + inward, height) if left else Note(text, x - inward, height, align="right"))
    return replace(curves, marks=(*curves.marks, *marks), ylim=(low, top))
