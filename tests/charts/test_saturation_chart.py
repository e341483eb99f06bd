"""Pictures of saturation: every threshold inside the window, none printed over another."""

from __future__ import annotations

import pictures
import pytest

from actviz.analysis.saturation import saturation
from actviz.charts.saturation import fitting, saturation_figure
from actviz.resolve import scalars


@pytest.mark.parametrize("name", ["swish", "tanh(x-1000)", "1e300*tanh(x)", "sigmoid", "elu"])
def test_all_thresholds_are_inside_and_their_numbers_apart(name: str) -> None:
    found = saturation(scalars([name])[0])
    low, high = fitting(found)
    places = [point.x for tail in (found.left, found.right) for point in tail.thresholds if point.x is not None]
    assert places
    assert all(low < x < high for x in places), (low, high, places)
    page = pictures.drawn(saturation_figure((found,)))
    assert pictures.outside(page) == []
    assert pictures.overlapping(page) == []
