"""Figures above tables: where asked for, or where a terminal has rows for both; widths and heights as asked."""

from __future__ import annotations

import io
import json
import os
import re
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from actviz.cli import run
from actviz.commands._options import Color, Common, Format
from actviz.delivery import deliver, spoken
from actviz.figure import Figure, Line, Panel
from actviz.report import Report, Table
from tests.process import actviz, refusal

COMMON = Common(Format.text, "", Color.never, True)
TABLES = (Table(("x", "y"), ((1, 2), (3, 4)), title="numbers"),)


def figure(panels: int = 1) -> Figure:
    """A figure of lines, its panels one below another."""
    return Figure("picture", tuple((Panel((Line((0.0, 1.0), (0.0, 1.0)),)),) for _ in range(panels)))


def report(show: bool | None = None, panels: int = 1, **fields: object) -> Report:
    """A report with a figure and tables."""
    return Report({"a": 1}, TABLES, lambda: figure(panels), "both", show=show, **fields)  # type: ignore[arg-type]


class Output(io.TextIOWrapper):
    """Standard output in memory, a terminal or not."""

    def __init__(self, terminal: bool) -> None:
        super().__init__(io.BytesIO(), encoding="utf-8")
        self.terminal = terminal

    def isatty(self) -> bool:
        return self.terminal


@pytest.fixture
def on(monkeypatch: pytest.MonkeyPatch) -> object:
    """Sets standard output to a terminal of some rows or, with None, to a pipe."""
    for name in ("COLUMNS", "LINES", "FORCE_COLOR", "ACTVIZ_GRAPHICS"):
        monkeypatch.delenv(name, raising=False)

    def put(rows: int | None) -> Output:
        out = Output(rows is not None)
        monkeypatch.setattr(sys, "stdout", out)
        monkeypatch.setattr(os, "get_terminal_size", lambda _: os.terminal_size((80, rows or 24)))
        return out

    return put


@pytest.mark.parametrize(
    ("rows", "show", "panels", "drawn"),
    [
        (24, None, 1, True),
        (21, None, 1, False),
        (50, None, 1, True),
        (50, None, 2, True),
        (30, None, 2, False),
        (24, None, 2, False),
        (24, True, 2, True),
        (8, True, 3, True),
        (50, False, 1, False),
        (None, None, 1, False),
        (None, True, 2, True),
        (None, False, 1, False),
    ],
)
def test_a_figure_stands_above_the_tables_where_asked_or_where_there_is_room(
    rows: int | None, show: bool | None, panels: int, drawn: bool, on: object
) -> None:
    on(rows)  # type: ignore[operator]
    said = spoken(report(show, panels), COMMON)
    bare = spoken(report(False), COMMON)
    assert said.endswith(bare) and bare.startswith("numbers\n")
    assert said.count("└") == (panels if drawn else 0)
    assert said == bare or said.endswith("\n\n" + bare)
    if drawn and show is None:
        assert said.count("\n") == (rows or 0) - 1, "together they fill the terminal but for the prompt's row"


def test_where_graphics_are_off_nothing_is_drawn_unasked(on: object) -> None:
    on(60)  # type: ignore[operator]
    assert "└" not in spoken(report(None, graphics="off"), COMMON)


