"""The progress bar: on standard error, on a terminal that can show it, and nowhere else."""

from __future__ import annotations

import os
import pty
import subprocess
import sys

import pytest

PROGRAM = """
import sys, time
from actviz.progress import progress
with progress("counting", 3) as advance:
    for _ in range(3):
        advance()
        time.sleep(0.1)
print("rich" in sys.modules)
"""


def shown(terminal: str, **environment: str) -> tuple[bytes, bytes]:
    """What a bar writes to standard output, a pipe, and to standard error, a terminal of that name."""
    ours, theirs = pty.openpty()
    base = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "FORCE_COLOR", "TERM")}
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM],
        stdout=subprocess.PIPE,
        stderr=theirs,
        env=base | {"TERM": terminal} | environment,
    )
    os.close(theirs)
    written = b""
    while True:
        try:
            data = os.read(ours, 65536)
        except OSError:  # Linux says so of a terminal that nobody holds any more
            break
        if not data:
            break
        written += data
    os.close(ours)
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    return output, written


def test_a_terminal_shows_the_bar_and_is_left_clean() -> None:
    output, written = shown("xterm-256color")
    assert output == b"True\n"
    assert b"counting" in written
    assert written.count(b"\x1b[?25l") == written.count(b"\x1b[?25h") == 1, "the cursor is hidden and shown again"
    assert written.endswith(b"\x1b[2K")


def test_colours_are_left_out_where_that_is_asked() -> None:
    assert b"\x1b[3" in shown("xterm-256color")[1]
    assert b"\x1b[3" not in shown("xterm-256color", NO_COLOR="1")[1]


@pytest.mark.parametrize("terminal", ["dumb", ""])
def test_a_dumb_terminal_shows_nothing(terminal: str) -> None:
    assert shown(terminal) == (b"False\n", b"")


def test_a_pipe_gets_nothing() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, check=True, timeout=60)
    assert (done.stdout, done.stderr) == (b"False\n", b"")
