"""ReLU

max(x, 0): zero for negative inputs, the input itself otherwise. One side is silenced, so only some neurons
of a layer are active at once. It saturates hard on the left, where its slope is exactly zero, and not at
all on the right.
"""

from __future__ import annotations

from actviz.charts.functions import panel
from actviz.figure import Figure, Marker, Note
from actviz.resolve import scalars

COMMAND = "actviz plot relu"


def build() -> Figure:
    """The curve and its kink."""
    marks = (Marker(0.0, 0.0), Note("kink at 0", -1.0, 1.2, (0.0, 0.0), align="right"))
    return Figure("ReLU", ((panel(scalars(["relu"]), extra=marks, ylabel="ReLU(x)"),),))
