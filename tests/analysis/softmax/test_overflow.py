"""Naive softmax by dtype: statuses, thresholds, what is rounded where, and the bound on log-sum-exp."""

from __future__ import annotations

import math

import ml_dtypes
import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from vectors import exact as truth

import actviz
from actviz.analysis.softmax import overflow
from actviz.analysis.softmax.cliffs import cliffs
from actviz.analysis.softmax.overflow import outcome, thresholds, transformed
from actviz.floats import ALL_DTYPES, DTYPES

KINDS = {"float16": np.float16, "bfloat16": ml_dtypes.bfloat16, "float32": np.float32, "float64": np.float64}

finite = st.lists(st.floats(-2000, 2000), min_size=1, max_size=12)


def next_number(x, kind, step):
    """The number of the dtype `step` above x, counted in the dtype's own bits."""
    bits = {2: np.int16, 4: np.int32, 8: np.int64}[np.dtype(kind).itemsize]
    rank = int(np.asarray(x, dtype=kind).view(bits))
    assert rank != 0
    ahead = rank + (step if x > 0 else -step)
    return np.asarray(ahead, dtype=bits).view(kind)[()]


def exp_in(x, kind):
    """exp(x) of a number of the dtype, correctly rounded to it, by mpmath."""
    info = ml_dtypes.finfo(kind)
    with mpmath.workdps(60):
        value = mpmath.exp(mpmath.mpf(float(x)))
        if value >= mpmath.mpf(float(info.max)) * (
            1 + mpmath.mpf(float(info.epsneg)) / 2 / (1 - mpmath.mpf(float(info.epsneg)))
        ):
            return math.inf
        return 0.0 if value <= mpmath.mpf(float(info.smallest_subnormal)) / 2 else value


@pytest.mark.parametrize("dtype", DTYPES)
def test_overflow_starts_where_it_is_said_to(dtype):
    kind = KINDS[dtype]
    at = thresholds(dtype, 1).overflow
    assert kind(at) == at, "a number of the dtype"
    assert exp_in(at, kind) == math.inf
    assert exp_in(next_number(at, kind, -1), kind) < math.inf
    assert thresholds(dtype, 1).sum_overflow == at


@pytest.mark.parametrize("dtype", DTYPES)
def test_underflow_and_flush_start_where_they_are_said_to(dtype):
    kind = KINDS[dtype]
    info = ml_dtypes.finfo(kind)
    limits = thresholds(dtype, 1)
    assert (
        exp_in(limits.underflow, kind)
        < float(info.smallest_normal)
        <= exp_in(next_number(limits.underflow, kind, 1), kind)
    )
    assert exp_in(limits.flush, kind) == 0 < exp_in(next_number(limits.flush, kind, 1), kind)
    assert kind(limits.underflow) == limits.underflow
    assert kind(limits.flush) == limits.flush


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("n", [2, 3, 10, 100])
def test_n_equal_logits_overflow_the_sum_from_there(dtype, n):
    kind = KINDS[dtype]
    at = thresholds(dtype, n).sum_overflow
    assert outcome([at] * n, dtype).naive.status == "overflow"
    below = float(next_number(at, kind, -1))
    assert outcome([below] * n, dtype).naive.status == "ok"
    # ln(max/n), but for the grain of the dtype and the roundings of the running sum
    info = ml_dtypes.finfo(kind)
    grain = abs(float(next_number(at, kind, 1)) - at) + n * float(info.eps)
    assert abs(at - math.log(float(info.max) / n)) <= 2 * grain, (at, math.log(float(info.max) / n), grain)


def test_thresholds_are_ordered_and_widen_with_the_exponent():
    for dtype in DTYPES:
        t = thresholds(dtype, 5)
        assert t.flush < t.underflow < 0 < t.sum_overflow < t.overflow
    # bfloat16's largest number is less than float32's, yet its grain there is half a unit
    assert ml_dtypes.finfo(ml_dtypes.bfloat16).max < ml_dtypes.finfo(np.float32).max
    assert thresholds("float16", 2).overflow < thresholds("float32", 2).overflow < thresholds("float64", 2).overflow


def telling(dtype):
    """A status of the naive form and logits that come to it, by the dtype's own thresholds."""
    c = cliffs(dtype, 2)
    half = (c.finite_to - c.zero_to) / 2  # two logits this far apart have a quotient that is still above 0
    return [
        ("ok", [3.0, 1.0, -3.0]),
        ("overflow", [c.overflow + half, c.overflow + half - 2.0]),
        ("underflow", [c.zero_to - half, c.zero_to - half - 2.0]),
        ("both", [c.overflow, 0.0, c.zero_to]),
        ("underflow", [0.0, c.zero_to]),  # one class alone vanishes
        ("overflow", [c.sum_overflow, c.sum_overflow]),  # every exp is finite, their sum is not
        ("underflow", [c.finite_to / 1.1, c.subnormal_to / 1.1]),  # every exp is normal, a quotient is 0
        ("ok", [c.subnormal_to, c.subnormal_to]),  # subnormal exps are still there
    ]


@pytest.mark.parametrize("dtype", ALL_DTYPES)
@pytest.mark.parametrize("number", range(8))
def test_every_status_in_every_dtype(dtype, number):
    status, logits = telling(dtype)[number]
    o = outcome(logits, dtype)
    assert o.naive.status == status, o
    assert o.log_naive.status == status, o
    assert np.isfinite(o.log_naive.values).all() == (status == "ok"), o.log_naive
    assert o.log_softmax.status == "ok"
    assert np.isfinite(o.log_softmax.values).all()
    assert np.isfinite(o.shifted.values).all()