def test_a_variable_that_makes_no_sense_is_refused_where_a_terminal_is_drawn_in(
    on: object, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ACTVIZ_GRAPHICS", "bogus")
    on(40)  # type: ignore[operator]
    assert run(["plot", "mish"]) == run(["plot", "mish", "-o", str(tmp_path / "a.json"), "--show"]) == 2
    assert "ACTVIZ_GRAPHICS=bogus is unknown" in capfd.readouterr().err
    assert list(tmp_path.iterdir()) == []
    assert run(["plot", "mish", "-o", str(tmp_path / "a.json"), "--quiet"]) == 0
    assert run(["plot", "mish", "--graphics", "cells"]) == 0
    on(None)  # type: ignore[operator]
    assert run(["plot", "mish"]) == 0


@pytest.mark.parametrize("command", ["compare mish gelu", "saturation tanh", "softmax-overflow 1 2 --dtype float16"])
def test_pixels_stand_above_tables_where_they_are_asked_for(command: str) -> None:
    done = actviz(*command.split(), "--graphics", "kitty", COLUMNS="80", LINES="24")
    assert (done.returncode, done.stderr) == (0, "")
    picture, *_, tables = re.split(r"\x1b8\x1b\[\d+B", done.stdout)
    assert picture.count("\x1b_G") == picture.count("\x1b\\") > 1
    assert tables == "\n" + actviz(*command.split(), COLUMNS="80", LINES="24").stdout


def test_height_counts_the_rows_of_the_drawing_and_width_the_columns(on: object) -> None:
    on(None)  # type: ignore[operator]
    said = spoken(report(True, height=15), replace(COMMON, columns=50))
    drawing, tables = said.split("\n\n")
    assert drawing.count("\n") + 1 == 15
    assert max(map(len, said.splitlines())) == 50
    assert tables.startswith("numbers")
    alone = spoken(Report({}, (), figure, "figure", height=9), COMMON)
    assert alone.count("\n") == 9


def test_several_panels_share_the_height_that_is_asked_for(on: object) -> None:
    on(None)  # type: ignore[operator]
    for height in (19, 25, 60):
        drawing, _ = spoken(report(True, 3, height=height), COMMON).split("\n\nnumbers")
        assert drawing.count("\n") + 1 == height
    least, _ = spoken(report(True, 3, height=8), COMMON).split("\n\nnumbers")
    assert least.count("\n") + 1 == 1 + 3 * 6, "six rows of each are the least"


def test_beside_a_file_figure_and_tables_are_shown(on: object, tmp_path: Path) -> None:
    out = on(None)  # type: ignore[operator]
    path = tmp_path / "a.json"
    deliver(report(True), Common(Format.text, str(path), Color.never, True))
    out.flush()
    said = out.buffer.getvalue().decode()
    assert "└" in said and "numbers" in said
    assert json.loads(path.read_text()) == {"a": 1}


COMMANDS = (
    ("compare", "swish", "mish"),
    ("saturation", "tanh"),
    ("accuracy", "tanh", "--order", "0"),
)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda c: c[0])
def test_commands_draw_above_their_tables_when_asked(command: tuple[str, ...]) -> None:
    bare, drawn = (actviz(*command, *option, COLUMNS="70").stdout for option in ((), ("--show",)))
    assert "└" not in bare
    assert drawn.endswith("\n\n" + bare)
    assert "└" in drawn and max(map(len, drawn.splitlines())) <= 70
    tall = actviz(*command, "--height", "30", COLUMNS="70").stdout
    assert tall.removesuffix("\n" + bare).count("\n") == 30, tall
    assert actviz(*command, "--no-show").stdout == actviz(*command).stdout


@pytest.mark.parametrize("command", [COMMANDS[0], COMMANDS[2], ("plot", "tanh")], ids=lambda c: c[0])
def test_columns_are_those_of_all_text(command: tuple[str, ...]) -> None:
    lines = actviz(*command, "--columns", "64", "--height", "20").stdout.splitlines()
    assert max(map(len, lines)) <= 64
    assert any(len(line) > 55 for line in lines)
    assert actviz(*command, "--width", "64", "--height", "20").stdout.splitlines() == lines


TABLES_ALONE = (("saturation", "tanh"), ("derivative", "relu"), ("info", "leaky_relu"), ("list",))


@pytest.mark.parametrize("command", TABLES_ALONE, ids=lambda c: c[0])
def test_every_command_has_columns_of_text_and_text_files_have_them_too(
    command: tuple[str, ...], tmp_path: Path
) -> None:
    lines = actviz(*command, "--columns", "120").stdout.splitlines()
    assert 80 < max(map(len, lines)) <= 120
    actviz(*command, "--columns", "120", "-o", str(tmp_path / "x.txt"))
    assert (tmp_path / "x.txt").read_text().splitlines() == lines


def test_refusals() -> None:
    assert "--height" in refusal("plot", "tanh", "--height", "3")
    assert "--width" in refusal("plot", "tanh", "--width", "5000")


def test_a_plot_marks_the_kinks_of_f() -> None:
    lines = actviz("plot", "relu6", "--range=-3:9").stdout.splitlines()
    assert [line[0] for line in lines if "●" in line] == ["6", "0"]
    assert "●" not in actviz("plot", "mish").stdout
    slope = actviz("plot", "relu", "--order", "1").stdout
    assert slope.count("●") == slope.count("○") == 1
