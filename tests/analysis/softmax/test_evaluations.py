"""The six evaluations against the same written out number by number, their failures, and their errors in ULP."""

from __future__ import annotations

import math
from itertools import accumulate

import ml_dtypes
import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from roundings import exp_to, kind_of, log_to, minus_to, nearest, over_to, plus_to, times_to
from vectors import INF
from vectors import exact as truth

import actviz
from actviz.analysis.softmax.cliffs import cliffs
from actviz.analysis.softmax.evaluations import evaluations
from actviz.analysis.softmax.exact import exact
from actviz.analysis.softmax.failures import Failure
from actviz.analysis.softmax.parts import EVALUATIONS, LOGARITHMS
from actviz.floats import ALL_DTYPES, FLOAT8

each = pytest.mark.parametrize("name", ALL_DTYPES)
both = pytest.mark.parametrize("accumulate", ["native", "wide"])

ROWS = [
    [3.0, 1.0, -3.0], [12.0, 11.5, 2.0], [5.5, 5.5, 5.5, 5.5, 4.0], [1000.0, 998.0, 994.0], [-6.0, -7.5, -9.0],
    [0.3, 2.1, 2.0, 3.7, 3.9, -1.0], [-INF, 1.0, 2.5], [0.0, -INF, -40.0], [7.25], [88.0, 88.0, 87.0, 1.0],
    [0.0] * 40, [-2.0, 0.5] * 9, [-1000.0, -1002.0], [0.0, -18.0, 5.0],
]  # fmt: skip


def found(x, name, accumulate="native"):
    """The evaluations of one row by name."""
    return {e.name: e for e in evaluations(np.array([x]), name, accumulate)}


def by_hand(x, name, accumulate):
    """The values of every evaluation, each operation in exact arithmetic and rounded once, one after the other."""
    into = "float32" if accumulate == "wide" and name not in ("float32", "float64") else name
    held = [v if v == -INF else nearest(mpmath.mpf(v), name) for v in x]
    top = math.nan if any(map(math.isnan, held)) else max(held)

    def total_of(terms):
        total = terms[0]
        for term in terms[1:]:
            total = plus_to(total, term, into)
        return total

    def exps(numbers):
        return [0.0 if v == -INF else exp_to(v, name) for v in numbers]

    d = [v if v == -INF else minus_to(v, top, name) for v in held]
    plain, lowered = exps(held), exps(d)
    s, t = total_of(plain), total_of(lowered)
    naive = [over_to(e, s, name) for e in plain]
    log_total = log_to(t, name)
    lse = plus_to(top, log_total, name)
    u = one_pass(held, name, into)
    return {
        "naive": naive,
        "log_naive": [-INF if v == -INF else log_to(p, name) for v, p in zip(held, naive, strict=True)],
        "shifted": [over_to(e, t, name) for e in lowered],
        "log_softmax": [v if v == -INF else minus_to(v, log_total, name) for v in d],
        "division_free": exps([v if v == -INF else minus_to(v, lse, name) for v in held]),
        "online": [over_to(e, u, name) for e in lowered],
    }


def one_pass(held, name, into):
    """Milakov and Gimelshein's sum, algorithm 3."""
    top, total = -INF, 0.0
    for v in held:
        if v == -INF:
            continue
        if v > top:
            factor = exp_to(minus_to(top, v, name), name) if top > -INF else 0.0
            total, top = times_to(total, factor, into), v
        total = plus_to(total, exp_to(minus_to(v, top, name), name), into)
    return total


@each
@both
@pytest.mark.parametrize("x", ROWS, ids=str)
def test_every_value_is_that_of_a_kernel_written_out(x, name, accumulate):
    want = by_hand(x, name, accumulate)
    for e in evaluations(np.array([x]), name, accumulate):
        got = e.values[0].tolist()
        if name == "float64":  # whose exp and log are numpy's, good to an ULP
            np.testing.assert_allclose(got, want[e.name], rtol=3e-15, atol=1e-300, err_msg=e.name)
        else:
            np.testing.assert_array_equal(got, want[e.name], err_msg=f"{e.name} of {x}")


