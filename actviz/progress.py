"""What is said on standard error: lines, and a progress bar where that is a terminal."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator


class Advance(Protocol):
    """Moves a bar on."""

    def __call__(self, steps: int = 1) -> None:
        """Move on by `steps`."""
        ...


def say(line: str) -> None:
    """Say `line`; what nobody can hear any more is lost, and changes nothing else."""
    try:
        print(line, file=sys.stderr, flush=True)
    except OSError:
        with suppress(OSError, ValueError):  # so that the end of the process does not stumble over it again
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())


@contextmanager
def progress(title: str, total: int) -> Iterator[Advance]:
    """A bar of `total` steps while the context lasts, gone after it; gives the function that makes them.

    A total of 0 is unknown: the bar then shows only that work goes on. Where standard error is no terminal, or a dumb
    one, there is none.
    """
    if not sys.stderr.isatty() or os.environ.get("TERM", "unknown") in ("", "dumb"):
        yield lambda steps=1: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(file=sys.stderr), transient=True) as bar:
        task = bar.add_task(title, total=total or None)
        yield lambda steps=1: bar.advance(task, steps)


@contextmanager
def silence(title: str, total: int) -> Iterator[Advance]:
    """No bar: what --quiet puts in the place of `progress`."""
    yield lambda steps=1: None
