"""Expectations under normal laws, against closed forms and mpmath."""

from __future__ import annotations

import math

import mpmath
import numpy as np
import pytest

from actviz.analysis.quadrature import expectations, probability
from actviz.catalogue import find
from actviz.errors import BadInput

LAWS = [(0.0, 1.0), (0.7, 1.3), (-3.0, 0.5), (2.0, 1e-3), (0.0, 1e3), (-40.0, 1e3), (5.0, 1e-9), (0.0, 1e-20)]


def phi(t):
    return mpmath.exp(-t * t / 2) / mpmath.sqrt(2 * mpmath.pi)


def check(got, wanted, what, relative=1e-12):
    error = abs(mpmath.mpf(float(got)) - wanted)
    assert error <= relative * abs(wanted), (
        what,
        float(got),
        mpmath.nstr(wanted, 20),
        mpmath.nstr(error / abs(wanted), 3),
    )


@pytest.mark.parametrize(("mean", "std"), LAWS)
def test_relu_against_its_closed_form(mean, std):
    """E relu = m Phi(m/s) + s phi(m/s), E relu^2 = (m^2 + s^2) Phi + m s phi, E relu' = Phi."""

    def both(x):
        return np.stack([np.maximum(x, 0), np.maximum(x, 0) ** 2, (x > 0) * 1.0])

    value, square, slope = expectations(both, [0.0], mean, std)
    with mpmath.workdps(40):
        m, s = mpmath.mpf(mean), mpmath.mpf(std)
        whole, density = mpmath.ncdf(m / s), phi(m / s)
        check(value, m * whole + s * density, ("relu", mean, std))
        check(square, (m * m + s * s) * whole + m * s * density, ("relu^2", mean, std))
        check(slope, whole, ("relu'", mean, std))


def test_relu_at_the_standard_normal():
    relu, _ = find("relu")
    value, square, slope = expectations(lambda x: np.stack([relu(x), relu(x) ** 2, relu.derivative(x)]), [0.0])
    assert value == pytest.approx(1 / math.sqrt(2 * math.pi), rel=1e-14)
    assert square == pytest.approx(0.5, rel=1e-14)
    assert slope == pytest.approx(0.5, rel=1e-14)


@pytest.mark.parametrize("std", [1e-6, 0.1, 1.0, 30.0, 1e3, 1e8])
def test_an_odd_function_has_mean_zero_and_sigmoid_half(std):
    (odd, half) = expectations(lambda x: np.stack([np.tanh(x), 0.5 * (1 + np.tanh(0.5 * x))]), [], 0.0, std)
    assert abs(odd) <= 1e-15, (std, odd)
    assert abs(half - 0.5) <= 1e-15, (std, half)


@pytest.mark.parametrize("std", [1.0, 50.0, 1e3, 1e6, 1e12])
def test_a_narrow_slope_under_a_wide_law(std):
    """E sigmoid' tends to the density at 0: the bump is thinner than any first panel."""
    sigmoid, _ = find("sigmoid")
    (got,) = expectations(sigmoid.derivative, [], 0.0, std)
    with mpmath.workdps(30):
        wanted = 2 * mpmath.quad(
            lambda t: mpmath.exp(-t) / (1 + mpmath.exp(-t)) ** 2 * phi(t / std) / std, [0, 1, 4, 16, 40, 80]
        )
        check(got, wanted, ("sigmoid'", std))


@pytest.mark.parametrize("beta", [0.01, 1.0, 50.0, 1000.0, 1e6])
@pytest.mark.parametrize(("mean", "std"), [(0.0, 1.0), (0.7, 1.3)])
def test_steep_swish(beta, mean, std):
    swish = find("swish")[0].bind(beta=beta)
    value, square = expectations(lambda x: np.stack([swish(x), swish.derivative(x) ** 2]), [], mean, std)
    with mpmath.workdps(30):

        def sigma(x):
            return 1 / (1 + mpmath.exp(-beta * x))

        def slope(x):
            return sigma(x) + beta * x * sigma(x) * (1 - sigma(x))

        scale = mpmath.mpf(1) / beta
        ends = [k * scale for k in (0, 1, 3, 9, 27, 80) if k * scale < 15] + [mpmath.mpf(15), mpmath.mpf(25)]
        ends = [*(-e for e in reversed(ends[1:])), *ends]

        def integral(g):
            return mpmath.quad(lambda x: g(x) * phi((x - mean) / std) / std, ends)

        check(value, integral(lambda x: x * sigma(x)), ("swish", beta))
        check(square, integral(lambda x: slope(x) ** 2), ("swish'^2", beta))


