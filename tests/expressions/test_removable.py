"""Formulas that are 0/0 at a point: beside it value, slope and curvature against mpmath, and what stays as it is."""

from __future__ import annotations

import math
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from mpmath import mp, mpf

from actviz.expressions.callables import load
from actviz.expressions.choices import dividing, shaking
from actviz.expressions.expansion import expand
from actviz.expressions.expression import MATHS, parse
from actviz.expressions.grammar import read
from actviz.expressions.patches import find_patches
from actviz.expressions.tree import run
from actviz.floats import simplest

if TYPE_CHECKING:
    from pathlib import Path

DIGITS = 60
TERMS = 14
"""Of a Taylor series, used within NEAR of the place: the next is below 1e-42."""

NEAR = 1e-3

FORMULAS = {
    "x/(exp(x)-1)": (0, lambda x: x, lambda x: mp.exp(x) - 1),
    "(exp(x)-1)/x": (0, lambda x: mp.exp(x) - 1, lambda x: x),
    "x/tanh(x)": (0, lambda x: x, mp.tanh),
    "(1-cos(x))/x**2": (0, lambda x: 1 - mp.cos(x), lambda x: x**2),
    "tanh(x-0.3)/(x-0.3)": (0.3, lambda x: mp.tanh(x - mpf(0.3)), lambda x: x - mpf(0.3)),
    "log(1+x)/x": (0, lambda x: mp.log(1 + x), lambda x: x),
    "x**3/x**2": (0, lambda x: x**3, lambda x: x**2),
    "sin(pi*x)/(x-1)": (1, lambda x: mp.sin(mp.pi * x), lambda x: x - 1),
    "sin(x)/x": (0, mp.sin, lambda x: x),
    "(x**2-2)/(x**4-4)": ("sqrt2", lambda x: x**2 - 2, lambda x: x**4 - 4),
    "(1-cos(x))/x": (0, lambda x: 1 - mp.cos(x), lambda x: x),
    "(x**2-1)/(x-1)": (1, lambda x: x**2 - 1, lambda x: x - 1),
    "sin(x)*x**-1": (0, mp.sin, lambda x: x),
    "(cosh(x)-1-x*x/2)/x**4": (0, lambda x: mp.cosh(x) - 1 - x * x / 2, lambda x: x**4),
    "x/(exp(1e-8*x)-1)": (0, lambda x: x, lambda x: mp.expm1(mpf(1e-8) * x)),
}
"""The place, the numerator and the denominator of each."""

CLOSE = (5e-15, 2e-13, 1e-11)
"""Relative to f, to f' and to f'', of these two no less than a tenth of f over the unit of length."""

CANCELLING = {"(cosh(x)-1-x*x/2)/x**4": 20.0}
"""How many times more where three terms cancel."""


def program(text):
    """The formula over jets, as it is typed."""
    tree = read(text)
    return lambda x: run(tree, MATHS, {"x": x})


@cache
def series(text):
    """The place, and the Taylor coefficients of the quotient there: those of numerator and denominator divided."""
    with mp.workdps(2 * DIGITS):
        place, above, below = FORMULAS[text]
        p = mp.sqrt(2) if place == "sqrt2" else mpf(place)
        a, b = (mp.taylor(part, p, TERMS + 6) for part in (above, below))
        order = next(i for i, y in enumerate(b) if abs(y) > mpf(10) ** -50)
        assert all(abs(y) < mpf(10) ** -50 for y in a[:order])
        a, b, found = a[order:], b[order:], []
        for n in range(TERMS):
            found.append((a[n] - sum(found[k] * b[n - k] for k in range(n))) / b[0])
        return p, found


def truth(text, x):
    """f, f' and f'' at x in 60 digits."""
    p, c = series(text)
    with mp.workdps(DIGITS):
        d = mpf(x) - p
        if abs(d) < NEAR:
            return [sum(mp.ff(n, k) * c[n] * d ** (n - k) for n in range(k, TERMS)) for k in range(3)]
        _, above, below = FORMULAS[text]
        return [mp.diff(lambda t: above(t) / below(t), mpf(x), k) for k in range(3)]


