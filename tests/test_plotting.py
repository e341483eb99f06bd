"""`actviz.plot`: curves on matplotlib axes, the user's own or new ones."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib import pyplot
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

import actviz
from actviz.errors import BadInput
from actviz.render import THEMES


@pytest.fixture(autouse=True)
def _no_window() -> Iterator[None]:
    """Pyplot figures in memory, closed afterwards."""
    pyplot.switch_backend("agg")
    pyplot.close("all")
    yield
    pyplot.close("all")


def curves(ax: Axes) -> list[Any]:
    """The lines that are curves, not lines through zero nor points."""
    return [line for line in ax.lines if len(line.get_xdata()) > 2]


def test_without_axes_a_new_pyplot_figure_is_made() -> None:
    ax = actviz.plot("mish")
    assert isinstance(ax, Axes)
    assert pyplot.get_fignums() == [ax.figure.number]
    assert ax.figure.get_size_inches().tolist() == [6.4, 4.0]
    assert (ax.get_title(), ax.get_xlabel(), ax.get_ylabel()) == ("Mish", "x", "f(x)")
    assert ax.get_xlim() == (-6.0, 6.0)
    assert ax.get_legend() is None


def test_given_axes_are_drawn_on_and_returned_without_pyplot() -> None:
    page = Figure()
    left, right = page.subplots(1, 2)
    before = right.get_position().bounds
    assert actviz.plot("mish", "swish:beta=2", ax=right) is right
    assert [line.get_label() for line in curves(right)] == ["Mish", "Swish, β = 2"]
    assert (left.lines[:], right.get_position().bounds) == ([], before)
    assert pyplot.get_fignums() == []


def test_the_curve_is_the_function() -> None:
    (line,) = curves(actviz.plot("tanh", range=(-2, 3), points=11))
    x = np.asarray(line.get_xdata())
    np.testing.assert_array_equal(x, np.union1d(np.linspace(-2, 3, 11), [0.0]))
    np.testing.assert_array_equal(line.get_ydata(), actviz.get("tanh")(x))


@pytest.mark.parametrize(
    ("asked", "drawn"),
    [
        ({}, (0,)),
        ({"derivative": True}, (0, 1)),
        ({"order": (1,)}, (1,)),
        ({"order": (2, 0)}, (0, 2)),
        ({"order": [1, 1]}, (1,)),
        ({"order": (0, 1, 2), "derivative": True}, (0, 1, 2)),
        ({"order": (2,), "derivative": True}, (2,)),
    ],
)
def test_orders_are_drawn_as_on_the_command_line(asked: dict[str, Any], drawn: tuple[int, ...]) -> None:
    ax = actviz.plot("swish:beta=0.7", **asked)
    f = actviz.get("swish:beta=0.7")
    assert len(curves(ax)) == len(drawn)
    for line, order in zip(curves(ax), drawn, strict=True):
        np.testing.assert_array_equal(line.get_ydata(), f.derivative(line.get_xdata(), order))
    legend = ax.get_legend()
    names = [text.get_text() for text in legend.get_texts()] if legend else []
    assert names == ([("f", "f′", "f″")[order] for order in drawn] if len(drawn) > 1 else [])


def test_several_calls_share_axes() -> None:
    ax = actviz.plot("tanh")
    assert actviz.plot("sigmoid", ax=ax) is ax
    assert len(curves(ax)) == 2
    assert len(pyplot.get_fignums()) == 1


def test_a_jump_is_a_gap_with_its_two_points() -> None:
    ax = actviz.plot("relu", order=(1,), points=5)
    (curve,) = curves(ax)
    x, y = np.asarray(curve.get_xdata()), np.asarray(curve.get_ydata())
    np.testing.assert_array_equal(y[x == 0], [0.0, np.nan, 1.0])
    points = [(*line.get_xdata(), *line.get_ydata()) for line in ax.lines if len(line.get_xdata()) == 1]
    assert points == [(0.0, 0.0), (0.0, 1.0)]


@pytest.mark.parametrize("theme", sorted(THEMES))
def test_the_theme_colours_the_curve(theme: str) -> None:
    (line,) = curves(actviz.plot("mish", theme=theme))
    assert to_hex(line.get_color()) == to_hex(THEMES[theme].color(0))


def test_a_title_is_written_as_it_is() -> None:
    ax = actviz.plot("mish", title="$5 and $6")
    assert ax.get_title() == "$5 and $6"
    assert not ax.title.get_parse_math()


@pytest.mark.parametrize(
    ("functions", "asked", "message"),
    [
        ((), {}, "name at least one function"),
        (("mihs",), {}, "did you mean 'mish'"),
        (("softmax",), {}, "softmax takes a vector, so it has no curve; see actviz.get('softmax')"),
        (("mish",), {"range": (1, 1)}, "is empty"),
        (("mish",), {"range": (5, -5)}, "is upside down"),
        (("mish",), {"range": (0, float("inf"))}, "is not finite"),
        (("mish",), {"points": 1}, "1 points cannot be sampled"),
        (("mish",), {"order": (0, 3)}, r"order must hold 0, 1 or 2, such as (0, 1), not (0, 3)"),
        (("mish",), {"order": ()}, r"order must hold 0, 1 or 2, such as (0, 1), not ()"),
        (("mish",), {"order": 1}, r"order must hold 0, 1 or 2, such as (0, 1), not 1"),
        (("mish",), {"theme": "drak"}, "theme 'drak' is unknown; it is one of light, dark; did you mean 'dark'?"),
    ],
)
def test_what_the_command_line_refuses_is_refused_and_leaves_no_figure(
    functions: tuple[str, ...], asked: dict[str, Any], message: str
) -> None:
    with pytest.raises(BadInput) as refused:
        actviz.plot(*functions, **asked)
    assert message in str(refused.value)
    assert pyplot.get_fignums() == []
    ax = Figure().subplots()
    with pytest.raises(BadInput):
        actviz.plot(*functions, ax=ax, **asked)
    assert (ax.lines[:], ax.get_title()) == ([], "")


def test_settings_of_the_user_stay_and_are_heeded() -> None:
    with mpl.rc_context({"font.size": 17.0, "axes.titlesize": 21.0}):
        before = dict(mpl.rcParams)
        ax = actviz.plot("mish", "relu", derivative=True)
        ax.figure.canvas.draw()
        assert dict(mpl.rcParams) == before
        assert ax.title.get_fontsize() == 21.0


def process(program: str) -> str:
    """What a program prints in a process of its own, which has no window."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        capture_output=True,
        check=False,
        encoding="utf-8",
        env=os.environ | {"MPLBACKEND": "agg"},
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    return done.stdout


def test_a_fresh_process_keeps_its_settings_and_its_backend() -> None:
    assert process(
        "import matplotlib as mpl, actviz; before = dict(mpl.rcParams);"
        "ax = actviz.plot('mish', derivative=True); ax.figure.canvas.draw();"
        "print({k for k in before if mpl.rcParams[k] != before[k]} or 'same', mpl.get_backend().lower())"
    ).split() == ["same", "agg"]


def test_axes_given_need_no_pyplot() -> None:
    assert process(
        "import sys, actviz; from matplotlib.figure import Figure;"
        "actviz.plot('mish', ax=Figure().subplots()); print('matplotlib.pyplot' in sys.modules)"
    ).split() == ["False"]
