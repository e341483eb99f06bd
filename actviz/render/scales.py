"""The scales of a plot: frame, ticks and numbers, and the room that these take."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path
from matplotlib.ticker import Formatter, LogLocator, MaxNLocator, NullLocator

from actviz.figure import Bars
from actviz.render import style
from actviz.render.numerals import numerals, power

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from actviz.figure import Panel
    from actviz.render.style import Theme


def measured(text: str, size: float) -> float:
    """The width of a line of plain text in points."""
    return float(text_to_path.get_text_width_height_descent(text, FontProperties(size=size), False)[0])


class Numerals(Formatter):
    """Numbers on a linear scale, written plainly and alike; they stand for themselves times ten to the `power`."""

    def __init__(self, power: int = 0) -> None:
        self.power = power

    def format_ticks(self, values: Sequence[float]) -> list[str]:
        """The numbers, with as many digits as tell them apart."""
        return numerals(values, self.power)

    def __call__(self, x: float, pos: int | None = None) -> str:
        """One number alone."""
        return numerals([x], self.power)[0]


class Powers(Numerals):
    """Numbers on a logarithmic scale, as powers of ten."""

    def format_ticks(self, values: Sequence[float]) -> list[str]:
        """Each number by itself; beyond float64, where matplotlib may put a tick out of sight, nothing."""
        return [power(value) if math.isfinite(value) else "" for value in values]


def set_scales(panel: Panel, ax: Axes, look: Theme, size: tuple[float, float], powers: tuple[int, int]) -> None:
    """Frame, ticks and numbers of a panel of about this `size` in points; `powers` of ten are left out of x and y."""
    wide, deep = size
    if panel.axes == "off":
        ax.set_axis_off()
        return
    for side, spine in ax.spines.items():
        spine.set(visible=side in ("left", "bottom"), color=look.grid, linewidth=0.9)
    ax.tick_params(
        length=style.TICK_LENGTH, width=0.9, color=look.grid, labelcolor=look.muted, labelsize=style.TICK, pad=3.0
    )
    named = any(isinstance(mark, Bars) for mark in panel.marks)
    if panel.xticks:
        ax.set_xticks(*zip(*panel.xticks, strict=True))
    elif not named:
        set_numbers(ax.xaxis, panel.xscale, int(wide / 48), powers[0])
        widest = max((measured(text, style.TICK) for text in numbers_of(ax.xaxis)), default=0.0)
        set_numbers(ax.xaxis, panel.xscale, int(min(wide / 48, 0.8 * wide / (widest + 2 * style.GAP))), powers[0])
    if panel.yticks:
        ax.set_yticks(*zip(*panel.yticks, strict=True))
    else:
        set_numbers(ax.yaxis, panel.yscale, int(deep / 34), powers[1])


def set_numbers(axis: Any, scale: str, most: int, power: int) -> None:
    """At most about `most` numbers along a scale, from two to nine."""
    many = max(2, min(9, most))
    log = scale == "log"
    axis.set_major_locator(LogLocator(numticks=many) if log else MaxNLocator(many, steps=[1, 2, 2.5, 5, 10]))
    axis.set_minor_locator(NullLocator())
    axis.set_major_formatter(Powers() if log else Numerals(power))


def number_widths(ax: Axes) -> tuple[float, float]:
    """Points needed left of the plot for the numbers of y, and right of it for half the last of x."""
    down = [measured(text, style.TICK) for text in numbers_of(ax.yaxis)]
    across = [measured(text, style.TICK) for text in numbers_of(ax.xaxis)] or [0.0]
    return max([across[0] / 2, *(wide + style.TICK_LENGTH + 4.0 for wide in down)]), across[-1] / 2


def numbers_of(axis: Any) -> list[str]:
    """The texts along a scale, as they will be drawn."""
    low, high = sorted(axis.get_view_interval())
    places = axis.get_majorticklocs()
    texts = axis.get_major_formatter().format_ticks(places)
    slack = (high - low) * 1e-9
    return [text for place, text in zip(places, texts, strict=True) if low - slack <= place <= high + slack]