@each
@both
def test_rows_together_are_what_each_is_alone(name, accumulate):
    random = np.random.default_rng(3)
    x = random.normal(size=(60, 17)) * 10.0 ** random.uniform(-1, 4, size=(60, 1))
    x[random.random(x.shape) < 0.1] = -INF
    x[7], x[8, 3], x[9, 0] = -INF, np.nan, INF
    together = evaluations(x, name, accumulate)
    for i in range(len(x)):
        for e, alone in zip(together, evaluations(x[i : i + 1], name, accumulate), strict=True):
            for field in ("terms", "total", "values", "failure", "places", "began", "ulp", "worst"):
                np.testing.assert_array_equal(getattr(e, field)[i], getattr(alone, field)[0], err_msg=f"{e.name} {i}")


@each
def test_the_logits_are_left_alone(name):
    x = np.array([[1.0, -INF, 3.0]])
    before = x.copy()
    evaluations(x, name)
    np.testing.assert_array_equal(x, before)


CASES = [
    ("float16", [3.0, 12.0, 1.0], "naive", Failure.EXP_OVERFLOW, 1, "overflow"),
    ("float16", [10.5, 10.5, -30.0], "naive", Failure.SUM_OVERFLOW, 1, "both"),
    ("float16", [-20.0, -18.0, -30.0], "naive", Failure.ALL_VANISHED, 1, "underflow"),
    ("float16", [0.0, -20.0, -18.0], "naive", Failure.VANISHED, 1, "underflow"),
    ("float16", [0.0, -20.0, -18.0], "log_naive", Failure.LOG_OF_ZERO, 1, "underflow"),
    ("float16", [0.0, -20.0, -18.0], "log_softmax", Failure.OK, -1, "ok"),
    ("float16", [1.0, 7e4, 0.0], "shifted", Failure.LOGIT_OVERFLOW, 1, "both"),
    ("float16", [5.0, 6e4, -6e4], "log_softmax", Failure.SHIFT_OVERFLOW, 2, "overflow"),
    ("float16", [0.0] * 5000, "shifted", Failure.LOST_DIGITS, 2048, "ok"),
    ("bfloat16", [0.0] * 1000, "shifted", Failure.LOST_DIGITS, 256, "ok"),
    ("float8_e4m3fn", [0.0] * 100, "online", Failure.LOST_DIGITS, 16, "ok"),
    ("float8_e5m2", [0.0] * 100, "online", Failure.LOST_DIGITS, 8, "ok"),
    ("float8_e4m3fn", [1.0, 500.0, 2.0], "shifted", Failure.LOGIT_OVERFLOW, 1, "overflow"),
    ("float8_e4m3fn", [1.0, 448.0, 6.5], "naive", Failure.EXP_OVERFLOW, 1, "overflow"),
    ("float8_e4m3fn", [448.0, -448.0, 0.0], "shifted", Failure.SHIFT_OVERFLOW, 1, "overflow"),
    ("float64", [1.0, 709.5, 709.5], "naive", Failure.SUM_OVERFLOW, 2, "overflow"),
    ("float64", [50.0, 0.0], "log_softmax", Failure.LOST_DIGITS, 1, "ok"),
    ("float32", [89.0, 0.0], "naive", Failure.EXP_OVERFLOW, 0, "overflow"),
    ("bfloat16", [1000.0, 998.0, 994.0], "division_free", Failure.LOST_DIGITS, 0, "ok"),
    ("float16", [1000.0, 991.0, 992.26], "shifted", Failure.LOST_DIGITS, 2, "ok"),  # the sum swallows x2: no harm
]