def test_breaks_need_not_be_where_the_law_is():
    (got,) = expectations(lambda x: np.where(x > 100.0, 1.0, 0.0), [100.0, 1e9], 0.0, 1.0)
    assert got == 0.0


def test_an_unknown_jump_is_closed_in_on():
    (got,) = expectations(lambda x: np.where(x > 0.3, 1.0, 0.0), [])
    with mpmath.workdps(30):
        check(got, mpmath.ncdf(-mpmath.mpf(0.3)), "step at 0.3")


def test_growth_within_and_beyond_the_density():
    (got,) = expectations(np.exp, [])
    assert got == pytest.approx(math.exp(0.5), rel=1e-13)
    with np.errstate(over="ignore"):
        (endless,) = expectations(lambda x: np.exp(x * x), [])
    assert endless == math.inf


def test_nan_is_not_dropped():
    with np.errstate(invalid="ignore"):
        (got,) = expectations(np.sqrt, [])
    assert math.isnan(got)


@pytest.mark.parametrize(
    ("mean", "std", "word"),
    [
        (0, 0, "std "),
        (0, -1, "std "),
        (0, math.nan, "std "),
        (0, math.inf, "std "),
        (math.inf, 1, "mean "),
        (math.nan, 1, "mean "),
        (0, 1e31, "1e30"),
        (1e31, 1, "1e30"),
        (0, 1e-31, "1e-30"),
    ],
)
def test_laws_that_cannot_be_served(mean, std, word):
    with pytest.raises(BadInput, match=word):
        expectations(np.tanh, [], mean, std)


@pytest.mark.parametrize(
    ("low", "high"), [(-math.inf, 0.3), (1.0, 2.0), (8.0, math.inf), (-math.inf, -30.0), (-2.0, -1.5), (20.0, 21.0)]
)
@pytest.mark.parametrize(("mean", "std"), [(0.0, 1.0), (0.7, 1.3)])
def test_probabilities_keep_their_digits_in_the_tails(low, high, mean, std):
    got = probability(low, high, mean, std)
    with mpmath.workdps(400):
        wanted = mpmath.ncdf((mpmath.mpf(high) - mean) / std) - mpmath.ncdf((mpmath.mpf(low) - mean) / std)
        check(got, wanted, (low, high), relative=1e-12)


def test_what_outgrows_the_density_has_the_infinity_of_its_sign_or_none():
    def growing(x):
        up = np.exp(0.5 * x * x - 40)
        return np.stack([up, -up, x * up, up * up, -np.exp(x * x)])

    found = expectations(growing, [])
    assert found[:2].tolist() == [math.inf, -math.inf]
    assert math.isnan(found[2])
    assert found[3:].tolist() == [math.inf, -math.inf]


@pytest.mark.parametrize(("power", "poles"), [(1, ()), (2, ()), (1, (0.0,)), (3, (0.0,))])
def test_what_cannot_be_integrated_has_no_expectation(power, poles):
    (got,) = expectations(lambda x: 1.0 / x**power, (), poles=poles)
    assert math.isnan(got), (power, got)


def test_what_diverges_at_poles_has_the_infinity_of_its_sign_or_none():
    def growing(x):
        right = np.where(x > 0.0, 1.0 / x, 0.0)
        return np.stack([x**-2.0, -(x**-2.0), right, -right, x**-2.0 - (x - 1.0) ** -2.0, np.sqrt(x) / x**2])

    found = expectations(growing, (), poles=(0.0, 1.0))
    assert found[:4].tolist() == [math.inf, -math.inf, math.inf, -math.inf]
    assert np.isnan(found[4:]).all(), found  # of both signs; and undefined left of the pole


@pytest.mark.parametrize(("mean", "std"), [(1e6, 1e6), (-1e9, 3e8), (1e12, 1e12), (9.223e18, 7.531e18), (3e25, 1e25)])
def test_what_lies_near_0_is_seen_under_a_law_far_wider_and_off_0(mean, std):
    """sech^2 and its square have the integrals 2 and 4/3, over which such a law's density does not change."""
    got = expectations(lambda x: np.stack([np.cosh(np.clip(x, -300, 300)) ** -n for n in (2.0, 4.0)]), [], mean, std)
    density = math.exp(-0.5 * (mean / std) ** 2) / math.sqrt(2 * math.pi) / std
    wanted = [2 * density, 4 / 3 * density]
    # At 1e6 the density changes by a part of 1e-12 over the width of sech.
    assert got.tolist() == pytest.approx(wanted, rel=1e-11), (got, wanted)
