"""The one piece of work that every process does: a piece of an array in, its tally out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from actviz.analysis.data.cell_counter import tally_by_cells, told_by_cells
from actviz.analysis.data.cell_tables import PackedTable
from actviz.analysis.data.compiled import compiled_table, there
from actviz.analysis.data.probes import checked_units
from actviz.analysis.data.tally import merged, tally
from actviz.arrays import STANDARD_INPUT, blocks, layout, pieces
from actviz.errors import BadInput
from actviz.reduction.question import probes
from actviz.reduction.runs import known_bytes
from actviz.reduction.tasks import cut

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from actviz.analysis.data.cell_tables import MadeTable
    from actviz.analysis.data.probes import Probe
    from actviz.analysis.data.tally import Tally
    from actviz.arrays import Block, Piece, Stored
    from actviz.reduction.question import Question
    from actviz.reduction.tasks import Task

PIECE, LARGEST = 1 << 28, 1 << 30
"""Bytes of a piece at least and at most: 256 MiB takes from 0.1 s to count, some 15 ms to conclude, and where units are
told apart its tally took up to 34 MB."""

MANY = 1 << 20
"""Values of a piece at least that are counted by cells, whose tables and ends take some 10 ms."""

PAYS = 1 << 32
"""Bytes of a run from which on a loop is compiled for it. numba's import and the compiling take each process 0.6 s; a
float32 then takes 1.4 ns in place of numpy's 3.6, of 2.1 for ReLU; a float64 takes 4 in place of 6 for sigmoid and 13
for GELU. In two processes that begins to pay at 1 to 5 GB for smooth functions and at 7 GB for straight ones: in
between, no more than 0.3 s is lost."""


@dataclass(frozen=True, slots=True)
class Counted:
    """The tally of some of an array, how many values that is, the bytes they take in the file, and the remark on it."""

    source: int
    tally: Tally
    size: int
    nbytes: int
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Unread:
    """Some of an array that was to be left out if damaged, and turned out so after `nbytes` bytes; `why` is a line."""

    source: int
    why: str
    nbytes: int


def tasks(stored: Sequence[Stored], axis: int | None) -> tuple[Task[Piece], ...]:
    """The cut of a run, in order.

    Raise BadInput for an axis that an array does not have, or of more units than are told apart.
    """
    for one in stored:
        checked_units(layout(one, axis)[1])
    return cut(stored, lambda one, nbytes: pieces(one, axis, nbytes), PIECE, LARGEST)


def table_for(stored: Sequence[Stored]) -> MadeTable:
    """The table for cells in all pieces of a run: it follows from the data, so that each process takes the same."""
    return compiled_table if known_bytes(stored) >= PAYS and there() else PackedTable


def counted(
    wanted: tuple[Probe, ...], table: MadeTable, advance: Callable[[int], None], task: Task[Piece]
) -> Counted | Unread:
    """The tally of one piece, by cells in such a `table` where they pay.

    `advance` is told the bytes of each block as it is read. Raise BadInput where the piece cannot be read, unless its
    array is spare.
    """
    size = nbytes = told = 0
    remark = ""

    def read() -> Iterator[Block]:
        nonlocal size, nbytes, told, remark
        size = nbytes = 0
        for block in blocks(task.piece):
            size += block.values.size
            nbytes += block.nbytes
            remark = block.remark
            yield block
            advance(max(0, nbytes - told))  # a piece that is read again has been told of
            told = max(told, nbytes)

    try:
        found = (
            tally_by_cells(read(), wanted, task.piece.stored.dtype, table)
            if cells_pay(task.piece, wanted, table)
            else None
        )
        found = found or tally(read(), task.piece.units, wanted)
    except BadInput as error:
        if not task.piece.stored.spare:
            raise
        return Unread(task.source, str(error), nbytes)
    return Counted(task.source, found, size, nbytes, remark)


def cells_pay(piece: Piece, wanted: tuple[Probe, ...], table: MadeTable) -> bool:
    """Whether slopes are told from cells, or else from each value; the piece is read again where cells fail."""
    many = piece.stored.path != STANDARD_INPUT and piece.stop - piece.start >= MANY
    return many and piece.units == 1 and told_by_cells(wanted, piece.stored.dtype, table)


def joined(a: Counted | Unread, b: Counted | Unread) -> Counted | Unread:
    """Two parts of the same array, `a` before `b`, as one; unread where either is."""
    if isinstance(a, Unread) or isinstance(b, Unread):
        return a if isinstance(a, Unread) else b
    remark = b.remark or a.remark
    return Counted(a.source, merged(a.tally, b.tally), a.size + b.size, a.nbytes + b.nbytes, remark)


def counted_for(
    question: Question, table: MadeTable, advance: Callable[[int], None], task: Task[Piece]
) -> Counted | Unread:
    """`counted` by the text of the question, which another process reads itself."""
    return counted(probes(question), table, advance, task)
