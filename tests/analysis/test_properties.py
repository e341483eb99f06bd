"""The property card in particular cases: closed forms, and functions that the catalogue has none like.

Every card of the catalogue is held against mpmath in test_cards.py.
"""

from __future__ import annotations

import math

import mpmath
import numpy as np
import oracle
import pytest
from handmade import record

from actviz.activation import Kink
from actviz.analysis.properties import Bound, properties
from actviz.resolve import get

INF = math.inf


def relative(got, wanted):
    return abs(mpmath.mpf(got) - wanted) / abs(wanted) if wanted else abs(mpmath.mpf(got))


def test_the_minimum_of_silu_by_lambert():
    """silu' = 0 where 1 + x + e^x = 0 at -x, so x = -1 - W(1/e), and f there is -W(1/e)."""
    card = properties(get("silu"))
    with mpmath.workdps(30):
        w = mpmath.lambertw(mpmath.exp(-1)).real
        assert relative(card.minima[0].x, -1 - w) < 2e-16, card.minima
        assert relative(card.minima[0].value, -w) < 2e-16, card.minima
    assert card.low == Bound(card.minima[0].value, True)


def test_the_minimum_of_mish():
    card = properties(get("mish"))
    with mpmath.workdps(30):
        x = mpmath.findroot(lambda t: mpmath.diff(lambda s: s * mpmath.tanh(mpmath.log1p(mpmath.exp(s))), t), -1.19)
        value = x * mpmath.tanh(mpmath.log1p(mpmath.exp(x)))
        assert relative(card.minima[0].x, x) < 1e-15, (card.minima, x)
        assert relative(card.minima[0].value, value) < 4e-16, (card.minima, value)
    assert card.minima[0].x == pytest.approx(-1.192, abs=5e-4)
    assert card.minima[0].value == pytest.approx(-0.3088, abs=5e-5)


@pytest.mark.parametrize("beta", [0.1, 0.5, 10.0, -1.7, 1e-3, 1e3])
def test_swish_has_one_extremum_that_scales(beta):
    card = properties(get("swish", beta=beta))
    silu = properties(get("silu")).minima[0]
    (point,) = card.minima if beta > 0 else card.maxima
    assert point.x == pytest.approx(silu.x / beta, rel=3e-16)
    assert point.value == pytest.approx(silu.value / beta, rel=5e-16)
    assert len(card.minima) + len(card.maxima) == 1
    assert (card.low if beta > 0 else card.high) == Bound(point.value, True)


# name: range with brackets, zeros, monotone, smoothness, parity, zero-centred
CARDS = {
    "sigmoid": ("(0, 1)", [], "increasing", "C-infinity", "neither", False),
    "tanh": ("(-1, 1)", [0.0], "increasing", "C-infinity", "odd", True),
    "relu": ("[0, inf)", [(-INF, 0.0)], "nondecreasing", "C0", "neither", False),
    "relu6": ("[0, 6]", [(-INF, 0.0)], "nondecreasing", "C0", "neither", False),
    "leaky_relu": ("(-inf, inf)", [0.0], "increasing", "C0", "neither", False),
    "leaky_relu:negative_slope=-0.5": ("[0, inf)", [0.0], "no", "C0", "neither", False),
    "leaky_relu:negative_slope=-1": ("[0, inf)", [0.0], "no", "C0", "even", False),
    "leaky_relu:negative_slope=1": ("(-inf, inf)", [0.0], "increasing", "C-infinity", "odd", True),
    "prelu": ("(-inf, inf)", [0.0], "increasing", "C0", "neither", False),
    "rrelu": ("(-inf, inf)", [0.0], "increasing", "C0", "neither", False),
    "elu": ("(-1, inf)", [0.0], "increasing", "C1", "neither", False),
    "elu:alpha=0.3": ("(-0.3, inf)", [0.0], "increasing", "C0", "neither", False),
    "swish": ("[-0.278465, inf)", [0.0], "no", "C-infinity", "neither", False),
    "swish:beta=0": ("(-inf, inf)", [0.0], "increasing", "C-infinity", "odd", True),
    "softplus": ("(0, inf)", [], "increasing", "C-infinity", "neither", False),
    "mish": ("[-0.308843, inf)", [0.0], "no", "C-infinity", "neither", False),
    "maxout": ("[0, inf)", [0.0], "no", "C0", "neither", False),
    "maxout:w=-1,1,b=0,0": ("[0, inf)", [0.0], "no", "C0", "even", False),
    "maxout:w=-2,-1,b=0,0": ("(-inf, inf)", [0.0], "decreasing", "C0", "neither", False),
    "maxout:w=0,b=3": ("[3, 3]", [], "constant", "C-infinity", "even", False),
    "maxout:w=-1,0,b=0,0": ("[0, inf)", [(0.0, INF)], "nonincreasing", "C0", "neither", False),
}


