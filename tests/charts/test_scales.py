"""Magnitudes on a logarithmic scale: gaps, windows, names, and what cannot be drawn."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from actviz.charts.functions import function_figure
from actviz.charts.scales import LEAST, logarithmic, magnitude
from actviz.errors import BadInput
from actviz.figure import Area, Band, Figure, Line, Marker, Note, Panel, Rule
from actviz.resolve import scalars

X = (0.0, 1.0, 2.0, 3.0)


def of(*y: float, **settings: Any) -> Panel:
    """The logarithmic panel of one line."""
    return logarithmic(Panel((Line(range(len(y)), y, "it"),), **settings))


def line(panel: Panel) -> Line:
    """A panel's one line."""
    (found,) = (mark for mark in panel.marks if isinstance(mark, Line))
    return found


def test_values_become_magnitudes_and_zeros_lead_out_of_the_window_or_are_gaps() -> None:
    y = np.array([-2.0, 0.0, 5e-324, -0.0, 3.0, np.nan, LEAST, 2 * LEAST, -5e-324, np.inf, -np.inf])
    before = y.copy()
    nan, inf = np.nan, np.inf
    np.testing.assert_array_equal(magnitude(y), [2.0, LEAST, nan, LEAST, 3.0, nan, LEAST, 2 * LEAST, LEAST, inf, inf])
    np.testing.assert_array_equal(y, before)
    np.testing.assert_array_equal(magnitude((-1, 0)), [1.0, LEAST])
    np.testing.assert_array_equal(magnitude((0, 0, nan, 0)), [nan] * 4)


def test_the_line_keeps_all_but_its_heights() -> None:
    made = logarithmic(Panel((Line(X, (-1.0, 2.0, 0.0, -4.0), "name", 3, "dotted", 2.0),), "title", "t", "v", (0, 3)))
    drawn = line(made)
    assert (drawn.x, drawn.label, drawn.ink, drawn.dash, drawn.width) == (X, "name", 3, "dotted", 2.0)
    np.testing.assert_array_equal(drawn.y, [1.0, 2.0, LEAST, 4.0])
    assert (made.title, made.xlabel, made.xlim, made.xscale) == ("title", "t", (0, 3), "linear")
    assert (made.yscale, made.axes, made.ylabel) == ("log", "frame", "|v|")


def test_a_nameless_scale_is_called_magnitude() -> None:
    assert of(1.0).ylabel == "magnitude"
    assert of(1.0, ylabel="f′(x)").ylabel == "|f′(x)|"


def test_points_of_breaks_go_and_other_marks_stay() -> None:
    others = (Band(0, 1), Rule(1.0), Note("here", 1, 1), Area(X, (1.0,) * 4, (2.0,) * 4))
    made = logarithmic(Panel((Marker(0, 0), *others, Line(X, (1.0,) * 4), Marker(1, 1, "open"))))
    assert made.marks[:-1] == others
    assert isinstance(made.marks[-1], Line)


@pytest.mark.parametrize(
    ("y", "ylim", "wanted"),
    [
        ((-6.0, 0.0, 3.0), None, (2.0, 9.0)),
        ((-6.0, 0.0, 3.0), (-7.0, 4.0), (2.0, 9.0)),
        ((-6.0, 0.0, 3.0), (0.0, 4.0), (2.0, 9.0)),
        ((-6.0, 0.0, 3.0), (1e-9, 4.0), (1e-9, 4.0)),
        ((3.0, 3.0), None, (2.0, 4.5)),
        ((3.0, np.inf, np.nan), None, (2.0, 4.5)),
        ((1.7e308, 1.0), None, (1 / 1.5, float(np.finfo(float).max))),
        ((2 * LEAST, 1.0), None, (2 * LEAST / 1.5, 1.5)),
    ],
)
def test_a_positive_window_stays_else_the_data_decide(
    y: tuple[float, ...], ylim: tuple[float, float] | None, wanted: tuple[float, float]
) -> None:
    assert of(*y, ylim=ylim).ylim == pytest.approx(wanted, rel=1e-15)


@pytest.mark.parametrize(
    ("marks", "why"),
    [
        ((), "no value in the range is finite"),
        ((Marker(0, 1), Rule(1)), "no value in the range is finite"),
        ((Line(X, (np.nan, np.inf, -np.inf, np.nan)),), "no value in the range is finite"),
        ((Line(X, (0.0, -0.0, 0.0, np.nan)),), "every finite value in the range is 0"),
        ((Line(X, (np.nan, np.inf, 0.0, LEAST / 2)),), "no finite value in the range is above 1e-300 in size"),
    ],
)
def test_nothing_to_draw_is_refused_with_the_true_cause(marks: tuple[Any, ...], why: str) -> None:
    with pytest.raises(BadInput, match=f"^--log has nothing to draw: {why}$"):
        logarithmic(Panel(marks))


@pytest.mark.parametrize("interval", [(-700.0, 700.0), (0.0, 600.0), (0.0, 690.0), (0.0, 709.7), (709.0, 709.7)])
@pytest.mark.parametrize("kind", ["png", "svg"])
def test_magnitudes_to_the_ends_of_float64_can_be_drawn(interval: tuple[float, float], kind: str) -> None:
    from actviz.render import encode

    ((panel,),) = function_figure(scalars(["exp(x)"]), (0,), interval).rows
    assert encode(Figure("", ((logarithmic(panel),),)), kind)


def test_relu_on_a_logarithmic_scale_starts_right_of_zero() -> None:
    ((panel,),) = function_figure(scalars(["relu"]), (0,), (-2.0, 2.0), 5).rows
    made = logarithmic(panel)
    np.testing.assert_array_equal(line(made).y, [np.nan, np.nan, LEAST, 1.0, 2.0])
    assert made.ylim == (1 / 1.5, 3.0)
