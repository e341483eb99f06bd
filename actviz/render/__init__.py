"""Draws figures with matplotlib, which nothing else imports: as the bytes of a file, or on a user's own axes.

Files come out the same every time: no date, no random names, matplotlib's own defaults whatever the
user's settings, and text placed by measuring it, so that one pass of drawing is enough.
"""

from __future__ import annotations

import io
import math
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from matplotlib.figure import Figure as Page
from matplotlib.font_manager import FontProperties
from matplotlib.image import imsave
from matplotlib.textpath import text_to_path
from matplotlib.ticker import Formatter, LogLocator, MaxNLocator, NullLocator

from actviz.charts.emptiness import explained
from actviz.figure import Bars
from actviz.placement import shortened, wrapped
from actviz.render import style
from actviz.render.drawing import DRAW, draw_zero_lines, printable, write
from actviz.render.key import EndLabels, Scene, labels_for
from actviz.render.magnitude import exponent_of, near
from actviz.render.numerals import numerals, power
from actviz.render.settings import undisturbed
from actviz.render.style import THEMES
from actviz.render.surroundings import draw_legend, foot_of, head_of, name_scales

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from actviz.figure import Figure, Panel
    from actviz.placement import Box
    from actviz.render.style import Theme

METADATA: dict[str, dict[str, Any]] = {
    "png": {"Software": None},
    "svg": {"Date": None, "Creator": "actviz"},
    "pdf": {"CreationDate": None, "Creator": "actviz", "Producer": None},
}


def encode(figure: Figure, kind: str, theme: Literal["light", "dark"] = "light") -> bytes:
    """The figure as the bytes of a PNG, SVG or PDF file, always the same ones. A PDF is at least style.SMALLEST."""
    with undisturbed(figure):
        out = io.BytesIO()
        canvas = canvas_for(kind, compose(figure, theme))
        title = {"Title": printable(figure.title)} if figure.title else {}
        getattr(canvas, f"print_{kind}")(out, metadata=METADATA[kind] | title)
    return sized(out.getvalue(), figure.size) if kind == "svg" else out.getvalue()


def raster(figure: Figure, theme: Literal["light", "dark"], dpi: float) -> NDArray[np.uint8]:
    """The figure as height x width pixels of red, green and blue, at `dpi` dots an inch."""
    with undisturbed(figure):
        canvas = canvas_for("png", compose(figure, theme, dpi))
        canvas.draw()
    pixels: NDArray[np.uint8] = np.asarray(canvas.buffer_rgba())[..., :3]
    return pixels


def png(pixels: NDArray[np.uint8]) -> bytes:
    """Height x width pixels of red, green and blue as the bytes of a PNG."""
    out = io.BytesIO()
    imsave(out, pixels, format="png", metadata=METADATA["png"])
    return out.getvalue()


def sized(svg: bytes, size: tuple[float, float]) -> bytes:
    """The picture with just the width and height asked for, in inches; its view box stays."""
    asked = 'width="{:.6g}pt" height="{:.6g}pt"'.format(*(side * 72.0 for side in size))
    return re.sub(rb'width="[\d.]+pt" height="[\d.]+pt"', asked.encode(), svg, count=1)


def canvas_for(kind: str, page: Page) -> Any:
    """The canvas that writes `kind`, its backend imported alone."""
    if kind == "png":
        from matplotlib.backends.backend_agg import FigureCanvasAgg

        return FigureCanvasAgg(page)
    page.set_dpi(72)
    if kind == "svg":
        from matplotlib.backends.backend_svg import FigureCanvasSVG

        return FigureCanvasSVG(page)
    from matplotlib.backends.backend_pdf import FigureCanvasPdf

    return FigureCanvasPdf(page)


def new_axes(size: tuple[float, float]) -> Axes:
    """Axes of a new pyplot figure of this size in inches."""
    from matplotlib import pyplot

    return pyplot.subplots(figsize=size)[1]


def draw_panel(panel: Panel, ax: Axes, theme: str = "light", title: str = "") -> Axes:
    """Draw the panel on the user's axes and return them; their fonts, scales and frame stay as they are."""
    look = THEMES[theme]
    draw_contents(panel, ax, look)
    if panel.xlabel:
        ax.set_xlabel(panel.xlabel)
    if panel.ylabel:
        ax.set_ylabel(panel.ylabel)
    if title or panel.title:
        ax.set_title(title or panel.title, parse_math=False)
    if panel.legend and len(ax.get_legend_handles_labels()[1]) > 1:
        for text in ax.legend(frameon=False).get_texts():
            text.set_parse_math(False)
    return ax


def draw_contents(panel: Panel, ax: Axes, look: Theme) -> None:
    """The marks, the scales and the window."""
    if panel.xscale == "log":
        ax.set_xscale("log")
    if panel.yscale == "log":
        ax.set_yscale("log")
    if panel.axes == "zero":
        draw_zero_lines(ax, look)
    for mark in panel.marks:
        DRAW[type(mark)](mark, ax, look)
    if panel.xlim:
        ax.set_xlim(*panel.xlim)
    if panel.ylim:
        ax.set_ylim(*panel.ylim)


