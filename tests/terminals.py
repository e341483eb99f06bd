"""Terminals played over a pseudo-terminal: what they answered when they were recorded, and programs run in them."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable
from dataclasses import dataclass, field

KITTY_OK = b"\x1b_Gi=31;OK\x1b\\"
DARK, LIGHT = b"\x1b]11;rgb:1e1e/1e1e/2e2e\x1b\\", b"\x1b]11;rgb:ffff/ffff/ffff\x1b\\"

# Replies as public surveys and test suites have recorded them (ucs-detect's data among them), in the order of our
# questions: kitty's, XTVERSION, cell, registers, geometry, background, ReportCellSize, DA1. "Live" are those that a
# terminal under Xvfb gave to this very question, and then showed the picture.
RECORDED = {
    "kitty": KITTY_OK + b"\x1bP>|kitty(0.45.0)\x1b\\\x1b[6;19;10t" + DARK + b"\x1b[?62;52;c",
    "ghostty": KITTY_OK + b"\x1bP>|ghostty 1.3.1\x1b\\\x1b[6;34;17t" + LIGHT + b"\x1b[?62;22;52c",
    "wezterm": b"\x1bP>|WezTerm 20240203-110809-5046fc22\x1b\\\x1b[6;19;10t\x1b[?1;0;65536S\x1b[?2;0;1000;570S"
    + DARK
    + b"\x1b[?65;4;6;18;22c",
    "wezterm with kitty's": KITTY_OK
    + b"\x1bP>|WezTerm 20261005-054844-37254829\x1b\\\x1b[6;19;10t\x1b[?1;0;65536S\x1b[?2;0;1000;570S"
    + b"\x1b[?65;4;6;18;22;52c",
    "iterm2": b"\x1bP>|iTerm2 3.6.5\x1b\\\x1b[6;16;7t"
    + LIGHT
    + b"\x1b]1337;ReportCellSize=16.0;7.0;2.0\x1b\\\x1b[?64;1;2;4;6;17;18;21;22;52c",
    "foot": b"\x1bP>|foot(1.25.0)\x1b\\\x1b[6;19;10t\x1b[?1;0;1024S\x1b[?2;0;1000;570S"
    b"\x1b]11;rgb:2424/2424/2424\x1b\\\x1b[?62;4;22;28;52c",
    "xterm as vt340": b"\x1bP>|XTerm(407)\x1b\\\x1b[?1;0;16S\x1b[?2;0;640;480S"
    + LIGHT
    + b"\x1b[?63;1;2;4;6;9;15;22;28c",
    "xterm": b"\x1bP>|XTerm(407)\x1b\\\x1b[?1;3S\x1b[?2;3S" + LIGHT + b"\x1b[?64;1;2;6;9;15;17;18;21;22;28c",
    "xterm as vt340, live": b"\x1bP>|XTerm(379)\x1b\\\x1b[?1;0;1024S\x1b[?2;0;640;408S"
    + LIGHT
    + b"\x1b[?63;1;2;4;6;9;15;16;22;28c",
    "mlterm, live": b"\x1b[6;19;10t\x1b[?1;0;1024S\x1b[?1;3;0S" + LIGHT + b"\x1b[?63;1;2;3;4;6;7;15;18;22;29c",
    "kitty, live": KITTY_OK + b"\x1bP>|kitty(0.26.5)\x1b\\\x1b[6;18;9t\x1b]11;rgb:0000/0000/0000\x1b\\\x1b[?62;c",
    "konsole, live": KITTY_OK
    + b"\x1bP>|Konsole 22.12.3\x1b\\\x1b[6;17;8t\x1b[?1;0;256S\x1b[?2;0;16384;16384S\x1b]11;rgb:2323/2626/2727\x1b\\"
    + b"\x1b]1337;ReportCellSize=17.0;8.0;1.0\x07\x1b[?62;1;4c",
    "tmux": b"\x1bP>|tmux 3.4\x1b\\\x1b[6;19;10t\x1b[?1;2c",
    "tmux with sixel": b"\x1bP>|tmux 3.6\x1b\\\x1b[6;19;10t\x1b[?1;0;1024S\x1b[?2;3;0S\x1b[?1;2;4c",
    "konsole": KITTY_OK + b"\x1bP>|Konsole 25.12.3\x1b\\\x1b[6;19;10t\x1b[?1;0;256S\x1b[?2;0;16384;16384S\x1b[?62;1;4c",
    "apple": b"\x1b[?1;2c",
    "mute": b"",
}

CONTROLLED = "import fcntl, os, sys, termios; os.setsid(); fcntl.ioctl(0, termios.TIOCSCTTY, 0)\n"
COMMAND = "from actviz.cli import run; sys.exit(run(sys.argv[1:]))"
WAY = "from actviz.pixels.way import way; print(way('auto'), file=sys.stderr)"
SIGNS = ("TMUX", "TMUX_PANE", "TERM", "COLUMNS", "LINES", "ACTVIZ_GRAPHICS", "NO_COLOR", "FORCE_COLOR", "PYTHONUTF8")
PATIENCE = 60
"""Seconds after which a program that does not end is a failure."""


@dataclass
class Session:
    """What a program in a terminal wrote, said on standard error, and left behind; `during` are the modes at DA1."""

    written: bytes = b""
    errors: str = ""
    status: int = 0
    before: list[object] = field(default_factory=list)
    during: list[object] = field(default_factory=list)
    after: list[object] = field(default_factory=list)
    unread: bytes = b""


def played(
    program: str,
    *arguments: str,
    answers: tuple[bytes, ...] = (),
    pause: float = 0.0,
    typed: bytes = b"",
    act: Callable[[subprocess.Popen[bytes], int], None] | None = None,
    size: tuple[int, int, int, int] = (24, 80, 0, 0),
    **environment: str,
) -> Session:
    """Run Python source in a terminal that sends `answers` when it is asked for DA1.

    `size` is rows, columns, width and height in pixels. `typed` is typed before the program starts; `act` is done, with
    the process and our side, when it asks.
    """
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", *size))
    os.write(ours, typed)
    session = Session(before=termios.tcgetattr(theirs))
    base = {name: value for name, value in os.environ.items() if name not in SIGNS}
    process = subprocess.Popen(
        [sys.executable, "-c", CONTROLLED + program, *arguments], stdin=theirs, stdout=theirs, stderr=subprocess.PIPE,
        env=base | {"TERM": "xterm-256color", "PYTHONUTF8": "1"} | environment,
    )  # fmt: skip
    try:
        _play(process, ours, theirs, session, answers, pause, act)
        session.after = termios.tcgetattr(theirs)
        assert process.stderr is not None
        session.errors = process.stderr.read().decode()
        os.write(ours, b"\n")
        session.unread = os.read(theirs, 4096)
    finally:
        process.kill()
        session.status = process.wait()
        if process.stderr:
            process.stderr.close()
        os.close(ours)
        os.close(theirs)
    return session


def _play(
    process: subprocess.Popen[bytes],
    ours: int,
    theirs: int,
    session: Session,
    answers: tuple[bytes, ...],
    pause: float,
    act: Callable[[subprocess.Popen[bytes], int], None] | None,
) -> None:
    """Take what is written until the process ends, and play the terminal's part once."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        ended = process.poll() is not None
        if select.select([ours], [], [], 0 if ended else 0.01)[0]:
            session.written += os.read(ours, 65536)
        elif ended:
            return
        if b"\x1b[c" in session.written and not session.during:
            session.during = termios.tcgetattr(theirs)
            for part in answers:
                os.write(ours, part)
                time.sleep(pause)
            if act:
                act(process, ours)
    raise AssertionError(f"the program did not end; it wrote {session.written!r}")


def interrupting(number: signal.Signals) -> Callable[[subprocess.Popen[bytes], int], None]:
    """An act that sends the process this signal."""
    return lambda process, ours: process.send_signal(number)
