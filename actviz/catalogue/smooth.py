"""Smooth relations of ReLU: ELU, softplus, swish, mish."""

from __future__ import annotations

from typing import TYPE_CHECKING

from actviz import _numpy as np
from actviz.activation import Activation, Kink, Limits, Parameter, Reference
from actviz.arithmetic import DEEP, product_error, times_exp
from actviz.catalogue.root_series import MISH_CURVATURE_LEFT, MISH_CURVATURE_RIGHT, MISH_SLOPE, SILU_CURVATURE
from actviz.catalogue.sigmoidal import logistic

if TYPE_CHECKING:
    from actviz.activation import Array

INF = float("inf")

FAR = 1e4
"""exp(-FAR) is 0 in float64, by a factor of ten in the exponent; beyond it only signs matter."""

SILU_DIP = (-1.2784645427610737, -1.0946994183093437e-16)
"""The root of silu's slope, where exp(-x) = -1/(1 + x), as two floats."""

SILU_FADED = -300.0
"""Left of it silu is x exp(x) to the last bit; exp(-2x), met on the way, leaves float64 below -354."""

MISH_STRAIGHT = 100.0
"""Right of it mish is x (1 - 2 exp(-2x)) to the last bit; exp(6x), met on the way, leaves float64 from 118 on."""


def scaled(beta: float, x: Array) -> tuple[Array, Array | float]:
    """beta * x with its rounding error, clipped to where exp can tell the difference."""
    if beta == 1.0:
        return x, 0.0
    reach = FAR / abs(beta) if beta else INF
    near = np.clip(x, -reach, reach)
    z = beta * near
    return z, product_error(beta, near, z)


def exp_sum(z: Array, low: Array | float) -> Array:
    """exp(z + low), where low is beside z as a rounding error is, or no more than 0."""
    e = np.exp(z)
    return e if isinstance(low, float) else e + e * low


def elu_value(x: Array, alpha: float) -> Array:
    """x right of zero, alpha expm1(x) left of it."""
    return alpha * np.expm1(x * (x < 0)) + x * (x > 0)


def elu_slope(x: Array, alpha: float) -> Array:
    """1 right of zero, alpha exp(x) left of it and at it."""
    return times_exp(alpha, np.minimum(x, 0.0)) * (x <= 0) + (x > 0)


def elu_curvature(x: Array, alpha: float) -> Array:
    """0 right of zero, alpha exp(x) left of it and at it."""
    return times_exp(alpha, np.minimum(x, 0.0)) * (x <= 0)


def elu_kinks(alpha: float) -> tuple[Kink, ...]:
    """At zero the curvature jumps from alpha to 0, and unless alpha is 1 the slope from alpha to 1."""
    bend = Kink(0.0, alpha, 0.0, order=2)
    return (bend,) if alpha == 1.0 else (Kink(0.0, alpha, 1.0), bend)


def softplus_value(x: Array, beta: float) -> Array:
    """log1p(exp(beta x))/beta; x itself where exp overflows."""
    z, low = scaled(beta, x)
    y = np.log1p(exp_sum(z, low))
    if beta != 1.0:  # where exp is subnormal its quotient need not be
        y = np.where(z < DEEP, times_exp((1.0 + low) / beta, np.minimum(z, 0.0)), y / beta)
    return np.where(z > -DEEP, x, y) if z.max(initial=0.0) > -DEEP else y


def softplus_slope(x: Array, beta: float) -> Array:
    """sigmoid(beta x)."""
    z, low = scaled(beta, x)
    return logistic(z, exp_sum(z, low))


def softplus_curvature(x: Array, beta: float) -> Array:
    """beta sigmoid'(beta x)."""
    a, low = scaled(beta, np.abs(x))
    return times_exp(beta * (1.0 - low) / (1.0 + np.exp(-a)) ** 2, -a)


