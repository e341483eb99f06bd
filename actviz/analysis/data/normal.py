"""Values beside a normal law of their mean and standard deviation: its share of the floats where f' is 0."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from actviz.analysis.quadrature import SCALE, probability
from actviz.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Sequence

    from actviz.analysis.data.observation import Observation, Reading, Response
    from actviz.analysis.saturation.saturation import Saturation


def normals(found: Sequence[Observation]) -> tuple[tuple[Saturation | None, ...], ...]:
    """For each array and activation its saturation under the normal law of the array's mean and standard deviation.

    None where that law is out of reach, as `why_no_law` has it.
    """
    return tuple(tuple(normal(one, number) for number in range(len(one.activations))) for one in found)


def normal(one: Observation, number: int) -> Saturation | None:
    """The saturation of activation number `number` under the normal law of one array; None where that has no law."""
    from actviz.analysis.saturation.saturation import saturation

    thresholds = tuple(share.threshold for share in one.whole.responses[number].saturated)
    try:
        return saturation(one.activations[number], thresholds, one.whole.mean, one.whole.std)
    except BadInput:
        return None


def why_no_law(values: Reading) -> str:
    """Why no normal law within reach (`checked_law`) has the mean and standard deviation of these values."""
    if not values.finite:
        return "no value is finite"
    if values.low == values.high:
        return "all values are equal"
    if values.std < 1 / SCALE:
        return f"the standard deviation is below {1 / SCALE:g}"
    return f"the mean or the standard deviation is beyond {SCALE:g}"


def dead_if_normal(response: Response, law: Saturation | None) -> float | None:
    """The probability, under the law, of the floats at which f' is 0, those where it underflows among them.

    So it is of the same numbers as `response.dead`; `law.moments.dead_fraction` is of those where f' is 0 in
    mathematics. None without a law, or where these floats are too many intervals to tell.
    """
    if law is None or response.dead_intervals is None:
        return None
    mean, std = law.moments.mean, law.moments.std
    return min(1.0, math.fsum(probability(part.low, part.high, mean, std) for part in response.dead_intervals))


def share_if_normal(response: Response, law: Saturation | None, which: int) -> float | None:
    """The probability of what the threshold number `which` holds: of the dead floats where it holds no other value."""
    if law is None:
        return None
    return dead_if_normal(response, law) if response.all_dead(which) else law.fractions[which]
