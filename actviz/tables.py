"""Tables as text for a person, numbers aligned on the decimal point."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from actviz.formats import first_rows, is_number, rounded
from actviz.lettering import cells as width_of
from actviz.lettering import folded, safe

if TYPE_CHECKING:
    from actviz.report import Cell, Table
    from actviz.screen import Screen


LONGEST_WORD = 16
"""Cells no wider than this are broken last of all; wider text gives way first, then long headers."""
SHORT_WORD = 12
"""Cells no wider than this are never broken."""

FEWEST_DIGITS = 3

ROUNDS = 2
"""What broken texts leave of their columns goes to others once more."""

BOLD, DIM, PLAIN = "\x1b[1m", "\x1b[2m", "\x1b[0m"


def text(tables: Iterable[Table], screen: Screen) -> str:
    """The tables one below another, each with its title and notes, within the screen's width.

    A table that cannot be narrowed so far comes in parts, a few columns each; no number loses a digit to the edge.
    """
    blocks = ([line.rstrip() for line in shown(spelt(table, screen.encoding), screen)] for table in tables)
    return "\n".join("".join(f"{line}\n" for line in block) for block in blocks)


def spelt(table: Table, encoding: str) -> Table:
    """`table` with its texts as a terminal of that encoding can show them: no controls, no characters it lacks."""
    return replace(
        table,
        title=safe(table.title, encoding),
        columns=tuple(safe(name, encoding) for name in table.columns),
        rows=tuple(
            tuple(safe(cell, encoding) if isinstance(cell, str) else cell for cell in row) for row in table.rows
        ),
        notes=tuple(safe(note, encoding) for note in table.notes),
    )


def shown(table: Table, screen: Screen) -> Iterator[str]:
    """The lines of one table: title, header over a rule, rows, notes."""
    if table.title:
        yield from styled(broken(table.title, screen), BOLD, screen)
    for number, part in enumerate(parts(table, screen.width) if table.columns else ()):
        if number:
            yield ""
        yield from grid(part, screen)
    cut = [f"Text shows {first_rows(table)}."] if first_rows(table) else []
    for note in (*table.notes, *cut):
        yield from styled(broken(note, screen), DIM, screen)


def broken(words: str, screen: Screen) -> list[str]:
    """`words` in lines that the screen is wide enough for."""
    return folded(words, screen.width, len(words), screen.encoding)


def styled(lines: Iterable[str], style: str, screen: Screen) -> Iterator[str]:
    """The lines in that style, where the screen has colours."""
    return (f"{style}{line.rstrip()}{PLAIN}" if screen.color else line for line in lines)


def grid(table: Table, screen: Screen) -> Iterator[str]:
    """The lines of the header, the rule and the rows."""
    columns, widths, gap = laid_out(table, screen.width)
    numeric = [any(map(is_number, cells)) for cells in values_by_column(table)]

    def row(cells: Sequence[str], low: bool) -> Iterator[str]:
        """The lines of cells side by side, the shorter ones at the top, or where `low` at the bottom."""
        parts = [folded(cell, width, len(cell), screen.encoding) for cell, width in zip(cells, widths, strict=True)]
        most = max(map(len, parts))
        blank = [[""] * (most - len(part)) for part in parts]
        full = [b + part if low else part + b for part, b in zip(parts, blank, strict=True)]
        for line in zip(*full, strict=True):
            yield (" " * gap).join(map(placed, line, widths, numeric))

    if any(table.columns):
        yield from styled(row(table.columns, low=True), BOLD, screen)
        yield ("-" if screen.cells == "ascii" else "─") * (sum(widths) + gap * (len(widths) - 1))
    for cells in zip(*columns, strict=True):
        yield from row(cells, low=False)


def placed(cell: str, width: int, right: bool) -> str:
    """`cell` with blanks to its width, on its left where it belongs on the right."""
    blanks = " " * (width - width_of(cell))
    return blanks + cell if right else cell + blanks


def parts(table: Table, room: int) -> list[Table]:
    """`table`, or where its columns cannot be narrowed to `room`, tables of some of them, the first repeated in each.

    What is repeated are the texts that the columns start with, or one number. A column may still be too wide.
    """
    least = narrowest(table, FEWEST_DIGITS, SHORT_WORD)
    if sum(least) + len(least) - 1 <= room:
        return [table]
    numeric = [any(map(is_number, cells)) for cells in values_by_column(table)]
    kept = max(1, [*numeric, True].index(True))
    while kept > 1 and sum(least[:kept]) + kept > 2 * room // 3:
        kept -= 1
    groups: list[list[int]] = []
    used = room
    for column in range(kept, len(least)):
        if used + 1 + least[column] > room:
            groups.append([])
            used = sum(least[:kept]) + kept - 1
        groups[-1].append(column)
        used += 1 + least[column]
    return [chosen(table, [*range(kept), *group]) for group in groups] or [table]


def chosen(table: Table, columns: Sequence[int]) -> Table:
    """`table` with those of its columns."""
    rows = tuple(tuple(row[at] for at in columns) for row in table.rows)
    return replace(table, columns=tuple(table.columns[at] for at in columns), rows=rows)


def laid_out(table: Table, room: int) -> tuple[list[list[str]], list[int], int]:
    """The texts by column, the width of each column, and the gap between two, to fill `room` at most.

    What does not fit gives way in this order: the gap, digits, words of long text. Numbers and short
    cells are never broken, so the sum of the widths may exceed `room` in the end.
    """
    fewer = [(1, digits, LONGEST_WORD) for digits in range(table.digits, FEWEST_DIGITS - 1, -1)]
    for gap, digits, longest in [(3, table.digits, LONGEST_WORD), *fewer, (1, FEWEST_DIGITS, SHORT_WORD)]:
        least = narrowest(table, digits, longest)
        spare = room - sum(least) - gap * (len(least) - 1)
        if spare >= 0:
            break
    columns = [aligned(cells, digits) for cells in values_by_column(table)]
    texts = [(name, *cells) for name, cells in zip(table.columns, columns, strict=True)]
    wanted = [max(map(width_of, column)) for column in texts]
    widths = least
    for _ in range(ROUNDS):
        given = shared(widths, wanted, room - sum(widths) - gap * (len(widths) - 1))
        widths = list(map(width_of_lines, texts, given, wanted))
    return columns, widths, gap


def shared(least: Sequence[int], wanted: Sequence[int], spare: int) -> list[int]:
    """The width of each column: what it needs least, and of `spare` what it wants, or an even share of what is left."""
    widths = list(least)
    order = sorted(range(len(least)), key=lambda at: wanted[at] - least[at])
    for rank, at in enumerate(order):
        more = max(0, min(wanted[at] - least[at], spare // (len(order) - rank)))
        widths[at] += more
        spare -= more
    return widths


def width_of_lines(texts: Iterable[str], given: int, wanted: int) -> int:
    """How much of the width that is `given` texts take when broken to it; all where nothing is broken."""
    if given >= wanted:
        return given
    return max(width_of(line) for text in texts for line in folded(text, given, len(text), "utf-8"))


def narrowest(table: Table, digits: int, longest: int) -> list[int]:
    """The width of each column below which a number, a word of its header or a text of up to `longest` would break."""
    found = []
    for name, cells in zip(table.columns, values_by_column(table), strict=True):
        widths = list(zip(map(is_number, cells), map(width_of, aligned(cells, digits)), strict=True))
        whole = max((width if number else min(width, longest) for number, width in widths), default=0)
        found.append(max(whole, *(width_of(word) for word in (*name.split(), ""))))
    return found


def values_by_column(table: Table) -> list[tuple[Cell, ...]]:
    """The cells of the rows that are shown, column by column."""
    rows = table.rows if table.most is None else table.rows[: table.most]
    return list(zip(*rows, strict=True)) or [()] * len(table.columns)


def aligned(cells: Sequence[Cell], digits: int) -> list[str]:
    """Cells as text; where numbers are among them, padded so that their decimal points meet at the right edge."""
    shown = [rounded(cell, digits) for cell in cells]
    widths = [len(after_point(s)) if has_point(cell) else None for s, cell in zip(shown, cells, strict=True)]
    widest = max((width for width in widths if width is not None), default=0)
    return [s if width is None else s + " " * (widest - width) for s, width in zip(shown, widths, strict=True)]


def has_point(cell: Cell) -> bool:
    """Whether `cell` is a number that has, or could have, a decimal point."""
    return isinstance(cell, (int, float)) and is_number(cell) and math.isfinite(cell)


def after_point(number: str) -> str:
    """What of a written number stands from its decimal point, or its exponent, on."""
    for mark in (".", "e"):
        if mark in number:
            return number[number.index(mark) :]
    return ""