@pytest.mark.parametrize("label", CARDS)
def test_the_card(label):
    card = properties(get(label))
    span = f"{'(['[card.low.attained]}{card.low.value:.6g}, {card.high.value:.6g}{')]'[card.high.attained]}"
    got = (span, [*card.zero_intervals, *card.zeros], card.monotone, card.smoothness, card.parity, card.zero_centred)
    assert got == CARDS[label], label
    assert not card.undefined
    left, right = get(label).limits(*get(label).values)
    assert card.limits == (left[0], right[0])


LIPSCHITZ = {
    "sigmoid": (0.25, 0.0),
    "tanh": (1.0, 0.0),
    "relu": (1.0, 0.0),
    "relu6": (1.0, 0.0),
    "leaky_relu:negative_slope=2": (2.0, 0.0),
    "leaky_relu:negative_slope=-3": (3.0, 0.0),
    "elu": (1.0, 0.0),
    "elu:alpha=0.3": (1.0, 0.0),
    "elu:alpha=300": (300.0, 0.0),
    "softplus": (1.0, INF),
    "softplus:beta=1000": (1.0, INF),
    "swish:beta=0": (0.5, 0.0),
    "maxout": (2.0, 2.0),
    "maxout:w=-3,1,b=0,8": (3.0, -2.0),
}


@pytest.mark.parametrize("label", LIPSCHITZ)
def test_the_lipschitz_constant_and_where(label):
    card = properties(get(label))
    assert (card.lipschitz.value, card.lipschitz.at) == LIPSCHITZ[label], label


@pytest.mark.parametrize("label", ["silu", "mish", "swish:beta=-1.7", "swish:beta=0.001"])
def test_the_lipschitz_constant_at_an_inflection(label):
    activation, card = get(label), properties(get(label))
    with mpmath.workdps(50):
        start = mpmath.mpf(card.lipschitz.at)
        root = mpmath.findroot(lambda t: oracle.truth(activation, t)[2], (start, start * (1 + mpmath.mpf(2) ** -40)))
        steepest = abs(oracle.truth(activation, root)[1])
        assert relative(card.lipschitz.at, root) < 3e-16, (label, card.lipschitz, mpmath.nstr(root, 20))
        assert relative(card.lipschitz.value, steepest) < 1e-15, (label, card.lipschitz, mpmath.nstr(steepest, 20))


def test_silu_has_two_inflections_and_mish_two():
    assert [p.x for p in properties(get("silu")).inflections] == pytest.approx(
        [-2.3993572805154677, 2.3993572805154677], rel=3e-16
    )
    assert [p.x for p in properties(get("mish")).inflections] == pytest.approx(
        [-2.2563763963607933, 1.4905711794854285], rel=3e-16
    )
    assert [(p.x, p.value) for p in properties(get("sigmoid")).inflections] == [(0.0, 0.5)]
    assert [(p.x, p.value) for p in properties(get("tanh")).inflections] == [(0.0, 0.0)]


def test_a_minimum_at_a_kink_counts_and_a_flat_stretch_has_none():
    assert [(p.x, p.value) for p in properties(get("maxout")).minima] == [(0.0, 0.0)]
    assert math.copysign(1.0, properties(get("leaky_relu:negative_slope=-0.5")).minima[0].value) == 1.0
    assert properties(get("relu")).minima == ()
    flat_bottom = properties(get("maxout:w=-1,0,1,b=-1,0,-1"))
    assert flat_bottom.minima == ()
    assert flat_bottom.zero_intervals == ((-1.0, 1.0),)
    assert flat_bottom.parity == "even"


