"""Sigmoid and tanh

The same curve on two scales: tanh(x) + 1 = 2 sigmoid(2x) for every x. Sigmoid lies in (0, 1) and is
symmetric about (0, 0.5); tanh lies in (−1, 1), is symmetric about the origin and four times as steep there.
"""

from __future__ import annotations

from actviz.charts.functions import panel
from actviz.figure import Figure, Marker, Note
from actviz.resolve import scalars

COMMAND = "actviz plot sigmoid tanh"


def build() -> Figure:
    """Both curves with their centres of symmetry."""
    marks = (
        Marker(0.0, 0.5, ink=0),
        Marker(0.0, 0.0, ink=1),
        Note("tanh(x) + 1 = 2 sigmoid(2x)", 1.0, -0.6),
    )
    curves = panel(scalars(["sigmoid", "tanh"]), extra=marks, ylim=(-1.15, 1.15))
    return Figure("Sigmoid and tanh", ((curves,),))
