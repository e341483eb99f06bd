"""Gradients through ten layers

The length of the gradient in each layer of a random network, 1 in the last, on its way back to the first: predicted
for infinite width (lines) and measured in 16 networks of 256 units a layer (points; shaded: two standard errors).
Sigmoid's slope is 1/4 at most, so with weights of variance 1/width each layer leaves less than a quarter (dotted), and
half a millionth is left after ten. ReLU's slope is 1 for half of its inputs and 0 for the others, which weights of
variance 2/width (He et al. 2015) make up for: nothing is lost.
"""

from __future__ import annotations

from dataclasses import replace

from actviz.analysis.depth.depth import depth
from actviz.analysis.depth.simulation import Plan
from actviz.charts.depth import depth_panels
from actviz.figure import Figure, Line
from actviz.resolve import scalars

LAYERS = 10
STEEPEST = 0.25
"""Sigmoid's largest slope, at 0."""

COMMAND = f"actviz saturation sigmoid --depth {LAYERS}"


def build() -> Figure:
    """The gradient of sigmoid and of ReLU, each with the weights that are usual for it."""
    sigmoid, relu = scalars(["sigmoid", "relu"])
    found = (depth(sigmoid, LAYERS, init="xavier", plan=Plan()), depth(relu, LAYERS, init="he", plan=Plan()))
    _, gradient = depth_panels(found)
    bound = tuple(STEEPEST ** (LAYERS - n) for n in range(LAYERS + 1))
    line = Line(tuple(range(LAYERS + 1)), bound, "a quarter a layer", "muted", "dotted")
    panel = replace(gradient, marks=(line, *gradient.marks), title="")
    return Figure("Gradients through ten layers", ((panel,),))