def compose(figure: Figure, theme: str = "light", dpi: float = style.DPI) -> Page:
    """The figure laid out on a page of `dpi` dots an inch, ready for a canvas."""
    look = THEMES[theme]
    grown = growth(figure.size)
    size = (figure.size[0] * grown, figure.size[1] * grown)
    page = Page(figsize=size, dpi=(dpi + 1e-9) / grown, facecolor=look.ground)
    width, height = (side * 72.0 for side in size)
    top = height - style.EDGE - draw_title(page, figure.title, width, height, look)
    deep = (top - style.EDGE - style.GUTTER * (len(figure.rows) - 1)) / len(figure.rows)
    for i, (given, row) in enumerate(zip(figure.rows, map(shown, figure.rows), strict=True)):
        wide = (width - 2 * style.EDGE - style.GUTTER * (len(row) - 1)) / len(row)
        axes = [page.add_axes((0.0, 0.0, 1.0, 1.0), facecolor=look.ground) for _ in row]
        for asked, panel, ax in zip(given, row, axes, strict=True):
            draw_contents(panel, ax, look)
            powers = exponent_of(asked.xlim, asked.xscale), exponent_of(asked.ylim, asked.yscale)
            set_scales(panel, ax, look, (wide, deep), powers)
        # One head and foot for a row, so that its plots stand level.
        head = max(head_of(panel) for panel in row)
        foot = max(foot_of(panel) for panel in row)
        for j, (panel, ax) in enumerate(zip(row, axes, strict=True)):
            left, bottom = style.EDGE + j * (wide + style.GUTTER), top - (i + 1) * deep - i * style.GUTTER
            box = (left, bottom, left + wide, bottom + deep)
            settle(panel, ax, look, box, (head, foot, width, height))
    return page


def shown(row: tuple[Panel, ...]) -> tuple[Panel, ...]:
    """The panels of a row as they can be drawn: empty ones say so, far numbers are brought near."""
    return tuple(near(explained(panel)) for panel in row)


def growth(size: tuple[float, float]) -> float:
    """By how much to lay the page out larger than asked, to be drawn smaller, so that text fits a small picture."""
    return max(1.0, style.SMALLEST[0] / size[0], style.SMALLEST[1] / size[1])


def draw_title(page: Page, title: str, width: float, height: float, look: Theme) -> float:
    """The title from the upper left corner, in as many lines as it needs; its height in points."""
    size = style.TITLE
    room = (width - 2 * style.EDGE) / style.COARSE
    lines = wrapped(printable(title), room, lambda text: measured(text, size))
    leading = size * style.LEADING
    for i, line in enumerate(lines):
        y = (height - style.EDGE - i * leading) / height
        page.text(style.EDGE / width, y, line, fontsize=size, color=look.ink, va="top", parse_math=False)
    return len(lines) * leading + (style.GAP if lines else 0.0)


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


def settle(panel: Panel, ax: Axes, look: Theme, box: Box, around: tuple[float, float, float, float]) -> None:
    """Give the axes their place in `box` and write the names around and in them.

    `around` is the height to leave above and below the plot, and the page's width and height; all in points.
    """
    left, bottom, right, top = box
    head, foot, *page = around
    before, after = (0.0, 0.0) if panel.axes == "off" else number_widths(ax)
    deep = top - bottom - head - foot
    scene = Scene(panel, ax.get_xlim(), ax.get_ylim(), right - left - before - after, deep)
    labels = labels_for(scene, lambda text: measured(text, style.LABEL))
    if isinstance(labels, EndLabels) or (labels and labels.place is None):
        after = max(after, labels.width)
    wide = right - left - before - after
    ax.set_position(((left + before) / page[0], (bottom + foot) / page[1], wide / page[0], deep / page[1]))
    if isinstance(labels, EndLabels):
        for line, name, height in zip(labels.lines, labels.names, labels.heights, strict=True):
            write(ax, name, (1.0, height / deep), look.color(line.ink), "axes fraction", (style.GAP, 0))
    elif labels:
        draw_legend(ax, labels, (wide, deep), look)
    room = right - left
    name_scales(narrowed(panel, room, wide), ax, look, (before, head, foot))


def narrowed(panel: Panel, room: float, wide: float) -> Panel:
    """`panel` with the names above it cut to `room` points, and that of x to the plot and its margin, if longer."""

    def fit(text: str, size: float, width: float) -> str:
        return shortened(printable(text), width / style.COARSE, lambda part: measured(part, size))

    return replace(
        panel,
        title=fit(panel.title, style.PANEL_TITLE, room),
        ylabel=fit(panel.ylabel, style.LABEL, room),
        xlabel=fit(panel.xlabel, style.LABEL, min(room, wide + 2 * style.EDGE)),
    )


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
