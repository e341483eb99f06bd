"""Expectations of every function under normal laws near, far, narrow and wide, against integrals in mpmath."""

from __future__ import annotations

import math
from functools import cache
from itertools import pairwise

import mpmath
import numpy as np
import oracle
import pytest
from cases import SCALARS, variants

from actviz.activation import Activation
from actviz.analysis.moments import expected, four_moments
from actviz.analysis.saturation.saturation import saturation
from actviz.analysis.scan import scan
from actviz.resolve import get

DIGITS, NODES = 60, 20
FAR = {(50.0, 3.0): 28, (-30.0, 0.5): 26}
"""Integrals reach 14 standard deviations either way, or so far: the tilt of gelu at N(-30, 0.5^2) is 12 of them."""

LAWS = [(0.0, 1.0), (0.0, 1e-6), (50.0, 3.0), (-30.0, 0.5), (0.0, 1e3), (0.3, 1e-8)]
EVERY = {a.label: a for a in variants() if a.name not in ("sinc", "snake")}
DEFAULTS = [a.label for a in SCALARS if a.label in EVERY]
CASES = [(label, law) for law in LAWS for label in DEFAULTS]
CASES += [(label, (0.7, 1.3)) for label in EVERY if label not in DEFAULTS]


def rule():
    """Gauss-Legendre nodes and weights to all digits: numpy's, by Newton's method."""
    nodes, weights = [], []
    for start in np.polynomial.legendre.leggauss(NODES)[0]:
        x = mpmath.findroot(lambda t: mpmath.legendre(NODES, t), mpmath.mpf(float(start)))
        slope = NODES * (x * mpmath.legendre(NODES, x) - mpmath.legendre(NODES - 1, x)) / (x * x - 1)
        nodes.append(x)
        weights.append(2 / ((1 - x * x) * slope**2))
    return nodes, weights


with mpmath.workdps(DIGITS + 5):
    RULE = rule()


def edges(activation, mean, std):
    """Ends of panels: kinks, steps of two standard deviations, doubling distances from 0, kinks and parameters."""
    reach = FAR.get((mean, std), 14)
    numbers = [v for v in activation.values if isinstance(v, float)]
    centres = {0.0, *(k.x for k in activation.kinks(*activation.values)), *(v for v in numbers if abs(v) < 100)}
    finest = -9 if any(abs(v) > 30 or 0 < abs(v) < 0.2 for v in numbers) else -1
    found = {mean + k * std for k in range(-reach, reach + 1, 2)} | centres
    found |= {centre + sign * 2.0**k for centre in centres for k in range(finest, 14) for sign in (-1, 1)}
    return sorted(x for x in found if abs(x - mean) <= reach * std)


@cache
def nodes(a, b, mean, std):
    """Points between a and b, and the share of the law that stands for each."""
    mean, std = mpmath.mpf(mean), mpmath.mpf(std)
    half, middle = (mpmath.mpf(b) - a) / 2, (mpmath.mpf(b) + a) / 2
    found = []
    for node, weight in zip(*RULE, strict=True):
        x = middle + half * node
        z = (x - mean) / std
        found.append((x, half * weight * mpmath.exp(-z * z / 2) / (std * mpmath.sqrt(2 * mpmath.pi))))
    return found


def integrals(activation, mean, std):
    """E f, E f^2, E f', E f'^2, Var f, E abs f, E abs f' in mpmath."""
    rows = []
    for a, b in pairwise(edges(activation, mean, std)):
        for x, share in nodes(a, b, mean, std):
            # Far out 1 - tanh, 1 + erf and their like cancel; still further out they are next to nothing.
            f, slope, _ = oracle.at_precision(activation, x, 250 if 6 < abs(x) < 100 else 60)
            rows.append((share, f, slope))
    value = mpmath.fsum(w * f for w, f, _ in rows)
    return (
        value,
        mpmath.fsum(w * f * f for w, f, _ in rows),
        mpmath.fsum(w * s for w, _, s in rows),
        mpmath.fsum(w * s * s for w, _, s in rows),
        mpmath.fsum(w * (f - value) ** 2 for w, f, _ in rows),
        mpmath.fsum(w * abs(f) for w, f, _ in rows),
        mpmath.fsum(w * abs(s) for w, _, s in rows),
    )


