"""What --data means on the command line: which words are files, and what is asked of them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from actviz.completion import candidates
from actviz.errors import BadInput
from actviz.progress import say
from actviz.resolve import is_named

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from actviz.analysis.data.observation import Observation
    from actviz.arrays import Found, Stored
    from actviz.reduction.question import Question

Data = Annotated[
    list[str] | None,
    typer.Option(
        "--data",
        metavar="FILE...",
        help=".npy, .npz (FILE:NAME), .csv .tsv .txt, .safetensors, a folder of such files, - for standard input",
    ),
]
Axis = Annotated[int | None, typer.Option(help="the axis of the data that numbers units, told one by one")]
Jobs = Annotated[int | None, typer.Option("--jobs", "-j", help="processes that read the data; 0 is one a processor")]
Dask = Annotated[
    str | None,
    typer.Option(
        "--dask",
        metavar="ADDRESS",
        help="read on a Dask cluster; local, or no address, starts one here",
        autocompletion=candidates.words("local"),
    ),
]


MOST_TOLD = 8
"""Lines on what was left out; a folder may hold thousands of other files."""


@dataclass(frozen=True, slots=True)
class Source:
    """What each word of --data names, and how to read it: the axis of the units, the processes, the cluster."""

    found: tuple[Found, ...]
    axis: int | None
    jobs: int
    cluster: str | None

    @property
    def stored(self) -> tuple[Stored, ...]:
        """The arrays to read."""
        return tuple(stored for one in self.found for stored in one.stored)

    @property
    def left_out(self) -> tuple[str, ...]:
        """What was passed over, a line each."""
        return tuple(line for one in self.found for line in one.left_out)

    @property
    def paths(self) -> tuple[str, ...]:
        """The files that are read, and the folders that hold them."""
        return tuple(dict.fromkeys((*(one.path for one in self.stored), *(one.path for one in self.found))))


def source(files: Iterable[str], axis: int | None, jobs: int | None, cluster: str | None) -> Source | None:
    """The data that the options name; None without any.

    Raise BadInput for what cannot be read, and for options that say how to read where nothing is.
    """
    wanted = tuple(files)
    if not wanted:
        for option, value in (("--axis", axis), ("--jobs", jobs), ("--dask", cluster)):
            if value is not None:
                raise BadInput(f"{option} says how to read data, and there is none; name it with --data FILE")
        return None
    from actviz.arrays import STANDARD_INPUT, found_at
    from actviz.processes import checked_jobs

    if wanted.count(STANDARD_INPUT) > 1:
        raise BadInput("--data - is standard input, which can be read once; give it once")
    if cluster not in (None, "local") and jobs is not None:
        raise BadInput(
            f"--jobs counts processes of this machine, and {cluster} has its own workers; leave one of them out"
        )
    processes = checked_jobs(0 if jobs is None else jobs)
    return Source(tuple(found_at(file) for file in wanted), axis, processes, cluster)


def tell(left_out: Sequence[str], quiet: bool) -> None:
    """Say on standard error what was left out of folders and archives, the first of many."""
    if quiet:
        return
    for line in left_out[:MOST_TOLD]:
        say(f"actviz: left out: {line}")
    if len(left_out) > MOST_TOLD:
        say(f"actviz: left out: {len(left_out) - MOST_TOLD} more")


def told_apart(words: list[str], data: list[str]) -> tuple[list[str], list[str]]:
    """The functions and the files: behind --data a shell writes further files as words of their own.

    A word is a file if it ends as one does, or if such a file is there and no function has that name. Raise BadInput
    for a file without --data.
    """
    for word in words if not data else ():
        if ends_as_file(word):
            raise BadInput(f"{word} is a file and not a function; data are named by --data {word}")
    files = [word for word in words if is_file(word)] if data else []
    return [word for word in words if word not in files], [*data, *files]


def is_file(word: str) -> bool:
    """Whether a word beside --data means a file, FILE:NAME or standard input."""
    from actviz.arrays import STANDARD_INPUT

    if word == STANDARD_INPUT or ends_as_file(word):
        return True
    return not is_function(word) and any(map(is_there, heads(word)))


def is_there(path: str) -> bool:
    """Whether there is a file of that name; of what cannot be one, such as a very long word, there is none."""
    try:
        return Path(path).exists()
    except (OSError, ValueError):
        return False


def ends_as_file(word: str) -> bool:
    """Whether FILE or FILE:NAME ends as files of data do."""
    suffixes = {Path(head).suffix.lower() for head in heads(word)} - {""}
    if not suffixes:
        return False
    from actviz.arrays import SUFFIXES

    return not suffixes.isdisjoint(SUFFIXES)


def heads(word: str) -> list[str]:
    """What stands before each colon of a word, and the word itself."""
    parts = word.split(":")
    return [":".join(parts[:count]) for count in range(1, len(parts) + 1) if parts[0]]


def is_function(word: str) -> bool:
    """Whether a word names a function of the catalogue."""
    from actviz.catalogue import find

    try:
        find(word.partition(":")[0].partition("@")[0].strip())
    except BadInput:
        return False
    return is_named(word)


def question(
    functions: list[str],
    params: list[str] | None,
    callables: list[str] | None,
    seed: int | None,
    thresholds: tuple[float, ...],
) -> Question:
    """What is asked of the data, as the command line has it."""
    from actviz.reduction.question import Question

    return Question(tuple(functions), thresholds, tuple(params or ()), tuple(callables or ()), seed)


def observations(asked: Source, question: Question, quiet: bool) -> tuple[Observation, ...]:
    """What the data say of the functions asked about, with a bar of the bytes read."""
    from actviz.progress import progress, silence
    from actviz.reduction.observing import observe, observe_on_dask

    bar = silence if quiet else progress
    tell(asked.left_out, quiet)
    lost: list[str] = []
    if asked.cluster is None:
        found = observe(asked.stored, asked.axis, question, asked.jobs, bar, lost.append)
    else:
        found = observe_on_dask(asked.stored, asked.axis, question, asked.cluster, asked.jobs, bar, lost.append)
    tell(lost, quiet)
    return found
