"""Softplus turned about the origin, and its square root."""

from __future__ import annotations

from typing import TYPE_CHECKING

from actviz import _numpy as np
from actviz.activation import Activation, Reference
from actviz.catalogue.root_series import SQRT_SOFTPLUS_CURVATURE
from actviz.catalogue.sigmoidal import sigmoid_slope, sigmoid_value
from actviz.catalogue.smooth import softplus_value

if TYPE_CHECKING:
    from collections.abc import Callable

    from actviz.activation import Array

INF = float("inf")

FAR = 50.0
"""softplus(x) is exp(x) left of -FAR and x right of FAR, and their curvatures agree too, to the last bit."""


def log_sigmoid_value(x: Array) -> Array:
    """-softplus(-x)."""
    return -softplus_value(-x, 1.0)


def log_sigmoid_slope(x: Array) -> Array:
    """sigmoid(-x)."""
    return sigmoid_value(-x)


def log_sigmoid_curvature(x: Array) -> Array:
    """-sigmoid'(x)."""
    return -sigmoid_slope(x)


def with_tails(y: Array, x: Array, share: float, right: Callable[[Array], Array]) -> Array:
    """`y` with share * exp(x/2) in the left tail, which is normal twice as far as exp(x), and right(x) in the right."""
    if x.min(initial=0.0) < -FAR:
        y = np.where(x < -FAR, share * np.exp(0.5 * np.minimum(x, 0.0)), y)
    if x.max(initial=0.0) > FAR:
        y = np.where(x > FAR, right(np.maximum(x, FAR)), y)
    return y


def sqrt_softplus_value(x: Array) -> Array:
    """sqrt(softplus(x))."""
    return with_tails(np.sqrt(np.log1p(np.exp(x))), x, 1.0, np.sqrt)


def sqrt_softplus_slope(x: Array) -> Array:
    """sigmoid(x)/(2 sqrt(softplus x))."""
    e = np.exp(x)
    y = 0.5 * e / (1.0 + e) / np.sqrt(np.log1p(e))
    return with_tails(y, x, 0.5, lambda x: 0.5 / np.sqrt(x))


def sqrt_softplus_curvature(x: Array) -> Array:
    """sigmoid' (2L - exp(x))/(4 L sqrt L) with L = softplus(x); a series about its root, 0.921."""
    e = np.exp(x)
    soft = np.log1p(e)
    y = 0.25 * e * (2.0 * soft - e) / ((1.0 + e) ** 2 * soft * np.sqrt(soft))
    y = with_tails(y, x, 0.25, lambda x: -0.25 / x / np.sqrt(x))
    return SQRT_SOFTPLUS_CURVATURE.mend(y, x)


SOFTENED = (
    Activation(
        name="log_sigmoid",
        family="smooth rectifier",
        summary="the logarithm of the sigmoid: softplus turned half a turn about the origin",
        formula=r"\ln \sigma(x) = -\ln(1 + e^{-x})",
        plain="-log(1 + exp(-x))",
        definition=lambda m, x: -m.log(1 + m.exp(-x)),
        kernels=(log_sigmoid_value, log_sigmoid_slope, log_sigmoid_curvature),
        limits=lambda: ((-INF, 1.0, 0.0), (0.0, 0.0, 0.0)),
        reference=Reference("Cox", 1958, "The Regression Analysis of Binary Sequences"),
    ),
    Activation(
        name="sqrt_softplus",
        family="smooth rectifier",
        summary="the square root of softplus, which scores the experts of a mixture",
        formula=r"\sqrt{\ln(1 + e^{x})}",
        plain="sqrt(log(1 + exp(x)))",
        definition=lambda m, x: m.sqrt(m.log(1 + m.exp(x))),
        kernels=(sqrt_softplus_value, sqrt_softplus_slope, sqrt_softplus_curvature),
        limits=lambda: ((0.0, 0.0, 0.0), (INF, 0.0, 0.0)),
        reference=Reference(
            "DeepSeek-AI", 2026, "DeepSeek-V4: Towards Highly Efficient Million-Token Context Intelligence"
        ),
    ),
)
