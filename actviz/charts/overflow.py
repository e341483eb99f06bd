"""Softmax by dtype as plain figure data: probabilities, a map of outcomes, errors; each with a panel a dtype."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal

from actviz.charts.overflow_errors import errors
from actviz.charts.overflow_map import length_map, spread_map
from actviz.figure import Area, Figure, Ink, Line, Mark, Marker, Note, Panel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from actviz.analysis.softmax.evaluations import Accumulate
    from actviz.analysis.softmax.overflow import Evaluation, Outcome

    Shape = Literal["closed", "diamond"]
    Case = tuple[str, tuple[float, ...], Sequence[Outcome]]
    Forms = tuple[Evaluation, Evaluation]
    """Naive and max-shifted."""

FEW = 12
"""Up to so many classes each has its own marks; more are drawn as curves over the class number."""

MOST_DTYPES = 4
"""Panels side by side; of more dtypes the first are drawn in the first rows, the others below."""

NAIVE, SHIFTED = 1, 0
"""Palette entries of the two forms."""

SIGNS = {"NaN": "×", "zero": "○"}
"""The marks of lost values."""

PANEL = (3.2, 2.9)
"""Inches of a panel."""


def overflow_figure(cases: Sequence[Case], accumulate: Accumulate) -> Figure:
    """The map of outcomes and the errors, a column a dtype; above them the probabilities of a single vector.

    Several vectors are marked in the map by their places alone, and the errors are those of the first. `accumulate`
    is how the sums are kept.
    """
    _, x, outcomes = cases[0]
    points = [point(logits) for _, logits, _ in cases]
    rows: list[tuple[Panel, ...]] = []
    for start in range(0, len(outcomes), MOST_DTYPES):
        some = outcomes[start : start + MOST_DTYPES]
        if len(cases) == 1:
            rows.append(tuple(panel(o, accumulate) for o in some))
        rows.append(tuple(spread_map(o.dtype, len(x), points, accumulate) for o in some))
        equal = [(top, len(x)) for top, _ in points]
        rows.append(tuple(length_map(o.dtype, equal, other_length(o), accumulate) for o in some))
        rows.append(tuple(errors(o.dtype, x, accumulate) for o in some))
    return arranged(title(cases) + kept(accumulate), rows)


def length_figure(outcomes: Sequence[Outcome], accumulate: Accumulate) -> Figure:
    """From which logit on equal ones overflow the sum, and the number asked for among them; a panel a dtype."""
    n = outcomes[0].thresholds.length
    panels = [length_map(o.dtype, (), n, accumulate) for o in outcomes]
    rows = [tuple(panels[start : start + MOST_DTYPES]) for start in range(0, len(panels), MOST_DTYPES)]
    return arranged(f"Where the sum of {n:,} equal exps overflows, by dtype{kept(accumulate)}", rows)


def kept(accumulate: Accumulate) -> str:
    """That sums are wide, where they are."""
    return ", wide sums" if accumulate == "wide" else ""


def arranged(title: str, rows: Sequence[tuple[Panel, ...]]) -> Figure:
    """Rows of panels on a page of their size."""
    width, height = PANEL
    columns = max(map(len, rows))
    return Figure(title, tuple(rows), size=(max(4.5, width * columns), 0.8 + height * len(rows)))


def other_length(o: Outcome) -> int | None:
    """The number of equal logits asked about, where that is not how many there are."""
    return o.thresholds.length if o.thresholds.length != o.exact.size else None


def title(cases: Sequence[Case]) -> str:
    """What is drawn of what."""
    from actviz.analysis.softmax.tables import listed

    if len(cases) == 1:
        return f"Softmax of {listed(cases[0][1])}, by dtype"
    return f"Where softmax of {len(cases[0][1])} logits breaks, by dtype"


def point(x: Sequence[float]) -> tuple[float, float]:
    """A vector's place in the map: its largest logit, and the distance to its smallest not masked."""
    held = [logit for logit in x if logit > -math.inf]
    return max(held), max(held) - min(held)


