"""Softmax by dtype as plain figure data: probabilities, a map of outcomes, errors; each with a panel a dtype."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from actviz.charts.overflow_errors import errors
from actviz.charts.overflow_map import length_map, spread_map
from actviz.figure import Figure, Ink, Interval, Line, Mark, Marker, Note, Panel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from actviz.analysis.softmax.evaluations import Accumulate
    from actviz.analysis.softmax.overflow import Outcome

    Case = tuple[str, tuple[float, ...], Sequence[Outcome]]

FEW = 12
"""Up to so many classes each has its own marks; more are drawn as curves over the class number."""

MOST_DTYPES = 4
"""Panels side by side; of more dtypes the first are drawn in the first rows, the others below."""

NAIVE, SHIFTED = 1, 0
"""Palette entries of the two forms."""

PANEL = (2.9, 2.9)
"""Inches of a panel."""


def overflow_figure(cases: Sequence[Case], accumulate: Accumulate) -> Figure:
    """The map of outcomes and the errors, a column a dtype; above them the probabilities of a single vector.

    Several vectors are marked in the map by their places alone, and the errors are those of the first.
    """
    _, x, outcomes = cases[0]
    points = [point(logits) for _, logits, _ in cases]
    rows: list[tuple[Panel, ...]] = []
    for start in range(0, len(outcomes), MOST_DTYPES):
        some = outcomes[start : start + MOST_DTYPES]
        keyed = [n == 0 for n in range(len(some))]
        if len(cases) == 1:
            rows.append(tuple(panel(o, keyed=key) for o, key in zip(some, keyed, strict=True)))
        rows.append(tuple(spread_map(o.dtype, len(x), points) for o in some))
        rows.append(tuple(length_map(o.dtype, [(top, len(x)) for top, _ in points]) for o in some))
        rows.append(tuple(errors(o.dtype, x, accumulate, key) for o, key in zip(some, keyed, strict=True)))
    width, height = PANEL
    columns = max(map(len, rows))
    return Figure(title(cases), tuple(rows), size=(max(4.5, width * columns), 0.8 + height * len(rows)))


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


def panel(o: Outcome, about: str = "class", keyed: bool = True) -> Panel:
    """The probabilities of one outcome by class, with the colours named where `keyed`."""
    n = o.exact.size
    befell = "overflow and underflow" if o.naive.status == "both" else o.naive.status
    marks = (*(separate(o) if n <= FEW else curves(o)), *(key(n) if keyed else ()), *lost(o))
    window: Interval = (0.4, n + 0.6)
    title = f"{o.dtype}: {befell}"
    return Panel(marks, title, about, "probability", xlim=window, ylim=(-0.1, 1.48), axes="frame", legend=False)


def key(n: int) -> tuple[Mark, ...]:
    """The name of each form in its colour, in a row at the top of a panel of `n` classes."""
    names: tuple[tuple[str, Ink, float], ...] = (
        ("exact", "muted", 0.03),
        ("naive", NAIVE, 0.27),
        ("max-shifted", SHIFTED, 0.52),
    )
    return tuple(Note(name, 0.4 + at * (n + 0.2), 1.37, ink=ink) for name, ink, at in names)


def lost(o: Outcome) -> tuple[Mark, ...]:
    """How many naive values are NaN or 0, said above the exact ones."""
    n = o.exact.size
    zeros = (o.naive.values == 0) & (o.exact_log > -math.inf)  # a masked class is 0 by right
    counts = {"NaN": sum(map(math.isnan, o.naive.values)), "zero": int(zeros.sum())}
    said = [f"{'all' if count == n else count} {what}" for what, count in counts.items() if count]
    return (Note(f"naive: {', '.join(said)}", 0.4 + 0.03 * (n + 0.2), 1.15, ink=NAIVE),) if said else ()


def separate(o: Outcome) -> tuple[Mark, ...]:
    """A bar at each exact probability, naive to its left, max-shifted to its right; open where the value is lost."""
    bars = [Line((i + 0.7, i + 1.3), (float(p), float(p)), ink="muted", width=2.5) for i, p in enumerate(o.exact)]
    circles = [
        circle(i + 1 + aside, float(p), ink)
        for e, ink, aside in ((o.naive, NAIVE, -0.13), (o.shifted, SHIFTED, 0.13))
        for i, p in enumerate(e.values)
    ]
    return (*bars, *circles)


def circle(x: float, p: float, ink: Ink) -> Marker:
    """A probability's mark: open, at 0, where it is NaN or has vanished."""
    return Marker(x, p, "closed", ink) if p > 0 else Marker(x, 0.0, "open", ink)


def curves(o: Outcome) -> tuple[Mark, ...]:
    """The probabilities over the class number; NaN leaves a gap."""
    at = tuple(float(i) for i in range(1, o.exact.size + 1))
    return (
        Line(at, o.exact.tolist(), ink="muted", width=2.5),
        Line(at, o.naive.values.tolist(), ink=NAIVE),
        Line(at, o.shifted.values.tolist(), ink=SHIFTED, dash="dashed"),
    )
