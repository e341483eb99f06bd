"""The points where a typed formula is 0/0: what it tends to there, and what stands in for it about them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from actviz.wording import listed

if TYPE_CHECKING:
    from actviz.activation import Activation

BESIDE, AGREED = (1e-12, 1e-9), 1e-6
"""How near to a hole f is looked at, and how nearly it must be one number there to have it for its limit."""


def limit_at(activation: Activation, hole: float) -> float | None:
    """What f tends to at a point where it is not a number; None unless it is the same from both sides."""
    size = max(abs(hole), 1.0)
    near = [math.nextafter(hole, math.inf), math.nextafter(hole, -math.inf)]
    near += [hole + side * distance * size for distance in BESIDE for side in (1.0, -1.0)]
    values = [float(activation(x)) for x in near]
    same = all(math.isclose(value, values[0], rel_tol=AGREED, abs_tol=AGREED) for value in values)
    return values[0] if same and math.isfinite(values[0]) else None


def stands_in(activation: Activation) -> str:
    """The sentence on the polynomials that stand in for the formula; empty where none does."""
    places = [f"{x:.6g}" for x in activation.holes(*activation.values)]
    if not places:
        return ""
    return f"about x = {listed(places)} the formula is 0/0: a polynomial stands in for its rounding noise"
