"""Grids that hit 0 and kinks exactly, and curves broken where they jump."""

from __future__ import annotations

import math
import re
import sys
from dataclasses import FrozenInstanceError

import cases
import numpy as np
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

import actviz
from actviz import resolve
from actviz.activation import Activation
from actviz.charts.functions import bulk, window
from actviz.errors import BadInput
from actviz.sampling import MOST_POINTS, checked_interval, grid, sample

REACH = 8e307
ENDS = st.one_of(st.floats(-REACH, REACH), st.floats(-30.0, 30.0), st.integers(-10, 10).map(float))


@st.composite
def grids(draw: st.DrawFn) -> tuple[tuple[float, float], int, tuple[float, ...]]:
    """An interval, a number of points, and exact points: anywhere, at the ends, on even points and just beside."""
    low, high = sorted((draw(ENDS), draw(ENDS)))
    assume(low < high and high - low >= max(sys.float_info.min, 1e-12 * max(abs(low), abs(high))))
    points = draw(st.integers(2, 300))
    even = np.linspace(low, high, points)
    beside = st.builds(
        math.nextafter,
        st.sampled_from(even.tolist()),
        st.sampled_from([low, high, -math.inf, math.inf]),
    )
    exact = st.one_of(st.floats(low, high), beside, st.sampled_from([low, high, -0.0, *even.tolist()]), ENDS)
    return (low, high), points, tuple(draw(st.lists(exact, max_size=5)))


@given(grids())
@example(((-1e-20, 6.0), 5, ()))
@example(((0.0, 2.3e-308), 1000, ()))
@example(((1.0, 1.0 + 1e-12), 300, (1.0 + 5e-13,)))
@example(((-6.0, 6.0), 1001, (math.nextafter(0.0, 1.0), math.nextafter(1.2, 2.0))))
def test_a_grid_increases_strictly_holds_the_exact_points_and_has_no_needle(
    asked: tuple[tuple[float, float], int, tuple[float, ...]],
) -> None:
    (low, high), points, exact = asked
    x = grid((low, high), points, exact)
    inside = sorted({p + 0.0 for p in (0.0, *exact) if low <= p <= high})
    spacing = (high - low) / points
    assert x.dtype == np.float64
    assert (x[1:] > x[:-1]).all(), (asked, x)
    assert set(inside) <= set(x.tolist()), (asked, set(inside) - set(x.tolist()))
    assert low <= x[0] <= low + 1e-6 * spacing, (asked, x[0])
    assert high - 1e-6 * spacing <= x[-1] <= high, (asked, x[-1])
    assert x.size <= points + len(inside), (asked, x.size)
    assert not np.signbit(x[x == 0]).any(), asked
    for p in inside:
        beside = x[(np.abs(x - p) < 0.999e-6 * spacing) & ~np.isin(x, inside)]
        assert beside.size == 0, (asked, p, beside)


@given(st.floats(0.5, 1e6), st.floats(1e-3, 1e6), st.integers(2, 500))
def test_a_grid_with_nothing_exact_in_it_is_the_even_one(low: float, width: float, points: int) -> None:
    assume(width > 1e-9 * low)
    np.testing.assert_array_equal(grid((low, low + width), points), np.linspace(low, low + width, points))


@given(grids())
def test_no_gap_is_wider_than_the_even_one(asked: tuple[tuple[float, float], int, tuple[float, ...]]) -> None:
    (low, high), points, exact = asked
    step = (high - low) / (points - 1)
    slack = 2e-6 * step + 4 * math.ulp(max(abs(low), abs(high)))
    gaps = np.diff(grid((low, high), points, exact))
    assert gaps.max() <= step + slack, (asked, gaps.max(), step)


@pytest.mark.parametrize("points", [-1, 0, 1, MOST_POINTS + 1])
def test_too_few_or_too_many_points_are_refused(points: int) -> None:
    with pytest.raises(BadInput, match=f"{points} points cannot be sampled; give from 2 to {MOST_POINTS}"):
        grid((-1.0, 1.0), points)


