"""A picture of saturation: f and f', with the intervals shaded where the slope is small."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from actviz.charts.functions import FLAT, break_markers, bulk, names_of, title_of, window
from actviz.figure import Band, Figure, Line, Mark, Note, Panel
from actviz.sampling import sample
from actviz.signs import ten_to
from actviz.wording import law, listed, percent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from actviz.activation import Activation, Array
    from actviz.analysis.saturation.saturation import Saturation
    from actviz.analysis.tails import Side, Tail
    from actviz.figure import Interval

MOST_COLUMNS = 3
MOST_NAMED = 4
"""Functions up to which the title names each."""
CLOSE = 0.05
"""Parts of the window's width within which thresholds share a number."""
FARTHEST = 50.0
"""How many times farther than the nearest threshold the farthest may be, to be shown with it."""
LEAST = 0.1
"""Thresholds nearer to 0 than this count as here: they are not looked at more closely than that."""
NUMBERS_AT = (0.05, 0.16)
"""Heights above the curves, as parts of theirs, of the thresholds' numbers, at one and the other in turn."""
SHARES_AT, HEADROOM = 0.28, 0.37
"""Heights above the curves, as parts of theirs, of the shares and of the top of the window."""
LETTER = 0.032
"""Part of the window's width that a letter of a share takes, with what keeps two shares apart."""
ASIDE = 0.015
"""Part of the window's width between a text and what it stands beside."""
BELOW = 0.08
"""Part of the curves' height by which a dotted line ends under the middle of its number."""
LEAST_SHARE = 1e-4
SPELT = 3
"""Powers of ten up to this, and down to its inverse, are written out."""
EMPTY = Panel((), xlabel="", axes="off")


def saturation_figure(found: tuple[Saturation, ...]) -> Figure:
    """A panel a function, three a row at most."""
    activations = tuple(one.activation for one in found)
    names = names_of(activations)
    panels = [saturation_panel(one, name if len(found) > 1 else "") for one, name in zip(found, names, strict=True)]
    which = title_of(activations) if len(found) <= MOST_NAMED else f"{len(found)} functions"
    moments = found[0].moments
    about = f"{shaded(found[0])}; in %: its share of {law(moments.mean, moments.std)}"
    return arranged(f"Saturation of {which} ({about})", panels)


def arranged(title: str, panels: list[Panel]) -> Figure:
    """The panels in rows of three at most, two where there are four, the last row filled up with empty ones."""
    columns = 2 if len(panels) == 4 else min(len(panels), MOST_COLUMNS)
    panels = [*panels, *[EMPTY] * (-len(panels) % columns)]
    rows = tuple(tuple(panels[i : i + columns]) for i in range(0, len(panels), columns))
    return Figure(title, rows, size=(max(6.4, 4.2 * columns), 4.0 if len(rows) == 1 else 3.4 * len(rows)))


def shaded(found: Saturation) -> str:
    """What the shading means: ``shaded: |f′| ≤ 0.1, darker at 0.01``."""
    largest, *others = sorted({point.threshold for point in found.left.thresholds}, reverse=True)
    return f"shaded: |f′| ≤ {largest:g}" + (f", darker at {listed([f'{t:g}' for t in others])}" if others else "")


def saturation_panel(found: Saturation, title: str) -> Panel:
    """f solid, f' dashed, bands over the saturated sets with their shares, a line where each threshold is passed."""
    interval = fitting(found)
    thresholds = [point.threshold for point in found.left.thresholds]
    largest = max(range(len(thresholds)), key=thresholds.__getitem__)
    shares = [(*ends, share) for ends, share in zip(found.saturated[largest], found.shares[largest], strict=True)]
    curves, (low, high) = both_curves(found.activation, interval)
    tall = high - low
    marks = [
        *shading(found.saturated, interval),
        *threshold_marks(found, interval, (low, high)),
        *share_notes(shares, interval, high + SHARES_AT * tall),
        *curves,
    ]
    return Panel(tuple(marks), title=title, xlim=interval, ylim=(low, high + HEADROOM * tall))


def both_curves(activation: Activation, interval: Interval) -> tuple[list[Mark], Interval]:
    """f solid and f' dashed with their breaks, and the window of y that holds both.

    Where one would lie flat beside the other f' is drawn times a power of ten, which its name tells.
    """
    f, slope = (sample(activation, order, interval) for order in (0, 1))
    power = apart(bulk(f), bulk(slope))
    unit = 10.0**power
    marks: list[Mark] = [
        Line(f.x, f.y, "f", 0),
        Line(slope.x, slope.y / unit, times_slope(-power), 1, "dashed"),
        *break_markers(f, 0),
        *(replace(mark, y=mark.y / unit) for mark in break_markers(slope, 1)),
    ]
    return marks, window([bulk(f), bulk(slope) / unit])


