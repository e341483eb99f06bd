"""The share of a law on which the slope of a periodic function is small, when it holds too many waves to follow."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from actviz import _numpy as np
from actviz.analysis.envelope import resolved, with_turns
from actviz.analysis.points import NEAR
from actviz.analysis.saturation.thresholds import below

if TYPE_CHECKING:
    from collections.abc import Sequence

    from actviz.activation import Activation
    from actviz.analysis.saturation.thresholds import Stretch
    from actviz.analysis.scan import Scan

PATTERNS = 32
"""Stretches that a period has at most."""

TURNS = 1024
"""Turns of f' among which periods are looked for."""

LEAST = 3
"""Periods at least that are seen to repeat, and standard deviations of the law in periods: in place of the waves of the
density's transform exp(-2 pi^2 LEAST^2) = 1e-77 is lost."""

ALIKE = 1e-10
"""Periods and stretches are as long as one another, and slopes as large one period after another, to this part."""

LOOKED, WIDE = 128, 8.0
"""Places at which slopes are compared, so many standard deviations to either side."""


def share(seen: Scan, threshold: float, mean: float, std: float) -> float:
    """P(abs f'(X) <= threshold) for X ~ N(mean, std^2); NaN unless f' is periodic under the law, its period short.

    By Poisson's summation the law's density is then as good as even over a period.
    """
    stretches = near(seen, threshold)
    for many in range(1, PATTERNS + 1):
        turns = (len(stretches) - 1) // many
        if turns < LEAST:
            return math.nan
        low = np.asarray([stretch[0] for stretch in stretches])
        apart = low[many:] - low[:-many]
        length = np.asarray([stretch[1] - stretch[0] for stretch in stretches])
        period = float(low[turns * many] - low[0]) / turns
        if max(np.ptp(apart), np.abs(length[many:] - length[:-many]).max()) <= ALIKE * period:
            if LEAST * period > std or not repeats(seen.activation, period, mean, std):
                return math.nan
            return math.fsum(length[: turns * many]) / (turns * period)
    return math.nan


def near(seen: Scan, threshold: float) -> Sequence[Stretch]:
    """The stretches where abs(f') <= threshold about 0, but for the outermost: all there are so far out."""
    reach = NEAR
    while (x := resolved(seen.activation, -reach, reach, TURNS)) is None:
        reach *= 0.5
        if not reach:
            return ()
    return below(replace(seen, x=with_turns(seen.activation, x), reach=reach), threshold, TURNS)[1:-1]


def repeats(activation: Activation, period: float, mean: float, std: float) -> bool:
    """Whether abs(f') is the same a number of periods away, near and far under the law, but for the rounding of x."""
    part = np.arange(1, LOOKED + 1) * (0.5 * math.sqrt(5.0) - 0.5) % 1.0
    turns = np.rint((mean + WIDE * std * np.linspace(-1.0, 1.0, LOOKED)) / period)
    x = (part + turns) * period
    here, there = (np.abs(activation.derivative(places, 1)) for places in (part * period, x))
    bend = np.abs(activation.derivative(part * period, 2)).max()
    allowed = ALIKE * here.max() + 2.0**-50 * np.abs(x) * bend
    return bool((np.abs(there - here) <= allowed).all())
