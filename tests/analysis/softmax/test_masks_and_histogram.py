"""Masks as flags, as numbers to add, and causal; histograms that add up."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import actviz
from actviz.analysis.softmax.histogram import added, celled, extent, histogram
from actviz.analysis.softmax.masks import causal, masked, understood

INF = math.inf


def test_flags_keep_where_they_are_1():
    mask = understood(np.array([1.0, 0.0, 1.0]), "m")
    assert mask.dtype == bool
    np.testing.assert_array_equal(masked(np.array([[3.0, 4.0, -1.0]]), mask), [[3.0, -INF, -1.0]])
    whole = masked(np.array([[3, 4, 5]], dtype=np.int8), mask)
    np.testing.assert_array_equal(whole, [[3.0, -INF, 5.0]])


def test_a_mask_keeps_the_type_of_narrow_logits():
    x = np.array([[3.0, 4.0]], dtype=np.float16)
    assert masked(x, np.array([True, False])).dtype == np.float16


def test_other_numbers_are_added():
    mask = understood(np.array([0.0, -INF, -1e9, 0.5], dtype=np.float32), "m")
    np.testing.assert_array_equal(masked(np.ones((1, 4), dtype=np.float16), mask), [[1.0, -INF, 1.0 - 1e9, 1.5]])


@pytest.mark.parametrize(("values", "word"), [([0.0, 0.0], "all 0"), ([0.0, np.nan], "NaN or"), ([1.0, INF], "NaN or")])
def test_what_a_mask_cannot_be(values, word):
    with pytest.raises(actviz.BadInput, match=f"the mask m .*{word}"):
        understood(np.array(values), "m")


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
@given(numbers)
def test_a_histogram_holds_every_number_within_a_cell(x):
    cells = celled(np.array(x))
    low, high = extent(cells)
    assert low <= min(x) + 1e-300
    assert high >= max(x) - 1e-300
    wide = 0.02 * max(abs(low), abs(high)) + 1e-9
    edges = np.array([low - wide, (low + high) / 2, high + wide])
    counts = histogram(cells, edges)
    assert counts.sum() == pytest.approx(len(x))
    near = sum(abs(v - edges[1]) <= 0.02 * abs(v) + 1e-300 for v in x)
    assert abs(counts[0] - sum(v < edges[1] for v in x)) <= near + 1e-9
