"""Derivatives by differences: right within their own error, and able to disprove a wrong kernel."""

from __future__ import annotations

import math
from dataclasses import replace

import mpmath
import numpy as np
import oracle
import pytest
from hypothesis import given
from hypothesis import strategies as st

from actviz.activation import Activation, Kink
from actviz.analysis.derivatives import tabulate
from actviz.analysis.differences import Numerical, extrapolated, numerical_derivative, numerical_jacobian, rooms
from actviz.catalogue import RECORDS, find
from actviz.catalogue.softmax import VECTORS

SCALARS = [r for r in RECORDS if isinstance(r, Activation)]
FAR = [1e-310, -1e-300, 1e-9, -1e-9, 40.0, -40.0, -700.0, 1e4, -1e4, 1e15, -1e15, 1e300, -1e300]

STEEP = {"gelu": 9.0, "gelu_10": 9.0, "gelu_tanh": 9.0, "laplace": 3.5}
"""Beyond this x a slope that died like exp(-x^2) is a rise of wide steps that finer ones cannot see: the
column then claims fewer than nine digits."""


def get(name: str) -> Activation:
    record, _ = find(name)
    assert isinstance(record, Activation)
    return record


def points(activation: Activation) -> np.ndarray:
    kinks = [k.x for k in activation.kinks(*activation.values)]
    beside = [np.nextafter(k, side) for k in kinks for side in (-np.inf, np.inf)]
    near = [k + d for k in kinks for d in (-1e-3, -1e-7, 1e-7, 1e-3)]
    every = np.unique(np.concatenate([np.linspace(-12, 12, 97), kinks, beside, near, FAR]))
    # At a jump there is no derivative to compare with, nor beyond float64's largest number.
    finite = np.all([np.isfinite(activation.derivative(every, order)) for order in (0, 1, 2)], axis=0)
    jump = np.isin(every, [k.x for k in activation.kinks(*activation.values) if k.order == 0])
    left, right = rooms(every, sorted(set(kinks)))
    return every[finite & ~jump & (left + right > 1e-4)]


@pytest.mark.parametrize("activation", SCALARS, ids=lambda a: a.name)
@pytest.mark.parametrize("order", [1, 2])
def test_the_numerical_column_stays_within_its_own_error_of_the_oracle(activation: Activation, order: int):
    x = points(activation)[::3]
    found = numerical_derivative(activation, x, order)
    known = np.isfinite(found.error)
    assert known[np.abs(x) <= 1e4].all()
    x, found = x[known], Numerical(found.value[known], found.error[known])
    for point, value, error in zip(x, found.value, found.error, strict=True):
        wanted = float(oracle.truth(activation, float(point))[order])
        assert abs(value - wanted) <= error, (activation.label, point, value, wanted, abs(value - wanted), error)


@pytest.mark.parametrize("activation", SCALARS, ids=lambda a: a.name)
def test_the_column_confirms_every_derivative_to_nine_digits(activation: Activation):
    x = points(activation)
    table = tabulate(activation, x, 2, check=True)
    for y, check in zip(table.columns[1:], table.checks, strict=True):
        assert not check.disproves(y).any(), (activation.label, x[check.disproves(y)])
        moderate = np.abs(x) <= STEEP.get(activation.name, 12)
        errors = np.where(moderate, check.error / np.maximum(np.abs(check.value), 1.0), 0.0)
        worst = int(np.argmax(errors))
        assert errors[worst] < 1e-9, (activation.label, x[worst], check.value[worst], check.error[worst])


@pytest.mark.parametrize("name", ["sigmoid", "relu", "mish", "maxout"])
@pytest.mark.parametrize("order", [1, 2])
def test_a_wrong_kernel_is_disproved(name: str, order: int):
    right = get(name)
    kernels = list(right.kernels)
    kernels[order] = lambda x, *values: right.kernels[order](x, *values) + 1e-8
    wrong = replace(right, kernels=tuple(kernels))
    x = np.linspace(-4.0, 4.0, 33)
    table = tabulate(wrong, x, order, check=True)
    assert table.checks[order - 1].disproves(table.columns[order]).all()


def test_at_a_kink_the_column_takes_the_left_derivative_and_just_right_of_it_the_right_one():
    x = np.array([-1e-12, 0.0, 5e-324, 1e-12, 6.0, np.nextafter(6.0, 7.0)])
    found = numerical_derivative(get("relu6"), x, 1)
    assert found.value.tolist() == [0.0, 0.0, 1.0, 1.0, 1.0, 0.0]


