"""How the curves of a panel are told apart: names at their ends where those fit, else a legend clear of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from actviz import _numpy as np
from actviz.figure import Line, Marker, Note
from actviz.placement import BEFORE, corner, dense, shortened, spread
from actviz.render.style import GAP, LABEL, LEADING

if TYPE_CHECKING:
    from actviz.figure import Interval, Panel
    from actviz.placement import Measure

WIDEST = 0.36
"""Most of a panel's width that names beside it may take."""
HANDLE = 36.0
"""Length of a legend's sample of line, two dashes and more, and the space after it."""
TAIL = 4
"""Letters kept at the end of a name cut short, for there a parameter's value is told."""
MOST_COLUMNS = 3
NARROWEST = 70.0
"""Points that each of several columns must have."""
CROWDED = 0.55
"""Most of a panel's width that a legend of several columns may take."""
LEAST = 6.0
"""Smallest size of text a crowded legend shrinks to."""


@dataclass(frozen=True, slots=True)
class Scene:
    """A panel with its window and the size of its plotting area in points."""

    panel: Panel
    xlim: Interval
    ylim: Interval
    width: float
    height: float

    def points(self, x: object, y: object) -> tuple[np.ndarray, np.ndarray]:
        """Data as points from the lower left corner of the plotting area; far values stop just outside."""
        return (
            placed(x, self.xlim, self.panel.xscale) * self.width,
            placed(y, self.ylim, self.panel.yscale) * self.height,
        )


@dataclass(frozen=True, slots=True)
class EndLabels:
    """Names to the right of the curves' ends, at heights in points, and the width they take."""

    lines: tuple[Line, ...]
    names: tuple[str, ...]
    heights: tuple[float, ...]
    width: float


@dataclass(frozen=True, slots=True)
class Legend:
    """Names with samples of line, from the top: `place` is a lower left corner in the plot, None beside it."""

    entries: tuple[Line | Marker, ...]
    names: tuple[str, ...]
    size: float
    width: float
    place: tuple[float, float] | None
    columns: int = 1


def placed(values: object, limits: Interval, scale: str) -> np.ndarray:
    """`values` as fractions of the window, clipped to a little more than it."""
    array = np.asarray(values, dtype=np.float64)
    low, high = limits
    with np.errstate(all="ignore"):
        if scale == "log":
            array, low, high = np.log10(array), np.log10(low), np.log10(high)
        return np.clip((array / 2 - low / 2) / (high / 2 - low / 2), -1.0, 2.0)


def named(panel: Panel) -> tuple[Line | Marker, ...]:
    """The marks that need telling apart: those with a label, where there are two or more."""
    marks = tuple(mark for mark in panel.marks if isinstance(mark, (Line, Marker)) and mark.label)
    return marks if panel.legend and len(marks) > 1 else ()


def labels_for(scene: Scene, measure: Measure) -> EndLabels | Legend | None:
    """Names at the ends if they fit; else a legend in a free corner; else a legend beside the plot."""
    marks = named(scene.panel)
    if not marks:
        return None
    places = (end_labels, corner_legend, side_legend)
    return next(found for place in places if (found := place(scene, marks, measure)))


def end_labels(scene: Scene, marks: tuple[Line | Marker, ...], measure: Measure) -> EndLabels | None:
    """Names at the right ends of the curves; None where one has no end there, or they would crowd."""
    lines = tuple(mark for mark in marks if isinstance(mark, Line))
    names = tuple(line.label for line in lines)
    width = max((measure(name) for name in names), default=0.0)
    heights = [end_height(scene, line) for line in lines]
    found = [height for height in heights if height is not None]
    if width > WIDEST * scene.width or len(found) < len(marks):
        return None
    gap = LABEL * LEADING
    apart = spread(found, gap, 0.0, scene.height)
    if max(abs(a - b) for a, b in zip(apart, found, strict=True)) > gap or alike(lines, found, gap):
        return None
    return EndLabels(lines, names, tuple(apart), width + 1.5 * GAP)


