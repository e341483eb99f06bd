"""Slopes told from the moments of cells, beside those of every value; counts, means and sketches as ever."""

from __future__ import annotations

import math
import pickle
from dataclasses import replace

import numpy as np
import pytest
from observed import blocks, check, concluded, probed, tallied

from actviz.analysis.data import cell_tables
from actviz.analysis.data.cell_counter import tally_by_cells, told_by_cells
from actviz.analysis.data.cell_tables import REST, PackedTable
from actviz.analysis.data.cells import WITHIN, Cells, integral
from actviz.analysis.data.compiled import compiled_table
from actviz.analysis.data.probes import probe
from actviz.resolve import get

SMOOTH = (
    "sigmoid",
    "tanh",
    "gelu",
    "mish",
    "swish",
    "softplus",
    "elu:alpha=2",
    "softsign",
    "log_cosh",
    "swish:beta=3",
    "quick_gelu",
)
LEAST = np.float32(2.0**-149)


TABLES = {"float32": PackedTable, "float64": compiled_table}


def by_cells(x, labels, most=1 << 16):
    table = TABLES[x.dtype.name]
    return tally_by_cells(blocks(x, None, most), tuple(map(probed, labels)), x.dtype.name, table)


def drawn(size, mean=0.0, std=1.0, dtype="float32"):
    return (mean + std * np.random.default_rng(size).standard_normal(size)).astype(dtype)


DATA = {
    "normal": drawn(60_000),
    "wide": drawn(60_001, std=40.0),
    "half of them 0": np.maximum(drawn(60_002), 0.0),
    "both zeros": np.asarray([0.0, -0.0, 0.0], np.float32),
    "one of many, and NaN": np.asarray([0.3] * 5000 + [np.nan, np.inf, -np.inf, np.inf], np.float32),
    "one ULP apart": np.asarray([0.6, 0.60000005, 0.60000005], np.float32),
    "whole numbers": np.tile(np.arange(-9, 10, dtype=np.float32), 50),
    "float64, normal": drawn(60_000, dtype="float64"),
    "float64, wide": drawn(60_001, std=40.0, dtype="float64"),
    "float64, half of them 0": np.maximum(drawn(60_002, dtype="float64"), 0.0),
    "float64, both zeros": np.asarray([0.0, -0.0, 0.0]),
    "float64, one of many, and NaN": np.asarray([0.3, -3.1] + [0.3] * 5000 + [np.nan, np.inf, -np.inf, np.inf]),
    "float64, a mask": np.append(drawn(60_003, dtype="float64"), np.full(9_000, -1e9)),
    "float64, whole numbers": np.tile(np.arange(-9.0, 10.0), 50),
}


@pytest.mark.parametrize("label", SMOOTH)
@pytest.mark.parametrize("data", DATA)
def test_sums_of_slopes_are_those_of_every_value(label, data):
    x = DATA[data]
    found = by_cells(x, (label,))
    assert found is not None
    check(concluded(x, (label,), None, found).whole, x, (label,))
    slope = get(label).derivative(x[np.isfinite(x)].astype(np.float64))
    for got, wanted in ((found.slope, slope), (found.square, slope * slope)):
        truth, scale = math.fsum(wanted), math.fsum(np.abs(wanted))
        assert abs(got[0, 0] - truth) <= WITHIN * scale, (got, truth, scale)


@pytest.mark.parametrize("data", DATA)
def test_all_else_is_what_counting_value_by_value_gives(data):
    x, labels = DATA[data], ("relu", "gelu", "mish", "hard_tanh")
    found, wanted = by_cells(x, labels), tallied(x, labels)
    assert found is not None
    for name in ("nan", "positive", "negative", "low", "high", "below", "small"):
        np.testing.assert_array_equal(getattr(found, name), getattr(wanted, name), name)
    for name in ("unit", "cell", "count"):
        np.testing.assert_array_equal(getattr(found.sketch, name), getattr(wanted.sketch, name), name)
    assert (found.sketch.bits, found.sketch.floor, found.by_unit) == (wanted.sketch.bits, wanted.sketch.floor, None)
    np.testing.assert_array_equal(found.spread.count, wanted.spread.count)
    size = np.abs(x[np.isfinite(x)]).max()
    np.testing.assert_allclose(found.spread.mean, wanted.spread.mean, rtol=0, atol=1e-15 * size)
    np.testing.assert_allclose(found.spread.std, wanted.spread.std, rtol=1e-12, atol=1e-16 * size)