def panel(o: Outcome, accumulate: Accumulate) -> Panel:
    """The probabilities of one outcome by class, over them what befell the two forms."""
    n = o.exact.size
    few = n <= FEW
    forms = o.of("naive", accumulate), o.of("shifted", accumulate)
    befell = [Note(said, 0.4 + 0.03 * (n + 0.2), height, ink=ink) for said, height, ink in words(o, forms)]
    classes = tuple((float(i), str(i)) for i in range(1, n + 1)) if few else ()
    return Panel(
        (*(separate(o, forms) if few else curves(o, forms)), *befell),
        o.dtype,
        "class; bars: exact" if few else "class; solid: exact",
        "probability",
        xlim=(0.4, n + 0.6),
        ylim=(-0.1, 1.48),
        xticks=classes,
        axes="frame",
        legend=False,
    )


def words(o: Outcome, forms: Forms) -> tuple[tuple[str, float, Ink], ...]:
    """What befell naive and max-shifted softmax, behind the mark of each; their heights and colours."""
    few = o.exact.size <= FEW
    names = ("● naive", "◆ max-shifted") if few else ("naive (dotted)", "max-shifted (dashed)")
    return (
        (f"{names[0]}: {befallen(o, forms[0])}", 1.37, NAIVE),
        (f"{names[1]}: {befallen(o, forms[1])}", 1.15, SHIFTED),
    )


def befallen(o: Outcome, e: Evaluation) -> str:
    """How many values are NaN or 0, each with its mark, or else what befell the evaluation."""
    zeros = (e.values == 0) & (o.exact_log > -math.inf)  # a masked class is 0 by right
    counts = {"NaN": sum(map(math.isnan, e.values)), "zero": int(zeros.sum())}
    marks = SIGNS if o.exact.size <= FEW else {}
    said = [
        f"{'all' if count == o.exact.size else count} {what} {marks.get(what, '')}".rstrip()
        for what, count in counts.items()
        if count
    ]
    return ", ".join(said) or e.failure.said


def separate(o: Outcome, forms: Forms) -> tuple[Mark, ...]:
    """A bar at each exact probability, naive to its left, max-shifted to its right."""
    sides = [(i + 0.7, i + 1.3) for i in range(o.exact.size)]
    tops = [(float(p), float(p)) for p in o.exact]
    bars = [Area(side, (0.0, 0.0), top) for side, top in zip(sides, tops, strict=True)]
    lids = [Line(side, top, ink="muted", width=2.5) for side, top in zip(sides, tops, strict=True)]
    drawn: tuple[tuple[Evaluation, Shape, Ink, float], ...] = (
        (forms[0], "closed", NAIVE, -0.13),
        (forms[1], "diamond", SHIFTED, 0.13),
    )
    points = [
        probability(i + 1 + aside, float(p), shape, ink)
        for e, shape, ink, aside in drawn
        for i, p in enumerate(e.values)
    ]
    return (*bars, *lids, *points)


def probability(x: float, p: float, shape: Shape, ink: Ink) -> Marker:
    """A probability's mark: open where it has vanished, a cross at 0 where it is NaN."""
    return Marker(x, 0.0 if math.isnan(p) else p, "cross" if math.isnan(p) else "open" if p == 0 else shape, ink)


def curves(o: Outcome, forms: Forms) -> tuple[Mark, ...]:
    """The probabilities over the class number; NaN leaves a gap."""
    at = tuple(float(i) for i in range(1, o.exact.size + 1))
    return (
        Line(at, o.exact.tolist(), "exact", "muted", width=2.5),
        Line(at, forms[0].values.tolist(), "naive", NAIVE, "dotted", 1.4),
        Line(at, forms[1].values.tolist(), "max-shifted", SHIFTED, "dashed"),
    )
