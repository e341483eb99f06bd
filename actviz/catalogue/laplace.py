"""The cumulative distribution of a normal law, as an activation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from actviz import _numpy as np
from actviz.activation import Activation, Parameter, Reference
from actviz.arithmetic import product_error, two_sum
from actviz.normal import cumulative, half_square

if TYPE_CHECKING:
    from actviz.activation import Array

DENSITY_AT_0 = 0.3989422804014327
"""1/sqrt(2 pi)."""

FAR = 55.0
"""exp(-55^2/4), the square root of what the density falls to, is 0 in float64."""


def standardised(x: Array, mu: float, sigma: float) -> tuple[Array, Array]:
    """(x - mu)/sigma rounded, and its rounding error, clipped where nothing of the density is left."""
    centred, lost = two_sum(x, -mu)
    z = np.clip(centred / sigma, -FAR, FAR)
    product = sigma * z
    low = ((centred - product) - product_error(sigma, z, product) + lost) / sigma
    return z, np.where(np.abs(low) < 1.0, low, 0.0)  # large where clipped, NaN where a product overflows


def density_root(z: Array, z_low: Array) -> tuple[Array, Array]:
    """The square root of exp(-z^2/2), which is no subnormal where its square counts, and the square's correction."""
    far, low = half_square(z)
    low -= z * z_low
    return np.exp(0.5 * far), 1.0 + low


def laplace_value(x: Array, mu: float, sigma: float) -> Array:
    """Phi((x - mu)/sigma)."""
    return cumulative(*standardised(x, mu, sigma))


def laplace_slope(x: Array, mu: float, sigma: float) -> Array:
    """phi((x - mu)/sigma)/sigma."""
    root, rest = density_root(*standardised(x, mu, sigma))
    return (DENSITY_AT_0 * rest * root / sigma) * root


def laplace_curvature(x: Array, mu: float, sigma: float) -> Array:
    """-(x - mu)/sigma times the slope/sigma."""
    z, z_low = standardised(x, mu, sigma)
    root, rest = density_root(z, z_low)
    return (-DENSITY_AT_0 * z * rest * root / sigma) * (root / sigma)


LAPLACE = (
    Activation(
        name="laplace",
        family="sigmoidal",
        summary="the share of a normal distribution below x: a smooth step",
        formula=r"\frac{1}{2}\left(1 + \mathrm{erf}\frac{x - \mu}{\sigma\sqrt{2}}\right)",
        plain="(1 + erf((x - mu)/(sigma*sqrt(2))))/2",
        definition=lambda m, x, mu, sigma: (1 + m.erf((x - mu) / (sigma * m.sqrt(2)))) / 2,
        kernels=(laplace_value, laplace_slope, laplace_curvature),
        limits=lambda mu, sigma: ((0.0, 0.0, 0.0), (1.0, 0.0, 0.0)),
        reference=Reference(
            "Ma, Zhou, Kong, He, Gui, Neubig, May, Zettlemoyer", 2023, "Mega: Moving Average Equipped Gated Attention"
        ),
        parameters=(
            Parameter("mu", r"\mu", 0.707107, "where f is 1/2"),
            Parameter("sigma", r"\sigma", 0.282095, "width of the step", low=0.0, open_low=True),
        ),
    ),
)
