"""The recursion of variance and gradient, against closed forms and mpmath."""

from __future__ import annotations

import math

import mpmath
import pytest

import actviz
from actviz.activation import Activation
from actviz.analysis.depth.meanfield import Field, checked_depth, checked_std, predicted
from actviz.analysis.scan import scan
from actviz.errors import BadInput

TOLERANCE = 1e-11


def field(text, weight_std, bias_std=0.0):
    activation = actviz.get(text)
    assert isinstance(activation, Activation)
    return Field(scan(activation), weight_std, bias_std)


def check(got, wanted, what):
    assert abs(got - wanted) <= TOLERANCE * abs(wanted), (what, got, mpmath.nstr(mpmath.mpf(wanted), 17))


@pytest.mark.parametrize("std", [1e-12, 0.3, 1.0, 40.0, 1e15])
def test_relu_at_he_keeps_every_variance_and_every_gradient(std):
    for layer in predicted(field("relu", math.sqrt(2)), 50, 0.0, std):
        check(layer.variance, std**2, layer)
        check(layer.chi, 1.0, layer)
        check(layer.gradient, 1.0, layer)


@pytest.mark.parametrize("slope", [-1.0, 0.0, 0.01, 0.5])
def test_leaky_relu_at_its_own_gain(slope):
    """sqrt(2/(1 + a^2)): He et al. 2015, section 2.2."""
    found = predicted(field(f"leaky_relu:negative_slope={slope}", math.sqrt(2 / (1 + slope**2))), 20, 0.0, 1.7)
    for layer in found:
        check(layer.variance, 1.7**2, layer)
        check(layer.gradient, 1.0, layer)


def test_a_linear_network_in_closed_form():
    """q_l = w^2l q_0 + b^2 (w^2l - 1)/(w^2 - 1), and the gradient grows by w^2 a layer."""
    w, b, depth = 1.3, 0.7, 30
    for layer in predicted(field("identity", w, b), depth, 0.0, 2.0):
        power = w ** (2 * layer.number)
        check(layer.variance, 4.0 * power + b * b * (power - 1) / (w * w - 1), layer)
        check(layer.gradient, w ** (2 * (depth - layer.number)), layer)


@pytest.mark.parametrize(("w", "b", "std"), [(1.0, 0.0, 1.0), (3.0, 0.5, 0.1), (0.5, 2.0, 30.0)])
def test_erf_in_closed_form(w, b, std):
    """E erf(sqrt(q) z)^2 = 2/pi asin(2q/(1 + 2q)) (Williams 1997, eq. 11), E erf'^2 = 4/pi / sqrt(1 + 4q)."""
    found = predicted(field("erf(x)", w, b), 8, 0.0, std)
    q = mpmath.mpf(std) ** 2
    wanted = []
    for _ in found:
        wanted.append((q, w * w * 4 / mpmath.pi / mpmath.sqrt(1 + 4 * q)))
        q = w * w * 2 / mpmath.pi * mpmath.asin(2 * q / (1 + 2 * q)) + b * b
    for layer, (variance, chi) in zip(found, wanted, strict=True):
        check(layer.variance, variance, layer)
        check(layer.chi, chi, layer)
        check(layer.gradient, mpmath.fprod(c for _, c in wanted[layer.number : -1]), layer)


@pytest.mark.parametrize(("name", "value", "slope"), [
    ("tanh", mpmath.tanh, lambda x: mpmath.sech(x) ** 2),
    ("sigmoid", lambda x: 1 / (1 + mpmath.exp(-x)), lambda x: 1 / (2 + 2 * mpmath.cosh(x))),
])  # fmt: skip
def test_against_mpmath_from_an_input_with_a_mean(name, value, slope):
    w, b, mean, std = 1.5, 0.3, 0.8, 1.2
    found = predicted(field(name, w, b), 3, mean, std)
    with mpmath.workdps(25):
        centre, q, gradient = mpmath.mpf(mean), mpmath.mpf(std) ** 2, mpmath.mpf(1)
        for layer in found:
            root = mpmath.sqrt(q)

            def moment(g, centre=centre, root=root):
                return mpmath.quad(lambda z: g(centre + root * z) ** 2 * mpmath.npdf(z), range(-12, 13, 3))

            chi = w * w * moment(slope)
            check(layer.variance, q, layer)
            check(layer.chi, chi, layer)
            check(found[0].gradient / layer.gradient, gradient, layer)
            centre, q, gradient = mpmath.mpf(0), w * w * moment(value) + b * b, gradient * chi


