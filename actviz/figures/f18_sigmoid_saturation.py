"""Saturation of sigmoid

Sigmoid and its slope. Shaded: |sigmoid′(x)| < 0.01, from |x| = 4.585 on, shortly before the 5 that is often
quoted. The slope tends to 0 but never is 0: saturation is soft on both sides. A neuron whose inputs lie in
the shaded part learns hardly at all.
"""

from __future__ import annotations

from actviz.figure import Figure
from actviz.figures._saturated import saturated_panel
from actviz.resolve import scalars

COMMAND = "actviz saturation sigmoid --threshold 0.01"


def build() -> Figure:
    """f and f′ with the saturated intervals shaded."""
    (activation,) = scalars(["sigmoid"])
    return Figure("Saturation of sigmoid", ((saturated_panel(activation, (-8.0, 8.0)),),))