@pytest.mark.parametrize(("label", "law"), CASES, ids=str)
def test_every_expectation_is_known_to_ten_digits(label, law):
    got = expected(scan(EVERY[label]), *law)
    if label in ("exponential", "expm1") and law[1] == 1e3:
        assert {got.value_mean, got.value_second_moment, got.derivative_mean} == {math.inf}, got
        return
    with mpmath.workdps(DIGITS):
        value, square, slope, slope_square, variance, size, slope_size = integrals(EVERY[label], *law)
        named = {
            "E f": (got.value_mean, value, size),
            "E f^2": (got.value_second_moment, square, square),
            "E f'": (got.derivative_mean, slope, slope_size),
            "E f'^2": (got.derivative_second_moment, slope_square, slope_square),
            "Var f": (got.value_variance, variance, variance),
        }
        for name, (own, wanted, scale) in named.items():
            # Below 1e-290 a square of float64 has lost digits; a constant's variance here is that of the mass left out.
            if scale < 1e-290 or (name == "Var f" and scale < 1e-68 * square):
                assert abs(own) <= 1e-280 or own <= 1e-66 * float(square), (label, law, name, own)
                continue
            error = abs(mpmath.mpf(own) - wanted) / scale
            assert error <= 1e-10, (label, law, name, own, mpmath.nstr(wanted, 20), mpmath.nstr(error, 3))


def test_waves_of_sinc_under_narrow_and_wide_laws():
    """sinc is the mean of cos(ux) over u in [0, 1], so its moments are integrals of normal characteristic functions."""
    seen = scan(get("sinc"))
    for std in (0.1, 1.0, 30.0, 1e3, 1e5):
        got = expected(seen, 0.0, std)
        with mpmath.workdps(DIGITS):
            s = mpmath.mpf(std)
            ends = [k / s for k in range(9) if k / s < 2] + [mpmath.mpf(2)]

            def under(weight, s=s, ends=ends):
                return mpmath.quad(lambda u: weight(u) * mpmath.exp(-((s * u) ** 2) / 2), ends)

            value = mpmath.sqrt(mpmath.pi / 2) / s * mpmath.erf(s / mpmath.sqrt(2))
            square = under(lambda u: 1 - u / 2)
            slope_square = -under(lambda u: u * (1 - (u - 1) ** 2) / 2 - (1 - (u - 1) ** 3) / 3) / 2
            wanted = {
                "E f": (got.value_mean, value),
                "E f^2": (got.value_second_moment, square),
                "E f'^2": (got.derivative_second_moment, slope_square),
                "Var f": (got.value_variance, square - value**2),
            }
            for name, (own, exact) in wanted.items():
                assert abs(own - exact) <= 1e-10 * exact, (std, name, own, mpmath.nstr(exact, 20))
        assert got.derivative_mean == 0.0, (std, got)


@pytest.mark.parametrize("a", [0.1, 1.0, 5.7, 1e6])
@pytest.mark.parametrize(("mean", "std"), [(0.0, 1.0), (0.7, 1e3), (3.0, 1e5)])
def test_waves_of_snake_under_laws_that_hold_any_number_of_them(a, mean, std):
    """x + sin(ax)^2/a = x + (1 - cos 2ax)/(2a), and E exp(iwX) = exp(iwm - w^2 s^2/2)."""
    got = expected(scan(get(f"snake:a={a!r}")), mean, std)
    with mpmath.workdps(DIGITS):
        w, m, s = 2 * mpmath.mpf(a), mpmath.mpf(mean), mpmath.mpf(std)

        def cosine(k):
            return mpmath.exp(-((k * s) ** 2) / 2) * mpmath.cos(k * m)

        def sine(k):
            return mpmath.exp(-((k * s) ** 2) / 2) * mpmath.sin(k * m)

        value = m + (1 - cosine(w)) / w
        x_cosine = m * cosine(w) - s * s * w * sine(w)
        square = m * m + s * s + 2 * (m - x_cosine) / w + (1 - 2 * cosine(w) + (1 + cosine(2 * w)) / 2) / w**2
        wanted = {
            "E f": (got.value_mean, value, s + abs(m)),
            "E f^2": (got.value_second_moment, square, square),
            "E f'": (got.derivative_mean, 1 + sine(w), 1),
            "E f'^2": (got.derivative_second_moment, 1 + 2 * sine(w) + (1 - cosine(2 * w)) / 2, 1),
        }
        for name, (own, exact, size) in wanted.items():
            assert abs(own - exact) <= 1e-10 * size, (name, own, mpmath.nstr(exact, 20))


