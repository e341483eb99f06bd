"""Smooth bends made of a square root: squareplus and the bent identity."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from actviz import _numpy as np
from actviz.activation import Activation, Kink, Parameter, Reference
from actviz.catalogue.rectifiers import flat, relu_slope, relu_value

if TYPE_CHECKING:
    from actviz.activation import Array

INF = float("inf")

LARGE = 1e150
"""Up to here squares do not overflow, and from here on one more than a number's square has the same root."""


def hypotenuse(a: Array, square: float) -> Array:
    """sqrt(a^2 + square) for a >= 0 and square <= 1, some eight times as fast as hypot."""
    if a.max(initial=0.0) <= LARGE:
        return np.sqrt(a * a + square)
    near = np.minimum(a, LARGE)
    return np.maximum(np.sqrt(near * near + square), a)


def halved(x: Array, b: float) -> tuple[Array, Array, float, float]:
    """abs(x)/2 and sqrt(x^2 + b)/2 in a unit, then b/4 in that unit squared, then the unit itself.

    The unit is the power of two in which b is about 2^-58: then nothing overflows or underflows before the
    result does. Halves, because their sum does not overflow.
    """
    exponent = (math.frexp(b)[1] + 58) // 2
    square = math.ldexp(b, -2 * exponent - 2)
    half = np.abs(x) * math.ldexp(1.0, -exponent - 1)
    return half, hypotenuse(half, square), square, math.ldexp(1.0, exponent)


def squareplus_value(x: Array, b: float) -> Array:
    """max(x, 0) + (b/2)/(abs(x) + sqrt(x^2 + b)): where x < 0 the sum of the formula cancels."""
    if b == 0.0:
        return relu_value(x)
    half, s, square, unit = halved(x, b)
    return np.maximum(x, 0.0) + square * unit / (half + s)


def squareplus_slope(x: Array, b: float) -> Array:
    """f/sqrt(x^2 + b) left of zero, and 1 less that of -x right of it."""
    if b == 0.0:
        return relu_slope(x)
    half, s, square, _ = halved(x, b)
    return np.abs((x > 0) - 0.5 * square / (half + s) / s)


def squareplus_curvature(x: Array, b: float) -> Array:
    """(b/2)/sqrt(x^2 + b)^3."""
    if b == 0.0:
        return flat(x)
    _, s, square, unit = halved(x, b)
    return 0.25 * square / unit / s / s / s


def bent_value(x: Array) -> Array:
    """x (1 + x/(2 sqrt(x^2 + 1) + 2)): sqrt(x^2 + 1) - 1 cancels near zero."""
    return x * (1.0 + 0.5 * x / (hypotenuse(np.abs(x), 1.0) + 1.0))


def bent_slope(x: Array) -> Array:
    """1 + x/(2 sqrt(x^2 + 1))."""
    return 1.0 + 0.5 * x / hypotenuse(np.abs(x), 1.0)


def bent_curvature(x: Array) -> Array:
    """1/(2 sqrt(x^2 + 1)^3)."""
    near = np.clip(x, -LARGE, LARGE)
    square = near * near + 1.0
    return 0.5 / square / np.sqrt(square)


ALGEBRAIC = (
    Activation(
        name="squareplus",
        family="smooth rectifier",
        summary="a smooth ReLU without exponentials, one branch of a hyperbola",
        formula=r"\frac{x + \sqrt{x^{2} + b}}{2}",
        plain="(x + sqrt(x**2 + b))/2",
        definition=lambda m, x, b: (x + m.sqrt(x**2 + b)) / 2,
        kernels=(squareplus_value, squareplus_slope, squareplus_curvature),
        limits=lambda b: ((0.0, 0.0, 0.0), (INF, 1.0, 0.0)),
        reference=Reference("Barron", 2021, "Squareplus: A Softplus-Like Algebraic Rectifier"),
        parameters=(Parameter("b", "b", 4.0, "size of the bend; 0 gives ReLU", low=0.0),),
        kinks=lambda b: () if b else (Kink(0.0, 0.0, 1.0),),
    ),
    Activation(
        name="bent_identity",
        family="elementary",
        summary="a bent line: slope 1/2 far left, 3/2 far right",
        formula=r"\frac{\sqrt{x^{2} + 1} - 1}{2} + x",
        plain="(sqrt(x**2 + 1) - 1)/2 + x",
        definition=lambda m, x: (m.sqrt(x**2 + 1) - 1) / 2 + x,
        kernels=(bent_value, bent_slope, bent_curvature),
        limits=lambda: ((-INF, 0.5, 0.0), (INF, 1.5, 0.0)),
        # In use, and in Wikipedia's table, before any paper that is known to propose it.
        reference=Reference(
            "Kunc, Klema",
            2024,
            "Three Decades of Activations: A Comprehensive Survey of 400 Activation Functions for Neural Networks",
        ),
    ),
)
