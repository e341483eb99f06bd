"""A deep random network as a table: what is predicted of each layer, what a simulation showed, and a sentence."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from actviz.analysis.scan import scan
from actviz.report import Cell, Table

if TYPE_CHECKING:
    from actviz.analysis.depth.depth import Depth
    from actviz.analysis.depth.fixedpoint import FixedPoint
    from actviz.analysis.depth.meanfield import Layer
    from actviz.analysis.depth.simulation import Measured

PREDICTED = ("layer", "variance", "chi", "gradient^2")
SIMULATED = ("variance seen", "its error", "gradient^2 seen", "error of it")

MOST_ROWS = 41
"""Layers shown in text and in a notebook; the other formats have all."""

FEW_NETWORKS = 16
"""Of fewer a standard error is uncertain by a fifth: 1/sqrt(2(n - 1)) of itself, and by more where they are skewed."""

RULES = {"xavier": "Xavier", "lecun": "LeCun", "he": "He", "critical": "critical"}


def tables(found: Depth) -> tuple[Table, ...]:
    """One row a layer, from the input on."""
    columns = PREDICTED + (SIMULATED if found.simulation else ())
    seen: tuple[Measured | None, ...] = found.simulation or (None,) * len(found.layers)
    rows = tuple(row(layer, measured) for layer, measured in zip(found.layers, seen, strict=True))
    return (Table(columns, rows, title(found), notes(found), digits=4, most=MOST_ROWS),)


def title(found: Depth) -> str:
    """The function, how many layers, and the law of the weights."""
    return f"{found.activation.label}, {layers_said(len(found.layers) - 1)} deep: {law(found)}"


def row(layer: Layer, seen: Measured | None) -> tuple[Cell, ...]:
    """One layer's numbers."""
    predicted = (layer.number, layer.variance, layer.chi, layer.gradient)
    if seen is None:
        return predicted
    return (*predicted, seen.variance, seen.variance_error, seen.gradient, seen.gradient_error)


def law(found: Depth) -> str:
    """``weight std 1.414 (He), bias std 0``."""
    rule = f" ({RULES[found.init]})" if found.init else ""
    return f"weight std {found.weight_std:.4g}{rule}, bias std {found.bias_std:g}"


def notes(found: Depth) -> tuple[str, ...]:
    """The sentences below the table: what happens, where it ends, and how far the simulation agrees."""
    said = [passage(found), ending(found.activation.label, found.fixed_point)]
    said += [agreement(found)] if found.simulation else []
    return (
        *said,
        "variance: of h; chi: gradient^2 here over that in the next layer; gradient^2: over the last layer's.",
    )


def passage(found: Depth) -> str:
    """What becomes of the gradient from the last layer back to the first."""
    depth = len(found.layers) - 1
    name, gradient = found.activation.label, found.gradient
    if math.isnan(gradient):
        return f"{name}: E f^2 or E f'^2 is not a number, so nothing is predicted."
    if math.isinf(found.layers[0].chi) and scan(found.activation).poles:
        what = "E f^2 and E f'^2 are" if math.isinf(found.layers[1].variance) else "E f'^2 is"
        return f"{name}: f grows so fast at a pole that {what} infinite; so is the mean of the gradient's square."
    if gradient == 0 or math.isinf(gradient):
        size = "below 1e-308" if gradient == 0 else "above 1e308"
        flat = gradient == 0 and found.layers[0].chi == 0
        fate = "exactly 0: f' is 0 almost everywhere" if flat else f"{size} of what it was, beyond float64"
        return f"{name}: {layers_back(depth)} the gradient's square is {fate}."
    change = "unchanged" if abs(gradient - 1.0) < 1e-9 else f"{gradient:.3g} of what it was"
    return f"{name}: {layers_back(depth)} the gradient's square is {change}, its length {math.sqrt(gradient):.3g}."


def layers_said(count: int) -> str:
    """``1 layer``, ``10 layers``."""
    return "1 layer" if count == 1 else f"{count} layers"


def layers_back(depth: int) -> str:
    """``10 layers back``."""
    return "one layer back" if depth == 1 else f"{depth} layers back"


def ending(name: str, rest: FixedPoint) -> str:
    """Where the variance settles, the phase there, and the depth to which gradients reach."""
    if rest.phase == "unknown":
        return f"{name}: where the variance settles is not known."
    if rest.neutral:
        where = "the variance stays what it is"
    elif math.isinf(rest.variance):
        where = "the variance grows without bound"
    elif rest.variance == 0:
        where = "the variance tends to 0"
    else:
        where = f"the variance settles at {rest.variance:.6g}"
    if rest.phase == "critical" and rest.trend == 0:
        return f"{name}: {where}; chi is 1 there: critical, gradients neither vanish nor explode."
    fate = "vanish" if rest.phase == "ordered" or rest.trend < 0 else "explode"
    if rest.phase == "critical":
        return f"{name}: {where}; chi tends to 1: critical, gradients {fate}, slower than exponentially."
    scale = f"their square by a factor e in {rest.depth_scale:.3g} layers" if rest.depth_scale > 0 else "at once"
    return f"{name}: {where}; chi is {rest.chi:.6g} there: {rest.phase}, gradients {fate}, {scale}."


def overflows(found: Depth) -> bool:
    """Whether a simulated figure is infinite."""
    return any(math.isinf(figure) for m in found.simulation for figure in (m.variance, m.gradient))


def agreement(found: Depth) -> str:
    """How far the simulation is from the prediction, in its own errors, and what finite width does."""
    assert found.plan is not None
    plan, depth = found.plan, len(found.layers) - 1
    networks = f"seen: mean and standard error over {plan.samples} networks {plan.width} wide, seed {plan.seed}"
    if not all(math.isfinite(m.variance) and math.isfinite(m.gradient) for m in found.simulation):
        return f"{networks}; {'some overflow float64' if overflows(found) else 'f or its slope is NaN'} on the way."
    if not found.compared:
        return f"{networks}; there is no prediction to compare them with."
    part = f"{found.apart:.2g} standard errors" if math.isfinite(found.apart) else "no more than rounding"
    few = f" Over {plan.samples} networks the error itself is uncertain." if plan.samples < FEW_NETWORKS else ""
    return (
        f"{networks}; the farthest of {len(found.compared)} figures is {part} from its prediction. "
        f"Finite width shifts them by a part of order depth/width = {depth / plan.width:.2g}.{few}"
    )