@pytest.mark.parametrize("dtype", DTYPES)
@settings(max_examples=60)
@given(x=finite)
def test_statuses_follow_from_the_numbers(dtype, x):
    o = outcome(x, dtype)
    exps, total = o.naive.terms, o.naive.total
    overflows = not (np.isfinite(exps).all() and math.isfinite(total))
    vanishes = (exps == 0).any() or (math.isfinite(total) and (o.naive.values == 0).any())
    assert o.naive.status == {(False, False): "ok", (True, False): "overflow", (False, True): "underflow"}.get(
        (overflows, bool(vanishes)), "both"
    )
    assert o.shifted.status in ("ok", "underflow")
    assert o.shifted.total >= 1
    assert ((o.shifted.terms >= 0) & (o.shifted.terms <= 1)).all()


@pytest.mark.parametrize("dtype", DTYPES)
@settings(max_examples=60)
@given(x=finite)
def test_every_value_is_a_number_of_the_dtype(dtype, x):
    o = outcome(x, dtype)
    with np.errstate(all="ignore"):
        for e in (o.naive, o.shifted, o.log_naive, o.log_softmax):
            for numbers in (e.terms, e.values):
                np.testing.assert_array_equal(numbers, numbers.astype(KINDS[dtype]).astype(np.float64))


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_naive_is_what_numpy_gives_in_that_dtype(dtype):
    x = np.array([3.0, 1.0, -3.0], dtype=dtype)
    e = np.exp(x)
    total = (e[0] + e[1]) + e[2]
    np.testing.assert_array_max_ulp(
        (e / total).astype(np.float64).astype(dtype), outcome(x, dtype).naive.values.astype(dtype), 1
    )


def test_the_running_sum_of_ones_stops_growing():
    for dtype, most in (("float16", 2048), ("bfloat16", 256)):
        o = outcome([0.0] * 3000, dtype)
        assert o.naive.total == most
        assert o.naive.values[0] == 1 / most
        assert o.exact[0] == pytest.approx(1 / 3000, rel=1e-15)


def test_exact_is_of_the_logits_as_given():
    x = [1000.3, 998.1]
    for dtype in DTYPES:
        o = outcome(x, dtype)
        p, log_p, _ = truth(x)
        assert o.exact.tolist() == [float(v) for v in p]
        assert o.exact_log.tolist() == [float(v) for v in log_p]
        assert o.rest == pytest.approx([float(p[1]), float(p[0])], rel=2**-52, abs=0)
    assert outcome(x, "bfloat16").held.tolist() == [1000.0, 1000.0]


def test_beyond_the_largest_number_even_the_shift_fails():
    o = outcome([1e6, 1.0], "float16")
    assert o.naive.status == "overflow"
    assert o.shifted.status == "both"
    assert o.log_softmax.status == "overflow"


@pytest.mark.parametrize("dtype", DTYPES)
@settings(max_examples=60)
@given(x=finite)
def test_log_softmax_is_good_to_the_grain_of_the_dtype(dtype, x):
    held = np.asarray(x, dtype=KINDS[dtype]).astype(np.float64)
    o = outcome(held, dtype)
    grain = float(ml_dtypes.finfo(KINDS[dtype]).eps)
    slack = grain * (np.abs(o.exact_log) + 2 * len(x))
    assert (np.abs(o.log_softmax.values - o.exact_log) <= slack).all(), (o.log_softmax.values, o.exact_log)


@given(st.lists(st.floats(-1e4, 1e4), min_size=1, max_size=50))
def test_the_bound_from_zero_to_log_n(x):
    value = overflow.log_sum_exp_shifted(x)
    assert 0 <= value <= math.log(len(x)) * (1 + 4e-16)
    assert math.copysign(1, value) == 1


def test_the_bound_is_reached_at_both_ends():
    assert overflow.log_sum_exp_shifted([5.0]) == 0
    assert overflow.log_sum_exp_shifted([0.0, -1000.0]) == 0
    assert overflow.log_sum_exp_shifted([7.0] * 8) == pytest.approx(math.log(8), rel=1e-15)


def test_temperature_and_softcap():
    assert transformed([3.0, 1.0, -3.0], temperature=2.0) == (1.5, 0.5, -1.5)
    assert transformed([1e300, 0.0], softcap=30.0) == (30.0, 0.0)
    capped = transformed([10.0, -50.0], 2.0, 30.0)
    assert capped == (30 * math.tanh(1 / 3) / 2, 30 * math.tanh(-5 / 3) / 2)
    assert outcome(transformed([1000.0, 998.0], softcap=5.0), "float16").naive.status == "ok"


@pytest.mark.parametrize(
    ("temperature", "softcap", "word"),
    [(0.0, None, "temperature"), (-1.0, None, "temperature"), (math.nan, None, "temperature"),
     (math.inf, None, "temperature"), (1.0, 0.0, "softcap"), (1.0, -3.0, "softcap"), (1.0, math.inf, "softcap"),
     (1e-308, None, "beyond float64")],
)  # fmt: skip
def test_bad_temperature_and_softcap(temperature, softcap, word):
    with pytest.raises(actviz.BadInput, match=word):
        transformed([1000.0, 1.0], temperature, softcap)


@pytest.mark.parametrize("x", [[], [math.nan], [1.0, math.inf], [-math.inf]])
def test_bad_logits(x):
    with pytest.raises(actviz.BadInput, match="finite"):
        outcome(x, "float32")
