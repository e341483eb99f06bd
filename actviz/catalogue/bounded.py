"""Bounded curves without an exponential in each tail alone: softsign, arctan and the Gaussian bell."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from actviz import _numpy as np
from actviz.activation import Activation, Kink, Reference
from actviz.arithmetic import square, times_exp

if TYPE_CHECKING:
    from actviz.activation import Array

GONE = 28.0
"""exp(-28**2) is 0 in float64, and so is any slope or curvature that it scales here."""


def softsign_value(x: Array) -> Array:
    """x/(1 + abs x)."""
    return x / (1.0 + np.abs(x))


def softsign_slope(x: Array) -> Array:
    """r^2 with r = 1/(1 + abs x), which is never too small to square exactly."""
    r = 1.0 / (1.0 + np.abs(x))
    return r * r


def softsign_curvature(x: Array) -> Array:
    """-2 r^3 right of zero, 2 r^3 left of it and at it."""
    r = 1.0 / (1.0 + np.abs(x))
    return (2.0 - 4.0 * (x > 0)) * r * r * r


def arctan_value(x: Array) -> Array:
    """The inverse tangent."""
    return np.arctan(x)


def arctan_slope(x: Array) -> Array:
    """1/(1 + x^2), beyond 1 as t^2/(t^2 + 1) with t = 1/x, for x^2 may overflow."""
    a = np.abs(x)
    t, s = 1.0 / np.maximum(a, 1.0), np.minimum(a, 1.0)
    slope: Array = t * t / (t * t + s * s)
    return slope


def arctan_curvature(x: Array) -> Array:
    """-2x times the square of the slope, in an order that does not underflow before the result does."""
    r = arctan_slope(x)
    return -2.0 * (x * r) * r


def gaussian_value(x: Array) -> Array:
    """exp(-x^2), the square's rounding error put back."""
    z, low = square(np.clip(x, -GONE, GONE))
    return times_exp(1.0 - low, -z)


def gaussian_slope(x: Array) -> Array:
    """-2x exp(-x^2)."""
    x = np.clip(x, -GONE, GONE)
    z, low = square(x)
    return times_exp(-2.0 * x * (1.0 - low), -z)


def gaussian_curvature(x: Array) -> Array:
    """(4x^2 - 2) exp(-x^2): with the square exact, the difference is right at its roots too."""
    z, low = square(np.clip(x, -GONE, GONE))
    return times_exp(((4.0 * z - 2.0) + 4.0 * low) * (1.0 - low), -z)


BOUNDED = (
    Activation(
        name="softsign",
        family="sigmoidal",
        summary="squashes the line into (-1, 1) with tails that fall like 1/x",
        formula=r"\frac{x}{1 + |x|}",
        plain="x/(1 + abs(x))",
        definition=lambda m, x: x / (1 + m.absolute(x)),
        kernels=(softsign_value, softsign_slope, softsign_curvature),
        limits=lambda: ((-1.0, 0.0, 0.0), (1.0, 0.0, 0.0)),
        reference=Reference("Elliott", 1993, "A Better Activation Function for Artificial Neural Networks"),
        kinks=lambda: (Kink(0.0, 2.0, -2.0, order=2),),
    ),
    Activation(
        name="arctan",
        family="sigmoidal",
        summary="squashes the line into (-pi/2, pi/2), odd",
        formula=r"\arctan x",
        plain="atan(x)",
        definition=lambda m, x: m.atan(x),
        kernels=(arctan_value, arctan_slope, arctan_curvature),
        limits=lambda: ((-math.pi / 2, 0.0, 0.0), (math.pi / 2, 0.0, 0.0)),
        reference=Reference(
            "Kamruzzaman, Aziz", 2002, "A Note on Activation Function in Multilayer Feedforward Learning"
        ),
        aliases={"atan": {}},
    ),
    Activation(
        name="gaussian",
        family="elementary",
        summary="a bell of height 1 about zero",
        formula=r"e^{-x^{2}}",
        plain="exp(-x**2)",
        definition=lambda m, x: m.exp(-(x**2)),
        kernels=(gaussian_value, gaussian_slope, gaussian_curvature),
        limits=lambda: ((0.0, 0.0, 0.0), (0.0, 0.0, 0.0)),
        reference=Reference("Broomhead, Lowe", 1988, "Multivariable Functional Interpolation and Adaptive Networks"),
        aliases={"gauss": {}},
    ),
)
