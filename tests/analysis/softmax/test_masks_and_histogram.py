"""Masks as flags, as numbers to add, and causal; histograms that add up."""

from __future__ import annotations

import math

import ml_dtypes
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import actviz
from actviz.analysis.softmax.histogram import added, celled, histogram, lowest
from actviz.analysis.softmax.masks import LEAST, addends, causal, cleared, flags, masked, meaning, written
from actviz.floats import dtype_of

INF = math.inf


@pytest.mark.parametrize("kind", ["bool", "uint8", "int64"])
def test_flags_keep_where_they_are_1(kind):
    mask = flags(np.array([1, 0, 1], dtype=kind), "m")
    assert mask.dtype == bool
    np.testing.assert_array_equal(masked(np.array([[3.0, 4.0, -1.0]]), mask), [[3.0, -INF, -1.0]])
    whole = masked(np.array([[3, 4, 5]], dtype=np.int8), mask)
    np.testing.assert_array_equal(whole, [[3.0, -INF, 5.0]])
    assert not flags(np.zeros(3, dtype=kind), "m").any()
    assert "True or 1 keeps" in meaning(mask)


def test_a_mask_keeps_the_type_of_narrow_logits():
    x = np.array([[3.0, 4.0]], dtype=np.float16)
    assert masked(x, np.array([True, False])).dtype == np.float16


@pytest.mark.parametrize("values", [[0.0, -INF, -1e9, 0.5], [0.0] * 4, [-0.0, 1.0, 0.5, 0.0], [2.0] * 4])
def test_floats_are_added_and_zeros_mask_nothing(values):
    mask = addends(np.array(values, dtype=np.float32), "m")
    want = [[1.0 + v if v > -1e4 else -INF for v in values]]
    np.testing.assert_array_equal(masked(np.ones((1, 4), dtype=np.float16), mask), want)
    assert "added" in meaning(mask)


ADDED = [
    ([900.0, 0.0], [-800.0, 0.0], [100.0, 0.0]),  # weighs all there is
    ([0.0, 0.0], [-1000.0, -1000.0], [-1000.0, -1000.0]),
    ([2e4, 0.0], [-1e4, 0.0], [1e4, 0.0]),
    ([3.0, 0.0], [-1e4, 0.0], [-INF, 0.0]),
    ([3.0, 0.0], [-1e4, -1e9], [-INF, -INF]),  # a row that is hidden whole
    ([3.0, -INF], [-1e4, 0.0], [-INF, -INF]),
    ([3.0, math.nan], [-1e4, 0.0], [3.0 - 1e4, math.nan]),
]


@pytest.mark.parametrize(("x", "mask", "want"), ADDED)
def test_what_is_added_masks_where_the_sum_weighs_nothing(x, mask, want):
    np.testing.assert_array_equal(masked(np.array([x]), np.array(mask)), [want])
    np.testing.assert_array_equal(masked(np.array(x), np.array(mask)), want)


@pytest.mark.parametrize("name", LEAST)
def test_the_least_numbers_are_those_of_the_dtypes(name):
    least = float(ml_dtypes.finfo(name).min)
    assert LEAST[name] == least
    x, counts = cleared(np.array([[least, 0.0, -INF, math.nan, least / 2]]))
    np.testing.assert_array_equal(x, [[-INF, 0.0, -INF, math.nan, least / 2]])
    assert counts == {name: 1}


@pytest.mark.parametrize("kind", ["float16", "float8_e4m3fn", "float8_e5m2", "bfloat16", "int32", "bool"])
def test_other_numbers_stay(kind):
    x = np.array([[0, 1, 1]]).astype(dtype_of(kind))
    got, counts = cleared(x)
    assert got is x
    assert not counts


def test_a_text_says_by_its_numbers_what_it_is():
    assert written(np.array([1.0, 0.0]), "m").dtype == bool
    assert written(np.array([0.0, -INF]), "m").dtype == float


WRONG = [
    (addends, [0.0, np.nan], "NaN or"),
    (addends, [1.0, INF], "NaN or"),
    (addends, [0.0, 1.0], "added to the logits, yet all are 0 or 1"),
    (addends, [1.0, 1.0], "save flags as booleans"),
    (flags, [0, 2], "1 keeps a logit, 0 masks it; it holds others"),
    (flags, [0, -10_000], "saved as floats"),
    (written, [0.0, 0.0], "all 0, and a text does not say"),
    (written, [0.0, np.nan], "NaN or"),
]


@pytest.mark.parametrize(("read", "values", "word"), WRONG)
def test_what_a_mask_cannot_be(read, values, word):
    with pytest.raises(actviz.BadInput, match=f"the mask m .*{word}"):
        read(np.array(values), "m")


@pytest.mark.parametrize(("queries", "keys"), [(4, 4), (2, 5), (5, 3), (1, 6)])
def test_causal_is_the_lower_triangle_from_the_last_corner(queries, keys):
    want = np.tril(np.ones((queries, keys), dtype=bool), keys - queries)
    np.testing.assert_array_equal(causal(np.arange(queries), queries, keys), want)


numbers = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=80)


@settings(max_examples=50)
@given(numbers, numbers)
def test_parts_add_up_to_the_whole(a, b):
    both = celled(np.array(a + b))
    assert added(celled(np.array(a)), celled(np.array(b))) == both
    assert sum(count for _, count in both) == len(a) + len(b)


@settings(max_examples=50)
@given(numbers, st.integers(1, 40))
def test_a_histogram_counts_whole_numbers_between_the_extremes(x, bins):
    cells = celled(np.array(x))
    edges, counts = histogram(cells, min(x), max(x), bins)
    assert counts.tolist() == [round(count) for count in counts]
    assert counts.sum() == len(x)
    assert (edges[0], edges[-1]) == (min(x), max(x))
    assert len(edges) == len(counts) + 1 <= bins + 1
    for k, edge in enumerate(edges[1:-1], start=1):  # off by the numbers of the cell that the edge ends, no more
        near = sum(abs(v - edge) <= 2.0**-10 * abs(v) for v in x)
        assert abs(counts[:k].sum() - sum(v < edge for v in x)) <= near, (edge, edges, counts)


def test_bars_are_no_finer_than_cells():
    x = 10_000.0 + np.linspace(-8.0, 8.0, 33)  # cells are 8 wide there
    edges, counts = histogram(celled(x), x.min(), x.max(), 24)
    assert edges.tolist() == [9992.0, 10000.0, 10008.0]
    assert counts.tolist() == [16.0, 17.0]
    edges, counts = histogram(celled(np.full(10, -3.0)), -3.0, -3.0, 24)
    assert (edges.tolist(), counts.tolist()) == ([-3.0, -3.0], [10.0])
    assert lowest(celled(np.array([-3.0, 5.0]))) <= -3.0
