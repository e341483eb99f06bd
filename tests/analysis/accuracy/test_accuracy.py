"""Errors in ULP, what is wrong beyond measure, tallies, cells and regions."""

from __future__ import annotations

import math

import ml_dtypes
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from actviz.activation import Activation
from actviz.analysis.accuracy.accuracy import STEPS, Tally, errors, kink_mask, merged, tally, unit
from actviz.analysis.accuracy.cells import cell_shift, cell_start, regions
from actviz.floats import dtype_of
from actviz.resolve import get

KINDS = ("float16", "bfloat16", "float32", "float64")
NONE = np.zeros(1)


def measured(got: float, exact: float, kind: str = "float32", rest: float = 0.0):
    y = np.asarray([got], dtype=dtype_of(kind))
    with np.errstate(all="ignore"):
        return errors(y, np.asarray([exact]), np.asarray([rest]), np.asarray([True]))


@pytest.mark.parametrize("kind", KINDS)
def test_a_unit_is_the_gap_between_neighbours_in_the_results_power_of_two(kind: str) -> None:
    info = ml_dtypes.finfo(dtype_of(kind))
    least, tiny, eps = float(info.smallest_subnormal), float(info.smallest_normal), float(info.eps)
    exact = np.asarray([1.0, 1.5, 0.75, -4.0, tiny, tiny / 4, 0.0, float(info.max)])
    largest = np.asarray(info.max, dtype_of(kind))
    last = float(largest) - float(np.nextafter(largest, np.zeros_like(largest)))
    wanted = [eps, eps, eps / 2, 4 * eps, least, least, least, last]
    assert unit(exact, dtype_of(kind)).tolist() == wanted


def test_an_error_is_measured_to_the_part_of_a_unit() -> None:
    assert measured(1.0 + 2.0**-23, 1.0).ulp[0] == 1.0
    assert measured(1.0, 1.0 + 2.0**-25).ulp[0] == 0.25
    assert measured(1.0, 1.0, "float64", rest=2.0**-54).ulp[0] == 0.25
    assert measured(-3.0, 3.0, "float64").distance[0] == 6.0


@pytest.mark.parametrize(
    ("got", "exact", "wrong"),
    [
        (math.nan, 1.0, "nan"),
        (1.0, math.nan, "undecided"),
        (math.inf, 1.0, "infinity"),
        (-math.inf, 1e39, "infinity"),
        (3e38, 1e39, "infinity"),
        (math.inf, 1e39, ""),
        (math.inf, math.inf, ""),
        (math.inf, 3.4028235677973366e38, ""),
        (3.4028234663852886e38, 3.4028235e38, ""),
        (0.0, 1e-40, "zero"),
        (0.0, 1e-46, ""),
        (0.0, 1.4e-45, ""),
        (0.0, 2.8e-45, "zero"),
        (1e-40, 0.0, ""),
    ],
)
def test_what_is_wrong_beyond_measure_is_told_apart(got: float, exact: float, wrong: str) -> None:
    found = measured(got, exact)
    assert {k for k in ("nan", "infinity", "zero", "undecided") if getattr(found, k)[0]} == ({wrong} - {""})


def test_what_the_truth_itself_may_be_off_is_no_error() -> None:
    found = measured(1e57, 1e57, "float64", rest=0.25)
    assert (found.ulp[0], found.distance[0]) == (0.0, 0.0)


def test_a_number_where_nan_belongs_is_wrong_at_infinity() -> None:
    found = errors(np.asarray([1.0, math.nan]), np.asarray([math.nan] * 2), np.zeros(2), np.asarray([False, False]))
    assert found.nan.tolist() == [True, False]


def counted(x: np.ndarray, got: np.ndarray, exact: np.ndarray, keep: int = 3) -> Tally:
    return tally(x, got, exact, np.zeros_like(exact), np.zeros(x.size, bool), keep)