def test_even_samples_are_not_fooled_by_waves_of_whole_length():
    got = expected(scan(get("sin(pi*x)")), 0.0, 1e5)
    assert (got.value_mean, got.derivative_mean) == (0.0, 0.0)
    assert got.value_second_moment == pytest.approx(0.5, rel=1e-10)
    assert got.derivative_second_moment == pytest.approx(math.pi**2 / 2, rel=1e-10)


@pytest.mark.parametrize(("text", "std"), [("sinc", 1e9), ("abs(sin(x))", 1e5), ("sin(pi*x)", 1e9)])
def test_what_cannot_be_followed_is_not_told_and_the_reason_is(text, std):
    got = expected(scan(get(text)), 0.0, std)
    assert math.isnan(got.value_second_moment) or math.isnan(got.value_mean), got
    assert got.note.startswith("f turns too often under this law"), got.note


@pytest.mark.parametrize(
    ("text", "words"),
    [("1/x", "at a pole"), ("log(x)", "not a finite number"), ("sin(5*x)/x", ""), ("exp(x)", "")],
)
def test_what_does_not_exist_has_a_reason(text, words):
    got = expected(scan(get(text)), 0.0, 1.0)
    assert words in got.note, got
    assert bool(got.note) == bool(words), got
    assert words == "" or math.isnan(got.value_mean) or math.isnan(got.derivative_mean), got


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("1/x", (math.nan, math.inf, -math.inf, math.inf, math.nan)),
        ("1/x**2", (math.inf, math.inf, math.nan, math.inf, math.nan)),
        ("1/(x-3)", (math.nan, math.inf, -math.inf, math.inf, math.nan)),
        ("1e-160/x", (math.nan, math.inf, -math.inf, math.inf, math.nan)),
        ("x**-0.5", (math.nan, math.nan, math.nan, math.nan, math.nan)),
    ],
)
def test_squares_that_diverge_at_a_pole_are_infinite(text, wanted):
    got = expected(scan(get(text)), 0.0, 1.0)
    moments = (got.value_mean, got.value_second_moment, got.derivative_mean, got.derivative_second_moment)
    np.testing.assert_array_equal((*moments, got.value_variance), wanted, err_msg=text)


def test_a_mean_that_is_rounding_alone_is_zero():
    for label, law in [("selu", (0.0, 1.0)), ("tanh", (0.0, 1e3)), ("softsign", (0.0, 1e-8)), ("sinc", (0.0, 1.0))]:
        got = expected(scan(get(label)), *law)
        mean = got.derivative_mean if label == "sinc" else got.value_mean
        assert mean == 0.0, (label, law, got)
    assert expected(scan(get("tanh")), 1e-9, 1.0).value_mean == pytest.approx(1e-9 * 0.6057055079760, rel=1e-4)


def test_slopes_beyond_float64_squared():
    steep = expected(scan(get("hard_sigmoid:slope=1e308")), 0.0, 1.0)
    assert steep.derivative_second_moment == pytest.approx(1e308 / math.sqrt(2 * math.pi), rel=1e-12)
    assert steep.derivative_mean == pytest.approx(1 / math.sqrt(2 * math.pi), rel=1e-12)
    flat = expected(scan(get("selu:alpha=1,scale=1e-160")), 0.0, 1.0)
    assert flat.value_second_moment > 0


def test_a_slope_that_no_float_has_is_not_told():
    narrow = expected(scan(get("laplace:sigma=1e-300")), 0.0, 1.0)
    mu = get("laplace").values[0]
    assert narrow.derivative_mean == pytest.approx(math.exp(-0.5 * mu * mu) / math.sqrt(2 * math.pi), rel=1e-10)
    assert math.isnan(narrow.derivative_second_moment)
    assert "between neighbouring floats" in narrow.note