def beside(place):
    """Points at distances from 0.9 down to 1e-300 or the next float, on both sides."""
    distance = np.concatenate(
        [0.9 * 10.0 ** -np.arange(0.0, 18.0), 10.0 ** -np.arange(23.0, 300.0, 23.0), [1e-300, 0.26]]
    )
    distance = np.append(distance, np.spacing(place)) if place else distance
    x = np.concatenate([place - distance, place + distance])
    return np.unique(x[x != place])


@pytest.mark.parametrize("text", FORMULAS)
def test_value_slope_and_curvature_beside_the_place(text: str) -> None:
    f = parse(text, {})
    x = beside(float(series(text)[0]))
    times = CANCELLING.get(text, 1.0)
    got = [f.derivative(x, order) for order in (0, 1, 2)]
    for i, point in enumerate(x.tolist()):
        wanted = truth(text, point)
        for order, close in enumerate(CLOSE):
            size = (
                abs(wanted[order])
                if order == 0 or text == "x**3/x**2"
                else max(abs(wanted[order]), abs(wanted[0]) / 10)
            )
            error = abs(mpf(float(got[order][i])) - wanted[order])
            assert error <= times * close * size, (text, order, point, float(got[order][i]), mp.nstr(wanted[order], 20))


@pytest.mark.parametrize(
    ("text", "place"), [("x/(exp(x)-1)", 0.0), ("tanh(x-0.3)/(x-0.3)", 0.3), ("sin(pi*x)/(x-1)", 1.0)]
)
def test_at_the_place_itself_it_is_no_number(text: str, place: float) -> None:
    f = parse(text, {})
    assert [math.isnan(f.derivative(place, order)) for order in (0, 1, 2)] == [True] * 3


def test_a_number_given_for_the_place() -> None:
    inside = parse("1 if x==0 else sin(x)/x", {})
    np.testing.assert_allclose([inside.derivative(0.0, k) for k in (0, 1, 2)], [1.0, 0.0, -1 / 3], rtol=0, atol=1e-12)
    assert not inside.kinks()
    apart = parse("0 if x==0 else sin(x)/x", {})
    assert apart(0.0) == 0.0
    assert [(k.x, k.order) for k in apart.kinks()] == [(0.0, 0)]
    np.testing.assert_allclose([apart.kinks()[0].left, apart.kinks()[0].right], 1.0, rtol=1e-15)


UNTOUCHED = (
    *("1/x", "x/x", "abs(x)/x", "max(x,0)/x", "exp(1/x)", "exp(-1/x**2)", "tanh(1/x)", "(x+1e-17)/x", "1/(x*x-1e-14)"),
    *("1/(1+exp(-x))", "sin(x)/cos(x)", "x**1.5/x", "x**2*abs(x)/x", "x/(1+x**2)", "(exp(x)-1.001)/x", "sin(1/x)*x"),
)


@pytest.mark.parametrize("text", UNTOUCHED)
def test_what_is_no_removable_point_stays_to_the_last_bit(text: str) -> None:
    raw = program(text)
    assert find_patches(raw) == ()
    x = np.concatenate([np.linspace(-3.0, 3.0, 601), 10.0 ** -np.arange(1.0, 300.0, 7.0)])
    jet = expand(raw, x)
    f = parse(text, {})
    for order, wanted in ((1, jet.slope), (2, jet.curvature)):
        known = np.isfinite(wanted) & (x != 0.0)
        np.testing.assert_array_equal(f.derivative(x, order)[known], wanted[known])


@pytest.mark.parametrize(
    ("text", "point", "wanted", "close"),
    [
        ("x**3/(x*(x*x+1e-12))", 1e-6, 0.5, 1e-14),
        ("x**3/x**2 + exp(-((x-0.7071)*1e6)**2)", 0.7071, 1.7071, 1e-15),
        ("x**3/x**2 + 1e-9*sin(1e4*x)", 0.5, 0.5 + 1e-9 * math.sin(5e3), 1e-15),
        ("sin(x)/x + max(x-0.1, 0)", 0.1, math.sin(0.1) / 0.1, 1e-15),
    ],
)
def test_what_else_is_near_the_place_is_not_lost(text: str, point: float, wanted: float, close: float) -> None:
    assert float(parse(text, {})(point)) == pytest.approx(wanted, rel=close)


