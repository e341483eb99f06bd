"""Sketches: quantiles within the error they state, merging exact, histograms that lose nothing."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from observed import fitted

from actviz import observe
from actviz.analysis.data.counters import BITS, RECENT, UnitCounter, WholeCounter, leading, unit_bits
from actviz.analysis.data.sketch import binned, coarsened, ends, joined, of_values, quantiles, whole
from actviz.analysis.data.tables import tables

PERCENTS = (0, 1, 5, 25, 50, 75, 95, 99, 100)
SCALES = [1e-310, 1e-300, 1e-42, 1e-30, 1e-3, 1.0, 1e3, 1e30, 1e300]


def counted(x, cut=1000):
    counter = WholeCounter(x.dtype.name)
    for start in range(0, x.size, cut):
        counter.add(leading(x[start : start + cut]))
    return counter.sketch()


def same(a, b):
    assert (a.bits, a.exact) == (b.bits, b.exact)
    for p, q in ((a.unit, b.unit), (a.cell, b.cell), (a.count, b.count)):
        assert p.tolist() == q.tolist()


def truth(x, percent):
    """The least value with at least so many per cent of them at or below it."""
    return np.sort(x)[max(-(-percent * x.size // 100), 1) - 1]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("size", [1, 2, 99, 100, 101, 5000])
def test_quantiles_are_within_the_stated_error(dtype, scale, size):
    values = np.random.default_rng(size).standard_normal(size) * scale
    x = fitted(values, dtype)
    x = x[np.isfinite(x)]
    if not x.size:
        return
    sketch = counted(x)
    assert sketch.error == 2.0**-8
    for percent, got in zip(PERCENTS, quantiles(sketch, 1, PERCENTS)[0], strict=True):
        wanted = float(truth(x, percent))
        assert abs(got - wanted) <= max(sketch.error * abs(wanted), sketch.floor), (percent, got, wanted)


SUBNORMAL = (
    [5e-324, 1e-323, 1e-310, 2e-310, 3e-308],
    [1e308, -1e308, 1e300, -1e-308, 5e-324],
    [0.0, 1e-310, 5e-324, -2e-310, 1e-308],
    [1.7976931348623157e308, -1.7976931348623157e308, 1.7e308],
)


@pytest.mark.parametrize("values", SUBNORMAL)
def test_quantiles_of_the_smallest_and_the_largest_numbers_are_within_the_stated_floor(values):
    x = np.asarray(values)
    reading = observe("tanh", x).whole
    assert reading.quantile_floor == 2.0**-1029
    for part, got in reading.quantiles:
        wanted = float(truth(x, round(100 * part)))
        error = abs(got / 2 - wanted / 2) * 2
        assert error <= max(reading.quantile_error * abs(wanted), reading.quantile_floor), (part, got, wanted)


def test_a_note_names_the_floor_where_it_counts():
    def note(values):
        return " ".join(tables((observe("tanh", np.asarray(values)),))[1].notes)

    assert "to 0.39% of themselves or 1.7e-310, whichever is more; min and max exact" in note(SUBNORMAL[0])
    assert "to 0.39% of themselves or 9.2e-41, whichever" in note(np.zeros(9, np.float32))
    assert "to 0.39% of themselves; min and max exact" in note([1.0, 2.5, -3.0])


@pytest.mark.parametrize("units", [2, 2000])
def test_quantiles_of_units_keep_their_floor_and_are_none_beyond_the_last_cell(units):
    row = np.asarray([1e-12, 3e-11, 2e-9, -1e-10, 5.0, 1e12, -1e30, 3e9])
    found = observe("tanh", np.tile(row[:, None], units), axis=1).units[units - 1]
    assert found.quantile_floor == 2.0**-32
    for part, got in found.quantiles:
        wanted = float(truth(row, round(100 * part)))
        if part in (0.01, 0.05, 0.95, 0.99):
            assert math.isnan(got), (part, got, wanted)
        else:
            error = max(found.quantile_error * abs(wanted), found.quantile_floor)
            assert abs(got - wanted) <= error, (part, got, wanted)


def test_every_number_lies_in_its_cell():
    random = np.random.default_rng(8)
    for dtype in ("float32", "float64"):
        kind = np.dtype(dtype)
        bits = random.integers(0, 2**63, 300, dtype=np.uint64) << np.uint64(1)
        x = (bits >> np.uint64(64 - 8 * kind.itemsize)).astype(f"u{kind.itemsize}").view(kind)
        for value in x[np.isfinite(x)]:
            (low,), (high,) = ends(counted(np.asarray([value])))
            # float32 cells are wide below its least normal number.
            slack = 2.0**-133 if abs(value) < 2.0**-126 else 0.0
            assert low - slack <= value <= high + slack, (value, low, high)


@pytest.mark.parametrize("value", [0.0, -0.0, 1.0, -1.0, 3.4028234e38, -3.4028234e38, 1e-45])
def test_single_values(value):
    x = np.full(10, value, dtype=np.float32)
    sketch = counted(x)
    assert sketch.count.tolist() == [10]
    got = quantiles(sketch, 1, (50,))[0, 0]
    assert abs(got - x[0]) <= 2.0**-8 * abs(float(x[0])) + 1e-40


FLOATS = st.lists(st.floats(allow_nan=False, allow_infinity=False, width=32), min_size=1, max_size=50)


@given(FLOATS, FLOATS, FLOATS)
def test_merging_is_exact_in_any_order(a, b, c):
    parts = [counted(np.asarray(x, dtype=np.float32)) for x in (a, b, c)]
    together = counted(np.asarray([*a, *b, *c], dtype=np.float32))
    same(joined(joined(parts[0], parts[1]), parts[2]), together)
    same(joined(parts[2], joined(parts[1], parts[0])), together)


@given(FLOATS, FLOATS)
def test_sketches_of_other_cells_merge_into_the_wider_ones(a, b):
    fine = of_values(10, True, np.zeros(len(a), np.int64), np.asarray(a), np.ones(len(a), np.int64))
    wide = of_values(BITS, False, np.zeros(len(b), np.int64), np.asarray(b), np.ones(len(b), np.int64))
    every = np.asarray([*a, *b])
    both = of_values(BITS, False, np.zeros(every.size, np.int64), every, np.ones(every.size, np.int64))
    same(joined(fine, wide), both)
    same(joined(wide, fine), both)
    same(coarsened(joined(fine, fine), BITS), coarsened(joined(fine, fine), BITS))
    assert not joined(fine, wide).exact
    assert joined(fine, fine).exact


def test_an_empty_sketch_changes_nothing():
    none = counted(np.asarray([], dtype=np.float32))
    some = of_values(10, True, np.zeros(2, np.int64), np.asarray([1.0, 2.0]), np.asarray([3, 4]))
    same(joined(none, some), some)
    same(joined(some, none), some)
    assert np.isnan(quantiles(none, 2, PERCENTS)).all()


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("units", [2, 300, 2000])
def test_units_keep_to_themselves(dtype, units):
    x = (np.random.default_rng(units).standard_normal((70, units)) * np.logspace(-3, 3, units)).astype(dtype)
    counter = UnitCounter(dtype, units)
    counter.add(leading(x[:30]), np.arange(units), 30)
    counter.add(leading(x[30:].reshape(-1)), np.tile(np.arange(units), 40), 40)
    sketch = counter.sketch()
    assert sketch.error == 2.0 ** -(unit_bits(units) + 1)
    found = quantiles(sketch, units, PERCENTS)
    for unit in range(units):
        for percent, got in zip(PERCENTS, found[unit], strict=True):
            wanted = float(truth(x[:, unit], percent))
            assert abs(got - wanted) <= sketch.error * abs(wanted) + 2.0**-32, (unit, percent, got, wanted)
    assert whole(sketch).count.sum() == x.size


def test_units_of_every_size_are_counted():
    for value in (0.0, 1e-40, -1e-12, 1e-5, 1e12, -1e30):
        counter = UnitCounter("float32", 2)
        counter.add(leading(np.full((3, 1), value, dtype=np.float32)), np.asarray([1]), 3)
        sketch = counter.sketch()
        assert (sketch.unit.tolist(), sketch.count.tolist()) == ([1], [3]), value
        got = quantiles(sketch, 2, (50,))[1, 0]
        if abs(value) < 2.0**31:
            assert abs(got - value) <= max(2.0**-8 * abs(value), 2.0**-32), (value, got)
        else:
            assert math.isnan(got), (value, got)


@pytest.mark.parametrize("sizes", [(RECENT,), (RECENT, 1), (40_000, 40_000, 40_000), (RECENT + 1, 5), (1, RECENT + 1)])
def test_a_unit_with_one_value_again_and_again_loses_no_count(sizes):
    counter = UnitCounter("float32", 3)
    for size in sizes:
        counter.add(leading(np.full((size, 1), 0.7, dtype=np.float32)), np.asarray([2]), size)
    sketch = counter.sketch()
    assert (sketch.unit.tolist(), sketch.count.tolist()) == ([2], [sum(sizes)])


def test_floor_and_top_outlast_merging():
    counters = [UnitCounter("float32", 2), UnitCounter("float32", 2)]
    for counter in counters:
        counter.add(leading(np.ones((3, 1), dtype=np.float32)), np.asarray([1]), 3)
    both = joined(*(counter.sketch() for counter in counters))
    assert (both.floor, whole(both).floor, coarsened(both, 3).floor) == (2.0**-32,) * 3
    assert both.top == whole(both).top == coarsened(both, 3).top
    assert 2.0**31 < both.top < 2.0**32


def test_more_units_have_wider_cells_within_the_room_there_is():
    assert [unit_bits(n) for n in (2, 512, 513, 1024, 4096, 65536)] == [7, 7, 6, 6, 4, 0]
    assert all(n * 2 * (64 << unit_bits(n)) <= 1 << 23 for n in (2, 100, 513, 40_000, 65_536))


@pytest.mark.parametrize("exact", [False, True])
def test_a_histogram_counts_every_value_once(exact):
    x = np.random.default_rng(7).standard_normal(100_000)
    x = np.round(x * 64) / 64 if exact else x
    sketch = (
        of_values(15, True, np.zeros(x.size, np.int64), x, np.ones(x.size, np.int64)) if exact else counted(x, x.size)
    )
    low, high = ends(sketch)
    cells = tuple(zip(low.tolist(), high.tolist(), sketch.count.tolist(), strict=True))
    edges = np.linspace(-3, 3, 61)
    counts, below, above = binned(cells, edges)
    assert counts.sum() + below + above == pytest.approx(x.size, rel=1e-12)
    wanted = np.asarray([np.count_nonzero((x > a) & (x <= b)) for a, b in pairwise(edges)])
    if exact:
        wanted[0] += np.count_nonzero(x == -3)
        assert counts.tolist() == wanted.tolist()
        assert (below, above) == (np.count_nonzero(x < -3), np.count_nonzero(x > 3))
    else:
        # A cell is at most 0.016 wide here, a bin 0.1: near an edge a sixth of a bin may be shifted.
        assert np.abs(counts - wanted).max() < 0.02 * wanted.max()


def test_a_spike_at_0_is_one_bin_on_the_left():
    counts, below, above = binned(((0.0, 0.0, 7), (1.0, 1.5, 4)), np.asarray([-1.0, -0.5, 0.0, 0.5, 1.25]))
    assert (counts.tolist(), below, above) == ([0.0, 7.0, 0.0, 2.0], 0.0, 2.0)


def test_bins_as_wide_as_float64_hold_their_values():
    cells = ((-1.7e308, -1.69e308, 4), (1.69e308, 1.7e308, 4))
    counts, below, above = binned(cells, np.asarray([-1.7e308, 0.0, 1.695e308]))
    assert (counts.tolist(), below, above) == ([4.0, pytest.approx(2.0)], 0.0, pytest.approx(2.0))
