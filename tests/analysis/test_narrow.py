"""Features of typed expressions a millionth wide: moments against mpmath, and all else that reads a scan."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mpmath import mp, mpf

from actviz.analysis.comparison import Tolerance, compare
from actviz.analysis.moments import expected
from actviz.analysis.properties import properties
from actviz.analysis.saturation.saturation import saturation
from actviz.analysis.scan import scan
from actviz.expressions.expression import parse
from actviz.resolve import get
from actviz.sampling import sample

BUMP = "x+1e-3*exp(-((x-1.00012)*1e6)**2)"
NODES, WEIGHTS = np.polynomial.legendre.leggauss(24)
REACH = 13
"""Standard deviations that integrals go either way: beyond lies 1e-38 of the law."""


def edges(places, width):
    """Ends of panels: every whole number, and doubling distances from each place."""
    found = {mpf(n) for n in range(-REACH, REACH + 1)} | set(places)
    doublings = [mpf(width) * mpf(2) ** k for k in range(-2, 40) if width * 2.0**k < 2 * REACH]
    found |= {place + side * distance for place in places for distance in doublings for side in (-1, 1)}
    return sorted(x for x in found if abs(x) <= REACH)


def integrals(f, slope, places, width):
    """E f, E f^2, E f', E f'^2 under N(0, 1), and the same of their sizes."""
    totals, sizes = [mpf(0)] * 4, [mpf(0)] * 4
    ends = edges(places, width)
    for low, high in pairwise(ends):
        for node, weight in zip(NODES.tolist(), WEIGHTS.tolist(), strict=True):
            x = (low + high) / 2 + (high - low) / 2 * mpf(node)
            share = mp.npdf(x) * (high - low) / 2 * mpf(weight)
            a, b = f(x), slope(x)
            for i, y in enumerate((a, a * a, b, b * b)):
                totals[i] += share * y
                sizes[i] += share * abs(y)
    return [float(t) for t in totals], [float(s) for s in sizes]


def gauss(place, scale, height):
    """x + height exp(-((x - place) scale)^2) and its slope."""
    a, s, h = mpf(place), mpf(scale), mpf(height)
    return (
        lambda x: x + h * mp.exp(-(((x - a) * s) ** 2)),
        lambda x: 1 - 2 * h * s * s * (x - a) * mp.exp(-(((x - a) * s) ** 2)),
    )


def step(place, scale):
    """The logistic function of (x - place) scale and its slope."""
    a, s = mpf(place), mpf(scale)
    return lambda x: 1 / (1 + mp.exp(-(x - a) * s)), lambda x: s * mp.sech((x - a) * s / 2) ** 2 / 4


def double(x):
    """Two bumps on x, one up, one down."""
    return x + mpf(1e-4) * sum(
        sign * mp.exp(-((u * 10**7) ** 2)) for sign, u in ((1, x - 0.5), (-1, x - mpf(0.500003)))
    )


def double_slope(x):
    """Its slope."""
    parts = ((1, x - 0.5), (-1, x - mpf(0.500003)))
    return 1 - mpf(1e-4) * sum(sign * 2 * u * mpf(10) ** 14 * mp.exp(-((u * 10**7) ** 2)) for sign, u in parts)


A, B = mpf(0.3217), mpf(2.2)
CASES = [
    (BUMP, *gauss(1.00012, 1e6, 1e-3), (1.00012,), 1e-6),
    ("x+exp(-((x-0.7071)*1e4)**2)/1e4", *gauss(0.7071, 1e4, 1e-4), (0.7071,), 1e-4),
    ("x+1e-9*exp(-((x-1.3)*1e9)**2)", *gauss(1.3, 1e9, 1e-9), (1.3,), 1e-9),
    ("x+1e-20*exp(-((x-1)*1e8)**2)", *gauss(1.0, 1e8, 1e-20), (1.0,), 1e-8),
    (
        "tanh(x)+1e-3*tanh((x-0.3217)*1e9)",
        lambda x: mp.tanh(x) + mpf(1e-3) * mp.tanh((x - A) * 10**9),
        lambda x: mp.sech(x) ** 2 + mpf(1e-3) * 10**9 * mp.sech((x - A) * 10**9) ** 2,
        (A,),
        1e-9,
    ),
    (
        "erf((x-0.3217)*1e7)",
        lambda x: mp.erf((x - A) * 10**7),
        lambda x: 2 / mp.sqrt(mp.pi) * 10**7 * mp.exp(-(((x - A) * 10**7) ** 2)),
        (A,),
        1e-7,
    ),
    (
        "1/(1+((x-2.2)*1e6)**2)",
        lambda x: 1 / (1 + ((x - B) * 10**6) ** 2),
        lambda x: -2 * (x - B) * 10**12 / (1 + ((x - B) * 10**6) ** 2) ** 2,
        (B,),
        1e-6,
    ),
    (
        "exp(-((x**2-2)*1e5)**2)",
        lambda x: mp.exp(-(((x**2 - 2) * 10**5) ** 2)),
        lambda x: -4 * x * (x**2 - 2) * 10**10 * mp.exp(-(((x**2 - 2) * 10**5) ** 2)),
        (mp.sqrt(2), -mp.sqrt(2)),
        3e-6,
    ),
    (
        "exp(-1e12*(x-1.00012)**2)",
        lambda x: mp.exp(-(10**12) * (x - mpf(1.00012)) ** 2),
        lambda x: -2 * 10**12 * (x - mpf(1.00012)) * mp.exp(-(10**12) * (x - mpf(1.00012)) ** 2),
        (1.00012,),
        1e-6,
    ),
    ("1/(1+exp(-(x-0.123)*1e8))", *step(0.123, 1e8), (0.123,), 1e-8),
    ("x+1e-4*exp(-((x-0.5)*1e7)**2)-1e-4*exp(-((x-0.500003)*1e7)**2)", double, double_slope, (0.5, 0.500003), 1e-7),
]


@pytest.mark.parametrize(("text", "f", "slope", "places", "width"), CASES, ids=[case[0] for case in CASES])
def test_the_moments_of_a_narrow_feature(text, f, slope, places, width):
    with mp.workdps(30):
        wanted, sizes = integrals(f, slope, [mpf(p) for p in places], width)
    got = expected(scan(parse(text, {})), 0.0, 1.0)
    found = (got.value_mean, got.value_second_moment, got.derivative_mean, got.derivative_second_moment)
    for what, a, b, size in zip(("f", "f^2", "f'", "f'^2"), found, wanted, sizes, strict=True):
        assert abs(a - b) <= 1e-10 * size, (text, f"E {what}", a, b)


SHAPES = {
    "exp(-({u})**2)": (lambda u: np.exp(-u * u), lambda u: -2 * u * np.exp(-u * u)),
    "tanh({u})": (np.tanh, lambda u: 1 / np.cosh(np.clip(u, -350, 350)) ** 2),
    "1/(1+({u})**2)": (lambda u: 1 / (1 + u * u), lambda u: -2 * u / (1 + u * u) ** 2),
    "atan({u})": (np.arctan, lambda u: 1 / (1 + u * u)),
    "1/(1+exp(-({u})))": (
        lambda u: 0.5 + 0.5 * np.tanh(u / 2),
        lambda u: 0.25 / np.cosh(np.clip(u, -350, 350) / 2) ** 2,
    ),
}


@settings(max_examples=5)
@given(st.sampled_from(sorted(SHAPES)), st.floats(-4.0, 4.0), st.floats(2.0, 7.5), st.floats(-9.0, 0.0))
def test_no_place_and_no_width_hides_a_feature(shape, place, digits, log_height):
    g, slope = SHAPES[shape]
    width, height = 10.0**-digits, 10.0**log_height
    near = place + np.outer([-1, 1], width * 2.0 ** np.arange(-2.0, math.log2(30 / width))).reshape(-1)
    ends = np.unique(np.clip([place, *range(-REACH, REACH + 1), *near], -REACH, REACH))
    # Over u = (x - place)/width, where nothing cancels.
    low, high = ((e[:, None] - place) / width for e in (ends[:-1], ends[1:]))
    u = 0.5 * (low + high) + 0.5 * (high - low) * NODES
    x = place + width * u
    share = 0.5 * (high - low) * width * WEIGHTS * np.exp(-0.5 * x * x) / math.sqrt(2 * math.pi)
    value, rise = x + height * g(u), 1 + height / width * slope(u)
    text = f"x+{height!r}*{shape.format(u=f'(x-{place!r})/{width!r}')}"
    got = expected(scan(parse(text, {})), 0.0, 1.0)
    found = (got.value_mean, got.value_second_moment, got.derivative_mean, got.derivative_second_moment)
    for y, own in zip((value, value**2, rise, rise**2), found, strict=True):
        wanted, size = float((share * y).sum()), float((share * np.abs(y)).sum())
        assert abs(own - wanted) <= 1e-10 * size, (text, own, wanted)


def test_a_card_tells_the_turns_of_a_narrow_bump():
    card = properties(parse(BUMP, {}))
    flank = 1 / (math.sqrt(2) * 1e6)
    assert [p.x for p in card.inflections] == pytest.approx([1.00012 - flank, 1.00012 + flank], abs=1e-14)
    (top,), (foot,) = card.maxima, card.minima
    assert top.x == pytest.approx(1.00012 + 5e-10, abs=1e-14), top
    assert 2.9e-6 < foot.x - 1.00012 < 3e-6, foot
    assert (card.monotone, card.zero_centred) == ("no", False)
    assert card.value_mean == pytest.approx(1e-9 * math.sqrt(math.pi) * 0.24194168803, rel=1e-9)
    assert card.lipschitz.value == pytest.approx(1e3 * math.sqrt(2 / math.e) + 1, abs=2.0)


def test_the_saturated_intervals_and_zeros_of_the_slope_inside_a_bump():
    found = saturation(parse("exp(-1e12*(x-1.00012)**2)", {}), (0.1,))
    assert found.interior == (1.00012,)
    left, inside, right = found.saturated[0]
    assert (left[0], right[1]) == (-math.inf, math.inf)
    # 2u exp(-u^2) = 1e-7 at u = 5e-8 and at u = 4.2: f' is 1e6 times that.
    assert inside[1] - inside[0] == pytest.approx(1e-13, rel=5e-3)
    assert right[0] - 1.00012 == pytest.approx(4.2e-6, rel=0.05)


def test_kinks_of_a_narrow_feature():
    found = [k.x for k in parse("abs(exp(-1e12*(x-1.00012)**2)-0.5)", {}).kinks()]
    away = math.sqrt(math.log(2)) * 1e-6
    assert found == pytest.approx([1.00012 - away, 1.00012 + away], abs=1e-15)


def test_a_bump_is_compared_and_drawn():
    bump, line = parse(BUMP, {}), parse("x", {})
    apart = compare(bump, line, (-6.0, 6.0), points=1001, dtype="float64", tolerance=Tolerance())
    assert apart.max_abs_difference == pytest.approx(1e-3, rel=1e-12)
    assert apart.at == pytest.approx(1.00012, abs=1e-12)
    assert apart.max_abs_derivative_difference == pytest.approx(1e3 * math.sqrt(2 / math.e), rel=1e-9)
    curve = sample(parse("exp(-1e12*(x-1.00012)**2)", {}), 0, (-6.0, 6.0), points=101)
    assert curve.y.max() == 1.0
    needle = curve.x[curve.y > 1e-9]
    assert 1e-7 < needle.max() - needle.min() < 1e-5, needle
    assert curve.poles == ()


def test_an_ordinary_curve_is_drawn_as_ever():
    for text in ("x*tanh(log(1+exp(x)))", "x/(1+exp(-x))", "abs(x-1)"):
        assert sample(parse(text, {}), 0, (-6.0, 6.0), points=101).x.size <= 105, text


def test_a_narrow_step_of_the_catalogue():
    got = expected(scan(get("laplace:mu=1.00012,sigma=1e-6")), 0.0, 1.0)
    density = math.exp(-(1.00012**2) / 2) / math.sqrt(2 * math.pi)
    assert got.derivative_mean == pytest.approx(density, rel=1e-10)
    assert got.derivative_second_moment == pytest.approx(density / (2 * math.sqrt(math.pi) * 1e-6), rel=1e-10)


def test_a_step_between_two_floats_is_not_told():
    got = expected(scan(parse("tanh(1e17*(x-1.00012))", {})), 0.0, 1.0)
    assert got.value_mean == pytest.approx(math.erfc(1.00012 / math.sqrt(2)) - 1, rel=1e-12)
    assert math.isnan(got.derivative_mean)
    assert math.isnan(got.derivative_second_moment)
    assert "no slope is seen" in got.note


def test_more_narrow_places_than_can_be_followed_are_told():
    got = expected(scan(parse("exp(-(sin(100*x)*1e6)**2)", {})), 0.0, 1.0)
    assert math.isnan(got.value_mean)
    assert "turns too often" in got.note


@pytest.mark.parametrize(
    ("place", "mean", "std"), [(3.7, 3.7, 1e-3), (3.7, 3.7005, 1e-3), (0.7, 0.0, 1.0), (-2.5, 1.0, 3.0)]
)
def test_slopes_that_cancel_on_both_sides_of_a_bump_leave_the_mean_slope_its_digits(place, mean, std):
    got = expected(scan(get(f"x+exp(-((x-({place}))*1e6)**2)")), mean, std)
    s, m, a = mpf(10) ** 12, mpf(mean), mpf(place)
    spread = 1 + 2 * s * mpf(std) ** 2
    bump = mp.exp(-s * (m - a) ** 2 / spread) / mp.sqrt(spread)
    wanted = 1 - 2 * s * (m - a) / spread * bump  # the derivative of E f by the mean
    assert abs(got.derivative_mean - wanted) <= 1e-11 * wanted, (got.derivative_mean, wanted)
