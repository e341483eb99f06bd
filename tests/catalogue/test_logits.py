"""Softmax, its logarithm, softmin and softmax1 against mpmath, their Jacobians and special values."""

from __future__ import annotations

import math

import ml_dtypes
import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from vectors import INF, MIXES, NAN, OFFSETS, TINIEST, assert_close, exact, logits

import actviz
from actviz.analysis.softmax.exact import exact as exact_pairs
from actviz.catalogue.logits import (
    compensated_sum,
    log_softmax_jacobian,
    softmax1,
    softmax1_jacobian,
    softmax_jacobian,
    softmin,
    softmin_jacobian,
)

ends = st.floats(-1e4, 1e4)
vectors = hnp.arrays(np.float64, st.integers(1, 40), elements=st.floats(-700, 700))


@pytest.mark.parametrize("offset", OFFSETS)
@pytest.mark.parametrize(("n", "spread"), MIXES)
def test_within_three_ulp_of_mpmath(n, spread, offset):
    x = logits(n, spread, offset)
    p, log_p, _ = exact(x)
    assert_close(actviz.softmax(x), p, x, 3, "softmax")
    assert_close(actviz.log_softmax(x), log_p, x, 3, "log_softmax")
    if n <= 100:  # they are softmax of other numbers, to the last bit
        assert_close(softmax1(x), exact([*x, 0.0])[0][:-1], x, 3, "softmax1")
        assert_close(softmin(x), exact(-x)[0], x, 3, "softmin")


@pytest.mark.parametrize(
    "gap", [0.0, 1e-17, 1e-8, 0.3, 1.0, 20.0, 36.7, 37.5, 100.0, 700.0, 708.0, 720.0, 744.0, 745.2, 1e4]
)
def test_two_classes_a_gap_apart(gap):
    x = np.array([3.7, 3.7 - gap])
    p, log_p, _ = exact(x)
    assert_close(actviz.softmax(x), p, x, 3, "softmax")
    assert_close(actviz.log_softmax(x), log_p, x, 3, "log_softmax")


@pytest.mark.parametrize("top", [-1e4, -745.2, -720.0, -37.5, -1e-17, 0.0, 1e-9, 0.7, 36.7, 700.0, 1e4])
def test_softmax1_about_its_hidden_class(top):
    x = np.array([top, top - 0.3, top - 50.0])
    assert_close(softmax1(x), exact([*x, 0.0])[0][:-1], x, 3, "softmax1")


def test_the_largest_class_keeps_its_digits():
    got = actviz.log_softmax([50.0, 0.0])[0]
    assert got == pytest.approx(-np.exp(-50.0), rel=1e-15)
    assert actviz.log_softmax([700.0, 0.0])[0] < 0
    assert actviz.log_softmax([1e4, 0.0])[0] == 0  # exp(-10000) is under every float64


def test_seventy_thousand_zeros_in_float16():
    x = np.zeros(70_000, dtype=np.float16)
    got = actviz.log_softmax(x)
    assert (got == np.float16(-11.15625)).all(), got[:3]
    assert abs(float(got[0]) + np.log(70_000)) <= np.spacing(np.float16(11.156)) / 2
    assert actviz.logsumexp(x) == np.float16(11.15625)


SPECIAL = [
    ([0.0, -INF], [1, 0], [0, -INF], 0.0),
    ([-INF, 2.0, 2.0], [0, 0.5, 0.5], [-INF, -np.log(2), -np.log(2)], 2 + np.log(2)),
    ([-INF, -INF], [NAN, NAN], [NAN, NAN], -INF),
    ([-INF], [NAN], [NAN], -INF),
    ([INF, 0.0, -INF], [1, 0, 0], [0, -INF, -INF], INF),
    ([INF, INF, 0.0], [NAN] * 3, [NAN] * 3, INF),
    ([NAN, 0.0], [NAN, NAN], [NAN, NAN], NAN),
    ([NAN, INF], [NAN, NAN], [NAN, NAN], NAN),
    ([5.0], [1], [0], 5.0),
    ([1.7e308, -1.7e308], [1, 0], [0, -INF], 1.7e308),
    ([-1.7e308, -1.7e308], [0.5, 0.5], [-np.log(2)] * 2, -1.7e308),
]


