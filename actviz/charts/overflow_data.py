"""Rows of data against the cliffs of each dtype: histograms of their largest logits and of their spreads."""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from actviz import _numpy as np
from actviz.analysis.softmax.histogram import histogram, lowest
from actviz.figure import Area, Figure, Interval, Line, Mark, Note, Panel
from actviz.shortening import shortened

if TYPE_CHECKING:
    from collections.abc import Sequence

    from actviz.analysis.softmax.histogram import Cells
    from actviz.analysis.softmax.reading import RowReading

    Stretch = tuple[str, float, float]
    """A dtype, and from where to where it is safe."""

MOST_ARRAYS = 12
"""Arrays that are drawn: of more, those with the largest logits."""

LONGEST_NAME = 40
"""Characters of an array's name that a panel has room for."""

LEAST_BINS, MOST_BINS = 24, 120
"""Bars of a histogram: between these, two for each cube root of the rows (Rice's rule)."""

REACH = 1.5
"""How far beyond the data, in parts of their extent, a cliff still is in the window."""

LANE = 0.16
"""Height of a dtype's lane over the bars, in parts of theirs."""

FINE = 1 / 250
"""Cliffs nearer to 0 than this part of the data's extent are all in one place: they are said, not drawn."""

FARTHEST = sys.float_info.max / 4
"""Numbers beyond are drawn here: the window and `REACH` about it are then finite."""

INSET = 0.02
"""How far from the edge words stand, in parts of the window."""

NICE = (5.0, 2.0, 1.0)
"""First digits of the number of rows that is named beside the bars."""

SIZE, EACH = (4.6, 2.6), 0.14
"""Inches of a panel, and how much more height each dtype takes."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Numbers of rows, one a row, as counted cells, and their extremes."""

    cells: Cells
    least: float
    most: float

    @property
    def count(self) -> int:
        """How many rows there are."""
        return sum(count for _, count in self.cells)


def rows(cells: Cells, least: float, most: float) -> Rows:
    """Those rows, each as far from 0 as a window reaches."""
    least, most = (min(max(end, -FARTHEST), FARTHEST) for end in (least, most))
    return Rows(cells, least, most)


def data_figure(found: Sequence[RowReading]) -> Figure:
    """A row an array: the rows' largest logits, and how far their logits lie apart."""
    drawn = [one for one in found if one.audit.valid]
    kept = sorted(drawn, key=lambda one: -max(abs(one.audit.largest), abs(one.audit.smallest)))[:MOST_ARRAYS]
    drawn = [one for one in drawn if one in kept]
    if not drawn:
        note = Note("no row has a softmax", 0.5, 0.5, align="center", ink="muted")
        return Figure("Rows of logits", ((Panel((note,), xlim=(0.0, 1.0), ylim=(0.0, 1.0), axes="off"),),))
    names = [""] if len(drawn) == 1 else shortened([one.label for one in drawn], LONGEST_NAME)[1]
    panels = tuple((tops(one, name), spreads(one, name)) for one, name in zip(drawn, names, strict=True))
    where = drawn[0].label if len(drawn) == 1 else f"{len(drawn)} arrays"
    height = SIZE[1] + EACH * len(drawn[0].cliffs)
    return Figure(f"Softmax along rows of {where}", panels, (2 * SIZE[0], 0.6 + height * len(panels)))


def tops(one: RowReading, name: str) -> Panel:
    """The rows' maxima, under the logits from where exp is 0 to where n equal exps overflow the sum that is judged,
    dtype by dtype: beyond, naive may still be finite.
    """
    kept = one.audit.judged
    stretches = [(c.dtype, c.zero_to, c.sum_overflows(kept)) for c in one.cliffs]
    about = "lines: naive, float32 sum: surely finite" if kept == "wide" else "lines: naive is surely finite"
    data = rows(one.audit.tops, one.audit.lowest_top, one.audit.largest)
    return panel(data, stretches, title(name, "largest logit of a row"), about)


def spreads(one: RowReading, name: str) -> Panel:
    """How far a row's logits lie apart, under the spreads at which the smallest exp(x - M) is above 0."""
    stretches = [(c.dtype, -math.inf, -c.zero_to) for c in one.cliffs]
    about = "spread; lines: exp(x - M) is above 0"
    least = lowest(one.audit.spreads)
    data = rows(one.audit.spreads, least, max(least, one.audit.spread))
    return panel(data, stretches, title(name, "largest less smallest"), about)


def title(name: str, about: str) -> str:
    """What a panel shows, of which array where there are several."""
    return f"{name}: {about}" if name else about[0].upper() + about[1:]


