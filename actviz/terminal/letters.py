"""Letters on curves that their dashes do not tell apart: which curve has which, and where on it they stand."""

from __future__ import annotations

import string
from dataclasses import replace
from typing import TYPE_CHECKING

from actviz import _numpy as np
from actviz.figure import Line
from actviz.lettering import cells

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from actviz.figure import Panel
    from actviz.screen import Screen
    from actviz.terminal.canvas import Canvas
    from actviz.terminal.frame import Frame
    from actviz.terminal.key import Key
    from actviz.terminal.sheet import Sheet

    Array = np.ndarray

EVERY = 26
"""Columns from one letter on a curve to its next."""
CLEAR = 2
"""Columns at the right end without letters, which a name there would run into."""
FAR = 4
"""Cells to the nearest other curve beyond which more room makes a letter no clearer."""


def letters_of(panels: Iterable[Panel], screen: Screen) -> dict[str, str]:
    """A letter for each label of the curves of `panels` in need of them: one label has one letter in all of them."""
    labels: dict[str, None] = {}
    for panel in panels:
        lines = named_lines(panel)
        distinct = len({line.dash for line in lines}) == len(lines) and screen.cells != "ascii"
        if 2 <= len(lines) <= len(string.ascii_letters) and not distinct:
            labels |= dict.fromkeys(line.label for line in lines)
    return dict(zip(labels, string.ascii_letters, strict=False))


def named_lines(panel: Panel) -> list[Line]:
    """The curves of a panel that have a label."""
    return [mark for mark in panel.marks if isinstance(mark, Line) and mark.label]


def lettered(keys: list[Key], panel: Panel, letters: Mapping[str, str]) -> list[Key]:
    """`keys` with the letters of their curves where there are several and all have one."""
    lines = named_lines(panel)
    if len(lines) < 2 or not all(line.label in letters for line in lines):
        return keys
    found = [panel.marks[key.mark] for key in keys]
    return [
        replace(key, letter=letters[mark.label]) if isinstance(mark, Line) else key
        for key, mark in zip(keys, found, strict=True)
    ]


def write_letters(
    sheet: Sheet, frame: Frame, canvas: Canvas, keys: list[Key], points: Iterable[tuple[int, int]]
) -> None:
    """Each curve's letter on it, here and there, where it is farthest from the others, and none where `points` stand.

    A curve that is nowhere alone has its letter once, with those of the curves that it runs along: ``b,d``.
    """
    lines = [key for key in keys if key.letter]
    columns = max(frame.columns - CLEAR, 1)
    free = np.ones((frame.rows, columns), dtype=bool)
    for row, column in points:
        free[row - frame.top, column - frame.left : column - frame.left + 1] = False
    hidden = []
    for at, key in enumerate(lines):
        room = np.where(free, clearance(canvas, key.mark)[:, :columns], 0)
        first = min(columns, EVERY) * (2 * at + 1) // (2 * len(lines))
        places = [place for start in range(first, columns, EVERY) if (place := roomiest(room, start, EVERY // 2))]
        places = places or [place for place in (roomiest(room, 0, columns),) if place]
        for row, column in places:
            sheet.put(frame.top + row, frame.left + column, key.letter, key.style)
            free[row, max(column - 1, 0) : column + 2] = False
        hidden += [] if places else [key]
    write_shared(sheet, frame, canvas, (lines, hidden), free)


def clearance(canvas: Canvas, layer: int) -> Array:
    """For each cell that only this layer has dots in, how far the next one's are, 1 to FAR; 0 for all other cells."""
    mine = canvas.lit[layer]
    near = np.any([lit for number, lit in canvas.lit.items() if number != layer] or [np.zeros_like(mine)], axis=0)
    room = np.zeros(mine.shape, dtype=np.int64)
    for _ in range(FAR):
        room += mine & ~near
        wide = np.pad(near, 1)
        near = wide[1:-1, 1:-1] | wide[:-2, 1:-1] | wide[2:, 1:-1] | wide[1:-1, :-2] | wide[1:-1, 2:]
    return room


def roomiest(room: Array, start: int, width: int) -> tuple[int, int] | None:
    """Row and column of the cell with the most room within `width` columns; None where none has any."""
    part = room[:, start : start + width].T
    if not part.any():
        return None
    column = int(part.max(axis=1).argmax())
    rows = np.flatnonzero(part[column] == part[column].max())
    return int(rows[rows.size // 2]), start + column


def write_shared(sheet: Sheet, frame: Frame, canvas: Canvas, keys: tuple[list[Key], list[Key]], free: Array) -> None:
    """One place for each of the `hidden` curves, the second of `keys`, with the letters of those it shares it with."""
    lines, hidden = keys
    lit = {key: canvas.lit[key.mark][:, : free.shape[1]] for key in lines}
    told: set[str] = set()
    for key in hidden:
        crowd = np.sum(list(lit.values()), axis=0)
        for row, column in [] if key.letter in told else emptiest(crowd, lit[key]):
            here = [other.letter for other in lines if lit[other][row, column]]
            start = max(min(column, free.shape[1] - cells(",".join(here))), 0)
            cover = slice(start, start + cells(",".join(here)))
            if free[row, cover].all():
                sheet.put(frame.top + row, frame.left + start, ",".join(here), key.style)
                free[row, max(start - 1, 0) : cover.stop + 1] = False
                told.update(here)
                break


def emptiest(crowd: Array, mine: Array) -> list[tuple[int, int]]:
    """The cells of a curve, those with the fewest curves first and of these the ones in their middle."""
    places = sorted((int(crowd[row, column]), column, row) for row, column in np.argwhere(mine).tolist())
    fewest = [place for place in places if place[0] == places[0][0]]
    middle = fewest[len(fewest) // 2][1] if fewest else 0
    return [(row, column) for _, column, row in sorted(places, key=lambda place: (place[0], abs(place[1] - middle)))]
