"""The compiled loop of float64 beside whole numbers and counting value by value; what has no cell is never told."""

from __future__ import annotations

import math
import pickle
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from observed import blocks, probed, tallied

from actviz.analysis.data.cell_counter import CellCounter, tally_by_cells
from actviz.analysis.data.cells import WITHIN
from actviz.analysis.data.compiled import compiled_table
from actviz.analysis.data.compiled_float64 import (
    BEYOND,
    COUNT,
    DROPPED,
    FULL,
    HOLDS_EDGE,
    LEAST,
    REST,
    ROUNDED,
    Float64Table,
)
from actviz.analysis.data.probes import edges
from actviz.analysis.data.running import floored

LABELS = ("relu", "gelu", "hard_tanh", "sigmoid", "elu:alpha=2", "relu6")
PROBES = tuple(map(probed, LABELS))
EDGES = floored(edges(PROBES), "float64")


def odd_values():
    """The edges, the numbers beside them, the ends of their cells and of all cells; zeros; numbers without a cell."""
    at = EDGES[np.abs(EDGES) >= LEAST]
    bits, rest = at.view(np.int64), (1 << REST) - 1
    near = [np.nextafter(at, side) for side in (-np.inf, np.inf)]
    cells = [(bits & ~rest).view(np.float64), (bits | rest).view(np.float64)]
    last = np.nextafter(BEYOND, 0.0)
    others = [0.0, -0.0, LEAST, -LEAST, last, -last, np.nan, np.inf, -np.inf]
    return [*np.concatenate([at, *near, *cells]).tolist(), *others]


STRAYS = [5e-324, -5e-324, math.nextafter(LEAST, 0.0), -1e-300, BEYOND, -BEYOND, 1.7e308]
FLOATS = st.floats(-8.0, 8.0) | st.sampled_from(odd_values()) | st.floats()


def has_cell(x):
    return not math.isfinite(x) or x == 0 or LEAST <= abs(x) < BEYOND


def sums_of(x):
    table = compiled_table(EDGES)
    assert isinstance(table, Float64Table)
    x = np.asarray(x)
    table.add(x, float(x.min()), float(x.max()))
    return table.sums()


@given(
    st.lists(FLOATS, min_size=1, max_size=60),
    st.integers(1, 700),
    st.lists(st.integers(1, 9000), min_size=1, max_size=4),
)
@example(odd_values(), 3, [100])
@example([0.0, -0.0], 5000, [7])
@example([-1e9], 5000, [7])
def test_counts_are_those_of_every_value_whatever_the_blocks(values, times, sizes):
    assume(all(map(has_cell, values)))
    x = np.tile(np.asarray(values), times)
    wanted = tallied(x, LABELS)
    found = []
    with np.errstate(all="ignore"):
        for size in (*sizes, x.size):
            counter = CellCounter(PROBES, "float64", compiled_table)
            for block in blocks(x, None, size):
                counter.add(block.values)
            found.append(counter.table.sums())
    assert len({pickle.dumps(sums) for sums in found}) == 1
    np.testing.assert_array_equal(found[0].below, wanted.below[0])
    assert found[0].cells.count.sum() == np.isfinite(x).sum()
    told = counter.tally()
    if told is not None:
        for name in ("nan", "positive", "negative", "low", "high", "below"):
            np.testing.assert_array_equal(getattr(told, name), getattr(wanted, name), name)
        for name in ("unit", "cell", "count"):
            np.testing.assert_array_equal(getattr(told.sketch, name), getattr(wanted.sketch, name), name)
        np.testing.assert_allclose(told.spread.std, wanted.spread.std, rtol=2 * WITHIN)


