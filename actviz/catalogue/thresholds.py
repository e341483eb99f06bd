"""Functions cut at a threshold: shrinkage, jumps, and the step itself; ReLU squared, which only bends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from actviz import _numpy as np
from actviz.activation import Activation, Kink, Limits, Parameter, Reference
from actviz.catalogue.rectifiers import flat, relu_slope, relu_value

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from actviz.activation import Array

INF = float("inf")

LINE: Limits = ((-INF, 1.0, 0.0), (INF, 1.0, 0.0))


def outside(x: Array, threshold: float) -> NDArray[np.bool_]:
    """Where abs x exceeds the threshold; everywhere for 0, for then nothing is cut out."""
    return np.abs(x) > threshold if threshold else np.ones(x.shape, dtype=bool)


def softshrink_value(x: Array, threshold: float) -> Array:
    """x moved towards 0 by the threshold, 0 within it."""
    return np.where(outside(x, threshold), np.copysign(np.abs(x) - threshold, x), 0.0)


def softshrink_slope(x: Array, threshold: float) -> Array:
    """1 outside, else 0: the left derivative at both kinks."""
    return np.where((x <= -threshold) | (x > threshold), 1.0, 0.0)


def softshrink_kinks(threshold: float) -> tuple[Kink, ...]:
    """A kink at either end of the dead zone; none where there is none."""
    return (Kink(-threshold, 1.0, 0.0), Kink(threshold, 0.0, 1.0)) if threshold else ()


def hardshrink_value(x: Array, threshold: float) -> Array:
    """x outside the threshold, 0 within and at it."""
    return np.where(outside(x, threshold), x, 0.0)


def hardshrink_slope(x: Array, threshold: float) -> Array:
    """1 outside, else 0, at both jumps too."""
    return np.where(outside(x, threshold), 1.0, 0.0)


def hardshrink_kinks(threshold: float) -> tuple[Kink, ...]:
    """f and f' jump at either end of the dead zone; nothing does where there is none."""
    if not threshold:
        return ()
    low, high = Kink(-threshold, -threshold, 0.0, order=0), Kink(threshold, 0.0, threshold, order=0)
    return low, Kink(-threshold, 1.0, 0.0), high, Kink(threshold, 0.0, 1.0)


def threshold_value(x: Array, threshold: float, value: float) -> Array:
    """x above the threshold, else `value`."""
    return np.where(x > threshold, x, value)


def threshold_slope(x: Array, threshold: float, value: float) -> Array:
    """1 above the threshold, else 0, at the threshold too."""
    return np.where(x > threshold, 1.0, 0.0)


def threshold_kinks(threshold: float, value: float) -> tuple[Kink, ...]:
    """f jumps from `value` to the threshold unless they are equal, and f' from 0 to 1."""
    bend = Kink(threshold, 0.0, 1.0)
    return (bend,) if value == threshold else (Kink(threshold, value, threshold, order=0), bend)


def step_value(x: Array, threshold: float) -> Array:
    """1 from the threshold on, else 0."""
    return np.where(x >= threshold, 1.0, 0.0)


DEAD_ZONE = Parameter(
    "threshold", r"\lambda", 0.5, "half the width of the dead zone", low=0.0, aliases=("lambd", "lambda")
)

