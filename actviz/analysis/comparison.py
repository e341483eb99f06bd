"""How far apart functions are: value, slope, units in the last place, and where.

Everything is evaluated in one dtype, which x is rounded to first. A 16-bit dtype is searched whole:
every number of it in the range. A wider one is searched on a grid that holds 0 and the kinks, and
each of the highest peaks is then followed to where the slopes (or curvatures) cross.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from actviz import _numpy as np
from actviz.analysis.poles import approach, divergent
from actviz.analysis.scan import scan
from actviz.errors import BadInput
from actviz.floats import bisected, dtype_of, ordinal
from actviz.sampling import checked_interval, exact_places, grid, kink_places

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from actviz.activation import Activation, Array

    Distance = Callable[[Array], Array]

TYPED = ("expression", "callable")
"""Families of functions that may have poles: the catalogue's have none."""

LEAST_GROWTH, ROUNDING = 1.02, 2.0**-48
"""How much larger a difference is at each step towards a pole than at the one before, if it grows as a logarithm does;
and what is more than rounding, as a part of the values."""

PEAKS = 8
"""Peaks of the grid that are followed; the rest would have to grow between two points to win."""


@dataclass(frozen=True, slots=True)
class Tolerance:
    """What two functions may differ by: `value` absolutely, `ulp` in units in the last place; None is free."""

    value: float | None = None
    ulp: int | None = None

    def __post_init__(self) -> None:
        """Raise BadInput for a bound that is negative or not a number."""
        if self.value is not None and not self.value >= 0:
            raise BadInput(f"--tol must be 0 or more, not {self.value:g}")
        if self.ulp is not None and self.ulp < 0:
            raise BadInput(f"--ulp must be 0 or more, not {self.ulp}")

    def holds(self, difference: float, ulp: float) -> bool | None:
        """Whether both bounds hold (NaN breaks any); None where there is none."""
        if self.value is None and self.ulp is None:
            return None
        return (self.value is None or difference <= self.value) and (self.ulp is None or ulp <= self.ulp)


@dataclass(frozen=True, slots=True)
class Pair:
    """How far `a` and `b` are apart. A NaN says that somewhere one of them is NaN; `at` is there then.

    Differences are infinite where they grow without bound at one of `poles`, which are in the interval.
    `max_ulp` counts the dtype's numbers from one value to the other: infinite where one is NaN; they are most
    at `ulp_at`. `is_rounding` says that nowhere they are further apart than two roundings of 1 or of the values
    there.
    """

    a: Activation
    b: Activation
    max_abs_difference: float
    at: float
    rms_difference: float
    max_abs_derivative_difference: float
    derivative_at: float
    max_ulp: float
    ulp_at: float
    is_rounding: bool
    within_tolerance: bool | None
    poles: tuple[float, ...] = ()


def compare(
    a: Activation,
    b: Activation,
    interval: tuple[float, float],
    *,
    points: int,
    dtype: str,
    tolerance: Tolerance,
) -> Pair:
    """`a` against `b` over the interval, evaluated in `dtype`.

    Raise BadInput for a bad interval or count, or a dtype without numbers there.
    """
    kind = dtype_of(dtype)
    x = searched(a, b, interval, points, kind)
    apart, slopes_apart = (partial(distance, a, b, order, kind) for order in (0, 1))
    difference, at = largest(apart, partial(signed, a, b, 1), x, kind)
    slope_difference, slope_at = largest(slopes_apart, partial(signed, a, b, 2), x, kind)
    x = np.append(x, at)
    rms = root_mean_square(apart, grid(interval, points, exact_places(a, b)))
    poles = parted(a, b, interval)
    if poles and not math.isnan(difference):
        difference, at, slope_difference, slope_at = math.inf, poles[0], math.inf, poles[0]
        rms = math.inf if divergent(lambda x: signed(a, b, 0, x)[None] ** 2, poles, 1)[0] else rms
    values = [f(x.astype(kind)) for f in (a, b)]
    ulp = ulp_distance(*values)
    worst = int(np.argmax(ulp))
    return Pair(
        a=a,
        b=b,
        max_abs_difference=difference,
        at=at,
        rms_difference=rms,
        max_abs_derivative_difference=slope_difference,
        derivative_at=slope_at,
        max_ulp=float(ulp[worst]),
        ulp_at=float(x[worst]),
        is_rounding=rounding_alone(*values),
        within_tolerance=tolerance.holds(difference, float(ulp[worst])),
        poles=poles,
    )


def parted(a: Activation, b: Activation, interval: tuple[float, float]) -> tuple[float, ...]:
    """The poles of a typed function within the interval towards which a and b grow apart without bound."""
    found = {p for f in (a, b) if f.family in TYPED for p in scan(f).poles if interval[0] <= p <= interval[1]}
    places = np.asarray(sorted(found))
    growing = np.zeros(places.size, dtype=bool)
    for outward, inside in ((-1.0, places > interval[0]), (1.0, places < interval[1])):
        first, second = (np.abs(f(approach(places, outward))) for f in (a, b))
        size = np.abs(signed(a, b, 0, approach(places, outward)))
        beyond_rounding = size[:, 0] > ROUNDING * np.maximum(first, second)[:, 0]
        growing |= inside & beyond_rounding & (size[:, :-1] > LEAST_GROWTH * size[:, 1:]).all(axis=1)
    return tuple(places[growing].tolist())


