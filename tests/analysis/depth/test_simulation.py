"""Real networks: their gradients by brute force, and both their numbers against what infinite width predicts."""

from __future__ import annotations

import math

import numpy as np
import pytest

import actviz
from actviz.activation import Activation
from actviz.analysis.depth.depth import depth
from actviz.analysis.depth.simulation import Plan, Weights, forward, gradients, simulated, variances
from actviz.errors import BadInput

DEPTH = 8
LAWS = {
    "sigmoid": (1.0, 0.0),
    "tanh": (1.5, 0.2),
    "relu": (math.sqrt(2), 0.0),
    "gelu": (1.4, 0.1),
    "elu": (1.0, 0.5),
    "hard_tanh": (2.0, 0.0),
    "leaky_relu": (3.0, 0.0),
    "sinc": (1.2, 0.3),
    "x*sigmoid(1.7*x)": (1.3, 0.0),
}


def get(name):
    activation = actviz.get(name)
    assert isinstance(activation, Activation)
    return activation


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize("name", LAWS)
def test_simulation_agrees_with_prediction(name, seed):
    """Within five standard errors and the bias of finite width, a part 2 depth/width."""
    w, b = LAWS[name]
    plan = Plan(width=200, samples=24, seed=seed)
    found = depth(get(name), DEPTH, weight_std=w, bias_std=b, std=0.9, plan=plan)
    for layer, seen in zip(found.layers, found.simulation, strict=True):
        for what, predicted, value, error in (
            ("variance", layer.variance, seen.variance, seen.variance_error),
            ("gradient", layer.gradient, seen.gradient, seen.gradient_error),
        ):
            allowed = 5 * error + 2 * DEPTH / plan.width * predicted
            assert abs(value - predicted) <= allowed, (name, seed, what, layer.number, value, predicted, error)
            assert error <= 0.5 * predicted, (name, seed, what, layer.number, value, error)
    assert found.apart < 6, (name, seed, found.apart)


def test_wider_networks_come_nearer():
    """A fifth of the scatter is left at a width 25 times as large."""
    narrow, wide = (depth(get("relu"), 4, init="he", plan=Plan(width, 40, 3)).simulation[0] for width in (8, 200))
    assert wide.gradient_error < 0.4 * narrow.gradient_error, (narrow, wide)


def test_the_first_and_the_last_layer_are_as_asked():
    (first, *_, last) = simulated(get("tanh"), 1.0, 0.1, 3, 2.5, 0.7, Plan(64, 4), lambda: None)
    assert first.variance == pytest.approx(0.49, rel=1e-13)
    assert (last.gradient, last.gradient_error, first.variance_error) == (pytest.approx(1.0, rel=1e-14), 0.0, 0.0)
    layers = forward(get("tanh"), Weights(Plan(64, 4), 0, 1.0, 0.1), 3, 2.5, 0.7)
    assert layers[0].mean() == pytest.approx(2.5, rel=1e-13)
    assert layers[0].std() == pytest.approx(0.7, rel=1e-13)


def test_gradients_are_those_of_the_network():
    """Against central differences of the loss u h_L, u being the gradient given to the last layer."""
    activation, weights, depth_ = get("gelu"), Weights(Plan(12, 2, 5), 1, 1.3, 0.4), 4
    layers = forward(activation, weights, depth_, 0.2, 1.1)
    u = weights.stream(1).standard_normal(12)
    u /= np.linalg.norm(u)

    def loss(h, start):
        for number in range(start + 1, depth_ + 1):
            matrix, biases = weights.layer(number)
            h = matrix @ activation(h) + biases
        return float(u @ h)

    found = gradients(activation, weights, layers)
    for number, h in enumerate(layers):
        slopes = [(loss(h + e, number) - loss(h - e, number)) / 2e-5 for e in 1e-5 * np.eye(12)]
        assert found[number] == pytest.approx(float(np.dot(slopes, slopes)), rel=1e-7), number