@pytest.mark.parametrize("label", ["sigmoid", "elu", "silu", "mish", "softplus", "relu"])
def test_the_mean_that_tells_whether_a_function_is_zero_centred(label):
    activation = get(label)
    with mpmath.workdps(30):
        wanted = mpmath.quad(
            lambda x: (
                oracle.jet(activation.definition(oracle, oracle.Jet(x), *map(mpmath.mpf, activation.values))).v
                * mpmath.npdf(x)
            ),
            [-15, -5, 0, 5, 15],
        )
        assert relative(properties(activation).value_mean, wanted) < 1e-12, (label, wanted)


# Functions with no knowledge of themselves, as typed ones may be


def test_a_gaussian_whose_kernel_overflows():
    def value(x):
        return np.exp(-x * x)

    card = properties(
        record(value, lambda x: -2 * x * value(x), lambda x: (4 * x * x - 2) * value(x), tails=(0.0, 0.0))
    )
    assert card.low == Bound(0.0, False)
    assert card.high == Bound(1.0, True)
    assert [(p.x, p.value) for p in card.maxima] == [(0.0, 1.0)]
    assert [p.x for p in card.inflections] == pytest.approx([-math.sqrt(0.5), math.sqrt(0.5)], rel=1e-15)
    assert card.lipschitz.value == pytest.approx(math.sqrt(2 / math.e), rel=1e-15)
    assert (card.monotone, card.parity) == ("no", "even")


def test_a_step():
    step = record(lambda x: (x >= 0.4) * 1.0, np.zeros_like, np.zeros_like, (Kink(0.4, 0.0, 1.0, order=0),), (0.0, 1.0))
    card = properties(step)
    assert (card.low, card.high) == (Bound(0.0, True), Bound(1.0, True))
    assert (card.smoothness, card.monotone, card.lipschitz.value, card.lipschitz.at) == (
        "discontinuous",
        "nondecreasing",
        INF,
        0.4,
    )
    assert (card.minima, card.maxima, card.inflections) == ((), (), ())


def test_a_jump_over_zero_is_no_zero():
    jump = record(
        lambda x: np.where(x > 1, x, -1.0), lambda x: (x > 1) * 1.0, np.zeros_like, (Kink(1.0, -1.0, 1.0, order=0),)
    )
    assert properties(jump).zeros == ()
    blind = record(lambda x: np.where(x > 1, x, -1.0), lambda x: (x > 1) * 1.0, np.zeros_like)
    assert properties(blind).zeros == ()


def test_a_cube_has_its_zero_and_inflection_where_it_underflows():
    with np.errstate(over="ignore"):
        card = properties(record(lambda x: x**3, lambda x: 3 * x**2, lambda x: 6 * x, tails=(-INF, INF)))
    assert (card.zeros, card.zero_intervals) == ((0.0,), ())
    assert [(p.x, p.value) for p in card.inflections] == [(0.0, 0.0)]
    assert (card.minima, card.maxima, card.monotone, card.parity) == ((), (), "increasing", "odd")
    assert (card.low, card.high) == (Bound(-INF, False), Bound(INF, False))
    assert card.lipschitz.value == INF


def test_a_function_that_is_not_a_number_somewhere_says_so():
    with np.errstate(all="ignore"):
        card = properties(record(np.log, lambda x: 1 / x, lambda x: -1 / x**2))
    assert card.undefined
    assert card.zeros == (1.0,)
    assert math.isnan(card.value_mean)
    assert not card.zero_centred


def test_typed_functions():
    """Expressions: rounding and underflow make neither zeros nor intervals of them."""
    square = properties(get("x*x"))
    assert (square.zeros, square.zero_intervals, [p.x for p in square.minima]) == ((0.0,), (), [0.0])
    twice = properties(get("2*sigmoid(2*x)-1"))
    assert (twice.zeros, twice.zero_intervals, twice.monotone) == ((0.0,), (), "increasing")
    assert properties(get("relu(x)**2")).zero_intervals == ((-INF, 0.0),)
    inverse = properties(get("1/x"))
    assert (inverse.zeros, inverse.inflections) == ((), ())
    assert (inverse.low, inverse.high) == (Bound(-INF, False), Bound(INF, False))
    logarithm = properties(get("log(x)"))
    assert (logarithm.low, logarithm.high, logarithm.undefined) == (
        Bound(-INF, False),
        Bound(INF, False),
        ((-INF, -5e-324),),
    )


