"""Formulas that cancel: where nothing but rounding is left of f, f' or f'' it is no turn, zero, wave or tail."""

from __future__ import annotations

import math

import numpy as np
import pytest
from mpmath import mp

from actviz import get
from actviz.analysis.noise import quieted
from actviz.analysis.points import whole_line
from actviz.analysis.properties import properties
from actviz.analysis.roots import HUSHED
from actviz.analysis.saturation.saturation import saturation
from actviz.expressions.expression import parse

INF = math.inf
LOG2 = math.log(2.0)

CARDS = {
    # text: monotone, range, limits, zeros, minima, maxima, inflections
    "log(cosh(x))-abs(x)": ("no", (-LOG2, 0.0), (-LOG2, -LOG2), (0.0,), (), (0.0,), ()),
    "log(1+exp(x))-max(x,0)": ("no", (0.0, LOG2), (0.0, 0.0), (), (), (0.0,), ()),
    "x-log(1+exp(x))": ("increasing", (-INF, 0.0), (-INF, 0.0), (), (), (), ()),
    "exp(x)-1-x": ("no", (0.0, INF), (INF, INF), (0.0,), (0.0,), (), ()),
    "sqrt(x*x+1)-x": ("decreasing", (0.0, INF), (INF, 0.0), (), (), (), ()),
    "x*(sqrt(x*x+1)-abs(x))": ("increasing", (-0.5, 0.5), (-0.5, 0.5), (0.0,), (), (), (0.0,)),
    "x**3/(x**2+1)-x": ("no", (-0.5, 0.5), (0.0, 0.0), (0.0,), (1.0,), (-1.0,), (-math.sqrt(3), 0.0, math.sqrt(3))),
    "log(exp(x)+exp(-x))": ("no", (LOG2, INF), (INF, INF), (), (0.0,), (), ()),
    "max(x,0)-x/(1+exp(-x))": (
        *("no", (0.0, 0.27846454276107374), (0.0, 0.0), (0.0,), (0.0,)),
        *((-1.2784645427610738, 1.2784645427610738), (-2.3993572805154, 2.3993572805154)),
    ),
    "x**4-4*x**3+6*x**2-4*x+1": ("no", (0.0, INF), (INF, INF), (1.0,), (1.0,), (), ()),
}


@pytest.mark.parametrize("text", [t for t in CARDS if t != "x**3/(x**2+1)-x"])
def test_a_card(text: str) -> None:
    monotone, extent, limits, zeros, minima, maxima, bends = CARDS[text]
    about = properties(parse(text, {}))
    assert (about.monotone, about.countless, about.reach, about.poles, about.undefined) == (
        monotone,
        False,
        INF,
        (),
        (),
    )
    assert (about.low.value, about.high.value) == pytest.approx(extent, rel=1e-7, abs=1e-7)
    assert about.limits == pytest.approx(limits, rel=1e-12)
    for name, found, wanted in (
        ("zeros", about.zeros, zeros),
        ("minima", [p.x for p in about.minima], minima),
        ("maxima", [p.x for p in about.maxima], maxima),
        ("inflections", [p.x for p in about.inflections], bends),
    ):
        assert found == pytest.approx(wanted, rel=1e-7), (text, name)


@pytest.mark.parametrize(
    ("text", "left", "right"),
    [
        ("log(cosh(x))-abs(x)", lambda t: -mp.atanh(1 - t), lambda t: mp.atanh(1 - t)),
        ("log(1+exp(x))-max(x,0)", lambda t: mp.log(t / (1 - t)), lambda t: mp.log((1 - t) / t)),
        ("x-log(1+exp(x))", lambda t: None, lambda t: mp.log((1 - t) / t)),
        ("asin(tanh(x))", lambda t: -mp.acosh(1 / t), lambda t: mp.acosh(1 / t)),
    ],
)
def test_tails(text, left, right) -> None:
    found = saturation(parse(text, {}))
    assert (found.oscillates, found.interior, found.notes) == (False, (), ())
    for side, truth in ((found.left, left), (found.right, right)):
        for point in side.thresholds:
            wanted = truth(mp.mpf(point.threshold))
            # 1 - tanh(x)^2 keeps ten digits where it is 1e-6: so the slope of asin(tanh(x)) itself is off.
            within = 1e-11 if text == "asin(tanh(x))" else 1e-12
            assert point.x == (None if wanted is None else pytest.approx(float(wanted), rel=within)), (text, point)
        assert (side.kind, side.slope_limit) == (("none", 1.0) if truth(0.5) is None else ("soft", 0.0))


def test_a_zero_where_two_terms_cancel_far_out() -> None:
    about = properties(parse("tanh(x)/x+1/(x-2)", {}))
    root = mp.findroot(lambda x: mp.tanh(x) / x + 1 / (x - 2), 0.8)
    assert about.zeros == pytest.approx((float(root),), rel=1e-14)
    assert (about.poles, about.countless) == ((2.0,), False)


@pytest.mark.parametrize("text", ["sin(x)**2+cos(x)**2-1", "sigmoid(x)-0.5*(1+tanh(x/2))"])
def test_what_is_nothing_but_rounding_is_0(text: str) -> None:
    about = properties(parse(text, {}))
    assert (about.monotone, about.zero_intervals, about.reach) == ("constant", ((-INF, INF),), INF)


def test_zeros_that_a_kink_ends_stay_hard() -> None:
    for text, kinds in (("abs(2*x)-2*x", ("none", "hard")), ("max(0,min(1,0.2*x+0.5))", ("hard", "hard"))):
        found = saturation(parse(text, {}))
        assert (found.left.kind, found.right.kind) == kinds, text


def test_nothing_changes_where_there_is_no_noise() -> None:
    for text in ("mish", "gelu"):
        f = get(text)
        assert quieted(f, whole_line(f)) is f
    f = parse("exp(x)+x", {})
    assert [a is b for a, b in zip(quieted(f, whole_line(f)).kernels, f.kernels, strict=True)] == [True] * 3


def test_noise_has_the_sign_beside_it() -> None:
    f = parse("log(cosh(x))-abs(x)", {})
    quiet = quieted(f, whole_line(f))
    far = np.asarray([25.0, 60.0, 300.0, 700.0])
    assert quiet.derivative(far, 1).tolist() == [-HUSHED] * 4
    assert quiet.derivative(-far, 1).tolist() == [HUSHED] * 4
    near = np.asarray([-3.0, -0.5, 0.5, 3.0])
    assert quiet.derivative(near, 1).tolist() == f.derivative(near, 1).tolist()


def test_waves_whose_zeros_are_points_of_the_grid_are_no_noise() -> None:
    f = parse("sin(pi*x)", {})
    quiet = quieted(f, whole_line(f))
    x = np.asarray([33.3, 1e3 + 0.3, 1e6 + 0.7, 1e9 + 0.5])
    for order in (0, 1, 2):
        assert quiet.derivative(x, order).tolist() == f.derivative(x, order).tolist()


@pytest.mark.parametrize(
    ("text", "limits"),
    [
        ("exp(x)/(exp(x)-1)-1/x", (0.0, 1.0)),
        ("log(cosh(x))/x", (-1.0, 1.0)),
        ("x*(pi/2-atan(x))", (-INF, 1.0)),
        ("x**3/(x**2+1)-x", (0.0, 0.0)),
    ],
)
def test_limits_are_told_from_where_there_are_digits(text: str, limits: tuple[float, float]) -> None:
    left, right = parse(text, {}).limits()
    assert (left[0], right[0]) == pytest.approx(limits, rel=1e-12, abs=1e-12)