def test_means_and_errors_are_those_of_the_networks_one_by_one():
    activation, plan = get("tanh"), Plan(16, 5, 9)
    got = simulated(activation, 1.2, 0.3, 3, 0.0, 1.0, plan, lambda: None)
    rows = []
    for sample in range(5):
        weights = Weights(plan, sample, 1.2, 0.3)
        layers = forward(activation, weights, 3, 0.0, 1.0)
        rows.append([variances(layers, 0.0), gradients(activation, weights, layers)])
        assert variances(layers, 0.0)[2] == pytest.approx(float(layers[2] @ layers[2]) / 16, rel=1e-14)
    for number, seen in enumerate(got):
        one, two = ([row[k][number] for row in rows] for k in (0, 1))
        assert seen.variance == pytest.approx(sum(one) / 5, rel=1e-13)
        assert seen.gradient == pytest.approx(sum(two) / 5, rel=1e-13)
        assert seen.variance_error == pytest.approx(np.std(one, ddof=1) / math.sqrt(5), rel=1e-9, abs=1e-15)
        assert seen.gradient_error == pytest.approx(np.std(two, ddof=1) / math.sqrt(5), rel=1e-9, abs=1e-15)


def test_a_layer_has_the_law_asked_for_and_is_the_same_each_time():
    weights = Weights(Plan(400, 2, 1), 0, 3.0, 0.5)
    matrix, biases = weights.layer(2)
    # Four standard errors of a variance: sqrt(2/n) of it.
    assert matrix.var() * 400 == pytest.approx(9.0, rel=4 * math.sqrt(2 / 160_000))
    assert biases.var() == pytest.approx(0.25, rel=4 * math.sqrt(2 / 400))
    again, _ = weights.layer(2)
    np.testing.assert_array_equal(matrix, again)
    for other in (weights.layer(1), Weights(Plan(400, 2, 1), 1, 3.0, 0.5).layer(2)):
        assert abs(np.corrcoef(matrix.reshape(-1), other[0].reshape(-1))[0, 1]) < 4 / 400


def test_the_same_seed_gives_the_same_numbers_and_another_seed_others():
    def run(seed):
        return depth(get("swish"), 5, plan=Plan(40, 4, seed)).simulation

    assert run(3) == run(3)
    assert run(3) != run(4)


def test_each_network_moves_the_bar_on():
    steps = []
    simulated(get("relu"), 1.0, 0.0, 2, 0.0, 1.0, Plan(8, 5), lambda: steps.append(1))
    assert len(steps) == 5


def test_networks_that_overflow_show_infinity_and_no_gradient():
    found = simulated(get("relu"), 1e20, 0.0, 30, 0.0, 1.0, Plan(16, 3), lambda: None)
    assert found[1].variance > 1e39
    assert found[-1].variance == math.inf
    assert math.isnan(found[0].gradient)
    squared = simulated(get("relu_squared"), 2.0, 0.0, 30, 0.0, 1.0, Plan(16, 3), lambda: None)
    assert squared[-1].variance == math.inf


def test_a_gradient_that_underflows_is_0():
    found = simulated(get("sigmoid"), 1.0, 0.0, 300, 0.0, 1.0, Plan(16, 2), lambda: None)
    assert (found[0].gradient, found[0].gradient_error) == (0.0, 0.0)
    assert found[-2].gradient > 0


@pytest.mark.parametrize(("plan", "depth_", "words"), [
    (Plan(width=1), 3, "width must be from 2 to 4096 units, not 1"),
    (Plan(width=5000), 3, "width must be from 2 to 4096 units, not 5000"),
    (Plan(samples=1), 3, "samples must be from 2 to 10000 networks, or 0 for none, not 1"),
    (Plan(samples=10_001), 3, "samples must be"),
    (Plan(seed=-1), 3, "a seed is a whole number from 0 on, not -1"),
    (Plan(4096, 100), 1000, r"draw 3.4e\+12 random numbers; at most 1e\+10 are drawn"),
])  # fmt: skip
def test_plans_that_are_refused(plan, depth_, words):
    with pytest.raises(BadInput, match=words):
        simulated(get("relu"), 1.0, 0.0, depth_, 0.0, 1.0, plan, lambda: None)
    with pytest.raises(BadInput, match=words):
        depth(get("relu"), depth_, plan=plan)
