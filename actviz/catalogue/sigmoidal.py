"""Sigmoid and tanh: the functions that squash the line into an interval."""

from __future__ import annotations

from typing import TYPE_CHECKING

from actviz import _numpy as np
from actviz.activation import Activation, Reference
from actviz.arithmetic import DEEP, times_exp

if TYPE_CHECKING:
    from actviz.activation import Array


def logistic(x: Array, e: Array) -> Array:
    """1/(1 + exp(-x)) from e = exp(x), as e/(1 + e); 1 where e overflows or nearly does."""
    y = e / (1.0 + e)
    return np.where(x > -DEEP, 1.0, y) if x.max(initial=0.0) > -DEEP else y


def sigmoid_value(x: Array) -> Array:
    """1/(1 + exp(-x)), by way of exp(x), which holds the left tail down to the smallest number."""
    return logistic(x, np.exp(x))


def sigmoid_slope(x: Array) -> Array:
    """e/(1 + e)^2 with e = exp(-abs x): no cancellation, where s(1 - s) loses every digit."""
    e = np.exp(-np.abs(x))
    return e / (1.0 + e) ** 2


def sigmoid_curvature(x: Array) -> Array:
    """-tanh(x/2) times the slope."""
    return -np.tanh(0.5 * x) * sigmoid_slope(x)


def tanh_value(x: Array) -> Array:
    """The hyperbolic tangent."""
    return np.tanh(x)


def tanh_slope(x: Array) -> Array:
    """4e/(1 + e)^2 with e = exp(-2 abs x), where 1 - tanh(x)^2 cancels."""
    far = -2.0 * np.abs(x)
    e = np.exp(far)
    y = 4.0 * e / (1.0 + e) ** 2
    return np.where(far < DEEP, times_exp(4.0, far), y) if far.min(initial=0.0) < DEEP else y


def tanh_curvature(x: Array) -> Array:
    """-2 tanh(x) tanh'(x)."""
    return -2.0 * np.tanh(x) * tanh_slope(x)


SIGMOIDAL = (
    Activation(
        name="sigmoid",
        family="sigmoidal",
        summary="squashes the line into (0, 1)",
        formula=r"\frac{1}{1 + e^{-x}}",
        plain="1/(1 + exp(-x))",
        definition=lambda m, x: 1 / (1 + m.exp(-x)),
        kernels=(sigmoid_value, sigmoid_slope, sigmoid_curvature),
        limits=lambda: ((0.0, 0.0, 0.0), (1.0, 0.0, 0.0)),
        reference=Reference("Verhulst", 1838, "Notice sur la loi que la population suit"),
        aliases={"logistic": {}},
    ),
    Activation(
        name="tanh",
        family="sigmoidal",
        summary="squashes the line into (-1, 1), odd",
        formula=r"\tanh x = \frac{e^{x} - e^{-x}}{e^{x} + e^{-x}}",
        plain="(exp(x) - exp(-x))/(exp(x) + exp(-x))",
        definition=lambda m, x: (m.exp(x) - m.exp(-x)) / (m.exp(x) + m.exp(-x)),
        kernels=(tanh_value, tanh_slope, tanh_curvature),
        limits=lambda: ((-1.0, 0.0, 0.0), (1.0, 0.0, 0.0)),
        reference=Reference("LeCun, Bottou, Orr, Mueller", 1998, "Efficient BackProp"),
    ),
)
