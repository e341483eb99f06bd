"""Figures drawn in characters: the only room that knows braille, half blocks and escape codes.

A curve becomes a run of dots (`path`), dots become characters (`canvas`), characters and labels meet on a
sheet of cells (`sheet`, `plot`), and sheets become lines of text here.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from actviz.figure import Bars, Cells
from actviz.lettering import folded
from actviz.terminal.arrangement import ROWS, USUAL, beside, heights, shelves, widths
from actviz.terminal.head import ROWS_A_LINE
from actviz.terminal.letters import letters_of
from actviz.terminal.listing import bars, cells, notes_of
from actviz.terminal.plot import MARGIN, Margins, margins_of, plot
from actviz.terminal.sheet import BOLD, Sheet

if TYPE_CHECKING:
    from collections.abc import Mapping

    from actviz.figure import Figure, Panel
    from actviz.screen import Screen

SMALLEST = (20, 8)
"""Columns and rows of the least screen drawn for; a smaller one is treated as this."""


def draw(figure: Figure, screen: Screen, each: tuple[int, int] = USUAL) -> str:
    """`figure` in characters, ending in a line feed: panels side by side where there is room, else one below another.

    No line is wider than the screen. One panel leaves the screen's last row to the prompt; so do several where
    `each` can have so many rows at least, else each has the second number of them and they run on below.
    """
    screen = replace(screen, width=max(screen.width, SMALLEST[0]), height=max(screen.height, SMALLEST[1]))
    rows = shelves(figure, screen.width)
    letters = letters_of((panel for row in rows for panel in row), screen)
    room = screen.height - 1
    if [len(row) for row in rows] == [1]:
        ((panel,),) = rows
        return "".join(f"{line}\n" for line in panel_lines(panel, heading(figure, panel), room, screen, letters))
    lines = title(figure, screen)
    sizes = heights(room - len(lines), len(rows), each)
    margins = aligned(rows, sizes, screen, letters)
    for row, height in zip(rows, sizes, strict=True):
        columns = widths(screen.width, len(row))
        tall = min(height, max(columns[0] // 2, ROWS)) if len(row) > 1 else height
        blocks = [
            panel_lines(panel, panel.title, tall, replace(screen, width=width), letters, margins)
            for panel, width in zip(row, columns, strict=True)
        ]
        lines += beside(blocks, columns)
    return "".join(f"{line}\n" for line in lines)


def title(figure: Figure, screen: Screen) -> list[str]:
    """The lines of a figure's title."""
    if not figure.title:
        return []
    most = max(screen.height // ROWS_A_LINE, 1)
    sheet = Sheet(screen.width, most, screen)
    words = folded(sheet.text(figure.title), screen.width, most, sheet.encoding)
    for row, line in enumerate(words):
        sheet.put(row, 0, line, BOLD)
    return sheet.lines()[: len(words)]


def heading(figure: Figure, panel: Panel) -> str:
    """The title of a figure of one panel."""
    if figure.title and panel.title and figure.title != panel.title:
        return f"{figure.title}: {panel.title}"
    return figure.title or panel.title


def aligned(rows: list[tuple[Panel, ...]], sizes: list[int], screen: Screen, letters: Mapping[str, str]) -> Margins:
    """Margins that bring the frames of panels one below another to the same columns."""
    plots = [(row[0], height) for row, height in zip(rows, sizes, strict=True) if len(row) == 1 and is_plot(row[0])]
    found = [margins_of(panel, panel.title, height, screen, letters) for panel, height in plots]
    return max((left for left, _ in found), default=0), max((right for _, right in found), default=MARGIN)


def is_plot(panel: Panel) -> bool:
    """Whether a panel has curves on axes, not a diagram nor rows of bars or numbers."""
    return panel.axes != "off" and not any(isinstance(mark, (Bars, Cells)) for mark in panel.marks)


def panel_lines(
    panel: Panel,
    title: str,
    height: int,
    screen: Screen,
    letters: Mapping[str, str],
    margins: Margins = (0, MARGIN),
) -> list[str]:
    """One panel in at most `height` lines: bars and matrices as lists, all else as a plot."""
    for mark in panel.marks:
        if isinstance(mark, Bars):
            return bars(mark, title, notes_of(panel), height, screen)
        if isinstance(mark, Cells):
            return cells(mark, title, notes_of(panel), height, screen)
    return plot(panel, title, height, screen, letters, margins if is_plot(panel) else (0, MARGIN))
