"""Exact products and sums against fractions; exponentials and root series against mpmath."""

from __future__ import annotations

import math
from fractions import Fraction

import mpmath
import numpy as np
import oracle
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from actviz.arithmetic import DEEP, RootSeries, horner, product_error, square, times_exp, two_product, two_sum

FINITE = st.floats(allow_nan=False, allow_infinity=False)
SIGNIFICANDS = st.integers(-(2**53) + 1, 2**53 - 1)
MAX = float(np.finfo(np.float64).max)
LEAST = 5e-324


@st.composite
def factors(draw: st.DrawFn) -> tuple[float, float]:
    """Two floats, each of any size, whose product and its last bit float64 can hold."""
    i = draw(st.integers(-1074, 971))
    j = draw(st.integers(max(-1074, -1074 - i), min(971, 918 - i)))
    return math.ldexp(draw(SIGNIFICANDS), i), math.ldexp(draw(SIGNIFICANDS), j)


@given(factors())
@example((MAX, 2.0**-52))
@example((1e300, 1e-300))
@example((MAX, LEAST))
@example((LEAST, LEAST * 2.0**1000))
@example((1 + 2.0**-52, 1 + 2.0**-52))
@example((134217729.0, 134217727.0))
@example((-0.0, 5.0))
def test_a_product_and_its_error_are_the_exact_product(pair: tuple[float, float]) -> None:
    a, x = pair
    exact = Fraction(a) * Fraction(x)
    assume(exact.denominator <= 2**1074)
    high, low = (float(part[0]) for part in two_product(a, np.array([x])))
    assert high == a * x, (a, x, high, a * x)
    assert math.copysign(1, high) == math.copysign(1, a * x), (a, x, high)
    assert Fraction(high) + Fraction(low) == exact, (a, x, high, low)


@given(st.floats(-1e100, 1e100), st.floats(-1e100, 1e100))
@example(MAX, 2.0**-52)
@example(math.nextafter(1.0, 0.0), 134217727.0)
@example(-5e-324, 1e300)
@example(0.0, 1.7e308)
def test_the_error_of_a_product_is_all_but_exact_away_from_the_ends(a: float, x: float) -> None:
    product = a * x
    assume(a == 0 or x == 0 or 2.0**-900 < abs(product) < 2.0**1000)
    error = float(product_error(a, np.array([x]), np.array([product]))[0])
    exact = Fraction(a) * Fraction(x) - Fraction(product)
    assert abs(Fraction(error) - exact) <= abs(Fraction(product)) * Fraction(2) ** -104, (a, x, error, float(exact))


@given(st.floats(-1e150, 1e150))
@example(1 + 2.0**-52)
@example(-math.sqrt(0.5))
@example(math.nextafter(1.0, 0.0))
@example(134217729.0)
@example(0.0)
def test_a_square_and_its_error_are_all_but_the_exact_square(x: float) -> None:
    assume(x == 0 or abs(x) > 2.0**-450)
    y, low = (float(part[0]) for part in square(np.array([x])))
    assert y == x * x
    assert abs(Fraction(y) + Fraction(low) - Fraction(x) ** 2) <= Fraction(y) * Fraction(2) ** -104, (x, y, low)


def test_horner_takes_the_constant_first_and_leaves_x() -> None:
    x = np.array([0.0, 1.0, -2.0])
    np.testing.assert_array_equal(horner((3.0, 0.5, -1.0), x), [3.0, 2.5, -2.0])
    np.testing.assert_array_equal(horner((7.0,), x), [7.0, 7.0, 7.0])
    np.testing.assert_array_equal(x, [0.0, 1.0, -2.0])


@given(FINITE, FINITE)
@example(MAX, -MAX)
@example(MAX, -(2.0**970))
@example(-MAX, math.nextafter(2.0**1023, math.inf))
@example(1.0, 2.0**-53)
@example(2.0**-53, 1.0)
@example(1e308, LEAST)
@example(LEAST, -2.2250738585072014e-308)
def test_a_sum_and_its_error_are_the_exact_sum(a: float, b: float) -> None:
    assume(math.isfinite(a + b))
    s, error = (float(part[0]) for part in two_sum(np.array([a]), b))
    assert s == a + b, (a, b, s)
    assert Fraction(s) + Fraction(error) == Fraction(a) + Fraction(b), (a, b, s, error)


