"""Tanh

tanh(x) = (1 − exp(−2x))/(1 + exp(−2x)) has the shape of sigmoid with values in (−1, 1). It is symmetric
about the origin, so inputs spread evenly about zero give outputs with mean zero; near zero it follows the
line y = x. Both ends saturate softly.
"""

from __future__ import annotations

from actviz.charts.functions import panel
from actviz.figure import Figure, Line, Marker, Note, Rule
from actviz.resolve import scalars

COMMAND = "actviz plot tanh --range=-5:5"


def build() -> Figure:
    """The curve with its centre of symmetry, its limits and its tangent at the origin."""
    marks = (
        Rule(-1.0, "y", "dashed", "muted"),
        Rule(1.0, "y", "dashed", "muted"),
        Line((-1.2, 1.2), (-1.2, 1.2), ink="muted", dash="dotted", width=0.8),
        Marker(0.0, 0.0),
        Note("symmetric about the origin", 0.7, -0.3, (0.0, 0.0)),
        Note("y = x", 0.75, 1.17, align="right", ink="muted"),
    )
    curve = panel(scalars(["tanh"]), interval=(-5.0, 5.0), extra=marks, ylabel="tanh(x)", ylim=(-1.3, 1.3))
    return Figure("Tanh", ((curve,),))
