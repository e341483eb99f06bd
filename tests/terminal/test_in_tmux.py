"""Plots in a real tmux, whose screen is read back as a person would see it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from shells import needed
from terminals import SIGNS

PATIENCE = 30
"""Seconds after which a screen that has not come is a failure."""
ROOT = Path(__file__).parents[2]


class Pane:
    """A tmux of the test's own with one pane in which `sh` runs."""

    def __init__(self, socket: Path, columns: int, rows: int) -> None:
        self.command = [needed("tmux"), "-S", str(socket), "-f", "/dev/null"]
        kept = {name: value for name, value in os.environ.items() if name not in SIGNS}
        shell = {"ENV": "", "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "LANG": "C.UTF-8"}
        size = ["-x", str(columns), "-y", str(rows)]
        self.tell("new-session", "-d", *size, "sh", env=kept | shell)

    def tell(self, *words: str, env: dict[str, str] | None = None) -> str:
        """What tmux says to a command of its own."""
        command = [*self.command, "-u", *words]
        done = subprocess.run(command, capture_output=True, check=True, encoding="utf-8", env=env, timeout=PATIENCE)
        return done.stdout

    def shown(self) -> list[str]:
        """The lines of the screen."""
        return self.tell("capture-pane", "-p").split("\n")[:-1]

    def after(self, line: str) -> list[str]:
        """The screen once `actviz LINE` has filled it and the prompt stands on its last row."""
        self.tell("send-keys", f"clear; {sys.executable} -m actviz {line}; tmux wait-for -S drawn", "Enter")
        self.tell("wait-for", "drawn")
        until = time.monotonic() + PATIENCE
        while (screen := self.shown())[-1] not in ("$", "#"):
            assert time.monotonic() < until, screen
            time.sleep(0.02)
        return screen


@pytest.fixture
def pane(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Pane]:
    """A pane of as many columns and rows."""
    found = Pane(tmp_path / "socket", *request.param)
    try:
        yield found
    finally:
        found.tell("kill-server")


@pytest.mark.parametrize("pane", [(80, 24), (60, 20), (120, 40)], indirect=True, ids=str)
def test_a_plot_fills_the_screen_but_for_the_rows_of_the_prompt(pane: Pane) -> None:
    screen = pane.after("plot mish -d")
    assert screen[0].strip() == "Mish", screen
    assert screen[-3].endswith(" x"), screen
    assert (screen[-2].split()[0], screen[-2].split()[-1]) == ("-6", "6"), screen
    assert all(any(line.endswith(name) for line in screen) for name in (" f", " f′")), screen


@pytest.mark.parametrize("pane", [(80, 24)], indirect=True, ids=str)
@pytest.mark.parametrize("graphics", ["auto", "kitty", "sixel", "iterm2"])
def test_pixels_that_tmux_lets_not_through_leave_no_trace_on_the_screen(pane: Pane, graphics: str) -> None:
    pane.tell("set-option", "-g", "allow-passthrough", "off")
    plain = pane.after("plot mish")
    pane.tell("clear-history")
    assert pane.after(f"plot mish --quiet --graphics {graphics}") == plain
