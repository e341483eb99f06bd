"""Tables as text for a person, numbers aligned on the decimal point."""

from __future__ import annotations

import io
import math
from collections.abc import Iterable, Sequence
from textwrap import fill
from typing import TYPE_CHECKING, Literal

from actviz.formats import exact

if TYPE_CHECKING:
    from rich.console import Console

    from actviz.report import Cell, Table
    from actviz.screen import Screen


LONGEST_WORD = 16
"""Cells no wider than this are never broken; wider text gives way first, then long headers."""

FEWEST_DIGITS = 3

UNBOUNDED = 100_000
"""A width for rich that never makes it squeeze columns: their widths are settled here."""


def text(tables: Iterable[Table], screen: Screen) -> str:
    """The tables one below another, each with its title and notes, within the screen's width.

    A table that cannot be narrowed so far runs over the edge rather than lose a digit.
    """
    from rich.console import Console

    out = io.StringIO()
    console = Console(
        file=out,
        width=UNBOUNDED,
        force_terminal=screen.color,
        color_system="standard" if screen.color else None,
        highlight=False,
        markup=False,
        emoji=False,
    )
    for number, table in enumerate(tables):
        if number:
            console.print()
        show(table, console, screen)
    return "\n".join(line.rstrip() for line in out.getvalue().split("\n"))


def show(table: Table, console: Console, screen: Screen) -> None:
    """Print one table: title, header over a rule, rows, notes."""
    from rich.text import Text

    if table.title:
        console.print(Text(table.title, style="bold"))
    if table.columns:
        show_grid(table, console, screen)
    for note in table.notes:
        console.print(Text(fill(note, screen.width, break_long_words=False), style="dim"))


def show_grid(table: Table, console: Console, screen: Screen) -> None:
    """Print the header, the rule and the rows."""
    from rich import box
    from rich.table import Table as Grid
    from rich.text import Text

    columns, widths, gap = laid_out(table, screen.width)
    edges = box.ASCII2 if screen.cells == "ascii" else box.SIMPLE_HEAD
    grid = Grid(
        box=edges,
        show_edge=False,
        pad_edge=False,
        show_header=any(table.columns),
        header_style="bold",
        padding=(0, (gap - 1) // 2),
    )
    for name, cells, width in zip(table.columns, values_by_column(table), widths, strict=True):
        side: Literal["left", "right"] = "right" if any(map(is_number, cells)) else "left"
        grid.add_column(Text(name), justify=side, width=width, overflow="fold")
    for row in zip(*columns, strict=True):
        grid.add_row(*(Text(cell) for cell in row))
    console.print(grid)


def laid_out(table: Table, room: int) -> tuple[list[list[str]], list[int], int]:
    """The texts by column, the width of each column, and the gap between two, to fill `room` at most.

    What does not fit gives way in this order: the gap, digits, words of long text. Numbers and short
    cells are never broken, so the sum of the widths may exceed `room` in the end.
    """
    values = values_by_column(table)
    choices = [(3, table.digits), *((1, digits) for digits in range(table.digits, FEWEST_DIGITS - 1, -1))]
    for gap, digits in choices:
        columns = [aligned(cells, digits) for cells in values]
        least = [
            least_width(name, cells, texts) for name, cells, texts in zip(table.columns, values, columns, strict=True)
        ]
        spare = room - sum(least) - gap * (len(least) - 1)
        if spare >= 0:
            break
    wanted = [max(len(text) for text in (name, *texts)) for name, texts in zip(table.columns, columns, strict=True)]
    widths = []
    for lower, upper in zip(least, wanted, strict=True):
        widths.append(lower + max(0, min(spare, upper - lower)))
        spare -= widths[-1] - lower
    return columns, widths, gap


def least_width(name: str, cells: Sequence[Cell], texts: Sequence[str]) -> int:
    """The width below which a number, a short cell or a word of the header would be broken."""
    widest = max(map(len, texts), default=0)
    whole = widest if any(map(is_number, cells)) else min(widest, LONGEST_WORD)
    return max(whole, *(len(word) for word in (*name.split(), "")))


def values_by_column(table: Table) -> list[tuple[Cell, ...]]:
    """The table's cells, column by column."""
    return list(zip(*table.rows, strict=True)) or [()] * len(table.columns)


def is_number(cell: Cell) -> bool:
    """Whether `cell` is a number rather than text, a truth value or nothing."""
    return isinstance(cell, (int, float)) and not isinstance(cell, bool)


def aligned(cells: Sequence[Cell], digits: int) -> list[str]:
    """Cells as text; where numbers are among them, padded so that their decimal points meet."""
    shown = [rounded(cell, digits) for cell in cells]
    widths = [len(after_point(s)) if is_number(cell) else 0 for s, cell in zip(shown, cells, strict=True)]
    widest = max(widths, default=0)
    return [
        s + " " * (widest - width) if is_number(cell) else s
        for s, cell, width in zip(shown, cells, widths, strict=True)
    ]


def after_point(number: str) -> str:
    """What of a written number stands from its decimal point, or its exponent, on."""
    for mark in (".", "e"):
        if mark in number:
            return number[number.index(mark) :]
    return ""


def rounded(cell: Cell, digits: int) -> str:
    """A cell with the digits a person reads."""
    if isinstance(cell, float) and math.isfinite(cell):
        return f"{cell + 0.0:.{digits}g}"  # adding 0 takes the sign off a negative zero
    return exact(cell)
