"""Bars and matrices as text: one row each, numbers aligned."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from actviz.figure import Formula, Note
from actviz.lettering import cells as width_of
from actviz.lettering import clean, cut, plain_maths
from actviz.terminal.sheet import BOLD, Sheet, color

if TYPE_CHECKING:
    from collections.abc import Sequence

    from actviz.figure import Bars, Cells, Panel
    from actviz.screen import Screen

EIGHTHS = " ▏▎▍▌▋▊▉"
"""Blocks one to seven eighths of a cell wide."""


def notes_of(panel: Panel) -> tuple[str, ...]:
    """The texts that stand in a panel."""
    notes = [mark.text for mark in panel.marks if isinstance(mark, Note)]
    return tuple(notes + [plain_maths(mark.text) for mark in panel.marks if isinstance(mark, Formula)])


def bars(marks: Bars, title: str, notes: Sequence[str], height: int, screen: Screen) -> list[str]:
    """A horizontal bar a label with its value; rows beyond `height` are counted, not shown."""
    sheet = Sheet(screen.width, height, screen)
    top = titled(sheet, title)
    heights = [float(value) for value in marks.heights]
    shown = fitting(len(heights), height - top)
    values = [number(value) for value in heights[:shown]]
    labels = [sheet.text(label) for label in marks.labels[:shown]]
    left = min(max(map(width_of, labels), default=0), screen.width // 3)
    right = max(map(len, values), default=0)
    room = max(screen.width - left - right - 5, 1)
    finite = [abs(value) for value in heights if math.isfinite(value)]
    longest = max(finite, default=0.0) or 1.0
    for row, (label, value) in enumerate(zip(labels, heights, strict=False), start=top):
        name = cut(label, left, sheet.encoding)
        chosen = marks.chosen == row - top
        style, arrow = (BOLD, " ◀") if chosen else ("", "")
        bar = strip(abs(value) / longest * room if math.isfinite(value) else 0.0, sheet)
        sheet.put(row, left - width_of(name), name, style)
        sheet.put(row, left + 1, bar, color(marks.ink))
        sheet.put(row, left + 1 + len(bar) + bool(bar), number(value) + arrow, style)
    return finished(sheet, top + shown, len(heights) - shown, notes)


def strip(length: float, sheet: Sheet) -> str:
    """A bar `length` cells long, in eighths of a cell where the screen has them."""
    full = math.floor(length)
    if "".join(sheet.text(c) for c in EIGHTHS) == EIGHTHS:
        return "█" * full + EIGHTHS[math.floor((length - full) * 8)].strip()
    return "█" * round(length)


def cells(marks: Cells, title: str, notes: Sequence[str], height: int, screen: Screen) -> list[str]:
    """The matrix with its row and column names, numbers right-aligned, as many columns as fit."""
    sheet = Sheet(screen.width, height, screen)
    top = titled(sheet, title)
    texts = [[number(float(value)) for value in row] for row in marks.values]
    names = [sheet.text(name) for name in marks.rows]
    left = min(max(map(width_of, names), default=0), screen.width // 3)
    columns = max([len(marks.columns), *map(len, texts)])
    heads = [sheet.text(name) for name in marks.columns] + [""] * (columns - len(marks.columns))
    wide = max([1, *map(width_of, heads), *(len(text) for row in texts for text in row)])
    wide = min(wide, screen.width - left - 3)
    fit = min(columns, (screen.width - left - 2) // (wide + 2))
    for at in range(fit):
        put_right(sheet, top, left + (at + 1) * (wide + 2), cut(heads[at], wide, sheet.encoding), color("muted"))
    shown = fitting(len(texts), height - top - 1)
    for row, line in enumerate(texts[:shown]):
        name = names[row] if row < len(names) else ""
        put_right(sheet, top + 1 + row, left, cut(name, left, sheet.encoding), color("muted"))
        for at, text in enumerate(line[:fit]):
            put_right(sheet, top + 1 + row, left + (at + 1) * (wide + 2), cut(text, wide, sheet.encoding))
        if fit < columns:
            sheet.put(top + 1 + row, left + fit * (wide + 2) + 1, clean("…", sheet.encoding)[:1])
    return finished(sheet, top + 1 + shown, len(texts) - shown, notes)


def put_right(sheet: Sheet, row: int, end: int, words: str, style: str = "") -> None:
    """Write `words` so that they end before column `end`."""
    sheet.put(row, end - width_of(words), words, style)


def titled(sheet: Sheet, title: str) -> int:
    """Write the title, if any; return the first row below it."""
    sheet.put(0, 0, title, BOLD)
    return 1 if title else 0


def fitting(count: int, room: int) -> int:
    """How many of `count` rows to show in `room`, one of them kept to say how many are missing."""
    return count if count <= room else max(room - 1, 0)


def finished(sheet: Sheet, row: int, missing: int, notes: Sequence[str]) -> list[str]:
    """The sheet's lines, with the number of rows `missing` and then the notes that have room."""
    if missing:
        sheet.put(row, 0, f"… and {missing} more", color("muted"))
        row += 1
    for note in notes[: sheet.height - row]:
        sheet.put(row, 0, note, color("muted"))
        row += 1
    return sheet.lines()[: min(row, sheet.height)]


def number(value: float) -> str:
    """A number as a person reads it, to four digits."""
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else "inf" if value > 0 else "-inf"
    return f"{value + 0.0:.4g}"
