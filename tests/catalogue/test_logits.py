"""Softmax, log-softmax and log-sum-exp against mpmath, their Jacobians, special values and refusals."""

from __future__ import annotations

import tracemalloc

import ml_dtypes
import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import actviz
from actviz.catalogue.logits import BLOCK, compensated_sum, log_softmax_jacobian, softmax_jacobian
from actviz.catalogue.softmax import VECTORS

INF, NAN = np.inf, np.nan
TINIEST = 2.0**-1074
NORMAL = 2.0**-1022

MIXES = [
    (1, 5.0), (2, 1e-9), (2, 3.0), (3, 40.0), (7, 1e-300), (10, 0.5), (10, 300.0), (100, 2.0), (100, 200.0),
    (1000, 0.1), (1000, 8.0), (20_000, 0.0), (20_000, 3.0), (20_000, 60.0),
]  # fmt: skip
OFFSETS = [0.0, -1.0, 123.456, 10_000.0, -10_000.0]

ends = st.floats(-1e4, 1e4)
vectors = hnp.arrays(np.float64, st.integers(1, 40), elements=st.floats(-700, 700))


def logits(n, spread, offset):
    random = np.random.default_rng([n, int(abs(offset)), int(spread * 10)])
    return random.normal(size=n) * spread + offset


def oracle(x):
    """Softmax, its logarithm and the log-sum-exp in mpmath, to 60 digits."""
    with mpmath.workdps(60):
        numbers = [mpmath.mpf(float(v)) for v in x]
        top = max(numbers)
        terms = [mpmath.exp(v - top) for v in numbers]
        at = numbers.index(top)
        rest = mpmath.fsum(t for i, t in enumerate(terms) if i != at)
        log_total = mpmath.log1p(rest) if rest else mpmath.mpf(0)
        return [t / (1 + rest) for t in terms], [v - top - log_total for v in numbers], top + log_total


def ulps(got, want):
    """The error in units in the last place of the exact value, of the smallest subnormal at least."""
    unit = max(np.spacing(abs(float(want))), TINIEST)
    return float(abs(mpmath.mpf(float(got)) - want) / mpmath.mpf(float(unit)))


def assert_close(got, want, x, most, name):
    for i, (g, w) in enumerate(zip(got, want, strict=True)):
        error = ulps(g, w)
        assert error <= most, (
            f"{name} of {len(x)} logits at [{i}] = {x[i]!r}: got {g!r}, want {float(w)!r}, {error} ULP"
        )


@pytest.mark.parametrize("offset", OFFSETS)
@pytest.mark.parametrize(("n", "spread"), MIXES)
def test_within_three_ulp_of_mpmath(n, spread, offset):
    x = logits(n, spread, offset)
    p, log_p, total = oracle(x)
    assert_close(actviz.softmax(x), p, x, 3, "softmax")
    assert_close(actviz.log_softmax(x), log_p, x, 3, "log_softmax")
    unit = max(np.spacing(abs(float(total))), np.spacing(abs(x.max())))
    error = float(abs(mpmath.mpf(float(actviz.logsumexp(x))) - total) / mpmath.mpf(float(unit)))
    assert error <= 3, (n, spread, offset, float(total), error)


@pytest.mark.parametrize(
    "gap", [0.0, 1e-17, 1e-8, 0.3, 1.0, 20.0, 36.7, 37.5, 100.0, 700.0, 708.0, 720.0, 744.0, 745.2, 1e4]
)
def test_two_classes_a_gap_apart(gap):
    x = np.array([3.7, 3.7 - gap])
    p, log_p, _ = oracle(x)
    assert_close(actviz.softmax(x), p, x, 3, "softmax")
    assert_close(actviz.log_softmax(x), log_p, x, 3, "log_softmax")


def test_the_largest_class_keeps_its_digits():
    got = actviz.log_softmax([50.0, 0.0])[0]
    assert got == pytest.approx(-np.exp(-50.0), rel=1e-15)
    assert actviz.log_softmax([700.0, 0.0])[0] < 0
    assert actviz.log_softmax([1e4, 0.0])[0] == 0  # exp(-10000) is under every float64


def test_logsumexp_without_cancellation_is_within_three_ulp():
    for x in ([2.0, 1.0], [0.0, -30.0], [0.0, -700.0], [-5.0, -5.0], [-40.0] * 3, [1e4, 1e4 - 1e-3]):
        error = ulps(actviz.logsumexp(x), oracle(x)[2])
        assert error <= 3, (x, actviz.logsumexp(x), error)


@pytest.mark.parametrize("n", [2, 3, 17, 1000, 20_000])
def test_logsumexp_near_zero_is_within_three_units_of_the_maximum(n):
    x = np.full(n, -np.log(n))
    x[0] += 1e-9
    error = float(abs(mpmath.mpf(float(actviz.logsumexp(x))) - oracle(x)[2])) / np.spacing(np.log(n))
    assert error <= 3, (n, error)


@pytest.mark.parametrize("dtype", [np.float16, ml_dtypes.bfloat16, np.float32, np.float64])
@pytest.mark.parametrize("function", [actviz.softmax, actviz.log_softmax, actviz.logsumexp])
def test_dtypes_come_back_rounded_once(function, dtype):
    x = logits(50, 4.0, 1.0).astype(dtype)
    got = function(x)
    assert got.dtype == dtype
    wide = function(x.astype(np.float64))
    want = np.asarray([float(mpmath.mpf(float(v))) for v in np.atleast_1d(wide)]).astype(dtype)
    nearest = np.abs(np.atleast_1d(got).astype(np.float64) - np.atleast_1d(wide))
    beside = np.abs(want.astype(np.float64) - np.atleast_1d(wide))
    assert (nearest <= beside).all(), (x, got, want)


