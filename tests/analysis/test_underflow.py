"""What float64 alone makes zero, infinite, level or one: told as it is in mathematics, or not told."""

from __future__ import annotations

import math

import pytest

from actviz.analysis.extent import Bound
from actviz.analysis.properties import properties
from actviz.analysis.saturation.saturation import saturation
from actviz.expressions.expression import parse

INF = math.inf


def interior(text):
    return saturation(parse(text, {}), (0.1,)).interior


def test_a_slope_that_underflows_between_two_of_one_sign_has_no_zero_there():
    # tanh' > 0 and the bump rises all the way to 1e5.
    assert interior("exp(-((x-1e5)*3)**2)+tanh(x)") == (1e5,)
    assert interior("tanh(x+1000)+tanh(x-1000)") == ()


def test_a_slope_that_underflows_between_two_signs_is_zero_at_a_place_not_known():
    found = saturation(parse("exp(-(x/300)**8)+exp(-((x-1e5)/300)**4)", {}), (0.1,))
    assert found.interior == (0.0, 1e5)
    assert any("where it underflows: the place is not known" in note for note in found.notes), found.notes


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("x**301", (0.0,)),
        ("(x-0.5)**301", (0.5,)),
        ("exp(-((x-100)*3)**2)+exp(-((x+100)*3)**2)", (-100.0, 0.0, 100.0)),
        ("exp(-((x-150)*3)**2)+exp(-((x+100)*3)**2)", (-100.0, 25.0, 150.0)),
    ],
)
def test_a_zero_of_a_power_or_between_mirrored_sides_is_told(text, wanted):
    assert interior(text) == pytest.approx(wanted, abs=1e-13)


def test_a_value_that_underflows_has_no_zero_there():
    assert properties(parse("exp(-((x-100)*3)**2)+exp(-((x+100)*3)**2)", {})).zeros == ()


@pytest.mark.parametrize(
    ("text", "poles"),
    [
        ("1/(x*x-1e-14)", (-1e-7, 1e-7)),
        ("1/((x-3)**2-1e-14)", (3 - 1e-7, 3 + 1e-7)),
        ("1/((x-3)**2-1e-24)", (3 - 1e-12, 3 + 1e-12)),
        ("1/(x-1)+1/(x-1.0000001)", (1.0, 1.0000001)),
    ],
)
def test_two_poles_close_to_one_another(text, poles):
    found = properties(parse(text, {})).poles
    assert len(found) == 2, found
    for got, want in zip(found, poles, strict=True):
        assert abs(got - want) <= 2 * math.ulp(want), (found, poles)


@pytest.mark.parametrize("text", ["1/x**9", "1/x", "1/x**2", "1/abs(x)**0.5", "exp(1/x**2)"])
def test_one_pole_is_one(text):
    assert properties(parse(text, {})).poles == (0.0,)


@pytest.mark.parametrize("steepness", ["1e300", "1e17"])
def test_a_rise_between_two_floats_leaves_no_zeros_and_no_plateau(steepness):
    activation = parse(f"1/(1+exp(-{steepness}*(x-0.5)))", {})
    card, found = properties(activation), saturation(activation, (0.1,))
    assert (card.zeros, card.zero_intervals) == ((), ())
    assert (card.low, card.high) == (Bound(0.0, False), Bound(1.0, False))
    assert (card.smoothness, card.monotone) == ("C-infinity", "increasing")
    assert (found.left.kind, found.right.kind, found.dead) == ("soft", "soft", ())


def test_a_rise_that_shows_in_no_slope():
    activation = parse("tanh(1e17*(x-1.00012))", {})
    card, found = properties(activation), saturation(activation, (0.1,))
    assert (card.monotone, card.low, card.high) == ("increasing", Bound(-1.0, False), Bound(1.0, False))
    assert math.isnan(card.lipschitz.value)
    assert (found.left.kind, found.right.kind, found.dead) == ("soft", "soft", ())


def test_what_is_lost_in_rounding_is_not_called_infinite():
    # (1 + exp(2 x))/2, but 1 - tanh(x) rounds to 0 from 19.06 on.
    activation = parse("1/(1-tanh(x))", {})
    card, found = properties(activation), saturation(activation, (0.1,))
    assert math.isnan(card.value_mean)
    assert math.isnan(found.moments.value_mean)
    assert any("not all expectations can be told" in note for note in found.notes), found.notes
    assert (card.lipschitz.value, card.lipschitz.at) == (INF, INF)
    assert card.limits == (0.5, INF)


def test_what_outgrows_the_law_is_infinite_still():
    assert saturation(parse("exp(x*x)", {}), (0.1,)).moments.value_mean == INF


def test_parity_beside_poles():
    assert properties(parse("1/(x**4-1e-8)", {})).parity == "even"
    assert properties(parse("1/(x**3-1e-6*x)", {})).parity == "odd"
    assert properties(parse("1/(x**4-1e-8*x)", {})).parity == "neither"


@pytest.mark.parametrize("text", ["x**(1/3)", "1/x**1e-3", "x**1.5"])
def test_no_limit_where_a_function_is_undefined(text):
    left, right = parse(text, {}).limits()
    assert all(math.isnan(limit) for limit in left), left
    assert not math.isnan(right[0])
