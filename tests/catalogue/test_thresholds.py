"""Functions cut at a threshold: what they take there, and thresholds that cut nothing out."""

from __future__ import annotations

import math

import numpy as np
import pytest

from actviz import get
from actviz.activation import Activation, Kink
from actviz.errors import BadInput


def kinks(activation: Activation) -> tuple[Kink, ...]:
    return activation.kinks(*activation.values)


@pytest.mark.parametrize(
    ("activation", "at", "value"),
    [
        (get("step"), 0.0, 1.0),
        (get("step", threshold=2.5), 2.5, 1.0),
        (get("hardshrink"), 0.5, 0.0),
        (get("hardshrink"), -0.5, 0.0),
        (get("threshold"), 1.0, -0.5),
        (get("thresholded_relu"), 1.0, 0.0),
    ],
    ids=lambda a: getattr(a, "label", ""),
)
def test_at_a_jump_the_value_is_the_frameworks_and_the_slope_0(activation: Activation, at: float, value: float) -> None:
    assert (activation(at), activation.derivative(at), activation.derivative(at, 2)) == (value, 0.0, 0.0)
    assert any(k.x == at and k.order == 0 for k in kinks(activation))


@pytest.mark.parametrize("name", ["softshrink", "hardshrink"])
def test_a_dead_zone_without_width_leaves_the_identity(name: str) -> None:
    f = get(name, threshold=0.0)
    x = np.array([-1e300, -2.0, -5e-324, -0.0, 0.0, 5e-324, 3.0])
    np.testing.assert_array_equal(f(x), x)
    np.testing.assert_array_equal(np.signbit(f(x)), np.signbit(x))
    assert f.derivative(x).tolist() == [1.0] * x.size
    assert kinks(f) == ()
    with pytest.raises(BadInput, match="it must be at least 0"):
        get(name, threshold=-0.1)


def test_a_threshold_with_its_own_value_is_a_kink_without_a_jump() -> None:
    assert kinks(get("threshold", threshold=0.0, value=0.0)) == (Kink(0.0, 0.0, 1.0),)
    assert kinks(get("thresholded_relu", alpha=0.0)) == (Kink(0.0, 0.0, 1.0),)
    x = np.linspace(-3.0, 3.0, 25)
    np.testing.assert_array_equal(get("thresholded_relu", alpha=0.0)(x), get("relu")(x))


def test_a_negative_threshold_keeps_the_sign_of_zero() -> None:
    assert math.copysign(1.0, get("thresholded_relu", alpha=-1.0)(-0.0)) == -1.0


def test_parameters_answer_to_the_frameworks_names() -> None:
    assert get("softshrink", lambd=0.3) == get("softshrink", threshold=0.3)
    assert get("thresholded_relu", theta=0.3) == get("thresholded_relu", alpha=0.3)
    assert get("hard_sigmoid", alpha=0.2, beta=0.4) == get("hard_sigmoid", slope=0.2, offset=0.4)
    assert get("hard_tanh", min_value=-2.0, max_value=2.0) == get("hard_tanh", min_val=-2.0, max_val=2.0)


@pytest.mark.parametrize(
    ("spelling", "name"),
    [
        ("HardSwish", "hard_swish"),
        ("hard_silu", "hard_swish"),
        ("Heaviside", "step"),
        ("relu2", "relu_squared"),
        ("linear", "identity"),
        ("soft-shrink", "softshrink"),
    ],
)
def test_other_spellings(spelling: str, name: str) -> None:
    assert get(spelling).name == name
