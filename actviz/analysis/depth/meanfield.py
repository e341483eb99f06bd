"""A deep random network in the limit of infinite width: what becomes of variance and gradient, layer by layer.

Layer l's pre-activations are h_l = W_l f(h_{l-1}) + b_l, weights of variance weight_std^2/width, biases of variance
bias_std^2, all drawn anew for each layer. Poole et al. 2016 (arXiv:1606.05340, eq. 3) for the variance, Schoenholz
et al. 2017 (arXiv:1611.01232) for chi and the gradient.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from actviz import _numpy as np
from actviz.analysis.moments import four_moments
from actviz.analysis.poles import divergent
from actviz.analysis.quadrature import SCALE, expectations
from actviz.errors import BadInput

if TYPE_CHECKING:
    from actviz.activation import Array
    from actviz.analysis.scan import Scan

MOST_LAYERS = 1000
LEAST_STD, MOST_STD = 1e-20, 1e20
"""What a weight or bias standard deviation may be, 0 for no bias apart: variances then stay within the law's reach."""

LEAST, GREATEST = 1e-300, 1e300
"""Variances below the one are told as 0, beyond the other as infinite: their squares leave float64."""

WAVES = 1e4
"""Of a function that oscillates without end nothing is told under a law with a wider standard deviation than this: its
waves would take seconds a layer to follow, and further out they are lost between floats."""


@dataclass(frozen=True, slots=True)
class Layer:
    """What infinite width predicts of layer `number`, from 0, the input of the first activation, to the last.

    `variance` is that of its pre-activations h. `chi` is E abs(dL/dh)^2 here over that in the next layer, for any
    loss L; `gradient` is E abs(dL/dh)^2 here over that in the last layer, the product of chi from here on.
    """

    number: int
    variance: float
    chi: float
    gradient: float


@dataclass(frozen=True, slots=True)
class Field:
    """An activation in a network of standard deviations `weight_std` (times 1/sqrt(width)) and `bias_std`."""

    seen: Scan
    weight_std: float
    bias_std: float

    def step(self, variance: float, mean: float = 0.0) -> tuple[float, float]:
        """The variance of the layer after one whose pre-activations are N(mean, variance), and chi between them.

        At variances 0 and infinity chi is its limit. NaN where a moment is not a number.
        """
        if math.isnan(variance):
            return math.nan, math.nan
        value, slope = second_moments(self.seen, mean, math.sqrt(min(max(variance, LEAST), GREATEST)))
        following = self.weight_std**2 * value + self.bias_std**2
        chi = self.weight_std**2 * slope
        if not LEAST < variance < GREATEST and chi and not 1.0 / SCALE < chi < SCALE:
            chi = 0.0 if chi < 1.0 else math.inf  # on its way there, at a variance that stands for the limit
        if following > GREATEST:
            return math.inf, chi
        return (0.0 if following < LEAST else following), chi

    def drift(self, variance: float) -> float:
        """By what part of itself the variance changes in one layer."""
        return self.step(variance)[0] / variance - 1.0


def second_moments(seen: Scan, mean: float, std: float) -> tuple[float, float]:
    """E f(X)^2 and E f'(X)^2 for X ~ N(mean, std^2), for any `std` whose square float64 holds; NaN where not known.

    Infinite under every law where they diverge at a pole of f.
    """
    if seen.oscillates and std > WAVES:
        return math.nan, math.nan
    if 1.0 / SCALE <= std <= SCALE:
        _, value, _, slope = four_moments(seen, mean, std)
        return value, slope

    def both(z: Array) -> Array:
        return np.stack([seen.activation.derivative(std * z, order) ** 2 for order in (0, 1)])

    # The law's own standard deviation is out of reach: f is stretched instead. Only kinks near 0 are left to see.
    found = expectations(both, [k.x / std for k in seen.kinks])
    with np.errstate(all="ignore"):
        at_poles = divergent(lambda x: both(x / std), seen.poles, 2)
    value, slope = np.where(at_poles > 0, at_poles, found)
    return float(value), float(slope)


def predicted(field: Field, depth: int, mean: float, std: float) -> tuple[Layer, ...]:
    """Layers 0 to `depth` where layer 0 is N(mean, std^2) and the others are normal with mean 0."""
    rows: list[tuple[float, float]] = []
    variance = std * std
    for number in range(depth + 1):
        following, chi = field.step(variance, mean if number == 0 else 0.0)
        rows.append((variance, chi))
        variance = following
    gradients = [1.0]
    for _, chi in reversed(rows[:-1]):
        gradients.append(gradients[-1] * chi)
    every = zip(rows, reversed(gradients), strict=True)
    return tuple(Layer(number, *row, gradient) for number, (row, gradient) in enumerate(every))


def checked_depth(depth: int) -> int:
    """`depth`; raise BadInput unless it is from 1 to 1000 layers."""
    if not 1 <= depth <= MOST_LAYERS:
        raise BadInput(f"depth must be from 1 to {MOST_LAYERS} layers, not {depth}")
    return depth


def checked_std(std: float, what: str, zero: bool) -> float:
    """`std`; raise BadInput, naming it `what`, unless it is from 1e-20 to 1e20, or 0 where `zero` may be."""
    if (zero and std == 0) or LEAST_STD <= std <= MOST_STD:
        return std
    least = "0, or " if zero else ""
    raise BadInput(f"{what} must be {least}from {LEAST_STD:g} to {MOST_STD:g}, not {std:g}")
