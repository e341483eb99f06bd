"""Softmax by dtype as plain figure data: the naive form and the max-shifted beside the exact probabilities."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from actviz.figure import Figure, Ink, Interval, Line, Mark, Marker, Note, Panel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from actviz.analysis.overflow import Outcome

FEW = 12
"""Up to so many classes each has its own marks; more are drawn as curves over the class number."""

NAIVE, SHIFTED = 1, 0
"""Palette entries of the two forms."""


def figure(title: str, rows: Sequence[tuple[str, Sequence[Outcome]]]) -> Figure:
    """One row of panels a case (what its x axis says, its outcomes), one panel a dtype."""
    panels = tuple(
        tuple(panel(o, about, keyed=not (r or c)) for c, o in enumerate(found)) for r, (about, found) in enumerate(rows)
    )
    columns = max(map(len, panels))
    return Figure(title, panels, size=(max(4.5, 2.9 * columns), 0.8 + 2.6 * len(panels)))


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
