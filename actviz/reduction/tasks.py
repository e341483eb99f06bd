"""The cut of a run into tasks, in order: it follows from the arrays and the question, never from who does the work."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from actviz.reduction.runs import known_bytes

if TYPE_CHECKING:
    from actviz.arrays import Stored

Piece = TypeVar("Piece")

PARTS = 1 << 10
"""Tasks that keep any number of processors busy; a run that has more has larger ones."""


@dataclass(frozen=True, slots=True)
class Task(Generic[Piece]):
    """A piece of the array number `source` of a run."""

    source: int
    piece: Piece


def cut(
    stored: Sequence[Stored], pieces: Callable[[Stored, int], Iterable[Piece]], least: int, most: int
) -> tuple[Task[Piece], ...]:
    """A task for each of the `pieces` of each array, of from `least` to `most` bytes in a run of many."""
    nbytes = min(max(least, known_bytes(stored) // PARTS), most)
    return tuple(Task(source, piece) for source, one in enumerate(stored) for piece in pieces(one, nbytes))
