# ruff: noqa: PLW0108 (a bare np.exp would import numpy here)
"""Elementary functions with their first two derivatives, as kernels over float64 arrays.

Where a derivative tends to 0 only as a power of u, it is NaN at an infinite u: there u came from an
overflow and 0 times its own derivative would be a guess.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from actviz import _numpy as np
from actviz import normal
from actviz.arithmetic import times_exp
from actviz.catalogue.sigmoidal import tanh_curvature, tanh_slope

if TYPE_CHECKING:
    from collections.abc import Callable

    from actviz.activation import Array

LN2, LN10 = math.log(2.0), math.log(10.0)
TWO_OVER_ROOT_PI = 2.0 / math.sqrt(math.pi)

ERF_REACH = 28.0
"""exp(-28^2), times anything that erf's derivatives hold, is 0 in float64."""


@dataclass(frozen=True, slots=True)
class Elementary:
    """An elementary function: `value(u)`, then `slope(u, v)` and `curvature(u, v)` given v = value(u).

    The second derivative is `curvature` times `rest`, apart because their product can underflow where
    each times u' does not. `latex` is how the function is set before a bracket.
    """

    value: Callable[[Any], Any]
    slope: Callable[[Array, Array], Array]
    curvature: Callable[[Array, Array], Array]
    latex: str = ""
    rest: Callable[[Array, Array], Array] = lambda u, v: np.ones_like(u)


def faded(u: Array, derivative: Array) -> Array:
    """`derivative`, NaN where u is infinite."""
    return np.where(np.isinf(u), np.nan, derivative)


def logarithm(base: float, value: Callable[[Any], Any], latex: str) -> Elementary:
    """The logarithm whose base has the natural logarithm `base`."""
    return Elementary(
        value,
        lambda u, v: faded(u, 1.0 / np.abs(u) / base),
        lambda u, v: faded(u, -1.0 / u / base),
        latex,
        lambda u, v: 1.0 / u,
    )


def arc_slope(u: Array) -> Array:
    """1/sqrt(1 - u^2) with the difference factored, so that it does not cancel near 1."""
    return 1.0 / np.sqrt((1.0 - u) * (1.0 + u))


def atan_slope(u: Array, v: Array) -> Array:
    """1/(1 + u^2)."""
    return faded(u, 1.0 / (1.0 + u * u))


def erf(u: Any) -> Any:
    """The error function of an array or a number; numpy has none."""
    return normal.erf(np.asarray(u, dtype=np.float64))[()]


def erf_slope(u: Array, v: Array) -> Array:
    """2/sqrt(pi) exp(-u^2)."""
    return bell(u, np.full_like(u, TWO_OVER_ROOT_PI))


def erf_curvature(u: Array, v: Array) -> Array:
    """-2u erf'(u)."""
    return bell(u, -2.0 * TWO_OVER_ROOT_PI * np.clip(u, -ERF_REACH, ERF_REACH))


def bell(u: Array, height: Array) -> Array:
    """height * exp(-u^2), the square's rounding error put back."""
    far, low = normal.half_square(np.clip(u, -ERF_REACH, ERF_REACH))
    return times_exp(height + height * (2.0 * low), 2.0 * far)


ELEMENTARY: dict[str, Elementary] = {
    "exp": Elementary(lambda u: np.exp(u), lambda u, v: v, lambda u, v: v, r"\exp"),
    "expm1": Elementary(lambda u: np.expm1(u), lambda u, v: np.exp(u), lambda u, v: np.exp(u), r"\operatorname{expm1}"),
    "log": logarithm(1.0, lambda u: np.log(u), r"\ln"),
    "log1p": Elementary(
        lambda u: np.log1p(u),
        lambda u, v: faded(u, 1.0 / (1.0 + u)),
        lambda u, v: faded(u, -1.0 / (1.0 + u)),
        r"\operatorname{log1p}",
        lambda u, v: 1.0 / (1.0 + u),
    ),
    "sqrt": Elementary(
        lambda u: np.sqrt(u),
        lambda u, v: faded(u, 0.5 / v),
        lambda u, v: faded(u, -0.25 / v),
        r"\sqrt",
        lambda u, v: 1.0 / u,
    ),
    "sin": Elementary(lambda u: np.sin(u), lambda u, v: np.cos(u), lambda u, v: -v, r"\sin"),
    "cos": Elementary(lambda u: np.cos(u), lambda u, v: -np.sin(u), lambda u, v: -v, r"\cos"),
    "tan": Elementary(lambda u: np.tan(u), lambda u, v: 1.0 + v * v, lambda u, v: 2.0 * v * (1.0 + v * v), r"\tan"),
    "sinh": Elementary(lambda u: np.sinh(u), lambda u, v: np.cosh(u), lambda u, v: v, r"\sinh"),
    "cosh": Elementary(lambda u: np.cosh(u), lambda u, v: np.sinh(u), lambda u, v: v, r"\cosh"),
    "tanh": Elementary(lambda u: np.tanh(u), lambda u, v: tanh_slope(u), lambda u, v: tanh_curvature(u), r"\tanh"),
    "asin": Elementary(
        lambda u: np.arcsin(u), lambda u, v: arc_slope(u), lambda u, v: u * arc_slope(u) ** 3, r"\arcsin"
    ),
    "acos": Elementary(
        lambda u: np.arccos(u), lambda u, v: -arc_slope(u), lambda u, v: -u * arc_slope(u) ** 3, r"\arccos"
    ),
    "atan": Elementary(
        lambda u: np.arctan(u), atan_slope, lambda u, v: -2.0 * u * atan_slope(u, v), r"\arctan", atan_slope
    ),
    "erf": Elementary(erf, erf_slope, erf_curvature, r"\operatorname{erf}"),
}
"""What an expression may call, by mpmath's names."""

ALIASES = {"arcsin": "asin", "arccos": "acos", "arctan": "atan", "ln": "log"}
"""Other spellings of them."""

NUMPY_ELEMENTARY: dict[str, Elementary] = ELEMENTARY | {
    "exp2": Elementary(lambda u: np.exp2(u), lambda u, v: LN2 * v, lambda u, v: LN2 * LN2 * v),
    "log2": logarithm(LN2, lambda u: np.log2(u), ""),
    "log10": logarithm(LN10, lambda u: np.log10(u), ""),
    "cbrt": Elementary(
        lambda u: np.cbrt(u),
        lambda u, v: faded(u, 1.0 / (3.0 * v * v)),
        lambda u, v: faded(u, -2.0 / (9.0 * v * v)),
        rest=lambda u, v: 1.0 / u,
    ),
    "square": Elementary(lambda u: u * u, lambda u, v: 2.0 * u, lambda u, v: np.full_like(u, 2.0)),
    "reciprocal": Elementary(lambda u: 1.0 / u, lambda u, v: -v * v, lambda u, v: 2.0 * v * v, rest=lambda u, v: v),
    "arcsinh": Elementary(
        lambda u: np.arcsinh(u),
        lambda u, v: faded(u, 1.0 / np.hypot(1.0, u)),
        lambda u, v: faded(u, -u / np.hypot(1.0, u) / np.hypot(1.0, u)),
        rest=lambda u, v: 1.0 / np.hypot(1.0, u),
    ),
}
"""What ordinary numpy code may call besides, by numpy's names."""
