"""GELU, x times the share of a normal distribution below x, with its cap and its approximation by a sigmoid."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from actviz import _numpy as np
from actviz.activation import Activation, Kink, Parameter, Reference
from actviz.arithmetic import times_exp
from actviz.catalogue.smooth import swish_curvature, swish_limits, swish_slope, swish_value
from actviz.erfcx_pieces import GELU_SLOPE_BOTTOM, GELU_SLOPE_ROOT, GELU_SLOPE_TOP
from actviz.normal import REACH, both_sides, half_square, inverse_tail, magnitude, rational, with_error

if TYPE_CHECKING:
    from actviz.activation import Array, Limits

INF = float("inf")

RISING: Limits = ((0.0, 0.0, 0.0), (INF, 1.0, 0.0))
"""0 on the left, x on the right: the limits of GELU and of its approximation by tanh."""

GELU_SLOPE_BASE = 0.5
"""The constant that tools/erfcx_pieces.py takes off the slope's quotient by the distance to its root."""

ROOT_2 = (1.4142135623730951, -9.667293313452913e-17)
"""sqrt 2 as two floats."""

DENSITY_AT_0 = 0.3989422804014327
"""1/sqrt(2 pi)."""

CAP = 10.0
"""gelu_10's; gelu(10) is below it by 8e-23, so the kink rounds to 10."""


def gelu_value(x: Array) -> Array:
    """x Phi(x): left of zero by the upper tail, right of it x less the same at -x."""
    t = magnitude(x, REACH)
    far, low = half_square(t)
    q = t / inverse_tail(t, low)
    q *= np.exp(far)
    y = x * (x > 0)  # -0.0 on the left, and what is taken from it there may be 0
    y -= q
    return y


def gelu_slope(x: Array) -> Array:
    """Phi(x) + x phi(x): its root -0.7518 is a factor held as two floats."""
    t = magnitude(x, REACH)
    far, low = half_square(t)
    q = rational(t, GELU_SLOPE_TOP, GELU_SLOPE_BOTTOM)
    q += GELU_SLOPE_BASE
    t -= GELU_SLOPE_ROOT[0]
    t -= GELU_SLOPE_ROOT[1]
    q *= t
    return both_sides(times_exp(with_error(q, low), far), x)


def gelu_curvature(x: Array) -> Array:
    """phi(x)(2 - x^2), the difference factored, with sqrt 2 as two floats."""
    t = magnitude(x, REACH)
    far, low = half_square(t)
    q = ROOT_2[0] - t
    q += ROOT_2[1]
    t += ROOT_2[0]
    t *= DENSITY_AT_0
    q *= t
    return times_exp(with_error(q, low), far)


def gelu_10_value(x: Array) -> Array:
    """gelu, at most 10."""
    return np.minimum(gelu_value(x), CAP)


def gelu_10_slope(x: Array) -> Array:
    """gelu's slope up to 10, where the kink is, then 0."""
    return np.where(x > CAP, 0.0, gelu_slope(x))


def gelu_10_curvature(x: Array) -> Array:
    """gelu's curvature up to 10, then 0."""
    return np.where(x > CAP, 0.0, gelu_curvature(x))


def gelu_definition(m: Any, x: Any) -> Any:
    """x Phi(x) by the error function."""
    return x / 2 * (1 + m.erf(x / m.sqrt(2)))


GELU = Reference("Hendrycks, Gimpel", 2016, "Gaussian Error Linear Units (GELUs)")

GELUS = (
    Activation(
        name="gelu",
        family="self-gated",
        summary="x times the share of a standard normal distribution below x",
        formula=r"x\,\Phi(x) = \frac{x}{2}\left(1 + \mathrm{erf}\frac{x}{\sqrt{2}}\right)",
        plain="x/2*(1 + erf(x/sqrt(2)))",
        definition=gelu_definition,
        kernels=(gelu_value, gelu_slope, gelu_curvature),
        limits=lambda: RISING,
        reference=GELU,
        aliases={"gelu_erf": {}, "gelu_python": {}},
    ),
    Activation(
        name="quick_gelu",
        family="self-gated",
        summary="GELU approximated by a sigmoid: swish with beta = 1.702",
        formula=r"x\,\sigma(\beta x)",
        plain="x/(1 + exp(-beta*x))",
        definition=lambda m, x, beta: x / (1 + m.exp(-beta * x)),
        kernels=(swish_value, swish_slope, swish_curvature),
        limits=swish_limits,
        reference=GELU,
        parameters=(Parameter("beta", r"\beta", 1.702, "steepness of the gate", aliases=("alpha",)),),
        aliases={"gelu_sigmoid": {}, "gelu_fast_approx": {}, "gelu_quick": {}},
    ),
    Activation(
        name="gelu_10",
        family="self-gated",
        summary="GELU clipped to 10, for quantised networks",
        formula=r"\min(\max(x\,\Phi(x), -10), 10)",
        plain="min(max(x/2*(1 + erf(x/sqrt(2))), -10), 10)",
        definition=lambda m, x: m.minimum(m.maximum(gelu_definition(m, x), -10), 10),
        kernels=(gelu_10_value, gelu_10_slope, gelu_10_curvature),
        limits=lambda: ((0.0, 0.0, 0.0), (CAP, 0.0, 0.0)),
        reference=Reference(
            "Wu, Judd, Zhang, Isaev, Micikevicius",
            2020,
            "Integer Quantization for Deep Learning Inference: Principles and Empirical Evaluation",
        ),
        kinks=lambda: (Kink(CAP, 1.0, 0.0),),
    ),
)
