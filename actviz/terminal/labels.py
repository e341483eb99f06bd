"""Words inside a plot: put where they cover nothing, else listed below it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from actviz.figure import Band, Formula, Note
from actviz.lettering import cells, cut, plain_maths
from actviz.placement import BEFORE
from actviz.terminal.sheet import color

if TYPE_CHECKING:
    from collections.abc import Mapping

    from actviz.figure import Panel
    from actviz.terminal.frame import Frame
    from actviz.terminal.sheet import Sheet

ROWS = (0, -1, 1, -2, 2, -3, 3)
COLUMNS = (0, -2, 2, -4, 4, -8, 8, -12, 12)
"""How far from its place a label may be moved, nearest first."""


@dataclass(frozen=True, slots=True)
class Label:
    """`words` wanted at (x, y), of which `before` of its width lies left; None is the frame's left or top."""

    words: str
    x: float | None
    y: float | None
    before: float
    style: str


def labels_of(panel: Panel, names: Mapping[str, str]) -> list[Label]:
    """The notes, formulas and names of bands in a panel; a note that names a curve with its letter, as in `names`."""
    found: list[Label] = []
    for mark in panel.marks:
        if isinstance(mark, Note):
            words = pointing(mark, names.get(mark.text, mark.text))
            found.append(Label(words, mark.x, mark.y, BEFORE[mark.align], color(mark.ink)))
        elif isinstance(mark, Formula):
            found.append(Label(plain_maths(mark.text), mark.x, mark.y, 0.5, color(mark.ink)))
        elif isinstance(mark, Band) and mark.label:
            middle = mark.low / 2 + mark.high / 2
            if mark.axis == "x":
                found.append(Label(mark.label, middle, None, 0.5, color(mark.ink)))
            else:
                found.append(Label(mark.label, None, middle, 0.0, color(mark.ink)))
    return found


def pointing(note: Note, words: str) -> str:
    """The words of a note that stands beside what it is about with an arrow towards that."""
    if note.point is None or note.point[1] != note.y or note.point[0] == note.x:
        return words
    return f"← {words}" if note.point[0] < note.x else f"{words} →"


def write_labels(sheet: Sheet, frame: Frame, labels: list[Label]) -> list[Label]:
    """Write each label at its place or near it; return those for which there is no room."""
    return [label for label in labels if sheet.text(label.words).strip() and not written(sheet, frame, label)]


def written(sheet: Sheet, frame: Frame, label: Label) -> bool:
    """Write `label` within the frame where it covers nothing; whether there was such a place."""
    words = sheet.text(label.words)
    x = frame.x.low if label.x is None else min(max(label.x, frame.x.low), frame.x.high)
    cell = frame.cell(x, frame.y.high if label.y is None else label.y)
    if cell is None:
        return False
    width = cells(words)
    start = cell[1] - round(width * label.before)
    leftmost, rightmost = frame.left, frame.left + frame.columns - width
    for down, across in sorted(((r, c) for r in ROWS for c in COLUMNS), key=lambda m: 2 * abs(m[0]) + abs(m[1])):
        row, column = cell[0] + down, max(leftmost, min(start + across, rightmost))
        if frame.top <= row < frame.top + frame.rows and column + width <= frame.left + frame.columns:
            clear = max(column - 1, 0)
            if sheet.free(row, clear, column - clear + width):
                for side in (clear, column + width):
                    if sheet.free(row, side, 1):  # a texture that ran into the words would hide them
                        sheet.put(row, side, " ", taken=False)
                sheet.put(row, column, words, label.style)
                return True
    return False


def wrapped(labels: list[Label], width: int) -> list[list[Label]]:
    """Labels in rows of `width` cells, three blanks between two."""
    rows: list[list[Label]] = []
    used = 0
    for label in labels:
        length = cells(label.words)
        if not rows or used + 3 + length > width:
            rows.append([])
            used = -3
        rows[-1].append(label)
        used += 3 + length
    return rows


def write_below(sheet: Sheet, labels: list[Label], rows: int) -> None:
    """Write labels into the last `rows` rows, as many as fit."""
    for row, line in enumerate(wrapped(labels, sheet.width)[:rows], start=sheet.height - rows):
        column = 0
        for label in line:
            words = cut(sheet.text(label.words), sheet.width - column, sheet.encoding)
            sheet.put(row, column, words, label.style)
            column += cells(words) + 3
