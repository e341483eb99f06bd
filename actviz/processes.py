"""Work in several processes: how many, started so that Ctrl-C reaches this one alone, results in the order asked."""

from __future__ import annotations

import os
import signal
import threading
from collections import deque
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import partial
from multiprocessing import get_context, parent_process, resource_tracker
from typing import TYPE_CHECKING, Protocol, TypeVar

from actviz.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator
    from ctypes import c_byte

MOST_JOBS = 64

Item = TypeVar("Item")
Result = TypeVar("Result")
Given_co = TypeVar("Given_co", covariant=True)


class Promise(Protocol[Given_co]):
    """A result that comes later, as the futures of concurrent.futures and of Dask have it."""

    def result(self) -> Given_co:
        """The result, waited for; raise what the work raised."""
        ...


def checked_jobs(jobs: int) -> int:
    """How many processes to work in, 0 meaning one a processor; raise BadInput for less, or more than 64."""
    if not 0 <= jobs <= MOST_JOBS:
        raise BadInput(f"--jobs {jobs} cannot be run; give from 0 to {MOST_JOBS}")
    return jobs or min(os.cpu_count() or 1, MOST_JOBS)


class AbandonedError(Exception):
    """Nobody waits for this work any more."""


GIVEN_UP: list[c_byte] = []
"""In a process of `spread`: a number that is not 0 once the process that waits for results has given up."""


def listen(flag: c_byte) -> None:
    """Have `still_wanted` look at this flag, and this process end with the one that started it, not by an interrupt."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    GIVEN_UP[:] = [flag]
    threading.Thread(target=follow, daemon=True).start()


def follow() -> None:
    """End this process when its parent is gone; one that was killed can tell nobody to stop."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def still_wanted() -> None:
    """Raise AbandonedError where the work at hand is for nothing; long work asks now and then."""
    if any(flag.value for flag in GIVEN_UP):
        raise AbandonedError


def spread(
    work: Callable[[Item], Result], items: Iterable[Item], workers: int, killed: str
) -> Generator[Result, None, None]:
    """``work(item)`` for each item, in order, done in `workers` fresh processes.

    At most two items a process are begun and not yet taken, so that what waits is bounded. Raise BadInput with the
    line `killed` where a process is killed, and whatever `work` raises; nothing is left running.
    """
    context = get_context("spawn")
    flag = context.RawValue("b", 0)  # without a lock, which a killed process might hold for ever
    pool = ProcessPoolExecutor(workers, mp_context=context, initializer=listen, initargs=(flag,))
    try:
        yield from in_order(partial(submitted_deaf, pool, work), items, 2 * workers)
    except BrokenProcessPool:
        raise BadInput(killed) from None
    finally:
        flag.value = 1
        pool.shutdown(cancel_futures=True)


def submitted_deaf(pool: ProcessPoolExecutor, work: Callable[[Item], Result], item: Item) -> Promise[Result]:
    """``work(item)`` handed to the pool; a process that is started for it never hears an interrupt."""
    with starting_deaf():
        return pool.submit(work, item)


def in_order(
    begin: Callable[[Item], Promise[Result]], items: Iterable[Item], ahead: int
) -> Generator[Result, None, None]:
    """The result of each item, in order, with at most `ahead` of them begun and not yet taken."""
    waiting: deque[Promise[Result]] = deque()
    for item in items:
        if len(waiting) == ahead:
            yield waiting.popleft().result()
        waiting.append(begin(item))
    while waiting:
        yield waiting.popleft().result()


@contextmanager
def starting_deaf() -> Iterator[None]:
    """Processes started in this block never hear an interrupt from the keyboard; this one does once the block ends.

    They inherit that the signal is held back; where a system cannot (Windows) they hear it until they see to it
    themselves. Outside the main thread, where Python lets nobody touch signals, the block changes nothing.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    holds_back = hasattr(signal, "pthread_sigmask")
    if holds_back:
        resource_tracker.ensure_running()  # were it started in the block, it would let the signal through
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    heard: list[int] = []  # by another thread, such as one of a library, that does not hold it back
    before = signal.signal(signal.SIGINT, lambda number, _: heard.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
        if holds_back:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
        if heard:
            signal.raise_signal(signal.SIGINT)