def test_every_number_is_worked_out_alone() -> None:
    f = parse("x/(exp(x)-1)", {})
    x = np.concatenate([np.linspace(-3.0, 3.0, 61), [0.0, 1e-17, 1e-300]])
    for order in (0, 1, 2):
        alone = [float(f.derivative(point, order)) for point in x.tolist()]
        np.testing.assert_array_equal(f.derivative(x, order), alone)


@settings(max_examples=4, deadline=None)
@given(
    place=st.integers(-30_000, 30_000).map(lambda n: n / 1000),
    a=st.integers(1, 900).map(lambda n: n / 100),
    b=st.integers(-900, 900).map(lambda n: n / 100),
    distance=st.floats(1e-14, 2.0),
)
def test_a_line_divided_by_its_own_distance(place: float, a: float, b: float, distance: float) -> None:
    u = f"(x-({place!r}))"
    f = parse(f"({a!r}*{u}+({b!r})*{u}**2)/{u}", {})
    for x in (place - distance, place + distance):
        d = mpf(x) - mpf(place)
        assume(d != 0)
        size = a + abs(b) * abs(float(d))
        wanted = (a + b * d, mpf(b), mpf(0))
        for order, close in enumerate((1e-14, 1e-12, 1e-10)):
            error = abs(float(f.derivative(x, order)) - wanted[order])
            assert error <= close * size, (f.name, order, x, float(error))


def test_a_formula_that_divides_nothing_is_run_once_to_know() -> None:
    sizes = []
    raw = program("tanh(x)+x**2")

    def counted(x):
        sizes.append(x.value.size)
        return raw(x)

    assert find_patches(counted) == ()
    assert len(sizes) == 1


def test_what_is_divided_by_and_powers_below_zero_are_told() -> None:
    with dividing() as found:
        expand(program("1/(x-1) + (x-2)**-3 + x**2"), np.asarray([5.0]))
    assert [float(b.value[0]) for b in found] == [4.0, 3.0]


def test_shaken_runs_differ_by_the_rounding_error() -> None:
    raw, x = program("(exp(x)-1)/x"), np.asarray([1e-8])
    runs = []
    for seed in (0, 1, 0):
        with shaking(seed):
            runs.append(float(expand(raw, x).value[0]))
    assert runs[0] == runs[2] != runs[1]
    assert 1e-9 < max(abs(y - 1.0) for y in runs) < 2e-7


@pytest.mark.parametrize(
    ("low", "high", "wanted"), [(-1e-17, 1e-17, 0.0), (0.29999999999999993, 0.3000000000000001, 0.3), (1.5, 1.5, 1.5)]
)
def test_the_number_with_the_fewest_digits(low: float, high: float, wanted: float) -> None:
    assert simplest(low, high) == wanted


FILE = """
import numpy as np

def whole(x):
    return x / np.expm1(x)

def chosen(x):
    return np.where(x == 0, 1.0, x / (np.exp(x) - 1))
"""


@pytest.mark.parametrize("name", ["whole", "chosen"])
def test_a_numpy_callable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    (tmp_path / f"removable_{name}.py").write_text(FILE)
    monkeypatch.chdir(tmp_path)
    f = load(f"removable_{name}:{name}")
    x = np.asarray([-1e-3, -1e-7, 1e-11, 1e-5, 0.1])
    for order, close in enumerate((1e-14, 1e-12, 1e-10)):
        for point, got in zip(x.tolist(), f.derivative(x, order).tolist(), strict=True):
            assert got == pytest.approx(float(truth("x/(exp(x)-1)", point)[order]), rel=close), (name, order, point)


def test_a_callable_whose_parts_differ_from_point_to_point_is_left_alone() -> None:
    def varying(x):
        y = 1.0 / x
        return y if x.value.size > 100 else y / x

    assert find_patches(varying) == ()


@pytest.mark.parametrize("size", [1e2, 1e6, 1e10, 1e14])
def test_a_constant_costs_the_slopes_beside_a_place_nothing(size: float) -> None:
    whole, alone = parse(f"sin(x)/x+{size:g}", {}), parse("sin(x)/x", {})
    x = np.asarray([1e-3, 0.03, 0.3, 0.9, 2.0, -0.3, -2.0])
    for order in (1, 2):
        got, wanted = whole.derivative(x, order), alone.derivative(x, order)
        # What the formula itself loses where its terms cancel: 2**-52 over a power of x.
        room = CLOSE[order] + 2.0**-50 / np.abs(x) ** order
        assert (np.abs(got - wanted) <= room).all(), (order, x, got, wanted)


