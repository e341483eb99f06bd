"""The ground of a plot: bands that darken where they overlap, areas filled between their curves."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wcwidth import wcswidth

from actviz.figure import Area, Band, Figure, Line, Mark, Note, Panel
from actviz.screen import PLAIN, Screen
from actviz.terminal import draw
from actviz.terminal.canvas import BLOCK, Kind
from actviz.terminal.frame import Frame
from actviz.terminal.scale import Scale
from actviz.terminal.shading import covered, layered, sparse

KINDS: tuple[Kind, ...] = ("braille", "quadrants", "halves", "ascii")


def frame(kind: Kind = "braille", rows: int = 20, columns: int = 40) -> Frame:
    """A frame over the unit square."""
    return Frame(0, 0, rows, columns, kind, Scale(0.0, 1.0), Scale(0.0, 1.0))


def inside(*marks: Mark, screen: Screen = PLAIN) -> list[str]:
    """What stands right of the y axis, row by row, over the unit square."""
    panel = Panel(marks, xlim=(0.0, 1.0), ylim=(0.0, 1.0), axes="frame")
    lines = draw(Figure("", ((panel,),)), screen).split("\n")
    return [line[line.index(axis) + 1 :] for line in lines for axis in "│┤|+" if axis in line[:5]]


@pytest.mark.parametrize("cells", ["braille", "ascii"])
def test_areas_side_by_side_differ_without_colour(cells: str) -> None:
    areas = [Area((k / 3, (k + 1) / 3), (0.0, 0.0), (1.0, 1.0), k) for k in range(3)]
    rows = inside(*areas, screen=Screen(60, 20, cells=cells, encoding="ascii" if cells == "ascii" else "utf-8"))  # type: ignore[arg-type]
    third = len(rows[5]) // 3
    shares = [sum(row[at * third + 1 : (at + 1) * third - 1].count("%") for row in rows[1:9]) for at in range(3)]
    if cells == "braille":
        assert list(dict.fromkeys(rows[5].strip())) == ["▒", "░", "▓"]
    else:
        assert shares[1] < shares[0] < shares[2], shares


def test_bands_darken_where_they_overlap() -> None:
    rows = inside(Band(0.0, 0.9), Band(0.0, 0.6), Band(0.0, 0.3), Band(0.0, 0.3))
    for row in rows[:20]:
        assert row == row.rstrip() and list(dict.fromkeys(row)) == ["▓", "▒", "░"], row
        assert row.count("▓") == pytest.approx(23, abs=1) and len(row) == pytest.approx(68, abs=2), row


@pytest.mark.parametrize(
    ("low", "high", "first", "last"), [(-9, 9, 0, 39), (0.5, 0.5, 20, 20), (1, 2, 39, 39), (0.75, 0.25, 10, 29)]
)
def test_a_band_covers_its_columns(low: float, high: float, first: int, last: int) -> None:
    deep, _ = layered(frame(), Panel((Line((), ()), Band(low, high))))
    assert np.flatnonzero(deep[7]).tolist() == pytest.approx(range(first, last + 1), abs=1)
    assert (deep == deep[0]).all()


@pytest.mark.parametrize(("low", "high"), [(1.1, 2.0), (-3.0, -0.1), (math.nan, math.nan)])
def test_a_band_outside_the_window_covers_nothing(low: float, high: float) -> None:
    assert not layered(frame(), Panel((Band(low, high),)))[0].any()


def test_a_band_of_y_covers_its_rows_from_the_bottom() -> None:
    deep, last = layered(frame(), Panel((Band(0.0, 0.2, "y"),)))
    rows = np.flatnonzero(deep[:, 3])
    assert rows.tolist() == list(range(rows[0], 20)) and len(rows) in (4, 5), rows
    assert (last[rows] == 0).all()


def test_plain_textures_are_denser_the_darker() -> None:
    def density(level: int) -> float:
        return sum(sparse(":", level, row, 0, 40).count(":") for row in range(8)) / 320

    assert [density(level) for level in (1, 2, 3, 4)] == [0.25, 0.5, 1.0, 1.0]


@pytest.mark.parametrize("column", range(5))
def test_a_plain_texture_marks_every_column(column: int) -> None:
    assert ":" in "".join(sparse(":", 1, row, column, 1) for row in range(4))


def test_a_curve_stands_out_of_the_shading() -> None:
    line = Line((0.0, 1.0), (0.5, 0.5))
    for cells in ("braille", "blocks", "ascii"):
        shaded, bare = (inside(*marks, screen=Screen(60, 20, cells=cells)) for marks in ((Band(0, 1), line), (line,)))
        row = next(at for at, text in enumerate(bare) if text.strip())
        assert shaded[row] == bare[row], cells


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=60, deadline=None)
@given(
    low=st.floats(-0.5, 1.5),
    slope=st.floats(-2, 2),
    height=st.floats(0.05, 1.0),
    left=st.floats(-0.5, 0.5),
)
def test_an_area_fills_the_cells_it_covers_by_half(
    kind: Kind, low: float, slope: float, height: float, left: float
) -> None:
    window = frame(kind)
    x = np.array([left, left + 1.0])
    found = covered(window, Area(x, low + slope * x, low + slope * x + height))
    down, across = BLOCK[kind]
    for row in range(20):
        for column in range(40):
            at = (np.arange(across) + column * across) / (40 * across - 1)
            up = 1 - (np.arange(down) + row * down) / (20 * down - 1)
            known = (at >= x[0]) & (at <= x[1])
            floor = low + slope * at
            lit = int(np.sum(known & (up[:, None] >= floor) & (up[:, None] <= floor + height)))
            # Dots right on an edge may fall to either side.
            near = int(np.sum(known & ((abs(up[:, None] - floor) < 1e-9) | (abs(up[:, None] - floor - height) < 1e-9))))
            near += int(np.sum(np.minimum(abs(at - x[0]), abs(at - x[1])) < 1e-9)) * down
            if abs(2 * lit - down * across) > 2 * near:
                assert found[row, column] == (2 * lit >= down * across), (row, column, lit)


def test_a_histogram_is_as_tall_as_its_counts() -> None:
    edges = np.repeat(np.linspace(0.0, 1.0, 5), 2)[1:-1]
    steps = np.repeat([0.25, 1.0, 0.5, 0.0], 2)
    filled = covered(frame(), Area(edges, np.zeros(8), steps))
    assert filled[:, [5, 15, 25, 35]].sum(axis=0).tolist() == pytest.approx([5, 20, 10, 0], abs=1)


@pytest.mark.parametrize("cells", ["braille", "blocks", "ascii"])
def test_an_area_is_drawn_below_curves_and_above_bands(cells: str) -> None:
    texture = "%" if cells == "ascii" else "║"
    area = Area((0.0, 1.0), (0.0, 0.0), (0.5, 0.5))
    rows = inside(Band(0.0, 1.0), area, Line((0.0, 1.0), (0.2, 0.2)), screen=Screen(60, 20, cells=cells))  # type: ignore[arg-type]
    upper, lower = "".join(rows[1:6]), "".join(rows[9:13])
    assert texture not in upper and texture in lower
    assert not set(":░") & set(lower)


numbers = st.lists(st.floats(), min_size=0, max_size=6)


@settings(max_examples=80, deadline=None)
@given(x=numbers, low=numbers, high=numbers, scale=st.sampled_from(["linear", "log"]), cells=st.sampled_from(KINDS))
def test_any_numbers_are_shaded(x: list[float], low: list[float], high: list[float], scale: str, cells: str) -> None:
    count = min(map(len, (x, low, high)))
    area = Area(x[:count], low[:count], high[:count])
    bands = [Band(a, b, axis) for axis in ("x", "y") for a, b in zip(low, high, strict=False)]  # type: ignore[arg-type]
    panel = Panel((area, *bands, Line(x[:count], low[:count])), xscale=scale, yscale=scale)  # type: ignore[arg-type]
    kind = "blocks" if cells in ("quadrants", "halves") else cells
    for line in draw(Figure("", ((panel,),)), Screen(40, 12, cells=kind)).split("\n"):  # type: ignore[arg-type]
        assert wcswidth(line) <= 40, line


@pytest.mark.parametrize(("x", "point", "wanted"), [(0.5, 0.1, "← 9%"), (0.5, 0.9, "9% →"), (0.5, 0.5, "9%")])
def test_a_note_beside_what_it_is_about_points_there(x: float, point: float, wanted: str) -> None:
    rows = "\n".join(inside(Band(0.0, 0.2), Note("9%", x, 0.5, (point, 0.5), align="center")))
    assert wanted in rows
    assert ("←" in rows, "→" in rows) == ("←" in wanted, "→" in wanted)
