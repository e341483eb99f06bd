"""Sigmoid

sigmoid(x) = 1/(1 + exp(−x)) squashes every real number into (0, 1). The curve is symmetric about the point
(0, 0.5), nearly straight there, and never negative, so its outputs are not centred on zero. Shaded: beyond
|x| = 5 it is within 0.007 of its limits and hardly changes; the saturation is soft, for the slope is never
exactly zero.
"""

from __future__ import annotations

from actviz.charts.functions import panel
from actviz.figure import Band, Figure, Marker, Note, Rule
from actviz.resolve import scalars

COMMAND = "actviz plot sigmoid --range=-8:8"


def build() -> Figure:
    """The curve with its centre of symmetry, its limits and its saturated ends."""
    marks = (
        Band(-8.0, -5.0, label="saturated"),
        Band(5.0, 8.0, label="saturated"),
        Rule(0.0, "y", "dashed", "muted"),
        Rule(1.0, "y", "dashed", "muted"),
        Marker(0.0, 0.5),
        Note("symmetric\nabout (0, 0.5)", 1.3, 0.33, (0.0, 0.5)),
    )
    curve = panel(scalars(["sigmoid"]), interval=(-8.0, 8.0), extra=marks, ylabel="sigmoid(x)", ylim=(-0.08, 1.16))
    return Figure("Sigmoid", ((curve,),))
