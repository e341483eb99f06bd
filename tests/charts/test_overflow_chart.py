"""Pictures of softmax by dtype: the map is what the evaluations say, and its words are whole."""

from __future__ import annotations

import math

import numpy as np
import pictures
import pytest
from matplotlib.text import Text
from roundings import kind_of

from actviz.analysis.softmax.audit import audit
from actviz.analysis.softmax.cliffs import cliffs
from actviz.analysis.softmax.evaluations import evaluations
from actviz.analysis.softmax.failures import Failure
from actviz.analysis.softmax.overflow import outcome
from actviz.analysis.softmax.reading import reading
from actviz.analysis.softmax.safety import unknown
from actviz.analysis.softmax.tables import NAMES
from actviz.charts.overflow import PANEL, length_figure, overflow_figure, point
from actviz.charts.overflow_data import data_figure
from actviz.charts.overflow_errors import LEAST, STYLES, errors, measured, places, powers
from actviz.charts.overflow_map import INKS, length_map, outcomes, regions, spread_map, stretches, window
from actviz.figure import Area, Figure, Line, Marker, Note, Rule
from actviz.figures import f24_softmax_outcomes
from actviz.floats import ALL_DTYPES, DTYPES

each = pytest.mark.parametrize("dtype", ALL_DTYPES)


def test_each_exact_probability_is_a_bar_over_its_class():
    logits = (1.0, 3.0, -2.0)
    found = outcome(logits, "float32")
    panel = overflow_figure([("", logits, [found])], "native").rows[0][0]
    bars = [m for m in panel.marks if isinstance(m, Area)]
    assert [(sum(bar.x) / 2, *bar.low, *bar.high) for bar in bars] == [
        (i + 1, 0.0, 0.0, p, p) for i, p in enumerate(found.exact.tolist())
    ]
    assert panel.xticks == ((1.0, "1"), (2.0, "2"), (3.0, "3"))


def test_nan_is_a_cross_and_0_is_open_and_both_are_counted():
    logits = (12.0, 9.0, -8.0)
    panel = overflow_figure([("", logits, [outcome(logits, "float16")])], "native").rows[0][0]
    found = [(round(m.x, 2), m.y, m.shape) for m in panel.marks if isinstance(m, Marker)]
    assert found[:3] == [(0.87, 0.0, "cross"), (1.87, 0.0, "open"), (2.87, 0.0, "open")]
    assert [shape for *_, shape in found[3:]] == ["diamond", "diamond", "open"]
    said = [m.text for m in panel.marks if isinstance(m, Note)]
    assert said == ["● naive: 1 NaN ×, 2 zero ○", "◆ max-shifted: 1 zero ○"]


def test_what_befell_either_form_is_said_where_no_value_is_lost():
    logits = (-800.0, -801.0)
    panel = overflow_figure([("", logits, [outcome(logits, "bfloat16")])], "native").rows[0][0]
    assert [m.text for m in panel.marks if isinstance(m, Note)][1] == "◆ max-shifted: lost digits"
    many = tuple(map(float, range(40)))
    panel = overflow_figure([("", many, [outcome(many, "float16")])], "native").rows[0][0]
    said = [m.text for m in panel.marks if isinstance(m, Note)]
    assert said == ["naive (dotted): 28 NaN, 12 zero", "max-shifted (dashed): 22 zero"]
    assert [(m.label, m.dash) for m in panel.marks if isinstance(m, Line)][1:] == [
        ("naive", "dotted"), ("max-shifted", "dashed")
    ]  # fmt: skip


@pytest.mark.parametrize(("dtype", "n"), [*((name, 70_000) for name in ALL_DTYPES), ("float16", 3_000_000)])
def test_the_length_asked_for_is_a_diamond_on_the_second_map(dtype, n):
    for accumulate in ("native", "wide"):
        ((panel,),) = length_figure([outcome((1.0, 2.0), dtype, n)], accumulate).rows
        (mark,) = [m for m in panel.marks if isinstance(m, Marker)]
        assert (mark.x, mark.y, mark.shape) == (cliffs(dtype, n).sum_overflows(accumulate), n, "diamond")
        assert panel.ylim[1] >= n
        assert panel.ylabel == f"n; ◆: {n:,}"