def test_products_and_sums_go_element_by_element() -> None:
    x = np.array([[0.1, -0.2, 0.3], [1e300, -1e-290, 0.0]])
    for pair in (lambda v: two_product(0.7, v), lambda v: two_sum(v, 0.7), lambda v: two_sum(v, -v / 3)):
        for whole, part in zip(pair(x), (0, 1), strict=True):
            assert whole.shape == (2, 3)
            assert whole.ravel().tolist() == [float(pair(np.array([v]))[part][0]) for v in x.flat]


@pytest.mark.parametrize("q", [1.0, -3.7, 1e-8, 1.1e10, 300.0, -1e150])
def test_times_exp_keeps_its_last_bits_through_underflow(q: float) -> None:
    x = np.concatenate([np.linspace(-1200.0, 0.0, 1201), np.linspace(-760.0, -680.0, 801), [DEEP, -708.4, -745.2]])
    beside = np.concatenate([np.nextafter(x, 0.0), np.nextafter(x, -np.inf)])
    x = np.concatenate([x, np.minimum(beside, 0.0)])
    before = x.copy()
    for factor in (q, np.full_like(x, q)):
        got = times_exp(factor, x)
        for point, y in zip(x.tolist(), got.tolist(), strict=True):
            with mpmath.workdps(40):
                wanted = mpmath.mpf(q) * mpmath.exp(mpmath.mpf(point))
            # Two exponentials and two products, each wrong by at most half an ULP or little more.
            assert oracle.ulps(y, wanted) <= 3, (q, point, y, float(wanted), oracle.ulps(y, wanted))
    np.testing.assert_array_equal(x, before)


def test_the_plain_product_would_not() -> None:
    q, x = 1.1e10, -740.0
    with mpmath.workdps(40):
        wanted = mpmath.mpf(q) * mpmath.exp(x)
    assert oracle.ulps(q * math.exp(x), wanted) > 1e9
    assert oracle.ulps(float(times_exp(q, np.array([x]))[0]), wanted) <= 3


def test_times_exp_takes_a_factor_a_point() -> None:
    x, q = np.array([-1.0, -700.0, -740.0]), np.array([2.0, 3.0, 1e20])
    got = times_exp(q, x)
    assert got.tolist() == [float(times_exp(a, np.array([b]))[0]) for a, b in zip(q, x, strict=True)]


SINE = RootSeries(
    math.pi,
    1.2246467991473532e-16,
    0.5,
    tuple(0.0 if k % 2 else (-1.0) ** (k // 2 + 1) / math.factorial(k + 1) for k in range(18)),
)
"""sin about pi, as far as 0.5**18/19! is nothing beside 1."""

OFFSETS = (0.0, 1e-300, 1e-17, 1e-9, 0.01, 0.3, 0.4999)


def mended(x: np.ndarray, low: float = 0.0, scale: float = 1.0) -> np.ndarray:
    """What `mend` makes of an array of 7s."""
    y = np.full_like(x, 7.0)
    assert SINE.mend(y, x, low, scale) is y
    return y


@pytest.mark.parametrize("low", [0.0, 2e-16, -1.2246467991473532e-16 / 2])
@pytest.mark.parametrize("scale", [1.0, -2.5])
def test_a_root_series_is_right_to_the_last_bits_beside_the_root(low: float, scale: float) -> None:
    x = np.array([math.pi + s * offset for offset in OFFSETS for s in (-1, 1)])
    x = np.concatenate([x, np.nextafter(x, 0.0), np.nextafter(x, 9.0)])
    with mpmath.workdps(60):
        for point, y in zip(x.tolist(), mended(x, low, scale).tolist(), strict=True):
            wanted = scale * mpmath.sin(mpmath.mpf(point) + mpmath.mpf(low))
            assert oracle.ulps(y, wanted) <= 3, (point, low, scale, y, float(wanted), oracle.ulps(y, wanted))


def test_a_root_series_takes_a_low_part_a_point() -> None:
    x, low = np.array([3.0, math.pi, 3.3]), np.array([1e-16, -2e-16, 0.0])
    y = SINE.mend(np.zeros(3), x, low)
    assert y.tolist() == [float(mended(x[i : i + 1], float(low[i]))[0]) for i in range(3)]


def test_what_is_not_near_the_root_stays_and_so_does_x() -> None:
    x = np.array([-math.pi, 0.0, math.pi - 0.5, math.nextafter(math.pi - 0.5, 4.0), 3.0, math.pi + 0.5, 1e300])
    before = x.copy()
    assert (mended(x) == 7.0).tolist() == [True, True, True, False, False, True, True]
    np.testing.assert_array_equal(x, before)
    assert mended(np.zeros(0)).size == 0
