"""Panels whose window shows no curve say so; all others stay as they are."""

from __future__ import annotations

from dataclasses import replace

import pytest
from process import actviz

from actviz.charts.emptiness import ELSEWHERE, LOST, explained
from actviz.charts.functions import function_figure
from actviz.figure import Interval, Line, Marker, Note, Panel
from actviz.resolve import scalars


@pytest.mark.parametrize(
    ("expression", "ylim", "said"),
    [
        ("x/0", None, LOST),
        ("log(-1-x**2)", None, LOST),
        ("mish", (100.0, 200.0), ELSEWHERE),
        ("mish", None, None),
        ("x", (1e-9, 2e-9), None),
    ],
)
def test_what_is_said(expression: str, ylim: Interval | None, said: str | None) -> None:
    ((panel,),) = function_figure(scalars([expression])).rows
    panel = replace(panel, ylim=ylim or panel.ylim)
    told = explained(panel)
    assert told.marks[: len(panel.marks)] == panel.marks
    assert [mark.text for mark in told.marks if isinstance(mark, Note)] == ([said] if said else [])


def test_a_point_in_the_window_is_something_to_see() -> None:
    lost = Line((0.0, 1.0), (float("nan"),) * 2)
    panel = Panel((lost, Marker(0.5, 0.5)), xlim=(0.0, 1.0), ylim=(0.0, 1.0))
    assert explained(panel) is panel
    assert explained(replace(panel, marks=(lost, Marker(0.5, 2.0)))) != panel


def test_the_terminal_says_it() -> None:
    assert LOST in actviz("plot", "x/0").stdout
    assert ELSEWHERE in actviz("plot", "mish", "--ylim=100:200").stdout
