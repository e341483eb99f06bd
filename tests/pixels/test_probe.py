"""The round trip to a terminal that a test plays, through a real pseudo-terminal: what is asked, heard, and left."""

from __future__ import annotations

import os
import pty
import re
import signal
import termios
from select import select

import pytest
from terminals import RECORDED, WAY, Session, interrupting, played

from actviz.pixels import probe
from actviz.pixels.probe import WAIT, answer, listening, query

KITTY = "Way(protocol='kitty', cell=(10, 19), dark=True"
CELLS = "Way(protocol='cells'"
HEARD = "from actviz.pixels.probe import ask, query; print(ask(query(apc=True)), file=sys.stderr)"
KEYS = {0x03, 0x1A, 0x1C}
"""Interrupt, suspend and quit, which the system turns into signals."""
RAISING = """
from actviz.pixels import probe
def failing(*arguments):
    os.write(1, b"\\x1b[c")
    import time; time.sleep(0.3)
    raise RuntimeError("while listening")
probe.answer = failing
probe.ask(b"")
"""

JOB = f"""
import os, sys, time
while os.tcgetpgrp(1) != os.getpgrp(): time.sleep(0.01)
{WAY}
"""
SHELL = f"""
import os, signal, subprocess, termios
signal.signal(signal.SIGTTOU, signal.SIG_IGN)
before = termios.tcgetattr(0)
job = subprocess.Popen([sys.executable, "-c", {JOB!r}], process_group=0)
os.tcsetpgrp(0, job.pid)
_, status = os.waitpid(job.pid, os.WUNTRACED)
print("stopped, modes restored:", os.WIFSTOPPED(status) and termios.tcgetattr(0) == before, file=sys.stderr, flush=True)
os.kill(job.pid, signal.SIGCONT)
print("ended with", job.wait(), file=sys.stderr)
"""


def unchanged(session: Session) -> bool:
    """Whether the terminal has the modes it had before, and was listened to quietly in between."""
    quiet = session.during[3]
    assert isinstance(quiet, int)
    return session.before == session.after and not quiet & (termios.ECHO | termios.ICANON)


def test_all_is_asked_in_one_write_that_ends_in_device_attributes() -> None:
    session = played(WAY, answers=(RECORDED["kitty"],))
    assert session.written == query(apc=True)
    assert session.written.startswith(b"\x1b7\x1b_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\\x1b[>0q\x1b[16t")
    assert session.written.endswith(b"\x1b8\x1b[K\x1b[c")
    assert session.written.count(b"\x1b[c") == 1


@pytest.mark.parametrize("name", [name for name in RECORDED if name != "mute"])
def test_an_answer_is_heard_whole_and_the_modes_are_restored(name: str) -> None:
    session = played(HEARD, answers=(RECORDED[name],))
    assert session.errors == f"{RECORDED[name]!r}\n"
    assert session.status == 0
    assert unchanged(session)
    assert session.unread == b"\n", "something of the answer was left to the shell"


@pytest.mark.parametrize("size", [1, 2, 7])
def test_an_answer_in_pieces_is_put_together(size: int) -> None:
    said = RECORDED["kitty"]
    pieces = tuple(said[start : start + size] for start in range(0, len(said), size))
    session = played(WAY, answers=pieces, pause=0.0005)
    assert session.errors.startswith(KITTY), session.errors
    assert unchanged(session)


@pytest.mark.parametrize(
    "said",
    [b"", b"\x1b_Gi=31;OK\x1b\\", b"no idea\r\n", bytes(sorted(set(range(256)) - KEYS)), b"\x1b[?62", b"x" * 20_000],
    ids=["mute", "endless", "words", "bytes", "cut", "flood"],
)
def test_a_terminal_that_does_not_end_its_answer_is_drawn_for_in_cells(said: bytes) -> None:
    session = played(WAY, answers=tuple(said[start : start + 1000] for start in range(0, len(said), 1000)))
    assert session.errors.startswith(CELLS), session.errors
    assert session.status == 0
    assert unchanged(session)
    assert WAIT == 0.3


