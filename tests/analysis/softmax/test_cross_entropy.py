"""Cross-entropy and its gradient against mpmath, and where the naive way is inf or NaN."""

from __future__ import annotations

import math

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from vectors import INF, assert_close
from vectors import exact as truth

import actviz
from actviz.analysis.softmax.cliffs import cliffs
from actviz.analysis.softmax.cross_entropy import cross_entropy
from actviz.analysis.softmax.entropy_tables import entropies
from actviz.analysis.softmax.failures import Failure
from actviz.analysis.softmax.rounding import rounding
from actviz.floats import ALL_DTYPES

each = pytest.mark.parametrize("name", ALL_DTYPES)


@settings(max_examples=60)
@given(hnp.arrays(np.float64, st.integers(1, 15), elements=st.floats(-700, 700)), st.data())
def test_exact_loss_and_gradient_against_mpmath(x, data):
    k = data.draw(st.integers(0, x.size - 1))
    found = cross_entropy(x[np.newaxis, :], [k], "float64")
    p, log_p, _ = truth(x)
    with mpmath.workdps(60):
        others = mpmath.fsum(q for j, q in enumerate(p) if j != k)
    assert_close(found.loss, [-log_p[k]], x, 1, "loss")
    assert_close(found.gradient[0], [-others if j == k else q for j, q in enumerate(p)], x, 2, "gradient")
    assert found.stable.failure[0] <= Failure.LOST_DIGITS


def test_errors_are_those_from_the_exact_values_not_from_the_floats_nearest_to_them():
    found = cross_entropy(np.zeros((1, 2)), [0], "float64")
    assert found.naive.loss_ulp[0] == found.stable.loss_ulp[0] == pytest.approx(0.20888, abs=5e-6)
    x = np.random.default_rng(3).normal(size=(40, 3))
    found = cross_entropy(x, [1] * 40, "float64")
    with mpmath.workdps(60):
        for i, row in enumerate(x):
            p, log_p, _ = truth(row)
            want = [-log_p[1], p[0], -(p[0] + p[2]), p[2]]
            got = [float(found.stable.loss[i]), *found.stable.gradient[i].tolist()]
            steps = [mpmath.mpf(2) ** (math.frexp(a)[1] - 53) for a in got]
            off = [abs(a - b) / step for a, b, step in zip(got, want, steps, strict=True)]
            assert float(off[0]) == pytest.approx(found.stable.loss_ulp[i], rel=1e-9), row
            assert float(max(off[1:])) == pytest.approx(found.stable.gradient_ulp[i], rel=1e-9), row


@pytest.mark.parametrize(
    ("x", "target", "cells"),
    [
        ([1000.0, 0.0], 0, ["5.07596e-435", "-5.07596e-435", "5.07596e-435"]),
        ([1000.0, 0.0], 1, [1000.0, 1.0, -1.0]),
        ([1e308, -1e308], 1, ["2e+308", 1.0, -1.0]),
        ([1e308, -1e308], 0, ["e^-2e+308", "-e^-2e+308", "e^-2e+308"]),
        ([1.0, -INF], 0, [0.0, 0.0, 0.0]),
        ([1.0, -INF], 1, [INF, 1.0, -1.0]),
    ],
)
def test_exact_numbers_that_float64_has_not_are_told_in_the_table(x, target, cells):
    found = entropies([("native", cross_entropy(np.array([x]), [target], "float32"))], target)
    assert found.rows[0] == ("exact", "", cells[0], None, *cells[1:], None, "")
    if x[0] == 1000 and not target:
        assert found.notes[-1] == "The naive loss is NaN in float32, where the true one is 5.07596e-435."


@each
def test_moderate_logits_go_well_both_ways(name):
    found = cross_entropy(np.array([[2.0, 1.0, -1.0], [0.5, 0.0, 1.0]]), [0, 2], name, "wide")
    for way in (found.naive, found.stable):
        assert not way.gradient_broken.any()
        assert np.isfinite(way.loss).all()
        slack = {"float8_e5m2": 0.3, "float8_e5m2fnuz": 0.3, "bfloat16": 0.02}.get(name, 0.15)
        np.testing.assert_allclose(way.loss, found.loss, atol=slack)
        np.testing.assert_allclose(way.gradient, found.gradient, atol=slack)


