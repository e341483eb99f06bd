"""Which way is taken in which terminal, by what was asked for."""

from __future__ import annotations

import io
import sys

import pytest
from terminals import RECORDED, WAY, played

from actviz import screen
from actviz.errors import BadInput
from actviz.pixels.way import MOST_COLORS, Way, way
from actviz.screen import Graphics

TAKEN = {
    "kitty": Way("kitty", (10, 19), True),
    "ghostty": Way("kitty", (17, 34), False),
    "wezterm": Way("iterm2", (10, 19), True),
    "wezterm with kitty's": Way("iterm2", (10, 19)),
    "iterm2": Way("iterm2", (14, 32), False),
    "foot": Way("sixel", (10, 19), True, 256, (1000, 570)),
    "xterm as vt340": Way("sixel", None, False, 16, (640, 480)),
    "xterm": Way(),
    "xterm as vt340, live": Way("sixel", None, False, 256, (640, 408)),
    "mlterm, live": Way("sixel", (10, 19), False, 256),
    "kitty, live": Way("kitty", (9, 18), True),
    "konsole, live": Way("kitty", (8, 17), True),
    "tmux": Way(),
    "tmux with sixel": Way("sixel", (10, 19)),
    "konsole": Way("kitty", (10, 19)),
    "apple": Way(),
    "mute": Way(),
}


@pytest.mark.parametrize("name", RECORDED)
def test_auto_takes_the_finest_way_each_recorded_terminal_has(name: str) -> None:
    assert played(WAY, answers=(RECORDED[name],)).errors == f"{TAKEN[name]}\n"


def test_a_cell_the_terminal_does_not_tell_is_the_systems() -> None:
    session = played(WAY, answers=(RECORDED["xterm as vt340"],), size=(30, 100, 1200, 780))
    assert session.errors == f"{Way('sixel', (12, 26), False, 16, (640, 480))}\n"


@pytest.mark.parametrize("term", ["tmux-256color", "screen", "screen.xterm-256color"])
def test_tmux_and_screen_are_never_asked_kittys_question_which_they_take_for_a_title(term: str) -> None:
    session = played(WAY, answers=(RECORDED["tmux with sixel"],), TERM=term)
    assert session.errors == f"{TAKEN['tmux with sixel']}\n"
    assert b"\x1b_" not in session.written
    assert session.written.endswith(b"\x1b[c")


@pytest.mark.parametrize("term", ["dumb", "linux", ""])
def test_a_terminal_known_to_show_none_is_not_asked(term: str) -> None:
    session = played(WAY, TERM=term)
    assert session.errors == f"{Way()}\n"
    assert session.written == b""


class Output(io.TextIOWrapper):
    """Standard output in memory, a terminal or not."""

    def __init__(self, terminal: bool) -> None:
        super().__init__(io.BytesIO(), encoding="utf-8")
        self.terminal = terminal

    def isatty(self) -> bool:
        return self.terminal


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch) -> None:
    """No variable that says anything of a terminal but its plain TERM."""
    for name in ("TMUX", "TMUX_PANE", "ACTVIZ_GRAPHICS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")


@pytest.mark.parametrize("terminal", [True, False])
@pytest.mark.parametrize("asked", ["kitty", "sixel", "iterm2"])
def test_a_protocol_that_is_named_is_taken_into_a_terminal_and_a_file(
    asked: Graphics, terminal: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdout", Output(terminal))
    assert way(asked) == Way(asked, colors=MOST_COLORS)  # type: ignore[arg-type]


@pytest.mark.parametrize("asked", ["kitty", "sixel", "iterm2"])
def test_a_protocol_where_no_pixels_are_becomes_cells_with_a_reason(
    asked: Graphics, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdout", Output(True))
    monkeypatch.setenv("TERM", "dumb")
    assert way(asked) == Way(why=f"{asked}: a terminal with TERM=dumb shows no pixels")
    monkeypatch.delenv("TERM")
    assert way(asked) == Way(why=f"{asked}: a terminal with TERM=unset shows no pixels")


@pytest.mark.parametrize(
    ("option", "variable", "terminal", "wanted"),
    [
        (None, None, True, "cells"),
        (None, "", True, "cells"),
        (None, "auto", True, "auto"),
        (None, "KITTY", True, "kitty"),
        (None, "kitty", False, "cells"),
        (None, "auto", False, "cells"),
        (None, "nonsense", False, "cells"),
        (None, "off", False, "off"),
        ("sixel", "kitty", True, "sixel"),
        ("sixel", "kitty", False, "sixel"),
        ("sixel", "nonsense", True, "sixel"),
        ("cells", "kitty", True, "cells"),
        ("auto", None, False, "auto"),
    ],
)
def test_the_option_is_stronger_than_the_variable_which_speaks_of_a_terminal(
    option: str | None, variable: str | None, terminal: bool, wanted: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdout", Output(terminal))
    if variable is not None:
        monkeypatch.setenv("ACTVIZ_GRAPHICS", variable)
    assert screen.graphics(option) == wanted


def test_a_variable_that_says_nothing_known_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACTVIZ_GRAPHICS", "kity")
    monkeypatch.setattr(sys, "stdout", Output(True))
    with pytest.raises(BadInput) as refused:
        screen.graphics(None)
    assert str(refused.value) == (
        "ACTVIZ_GRAPHICS=kity is unknown; it is one of auto, kitty, sixel, iterm2, cells, off; did you mean 'kitty'?"
    )


@pytest.mark.parametrize(
    ("size", "wanted"),
    [((24, 80, 800, 480), (10, 20)), ((24, 80, 0, 0), None), ((0, 0, 0, 0), None), ((30, 100, 1004, 571), (10, 19))],
)
def test_a_cell_in_pixels_is_what_the_system_says(
    size: tuple[int, int, int, int], wanted: tuple[int, int] | None
) -> None:
    program = "from actviz.screen import cell_pixels; print(cell_pixels(), file=sys.stderr)"
    assert played(program, size=size).errors == f"{wanted}\n"


def test_a_file_has_no_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", Output(True))
    assert screen.cell_pixels() is None