THRESHOLDS = (
    Activation(
        name="softshrink",
        family="shrinkage",
        summary="x moved towards 0 by a threshold, 0 within it",
        formula=r"\mathrm{sign}(x)\,\max(|x| - \lambda,\; 0)",
        plain="sign(x)*max(abs(x) - threshold, 0)",
        definition=lambda m, x, t: m.where(x > t, x - t, m.where(x > -t, 0, x + t)),
        kernels=(softshrink_value, softshrink_slope, flat),
        limits=lambda threshold: LINE,
        reference=Reference("Donoho", 1995, "De-Noising by Soft-Thresholding"),
        parameters=(DEAD_ZONE,),
        kinks=softshrink_kinks,
    ),
    Activation(
        name="hardshrink",
        family="shrinkage",
        summary="x outside a threshold, 0 within it",
        formula=r"x \;(|x| > \lambda),\quad 0 \;(|x| \leq \lambda)",
        plain="x if abs(x) > threshold else 0",
        definition=lambda m, x, t: m.where(m.absolute(x) > t, x, 0 if t > 0 else x),
        kernels=(hardshrink_value, hardshrink_slope, flat),
        limits=lambda threshold: LINE,
        reference=Reference("Donoho, Johnstone", 1994, "Ideal Spatial Adaptation by Wavelet Shrinkage"),
        parameters=(DEAD_ZONE,),
        kinks=hardshrink_kinks,
    ),
    Activation(
        name="threshold",
        family="threshold",
        summary="x above a threshold, a constant up to it",
        formula=r"x \;(x > t),\quad v \;(x \leq t)",
        plain="x if x > threshold else value",
        definition=lambda m, x, t, v: m.where(x > t, x, v),
        kernels=(threshold_value, threshold_slope, flat),
        limits=lambda threshold, value: ((value, 0.0, 0.0), (INF, 1.0, 0.0)),
        reference=Reference(
            "Collobert, Kavukcuoglu, Farabet", 2011, "Torch7: A Matlab-like Environment for Machine Learning"
        ),
        parameters=(
            Parameter("threshold", "t", 1.0, "where x begins; torch has no default, 1 is ours"),
            Parameter(
                "value",
                "v",
                -0.5,
                "f up to the threshold; torch has no default, -0.5 shows the jump",
                aliases=("default_value",),
            ),
        ),
        kinks=threshold_kinks,
    ),
    Activation(
        name="thresholded_relu",
        family="threshold",
        summary="x above a threshold, 0 up to it",
        formula=r"x \;(x > \alpha),\quad 0 \;(x \leq \alpha)",
        plain="x if x > alpha else 0",
        definition=lambda m, x, alpha: m.where(x > alpha, x, 0),
        kernels=(
            lambda x, alpha: threshold_value(x, alpha, 0.0),
            lambda x, alpha: threshold_slope(x, alpha, 0.0),
            flat,
        ),
        limits=lambda alpha: ((0.0, 0.0, 0.0), (INF, 1.0, 0.0)),
        reference=Reference(
            "Konda, Memisevic, Krueger", 2015, "Zero-bias autoencoders and the benefits of co-adapting features"
        ),
        parameters=(Parameter("alpha", r"\alpha", 1.0, "where x begins", aliases=("theta", "threshold")),),
        kinks=lambda alpha: threshold_kinks(alpha, 0.0),
    ),
    Activation(
        name="step",
        family="threshold",
        summary="0 before a threshold, 1 from it on: the first artificial neuron",
        formula=r"1 \;(x \geq t),\quad 0 \;(x < t)",
        plain="1 if x >= threshold else 0",
        definition=lambda m, x, t: m.where(x >= t, 1, 0),
        kernels=(step_value, flat, flat),
        limits=lambda threshold: ((0.0, 0.0, 0.0), (1.0, 0.0, 0.0)),
        reference=Reference("McCulloch, Pitts", 1943, "A Logical Calculus of the Ideas Immanent in Nervous Activity"),
        parameters=(Parameter("threshold", "t", 0.0, "where the step is"),),
        kinks=lambda threshold: (Kink(threshold, 0.0, 1.0, order=0),),
        aliases={"heaviside": {}},
    ),
    Activation(
        name="relu_squared",
        family="rectifier",
        summary="the square of ReLU: no kink, and a slope without bound",
        formula=r"\max(x,\; 0)^2",
        plain="max(x, 0)**2",
        definition=lambda m, x: m.maximum(x, 0) ** 2,
        kernels=(
            lambda x: relu_value(x) ** 2,
            lambda x: 2.0 * relu_value(x),
            lambda x: 2.0 * relu_slope(x),
        ),
        limits=lambda: ((0.0, 0.0, 0.0), (INF, INF, 2.0)),
        reference=Reference(
            "So, Manke, Liu, Dai, Shazeer, Le",
            2021,
            "Primer: Searching for Efficient Transformers for Language Modeling",
        ),
        kinks=lambda: (Kink(0.0, 0.0, 2.0, order=2),),
        aliases={"relu2": {}, "squared_relu": {}},
    ),
)