def swish_value(x: Array, beta: float) -> Array:
    """x sigmoid(beta x)."""
    z, low = scaled(beta, x)
    y = x / (1.0 + exp_sum(-z, -low))
    if z.min(initial=0.0) < DEEP:
        y = np.where(z < DEEP, times_exp(x, np.minimum(z, 0.0)) * (1.0 + low), y)
    return y


def swish_slope(x: Array, beta: float) -> Array:
    """The slope of silu at z = beta x, about its root r: (d e - expm1(-d))/(1 + e)^2, d = z - r, e = exp(-z).

    The textbook numerator 1 + e (1 + z) cancels near r; here both terms have d's sign.
    """
    z, low = scaled(beta, x)
    e = exp_sum(-z, -low)
    d = (z - SILU_DIP[0]) + (low - SILU_DIP[1])
    t = 1.0 + e
    y = (d * e - np.expm1(-d)) / (t * t)
    if z.min(initial=0.0) < SILU_FADED:
        y = np.where(z < SILU_FADED, times_exp((1.0 + z) * (1.0 + low), np.minimum(z, 0.0)), y)
    return y


def swish_curvature(x: Array, beta: float) -> Array:
    """beta times the curvature of silu at a = abs(beta x), even in x; a series about its root, 2.399."""
    a, low = scaled(abs(beta), np.abs(x))
    e = exp_sum(-a, -low)
    d = 1.0 + e
    q = beta * ((2.0 - a) + e * (2.0 + a)) / (d * d * d)
    y = q * e
    if a.max(initial=0.0) > -DEEP:
        y = np.where(a > -DEEP, times_exp(q * (1.0 - low), -a), y)
    return SILU_CURVATURE.mend(y, a, low, beta)


def swish_limits(beta: float) -> Limits:
    """A rectifier opening to the side of beta's sign; the line x/2 for beta = 0."""
    if beta == 0.0:
        return (-INF, 0.5, 0.0), (INF, 0.5, 0.0)
    closed = (0.0, 0.0, 0.0)
    return (closed, (INF, 1.0, 0.0)) if beta > 0 else ((-INF, 1.0, 0.0), closed)


def mish_value(x: Array) -> Array:
    """x/(1 + 2/(w (w + 2))) with w = exp(x), which is x tanh(softplus x)."""
    w = np.exp(x)
    y = x / (1.0 + 2.0 / (w * (w + 2.0)))
    return np.where(x < DEEP, times_exp(x, np.minimum(x, 0.0)), y) if x.min(initial=0.0) < DEEP else y


def mish_slope(x: Array) -> Array:
    """w (4(1 + x) + w (6 + 4x + w (4 + w)))/t^2 with w = exp(x), t = 2 + 2w + w^2; a series about its root, -1.192.

    Right of zero the same as 1 - 2(t - 2x w (1 + w))/t^2, where the fraction is small.
    """
    w = np.exp(x)
    n = w * (2.0 + w)
    square = 4.0 * (1.0 + n) + n * n
    y = w * (4.0 * (1.0 + x) + w * ((6.0 + 4.0 * x) + w * (4.0 + w))) / square
    right = 1.0 - 2.0 * ((2.0 + n) - 2.0 * x * w * (1.0 + w)) / square
    y += (right - y) * (x > 0)  # exact, since there they differ by a few units in the last place
    if x.min(initial=0.0) < DEEP or x.max(initial=0.0) > MISH_STRAIGHT:
        left = np.clip(x, -FAR, 0.0)
        y = np.where(x > MISH_STRAIGHT, 1.0, np.where(x < DEEP, times_exp(1.0 + left, left), y))
    return MISH_SLOPE.mend(y, x)


