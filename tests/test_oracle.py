"""The proven truth against mpmath, an independent implementation of everything in it."""

from __future__ import annotations

import math

import cases
import mpmath
import numpy as np
import oracle as by_mpmath
import pytest
from flint import arb, ctx
from hypothesis import given
from hypothesis import strategies as st

from actviz.activation import Activation
from actviz.errors import BadInput
from actviz.oracle import GUARD, balls, truth
from actviz.resolve import get

VARIANTS = cases.variants()

SINGLE = (
    *("exp", "log", "tanh", "sqrt", "sin", "cos", "tan", "sinh", "cosh", "atan", "asin", "acos", "erf"),
    *("expm1", "log1p", "sinc"),
)


@pytest.mark.parametrize("activation", VARIANTS, ids=lambda a: a.label)
def test_the_truth_is_mpmaths_to_a_millionth_of_an_ulp(activation: Activation) -> None:
    xs = by_mpmath.points(activation, 60)[::3]
    found = truth(activation, xs)
    wrong = []
    for i, x in enumerate(xs):
        for order, wanted in enumerate(by_mpmath.truth(activation, x)):
            high, low = float(found.high[order, i]), float(found.low[order, i])
            with mpmath.workdps(1000):
                off = abs(mpmath.mpf(high) + mpmath.mpf(low) - wanted) if math.isfinite(high) else mpmath.mpf(0)
                allowed = max(abs(wanted) * mpmath.mpf(2) ** (1 - 53 - GUARD), mpmath.mpf(2) ** -1074)
            if not off <= allowed or (math.isinf(high) and abs(wanted) < by_mpmath.MAX):
                wrong.append((x, order, high, low, mpmath.nstr(wanted, 25)))
    assert not wrong, f"{activation.label}: (x, order, high, low, wanted)\n" + "\n".join(map(str, wrong[:8]))


@pytest.mark.parametrize("name", SINGLE)
@pytest.mark.parametrize("x", [0.0, 1e-300, 0.25, 0.9375, -0.5, 3.0, 700.0])
def test_a_ball_holds_value_slope_and_curvature(name: str, x: float) -> None:
    inside = {"log": x > 0, "sqrt": x > 0, "log1p": x > -1, "asin": abs(x) < 1, "acos": abs(x) < 1}
    if not inside.get(name, True):
        return
    ctx.prec, ctx.cap = 128, balls.TERMS
    series = getattr(balls, name)(balls.variable(x)).s
    reference = mpmath.sinc if name == "sinc" else getattr(mpmath, name)
    with mpmath.workdps(700):
        taylor = mpmath.taylor(reference, mpmath.mpf(x), 2)
    with mpmath.workdps(60):
        for k, wanted in enumerate(taylor):
            ball = series[k]
            middle, radius = mpmath.mpf(ball.mid().str(55, radius=False)), mpmath.mpf(ball.rad().str(10, radius=False))
            slack = abs(wanted) * mpmath.mpf(10) ** -30 + mpmath.mpf(10) ** -300
            assert abs(middle - wanted) <= radius + slack, (name, x, k, ball, wanted)


@given(st.floats(min_value=-1e308, max_value=1e308), st.floats(min_value=-1e308, max_value=1e308))
def test_arithmetic_on_balls_holds_the_exact_rational(a: float, b: float) -> None:
    from fractions import Fraction

    ctx.prec, ctx.cap = 96, balls.TERMS
    x = balls.variable(a)
    p, q = Fraction(a), Fraction(b)
    for ball, exact in ((x + b, p + q), (x - b, p - q), (x * b, p * q)):
        assert (ball.s[0] * exact.denominator - arb(exact.numerator)).contains(0)
    if b:
        assert ((x / b).s[0] * arb(b) - arb(a)).contains(0)


@pytest.mark.parametrize("x", [1e15, -1e15, 1e100, -1e300, 1.7e308, -1.7e308])
def test_exponentials_of_huge_numbers_are_numbers_still(x: float) -> None:
    ctx.prec, ctx.cap = 1200, balls.TERMS
    e = balls.exp(balls.variable(x))
    assert (balls.log(e).s[0] - arb(x)).contains(0)
    assert ((e / balls.exp(balls.variable(x))).s[0] - 1).contains(0)


@pytest.mark.parametrize(("text", "x"), [("sigmoid", -1e300), ("mish", -1e200), ("softplus", 1.7e308)])
def test_the_ends_of_float64_are_settled(text: str, x: float) -> None:
    activation = get(text)
    assert isinstance(activation, Activation)
    found = truth(activation, [x])
    assert found.high[:, 0].tolist() == [max(x, 0.0), float(x > 0), 0.0]


def test_infinities_have_the_limits_and_nan_stays() -> None:
    activation = get("elu:alpha=2")
    assert isinstance(activation, Activation)
    found = truth(activation, [-math.inf, math.inf, math.nan])
    np.testing.assert_array_equal(found.high, [[-2, math.inf, math.nan], [0, 1, math.nan], [0, 0, math.nan]])


def test_what_no_precision_decides_is_nan() -> None:
    activation = get("1 if sin(x)**2 + cos(x)**2 > 1 else 0")
    assert isinstance(activation, Activation)
    assert np.isnan(truth(activation, [0.7]).high).all()


@pytest.mark.parametrize("text", ["tanh(x)/0", "1/(x - x)", "log(-1 - x*x)", "sqrt(0*x - 1)"])
def test_what_has_no_value_is_nan_at_once(text: str) -> None:
    activation = get(text)
    assert isinstance(activation, Activation)
    assert np.isnan(truth(activation, np.linspace(-3, 3, 2000)).high).all()


@pytest.mark.parametrize("text", ["x**2 + 3*x**3 - x**-2", "(-x)**5", "sqrt(1 + x**2)"])
def test_whole_powers_of_negative_numbers_have_a_truth(text: str) -> None:
    activation = get(text)
    assert isinstance(activation, Activation)
    x = np.asarray([-2.5, -1e-3, 0.75])
    for order in (0, 1, 2):
        np.testing.assert_allclose(truth(activation, x).high[order], activation.derivative(x, order), rtol=1e-12)


def test_results_below_the_least_may_be_0_and_no_others() -> None:
    activation = get("sigmoid")
    assert isinstance(activation, Activation)
    found = truth(activation, [-60.0, -800.0], least=2.0**-24)
    assert found.high[0].tolist() == [pytest.approx(math.exp(-60.0), rel=1e-15), pytest.approx(0.0, abs=1e-300)]


def test_a_function_without_a_definition_is_refused(tmp_path, monkeypatch) -> None:
    from actviz.expressions.callables import load

    (tmp_path / "own_function.py").write_text("import numpy as np\ndef f(x):\n    return np.sort(x) * 0 + np.sinh(x)\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(BadInput, match="no definition that can be evaluated exactly"):
        truth(load("own_function:f"), [1.0])
