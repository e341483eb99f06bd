"""Pictures of depth: the numbers of the record, whole and legible, whatever their size."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import pictures
import pytest

import actviz
from actviz.activation import Activation
from actviz.analysis.depth.depth import depth
from actviz.analysis.depth.simulation import Plan
from actviz.charts.depth import depth_panels, window
from actviz.figure import Area, Figure, Line, Marker

SMALL = Plan(16, 4)


def found(name, layers=10, **given):
    activation = actviz.get(name)
    assert isinstance(activation, Activation)
    return depth(activation, layers, **given)


def marks(panel, kind):
    return [mark for mark in panel.marks if isinstance(mark, kind)]


def test_the_panels_show_the_record():
    one = found("tanh", init="he", plan=SMALL)
    variance, gradient = depth_panels((one,))
    (line,), (length,) = marks(variance, Line), marks(gradient, Line)
    assert list(line.y) == [layer.variance for layer in one.layers]
    assert list(length.y) == [math.sqrt(layer.gradient) for layer in one.layers]
    assert list(line.x) == list(length.x) == list(range(11))
    assert [(m.x, m.y) for m in marks(variance, Marker)] == [(n, s.variance) for n, s in enumerate(one.simulation)]
    discs = [(n, math.sqrt(s.gradient)) for n, s in enumerate(one.simulation)]
    assert [(m.x, m.y) for m in marks(gradient, Marker)] == discs
    (ground,) = marks(variance, Area)
    errors = np.asarray([s.variance_error for s in one.simulation])
    np.testing.assert_allclose(ground.high, [m.y for m in marks(variance, Marker)] + 2 * errors, rtol=1e-14)
    assert (np.asarray(ground.low) > 0).all()


def test_the_error_of_a_length_is_half_that_of_its_square():
    one = found("sigmoid", 4, plan=Plan(400, 16))
    _, gradient = depth_panels((one,))
    (ground,) = marks(gradient, Area)
    for seen, high in zip(one.simulation, ground.high, strict=True):
        # sqrt(g + d) is sqrt(g) + d/(2 sqrt g) to first order; d is a few parts in a hundred.
        assert high == pytest.approx(math.sqrt(seen.gradient + 2 * seen.gradient_error), rel=5e-3)


CASES = {
    "one": [("gelu", {"plan": SMALL})],
    "three": [("sigmoid", {"plan": SMALL}), ("relu", {"init": "he", "plan": SMALL}), ("tanh", {"plan": SMALL})],
    "no simulation": [("relu", {"init": "he"}), ("step", {})],
    "far": [("relu", {"weight_std": 30.0, "plan": SMALL}), ("sigmoid", {"plan": SMALL})],
    "nothing to draw": [("log(x)", {})],
    "eight": [(name, {}) for name in ("sigmoid", "tanh", "relu", "elu", "swish", "mish", "gelu", "selu")],
}


@cache
def through(case, layers):
    return tuple(found(name, layers, **given) for name, given in CASES[case])


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("layers", [1, 10, 60])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_text_is_whole_and_alone(case, layers, theme):
    panels = depth_panels(through(case, layers))
    page = pictures.drawn(Figure("Through random layers", (panels,), (9.6, 4.0)), theme)
    assert pictures.outside(page) == []
    assert pictures.overlapping(page) == []


def test_the_titles_say_what_points_are():
    names = ["Variance of the pre-activations", "Length of the gradient"]
    assert [panel.title for panel in depth_panels((found("tanh", 1),))] == names
    simulated = depth_panels((found("tanh", 10, plan=SMALL),))
    assert [panel.title for panel in simulated] == [f"{name} (points: simulated)" for name in names]


@pytest.mark.parametrize("heights", [[1.0], [0.3, 0.9], [2.0, 5.0], [1e-290, 1e290], [9.9, 10.1], []])
def test_the_window_holds_the_heights_and_two_powers_of_ten(heights):
    low, high = window(np.asarray(heights))
    assert all(low <= y <= high for y in heights)
    assert math.floor(math.log10(high)) - math.ceil(math.log10(low)) >= 1, (low, high)
