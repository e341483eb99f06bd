"""Cards, tails and moments of formulas that are 0/0 at a point: rounding about it is no turn, jump, pole or wave."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest
from mpmath import mp, mpf

from actviz.analysis.moments import expected
from actviz.analysis.properties import properties
from actviz.analysis.saturation.saturation import saturation
from actviz.analysis.scan import scan
from actviz.commands.info import card
from actviz.expressions.expression import parse
from actviz.sampling import sample

if TYPE_CHECKING:
    from collections.abc import Callable

FORMULAS: dict[str, Callable] = {
    "x/(exp(x)-1)": lambda x: x / mp.expm1(x),
    "(exp(x)-1)/x": lambda x: mp.expm1(x) / x,
    "x/tanh(x)": lambda x: x / mp.tanh(x),
    "(1-cos(x))/x**2": lambda x: (1 - mp.cos(x)) / x**2,
    "tanh(x-0.3)/(x-0.3)": lambda x: mp.tanh(x - mpf(0.3)) / (x - mpf(0.3)),
    "log(1+x)/x": lambda x: mp.log1p(x) / x,
    "x**3/x**2": lambda x: x,
    "sin(pi*x)/(x-1)": lambda x: mp.sin(mp.pi * x) / (x - 1),
    "sin(x)/x": lambda x: mp.sin(x) / x,
    "(x**2-2)/(x**4-4)": lambda x: 1 / (x**2 + 2),
}
NODES, WEIGHTS = np.polynomial.legendre.leggauss(20)
REACH = 9
"""Standard deviations that integrals go either way: beyond lies 1e-18 of the law."""


def moments(f, std):
    """E f, E f^2, E f', E f'^2 for X ~ N(0, std^2)."""
    found = [mpf(0)] * 4
    with mp.workdps(30):
        for low in range(-REACH, REACH):
            for node, weight in zip(NODES.tolist(), WEIGHTS.tolist(), strict=True):
                z = low + (1 + mpf(node)) / 2
                share = mp.npdf(z) * mpf(weight) / 2
                a, b = f(std * z), mp.diff(f, std * z)
                found = [total + share * y for total, y in zip(found, (a, a * a, b, b * b), strict=True)]
    return [float(total) for total in found]


@pytest.mark.parametrize("text", FORMULAS)
def test_moments(text: str) -> None:
    # log(1 + x) is no number left of -1: a law that all but ends before. At -1 its slope has no finite integral.
    std = 0.02 if text.startswith("log") else 1.0
    found = expected(scan(parse(text, {})), 0.0, std)
    got = (found.value_mean, found.value_second_moment, found.derivative_mean, found.derivative_second_moment)
    true = moments(FORMULAS[text], mpf(std))
    if text.startswith("log"):
        true[2:] = -math.inf, math.inf
    for name, y, wanted in zip(("f", "f^2", "f'", "f'^2"), got, true, strict=True):
        assert y == pytest.approx(wanted, rel=1e-10, abs=1e-12, nan_ok=True), (text, name)


CARDS = {
    "x/(exp(x)-1)": ("decreasing", "neither", (0.0, math.inf), 0.0),
    "(exp(x)-1)/x": ("increasing", "neither", (0.0, math.inf), 0.0),
    "x/tanh(x)": ("no", "even", (1.0, math.inf), 0.0),
    "tanh(x-0.3)/(x-0.3)": ("no", "neither", (0.0, 1.0), 0.3),
    "x**3/x**2": ("increasing", "odd", (-math.inf, math.inf), 0.0),
    "(x**2-1)/(x-1)": ("increasing", "neither", (-math.inf, math.inf), 1.0),
}
"""Monotone, parity, range and place of those that have no zero but x + 1's, no turn, and no wave."""


@pytest.mark.parametrize("text", CARDS)
def test_a_card_without_turns(text: str) -> None:
    monotone, parity, (low, high), place = CARDS[text]
    about = properties(parse(text, {}))
    assert (about.monotone, about.parity, about.smoothness) == (monotone, parity, "C-infinity")
    assert (about.low.value, about.high.value) == pytest.approx((low, high), rel=1e-15)
    assert (about.kinks, about.poles, about.minima, about.maxima) == ((), (), (), ())
    assert about.undefined == ((place, place),)
    assert about.reach == math.inf
    assert about.zeros == ((-1.0,) if place == 1.0 else ())
    bends = [p.x for p in about.inflections]
    wanted = [0.3 - 0.9199376677161995, 0.3 + 0.9199376677161995] if place == 0.3 else []
    assert bends == pytest.approx(wanted, abs=1e-10)


