"""Log-sum-exp against mpmath, above all where the largest logit and the logarithm of the sum cancel."""

from __future__ import annotations

import math

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from vectors import INF, MIXES, NAN, OFFSETS, assert_close, exact, logits, ulps

import actviz
from actviz.catalogue import logsumexp as room
from actviz.catalogue.logsumexp import exp_pieces, logsumexp, logsumexp_jacobian

vectors = hnp.arrays(np.float64, st.integers(1, 40), elements=st.floats(-30, 3))


def error(x) -> float:
    """How many ULP log-sum-exp of x is off."""
    for digits in (150, 900):
        with mpmath.workdps(digits):
            want = mpmath.log(mpmath.fsum(mpmath.exp(mpmath.mpf(float(v))) for v in x))
            if abs(want) > 1e-60:
                break
    return ulps(logsumexp(x), want)


@pytest.mark.parametrize("offset", OFFSETS)
@pytest.mark.parametrize(("n", "spread"), MIXES)
def test_within_three_ulp_where_nothing_cancels_and_four_elsewhere(n, spread, offset):
    x = logits(n, spread, offset)
    total = exact(x)[2]
    assert ulps(logsumexp(x), total) <= (3 if abs(total) > abs(x.max()) / 2 else 4)


@given(vectors)
def test_within_four_ulp_always(x):
    assert error(x) <= 4


@pytest.mark.parametrize("n", [2, 3, 17, 1000, 20_000])
def test_equal_logits_that_cancel(n):
    x = np.full(n, -np.log(n))
    assert error(x) <= 4
    for nudge in (1e-3, 1e-9, -1e-9, 1e-12, -1e-15):
        assert error([x[0] + nudge, *x[1:]]) <= 4


@pytest.mark.parametrize("seed", range(60))
def test_logarithms_of_probabilities_cancel_to_the_rounding_of_each(seed):
    random = np.random.default_rng(seed)
    x = actviz.log_softmax(random.normal(size=int(random.integers(2, 40))) * 10.0 ** random.uniform(-3, 1.5))
    assert abs(logsumexp(x)) < 1e-13
    assert error(x) <= 4
    for shift in (10.0 ** random.uniform(-17, 0.5), -(10.0 ** random.uniform(-17, 0.5))):
        assert error(x + shift) <= 4


@pytest.mark.parametrize("exponent", [-300, -30, -20, -17, -16, -12, -3, -1, 0, 0.5])
def test_two_logits_whose_sum_is_nearest_one(exponent):
    a = -(10.0**exponent)
    b = math.log(-math.expm1(a))
    for other in (b, math.nextafter(b, 0.0), math.nextafter(b, -INF)):
        assert error([a, other]) <= 4


def test_decimals_are_asked_only_where_the_sum_is_within_2_to_the_minus_60_of_1(monkeypatch):
    asked = []
    monkeypatch.setattr(room, "in_decimals", lambda x: asked.append(x) or 0.0)
    logsumexp([-math.log(2.0), -math.log(2.0) + 1e-16])
    assert not asked
    logsumexp([-1e-30, -69.07755278982137])
    assert len(asked) == 1


def test_the_pieces_of_exp_sum_to_it_within_2_to_the_minus_112():
    random = np.random.default_rng(3)
    x = -np.concatenate(
        [[0.0, 100.0], random.uniform(0, 1, 200), random.uniform(0, 99, 200), 10.0 ** random.uniform(-300, 0, 50)]
    )
    pieces = exp_pieces(x[np.newaxis, :])
    for i, v in enumerate(x):
        with mpmath.workdps(80):
            total = mpmath.fsum(mpmath.mpf(float(p[0, i])) for p in pieces)
            assert abs(total / mpmath.exp(mpmath.mpf(float(v))) - 1) < mpmath.mpf(2) ** -112, v
    assert all(p[0, 0] == 0 for p in exp_pieces(np.array([[-101.0]])))


def test_rows_that_cancel_and_rows_that_do_not_share_a_block():
    x = np.array([[-math.log(2.0)] * 2, [1.0, 2.0], [-INF, -INF], [NAN, 0.0], [-30.0, -1e-13], [INF, 0.0]])
    np.testing.assert_array_equal(logsumexp(x), [logsumexp(row) for row in x])
    assert logsumexp(x.astype(np.float32)).dtype == np.float32


@pytest.mark.parametrize(
    ("x", "value", "gradient"),
    [
        ([0.0, -INF], 0.0, [1, 0]), ([-INF, -INF], -INF, [NAN, NAN]), ([INF, 0.0], INF, [1, 0]),
        ([INF, INF], INF, [NAN, NAN]), ([NAN, INF], NAN, [NAN, NAN]), ([-1e-300], -1e-300, [1]),
        ([-5e-324], -5e-324, [1]), ([-0.5, -INF], -0.5, [1, 0]),
    ],
)  # fmt: skip
def test_masks_infinities_and_nan(x, value, gradient):
    np.testing.assert_array_equal(logsumexp(x), value)
    np.testing.assert_array_equal(logsumexp_jacobian(np.array(x)), [gradient])


@given(vectors)
def test_the_gradient_is_softmax(x):
    assert_close(logsumexp_jacobian(x)[0], exact(x)[0], x, 3, "gradient of logsumexp")


@given(vectors)
def test_it_lies_from_the_maximum_to_that_and_log_n(x):
    y, top = logsumexp(x), x.max()
    slack = 4 * np.spacing(max(abs(y), abs(top), 1.0))
    assert top <= y + slack
    assert y <= top + np.log(x.size) + slack