def test_an_oscillation_ends():
    wave = properties(get("sin(x)"))
    assert wave.reach == 30.0
    assert (wave.low, wave.high) == (Bound(-1.0, True), Bound(1.0, True))
    assert wave.zeros == pytest.approx([k * math.pi for k in range(-9, 10)], rel=1e-15)


def test_the_card_of_an_oscillation_goes_as_far_as_its_turns_can_be_told():
    assert properties(get("sinc")).reach == 30.0
    for text, reach in (("snake:a=5", 3.75), ("sin(50*x)", 0.9375), ("snake:a=1e-9", 30.0 * 2**29)):
        card = properties(get(text))
        assert card.reach == reach, text
        assert 8 <= len(card.inflections) <= 40, text
    growing = properties(get("x*sin(x*x)"))
    assert abs(growing.lipschitz.at) == growing.reach == 7.5
    assert math.isinf(properties(get("mish")).reach)


def test_turns_that_pile_up_are_countless():
    card = properties(get("sin(1/x)"))
    assert (card.countless, card.zeros, card.undefined) == (True, (), ((0.0, 0.0),))
    assert not properties(get("sin(x)")).countless


def test_of_several_steepest_points_the_one_nearest_to_zero_is_named():
    assert properties(get("snake")).lipschitz.at == pytest.approx(math.pi / 4, rel=1e-15)
    assert properties(get("lisht")).lipschitz.at == pytest.approx(1.19967864025773, rel=1e-14)
    assert properties(get("tanhshrink")).lipschitz.at == INF
    assert properties(get("tan(x)")).lipschitz.at == pytest.approx(HALF, rel=1e-15)


def test_an_extremum_at_a_jump():
    assert [(p.x, p.value) for p in properties(get("x if x==0 else 1")).minima] == [(0.0, 0.0)]
    assert [(p.x, p.value) for p in properties(get("abs(x) if x<=1 else 0.5")).maxima] == [(1.0, 1.0)]
    assert properties(get("step")).minima == properties(get("step")).maxima == ()


def test_a_limit_of_zero_beside_a_jump_is_no_zero():
    card = properties(get("x/2 if x>0 else -1"))
    assert (card.zeros, card.zero_intervals) == ((), ())
    assert properties(get("step")).zero_intervals == ((-INF, 0.0),)
    assert properties(get("step:threshold=-2.5")).zero_intervals == ((-INF, -2.5),)


HALF = math.pi / 2


@pytest.mark.parametrize(
    ("text", "place", "low", "high", "parity", "mean"),
    [
        ("1/x", 0.0, -INF, INF, "odd", math.nan),
        ("1/(x-0.3)", 0.3, -INF, INF, "neither", math.nan),
        ("1/x**2", 0.0, 0.0, INF, "even", INF),
        ("1/x-1/x**2", 0.0, -INF, 0.25, "neither", -INF),
        ("sin(x)/x**2", 0.0, -INF, INF, "odd", math.nan),
    ],
)
def test_a_pole_is_named_and_nothing_is_claimed_there(text, place, low, high, parity, mean):
    card = properties(get(text))
    assert card.poles == (place,), text
    assert (card.low.value, card.high.value, card.parity) == (low, high, parity), text
    assert (card.lipschitz.value, card.monotone, card.smoothness) == (INF, "no", "discontinuous"), text
    np.testing.assert_array_equal((card.value_mean, card.zero_centred), (mean, False), err_msg=text)
    assert place not in card.zeros, text
    assert not any(abs(p.x - place) < 1e-3 for p in (*card.minima, *card.maxima, *card.inflections)), text
    assert all(math.copysign(1.0, limit) == 1.0 for limit in card.limits if limit == 0), (text, card.limits)