@pytest.mark.parametrize(("x", "p", "log_p", "total"), SPECIAL)
def test_masks_infinities_and_nan(x, p, log_p, total):
    np.testing.assert_array_equal(actviz.softmax(x), p)
    np.testing.assert_array_equal(actviz.log_softmax(x), log_p)
    np.testing.assert_array_equal(actviz.logsumexp(x), total)


def test_softmax1_has_its_own_limits():
    np.testing.assert_array_equal(softmax1([-INF, -INF]), [0, 0])
    np.testing.assert_array_equal(softmax1([INF, 0.0]), [1, 0])
    np.testing.assert_array_equal(softmax1([1.7e308, 1.7e308]), [0.5, 0.5])
    assert np.isnan(softmax1([INF, INF])).all()
    assert np.isnan(softmax1([NAN, 0.0])).all()


def test_the_mask_of_softmin_is_plus_infinity():
    np.testing.assert_array_equal(softmin([0.0, INF]), [1, 0])
    np.testing.assert_array_equal(softmin([0.0, -INF]), [0, 1])
    assert np.isnan(softmin([INF, INF])).all()


@given(vectors)
def test_softmin_is_softmax_of_minus_x(x):
    np.testing.assert_array_equal(softmin(x), actviz.softmax(-x))
    np.testing.assert_array_equal(softmin_jacobian(x), -softmax_jacobian(-x))


@given(vectors)
def test_softmax1_is_softmax_beside_a_zero(x):
    np.testing.assert_array_equal(softmax1(x), actviz.softmax([*x, 0.0])[:-1])
    assert softmax1(x).sum() <= 1 + 4 * np.finfo(float).eps


@given(vectors, st.integers(-1000, 1000))
def test_shift_invariance(x, shift):
    x = np.round(x)  # so that the shift is exact
    np.testing.assert_array_equal(actviz.softmax(x + shift), actviz.softmax(x))
    np.testing.assert_array_equal(actviz.log_softmax(x + shift), actviz.log_softmax(x))


@given(hnp.arrays(np.float64, hnp.array_shapes(min_dims=1, max_dims=3, max_side=30), elements=ends))
def test_sums_to_one(x):
    p = actviz.softmax(x)
    assert ((p >= 0) & (p <= 1)).all()
    total = p.sum(axis=-1)
    assert (np.abs(total - 1) <= 4 * np.finfo(float).eps).all(), (x, total)


@given(vectors, st.randoms(use_true_random=False))
def test_permutation_equivariance(x, random):
    order = list(range(x.size))
    random.shuffle(order)
    np.testing.assert_allclose(actviz.softmax(x[order]), actviz.softmax(x)[order], rtol=1e-15, atol=TINIEST)
    np.testing.assert_allclose(actviz.log_softmax(x[order]), actviz.log_softmax(x)[order], rtol=1e-15, atol=TINIEST)


@given(vectors)
def test_the_order_of_logits_is_kept(x):
    order = np.argsort(x, kind="stable")
    assert (np.diff(actviz.softmax(x)[order]) >= 0).all()
    assert (actviz.log_softmax(x) <= 0).all()


@given(vectors, st.sampled_from([0.25, 0.5, 2.0, 8.0]))
def test_temperature_sharpens_or_flattens(x, temperature):
    plain, tempered = actviz.softmax(x).max(), actviz.softmax(x / temperature).max()
    slack = 4 * np.finfo(float).eps
    assert tempered <= plain + slack if temperature > 1 else tempered >= plain - slack
    # p(x/T) is p^(1/T) renewed: the logarithms' differences scale.
    logs = actviz.log_softmax(x / temperature)
    np.testing.assert_allclose(logs - logs.max(), (x - x.max()) / temperature, rtol=1e-12, atol=1e-12)


@given(vectors)
def test_log_softmax_is_x_less_logsumexp(x):
    scale = max(1.0, float(np.abs(x).max()))
    np.testing.assert_allclose(
        actviz.log_softmax(x), x - actviz.logsumexp(x), rtol=0, atol=8 * np.finfo(float).eps * scale
    )


