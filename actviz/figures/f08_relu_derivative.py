"""Derivative of ReLU

0 for x < 0 and 1 for x > 0. At 0 itself ReLU has no derivative: its slope is 0 from the left (closed point)
and 1 from the right (open point). The value used there is by convention the left one, 0, as in most
frameworks; gradient 1 therefore holds for x > 0, not for x ≥ 0.
"""

from __future__ import annotations

from actviz.charts.functions import panel
from actviz.figure import Figure, Note
from actviz.resolve import scalars

COMMAND = "actviz plot relu --order 1"


def build() -> Figure:
    """The two levels, with the closed and the open point that the record of the kink gives."""
    activations = scalars(["relu"])
    (kink,) = activations[0].kinks()
    marks = (
        Note("value used at 0", 0.8, 0.2, (kink.x, kink.left)),
        Note("limit from the right", -0.8, 0.82, (kink.x, kink.right), align="right"),
    )
    curve = panel(activations, (1,), extra=marks, ylabel="ReLU′(x)", ylim=(-0.15, 1.2))
    return Figure("Derivative of ReLU", ((curve,),))
