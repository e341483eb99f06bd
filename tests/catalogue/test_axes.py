"""Every function of a vector along every axis: shapes, dtypes, blocks, refusals."""

from __future__ import annotations

import tracemalloc

import ml_dtypes
import mpmath
import numpy as np
import pytest
from vectors import INF, logits

import actviz
from actviz.catalogue.axes import BLOCK
from actviz.catalogue.softmax import VECTORS

ALL = {record.name: record for record in VECTORS}

each = pytest.mark.parametrize("function", VECTORS, ids=lambda r: r.name)


@each
@pytest.mark.parametrize("dtype", [np.float16, ml_dtypes.bfloat16, np.float32, np.float64])
def test_dtypes_come_back_rounded_once(function, dtype):
    x = logits(50, 4.0, 1.0).astype(dtype)
    got = function(x)
    assert got.dtype == dtype
    wide = function(x.astype(np.float64))
    want = np.asarray([float(mpmath.mpf(float(v))) for v in np.atleast_1d(wide)]).astype(dtype)
    nearest = np.abs(np.atleast_1d(got).astype(np.float64) - np.atleast_1d(wide))
    beside = np.abs(want.astype(np.float64) - np.atleast_1d(wide))
    assert (nearest <= beside).all(), (x, got, want)


@each
def test_integers_and_booleans_become_float64(function):
    for x in ([1, 2, 3], np.array([1, 2], dtype=np.uint8), [True, False]):
        assert function(x).dtype == np.float64
        np.testing.assert_array_equal(function(x), function(np.asarray(x, dtype=np.float64)))


@each
@pytest.mark.parametrize("shape", [(5,), (3, 5), (2, 3, 4), (2, 1, 3, 2), (0, 3), (3, 0, 2), (1, 20_000), (300, 70, 3)])
def test_every_axis_of_every_shape(function, shape):
    x = np.random.default_rng(5).normal(size=shape)
    for axis in range(-len(shape), len(shape)):
        if shape[axis] == 0:
            continue
        rows = np.moveaxis(x, axis, -1)
        got = function(x, axis=axis)
        flat = rows.reshape(-1, shape[axis])
        if function.name == "logsumexp":
            assert got.shape == rows.shape[:-1]
            want, found = np.array([function(row) for row in flat[:200]]), got.reshape(-1)[:200]
        else:
            assert got.shape == shape
            want = np.array([function(row) for row in flat[:200]]).reshape(-1, shape[axis])
            found = np.moveaxis(got, axis, -1).reshape(flat.shape)[:200]
        np.testing.assert_array_equal(found, want, err_msg=f"axis {axis} of {shape}")


@each
def test_strided_and_transposed_arrays_are_read_right(function):
    x = np.random.default_rng(6).normal(size=(40, 30))
    np.testing.assert_array_equal(function(x.T, axis=0), function(x, axis=1).T)
    np.testing.assert_array_equal(function(x[::-2, ::3]), function(x[::-2, ::3].copy()))


@each
def test_the_input_is_left_alone(function):
    x = np.array([[1.0, 2.0], [3.0, -INF]])
    before = x.copy()
    function(x)
    function.jacobian(x[1])
    np.testing.assert_array_equal(x, before)


@each
def test_memory_stays_bounded_by_blocks(function):
    x = np.zeros((40_000, 25), dtype=np.float16)
    function(x)
    tracemalloc.start()
    function(x)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < x.nbytes + 40 * 8 * BLOCK, peak


@each
def test_a_bad_row_spoils_no_other(function):
    x = np.array([[np.nan, 1.0], [-INF, -INF], [INF, -INF], [1.0, 0.5]])
    np.testing.assert_array_equal(function(x)[3], function(x[3]))
    assert np.isnan(function(x)[0]).all()


@each
def test_refusals(function):
    for x, axis, word in (
        (3.0, -1, "vector"), ([], -1, "at least one"), (np.zeros((2, 0)), 1, "at least one"), ([1.0, 2.0], 1, "axis 1"),
        ([1.0, 2.0], -2, "axis -2"), ([1.0], 0.5, "axis 0.5"), (["a"], -1, "real"),
        ([1j], -1, "real"),
    ):  # fmt: skip
        with pytest.raises(actviz.BadInput, match=word) as caught:
            function(x, axis=axis)
        assert "\n" not in str(caught.value)


@each
@pytest.mark.parametrize("x", [np.zeros((2, 2)), np.array([]), np.array(1.0)])
def test_a_jacobian_needs_one_vector(function, x):
    with pytest.raises(actviz.BadInput, match="one vector"):
        function.jacobian(x)


@pytest.mark.parametrize("name", ["softmax", "log_softmax", "logsumexp"])
def test_the_functions_of_the_package_are_those_of_the_catalogue(name):
    x = logits(5, 2.0, 0.0)
    np.testing.assert_array_equal(getattr(actviz, name)(x), ALL[name](x))


HUGE = [
    [2**60, 2**60 - 1],
    [-(2**60), -(2**60) + 1, 2**60],
    [2**63 - 1, -(2**63), 2**63 - 3],
    [-(2**63), -(2**63) + 2],
    [[2**62 + 1, 2**62], [5, 5]],
]


@pytest.mark.parametrize("name", ["softmax", "log_softmax", "softmin", "sparsemax", "hardmax"])
@pytest.mark.parametrize("x", HUGE, ids=str)
def test_whole_numbers_beyond_2_to_the_53_keep_their_differences(name, x):
    function, given = ALL[name], np.array(x)
    for row, got in zip(np.atleast_2d(given), np.atleast_2d(function(given)), strict=True):
        exact = row.tolist()
        end = min(exact) if name == "softmin" else max(exact)
        np.testing.assert_array_equal(got, function(np.array([float(v - end) for v in exact])), err_msg=str(exact))
    assert function(np.array([2**60, 2**60 - 1]))[0] != function(np.array([2**60, 2**60 - 1]))[1]
    np.testing.assert_array_equal(function(given.T, axis=0).T, function(given))


def test_whole_numbers_of_64_bits_without_a_sign():
    got = actviz.softmax(np.array([2**64 - 1, 2**64 - 2, 0], dtype=np.uint64))
    np.testing.assert_array_equal(got, actviz.softmax([0.0, -1.0, -float(2**64)]))


def test_what_is_no_function_of_differences_refuses_whole_numbers_that_float64_lacks():
    for refused in (ALL["softmax1"], *(record.jacobian for record in VECTORS)):
        with pytest.raises(actviz.BadInput, match=r"whole .*beyond 2\*\*53"):
            refused(np.array([2**60, 2**60 - 1]))
    assert actviz.logsumexp(np.array([2**60, 2**60 - 1])) == 2.0**60
