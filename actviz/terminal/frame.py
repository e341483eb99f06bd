"""The frame of a plot: which cells it covers, its scales and ticks, and the drawing of its axes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

from actviz import _numpy as np
from actviz.figure import Area, Arrow, Formula, Line, Marker, Node, Note
from actviz.lettering import cells, clean, cut
from actviz.terminal.canvas import BLOCK, Kind
from actviz.terminal.path import on_dots
from actviz.terminal.scale import MARGIN, Scale, fitted
from actviz.terminal.sheet import color
from actviz.terminal.ticks import Tick, ticks

if TYPE_CHECKING:
    from collections.abc import Callable

    from actviz.figure import Mark, Numbers, Panel
    from actviz.terminal.sheet import Sheet

    Array = np.ndarray

APART = 2
"""Blank cells between two labels of the x axis, at least."""
ROOMY = 12
"""Rows from which a panel spends one on a wide name of its x axis."""
MOST_TICKS = 13
"""Ticks of an axis at most, on screens of any size."""


@dataclass(frozen=True, slots=True)
class Frame:
    """`rows` x `columns` cells whose top left is at (`top`, `left`) of the sheet, and what they show.

    `xnames` and `ynames` are ticks that the panel names itself, in place of round numbers.
    """

    top: int
    left: int
    rows: int
    columns: int
    kind: Kind
    x: Scale
    y: Scale
    xnames: tuple[Tick, ...] = ()
    ynames: tuple[Tick, ...] = ()

    def dots(self, x: Numbers, y: Numbers) -> tuple[Array, Array]:
        """Points in dots from the top left of the frame; NaN where they have no place."""
        down, across = BLOCK[self.kind]
        at = np.asarray(x, dtype=np.float64)
        column = on_dots(self.x.unit(np.where(np.isfinite(at), at, np.nan)), self.columns * across)
        return column, on_dots(1 - self.y.unit(y), self.rows * down)

    def cell(self, x: float, y: float) -> tuple[int, int] | None:
        """Row and column on the sheet of the point (x, y); None where it is outside the window."""
        down, across = BLOCK[self.kind]
        column, row = (float(place[0]) for place in self.dots([x], [y]))
        if not (-0.5 <= column <= self.columns * across - 0.5 and -0.5 <= row <= self.rows * down - 0.5):
            return None
        column, row = min(column + 0.5, self.columns * across - 1), min(row + 0.5, self.rows * down - 1)
        return self.top + int(row) // down, self.left + int(column) // across

    def column(self, x: float) -> int:
        """The column on the sheet of a number within the x window."""
        place = self.cell(x, self.y.high)
        return place[1] if place else self.left

    def row(self, y: float) -> int:
        """The row on the sheet of a number within the y window."""
        place = self.cell(self.x.low, y)
        return place[0] if place else self.top

    def xticks(self, width: int) -> tuple[Tick, ...]:
        """Ticks of the x axis whose labels keep apart on a sheet `width` wide."""

        def fits(found: tuple[Tick, ...]) -> bool:
            starts = [label_start(self, tick, width) for tick in found]
            ends = [start + cells(tick.label) for start, tick in zip(starts, found, strict=True)]
            return all(b - a >= APART for a, b in zip(ends, starts[1:], strict=False))

        if self.xnames:
            return apart(self.xnames, fits)
        return ticks(self.x, min(self.columns // 8 + 3, MOST_TICKS), fits)

    def yticks(self) -> tuple[Tick, ...]:
        """Ticks of the y axis, a blank row between two; where that leaves fewer than two, a row for each."""

        def fits(found: tuple[Tick, ...], gap: int) -> bool:
            rows = [self.row(tick.value) for tick in found]
            return all(a - b >= gap for a, b in pairwise(rows))

        if self.ynames:
            return apart(
                self.ynames, lambda found: all(self.row(a.value) != self.row(b.value) for a, b in pairwise(found))
            )
        most = min(self.rows // 3 + 1, MOST_TICKS)
        roomy = ticks(self.y, most, partial(fits, gap=2))
        return roomy if len(roomy) > 1 else ticks(self.y, most, partial(fits, gap=1))


def apart(names: tuple[Tick, ...], fits: Callable[[tuple[Tick, ...]], bool]) -> tuple[Tick, ...]:
    """Of `names` in turn each that `fits` beside those before it."""
    kept: tuple[Tick, ...] = ()
    for tick in names:
        if fits((*kept, tick)):
            kept = (*kept, tick)
    return kept


def framed(panel: Panel, width: int, height: int, kind: Kind, edges: tuple[int, int, int, int]) -> Frame:
    """The frame of `panel` in `width` x `height` cells with room for ticks and `edges`.

    `edges` are the rows kept free above and below, and the columns kept free on the left, at least, and on the right.
    """
    above, below, least, right = edges
    x, y = windows(panel)
    axes = panel.axes != "off"
    rows = max(height - above - below - (2 if axes else 0) - name_below(panel, height, right), 1)
    names = named(panel.xticks, x), named(panel.yticks, y)
    bare = Frame(above, 0, rows, 2, kind, x, y, *names)
    left = max((cells(tick.label) for tick in bare.yticks()), default=0) + 2 if axes else 0
    left = min(max(left, least), max(width - right - 3, 2), max(width // 3, ROOMY) if panel.yticks else width)
    return Frame(above, left, rows, max(width - left - right, 1), kind, x, y, *names)


def named(names: tuple[tuple[float, str], ...], scale: Scale) -> tuple[Tick, ...]:
    """The names along an axis as ticks, those outside the window left out."""
    return tuple(Tick(at, name) for at, name in names if scale.low <= at <= scale.high)


def name_below(panel: Panel, height: int, right: int) -> bool:
    """Whether the x axis' name has a row of its own, being too wide for the end of the axis."""
    return panel.axes != "off" and height >= ROOMY and cells(panel.xlabel) >= right