def test_a_tally_counts_finds_the_worst_and_where() -> None:
    x = np.asarray([-2.0, -1.0, 0.0, 1.0, 2.0, np.nan])
    exact = np.asarray([1.0, 1.0, 1.0, 1.0, 1.0, np.nan])
    off = np.asarray([0.0, 3.0, 0.4, 2000.0, 0.0, 0.0]) * 2.0**-52
    got = exact + off
    got[4] = np.inf
    found = counted(x, got, exact)
    assert found.inputs == 6
    assert dict(zip(STEPS, found.above, strict=True)) == {0.5: 2, 1.0: 2, 2.0: 2, 4.0: 1, 1000.0: 1}
    assert (found.max_ulp, found.at, found.wrong_infinity, found.wrong_nonfinite) == (2000.0, 1.0, 1, 1)
    assert (found.max_abs, found.abs_at) == (2000.0 * 2.0**-52, 1.0)
    assert [(case.x, case.ulp) for case in found.worst] == [(1.0, 2000.0), (-1.0, 3.0)]


def test_no_worst_cases_are_kept_where_none_are_asked_for() -> None:
    x = np.linspace(1, 2, 9)
    assert counted(x, x + 1e-3, x, keep=0).worst == ()
    assert len(counted(x, x + 1e-3, x, keep=50).worst) == 9


def test_kinks_are_left_out_of_the_orders_that_are_undefined_there() -> None:
    relu, hard = get("relu"), get("elu")
    assert isinstance(relu, Activation)
    assert isinstance(hard, Activation)
    x = np.asarray([-1.0, 0.0, -0.0, 1.0], np.float16)
    assert kink_mask(relu, 0, x).tolist() == [False] * 4
    assert kink_mask(relu, 1, x).tolist() == [False, True, True, False]
    assert kink_mask(hard, 1, x).tolist() == [False] * 4
    assert kink_mask(hard, 2, x).tolist() == [False, True, True, False]
    off = tally(x, x + np.float16(2), x.astype(float), NONE, kink_mask(relu, 1, x), 4)
    assert (off.kinks, len(off.worst)) == (2, 2)


@pytest.mark.parametrize("kind", KINDS)
def test_cells_tile_the_floats_in_order(kind: str) -> None:
    info = ml_dtypes.finfo(dtype_of(kind))
    starts = [cell_start(cell, dtype_of(kind)) for cell in range(-40, 41)]
    assert starts == sorted(starts)
    assert starts[40] == 0.0
    last = (2 ** (info.bits - 1)) >> cell_shift(dtype_of(kind))
    assert cell_start(last, dtype_of(kind)) == math.inf


def test_bad_neighbours_make_one_region_and_a_good_cell_parts_them() -> None:
    x = np.asarray([1.0, 1.01, 1.02, 2.0, 3.0, 4.0, 4.1])
    got = x.copy()
    got[[0, 2, 3, 6]] += 1e-3
    got[5] = np.nan
    found = regions(counted(x, got, x).cells)
    assert [(r.low, r.high, r.inputs, r.wrong) for r in found] == [(1.0, 2.0, 3, 0), (4.0, 4.1, 2, 1)]


@given(
    st.lists(st.tuples(st.floats(-100, 100), st.floats(0, 1e6)), min_size=2, max_size=60, unique_by=lambda p: p[0]),
    st.data(),
)
def test_tallies_of_parts_merge_to_the_tally_of_the_whole(pairs, data) -> None:
    pairs.sort()
    x = np.asarray([p[0] for p in pairs])
    exact = np.cos(x) + 2.0
    got = exact + np.asarray([p[1] for p in pairs]) * 2.0**-52
    cut = data.draw(st.integers(1, len(pairs) - 1))
    whole = counted(x, got, exact, keep=4)
    parts = merged(counted(x[:cut], got[:cut], exact[:cut], 4), counted(x[cut:], got[cut:], exact[cut:], 4), 4)
    assert (parts.inputs, parts.above, parts.max_ulp, parts.max_abs) == (
        whole.inputs, whole.above, whole.max_ulp, whole.max_abs,
    )  # fmt: skip
    assert [case.ulp for case in parts.worst] == [case.ulp for case in whole.worst]
    assert regions(parts.cells) == regions(whole.cells)
    for column in ("cell", "ulp", "bad", "wrong", "low", "high"):
        np.testing.assert_array_equal(getattr(parts.cells, column), getattr(whole.cells, column))
