"""Dead ReLU

Left, for negative inputs ReLU outputs 0 with slope 0 (shaded): no gradient passes. Right, one neuron f(wx +
b) is trained to fit a line by gradient descent from a start where wx + b < 0 for every input: with ReLU its
gradient is exactly zero and it never moves, it is dead; with Leaky ReLU (a = 0.1) or ELU, whose slopes on
the left are not zero, it recovers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from actviz import _numpy as np
from actviz.charts.functions import names_of, panel
from actviz.figure import Band, Figure, Line, Panel
from actviz.resolve import scalars

if TYPE_CHECKING:
    from actviz.activation import Activation

STEPS, RATE = 300, 0.1
START = (0.5, -2.0)
"""Weight and bias: wx + b is from -2.5 to -1.5 for x in [-1, 1]."""

COMMAND = "actviz plot relu --derivative --range=-3:3"


def build() -> Figure:
    """The dead half of ReLU, and three neurons that start in it."""
    (relu,) = scalars(["relu"])
    zone = Band(-3.0, 0.0, label="slope 0")
    dead = panel((relu,), (0, 1), (-3.0, 3.0), (zone,), "ReLU and its slope", ylim=(-0.3, 3.4))
    return Figure("Dead ReLU", ((dead, training()),), size=(8.4, 3.8))


def training() -> Panel:
    """The loss of one neuron with each activation, step by step."""
    activations = scalars(["relu", "leaky_relu:negative_slope=0.1", "elu"])
    steps = np.arange(STEPS + 1.0)
    lines = tuple(
        Line(steps, losses(activation), name.partition(",")[0], ink)
        for ink, (activation, name) in enumerate(zip(activations, names_of(activations), strict=True))
    )
    return Panel(lines, xlabel="step", ylabel="loss", xlim=(0.0, STEPS), ylim=(0.0, 1.05), axes="frame")


def losses(activation: Activation) -> np.ndarray:
    """Half the mean squared error of f(wx + b) against (x + 1)/2 before each step and after the last."""
    x = np.linspace(-1.0, 1.0, 41)
    target = (x + 1.0) / 2.0
    w, b = START
    found = []
    for _ in range(STEPS + 1):
        z = w * x + b
        error = activation(z) - target
        found.append(float(np.mean(error**2)) / 2.0)
        pull = error * activation.derivative(z)
        w, b = w - RATE * float(np.mean(pull * x)), b - RATE * float(np.mean(pull))
    return np.asarray(found)
