"""Signals to a run in several processes, as a terminal, `kill` and `timeout` send them: it ends, and all of it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from runs import sparse

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no signals to a group there")

TELLING = """
import multiprocessing, os, time
import numpy as np

def f(x):
    if multiprocessing.parent_process() is not None:
        os.write(2, b"begun\\n")
        time.sleep(float(os.environ["SLOWLY"]))
    return np.tanh(x)
"""
"""A module whose function tells when another process has come to it, and takes its time there."""

HEARING = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGHUP, signal.SIG_DFL)
from actviz.__main__ import main
if __name__ == "__main__":
    main()
"""
"""Hears signals as in a shell's foreground: whoever runs the tests may ignore some."""

Send = Callable[[int, int], None]

STATUS = {signal.SIGINT: 130, signal.SIGTERM: 143, signal.SIGHUP: 129}


def begun(folder: Path, slowly: str) -> subprocess.Popen[bytes]:
    """A run in two processes that has come to its data, at the head of a group of its own."""
    (folder / "telling.py").write_text(TELLING)
    sparse(folder / "zeros.npy", "float32", 1, (1 << 28) // 4 + 1)  # bytes from which on processes are started
    words = ("saturation", "--from", "telling:f", "--data", "zeros.npy", "-j", "2")
    process = subprocess.Popen(
        [sys.executable, "-c", HEARING, *words],
        cwd=folder,
        env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1", "SLOWLY": slowly},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    assert process.stderr is not None
    assert process.stderr.readline() == b"begun\n"
    return process


def last_words(process: subprocess.Popen[bytes]) -> set[bytes]:
    """The lines on standard error of a process that has ended; fail where another still holds that open."""
    assert process.stderr is not None
    os.set_blocking(process.stderr.fileno(), False)
    text = b""
    while some := os.read(process.stderr.fileno(), 1 << 16):  # raises BlockingIOError where it may go on
        text += some
    return set(text.splitlines())


@pytest.mark.parametrize("send", [os.kill, os.killpg])
@pytest.mark.parametrize("number", STATUS)
def test_a_signal_ends_all_processes_before_the_command_ends(
    tmp_path: Path, number: signal.Signals, send: Send
) -> None:
    with begun(tmp_path, "0") as process:
        send(process.pid, number)
        assert process.wait(timeout=60) == STATUS[number]
        assert last_words(process) <= {b"begun"}


@pytest.mark.parametrize("number", STATUS)
def test_signals_that_insist_end_work_that_does_not_ask(tmp_path: Path, number: signal.Signals) -> None:
    with begun(tmp_path, "300") as process:
        deadline = time.monotonic() + 60
        while process.poll() is None and time.monotonic() < deadline:
            os.kill(process.pid, number)
            time.sleep(0.02)
        # One more may find it on its way out, which it then ends.
        assert process.poll() in (STATUS[number], -number)
