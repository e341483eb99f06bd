"""The records of an observation: what they hold and how they are put together."""

from __future__ import annotations

import math

import numpy as np
import pytest
from observed import THRESHOLDS, concluded, probed, seen, tallied

from actviz.analysis.data.observation import observation

X = (np.random.default_rng(11).standard_normal((400, 5)) * 3).astype(np.float32)


def test_the_record_names_what_was_seen():
    found = seen(X, ("relu", "tanh"), 1)
    assert (found.label, found.shape, found.dtype) == ("x", (400, 5), "float32")
    assert [a.label for a in found.activations] == ["relu", "tanh"]
    assert (found.whole.unit, found.whole.name, found.whole.count) == (None, "", 2000)
    assert [r.count for r in found.units] == [400] * 5
    assert [s.threshold for s in found.whole.responses[1].saturated] == list(THRESHOLDS)
    assert [p for p, _ in found.whole.quantiles] == [0.0, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 1.0]
    assert found.quantile_error == found.whole.quantile_error == 2.0**-8


def test_units_are_told_only_along_an_axis_and_carry_their_names():
    tally = tallied(X, ("relu",), 1)
    probes = (probed("relu"),)
    assert observation("x", X.shape, "float32", probes, tally).units == ()
    named = observation("x", X.shape, "float32", probes, tally, 1, tuple("abcde")).units
    assert [r.name for r in named] == list("abcde")
    assert observation("x", X.shape, "float32", probes, tally, 1).units[3].name == ""


def test_an_axis_of_one_unit_is_told_as_a_unit():
    found = seen(X[:, :1], ("relu",), 1)
    assert [r.unit for r in found.units] == [0]
    assert found.units[0].quantiles == found.whole.quantiles


def test_intervals_add_up_to_the_share_and_both_tails_are_told_apart():
    (response,) = seen(X, ("tanh",)).whole.responses
    for share in response.saturated:
        left, right = share.intervals
        assert (left.low, right.high) == (-math.inf, math.inf)
        assert left.count + right.count == share.count
        assert left.count == np.count_nonzero(left.high > X)
        assert left.fraction == left.count / X.size


def test_a_single_point_with_slope_0_is_dead():
    (response,) = seen(np.asarray([-1.0, 0.0, 0.0, 2.0]), ("x*x",)).whole.responses
    assert (response.dead, response.dead_fraction) == (2, 0.5)
    assert [i.count for s in response.saturated for i in s.intervals] == [2] * len(THRESHOLDS)


def test_a_function_with_too_many_intervals_still_has_its_share():
    (response,) = seen(X, ("snake",)).whole.responses
    slope = np.abs(probed("snake").activation.derivative(X.astype(np.float64)))
    assert [s.count for s in response.saturated] == [np.count_nonzero(slope <= t) for t in THRESHOLDS]
    assert all(s.intervals == () for s in response.saturated)


@pytest.mark.parametrize("dtype", ["float16", "float32", "int8"])
def test_the_histogram_is_of_all_finite_values(dtype):
    x = X.astype(dtype)
    found = seen(x, ("relu",), 1).histogram(np.linspace(-4.0, 4.0, 17).tolist())
    assert (len(found.edges), len(found.counts)) == (17, 16)
    assert (found.edges[0], found.edges[-1]) == (-4.0, 4.0)
    assert sum(found.counts) + found.below + found.above == pytest.approx(x.size, rel=1e-12)
    # numpy's bins have their left edge.
    wanted = np.histogram(-x.astype(np.float64)[x > -4], bins=16, range=(-4, 4))[0][::-1]
    wanted[0] += np.count_nonzero(x == -4)
    assert np.abs(np.asarray(found.counts) - wanted).max() <= (20 if dtype == "float32" else 0), (found.counts, wanted)


def test_many_units_have_coarser_quantiles_and_say_so():
    x = np.random.default_rng(1).standard_normal((9, 3000)).astype(np.float32)
    found = seen(x, ("relu",), 1, 1 << 16)
    assert found.whole.quantile_error == 2.0**-8
    assert {r.quantile_error for r in found.units} == {2.0**-5}
    narrow = seen(x[:, :20].astype(np.float16), ("relu",), 1)
    assert {narrow.whole.quantile_error, *(r.quantile_error for r in narrow.units)} == {0.0}


def test_records_compare():
    assert concluded(X, ("relu",), 1, tallied(X, ("relu",), 1)) == seen(X, ("relu",), 1)
    assert seen(X, ("relu",), 1) != seen(X + 1, ("relu",), 1)
