"""Swish for β = 0.1, 1 and 10

swish(x) = x sigmoid(βx), with β constant or learned; β = 1 is SiLU. It is smooth, bounded below, unbounded
above and not monotone: points mark each curve's minimum where it lies in the window. As β grows the curve
approaches ReLU, as β falls to 0 the line x/2.
"""

from __future__ import annotations

from actviz.analysis.properties import properties
from actviz.charts.functions import panel
from actviz.figure import Figure, Marker
from actviz.resolve import scalars

INTERVAL, WINDOW = (-5.0, 3.0), (-2.0, 3.0)

COMMAND = "actviz plot swish --param beta=0.1,1,10 --range=-5:3 --ylim=-2:3"


def build() -> Figure:
    """The three curves and their minima."""
    activations = scalars(["swish"], ["beta=0.1,1,10"])
    minima = tuple(
        Marker(low.x, low.value, ink=ink)
        for ink, activation in enumerate(activations)
        for low in properties(activation).minima
        if INTERVAL[0] <= low.x <= INTERVAL[1]
    )
    curves = panel(activations, interval=INTERVAL, extra=minima, ylabel="swish(x)", ylim=WINDOW)
    return Figure("Swish for β = 0.1, 1 and 10", ((curves,),))
