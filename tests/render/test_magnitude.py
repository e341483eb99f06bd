"""Numbers at the ends of float64 in pictures."""

from __future__ import annotations

import pytest

from actviz.charts.functions import function_figure
from actviz.figure import Interval
from actviz.render import compose
from actviz.render.magnitude import exponent_of, over
from actviz.resolve import scalars


@pytest.mark.parametrize(
    ("expression", "interval", "powers"),
    [
        ("exp(x)", (0.0, 709.7), ("", "10\u00b3\u2070\u2078")),
        ("1e-300*x", (-6.0, 6.0), ("", "10\u207b\u00b3\u2070\u2070")),
        ("tanh", (0.0, 3e-308), ("10\u207b\u00b3\u2070\u2078", "10\u207b\u00b3\u2070\u2078")),
        ("tanh", (-6.0, 6.0), ("", "")),
    ],
)
def test_scales_show_their_power_of_ten(expression: str, interval: Interval, powers: tuple[str, str]) -> None:
    page = compose(function_figure(scalars([expression]), interval=interval))
    (ax,) = page.axes
    for axis, power in zip((ax.xaxis, ax.yaxis), powers, strict=True):
        texts = axis.get_major_formatter().format_ticks(axis.get_majorticklocs())
        assert any("10" in text for text in texts if "\u2070" in text) == bool(power), texts
        assert not power or any(power in text for text in texts), texts


def test_the_window_holds_the_curve_to_its_greatest_value() -> None:
    figure = function_figure(scalars(["exp(x)"]), interval=(0.0, 709.7))
    (ax,) = compose(figure).axes
    (line,) = (line for line in ax.lines if line.get_label() == "exp(x)" or len(line.get_xdata()) > 100)
    assert ax.get_ylim()[1] > max(line.get_ydata()) > 1.6


@pytest.mark.parametrize(
    ("window", "power"), [((-1.0, 1.0), 0), ((0.0, 1.7e308), 308), ((0.0, 3e-308), -308), ((0.0, 0.0), 0), (None, 0)]
)
def test_what_is_taken_out(window: Interval | None, power: int) -> None:
    assert exponent_of(window, "linear") == power
    assert exponent_of(window, "log") == 0


@pytest.mark.parametrize(("value", "power", "wanted"), [(1.7e308, 308, 1.7), (3e-308, -308, 3.0), (5e-324, -324, 5.0)])
def test_division_by_powers_that_are_no_floats(value: float, power: int, wanted: float) -> None:
    assert over(value, power) == pytest.approx(wanted, rel=0.02)
