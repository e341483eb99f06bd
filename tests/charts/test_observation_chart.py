"""Pictures of data under curves: the histogram holds the values, texts keep apart, many arrays stay readable."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pictures
import pytest

import actviz
from actviz.analysis.data.observation import Observation
from actviz.analysis.saturation.saturation import Saturation, saturation
from actviz.charts.histogram import HIGHEST, extent, histogram_marks
from actviz.charts.observation import MOST_PANELS, observation_figure, with_ground
from actviz.figure import Area, Band, Figure, Line, Note
from actviz.render import encode
from actviz.resolve import scalars

EIGHT = ["sigmoid", "relu", "gelu", "tanh", "elu", "mish", "softsign", "hard_swish"]


def seen(names: list[str], count: int = 1, scale: float = 1.0) -> tuple[Observation, ...]:
    random = np.random.default_rng(count)
    arrays = [random.normal(0.2, scale * (1 + i), 500) for i in range(count)]
    found = actviz.observe(names, arrays)
    assert isinstance(found, tuple)
    return tuple(replace(one, label=f"layers.npz:encoder.layers.{i}.mlp.act") for i, one in enumerate(found))


@cache
def on_paper(name: str) -> Saturation:
    (activation,) = scalars([name])
    return saturation(activation)


def figure(names: list[str], found: tuple[Observation, ...]) -> Figure:
    return observation_figure(found, [on_paper(name) for name in names])


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(
    ("names", "count", "shape"),
    [
        (["sigmoid"], 1, [1]),
        (["relu", "gelu", "tanh"], 1, [3]),
        (["relu", "gelu"], 3, [2, 2, 2]),
        (["sigmoid"], 12, [3, 3, 3, 3]),
        (EIGHT, 12, [3, 3, 3, 3]),
    ],
)
def test_texts_are_inside_and_apart(names: list[str], count: int, shape: list[int], theme: str) -> None:
    drawn = figure(names, seen(names, count))
    assert [len(row) for row in drawn.rows] == shape
    page = pictures.drawn(drawn, theme)
    assert pictures.outside(page) == []
    assert pictures.overlapping(page) == []


def drawn_bars(values: np.ndarray, breaks: tuple[float, ...] = (0.0,)) -> list[tuple[float, float, float]]:
    """The bars (left, right, height) of the values' histogram whose tallest is 0.9 high, those without height left out.

    They stand on 0.
    """
    one = actviz.observe("relu", values)
    assert isinstance(one, Observation)
    area, line = histogram_marks(one, extent(one), (-1.0, 1.0), 2, breaks)
    assert isinstance(area, Area)
    assert isinstance(line, Line)
    x, tops, foot = (np.asarray(part) for part in (area.x, area.high, area.low))
    assert set(foot) == {0.0}
    assert (list(line.x), list(line.y)) == (list(x), list(tops))
    assert (tops[0], tops[-1], tops.max()) == (0.0, 0.0, pytest.approx(HIGHEST))
    return [(a, b, y) for a, b, y in zip(x[1::2], x[2::2], tops[1::2], strict=False) if y]


def test_the_histogram_stands_on_0_and_holds_the_values() -> None:
    values = np.random.default_rng(1).normal(0.2, 1.0, 500)
    found = drawn_bars(values)
    edges = np.asarray([found[0][0], *(right for _, right, _ in found)])
    heights = np.asarray([height for *_, height in found]) * np.diff(edges)
    wanted = np.histogram(values, edges)[0]
    # A cell of the sketch, 1/128 of a value wide, may lie across the border of two bars.
    assert heights / heights.sum() == pytest.approx(wanted / wanted.sum(), abs=0.012)
    assert 0.0 in edges


def test_bars_end_at_the_least_and_the_greatest_value() -> None:
    for values in (-np.linspace(0.5, 3.0, 2000), np.linspace(0.5, 3.0, 2000), np.linspace(-1.0, 2.0, 3000)):
        found = drawn_bars(values)
        assert (found[0][0], found[-1][1]) == (values.min(), values.max())
        heights = [height for *_, height in found]
        assert min(heights) > 0.9 * max(heights), heights


@pytest.mark.parametrize("values", [np.linspace(-2, 2, 2001), np.linspace(0, 2, 2001), np.linspace(-2, 0, 2001)])
def test_zeros_are_drawn_left_of_0_where_the_slope_of_relu_is_0(values: np.ndarray) -> None:
    found = drawn_bars(np.concatenate([values, np.zeros(500)]))
    left, right, _ = max(found, key=lambda bar: bar[2])
    assert left < 0.0 == right


def test_what_is_clipped_at_a_kink_is_drawn_left_of_it() -> None:
    found = drawn_bars(np.clip(np.linspace(-6.0, 12.0, 3000), 0.0, 6.0), (0.0, 0.0, 6.0))
    tallest = sorted(found, key=lambda bar: bar[2])[-2:]
    assert sorted(right for _, right, _ in tallest) == [0.0, 6.0], tallest


@pytest.mark.parametrize("dtype", ["int64", "int8", "float32", "float64"])
def test_a_few_numbers_have_a_bar_each_about_them(dtype: str) -> None:
    found = drawn_bars(np.repeat(np.arange(-5, 6), 40).astype(dtype))
    # To the middle of a cell of the sketch.
    assert [(a + b) / 2 for a, b, _ in found] == pytest.approx(list(range(-5, 6)), rel=2.0**-8)
    assert [height for *_, height in found] == pytest.approx([HIGHEST] * 11)
    assert max(right - left for left, right, _ in found) < 0.9


@pytest.mark.parametrize("dtype", ["int8", "int32", "float32"])
def test_bars_of_many_integers_hold_whole_ones(dtype: str) -> None:
    found = drawn_bars(np.repeat(np.arange(-128, 128), 8).astype(dtype))
    assert (found[0][0], found[-1][1]) == (-128.5, 127.5)
    assert 0.5 in {right for _, right, _ in found}
    assert [height for *_, height in found] == pytest.approx([HIGHEST] * len(found))


NORMAL = np.random.default_rng(3).normal(0.0, 1.0, 4000)


@pytest.mark.parametrize(("values", "said"), [
    (NORMAL, []),
    (np.concatenate([NORMAL, np.full(4000, -1e9)]), ["50% below −3.5"]),
    (np.concatenate([NORMAL, np.full(36000, -3e38)]).astype(np.float32), ["90% below −3.5"]),
    (np.concatenate([NORMAL, np.full(4000, -1e4) + NORMAL]).astype(np.float16), ["50% below −3.5"]),
    (np.concatenate([NORMAL, np.linspace(-1e5, 1e5, 600)]), ["7% below −2.6", "6.8% above 2.58"]),
    (np.concatenate([200.0 * NORMAL + 1e5, np.zeros(1000)]), ["20% below 99000"]),
    (np.asarray([0.0, 1.0] * 50), []),
    (np.asarray([1.0, 2.0, 3.0, 1e6]), ["25% above 3.5"]),
    (np.asarray([1.7e308, -1.7e308] * 4), ["50% below −1.6", "50% above 1.6"]),
])  # fmt: skip
def test_the_window_follows_the_bulk_and_says_what_is_beyond(values: np.ndarray, said: list[str]) -> None:
    for names, count in ((["tanh"], 1), (EIGHT, 2)):  # f and f' of one function, and the slopes of several
        one = actviz.observe(names, values)
        assert isinstance(one, Observation)
        texts = [mark.text for mark in figure(names, (one,) * count).rows[0][0].marks if isinstance(mark, Note)]
        notes = [text for text in texts if not text.endswith("%")]
        assert len(notes) == len(said), notes
        assert all(note.startswith(start) for note, start in zip(notes, said, strict=True)), notes


def test_what_is_said_of_values_beyond_overlaps_nothing() -> None:
    values = np.concatenate([NORMAL, np.full(2000, -1e9), np.full(2000, 1e9)])
    one = actviz.observe("tanh", values)
    assert isinstance(one, Observation)
    page = pictures.drawn(figure(["tanh"], tuple(replace(one, label=f"layer{i}") for i in range(6))))
    assert pictures.outside(page) == []
    assert pictures.overlapping(page) == []


@pytest.mark.parametrize("name", ["tanh", "relu", "x - 3", "x + 1000", "-x*x", "softplus"])
def test_y_is_0_within_the_window_with_room_for_the_histogram_above_it(name: str) -> None:
    ((panel,),) = figure([name], seen([name])).rows
    assert panel.ylim is not None
    (ground,) = [mark for mark in panel.marks if isinstance(mark, Area)]
    low, high = panel.ylim
    assert low <= 0 == min(ground.low) < max(ground.high) < high
    assert max(ground.high) >= 0.25 * (high - low)


@pytest.mark.parametrize(("heights", "wanted"), [
    ((-1.0, 1.0), (-1.0, 1.0)),
    ((2.0, 5.0), (0.0, 5.0)),
    ((-6.0, 1.0), (-6.0, pytest.approx(4.0))),
    ((-6.0, -5.0), (-6.0, pytest.approx(4.0))),
])  # fmt: skip
def test_the_window_of_a_histogram(heights: tuple[float, float], wanted: tuple[float, float]) -> None:
    assert with_ground(heights) == wanted


@pytest.mark.parametrize("names", [["tanh"], EIGHT])
def test_the_title_says_that_the_histogram_has_no_scale(names: list[str]) -> None:
    assert "histogram has no scale" in figure(names, seen(names, 3)).title


@pytest.mark.parametrize("keys", [
    [f"layer{i}" for i in range(12)],
    ["tanh", *(f"a_long_one_of_these_keys_{i}" for i in range(11))],
    [f"layer{i}_{'and_what_comes_of_it_' * 3}" for i in range(12)],
    [f"{'with_no_joint_at_the_number_' * 2}{i}" for i in range(12)],
])  # fmt: skip
def test_titles_of_arrays_with_long_names_differ_where_they_are_seen(keys: list[str]) -> None:
    found = seen(["relu"], 12)
    path = "this_is_a_rather_long_file_name_of_an_experiment_of_last_year.npz"
    named = tuple(replace(one, label=f"{path}:{key}") for one, key in zip(found, keys, strict=True))
    page = pictures.drawn(figure(["relu"], named))
    (title, *_), *_ = pictures.texts(page)
    told = [text for text, _ in pictures.texts(page) if text.startswith(path[:30])]
    titles = {panel.title for row in figure(["relu"], named).rows for panel in row if panel.title}
    shown = {text for text, _ in pictures.texts(page)} & titles
    assert len(titles) == len(shown) == 12, (title, titles - shown)
    assert len(told) <= 1, told


def test_the_shares_are_those_of_the_values() -> None:
    found = seen(["relu"])
    ((panel,),) = figure(["relu"], found).rows
    notes = [mark.text for mark in panel.marks if isinstance(mark, Note)]
    assert notes == [f"{100 * found[0].whole.responses[0].dead_fraction:.3g}%"]
    assert [band.high for band in panel.marks if isinstance(band, Band)] == [0.0, 0.0, 0.0]


def test_of_very_many_arrays_the_most_saturated_are_drawn() -> None:
    found = seen(["tanh"], MOST_PANELS + 6, scale=0.2)
    drawn = figure(["tanh"], found)
    titles = [panel.title for row in drawn.rows for panel in row if panel.title]
    assert titles == [one.label for one in found[6:]]
    assert f"the {MOST_PANELS} most saturated of {MOST_PANELS + 6} arrays" in drawn.title


@pytest.mark.parametrize(
    "values",
    [[np.nan, np.nan], [0.0], [2.0, 2.0], [-3e38, 3e38], [1e-300, 2e-300], [1e308, -1e308], [5e-324], [0.0, np.inf]],
)
def test_odd_values_are_drawn_all_the_same(values: list[float]) -> None:
    for names in (["tanh"], EIGHT):
        found = actviz.observe(names, np.array(values))
        assert isinstance(found, Observation)
        several = (found,) * (1 if len(names) == 1 else 2)
        drawn = figure(names, several)
        assert encode(drawn, "png").startswith(b"\x89PNG")
    if np.isnan(values).all():
        assert "no value is finite" in [m.text for m in drawn.rows[0][0].marks if isinstance(m, Note)]


@pytest.mark.parametrize(
    "values",
    [
        np.array([-3e-310, 1e-310, 2e-310]),
        np.full(4, 1e-320),
        np.zeros(3),
        1 + 1e-15 * np.arange(9),
        np.array([-1e-290, 1e-290]),
    ],
    ids=["tiny", "one tiny number", "zeros", "close", "small"],
)
def test_values_that_lie_closer_than_a_picture_can_show_have_a_wider_window(values: np.ndarray) -> None:
    found = actviz.observe(["relu"], [values])
    assert isinstance(found, tuple)
    drawn = figure(["relu"], found)
    low, high = drawn.rows[0][0].xlim or (0.0, 0.0)
    assert low < np.min(values) <= np.max(values) < high
    assert high - low >= max(1e-280, 1e-6 * abs(high))
    assert encode(drawn, "png").startswith(b"\x89PNG")
