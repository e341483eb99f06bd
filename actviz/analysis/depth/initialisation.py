"""Weight scales by name, and the one at which gradients neither vanish nor explode with depth."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

from actviz.analysis.depth.fixedpoint import LOW, NOISE, fixed_point, root
from actviz.analysis.depth.meanfield import LEAST_STD, MOST_STD, Field, second_moments
from actviz.errors import BadInput

if TYPE_CHECKING:
    from actviz.analysis.scan import Scan

RULES = {"xavier": 1.0, "lecun": 1.0, "he": math.sqrt(2.0)}
"""Standard deviations of weights times sqrt(width), where layers are square. Their variances are 2/(fan_in + fan_out)
in Glorot and Bengio 2010, eq. 12; 1/fan_in in LeCun et al. 1998, Efficient BackProp; 2/fan_in in He et al. 2015,
eq. 10.
"""

INITS = (*RULES, "critical")

POWERS = range(-20, 14)
"""Critical points are looked for between variances 4**-20 and 4**13, 1e-12 to 7e7."""


def initial_std(init: str, seen: Scan, bias_std: float, start: float) -> float:
    """The weight standard deviation that `init`, one of INITS, gives: a rule's, or what `critical_std` finds."""
    return critical_std(seen, bias_std, start) if init == "critical" else RULES[init]


def critical_std(seen: Scan, bias_std: float, start: float) -> float:
    """The weight standard deviation at which layers from variance `start` on settle where chi is 1.

    At a variance q chi is 1 where weight_std^2 = 1/E f'^2, and q stays where bias_std^2 = q - E f^2/E f'^2. Raise
    BadInput where no q does both, or the layers do not settle there.
    """
    name = seen.activation.label
    points = critical_points(seen, bias_std)
    for q in points:
        std = weight_std_at(seen, q)
        if fixed_point(Field(seen, std, bias_std), start).phase == "critical":
            return std
    if points:
        q = min(points, key=lambda q: abs(math.log(q / start)))
        place = "0" if q <= LOW else f"{q:.3g} (std {math.sqrt(q):.6g} starts there)"
        raise BadInput(
            f"{name}: no weight std is critical from variance {start:g} on at bias std {bias_std:g}; the nearest, "
            f"weight std {weight_std_at(seen, q):.6g}, has chi 1 at variance {place}, from which layers move away"
        )
    raise BadInput(f"{name}: no weight std is critical at bias std {bias_std:g}; {instead(seen)}")


def critical_points(seen: Scan, bias_std: float) -> list[float]:
    """The variances at which some weight standard deviation makes chi 1 and keeps the variance; LOW stands for 0."""

    def excess(q: float) -> float:
        return surplus(seen, q) - bias_std**2 / q

    places = [(q, excess(q)) for q in (4.0**k for k in POWERS)]
    known = [(q, y) for q, y in places if abs(y) > NOISE]
    found = [root(excess, low, high) for (low, y), (high, z) in pairwise(known) if y * z < 0]
    at_zero = bias_std == 0 and abs(surplus(seen, LOW)) <= NOISE and weight_std_at(seen, LOW) > 0
    return [q for q in ([LOW] if at_zero else []) + found if LEAST_STD <= weight_std_at(seen, q) <= MOST_STD]


def surplus(seen: Scan, q: float) -> float:
    """The square of the bias standard deviation that keeps the variance `q` where chi is 1, as a part of `q`.

    NaN where E f'^2 is 0.
    """
    value, slope = second_moments(seen, 0.0, math.sqrt(q))
    return 1.0 - value / slope / q if slope > 0 and math.isfinite(slope) else math.nan


def weight_std_at(seen: Scan, q: float) -> float:
    """The weight standard deviation that makes chi 1 at the variance `q`; 0 where none does."""
    slope = second_moments(seen, 0.0, math.sqrt(q))[1]
    return 1.0 / math.sqrt(slope) if slope > 0 else 0.0


def instead(seen: Scan) -> str:
    """What is nearest to a critical point, where there is none at the wanted bias standard deviation."""
    found = [surplus(seen, 4.0**k) for k in POWERS]
    known = [y for y in found if not math.isnan(y)]
    if not known:
        slopes = [second_moments(seen, 0.0, 2.0**k)[1] for k in POWERS]
        if not any(slopes):
            return "its slope is 0 almost everywhere"
        moment = "E f^2" if any(map(math.isfinite, slopes)) else "E f'^2"
        return f"{moment} does not exist, or cannot be told"
    if max(map(abs, known)) <= NOISE:
        return "the nearest with one is bias std 0"
    if max(known) <= NOISE:
        return "where chi is 1 its variance grows at any bias std; nearer to it is a smaller weight std"
    if min(known) >= -NOISE:
        return "it takes a bias std above 0"
    return "try another bias std"
