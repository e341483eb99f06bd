"""Each kind of mark put on matplotlib axes. Nothing here imports matplotlib: axes come from the renderer."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from actviz import _numpy as np
from actviz.figure import Area, Arrow, Band, Bars, Cells, Formula, Line, Marker, Node, Note, Rule
from actviz.render.style import DOT, FORMULA, GAP, LABEL, LINE, NODE
from actviz.signs import minus

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.axes import Axes

    from actviz.figure import Mark
    from actviz.render.style import Theme

DASHES: dict[str, Any] = {
    "solid": "-",
    "dashed": (0, (4.5, 2.2)),
    "dotted": (0, (1.1, 1.7)),
    "dashdot": (0, (5, 2, 1.2, 2)),
}

MOST_CELLS = 12
"""Rows or columns of a matrix up to which its numbers can be read in its cells."""
ROOMY_CELLS = 7
"""Columns up to which they stand there in full size."""
NAMED_EVERY = tuple(10**k * n for k in range(9) for n in (2, 5, 10))
"""Steps between the named rows of a larger one."""


def draw_line(line: Line, ax: Axes, theme: Theme) -> None:
    """A curve with round joins, clipped to the window."""
    xy = np.asarray(line.x, dtype=np.float64), np.asarray(line.y, dtype=np.float64)
    ax.plot(*xy, label=line.label or "_nolegend_", zorder=2.0, **stroke(line, theme))


def stroke(line: Line, theme: Theme) -> dict[str, Any]:
    """How a line is stroked."""
    return {
        "color": theme.color(line.ink),
        "linestyle": DASHES[line.dash],
        "linewidth": LINE * line.width,
        "solid_capstyle": "butt",
        "solid_joinstyle": "round",
        "marker": "",
    }


def draw_marker(marker: Marker, ax: Axes, theme: Theme) -> None:
    """A disc, filled or hollow, a diamond or a cross, whole even at the edge of the window."""
    ax.plot([marker.x], [marker.y], label=marker.label or "_nolegend_", zorder=3.0, **disc(marker, ax, theme))


def disc(marker: Marker, ax: Axes, theme: Theme) -> dict[str, Any]:
    """How a point is drawn; a hollow one shows the ground of its axes."""
    color = theme.color(marker.ink)
    return {
        "linestyle": "",
        "marker": {"diamond": "D", "cross": "x"}.get(marker.shape, "o"),
        "markersize": DOT,
        "markerfacecolor": ax.get_facecolor() if marker.shape == "open" else color,
        "markeredgecolor": color,
        "markeredgewidth": 1.6,
        "clip_on": False,
    }


def sample_line(line: Line, ax: Axes, theme: Theme, place: tuple[float, float, float]) -> None:
    """A legend's stretch of line at (left, height, width), fractions of the plot."""
    left, height, width = place
    ax.plot([left, left + width], [height] * 2, transform=ax.transAxes, clip_on=False, **stroke(line, theme))


def sample_marker(marker: Marker, ax: Axes, theme: Theme, place: tuple[float, float, float]) -> None:
    """A legend's point in the middle of (left, height, width), fractions of the plot."""
    left, height, width = place
    ax.plot([left + width / 2], [height], transform=ax.transAxes, **disc(marker, ax, theme))


def draw_band(band: Band, ax: Axes, theme: Theme) -> None:
    """A pale stretch of an axis, named at its top or right end."""
    color = theme.color(band.ink)
    span = ax.axvspan if band.axis == "x" else ax.axhspan
    span(band.low, band.high, color=color, alpha=0.13, linewidth=0, zorder=0.1)
    if band.label:
        middle = (band.low + band.high) / 2
        if band.axis == "x":
            write(ax, band.label, (middle, 1.0), color, ax.get_xaxis_transform(), (0, -GAP), ha="center", va="top")
        else:
            write(ax, band.label, (1.0, middle), color, ax.get_yaxis_transform(), (-GAP, 0), ha="right")


def draw_area(area: Area, ax: Axes, theme: Theme) -> None:
    """Pale ground between two curves."""
    ax.fill_between(area.x, area.low, area.high, color=theme.color(area.ink), alpha=0.18, linewidth=0, zorder=0.2)


