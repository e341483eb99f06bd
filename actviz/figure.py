"""A figure as plain data: what to draw, never how. The renderer and the terminal read the same records."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

Numbers: TypeAlias = "Sequence[float] | NDArray[np.float64]"
"""A list, tuple or 1-D array of floats."""

Dash = Literal["solid", "dashed", "dotted", "dashdot"]
Ink = int | Literal["ink", "muted", "grid"]
"""A colour: the number of a palette entry, or one of the neutral tones."""

Interval = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Line:
    """A curve through (x, y); NaN in y leaves a gap. `label` names it in the legend."""

    x: Numbers
    y: Numbers
    label: str = ""
    ink: Ink = 0
    dash: Dash = "solid"
    width: float = 1.0


@dataclass(frozen=True, slots=True)
class Marker:
    """One point: `open` where the curve does not reach it, `closed` where it does. `label` names it in the legend.

    A `diamond` tells a second kind of points apart, a `cross` says that there is no number.
    """

    x: float
    y: float
    shape: Literal["open", "closed", "diamond", "cross"] = "closed"
    ink: Ink = 0
    label: str = ""


@dataclass(frozen=True, slots=True)
class Band:
    """A shaded stretch of the x or y axis from `low` to `high`."""

    low: float
    high: float
    axis: Literal["x", "y"] = "x"
    label: str = ""
    ink: Ink = "muted"


@dataclass(frozen=True, slots=True)
class Area:
    """The ground between two curves `low` and `high` over x, shaded."""

    x: Numbers
    low: Numbers
    high: Numbers
    ink: Ink = "muted"


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight reference line across the panel at `at` of the x or y axis."""

    at: float
    axis: Literal["x", "y"] = "x"
    dash: Dash = "solid"
    ink: Ink = "grid"


@dataclass(frozen=True, slots=True)
class Note:
    """Text at (`x`, `y`); with `point` a thin leader goes from the text to that point."""

    text: str
    x: float
    y: float
    point: tuple[float, float] | None = None
    align: Literal["left", "center", "right"] = "left"
    ink: Ink = "ink"


@dataclass(frozen=True, slots=True)
class Bars:
    """Vertical bars, one a label."""

    labels: tuple[str, ...]
    heights: Numbers
    ink: Ink = 0
    chosen: int | None = None


@dataclass(frozen=True, slots=True)
class Cells:
    """A matrix of numbers, each written in its coloured cell, rows from the top."""

    values: Sequence[Numbers] | NDArray[np.float64]
    rows: tuple[str, ...]
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Node:
    """A labelled circle of a diagram."""

    x: float
    y: float
    text: str
    ink: Ink = 0


@dataclass(frozen=True, slots=True)
class Arrow:
    """An arrow of a diagram from one point to another."""

    start: tuple[float, float]
    end: tuple[float, float]
    ink: Ink = "muted"


@dataclass(frozen=True, slots=True)
class Formula:
    """A line of LaTeX mathematics (without dollar signs) at (`x`, `y`) of a diagram."""

    text: str
    x: float
    y: float
    ink: Ink = "ink"


Mark = Line | Marker | Band | Area | Rule | Note | Bars | Cells | Node | Arrow | Formula


@dataclass(frozen=True, slots=True)
class Panel:
    """One pair of axes and what is drawn on it, in order.

    `xlim` and `ylim` are the window; None lets the data decide. `axes` is "zero" for grey lines through
    the origin, "frame" for a box of scales only, "off" for a diagram. Log scales are base ten. `xticks` and
    `yticks` are names written along x and y, each at its place, instead of numbers. Curves that `legend` leaves without
    one have their names in another panel's.
    """

    marks: tuple[Mark, ...]
    title: str = ""
    xlabel: str = "x"
    ylabel: str = ""
    xlim: Interval | None = None
    ylim: Interval | None = None
    axes: Literal["zero", "frame", "off"] = "zero"
    xscale: Literal["linear", "log"] = "linear"
    yscale: Literal["linear", "log"] = "linear"
    legend: bool = True
    xticks: tuple[tuple[float, str], ...] = ()
    yticks: tuple[tuple[float, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Figure:
    """A title and rows of panels; `size` is width and height in inches."""

    title: str
    rows: tuple[tuple[Panel, ...], ...]
    size: tuple[float, float] = (6.4, 4.0)
