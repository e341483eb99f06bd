"""The order of floats in every dtype, and bisection over it."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from actviz.floats import ALL_DTYPES, FLOAT8, UNDEFINED, bisected, dtype_of, floating, ordinal, sign

LARGEST = sys.float_info.max


@pytest.mark.parametrize("name", ["float16", "bfloat16", *FLOAT8])
def test_the_places_of_a_whole_dtype_are_consecutive_and_come_back(name: str):
    kind = dtype_of(name)
    every = np.arange(256**kind.itemsize, dtype=f"u{kind.itemsize}").view(kind)
    with np.errstate(invalid="ignore"):  # signalling NaN are among them
        wide = every.astype(np.float64)
    x = np.sort(wide[~np.isnan(wide)]).astype(kind)
    places = np.unique(ordinal(x))
    assert (np.diff(places) == 1).all(), places
    assert (places[0], places[-1]) == (-ordinal(x[-1:])[0], ordinal(x[-1:])[0])
    assert (floating(ordinal(x), kind) == x).all()


@pytest.mark.parametrize("name", ALL_DTYPES)
def test_both_zeros_are_place_0(name: str):
    assert ordinal(np.array([0.0, -0.0]).astype(dtype_of(name))).tolist() == [0, 0]


def test_places_of_float64_are_in_order_and_come_back():
    x = np.array([-np.inf, -LARGEST, -1.0, -5e-324, 0.0, 5e-324, 1.0, np.nextafter(1.0, 2.0), LARGEST, np.inf])
    places = ordinal(x)
    assert (np.diff(places) > 0).all(), places
    assert (floating(places, x.dtype) == x).all(), floating(places, x.dtype)
    assert places[5] - places[3] == 2
    assert places[7] - places[6] == 1


def test_bisection_takes_every_bracket_at_once():
    roots = np.array([1.5, 1e-5, 3e300, -2.5e-310])
    calls = []

    def holds(x):
        calls.append(x.size)
        return x < roots

    low, high = bisected(holds, np.full(4, -LARGEST), np.full(4, LARGEST))
    assert (high == roots).all(), (low, high)
    assert (low == np.nextafter(roots, -LARGEST)).all(), (low, high)
    assert len(calls) <= 64, len(calls)


def test_bisection_stays_in_the_dtype_it_is_given():
    ends = np.array([-np.inf, np.inf], dtype=np.float16)
    low, high = bisected(lambda x: x.astype(np.float64) < 1.0001, ends[:1], ends[1:])
    assert (low.dtype, float(low[0]), float(high[0])) == (np.float16, 1.0, 1.0 + 2.0**-10)


def test_nan_has_a_sign_of_its_own():
    assert sign(np.array([-2.0, -0.0, 0.0, 5e-324, np.nan])).tolist() == [-1, 0, 0, 1, UNDEFINED]


@pytest.mark.parametrize("name", ALL_DTYPES)
def test_dtypes_by_name(name: str):
    assert dtype_of(name).name == name