@pytest.mark.parametrize(
    ("text", "zeros"),
    [
        ("sin(x)/x", [n * math.pi for n in range(-9, 10) if n]),
        ("(1-cos(x))/x**2", [2 * n * math.pi for n in range(-4, 5) if n]),
        ("sin(pi*x)/(x-1)", [float(n) for n in range(-14, 15) if n != 1]),
    ],
)
def test_a_card_with_waves_has_its_own_turns_alone(text: str, zeros: list[float]) -> None:
    about = properties(parse(text, {}))
    place = 1.0 if "pi" in text else 0.0
    assert (about.kinks, about.poles, about.undefined, about.countless) == ((), (), ((place, place),), False)
    assert about.zeros == pytest.approx(zeros, abs=1e-6)
    turns = sorted(p.x for p in (*about.minima, *about.maxima))
    assert min(b - a for a, b in pairwise(turns)) > 0.4
    assert all(abs(x - place) > 0.4 for x in turns)


@pytest.mark.parametrize("text", ["x*(x-0.1)/(x-0.1)", "(exp(x-0.1)-1)/(x-0.1)"])
def test_a_place_that_no_grid_has_is_told(text: str) -> None:
    assert properties(parse(text, {})).undefined == ((0.1, 0.1),)


def test_a_zero_at_0_beside_another_place() -> None:
    for text in ("(x-0.25)/(exp(x-0.25)-1)*tanh(x)", "x*(x-0.1)/(x-0.1)"):
        assert properties(parse(text, {})).zeros == (0.0,), text


def test_a_quotient_that_is_a_number_at_every_float() -> None:
    about = properties(parse("(x**2-2)/(x**4-4)", {}))
    assert (about.kinks, about.poles, about.undefined, about.zeros) == ((), (), (), ())
    assert [(p.x, p.value) for p in about.maxima] == [(0.0, 0.5)]
    assert [p.x for p in about.inflections] == pytest.approx([-math.sqrt(2 / 3), math.sqrt(2 / 3)], abs=1e-12)


@pytest.mark.parametrize(
    ("text", "kinds", "point"),
    [
        ("x/(exp(x)-1)", ("none", "soft"), ("right", 0.01, 6.271654508217821)),
        ("x/tanh(x)", ("none", "none"), None),
        ("log(1+x)/x", ("none", "soft"), ("right", 0.01, 13.105081228677214)),
        ("tanh(x-0.3)/(x-0.3)", ("soft", "soft"), ("left", 0.01, -9.699999567157374)),
        ("sin(x)/x", ("soft", "soft"), ("right", 0.01, 97.59893991896116)),
    ],
)
def test_tails(text: str, kinds: tuple[str, str], point: tuple[str, float, float] | None) -> None:
    found = saturation(parse(text, {}))
    assert (found.left.kind, found.right.kind) == kinds
    if point:
        side, threshold, x = point
        told = {p.threshold: p.x for p in getattr(found, side).thresholds}
        assert told[threshold] == pytest.approx(x, rel=1e-12)
    if "sin" not in text:
        assert found.interior == ()
        assert [note for note in found.notes if "0/0" not in note] == [] or "log" in text
        assert f"about x = {0.3 if '0.3' in text else 0:g} the formula is 0/0" in " ".join(found.notes)


def test_a_curve_has_no_break() -> None:
    for order in (0, 1, 2):
        curve = sample(parse("x/(exp(x)-1)", {}), order, (-1e-9, 1e-9))
        assert (curve.breaks, curve.poles) == ((), ())
        known = curve.y[np.isfinite(curve.y)]
        assert np.ptp(known) <= 1.001e-9
        assert known.size == curve.y.size - 1


@pytest.mark.parametrize(
    ("text", "told"),
    [("x/(exp(x)-1)", "at 0 (limit 1)"), ("sin(pi*x)/(x-1)", "at 1 (limit -3.14159)"), ("abs(x)/x", "at 0")],
)
def test_the_card_names_the_point_and_the_limit(text: str, told: str) -> None:
    rows = dict(card(parse(text, {})).tables[0].rows)
    assert rows["undefined"] == told


def test_a_large_constant_costs_the_mean_square_slope_nothing() -> None:
    for text in ("sin(x)/x", "sin(x)/x+1e6", "sin(x)/x+1e10"):
        got = expected(scan(parse(text, {})), 0.0, 1.0).derivative_second_moment
        assert got == pytest.approx(0.06542933777, rel=1e-9), text


def test_a_saturated_interval_goes_over_the_place() -> None:
    found = saturation(parse("(1-cos(x))/x**2", {}))
    inside = [ends for ends in found.saturated[0] if abs(ends[0]) < 3.0]
    assert len(inside) == 1
    assert inside[0] == pytest.approx((-1.35941267514, 1.35941267514), rel=1e-11)