@pytest.mark.parametrize(("dtype", "x", "evaluation", "failure", "began", "status"), CASES)
def test_what_went_wrong_and_at_which_logit_it_began(dtype, x, evaluation, failure, began, status):
    e = found(x, dtype)[evaluation]
    assert (Failure(e.failure[0]), int(e.began[0]), e.status()) == (failure, began, status), e
    broken = not np.isfinite(e.values).all() or not e.values.any()
    assert broken == failure.breaks, e


def provoked(name):
    """For each failure an evaluation, logits by the dtype's own thresholds that come to it, and where it begins."""
    c, info = cliffs(name), ml_dtypes.finfo(kind_of(name))
    largest, between = float(info.max), -(math.log(info.eps) + math.log(info.smallest_normal)) / 2
    return {
        Failure.OK: ("naive", [0.0, 0.0], -1),
        Failure.LOST_DIGITS: ("log_softmax", [between, 0.0], 1),  # 1 + exp(-between) is 1, yet exp(-between) is not 0
        Failure.VANISHED: ("shifted", [c.zero_to, 0.0, c.zero_to * 1.5], 0),
        Failure.LOG_OF_ZERO: ("log_naive", [0.0, c.zero_to * 1.5, c.zero_to], 1),
        Failure.ALL_VANISHED: ("naive", [c.zero_to * 2, c.zero_to], 1),
        Failure.SUM_OVERFLOW: ("naive", [c.finite_to] * 5, swollen([c.finite_to] * 5, name)),
        Failure.EXP_OVERFLOW: ("naive", [c.finite_to, c.overflow, c.overflow], 1),
        Failure.SHIFT_OVERFLOW: ("log_softmax", [largest, 0.0, -largest], 2),
        Failure.LOGIT_OVERFLOW: ("shifted", [0.0, 4.0 * largest], 1),
        Failure.UNDEFINED: ("online", [-INF, -INF], -1),
    }


def swollen(x, name):
    """The first logit with which the running sum of exps, each step rounded, is beyond the dtype."""
    sums = accumulate((exp_to(v, name) for v in x), lambda a, b: plus_to(a, b, name))
    return next(i for i, total in enumerate(sums) if not math.isfinite(total))


@each
@pytest.mark.parametrize("failure", [f for f in Failure if f != Failure.ALL_ZERO])  # only sums kept wider do that
def test_every_failure_in_every_dtype(name, failure):
    if (name, failure) == ("float64", Failure.LOGIT_OVERFLOW):
        assert provoked(name)[failure][1][1] == INF  # no logit is beyond float64, whose inf has no softmax
        return
    evaluation, x, began = provoked(name)[failure]
    e = found(x, name)[evaluation]
    assert (Failure(e.failure[0]), int(e.began[0])) == (failure, began), e


@pytest.mark.parametrize("name", ["float16", "bfloat16", *FLOAT8])
def test_a_wide_sum_mends_what_a_running_sum_lost(name):
    x = [0.0] * 5000
    native, wide = found(x, name)["shifted"], found(x, name, "wide")["shifted"]
    assert native.total[0] < 5000 == wide.total[0]
    assert native.failure[0] == Failure.LOST_DIGITS
    assert wide.ulp[0] <= 0.5


@each
def test_nothing_but_masks_has_no_softmax_and_is_said_so(name):
    for x in ([-INF, -INF], [np.nan, 1.0], [INF, 1.0]):
        for e in found(x, name).values():
            assert Failure(e.failure[0]) is Failure.UNDEFINED
            assert np.isnan(e.values).all()
            assert (e.began[0], bool(np.isnan(e.ulp[0]))) == (-1, True)
    assert "masked" in Failure.UNDEFINED.said


