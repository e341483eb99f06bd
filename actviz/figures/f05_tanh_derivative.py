"""Derivative of tanh

tanh′(x) = 1 − tanh²(x). It is 1 at x = 0, four times the peak of sigmoid′, and tends to zero on both sides
faster than sigmoid′ does: tanh is centred on zero, yet its gradient still vanishes.
"""

from __future__ import annotations

from actviz.analysis.properties import properties
from actviz.charts.functions import panel
from actviz.figure import Figure, Line, Marker, Note
from actviz.resolve import scalars
from actviz.sampling import sample

COMMAND = "actviz plot tanh sigmoid --order 1 --range=-5:5"


def build() -> Figure:
    """The slope with its peak, and that of sigmoid for scale."""
    tanh, sigmoid = scalars(["tanh", "sigmoid"])
    peak = properties(tanh).lipschitz
    other = sample(sigmoid, 1, (-5.0, 5.0))
    marks = (
        Line(other.x, other.y, ink="muted", dash="dashed", width=0.8),
        Marker(peak.at, peak.value),
        Note(f"greatest at {peak.at:g}: {peak.value:g}", 1.0, peak.value, (peak.at, peak.value)),
        Note("sigmoid′(x)", -2.5, 0.2, align="right", ink="muted"),
    )
    curve = panel((tanh,), (1,), (-5.0, 5.0), marks, ylabel="tanh′(x)", ylim=(-0.06, 1.12))
    return Figure("Derivative of tanh", ((curve,),))
