"""Where the variance settles, against closed forms, and against following it for thousands of layers."""

from __future__ import annotations

import itertools
import math

import mpmath
import pytest

import actviz
from actviz.activation import Activation
from actviz.analysis.depth.fixedpoint import depth_scale, fixed_point, phase_of, root
from actviz.analysis.depth.meanfield import Field, second_moments
from actviz.analysis.scan import scan

ERF = "erf(x)"


def field(text, weight_std, bias_std=0.0):
    activation = actviz.get(text)
    assert isinstance(activation, Activation)
    return Field(scan(activation), weight_std, bias_std)


@pytest.mark.parametrize(("w", "b"), [(0.5, 0.4), (1.0, 0.1), (2.0, 0.0), (3.0, 1.0), (0.9, 0.01)])
def test_erf_settles_where_its_closed_form_does(w, b):
    got = fixed_point(field(ERF, w, b), 1.0)
    with mpmath.workdps(30):
        q = mpmath.findroot(
            lambda q: w * w * 2 / mpmath.pi * mpmath.asin(2 * q / (1 + 2 * q)) + b * b - q, got.variance
        )
        chi = w * w * 4 / mpmath.pi / mpmath.sqrt(1 + 4 * q)
        assert abs(got.variance - q) <= 1e-12 * q, (w, b, got, mpmath.nstr(q, 17))
        assert abs(got.chi - chi) <= 1e-12 * chi, (w, b, got, mpmath.nstr(chi, 17))
        assert abs(got.depth_scale - 1 / abs(mpmath.log(chi))) <= 1e-9 * got.depth_scale
    assert got.phase == ("ordered" if got.chi < 1 else "chaotic")
    assert not got.neutral


@pytest.mark.parametrize("start", [1e-9, 0.5, 1.0, 100.0])
@pytest.mark.parametrize(("w", "variance", "chi", "phase"), [
    (math.sqrt(2), None, 1.0, "critical"),
    (1.5, math.inf, 1.125, "chaotic"),
    (1.4, 0.0, 0.98, "ordered"),
])  # fmt: skip
def test_relu_has_every_fixed_point_or_none(start, w, variance, chi, phase):
    got = fixed_point(field("relu", w), start)
    assert got.variance == (start if variance is None else variance)
    assert got.neutral == (variance is None)
    assert got.chi == pytest.approx(chi, rel=1e-14)
    assert got.phase == phase


@pytest.mark.parametrize("start", [1e-14, 1.0, 1e6])
def test_tanh_at_its_critical_point_tends_to_0_however_slowly(start):
    """From q = 1 the variance falls as 1/(2l), so that following it would take 1e60 layers."""
    got = fixed_point(field("tanh", 1.0), start)
    assert (got.variance, got.chi, got.phase, got.depth_scale) == (0.0, pytest.approx(1.0), "critical", math.inf)
    assert not got.neutral


def test_where_the_variance_goes_may_depend_on_where_it_starts():
    """E relu^4 = 3 q^2/2: beyond q = 2/3 it grows without bound, below it falls to 0."""
    squared = field("relu_squared", 1.0)
    assert fixed_point(squared, 0.66).variance == 0.0
    assert fixed_point(squared, 0.67).variance == math.inf
    assert fixed_point(squared, 0.66).chi == 0.0
    assert fixed_point(squared, 0.67).chi == math.inf


def test_a_slope_of_0_kills_every_gradient():
    got = fixed_point(field("step", 1.0), 1.0)
    assert got.variance == pytest.approx(0.5, rel=1e-14)
    assert (got.chi, got.phase, got.depth_scale) == (0.0, "ordered", 0.0)


def test_a_variance_that_grows_ever_more_slowly_is_said_to_grow_without_bound():
    got = fixed_point(field("softplus", math.sqrt(2)), 1.0)
    assert (got.variance, got.phase) == (math.inf, "critical")


def test_selu_settles_at_1():
    """Klambauer et al. 2017 chose its two constants for that."""
    got = fixed_point(field("selu", 1.0), 0.3)
    assert got.variance == pytest.approx(1.0, rel=1e-13)


def test_what_is_unknown_is_said_to_be():
    got = fixed_point(field("log(x)", 1.0), 1.0)
    assert got.phase == "unknown"
    assert all(map(math.isnan, (got.variance, got.chi, got.depth_scale)))


NAMES = ("sigmoid", "tanh", "elu", "swish", "gelu", "gaussian", "softsign", "hard_swish", "laplace", "hard_tanh")


@pytest.mark.parametrize("name", NAMES)
def test_a_network_of_thousands_of_layers_ends_where_it_is_said_to_settle(name):
    """Followed layer by layer until it stays; where that takes too long the direction must be right at least."""
    for w, b in itertools.product((0.5, 1.1, 2.5), (0.0, 0.5)):
        network = field(name, w, b)
        got = fixed_point(network, 1.0)
        q = 1.0
        for _ in range(400):
            before, q = q, network.step(q)[0]
            if not 1e-200 < q < 1e200 or abs(q - before) <= 1e-14 * q:
                break
        if math.isinf(got.variance) or got.variance == 0.0:
            assert q < min(before, 1e-3) or q > max(before, 1e3), (name, w, b, got, q)
        else:
            assert q == pytest.approx(got.variance, rel=1e-9), (name, w, b, got)


@pytest.mark.parametrize("name", ["tanh", "gaussian", "sinc", "gelu", "relu6", "step", "x*exp(-x*x)", "1/(1+x**4)"])
def test_the_root_of_the_variance_times_the_second_moment_grows(name):
    """Which is why no variance cycles: the module says how."""
    activation = actviz.get(name)
    assert isinstance(activation, Activation)
    seen = scan(activation)
    found = [math.sqrt(q) * second_moments(seen, 0.0, math.sqrt(q))[0] for q in (2.0**k for k in range(-12, 13))]
    assert all(b > a * (1 - 1e-12) for a, b in itertools.pairwise(found)), (name, found)


def test_phases_and_depth_scales():
    assert [phase_of(chi) for chi in (0.0, 0.999, 1.0 + 1e-12, 1.001, math.inf, math.nan)] == [
        *("ordered", "ordered", "critical", "chaotic", "chaotic", "unknown")
    ]
    assert depth_scale(math.exp(-1 / 7)) == pytest.approx(7.0, rel=1e-14)
    assert depth_scale(math.exp(1 / 7)) == pytest.approx(7.0, rel=1e-14)
    assert (depth_scale(0.0), depth_scale(math.inf), depth_scale(1.0)) == (0.0, 0.0, math.inf)


@pytest.mark.parametrize("wanted", [1e-12, 0.7, 1.0, 3e9])
def test_roots_are_found_to_their_last_bits_between_far_ends(wanted):
    got = root(lambda x: math.log(x / wanted) ** 3, wanted * 1e-3, wanted * 1e5)
    assert got == pytest.approx(wanted, rel=1e-4)  # a threefold root
    assert root(lambda x: x - wanted, wanted / 50, wanted * 7) == pytest.approx(wanted, rel=4e-15)
