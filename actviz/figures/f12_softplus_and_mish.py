"""Softplus and Mish

softplus(x) = ln(1 + exp(x)) is a smooth ReLU (dashed). mish(x) = x tanh(softplus(x)) is smooth, bounded
below, unbounded above and not monotone; left of its minimum (point) its slope is negative, so some gradient
passes for negative inputs.
"""

from __future__ import annotations

from actviz.analysis.properties import properties
from actviz.charts.functions import panel
from actviz.figure import Figure, Line, Marker, Note
from actviz.resolve import scalars
from actviz.sampling import sample
from actviz.signs import minus

COMMAND = "actviz plot softplus mish --range=-5:5"


def build() -> Figure:
    """Both curves over ReLU, with Mish's minimum."""
    softplus, mish, relu = scalars(["softplus", "mish", "relu"])
    below = sample(relu, 0, (-5.0, 5.0))
    (low,) = properties(mish).minima
    marks = (
        Line(below.x, below.y, "ReLU", "muted", "dashed", 0.8),
        Marker(low.x, low.value, ink=1),
        Note(minus(f"minimum ({low.x:.3f}, {low.value:.3f})"), low.x, -0.72, align="center", ink=1),
    )
    curves = panel((softplus, mish), interval=(-5.0, 5.0), extra=marks, ylim=(-1.1, 5.2))
    return Figure("Softplus and Mish", ((curves,),))