@each
@pytest.mark.parametrize("n", [1, 3, 20])
@pytest.mark.parametrize("accumulate", ["native", "wide"])
def test_the_map_is_what_the_evaluations_say(dtype, n, accumulate):
    low, high = window(dtype)
    tops, spreads = np.linspace(low, high, 17), np.linspace(0.0, high - low, 13)
    codes = outcomes(dtype, n, tops, spreads, accumulate)
    down = np.linspace(0.0, 1.0, n) if n > 1 else np.zeros(1)
    logits = np.array([[top - spread * down for top in tops] for spread in spreads]).reshape(-1, n)
    want = evaluations(logits, dtype, accumulate)[0].failure.reshape(codes.shape)
    want = np.where(want == Failure.LOST_DIGITS, Failure.OK, want)  # which the map of errors shows
    np.testing.assert_array_equal(codes, want, err_msg=f"{tops} {spreads}")


def test_every_kind_of_outcome_is_on_a_map():
    low, high = window("float16")
    codes = outcomes("float16", 3, np.linspace(low, high, 80), np.linspace(0.0, high - low, 60), "native")
    wanted = {Failure.OK, Failure.VANISHED, Failure.ALL_VANISHED, Failure.SUM_OVERFLOW, Failure.EXP_OVERFLOW}
    assert {Failure(code) for code in np.unique(codes).tolist()} == wanted


def test_regions_shade_the_cells_of_a_failure():
    codes = np.zeros((5, 4), dtype=np.int8)
    codes[1:3, 1] = codes[4, 1] = codes[0:5, 2] = Failure.VANISHED
    marks = regions(np.arange(4.0), np.arange(5.0), codes, "inf")
    first, second = [m for m in marks if isinstance(m, Area) and m.ink == INKS[Failure.VANISHED]]
    np.testing.assert_array_equal(first.x, [-0.5, 0.5, 0.5, 1.5, 1.5, 2.5, 2.5, 3.5])
    np.testing.assert_array_equal(first.low[::2], [np.nan, 1, 0, np.nan])
    np.testing.assert_array_equal(first.high[1::2], [np.nan, 3, 4, np.nan])
    np.testing.assert_array_equal(second.low[::2], [np.nan, 4, np.nan, np.nan])
    assert stretches(np.array([True, False, True, True])) == [(0, 1), (2, 4)]


@each
def test_the_second_map_draws_where_sums_overflow(dtype):
    for accumulate in ("wide", "native"):
        panel = length_map(dtype, [(0.0, 3)], None, accumulate)
        running, whole = [m for m in panel.marks if isinstance(m, Line)]
        for n, x, y in zip(running.y, running.x, whole.x, strict=True):
            ends = cliffs(dtype, int(n))
            assert (x, y) == (ends.sum_overflows(accumulate), ends.total_overflow)
    beside = overflow_figure([("", (1.0, 2.0), [outcome((1.0, 2.0), dtype, 9)])], "native").rows[2][0]
    assert [m.shape for m in beside.marks if isinstance(m, Marker)][-1] == "diamond"
    (disc,) = [m for m in panel.marks if isinstance(m, Marker)]
    assert (disc.x, disc.y, disc.shape) == (0.0, 3.0, "closed")


def test_an_open_disc_is_explained_where_there_is_one():
    for panel in (spread_map, lambda dtype, n, at: length_map(dtype, [(top, n) for top, _ in at])):
        assert panel("float16", 2, [(1e4, 5.0), (1.0, 2.0)]).ylabel.endswith("; ○: off the map")
        assert "○" not in panel("float16", 2, [(1.0, 2.0)]).ylabel
    assert spread_map("float16", 1, [(1e4, 0.0)]).ylabel == "○: off the map"


@each
@pytest.mark.parametrize("accumulate", ["native", "wide"])
def test_lines_of_the_map_are_where_its_regions_end(dtype, accumulate):
    low, high = window(dtype)
    step = (high - low) / 4096
    zero, dashed, overflow = sorted(m.at for m in spread_map(dtype, 3, (), accumulate).marks if isinstance(m, Rule))
    for at, kind in ((zero, Failure.ALL_VANISHED), (dashed, Failure.SUM_OVERFLOW), (overflow, Failure.EXP_OVERFLOW)):
        if kind == Failure.SUM_OVERFLOW and dashed == overflow:
            continue  # three of the largest numbers of few bits are within float32
        left, right = outcomes(dtype, 3, np.array([at - step, at + step]), np.zeros(1), accumulate)[0]
        assert (left == kind) != (right == kind), (at, kind, left, right)


