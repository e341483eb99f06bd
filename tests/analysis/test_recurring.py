"""Narrow features that recur without end: limits, tails, thresholds, moments and shares, against mpmath."""

from __future__ import annotations

import math

import numpy as np
import pytest
from mpmath import mp, mpf

from actviz.analysis.envelope import envelope, outermost
from actviz.analysis.properties import properties
from actviz.analysis.saturation.saturation import saturation
from actviz.analysis.scan import scan
from actviz.expressions.expression import parse

ENDLESS = [
    "exp(-(1e5*cos(x))**2)",
    "exp(-((sin(x)-0.5)*1e4)**2)",
    "tanh(1e4*sin(x))",
    "exp(-(1e9*cos(x))**2)",
    "x*x*exp(-(1e4*sin(x))**2)",
]


@pytest.mark.parametrize("text", ENDLESS)
def test_what_recurs_has_no_limits_no_tails_and_no_thresholds(text):
    activation = parse(text, {})
    limits = activation.limits()
    assert all(math.isnan(limit) for side in limits for limit in side), limits
    found = saturation(activation)
    assert found.oscillates
    for side in (found.left, found.right):
        assert side.kind == "none", side
        assert [point.x for point in side.thresholds] == [None] * 3, side
        assert math.isnan(side.limit), side
    assert any("oscillates without end" in note for note in found.notes), found.notes
    assert all(max(abs(low), abs(high)) < math.inf for low, high in found.saturated[0]), found.saturated[0]


def test_a_slope_that_recurs_on_a_line():
    found = saturation(parse("x+exp(-(1e4*sin(x))**2)", {}))
    assert (found.left.limit, found.right.limit) == (-math.inf, math.inf)
    assert math.isnan(found.left.slope_limit)
    assert found.left.kind == found.right.kind == "none"


DYING = [
    ("exp(-(1e5*cos(x))**2)/x", ((0.0, 0.0), (0.0, 0.0))),
    ("tanh(1e4*sin(x))/log(2+x*x)", ((0.0, 0.0), (0.0, 0.0))),
    ("tanh(x)+exp(-abs(x))*tanh(1e4*sin(x))", ((-1.0, 0.0), (1.0, 0.0))),
    ("tanh(x)+exp(-(1e5*cos(x))**2)/sqrt(1+x*x)", ((-1.0, 0.0), (1.0, 0.0))),
    ("exp(-((x-1e5)*3)**2)+tanh(x)", ((-1.0, 0.0), (1.0, 0.0))),
    ("exp(-x**2)*sin(100*x)", ((0.0, 0.0), (0.0, 0.0))),
    ("x+exp(-x*x)*cos(30*x)", ((-math.inf, 1.0), (math.inf, 1.0))),
    ("sin(x)/x", ((0.0, 0.0), (0.0, 0.0))),
]


@pytest.mark.parametrize(("text", "wanted"), DYING, ids=[text for text, _ in DYING])
def test_what_dies_keeps_its_limits(text, wanted):
    assert tuple(side[:2] for side in parse(text, {}).limits()) == wanted


def test_a_smooth_wave_costs_no_landmarks():
    for text in ("sin(x)", "sin(x)**8", "x+sin(x)", "sin(x)/x", "sin(1000*x)", "exp(sin(x))", "cos(x*x)"):
        assert parse(text, {}).landmarks() == (), text


def test_the_outermost_threshold_of_narrow_waves_that_die():
    x = outermost(envelope(scan(parse("exp(-(1e5*sin(x))**2)/(1+x**4)", {})), "right"), 0.05)
    with mp.workdps(40):

        def f(t):
            return mp.exp(-((mpf(10) ** 5 * mp.sin(t)) ** 2)) / (1 + t**4)

        assert abs(abs(mp.diff(f, mpf(x))) - mpf(0.05)) < 1e-6, x
        later = [abs(mp.diff(f, k * mp.pi + s * mpf(7.07e-6))) for k in range(12, 20) for s in (-1, 1)]
        assert max(later) < 0.05, later
    assert 11 * math.pi < x < 11.01 * math.pi


