"""The leaky family

Each is x for x > 0 and ax otherwise, and they differ in a. Leaky ReLU fixes it (0.01), PReLU learns it for
each channel (drawn at 0.25, where training starts), RReLU draws it at random in training and uses the mean
in evaluation. Shaded: the training slopes of RReLU, uniform between 1/8 and 1/3. The paper divides x by a
number from U(3, 8) and evaluates with 5.5; PyTorch multiplies by one from U(1/8, 1/3) and evaluates with
their mean 11/48, which is drawn here. No Gaussian is used in either.
"""

from __future__ import annotations

from dataclasses import replace

from actviz.charts.functions import names_of, panel
from actviz.figure import Area, Figure, Line, Note
from actviz.resolve import scalars

LEFT = -6.0

COMMAND = "actviz plot leaky_relu prelu rrelu --range=-6:2"


def build() -> Figure:
    """Three curves, with the fan of slopes that RReLU draws from."""
    activations = scalars(["leaky_relu", "prelu", "rrelu"])
    lower, upper = (float(bound) for bound in activations[2].values)  # type: ignore[arg-type]
    marks = (
        Area((LEFT, 0.0), (upper * LEFT, 0.0), (lower * LEFT, 0.0), ink=2),
        Note("RReLU in training", -4.3, -2.15, (-3.6, -0.97), align="left", ink=2),
    )
    curves = panel(activations, interval=(LEFT, 2.0), extra=marks, ylim=(-2.5, 2.1))
    slopes = {name: float(a.derivative(-1.0)) for name, a in zip(names_of(activations), activations, strict=True)}
    named = (
        replace(mark, label=f"{mark.label}, a = {slopes[mark.label]:.3g}") if isinstance(mark, Line) else mark
        for mark in curves.marks
    )
    curves = replace(curves, marks=tuple(named))
    return Figure("The leaky family", ((curves,),))