def test_one_logit_has_no_spread():
    panel = spread_map("float16", 1, [(5.0, 0.0)])
    assert not [m for m in panel.marks if isinstance(m, Line)]
    assert "max-shifted" not in " ".join(m.text for m in panel.marks if isinstance(m, Note))
    assert panel.ylabel == ""
    assert panel.yticks == ((0.0, ""),)


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


def test_every_error_has_a_named_curve_and_the_scale_ends_where_they_do():
    for dtype in ("float16", "float64"):
        panel = errors(dtype, (3.0, 1.0), "native")
        curves = {m.label: m for m in panel.marks if isinstance(m, Line)}
        assert list(curves) == [NAMES[name] for name in STYLES]
        inks = {m.text: m.ink for m in panel.marks if isinstance(m, Note)}
        assert inks == {name: curve.ink for name, curve in curves.items()}
        assert len(set(inks.values())) == len(inks)
        assert {name for name, m in curves.items() if m.dash == "dotted"} == {"log of naive", "log-softmax"}
        assert "dotted: logarithms" in panel.xlabel
        most = max(np.nanmax(m.y) for m in curves.values())
        assert panel.yticks[0] == (LEAST, "≤ 10⁻¹")
        assert most / 1e3 < panel.yticks[-1][0] <= 10 * most, (most, panel.yticks)
        assert len(panel.yticks) <= 7


@pytest.mark.parametrize(
    ("top", "names"),
    [
        (1e3, ["≤ 10⁻¹", "10⁰", "10¹", "10²", "10³"]),
        (1e4, ["≤ 10⁻¹", "10⁰", "10¹", "10²", "10³", "10⁴"]),
        (1e7, ["≤ 10⁻¹", "10⁰", "10²", "10⁴", "10⁶"]),
    ],
)
def test_a_scale_of_errors_has_numbers_of_one_form(top, names):
    assert [name for _, name in powers(top)] == names


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


@pytest.mark.parametrize("dtype", ALL_DTYPES)
def test_what_overflows_is_what_the_dtype_makes_of_it(dtype):
    word = "NaN" if math.isnan(float(np.array(np.inf).astype(kind_of(dtype)))) else "inf"
    other = {"inf": "NaN", "NaN": "inf"}[word]
    for panel in (spread_map(dtype, 3, ()), length_map(dtype, ())):
        said = " ".join(m.text for m in panel.marks if isinstance(m, Note)).split()
        assert word in said
        assert other not in said


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_line_of_the_maps_goes_through_a_word(theme):
    """Rules and curves of figure 24, and the maps of all eight dtypes without a vector, at the size they are drawn."""
    wide = tuple(spread_map(dtype, 3, ()) for dtype in ALL_DTYPES[:4])
    long = tuple(length_map(dtype, ()) for dtype in ALL_DTYPES[:4])
    for figure in (f24_softmax_outcomes.build(), Figure("", (wide, long), (4 * PANEL[0], 0.8 + 2 * PANEL[1]))):
        page = pictures.drawn(figure, theme)
        assert pictures.crossed(page) == []
        assert ruled(page) == []
        assert pictures.outside(page) == []
        assert pictures.overlapping(page) == []
        assert not [text for text, _ in pictures.texts(page) if "…" in text]


PAGES = {
    "few equal": lambda: length_figure([outcome((1.0, 2.0), dtype, 1) for dtype in ALL_DTYPES], "native"),
    "many equal": lambda: length_figure([outcome((1.0, 2.0), dtype, 300_000) for dtype in ALL_DTYPES], "native"),
    "long": lambda: overflow_figure(
        [("", CASES["many"], [outcome(CASES["many"], dtype) for dtype in ("float8_e4m3fn", "bfloat16")])], "native"
    ),
    "wide": lambda: overflow_figure([("", (12.0, 9.0), [outcome((12.0, 9.0), dtype) for dtype in DTYPES])], "wide"),
}


@pytest.mark.parametrize("case", PAGES)
def test_no_line_of_a_page_of_maps_goes_through_a_word(case):
    figure = PAGES[case]()
    page = pictures.drawn(figure)
    assert pictures.crossed(page) == []
    assert ruled(page) == []
    assert pictures.outside(page) == []
    assert pictures.overlapping(page) == []
    assert not [text for text, _ in pictures.texts(page) if "…" in text]
    assert figure.title.endswith(", wide sums") == (case == "wide")


