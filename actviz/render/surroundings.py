"""What stands around a plot: its title, the names of its scales, its legend. Nothing here imports matplotlib."""

from __future__ import annotations

from typing import TYPE_CHECKING

from actviz.render import style
from actviz.render.drawing import DRAW_SAMPLE, write
from actviz.render.key import HANDLE

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from actviz.figure import Panel
    from actviz.render.key import Legend
    from actviz.render.style import Theme


def head_of(panel: Panel) -> float:
    """Height above the plot: the panel's title and the name of y."""
    title = style.PANEL_TITLE * style.LEADING + style.GAP if panel.title else 0.0
    if panel.axes == "off":
        return title
    return title + (style.LABEL * style.LEADING + style.GAP if panel.ylabel else style.GAP)


def foot_of(panel: Panel) -> float:
    """Height below the plot: the numbers and the name of x."""
    if panel.axes == "off":
        return 0.0
    numbers = style.TICK * style.LEADING + style.TICK_LENGTH + 3.0
    return numbers + (style.LABEL * style.LEADING if panel.xlabel else 0.0)


def name_scales(panel: Panel, ax: Axes, look: Theme, around: tuple[float, float, float]) -> None:
    """The panel's title and the name of y above the plot, level with its numbers; the name of x below."""
    before, head, foot = around
    at_left = (-before, head)
    if panel.title:
        write(ax, panel.title, (0.0, 1.0), look.ink, "axes fraction", at_left, va="top", fontsize=style.PANEL_TITLE)
    if panel.axes == "off":
        return
    if panel.ylabel:
        at_left = (-before, style.GAP)
        write(ax, panel.ylabel, (0.0, 1.0), look.ink, "axes fraction", at_left, va="bottom")
    if panel.xlabel:
        write(ax, panel.xlabel, (0.5, 0.0), look.ink, "axes fraction", (0, -foot), ha="center", va="bottom")


def draw_legend(ax: Axes, legend: Legend, area: tuple[float, float], look: Theme) -> None:
    """Samples of line with names, in the plot or to its right, one column after another."""
    wide, deep = area
    size = legend.size
    leading = size * style.LEADING
    handle = HANDLE * size / style.LABEL
    rows = -(-len(legend.names) // legend.columns)
    left, low = legend.place or (wide + style.GAP, max(0.0, deep - rows * leading))
    for i, name in enumerate(legend.names):
        start = left + i // rows * legend.width / legend.columns
        height = (low + (rows - i % rows - 0.5) * leading) / deep
        write(ax, name, ((start + handle) / wide, height), look.ink, "axes fraction", fontsize=size)
        if i < len(legend.entries):
            entry = legend.entries[i]
            DRAW_SAMPLE[type(entry)](entry, ax, look, (start / wide, height, 0.82 * handle / wide))
