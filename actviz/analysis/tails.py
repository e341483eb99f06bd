"""The tails of a function: how f' dies on each side, and beyond which point it stays small."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from actviz import _numpy as np

if TYPE_CHECKING:
    from actviz.analysis.scan import Scan

Side = Literal["left", "right"]
Kind = Literal["hard", "soft", "none"]

DEAD = 1e-20
"""A slope of unknown limit that falls, and is below this at abs(x) = 1e140, is taken to tend to 0."""


@dataclass(frozen=True, slots=True)
class ThresholdPoint:
    """`x`, the outermost point of a tail beyond which abs(f') < `threshold` for good.

    None where there is no such point: the tail never falls below, or the function is never above.
    """

    threshold: float
    x: float | None


@dataclass(frozen=True, slots=True)
class Tail:
    """How f' dies on one side, the limits of f and f' there, and where each threshold is passed.

    A limit is NaN where there is none, or none is known.
    """

    kind: Kind
    limit: float
    thresholds: tuple[ThresholdPoint, ...]
    slope_limit: float


def tail_kind(seen: Scan, side: Side) -> Kind:
    """Hard where f' is zero outward from a kink, soft where it only tends to zero, else none.

    A slope that underflows, as sigmoid's beyond 745, is soft. An expression may not know the limit of
    its slope: then the slope far out decides, unless it oscillates.
    """
    flat = () if seen.oscillates else seen.flat(1)
    if any(s.low == seen.x[0] if side == "left" else s.high == seen.x[-1] for s in flat):
        return "hard"
    limit = slope_limit(seen, side)
    if math.isnan(limit) and not seen.oscillates:
        outward = np.asarray([1e100, 1e120, 1e140]) * (-1.0 if side == "left" else 1.0)
        a, b, c = np.abs(seen.activation.derivative(outward, 1))
        return "soft" if a >= b >= c and c < DEAD else "none"
    return "soft" if limit == 0 else "none"


def slope_limit(seen: Scan, side: Side) -> float:
    """The limit of f' on one side; NaN where none is known."""
    return float(seen.activation.limits(*seen.activation.values)[side == "right"][1])