def apart(f: Array, slope: Array) -> int:
    """The power of ten by which f' is higher than f, where one of them would lie flat beside the other; else 0."""
    heights = [high / 2 - low / 2 for low, high in (window([y]) for y in (f, slope))]
    return round(math.log10(heights[1] / heights[0])) if max(heights) > FLAT * min(heights) else 0


def times_slope(power: int) -> str:
    """``f′`` times a power of ten: ``100 f′``, ``10⁸ f′``."""
    return f"{10.0**power:g} f′" if 0 < abs(power) <= SPELT else f"{ten_to(power)} f′" if power else "f′"


def shading(saturated: Sequence[Sequence[Interval]], interval: Interval) -> list[Mark]:
    """A band over each saturated interval that is seen: those of smaller thresholds lie in the others, and darken."""
    return [
        Band(max(low, interval[0]), min(high, interval[1]))
        for intervals in saturated
        for low, high in intervals
        if low < interval[1] and high > interval[0]
    ]


def share_notes(shares: Sequence[tuple[float, float, float]], interval: Interval, height: float) -> list[Note]:
    """The share of each interval (low, high, share) over its middle, the largest first, those too close left out.

    That of an inner interval narrower than its text stands beside it where there is room, with a leader to its middle.
    """
    left, right = interval
    seen = [(max(low, left), min(high, right), share) for low, high, share in shares if low < right and high > left]
    taken: list[Interval] = []
    notes: list[Note] = []
    for low, high, share in sorted(seen, key=lambda one: -one[2]):
        middle, size = 0.5 * (low + high), LETTER * len(part(share)) * (right - left)
        narrow = high - low < size and left < low and high < right
        others = [(a, b) for a, b, _ in seen if a != low]
        clear = beside((low, high), size, [*others, *taken], interval) if narrow else None
        centre = min(max(middle, left + size / 2), right - size / 2) if clear is None else clear
        span = (centre - size / 2, centre + size / 2)
        if not math.isnan(share) and not overlaps(span, taken):
            point = None if clear is None else (middle, height)
            notes.append(Note(part(share), centre, height, point, align="center", ink="ink"))
            taken.append(span)
    return sorted(notes, key=lambda note: note.x)


def beside(band: Interval, size: float, taken: Sequence[Interval], interval: Interval) -> float | None:
    """The middle of a text right or left of a narrow band, clear of what is taken and of x = 0; None for none."""
    left, right = interval
    gap = ASIDE * (right - left)
    for side in (1.0, -1.0):
        near = band[1] + gap if side > 0 else band[0] - gap
        low, high = sorted((near, near + side * size))
        if low - gap < 0.0 < high + gap:
            # Past x = 0, whose line would run through the text.
            low, high = sorted((side * gap, side * (gap + size)))
        if low >= left and high <= right and not overlaps((low, high), taken):
            return 0.5 * (low + high)
    return None


def overlaps(span: Interval, others: Sequence[Interval]) -> bool:
    """Whether the span has more than an end in common with one of the others."""
    return any(low < span[1] and high > span[0] for low, high in others)


def part(share: float) -> str:
    """A share in per cent, one too small to matter as ``< 0.01%``."""
    return "< 0.01%" if 0 < share < LEAST_SHARE else percent(share)


def threshold_marks(found: Saturation, interval: Interval, window: Interval) -> list[Mark]:
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
            height = high + NUMBERS_AT[turn % 2] * (high - low)
            marks.append(Line((x, x), (low, height - BELOW * (high - low)), "", "muted", "dotted", width=0.6))
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
    """The threshold passed at `x`, the largest of several; where a hard tail passes all at once, what f' is outward.

    One alone stands above its place, near x = 0, whose line would run through it, outward of that.
    """
    if len(passed) == 1:
        if abs(x) >= CLOSE * width:
            return Note(f"{passed[0]:g}", x, height, align="center", ink="muted")
        return aside(f"{passed[0]:g}", x, height, side == "right", width)
    edge = tail.kind == "hard" and len({point.x for point in tail.thresholds if point.threshold in passed}) == 1
    text = "f′ = 0" if edge else f"≤ {max(passed):g}"
    # Outward of a hard tail there is room; thresholds far out and close together have it inward.
    rightward = (side == "right") == (tail.kind == "hard")
    return aside(text, x, height, rightward, width)


def aside(text: str, x: float, height: float, rightward: bool, width: float) -> Note:
    """The text right or left of `x`, in a window of that width."""
    if rightward:
        return Note(text, x + ASIDE * width, height, align="left", ink="muted")
    return Note(text, x - ASIDE * width, height, align="right", ink="muted")


def fitting(found: Saturation) -> Interval:
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