def test_a_deviation_far_below_the_values_keeps_its_digits():
    one, next_one = np.float32(1.3), np.nextafter(np.float32(1.3), np.float32(2))
    x = np.append(np.full(100_000, one), next_one)
    found = by_cells(x, ("gelu",))
    assert found is not None
    wanted = (float(next_one) - float(one)) * math.sqrt(100_000) / 100_001
    assert found.spread.std[0] == pytest.approx(wanted, rel=1e-9), "of one value in 100,001, an ULP off"


@pytest.mark.parametrize(
    ("label", "x"),
    [
        ("sigmoid", drawn(1000, mean=-20.0)),
        ("gelu", drawn(1000, mean=-9.0)),
        ("exponential", drawn(1000, std=300.0)),
        ("elu:alpha=2", np.asarray([0.0, LEAST, LEAST], np.float32)),
    ],
)
def test_what_cells_are_too_wide_for_is_not_told(label, x):
    assert told_by_cells((probed(label),), "float32", PackedTable)
    assert by_cells(x, (label,)) is None
    assert by_cells(np.append(x, drawn(5000)), (label, "relu")) is None or label not in (
        "exponential",
        "swish:beta=1e5",
    )


@pytest.mark.parametrize("break_at", [0.3, 0.5, 0.3 - 0.3 % 2.0**-13 + 0.99 * 2.0**-13])
def test_a_break_in_a_cell_or_at_its_edge_is_noticed(break_at):
    # Cells of width 2**-12 from 1/4 and 1/2 on; u is -1 at an edge, the nodes are inside.
    edge = break_at - break_at % 2.0**-13
    mean = 500.0 * 2.0**-REST
    cell = Cells(*(np.asarray([part]) for part in (edge, 2.0**-13, 4, mean, 0.25, 0.0)))
    places = np.append(0.5 + 0.5 * np.cos(np.pi * (np.arange(4) + 0.5) / 4), [0.0, 1.0])
    x = (edge + 2.0**-13 * places)[:, None]
    assert integral(1.0 + x, cell) == pytest.approx(4.0 * (1.0 + edge) + 2000 * 2.0**-24, rel=1e-15)
    assert math.isnan(integral(np.where(x <= break_at, 0.0, 1.0 + x), cell))


def test_functions_that_bend_too_sharply_are_never_told():
    for labels in (("hard_swish",), ("snake",), ("relu",), ("relu", "leaky_relu"), ("gelu", "hard_swish"), ("sin(x)",)):
        assert not told_by_cells(tuple(map(probed, labels)), "float32", PackedTable), labels
    # A feature of f' between the places looked at in a cell would not be seen: these may have one anywhere.
    for label in ("laplace:mu=1.0001,sigma=1e-7", "x+1e-3*tanh(1e7*(x-1.0001))", "x+max(x-1.000236,0)**1.2"):
        assert not told_by_cells((probed(label),), "float32", PackedTable), label
    assert told_by_cells((probed("gelu"), probed("relu")), "float32", PackedTable)
    mine = probe(replace(probed("gelu").activation, family="callable"), (0.1,))
    assert not told_by_cells((mine,), "float32", PackedTable)


def test_types_of_64_bits_are_for_the_compiled_loop_and_straight_lines_gain_nothing():
    for dtype in ("float64", "int32", "uint32", "int64", "uint64"):
        told = {
            (label, table): told_by_cells((probed(label),), dtype, table)
            for label in ("gelu", "relu")
            for table in (PackedTable, compiled_table)
        }
        assert [what for what, yes in told.items() if yes] == [("gelu", compiled_table)], dtype
    for dtype in ("float16", "bfloat16", "int8", "float8_e4m3fn"):
        assert not told_by_cells((probed("gelu"),), dtype, compiled_table), dtype


def test_packed_numbers_that_are_full_begin_anew(monkeypatch):
    x = DATA["normal"]
    whole = by_cells(x, ("gelu",), 1000)
    monkeypatch.setattr(cell_tables, "MOST", 10_000)
    cut = by_cells(x, ("gelu",), 1000)
    assert pickle.dumps(whole) == pickle.dumps(cut)


def test_packed_numbers_hold_as_many_values_as_they_take():
    last_bits = (1 << REST) - 1
    assert cell_tables.MOST * last_bits < 1 << cell_tables.COUNT
    assert cell_tables.MOST << cell_tables.COUNT < 1 << 63


def test_no_finite_value_and_no_block():
    x = np.full(5, np.nan, np.float32)
    found = by_cells(x, ("gelu",))
    assert found is not None
    check(concluded(x, ("gelu",), None, found).whole, x, ("gelu",))
    with pytest.raises(ValueError, match="no block"):
        tally_by_cells(iter(()), (probed("gelu"),), "float32", PackedTable)
