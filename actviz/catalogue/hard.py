"""Hard functions: straight lines and parabolas in the place of sigmoid, tanh, swish, mish and softplus."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from actviz import _numpy as np
from actviz.activation import Activation, Kink, Limits, Parameter, Reference
from actviz.arithmetic import two_product, two_sum
from actviz.catalogue.maxout import maxout_value, rounded
from actviz.catalogue.rectifiers import flat

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from actviz.activation import Array

INF = float("inf")

MOST_STEPS = 1000
"""Slopes 1/n are told from other numbers for n up to here; hardly one float in 10**13 is one by chance."""


def within(x: Array, low: float, high: float) -> NDArray[np.bool_]:
    """Where low < x <= high: each end belongs to the piece on its left."""
    inside: NDArray[np.bool_] = (x > low) & (x <= high)
    return inside


def steps(slope: float) -> int:
    """n where `slope` is the float nearest to 1/n, which it then stands for; 0 for any other slope."""
    if not 1.0 / MOST_STEPS <= slope <= 1.0:
        return 0
    n = round(1.0 / slope)
    return n if 1.0 / n == slope else 0


def hard_sigmoid_value(x: Array, slope: float, offset: float) -> Array:
    """slope x + offset cut off at 0 and 1; (x + n offset)/n for a slope of 1/n.

    The sum is exact before it is rounded, for near its zero it cancels.
    """
    n = steps(slope)
    if not n:
        return np.clip(maxout_value(x, (slope,), (offset,)), 0.0, 1.0)
    start, low = two_product(float(n), np.asarray(offset))
    total = x + start
    if low:
        error = two_sum(x, start)[1] + low
        # Beyond float64 the sum is an infinity, and its error nothing.
        total = np.where(np.isfinite(error), total + error, total)
    return np.clip(total / n, 0.0, 1.0)


def hard_sigmoid_slope(x: Array, slope: float, offset: float) -> Array:
    """`slope` between the kinks, else 0: the left derivative at both."""
    return np.where(within(x, *ramp(slope, offset)), slope, 0.0)


def ramp(slope: float, offset: float) -> tuple[float, float]:
    """Where slope x + offset reaches 0 and 1, each rounded once: to an infinity beyond float64."""
    from fractions import Fraction

    n = steps(slope)
    run = Fraction(n) if n else 1 / Fraction(slope)
    low, high = -Fraction(offset) * run, (1 - Fraction(offset)) * run
    return rounded(low), rounded(high)


def hard_sigmoid_kinks(slope: float, offset: float) -> tuple[Kink, ...]:
    """Where the ramp begins and ends, within float64; one jump where no float lies between."""
    low, high = ramp(slope, offset)
    if low == high:
        return (Kink(low, 0.0, 1.0, order=0),) if abs(low) < INF else ()
    found = (Kink(low, 0.0, slope), Kink(high, slope, 0.0))
    return tuple(kink for kink in found if abs(kink.x) < INF)


def hard_sigmoid_definition(m: Any, x: Any, slope: Any, offset: Any) -> Any:
    """The textbook line between its bounds."""
    n = steps(float(slope))
    line = x / n + offset if n else slope * x + offset
    return m.minimum(m.maximum(line, 0), 1)


def hard_tanh_value(x: Array, low: float, high: float) -> Array:
    """x cut off at both bounds."""
    return np.clip(x, low, high)


def hard_tanh_slope(x: Array, low: float, high: float) -> Array:
    """1 between the kinks, else 0: the left derivative at both."""
    return np.where(within(x, low, high), 1.0, 0.0)


def hard_tanh_limits(low: float, high: float) -> Limits:
    """The two bounds."""
    return (low, 0.0, 0.0), (high, 0.0, 0.0)


def hard_swish_value(x: Array) -> Array:
    """x (x + 3)/6 between -3 and 3; 0 left of that, x right of it."""
    return np.where(x > -3.0, x * (np.minimum(x + 3.0, 6.0) / 6.0), 0.0)


def hard_swish_slope(x: Array) -> Array:
    """(2x + 3)/6 between -3 and 3, else 0 and 1: the left derivative at both kinks."""
    return np.where(within(x, -3.0, 3.0), (2.0 * x + 3.0) / 6.0, np.where(x > 0, 1.0, 0.0))


def hard_mish_value(x: Array) -> Array:
    """x (x + 2)/2 between -2 and 0; 0 left of that, x right of it."""
    return np.where(x > -2.0, x * (0.5 * np.minimum(x + 2.0, 2.0)), 0.0)


def hard_mish_slope(x: Array) -> Array:
    """x + 1 between -2 and 0, else 0 and 1: the left derivative at the kink."""
    return np.where(x > -2.0, np.minimum(x + 1.0, 1.0), 0.0)


def sparse_sigmoid_value(x: Array) -> Array:
    """(x + 1)/2 cut off at 0 and 1; the slope of sparse_plus."""
    return np.clip(0.5 * (x + 1.0), 0.0, 1.0)


def sparse_sigmoid_slope(x: Array) -> Array:
    """1/2 between -1 and 1, else 0: the left derivative at both kinks; the curvature of sparse_plus."""
    return np.where(within(x, -1.0, 1.0), 0.5, 0.0)


def sparse_plus_value(x: Array) -> Array:
    """(x + 1)^2/4 between -1 and 1; 0 left of that, x right of it."""
    return np.where(x > 1.0, x, sparse_sigmoid_value(x) ** 2)


FENCHEL_YOUNG = Reference("Blondel, Martins, Niculae", 2020, "Learning with Fenchel-Young Losses")

HARD = (
    Activation(
        name="hard_sigmoid",
        family="sigmoidal",
        summary="a straight line between 0 and 1 in the place of sigmoid's bend",
        formula=r"\min(\max(s x + o,\; 0),\; 1)",
        plain="min(max(slope*x + offset, 0), 1)",
        definition=hard_sigmoid_definition,
        kernels=(hard_sigmoid_value, hard_sigmoid_slope, flat),
        limits=lambda slope, offset: ((0.0, 0.0, 0.0), (1.0, 0.0, 0.0)),
        reference=Reference(
            "Courbariaux, Bengio, David",
            2015,
            "BinaryConnect: Training Deep Neural Networks with binary weights during propagations",
        ),
        parameters=(
            Parameter(
                "slope",
                "s",
                1 / 6,
                "slope of the line; the float nearest to 1/n stands for 1/n exactly",
                low=0.0,
                open_low=True,
                aliases=("alpha",),
            ),
            Parameter("offset", "o", 0.5, "height of the line at 0", aliases=("beta",)),
        ),
        kinks=hard_sigmoid_kinks,
    ),
    Activation(
        name="hard_tanh",
        family="sigmoidal",
        summary="x cut off at two bounds",
        formula=r"\min(\max(x,\; l),\; h)",
        plain="min(max(x, min_val), max_val)",
        definition=lambda m, x, low, high: m.minimum(m.maximum(x, low), high),
        kernels=(hard_tanh_value, hard_tanh_slope, flat),
        limits=hard_tanh_limits,
        reference=Reference("Collobert", 2004, "Large Scale Machine Learning"),
        parameters=(
            Parameter("min_val", "l", -1.0, "least value", aliases=("min_value", "min")),
            Parameter("max_val", "h", 1.0, "greatest value", aliases=("max_value", "max")),
        ),
        kinks=lambda low, high: (Kink(low, 0.0, 1.0), Kink(high, 1.0, 0.0)),
        check=lambda low, high: "" if low < high else f"min_val = {low:g} is not below max_val = {high:g}",
    ),
    Activation(
        name="hard_swish",
        family="self-gated",
        summary="x times a hard sigmoid, in the place of swish",
        formula=r"\frac{x}{6}\,\min(\max(x + 3,\; 0),\; 6)",
        plain="x*min(max(x + 3, 0), 6)/6",
        definition=lambda m, x: x * m.minimum(m.maximum(x + 3, 0), 6) / 6,
        kernels=(hard_swish_value, hard_swish_slope, lambda x: np.where(within(x, -3.0, 3.0), 1 / 3, 0.0)),
        limits=lambda: ((0.0, 0.0, 0.0), (INF, 1.0, 0.0)),
        reference=Reference(
            "Howard, Sandler, Chu, Chen, Chen, Tan, Wang, Zhu, Pang, Vasudevan, Le, Adam",
            2019,
            "Searching for MobileNetV3",
        ),
        kinks=lambda: (
            Kink(-3.0, 0.0, -0.5),
            Kink(-3.0, 0.0, 1 / 3, order=2),
            Kink(3.0, 1.5, 1.0),
            Kink(3.0, 1 / 3, 0.0, order=2),
        ),
        aliases={"hard_silu": {}},
    ),
    Activation(
        name="hard_mish",
        family="self-gated",
        summary="a parabola between 0 and x, in the place of mish",
        formula=r"\frac{x}{2}\,\min(\max(x + 2,\; 0),\; 2)",
        plain="x*min(max(x + 2, 0), 2)/2",
        definition=lambda m, x: m.where(x > 0, x, m.where(x > -2, x * (x + 2) / 2, 0)),
        kernels=(hard_mish_value, hard_mish_slope, lambda x: np.where(within(x, -2.0, 0.0), 1.0, 0.0)),
        limits=lambda: ((0.0, 0.0, 0.0), (INF, 1.0, 0.0)),
        reference=Reference("Misra", 2020, "H-Mish"),
        kinks=lambda: (Kink(-2.0, 0.0, -1.0), Kink(-2.0, 0.0, 1.0, order=2), Kink(0.0, 1.0, 0.0, order=2)),
    ),
    Activation(
        name="sparse_plus",
        family="smooth rectifier",
        summary="a parabola between 0 and x, exactly 0 left of -1: softplus's sparse twin",
        formula=r"0 \;(x \leq -1),\quad \frac{1}{4}(x + 1)^2 \;(x \leq 1),\quad x \;(x > 1)",
        plain="0 if x <= -1, (x + 1)**2/4 if x <= 1, else x",
        definition=lambda m, x: m.where(x > 1, x, m.where(x > -1, (x + 1) ** 2 / 4, 0)),
        kernels=(sparse_plus_value, sparse_sigmoid_value, sparse_sigmoid_slope),
        limits=lambda: ((0.0, 0.0, 0.0), (INF, 1.0, 0.0)),
        reference=FENCHEL_YOUNG,
        kinks=lambda: (Kink(-1.0, 0.0, 0.5, order=2), Kink(1.0, 0.5, 0.0, order=2)),
    ),
    Activation(
        name="sparse_sigmoid",
        family="sigmoidal",
        summary="sparsemax of two classes, the slope of sparse_plus",
        formula=r"\min(\max(\frac{x + 1}{2},\; 0),\; 1)",
        plain="min(max((x + 1)/2, 0), 1)",
        definition=lambda m, x: m.minimum(m.maximum((x + 1) / 2, 0), 1),
        kernels=(sparse_sigmoid_value, sparse_sigmoid_slope, flat),
        limits=lambda: ((0.0, 0.0, 0.0), (1.0, 0.0, 0.0)),
        reference=FENCHEL_YOUNG,
        kinks=lambda: (Kink(-1.0, 0.0, 0.5), Kink(1.0, 0.5, 0.0)),
    ),
)