NODES, WEIGHTS = np.polynomial.legendre.leggauss(24)


def wanted(k, mean, std):
    """E f, E f^2, E f', E f'^2 and E abs f', and P(abs(f') > 0.1) of exp(-(k cos x)^2), about each of its peaks."""
    half = np.concatenate([[0.0], np.geomspace(1e-3 / k, 28.0 / k, 60)])
    ends = np.concatenate([-half[:0:-1], half])
    low, high = ends[:-1], ends[1:]
    u = (0.5 * (low + high)[:, None] + 0.5 * (high - low)[:, None] * NODES).reshape(-1)
    weight = (0.5 * (high - low)[:, None] * WEIGHTS).reshape(-1)
    peaks = (np.arange(-400, 400) + 0.5)[:, None] * math.pi
    share = np.exp(-0.5 * ((peaks + u - mean) / std) ** 2) / (math.sqrt(2 * math.pi) * std) * weight
    f = np.exp(-((k * np.sin(u)) ** 2))
    slope = -2 * k * k * np.sin(u) * np.cos(u) * f
    # k^2 sin(2t) exp(-(k sin t)^2) = 0.1 on both sides of the flank's steepest place.
    inner, outer = 0.0, 1.0 / k
    for _ in range(60):
        inner = math.asin(0.05 * math.exp((k * math.sin(inner)) ** 2) / (k * k * math.cos(inner)))
        outer = math.asin(math.sqrt(math.log(10.0 * k * k * math.sin(2.0 * outer))) / k)
    erf = np.vectorize(math.erf)
    steep = 0.0
    for a, b in ((inner, outer), (-outer, -inner)):
        p, q = ((peaks[:, 0] + end - mean) / (std * math.sqrt(2)) for end in (a, b))
        steep += float(0.5 * (erf(q) - erf(p)).sum())
    return [float((share * y).sum()) for y in (f, f * f, slope, slope * slope, np.abs(slope))], steep


@pytest.mark.parametrize("law", [(0.0, 1.0), (0.0, 10.0), (100.0, 1.0)])
def test_the_moments_and_shares_of_narrow_waves(law):
    means, steep = wanted(1e3, *law)
    found = saturation(parse("exp(-(1e3*cos(x))**2)", {}), (0.1,), *law)
    got = found.moments
    moments = (got.value_mean, got.value_second_moment, got.derivative_mean, got.derivative_second_moment)
    sizes = (*means[:2], means[4], means[3])
    for what, a, b, size in zip(("f", "f^2", "f'", "f'^2"), moments, means, sizes, strict=False):
        assert abs(a - b) <= 1e-10 * size, (law, f"E {what}", a, b)
    assert abs((1.0 - found.fractions[0]) - steep) <= 1e-10, (law, found.fractions, steep)


def test_waves_too_many_for_the_law_are_told():
    found = saturation(parse("exp(-(1e3*cos(x))**2)", {}), (0.1,), 0.0, 60.0)
    assert math.isnan(found.moments.value_mean)
    assert any("turns too often" in note for note in found.notes), found.notes


def test_the_card_of_narrow_waves():
    card = properties(parse("exp(-(1e5*cos(x))**2)", {}))
    means, _ = wanted(1e5, 0.0, 1.0)
    assert card.value_mean == pytest.approx(means[0], rel=1e-10)
    assert 1.0 < card.reach <= 30.0
    assert card.zeros == ()
    tops = [(n + 0.5) * math.pi for n in range(-12, 12) if abs((n + 0.5) * math.pi) < card.reach]
    assert [p.x for p in card.maxima] == pytest.approx(tops, abs=1e-12)
    assert all(math.isnan(limit) for limit in card.limits)


def test_every_zero_of_the_slope_of_narrow_waves_is_listed():
    found = saturation(parse("exp(-(1e5*cos(x))**2)", {}), (0.1,))
    wanted = [n * math.pi / 2 for n in range(-19, 20)]
    assert found.interior == pytest.approx(wanted, abs=1e-12)
