"""Sigmoid and tanh: the functions that squash the line into an interval."""

from __future__ import annotations

from typing import TYPE_CHECKING

from actviz import _numpy as np
from actviz.activation import Activation, Reference
from actviz.arithmetic import times_exp

if TYPE_CHECKING:
    from actviz.activation import Array


def sigmoid_value(x: Array) -> Array:
    """1/(1 + exp(-x)), from exp of the negative side alone, so that nothing overflows."""
    e = np.exp(-np.abs(x))
    return np.where(x < 0, e, 1.0) / (1.0 + e)


def sigmoid_slope(x: Array) -> Array:
    """e/(1 + e)^2 with e = exp(-abs x): no cancellation, where s(1 - s) loses every digit."""
    e = np.exp(-np.abs(x))
    return e / (1.0 + e) ** 2


def sigmoid_curvature(x: Array) -> Array:
    """-sign(x) e (1 - e)/(1 + e)^3, the difference by expm1."""
    far = -np.abs(x)
    e = np.exp(far)
    return np.copysign(e * -np.expm1(far) / (1.0 + e) ** 3, -x)


def tanh_value(x: Array) -> Array:
    """The hyperbolic tangent."""
    return np.tanh(x)


def tanh_slope(x: Array) -> Array:
    """4E/(1 + E)^2 with E = exp(-2 abs x), where 1 - tanh(x)^2 cancels."""
    far = -2.0 * np.minimum(np.abs(x), 1e4)
    return times_exp(4.0 / (1.0 + np.exp(far)) ** 2, far)


def tanh_curvature(x: Array) -> Array:
    """-2 tanh(x) tanh'(x)."""
    far = -2.0 * np.minimum(np.abs(x), 1e4)
    return times_exp(-8.0 * np.tanh(x) / (1.0 + np.exp(far)) ** 2, far)


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
