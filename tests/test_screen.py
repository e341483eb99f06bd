"""What standard output can show: size, colour, characters."""

from __future__ import annotations

import fcntl
import io
import json
import os
import pty
import struct
import subprocess
import sys
import termios
from functools import cache

import pytest

from actviz import screen
from actviz.screen import PLAIN, Screen

VARIABLES = ("NO_COLOR", "FORCE_COLOR", "TERM", "COLUMNS", "LINES", "ACTVIZ_GRAPHICS")


class Output(io.TextIOWrapper):
    """Standard output in memory, a terminal or not, of an encoding."""

    def __init__(self, terminal: bool, encoding: str = "utf-8") -> None:
        super().__init__(io.BytesIO(), encoding=encoding)
        self.terminal = terminal

    def isatty(self) -> bool:
        return self.terminal


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch) -> None:
    """No variable that says anything of a screen."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("option", "environment", "terminal", "wanted"),
    [
        ("auto", {"TERM": "xterm"}, True, True),
        ("auto", {"TERM": "xterm"}, False, False),
        ("auto", {"TERM": "dumb"}, True, False),
        ("auto", {"TERM": ""}, True, False),
        ("auto", {}, True, False),
        ("auto", {"TERM": "xterm", "NO_COLOR": "1"}, True, False),
        ("auto", {"TERM": "xterm", "NO_COLOR": "0"}, True, False),
        ("auto", {"TERM": "xterm", "NO_COLOR": ""}, True, True),
        ("auto", {"FORCE_COLOR": "1"}, False, True),
        ("auto", {"FORCE_COLOR": "1", "TERM": "dumb"}, True, True),
        ("auto", {"FORCE_COLOR": ""}, False, False),
        ("auto", {"FORCE_COLOR": "1", "NO_COLOR": "1"}, True, False),
        ("always", {}, False, True),
        ("always", {"NO_COLOR": "1", "TERM": "dumb"}, False, True),
        ("never", {"TERM": "xterm", "FORCE_COLOR": "1"}, True, False),
    ],
)
def test_colour_is_the_options_then_the_variables_then_the_terminals(
    option: str, environment: dict[str, str], terminal: bool, wanted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert screen.wants_color(option, terminal) is wanted
    monkeypatch.setattr(sys, "stdout", Output(terminal))
    assert screen.of(option).color is wanted


@pytest.mark.parametrize(
    ("environment", "terminal", "size"),
    [
        ({}, None, (80, 24)),
        ({}, (132, 50), (132, 50)),
        ({}, (5, 2), (20, 8)),
        ({"COLUMNS": "60"}, None, (60, 24)),
        ({"COLUMNS": "60", "LINES": "30"}, None, (60, 30)),
        ({"LINES": "30"}, None, (80, 24)),
        ({"COLUMNS": "60"}, (132, 50), (60, 50)),
        ({"LINES": "30"}, (132, 50), (132, 30)),
        ({"COLUMNS": "1", "LINES": "1"}, None, (20, 8)),
        ({"COLUMNS": "wide"}, None, (80, 24)),
        ({"COLUMNS": ""}, (132, 50), (132, 50)),
        ({"COLUMNS": "0"}, (132, 50), (132, 50)),
        ({"COLUMNS": "-9"}, None, (80, 24)),
    ],
)
def test_size_is_the_variables_then_the_terminals_never_below_the_least(
    environment: dict[str, str],
    terminal: tuple[int, int] | None,
    size: tuple[int, int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def asked(descriptor: int) -> os.terminal_size:
        if terminal is None:
            raise OSError("no terminal")
        return os.terminal_size(terminal)

    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(os, "get_terminal_size", asked)
    monkeypatch.setattr(sys, "stdout", Output(terminal is not None))
    seen = screen.of("auto")
    assert (seen.width, seen.height) == size


ENCODINGS = [
    ("utf-8", "braille"),
    ("utf-16", "braille"),
    ("gb18030", "braille"),
    ("cp437", "blocks"),
    ("cp850", "blocks"),
    ("gbk", "ascii"),
    ("cp936", "ascii"),
    ("cp932", "ascii"),
    ("euc-kr", "ascii"),
    ("cp1252", "ascii"),
    ("latin-1", "ascii"),
    ("ascii", "ascii"),
]


@pytest.mark.parametrize(("encoding", "cells"), ENCODINGS)
def test_the_finest_cells_are_those_the_encoding_can_write(
    encoding: str, cells: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdout", Output(False, encoding))
    assert screen.finest_cells(encoding) == cells
    seen = screen.of("never")
    assert (seen.cells, seen.encoding) == (cells, encoding)


@pytest.mark.parametrize("encoding", [None, "", "no-such-encoding"])
def test_an_encoding_unknown_or_missing_is_ascii(encoding: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    class Nameless(io.StringIO):
        pass

    Nameless.encoding = encoding  # type: ignore[assignment,misc]
    monkeypatch.setattr(sys, "stdout", Nameless())
    assert screen.of("auto").cells == "ascii"


def test_a_width_and_rows_of_a_drawing_stand_for_the_terminals(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", Output(False))
    seen = [screen.of("never", *asked) for asked in ((None, None), (100, None), (None, 12), (30, 9))]
    assert [(one.width, one.height) for one in seen] == [(80, 24), (100, 24), (80, 13), (30, 10)]


LOCALES = [
    ({"LANG": "C"}, "ascii"),
    ({"LANG": "POSIX"}, "ascii"),
    ({"LC_ALL": "C"}, "ascii"),
    ({"LC_ALL": "C", "LANG": "C.UTF-8"}, "ascii"),
    ({}, "braille"),
    ({"LANG": "C.UTF-8"}, "braille"),
    ({"LANG": "C", "LC_CTYPE": "C.UTF-8"}, "braille"),
    ({"LANG": "C", "PYTHONUTF8": "1"}, "braille"),
    ({"LANG": "C", "PYTHONIOENCODING": "utf-8"}, "braille"),
    ({"LANG": "C.UTF-8", "PYTHONIOENCODING": "cp437"}, "blocks"),
]


@pytest.mark.skipif(sys.platform == "win32", reason="there locales are no variables")
@pytest.mark.parametrize(("variables", "cells"), LOCALES, ids=str)
def test_a_locale_that_is_named_c_gets_ascii(variables: dict[str, str], cells: str) -> None:
    names = ("LANG", "LC_ALL", "LC_CTYPE", "PYTHONUTF8", "PYTHONIOENCODING")
    environment = {k: v for k, v in os.environ.items() if k not in names} | variables
    code = "from actviz import screen; seen = screen.of('never'); print(seen.cells, seen.encoding)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, env=environment, timeout=60)
    kind, encoding = done.stdout.decode().split()
    assert (kind, encoding == "ascii") == (cells, cells == "ascii")


def test_the_plain_screen_is_that_of_a_file() -> None:
    assert Screen() == PLAIN
    assert (PLAIN.width, PLAIN.height, PLAIN.color, PLAIN.cells, PLAIN.encoding) == (80, 24, False, "braille", "utf-8")


SHOWN = [
    ["plot", "swish:beta=0.5", "-d", "--title", "α ≤ β — ±√2…"],
    ["derivative", "--elementary"],
    ["derivative", "relu"],
    ["derivative", "softmax", "--at=3,1,-3"],
    ["info", "sigmoid"],
    ["list"],
    ["compare", "swish", "mish", "--show"],
    ["saturation", "tanh", "--show"],
    ["accuracy", "tanh", "--show", "--order", "0"],
]

ALL_OF_THEM = """
import json, sys
from actviz import cli

