"""Curves as dots, dots as characters: no gap, one dot thin, clipped where they should be."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actviz.terminal.canvas import BLOCK, Canvas, Kind, glyphs_of, stroke
from actviz.terminal.path import DASHES, SEGMENTS_AT_ONCE, clipped, dashed, exits, path

if TYPE_CHECKING:
    from actviz.figure import Dash

WIDTH, HEIGHT = 60, 40
places = st.lists(
    st.tuples(st.floats(-200, 200), st.floats(-200, 200)),
    min_size=2,
    max_size=8,
)
inside = st.lists(
    st.tuples(st.floats(0, WIDTH - 1), st.floats(0, HEIGHT - 1)),
    min_size=2,
    max_size=8,
)


def dots_of(points: list[tuple[float, float]]) -> np.ndarray:
    x, y = np.array(points, dtype=np.float64).T
    return path(x, y, WIDTH, HEIGHT)


@settings(max_examples=300)
@given(points=inside)
def test_curve_inside_the_window_has_no_gap(points: list[tuple[float, float]]) -> None:
    dots = dots_of(points)
    assert np.abs(np.diff(dots, axis=0)).max(initial=0) <= 1, dots.tolist()
    for x, y in points:
        distance = np.abs(dots - np.array([x, y])).max(axis=1).min()
        assert distance <= 1.5, (x, y, distance)


@settings(max_examples=300)
@given(points=places)
def test_every_dot_is_in_the_window_and_on_the_curve(points: list[tuple[float, float]]) -> None:
    for column, row in dots_of(points):
        assert 0 <= column < WIDTH and 0 <= row < HEIGHT
        dot = np.array([column, row], dtype=np.float64)
        away = min(distance(dot, np.array(a), np.array(b)) for a, b in pairwise(points))
        assert away <= 0.75, (column, row, away)


def distance(p: np.ndarray, a: np.ndarray, b: np.ndarray) -> float:
    """How far p is from the segment from a to b."""
    length = float((b - a) @ (b - a))
    t = 0.0 if length == 0 else min(max(float((p - a) @ (b - a)) / length, 0.0), 1.0)
    return float(np.hypot(*(p - a - t * (b - a))))


def test_smooth_curve_is_one_dot_thin() -> None:
    x = np.linspace(0, WIDTH - 1, 1001)
    dots = path(x, 20 + 15 * np.sin(x / 8), WIDTH, HEIGHT)
    lit = np.zeros((HEIGHT, WIDTH), dtype=bool)
    lit[dots[:, 1], dots[:, 0]] = True
    square = lit[:-1, :-1] & lit[1:, :-1] & lit[:-1, 1:] & lit[1:, 1:]
    assert not square.any()
    steps = np.abs(np.diff(dots, axis=0))
    assert steps.max() == 1
    corners = (steps[:-1].sum(axis=1) == 1) & (steps[1:].sum(axis=1) == 1) & (steps[:-1] != steps[1:]).any(axis=1)
    assert not corners.any()


def test_diagonal_is_a_diagonal() -> None:
    assert dots_of([(0.2, 0.4), (9.2, 9.4)]).tolist() == [[k, k] for k in range(10)]


def test_nan_breaks_the_curve_and_a_lone_point_is_a_dot() -> None:
    x = np.array([0.0, 3.0, np.nan, 10.0, np.nan, 20.0, 21.0])
    dots = path(x, np.zeros(7), WIDTH, HEIGHT)
    assert dots[:, 0].tolist() == [0, 1, 2, 3, 10, 20, 21]


def test_many_segments_join_across_blocks() -> None:
    x = np.linspace(0, WIDTH - 1, 3 * SEGMENTS_AT_ONCE)
    dots = path(x, np.full(x.size, 7.0), WIDTH, HEIGHT)
    assert dots[:, 0].tolist() == list(range(WIDTH))


def test_clipping_keeps_the_line() -> None:
    (part,) = clipped(np.array([[-100.0, 0.0, 100.0, 20.0]]), WIDTH, HEIGHT)
    assert part == pytest.approx([-0.5, 9.95, WIDTH - 0.5, 15.95])
    assert clipped(np.array([[-5.0, -5.0, WIDTH + 5.0, -5.0]]), WIDTH, HEIGHT).size == 0


@pytest.mark.parametrize("dash", list(DASHES))
def test_dashes_follow_their_pattern(dash: Dash) -> None:
    dots = np.stack([np.arange(44), np.zeros(44, dtype=np.int64)], axis=1)
    lit = set(dashed(dots, dash)[:, 0].tolist())
    pattern = DASHES[dash]
    assert lit == {k for k in range(44) if pattern[k % len(pattern)]}


def test_exits_are_where_the_curve_crosses() -> None:
    x = np.array([0.0, 10.0, 20.0, 30.0])
    assert exits(x, np.array([10.0, -11.0, 10.0, 50.0]), WIDTH, HEIGHT) == [(5, -1), (15, -1), (27, 1)]
    assert exits(x, np.array([0.0, 39.0, 5.0, 6.0]), WIDTH, HEIGHT) == []
    assert exits(x, np.array([np.nan, -9.0, np.nan, 5.0]), WIDTH, HEIGHT) == []


@pytest.mark.parametrize("kind", ["braille", "quadrants", "halves"])
def test_every_dot_lights_its_own_part_of_a_cell(kind: Kind) -> None:
    down, across = BLOCK[kind]
    glyphs = glyphs_of(kind)
    assert len(glyphs) == len(set(glyphs)) == 2 ** (down * across)
    seen = set()
    for row in range(down):
        for column in range(across):
            canvas = Canvas(2, 3, kind)
            canvas.draw(np.array([[across + column, down + row]]), 0)
            characters = canvas.characters()
            assert characters[0] == [" "] * 3 and characters[1][::2] == [" "] * 2
            seen.add(characters[1][1])
    assert len(seen) == down * across


def test_known_braille_and_blocks() -> None:
    canvas = Canvas(1, 1, "braille")
    canvas.draw(np.array([[0, 0], [1, 1], [0, 3]]), 0)
    assert canvas.characters() == [["⡑"]]
    canvas = Canvas(1, 1, "quadrants")
    canvas.draw(np.array([[0, 0], [1, 1]]), 0)
    assert canvas.characters() == [["▚"]]


def test_cell_belongs_to_the_layer_with_most_dots() -> None:
    canvas = Canvas(1, 2, "braille")
    canvas.draw(np.array([[0, 0], [1, 0]]), 4)
    canvas.draw(np.array([[0, 3]]), 5)
    assert canvas.owner.tolist() == [[4, -1]]
    assert canvas.characters() == [["⡉", " "]]


def test_strokes_follow_slope_and_height() -> None:
    def pattern(*dots: tuple[int, int]) -> int:
        return sum(1 << 2 * row + column for row, column in dots)

    assert stroke(0) == " "
    assert stroke(pattern((0, 0), (0, 1))) == '"'
    assert stroke(pattern((2, 0), (2, 1))) == "-"
    assert stroke(pattern((3, 0), (3, 1))) == "_"
    assert stroke(pattern((3, 0), (2, 0), (1, 1), (0, 1))) == "/"
    assert stroke(pattern((0, 0), (1, 0), (2, 1), (3, 1))) == "\\"
    assert stroke(pattern((0, 1), (1, 1), (2, 1), (3, 1))) == "|"
    assert stroke(pattern((0, 0))) == "'" and stroke(pattern((3, 1))) == "."
    assert all(c.isascii() and c.isprintable() for c in glyphs_of("ascii"))
