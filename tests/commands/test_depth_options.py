"""The options behind --depth: what they ask for, what they refuse, and the JSON of the answer."""

from __future__ import annotations

import math

import pytest

import actviz
from actviz.activation import Activation
from actviz.analysis.depth.depth import depth
from actviz.analysis.depth.simulation import Plan
from actviz.commands._depth import asked, depths, drawing_seed, layer_entries, summary_entry
from actviz.errors import BadInput


def get(name):
    activation = actviz.get(name)
    assert isinstance(activation, Activation)
    return activation


def asking(**given):
    names = ("layers", "weight_std", "bias_std", "init", "width", "samples", "seed")
    return asked(*(given.get(name) for name in names))


def test_nothing_is_asked_without_depth():
    assert asking() is None
    assert asking(seed=3) is None


@pytest.mark.parametrize(("given", "option"), [
    ({"weight_std": 1.0}, "--weight-std"),
    ({"bias_std": 0.0}, "--bias-std"),
    ({"init": "he"}, "--init"),
    ({"width": 3}, "--width"),
    ({"samples": 0}, "--samples"),
])  # fmt: skip
def test_options_that_need_depth(given, option):
    with pytest.raises(BadInput, match=f"^{option} describes layers, and none are asked for; give --depth 10, say"):
        asking(**given)


def test_a_width_without_a_simulation_is_refused():
    with pytest.raises(BadInput, match="--width is of the simulation, and --samples 0 asks for none"):
        asking(layers=3, width=100, samples=0)


def test_defaults_and_what_is_given():
    plain = asking(layers=10)
    assert (plain.layers, plain.weight_std, plain.bias_std, plain.init) == (10, None, 0.0, "")
    assert plain.plan == Plan(256, 16, 0)
    full = asking(layers=2, bias_std=0.5, init="He", width=8, samples=3, seed=9)
    assert (full.bias_std, full.init, full.plan) == (0.5, "he", Plan(8, 3, 9))
    assert asking(layers=2, samples=0).plan is None


def test_the_seed_is_the_simulations_where_there_is_one():
    assert drawing_seed(None, 5) == 5
    assert drawing_seed(asking(layers=2), 5) is None


def test_each_function_gets_its_own_network():
    networks = asking(layers=3, init="critical", width=8, samples=2)
    found = depths((get("tanh"), get("relu")), networks, 0.0, 0.5, True)
    assert [one.weight_std for one in found] == pytest.approx([1.0, math.sqrt(2)])
    assert {one.std for one in found} == {0.5}


def test_the_json_of_layers_and_summary():
    found = depth(get("tanh"), 2, weight_std=1.5, bias_std=0.1, plan=Plan(8, 3, 4))
    layers = layer_entries(found)
    assert [entry["layer"] for entry in layers] == [0, 1, 2]
    for entry, layer, seen in zip(layers, found.layers, found.simulation, strict=True):
        assert entry == {
            "layer": layer.number,
            "variance": layer.variance,
            "chi": layer.chi,
            "gradient": layer.gradient,
            "simulated_variance": seen.variance,
            "simulated_variance_error": seen.variance_error,
            "simulated_gradient": seen.gradient,
            "simulated_gradient_error": seen.gradient_error,
        }
    summary = summary_entry(found)
    assert summary == {
        "init": None,
        "weight_std": 1.5,
        "bias_std": 0.1,
        "fixed_point": found.fixed_point.variance,
        "neutral": False,
        "chi": found.fixed_point.chi,
        "phase": "chaotic",
        "depth_scale": found.fixed_point.depth_scale,
        "simulation": {"width": 8, "samples": 3, "seed": 4, "standard_errors_apart": found.apart},
    }
    bare = depth(get("tanh"), 2)
    assert summary_entry(bare)["simulation"] is None
    assert summary_entry(bare)["init"] == "xavier"
    assert set(layer_entries(bare)[0]) == {"layer", "variance", "chi", "gradient"}