def panel(data: Rows, stretches: Sequence[Stretch], title: str, xlabel: str) -> Panel:
    """A histogram, and over it a lane a dtype with the stretch that is safe, the widest at the top."""
    whole = window(data, stretches)
    edges, counts = heights_of(data, (whole[1] - whole[0]) / MOST_BINS)
    tallest = float(counts.max())
    heights = [tallest * (1.0 + LANE * (number + 1)) for number in range(len(stretches))]
    lanes = sorted(stretches, key=lambda s: (min(s[2], whole[1]) - max(s[1], whole[0]), s[2]))
    drawn = [mark for s, height in zip(lanes, heights, strict=True) for mark in lane(s, height, whole)]
    cut = ", outer bars: and beyond" if max(abs(data.least), abs(data.most)) == FARTHEST else ""
    names = tuple((height, name) for (name, *_), height in zip(lanes, heights, strict=True))
    return Panel(
        (*bars(edges, counts), *drawn),
        title + cut,
        xlabel,
        "rows",
        whole,
        (0.0, heights[-1] + LANE * tallest),
        axes="frame",
        legend=False,
        yticks=((0.0, "0"), named(tallest), *names),
    )


def heights_of(data: Rows, thinnest: float) -> tuple[np.ndarray, np.ndarray]:
    """The histogram's edges and counts; rows within `thinnest` of each other are one bar of that width."""
    if not data.most - data.least > thinnest:
        middle = data.least / 2 + data.most / 2
        return np.asarray([middle - thinnest / 2, middle + thinnest / 2]), np.asarray([float(data.count)])
    bins = max(LEAST_BINS, min(MOST_BINS, round(2.0 * data.count ** (1 / 3))))
    return histogram(data.cells, data.least, data.most, bins)


def window(data: Rows, stretches: Sequence[Stretch]) -> Interval:
    """What the data reach over, something about numbers that are all alike, and the cliffs near them."""
    low, high = data.least, data.most
    room = 0.5 * (abs(high) or 1.0) if high - low <= 1e-3 * max(abs(low), abs(high)) else 0.0
    low, high = max(low - room, -FARTHEST), min(high + room, FARTHEST)
    reach, fine = REACH * (high - low), FINE * (high - low)
    near = [e for _, *ends in stretches for e in ends if low - reach <= e <= high + reach and abs(e) > fine]
    room = 0.04 * (max([high, *near]) - min([low, *near]))
    return min([low, *near]) - room, max([high, *near]) + room


def bars(edges: np.ndarray, counts: np.ndarray) -> tuple[Mark, ...]:
    """The histogram in steps."""
    x, y = np.repeat(edges, 2), np.concatenate([[0.0], np.repeat(counts, 2), [0.0]])
    return Area(x[1:-1], np.zeros(x.size - 2), y[1:-1], 0), Line(x, y, "", 0, width=0.7)


def named(tallest: float) -> tuple[float, str]:
    """A number of one round digit, as high as the bars allow, and how it is written."""
    power = 10.0 ** math.floor(math.log10(tallest))
    number = next(digit * power for digit in NICE if digit * power <= tallest)
    return number, f"{number:,g}"


def lane(stretch: Stretch, height: float, whole: Interval) -> list[Mark]:
    """A dtype's stretch as a line at that height, and a dashed one down from each end that is in the window.

    Of one that lies wholly beside the window, or has its ends too near to 0 to be told apart, is said where.
    """
    _, low, high = stretch
    within = max(low, whole[0]), min(high, whole[1])
    wide = whole[1] - whole[0]
    left, right = whole[0] + INSET * wide, whole[1] - INSET * wide
    if high <= whole[0]:
        return [Note(f"◀ up to {high:.4g}", left, height, ink=1)]
    if low >= whole[1]:
        return [Note(f"from {low:.4g} ▶", right, height, align="right", ink=1)]
    if max(abs(end) for end in (low, high) if math.isfinite(end)) < FINE * wide:
        said = f"up to {high:.4g}" if low == -math.inf else f"{low:.4g} to {high:.4g}"
        if whole[0] + whole[1] > 0:
            return [Note(f"◀ {said}", right, height, align="right", ink=1)]
        return [Note(f"{said} ▶", left, height, ink=1)]
    marks: list[Mark] = [Line(within, (height, height), "", 1)]
    return marks + [
        Line((end, end), (0.0, height), "", 1, "dashed", 0.5) for end in (low, high) if whole[0] < end < whole[1]
    ]
