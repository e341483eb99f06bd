"""Smooth relations of ReLU: ELU, softplus, swish, mish."""

from __future__ import annotations

from typing import TYPE_CHECKING

from actviz import _numpy as np
from actviz.activation import Activation, Kink, Limits, Parameter, Reference
from actviz.arithmetic import times_exp, two_product
from actviz.catalogue.root_series import (
    MISH_CURVATURE_LEFT,
    MISH_CURVATURE_RIGHT,
    MISH_SLOPE,
    SILU_CURVATURE,
    SILU_SLOPE,
)

if TYPE_CHECKING:
    from actviz.activation import Array

INF = float("inf")

FAR = 1e4
"""exp(-FAR) is 0 in float64, by a factor of ten in the exponent; beyond it only signs matter."""


def scaled(beta: float, x: Array) -> tuple[Array, Array]:
    """beta * x with its rounding error, clipped to where exp can tell the difference."""
    if beta == 1.0:
        return x, np.zeros_like(x)
    z, low = two_product(beta, x)
    return np.clip(z, -FAR, FAR), np.where(np.abs(z) < FAR, low, 0.0)


def decay(z: Array, low: Array) -> Array:
    """exp(-abs(z + low))."""
    return np.exp(-np.abs(z)) * (1.0 - np.sign(z) * low)


def elu_value(x: Array, alpha: float) -> Array:
    """x right of zero, alpha expm1(x) left of it."""
    return np.where(x > 0, x, alpha * np.expm1(np.where(x > 0, 0.0, x)))


def elu_slope(x: Array, alpha: float) -> Array:
    """1 right of zero, alpha exp(x) left of it and at it."""
    return np.where(x > 0, 1.0, times_exp(alpha, np.minimum(x, 0.0)))


def elu_curvature(x: Array, alpha: float) -> Array:
    """0 right of zero, alpha exp(x) left of it and at it."""
    return np.where(x > 0, 0.0, times_exp(alpha, np.minimum(x, 0.0)))


def elu_kinks(alpha: float) -> tuple[Kink, ...]:
    """At zero the curvature jumps from alpha to 0, and unless alpha is 1 the slope from alpha to 1."""
    bend = Kink(0.0, alpha, 0.0, order=2)
    return (bend,) if alpha == 1.0 else (Kink(0.0, alpha, 1.0), bend)


def softplus_value(x: Array, beta: float) -> Array:
    """max(x, 0) + log1p(exp(-abs(beta x)))/beta."""
    z, low = scaled(beta, x)
    tail = np.log1p(decay(z, low)) / beta
    left = np.where(z < -40.0, times_exp((1.0 + low) / beta, np.minimum(z, 0.0)), tail)
    return np.where(x > 0, x + tail, left)


def softplus_slope(x: Array, beta: float) -> Array:
    """sigmoid(beta x)."""
    z, low = scaled(beta, x)
    e = decay(z, low)
    return np.where(z < 0, e, 1.0) / (1.0 + e)


def softplus_curvature(x: Array, beta: float) -> Array:
    """beta sigmoid'(beta x)."""
    z, low = scaled(beta, x)
    q = beta * (1.0 - np.sign(z) * low) / (1.0 + np.exp(-np.abs(z))) ** 2
    return times_exp(q, -np.abs(z))


def swish_value(x: Array, beta: float) -> Array:
    """x sigmoid(beta x)."""
    z, low = scaled(beta, x)
    q = x / (1.0 + decay(z, low))
    return np.where(z < 0, times_exp(q * (1.0 + low), np.minimum(z, 0.0)), q)


def swish_slope(x: Array, beta: float) -> Array:
    """The slope of silu at beta x; a series about its root, -1.278."""
    z, low = scaled(beta, x)
    e = decay(z, low)
    square = (1.0 + e) ** 2
    left = times_exp((1.0 + z + e) * (1.0 + low) / square, np.minimum(z, 0.0))
    y = np.where(z < 0, left, (1.0 + e * (1.0 + z)) / square)
    return SILU_SLOPE.mend(y, z, low)


def swish_curvature(x: Array, beta: float) -> Array:
    """beta times the curvature of silu at beta x, even in x; a series about its root, 2.399."""
    z, low = scaled(beta, x)
    a = np.abs(z)
    low = np.sign(z) * low
    e = np.exp(-a) * (1.0 - low)
    q = ((2.0 - a) + e * (2.0 + a)) * (1.0 - low) / (1.0 + e) ** 3
    return SILU_CURVATURE.mend(times_exp(beta * q, -a), a, low, beta)


def swish_limits(beta: float) -> Limits:
    """A rectifier opening to the side of beta's sign; the line x/2 for beta = 0."""
    if beta == 0.0:
        return (-INF, 0.5, 0.0), (INF, 0.5, 0.0)
    closed = (0.0, 0.0, 0.0)
    return (closed, (INF, 1.0, 0.0)) if beta > 0 else ((-INF, 1.0, 0.0), closed)


def mish_value(x: Array) -> Array:
    """x tanh(softplus x) as a rational function of exp(-abs x)."""
    e = np.exp(-np.abs(x))
    left = times_exp(x * ((2.0 + e) / (2.0 + e * (2.0 + e))), np.minimum(x, 0.0))
    right = x * ((1.0 + 2.0 * e) / (1.0 + e * (2.0 + 2.0 * e)))
    return np.where(x > 0, right, left)


def mish_slope(x: Array) -> Array:
    """The slope on each side as a rational function of exp(-abs x); a series about its root, -1.192."""
    x = np.clip(x, -FAR, FAR)
    e = np.exp(-np.abs(x))
    numerator = 4.0 * (1.0 + x) + e * ((6.0 + 4.0 * x) + e * (4.0 + e))
    left = times_exp(numerator / (2.0 + e * (2.0 + e)) ** 2, np.minimum(x, 0.0))
    top = 1.0 + e * (4.0 + e * ((6.0 + 4.0 * x) + e * 4.0 * (1.0 + x)))
    right = top / (1.0 + e * (2.0 + 2.0 * e)) ** 2
    return MISH_SLOPE.mend(np.where(x > 0, right, left), x)


def mish_curvature(x: Array) -> Array:
    """The curvature likewise; series about its roots, -2.257 and 1.491."""
    x = np.clip(x, -FAR, FAR)
    e = np.exp(-np.abs(x))
    inner = (8.0 + 2.0 * x) + e * ((6.0 - 3.0 * x) + e * (2.0 - 2.0 * x))
    q = 4.0 * ((4.0 + 2.0 * x) + e * inner) / (2.0 + e * (2.0 + e)) ** 3
    left = times_exp(q, np.minimum(x, 0.0))
    inner = (6.0 - 3.0 * x) + e * ((8.0 + 2.0 * x) + e * (4.0 + 2.0 * x))
    q = 4.0 * ((2.0 - 2.0 * x) + e * inner) / (1.0 + e * (2.0 + 2.0 * e)) ** 3
    right = times_exp(q, -2.0 * np.abs(x))
    y = MISH_CURVATURE_LEFT.mend(np.where(x > 0, right, left), x)
    return MISH_CURVATURE_RIGHT.mend(y, x)


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
