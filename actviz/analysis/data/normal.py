"""Values beside a normal law of their mean and standard deviation: its share of the floats where f' is 0."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from actviz.analysis.quadrature import probability

if TYPE_CHECKING:
    from actviz.analysis.data.observation import Response
    from actviz.analysis.saturation.saturation import Saturation


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