def test_what_a_running_sum_stops_at_is_written_clear_of_discs():
    for count, above in ((200, True), (3, False), (20_000, False)):
        marks = length_map("bfloat16", [(7.0, count)]).marks
        (said,) = [m for m in marks if isinstance(m, Note) and m.text.startswith("ones stop")]
        assert (said.y > 256) == above, (count, said.y)


def test_probabilities_are_those_of_the_sums_that_are_kept():
    x = (0.0,) * 12  # a running sum of ones stops at 8
    o = outcome(x, "float8_e5m2")
    assert o.of("naive").values.tolist() != o.of("naive", "wide").values.tolist()
    for accumulate in ("native", "wide"):
        panel = overflow_figure([("", x, [o])], accumulate).rows[0][0]
        drawn = [m.y for m in panel.marks if isinstance(m, Marker) and m.shape == "closed"]
        assert drawn == o.of("naive", accumulate).values.tolist(), accumulate


def ruled(page):
    """The texts of each plot that a straight reference line goes through."""
    renderer = page.canvas.get_renderer()
    found = []
    for ax in page.axes:
        for line in ax.lines:
            (x0, y0), (x1, y1) = line.get_transform().transform(line.get_xydata())[[0, -1]]
            for text in ax.texts:
                box = Text.get_window_extent(text, renderer).padded(-pictures.SLACK)
                upright = x0 == x1 and box.x0 < x0 < box.x1 and min(y0, y1) < box.y1 and max(y0, y1) > box.y0
                level = y0 == y1 and box.y0 < y0 < box.y1 and min(x0, x1) < box.x1 and max(x0, x1) > box.x0
                found += [text.get_text()] if upright or level else []
    return found


def test_eight_dtypes_take_two_rows_of_each_kind():
    x = (3.0, 1.0)
    found = overflow_figure([("", x, [outcome(x, dtype) for dtype in ALL_DTYPES])] * 2, "wide")
    assert [len(row) for row in found.rows] == [4] * 6
    assert [panel.title.split(":")[0] for panel in found.rows[3]] == list(DTYPES)


def read(x, dtypes=DTYPES, judged="native"):
    found = audit(x, dtypes, judged=judged)
    places = {w.row: (w.row,) for w in found.worst}
    return reading("x.npy", x.shape, "float64", 1, dtypes, found, places, unknown(len(dtypes)))


def panel_low(panel):
    """Where a panel's window begins."""
    return panel.xlim[0]


@pytest.mark.parametrize("dtypes", [DTYPES, ALL_DTYPES, ("float8_e4m3fn",)], ids=len)
def test_every_dtype_has_a_lane_whose_name_nothing_crosses(dtypes):
    x = np.random.default_rng(0).normal(size=(400, 50)) * 3
    figure = data_figure((read(x, dtypes), read(x + 60.0, dtypes)))
    for panel in (panel for row in figure.rows for panel in row):
        assert {name for _, name in panel.yticks} >= set(dtypes)
        heights = [at for at, _ in panel.yticks]
        assert heights == sorted(set(heights))
    page = pictures.drawn(figure)
    assert pictures.outside(page) == []
    assert pictures.overlapping(page) == []
    shown = [text for text, _ in pictures.texts(page)]
    assert not [text for text in shown if "…" in text]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_rows_against_the_cliffs(theme):
    x = np.random.default_rng(0).normal(size=(500, 30)) * 4
    figure = data_figure((read(x),))
    ((tops, spreads),) = figure.rows
    (bars,) = [m for m in tops.marks if isinstance(m, Area)]
    assert np.asarray(bars.high)[::2].sum() == pytest.approx(500)
    for panel, low, high in (
        (tops, cliffs("float16").zero_to, cliffs("float16", 30).sum_overflow),
        (spreads, panel_low(spreads), -cliffs("float16").zero_to),
    ):
        (height,) = [at for at, name in panel.yticks if name == "float16"]
        (lane,) = [m for m in panel.marks if isinstance(m, Line) and list(m.y) == [height, height]]
        assert list(lane.x) == [max(low, panel_low(panel)), high]
        assert [m for m in panel.marks if isinstance(m, Line) and list(m.x) == [high, high] and m.dash == "dashed"]
    page = pictures.drawn(figure, theme)
    assert pictures.outside(page) == []
    assert pictures.overlapping(page) == []


