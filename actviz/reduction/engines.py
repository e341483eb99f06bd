"""Who does the work: this process, or several of this machine. Each gives the parts of the tasks in their order."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from functools import partial
from typing import Protocol, TypeAlias, TypeVar

from actviz.errors import BadInput
from actviz.processes import spread, still_wanted

Item = TypeVar("Item")


class Finished(Protocol):
    """What a task gives: of the array number `source`, `nbytes` bytes of its file."""

    @property
    def source(self) -> int:
        """The number of the array in the run."""

    @property
    def nbytes(self) -> int:
        """The bytes that were read."""


Part = TypeVar("Part", bound=Finished)

Advance = Callable[[int], None]

Work: TypeAlias = Callable[[Advance, Item], Part]
"""What is done with a task; who is told the bytes of each block comes first."""

Engine: TypeAlias = Callable[[Sequence[Item], Advance], Generator[Part, None, None]]
"""Tasks, and who is told the bytes that are done, to the part of each task."""

KILLED = "a counting process was killed, perhaps for want of memory, so there is no result; try --jobs 1"


def alone(work: Work[Item, Part]) -> Engine[Item, Part]:
    """This process, a task after the other."""

    def count(tasks: Sequence[Item], advance: Advance) -> Generator[Part, None, None]:
        for task in tasks:
            yield work(advance, task)

    return count


def in_processes(work: Work[Item, Part], workers: int) -> Engine[Item, Part]:
    """So many processes of this machine, or as many as there are tasks; raise BadInput where one is killed.

    `work` is pickled, as a partial of a module's function can be.
    """
    from actviz import __version__

    away = partial(elsewhere, work, __version__)

    def count(tasks: Sequence[Item], advance: Advance) -> Generator[Part, None, None]:
        for found in spread(away, tasks, min(workers, len(tasks)), KILLED):
            advance(found.nbytes)
            yield found

    return count


def elsewhere(work: Work[Item, Part], version: str, task: Item) -> Part:
    """`work` in another process, which gives up where nobody waits for it any more.

    Raise BadInput where that process has another version of actviz, whose last digits may differ.
    """
    from actviz import __version__

    if version != __version__:
        raise BadInput(f"a worker has actviz {__version__}, this is {version}; install the same on both")
    return work(lambda nbytes: still_wanted(), task)
