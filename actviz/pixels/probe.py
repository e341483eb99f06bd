"""Asks the terminal, in one round trip on /dev/tty, and leaves it as it was."""

from __future__ import annotations

import os
import signal
import sys
import time
from contextlib import contextmanager, suppress
from select import select
from typing import TYPE_CHECKING

from actviz.pixels.replies import DA1

if TYPE_CHECKING:
    from collections.abc import Iterator

DEVICE = "/dev/tty"
WAIT = 0.3
"""Seconds that an answer may take, in all."""
LONGEST = 4096
"""Bytes of an answer; a terminal that says more is not answering us."""

KITTY = "\x1b_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\"
"""kitty's graphics protocol, "Querying support": a picture of one pixel that is neither kept nor shown."""
NAME = "\x1b[>0q"
CELL = "\x1b[16t"
COLORS, LARGEST = "\x1b[?1;1;0S", "\x1b[?2;1;0S"
"""XTVERSION; a cell in pixels; XTSMGRAPHICS, colour registers and size of a sixel picture (xterm, ctlseqs)."""
GROUND = "\x1b]11;?\x1b\\"
POINTS = "\x1b]1337;ReportCellSize\x1b\\"
"""The background colour (xterm, OSC 11), and iTerm2's size of a cell with the display's scale (OSC 1337)."""
ATTRIBUTES = "\x1b[c"
"""DA1, to which every terminal answers. Answers come in the order of the questions, so that this one ends them."""


def query(*, apc: bool) -> bytes:
    """All questions in one write, the last one DA1; `apc` says whether kitty's is among them.

    tmux and screen would take kitty's for a title. What a terminal prints of a question that it does not know is
    wiped away.
    """
    asked = (KITTY if apc else "") + NAME + CELL + COLORS + LARGEST + GROUND + POINTS
    return f"\x1b7{asked}\x1b8\x1b[K{ATTRIBUTES}".encode()


def ask(question: bytes) -> bytes:
    """What the terminal answers to `question`, up to its device attributes, within WAIT seconds.

    Nothing where there is no terminal that could be asked: standard output is another one or none, the process is
    in the background, or somebody is typing already, whose keys would be taken for an answer.
    """
    if not ours():
        return b""
    from termios import error

    try:
        terminal = os.open(DEVICE, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return b""
    try:
        with listening(terminal):
            return answer(terminal, question)
    except (OSError, error):  # the terminal went away, or is stopped
        return b""
    finally:
        os.close(terminal)


def ours() -> bool:
    """Whether standard output is the terminal that this process was started from, and it is in the foreground.

    In the background a change of modes would stop the process.
    """
    try:
        return os.tcgetpgrp(sys.stdout.fileno()) == os.getpgrp()
    except (AttributeError, OSError, ValueError):  # Windows has neither; no terminal; no descriptor
        return False


@contextmanager
def listening(terminal: int) -> Iterator[None]:
    """Answers come at once and unseen while the block lasts; then the modes are what they were before.

    Signals that would end or stop the process wait until then, so that none comes in between.
    """
    import termios

    held = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGTSTP}
    before = signal.pthread_sigmask(signal.SIG_BLOCK, held)
    try:
        modes = termios.tcgetattr(terminal)
        quiet = [*modes[:3], modes[3] & ~(termios.ICANON | termios.ECHO), *modes[4:6], modes[6].copy()]
        quiet[6][termios.VMIN], quiet[6][termios.VTIME] = 1, 0
        try:
            termios.tcsetattr(terminal, termios.TCSANOW, quiet)
            yield
        finally:
            termios.tcsetattr(terminal, termios.TCSANOW, modes)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def answer(terminal: int, question: bytes) -> bytes:
    """The answer, from a terminal that is listened to; one that does not end in time is thrown away unread."""
    import termios

    until = time.monotonic() + WAIT
    if select([terminal], [], [], 0)[0]:
        return b""
    os.write(terminal, question)
    heard = b""
    while len(heard) < LONGEST and (left := until - time.monotonic()) > 0:
        if not select([terminal], [], [], left)[0]:
            break
        part = os.read(terminal, LONGEST)
        heard += part
        if DA1.search(heard):
            return heard
        if not part:
            break
    with suppress(termios.error):
        termios.tcflush(terminal, termios.TCIFLUSH)
    return b""