@pytest.mark.parametrize(
    ("text", "x", "slope"),
    [
        (
            "1e10+sin(x)/x+0.1*abs(x-1e-6)",
            (1e-7, 1e-4, 1e-3),
            (-0.10000003333333333, 0.09996666666666667, 0.09966666670000001),
        ),
        ("sin(x)/x+abs(x-1e-17)", (1e-8, 1e-4, -1e-4), (1.0, 0.9999666666666667, -0.9999666666666667)),
        ("1+tanh(1e-3*x)/x+1e-14*sin(1e8*x)", (2e-8, 1e-7), (-4.161468365471424e-07, -8.390715290764524e-07)),
    ],
)
def test_what_only_the_slope_shows_is_kept(text: str, x: tuple[float, ...], slope: tuple[float, ...]) -> None:
    got = parse(text, {}).derivative(np.asarray(x), 1)
    assert (np.abs(got - slope) <= 1e-7 * np.abs(slope)).all(), (text, got, slope)


def test_a_kink_beside_a_place_is_found_though_f_hardly_shows_it() -> None:
    (kink,) = parse("1e10+sin(x)/x+0.1*abs(x-1e-6)", {}).kinks()
    assert kink.x == 1e-6
    assert (kink.left, kink.right) == (pytest.approx(-0.1, abs=1e-6), pytest.approx(0.1, abs=1e-6))


@pytest.mark.parametrize(
    ("text", "function", "points"),
    [
        ("(x/(exp(x)-1)-1)/x", lambda x: (x / mp.expm1(x) - 1) / x, (-1e-3, 1e-10, 1e-6, 0.3)),
        ("sin(x-1e5)/(x-1e5)", lambda x: mp.sin(x - 10**5) / (x - 10**5), (1e5 + 1e-7, 1e5 + 1e-3, 1e5 - 0.5)),
        (
            "(1-cos(x))/x**2+1e-3*abs(x-1e-5)",
            lambda x: (1 - mp.cos(x)) / x**2 + mpf(1e-3) * abs(x - mpf(1e-5)),
            (-1e-9, 1e-9, 1e-7, 1e-4),
        ),
        ("sin(x)/x if x>0 else 1+x", lambda x: mp.sin(x) / x, (1e-9, 1e-5, 0.1)),
        ("sin(x)/x+abs(x-1e-17)", lambda x: mp.sin(x) / x + abs(x - mpf(1e-17)), (-1e-18, 1e-18, 1e-9, 0.1)),
    ],
)
def test_a_quotient_within_a_formula_is_mended_on_its_own(text: str, function, points: tuple[float, ...]) -> None:
    f = parse(text, {})
    with mp.workdps(60):
        for x in points:
            truth = [k * d for k, d in zip((1, 1, 2), mp.taylor(function, mpf(x), 2), strict=True)]
            for order, close in enumerate((5e-15, 2e-13, 5e-11)):
                error = abs(mpf(float(f.derivative(x, order))) - truth[order])
                assert error <= close * max(abs(truth[order]), abs(truth[0]) / 10), (text, order, x, float(error))


def test_kinks_beside_a_place() -> None:
    for text, wanted in (
        ("sin(x)/x+abs(x-1e-17)", (1e-17, -1.0, 1.0)),
        ("sin(x)/x if x>0 else 1+x", (0.0, 1.0, 0.0)),
        ("(1-cos(x))/x**2+1e-3*abs(x-1e-5)", (1e-5, -1e-3 - 1e-5 / 12, 1e-3 - 1e-5 / 12)),
    ):
        (kink,) = parse(text, {}).kinks()
        assert (kink.order, kink.x) == (1, wanted[0]), text
        assert (kink.left, kink.right) == pytest.approx(wanted[1:], abs=1e-9), text
    assert parse("sin(x-1e12)/(x-1e12)", {}).kinks() == ()


def test_the_places_of_quotients_within_are_told() -> None:
    assert parse("sin(x)/x if x>0 else 1+x", {}).holes() == (0.0,)
    assert parse("(x/(exp(x)-1)-1)/x", {}).holes() == (0.0,)
    assert parse("x*abs(x)/x", {}).holes() == ()
