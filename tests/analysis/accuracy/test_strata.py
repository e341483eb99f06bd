"""Which inputs an audit looks at."""

from __future__ import annotations

import numpy as np
import pytest

from actviz.activation import Activation
from actviz.analysis.accuracy.strata import BENDS, every, sample
from actviz.floats import dtype_of, ordinal
from actviz.resolve import get


@pytest.mark.parametrize("kind", ["float16", "bfloat16"])
def test_every_bit_pattern_of_a_16_bit_dtype_is_there_once_and_in_order(kind: str) -> None:
    x = every(dtype_of(kind))
    assert sorted(x.view(np.uint16).tolist()) == list(range(65536))
    number = x[~np.isnan(x.astype(np.float32))]
    assert number[0] == -np.inf
    assert number[-1] == np.inf
    assert (np.diff(ordinal(number)) >= 0).all()
    assert np.isnan(x[number.size :].astype(np.float32)).all()


def sampled(text: str, kind: str, count: int = 20_000) -> np.ndarray:
    activation = get(text)
    assert isinstance(activation, Activation)
    return sample(activation, dtype_of(kind), count)


@pytest.mark.parametrize("kind", ["float32", "float64"])
def test_a_sample_has_points_in_every_power_of_two_of_both_signs(kind: str) -> None:
    x = sampled("mish", kind)
    finite = x[np.isfinite(x) & (x != 0)]
    info = np.finfo(kind)
    _, exponents = np.frexp(np.abs(finite))
    for sign in (-1, 1):
        met = set(exponents[np.sign(finite) == sign].tolist())
        assert met >= set(range(info.minexp + 1, info.maxexp + 1)), (kind, sign)


@pytest.mark.parametrize("kind", ["float32", "float64"])
def test_half_of_a_sample_lies_where_functions_bend(kind: str) -> None:
    x = sampled("mish", kind)
    inside = x[np.abs(x) <= BENDS]
    counts, _ = np.histogram(inside, bins=64, range=(-BENDS, BENDS))
    assert counts.min() >= 100
    assert 0.9 * 20_000 < x.size < 1.2 * 20_000


def test_a_sample_holds_zeros_infinities_nan_the_ends_and_the_floats_beside_roots() -> None:
    x = sampled("silu", "float64")
    assert np.isnan(x).sum() == 1
    assert {-np.inf, np.inf, 5e-324, -5e-324}.issubset(x.tolist())
    root = -1.2784645427610738  # of silu's slope
    near = ordinal(x[np.isfinite(x)]) - ordinal(np.asarray([root]))
    assert set(range(-20, 21)) <= set(near.tolist())


def test_a_sample_is_the_same_every_time() -> None:
    np.testing.assert_array_equal(sampled("elu", "float32"), sampled("elu", "float32"))
