"""Where each dtype's exp and sums fail: at the number said, and not at the one before, by exact rounding."""

from __future__ import annotations

import math

import ml_dtypes
import mpmath
import numpy as np
import pytest
from roundings import NO_INFINITY, exp_to, kind_of, nearest

import actviz
from actviz.analysis.softmax.cliffs import cliffs, equal_sum
from actviz.analysis.softmax.evaluations import evaluations
from actviz.analysis.softmax.failures import Failure
from actviz.analysis.softmax.rounding import rounding
from actviz.floats import ALL_DTYPES, floating, ordinal

each = pytest.mark.parametrize("name", ALL_DTYPES)


def beside(x: float, name: str, step: int) -> float:
    """The number of the dtype `step` places further."""
    return float(floating(ordinal(np.array([x]).astype(kind_of(name))) + step, kind_of(name))[0])


@each
def test_exp_is_finite_up_to_there_and_no_further(name):
    c = cliffs(name)
    assert beside(c.finite_to, name, 1) == c.overflow
    assert math.isfinite(exp_to(c.finite_to, name))
    assert not math.isfinite(exp_to(c.overflow, name))
    assert math.isnan(exp_to(c.overflow, name)) == (name in NO_INFINITY)
    assert c.sum_overflow == c.wide_overflow == c.total_overflow == c.overflow


@each
def test_exp_is_subnormal_and_0_from_there_down(name):
    c = cliffs(name)
    tiny = float(ml_dtypes.finfo(kind_of(name)).smallest_normal)
    assert exp_to(c.subnormal_to, name) < tiny <= exp_to(beside(c.subnormal_to, name, 1), name)
    assert exp_to(c.zero_to, name) == 0 < exp_to(beside(c.zero_to, name, 1), name)
    assert c.zero_to < c.subnormal_to < 0 < c.overflow


@each
@pytest.mark.parametrize("n", [2, 5, 100, 3000])
@pytest.mark.parametrize("accumulate", ["native", "wide"])
def test_n_equal_logits_overflow_the_sum_from_there(name, n, accumulate):
    c = cliffs(name, n)
    at = c.sum_overflow if accumulate == "native" else c.wide_overflow
    naive = {x: evaluations(np.full((1, n), x), name, accumulate)[0] for x in (at, beside(at, name, -1))}
    assert naive[at].failure[0] in (Failure.SUM_OVERFLOW, Failure.EXP_OVERFLOW)
    assert naive[beside(at, name, -1)].failure[0] < Failure.SUM_OVERFLOW


@each
@pytest.mark.parametrize("n", [1, 7, 1000, 70_000])
def test_n_times_exp_is_beyond_the_dtype_from_there(name, n):
    at = cliffs(name, n).total_overflow
    for x, beyond in ((at, True), (beside(at, name, -1), False)):
        total = nearest(mpmath.mpf(exp_to(x, name)) * n, name)
        assert math.isfinite(total) != beyond, (x, total)


def test_float16_past_65504_overflows_from_below_zero():
    assert cliffs("float16", 65_504).total_overflow >= 0
    assert -0.07 < cliffs("float16", 70_000).total_overflow < 0
    assert cliffs("float16", 70_000).sum_overflow > 2.7  # a running sum of them has stopped growing before


def test_a_running_sum_of_ones_stops_growing():
    want = [8, 16, 8, 16, 2048, 256, 2.0**24, 2.0**53]
    assert [cliffs(name).stops_growing for name in ALL_DTYPES] == want
    for name, most in zip(ALL_DTYPES[:6], want, strict=False):
        assert equal_sum(1.0, 5000, rounding(name)) == most


@pytest.mark.parametrize("n", [1, 2, 100, 65_536, 65_537, 200_000])
@pytest.mark.parametrize("name", ["float16", "float32", "float64"])
def test_equal_terms_are_added_one_by_one(n, name):
    term = np.array(0.1, dtype=name)
    assert equal_sum(float(term), n, rounding(name)) == float(np.add.accumulate(np.full(n, term))[-1])


def test_bfloat16_overflows_below_float32():
    assert ml_dtypes.finfo(ml_dtypes.bfloat16).max < np.finfo(np.float32).max
    assert cliffs("bfloat16").finite_to < cliffs("float32").finite_to


def test_no_logits_have_no_cliffs():
    with pytest.raises(actviz.BadInput, match="at least 1"):
        cliffs("float16", 0)
