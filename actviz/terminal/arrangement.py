"""Where the panels of a figure stand on the screen: side by side where it is wide enough, else one below another."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from actviz.lettering import cells

if TYPE_CHECKING:
    from collections.abc import Sequence

    from actviz.figure import Figure, Panel

NARROWEST = 56
"""Columns that a panel must have to stand beside another."""
GAP = 3
"""Columns between two."""
ROWS = 14
"""Rows of a panel, its title and scale among them, that can be read well."""
USUAL, ASKED = (8, ROWS), (6, 6)
"""Rows of a panel at least to fit several on the screen, and of each where they run on below it; at a height that is
asked for both are as few as can be read.
"""
ESCAPE = re.compile(r"\x1b\[[0-9;]*m")


def shelves(figure: Figure, width: int) -> list[tuple[Panel, ...]]:
    """The panels in rows of those that stand side by side, without the empty ones."""
    rows = [tuple(panel for panel in row if panel.marks or panel.axes != "off") for row in figure.rows]
    found: list[tuple[Panel, ...]] = []
    for row in rows:
        side_by_side = len(row) > 1 and widths(width, len(row))[0] >= NARROWEST
        found += [row] if side_by_side else [(panel,) for panel in row]
    return found


def widths(width: int, count: int) -> list[int]:
    """The columns of each of `count` panels side by side."""
    return [(width - GAP * (count - 1)) // count] * count


def heights(room: int, count: int, rows: tuple[int, int] = USUAL) -> list[int]:
    """The rows of each of `count` shelves: they fill `room`, or run over where it has not the least `rows` for each."""
    least, beyond = rows
    if room < least * count:
        return [beyond] * count
    return [room // count + (at >= count - room % count) for at in range(count)]


def beside(blocks: Sequence[list[str]], columns: Sequence[int]) -> list[str]:
    """Blocks of lines side by side, each as many columns wide as it was given."""
    lines: list[str] = []
    for at in range(max(map(len, blocks), default=0)):
        parts = [block[at] if at < len(block) else "" for block in blocks]
        padded = [
            part + " " * (width + GAP - cells(ESCAPE.sub("", part))) for part, width in zip(parts, columns, strict=True)
        ]
        lines.append("".join(padded).rstrip())
    return lines


def rows_for(figure: Figure, width: int) -> int:
    """How many rows a drawing of `figure` needs to be read well."""
    return ROWS * len(shelves(figure, width)) + bool(figure.title)
