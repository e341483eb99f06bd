"""Pictures of softmax by dtype: the map is what the evaluations say, and its words are whole."""

from __future__ import annotations

import math

import numpy as np
import pictures
import pytest

from actviz.analysis.softmax.audit import audit
from actviz.analysis.softmax.cliffs import cliffs
from actviz.analysis.softmax.evaluations import evaluations
from actviz.analysis.softmax.failures import Failure
from actviz.analysis.softmax.overflow import outcome
from actviz.analysis.softmax.reading import reading
from actviz.charts.overflow import overflow_figure, point
from actviz.charts.overflow_data import data_figure
from actviz.charts.overflow_errors import LEAST, STYLES, measured, places
from actviz.charts.overflow_map import INKS, length_map, outcomes, regions, spread_map, stretches, window
from actviz.figure import Area, Line, Marker, Note
from actviz.floats import ALL_DTYPES, DTYPES

each = pytest.mark.parametrize("dtype", ALL_DTYPES)


@each
@pytest.mark.parametrize("n", [1, 3, 20])
def test_the_map_is_what_the_evaluations_say(dtype, n):
    low, high = window(dtype)
    tops, spreads = np.linspace(low, high, 17), np.linspace(0.0, high - low, 13)
    codes = outcomes(dtype, n, tops, spreads)
    down = np.linspace(0.0, 1.0, n) if n > 1 else np.zeros(1)
    logits = np.array([[top - spread * down for top in tops] for spread in spreads]).reshape(-1, n)
    want = evaluations(logits, dtype)[0].failure.reshape(codes.shape)
    lost = (codes == Failure.LOST_DIGITS) | (want == Failure.LOST_DIGITS)  # the map looks at what the sum loses
    assert (codes == want)[~lost].all(), (tops, spreads, codes, want)


def test_every_kind_of_outcome_is_on_a_map():
    low, high = window("float16")
    codes = outcomes("float16", 3, np.linspace(low, high, 80), np.linspace(0.0, high - low, 60))
    wanted = {Failure.OK, Failure.VANISHED, Failure.ALL_VANISHED, Failure.SUM_OVERFLOW, Failure.EXP_OVERFLOW}
    assert {Failure(code) for code in np.unique(codes).tolist()} == wanted


def test_regions_shade_the_cells_of_a_failure():
    codes = np.zeros((5, 4), dtype=np.int8)
    codes[1:3, 1] = codes[4, 1] = codes[0:5, 2] = Failure.VANISHED
    marks = regions(np.arange(4.0), np.arange(5.0), codes)
    first, second = [m for m in marks if isinstance(m, Area) and m.ink == INKS[Failure.VANISHED]]
    np.testing.assert_array_equal(first.x, [-0.5, 0.5, 0.5, 1.5, 1.5, 2.5, 2.5, 3.5])
    np.testing.assert_array_equal(first.low[::2], [np.nan, 1, 0, np.nan])
    np.testing.assert_array_equal(first.high[1::2], [np.nan, 3, 4, np.nan])
    np.testing.assert_array_equal(second.low[::2], [np.nan, 4, np.nan, np.nan])
    assert stretches(np.array([True, False, True, True])) == [(0, 1), (2, 4)]


@each
def test_the_second_map_draws_where_sums_overflow(dtype):
    panel = length_map(dtype, [(0.0, 3)])
    running, whole = [m for m in panel.marks if isinstance(m, Line)]
    for n, x, y in zip(running.y, running.x, whole.x, strict=True):
        assert (x, y) == (cliffs(dtype, int(n)).sum_overflow, cliffs(dtype, int(n)).total_overflow)
    (disc,) = [m for m in panel.marks if isinstance(m, Marker)]
    assert (disc.x, disc.y, disc.shape) == (0.0, 3.0, "closed")


def test_a_vector_beyond_the_map_is_an_open_disc_at_its_edge():
    low, high = window("float16")
    (far, near) = [m for m in spread_map("float16", 2, [(1e4, 5.0), (1.0, 2.0)]).marks if isinstance(m, Marker)]
    assert (far.x, far.y, far.shape) == (high, 5.0, "open")
    assert (near.x, near.y, near.shape) == (1.0, 2.0, "closed")
    assert low < 0 < high


def test_a_vectors_place():
    assert point((3.0, -math.inf, -1.0)) == (3.0, 4.0)


@pytest.mark.parametrize("dtype", DTYPES)
def test_errors_are_those_of_the_logits_that_the_dtype_holds(dtype):
    x, tops = (3.0, 1.0, -3.0), np.array([[0.5], [3.0], [1000.0]])
    found = measured(dtype, x, tops, "native")
    assert list(found) == list(STYLES)
    o = outcome(x, dtype)
    for name, line in found.items():
        assert line[1] == max(o.of(name).ulp, LEAST)
    assert math.isnan(found["naive"][2])
    assert math.isfinite(found["shifted"][2])


def test_long_vectors_are_tried_at_fewer_places():
    assert places(-1.0, 1.0, 3).size > 100 > places(-1.0, 1.0, 10_000).size >= 4


CASES = {
    "article": (3.0, 1.0, -3.0),
    "overflow": (12.0, 9.0, -3.0, 2.0),
    "one": (5.0,),
    "masked": (5.0, -math.inf, 2.0),
    "many": tuple(float(i % 7) for i in range(200)),
}


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("case", CASES)
def test_no_word_is_cut_off(case, theme):
    x = CASES[case]
    found = overflow_figure([(case, x, [outcome(x, dtype) for dtype in DTYPES])], "native")
    assert [len(row) for row in found.rows] == [4, 4, 4, 4]
    page = pictures.drawn(found, theme)
    assert pictures.outside(page) == []
    assert pictures.overlapping(page) == []


def test_eight_dtypes_take_two_rows_of_each_kind():
    x = (3.0, 1.0)
    found = overflow_figure([("", x, [outcome(x, dtype) for dtype in ALL_DTYPES])] * 2, "wide")
    assert [len(row) for row in found.rows] == [4] * 6
    assert [panel.title.split(":")[0] for panel in found.rows[3]] == list(DTYPES)


def read(x, dtypes=DTYPES):
    found = audit(x, dtypes)
    return reading("x.npy", x.shape, "float64", 1, dtypes, found, tuple((w.row,) for w in found.worst))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_rows_against_the_cliffs(theme):
    x = np.random.default_rng(0).normal(size=(500, 30)) * 4
    figure = data_figure((read(x),))
    ((tops, spreads),) = figure.rows
    (bars,) = [m for m in tops.marks if isinstance(m, Area)]
    assert np.asarray(bars.high)[::2].sum() == pytest.approx(500)
    names = [m.text for m in tops.marks if isinstance(m, Note)]
    assert "float16: sum is inf" in names
    assert any(isinstance(m, Line) and list(m.x) == [cliffs("float16", 30).sum_overflow] * 2 for m in tops.marks)
    assert any(isinstance(m, Line) and list(m.x) == [-cliffs("float16").zero_to] * 2 for m in spreads.marks)
    assert any(name.startswith("farther right: ") and "float64" in name for name in names)
    page = pictures.drawn(figure, theme)
    assert pictures.outside(page) == []
    assert pictures.overlapping(page) == []


@pytest.mark.parametrize("x", [np.zeros((3, 4)), np.full((2, 3), -math.inf), np.full((2, 3), 1e300)])
def test_rows_that_are_all_alike(x):
    pictures.drawn(data_figure((read(x), read(x))))