def draw_rule(rule: Rule, ax: Axes, theme: Theme) -> None:
    """A thin line across the panel."""
    across = ax.axvline if rule.axis == "x" else ax.axhline
    across(rule.at, color=theme.color(rule.ink), linestyle=DASHES[rule.dash], linewidth=1.0, zorder=0.6)


def draw_note(note: Note, ax: Axes, theme: Theme) -> None:
    """Text, with a thin leader to the point it speaks of."""
    leader = {"arrowstyle": "-", "color": theme.muted, "linewidth": 0.8, "shrinkA": 1.5, "shrinkB": DOT / 2 + 1}
    ax.annotate(
        printable(note.text),
        xy=note.point or (note.x, note.y),
        xytext=(note.x, note.y),
        color=theme.color(note.ink),
        fontsize=LABEL,
        ha=note.align,
        va="center",
        linespacing=1.25,
        arrowprops=leader if note.point else None,
        annotation_clip=False,
        parse_math=False,
        zorder=4.0,
    )


def draw_bars(bars: Bars, ax: Axes, theme: Theme) -> None:
    """Bars with their heights written above; the chosen one alone in full colour, if one is chosen."""
    color = theme.color(bars.ink)
    places = range(len(bars.labels))
    for place, height in zip(places, bars.heights, strict=True):
        pale = bars.chosen is not None and place != bars.chosen
        ax.bar(place, height, width=0.62, color=color, alpha=0.35 if pale else 1.0, linewidth=0, zorder=2.0)
        write(ax, f"{height:.3g}", (place, height), theme.ink, offset=(0, GAP), ha="center", va="bottom")
    ax.set_xticks(places, bars.labels)


def draw_cells(cells: Cells, ax: Axes, theme: Theme) -> None:
    """A matrix in coloured squares under its column names; the panel's window becomes the matrix.

    Colour deepens with magnitude: one hue above zero, another below. A matrix of more than MOST_CELLS rows or
    columns has colours alone, and a name at every few of them.
    """
    values = np.asarray(cells.values, dtype=np.float64)
    tall, wide = values.shape
    most = float(np.abs(values[np.isfinite(values)]).max(initial=0.0)) or 1.0
    step = 1 if max(tall, wide) <= MOST_CELLS else next(s for s in NAMED_EVERY if max(tall, wide) <= 10 * s)
    margin = 0.1 if step == 1 else 0.01 * wide
    for i, name in enumerate(cells.rows):
        if (i + 1) % step == 0 or i == 0:
            write(ax, name, (-margin, i + 0.5), theme.ink, ha="right", fontsize=LABEL + 1.5 * (step == 1))
    for j, name in enumerate(cells.columns):
        if (j + 1) % step == 0 or j == 0:
            at = (j + 0.5, -margin)
            write(ax, name, at, theme.ink, ha="center", va="bottom", fontsize=LABEL + 1.5 * (step == 1))
    if step > 1:
        paint_cells(values / most, ax, theme)
    else:
        number_cells(values, most, ax, theme)
    ax.set_xlim(-max(0.6, 0.07 * wide), 1.01 * wide if step > 1 else wide + 0.05)
    ax.set_ylim(1.01 * tall if step > 1 else tall + 0.05, -max(0.5, 0.07 * tall))


def number_cells(values: np.ndarray, most: float, ax: Axes, theme: Theme) -> None:
    """Each number in a square whose colour deepens with its size beside `most`."""
    size = (LABEL + 1.5) * min(1.0, ROOMY_CELLS / values.shape[1])
    for (i, j), value in np.ndenumerate(values):
        hue = theme.positive if value > 0 else theme.negative
        depth = 0.06 + 0.5 * abs(value) / most if np.isfinite(value) else 0.0
        ax.fill([j, j + 1, j + 1, j], [i, i, i + 1, i + 1], facecolor=hue, alpha=depth, linewidth=0, zorder=1.0)
        text = minus(f"{value:.4f}")
        write(ax, text, (j + 0.5, i + 0.5), theme.ink, ha="center", fontsize=size)


