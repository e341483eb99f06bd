"""Reads the rows of a text table, some thousand lines at a time."""

from __future__ import annotations

import codecs
import io
import math
import warnings
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from actviz import _numpy as np
from actviz.arrays.records import Stored, Text
from actviz.arrays.streams import stream_of
from actviz.arrays.text import COMMENT, LONGEST, NO_COMMENT, cells_of, clipped, counted, is_number, is_row, value_of
from actviz.errors import BadInput

if TYPE_CHECKING:
    from io import RawIOBase

    from actviz.activation import Array

CHUNK = 2**20
"""Bytes of text taken at a time."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """Whole lines of a table without its header: the text, the first line's number, the bytes of the file."""

    text: str
    first: int
    nbytes: int

    @property
    def lines(self) -> list[str]:
        """The lines, some of them blank or comments."""
        return self.text.split("\n")

    @property
    def rows(self) -> Iterator[tuple[int, str]]:
        """The lines that are rows, each with its number."""
        return ((number, line) for number, line in enumerate(self.lines, self.first) if is_row(line))


def chunks(stored: Stored) -> Generator[Chunk, None, None]:
    """The lines of a text table, in chunks; raise BadInput for a line that is too long."""
    source = stored.source
    assert isinstance(source, Text)
    awaited = source.header
    for chunk in whole_lines(stored, source):
        if not awaited:
            yield chunk
        elif (header := next(chunk.rows, None)) is not None:
            number = header[0] + 1
            yield Chunk("\n".join(chunk.lines[number - chunk.first :]), number, chunk.nbytes)
            awaited = False


def check_beginning(stored: Stored) -> None:
    """Raise BadInput where an array is a text whose first lines are no numbers."""
    if not isinstance(stored.source, Text):
        return
    try:
        with closing(chunks(stored)) as found:
            for chunk in islice(found, 1):
                numbers(chunk, stored)
    except OSError as error:
        raise BadInput(f"cannot read {stored.label}: {error.strerror or error}") from None


def whole_lines(stored: Stored, source: Text) -> Iterator[Chunk]:
    """The text of a file, cut behind newlines of any kind."""
    decoder = io.IncrementalNewlineDecoder(codecs.getincrementaldecoder(source.encoding)("replace"), translate=True)
    first, kept, nbytes = 1, "", 0
    with stream_of(stored) as stream:
        for data in data_of(stream, source.head):
            nbytes += len(data)
            text, newline, kept_now = (kept + decoder.decode(data, final=not data)).rpartition("\n")
            if not data:
                yield Chunk(f"{text}{newline}{kept_now}", first, nbytes)
            elif newline:
                yield Chunk(text, first, nbytes)
                first, nbytes = first + text.count("\n") + 1, 0
            elif len(kept_now) > LONGEST:
                raise BadInput(f"{stored.label}: line {first:,} is longer than {LONGEST:,} characters; is it a table?")
            kept = kept_now


def data_of(stream: RawIOBase, head: bytes) -> Iterator[bytes]:
    """The bytes of a file from `head` on, and none at the end."""
    if head:
        yield head
    while data := stream.read(CHUNK):
        yield data
    yield b""


def numbers(chunk: Chunk, stored: Stored) -> Array:
    """The numbers of a chunk, row after row; a missing one is NaN.

    Raise BadInput, with line and column, for a row of another width and a cell that is no number.
    """
    source = stored.source
    assert isinstance(source, Text)
    if source.column is None and '"' not in chunk.text and NO_COMMENT not in chunk.text:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of a chunk of comments alone
                comments = None if source.delimiter else COMMENT
                delimiter = source.delimiter or None
                table = np.loadtxt(chunk.lines, delimiter=delimiter, comments=comments, ndmin=2)
            if table.shape[1] == source.width:
                return table.reshape(-1)
        except ValueError:
            pass
    return checked_numbers(chunk, stored, source)


def checked_numbers(chunk: Chunk, stored: Stored, source: Text) -> Array:
    """What `numbers` gives, cell by cell."""
    wanted = slice(None) if source.column is None else slice(source.column, source.column + 1)
    cells: list[str] = []
    for number, line in chunk.rows:
        row = cells_of(line, source.delimiter)
        if len(row) != source.width:
            raise BadInput(f"{stored.label}: line {number:,} has {counted(len(row))}, the rows before {source.width:,}")
        cells += row[wanted]
    try:
        return np.array([value_of(cell) for cell in cells], dtype=np.float64)
    except ValueError:
        raise BadInput(f"{stored.label}: {first_text(chunk, source)}") from None


def beyond_float64(chunk: Chunk, values: Array, source: Text) -> list[str]:
    """Where the cells of a chunk stand that are written as numbers, and that float64 holds as infinite `values`."""
    infinite = np.isinf(values)
    if not infinite.any():
        return []
    width = source.width if source.column is None else 1
    rows = set(np.flatnonzero(infinite.reshape(-1, width).any(axis=1)).tolist())
    return [
        f"{clipped(cell)}, line {number:,}, column {column:,}"
        for at, (number, line) in enumerate(chunk.rows)
        if at in rows
        for column, cell in enumerate(cells_of(line, source.delimiter), 1)
        if source.column in (None, column - 1) and is_beyond_float64(cell)
    ]


def is_beyond_float64(cell: str) -> bool:
    """Whether a cell of numbers is one that float64 holds as infinite, rather than one written as such."""
    return math.isinf(value_of(cell)) and "inf" not in cell.lower()


def first_text(chunk: Chunk, source: Text) -> str:
    """Where the first cell stands that is no number."""
    for number, line in chunk.rows:
        row = cells_of(line, source.delimiter)
        for column, cell in enumerate(row, 1):
            if source.column in (None, column - 1) and not is_number(cell):
                named = source.header and source.column is None and any(map(is_number, row))
                alone = "; FILE:NAME reads one column alone" if named else ""
                return f"line {number:,}, column {column:,}: '{clipped(cell)}' is no number{hint(cell) or alone}"
    raise AssertionError("every cell is a number")


def hint(cell: str) -> str:
    """What to write in place of a cell that is no number."""
    if is_number(cell.replace(",", ".", 1)):
        return f"; decimals have a point, as in {cell.replace(',', '.', 1)}"
    return "; leave the cell of a missing number empty, or write NaN" if cell.strip("-.?* ") == "" else ""
