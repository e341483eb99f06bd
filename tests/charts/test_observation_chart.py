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
from actviz.charts.observation import HIGHEST, MOST_PANELS, extent, histogram_marks, observation_figure, with_ground
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


def test_the_histogram_stands_on_0_and_holds_the_values() -> None:
    (one,) = seen(["tanh"])
    low, high = extent(one.whole)
    area, line = histogram_marks(one, (low, high), (-1.0, 1.0), 2)
    assert isinstance(area, Area)
    assert isinstance(line, Line)
    x, tops, foot = (np.asarray(part) for part in (area.x, area.high, area.low))
    assert set(foot) == {0.0}
    assert tops.max() == pytest.approx(HIGHEST)
    heights = tops[::2]
    inside = np.random.default_rng(1).normal(0.2, 1.0, 500)
    inside = inside[(inside >= low) & (inside <= high)]
    wanted = np.histogram(inside, np.append(x[::2], x[-1]))[0]
    # A cell of the sketch, 1/128 of a value wide, may lie across the border of two bars.
    assert heights / heights.sum() == pytest.approx(wanted / wanted.sum(), abs=0.012)


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
