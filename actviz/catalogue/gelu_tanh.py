"""GELU approximated by tanh of a cubic: x sigmoid(v), the gate's exponent v held as two floats."""

from __future__ import annotations

from typing import TYPE_CHECKING

from actviz import _numpy as np
from actviz.activation import Activation
from actviz.arithmetic import DEEP, times_exp
from actviz.catalogue.gelus import GELU, RISING
from actviz.catalogue.root_series import GELU_TANH_CURVATURE, GELU_TANH_SLOPE
from actviz.normal import both_sides, magnitude, with_error

if TYPE_CHECKING:
    from actviz.activation import Array

LINEAR = (1.5957691216026433, 3.0874305383944692e-12)
"""2 sqrt(2/pi) as a number of 35 binary places and the rest."""

CUBIC = (0.07135391235351562, 9.03919084620272e-07)
"""0.044715 times that, as a number of 19 binary places and the rest."""

V1, V3 = sum(LINEAR), sum(CUBIC)
"""The gate's exponent is V1 x + V3 x^3."""

REACH = 23.0
"""The function is x or 0 beyond: there the gate's exponent is 905."""

TO_GRID = 1.5 * 2.0**44
"""Added and taken away again it leaves a multiple of 2^-8, of 13 bits up to REACH."""


def gate(t: Array) -> tuple[Array, Array]:
    """-2 sqrt(2/pi)(t + 0.044715 t^3) rounded, and its rounding error, for t from 0 to REACH.

    On the grid every step is exact, for `high` has 10 binary digits before the point and 43 behind it.
    """
    grid = t + TO_GRID
    grid -= TO_GRID
    square = grid * grid
    high, low = -CUBIC[0] * square, -CUBIC[1] * square
    high -= LINEAR[0]
    high *= grid
    low -= LINEAR[1]
    low *= grid
    rest = t + grid
    rest *= t
    rest += square
    rest *= -V3
    rest -= V1
    rest *= np.subtract(t, grid, out=grid)
    low += rest
    v = high + low
    high -= v
    low += high
    return v, low


def gate_slope(a: Array) -> Array:
    """The gate's derivative 2 sqrt(2/pi)(1 + 3 * 0.044715 a^2), rounded once, for a from 0 to REACH."""
    grid = a + TO_GRID
    grid -= TO_GRID
    square = grid * grid
    rest = LINEAR[1] + 3.0 * CUBIC[1] * square
    rest += 3.0 * V3 * ((a - grid) * (a + grid))
    return (LINEAR[0] + 3.0 * CUBIC[0] * square) + rest


def times_given_exp(q: Array, x: Array, e: Array) -> Array:
    """times_exp(q, x) where e = exp(x) is known already."""
    return q * e if x.min(initial=0.0) >= DEEP else times_exp(q, x)


def gelu_tanh_value(x: Array) -> Array:
    """x sigmoid(v) with v the gate's exponent: left of zero as it is, right of it x less the same at -x."""
    t = magnitude(x, REACH)
    v, low = gate(t)
    e = np.exp(v)
    t /= 1.0 + e
    y = x * (x > 0)  # -0.0 on the left, where what is taken from it may be 0
    y -= times_given_exp(with_error(t, low), v, e)
    return y


def gelu_tanh_slope(x: Array) -> Array:
    """sigmoid(v) + x v' sigmoid'(v); a series about its root, -0.752."""
    t = magnitude(x, REACH)
    v, low = gate(t)
    e = np.exp(v)
    corrected = e * low
    corrected += e
    q = t * t
    q *= t
    q *= 2.0 * V3
    q -= low
    q -= v  # now t times the gate's slope
    q -= 1.0 + corrected
    square = 2.0 + corrected
    square *= corrected
    square += 1.0
    q /= square
    y = times_given_exp(with_error(q, low), v, e)
    return GELU_TANH_SLOPE.mend(both_sides(y, x), x)


def gelu_tanh_curvature(x: Array) -> Array:
    """sigmoid'(v) (2v' + x v'' - x v'^2 tanh(v/2)), even in x; a series about its root, 1.419."""
    t = magnitude(x, REACH)
    v, low = gate(t)
    e = np.exp(v)
    e += e * low
    rising = 2.0 * V1 + 12.0 * V3 * (t * t)
    falling = t * gate_slope(t) ** 2
    q = (rising - falling) + e * (rising + falling)
    q /= 1.0 + e * (3.0 + e * (3.0 + e))
    return GELU_TANH_CURVATURE.mend(times_exp(with_error(q, low), v), np.abs(x))


GELU_TANH = (
    Activation(
        name="gelu_tanh",
        family="self-gated",
        summary="GELU approximated by tanh of a cubic",
        formula=r"\frac{x}{2}\left(1 + \tanh\left(\sqrt{\frac{2}{\pi}}\,(x + 0.044715\,x^3)\right)\right)",
        plain="x/2*(1 + tanh(sqrt(2/pi)*(x + 0.044715*x**3)))",
        definition=lambda m, x: x / 2 * (1 + m.tanh(m.sqrt(2 / m.pi) * (x + 0.044715 * x**3))),
        kernels=(gelu_tanh_value, gelu_tanh_slope, gelu_tanh_curvature),
        limits=lambda: RISING,
        reference=GELU,
        aliases={
            "gelu_new": {},
            "gelu_pytorch_tanh": {},
            "gelu_python_tanh": {},
            "gelu_fast": {},
            "gelu_approx": {},
            "gelu_accurate": {},
        },
    ),
)
