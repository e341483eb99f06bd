"""ReLU and its relations: straight lines joined at a kink."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from actviz import _numpy as np
from actviz.activation import Activation, Kink, Limits, Parameter, Reference

if TYPE_CHECKING:
    from actviz.activation import Array

INF = float("inf")


def relu_value(x: Array) -> Array:
    """max(x, 0), with +0 for -0, which adding 0 sees to."""
    return np.maximum(x, 0.0) + 0.0


def relu_slope(x: Array) -> Array:
    """1 right of zero, else 0: the left derivative at the kink."""
    return (x > 0).astype(np.float64)


def flat(x: Array, *values: float) -> Array:
    """The curvature of a function made of straight lines."""
    return np.zeros_like(x)


def relu6_value(x: Array) -> Array:
    """min(max(x, 0), 6), with +0 for -0."""
    return np.clip(x, 0.0, 6.0) + 0.0


def relu6_slope(x: Array) -> Array:
    """1 on (0, 6], else 0: the left derivative at both kinks."""
    return ((x > 0) & (x <= 6.0)).astype(np.float64)


def leaky_value(x: Array, slope: float) -> Array:
    """x right of zero, slope * x left of it: the greater or the lesser of the two lines."""
    return np.maximum(x, slope * x) if slope <= 1.0 else np.minimum(x, slope * x)


def leaky_slope(x: Array, slope: float) -> Array:
    """1 right of zero, else `slope`: the left derivative at the kink."""
    return (x > 0) + slope * (x <= 0)


def leaky_kinks(slope: float) -> tuple[Kink, ...]:
    """The kink at zero, unless both sides have slope 1."""
    return () if slope == 1.0 else (Kink(0.0, slope, 1.0),)


def leaky_limits(slope: float) -> Limits:
    """Left: minus or plus infinity by the slope's sign, 0 for slope 0."""
    return (-INF * slope if slope else 0.0, slope, 0.0), (INF, 1.0, 0.0)


def leaky_definition(m: Any, x: Any, slope: Any) -> Any:
    """The textbook pieces."""
    return m.where(x > 0, x, slope * x)


def rrelu_mean(lower: float, upper: float) -> float:
    """The slope used in evaluation."""
    return (lower + upper) / 2


SLOPE = Parameter("negative_slope", "a", 0.01, "slope left of zero", aliases=("alpha", "a"))

RECTIFIERS = (
    Activation(
        name="relu",
        family="rectifier",
        summary="the positive part",
        formula=r"\max(x, 0)",
        plain="max(x, 0)",
        definition=lambda m, x: m.maximum(x, 0),
        kernels=(relu_value, relu_slope, flat),
        limits=lambda: ((0.0, 0.0, 0.0), (INF, 1.0, 0.0)),
        reference=Reference("Nair, Hinton", 2010, "Rectified Linear Units Improve Restricted Boltzmann Machines"),
        kinks=lambda: (Kink(0.0, 0.0, 1.0),),
    ),
    Activation(
        name="relu6",
        family="rectifier",
        summary="ReLU capped at 6",
        formula=r"\min(\max(x, 0), 6)",
        plain="min(max(x, 0), 6)",
        definition=lambda m, x: m.minimum(m.maximum(x, 0), 6),
        kernels=(relu6_value, relu6_slope, flat),
        limits=lambda: ((0.0, 0.0, 0.0), (6.0, 0.0, 0.0)),
        reference=Reference("Krizhevsky", 2010, "Convolutional Deep Belief Networks on CIFAR-10"),
        kinks=lambda: (Kink(0.0, 0.0, 1.0), Kink(6.0, 1.0, 0.0)),
    ),
    Activation(
        name="leaky_relu",
        family="rectifier",
        summary="ReLU with a small slope left of zero",
        formula=r"x \;(x > 0),\quad a x \;(x \leq 0)",
        plain="x if x > 0 else a*x",
        definition=leaky_definition,
        kernels=(leaky_value, leaky_slope, flat),
        limits=leaky_limits,
        reference=Reference(
            "Maas, Hannun, Ng", 2013, "Rectifier Nonlinearities Improve Neural Network Acoustic Models"
        ),
        parameters=(SLOPE,),
        kinks=leaky_kinks,
        aliases={"lrelu": {}},
    ),
    Activation(
        name="prelu",
        family="rectifier",
        summary="leaky ReLU whose slope is learned; drawn at its start",
        formula=r"x \;(x > 0),\quad a x \;(x \leq 0)",
        plain="x if x > 0 else a*x",
        definition=leaky_definition,
        kernels=(leaky_value, leaky_slope, flat),
        limits=leaky_limits,
        reference=Reference(
            "He, Zhang, Ren, Sun",
            2015,
            "Delving Deep into Rectifiers: Surpassing Human-Level Performance on ImageNet Classification",
        ),
        parameters=(
            Parameter(
                "negative_slope", "a", 0.25, "slope left of zero, before training", aliases=("alpha", "a", "weight")
            ),
        ),
        kinks=leaky_kinks,
        aliases={"parametric_relu": {}},
    ),
    Activation(
        name="rrelu",
        family="rectifier",
        summary="leaky ReLU whose slope is drawn in training; drawn at its mean",
        formula=r"x \;(x > 0),\quad a x \;(x \leq 0),\quad a = \frac{l + u}{2}",
        plain="x if x > 0 else a*x, a = (lower + upper)/2",
        definition=lambda m, x, lower, upper: leaky_definition(m, x, (lower + upper) / 2),
        kernels=(
            lambda x, lower, upper: leaky_value(x, rrelu_mean(lower, upper)),
            lambda x, lower, upper: leaky_slope(x, rrelu_mean(lower, upper)),
            flat,
        ),
        limits=lambda lower, upper: leaky_limits(rrelu_mean(lower, upper)),
        reference=Reference(
            "Xu, Wang, Chen, Li", 2015, "Empirical Evaluation of Rectified Activations in Convolutional Network"
        ),
        parameters=(
            Parameter("lower", "l", 1 / 8, "least slope drawn in training"),
            Parameter("upper", "u", 1 / 3, "greatest slope drawn in training"),
        ),
        kinks=lambda lower, upper: leaky_kinks(rrelu_mean(lower, upper)),
        aliases={"randomized_relu": {}},
        check=lambda lower, upper: "" if lower <= upper else f"lower = {lower:g} exceeds upper = {upper:g}",
        draw=lambda random, lower, upper: (lower + (upper - lower) * float(random.random()),) * 2,
    ),
)
