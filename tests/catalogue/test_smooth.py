"""Where the kernels of the smooth rectifiers go from one formula to another."""

from __future__ import annotations

import math

import mpmath
import numpy as np
import oracle
import pytest

import actviz
from actviz.arithmetic import DEEP
from actviz.catalogue import smooth
from actviz.catalogue.root_series import MISH_CURVATURE_LEFT, MISH_CURVATURE_RIGHT, MISH_SLOPE, SILU_CURVATURE

BOUND = (4.0, 6.0, 10.0)

SERIES = {
    "silu": [SILU_CURVATURE],
    "mish": [MISH_SLOPE, MISH_CURVATURE_LEFT, MISH_CURVATURE_RIGHT],
}


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "elu", "silu", "softplus", "mish"])
def test_where_one_formula_hands_over_to_another_both_are_right(name: str) -> None:
    seams = [DEEP, DEEP / 2, -DEEP, smooth.SILU_FADED, smooth.MISH_STRAIGHT]
    seams += [s.high + side * s.radius for s in SERIES.get(name, []) for side in (-1, 1)]
    for seam in seams:
        for x in (seam, math.nextafter(seam, -math.inf), math.nextafter(seam, math.inf), seam - 0.01, seam + 0.01):
            for order, wanted in enumerate(oracle.truth(actviz.get(name), x)):
                got = float(actviz.get(name).derivative(x, order))
                assert oracle.ulps(got, wanted) <= BOUND[order], (x, order, got, float(wanted))


def test_the_dip_of_silu_is_the_root_of_its_slope() -> None:
    high, low = smooth.SILU_DIP
    with mpmath.workdps(50):
        x = mpmath.mpf(high) + mpmath.mpf(low)
        assert abs(1 + mpmath.exp(-x) * (1 + x)) < mpmath.mpf(2) ** -104


@pytest.mark.parametrize("beta", [1.0, 1.702, -0.3, 40.0])
def test_the_slope_of_swish_keeps_its_digits_beside_its_root(beta: float) -> None:
    activation = actviz.get("swish", beta=beta)
    for step in (0.0, 1e-15, -1e-12, 1e-9, -1e-6, 1e-3, -0.1, 0.3):
        x = (smooth.SILU_DIP[0] + step) / beta
        wanted = oracle.truth(activation, x)[1]
        assert oracle.ulps(float(activation.derivative(x)), wanted) <= BOUND[1], (x, float(wanted))


@pytest.mark.parametrize("beta", [1e-310, 1e-200, 1e200, 1e300, -1e300, -1e-310, 0.0])
def test_a_beta_of_any_size_serves(beta: float) -> None:
    activation = actviz.get("swish", beta=beta)
    scale = 1 / abs(beta) if abs(beta) > 1e-300 else 1e300
    for order in (0, 1, 2):
        for x in np.multiply([-1e3, -1.3, -1e-9, 1e-9, 0.7, 30.0], scale).tolist():
            got, wanted = float(activation.derivative(x, order)), oracle.truth(activation, x)[order]
            if abs(wanted) >= oracle.TINY:
                assert oracle.ulps(got, wanted) <= BOUND[order], (x, order, got, float(wanted))
            else:
                assert abs(got) < 1e-300
