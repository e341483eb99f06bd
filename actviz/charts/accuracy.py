"""A picture of errors: how many bits of the result are wrong over the whole range of the input."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from actviz import _numpy as np
from actviz.analysis.accuracy.cells import cell_start
from actviz.figure import Band, Figure, Line, Mark, Panel
from actviz.floats import dtype_of, finfo
from actviz.signs import ten_to

if TYPE_CHECKING:
    from collections.abc import Sequence

    from actviz.analysis.accuracy.audit import Audit
    from actviz.analysis.accuracy.cells import Cells

SYMBOLS = ("f", "f′", "f″")
THIN = 0.6
"""Of the lines: thousands of steps on one panel."""


def accuracy_figure(audits: Sequence[Audit]) -> Figure:
    """A panel for each function, dtype and order, with a line for each source; orders side by side."""
    keys = list(dict.fromkeys((a.activation.label, a.dtype) for a in audits))
    orders = sorted({a.order for a in audits})
    rows = tuple(tuple(panel([a for a in audits if matches(a, key, order)]) for order in orders) for key in keys)
    if len(keys) == 1:
        rows = (tuple(replace(one, title=one.title.partition(",")[0]) for one in rows[0]),)
    names = [f"{label} in {dtype}" for label, dtype in keys]
    which = ", ".join(names) if len(names) <= 2 else f"{len({label for label, _ in keys})} functions"
    wrong = any(a.tally.wrong_nonfinite or a.tally.wrong_zero for a in audits)
    shaded = " (shaded: NaN, infinity or 0 where the truth is another number)" * wrong
    return Figure(f"Errors of {which}{shaded}", rows, size=(max(6.4, 4.2 * len(orders)), max(4.0, 3.0 * len(rows))))


def matches(audit: Audit, key: tuple[str, str], order: int) -> bool:
    """Whether an audit belongs to the panel."""
    return (audit.activation.label, audit.dtype, audit.order) == (*key, order)


def panel(audits: Sequence[Audit]) -> Panel:
    """The lines of some audits of one dtype and order; shaded where a result is wrongly NaN, infinite or 0."""
    if not audits:
        return Panel((), xlabel="", axes="off")
    kind = dtype_of(audits[0].dtype)
    bits = precision(kind)
    marks: list[Mark] = []
    for ink, audit in enumerate(audits):
        marks += wrong_bands(audit.tally.cells, kind, ink)
    for ink, audit in enumerate(audits):
        marks.append(Line(*steps(audit.tally.cells, kind), audit.source.of, ink, width=THIN))
    one = audits[0]
    return Panel(
        tuple(marks),
        title=f"{SYMBOLS[one.order]}, {one.activation.label} in {one.dtype}",
        ylabel="wrong bits",
        xlim=(-extent(kind), extent(kind)),
        ylim=(-0.02 * bits, 1.04 * bits),
        axes="frame",
        xticks=powers(kind),
    )


def precision(kind: Any) -> int:
    """The bits of the dtype's significand."""
    return int(finfo(kind).nmant) + 1


def lost(ulp: float, kind: Any) -> float:
    """Bits wrong at an error: none up to half a unit, all of them at most."""
    return min(max(math.log2(2.0 * ulp), 0.0), float(precision(kind))) if ulp > 0 else 0.0


def steps(cells: Cells, kind: Any) -> tuple[list[float], list[float]]:
    """A staircase over the cells: each holds its greatest error from its start to the next one's.

    Where a result is wrong beyond measure all bits are.
    """
    x: list[float] = []
    y: list[float] = []
    for cell, ulp, wrong in zip(cells.cell.tolist(), cells.ulp.tolist(), cells.wrong.tolist(), strict=True):
        bits = lost(math.inf if wrong else ulp, kind)
        x += [place(cell_start(cell, kind), kind), place(cell_start(cell + 1, kind), kind)]
        y += [bits, bits]
    return x, y


def wrong_bands(cells: Cells, kind: Any, ink: int) -> list[Band]:
    """A band over each run of cells in which a result is wrong beyond measure."""
    bands: list[Band] = []
    run = False
    for cell, wrong in zip(cells.cell.tolist(), (cells.wrong > 0).tolist(), strict=True):
        if wrong:
            high = place(cell_start(cell + 1, kind), kind)
            low = bands.pop().low if run else place(cell_start(cell, kind), kind)
            bands.append(Band(low, high, ink=ink))
        run = wrong
    return bands


def place(x: float, kind: Any) -> float:
    """Where an input lies along the axis: decades from the least positive number, on the side of its sign."""
    if x == 0:
        return 0.0
    if math.isinf(x):
        return math.copysign(extent(kind), x)
    return math.copysign(math.log10(abs(x)) - least_decade(kind), x)


def least_decade(kind: Any) -> float:
    """The power of ten just below the dtype's least positive number."""
    return math.floor(math.log10(float(np.asarray([1], dtype=f"u{kind.itemsize}").view(kind)[0])))


def extent(kind: Any) -> float:
    """The place of infinity, a little beyond the largest number."""
    return (math.log10(float(finfo(kind).max)) - least_decade(kind)) * 1.02


def powers(kind: Any) -> tuple[tuple[float, str], ...]:
    """Zero and powers of ten on both sides of it, 1 among them."""
    low, high = least_decade(kind), extent(kind) + least_decade(kind)
    # Longer names leave room for 1 and one power on each side.
    exponents = [-4, 0, 4] if high - low < 20 else [0, 300 if high > 100 else 30]
    right = [(place(10.0**e, kind), ten_to(e) if e else "1") for e in exponents]
    left = [(-x, f"−{name}") for x, name in reversed(right)]
    return (*left, (0.0, "0"), *right)