@each
@both
@pytest.mark.parametrize("top", [2.5, 96.0])  # -448 less 96 is beyond float8_e4m3fn, where it is NaN
def test_a_masked_logit_has_no_part(name, accumulate, top):
    bare, masked = found([top, 1.0], name, accumulate), found([-INF, top, -INF, 1.0, -INF], name, accumulate)
    sound = [which for which in EVALUATIONS if not math.isnan(bare[which].total[0])]  # a sum of NaN spares no class
    assert {"shifted", "log_softmax", "division_free", "online"} <= set(sound)
    for which in sound:
        a, b = bare[which], masked[which]
        np.testing.assert_array_equal(b.values[0, [1, 3]], a.values[0])
        assert (b.values[0, [0, 2, 4]] == (-INF if which in LOGARITHMS else 0.0)).all()
        assert (a.ulp[0], a.failure[0], a.total[0]) == (b.ulp[0], b.failure[0], b.total[0])


@each
@settings(max_examples=40)
@given(x=hnp.arrays(np.float64, st.integers(1, 12), elements=st.floats(-30, 30)))
def test_errors_in_ulp_against_mpmath(name, x):
    p, log_p, _ = truth(x)
    info = ml_dtypes.finfo(kind_of(name))
    for e in found(x, name).values():
        if e.failure[0] >= Failure.LOG_OF_ZERO:
            assert e.ulp[0] == INF or (e.failure[0] == Failure.SUM_OVERFLOW and not e.values.any())
            continue
        want = log_p if e.name in LOGARITHMS else p
        errors = []
        for value, w in zip(e.values[0].tolist(), want, strict=True):
            near = float(w)  # the unit is that of the float64 nearest to the truth
            exponent = max(math.frexp(near)[1] - 1, int(info.minexp)) if near else int(info.minexp)
            with mpmath.workdps(60):
                errors.append(float(abs(mpmath.mpf(value) - w) / mpmath.ldexp(1, exponent - int(info.nmant))))
        assert e.ulp[0] == pytest.approx(max(errors), rel=1e-6, abs=1e-9), (e, errors)
        assert errors[e.worst[0]] == pytest.approx(max(errors), rel=1e-6, abs=1e-9)
        lost = e.ulp[0] >= math.sqrt(2.0 ** (int(info.nmant) + 1))
        assert (e.failure[0] == Failure.LOST_DIGITS) == (lost and e.failure[0] < Failure.VANISHED)


@each
@settings(max_examples=40)
@given(x=hnp.arrays(np.float64, st.integers(1, 9), elements=st.integers(-6, 6)), shift=st.integers(-8, 8))
def test_the_shifted_forms_do_not_see_a_shift(name, x, shift):
    # whole numbers up to 16 are exact in all but the dtypes of 3 bits, which hold those up to 8
    if name.startswith("float8_e5m2") and max(abs(x).max(), abs(x + shift).max(), np.ptp(x)) > 8:
        return
    a, b = found(x, name), found(x + shift, name)
    for which in ("shifted", "log_softmax", "online"):
        np.testing.assert_array_equal(a[which].values, b[which].values)


@given(hnp.arrays(np.float64, st.integers(1, 30), elements=st.floats(-200, 200)), st.randoms(use_true_random=False))
def test_the_exact_one_sums_to_1_and_follows_a_permutation(x, random):
    order = list(range(x.size))
    random.shuffle(order)
    found = exact(x[np.newaxis, :])
    assert abs(math.fsum([*found.value[0], *found.value_low[0], -1.0])) <= 2.0**-85
    np.testing.assert_array_equal(exact(x[np.newaxis, order]).value[0], found.value[0, order])


@given(hnp.arrays(np.float64, st.integers(2, 12), elements=st.floats(-50, 50)), st.sampled_from([0.5, 2.0, 4.0]))
def test_temperature_scales_the_differences_of_logarithms(x, temperature):
    plain, tempered = exact(x[np.newaxis, :]).log[0], exact(x[np.newaxis, :] / temperature).log[0]
    np.testing.assert_allclose(np.diff(tempered), np.diff(plain) / temperature, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("x", [np.zeros(3), np.zeros((2, 0)), np.zeros((1, 2, 3))])
def test_refusals(x):
    with pytest.raises(actviz.BadInput, match="rows of at least one logit"):
        evaluations(x, "float16")
