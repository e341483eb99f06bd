"""The one piece of work that every process does: a piece of an array in, its tally out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from actviz.analysis.data.probes import checked_units
from actviz.analysis.data.tally import merged, tally
from actviz.arrays import blocks, layout, pieces
from actviz.errors import BadInput
from actviz.reduction.question import probes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from actviz.analysis.data.probes import Probe
    from actviz.analysis.data.tally import Tally
    from actviz.arrays import Block, Piece, Stored
    from actviz.reduction.question import Question

PIECE, LARGEST = 1 << 26, 1 << 30
"""Bytes of a piece at least and at most: 64 MiB takes some 20 ms to read, and 1 ms to hand to a process."""

WIDE = 1 << 28
"""Bytes of a piece at least where units are told apart: their tallies took up to 34 MB, so fewer of them is faster."""

PARTS = 1 << 10
"""Pieces that keep any number of processors busy; a run that has more has larger ones."""


@dataclass(frozen=True, slots=True)
class Task:
    """A piece of the array number `source` of a run."""

    source: int
    piece: Piece


@dataclass(frozen=True, slots=True)
class Counted:
    """The tally of some of an array, how many values that is, and the bytes they take in the file."""

    source: int
    tally: Tally
    size: int
    nbytes: int


@dataclass(frozen=True, slots=True)
class Unread:
    """Some of an array that was to be left out if damaged, and turned out so after `nbytes` bytes; `why` is a line."""

    source: int
    why: str
    nbytes: int


def tasks(stored: Sequence[Stored], axis: int | None) -> tuple[Task, ...]:
    """The cut of a run, in order. It depends on the arrays and the axis alone, never on who does the work.

    Raise BadInput for an axis that an array does not have, or of more units than are told apart.
    """
    least = PIECE if axis is None else WIDE
    nbytes = min(max(least, sum(one.nbytes for one in stored) // PARTS), LARGEST)
    for one in stored:
        checked_units(layout(one, axis)[1])
    return tuple(Task(source, piece) for source, one in enumerate(stored) for piece in pieces(one, axis, nbytes))


def counted(wanted: tuple[Probe, ...], advance: Callable[[int], None], task: Task) -> Counted | Unread:
    """The tally of one piece; `advance` is told the bytes of each block as it is read.

    Raise BadInput where the piece cannot be read, unless its array is spare.
    """
    size = nbytes = 0

    def read() -> Iterator[Block]:
        nonlocal size, nbytes
        for block in blocks(task.piece):
            size += block.values.size
            nbytes += block.nbytes
            yield block
            advance(block.nbytes)

    try:
        found = tally(read(), task.piece.units, wanted)
    except BadInput as error:
        if not task.piece.stored.spare:
            raise
        return Unread(task.source, str(error), nbytes)
    return Counted(task.source, found, size, nbytes)


def joined(a: Counted | Unread, b: Counted | Unread) -> Counted | Unread:
    """Two parts of the same array, `a` before `b`, as one; unread where either is."""
    if isinstance(a, Unread) or isinstance(b, Unread):
        return a if isinstance(a, Unread) else b
    return Counted(a.source, merged(a.tally, b.tally), a.size + b.size, a.nbytes + b.nbytes)


def counted_for(question: Question, advance: Callable[[int], None], task: Task) -> Counted | Unread:
    """`counted` by the text of the question, which another process reads itself."""
    return counted(probes(question), advance, task)
