"""Rows of data against the cliffs of each dtype: histograms of their largest logits and of their spreads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from actviz import _numpy as np
from actviz.analysis.softmax.histogram import extent, histogram
from actviz.figure import Area, Figure, Interval, Line, Mark, Note, Panel
from actviz.shortening import shortened

if TYPE_CHECKING:
    from collections.abc import Sequence

    from actviz.analysis.softmax.histogram import Cells
    from actviz.analysis.softmax.reading import RowReading

    Cliff = tuple[float, str]

MOST_ARRAYS = 12
"""Arrays that are drawn: of more, those with the largest logits."""

LONGEST_NAME = 40
"""Characters of an array's name that a panel has room for."""

LEAST_BINS, MOST_BINS = 24, 120
"""Bars of a histogram: between these, two for each cube root of the rows (Rice's rule)."""

REACH = 1.5
"""How far beyond the data, in parts of their extent, a cliff still is in the window."""

HEAD = 0.12
"""Height of a line of text over the bars, in parts of theirs."""

SIZE = (4.6, 3.0)
"""Inches of a panel."""


def data_figure(found: Sequence[RowReading]) -> Figure:
    """A row an array: the rows' largest logits, and how far their logits lie apart."""
    drawn = [one for one in found if one.audit.valid]
    kept = sorted(drawn, key=lambda one: -max(abs(one.audit.largest), abs(one.audit.smallest)))[:MOST_ARRAYS]
    drawn = [one for one in drawn if one in kept]
    if not drawn:
        note = Note("no row has a softmax", 0.5, 0.5, align="center", ink="muted")
        return Figure("Rows of logits", ((Panel((note,), xlim=(0.0, 1.0), ylim=(0.0, 1.0), axes="off"),),))
    names = [""] if len(drawn) == 1 else shortened([one.label for one in drawn], LONGEST_NAME)[1]
    rows = tuple((tops(one, name), spreads(one, name)) for one, name in zip(drawn, names, strict=True))
    where = drawn[0].label if len(drawn) == 1 else f"{len(drawn)} arrays"
    return Figure(f"Softmax along rows of {where}", rows, (2 * SIZE[0], 0.6 + SIZE[1] * len(rows)))


def tops(one: RowReading, name: str) -> Panel:
    """The rows' maxima between where exp is 0 and where n equal exps overflow, dtype by dtype."""
    ends = [(c.sum_overflow, f"{c.dtype}: sum is inf") for c in one.cliffs]
    ends += [(c.zero_to, f"{c.dtype}: exp is 0") for c in one.cliffs]
    return panel(one.audit.tops, ends, title(name, "largest logit of a row"), "largest logit")


def spreads(one: RowReading, name: str) -> Panel:
    """How far a row's logits lie apart, beside where the smallest probability is 0."""
    ends = [(-c.zero_to, f"{c.dtype}: y is 0") for c in one.cliffs]
    return panel(one.audit.spreads, ends, title(name, "largest less smallest"), "spread")


def title(name: str, about: str) -> str:
    """What a panel shows, of which array where there are several."""
    return f"{name}: {about}" if name else about[0].upper() + about[1:]


def panel(cells: Cells, cliffs: Sequence[Cliff], title: str, xlabel: str) -> Panel:
    """A histogram, and the cliffs that are near it; those farther off are named at the edges."""
    low, high = window(cells)
    near = [cliff for cliff in cliffs if low - REACH * (high - low) <= cliff[0] <= high + REACH * (high - low)]
    ends = [at for at, _ in near]
    room = 0.04 * (max([high, *ends]) - min([low, *ends]))
    whole = (min([low, *ends]) - room, max([high, *ends]) + room)
    rows = sum(count for _, count in cells)
    bins = max(LEAST_BINS, min(MOST_BINS, round(2.0 * rows ** (1 / 3))))
    edges = np.linspace(low, high, bins + 1)
    tops = histogram(cells, edges)
    tallest = float(tops.max(initial=0.0)) or 1.0
    lines = labels(near, tallest, whole)
    height = tallest * (1.05 + HEAD * (len(near) + 1))
    marks = (*bars(edges, tops), *lines, *far(cliffs, near, whole, height))
    return Panel(marks, title, xlabel, "rows", whole, (0.0, height), axes="frame", legend=False)


def window(cells: Cells) -> Interval:
    """What the data reach over, and something about numbers that are all alike."""
    low, high = extent(cells)
    room = 0.5 * (abs(high) or 1.0) if high - low <= 1e-3 * max(abs(low), abs(high)) else 0.0
    return low - room, high + room


def bars(edges: np.ndarray, counts: np.ndarray) -> tuple[Mark, ...]:
    """The histogram in steps."""
    x, y = np.repeat(edges, 2)[1:-1], np.repeat(counts, 2)
    return Area(x, np.zeros(x.size), y, 0), Line(x, y, "", 0, width=0.7)


def labels(cliffs: Sequence[Cliff], tallest: float, whole: Interval) -> list[Mark]:
    """A line at each cliff up to its name, above the bars, each on a height of its own.

    Names in the right half stand left of their lines, the farther right the higher, and those in the left half above
    all these the other way about, so that a name is crossed by few lines.
    """
    marks: list[Mark] = []
    middle = (whole[0] + whole[1]) / 2
    room = 0.01 * (whole[1] - whole[0])
    right = sorted(cliff for cliff in cliffs if cliff[0] >= middle)
    left = sorted((cliff for cliff in cliffs if cliff[0] < middle), reverse=True)
    for number, (at, name) in enumerate([*right, *left]):
        height = tallest * (1.05 + HEAD * (number + 0.5))
        beside = number >= len(right)
        marks.append(Line((at, at), (0.0, height), "", 1, "dashed", 0.6))
        marks.append(Note(name, at + room if beside else at - room, height, align="left" if beside else "right", ink=1))
    return marks


def far(cliffs: Sequence[Cliff], near: Sequence[Cliff], whole: Interval, height: float) -> list[Mark]:
    """Which side the other cliffs lie on, said at the top of the window."""
    beyond = [name.split(":")[0] for at, name in sorted(set(cliffs) - set(near)) if at > whole[1]]
    if not beyond:
        return []
    said = ", ".join(dict.fromkeys(beyond))
    return [Note(f"farther right: {said}", whole[1], height * 0.97, align="right", ink="muted")]