def test_the_fewest_and_the_most_points_are_served() -> None:
    assert grid((1.0, 2.0), 2).tolist() == [1.0, 2.0]
    assert grid((1.0, 2.0), MOST_POINTS).size == MOST_POINTS


@pytest.mark.parametrize(
    ("low", "high", "why"),
    [
        (math.nan, 1.0, "is not finite"),
        (0.0, math.nan, "is not finite"),
        (-math.inf, 1.0, "is not finite"),
        (1.0, math.inf, "is not finite"),
        (2.0, 2.0, "is empty"),
        (-0.0, 0.0, "is empty"),
        (5.0, -5.0, "is upside down"),
        (-1.7e308, 1.7e308, "too wide"),
        (1e6, math.nextafter(1e6, 2e6), "too narrow"),
        (0.0, 5e-324, "too narrow"),
        (1.0, 1.0000000000000002, "too narrow"),
        (-1.0, -1.0 + 0.9e-12, "too narrow"),
    ],
)
def test_an_interval_that_holds_no_grid_is_refused(low: float, high: float, why: str) -> None:
    for refuse in (lambda: checked_interval(low, high), lambda: grid((low, high), 10)):
        with pytest.raises(BadInput, match=why) as refused:
            refuse()
        told = re.search(r"range (\S+):(\S+) ", str(refused.value))
        assert told, refused.value
        np.testing.assert_array_equal([float(told[1]), float(told[2])], [low, high])


@pytest.mark.parametrize("interval", [(-6.0, 6.0), (0.0, 2.3e-308), (-REACH, REACH), (1.0, 1.0 + 2e-12)])
def test_an_interval_that_holds_one_is_returned(interval: tuple[float, float]) -> None:
    assert checked_interval(*interval) == interval
    assert sample(actviz.get("tanh"), 0, interval, 9).x[[0, -1]].tolist() == list(interval)


@pytest.mark.parametrize("order", [0, 1, 2])
@pytest.mark.parametrize("activation", cases.variants(), ids=lambda a: a.label)
def test_a_curve_is_the_derivative_on_the_grid_broken_where_it_jumps(activation: Activation, order: int) -> None:
    curve = sample(activation, order, (-6.5, 6.25), 50)
    kinks = [k for k in activation.kinks(*activation.values) if -6.5 <= k.x <= 6.25]
    assert (curve.activation, curve.order) == (activation, order)
    assert curve.breaks == tuple(k for k in kinks if k.order == order)
    assert {0.0, *(k.x for k in kinks)} <= set(curve.x.tolist())
    places = np.unique(curve.x)
    twice_more = [k.x for k in curve.breaks for _ in range(2)]
    np.testing.assert_array_equal(curve.x, np.sort(np.concatenate([places, twice_more])))
    smooth = ~np.isin(curve.x, [k.x for k in curve.breaks])
    np.testing.assert_array_equal(curve.y[smooth], activation.derivative(curve.x[smooth], order))
    assert not np.isnan(curve.y[smooth]).any()
    for k in curve.breaks:
        np.testing.assert_array_equal(curve.y[curve.x == k.x], [k.left, np.nan, k.right])


@pytest.mark.parametrize(
    ("interval", "breaks", "ends"),
    [
        ((0.0, 6.0), [0.0, 6.0], (0.0, 0.0)),
        ((-1.0, 0.0), [0.0], (0.0, 1.0)),
        ((0.5, 5.0), [], (1.0, 1.0)),
        ((6.0, 7.0), [6.0], (1.0, 0.0)),
    ],
)
def test_a_break_at_an_end_is_kept_and_one_outside_is_not(
    interval: tuple[float, float], breaks: list[float], ends: tuple[float, float]
) -> None:
    curve = sample(actviz.get("relu6"), 1, interval, 7)
    assert [k.x for k in curve.breaks] == breaks
    assert (curve.y[0], curve.y[-1]) == ends
    assert np.isnan(curve.y).sum() == len(breaks)


