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
from multiprocessing import active_children, get_context, parent_process, resource_tracker
from typing import TYPE_CHECKING, Protocol, TypeVar

from actviz.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator
    from ctypes import c_byte
    from multiprocessing.process import BaseProcess

MOST_JOBS = 64

LEAVING = ("SIGINT", "SIGTERM", "SIGHUP")
"""The signals that end a command; Windows has no SIGHUP."""

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
    line `killed` where a process is killed, and whatever `work` raises; nothing is left running. A first signal to
    leave ends the work where it asks whether it is still wanted, a second one ends the processes.
    """
    others = active_children()
    start_tracker()
    context = get_context("spawn")
    flag = context.RawValue("b", 0)  # without a lock, which a killed process might hold for ever
    pool = ProcessPoolExecutor(workers, mp_context=context, initializer=listen, initargs=(flag,))
    try:
        yield from in_order(partial(submitted_deaf, pool, work), items, 2 * workers)
    except BrokenProcessPool:
        raise BadInput(killed) from None
    finally:
        flag.value = 1
        with put_off(partial(ended, others)):  # Python's way out hangs where a second Ctrl-C cuts this short
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
    with put_off():
        if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "pthread_sigmask"):
            yield
            return
        start_tracker()  # were it started with the signal held back, it would end that
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            yield
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})


def start_tracker() -> None:
    """Start the process that unlinks semaphores for Python; it ends after all others, so no hang-up may reach it."""
    if hasattr(signal, "pthread_sigmask"):
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGHUP})  # and it inherits that
        resource_tracker.ensure_running()
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def put_off(meanwhile: Callable[[], object] = bool) -> Iterator[None]:
    """Signals that leave by an exception are heard when this block ends; each calls `meanwhile` when it comes.

    Outside the main thread, where Python lets nobody touch signals, the block changes nothing.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    heard: list[int] = []

    def note(number: int, _: object) -> None:
        heard.append(number)
        meanwhile()

    before = {number: signal.signal(number, note) for number in answered()}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        if heard:
            signal.raise_signal(heard[0])


def answered() -> list[int]:
    """The signals to leave that Python has a function for: neither ignored nor left to the system."""
    asked = [getattr(signal, name) for name in LEAVING if hasattr(signal, name)]
    return [number for number in asked if callable(signal.getsignal(number))]


def without_ado() -> None:
    """From here on signals to leave end this process at once, without a word."""
    for number in answered():
        signal.signal(number, signal.SIG_DFL)


def ended(spared: Iterable[BaseProcess]) -> None:
    """Terminate the processes started here but for those `spared`."""
    for process in set(active_children()) - set(spared):
        process.terminate()
