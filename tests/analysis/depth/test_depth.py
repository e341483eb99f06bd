"""The record of a deep network: its law, the rule that gave it, and what is refused."""

from __future__ import annotations

import math
from contextlib import contextmanager

import pytest

import actviz
from actviz.activation import Activation
from actviz.analysis.depth.depth import depth
from actviz.analysis.depth.fixedpoint import fixed_point
from actviz.analysis.depth.meanfield import Field, predicted
from actviz.analysis.depth.simulation import Plan, simulated
from actviz.analysis.scan import scan
from actviz.errors import BadInput


def get(name):
    activation = actviz.get(name)
    assert isinstance(activation, Activation)
    return activation


def test_the_record_holds_prediction_fixed_point_and_simulation():
    tanh, plan = get("tanh"), Plan(20, 3, 7)
    got = depth(tanh, 4, weight_std=1.5, bias_std=0.2, mean=0.3, std=0.8, plan=plan)
    field = Field(scan(tanh), 1.5, 0.2)
    assert got.layers == predicted(field, 4, 0.3, 0.8)
    assert got.fixed_point == fixed_point(field, got.layers[1].variance)
    assert got.simulation == simulated(tanh, 1.5, 0.2, 4, 0.3, 0.8, plan, lambda: None)
    assert (got.init, got.weight_std, got.bias_std, got.mean, got.std, got.plan) == ("", 1.5, 0.2, 0.3, 0.8, plan)
    assert [layer.number for layer in got.layers] == [0, 1, 2, 3, 4]
    assert got.gradient == got.layers[0].gradient
    assert got.gradient == pytest.approx(math.prod(layer.chi for layer in got.layers[:4]), rel=1e-15)
    assert depth(tanh, 4, weight_std=1.5, bias_std=0.2, mean=0.3, std=0.8, plan=plan) == got


@pytest.mark.parametrize(("given", "init", "weight_std"), [
    ({}, "xavier", 1.0),
    ({"init": "lecun"}, "lecun", 1.0),
    ({"init": "he"}, "he", math.sqrt(2)),
    ({"init": "critical"}, "critical", pytest.approx(math.sqrt(2), rel=1e-15)),
    ({"weight_std": 0.7}, "", 0.7),
])  # fmt: skip
def test_the_rule_and_what_it_gives(given, init, weight_std):
    got = depth(get("relu"), 2, **given)
    assert (got.init, got.weight_std) == (init, weight_std)
    assert got.plan is None
    assert got.simulation == ()
    assert math.isnan(got.apart)


def test_how_far_apart_is_the_worst_of_all_figures_that_are_drawn():
    got = depth(get("sigmoid"), 3, plan=Plan(30, 6, 2))
    apart = [
        abs(value - predicted) / error
        for layer, seen in zip(got.layers, got.simulation, strict=True)
        for predicted, value, error, drawn in (
            (layer.variance, seen.variance, seen.variance_error, layer.number > 0),
            (layer.gradient, seen.gradient, seen.gradient_error, layer.number < 3),
        )
        if drawn
    ]
    assert len(apart) == 6
    assert got.apart == max(apart)


def test_the_bar_has_the_function_and_the_networks():
    seen = []

    @contextmanager
    def bar(title, total):
        seen.append((title, total))
        yield lambda: seen.append("step")

    depth(get("relu"), 2, plan=Plan(8, 3), bar=bar)
    assert seen == [("relu", 3), "step", "step", "step"]


def test_the_record_shows_itself_in_a_notebook():
    html = depth(get("tanh"), 3, plan=Plan(8, 3))._repr_html_()
    assert html.count("<tr>") == 5
    assert "tanh, 3 layers deep: weight std 1 (Xavier), bias std 0" in html


@pytest.mark.parametrize(("given", "words"), [
    ({"layers": 0}, "depth must be from 1 to 1000 layers, not 0"),
    ({"init": "he", "weight_std": 1.0}, "init he sets the weight std, and so does weight std 1; give one of them"),
    ({"init": "xaver"}, "init 'xaver' is unknown; it is one of xavier, lecun, he, critical; did you mean 'xavier'?"),
    ({"weight_std": 0.0}, "weight std must be from 1e-20"),
    ({"weight_std": math.nan}, "weight std must be"),
    ({"bias_std": -1.0}, "bias std must be 0, or from 1e-20"),
    ({"std": 0.0}, "std must be"),
    ({"mean": math.inf}, "mean must be"),
    ({"init": "critical", "bias_std": 0.5}, "no weight std is critical"),
    ({"plan": Plan(width=0)}, "width must be"),
])  # fmt: skip
def test_what_is_refused(given, words):
    with pytest.raises(BadInput) as told:
        depth(get("relu"), **({"layers": 3} | given))
    assert words in str(told.value)
    assert "\n" not in str(told.value)