@pytest.mark.parametrize(("judged", "cliff"), [("native", "sum_overflow"), ("wide", "wide_overflow")])
def test_the_cliffs_are_those_of_the_sums_that_are_judged(judged, cliff):
    x = np.random.default_rng(0).normal(size=(500, 300)) * 3
    figure = data_figure((read(x, ALL_DTYPES, judged),))
    ((tops, _),) = figure.rows
    (height,) = [at for at, name in tops.yticks if name == "float16"]
    (lane,) = [m for m in tops.marks if isinstance(m, Line) and list(m.y) == [height, height]]
    assert lane.x[1] == getattr(cliffs("float16", 300), cliff)
    page = pictures.drawn(figure)
    assert not [text for text, _ in pictures.texts(page) if "…" in text]
    assert pictures.overlapping(page) == []


def test_a_stretch_beside_the_window_is_said_where():
    x = 900.0 + np.random.default_rng(0).normal(size=(300, 4))
    for data, word in ((x, "◀ up to 9.7"), (-x, "from -17.34 ▶")):
        ((tops, _),) = data_figure((read(data, ("float16", "float32")),)).rows
        assert any(m.text.startswith(word) for m in tops.marks if isinstance(m, Note)), tops.marks
        assert not [m for m in tops.marks if isinstance(m, Line) and m.ink == 1]
        page = pictures.drawn(data_figure((read(data, ALL_DTYPES),)))
        assert pictures.outside(page) == []
        assert pictures.overlapping(page) == []


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_cliffs_too_near_to_0_for_the_window_are_said(sign):
    x = sign * (5e17 + 1e18 * np.random.default_rng(0).normal(size=(300, 1))) * np.ones(4)
    ((tops, _),) = data_figure((read(x, ALL_DTYPES),)).rows
    assert tops.xlim[0] < 0 < tops.xlim[1]
    said = [m.text for m in tops.marks if isinstance(m, Note)]
    assert len(said) == len(ALL_DTYPES)
    assert ("◀ -17.34 to 9.711" if sign > 0 else "-17.34 to 9.711 ▶") in said
    assert not [m for m in tops.marks if isinstance(m, Line) and m.ink == 1]
    assert pictures.overlapping(pictures.drawn(data_figure((read(x, ALL_DTYPES),)))) == []


FAR = [[[1e308, -1e308], [0.0, 1.0]], [[1e308, -1e308]], [[3.0, 1.0, np.finfo(float).min], [1.0, 2.0, 0.0]],
       [[-1e308, -1e308], [1e308, 1e308], [1.7e308, 0.0]]]  # fmt: skip


@pytest.mark.parametrize("x", FAR, ids=len)
def test_rows_at_the_ends_of_float64_are_drawn(x):
    figure = data_figure((read(np.array(x)),))
    for panel in figure.rows[0]:
        (bars,) = [m for m in panel.marks if isinstance(m, Area)]
        assert np.isfinite([*panel.xlim, *bars.x]).all(), (panel.xlim, bars.x)
        assert np.asarray(bars.high)[::2].sum() == len(x)
    assert figure.rows[0][1].title == "Largest less smallest, outer bars: and beyond"
    pictures.drawn(figure)


@pytest.mark.parametrize("spread", [0.0, 0.004, 1.0, 50.0])
def test_bars_are_whole_rows_between_the_extremes(spread):
    x = 10_000.0 + spread * np.linspace(-1.0, 1.0, 500)[:, np.newaxis] * np.ones(3)
    ((tops, _),) = data_figure((read(x),)).rows
    (bars,) = [m for m in tops.marks if isinstance(m, Area)]
    counts = np.asarray(bars.high)[::2]
    assert counts.sum() == 500
    assert counts.tolist() == [round(count) for count in counts]
    wide = (tops.xlim[1] - tops.xlim[0]) / 120
    assert abs(bars.x[0] - x.min()) <= wide
    assert abs(bars.x[-1] - x.max()) <= wide


@pytest.mark.parametrize("x", [np.zeros((3, 4)), np.full((2, 3), -math.inf), np.full((2, 3), 1e300)])
def test_rows_that_are_all_alike(x):
    pictures.drawn(data_figure((read(x), read(x))))
