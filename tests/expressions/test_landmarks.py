"""Where a function may have a narrow feature, told from its parts."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from actviz.expressions.callables import load
from actviz.expressions.expression import parse
from actviz.expressions.landmarks import IN_ALL, nearest
from actviz.sampling import crowd

if TYPE_CHECKING:
    from pathlib import Path

FILE = """
import numpy as np

def whole(x):
    return x + np.exp(-((x - 0.7071) * 1e6) ** 2)

def branching(x):
    return x if x < 0.5 else x + np.exp(-((x - 0.7071) * 1e6) ** 2)

def plain(x):
    return np.tanh(x)
"""


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("x + exp(-((x-0.7071)*1e6)**2)", 0.7071),
        ("x + exp(-1e12*(x-0.7071)**2)", 0.7071),
        ("exp(-1e12*(x**2 - 1.4142*x + 0.7071**2))", 0.7071),
        ("tanh(1e9*x + 3e9)", -3.0),
        ("1/(1+(x/1.5)**1000000)", 1.5),
        ("log(1 + exp(1e6*(x-2.5)))", 2.5),
        ("1e10*exp(1e7*(x-2.5)) / (1 + 1e10*exp(1e7*(x-2.5)))", 2.5 - math.log(1e10) / 1e7),
        ("erf((x**2 - 2)*1e6)", math.sqrt(2.0)),
        ("sqrt((x-1)**2 + 1e-14)", 1.0),
        ("gelu(1e7*(x + 12345))", -12345.0),
        ("laplace(1e6*x, mu=3e6)", 3.0),
        ("2**(-(1e6*(x-1))**2)", 1.0),
        ("max(x, exp(-1e12*(x-0.3)**2))", 0.3),
    ],
)
def test_the_place_of_a_narrow_feature(text: str, place: float) -> None:
    found = parse(text, {}).landmarks()
    assert min((abs(x - place) for x in found), default=math.inf) <= 1e-12 * max(abs(place), 1.0), (text, place, found)


def test_a_bump_that_stands_where_another_one_is() -> None:
    text = "x + exp(-(exp(-((x-0.7071)*1e4)**2) - 0.5)**2 * 1e8)"
    away = math.sqrt(math.log(2.0)) * 1e-4
    found = parse(text, {}).landmarks()
    for place in (0.7071 - away, 0.7071 + away):
        assert min((abs(x - place) for x in found), default=math.inf) < 1e-12, (place, found)


@pytest.mark.parametrize("text", ["x*tanh(log(1+exp(x)))", "x/(1+exp(-x))", "abs(x-1)", "x**3 - x", "max(x, 0.1*x)"])
def test_an_ordinary_function_has_none(text: str) -> None:
    assert parse(text, {}).landmarks() == (), text


def test_parameters_move_them() -> None:
    bump = parse("x + exp(-((x-a)*1e6)**2)", {"a": 0.25})
    for a in (0.25, 3.0):
        found = bump.bind(a=a).landmarks(a)
        assert min(abs(x - a) for x in found) == 0.0, (a, found)


def test_python_of_the_user_is_followed_where_it_works_on_the_whole_array(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "narrow_functions.py").write_text(FILE, encoding="utf-8")
    monkeypatch.chdir(tmp_path)

    def landmarks(name: str) -> Any:
        return load(f"narrow_functions:{name}").landmarks()

    assert 0.7071 in landmarks("whole")
    assert landmarks("branching") == landmarks("plain") == ()


def test_a_crowd_is_at_every_distance_down_to_the_next_float() -> None:
    for place in (1.5, -1e-8, 3e5):
        (row,) = crowd(np.asarray([place]))
        assert row[0] == place
        distances = np.unique(np.abs(row[1:] - place))
        assert distances[distances > 0][0] <= 4 * np.spacing(abs(place)), place
        assert distances[-1] == max(abs(place), 1.0) / 8
        inner = distances[distances > 64 * np.spacing(abs(place))]
        assert (inner[1:] / inner[:-1] < 8.5).all(), (place, inner)


@pytest.mark.parametrize(
    ("text", "x"),
    [
        ("1/(1+exp(-100*x))", -7.08),
        ("1/(1+exp(-100*x))", -8.0),
        ("(1+exp(-100*x))**-1", -8.0),
        ("x+1/(1+exp(1e8*x))", 1.0),
        ("1/cosh(1e3*x)", 2.0),
    ],
)
def test_a_slope_whose_value_is_0_by_an_overflow_is_0(text: str, x: float) -> None:
    activation = parse(text, {})
    whole = 1.0 if text.startswith("x+") else 0.0
    assert (activation.derivative(x, 1), activation.derivative(x, 2)) == (whole, 0.0), text


@pytest.mark.parametrize("text", ["1/(1/x)", "1/(1+1/x)", "(1+1/x)**-1", "1/(1+1/x**2)"])
def test_a_pole_within_is_no_overflow(text: str) -> None:
    assert math.isnan(parse(text, {}).derivative(0.0, 1)), text


def test_of_places_that_only_rounding_can_make_so_many_the_nearest_are_looked_at():
    few, many = np.linspace(-5.0, 9.0, 2 * IN_ALL), np.linspace(-5.0, 9.0, 2 * IN_ALL + 1)
    assert nearest(few) is few
    kept = nearest(many)
    assert kept.size == IN_ALL
    assert (np.diff(kept) > 0).all()
    assert np.abs(kept).max() <= np.abs(np.setdiff1d(many, kept)).min()
