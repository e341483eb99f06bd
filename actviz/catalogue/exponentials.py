"""The exponential itself, and ELU's relations: SELU and CELU."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from actviz import _numpy as np
from actviz.activation import Activation, Kink, Limits, Parameter, Reference
from actviz.arithmetic import product_error, times_exp
from actviz.catalogue.smooth import FAR, elu_curvature

if TYPE_CHECKING:
    from actviz.activation import Array

INF = float("inf")

UNSEEN = 2.0**-54
"""expm1(t) and t differ by t/2 of themselves: nearer to 0 than this by less than half an ULP."""

LEAST_ALPHA = 2.0**-1022
"""The least normal number: the inverse of one much smaller is not finite, and celu bends by 1/alpha."""


def exponential(x: Array) -> Array:
    """exp(x), which is its own slope and curvature."""
    return np.exp(x)


def expm1_value(x: Array) -> Array:
    """exp(x) - 1 without the cancellation near zero."""
    return np.expm1(x)


def selu_value(x: Array, alpha: float, scale: float) -> Array:
    """scale * x right of zero, (scale alpha) expm1(x) left of it."""
    return scale * alpha * np.expm1(x * (x < 0)) + scale * (x * (x > 0))


def selu_slope(x: Array, alpha: float, scale: float) -> Array:
    """`scale` right of zero, (scale alpha) exp(x) left of it and at it."""
    return elu_curvature(x, scale * alpha) + scale * (x > 0)


def selu_curvature(x: Array, alpha: float, scale: float) -> Array:
    """0 right of zero, (scale alpha) exp(x) left of it and at it."""
    return elu_curvature(x, scale * alpha)


def selu_kinks(alpha: float, scale: float) -> tuple[Kink, ...]:
    """At zero the curvature jumps from scale alpha to 0, and unless alpha is 1 the slope from it to scale."""
    steep = scale * alpha
    bend = Kink(0.0, steep, 0.0, order=2)
    return (bend,) if steep == scale else (Kink(0.0, steep, scale), bend)


def selu_limits(alpha: float, scale: float) -> Limits:
    """Minus scale alpha on the left, a line of slope `scale` on the right."""
    return (-scale * alpha, 0.0, 0.0), (INF, scale, 0.0)


def selu_check(alpha: float, scale: float) -> str:
    """What is wrong where the product is beyond float64."""
    return "" if math.isfinite(scale * alpha) else f"scale = {scale:g} times alpha = {alpha:g} is beyond float64"


def quotient(x: Array, alpha: float) -> tuple[Array, Array | float]:
    """x/alpha for x <= 0 with its rounding error, clipped to where exp can tell the difference."""
    significand, exponent = math.frexp(alpha)
    y = np.maximum(x * 2.0**-exponent, -FAR)
    t = y / significand
    if significand == 0.5:  # a power of two: the quotient is exact
        return t, 0.0
    product = significand * t
    return t, ((y - product) - product_error(significand, t, product)) / significand


def celu_value(x: Array, alpha: float) -> Array:
    """x right of zero and where t = x/alpha is too small to bend it, alpha expm1(t) left of that."""
    t = x * (x < 0) / alpha
    straight = t > -UNSEEN
    return alpha * np.expm1(t * ~straight) + x * straight


def celu_slope(x: Array, alpha: float) -> Array:
    """exp(x/alpha) left of zero, 1 right of it."""
    t, low = quotient(np.minimum(x, 0.0), alpha)
    return np.exp(t) * (1.0 + low)


def celu_curvature(x: Array, alpha: float) -> Array:
    """exp(x/alpha)/alpha left of zero and at it, 0 right of it."""
    t, low = quotient(np.minimum(x, 0.0), alpha)
    return times_exp((1.0 + low) / alpha, t) * (x <= 0)


EXPONENTIALS = (
    Activation(
        name="exponential",
        family="elementary",
        summary="the exponential: its own slope and curvature",
        formula=r"e^{x}",
        plain="exp(x)",
        definition=lambda m, x: m.exp(x),
        kernels=(exponential, exponential, exponential),
        limits=lambda: ((0.0, 0.0, 0.0), (INF, INF, INF)),
        reference=Reference("Euler", 1748, "Introductio in analysin infinitorum"),
        aliases={"exp": {}},
    ),
    Activation(
        name="expm1",
        family="elementary",
        summary="the exponential less 1: ELU's left side continued",
        formula=r"e^{x} - 1",
        plain="exp(x) - 1",
        definition=lambda m, x: m.exp(x) - 1,
        kernels=(expm1_value, exponential, exponential),
        limits=lambda: ((-1.0, 0.0, 0.0), (INF, INF, INF)),
        reference=Reference("Beebe", 2002, "Computation of expm1(x) = exp(x) - 1"),
    ),
    Activation(
        name="selu",
        family="smooth rectifier",
        summary="ELU scaled so that layers of it drift towards mean 0 and variance 1",
        formula=r"\lambda x \;(x > 0),\quad \lambda \alpha (e^{x} - 1) \;(x \leq 0)",
        plain="scale*x if x > 0 else scale*alpha*(exp(x) - 1)",
        definition=lambda m, x, alpha, scale: scale * m.where(x > 0, x, alpha * (m.exp(x) - 1)),
        kernels=(selu_value, selu_slope, selu_curvature),
        limits=selu_limits,
        reference=Reference("Klambauer, Unterthiner, Mayr, Hochreiter", 2017, "Self-Normalizing Neural Networks"),
        # The paper's values for the fixed point of mean 0 and variance 1, to the last digit of float64.
        parameters=(
            Parameter(
                "alpha", r"\alpha", 1.6732632423543772, "minus the limit on the left, over scale", 0.0, open_low=True
            ),
            Parameter(
                "scale",
                r"\lambda",
                1.0507009873554805,
                "slope right of zero",
                0.0,
                open_low=True,
                aliases=("lambda", "gamma"),
            ),
        ),
        kinks=selu_kinks,
        check=selu_check,
    ),
    Activation(
        name="celu",
        family="smooth rectifier",
        summary="ELU with its left side stretched by alpha, so that the slope is continuous",
        formula=r"x \;(x > 0),\quad \alpha (e^{x/\alpha} - 1) \;(x \leq 0)",
        plain="x if x > 0 else alpha*(exp(x/alpha) - 1)",
        definition=lambda m, x, alpha: m.where(x > 0, x, alpha * (m.exp(x / alpha) - 1)),
        kernels=(celu_value, celu_slope, celu_curvature),
        limits=lambda alpha: ((-alpha, 0.0, 0.0), (INF, 1.0, 0.0)),
        reference=Reference("Barron", 2017, "Continuously Differentiable Exponential Linear Units"),
        parameters=(Parameter("alpha", r"\alpha", 1.0, "minus the limit on the left", low=LEAST_ALPHA),),
        kinks=lambda alpha: (Kink(0.0, 1.0 / alpha, 0.0, order=2),),
    ),
)