@each
def test_what_cancelled_is_the_gradient_of_a_target_near_1(name):
    far = -math.log(2.0) * (rounding(name).precision + 1)  # p is 1 to all digits of the dtype
    found = cross_entropy(np.array([[0.0, far], [0.0, far], [0.0, 0.0]]), [0, 1, 0], name, "wide").stable
    assert found.gradient[0, 0] == 0
    assert found.cancelled.tolist() == found.gradient_lost.tolist() == [True, False, False]
    assert found.said(0).endswith("p - 1 cancelled in the gradient")
    assert found.said(2) == "ok"


CASES = [
    ("float16", [1000.0, 998.0], 1, Failure.EXP_OVERFLOW),
    ("float16", [-1000.0, -998.0], 1, Failure.ALL_VANISHED),
    ("float16", [0.0, -40.0], 1, Failure.LOG_OF_ZERO),
    ("float16", [11.0, 11.0], 0, Failure.SUM_OVERFLOW),
    ("float64", [0.0, -800.0], 1, Failure.LOG_OF_ZERO),
    ("bfloat16", [90.0, 1.0], 0, Failure.EXP_OVERFLOW),
    ("float8_e4m3fn", [8.0, 1.0], 0, Failure.EXP_OVERFLOW),
]


@pytest.mark.parametrize(("name", "x", "target", "failure"), CASES)
def test_where_the_naive_loss_is_inf_or_nan_the_stable_one_is_not(name, x, target, failure):
    found = cross_entropy(np.array([x]), [target], name)
    assert Failure(found.naive.failure[0]) is failure
    assert not math.isfinite(found.naive.loss[0])
    assert found.naive.loss_ulp[0] == INF
    assert math.isfinite(found.stable.loss[0])
    assert not found.stable.gradient_broken[0]
    assert found.naive.gradient_broken[0] == (failure in (Failure.EXP_OVERFLOW, Failure.ALL_VANISHED))


@each
def test_a_loss_that_lost_half_its_bits_is_said_to(name):
    half = math.sqrt(2.0 ** rounding(name).precision)
    gaps = np.linspace(0.0, -cliffs(name).zero_to * 1.5, 60)
    found = cross_entropy(np.stack([0.0 * gaps, -gaps], axis=1), np.zeros(60, int), name)
    for way in (found.naive, found.stable):
        finite = np.isfinite(way.loss)
        np.testing.assert_array_equal(way.failure[finite] == Failure.LOST_DIGITS, way.loss_ulp[finite] >= half)
    assert Failure.LOST_DIGITS in found.stable.failure.tolist()
    assert found.stable.said(int(np.argmax(found.stable.loss_ulp))) == "lost digits, p - 1 cancelled in the gradient"


def test_another_class_that_vanished_leaves_the_loss_alone():
    found = cross_entropy(np.array([[0.0, -40.0]]), [0], "float16")
    assert Failure(found.naive.failure[0]) is Failure.OK
    assert found.naive.loss[0] == 0


def test_a_masked_target_costs_infinitely_much_and_a_row_of_masks_has_no_loss():
    found = cross_entropy(np.array([[1.0, -INF], [-INF, -INF]]), [1, 0], "float32")
    assert found.loss[0] == found.stable.loss[0] == INF
    assert found.stable.failure.tolist() == [Failure.OK, Failure.UNDEFINED]
    assert np.isnan(found.loss[1])


@each
@settings(max_examples=30)
@given(x=hnp.arrays(np.float64, st.integers(1, 10), elements=st.floats(-5, 5)))
def test_the_exact_gradient_sums_to_0(name, x):
    found = cross_entropy(x[np.newaxis, :], [0], name)
    assert abs(math.fsum(found.gradient[0])) <= 1e-15
    assert -1 <= found.gradient[0, 0] <= 0
    assert (found.gradient[0, 1:] >= 0).all()


@pytest.mark.parametrize(
    ("targets", "word"),
    [([3], "target 3 is no class of 3"), ([-1], "target -1"), ([0, 1], "a target each"), ([0.5], "whole numbers")],
)
def test_refusals(targets, word):
    with pytest.raises(actviz.BadInput, match=word):
        cross_entropy(np.zeros((1, 3)), targets, "float16")