def test_integers_and_booleans_become_float64():
    assert actviz.softmax([1, 2, 3]).dtype == np.float64
    assert actviz.softmax(np.array([1, 2], dtype=np.uint8)).dtype == np.float64
    np.testing.assert_array_equal(actviz.softmax([True, True]), [0.5, 0.5])


def test_seventy_thousand_zeros_in_float16():
    x = np.zeros(70_000, dtype=np.float16)
    got = actviz.log_softmax(x)
    assert (got == np.float16(-11.15625)).all(), got[:3]
    assert abs(float(got[0]) + np.log(70_000)) <= np.spacing(np.float16(11.156)) / 2
    assert actviz.logsumexp(x) == np.float16(11.15625)


@pytest.mark.parametrize("shape", [(5,), (3, 5), (2, 3, 4), (2, 1, 3, 2), (0, 3), (3, 0, 2), (1, 20_000), (300, 70, 3)])
def test_every_axis_of_every_shape(shape):
    x = np.random.default_rng(5).normal(size=shape)
    for axis in range(-len(shape), len(shape)):
        if shape[axis] == 0:
            continue
        rows = np.moveaxis(x, axis, -1)
        for function in (actviz.softmax, actviz.log_softmax):
            got = function(x, axis=axis)
            assert got.shape == shape
            want = np.array([function(row) for row in rows.reshape(-1, shape[axis])]).reshape(rows.shape)
            np.testing.assert_array_equal(np.moveaxis(got, axis, -1), want, err_msg=f"axis {axis} of {shape}")
        total = actviz.logsumexp(x, axis=axis)
        assert total.shape == rows.shape[:-1]
        want = np.array([actviz.logsumexp(row) for row in rows.reshape(-1, shape[axis])]).reshape(total.shape)
        np.testing.assert_array_equal(total, want)


def test_strided_and_transposed_arrays_are_read_right():
    x = np.random.default_rng(6).normal(size=(40, 30))
    np.testing.assert_array_equal(actviz.softmax(x.T, axis=0), actviz.softmax(x, axis=1).T)
    np.testing.assert_array_equal(actviz.softmax(x[::-2, ::3]), actviz.softmax(x[::-2, ::3].copy()))


def test_the_input_is_left_alone():
    x = np.array([[1.0, 2.0], [3.0, -INF]])
    before = x.copy()
    actviz.softmax(x)
    actviz.logsumexp(x)
    np.testing.assert_array_equal(x, before)


def test_memory_stays_bounded_by_blocks():
    x = np.zeros((40_000, 25), dtype=np.float16)
    actviz.softmax(x)
    tracemalloc.start()
    actviz.softmax(x)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < x.nbytes + 40 * 8 * BLOCK, peak


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


def test_a_bad_row_spoils_no_other():
    x = np.array([[NAN, 1.0], [-INF, -INF], [1.0, 1.0]])
    np.testing.assert_array_equal(actviz.softmax(x)[2], [0.5, 0.5])
    assert np.isnan(actviz.softmax(x)[:2]).all()


@pytest.mark.parametrize("name", ["softmax", "log_softmax", "logsumexp"])
def test_refusals(name):
    function = getattr(actviz, name)
    for x, axis, word in (
        (3.0, -1, "vector"), ([], -1, "at least one"), (np.zeros((2, 0)), 1, "at least one"), ([1.0, 2.0], 1, "axis 1"),
        ([1.0, 2.0], -2, "axis -2"), ([1.0], None, "axis None"), ([1.0], 0.5, "axis 0.5"), (["a"], -1, "real"),
        ([1j], -1, "real"),
    ):  # fmt: skip
        with pytest.raises(actviz.BadInput, match=word) as caught:
            function(x, axis=axis)
        assert "\n" not in str(caught.value)


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


@pytest.mark.parametrize("x", JACOBIAN_POINTS)
def test_jacobians_against_mpmath(x):
    x = np.array(x)
    p = oracle(x)[0]
    with mpmath.workdps(60):
        rest = [mpmath.fsum(q for j, q in enumerate(p) if j != i) for i in range(len(p))]
        n = range(len(p))
        wanted = [[p[i] * rest[i] if i == j else -p[i] * p[j] for j in n] for i in n]
        logs = [[rest[i] if i == j else -p[j] for j in n] for i in n]
    for got, want, name in ((softmax_jacobian(x), wanted, "softmax"), (log_softmax_jacobian(x), logs, "log_softmax")):
        for i in n:
            assert_close(got[i], want[i], x, 8, f"row {i} of the {name} Jacobian")


@settings(max_examples=50)
@given(hnp.arrays(np.float64, st.integers(1, 30), elements=st.floats(-50, 50)))
def test_rows_of_the_jacobians_sum_to_zero(x):
    for jacobian in (softmax_jacobian, log_softmax_jacobian):
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


@pytest.mark.parametrize("x", [np.zeros((2, 2)), np.array([]), np.array(1.0)])
def test_a_jacobian_needs_one_vector(x):
    with pytest.raises(actviz.BadInput, match="one vector"):
        softmax_jacobian(x)


@pytest.mark.parametrize("record", VECTORS, ids=lambda r: r.name)
def test_the_records_hold_their_definitions(record):
    x = [3.0, 1.0, -3.0]
    with mpmath.workdps(60):
        want = record.definition(mpmath, [mpmath.mpf(v) for v in x])
    assert_close(record(x), want, x, 3, record.name)
    assert record(np.zeros((2, 3)), axis=0).shape == (2, 3)
    assert record.jacobian(np.array(x)).shape == (3, 3)


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
        assert_close(actviz.log_softmax(x)[:-1], oracle(x)[1][:-1], x[:-1], 0.6, "log_softmax")