def test_a_kink_of_the_curvature_alone_stays_outside_the_stencil():
    found = numerical_derivative(get("elu"), np.array([-1e-6, 0.0, 1e-6]), 2)
    assert np.all(np.abs(found.value - [math.exp(-1e-6), 1.0, 0.0]) <= found.error)
    assert np.all(found.error < 1e-9)


def test_at_a_jump_nothing_is_claimed():
    step = replace(
        get("relu"),
        name="step",
        kernels=tuple(lambda x, k=k: np.where(x >= 0, 1.0, 0.0) * (k == 0) for k in range(3)),
        limits=lambda: ((0.0, 0.0, 0.0), (1.0, 0.0, 0.0)),
        kinks=lambda: (Kink(0.0, 0.0, 1.0, order=0),),
    )
    found = numerical_derivative(step, np.array([-1.0, 0.0, 1e-9, 1.0]), 1)
    assert np.isnan(found.value[1])
    assert np.isinf(found.error[1])
    assert found.value[[0, 2, 3]].tolist() == [0.0, 0.0, 0.0]


def test_outside_the_domain_nothing_is_claimed_and_inside_steps_shrink_to_fit():
    def logarithm(x: np.ndarray) -> np.ndarray:
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.log(x)

    x = np.array([-1.0, 1e-3, 0.5, 3.0])
    far = np.full(x.shape, np.inf)
    found = extrapolated(logarithm, x, far, far)
    assert np.isnan(found.value[0])
    assert np.isinf(found.error[0])
    assert np.all(np.abs(found.value[1:] - 1 / x[1:]) <= found.error[1:])
    assert np.all(found.error[1:] < 1e-9 / x[1:])


@given(x=st.floats(-50, 50), rate=st.floats(0.01, 1000))
def test_the_error_is_honest_whatever_the_scale_of_the_function(x: float, rate: float):
    points = np.array([x])
    far = np.array([np.inf])
    found = extrapolated(lambda t: np.sin(rate * t), points, far, far)
    with mpmath.workdps(40):
        wanted = float(rate * mpmath.cos(mpmath.mpf(rate) * mpmath.mpf(x)))
    # sin(rate * t) is itself off by the rounding of rate * t, which differences divide by their step.
    argument = 1e-15 * max(1.0, abs(rate * x)) * rate * 50
    assert abs(found.value[0] - wanted) <= found.error[0] + argument, (x, rate, found, wanted)


def test_the_error_is_honest_where_a_kink_of_the_curvature_is_not_known():
    # An estimate from a table of differences can meet a lucky agreement; it may not do so often, nor by much.
    magnitudes = 10.0 ** np.linspace(-300, -3, 20_001)
    x = np.concatenate([-magnitudes, magnitudes, np.linspace(-1e-3, 1e-3, 20_001)])
    far = np.full(x.shape, np.inf)
    found = extrapolated(lambda t: t * np.abs(t), x, far, far)
    apart = np.abs(found.value - 2 * np.abs(x))
    beyond = apart > found.error
    assert beyond.mean() < 1e-3, (beyond.mean(), x[beyond][:5])
    # The finest steps are about 1e-9 wide: what happens within one of them cannot be seen.
    assert (apart <= found.error + 1e-9).all(), x[apart > found.error + 1e-9]
    assert (found.error < 1e-3).all()


def test_the_error_grows_where_the_function_cancels():
    x, far = np.linspace(-9.0, -3.0, 61), np.full(61, np.inf)
    cancelling = extrapolated(lambda t: np.tanh(t) + 1, x, far, far)
    wanted = [float(4 * mpmath.exp(2 * t) / (1 + mpmath.exp(2 * t)) ** 2) for t in x]
    assert np.all(np.abs(cancelling.value - wanted) <= cancelling.error), np.abs(cancelling.value - wanted)
    stable = extrapolated(lambda t: 2 / (1 + np.exp(-2 * t)), x, far, far)
    assert np.all(np.abs(stable.value - wanted) <= stable.error)
    assert np.median(cancelling.error / stable.error) > 10


@given(x=st.floats(allow_nan=False, allow_infinity=False), kinks=st.lists(st.floats(-1e6, 1e6), max_size=5))
def test_rooms_reach_to_the_nearest_kink_on_each_side(x: float, kinks: list[float]):
    left, right = rooms(np.array([x]), sorted(set(kinks)))
    assert left[0] == min((x - k for k in kinks if k < x), default=math.inf)
    assert right[0] == min((k - x for k in kinks if k >= x), default=math.inf)


def test_a_wrong_jacobian_is_disproved():
    softmax = VECTORS[0]
    x = np.array([3.0, 1.0, -3.0])
    assert numerical_jacobian(softmax, x).disproves(softmax.jacobian(x).T * 1.001).all()
