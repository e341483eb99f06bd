"""Tables as text for a person, numbers aligned on the decimal point."""

from __future__ import annotations

import io
import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from actviz.formats import exact

if TYPE_CHECKING:
    from rich.console import Console

    from actviz.report import Cell, Table
    from actviz.screen import Screen


LONGEST_WORD = 14
"""Cells no wider than this are never broken; wider text gives way first, then long headers."""

FEWEST_DIGITS = 3


def text(tables: Iterable[Table], screen: Screen) -> str:
    """The tables one below another, each with its title and notes, within the screen's width.

    A table that cannot be narrowed so far runs over the edge rather than lose a digit.
    """
    from rich.console import Console

    out = io.StringIO()
    console = Console(
        file=out,
        width=screen.width,
        force_terminal=screen.color,
        color_system="standard" if screen.color else None,
        highlight=False,
        markup=False,
        emoji=False,
    )
    for number, table in enumerate(tables):
        if number:
            console.print()
        show(table, console, ascii_only=screen.cells == "ascii")
    return "\n".join(line.rstrip() for line in out.getvalue().split("\n"))


def show(table: Table, console: Console, ascii_only: bool) -> None:
    """Print one table: title, header over a rule, rows, notes."""
    from rich.text import Text

    if table.title:
        console.print(Text(table.title, style="bold"))
    if table.columns:
        show_grid(table, console, ascii_only)
    for note in table.notes:
        console.print(Text(note, style="dim"))


def show_grid(table: Table, console: Console, ascii_only: bool) -> None:
    """Print the header, the rule and the rows."""
    from rich import box
    from rich.table import Table as Grid
    from rich.text import Text

    gap = 3 if least_width(table, table.digits, 3) <= console.width else 1
    columns = fitted(table, console.width, gap)
    edges = box.ASCII2 if ascii_only else box.SIMPLE_HEAD
    grid = Grid(box=edges, show_edge=False, pad_edge=False, header_style="bold", padding=(0, (gap - 1) // 2))
    for name, cells, texts in zip(table.columns, values_by_column(table), columns, strict=True):
        numeric = any(is_number(cell) for cell in cells)
        grid.add_column(Text(name), justify="right" if numeric else "left", min_width=unbroken(texts), overflow="fold")
    for row in zip(*columns, strict=True):
        grid.add_row(*(Text(cell) for cell in row))
    needed = sum(map(unbroken, columns)) + gap * (len(columns) - 1)
    console.print(grid, width=max(console.width, needed), crop=False, soft_wrap=needed > console.width)


def unbroken(texts: Sequence[str]) -> int:
    """The width below which a column would have to break a short text."""
    return min(max(map(len, texts), default=0), LONGEST_WORD)


def values_by_column(table: Table) -> list[tuple[Cell, ...]]:
    """The table's cells, column by column."""
    return list(zip(*table.rows, strict=True)) or [()] * len(table.columns)


def fitted(table: Table, width: int, gap: int) -> list[list[str]]:
    """The table's texts by column, numbers with as many digits as its `digits` and `width` allow."""
    digits = table.digits
    while digits > FEWEST_DIGITS and least_width(table, digits, gap) > width:
        digits -= 1
    return [aligned(cells, digits) for cells in values_by_column(table)]


def least_width(table: Table, digits: int, gap: int) -> int:
    """The width at which no cell and no word of a header need be broken."""
    columns = [aligned(cells, digits) for cells in values_by_column(table)]
    widths = [
        max(unbroken(texts), *(len(word) for word in (*name.split(), "")))
        for name, texts in zip(table.columns, columns, strict=True)
    ]
    return sum(widths) + gap * (len(widths) - 1)


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
