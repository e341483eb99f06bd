"""tmux told apart from the terminal it is shown in; the tmux that answers is the test's."""

from __future__ import annotations

import io
import re
import sys
from pathlib import Path

import pytest
from terminals import COMMAND, WAY, played

from actviz.pixels import tmux
from actviz.pixels.tmux import Facts
from actviz.pixels.way import Way, way

ON, OFF = "1|xterm-kitty||10|20", "0|xterm-kitty||10|20"
SAID = [
    (ON, Facts(True, "xterm-kitty", False, (10, 20))),  # tmux 3.3
    (OFF, Facts(False, "xterm-kitty", False, (10, 20))),
    ("on|xterm-ghostty|1|17|34", Facts(True, "xterm-ghostty", True, (17, 34))),  # since 3.4
    ("all|foot|1|10|19", Facts(True, "foot", True, (10, 19))),
    ("off|xterm-256color|0|0|0", Facts(False, "xterm-256color", False, None)),
    ("|||||", Facts()),
    ("||||", Facts()),
    ("", Facts()),
    ("no server running", Facts()),
]


def installed(folder: Path, script: str) -> str:
    """A PATH with a tmux that is this shell script."""
    program = folder / "tmux"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return f"{folder}:/usr/bin:/bin"


def pane(path: str) -> dict[str, str]:
    """The environment of a pane whose tmux is on `path`."""
    return {"PATH": path, "TERM": "tmux-256color", "TMUX": "/tmp/tmux-0/default,1,0", "TMUX_PANE": "%7"}


@pytest.fixture
def inside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A pane of tmux; the folder is first on PATH."""
    for name, value in pane(f"{tmp_path}:/usr/bin:/bin").items():
        monkeypatch.setenv(name, value)
    return tmp_path


@pytest.mark.parametrize(("said", "wanted"), SAID)
def test_what_tmux_answers_is_understood(said: str, wanted: Facts, inside: Path) -> None:
    installed(inside, f"echo '{said}'")
    assert tmux.facts() == wanted


def test_it_is_asked_about_this_pane_by_its_own_command(inside: Path) -> None:
    installed(inside, f"echo \"$@\" > {inside}/asked; echo '{ON}'")
    tmux.facts()
    assert (inside / "asked").read_text() == f"display-message -p -t %7 {tmux.FORMAT}\n"


@pytest.mark.parametrize("script", ["exit 1", "exec sleep 30", "printf '\\377'", "echo '1|xterm-kitty||10|20'; exit 1"])
def test_a_tmux_that_fails_or_is_late_says_nothing(script: str, inside: Path) -> None:
    installed(inside, script)
    assert tmux.facts() == Facts()


def test_a_tmux_that_is_not_installed_says_nothing(inside: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(inside))
    assert tmux.facts() == Facts()


@pytest.mark.parametrize(
    ("variables", "wanted"),
    [
        ({"TERM": "tmux-256color", "TMUX": "x", "TMUX_PANE": "%1"}, True),
        ({"TERM": "screen-256color", "TMUX": "x", "TMUX_PANE": "%1"}, True),
        ({"TERM": "xterm-kitty", "TMUX": "x", "TMUX_PANE": "%1"}, False),  # a window opened from a pane
        ({"TERM": "tmux-256color", "TMUX": "", "TMUX_PANE": ""}, False),  # over ssh
        ({"TERM": "screen", "TMUX": "", "TMUX_PANE": "%1"}, False),
    ],
)
def test_a_pane_has_tmuxs_term_and_its_variables(
    variables: dict[str, str], wanted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert tmux.here() is wanted


class Output(io.TextIOWrapper):
    """A terminal in memory."""

    def __init__(self, encoding: str = "utf-8") -> None:
        super().__init__(io.BytesIO(), encoding=encoding)

    def isatty(self) -> bool:
        return True


KITTY = Way("placeholders", (10, 20))
LACKS = "kitty: tmux lets no pixels through; `tmux set -p allow-passthrough on` makes it"


@pytest.mark.parametrize(
    ("asked", "said", "wanted"),
    [
        ("auto", ON, KITTY),
        ("auto", OFF, Way()),
        ("auto", "on|xterm-256color|0|10|20", Way()),
        ("auto", "off|foot|1|10|19", Way("sixel", (10, 19))),
        ("auto", "", Way()),
        ("kitty", ON, KITTY),
        ("kitty", "on|xterm-256color|0|10|20", KITTY),  # at the user's word
        ("kitty", OFF, Way(why=LACKS)),
        ("kitty", "", Way(why=LACKS)),
        ("sixel", "off|foot|1|10|19", Way("sixel", (10, 19))),
        ("sixel", ON, Way(why="sixel: this tmux was built without it")),
        ("iterm2", ON, Way(why="iterm2: tmux does not know where such a picture is")),
    ],
)
def test_pixels_go_only_by_what_tmux_is_known_to_let_through(
    asked: str, said: str, wanted: Way, inside: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed(inside, f"echo '{said}'")
    monkeypatch.setattr(sys, "stdout", Output())
    assert way(asked) == wanted  # type: ignore[arg-type]


def test_placeholders_need_an_encoding_that_has_them(inside: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed(inside, f"echo '{ON}'")
    monkeypatch.setattr(sys, "stdout", Output("latin-1"))
    assert way("auto") == Way()
    assert way("kitty").why == "kitty: in tmux it takes characters that latin-1 lacks; use UTF-8"


def test_in_a_pane_the_terminal_itself_is_not_asked(tmp_path: Path) -> None:
    session = played(WAY, **pane(installed(tmp_path, f"echo '{ON}'")))
    assert session.errors == f"{KITTY}\n"
    assert session.written == b""


def test_a_picture_goes_through_in_envelopes_and_stands_as_text(tmp_path: Path) -> None:
    path = installed(tmp_path, f"echo '{ON}'")
    session = played(COMMAND, "plot", "relu", "--graphics", "auto", size=(12, 40, 0, 0), **pane(path))
    assert (session.status, session.errors) == (0, "")
    written = session.written.decode()
    envelopes = re.findall("\x1bPtmux;((?:\x1b\x1b|[^\x1b])*)\x1b\\\\", written)
    assert envelopes
    png = "".join(part.split(";", 1)[1].removesuffix("\x1b\x1b\\") for part in envelopes)
    assert png.startswith("iVBORw0KGgo")  # what a PNG begins with, in base64
    lines = re.sub("\x1bPtmux;(?:\x1b\x1b|[^\x1b])*\x1b\\\\", "", written).splitlines()
    assert [line.count("\U0010eeee") for line in lines] == [40] * 11


def test_what_tmux_does_not_let_through_is_said_once_and_drawn_in_characters(tmp_path: Path) -> None:
    path = installed(tmp_path, f"echo '{OFF}'")
    session = played(COMMAND, "plot", "relu", "--graphics", "kitty", **pane(path))
    assert session.status == 0
    assert session.errors == f"actviz: {LACKS}; drawn in characters\n"
    assert "⣀" in session.written.decode()
    assert b"\x1b_" not in session.written
    assert b"\x1bP" not in session.written
