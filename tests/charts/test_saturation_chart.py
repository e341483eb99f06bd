"""Pictures of saturation: every threshold inside the window, none printed over another."""

from __future__ import annotations

import numpy as np
import pictures
import pytest
from matplotlib.text import Text

from actviz.analysis.saturation.saturation import saturation
from actviz.charts.functions import FLAT
from actviz.charts.saturation import fitting, saturation_figure
from actviz.figure import Band, Line, Note
from actviz.resolve import scalars


@pytest.mark.parametrize(
    "name",
    [
        *("swish", "tanh(x-1000)", "1e300*tanh(x)", "sigmoid", "elu", "hard_swish", "sparse_plus", "relu_squared"),
        *("step:threshold=2.5", "relu(x-100)"),
    ],
)
def test_all_thresholds_are_inside_and_their_numbers_apart(name: str) -> None:
    found = saturation(scalars([name])[0])
    low, high = fitting(found)
    places = [point.x for tail in (found.left, found.right) for point in tail.thresholds if point.x is not None]
    assert places
    assert all(low < x < high for x in places), (low, high, places)
    page = pictures.drawn(saturation_figure((found,)))
    assert pictures.outside(page) == []
    assert pictures.overlapping(page) == []


def notes(name: str) -> list[str]:
    """The texts in the picture of that function's saturation."""
    ((panel,),) = saturation_figure((saturation(scalars([name])[0]),)).rows
    return [mark.text for mark in panel.marks if isinstance(mark, Note)]


def test_a_hard_edge_passes_every_threshold_at_once_and_a_bend_beside_one_does_not() -> None:
    assert notes("relu6") == ["f′ = 0", "f′ = 0", "50%", "< 0.01%"]
    assert notes("hard_swish") == ["f′ = 0", "0.13%", "7.9%"]
    assert notes("step") == ["f′ = 0", "f′ = 0", "100%"]
    assert notes("sparse_plus")[:2] == ["≤ 0.01", "0.1"]


def test_the_saturated_sets_of_every_threshold_are_shaded_and_the_shares_add_up() -> None:
    found = saturation(scalars(["gelu"])[0], (0.1, 0.01), mean=-1.0)
    ((panel,),) = saturation_figure((found,)).rows
    bands = [mark for mark in panel.marks if isinstance(mark, Band)]
    assert panel.xlim is not None
    ends = [(max(a, panel.xlim[0]), b) for some in found.saturated for a, b in some]
    assert [(band.low, band.high) for band in bands] == ends
    shares = [mark.text for mark in panel.marks if isinstance(mark, Note) and mark.text.endswith("%")]
    assert sum(float(share[:-1]) for share in shares) == pytest.approx(100 * found.fractions[0], abs=0.2)


def test_eight_functions_keep_their_texts_apart_and_inside() -> None:
    names = ["swish", "elu", "sigmoid", "relu6", "sinc", "gelu", "hard_swish", "maxout"]
    figure = saturation_figure(tuple(saturation(one) for one in scalars(names)))
    assert [len(row) for row in figure.rows] == [3, 3, 3]
    for theme in ("light", "dark"):
        page = pictures.drawn(figure, theme)
        assert pictures.outside(page) == []
        assert pictures.overlapping(page) == []


def test_functions_are_named_alike_in_titles_panels_and_legends() -> None:
    figure = saturation_figure(tuple(saturation(one) for one in scalars(["relu", "gelu", "leaky_relu"])))
    assert [panel.title for row in figure.rows for panel in row] == ["ReLU", "GELU", "Leaky ReLU"]
    assert figure.title.startswith("Saturation of ReLU, GELU and Leaky ReLU (")
    assert saturation_figure((saturation(scalars(["swish:beta=2"])[0]),)).title.startswith(
        "Saturation of Swish, β = 2 ("
    )


@pytest.mark.parametrize("name", ["gelu", "sigmoid", "mish", "relu6", "elu"])
@pytest.mark.parametrize("beside", [0, 2])
def test_dotted_lines_end_below_their_numbers(name: str, beside: int) -> None:
    others = scalars(["swish", "tanh"])[:beside]
    page = pictures.drawn(saturation_figure(tuple(saturation(one) for one in (*scalars([name]), *others))))
    renderer = page.canvas.get_renderer()  # type: ignore[attr-defined]
    numbers = 0
    for ax in page.axes:
        dotted = [
            line.get_window_extent(renderer)
            for line in ax.lines
            if line.get_zorder() >= 2 and len(line.get_xdata()) == 2 and len(set(line.get_xdata())) == 1
        ]
        for text, box in [(text.get_text(), Text.get_window_extent(text, renderer)) for text in ax.texts]:
            under = [line for line in dotted if box.x0 <= line.x0 <= box.x1 and line.y1 < box.y1]
            numbers += len(under)
            assert all(line.y1 <= box.y0 - 1 for line in under), (text, box, under)
    assert numbers or name == "relu6"


@pytest.mark.parametrize("name", ["gelu", "mish", "swish", "gaussian", "x*x"])
def test_a_share_wider_than_its_band_stands_beside_it_clear_of_bands_and_of_0(name: str) -> None:
    found = saturation(scalars([name])[0], (0.1,))
    page = pictures.drawn(saturation_figure((found,)))
    (ax,) = page.axes
    renderer = page.canvas.get_renderer()  # type: ignore[attr-defined]
    left, right = ax.get_xlim()
    inner = [(a, b) for a, b in found.saturated[0] if left < a and b < right]
    pointing = [text for text in ax.texts if getattr(text, "arrow_patch", None) is not None]
    assert len(pointing) == len(inner) == (0 if name == "swish" else 1)
    for text in pointing:
        box = Text.get_window_extent(text, renderer).transformed(ax.transData.inverted())
        assert not box.x0 <= 0 <= box.x1
        assert all(b <= box.x0 or a >= box.x1 for a, b in found.saturated[0]), (box, found.saturated[0])


def test_numbers_near_0_stand_outward_of_their_lines() -> None:
    for name, others in (("relu", []), ("arctan", [0.01, 0.001])):
        ((panel,),) = saturation_figure((saturation(scalars([name])[0], (0.1, *others)),)).rows
        told = [mark for mark in panel.marks if isinstance(mark, Note) and mark.text == "0.1"]
        assert [mark.align for mark in told] == (["right"] if name == "relu" else ["right", "left"])
    assert pictures.overlapping(pictures.drawn(saturation_figure((saturation(scalars(["arctan"])[0]),)))) == []


def test_a_single_edge_is_shown_with_the_origin() -> None:
    assert fitting(saturation(scalars(["hard_swish"])[0])) == (-1.4 * 3, 1.4 * 3)
    low, high = fitting(saturation(scalars(["tanh(x-1000)"])[0]))
    assert 980 < low < high < 1020


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("tanh(1e5*x)", "10⁻⁵ f′"),
        ("1e4*tanh(x/1e4)", "10⁴ f′"),
        ("1e2*tanh(x/1e2)", "100 f′"),
        ("tanh(1e2*x)", "0.01 f′"),
        ("mish", "f′"),
    ],
)
def test_a_slope_that_would_lie_flat_is_drawn_times_a_power_of_ten(typed: str, name: str) -> None:
    ((panel,),) = saturation_figure((saturation(*scalars([typed])),)).rows
    f, slope = (mark for mark in panel.marks if isinstance(mark, Line) and mark.label)
    assert (f.label, slope.label) == ("f", name)
    heights = [np.ptp(np.asarray(line.y)[np.isfinite(line.y)]) for line in (f, slope)]
    assert max(heights) <= FLAT * min(heights)
