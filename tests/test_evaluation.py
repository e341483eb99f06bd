"""Shapes, dtypes, blocks and rounding of evaluated kernels."""

from __future__ import annotations

import tracemalloc

import cases
import ml_dtypes
import numpy as np
import oracle
import pytest
from hypothesis import given
from hypothesis import strategies as st

import actviz
from actviz.activation import Activation
from actviz.errors import BadInput
from actviz.evaluation import BLOCK, rounded

NARROW = [np.float16, ml_dtypes.bfloat16, np.float32]


@pytest.mark.parametrize("shape", [(), (1,), (0,), (2, 3), (4, 1, 5)])
def test_the_result_has_the_shape_of_x(shape: tuple[int, ...]) -> None:
    assert np.shape(actviz.get("mish")(np.ones(shape))) == shape


@pytest.mark.parametrize("x", [1, True, [1, 2], (1.0, 2.0), np.arange(3), np.uint8(3)])
def test_scalars_sequences_and_integers_become_float64(x: object) -> None:
    assert actviz.get("mish")(x).dtype == np.float64


@pytest.mark.parametrize("dtype", [*NARROW, np.float64])
def test_a_float_dtype_is_kept(dtype: type) -> None:
    assert actviz.get("mish")(np.ones(3, dtype)).dtype == dtype


@pytest.mark.parametrize("x", [1j, "a", None, [object()], np.longdouble(1)])
def test_what_is_not_real_numbers_is_refused(x: object) -> None:
    with pytest.raises(BadInput, match="x must be real numbers"):
        actviz.get("mish")(x)


def test_an_order_above_2_is_refused() -> None:
    with pytest.raises(BadInput, match="order must be 0, 1 or 2, not 3"):
        actviz.get("mish").derivative(1.0, order=3)


def test_the_input_is_left_as_it_was_and_strides_do_not_matter() -> None:
    x = np.linspace(-5, 5, 60).reshape(6, 10)
    before = x.copy()
    got = actviz.get("mish")(x.T[::2])
    np.testing.assert_array_equal(got, actviz.get("mish")(before.T[::2].copy()))
    np.testing.assert_array_equal(x, before)


def test_blocks_do_not_show() -> None:
    x = np.linspace(-5, 5, 2 * BLOCK + 17)
    np.testing.assert_array_equal(actviz.get("mish")(x)[::999], actviz.get("mish")(x[::999]))


def test_infinities_and_nan_in_one_block_change_no_other_number() -> None:
    x = np.linspace(-5, 5, 3 * BLOCK)
    wanted = actviz.get("swish")(x)
    x[[BLOCK + 1, BLOCK + 5, 2 * BLOCK - 1]] = -np.inf, np.inf, np.nan
    wanted[[BLOCK + 1, BLOCK + 5, 2 * BLOCK - 1]] = 0.0, np.inf, np.nan
    np.testing.assert_array_equal(actviz.get("swish")(x), wanted)


def test_numbers_whose_squares_overflow_are_not_taken_for_infinities() -> None:
    x = np.array([-1.7e308, -1e200, 1e200, 1.7e308])
    np.testing.assert_array_equal(actviz.get("relu6").derivative(x), 0.0)
    np.testing.assert_array_equal(actviz.get("relu")(x), [0.0, 0.0, 1e200, 1.7e308])


@pytest.mark.parametrize("code", [">f2", ">f4", ">f8", "<f8"])
def test_the_order_of_bytes_does_not_matter(code: str) -> None:
    x = np.linspace(-5, 5, 11).astype(code)
    got = actviz.get("mish")(x)
    assert got.dtype == np.dtype(code)
    np.testing.assert_array_equal(got, actviz.get("mish")(x.astype(x.dtype.newbyteorder("="))))


@pytest.mark.parametrize("dtype", [np.float16, ml_dtypes.bfloat16, np.float32, np.float64])
@pytest.mark.parametrize("order", [0, 1, 2])
def test_memory_beyond_the_result_does_not_grow_with_x(order: int, dtype: type) -> None:
    peaks = [scratch(np.linspace(-9, 9, 8 * BLOCK * k).astype(dtype), order) for k in (1, 4)]
    assert max(peaks) < 3 * 2**20, peaks
    assert abs(peaks[1] - peaks[0]) < 2**16, peaks


def scratch(x: np.ndarray, order: int) -> int:
    """The most bytes held at once while mish is evaluated, its result not counted."""
    tracemalloc.start()
    try:
        result = actviz.get("mish").derivative(x, order)
        return tracemalloc.get_traced_memory()[1] - result.nbytes
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("dtype", [np.float16, ml_dtypes.bfloat16])
@pytest.mark.parametrize("activation", cases.SCALARS, ids=lambda a: a.name)
@pytest.mark.parametrize("order", [0, 1, 2])
def test_a_narrow_result_is_the_float64_one_rounded_once(activation: Activation, order: int, dtype: type) -> None:
    x = np.arange(0, 65536, 7, dtype=np.uint16).view(dtype)
    got = activation.derivative(x, order)
    with np.errstate(invalid="ignore"):
        wide = activation.derivative(x.astype(np.float64), order)
    for at in np.flatnonzero(~same(got, nearest(wide, dtype))):
        pytest.fail(f"{activation.name} order {order} at {x[at]}: got {got[at]}, wanted {wide[at]} rounded")


def nearest(wide: np.ndarray, dtype: type) -> np.ndarray:
    """float64 `wide` rounded to `dtype`, ties to even, by integer arithmetic on its own quantum."""
    info = ml_dtypes.finfo(dtype)
    _, exponent = np.frexp(np.where(np.isfinite(wide), wide, 1.0))
    quantum = np.maximum(exponent - (info.nmant + 1), info.minexp - info.nmant)
    with np.errstate(over="ignore"):
        y = np.ldexp(np.rint(np.ldexp(wide, -quantum)), quantum)
    return np.where(np.abs(y) > float(info.max), np.copysign(np.inf, y), y)


def same(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Equal, or both NaN."""
    a = a.astype(np.float64)
    return (a == b) | (np.isnan(a) & np.isnan(b))


@given(st.floats(width=64, allow_nan=False))
def test_bfloat16_is_rounded_once_not_by_way_of_float32(y: float) -> None:
    wanted = nearest(np.array([y]), ml_dtypes.bfloat16)
    with np.errstate(over="ignore"):
        got = rounded(np.array([y]), np.dtype(ml_dtypes.bfloat16))
    assert same(got, wanted).all(), (y, got, wanted)


def test_a_double_rounding_trap_is_passed() -> None:
    # Just above a tie of bfloat16, by less than float32 can hold: the tie would round down to even.
    y = np.array([1 + 2.0**-8 + 2.0**-40])
    assert float(rounded(y, np.dtype(ml_dtypes.bfloat16))[0]) == 1 + 2.0**-7


@pytest.mark.parametrize("activation", cases.SCALARS, ids=lambda a: a.name)
def test_float32_is_within_half_an_ulp_for_all_practical_purposes(activation: Activation) -> None:
    kinks = {k.x for k in activation.kinks(*activation.values)}
    x = np.array([p for p in np.linspace(-30, 30, 301, dtype=np.float32) if p not in kinks])
    columns = [activation.derivative(x, order).tolist() for order in (0, 1, 2)]
    for point, *row in zip(x.tolist(), *columns, strict=True):
        for order, (y, wanted) in enumerate(zip(row, map(float, oracle.truth(activation, point)), strict=True)):
            spacing = float(np.spacing(np.float32(abs(wanted))))
            assert abs(y - wanted) <= 0.5001 * spacing, (activation.name, order, point, y, wanted)