def paint_cells(parts: np.ndarray, ax: Axes, theme: Theme) -> None:
    """Colours alone for numbers from -1 to 1, as one mesh; what is not finite keeps the ground."""
    ground, above, below = (
        np.array(list(bytes.fromhex(hue[1:]))) / 255 for hue in (theme.ground, theme.positive, theme.negative)
    )
    # Against the paler cells with numbers these need no ground left for text.
    depth = np.where(np.isfinite(parts), 0.06 + 0.9 * np.abs(parts), 0.0)[..., None]
    hue = np.where((parts > 0)[..., None], above, below)
    mesh = np.arange(parts.shape[1] + 1.0), np.arange(parts.shape[0] + 1.0)
    ax.pcolormesh(*mesh, np.clip(ground + (hue - ground) * depth, 0.0, 1.0), linewidth=0, zorder=1.0)


def draw_node(node: Node, ax: Axes, theme: Theme) -> None:
    """A circle with its text inside."""
    color = theme.color(node.ink)
    ax.plot(
        [node.x],
        [node.y],
        linestyle="",
        marker="o",
        markersize=2 * NODE,
        markerfacecolor=theme.ground,
        markeredgecolor=color,
        markeredgewidth=1.6,
        clip_on=False,
        zorder=3.0,
    )
    write(ax, node.text, (node.x, node.y), theme.ink, ha="center")


def draw_arrow(arrow: Arrow, ax: Axes, theme: Theme) -> None:
    """An arrow between two circles, stopping short of both."""
    look = {
        "arrowstyle": "-|>,head_length=0.45,head_width=0.2",
        "color": theme.color(arrow.ink),
        "linewidth": 1.2,
        "shrinkA": NODE + 2,
        "shrinkB": NODE + 2,
    }
    ax.annotate("", xy=arrow.end, xytext=arrow.start, arrowprops=look, annotation_clip=False, zorder=2.0)


def draw_formula(formula: Formula, ax: Axes, theme: Theme) -> None:
    """A line of mathematics, set from its left end, fractions in full size."""
    # Mathtext, unlike LaTeX, puts no space between a letter and the name of a function.
    spaced = re.sub(r"(?<=\w )(\\(?:ln|log|sin|cos|tan|cot|sec|csc)\b)", r"\\,\1", formula.text)
    ax.text(
        formula.x,
        formula.y,
        f"${spaced.replace('frac', 'dfrac')}$",
        color=theme.color(formula.ink),
        fontsize=FORMULA,
        math_fontfamily="cm",
        va="center",
        zorder=4.0,
    )


def write(
    ax: Axes,
    text: str,
    at: tuple[float, float],
    color: str,
    frame: Any = "data",
    offset: tuple[float, float] = (0.0, 0.0),
    ha: str = "left",
    va: str = "center",
    fontsize: float = LABEL,
) -> None:
    """Plain text at a point of `frame`, moved by `offset` in points; a dollar sign is a dollar sign."""
    ax.annotate(
        printable(text),
        xy=at,
        xycoords=frame,
        xytext=offset,
        textcoords="offset points",
        color=color,
        fontsize=fontsize,
        ha=ha,
        va=va,
        annotation_clip=False,
        parse_math=False,
        zorder=4.0,
    )


def printable(text: str) -> str:
    """`text` with a space for every character that no font and no XML file can hold, line breaks kept."""
    return "".join(c if c.isprintable() or c == "\n" else " " for c in text)


def draw_zero_lines(ax: Axes, theme: Theme) -> None:
    """Thin grey lines through the origin."""
    ax.axhline(0.0, color=theme.grid, linewidth=0.9, zorder=0.5)
    ax.axvline(0.0, color=theme.grid, linewidth=0.9, zorder=0.5)


DRAW: dict[type[Mark], Callable[[Any, Axes, Theme], None]] = {
    Line: draw_line,
    Marker: draw_marker,
    Band: draw_band,
    Area: draw_area,
    Rule: draw_rule,
    Note: draw_note,
    Bars: draw_bars,
    Cells: draw_cells,
    Node: draw_node,
    Arrow: draw_arrow,
    Formula: draw_formula,
}
"""How each kind of mark is drawn."""

DRAW_SAMPLE: dict[type[Line | Marker], Callable[[Any, Axes, Theme, tuple[float, float, float]], None]] = {
    Line: sample_line,
    Marker: sample_marker,
}
"""How a legend shows each kind of mark it names."""
