"""Functions made of tanh and cosh: tanhshrink and log cosh."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from actviz import _numpy as np
from actviz.activation import Activation, Reference
from actviz.arithmetic import horner
from actviz.catalogue.sigmoidal import tanh_curvature, tanh_slope, tanh_value

if TYPE_CHECKING:
    from actviz.activation import Array

INF = float("inf")

SHRINK_TOP = (4583103525.0, 349188840.0, 6891885.0, 42900.0, 65.0)
SHRINK_BOTTOM = (13749310575.0, 6547290750.0, 413513100.0, 7567560.0, 45045.0, 66.0)
"""x - tanh x = x^3 top(x^2)/bottom(x^2): Lambert's fraction tanh x = x/(1 + x^2/(3 + x^2/(5 + ...))), ten levels
deep, without common factors. All terms are positive, so nothing cancels; up to 1.5 it is within 2**-59 of the whole."""


def tanhshrink_value(x: Array) -> Array:
    """x - tanh x; below 1.5, where the difference cancels, by Lambert's continued fraction."""
    near = np.abs(x) < 1.5
    z = np.minimum(x * x, 2.25)
    small = x * (z * (horner(SHRINK_TOP, z) / horner(SHRINK_BOTTOM, z)))
    # A sum of which one term is 0: quicker than np.where, whose guesses fail.
    return np.copysign(small * near + (x - np.tanh(x)) * ~near, x)


def tanhshrink_slope(x: Array) -> Array:
    """tanh(x)^2."""
    t = np.tanh(x)
    return t * t


def tanhshrink_curvature(x: Array) -> Array:
    """2 tanh(x) sech(x)^2, the curvature of tanh turned over."""
    return -tanh_curvature(x)


def log_cosh_value(x: Array) -> Array:
    """log1p(cosh x - 1) below 1, abs x - ln 2 + log1p(exp(-2 abs x)) beyond; both from expm1(-abs x)."""
    a = np.abs(x)
    m = np.expm1(-a)
    e = 1.0 + m
    near = a < 1.0
    y = np.log1p(np.where(near, m * m / (2.0 * e), e * e))
    return np.where(near, y, (a - math.log(2.0)) + y)


HYPERBOLIC = (
    Activation(
        name="tanhshrink",
        family="shrinkage",
        summary="what tanh leaves of x; flat at zero",
        formula=r"x - \tanh x",
        plain="x - tanh(x)",
        definition=lambda m, x: x - m.tanh(x),
        kernels=(tanhshrink_value, tanhshrink_slope, tanhshrink_curvature),
        limits=lambda: ((-INF, 1.0, 0.0), (INF, 1.0, 0.0)),
        reference=Reference(
            "Collobert, Kavukcuoglu, Farabet", 2011, "Torch7: A Matlab-like Environment for Machine Learning"
        ),
    ),
    Activation(
        name="log_cosh",
        family="elementary",
        summary="the integral of tanh: x^2/2 near zero, abs(x) - ln 2 far from it",
        formula=r"\ln \cosh x",
        plain="log(cosh(x))",
        definition=lambda m, x: m.log(m.cosh(x)),
        kernels=(log_cosh_value, tanh_value, tanh_slope),
        limits=lambda: ((INF, -1.0, 0.0), (INF, 1.0, 0.0)),
        reference=Reference(
            "Green", 1990, "Bayesian Reconstructions from Emission Tomography Data Using a Modified EM Algorithm"
        ),
        aliases={"ln_cosh": {}},
    ),
)
