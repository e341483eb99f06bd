"""Where text goes: lines wrapped, labels spread, corners found free."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from actviz.placement import clear_of, corner, dense, shortened, spread, wrapped


@given(st.lists(st.floats(-50.0, 150.0), min_size=1, max_size=12))
def test_spread_keeps_order_and_distance(wanted: list[float]) -> None:
    found = spread(wanted, 8.0, 0.0, 100.0)
    order = np.argsort(wanted, kind="stable")
    placed = np.asarray(found)[order]
    assert (np.diff(placed) >= 8.0 - 1e-9).all(), (wanted, found)
    assert min(found) >= -1e-9, found
    assert max(found) <= 100.0 + 1e-9, found


@given(st.lists(st.floats(0.0, 1000.0), min_size=1, max_size=8, unique=True))
def test_spread_leaves_alone_what_is_far_enough_apart(wanted: list[float]) -> None:
    far = sorted(round(w / 1000.0, 6) + 20.0 * i for i, w in enumerate(wanted))
    assert spread(far, 8.0, 0.0, 1000.0) == pytest.approx(far)


def test_spread_moves_two_equally() -> None:
    assert spread([50.0, 50.0], 10.0, 0.0, 100.0) == [45.0, 55.0]
    assert spread([0.0, 0.0], 10.0, 0.0, 100.0) == [0.0, 10.0]
    assert spread([100.0, 100.0], 10.0, 0.0, 100.0) == [90.0, 100.0]


@given(st.text(max_size=300), st.integers(3, 40))
def test_no_wrapped_line_is_wider_than_asked(text: str, width: int) -> None:
    lines = wrapped(text, float(width), lambda t: float(len(t)))
    assert all(len(line) <= width for line in lines), lines
    assert len(lines) <= 3


def test_wrapping_keeps_every_word_that_fits() -> None:
    assert wrapped("one two three four", 9.0, len) == ["one two", "three", "four"]
    assert wrapped("one two three four five six", 9.0, len) == ["one two", "three", "four fiv…"]
    assert wrapped("", 9.0, len) == []


def test_shortening_keeps_the_tail_asked_for() -> None:
    assert shortened("abcdefghij", 10.0, len) == "abcdefghij"
    assert shortened("abcdefghijk", 6.0, len) == "abcde…"
    assert shortened("abcdefghijk, f′", 8.0, len, tail=4) == "abc…, f′"
    assert len(shortened("x" * 10**6, 1e9, len)) < 500


def test_corner_avoids_points_and_gives_up_when_all_are_taken() -> None:
    area = (100.0, 100.0)
    points = np.array([[5.0, 95.0]])
    assert corner(20.0, 20.0, area, np.zeros((0, 2))) == (0.0, 80.0)
    assert corner(20.0, 20.0, area, points) == (80.0, 0.0)
    everywhere = np.array([[5.0, 95.0], [95.0, 5.0], [95.0, 95.0], [5.0, 5.0]])
    assert corner(20.0, 20.0, area, everywhere) is None
    assert corner(61.0, 20.0, area, np.zeros((0, 2))) is None
    assert not clear_of((0.0, 0.0, 10.0, 10.0), np.array([[10.0, 10.0]]))


def test_dense_fills_long_stretches_and_leaves_gaps() -> None:
    x = np.array([0.0, 100.0, 200.0, 200.0])
    y = np.array([0.0, 0.0, np.nan, 0.0])
    rows = dense(x, y, 5.0)
    assert (np.diff(rows[:, 0]) <= 5.0).all()
    assert rows[:, 0].max() == 100.0
