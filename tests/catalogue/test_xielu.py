"""xIELU: the roots that move with its parameters, its three pieces, and its jump at 0."""

from __future__ import annotations

import decimal

import mpmath
import numpy as np
import oracle
import pytest

from actviz.activation import Activation
from actviz.catalogue.xielu import excess, left_side
from actviz.resolve import get

PAIRS = ((0.8, 0.5), (0.8, 0.4), (0.8, 0.1), (3.0, 1e-9), (1.0, 0.999), (1.0, 1.0 - 2.0**-53), (1e-300, 3e-301))
"""alpha_n above beta, so that the left side turns: near and far from 0."""


def xielu(**values: float) -> Activation:
    activation = get("xielu", **values)
    assert isinstance(activation, Activation)
    return activation


@pytest.mark.parametrize(("n", "beta"), PAIRS)
def test_the_roots_are_right_far_beyond_a_float(n: float, beta: float) -> None:
    left = left_side(n, beta, -1e-6)
    with mpmath.workdps(120):
        root = mpmath.mpf(left.zones[2][0]) + mpmath.mpf(left.zones[2][1])
        turn = mpmath.mpf(left.turn.high) + mpmath.mpf(left.turn.low)
        c = 1 - mpmath.mpf(beta) / mpmath.mpf(n)
        assert abs(mpmath.log(c) - turn) <= abs(turn) * mpmath.mpf(2) ** -100
        # One Newton step tells how far the root is.
        step = (mpmath.expm1(root) - c * root) / (mpmath.exp(root) - c)
        assert abs(step) <= abs(root) * mpmath.mpf(2) ** -100


@pytest.mark.parametrize(("n", "beta"), [*PAIRS, (0.8, 0.8), (0.8, 0.9), (0.8, 0.0)])
def test_value_and_slope_hold_their_digits_about_every_root(n: float, beta: float) -> None:
    activation = xielu(alpha_n=n, beta=beta, eps=-1e-15)
    left = left_side(n, beta, -1e-15)
    roots = [left.turn.high, left.zones[2][0]] if left.zones else [-1.0]
    x = np.unique([r * (1.0 + s) for r in roots for s in (*np.linspace(-0.99, 3.0, 60), *2.0 ** -np.arange(1.0, 53.0))])
    x = x[x < -1e-15]
    for order, bound in ((0, 4.0), (1, 6.0)):
        for point, got in zip(x.tolist(), activation.derivative(x, order).tolist(), strict=True):
            wanted = oracle.truth(activation, point)[order]
            assert oracle.ulps(got, wanted) <= (bound if abs(wanted) >= oracle.TINY else 4.0), (order, point)


def test_the_excess_of_an_exponential() -> None:
    y = np.concatenate([np.linspace(-3.0, 3.0, 121), [-1e-300, 1e-9, -1.6, 1.6, -700.0, 100.0]])
    y = y[y != 0]
    with mpmath.workdps(400):
        for point, got in zip(y.tolist(), excess(y).tolist(), strict=True):
            assert oracle.ulps(got, mpmath.expm1(point) / mpmath.mpf(point) - 1) <= 4.0, point


def test_f_jumps_at_0_from_the_middle_piece_to_0() -> None:
    activation = xielu()
    jump = next(k for k in activation.kinks(*activation.values) if k.order == 0)
    assert jump.left == activation(0.0) == pytest.approx(0.8 * np.expm1(-1e-6), rel=1e-15)
    assert jump.right == 0.0
    assert activation.derivative(0.0) == 0.0
    assert activation.derivative(-1e-7) == 0.5 - 0.8
    assert activation.derivative(1e-7) == pytest.approx(0.5)


def test_without_eps_only_the_curvature_jumps() -> None:
    activation = xielu(eps=0.0)
    assert [(k.x, k.order, k.left, k.right) for k in activation.kinks(*activation.values)] == [(0.0, 2, 0.8, 1.6)]
    assert xielu(eps=0.0, alpha_n=1.6).kinks(0.8, 1.6, 0.5, 0.0) == ()
    assert activation.derivative(0.0) == pytest.approx(0.5, rel=1e-15)


def test_the_constants_do_not_depend_on_the_callers_decimal_context() -> None:
    left_side.cache_clear()
    expected = left_side(0.7, 0.2, -1e-6)
    left_side.cache_clear()
    with decimal.localcontext(decimal.Context(prec=3, traps=[decimal.Inexact, decimal.Underflow])):
        assert left_side(0.7, 0.2, -1e-6) == expected


def test_a_line_for_a_left_side_without_an_exponential() -> None:
    activation = xielu(alpha_n=0.0)
    np.testing.assert_array_equal(activation(np.array([-2.0, -0.5, 0.5])), [-1.0, -0.25, 0.8 * 0.25 + 0.25])