@pytest.mark.parametrize("text", ["tan(x)", "1/cos(x)**2"])
def test_poles_between_floats(text):
    card = properties(get(text))
    assert card.poles == pytest.approx([HALF * k for k in range(-19, 20, 2)], rel=1e-15), text
    assert (card.high, card.monotone, card.smoothness, card.lipschitz.value) == (
        Bound(INF, False),
        "no",
        "discontinuous",
        INF,
    )
    np.testing.assert_equal(card.value_mean, math.nan if text == "tan(x)" else INF)
    roots = [math.pi * k for k in range(-9, 10)]
    assert card.zeros == (pytest.approx(roots, rel=1e-15) if text == "tan(x)" else ())
    found = card.inflections if text == "tan(x)" else card.minima
    assert [p.x for p in found] == pytest.approx(roots, rel=1e-15), text


def test_an_integrable_pole_keeps_its_mean():
    """E log abs X = -(gamma + log 2)/2 for a normal X."""
    card = properties(get("log(abs(x))"))
    assert card.poles == (0.0,)
    with mpmath.workdps(30):
        wanted = -(mpmath.euler + mpmath.log(2)) / 2
        assert relative(card.value_mean, wanted) < 1e-12, (card.value_mean, wanted)


def test_jumps_without_a_condition_are_seen():
    sign = properties(get("x/abs(x)"))
    assert sign.kinks == (Kink(0.0, -1.0, 1.0, order=0),)
    assert (sign.smoothness, sign.monotone, sign.parity) == ("discontinuous", "nondecreasing", "odd")
    assert (sign.low, sign.high, sign.undefined) == (Bound(-1.0, True), Bound(1.0, True), ((0.0, 0.0),))
    alone = properties(get("x if x==0 else 1"))
    assert alone.kinks == (Kink(0.0, 1.0, 1.0, order=0),)
    assert (alone.smoothness, alone.monotone, alone.zeros) == ("discontinuous", "no", (0.0,))


def test_rounding_noise_beside_a_hole_makes_no_points():
    card = properties(get("sin(x)/x"))
    assert card.undefined == ((0.0, 0.0),)
    assert card.high == Bound(1.0, False)
    assert not any(abs(p.x) < 2 for p in (*card.minima, *card.maxima, *card.inflections))
    (root,) = [p.x for p in card.inflections if 0 < p.x < 4]
    with mpmath.workdps(30):
        wanted = mpmath.findroot(lambda t: (t * t - 2) * mpmath.sin(t) + 2 * t * mpmath.cos(t), 2.08)
        assert relative(root, wanted) < 1e-13, (root, wanted)
    for text in ("(exp(x)-1)/x", "(1-cos(x))/x**2"):
        cancelling = properties(get(text))
        near = [p.x for p in (*cancelling.minima, *cancelling.maxima, *cancelling.inflections) if abs(p.x) < 0.1]
        assert (near, [x for x in cancelling.zeros if abs(x) < 0.1]) == ([], []), text
        assert cancelling.undefined == ((0.0, 0.0),), text


def test_the_end_of_a_domain():
    card = properties(get("sqrt(x)"))
    assert (card.zeros, card.undefined, card.smoothness) == ((0.0,), ((-INF, -5e-324),), "C0")
    assert (card.lipschitz.value, card.lipschitz.at, card.low) == (INF, 0.0, Bound(0.0, True))
    nowhere = properties(get("log(-1-x*x)"))
    assert (nowhere.monotone, nowhere.parity, nowhere.undefined) == (None, "neither", ((-INF, INF),))
    assert math.isnan(nowhere.lipschitz.value)


@pytest.mark.parametrize(("text", "x"), [("abs(x)**(1/3)", 0.0), ("abs(x-0.3)**(1/3)", 0.3)])
def test_a_cusp_has_its_minimum_and_no_bound_on_its_slope(text, x):
    card = properties(get(text))
    assert [(p.x, p.value) for p in card.minima] == [(x, 0.0)]
    assert (card.zeros, card.poles, card.smoothness) == ((x,), (), "C0")
    assert (card.lipschitz.value, card.lipschitz.at) == (INF, x)


def test_a_supremum_that_is_approached_belongs_to_the_tail():
    card = properties(get("log(1+exp(x))"))
    assert (card.lipschitz.value, card.lipschitz.at) == (1.0, INF)


