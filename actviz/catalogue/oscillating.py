"""Functions that oscillate without end: sinc and snake.

Between their many roots they are exact to a few ULP; at a root of a slope or curvature the error stays a few
roundings of x, which the condition number there makes many units of a vanishing result.
"""

from __future__ import annotations

import math
import sys
from typing import TYPE_CHECKING

from actviz import _numpy as np
from actviz.activation import Activation, Parameter, Reference
from actviz.arithmetic import horner, product_error

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from actviz.activation import Array

INF, NAN = float("inf"), float("nan")

NEAR = 2.0
"""Within this sinc' and sinc'' are summed as power series: their closed forms cancel near zero."""

TERMS = range(1, 14)
"""At 2 the term after these is below 2**-58 of sinc'."""

SINC_SLOPE = tuple((-1.0) ** k * 2 * k / math.factorial(2 * k + 1) for k in TERMS)
SINC_CURVATURE = tuple((-1.0) ** k * 2 * k * (2 * k - 1) / math.factorial(2 * k + 1) for k in TERMS)
"""Coefficients of sinc'(x)/x and of sinc''(x) in powers of x^2."""


def sinc_value(x: Array) -> Array:
    """sin(x)/x, and 1 at zero."""
    return np.where(x == 0, 1.0, np.sin(x) / np.where(x == 0, 1.0, x))


def parted(x: Array) -> tuple[NDArray[np.bool_], Array, Array]:
    """Which x are near zero, the squares of these, and x with the others moved out to NEAR."""
    a = np.abs(x)
    return a < NEAR, np.minimum(x * x, NEAR * NEAR), np.copysign(np.maximum(a, NEAR), x)


def sinc_slope(x: Array) -> Array:
    """(cos x - sinc x)/x, by its series near zero."""
    near, square, far = parted(x)
    # A sum of which one term is 0: quicker than np.where, whose guesses fail.
    return x * horner(SINC_SLOPE, square) * near + (np.cos(far) - np.sin(far) / far) / far * ~near


def sinc_curvature(x: Array) -> Array:
    """-sinc x - 2 sinc'(x)/x, by its series near zero."""
    near, square, far = parted(x)
    s = np.sin(far) / far
    return horner(SINC_CURVATURE, square) * near - (s + 2.0 * ((np.cos(far) - s) / far) / far) * ~near


def wave(x: Array, a: float) -> tuple[Array, Array]:
    """Sine and cosine of a x, the product's rounding error put back; where it would overflow, of an x further in."""
    if a == 1.0:
        return np.sin(x), np.cos(x)
    reach = 0.5 * sys.float_info.max / a
    near = np.clip(x, -reach, reach)
    z = a * near
    low = product_error(a, near, z)
    s, c, turn, rest = np.sin(z), np.cos(z), np.sin(low), np.cos(low)
    return s * rest + c * turn, c * rest - s * turn


def snake_value(x: Array, a: float) -> Array:
    """x + sin(a x)^2/a, which has the sign of x: so has its zero."""
    s, _ = wave(x, a)
    return np.copysign(x + s * s / a, x)


def snake_slope(x: Array, a: float) -> Array:
    """1 + sin(2a x) as the square of sin(a x) + cos(a x), which is right at its double roots."""
    s, c = wave(x, a)
    s += c
    return s * s


def snake_curvature(x: Array, a: float) -> Array:
    """2a cos(2a x), factored."""
    s, c = wave(x, a)
    return a * (2.0 * ((c - s) * (c + s)))


OSCILLATING = (
    Activation(
        name="sinc",
        family="elementary",
        summary="a wave that dies like 1/x; 1 at zero",
        formula=r"\frac{\sin x}{x}",
        plain="sin(x)/x",
        definition=lambda m, x: m.sinc(x),
        kernels=(sinc_value, sinc_slope, sinc_curvature),
        limits=lambda: ((0.0, 0.0, 0.0), (0.0, 0.0, 0.0)),
        reference=Reference(
            "Woodward, Davies", 1952, "Information Theory and Inverse Probability in Telecommunication"
        ),
    ),
    Activation(
        name="snake",
        family="elementary",
        summary="x plus a wave, for what is periodic",
        formula=r"x + \frac{1}{a} \sin^{2}(a x)",
        plain="x + sin(a*x)**2/a",
        definition=lambda m, x, a: x + m.sin(a * x) ** 2 / a,
        kernels=(snake_value, snake_slope, snake_curvature),
        limits=lambda a: ((-INF, NAN, NAN), (INF, NAN, NAN)),
        reference=Reference(
            "Ziyin, Hartwig, Ueda", 2020, "Neural Networks Fail to Learn Periodic Functions and How to Fix It"
        ),
        parameters=(Parameter("a", "a", 1.0, "half the wave's frequency", low=0.0, open_low=True, aliases=("alpha",)),),
    ),
)