def mish_curvature(x: Array) -> Array:
    """The curvature on each side as a rational function of exp(-abs x); series about its roots, -2.257 and 1.491."""
    x = np.clip(x, -FAR, FAR)
    e = np.exp(-np.abs(x))
    inner = (8.0 + 2.0 * x) + e * ((6.0 - 3.0 * x) + e * (2.0 - 2.0 * x))
    d = 2.0 + e * (2.0 + e)
    left = 4.0 * e * ((4.0 + 2.0 * x) + e * inner) / (d * d * d)
    inner = (6.0 - 3.0 * x) + e * ((8.0 + 2.0 * x) + e * (4.0 + 2.0 * x))
    d = 1.0 + e * (2.0 + 2.0 * e)
    right = 4.0 * e * ((2.0 - 2.0 * x) + e * inner) / (d * d * d) * e
    y = left * (x <= 0) + right * (x > 0)
    if x.min(initial=0.0) < DEEP:
        y = np.where(x < DEEP, times_exp(2.0 + x, np.minimum(x, 0.0)), y)
    return MISH_CURVATURE_RIGHT.mend(MISH_CURVATURE_LEFT.mend(y, x), x)


SMOOTH = (
    Activation(
        name="elu",
        family="smooth rectifier",
        summary="x right of zero, an exponential approach to -alpha left of it",
        formula=r"x \;(x > 0),\quad \alpha (e^{x} - 1) \;(x \leq 0)",
        plain="x if x > 0 else alpha*(exp(x) - 1)",
        definition=lambda m, x, alpha: m.where(x > 0, x, alpha * (m.exp(x) - 1)),
        kernels=(elu_value, elu_slope, elu_curvature),
        limits=lambda alpha: ((-alpha, 0.0, 0.0), (INF, 1.0, 0.0)),
        reference=Reference(
            "Clevert, Unterthiner, Hochreiter",
            2016,
            "Fast and Accurate Deep Network Learning by Exponential Linear Units (ELUs)",
        ),
        parameters=(
            Parameter(
                "alpha", r"\alpha", 1.0, "minus the limit on the left", low=0.0, open_low=True, aliases=("lambda",)
            ),
        ),
        kinks=elu_kinks,
    ),
    Activation(
        name="swish",
        family="self-gated",
        summary="x times a sigmoid of beta x; silu for beta = 1",
        formula=r"x\,\sigma(\beta x)",
        plain="x/(1 + exp(-beta*x))",
        definition=lambda m, x, beta: x / (1 + m.exp(-beta * x)),
        kernels=(swish_value, swish_slope, swish_curvature),
        limits=swish_limits,
        reference=Reference("Ramachandran, Zoph, Le", 2017, "Searching for Activation Functions"),
        parameters=(Parameter("beta", r"\beta", 1.0, "steepness of the gate", aliases=("alpha",)),),
        aliases={"silu": {"beta": 1.0}},
    ),
    Activation(
        name="softplus",
        family="smooth rectifier",
        summary="a smooth ReLU, the integral of the sigmoid",
        formula=r"\frac{1}{\beta}\ln(1 + e^{\beta x})",
        plain="log(1 + exp(beta*x))/beta",
        definition=lambda m, x, beta: m.log(1 + m.exp(beta * x)) / beta,
        kernels=(softplus_value, softplus_slope, softplus_curvature),
        limits=lambda beta: ((0.0, 0.0, 0.0), (INF, 1.0, 0.0)),
        reference=Reference(
            "Dugas, Bengio, Belisle, Nadeau, Garcia",
            2001,
            "Incorporating Second-Order Functional Knowledge for Better Option Pricing",
        ),
        parameters=(Parameter("beta", r"\beta", 1.0, "sharpness of the bend", low=0.0, open_low=True),),
        aliases={"soft_relu": {}},
    ),
    Activation(
        name="mish",
        family="self-gated",
        summary="x times tanh of softplus",
        formula=r"x \tanh(\ln(1 + e^{x}))",
        plain="x*tanh(log(1 + exp(x)))",
        definition=lambda m, x: x * m.tanh(m.log(1 + m.exp(x))),
        kernels=(mish_value, mish_slope, mish_curvature),
        limits=lambda: ((0.0, 0.0, 0.0), (INF, 1.0, 0.0)),
        reference=Reference("Misra", 2019, "Mish: A Self Regularized Non-Monotonic Activation Function"),
    ),
)