def test_a_mean_below_rounding_is_zero():
    for text in ("2*sigmoid(2*x)-1", "tanh", "x/abs(x)"):
        assert (properties(get(text)).value_mean, properties(get(text)).zero_centred) == (0.0, True), text
    assert not properties(get("exp(x*x)")).zero_centred


@pytest.mark.parametrize(
    ("text", "taken"),
    [("1 if abs(x)<1 else 0", True), ("1-x**4 if x>0 else 0", False), ("tanh(x) if x>0 else -1", False)],
)
def test_a_side_of_a_jump_is_taken_on_a_plateau(text, taken):
    assert properties(get(text)).high == Bound(1.0, taken), text


@pytest.mark.parametrize(
    ("text", "place", "low", "high"),
    [
        ("exp(-1/x)", 0.0, Bound(0.0, False), INF),
        ("exp(1/x)", 0.0, Bound(0.0, False), INF),
        ("-exp(1/(x-2))", 2.0, Bound(-INF, False), 0.0),
        ("1/(x-2) if x>2 else 0", 2.0, Bound(0.0, True), INF),
        ("1/x if x<0 else 0", 0.0, Bound(-INF, False), 0.0),
        ("x-5 if x<2 else 1/(x-2)", 2.0, Bound(-INF, False), INF),
    ],
)
def test_a_pole_from_one_side(text, place, low, high):
    card = properties(get(text))
    assert card.poles == (place,), text
    assert (card.low, card.high.value, card.monotone) == (low, high, "no"), text
    assert (card.smoothness, card.lipschitz.value, card.lipschitz.at) == ("discontinuous", INF, place), text
    assert card.zero_intervals == {"1/(x-2) if x>2 else 0": ((-INF, 2.0),), "1/x if x<0 else 0": ((0.0, INF),)}.get(
        text, ()
    ), text


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("exp(1/x**2)", 0.0),
        ("exp(1/(x-1)**2)", 1.0),
        ("x*exp(1/x**2)", 0.0),
        ("cosh(1/x)", 0.0),
        ("1/(x-2) if x>2 else 5-x", 2.0),
        ("1/(x-2)**2 if x<2 else x", 2.0),
    ],
)
def test_a_pole_within_an_overflow_or_beside_another_piece(text, place):
    card = properties(get(text))
    assert card.poles == (place,), text
    assert (card.smoothness, card.lipschitz.value, card.lipschitz.at) == ("discontinuous", INF, place), text
    np.testing.assert_equal(card.value_mean, math.nan if text == "x*exp(1/x**2)" else INF, err_msg=text)


@pytest.mark.parametrize("text", ["x**200/exp(x)", "exp(1000-x**2)", "exp(1000*exp(-x**2))", "exp(1e5*exp(-x**2))"])
def test_a_peak_that_overflows_is_no_pole(text):
    assert properties(get(text)).poles == (), text


@pytest.mark.parametrize("text", ["sin(exp(x))", "sign(sin(x))+sin(1/x)", "tanh(1e12*(x-0.3))", "1000*sign(x-0.3)"])
def test_neither_fine_waves_nor_steps_are_poles(text):
    assert properties(get(text)).poles == (), text


def test_zeros_of_a_cube_end_at_its_jump():
    assert properties(get("1 if x**3>0 else 0")).zero_intervals == ((-INF, 0.0),)
    sign = properties(get("sign(x**3)"))
    assert (sign.zeros, sign.zero_intervals) == ((0.0,), ())


@pytest.mark.parametrize(
    ("text", "parity"),
    [
        ("2 if x==1 else x", "neither"),
        ("2 if x==-1 else x", "neither"),
        ("2 if abs(x)==1 else x", "neither"),
        ("2 if abs(x)==1 else abs(x)", "even"),
        ("1 if abs(x)<1 else 0", "even"),
        ("x if -1<x<=1 else 0", "odd"),
    ],
)
def test_a_single_point_breaks_a_parity_and_a_convention_does_not(text, parity):
    assert properties(get(text)).parity == parity, text


def test_the_jumps_of_an_oscillation_are_told_within_its_reach():
    card = properties(get("sign(sin(x))"))
    assert [k.x for k in card.kinks] == pytest.approx([math.pi * k for k in range(-9, 10)], rel=1e-15)
    assert properties(get("sign(sin(1/x))")).kinks == ()
