"""Pictures of data seen through activations: the histogram of the values under the curves."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from actviz.analysis.data.diagnosis import share_of, spoken_of
from actviz.charts.functions import names_of
from actviz.charts.functions import panel as curves_panel
from actviz.charts.histogram import ROW, beyond, extent, histogram_marks
from actviz.charts.saturation import arranged, both_curves, shaded, shading, share_notes
from actviz.figure import Figure, Note, Panel
from actviz.sampling import kink_places
from actviz.shortening import shortened

if TYPE_CHECKING:
    from collections.abc import Sequence

    from actviz.analysis.data.observation import Observation
    from actviz.analysis.saturation.saturation import Saturation
    from actviz.figure import Interval

MOST_PANELS = 24
"""Arrays that are drawn: of more, those that saturate most."""

SIDE_BY_SIDE = 12
"""Panels up to which every array has one for each function."""

ABOVE = 0.4
"""Part of the curves' height that is above y = 0 at least, where the histogram stands."""

SHARES_AT, WITH_SHARES, WITHOUT = 0.12, 0.2, 0.06
"""Heights above the curves, as parts of theirs, of the shares, and of the top of the window with and without them."""

LONGEST_NAME = 40
"""Characters of an array's name that a panel has room for."""

HISTOGRAM = 2
"""The palette entry of the values, beside f and f'."""


def observation_figure(found: Sequence[Observation], paper: Sequence[Saturation]) -> Figure:
    """A panel an array and function, or an array with the slopes of all functions where those would be too many.

    `paper` is the saturation of each function, from which the shading comes.
    """
    drawn = worst(found)
    where, names = named(drawn, len(found))
    if len(drawn) * len(paper) > SIDE_BY_SIDE and len(paper) > 1:
        panels = [slopes_panel(one, name) for one, name in zip(drawn, names, strict=True)]
        # One key serves them all.
        panels = [panels[0], *(replace(panel, legend=False) for panel in panels[1:])]
        return arranged(f"Slopes of {len(paper)} functions on {where} (the histogram has no scale)", panels)
    panels = [
        shaded_panel(one, name, number, paper[number])
        for one, name in zip(drawn, names, strict=True)
        for number in range(len(paper))
    ]
    which = names_of((paper[0].activation,))[0] if len(paper) == 1 else f"{len(paper)} functions"
    about = f"{shaded(paper[0])}; in %: its share of the values; their histogram has no scale"
    figure = arranged(f"{which} on {where} ({about})", panels)
    return side_by_side(figure, panels, len(paper)) if len(paper) > 1 and len(drawn) > 1 else figure


def named(drawn: Sequence[Observation], count: int) -> tuple[str, list[str]]:
    """What the title calls the data, of `count` arrays in all, and each panel its array: nothing where it is alone."""
    if count == 1:
        return drawn[0].label, [""]
    pattern, names = shortened([one.label for one in drawn], LONGEST_NAME)
    names = [name if len(name) <= LONGEST_NAME else f"…{name[1 - LONGEST_NAME :]}" for name in names]
    where = f"the data {pattern}" if pattern else "the data"
    return (where if len(drawn) == count else f"{where}, the {len(drawn)} most saturated of {count} arrays"), names


def side_by_side(figure: Figure, panels: list[Panel], columns: int) -> Figure:
    """The figure with a row an array and a column a function."""
    rows = tuple(tuple(panels[i : i + columns]) for i in range(0, len(panels), columns))
    return replace(figure, rows=rows, size=(max(6.4, 3.9 * columns), 3.4 * len(rows)))


def worst(found: Sequence[Observation]) -> list[Observation]:
    """The arrays to draw, in the order given: all of them, or those of the largest share where a slope is small."""

    each = range(len(found[0].activations))
    which = [spoken_of([one.whole.responses[number] for one in found]) for number in each]

    def largest(array: int) -> float:
        return max(map(share_of, found[array].whole.responses, which))

    kept = sorted(range(len(found)), key=largest, reverse=True)[:MOST_PANELS]
    return [found[number] for number in sorted(kept)]


def shaded_panel(one: Observation, name: str, number: int, paper: Saturation) -> Panel:
    """f and f' of one function over one array's values, the saturated sets shaded with the values' shares in them."""
    function = names_of(one.activations)[number] if len(one.activations) > 1 else ""
    title = " on ".join(part for part in (function, name) if part)
    if not one.whole.finite:
        return empty(title)
    interval = extent(one)
    curves, heights = both_curves(paper.activation, interval)
    low, high = with_ground(heights)
    tall = high - low
    largest = max(one.whole.responses[number].saturated, key=lambda share: share.threshold)
    shares = [(part.low, part.high, part.fraction) for part in largest.intervals]
    notes = beyond(one, interval, high + (SHARES_AT + ROW) * tall, ROW * tall)
    marks = [
        *shading(paper.saturated, interval),
        *histogram_marks(one, interval, (low, high), HISTOGRAM, (0.0, *kink_places(paper.activation))),
        *share_notes(shares, interval, high + SHARES_AT * tall),
        *notes,
        *curves,
    ]
    return Panel(tuple(marks), title, xlim=interval, ylim=(low, high + (WITH_SHARES + ROW * len(notes)) * tall))


def slopes_panel(one: Observation, name: str) -> Panel:
    """f' of every function over one array's values."""
    if not one.whole.finite:
        return empty(name)
    interval = extent(one)
    curves = curves_panel(one.activations, (1,), interval)
    assert curves.ylim is not None
    low, high = with_ground(curves.ylim)
    tall = high - low
    notes = beyond(one, interval, high + ROW * tall, ROW * tall)
    histogram = histogram_marks(one, interval, (low, high), "muted", (0.0, *kink_places(*one.activations)))
    marks = (*histogram, *notes, *curves.marks)
    return replace(curves, marks=marks, title=name, ylim=(low, high + (WITHOUT + ROW * len(notes)) * tall))


def empty(label: str) -> Panel:
    """A panel that says there is nothing to draw."""
    note = Note("no value is finite", 0.5, 0.5, align="center", ink="muted")
    return Panel((note,), label, xlabel="", xlim=(0.0, 1.0), ylim=(0.0, 1.0), axes="off")


def with_ground(heights: Interval) -> Interval:
    """The window of y, with y = 0 in it and room for a histogram above that."""
    low, high = min(heights[0], 0.0), heights[1]
    return low, max(high, -low * ABOVE / (1.0 - ABOVE))
