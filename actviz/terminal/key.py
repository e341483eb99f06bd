"""What tells curves apart: names at their right ends or in a legend above."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from actviz import _numpy as np
from actviz.figure import Line, Marker
from actviz.lettering import cells, cut
from actviz.placement import spread
from actviz.terminal.canvas import BLOCK
from actviz.terminal.sheet import color

if TYPE_CHECKING:
    from actviz.figure import Panel
    from actviz.terminal.frame import Frame
    from actviz.terminal.sheet import Sheet

SAMPLES = {"solid": "───", "dashed": "─ ─", "dotted": "···", "dashdot": "─·─"}
SHAPES = {"open": "○", "closed": "●", "diamond": "◆", "cross": "×"}
NEAR = 1.6
"""Rows by which a name may stand off the end of its curve."""
REACH = 0.85
"""How much of the frame's width a curve must reach to be named at its right end."""


@dataclass(frozen=True, slots=True)
class Key:
    """A labelled mark (its number in the panel), how it looks, and its letter where it needs one."""

    mark: int
    label: str
    sample: str
    style: str
    letter: str = ""

    @property
    def name(self) -> str:
        """The label after its letter."""
        return f"{self.letter} {self.label}".lstrip()

    @property
    def entry(self) -> str:
        """What a legend says: the label after its letter or, without one, after a sample."""
        return self.name if self.letter else f"{self.sample} {self.label}"


def keys_of(panel: Panel, title: str, sheet: Sheet) -> list[Key]:
    """A key for each labelled curve and point; none where the title or the y axis names the only curve."""
    found: list[Key] = []
    for number, mark in enumerate(panel.marks):
        if isinstance(mark, (Line, Marker)) and mark.label:
            sample = SAMPLES[mark.dash] if isinstance(mark, Line) else SHAPES[mark.shape]
            found.append(Key(number, sheet.text(mark.label), sheet.text(sample), color(mark.ink)))
    lines = sum(isinstance(mark, Line) for mark in panel.marks)
    named = len(found) == lines == 1 and found[0].label in (sheet.text(title), sheet.text(panel.ylabel))
    return [] if named else found


def ends(keys: list[Key], panel: Panel, frame: Frame) -> list[int] | None:
    """The rows of the frame for names at the curves' right ends; None where some end has no room for its own.

    Neither where curves without letters all end in one place: a legend shows their dashes.
    """
    down, across = BLOCK[frame.kind]
    wanted: list[float] = []
    for key in keys:
        mark = panel.marks[key.mark]
        if not isinstance(mark, Line):
            return None
        x, y = frame.dots(mark.x, mark.y)
        inside = (x > -1) & (x < frame.columns * across) & (y > -1) & (y < frame.rows * down)
        seen = np.flatnonzero(inside)
        if not seen.size or x[seen[-1]] < REACH * frame.columns * across:
            return None
        wanted.append(float(np.clip((y[seen[-1]] + 0.5) / down - 0.5, 0, frame.rows - 1)))
    one = len(wanted) > 1 and max(wanted) - min(wanted) < 1 / down
    if len(wanted) > frame.rows or (one and not any(key.letter for key in keys)):
        return None
    rows = [math.floor(row + 0.5) for row in spread(wanted, 1.0, 0.0, frame.rows - 1.0)]
    near = all(abs(row - want) <= NEAR for row, want in zip(rows, wanted, strict=True))
    return rows if near and len(set(rows)) == len(rows) else None


def legend(keys: list[Key], width: int) -> list[list[Key]]:
    """`keys` in rows no wider than `width`, but for a key that is wider alone."""
    rows: list[list[Key]] = []
    used = width
    for key in keys:
        length = cells(key.entry) + 3
        if used + length > width + 3 or not rows:
            rows.append([])
            used = 0
        rows[-1].append(key)
        used += length
    return rows


def write_legend(sheet: Sheet, rows: list[list[Key]], top: int) -> None:
    """Write a legend from row `top` on."""
    for row, keys in enumerate(rows, start=top):
        column = 0
        for key in keys:
            sheet.put(row, column, marked(key.entry, sheet.width - column, sheet.encoding), key.style)
            column += cells(key.entry) + 3


def marked(entry: str, width: int, encoding: str) -> str:
    """`entry` within `width` cells, the order of derivative at its end kept and the name before it cut alike."""
    found = re.fullmatch(r"(.*)(, f(?:[′″]|'{1,2})?)", entry)
    if not found or cells(entry) + cells(", f''") - cells(found[2]) <= width:
        return entry
    return cut(found[1], width - cells(", f''"), encoding) + found[2]
