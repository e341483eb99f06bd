"""What kind of table a text is: its encoding, delimiter, header and columns, told by its first lines."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from itertools import islice
from pathlib import Path

from actviz.arrays.found import some
from actviz.arrays.records import UNKNOWN, Stored, Text, Version
from actviz.arrays.streams import version_of
from actviz.errors import BadInput, nearest

SUFFIXES = (".csv", ".tsv", ".txt", ".dat")

MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
"""Byte order marks, which Excel and PowerShell write; without one it is UTF-8."""

DELIMITERS = ("\t", ";", ",")
"""Looked for in this order in the first row of numbers, then in the header; where there is none, blanks."""

MISSING = frozenset({"", "na", "n/a", "<na>", "#n/a", "null", "none"})
"""Cells that stand for no value, in any case of letters, and count as NaN: those that pandas takes so."""

COMMENT = "#"

NO_COMMENT = "#N/A"
"""What a spreadsheet writes for a missing number, which is no comment."""

FIRST_LOOK = 2**16
"""Bytes read at first to see two lines."""

LONGEST = 2**26
"""Characters of a line at most: a table has lines, and a block of one must fit into memory."""


def stored(path: Path, name: str) -> Stored:
    """The table in a text file, or its column `name`: a header's, or a number counted from 1, as lines are.

    Raise BadInput for a file without numbers, one that is no text, or an unknown column.
    """
    with path.open("rb") as stream:
        version = version_of(stream)
        head = beginning(stream.read)
    return described(str(path), str(path), head, name, path.suffix.lower(), version)


def beginning(read: Callable[[int], bytes]) -> bytes:
    """The first bytes, up to the end of two rows at least where there are so many."""
    head = b""
    more = read(FIRST_LOOK)
    while more and len(head) <= LONGEST:
        head += more
        rows = first_lines(head)
        if len(rows) == 2 and rows[1].endswith("\n"):
            break
        more = read(len(head))
    return head


def first_lines(head: bytes) -> list[str]:
    """The first two lines that are rows, with their newlines."""
    text = io.TextIOWrapper(io.BytesIO(head), encoding_of(head), errors="replace")
    return list(islice(filter(is_row, text), 2))


def encoding_of(head: bytes) -> str:
    """The encoding that the byte order mark tells."""
    return next((encoding for mark, encoding in MARKS.items() if head.startswith(mark)), "utf-8")


def is_row(line: str) -> bool:
    """Whether a line is a row of cells: neither blank nor a comment."""
    bare = line.strip()
    return bool(bare) and (not bare.startswith(COMMENT) or bare.startswith(NO_COMMENT))


def cells_of(line: str, delimiter: str) -> list[str]:
    """The cells of a row, without blanks about them; between blanks a comment ends the row."""
    if not delimiter:
        return line.split(COMMENT, 1)[0].split()
    if '"' in line:
        with suppress(csv.Error):  # which a cell beyond 131,072 characters is
            return [cell.strip() for cell in next(csv.reader([line], delimiter=delimiter, skipinitialspace=True))]
    return [cell.strip() for cell in line.split(delimiter)]


def is_number(cell: str) -> bool:
    """Whether a cell is a number as programs write it: 1, -2.5e-3, nan, inf, but not 1_000; or a missing one."""
    try:
        value_of(cell)
    except ValueError:
        return False
    return True


def value_of(cell: str) -> float:
    """The number in a cell, NaN where it is missing; raise ValueError where it is none."""
    if cell.lower() in MISSING:
        return float("nan")
    if "_" in cell or not cell.isascii():
        raise ValueError
    return float(cell)


def described(label: str, path: str, head: bytes, name: str, suffix: str, version: Version | None) -> Stored:
    """The record of a table that begins with `head`; standard input's keeps these bytes."""
    encoding = encoding_of(head)
    if encoding != "utf-16" and b"\0" in head:
        raise BadInput(f"{label} is no text: it holds bytes that no text has")
    rows = [row.rstrip("\n") for row in first_lines(head)]
    if not rows:
        raise BadInput(f"{label} is empty: it has no line with numbers")
    delimiter = delimiter_of(rows, suffix)
    cells = cells_of(rows[0], delimiter)
    header = any(cell and not is_number(cell) for cell in cells)
    if header and len(rows) == 1:
        raise BadInput(f"{label} has no numbers: its one line is '{clipped(rows[0])}'")
    names = tuple(cells) if header else ()
    width, second = len(cells), len(cells_of(rows[-1], delimiter))
    if header and width != second:
        raise BadInput(f"{label}: the header has {counted(width)} and the first row {counted(second)}")
    column = column_of(name, names, width, label) if name else None
    source = Text(encoding, delimiter, width, header, column, b"" if version else head)
    found = Stored(
        label, path, (UNKNOWN, width), "float64", names, version.nbytes if version else 0, source, False, version
    )
    if column is None:
        return found
    return replace(found, label=f"{label}:{name}", shape=(UNKNOWN, 1), columns=names[column : column + 1])


def delimiter_of(rows: list[str], suffix: str) -> str:
    """What stands between the cells of the last row, else of the first; a .tsv file has tabs."""
    if suffix == ".tsv":
        return "\t"
    if any(map(has_blanks_between_numbers, rows)):  # some of which may be tabs
        return ""
    return next((delimiter for row in reversed(rows) for delimiter in DELIMITERS if delimiter in row), "")


def has_blanks_between_numbers(row: str) -> bool:
    """Whether a row is numbers with blanks between them, not just a tab each."""
    return all(map(is_number, row.split())) and any(len(cell.split()) > 1 for cell in row.split("\t"))


def column_of(name: str, names: tuple[str, ...], width: int, label: str) -> int:
    """The column called `name`, else the one of that number, counted from 1; given back counted from 0."""
    if names.count(name) > 1:
        numbers = " or ".join(str(number) for number, other in enumerate(names, 1) if other == name)
        raise BadInput(f"{label} has {names.count(name)} columns called '{name}'; name one by its number, {numbers}")
    if name in names:
        return names.index(name)
    if name.isdecimal() and 1 <= int(name) <= width:
        return int(name) - 1
    has = f"it has {some(names)}" if names else f"it has {counted(width)}, counted from 1"
    raise BadInput(f"{label} has no column '{name}'; {has}{nearest(name, names)}")


def counted(cells: int) -> str:
    """``1 cell``, ``3 cells``."""
    return f"{cells:,} cell" if cells == 1 else f"{cells:,} cells"


def clipped(text: str) -> str:
    """A text as it is shown in a line: at most 40 characters."""
    return text if len(text) <= 40 else f"{text[:39]}…"
