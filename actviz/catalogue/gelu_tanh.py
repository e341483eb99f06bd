"""GELU approximated by tanh of a cubic: x sigmoid(v), the gate's exponent v held as two floats."""

from __future__ import annotations

from typing import TYPE_CHECKING

from actviz import _numpy as np
from actviz.activation import Activation
from actviz.arithmetic import times_exp
from actviz.catalogue.gelus import GELU, RISING
from actviz.catalogue.root_series import GELU_TANH_CURVATURE, GELU_TANH_SLOPE

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


def gate(a: Array) -> tuple[Array, Array]:
    """2 sqrt(2/pi)(a + 0.044715 a^3) rounded, and its rounding error, for a from 0 to REACH.

    On the grid every step is exact, for `high` has 10 binary digits before the point and 43 behind it.
    """
    grid = a + TO_GRID
    grid -= TO_GRID
    square = grid * grid
    high = grid * (LINEAR[0] + CUBIC[0] * square)
    low = grid * (LINEAR[1] + CUBIC[1] * square)
    square += a * (a + grid)
    low += (a - grid) * (V1 + V3 * square)
    v = high + low
    low -= v - high
    return v, low


def gate_slope(a: Array) -> Array:
    """The gate's derivative 2 sqrt(2/pi)(1 + 3 * 0.044715 a^2), rounded once, for a from 0 to REACH."""
    grid = a + TO_GRID
    grid -= TO_GRID
    square = grid * grid
    rest = LINEAR[1] + 3.0 * CUBIC[1] * square
    rest += 3.0 * V3 * ((a - grid) * (a + grid))
    return (LINEAR[0] + 3.0 * CUBIC[0] * square) + rest


def gelu_tanh_value(x: Array) -> Array:
    """x sigmoid(v) with v the gate's exponent."""
    v, low = gate(np.minimum(np.abs(x), REACH))
    q = np.maximum(x, -REACH) / (1.0 + np.exp(-v))
    return np.where(x < 0, times_exp(q - q * low, -v), q)


def gelu_tanh_slope(x: Array) -> Array:
    """sigmoid(v) + x v' sigmoid'(v); a series about its root, -0.752."""
    a = np.minimum(np.abs(x), REACH)
    v, low = gate(a)
    w = a * gate_slope(a)
    e = np.exp(-v)
    e -= e * low
    square = 1.0 + e * (2.0 + e)
    lessened = 1.0 + e
    lessened -= low * (lessened - w)
    y = np.where(x > 0, (1.0 + e * (1.0 + w)) / square, times_exp((lessened - w) / square, -v))
    return GELU_TANH_SLOPE.mend(y, x)


def gelu_tanh_curvature(x: Array) -> Array:
    """sigmoid'(v) (2v' + x v'' - x v'^2 tanh(v/2)), even in x; a series about its root, 1.419."""
    a = np.minimum(np.abs(x), REACH)
    v, low = gate(a)
    e = np.exp(-v)
    e -= e * low
    rising = 2.0 * V1 + 12.0 * V3 * (a * a)
    falling = a * gate_slope(a) ** 2
    q = (rising - falling) + e * (rising + falling)
    q -= low * q
    q /= 1.0 + e * (3.0 + e * (3.0 + e))
    return GELU_TANH_CURVATURE.mend(times_exp(q, -v), np.abs(x))


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
