"""Programs over jets, expanded: value, slope and curvature at points of x."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from actviz import _numpy as np
from actviz.expressions.jets import Jet, lift

if TYPE_CHECKING:
    from actviz.activation import Array

Program = Callable[[Jet], Any]
"""A function of x, given and giving a jet (or a constant)."""


def expand(program: Program, x: Array, direction: float = 1.0) -> Jet:
    """Value, slope and curvature in x at each of `x`; limits from the right for `direction` -1.

    Where the value is NaN so are its derivatives.
    """
    with np.errstate(all="ignore"):
        return seeded(program, x, direction)


def seeded(program: Program, x: Array, direction: float) -> Jet:
    """`expand` under the caller's floating-point error state."""
    t = Jet(x, np.full(x.shape, direction), np.zeros(x.shape))
    y = lift(program(t), t)
    nothing = np.isnan(y.value)
    # + 0.0: a slope of -0 would only be the mark of a factor's sign.
    slope = np.where(nothing, np.nan, direction * y.slope) + 0.0
    return Jet(y.value, slope, np.where(nothing, np.nan, y.curvature) + 0.0)


def columns(jet: Jet) -> tuple[Array, Array, Array]:
    """The jet's three arrays by order."""
    return jet.value, jet.slope, jet.curvature
