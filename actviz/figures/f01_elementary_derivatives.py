"""Rules of differentiation and elementary derivatives

Left, the derivative of a sum, a product and a quotient of two differentiable functions u and v of x (v not
zero), and of constants, powers, exponentials and logarithms (a > 0, and a ≠ 1 for the logarithm); right, of
the trigonometric functions and their inverses. Each row holds wherever both of its sides are defined.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from actviz.analysis.calculus import DERIVATIVES, RULES
from actviz.figure import Figure, Formula, Line, Mark, Note, Panel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from actviz.analysis.calculus import Derivative, Rule

COLUMN = 0.47
"""Where the derivatives begin, across a panel."""
TALL = 1.65
"""Height of a row with a fraction, in rows without."""

COMMAND = "actviz derivative --elementary"


def build() -> Figure:
    """Two columns of rows: what is differentiated, and its derivative."""
    trigonometric = [d.name for d in DERIVATIVES].index("sine")
    rules, end = rows(RULES, "Combination", 0.0)
    others, deep = rows(DERIVATIVES[:trigonometric], "Function", end - 0.7)
    right, low = rows(DERIVATIVES[trigonometric:], "Function", 0.0)
    window = (min(deep, low), 0.5)
    panels = tuple(Panel(marks, xlim=(0.0, 1.0), ylim=window, axes="off") for marks in (rules + others, right))
    return Figure("Rules of differentiation and elementary derivatives", (panels,), size=(8.0, 6.4))


def rows(entries: Sequence[Rule | Derivative], head: str, top: float) -> tuple[tuple[Mark, ...], float]:
    """A heading at the height `top`, a thin line, one row an entry; the marks and where the last row ends."""
    marks: list[Mark] = [
        Note(head, 0.0, top, ink="muted"),
        Note("Derivative", COLUMN, top, ink="muted"),
        Line((0.0, 1.0), (top - 0.5,) * 2, ink="grid", width=0.5),
    ]
    end = top - 0.6
    for entry in entries:
        tall = TALL if "frac" in entry.function + entry.derivative else 1.0
        middle, end = end - tall / 2, end - tall
        marks += [Formula(entry.function, 0.0, middle), Formula(entry.derivative, COLUMN, middle)]
    return tuple(marks), end
