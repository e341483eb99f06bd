"""Scales and ticks: round numbers in the window, exact labels, at any magnitude."""

from __future__ import annotations

import math
import re
import sys
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from actviz.terminal.frame import Frame
from actviz.terminal.scale import Scale, fitted
from actviz.terminal.ticks import Tick, ticks

MOST = 7
finite = st.floats(allow_nan=False, allow_infinity=False)


def labels(low: float, high: float, most: int = MOST, log: bool = False) -> list[str]:
    return [tick.label for tick in ticks(Scale(low, high, log), most, lambda found: True)]


@pytest.mark.parametrize(
    ("low", "high", "wanted"),
    [
        (-6, 6, ["-6", "-4", "-2", "0", "2", "4", "6"]),
        (0, 1, ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
        (0.05, 0.35, ["0.05", "0.10", "0.15", "0.20", "0.25", "0.30", "0.35"]),
        (-0.3, 0.3, ["-0.3", "-0.2", "-0.1", "0.0", "0.1", "0.2", "0.3"]),
        (0, 15, ["0.0", "2.5", "5.0", "7.5", "10.0", "12.5", "15.0"]),
        (-1000, 1000, ["-1000", "-500", "0", "500", "1000"]),
        (0, 3e7, ["0", "5e6", "1e7", "1.5e7", "2e7", "2.5e7", "3e7"]),
        (-1e308, 1e308, ["-1e308", "-5e307", "0", "5e307", "1e308"]),
        (0, 1e-310, ["0", "2e-311", "4e-311", "6e-311", "8e-311", "1e-310"]),
        (1000000, 1000000.4, ["1000000.0", "1000000.1", "1000000.2", "1000000.3", "1000000.4"]),
    ],
)
def test_linear_labels(low: float, high: float, wanted: list[str]) -> None:
    assert labels(low, high) == wanted


@pytest.mark.parametrize(
    ("low", "high", "wanted"),
    [
        (1, 1000, ["1", "10", "100", "1000"]),
        (0.01, 10, ["0.01", "0.1", "1", "10"]),
        (1e-12, 1e12, ["1e-10", "1e-5", "1e0", "1e5", "1e10"]),
        (2, 8, ["2", "3", "4", "5", "6", "7", "8"]),
        (1e-300, 1e300, ["1e-300", "1e-200", "1e-100", "1e0", "1e100", "1e200", "1e300"]),
    ],
)
def test_log_labels(low: float, high: float, wanted: list[str]) -> None:
    assert labels(low, high, log=True) == wanted


@pytest.mark.parametrize(
    ("low", "high", "wanted"),
    [(-6.6, 6.6, ["-5", "5"]), (-1.1, 1.1, ["-1", "1"]), (-2.2, 2.2, ["-2", "2"]), (0.1, 6, ["2.5", "5.0"])],
)
def test_where_one_tick_would_fit_by_itself_there_are_two(low: float, high: float, wanted: list[str]) -> None:
    assert labels(low, high, most=2) == wanted


@given(low=finite, high=finite, most=st.integers(2, 20))
def test_ticks_are_even_inside_and_say_their_value(low: float, high: float, most: int) -> None:
    assume(low < high)
    found = ticks(Scale(low, high), most, lambda found: True)
    assert len(found) <= most
    exact = [Fraction(tick.label) for tick in found]
    for tick, value in zip(found, exact, strict=True):
        assert tick.value == float(value), tick
        assert low <= tick.value <= high, tick
    steps = {b - a for a, b in pairwise(exact)}
    assert len(steps) <= 1, exact
    for step in steps:
        digits = re.sub(r"e.*", "", f"{float(step):.3e}") if float(step) > 1e-300 else "1.000"
        assert digits in ("1.000", "2.000", "2.500", "5.000"), step


@given(low=st.floats(-1e6, 1e6), width=st.floats(1e-3, 1e6), most=st.integers(2, 20))
def test_there_are_ticks_enough(low: float, width: float, most: int) -> None:
    assert len(labels(low, low + width, most)) >= most // 3


def test_ticks_that_do_not_fit_grow_sparser() -> None:
    found = ticks(Scale(0, 10), 20, lambda found: len(found) <= 3)
    assert [tick.label for tick in found] == ["0", "5", "10"]
    assert ticks(Scale(0, 10), 20, lambda found: False) == ()


def test_tick_is_plain_data() -> None:
    assert ticks(Scale(0, 2), 3, lambda found: True) == (Tick(0.0, "0"), Tick(1.0, "1"), Tick(2.0, "2"))


@given(low=finite, high=finite)
def test_unit_puts_the_window_between_0_and_1(low: float, high: float) -> None:
    assume(low < high)
    assert Scale(low, high).unit([low, high]).tolist() == [0.0, 1.0]
    middle = low / 2 + high / 2
    assert 0 <= float(Scale(low, high).unit([middle])[0]) <= 1


def test_unit_of_special_numbers() -> None:
    unit = Scale(-1, 1).unit([math.inf, -math.inf, math.nan, 1e308])
    assert unit[0] == math.inf and unit[1] == -math.inf and math.isnan(unit[2]) and unit[3] > 1e300
    log = Scale(0.1, 1000, log=True).unit([1, 0, -5])
    assert log[0] == pytest.approx(0.25) and math.isnan(log[1]) and math.isnan(log[2])


def test_window_is_the_given_one_or_holds_the_data() -> None:
    data = np.array([1.0, 3.0, math.nan, math.inf])
    assert fitted((0, 5), data, False) == Scale(0, 5)
    assert fitted(None, data, False, 0.05) == Scale(0.9, 3.1)
    assert fitted(None, np.full(3, 2.0), False) == Scale(1, 3)
    assert fitted(None, np.zeros(0), False) == Scale(-1, 1)
    assert fitted((5, 0), data, False) == Scale(1, 3), "a window upside down is none"
    assert fitted((0, 5), data, True) == Scale(1, 3, True), "a logarithmic window starts above 0"


@given(values=st.lists(finite, max_size=5), log=st.booleans())
def test_window_is_finite_and_in_order(values: list[float], log: bool) -> None:
    scale = fitted(None, np.array(values), log, 0.05)
    assert -sys.float_info.max <= scale.low < scale.high <= sys.float_info.max
    assert scale.low > 0 or not log
    usable = [v for v in values if v > 0 or not log]
    assert all(scale.low <= v <= scale.high for v in usable), (scale, values)


@pytest.mark.parametrize("log", [False, True])
@given(
    low=st.floats(1e-6, 1e6), width=st.floats(0.01, 1e5), below=st.floats(0, 3), rows=st.integers(2, 14)
)  # width and distance below in parts of the lower end
def test_a_y_axis_of_two_rows_or_more_has_two_ticks_or_more(
    log: bool, low: float, width: float, below: float, rows: int
) -> None:
    window = Scale(low, low * (1 + width), True) if log else Scale(low * (1 - below), low * (1 - below + width))
    found = Frame(0, 8, rows, 40, "braille", Scale(0, 1), window).yticks()
    places = [Frame(0, 8, rows, 40, "braille", Scale(0, 1), window).row(tick.value) for tick in found]
    assert len(found) >= 2 and all(a > b for a, b in pairwise(places)), (window, rows, found)
