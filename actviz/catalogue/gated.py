"""Functions gated by tanh or by a sigmoid on one side: LiSHT and ELiSH."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from actviz import _numpy as np
from actviz.activation import Activation, Kink, Reference
from actviz.arithmetic import times_exp
from actviz.catalogue.root_series import LISHT_CURVATURE
from actviz.catalogue.sigmoidal import logistic, tanh_slope
from actviz.catalogue.smooth import FAR, swish_curvature, swish_slope

if TYPE_CHECKING:
    from actviz.activation import Array

INF = float("inf")

ELISH_DIP, ELISH_OTHER = (-0.881373587019543, 2.250545892825866e-17), 2.414213562373095
"""The root ln(sqrt 2 - 1) of the slope left of zero, as two floats; the other root of e^2 + 2e - 1, less its sign."""

ELISH_BEND, ELISH_ROOT = (-1.7175297959782472, 8.102722327784694e-17), 0.17950902460291676
"""The root of the curvature left of zero, as two floats, and its exponential, the root of e^3 + 3e^2 + 5e - 1."""


def lisht_value(x: Array) -> Array:
    """x tanh x."""
    return x * np.tanh(x)


def lisht_slope(x: Array) -> Array:
    """tanh x + x sech(x)^2, two terms of one sign."""
    return np.tanh(x) + x * tanh_slope(x)


def lisht_curvature(x: Array) -> Array:
    """2 sech(x)^2 (1 - x tanh x), even in x; a series about its root, 1.1997."""
    a = np.minimum(np.abs(x), FAR)
    far = -2.0 * a
    y = times_exp(8.0 * (1.0 - a * np.tanh(a)) / (1.0 + np.exp(far)) ** 2, far)
    return LISHT_CURVATURE.mend(y, a)


def elish_value(x: Array) -> Array:
    """sigmoid(x) times x right of zero, exp(x) - 1 left of it."""
    return logistic(x, np.exp(x)) * (x * (x > 0) + np.expm1(x * (x < 0)))


def elish_slope(x: Array) -> Array:
    """The slope of silu right of zero, e (e^2 + 2e - 1)/(1 + e)^2 with e = exp(x) left of it and at it.

    The numerator's factor e - (sqrt 2 - 1) is taken from the distance to the root, where it would cancel.
    """
    left = np.minimum(x, 0.0)
    e = np.exp(left)
    factor = np.expm1((left - ELISH_DIP[0]) - ELISH_DIP[1]) / ELISH_OTHER
    low = factor * (e + ELISH_OTHER) / ((1.0 + e) * (1.0 + e)) * e
    return np.where(x > 0, swish_slope(np.maximum(x, 0.0), 1.0), low)


def elish_curvature(x: Array) -> Array:
    """The curvature of silu right of zero, e (e^3 + 3e^2 + 5e - 1)/(1 + e)^3 left of it and at it.

    The numerator's factor e - r is taken from the distance to the root ln r; the other is e^2 + (3 + r) e + 1/r.
    """
    left = np.minimum(x, 0.0)
    e = np.exp(left)
    d = 1.0 + e
    factor = np.expm1((left - ELISH_BEND[0]) - ELISH_BEND[1])
    low = factor * (1.0 + ELISH_ROOT * e * (3.0 + ELISH_ROOT + e)) / (d * d * d) * e
    return np.where(x > 0, swish_curvature(np.maximum(x, 0.0), 1.0), low)


def elish_definition(m: Any, x: Any) -> Any:
    """The textbook pieces."""
    gate = 1 / (1 + m.exp(-x))
    return m.where(x > 0, x * gate, (m.exp(x) - 1) * gate)


GATED = (
    Activation(
        name="lisht",
        family="self-gated",
        summary="x times tanh x: a smooth abs(x)",
        formula=r"x \tanh x",
        plain="x*tanh(x)",
        definition=lambda m, x: x * m.tanh(x),
        kernels=(lisht_value, lisht_slope, lisht_curvature),
        limits=lambda: ((INF, -1.0, 0.0), (INF, 1.0, 0.0)),
        reference=Reference(
            "Roy, Manna, Dubey, Chaudhuri",
            2019,
            "LiSHT: Non-Parametric Linearly Scaled Hyperbolic Tangent Activation Function for Neural Networks",
        ),
    ),
    Activation(
        name="elish",
        family="self-gated",
        summary="silu right of zero, ELU times a sigmoid left of it",
        formula=r"x\,\sigma(x) \;(x > 0),\quad (e^{x} - 1)\,\sigma(x) \;(x \leq 0)",
        plain="x/(1 + exp(-x)) if x > 0 else (exp(x) - 1)/(1 + exp(-x))",
        definition=elish_definition,
        kernels=(elish_value, elish_slope, elish_curvature),
        limits=lambda: ((0.0, 0.0, 0.0), (INF, 1.0, 0.0)),
        reference=Reference("Basirat, Roth", 2018, "The Quest for the Golden Activation Function"),
        kinks=lambda: (Kink(0.0, 1.0, 0.5, order=2),),
    ),
)
