"""Saturation of ELU

ELU with α = 1 and its slope. Shaded: |ELU′(x)| < 0.01, from x = −4.605 = ln 0.01 downwards, and on the left
alone: soft saturation, a slope that tends to 0 without reaching it. On the right the slope is 1 throughout.
"""

from __future__ import annotations

from actviz.figure import Figure
from actviz.figures._saturated import saturated_panel
from actviz.resolve import scalars

COMMAND = "actviz saturation elu --threshold 0.01"


def build() -> Figure:
    """f and f′ with the saturated intervals shaded."""
    (activation,) = scalars(["elu"])
    return Figure("Saturation of ELU", ((saturated_panel(activation, (-8.0, 4.0)),),))
