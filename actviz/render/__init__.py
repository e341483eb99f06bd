"""Draws figures with matplotlib, which nothing else imports: as the bytes of a file, or on a user's own axes.

Files come out the same every time: no date, no random names, matplotlib's own defaults whatever the
user's settings, and text placed by measuring it, so that one pass of drawing is enough.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, replace
from itertools import groupby, zip_longest
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from matplotlib.figure import Figure as Page
from matplotlib.image import imsave

from actviz.charts.emptiness import explained
from actviz.placement import shortened, wrapped
from actviz.render import style
from actviz.render.drawing import DRAW, draw_zero_lines, printable, write
from actviz.render.key import EndLabels, Legend, Scene, labels_for
from actviz.render.magnitude import exponent_of, near
from actviz.render.scales import measured, number_widths, set_scales
from actviz.render.settings import undisturbed
from actviz.render.style import THEMES
from actviz.render.surroundings import draw_legend, foot_of, head_of, name_scales

if TYPE_CHECKING:
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
    """The figure as the bytes of a PNG, SVG or PDF file, always the same ones; a PDF has room for its text."""
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
    grown = growth(figure)
    size = (figure.size[0] * grown, figure.size[1] * grown)
    page = Page(figsize=size, dpi=(dpi + 1e-9) / grown, facecolor=look.ground)
    width, height = (side * 72.0 for side in size)
    top = height - style.EDGE - draw_title(page, figure.title, width, height, look)
    deep = (top - style.EDGE - style.GUTTER * (len(figure.rows) - 1)) / len(figure.rows)
    rows: list[list[Place]] = []
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
        lefts = [style.EDGE + j * (wide + style.GUTTER) for j in range(len(row))]
        bottom = top - (i + 1) * deep - i * style.GUTTER
        boxes = [(left, bottom, left + wide, bottom + deep) for left in lefts]
        rows.append([Place(*each, head, foot) for each in zip(row, axes, boxes, strict=True)])
    for column in zip_longest(*rows):
        for _, together in groupby(filter(None, column), lambda place: place.panel.xlim):
            kin = list(together)
            for place, own in zip(kin, shared(kin), strict=True):
                settle(place, own, look, (width, height))
    return page


@dataclass(frozen=True, slots=True)
class Place:
    """A panel, its axes, the box it has in points, and the height to leave in it above and below the plot."""

    panel: Panel
    ax: Axes
    box: Box
    head: float
    foot: float

    @property
    def margins(self) -> tuple[float, float]:
        """Points that numbers take left and right of the plot."""
        return (0.0, 0.0) if self.panel.axes == "off" else number_widths(self.ax)

    def labels(self, before: float, after: float) -> EndLabels | Legend | None:
        """What names the curves in a plot with these margins."""
        left, bottom, right, top = self.box
        area = (right - left - before - after, top - bottom - self.head - self.foot)
        scene = Scene(self.panel, self.ax.get_xlim(), self.ax.get_ylim(), *area)
        return labels_for(scene, lambda text: measured(text, style.LABEL))

    @property
    def needed(self) -> tuple[float, float]:
        """Points that numbers and names take left and right of the plot."""
        before, after = self.margins
        return before, max(after, outside(self.labels(before, after)))


def outside(labels: EndLabels | Legend | None) -> float:
    """Points that the names of the curves take right of the plot."""
    beside = isinstance(labels, EndLabels) or (labels is not None and labels.place is None)
    return labels.width if labels and beside else 0.0


def shared(places: list[Place]) -> list[tuple[float, float]]:
    """The margins of panels one above the other: where x is the same, as wide as any needs, so that plots line up."""
    needed = [place.needed for place in places]
    if places[0].panel.xlim is None:
        return needed
    before, after = zip(*needed, strict=True)
    return [(max(before), max(after))] * len(places)


def shown(row: tuple[Panel, ...]) -> tuple[Panel, ...]:
    """The panels of a row as they can be drawn: empty ones say so, far numbers are brought near."""
    return tuple(near(explained(panel)) for panel in row)


def growth(figure: Figure) -> float:
    """By how much to lay the page out larger than asked, to be drawn smaller, so that text fits a small picture."""
    lowest = style.SMALLEST[1] + style.LOWEST_ROW * (len(figure.rows) - 1)
    return max(1.0, style.SMALLEST[0] / figure.size[0], lowest / figure.size[1])


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


def settle(place: Place, margins: tuple[float, float], look: Theme, page: tuple[float, float]) -> None:
    """Give the axes their place on a page of this width and height, and write the names around and in them."""
    panel, ax, (left, bottom, right, top) = place.panel, place.ax, place.box
    before, after = margins
    labels = place.labels(before, place.margins[1])
    if not outside(labels):
        labels = place.labels(before, after)
        after = max(after, outside(labels))
    wide, deep = right - left - before - after, top - bottom - place.head - place.foot
    ax.set_position(((left + before) / page[0], (bottom + place.foot) / page[1], wide / page[0], deep / page[1]))
    if isinstance(labels, EndLabels):
        for line, name, height in zip(labels.lines, labels.names, labels.heights, strict=True):
            write(ax, name, (1.0, height / deep), look.color(line.ink), "axes fraction", (style.GAP, 0))
    elif labels:
        draw_legend(ax, labels, (wide, deep), look)
    name_scales(narrowed(panel, right - left, wide), ax, look, (before, place.head, place.foot))


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
