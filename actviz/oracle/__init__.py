"""The truth: a definition's value, slope and curvature with more digits than any dtype holds, proven.

Every number comes out of interval arithmetic whose precision is raised until the interval is narrow
enough, so nothing here depends on a stable formula or on the kernels. Needs python-flint.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flint import arb, ctx

from actviz import _numpy as np
from actviz.errors import BadInput
from actviz.oracle import balls

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from actviz.activation import Activation, Array

    Program = Callable[[float], Any]
    Triple = tuple[float, float, float]

LEAST_BITS, MOST_BITS = 96, 3 << 13
"""Precisions tried, each twice the one before. e^-x of the largest x with a float64 result needs 1,100."""

PATIENCE, FEWER_BITS = 64, 3 << 9
"""After so many points without a truth no more than so many bits are tried: the definition has none to give."""

GUARD = 24
"""Bits known beyond the 53 of the result's high part, so that its error is known to a millionth of an ULP."""

PROBED = 64
"""Points after which the lowest precision is tried again: neighbours need about the same."""


@dataclass(frozen=True, slots=True)
class Truth:
    """The true f, f' and f'' at n points, as rows: `high` rounded to float64, `low` what it lacks.

    Beyond float64's largest number `high` is an infinity; NaN where there is no value.
    """

    high: Array
    low: Array


def truth(activation: Activation, x: Sequence[float] | Array, least: float = 0.0) -> Truth:
    """The truth at each of the float64 numbers `x`, at infinities the limits.

    Results certainly below `least` in magnitude may come as 0. At a kink the left derivatives; raise BadInput for
    a function with no definition to run, such as Python code given by the user.
    """
    points = np.asarray(x, dtype=np.float64).tolist()
    high, low = np.empty((len(points), 3)), np.zeros((len(points), 3))
    left, right = activation.limits(*activation.values)
    below = arb((1, max(math.frexp(least)[1] if least else -1074, -1074) - GUARD))
    program = defined(activation)
    bits, ctx.cap, failures = LEAST_BITS, balls.TERMS, 0
    for i, point in enumerate(points):
        if math.isnan(point):
            high[i] = math.nan
        elif math.isinf(point):
            high[i] = right if point > 0 else left
        else:
            first = bits if i % PROBED else LEAST_BITS
            last = MOST_BITS if failures < PATIENCE else FEWER_BITS
            high[i], low[i], bits = at_point(program, point, (first, last), below)
            failures += math.isnan(high[i, 0])
    return Truth(high.T, low.T)


def defined(activation: Activation) -> Program:
    """The activation's definition as a function of a float, giving a series of balls at the precision in force."""

    constants = balls.constants(activation.values)

    def program(x: float) -> Any:
        try:
            return balls.number(activation.definition(balls, balls.variable(x), *constants)).s
        except (TypeError, AttributeError, ValueError) as error:
            raise BadInput(f"{activation.label} has no definition that can be evaluated exactly ({error})") from None

    return program


def at_point(program: Program, x: float, tried: tuple[int, int], below: Any) -> tuple[Triple, Triple, int]:
    """High and low parts of f, f' and f'' at a finite x, and how many bits they took, of the precisions `tried`.

    NaN where there is no value or the last precision does not settle it. A result certainly smaller than the
    ball `below` counts as 0.
    """
    bits, last = tried
    while bits <= last:
        ctx.prec = bits
        try:
            series = program(x)
            value, slope = settled(series[0], below), settled(series[1], below)
            curvature = settled(2 * series[2], below)
            return (value[0], slope[0], curvature[0]), (value[1], slope[1], curvature[1]), bits
        except (balls.UndefinedError, ZeroDivisionError):
            break
        except balls.UndecidedError:
            bits *= 2
    return (math.nan,) * 3, (0.0,) * 3, LEAST_BITS


def settled(a: Any, below: Any) -> tuple[float, float]:
    """An interval as a float64 and its remainder; raise UndecidedError where it is too wide for that."""
    if a.rel_accuracy_bits() >= 53 + GUARD:
        high = float(a)
        return high, 0.0 if math.isinf(high) else float(a - high)
    if a.is_zero() or (a.is_finite() and abs(a) < below):
        return 0.0, 0.0
    raise balls.UndecidedError
