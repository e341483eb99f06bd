"""What becomes of variance and gradient through the layers of a deep random network, predicted and simulated."""

from __future__ import annotations

import math
from contextlib import nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING

from actviz.analysis.depth.fixedpoint import FixedPoint, fixed_point
from actviz.analysis.depth.initialisation import INITS, initial_std
from actviz.analysis.depth.meanfield import Field, Layer, checked_depth, checked_std, predicted
from actviz.analysis.depth.simulation import Measured, Plan, checked_plan, simulated
from actviz.analysis.quadrature import checked_law
from actviz.analysis.scan import scan
from actviz.errors import BadInput, nearest

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from actviz.activation import Activation

    Advance = Callable[[], object]

DEFAULT = "xavier"
"""The rule that holds where neither a rule nor a weight standard deviation is given."""


@dataclass(frozen=True, slots=True)
class Depth:
    """A deep random network of one activation: its law, what infinite width predicts, what real networks show.

    Weights are N(0, weight_std^2/width), biases N(0, bias_std^2); `init` is the rule that gave `weight_std`, nothing
    where it was given as a number. Layer 0 is N(mean, std^2). `layers` go from 0 to the depth, and so does
    `simulation`, unless nothing was simulated.
    """

    activation: Activation
    init: str
    weight_std: float
    bias_std: float
    mean: float
    std: float
    layers: tuple[Layer, ...]
    fixed_point: FixedPoint
    plan: Plan | None = None
    simulation: tuple[Measured, ...] = ()

    @property
    def gradient(self) -> float:
        """The square of the gradient in layer 0, over that in the last layer."""
        return self.layers[0].gradient

    @property
    def compared(self) -> tuple[tuple[float, float, float], ...]:
        """What is predicted, seen, and the error of that, of each figure that is drawn by lot and has a prediction."""
        pairs = list(zip(self.layers, self.simulation, strict=False))
        # The first variance and the last gradient are set.
        variances = [(layer.variance, seen.variance, seen.variance_error) for layer, seen in pairs[1:]]
        gradients = [(layer.gradient, seen.gradient, seen.gradient_error) for layer, seen in pairs[:-1]]
        return tuple(figure for figure in variances + gradients if math.isfinite(figure[0]))

    @property
    def apart(self) -> float:
        """The most by which simulation and prediction differ, in standard errors; NaN where nothing has an error."""
        ratios = [abs(s - p) / error for p, s, error in self.compared if error > 0 and math.isfinite(s)]
        return max(ratios, default=math.nan)

    def __repr__(self) -> str:
        from actviz.analysis.depth.tables import title

        return f"Depth({title(self)}; gradient^2 {self.gradient:.3g}, {self.fixed_point.phase})"

    def _repr_html_(self) -> str:
        """The tables of this record, for a notebook."""
        from actviz.analysis.depth.tables import tables
        from actviz.formats import html

        return html(tables(self))


def depth(
    activation: Activation,
    layers: int,
    *,
    weight_std: float | None = None,
    bias_std: float = 0.0,
    init: str = "",
    mean: float = 0.0,
    std: float = 1.0,
    plan: Plan | None = None,
    bar: Callable[[str, int], AbstractContextManager[Advance]] | None = None,
) -> Depth:
    """`activation` through `layers` layers from pre-activations N(mean, std^2) on, simulated where there is a `plan`.

    The weights' scale is `weight_std` or that of `init`, one of INITS, and Xavier's where neither is given; `bar` shows
    how far the simulation is. Raise BadInput for numbers out of bounds, both `weight_std` and `init`, or
    ``init="critical"`` where no scale is critical.
    """
    checked_depth(layers)
    checked_std(bias_std, "bias std", zero=True)
    mean, std = checked_law(mean, std)
    if plan:
        checked_plan(plan, layers)
    init = chosen_init(init, weight_std)
    seen = scan(activation)
    start = std * std
    if weight_std is None:
        weight_std = initial_std(init, seen, bias_std, start)
    field = Field(seen, checked_std(weight_std, "weight std", zero=False), bias_std)
    rows = predicted(field, layers, mean, std)
    rest = fixed_point(field, rows[1].variance if mean else start)
    measured: tuple[Measured, ...] = ()
    if plan:
        with bar(activation.label, plan.samples) if bar else nullcontext(lambda: None) as advance:
            measured = simulated(activation, weight_std, bias_std, layers, mean, std, plan, advance)
    return Depth(activation, init, weight_std, bias_std, mean, std, rows, rest, plan, measured)


def chosen_init(init: str, weight_std: float | None) -> str:
    """The rule to take, none where a weight standard deviation is given; raise BadInput for both or an unknown one."""
    if init and weight_std is not None:
        raise BadInput(f"init {init} sets the weight std, and so does weight std {weight_std:g}; give one of them")
    if init and init not in INITS:
        raise BadInput(f"init '{init}' is unknown; it is one of {', '.join(INITS)}{nearest(init, INITS)}")
    return init if init or weight_std is not None else DEFAULT