@pytest.mark.parametrize("many", [1, FULL - 1, FULL, FULL + 1, 2 * FULL, 70_000])
@pytest.mark.parametrize("whole", [0x3FF00FFFFFFFFFFF, 0x3FF0000000000000, 0x3FF0080000003FFF, 0x47EFFFFFFFFFFFFF])
@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_a_cell_that_is_full_begins_anew(many, whole, sign):
    # The last number of a cell has the greatest sums.
    x = np.copysign(np.full(many, whole, np.int64).view(np.float64), sign)
    found = sums_of(x)
    (edge,) = np.asarray([whole >> REST << REST]).view(np.float64)
    cells, place = found.cells, Fraction(whole % (1 << REST), 1 << REST)
    assert (cells.edge.tolist(), cells.count.tolist()) == ([sign * edge], [many])
    assert cells.edge[0] + cells.width[0] * float(place) == x[0]
    assert cells.mean[0] == pytest.approx(float(place), rel=1e-15)
    assert abs(cells.squares[0]) <= many * cells.doubt[0]
    assert found.below.tolist() == [many if x[0] <= edge else 0 for edge in EDGES]


@pytest.mark.parametrize("size", [2, 900, 30_000])
def test_moments_of_a_cell_are_within_their_doubt_of_whole_numbers(size):
    k = np.random.default_rng(size).integers(0, 1 << REST, size)
    found = sums_of((k + (1023 << 52)).view(np.float64)).cells
    mean = Fraction(sum(k.tolist()), size)
    squares = sum((n - mean) ** 2 for n in k.tolist()) / Fraction(1 << 2 * REST)
    assert found.mean[0] == pytest.approx(float(mean / (1 << REST)), rel=1e-15)
    assert found.doubt[0] == ROUNDED
    assert abs(Fraction(float(found.squares[0])) - squares) <= size * ROUNDED


@pytest.mark.parametrize("stray", STRAYS)
def test_a_value_without_a_cell_leaves_nothing_told(stray):
    assert not has_cell(stray)
    x = np.random.default_rng(1).standard_normal(5000)
    assert tally_by_cells(blocks(x, None, 1000), PROBES, "float64", compiled_table) is not None
    x[2000] = stray
    assert tally_by_cells(blocks(x, None, 1000), PROBES, "float64", compiled_table) is None


@pytest.mark.parametrize(
    ("mean", "std", "told"), [(0.3, 1.0, True), (3.0, 1.0, True), (1.0, 1e-3, False), (0.3, 0.0, False)]
)
def test_values_far_closer_to_each_other_than_to_0_are_looked_at_one_by_one(mean, std, told):
    x = mean + std * np.random.default_rng(2).standard_normal(20_000)
    found = tally_by_cells(blocks(x, None, 9000), PROBES, "float64", compiled_table)
    assert (found is not None) == told
    if found:
        assert found.spread.std[0] == pytest.approx(tallied(x, LABELS).spread.std[0], rel=WITHIN)


@pytest.mark.parametrize("dtype", ["int32", "uint32", "int64", "uint64"])
def test_whole_numbers_are_taken_as_the_float64_nearest_to_them(dtype):
    x = np.random.default_rng(3).integers(0, 1 << 31, 5000).astype(dtype)
    x[:3000] %= 8
    if dtype == "uint64":
        x[0] = 2**64 - 1
    found, wanted = tally_by_cells(blocks(x, None, 999), PROBES, dtype, compiled_table), tallied(x, LABELS)
    assert found is not None
    for name in ("low", "high", "below"):
        np.testing.assert_array_equal(getattr(found, name), getattr(wanted, name), name)
    np.testing.assert_allclose(found.slope[:, 1], wanted.slope[:, 1], rtol=1e-12)


def test_packed_numbers_hold_a_full_cell():
    assert FULL * ((1 << REST) - 1) < 1 << COUNT
    assert (FULL << COUNT) + (1 << COUNT) - 1 < 1 << 64
    assert FULL * (1 << REST - DROPPED) ** 2 < HOLDS_EDGE


@pytest.mark.parametrize("at", [[-0.0], [0.0], [-5e-324, 0.0], [-np.inf, -1e300, -0.0, 5e-324, 1.0, 1e300], []])
def test_edges_without_a_cell(at):
    x = np.asarray([0.0, -0.0, LEAST, -LEAST, 1.0, math.nextafter(1.0, 2.0), -3.0])
    table = compiled_table(np.asarray(at, np.float64))
    table.add(x, -3.0, math.nextafter(1.0, 2.0))
    assert table.sums().below.tolist() == [np.count_nonzero(x <= edge) for edge in at]
