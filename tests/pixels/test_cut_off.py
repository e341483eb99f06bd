"""A signal in the midst of a picture: no string of escape codes is left open, and the cursor stands below."""

from __future__ import annotations

import os
import pty
import re
import select
import signal
import subprocess
import sys

import pytest

from actviz import pixels

STRING = re.compile(rb"\x1b[_P\]][^\x1b\x07]*(?:\x1b\\|\x07)")
OPEN = re.compile(rb"\x1b[_P\]]")
PROGRAM = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGHUP, signal.SIG_DFL)
from actviz.__main__ import main
main()
"""
"""Hears signals as in a shell's foreground: whoever runs the tests may ignore some."""
BEGUN = 3000
"""Bytes after which every protocol is within its picture."""


def cut_off(number: signal.Signals, *arguments: str) -> tuple[bytes, int]:
    """What a plot wrote to a terminal that read a part of it, then nothing until the signal had come; its status."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, "plot", "mish", *arguments],
        stdout=theirs,
        stderr=theirs,
        env=os.environ | {"TERM": "xterm-256color", "COLUMNS": "80", "LINES": "24"},
    )
    os.close(theirs)
    written = b""
    while len(written) < BEGUN:
        assert select.select([ours], [], [], 60)[0], f"the plot is not drawn: {written!r}"
        written += os.read(ours, BEGUN)
    process.send_signal(number)
    with pytest.raises(OSError, match="Input/output"):  # nobody holds the terminal any more
        while True:
            written += os.read(ours, 65536)
    os.close(ours)
    return written, process.wait(timeout=60)


@pytest.mark.parametrize(
    ("protocol", "number", "status"),
    [
        ("kitty", signal.SIGINT, 130),
        ("sixel", signal.SIGINT, 130),
        ("iterm2", signal.SIGTERM, 143),
        ("kitty", signal.SIGHUP, 129),
    ],
)
def test_what_a_signal_cuts_off_is_closed(protocol: str, number: signal.Signals, status: int) -> None:
    written, left = cut_off(number, "--graphics", protocol)
    assert left == status, written[-200:]
    assert not OPEN.search(STRING.sub(b"", written)), written[-200:]
    assert written.endswith(b"\x1b8\x1b[23B"), written[-200:]
    if protocol == "kitty":
        assert b"m=1" in written
        assert re.findall(rb"m=([01])", written)[-1] == b"0", "the terminal still waits for the rest of the picture"


def test_within_tmux_a_cut_anywhere_is_closed() -> None:
    """tmux passes on what is between its own ESC P and ESC \\, where each escape is doubled."""
    sent = "\x1bPtmux;\x1b\x1b_Ga=T,m=1;AAAA\x1b\x1b\\\x1b\\"
    for at in range(1, len(sent) + 1):
        whole = sent[:at] + 2 * pixels.ENDED
        passed = re.sub(r"\x1bP(?:[^\x1b]|\x1b\x1b)*\x1b\\", "", whole)
        assert "\x1bP" not in passed, (at, whole, passed)
