"""Figures of functions: names for people, windows, open and closed points."""

from __future__ import annotations

import numpy as np
import pytest

from actviz.charts.functions import (
    COLORS,
    function_figure,
    legible_figure,
    names_of,
    spoken,
    stroke,
    title_of,
    window,
)
from actviz.figure import Line, Marker
from actviz.resolve import scalars


@pytest.mark.parametrize(
    ("name", "people_write"),
    [
        ("relu", "ReLU"),
        ("relu6", "ReLU6"),
        ("leaky_relu", "Leaky ReLU"),
        ("prelu", "PReLU"),
        ("rrelu", "RReLU"),
        ("elu", "ELU"),
        ("gelu", "GELU"),
        ("sigmoid", "Sigmoid"),
        ("hard_sigmoid", "Hard sigmoid"),
    ],
)
def test_names_as_people_write_them(name: str, people_write: str) -> None:
    assert spoken(name) == people_write


@pytest.mark.parametrize("typed", ["x*sigmoid(2*x)", "x", "-x"])
def test_a_typed_function_is_named_as_it_is_typed(typed: str) -> None:
    assert names_of(scalars([typed])) == (typed,)


def panels_of(typed: str, interval: tuple[float, float], *orders: int) -> list[list[str]]:
    figure = legible_figure(scalars([typed]), orders, interval)
    return [[mark.label for mark in panel.marks if isinstance(mark, Line)] for (panel,) in figure.rows]


def test_a_slope_that_would_lie_flat_has_a_panel_of_its_own() -> None:
    assert panels_of("mish", (-6.0, 6.0), 0, 1) == [["f", "f′"]]
    assert panels_of("mish", (-300.0, 300.0), 0, 1, 2) == [["Mish"], ["Mish"], ["Mish"]]
    assert panels_of("tanh(1e4*x)", (-6.0, 6.0), 0, 1) == [["tanh(1e4*x)"]] * 2
    assert panels_of("mish", (-300.0, 300.0), 1) == [["Mish"]]
    upper, lower = (p for (p,) in legible_figure(scalars(["mish"]), (0, 1), (-300.0, 300.0)).rows)
    assert (upper.xlabel, lower.xlabel, upper.ylabel, lower.ylabel) == ("", "x", "f(x)", "f′(x)")


def test_a_figure_is_higher_by_the_panels_that_stand_below_the_first() -> None:
    heights = [legible_figure(scalars(["sin(50*x)"]), tuple(range(count))).size[1] for count in (1, 2, 3)]
    assert heights == pytest.approx([4.0, 5.6, 7.2])


def test_a_sweep_names_every_value_even_the_default() -> None:
    assert names_of(scalars(["swish"], ["beta=0.1,1,-10"])) == ("Swish, β = 0.1", "Swish, β = 1", "Swish, β = −10")
    assert names_of(scalars(["swish", "mish"])) == ("Swish", "Mish")
    assert names_of(scalars(["leaky_relu:negative_slope=0.2"])) == ("Leaky ReLU, negative slope = 0.2",)


def test_titles() -> None:
    assert title_of(scalars(["tanh"])) == "Tanh"
    assert title_of(scalars(["tanh", "relu", "mish"])) == "Tanh, ReLU and Mish"
    assert title_of(scalars(["swish"], ["beta=1,2"])) == "Swish"


def test_one_colour_a_function_and_one_dash_an_order() -> None:
    ((panel,),) = function_figure(scalars(["tanh", "mish"]), (0, 1)).rows
    drawn = [(m.label, m.ink, m.dash) for m in panel.marks if isinstance(m, Line)]
    assert drawn == [
        ("Tanh, f", 0, "solid"),
        ("Tanh, f′", 0, "dashed"),
        ("Mish, f", 1, "solid"),
        ("Mish, f′", 1, "dashed"),
    ]


def test_a_break_has_a_closed_point_at_the_value_taken() -> None:
    ((panel,),) = function_figure(scalars(["relu6"]), (1,)).rows
    found = [(m.x, m.y, m.shape) for m in panel.marks if isinstance(m, Marker)]
    assert found == [(0.0, 0.0, "closed"), (0.0, 1.0, "open"), (6.0, 1.0, "closed"), (6.0, 0.0, "open")]


