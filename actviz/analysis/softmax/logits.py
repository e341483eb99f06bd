"""Logits before softmax: scaled, capped and divided by a temperature."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from actviz import _numpy as np
from actviz.errors import BadInput

if TYPE_CHECKING:
    from actviz.activation import Array
    from actviz.floats import Floats

Knob = Literal["temperature", "scale", "softcap"]

KNOBS: tuple[Knob, ...] = ("temperature", "scale", "softcap")


@dataclass(frozen=True, slots=True)
class Steps:
    """What is done to logits before softmax: times `scale`, then capped, then over `temperature`."""

    scale: float = 1.0
    softcap: float | None = None
    temperature: float = 1.0

    @property
    def changes(self) -> bool:
        """Whether anything is done at all."""
        return (self.scale, self.softcap, self.temperature) != (1.0, None, 1.0)

    def of(self, x: Array) -> Array:
        """The logits once it is done; raise BadInput as `prepared` does."""
        return prepared(x, self.scale, self.softcap, self.temperature)

    def turned(self, x: Floats, knob: Knob, value: Array | float) -> Array:
        """The same with other values, which broadcast, in place of that of `knob`; infinite beyond float64."""
        scale = value if knob == "scale" else self.scale
        softcap = value if knob == "softcap" else self.softcap
        return stepped(x, scale, softcap, value if knob == "temperature" else self.temperature)

    def bends(self, knob: Knob) -> bool:
        """Whether the difference of two logits may grow and then shrink, as `knob` is turned one way: where what is
        scaled is then capped.
        """
        return knob == "scale" and self.softcap is not None


AS_GIVEN = Steps()
"""Nothing is done."""


def prepared(x: Array, scale: float = 1.0, softcap: float | None = None, temperature: float = 1.0) -> Array:
    """`x` times `scale`, then c tanh(x/c) for a `softcap` c (Gemma 2), then over `temperature`, in float64.

    -inf, a mask, stays as it is. Raise BadInput where one of the three is not positive and finite, or takes
    a finite logit out of float64.
    """
    for what, value in (("scale", scale), ("softcap", softcap), ("temperature", temperature)):
        if value is not None and not (math.isfinite(value) and value > 0):
            raise BadInput(f"{what} must be above 0 and finite, not {typed(value)}")
    with np.errstate(all="ignore"):
        scaled, found = x * scale, stepped(x, scale, softcap, temperature)
    if (np.isinf(found) & np.isfinite(x)).any():
        by_scale = (np.isinf(scaled) & np.isfinite(x)).any()
        what = f"scale {typed(scale)}" if by_scale else f"temperature {typed(temperature)}"
        raise BadInput(f"{what} takes a logit beyond float64; give one nearer to 1")
    return found


def typed(x: float) -> str:
    """A number as it was most likely typed: the shortest that is read as it."""
    return repr(float(x)).removesuffix(".0")


def stepped(x: Floats, scale: Array | float, softcap: Array | float | None, temperature: Array | float) -> Array:
    """The same of numbers that broadcast, none of them checked."""
    scaled = x * scale
    capped = scaled if softcap is None else np.where(x == -np.inf, x, softcap * np.tanh(scaled / softcap))
    found: Array = capped / temperature
    return found