def windows(panel: Panel) -> tuple[Scale, Scale]:
    """The scales of a panel: its own limits, or the data's."""
    points = [place(mark) for mark in panel.marks if not isinstance(mark, Note)]
    points = [p for p in points if p[0].size] or [place(mark) for mark in panel.marks]
    xs = np.concatenate([np.zeros(0), *(x for x, _ in points)])
    ys = np.concatenate([np.zeros(0), *(y for _, y in points)])
    diagram = panel.axes == "off"
    x = fitted(panel.xlim, xs, panel.xscale == "log", MARGIN if diagram else 0.0)
    seen = (xs >= x.low) & (xs <= x.high)
    return x, fitted(panel.ylim, ys[seen], panel.yscale == "log", MARGIN)


def place(mark: Mark) -> tuple[Array, Array]:
    """The coordinates that a mark would have in the window."""
    x: Numbers = ()
    y: Numbers = ()
    if isinstance(mark, Line):
        x, y = mark.x, mark.y
    elif isinstance(mark, Area):
        x, y = [*mark.x, *mark.x], [*mark.low, *mark.high]
    elif isinstance(mark, (Marker, Node, Formula, Note)):
        x, y = [mark.x], [mark.y]
    elif isinstance(mark, Arrow):
        x, y = zip(mark.start, mark.end, strict=True)
    return np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)


def draw_axes(sheet: Sheet, frame: Frame, panel: Panel, right: int) -> None:
    """The scales on the left and below, with their ticks and the x axis' name."""
    style, bottom = color("muted"), frame.top + frame.rows
    for row in range(frame.top, bottom):
        sheet.put(row, frame.left - 1, "│", style)
    sheet.put(bottom, frame.left - 1, "└" + "─" * frame.columns, style)
    for tick in frame.yticks():
        label = cut(tick.label, frame.left - 2, sheet.encoding)
        sheet.put(frame.row(tick.value), frame.left - 2 - cells(label), label)
        sheet.put(frame.row(tick.value), frame.left - 1, "┤", style)
    for tick in frame.xticks(sheet.width):
        sheet.put(bottom, frame.column(tick.value), "┬", style)
        sheet.put(bottom + 1, label_start(frame, tick, sheet.width), tick.label)
    name = clean(panel.xlabel, sheet.encoding)
    if cells(name) < right:
        sheet.put(bottom, frame.left + frame.columns + 1, name)
    elif name_below(panel, sheet.height, right):
        sheet.put(bottom + 2, max(frame.left + (frame.columns - cells(name)) // 2, 0), name)


def label_start(frame: Frame, tick: Tick, width: int) -> int:
    """Where the label of an x tick starts, centred but kept on the sheet."""
    sign = tick.label.startswith(("-", "−"))
    centred = frame.column(tick.value) - (cells(tick.label) - sign) // 2 - sign
    return max(0, min(centred, width - cells(tick.label)))
