"""Figures drawn in characters: the only room that knows braille, half blocks and escape codes.

A curve becomes a run of dots (`path`), dots become characters (`canvas`), characters and labels meet on a
sheet of cells (`sheet`, `plot`), and sheets become lines of text here.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from actviz.figure import Bars, Cells
from actviz.terminal.listing import bars, cells, notes_of
from actviz.terminal.plot import plot
from actviz.terminal.sheet import BOLD, Sheet

if TYPE_CHECKING:
    from actviz.figure import Figure, Panel
    from actviz.screen import Screen

SMALLEST = (20, 8)
"""Columns and rows of the least screen drawn for; a smaller one is treated as this."""


def draw(figure: Figure, screen: Screen) -> str:
    """`figure` in characters, one panel under the other, ending in a line feed.

    No line is wider than the screen. One panel leaves the screen's last row to the prompt; so do several
    where each can have 8 rows, else they run on below.
    """
    screen = replace(screen, width=max(screen.width, SMALLEST[0]), height=max(screen.height, SMALLEST[1]))
    panels = [panel for row in figure.rows for panel in row]
    room = screen.height - 1
    if len(panels) == 1:
        return "".join(f"{line}\n" for line in panel_lines(panels[0], heading(figure, panels[0]), room, screen))
    lines: list[str] = []
    if figure.title:
        head = Sheet(screen.width, 1, screen)
        head.put(0, 0, figure.title, BOLD)
        lines += head.lines()
    room -= len(lines)
    for number, panel in enumerate(panels):
        share = max(room // (len(panels) - number), SMALLEST[1])
        drawn = panel_lines(panel, panel.title, share, screen)
        room -= len(drawn)
        lines += drawn
    return "".join(f"{line}\n" for line in lines)


def heading(figure: Figure, panel: Panel) -> str:
    """The title of a figure of one panel."""
    if figure.title and panel.title and figure.title != panel.title:
        return f"{figure.title}: {panel.title}"
    return figure.title or panel.title


def panel_lines(panel: Panel, title: str, height: int, screen: Screen) -> list[str]:
    """One panel in at most `height` lines: bars and matrices as lists, all else as a plot."""
    for mark in panel.marks:
        if isinstance(mark, Bars):
            return bars(mark, title, notes_of(panel), height, screen)
        if isinstance(mark, Cells):
            return cells(mark, title, notes_of(panel), height, screen)
    return plot(panel, title, height, screen)