def test_a_curve_is_frozen() -> None:
    with pytest.raises(FrozenInstanceError):
        sample(actviz.get("relu"), 0, (-1.0, 1.0), 5).order = 1  # type: ignore[misc]


@pytest.mark.parametrize(
    ("expression", "order", "interval", "wanted"),
    [
        ("tan(x)", 0, (-6.0, 6.0), [-3 * math.pi / 2, -math.pi / 2, math.pi / 2, 3 * math.pi / 2]),
        ("tan(x)", 1, (-2.0, 2.0), [-math.pi / 2, math.pi / 2]),
        ("1/x", 0, (-6.0, 6.0), [0.0]),
        ("1/x", 1, (-6.0, 6.0), [0.0]),
        ("1/x**2", 0, (-6.0, 6.0), [0.0]),
        ("1/(x-0.1234567)", 0, (-3.0, 3.0), [0.1234567]),
        ("1/(x*x-1e-4)", 0, (-6.0, 6.0), [-0.01, 0.01]),
        ("1/(x-1)/(x-1.001)", 0, (-6.0, 6.0), [1.0, 1.001]),
        ("1/(x-1)/(x-1.001)", 2, (-6.0, 6.0), [1.0, 1.001]),
        ("1/(x-1.0001)**2", 0, (-6.0, 6.0), [1.0001]),
        ("1/(x*x+1e-4)", 0, (-6.0, 6.0), []),
        ("exp(-1e4*(x-1)**2)*1e5", 0, (-6.0, 6.0), []),
        ("sign(x)/(0.1+abs(x))", 0, (-6.0, 6.0), []),
    ],
)
def test_poles_are_found(expression: str, order: int, interval: tuple[float, float], wanted: list[float]) -> None:
    curve = sample(resolve.scalars([expression])[0], order, interval)
    assert len(curve.poles) == len(wanted), curve.poles
    step = (interval[1] - interval[0]) / 1000
    np.testing.assert_allclose(curve.poles, wanted, rtol=0, atol=1.01 * step)


@pytest.mark.parametrize("expression", ["tan(x)", "1/x", "1/(x-0.1234567)", "1/(x*x-1e-4)"])
def test_a_curve_is_broken_where_it_changes_sign_over_a_pole(expression: str) -> None:
    y = sample(resolve.scalars([expression])[0], 0, (-6.0, 6.0)).y
    joined = np.flatnonzero(y[1:] * y[:-1] < 0)
    assert (np.abs(y[joined]) < 1).all(), y[joined]
    assert np.isnan(y).any()


PLAIN = ("exp(x)", "x**9", "sin(40*x)", "exp(-1000*x**2)", "tanh(1000*(x-0.003))", "log(x)", "sqrt(x)", "x*sin(x)")
ORDINARY = (*resolve.scalars(list(PLAIN)), *cases.variants())


@given(st.sampled_from(ORDINARY), st.sampled_from([0, 1, 2]), st.floats(-1e4, 1e4), st.floats(1e-3, 1e4))
@example(ORDINARY[0], 0, -6.0, 706.0)
@example(ORDINARY[0], 0, -6.0, 1000.0)
@example(ORDINARY[1], 2, -6.0, 12.0)
def test_ordinary_functions_have_no_poles_and_keep_their_whole_range(
    activation: Activation, order: int, low: float, width: float
) -> None:
    name = activation.label
    with np.errstate(all="ignore"):
        curve = sample(activation, order, (low, low + width), 301)
    assert curve.poles == (), (name, order, low, width, curve.poles)
    finite = curve.y[np.isfinite(curve.y)]
    bottom, top = window([bulk(curve)])
    assert not finite.size or (bottom <= finite.min() and finite.max() <= top), (name, finite.min(), finite.max())