@pytest.mark.parametrize(
    ("text", "orders", "wanted"),
    [
        ("step", (0,), [(0.0, 0.0, "open"), (0.0, 1.0, "closed")]),
        ("hardshrink", (0,), [(-0.5, -0.5, "open"), (-0.5, 0.0, "closed"), (0.5, 0.0, "closed"), (0.5, 0.5, "open")]),
        ("hardshrink", (1,), [(-0.5, 1.0, "open"), (-0.5, 0.0, "closed"), (0.5, 0.0, "closed"), (0.5, 1.0, "open")]),
        ("1 if x > 0 else (0.25 if x == 0 else -1)", (0,), [(0, -1, "open"), (0, 1, "open"), (0, 0.25, "closed")]),
        ("sparse_plus", (2,), [(-1.0, 0.0, "closed"), (-1.0, 0.5, "open"), (1.0, 0.5, "closed"), (1.0, 0.0, "open")]),
        ("hardshrink:threshold=0", (0, 1, 2), []),
        ("softshrink", (1,), [(-0.5, 1.0, "closed"), (-0.5, 0.0, "open"), (0.5, 0.0, "closed"), (0.5, 1.0, "open")]),
        # An open point of f' on f itself would look like a gap in f.
        ("softshrink", (0, 1), [(-0.5, 1.0, "closed"), (0.5, 0.0, "closed"), (0.5, 1.0, "open")]),
        # That of f is there to stay, though f' passes through it.
        ("step", (0, 1), [(0.0, 0.0, "open"), (0.0, 1.0, "closed")]),
    ],
)
def test_jumps_of_every_order_have_open_and_closed_points(
    text: str, orders: tuple[int, ...], wanted: list[tuple[float, float, str]]
) -> None:
    ((panel,),) = function_figure(scalars([text]), orders).rows
    assert [(m.x, m.y, m.shape) for m in panel.marks if isinstance(m, Marker)] == wanted


@pytest.mark.parametrize("text", ["step:threshold=0.3", "hardshrink", "threshold", "thresholded_relu"])
@pytest.mark.parametrize("order", [0, 1])
def test_no_line_is_drawn_across_a_jump(text: str, order: int) -> None:
    (activation,) = scalars([text])
    ((panel,),) = function_figure((activation,), (order,)).rows
    (line,) = (m for m in panel.marks if isinstance(m, Line))
    x, y = np.asarray(line.x), np.asarray(line.y)
    steps = np.abs(np.diff(y))[np.isfinite(np.diff(y))]
    assert steps.max() < 0.02, (text, order, steps.max())
    jumps = [k.x for k in activation.kinks(*activation.values) if k.order == order]
    assert x[np.isnan(y)].tolist() == jumps


@pytest.mark.parametrize(
    "values",
    [[0.0, 1.0], [5.0], [float("nan"), 2.0, float("inf")], [1e308, -1e308], [5e-324, 0.0], [float("nan")], [-3e9]],
)
def test_a_window_is_finite_and_holds_what_it_can(values: list[float]) -> None:
    low, high = window([np.asarray(values)])
    assert np.isfinite([low, high]).all()
    assert low < high
    for value in values:
        if abs(value) < np.inf:
            assert low <= value <= high, (low, value, high)


def test_looks_are_unique_for_many_functions() -> None:
    alone = {(ink % COLORS, *stroke(ink, None)) for ink in range(72)}
    assert len(alone) == 72
    assert len({look[:2] for look in ((ink % COLORS, stroke(ink, None)[0]) for ink in range(24))}) == 24
    several = {(ink % COLORS, *stroke(ink, turn)) for ink in range(18) for turn in range(3)}
    assert len(several) == 54
    for turn in range(3):
        assert len({stroke(ink, turn)[0] for ink in range(18)}) == 1, "the dash tells the order"


def test_the_colours_counted_are_those_of_every_palette() -> None:
    from actviz.render.style import THEMES
    from actviz.terminal.sheet import PALETTE

    assert {COLORS} == {len(PALETTE), *(len(theme.palette) for theme in THEMES.values())}


@pytest.mark.parametrize(
    ("expression", "most"),
    [("tan(x)", 20.0), ("1/x", 10.0), ("1/x**2", 100.0), ("1/(x*x-1e-4)", 100.0), ("1/(x-1)/(x-1.001)", 100.0)],
)
def test_a_window_follows_the_bulk_beside_a_pole(expression: str, most: float) -> None:
    ((panel,),) = function_figure(scalars([expression])).rows
    assert panel.ylim
    assert 0 < panel.ylim[1] < most, panel.ylim


@pytest.mark.parametrize(("expression", "most"), [("sqrt(x)", 3.0), ("log(x)", 5.0)])
def test_a_window_follows_the_bulk_beside_a_slope_that_is_infinite(expression: str, most: float) -> None:
    ((panel,),) = function_figure(scalars([expression]), (0, 1)).rows
    assert panel.ylim
    assert 2.0 < panel.ylim[1] < most, panel.ylim


def test_a_window_holds_all_that_is_finite_beside_a_row_of_infinities() -> None:
    ((panel,),) = function_figure(scalars(["exp(x)"]), (0,), (0.0, 800.0)).rows
    assert panel.ylim
    assert panel.ylim[1] > 1e307
