"""The naive evaluation: each operation rounded to the dtype, slopes by the rules of differentiation."""

from __future__ import annotations

import math

import cases
import ml_dtypes
import numpy as np
import pytest

from actviz.activation import Activation
from actviz.analysis.accuracy.naive import naive
from actviz.resolve import get

DTYPES = [np.float16, ml_dtypes.bfloat16, np.float32, np.float64]


@pytest.mark.parametrize("dtype", DTYPES)
def test_every_step_of_sigmoid_is_rounded(dtype: type) -> None:
    x = np.asarray([-12.0, -3.3, 0.1, 5.0, 80.0]).astype(dtype)
    one = np.ones((), dtype)
    with np.errstate(all="ignore"):
        wanted = one / (one + np.exp(-x))
        got, _ = naive(named("sigmoid"), x)
    assert got.dtype == x.dtype
    np.testing.assert_array_equal(got, wanted)


def named(text: str) -> Activation:
    activation = get(text)
    assert isinstance(activation, Activation)
    return activation


TAME = [a for a in cases.variants() if a.bound.get("a", 1.0) < 1e3]
"""A factor of 1e9 on x makes its rounding a whole turn of a sine."""


@pytest.mark.parametrize("activation", TAME, ids=lambda a: a.label)
def test_in_float64_the_definition_is_near_the_kernel_where_nothing_cancels(activation: Activation) -> None:
    x = np.linspace(-3.7, 3.9, 211)
    kinks = [kink.x for kink in activation.kinks(*activation.values)]
    x = x[~np.isin(x, kinks)]
    value, slope = naive(activation, x)
    np.testing.assert_allclose(value, activation(x), rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(slope, activation.derivative(x), rtol=1e-8, atol=1e-9)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("activation", cases.SCALARS, ids=lambda a: a.name)
def test_nothing_leaves_the_dtype(activation: Activation, dtype: type) -> None:
    x = np.linspace(-4, 4, 9).astype(dtype)
    value, slope = naive(activation, x)
    assert value.dtype == slope.dtype == x.dtype
    assert value.shape == slope.shape == x.shape


def test_what_a_kernel_in_float16_would_lose_is_lost() -> None:
    x = np.asarray([-11.0], np.float16)
    assert float(naive(named("softplus"), x)[0][0]) == 0.0  # 1 + 1.7e-5 is 1
    assert float(naive(named("mish"), np.asarray([12.0], np.float16))[0][0]) == 12.0
    assert math.isnan(float(naive(named("mish"), np.asarray([-np.inf], np.float16))[0][0]))


@pytest.mark.parametrize("text", ["relu6", "hard_tanh", "hard_swish", "maxout"])
def test_nan_passes_through(text: str) -> None:
    assert np.isnan(naive(named(text), np.asarray([np.nan], np.float32))[0]).all()
