"""Deep random networks with real matrices: the variance and gradient that infinite width only predicts."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from actviz import _numpy as np
from actviz.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.random import Generator

    from actviz.activation import Activation, Array

WIDEST, MOST_SAMPLES = 4096, 10_000
MOST_WEIGHTS = 10_000_000_000
"""Random numbers one simulation may draw: two minutes of them."""

ROUNDING = 1e-14
"""Networks that differ by less than this part of a number differ by rounding alone: its value is set, not drawn."""

INPUT, LAST = 0, 1
"""Which stream of a network's random numbers the input is drawn from, and which the gradient; then a stream a layer."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How large a simulation is: `samples` networks of `width` units a layer, drawn from `seed`."""

    width: int = 256
    samples: int = 16
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Measured:
    """What the networks show of one layer: the means over them, each with its standard error.

    `variance` is the mean square of a layer's pre-activations (about the mean for layer 0), `gradient` the square of
    the gradient there over that in the last layer.
    """

    variance: float
    variance_error: float
    gradient: float
    gradient_error: float


@dataclass(frozen=True, slots=True)
class Weights:
    """The matrices and biases of one network, drawn when asked for: a layer's are the same each time."""

    plan: Plan
    sample: int
    weight_std: float
    bias_std: float

    def stream(self, number: int) -> Generator:
        """The random numbers of stream `number`, apart from all others."""
        return np.random.default_rng((self.plan.seed, self.sample, number))

    def layer(self, number: int) -> tuple[Array, Array]:
        """The matrix, width by width, and the biases that lead from layer ``number - 1`` to layer `number`."""
        stream, width = self.stream(LAST + number), self.plan.width
        matrix = stream.standard_normal((width, width))
        matrix *= self.weight_std / math.sqrt(width)
        return matrix, self.bias_std * stream.standard_normal(width)


def simulated(
    activation: Activation,
    weight_std: float,
    bias_std: float,
    depth: int,
    mean: float,
    std: float,
    plan: Plan,
    advance: Callable[[], object],
) -> tuple[Measured, ...]:
    """Layers 0 to `depth` of `plan.samples` networks, in float64; `advance` is called after each network.

    Raise BadInput for a plan that `checked_plan` refuses.
    """
    plan = checked_plan(plan, depth)
    found = []
    with np.errstate(all="ignore"):  # a network may overflow: then it shows infinity, and NaN for its gradient
        for sample in range(plan.samples):
            weights = Weights(plan, sample, weight_std, bias_std)
            layers = forward(activation, weights, depth, mean, std)
            found.append((variances(layers, mean), gradients(activation, weights, layers)))
            advance()
        squares = np.asarray(found)
        means = squares.mean(axis=0)
        errors = squares.std(axis=0, ddof=1) / math.sqrt(plan.samples)
        errors = np.where(errors <= ROUNDING * means, 0.0, errors)
    rows = zip(means[0], errors[0], means[1], errors[1], strict=True)
    return tuple(Measured(*map(float, row)) for row in rows)


def forward(activation: Activation, weights: Weights, depth: int, mean: float, std: float) -> list[Array]:
    """The pre-activations of layers 0 to `depth`; layer 0 has exactly this mean and standard deviation."""
    z = weights.stream(INPUT).standard_normal(weights.plan.width)
    z -= z.mean()
    layers = [mean + std * (z / math.sqrt(np.mean(z * z)))]
    for number in range(1, depth + 1):
        matrix, biases = weights.layer(number)
        values = activation(layers[-1])
        following = matrix @ values + biases
        # Infinities of both signs add up to NaN: that is f overflowing, and not f undefined.
        layers.append(following if np.isnan(values).any() else np.where(np.isnan(following), np.inf, following))
    return layers


def variances(layers: list[Array], mean: float) -> list[float]:
    """The mean square of each layer's pre-activations, infinite where they overflow."""
    squares = [float(np.mean((h - (mean if number == 0 else 0.0)) ** 2)) for number, h in enumerate(layers)]
    beyond = next((number for number, square in enumerate(squares) if not math.isfinite(square)), len(squares))
    overflows = beyond < len(squares) and math.isinf(squares[beyond])
    return squares[:beyond] + [math.inf if overflows else math.nan] * (len(squares) - beyond)


def gradients(activation: Activation, weights: Weights, layers: list[Array]) -> list[float]:
    """The squared length of dL/dh in each layer, where in the last it has length 1 and a random direction."""
    gradient = weights.stream(LAST).standard_normal(weights.plan.width)
    gradient /= math.sqrt(gradient @ gradient)
    found = [1.0]
    for number in range(len(layers) - 1, 0, -1):
        gradient = activation.derivative(layers[number - 1]) * (weights.layer(number)[0].T @ gradient)
        found.append(float(gradient @ gradient))
    return found[::-1]


def checked_plan(plan: Plan, depth: int) -> Plan:
    """`plan`; raise BadInput where its numbers are out of bounds or it would take too long for `depth` layers."""
    if not 2 <= plan.width <= WIDEST:
        raise BadInput(f"width must be from 2 to {WIDEST} units, not {plan.width}")
    if not 2 <= plan.samples <= MOST_SAMPLES:
        raise BadInput(f"samples must be from 2 to {MOST_SAMPLES} networks, or 0 for none, not {plan.samples}")
    if plan.seed < 0:
        raise BadInput(f"a seed is a whole number from 0 on, not {plan.seed}")
    drawn = 2 * plan.width**2 * depth * plan.samples
    if drawn > MOST_WEIGHTS:
        raise BadInput(
            f"{plan.samples} networks of {depth} layers {plan.width} wide draw {drawn:.2g} random numbers; "
            f"at most {MOST_WEIGHTS:.2g} are drawn: take fewer samples or a smaller width"
        )
    return plan
