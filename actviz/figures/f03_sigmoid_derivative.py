"""Derivative of sigmoid

sigmoid′(x) = sigmoid(x)(1 − sigmoid(x)). It is greatest at x = 0, where it is 0.25, and tends to zero on
both sides: a gradient passing back through n sigmoids is multiplied by at most 0.25 each time, the weights
apart.
"""

from __future__ import annotations

from actviz.analysis.properties import properties
from actviz.charts.functions import panel
from actviz.figure import Figure, Marker, Note
from actviz.resolve import scalars

COMMAND = "actviz plot sigmoid --order 1 --range=-8:8"


def build() -> Figure:
    """The slope with its peak, found by the analysis of the function."""
    activations = scalars(["sigmoid"])
    peak = properties(activations[0]).lipschitz
    marks = (
        Marker(peak.at, peak.value),
        Note(f"greatest at {peak.at:g}: {peak.value:g}", 1.5, peak.value, (peak.at, peak.value)),
    )
    curve = panel(activations, (1,), (-8.0, 8.0), marks, ylabel="sigmoid′(x)", ylim=(-0.015, 0.28))
    return Figure("Derivative of sigmoid", ((curve,),))