for words in json.loads(sys.argv[1]):
    assert cli.run(words) == 0, words
    print(sys.argv[2], flush=True)
"""

END = "<the end of one>"


@cache
def written(encoding: str) -> list[str]:
    """What each of the command lines writes in a process whose standard streams have that encoding."""
    environment = {k: v for k, v in os.environ.items() if k not in VARIABLES}
    done = subprocess.run(
        [sys.executable, "-c", ALL_OF_THEM, json.dumps(SHOWN), END],
        capture_output=True,
        check=False,
        env=environment | {"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"},
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    *texts, rest = done.stdout.decode(encoding).split(END)
    assert (len(texts), rest.strip()) == (len(SHOWN), "")
    return texts


@pytest.mark.parametrize("encoding", ["utf-8", "cp437", "cp936", "cp1252", "ascii"])
@pytest.mark.parametrize("number", range(len(SHOWN)), ids=lambda n: " ".join(SHOWN[n][:2]))
def test_every_encoding_is_written_whole(number: int, encoding: str) -> None:
    text = written(encoding)[number]
    assert len(text) > 200
    drawing = SHOWN[number][0] == "plot" or "--show" in SHOWN[number]
    assert ("⣀" in text or "⠤" in text) == (drawing and encoding == "utf-8")


@pytest.mark.parametrize(("columns", "rows"), [(50, 14), (120, 40)])
def test_a_real_terminal_is_filled_and_coloured(columns: int, rows: int) -> None:
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    environment = {k: v for k, v in os.environ.items() if k not in VARIABLES} | {"TERM": "xterm-256color"}
    process = subprocess.Popen(
        [sys.executable, "-m", "actviz", "plot", "tanh", "mish"], stdin=theirs, stdout=theirs, stderr=theirs,
        env=environment | {"PYTHONUTF8": "1"},
    )  # fmt: skip
    os.close(theirs)
    data = b""
    try:
        while part := os.read(ours, 65536):
            data += part
    except OSError:  # Linux ends a terminal whose other side is closed so
        pass
    os.close(ours)
    assert process.wait(timeout=60) == 0
    assert b"\x1b[" in data
    import pyte

    shown = pyte.Screen(columns, rows)
    pyte.ByteStream(shown).feed(data)
    widths = [len(line.rstrip()) for line in shown.display]
    assert sum(width > 0 for width in widths) == rows - 1, shown.display
    assert columns - 3 <= max(widths) <= columns, shown.display
