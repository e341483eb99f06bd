"""Functions that oscillate without end: where their tails begin, their saturated sets, and what is not told."""

from __future__ import annotations

import math

import mpmath
import numpy as np
import pytest

from actviz.analysis.envelope import envelope, outermost, resolved
from actviz.analysis.saturation.saturation import saturation
from actviz.analysis.scan import scan
from actviz.resolve import get

SLOPES = {
    "sinc": lambda m, x: m.cos(x) / x - m.sin(x) / x**2,
    "sin(x*x)/(1+abs(x)**3)": lambda m, x: (
        2 * x * m.cos(x * x) / (1 + x**3) - 3 * x**2 * m.sin(x * x) / (1 + x**3) ** 2
    ),
    "exp(-abs(x)/50)*sin(5*x)": lambda m, x: m.exp(-x / 50) * (5 * m.cos(5 * x) - m.sin(5 * x) / 50),
}
"""Right of 0, over a maths module."""

THRESHOLDS = (0.1, 0.01, 1e-3, 1e-4, 1e-8)


@pytest.mark.parametrize("text", SLOPES)
def test_the_outermost_crossing_is_a_root_and_none_lies_beyond(text):
    slope = SLOPES[text]
    found = saturation(get(text), THRESHOLDS)
    for left, right in zip(found.left.thresholds, found.right.thresholds, strict=True):
        assert left.x is not None, (text, left)
        assert right.x is not None, (text, right)
        assert left.x == pytest.approx(-right.x, rel=1e-14), (text, left, right)
        with mpmath.workdps(60):
            start = mpmath.mpf(right.x)
            step = start * mpmath.mpf(2) ** -40
            threshold = mpmath.mpf(right.threshold)
            root = mpmath.findroot(lambda x, t=threshold: abs(slope(mpmath, x)) - t, (start, start + step))
            error = abs(root - start) / root
            assert error < 1e-12, (text, right, mpmath.nstr(root, 20), mpmath.nstr(error, 3))
        # Every wave outward is lower: looked at with no knowledge of how the place was found.
        wave = {"s": 2 * math.pi, "e": 2 * math.pi / 5}[text[0]] / (right.x if "x*x" in text else 1.0)
        beyond = right.x + wave * np.concatenate([np.geomspace(1e-6, 1e-2, 50), np.linspace(0.01, 300, 30_000)])
        height = np.abs(slope(np, beyond))
        assert (height < right.threshold).all(), (text, right, beyond[~(height < right.threshold)][:3])


def test_the_place_where_sinc_falls_under_a_tenth_for_good():
    assert saturation(get("sinc"), (0.1,)).right.thresholds[0].x == pytest.approx(9.617, abs=1e-3)


@pytest.mark.parametrize(("text", "lost"), [("sin(x)", True), ("snake", True), ("sinc", False), ("tanh", False)])
def test_what_never_falls_for_good_has_no_point_and_a_reason(text, lost):
    found = saturation(get(text), (0.1, 0.01))
    points = [p.x for tail in (found.left, found.right) for p in tail.thresholds]
    assert all((x is None) is lost for x in points), points
    assert any("no point is known" in note for note in found.notes) is lost, found.notes


def test_a_slope_that_is_never_above_needs_no_reason():
    found = saturation(get("sinc"), (0.5,))
    assert (found.left.thresholds[0].x, found.fractions) == (None, (1.0,))
    assert found.notes == ("zeros of f' are listed within 30 of 0 only",)
    assert found.saturated == (((-math.inf, math.inf),),)


@pytest.mark.parametrize(
    ("text", "thresholds", "std"),
    [("sinc", (0.1, 0.01, 1e-3), 5.0), ("sinc", (0.01,), 40.0), ("sin(x)", (0.1,), 20.0), ("snake", (0.5,), 30.0)],
)
def test_the_saturated_set_has_every_wave(text, thresholds, std):
    """The share of a law by intervals, against that of an even sample of it (good to its fineness in the narrowest)."""
    activation = get(text)
    found = saturation(activation, thresholds, 0.0, std)
    z = np.linspace(-9.0, 9.0, 4_000_001)
    weight = np.exp(-0.5 * z * z)
    slope = np.abs(activation.derivative(std * z))
    for threshold, fraction, share in zip(thresholds, found.fractions, found.shares, strict=True):
        wanted = float(weight[slope <= threshold].sum() / weight.sum())
        assert fraction == pytest.approx(wanted, rel=2e-3), (text, threshold, std)
        assert math.fsum(share) == pytest.approx(fraction, rel=1e-12)


def test_the_set_of_a_tail_that_is_known_is_all_there_is():
    """Each dip of sinc' below 0.001 holds one zero of it: the first at 0, then one in each wave."""
    (intervals,) = saturation(get("sinc"), (1e-3,)).saturated
    assert (intervals[0][0], intervals[-1][1]) == (-math.inf, math.inf)
    zeros = [0.0]
    for k in range(1, 318):
        middle = (k + 0.5) * math.pi
        x = middle
        for _ in range(6):
            x = middle - math.atan(1 / x)  # tan x = x
        zeros += [x, -x]
    for x in zeros:
        (holding,) = [i for i in intervals if i[0] < x < i[1]]
        assert holding, x
    assert len(intervals) == len(zeros) + 2


@pytest.mark.parametrize(
    ("text", "std"),
    [("sin(x)*sin(sqrt(2)*x)", 1e5), ("sin(x)+1e-5*sin(x/1000)", 1e5), ("x+sin(x**2)", 100.0), ("sin(1/x)", 1.0)],
)
def test_a_law_with_too_many_waves_has_no_share_and_a_reason(text, std):
    found = saturation(get(text), (0.001,), 0.0, std)
    assert math.isnan(found.fractions[0]), found.fractions
    assert any("saturated share" in note for note in found.notes), found.notes


def test_waves_are_told_apart_however_wide_the_look():
    activation = get("sin(x)")
    assert resolved(activation, 0.0, 1e6, 64) is None
    x = resolved(activation, 0.0, 100.0, 64)
    assert x is not None
    assert (x[0], x[-1]) == (0.0, 100.0)
    assert np.diff(x).max() < math.pi / 8


def test_an_envelope_falls_with_its_function_and_knows_when_it_does_not():
    waves = envelope(scan(get("sinc")), "right")
    assert list(waves.heights) == sorted(waves.heights, reverse=True)
    assert [waves.dies(t) for t in (0.1, 1e-8, 1e-300)] == [True, True, False]
    assert outermost(waves, 1e-300) is None
    assert not envelope(scan(get("snake")), "left").dies(0.1)


def test_no_interval_reaches_out_to_infinity_where_no_tail_is_known():
    found = saturation(get("x+1e-4*sin(1e4*x)"), (0.1,))
    assert [t.x for tail in (found.left, found.right) for t in tail.thresholds] == [None, None]
    assert all(math.isfinite(end) for some in found.saturated for pair in some for end in pair), found.saturated
