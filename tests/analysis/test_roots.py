"""Sign changes to the last bit, over the whole float line."""

from __future__ import annotations

import math

import mpmath
import numpy as np
import pytest

from actviz.analysis.roots import LARGEST, Segment, grid, refined, segments
from actviz.floats import UNDEFINED

NOWHERE = [math.pi, -math.e, 1e-300, -3e-17, 12345.678, 7.7e250, -LARGEST / 3, 2.5e-310]


@pytest.mark.parametrize("root", NOWHERE)
def test_a_change_of_sign_is_found_to_adjacent_floats(root):
    cut = segments(lambda x: np.where(x < root, -1.0, 1.0), grid())
    assert [s.sign for s in cut] == [-1, 1], cut
    assert cut[0].high == math.nextafter(root, -math.inf), (root, cut)
    assert cut[1].low == root, (root, cut)
    assert (cut[0].low, cut[1].high) == (-LARGEST, LARGEST)


def test_a_root_is_as_good_as_the_function():
    cut = segments(lambda x: x * x - 2.0, np.linspace(0.0, 3.0, 7))
    with mpmath.workdps(40):
        error = abs(mpmath.mpf(cut[1].low) - mpmath.sqrt(2))
    assert error < math.ulp(math.sqrt(2)), (cut, error)


def test_an_exact_zero_is_a_segment_of_its_own():
    cut = segments(lambda x: x - 0.3, grid())
    assert cut == (
        Segment(-LARGEST, math.nextafter(0.3, 0), -1),
        Segment(0.3, 0.3, 0),
        Segment(math.nextafter(0.3, 1), LARGEST, 1),
    )


def test_a_stretch_of_zeros_keeps_both_its_ends():
    cut = segments(lambda x: np.where(x < -1.7, -1.0, np.where(x > 2.9, 1.0, 0.0)), grid())
    assert cut[1] == Segment(-1.7, 2.9, 0), cut


def test_nan_is_a_sign_of_its_own():
    with np.errstate(invalid="ignore"):
        cut = segments(np.sqrt, grid())
    assert [s.sign for s in cut] == [UNDEFINED, 0, 1], cut
    assert cut[0].high == -5e-324


def test_the_grid_spans_the_floats_and_holds_what_it_is_given():
    x = grid([math.pi, math.inf])
    assert (np.diff(x) > 0).all()
    assert (x[0], x[-1]) == (-LARGEST, LARGEST)
    assert {0.0, 5e-324, -5e-324, math.pi, math.nextafter(math.pi, 4)} <= set(x.tolist())
    assert not np.signbit(x[np.searchsorted(x, 0.0)])


@pytest.mark.parametrize("steep", [1e2, 1e4, 1e6])
def test_a_step_between_two_points_of_the_grid_is_found(steep):
    def scaled(x):
        return steep * np.clip(x - 5.1234, -300 / steep, 300 / steep)

    def f(x):
        return np.tanh(scaled(x))

    def slope(x):
        return np.where(np.abs(scaled(x)) < 300, steep / np.cosh(scaled(x)) ** 2, 0.0)

    x = refined(f, slope, grid())
    (cut,) = [s for s in segments(lambda t: slope(t) - 0.5 * steep, x) if s.sign == 1]
    half = math.acosh(math.sqrt(2.0)) / steep
    assert cut.low == pytest.approx(5.1234 - half, rel=1e-14)
    assert cut.high == pytest.approx(5.1234 + half, rel=1e-14)


def test_straight_lines_are_not_refined():
    x = grid()
    with np.errstate(over="ignore"):
        finer = refined(lambda t: 0.1 * t + 3.0, lambda t: np.full_like(t, 0.1), x)
    assert finer.size == x.size, (finer.size, x.size)
