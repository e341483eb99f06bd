"""ReLU6

min(max(x, 0), 6): ReLU with its output capped at 6, so that it fits a number format of few bits. Right, its
slope: 1 between the kinks at 0 and 6 and zero outside; at each kink the left derivative is used (closed
points). It saturates hard on both sides.
"""

from __future__ import annotations

from actviz.charts.functions import panel
from actviz.figure import Figure, Marker
from actviz.resolve import scalars

COMMAND = "actviz plot relu6 --derivative --range=-2:8"


def build() -> Figure:
    """The curve and its slope side by side."""
    activations = scalars(["relu6"])
    (relu6,) = activations
    kinks = tuple(Marker(kink.x, float(relu6(kink.x))) for kink in relu6.kinks())
    interval = (-2.0, 8.0)
    value = panel(activations, (0,), interval, kinks, "ReLU6(x)")
    slope = panel(activations, (1,), interval, (), "ReLU6′(x)", (-0.15, 1.2))
    return Figure("ReLU6", ((value, slope),), size=(8.0, 3.6))