def unknown_jump(x0):
    """A step at x0 that a record does not know of."""
    return Activation(
        "step",
        "callable",
        "",
        "",
        "",
        lambda m, x: x,
        (lambda x: (x > x0) * 1.0, np.zeros_like, np.zeros_like),
        lambda: ((0.0, 0.0, 0.0), (1.0, 0.0, 0.0)),
        get("step").reference,
    )


def test_a_jump_that_is_not_known_is_in_the_variance_and_not_in_the_slope():
    got = expected(scan(unknown_jump(-2.5)), 0.0, 1.0)
    p = 0.5 * math.erfc(2.5 / math.sqrt(2))
    assert got.value_variance == pytest.approx(p * (1 - p), rel=1e-9)
    assert (got.derivative_mean, got.derivative_second_moment) == (0.0, 0.0)


def test_a_known_jump_far_from_the_mean_keeps_its_variance():
    got = expected(scan(get("step")), 50.0, 3.0)
    p = 0.5 * math.erfc(50 / 3 / math.sqrt(2))
    assert got.value_variance == pytest.approx(p, rel=1e-12)


@pytest.mark.parametrize("sigmas", [20.0, 30.0, 36.5, 38.2, 38.48, 40.0])
@pytest.mark.parametrize("label", ["step", "relu", "exponential"])
def test_what_happens_at_the_far_end_of_the_law_is_small_and_not_infinite(label, sigmas):
    std = 0.106
    found = expected(scan(get(label)), -sigmas * std, std)
    with mpmath.workdps(40):
        beyond = mpmath.erfc(mpmath.mpf(sigmas) / mpmath.sqrt(2)) / 2
        density = mpmath.npdf(mpmath.mpf(sigmas))
        wanted = {
            "step": (beyond, 0.0),
            "relu": (std * (density - sigmas * beyond), beyond),
            "exponential": (mpmath.exp(-sigmas * std + std**2 / 2),) * 2,
        }[label]
    got = (found.value_mean, found.derivative_mean)
    assert got == pytest.approx([float(e) for e in wanted], rel=1e-10, abs=1e-308), (got, wanted)
    assert not found.note


def test_four_moments_are_those_of_the_record():
    seen = scan(get("gelu"))
    got = expected(seen, 0.3, 2.0)
    assert four_moments(seen, 0.3, 2.0) == (
        got.value_mean,
        got.value_second_moment,
        got.derivative_mean,
        got.derivative_second_moment,
    )


@pytest.mark.parametrize("label", ["relu", "hard_tanh", "softshrink", "step", "sigmoid", "gaussian", "xielu:eps=0"])
def test_the_dead_share(label):
    found = saturation(get(label), (0.1,), 0.4, 1.7)
    with mpmath.workdps(DIGITS):

        def cumulative(x):
            return mpmath.ncdf((mpmath.mpf(x) - mpmath.mpf(0.4)) / mpmath.mpf(1.7))

        wanted = {
            "relu": cumulative(0),
            "hard_tanh": cumulative(-1) + 1 - cumulative(1),
            "softshrink": cumulative(0.5) - cumulative(-0.5),
            "step": mpmath.mpf(1),
        }.get(label, mpmath.mpf(0))
        assert abs(found.moments.dead_fraction - wanted) <= 1e-14, (label, found.moments, wanted)


def test_waves_ever_faster_that_the_law_makes_rare():
    nodes, weights = np.polynomial.legendre.leggauss(16)
    # A panel has a wave or less: f = sin(exp x) up to x = 10, beyond which E f'^2 has 1e-14 of itself.
    ends = np.concatenate([np.linspace(-12.0, 0.0, 97), np.log(np.arange(2.0, math.exp(10.0)))])
    half = 0.5 * np.diff(ends)[:, None]
    x = ends[:-1, None] + half * (1.0 + nodes)
    share = half * weights * np.exp(-0.5 * x * x) / math.sqrt(2.0 * math.pi)
    value, slope = np.sin(np.exp(x)), np.exp(x) * np.cos(np.exp(x))
    got = expected(scan(get("sin(exp(x))")), 0.0, 1.0)
    found = (got.value_mean, got.value_second_moment, got.derivative_mean, got.derivative_second_moment)
    for y, own in zip((value, value**2, slope, slope**2), found, strict=True):
        assert abs(own - (share * y).sum()) <= 1e-10 * (share * np.abs(y)).sum(), (own, (share * y).sum())