def test_variances_beyond_the_law_follow_to_the_ends_of_float64():
    up = predicted(field("relu", 1e10), 20, 0.0, 1.0)
    for layer in up[:15]:
        assert layer.variance == pytest.approx((1e20 / 2) ** layer.number, rel=1e-12), layer
    assert [layer.variance for layer in up[16:]] == [math.inf] * 5
    assert {layer.chi for layer in up[1:]} == {up[0].chi}
    assert up[0].gradient == math.inf
    down = predicted(field("relu", 1e-10), 20, 0.0, 1.0)
    for layer in down[:15]:
        assert layer.variance == pytest.approx((1e-20 / 2) ** layer.number, rel=1e-12), layer
    assert [layer.variance for layer in down[16:]] == [0.0] * 5
    assert down[0].gradient == 0.0
    assert down[19].gradient == pytest.approx(5e-21, rel=1e-12)


def test_a_kink_at_0_counts_on_both_sides_however_small_the_variance():
    found = predicted(field("leaky_relu:negative_slope=0.5", 1e-18), 5, 0.0, 1.0)
    assert found[5].chi == pytest.approx(1e-36 * 0.625, rel=1e-12)


@pytest.mark.parametrize("name", ["relu_squared", "exponential"])
def test_a_variance_that_runs_away_is_infinite_and_says_nothing_else(name):
    found = predicted(field(name, 2.0), 12, 0.0, 1.0)
    assert found[-1].variance == math.inf
    assert found[0].gradient == math.inf
    known = [layer.variance for layer in found if layer.variance < math.inf]
    assert known == sorted(known)


def test_a_function_without_moments_predicts_nothing():
    found = predicted(field("log(x)", 1.0), 2, 0.0, 1.0)
    assert found[0].variance == 1.0
    assert all(map(math.isnan, (found[0].chi, found[1].variance, found[2].variance, found[0].gradient)))


def test_an_oscillation_is_not_followed_under_a_law_too_wide_for_it():
    found = predicted(field("snake", 10.0), 8, 0.0, 1.0)
    known = [layer.variance for layer in found if not math.isnan(layer.variance)]
    assert known[1] == pytest.approx(130.73742912101816, rel=1e-10)
    assert 1e8 < known[-1] < 1e12


@pytest.mark.parametrize("a", [1e4, 1e10])
def test_waves_beyond_panels_are_sampled(a):
    # f = x + sin(a x)^2/a: E f^2 = 1 + 3/(8 a^2) and E f'^2 = E (1 + sin 2ax)^2 = 3/2 where exp(-a^2/2) is 0.
    (layer, following) = predicted(field(f"snake:a={a:g}", 1.0), 1, 0.0, 1.0)
    assert layer.chi == pytest.approx(1.5, rel=1e-10), layer
    assert following.variance == pytest.approx(1.0 + 0.375 / a**2, rel=1e-10), following


@pytest.mark.parametrize("depth", [0, -1, 1001])
def test_depths_out_of_bounds(depth):
    with pytest.raises(BadInput, match="depth must be from 1 to 1000 layers"):
        checked_depth(depth)


@pytest.mark.parametrize("std", [-1.0, 1e-21, 1e21, math.inf, math.nan])
def test_standard_deviations_out_of_bounds(std):
    with pytest.raises(BadInput, match="bias std must be 0, or from 1e-20 to 1e"):
        checked_std(std, "bias std", zero=True)
    with pytest.raises(BadInput, match="weight std must be from 1e-20 to 1e"):
        checked_std(0.0, "weight std", zero=False)
    assert checked_std(0.0, "bias std", zero=True) == 0.0