def test_a_terminal_that_drips_is_not_waited_for_beyond_the_time_in_all() -> None:
    clock = "import time; before = time.monotonic()\n"
    after = "\nprint(time.monotonic() - before, file=sys.stderr)"
    session = played(clock + WAY + after, answers=(b"x",) * 40, pause=0.05)
    answer, seconds = session.errors.splitlines()
    assert answer.startswith(CELLS)
    assert float(seconds) < 1.5, "forty bytes took two seconds, each within the time of one"
    assert unchanged(session)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT])
def test_a_signal_while_listening_ends_the_process_with_its_modes_restored(number: signal.Signals) -> None:
    before = signal.signal(number, signal.SIG_DFL)  # a process is born deaf to what its parent ignores, as under nohup
    session = played(WAY, act=interrupting(number))
    signal.signal(number, before)
    assert session.status == -number
    assert session.errors == "" or "KeyboardInterrupt" in session.errors
    assert unchanged(session)


def test_control_c_is_an_interrupt_like_any_other_time() -> None:
    session = played(
        "from actviz.cli import run; sys.exit(run(['plot', 'relu', '--graphics', 'auto']))",
        act=lambda process, ours: os.write(ours, b"\x03") and None,
    )
    assert session.status == 130
    assert session.errors == ""
    assert unchanged(session)


def test_an_error_while_listening_restores_the_modes() -> None:
    session = played(RAISING)
    assert "RuntimeError: while listening" in session.errors
    assert session.status == 1
    assert unchanged(session)


def test_suspended_while_listening_the_shell_finds_its_modes() -> None:
    session = played(SHELL, act=lambda process, ours: os.write(ours, b"\x1a") and None)
    stopped, answer, ended = session.errors.splitlines()
    assert stopped == "stopped, modes restored: True"
    assert answer.startswith(CELLS)
    assert ended == "ended with 0"
    assert unchanged(session)


def test_keys_typed_ahead_are_kept_and_nothing_is_asked() -> None:
    session = played(WAY, typed=b"ls -l")
    assert session.errors.startswith(CELLS)
    assert b"\x1b[c" not in session.written
    assert session.before == session.after
    assert session.unread.startswith(b"ls -l")


def test_a_process_in_the_background_does_not_ask() -> None:
    # A child in a group of its own is in the background; a change of modes would stop it.
    child = f"import os, sys\nos.setpgid(0, 0)\n{WAY}"
    program = f"import subprocess; sys.exit(subprocess.run([sys.executable, '-c', {child!r}], timeout=30).returncode)"
    session = played(program)
    assert session.errors.startswith(CELLS)
    assert b"\x1b[c" not in session.written
    assert session.status == 0


@pytest.mark.parametrize("streams", ["1", "0 1 2"])
def test_without_a_terminal_nothing_is_asked(streams: str, tmp_path: os.PathLike[str]) -> None:
    program = (
        f"out = os.open({str(tmp_path)!r} + '/out', os.O_CREAT | os.O_RDWR)\n"
        f"for stream in {streams!r}.split(): os.dup2(out, int(stream))\n"
        "from actviz.pixels.probe import ask, query; assert ask(query(apc=True)) == b''"
    )
    session = played(program)
    assert (session.status, session.written) == (0, b"")


def test_no_controlling_terminal_is_no_terminal_to_ask() -> None:
    program = "import fcntl, termios; fcntl.ioctl(0, termios.TIOCNOTTY)\n" + HEARD
    session = played("import signal; signal.signal(signal.SIGHUP, signal.SIG_IGN)\n" + program)
    assert session.errors == "b''\n"
    assert not re.search(rb"\x1b\[c", session.written)


def test_what_is_left_of_too_long_an_answer_is_not_left_to_the_shell(monkeypatch: pytest.MonkeyPatch) -> None:
    ours, theirs = pty.openpty()
    write = os.write
    monkeypatch.setattr(probe.os, "write", lambda terminal, question: write(ours, b"x" * 1000))
    monkeypatch.setattr(probe, "LONGEST", 100)
    try:
        with listening(theirs):
            assert answer(theirs, b"?") == b""
            assert select([theirs], [], [], 0.05)[0] == []
    finally:
        os.close(ours)
        os.close(theirs)
