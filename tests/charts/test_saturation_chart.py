"""Pictures of saturation: every threshold inside the window, none printed over another."""

from __future__ import annotations

import pictures
import pytest

from actviz.analysis.saturation import saturation
from actviz.charts.saturation import fitting, saturation_figure
from actviz.figure import Note
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
    assert notes("relu6") == ["f′ = 0", "f′ = 0"]
    assert notes("hard_swish") == ["f′ = 0"]
    assert notes("step") == ["f′ = 0", "f′ = 0"]
    assert notes("sparse_plus") == ["≤ 0.01", "0.1"]


def test_a_single_edge_is_shown_with_the_origin() -> None:
    assert fitting(saturation(scalars(["hard_swish"])[0])) == (-1.4 * 3, 1.4 * 3)
    low, high = fitting(saturation(scalars(["tanh(x-1000)"])[0]))
    assert 980 < low < high < 1020
