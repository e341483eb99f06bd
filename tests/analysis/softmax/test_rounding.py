"""The arithmetic of each dtype against the definition of rounding, in exact numbers."""

from __future__ import annotations

import math
from itertools import product

import ml_dtypes
import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from roundings import NO_INFINITY, exp_to, kind_of, minus_to, nearest, plus_to, times_to

from actviz.analysis.softmax.rounding import accumulator, every, rounding
from actviz.floats import ALL_DTYPES, FLOAT8

each = pytest.mark.parametrize("name", ALL_DTYPES)


def same(got, want):
    """Equal, NaN to NaN."""
    return got == want or (math.isnan(got) and math.isnan(want))


@each
@given(st.floats(allow_nan=False))
def test_float64_is_rounded_once(name, x):
    with np.errstate(all="ignore"):
        got = float(rounding(name).fit(np.array([x]))[0])
    assert same(got, nearest(mpmath.mpf(x), name)), (x, got)


@each
@pytest.mark.parametrize("given_in", ["float16", "bfloat16", "float32", "float8_e4m3fn"])
def test_other_dtypes_are_rounded_once(name, given_in):
    x = np.array([0.1, -3.3, 1.0625, 17.0, 250.0, 1e-3, 440.0]).astype(kind_of(given_in))
    got = rounding(name).hold(x)
    assert got.dtype == kind_of(name)
    for a, b in zip(x.tolist(), got.astype(np.float64).tolist(), strict=True):
        assert same(b, nearest(mpmath.mpf(float(a)), name)), (a, b)


@pytest.mark.parametrize("name", FLOAT8)
@pytest.mark.parametrize(("operation", "by_hand"), [("add", plus_to), ("minus", minus_to), ("times", times_to)])
def test_every_pair_of_8_bits(name, operation, by_hand):
    r = rounding(name)
    some = every(r.kind)[::3]
    a, b = (np.array(side) for side in zip(*product(some, some), strict=True))
    with np.errstate(all="ignore"):
        got = getattr(r, operation)(a, b).astype(np.float64)
        left, right = a.astype(np.float64), b.astype(np.float64)
    for i in range(0, a.size, 3):
        want = by_hand(float(left[i]), float(right[i]), name)
        assert same(float(got[i]), want), (left[i], right[i], got[i], want)


@pytest.mark.parametrize("name", ["float16", "bfloat16", "float32"])
@pytest.mark.parametrize(("operation", "by_hand"), [("add", plus_to), ("minus", minus_to), ("times", times_to)])
def test_sums_and_products_of_wider_ones(name, operation, by_hand):
    random = np.random.default_rng(7)
    r = rounding(name)
    a, b = (r.hold(random.normal(size=300) * 10.0 ** random.uniform(-6, 4, size=300)) for _ in range(2))
    with np.errstate(all="ignore"):
        got = getattr(r, operation)(a, b).astype(np.float64)
    for x, y, z in zip(a.tolist(), b.tolist(), got.tolist(), strict=True):
        assert same(z, by_hand(float(x), float(y), name)), (x, y, z)


@each
def test_exp_is_rounded_once(name):
    r = rounding(name)
    x = every(r.kind)[:: 1 if name in FLOAT8 else 97] if not r.single else r.hold(np.linspace(-110.0, 95.0, 400))
    with np.errstate(all="ignore"):
        got, wide = r.exp(x).astype(np.float64), x.astype(np.float64)
    for a, b in zip(wide.tolist(), got.tolist(), strict=True):
        want = exp_to(a, name)
        close = name == "float64" and abs(b - want) <= math.ulp(want)  # numpy's own
        assert same(b, want) or close, (a, b, want)


@each
def test_beyond_the_largest_is_inf_or_nan_and_never_the_largest(name):
    r = rounding(name)
    with np.errstate(all="ignore"):
        got = r.fit(np.array([r.largest, 4.0 * r.largest, -4.0 * r.largest, np.inf, -np.inf, -0.0]))
    assert got[0] == r.largest
    if name in NO_INFINITY:
        assert np.isnan(got[1:5]).all()
    else:
        assert got[1:5].tolist() == [math.inf, -math.inf, math.inf, -math.inf]
    assert math.copysign(1.0, got[5]) == (1.0 if name.endswith("fnuz") else -1.0)


def test_wide_sums_are_kept_in_at_least_float32():
    for name in ALL_DTYPES:
        r = rounding(name)
        assert accumulator(r, "native") is r
        want = name if name in ("float32", "float64") else "float32"
        assert accumulator(r, "wide").name == want
        assert r.precision == ml_dtypes.finfo(kind_of(name)).nmant + 1
