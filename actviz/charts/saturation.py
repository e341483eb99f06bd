"""A picture of saturation: f and f', with the intervals shaded where the slope is small."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from actviz.charts.functions import break_markers, window
from actviz.figure import Band, Figure, Line, Mark, Note, Panel
from actviz.sampling import sample

if TYPE_CHECKING:
    from actviz.analysis.saturation import Saturation, Side, Tail

MOST_COLUMNS = 3
CLOSE = 0.05
"""Parts of the window's width within which thresholds share a number."""
FARTHEST = 50.0
"""How many times farther than the nearest threshold the farthest may be, to be shown with it."""
LEAST = 0.1
"""Thresholds nearer to 0 than this count as here: they are not looked at more closely than that."""
EMPTY = Panel((), xlabel="", axes="off")


def saturation_figure(found: tuple[Saturation, ...]) -> Figure:
    """A panel a function, three a row at most."""
    columns = 2 if len(found) == 4 else min(len(found), MOST_COLUMNS)
    panels = [saturation_panel(one) for one in found]
    panels += [EMPTY] * (-len(panels) % columns)
    rows = tuple(tuple(panels[i : i + columns]) for i in range(0, len(panels), columns))
    if len(found) == 1:
        rows = ((replace(panels[0], title=""),),)
    names = list(dict.fromkeys(one.activation.label for one in found))
    largest = max(point.threshold for point in found[0].left.thresholds)
    which = ", ".join(names) if len(names) <= 4 else f"{len(names)} functions"
    title = f"Saturation of {which} (shaded: |f′| ≤ {largest:g})"
    return Figure(title, rows, size=(max(6.4, 4.2 * columns), 4.0 if len(rows) == 1 else 3.4 * len(rows)))


def saturation_panel(found: Saturation) -> Panel:
    """f solid, f' dashed, bands over the saturated set of the largest threshold, a line where each is passed."""
    interval = fitting(found)
    curves = [sample(found.activation, order, interval) for order in (0, 1)]
    low, high = window([curve.y for curve in curves])
    thresholds = [point.threshold for point in found.left.thresholds]
    largest = max(range(len(thresholds)), key=thresholds.__getitem__)
    marks: list[Mark] = [
        Band(max(a, interval[0]), min(b, interval[1]))
        for a, b in found.saturated[largest]
        if a < interval[1] and b > interval[0]
    ]
    marks += threshold_marks(found, interval, (low, high))
    marks += [Line(curves[0].x, curves[0].y, "f", 0), Line(curves[1].x, curves[1].y, "f′", 1, "dashed")]
    for ink, curve in enumerate(curves):
        marks += break_markers(curve, ink)
    return Panel(tuple(marks), title=found.activation.label, xlim=interval, ylim=(low, high + 0.25 * (high - low)))


def threshold_marks(found: Saturation, interval: tuple[float, float], window: tuple[float, float]) -> list[Mark]:
    """A dotted line up to the threshold's number where a tail passes it for good; numbers at two heights in turn."""
    low, high = window
    marks: list[Mark] = []
    sides: tuple[tuple[Side, Tail], ...] = (("left", found.left), ("right", found.right))
    for side, tail in sides:
        places: dict[float, list[float]] = {}
        for point in tail.thresholds:
            if point.x is not None and interval[0] < point.x < interval[1]:
                places.setdefault(point.x, []).append(point.threshold)
        for turn, (x, passed) in enumerate(grouped(places, interval[1] - interval[0])):
            height = high + (0.15 if turn % 2 else 0.05) * (high - low)
            marks.append(Line((x, x), (low, height - 0.03 * (high - low)), "", "muted", "dotted", width=0.6))
            marks.append(threshold_note(tail, side, x, passed, height, interval[1] - interval[0]))
    return marks


def grouped(places: dict[float, list[float]], width: float) -> list[tuple[float, list[float]]]:
    """Places in order with the thresholds passed at each; those too close for numbers of their own as one."""
    groups: list[tuple[float, list[float]]] = []
    for x, passed in sorted(places.items()):
        if groups and x - groups[-1][0] < CLOSE * width:
            groups[-1][1].extend(passed)
        else:
            groups.append((x, list(passed)))
    return groups


def threshold_note(tail: Tail, side: Side, x: float, passed: list[float], height: float, width: float) -> Note:
    """The threshold passed at `x`, the largest of several; where a hard tail passes all at once, what f' is outward."""
    if len(passed) == 1:
        return Note(f"{passed[0]:g}", x, height, align="center", ink="muted")
    edge = tail.kind == "hard" and len({point.x for point in tail.thresholds if point.threshold in passed}) == 1
    text = "f′ = 0" if edge else f"≤ {max(passed):g}"
    # Outward of a hard tail there is room; thresholds far out and close together have it inward.
    rightward = (side == "right") == (tail.kind == "hard")
    aside = 0.015 * width if rightward else -0.015 * width
    return Note(text, x + aside, height, align="left" if rightward else "right", ink="muted")


def fitting(found: Saturation) -> tuple[float, float]:
    """An interval that shows all thresholds being passed: about 0, or about them where they crowd far from it."""
    places = [p.x for tail in (found.left, found.right) for p in tail.thresholds if p.x is not None]
    if not any(places):
        return -6.0, 6.0
    low, high, reach = min(places), max(places), max(map(abs, places))
    if low <= 0 <= high or high - low >= reach / 8 or low == high:
        near = max(LEAST, min(abs(x) for x in places if x))
        reach = reach if reach <= FARTHEST * near else max(abs(x) for x in places if abs(x) <= FARTHEST * near)
        return -1.4 * reach, 1.4 * reach
    margin = 0.4 * (high - low)
    return low - margin, high + margin
