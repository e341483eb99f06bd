"""Mean and deviation of sets of numbers, pooled."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from actviz.analysis.data.spread import Extent, Spread, folded, pooled, spread, stacked, sum_of_products

SETS = st.lists(st.lists(st.floats(-1e6, 1e6), min_size=0, max_size=20), min_size=1, max_size=9)


def of(numbers):
    x = np.asarray([numbers], dtype=np.float64)
    if not numbers:
        return Spread(np.zeros(1, np.int64), np.zeros(1), np.zeros(1))
    return spread(x, 1, None, Extent(x.sum(axis=1), x.min(axis=1), x.max(axis=1)))


def truth(numbers):
    exact = [Fraction(v) for v in numbers]
    mean = sum(exact) / max(len(exact), 1)
    unit = max(map(abs, exact), default=0) or 1
    variance = sum(((v - mean) / unit) ** 2 for v in exact) / max(len(exact), 1)
    return float(mean), float(unit) * math.sqrt(variance)


@given(SETS)
def test_sets_pooled_are_the_set_of_all(sets):
    every = [v for some in sets for v in some]
    found = folded(stacked([of(some) for some in sets]))
    mean, std = truth(every)
    scale = max(map(abs, every), default=0.0)
    assert found.count.tolist() == [len(every)]
    assert abs(found.mean[0] - mean) <= 1e-14 * scale
    assert abs(found.std[0] - std) <= 1e-13 * scale


@given(st.lists(st.floats(-1e300, 1e300), min_size=1, max_size=9))
def test_pooling_with_nothing_changes_nothing(numbers):
    with np.errstate(over="ignore"):
        some, none = of(numbers), of([])
    for both in (pooled(some, none), pooled(none, some)):
        assert both.count == some.count
        assert both.std == some.std
        assert abs(both.mean[0] - some.mean[0]) <= 1e-323


def test_pooling_does_not_overflow():
    far = pooled(of([1.7e308]), of([-1.7e308]))
    assert (far.mean[0], far.std[0]) == (0.0, 1.7e308)


@pytest.mark.parametrize("axis", [0, 1])
@pytest.mark.parametrize("shape", [(3, 20_000), (1, 8192), (1, 32_768), (5, 7), (200, 100), (1, 1)])
def test_sums_of_products_along_either_axis(axis, shape):
    random = np.random.default_rng(1)
    x, y = random.standard_normal((2, *shape))
    wanted = (x * y).sum(axis=axis)
    assert np.abs(sum_of_products(x, y, axis) - wanted).max() <= 1e-11


@pytest.mark.parametrize("axis", [0, 1])
def test_what_does_not_count_is_left_out(axis):
    random = np.random.default_rng(2)
    x = random.standard_normal((40, 50)) + 3
    finite = random.random((40, 50)) < 0.9
    finite[3], finite[:, 4] = False, False
    low = np.where(finite, x, np.inf).min(axis=axis)
    high = np.where(finite, x, -np.inf).max(axis=axis)
    x = np.where(finite, x, 0.0)
    found = spread(x, axis, finite, Extent(x.sum(axis=axis), low, high))
    for n in range(x.shape[1 - axis]):
        own = np.moveaxis(x, axis, -1)[n][np.moveaxis(finite, axis, -1)[n]]
        mean, std = truth(own.tolist())
        assert (found.count[n], found.mean[n], found.std[n]) == (
            own.size,
            pytest.approx(mean, rel=1e-13, abs=1e-300),
            pytest.approx(std, rel=1e-13, abs=1e-300),
        )


def test_equal_numbers_do_not_deviate():
    for value in (0.1, 1e300, -3e-310):
        assert of([value] * 1001).std[0] == 0
        assert of([value] * 1001).mean[0] == value
