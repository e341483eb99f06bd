"""Work in several processes: results in order, never too many at once, interrupts and deaths answered in one line."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import closing
from functools import partial
from multiprocessing import active_children
from pathlib import Path

import pytest

from actviz.errors import BadInput
from actviz.processes import checked_jobs, in_order, spread, starting_deaf, still_wanted


class Kept:
    """A result that is there already; remembers how many were begun and not taken."""

    begun = 0
    most = 0

    def __init__(self, item: int) -> None:
        self.item = item
        Kept.begun += 1
        Kept.most = max(Kept.most, Kept.begun)

    def result(self) -> int:
        Kept.begun -= 1
        return self.item * self.item


def hears_interrupts(_: int) -> bool:
    return signal.getsignal(signal.SIGINT) is not signal.SIG_IGN


def dying(item: int) -> int:
    if item == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return item


def refusing(item: int) -> int:
    raise BadInput(f"item {item} is bad")


def marking(folder: Path, item: int) -> int:
    (folder / str(item)).touch()
    return item


@pytest.mark.parametrize("ahead", [1, 2, 5, 100])
@pytest.mark.parametrize("count", [0, 1, 2, 7])
def test_results_come_in_order_with_so_many_ahead(ahead: int, count: int) -> None:
    Kept.begun = Kept.most = 0
    assert list(in_order(Kept, range(count), ahead)) == [i * i for i in range(count)]
    assert Kept.begun == 0
    assert Kept.most == min(ahead, count)


def test_spread_gives_results_in_order_and_leaves_no_process() -> None:
    assert list(spread(abs, range(-9, 1), 2, "killed")) == list(range(9, -1, -1))
    assert active_children() == []


def test_started_processes_do_not_hear_interrupts() -> None:
    before = signal.getsignal(signal.SIGINT)
    assert list(spread(hears_interrupts, range(4), 2, "killed")) == [False] * 4
    assert signal.getsignal(signal.SIGINT) is before


@pytest.mark.skipif(sys.platform == "win32", reason="no thread there holds a signal back")
def test_an_interrupt_while_processes_start_comes_when_they_have() -> None:
    seen: list[str] = []
    another = threading.Event()
    # A thread that was there before does not hold the signal back, so it is the one that gets it.
    thread = threading.Thread(target=another.wait)
    thread.start()

    def interrupted() -> None:
        with starting_deaf():
            os.kill(os.getpid(), signal.SIGINT)
            child = subprocess.run([sys.executable, "-c", BLOCKED], capture_output=True, check=False)
            seen.append(child.stdout.decode())

    try:
        with pytest.raises(KeyboardInterrupt):
            interrupted()
    finally:
        another.set()
        thread.join()
    assert seen == ["True\n"], "the block went to its end, and its process held the signal back"


def test_a_killed_process_is_said_in_the_line_given() -> None:
    with pytest.raises(BadInput, match=r"^a process was killed$"):
        list(spread(dying, range(8), 2, "a process was killed"))
    assert active_children() == []


def test_what_the_work_raises_comes_through() -> None:
    with pytest.raises(BadInput, match=r"^item 0 is bad$"):
        list(spread(refusing, range(8), 2, "killed"))


def test_leaving_early_leaves_the_rest_undone(tmp_path: Path) -> None:
    with closing(spread(partial(marking, tmp_path), range(100), 2, "killed")) as results:
        assert next(results) == 0
    assert len(list(tmp_path.iterdir())) <= 5
    assert active_children() == []


def waiting(item: int) -> int:
    while item:
        still_wanted()
        time.sleep(0.01)
    return item


def test_begun_work_that_asks_is_given_up() -> None:
    with closing(spread(waiting, range(10), 2, "killed")) as results:
        assert next(results) == 0
    assert active_children() == []


BLOCKED = "import signal; print(signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, []))"

ENDLESS = """
import os, signal, time
from actviz.processes import spread
results = spread(time.sleep, [0, 300, 300], 2, "")
next(results)
print("begun", flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_processes_end_when_the_one_that_started_them_is_killed() -> None:
    # Its output ends when the last process that holds it does.
    done = subprocess.run([sys.executable, "-c", ENDLESS], capture_output=True, check=False, timeout=30)
    assert (done.returncode, done.stdout) == (-signal.SIGKILL, b"begun\n"), done.stderr


def test_work_in_this_process_is_always_wanted() -> None:
    still_wanted()


def test_outside_the_main_thread_signals_are_left_alone() -> None:
    found: list[int] = []

    def work() -> None:
        with starting_deaf():
            found.append(1)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert found == [1]


@pytest.mark.parametrize("jobs", [-1, 65, 10**9])
def test_absurd_numbers_of_jobs_are_refused(jobs: int) -> None:
    with pytest.raises(BadInput, match="--jobs"):
        checked_jobs(jobs)


def test_no_jobs_means_one_a_processor() -> None:
    assert checked_jobs(0) == min(os.cpu_count() or 1, 64)