def alike(lines: tuple[Line, ...], heights: list[float], gap: float) -> bool:
    """Whether two curves of one colour end so close that their names could be taken for each other's."""
    ends = list(zip(lines, heights, strict=True))
    return any(a.ink == b.ink and abs(p - q) < gap for i, (a, p) in enumerate(ends) for b, q in ends[:i])


def end_height(scene: Scene, line: Line) -> float | None:
    """Height in points at which the line meets the right edge; None where it does not."""
    x, y = scene.points(line.x, line.y)
    inside = np.flatnonzero(np.isfinite(y) & (x <= scene.width * 1.001))
    if not inside.size:
        return None
    last = inside[-1]
    height = float(y[last])
    at_edge = float(x[last]) >= 0.98 * scene.width
    return height if at_edge and -1.0 <= height <= scene.height + 1.0 else None


def corner_legend(scene: Scene, marks: tuple[Line | Marker, ...], measure: Measure) -> Legend | None:
    """A legend in a corner of the plot that nothing passes through, if there is one."""
    names = tuple(mark.label for mark in marks)
    width = HANDLE + max(measure(name) for name in names)
    height = len(names) * LABEL * LEADING
    pad = 2 * GAP
    place = corner(width + 2 * pad, height + 2 * pad, (scene.width, scene.height), occupied(scene, measure))
    return Legend(marks, names, LABEL, width, (place[0] + pad, place[1] + pad)) if place else None


def side_legend(scene: Scene, marks: tuple[Line | Marker, ...], measure: Measure) -> Legend:
    """A legend to the right of the plot; names cut short, text made small, in columns, the last entries counted."""
    size = max(LEAST, min(LABEL, scene.height / len(marks) / LEADING))
    room = max(2, int(scene.height / (size * LEADING)))
    columns = max(1, min(MOST_COLUMNS, -(-len(marks) // room), int(CROWDED * scene.width / NARROWEST)))
    kept = marks if len(marks) <= room * columns else marks[: room * columns - 1]
    scale = size / LABEL
    share = WIDEST if columns == 1 else CROWDED
    widest = (share * scene.width / columns - 2 * GAP * (columns > 1)) / scale - HANDLE
    names = [told_short(mark.label, widest, measure) for mark in kept]
    if len(kept) < len(marks):
        names.append(f"and {len(marks) - len(kept)} more")
    width = (HANDLE + max(measure(name) for name in names)) * scale
    return Legend(kept, tuple(names), size, (width + 2 * GAP) * columns, None, columns)


def told_short(label: str, width: float, measure: Measure) -> str:
    """`label` within `width`: its end stays, and the functions' name is cut alike whichever order is told after it."""
    marked = re.fullmatch(r"(.*)(, f[′″]?)", label, re.DOTALL)
    if not marked:
        return shortened(label, width, measure, TAIL)
    return shortened(marked[1], width - measure(", f″"), measure) + marked[2]


def occupied(scene: Scene, measure: Measure) -> np.ndarray:
    """Points of the plotting area that something is drawn on, as rows (x, y)."""
    taken = []
    for mark in scene.panel.marks:
        if isinstance(mark, Line):
            taken.append(dense(*scene.points(mark.x, mark.y), step=3.0))
        elif isinstance(mark, Marker):
            taken.append(np.column_stack(scene.points([mark.x], [mark.y])))
        elif isinstance(mark, Note):
            (x,), (y,) = scene.points([mark.x], [mark.y])
            wide = measure(max(mark.text.split("\n"), key=len))
            left = x - BEFORE[mark.align] * wide
            across = np.linspace(left, left + wide, 20)
            taken.append(np.column_stack([across, np.full(20, y)]))
    return np.concatenate(taken) if taken else np.zeros((0, 2))