@given(vectors)
def test_zero_to_log_n_bounds_the_shifted_logsumexp(x):
    value = -actviz.log_softmax(x).max()
    assert 0 <= value <= np.log(x.size) + 4 * np.spacing(np.log(x.size))


JACOBIAN_POINTS = [
    [3.0, 1.0, -3.0], [0.0, 0.0], [5.0], [1000.0, 998.0, 994.0], [40.0, 0.0, -40.0], [700.0, 0.0],
    [2.0] * 6, list(np.linspace(-30, 5, 20)),
]  # fmt: skip


def softmax_entries(p):
    """p_i (delta_ij - p_j) in mpmath."""
    rest = [mpmath.fsum(q for j, q in enumerate(p) if j != i) for i in range(len(p))]
    return [[a * rest[i] if i == j else -a * b for j, b in enumerate(p)] for i, a in enumerate(p)]


@pytest.mark.parametrize("x", JACOBIAN_POINTS)
def test_jacobians_against_mpmath(x):
    x = np.array(x)
    p = exact(x)[0]
    with mpmath.workdps(60):
        wanted = softmax_entries(p)
        logs = [[row[j] / p[i] for j in range(len(p))] for i, row in enumerate(wanted)]
        quiet = [row[:-1] for row in softmax_entries(exact([*x, 0.0])[0])[:-1]]
        least = [[-entry for entry in row] for row in softmax_entries(exact(-x)[0])]
    for got, want, name in (
        (softmax_jacobian(x), wanted, "softmax"), (log_softmax_jacobian(x), logs, "log_softmax"),
        (softmax1_jacobian(x), quiet, "softmax1"), (softmin_jacobian(x), least, "softmin"),
    ):  # fmt: skip
        for i in range(x.size):
            assert_close(got[i], want[i], x, 8, f"row {i} of the {name} Jacobian")


@pytest.mark.parametrize("jacobian", [softmax_jacobian, softmax1_jacobian])
def test_a_masked_class_has_no_part_in_the_jacobian(jacobian):
    matrix = jacobian(np.array([3.0, -INF, 1.0]))
    np.testing.assert_array_equal(matrix[np.ix_([0, 2], [0, 2])], jacobian(np.array([3.0, 1.0])))
    assert not np.signbit(matrix[1]).any()
    np.testing.assert_array_equal([matrix[1], matrix[:, 1]], np.zeros((2, 3)))
    np.testing.assert_array_equal(jacobian(np.array([INF, 0.0])), np.zeros((2, 2)))


def test_the_logarithm_of_a_masked_class_follows_its_logit_in_the_limit():
    np.testing.assert_array_equal(log_softmax_jacobian(np.array([0.0, -INF])), [[0, 0], [-1, 1]])


@settings(max_examples=50)
@given(hnp.arrays(np.float64, st.integers(1, 30), elements=st.floats(-50, 50)))
def test_rows_of_the_jacobians_sum_to_zero(x):
    for jacobian in (softmax_jacobian, log_softmax_jacobian, softmin_jacobian):
        matrix = jacobian(x)
        assert matrix.shape == (x.size, x.size)
        scale = np.abs(matrix).sum(axis=1)
        assert (np.abs(matrix.sum(axis=1)) <= 8 * np.finfo(float).eps * scale + TINIEST).all(), (x, matrix.sum(axis=1))


def test_off_the_diagonal_the_classes_compete():
    y = actviz.softmax([3.0, 1.0, -3.0])
    matrix = softmax_jacobian(np.array([3.0, 1.0, -3.0]))
    np.testing.assert_array_equal(matrix, matrix.T)
    assert matrix[0, 1] == -y[0] * y[1]
    assert (np.diag(matrix) > 0).all()


