"""Saturation of tanh

Tanh and its slope. Shaded: |tanh′(x)| < 0.01, from |x| = 2.993 on: tanh saturates, softly on both sides,
well before sigmoid does. Centring the outputs on zero has not made the gradient last.
"""

from __future__ import annotations

from actviz.figure import Figure
from actviz.figures._saturated import saturated_panel
from actviz.resolve import scalars

COMMAND = "actviz saturation tanh --threshold 0.01"


def build() -> Figure:
    """f and f′ with the saturated intervals shaded."""
    (activation,) = scalars(["tanh"])
    return Figure("Saturation of tanh", ((saturated_panel(activation, (-6.0, 6.0)),),))