def rounding_alone(a: NDArray[Any], b: NDArray[Any]) -> bool:
    """Whether values are nowhere further apart than two units in the last place of 1 or of themselves."""
    epsilon = float(np.nextafter(a.dtype.type(1), a.dtype.type(2))) - 1.0
    first, second = a.astype(np.float64), b.astype(np.float64)
    with np.errstate(invalid="ignore", over="ignore"):
        room = 2.0 * epsilon * np.maximum(1.0, np.maximum(np.abs(first), np.abs(second)))
        return bool(((first == second) | (np.abs(first - second) <= room)).all())


def searched(a: Activation, b: Activation, interval: tuple[float, float], points: int, dtype: Any) -> Array:
    """The numbers of `dtype` to look at, ascending, as float64; beside each kink its neighbour on the right."""
    if dtype.itemsize == 2:
        low, high = checked_interval(*interval)
        with np.errstate(invalid="ignore"):  # signalling NaN are among them
            every = np.arange(2**16, dtype=np.uint16).view(dtype).astype(np.float64)
        x = np.unique(every[(every >= low) & (every <= high)]) + 0.0
    else:
        with np.errstate(over="ignore"):
            kinks = np.asarray(kink_places(a, b)).astype(dtype)
            beside = np.nextafter(kinks, dtype.type(np.inf)).astype(np.float64)
            even = grid(interval, points, exact_places(a, b)).astype(dtype).astype(np.float64)
        x = np.unique(np.concatenate([even, beside]))
        x = x[np.isfinite(x) & (x >= interval[0]) & (x <= interval[1])]
    if x.size == 0:
        raise BadInput(f"{dtype.name} has no number in the range {interval[0]:g}:{interval[1]:g}")
    return x


def distance(a: Activation, b: Activation, order: int, dtype: Any, x: Array) -> Array:
    """How far the derivatives of `order`, evaluated in `dtype`, are apart; equal infinities not at all."""
    first, second = (f.derivative(x.astype(dtype), order).astype(np.float64) for f in (a, b))
    with np.errstate(invalid="ignore", over="ignore"):
        return np.where(first == second, 0.0, np.abs(first - second))


def signed(a: Activation, b: Activation, order: int, x: Array) -> Array:
    """The derivative of `order` of a - b, in float64."""
    with np.errstate(invalid="ignore", over="ignore"):
        return np.asarray(a.derivative(x, order) - b.derivative(x, order))


def largest(apart: Distance, change: Distance, x: Array, dtype: Any) -> tuple[float, float]:
    """The largest of `apart` and where, over x and the turning points beside its highest peaks.

    A NaN counts as larger than any number. `change` is the derivative of what `apart` measures.
    """
    y = apart(x)
    if not np.isnan(y).any() and dtype.itemsize > 2:
        # Beyond the range of `dtype` there is nothing to follow, so only finite turning points count.
        turning = crossings(change, *brackets(y, x)).astype(dtype).astype(np.float64)
        x = np.concatenate([x, turning])
        y = np.concatenate([y, apart(turning)])
    best = int(np.argmax(y))
    return float(y[best]), float(x[best])


def brackets(y: Array, x: Array) -> tuple[Array, Array]:
    """The grid's cells on both sides of the highest local maxima of y, as their lower and upper ends."""
    walled = np.concatenate([[-np.inf], y, [-np.inf]])
    peaks = np.flatnonzero((y >= walled[:-2]) & (y >= walled[2:]))
    highest = peaks[np.argsort(-y[peaks], kind="stable")[:PEAKS]]
    ends = np.unique(np.concatenate([highest - 1, highest]))
    ends = ends[(ends >= 0) & (ends < x.size - 1)]
    return np.nextafter(x[ends], np.inf), x[ends + 1]


def crossings(f: Distance, low: Array, high: Array) -> Array:
    """A point of each interval where `f` changes sign, to the last bit; any point where it does not."""
    rising = np.sign(f(low))
    return bisected(lambda x: np.sign(f(x)) == rising, low, high)[0]


def root_mean_square(apart: Distance, edges: Array) -> float:
    """The root of the mean of apart^2: three Gauss-Legendre nodes in each cell between `edges`."""
    nodes = np.array([-math.sqrt(0.6), 0.0, math.sqrt(0.6)])
    weights = np.array([5.0, 8.0, 5.0]) / 18.0
    width = np.diff(edges)
    x = (edges[:-1] + width / 2)[:, None] + width[:, None] / 2 * nodes
    y = apart(x.reshape(-1)).reshape(x.shape)
    top = float(y.max())
    if not 0.0 < top < math.inf:  # all zero, or infinite, or NaN
        return top
    share = width / (edges[-1] - edges[0])
    return top * math.sqrt(float(((y / top) ** 2 @ weights) @ share))


def ulp_distance(a: NDArray[Any], b: NDArray[Any]) -> Array:
    """How many numbers of their dtype lie from a to b, counting b: 0 where equal, -0 equal to +0.

    Two NaN are 0 apart, a NaN and a number infinitely far; infinity follows the largest number.
    """
    first, second = ordinal(a), ordinal(b)
    # Unsigned wrap-around gives the true distance even where it exceeds the signed integers.
    ahead = np.where(first > second, first, second).astype(np.uint64)
    behind = np.where(first > second, second, first).astype(np.uint64)
    lost = np.isnan(a) != np.isnan(b)
    both = np.isnan(a) & np.isnan(b)
    return np.where(lost, np.inf, np.where(both, 0.0, (ahead - behind).astype(np.float64)))