@pytest.mark.parametrize("n", [1, 2, 3, 5, 8, 100, 20_001])
def test_the_sum_is_compensated(n):
    terms = np.exp(np.random.default_rng(n).normal(size=(3, n)) * 5)
    with mpmath.workdps(60):
        want = [mpmath.fsum(map(float, row)) for row in terms]
    high, low = compensated_sum(terms.copy())
    for h, rest, w in zip(high[:, 0], low[:, 0], want, strict=True):
        with mpmath.workdps(60):
            error = abs(mpmath.mpf(float(h)) + mpmath.mpf(float(rest)) - w) / w
        assert error <= 2.0**-90, (n, float(h), float(rest), float(error))


def test_log_softmax_carries_the_rounding_error_of_the_shift():
    random = np.random.default_rng(9)
    for _ in range(100):
        x = np.append(random.uniform(-8, -4, size=6), random.uniform(0, 1))
        assert_close(actviz.log_softmax(x)[:-1], exact(x)[1][:-1], x[:-1], 0.6, "log_softmax")


@settings(max_examples=150)
@given(st.data())
def test_the_largest_class_is_zero_only_where_the_rounded_truth_is(data):
    """Gaps about the logarithm of each dtype's least number: any count of others, masks among them, along any axis."""
    kind = data.draw(st.sampled_from([np.float16, ml_dtypes.bfloat16, np.float32, np.float64]))
    end = -math.log(float(ml_dtypes.finfo(kind).smallest_subnormal))
    gap = data.draw(st.floats(end - 6, end + 6)) if data.draw(st.booleans()) else data.draw(st.floats(0.5, 2e4))
    others = data.draw(st.integers(0, 60))
    top = data.draw(st.floats(-20, 20))
    x = np.array([-INF, top, *[top - gap] * others, -INF]).astype(kind)
    given_logits = [float(v) for v in x if v > -INF]
    want = exact(given_logits)[1][0]
    rounded = float(np.array(float(want)).astype(kind))
    axis = data.draw(st.integers(0, 2))
    whole = np.moveaxis(np.tile(x, (2, 3, 1)), -1, axis)
    got = np.moveaxis(actviz.log_softmax(whole, axis=axis), axis, -1)
    assert got.dtype == x.dtype
    for value in got[..., 1].reshape(-1).astype(np.float64).tolist():
        told = (kind, given_logits[:2], others, value, float(want))
        assert (value == 0) == (rounded == 0), told
        assert math.copysign(1.0, value) == (-1.0 if others else 1.0), told


@pytest.mark.parametrize("x", [[746.0, 0.0, 0.0, 0.0], [745.0, 0.0], [1e4, 0.0], [1e308, -1e308], [3.0, -1e308]])
def test_what_rounds_to_zero_from_below_is_minus_zero(x):
    for logs in (actviz.log_softmax(x), exact_pairs(np.array([x])).log[0]):
        assert math.copysign(1.0, logs[0]) == -1.0, logs
        assert (logs[0] == 0) == (x[0] - max(x[1:]) > 747), logs
    for alone in ([5.0], [5.0, -INF], [-INF, 5.0, -INF], [INF, 0.0]):
        for logs in (actviz.log_softmax(alone), exact_pairs(np.array([alone])).log[0]):
            assert math.copysign(1.0, logs.max()) == 1.0, (alone, logs)


@settings(max_examples=60)
@given(st.floats(640, 760), st.integers(1, 40), st.floats(0, 30))
def test_a_faint_sum_keeps_its_digits(gap, others, spread):
    x = [gap, *(-spread * k / others for k in range(others))]
    p, log_p, _ = exact(x)
    assert_close(actviz.log_softmax(x), log_p, x, 3, "log_softmax")
    assert_close(actviz.softmax(x), p, x, 3, "softmax")
    pair = exact_pairs(np.array([x]))
    for got, want in zip(
        pair.log[0].tolist(), log_p, strict=True
    ):  # the second float of a pair is a multiple of TINIEST
        off = abs(mpmath.mpf(got) - want)
        assert off <= 0.501 * np.spacing(abs(got)) + TINIEST, (x, got, float(want))
    lowered = [v - gap for v in x]  # logsumexp is then the faint sum itself
    assert_close([actviz.logsumexp(lowered)], [exact(lowered)[2]], [0.0], 4, "logsumexp")
