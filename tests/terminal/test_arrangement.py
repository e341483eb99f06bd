"""Several panels on one screen: side by side or one below another, their frames in line, titles whole."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wcwidth import wcswidth

from actviz.figure import Bars, Cells, Figure, Line, Note, Panel
from actviz.screen import Screen
from actviz.terminal import draw
from actviz.terminal.arrangement import GAP, NARROWEST, ROWS, USUAL, beside, heights, rows_for, shelves

ESCAPES = re.compile(r"\x1b\[[0-9;]*m")
UNIT = tuple(np.linspace(0.0, 1.0, 51).tolist())
EMPTY = Panel((), xlabel="", axes="off")


def panel(title: str = "part", scale: float = 1.0, label: str = "") -> Panel:
    """A panel with a rising line."""
    return Panel((Line(UNIT, tuple(scale * x for x in UNIT), label),), title=title)


def drawn(*rows: tuple[Panel, ...], screen: Screen, title: str = "") -> list[str]:
    """The lines of a figure."""
    return draw(Figure(title, rows), screen).split("\n")[:-1]


def test_panels_of_a_row_stand_side_by_side_where_each_has_room() -> None:
    row = (panel("left"), panel("right"))
    for width in (2 * NARROWEST + GAP, 200):
        lines = drawn(row, screen=Screen(width, 30))
        assert "left" in lines[0] and "right" in lines[0], lines[0]
        assert lines[0].index("right") > width // 2 > lines[0].index("left")
        assert max(map(wcswidth, lines)) <= width
    lines = drawn(row, screen=Screen(2 * NARROWEST + GAP - 1, 30))
    assert "left" in lines[0] and "right" not in lines[0]
    assert sum("right" in line for line in lines) == 1


def test_colour_does_not_push_the_second_panel_aside() -> None:
    row = (panel("left", label="a curve"), panel("right", label="a curve"))
    plain, colored = (drawn(row, screen=Screen(140, 24, color)) for color in (False, True))
    assert [ESCAPES.sub("", line).rstrip() for line in colored] == plain
    assert colored != plain


def test_rows_of_panels_stand_one_below_another() -> None:
    lines = drawn((panel("one"), panel("two")), (panel("three"),), screen=Screen(140, 40), title="All")
    places = [next(at for at, line in enumerate(lines) if name in line) for name in ("one", "two", "three")]
    assert places[0] == places[1] < places[2]
    assert lines[0] == "All"


def test_empty_panels_take_no_room() -> None:
    with_them = drawn((panel("one"), EMPTY), (EMPTY, EMPTY), screen=Screen(80, 24), title="T")
    assert with_them == drawn((panel("one"),), screen=Screen(80, 24), title="T")
    assert len(with_them) == 23


@given(room=st.integers(0, 200), count=st.integers(1, 12))
def test_shelves_fill_the_room_or_run_on_alike(room: int, count: int) -> None:
    found = heights(room, count)
    assert len(found) == count
    assert max(found) - min(found) <= 1
    assert sum(found) == (room if room >= USUAL[0] * count else ROWS * count)


@settings(max_examples=30, deadline=None)
@given(
    width=st.integers(20, 220),
    height=st.integers(8, 80),
    color=st.booleans(),
    cells=st.sampled_from(["braille", "ascii"]),
)
def test_no_line_is_wider_than_the_screen(width: int, height: int, color: bool, cells: str) -> None:
    rows = (
        (panel("一" * 30, label="部分"), panel("two")),
        (Panel((Bars(("a", "b"), (1, 2)),), "bars"), EMPTY, panel()),
    )
    screen = Screen(width, height, color, cells)  # type: ignore[arg-type]
    lines = drawn(*rows, screen=screen, title="A title of several words 标题 " * 5)
    assert max(wcswidth(ESCAPES.sub("", line)) for line in lines) <= width
    needed = USUAL[0] * len(shelves(Figure("", rows), width))
    if height - 1 - max(height // 8, 1) >= needed:
        assert len(lines) <= height - 1


def test_frames_one_below_another_are_in_line() -> None:
    lines = drawn((panel("a", 1.0, "short"),), (panel("b", 1e-5, "a longer name"),), screen=Screen(80, 30))
    corners = [line for line in lines if "└" in line]
    assert len(corners) == 2
    assert len({(line.index("└"), line.rindex("─")) for line in corners}) == 1, corners


def test_numbers_and_bars_among_curves_keep_their_own_margins() -> None:
    table = Panel((Cells(((1.0,),), ("row",), ("column",)),), "matrix")
    lines = drawn((panel("a", 1e-5),), (table,), screen=Screen(80, 40))
    assert "row       1" in lines


@pytest.mark.parametrize("width", [30, 60, 79])
def test_a_long_title_is_broken_not_cut(width: int) -> None:
    title = "Saturation of tanh (shaded: where the slope is small; in %: the share of a normal input)"
    for rows in (((panel(""),),), ((panel(""),), (panel(""),))):
        lines = drawn(*rows, screen=Screen(width, 40), title=title)
        told = " ".join(" ".join(lines[:5]).split())
        assert told.startswith(title), lines[:5]


def test_a_long_title_leaves_the_plot_room() -> None:
    lines = drawn((Panel((Line(UNIT, UNIT),), ylabel="height"),), screen=Screen(40, 12), title="word " * 60)
    assert sum("┤" in line or "│" in line for line in lines) >= 8
    assert lines[0].startswith("height  word") and lines[0].endswith("…")


def test_the_name_of_the_y_axis_is_whole_beside_a_broken_title() -> None:
    lines = drawn((Panel((Line(UNIT, UNIT),), ylabel="height"),), screen=Screen(50, 30), title="seven words " * 7)
    named = [line for line in lines if line.startswith("height")]
    assert len(named) == 1 and named[0] != lines[0]
    assert " ".join("".join(lines[:4]).split()).count("seven words") == 7


def test_beside_pads_wide_characters_by_their_cells() -> None:
    assert beside([["激活", "ab"], ["x"]], [6, 6]) == ["激活     x", "ab"]


def test_rows_for_a_drawing_count_its_shelves_and_title() -> None:
    figure = Figure("T", ((panel(), panel()), (panel(), EMPTY)))
    assert [rows_for(figure, width) for width in (80, 200)] == [3 * ROWS + 1, 2 * ROWS + 1]


def test_notes_without_a_place_stand_below_each_panel() -> None:
    noted = Panel(
        (Line(UNIT, UNIT), Note("a note that is far too long to stand inside so narrow a plot as this", 0.5, 0.5))
    )
    lines = drawn((noted,), (noted,), screen=Screen(70, 40))
    assert sum(line.startswith("a note that is far too long") for line in lines) == 2
