"""The weight scales that keep a signal's size, beside the rule of thumb that torch has for them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from actviz.activation import Activation

SAME = 1e-9
"""Numbers within this part of one another are called equal: both are known far better."""

RULES = {
    "identity": 1.0,
    "sigmoid": 1.0,
    "tanh": 5.0 / 3.0,
    "relu": math.sqrt(2.0),
    "selu": 3.0 / 4.0,
}
"""torch.nn.init.calculate_gain, for what takes no parameter there; it calls the identity 'linear'."""

REASONS = {
    "relu": "He et al. 2015 derive it",
    "leaky_relu": "He et al. 2015 derive it",
    "sigmoid": "1 leaves out that the slope is at most 1/4 and that the outputs are not centred",
    "tanh": "5/3 is a rule of thumb near the first",
    "selu": "3/4 gives up self-normalisation, which asks for 1, for steadier gradients in rectangular layers",
}
"""What the integrals alone do not say; of selu torch's documentation says it."""


@dataclass(frozen=True, slots=True)
class Gain:
    """The weight scales that keep E f^2 and E f'^2 at 1 for X ~ N(0, 1): 1/sqrt of each.

    `torch` is what torch.nn.init.calculate_gain gives for the function; None where it knows none.
    """

    forward: float
    backward: float
    torch: float | None


def gain(activation: Activation, value_second_moment: float, derivative_second_moment: float) -> Gain:
    """The gains from E f^2 and E f'^2 at N(0, 1)."""
    forward, backward = inverse_root(value_second_moment), inverse_root(derivative_second_moment)
    return Gain(forward, backward, rule_of_thumb(activation))


def inverse_root(second_moment: float) -> float:
    """1/sqrt of a second moment; Infinity for 0."""
    return 1.0 / math.sqrt(second_moment) if second_moment > 0 else (math.inf if second_moment == 0 else math.nan)


def rule_of_thumb(activation: Activation) -> float | None:
    """What torch.nn.init.calculate_gain gives for this function, None where it knows none.

    Rules of thumb, not these integrals; sqrt(2/(1 + a^2)) is He et al. 2015. One number a name: torch asks for no
    other parameter than the slope of leaky_relu, so a SELU of other constants has none.
    """
    if activation.name == "leaky_relu":
        (slope,) = activation.values
        assert isinstance(slope, float)
        return math.sqrt(2.0 / (1.0 + slope * slope))
    as_torch_has_it = activation.values == tuple(p.default for p in activation.parameters)
    return RULES.get(activation.name) if as_torch_has_it else None


def why(activation: Activation, found: Gain) -> str:
    """One sentence on torch's gain beside the two integrals; an empty one where torch has none."""
    if found.torch is None:
        return ""
    forward, backward = (math.isclose(found.torch, own, rel_tol=SAME) for own in (found.forward, found.backward))
    start = f"{activation.label}: torch's gain {found.torch:.6g}"
    known = REASONS.get(activation.name)
    reason = f": {known}." if known else "."
    if forward and backward:
        return f"{start} is both 1/sqrt(E f^2) and 1/sqrt(E f'^2) at N(0, 1){reason}"
    first, second = f"1/sqrt(E f^2) = {found.forward:.6g}", f"1/sqrt(E f'^2) = {found.backward:.6g}"
    if forward or backward:
        own, other = (first, second) if forward else (second, first)
        return f"{start} is {own} at N(0, 1), not {other}{reason}"
    return f"{start} is neither {first} nor {second} at N(0, 1){reason}"
