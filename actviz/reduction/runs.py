"""A run over stored arrays: the tasks done by an engine, a bar of the bytes, what was found an array."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, closing
from itertools import groupby
from typing import TYPE_CHECKING, TypeVar

from actviz.arrays import STANDARD_INPUT
from actviz.errors import BadInput
from actviz.reduction.engines import Advance, alone, in_processes

if TYPE_CHECKING:
    from actviz.arrays import Stored
    from actviz.reduction.engines import Engine, Finished, Item, Part, Work

Found = TypeVar("Found")

Bar = Callable[[str, int], AbstractContextManager[Advance]]


def run(
    stored: Sequence[Stored],
    tasks: Sequence[Item],
    engine: Engine[Item, Part],
    concluded: Callable[[Stored, Iterator[Part]], Found],
    bar: Bar,
) -> tuple[Found, ...]:
    """What `concluded` makes of the parts of each array, which come in order.

    `bar` is progress.progress or progress.silence. Raise BadInput where memory runs out.
    """
    with bar("reading", known_bytes(stored)) as advance, closing(engine(tasks, advance)) as parts:
        try:
            return tuple(concluded(stored[n], found) for n, found in groupby(parts, source_of))
        except MemoryError:
            raise BadInput("memory ran out; fewer --jobs, functions or units of --axis need less") from None


def on_this_machine(work: Work[Item, Part], stored: Sequence[Stored], jobs: int, small: int) -> Engine[Item, Part]:
    """So many processes; for one, for less than `small` bytes and for standard input this process alone."""
    here = jobs == 1 or from_standard_input(stored) or known_bytes(stored) < small
    return alone(work) if here else in_processes(work, jobs)


def source_of(part: Finished) -> int:
    """The number of the array it comes from."""
    return part.source


def known_bytes(stored: Sequence[Stored]) -> int:
    """The bytes to read, 0 where any of them are not known beforehand."""
    sizes = [one.nbytes for one in stored]
    return sum(sizes) if all(sizes) else 0


def from_standard_input(stored: Sequence[Stored]) -> bool:
    """Whether any of the arrays comes from standard input."""
    return any(one.path == STANDARD_INPUT for one in stored)


def checked_for_cluster(stored: Sequence[Stored]) -> None:
    """Raise BadInput where an array comes from standard input, which no cluster can read."""
    if from_standard_input(stored):
        raise BadInput("standard input is read here, not by a cluster; leave --dask out, or save it to a file first")
