"""The first rows of a plot: its title, and the name of its y axis."""

from __future__ import annotations

from typing import TYPE_CHECKING

from actviz.lettering import cells, cut, folded
from actviz.terminal.sheet import BOLD

if TYPE_CHECKING:
    from actviz.terminal.frame import Frame
    from actviz.terminal.sheet import Sheet

ROWS_A_LINE = 8
"""Rows of the sheet for each line that a long title may take."""


def title_lines(sheet: Sheet, title: str, ylabel: str) -> tuple[str, list[str]]:
    """The name of the y axis, cut where it must be, and the title in lines, the last of which stands beside it."""
    words = sheet.text(title)
    name = cut(sheet.text(ylabel), sheet.width // (3 if words else 1), sheet.encoding)
    beside = sheet.width - (cells(name) + 2 if name else 0)
    most = max(sheet.height // ROWS_A_LINE, 1)
    if cells(words) <= beside or most == 1:
        return name, [cut(words, beside, sheet.encoding)]
    lines = folded(words, sheet.width, most, sheet.encoding)
    if cells(lines[-1]) > beside:
        lines = [*lines, ""] if len(lines) < most else [*lines[:-1], cut(lines[-1], beside, sheet.encoding)]
    return name, lines


def headed(sheet: Sheet, title: str, ylabel: str) -> int:
    """How many rows the title and the name of the y axis take."""
    return len(title_lines(sheet, title, ylabel)[1])


def draw_head(sheet: Sheet, frame: Frame, title: str, ylabel: str) -> None:
    """The title over the middle of the frame; the y axis' name at the left of its last row."""
    name, lines = title_lines(sheet, title, ylabel)
    for row, line in enumerate(lines):
        start = cells(name) + 2 if name and row == len(lines) - 1 else 0
        middle = frame.left + (frame.columns - cells(line)) // 2
        sheet.put(row, max(start, min(middle, sheet.width - cells(line))), line, BOLD)
    sheet.put(len(lines) - 1, 0, name)
