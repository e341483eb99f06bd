"""The hard functions: kinks where the textbook has them, values exact at them, ramps too steep for float64."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import oracle
import pytest

from actviz import get
from actviz.activation import Activation, Kink
from actviz.errors import BadInput


def kinks(activation: Activation) -> tuple[Kink, ...]:
    return activation.kinks(*activation.values)


def test_hard_sigmoid_is_relu6_of_x_plus_3_over_6() -> None:
    hard = get("hard_sigmoid")
    assert kinks(hard) == (Kink(-3.0, 0.0, 1 / 6), Kink(3.0, 1 / 6, 0.0))
    assert hard(np.array([-4.0, -3.0, 0.0, 3.0, 4.0])).tolist() == [0.0, 0.0, 0.5, 1.0, 1.0]
    beside = math.nextafter(-3.0, 0.0)
    assert hard(beside) == (beside + 3.0) / 6.0 > 0.0


@pytest.mark.parametrize(("slope", "edge"), [(0.2, 2.5), (0.5, 1.0), (0.25, 2.0), (1.0, 0.5), (0.1, 5.0)])
def test_a_slope_of_one_nth_has_its_kinks_where_they_are_on_paper(slope: float, edge: float) -> None:
    assert [k.x for k in kinks(get("hard_sigmoid", slope=slope))] == [-edge, edge]


@pytest.mark.parametrize(("slope", "offset"), [(0.3, 0.1), (7.3, -41.7), (1 / 7, 0.3), (1 / 1000, 0.9), (3e-9, 1e-7)])
def test_the_ramp_keeps_its_digits_beside_its_zero(slope: float, offset: float) -> None:
    hard = get("hard_sigmoid", slope=slope, offset=offset)
    x = kinks(hard)[0].x
    for _ in range(30):
        assert oracle.ulps(float(hard(x)), oracle.truth(hard, x)[0]) <= 2.0, (x, hard(x))
        x = math.nextafter(x, math.inf)


def test_a_ramp_between_two_floats_is_a_jump_and_one_beyond_float64_is_not_there() -> None:
    assert kinks(get("hard_sigmoid", slope=0.3, offset=1e20)) == (
        Kink(float(-Fraction(1e20) / Fraction(0.3)), 0, 1, 0),
    )
    assert kinks(get("hard_sigmoid", slope=1e-320)) == ()
    for offset in (1.7e308, -1.7e308, 1e292, -1e292):
        for slope in (1 / 3, 1 / 7, 0.3):
            values = get("hard_sigmoid", slope=slope, offset=offset)(np.array([-oracle.MAX, -1.0, 0.0, oracle.MAX]))
            assert np.isin(values, [0.0, 1.0]).all(), (slope, offset, values)


@pytest.mark.parametrize("slope", [0.0, -1.0])
def test_a_ramp_rises(slope: float) -> None:
    with pytest.raises(BadInput, match="it must be above 0"):
        get("hard_sigmoid", slope=slope)


@pytest.mark.parametrize(("low", "high"), [(1.0, 1.0), (2.0, -2.0)])
def test_hard_tanh_needs_room_between_its_bounds(low: float, high: float) -> None:
    with pytest.raises(BadInput, match=f"hard_tanh: min_val = {low:g} is not below max_val = {high:g}"):
        get("hard_tanh", min_val=low, max_val=high)


@pytest.mark.parametrize(("name", "root"), [("hard_swish", -1.5), ("hard_mish", -1.0)])
def test_the_minimum_is_exact(name: str, root: float) -> None:
    f = get(name)
    assert f.derivative(root) == 0.0
    below, above = (math.nextafter(root, side) for side in (-math.inf, math.inf))
    assert f.derivative(below) < 0.0 < f.derivative(above)


def test_sparse_sigmoid_is_the_slope_of_sparse_plus() -> None:
    x = np.linspace(-2.0, 2.0, 401)
    np.testing.assert_array_equal(get("sparse_plus").derivative(x), get("sparse_sigmoid")(x))


@pytest.mark.parametrize("name", ["hard_swish", "hard_mish", "sparse_plus", "hard_sigmoid"])
def test_the_dead_side_is_plus_zero(name: str) -> None:
    values = get(name)(np.array([-4.0, -1e300, -3.0]))
    assert values.tolist() == [0.0, 0.0, 0.0]
    assert not np.signbit(values).any()
