"""ELU

x for x > 0, α(exp(x) − 1) otherwise, here with α = 1. On the left it tends to −α (dashed) and saturates
softly, so noise in very negative inputs is damped; on the right it is the identity and never saturates.
Negative outputs bring the mean nearer zero than ReLU's. The constant is called α here, as in the field;
some texts write λ.
"""

from __future__ import annotations

from actviz.charts.functions import panel
from actviz.figure import Figure, Note, Rule
from actviz.resolve import scalars

COMMAND = "actviz plot elu --range=-6:3"


def build() -> Figure:
    """The curve and the level it tends to on the left."""
    activations = scalars(["elu"])
    left, _ = activations[0].limits(*activations[0].values)
    marks = (
        Rule(left[0], "y", "dashed", "muted"),
        Note("tends to −α = −1", -5.8, left[0] + 0.35, ink="ink"),
    )
    curve = panel(activations, interval=(-6.0, 3.0), extra=marks, ylabel="ELU(x), α = 1", ylim=(-1.4, 3.0))
    return Figure("ELU", ((curve,),))
