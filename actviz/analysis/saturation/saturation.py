"""Gradient saturation: where each tail's slope dies, and what that does to normal inputs.

Gulcehre et al. 2016, Noisy Activation Functions: f saturates on a side if f' -> 0 there; hard if
f' = 0 beyond some point, else soft. Not the rank of features that goes by the same word.
"""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from actviz import _numpy as np
from actviz.analysis.extent import outward
from actviz.analysis.holes import stands_in
from actviz.analysis.moments import Expected, Moments, expected
from actviz.analysis.poles import close
from actviz.analysis.quadrature import checked_law, probability
from actviz.analysis.saturation.gains import Gain, gain, why
from actviz.analysis.saturation.thresholds import checked_thresholds, joined
from actviz.analysis.saturation.waves import Cuts, cuts
from actviz.analysis.scan import scan
from actviz.analysis.tails import Side, Tail, ThresholdPoint, slope_limit, tail_kind
from actviz.analysis.underflow import NARROW

if TYPE_CHECKING:
    from actviz.activation import Activation
    from actviz.analysis.scan import Scan

Interval = tuple[float, float]

EPSILON = sys.float_info.epsilon


@dataclass(frozen=True, slots=True)
class Saturation:
    """Both tails of an activation, its moments and gains.

    `saturated` holds, for each threshold in the order given, the intervals where abs(f') <= it, `shares` the
    probability of each interval, and `fractions` that of each of these sets. `interior` are the isolated zeros of
    f', its minima and maxima among them, of an oscillation those near 0; `dead` the intervals where f' is exactly 0
    in mathematics. A function that `oscillates` without end is followed wave by wave as far as its tails and the law
    ask, within reason: where a threshold's set is not known as far as the law reaches its fraction is NaN. `notes`
    say what is not known, and why, and where a polynomial stands in, a sentence each.
    """

    activation: Activation
    left: Tail
    right: Tail
    moments: Moments
    gain: Gain
    saturated: tuple[tuple[Interval, ...], ...]
    fractions: tuple[float, ...]
    oscillates: bool
    shares: tuple[tuple[float, ...], ...]
    interior: tuple[float, ...]
    dead: tuple[Interval, ...]
    notes: tuple[str, ...]

    def __repr__(self) -> str:
        from actviz.analysis.saturation.tables import sentence

        return f"Saturation({sentence(self).rstrip('.')})"

    def _repr_html_(self) -> str:
        """The tables of this record, for a notebook."""
        from actviz.analysis.saturation.tables import tables
        from actviz.formats import html

        return html(tables((self,), (why(self.activation, self.gain),)))


def saturation(
    activation: Activation, thresholds: tuple[float, ...] = (0.1, 0.01, 0.001), mean: float = 0.0, std: float = 1.0
) -> Saturation:
    """The saturation of `activation` at each threshold, and its moments under N(mean, std^2).

    Raise BadInput for thresholds that `checked_thresholds` refuses and a law that `checked_law` does.
    """
    thresholds = checked_thresholds(thresholds)
    mean, std = checked_law(mean, std)
    seen = scan(activation)
    with np.errstate(all="ignore"):
        cut = cuts(seen, thresholds, mean, std)
    intervals = tuple(joined(stretches) for stretches in cut.stretches)
    shares = tuple(tuple(probability(low, high, mean, std) for low, high in some) for some in intervals)
    fractions = tuple(
        min(1.0, math.fsum(share)) if whole else repeated
        for share, whole, repeated in zip(shares, cut.complete, cut.periodic, strict=True)
    )
    largest = fractions[max(range(len(thresholds)), key=thresholds.__getitem__)]
    means = expected(seen, mean, std)
    standard = means if (mean, std) == (0.0, 1.0) else expected(seen, 0.0, 1.0)
    dead = tuple(outward(seen, s.low, s.high) for s in seen.flat(1))
    return Saturation(
        activation,
        left=tail(seen, thresholds, cut, "left"),
        right=tail(seen, thresholds, cut, "right"),
        moments=moments(means, mean, std, largest, dead),
        gain=gain(activation, standard.value_second_moment, standard.derivative_second_moment),
        saturated=intervals,
        fractions=fractions,
        oscillates=seen.oscillates or seen.countless(1) or seen.countless(2),
        shares=shares,
        interior=stationary(seen),
        dead=dead,
        notes=tuple(
            dict.fromkeys(note for note in (*cut.notes, zeros_told(seen), means.note, stands_in(activation)) if note)
        ),
    )


def stationary(seen: Scan) -> tuple[float, ...]:
    """The isolated points where f' is zero, passed or only touched; not those where it leaps over zero."""
    passed = [c.x for c in seen.crossings(1) if not c.jump and not seen.kinks_at(c.x, 1)]
    bends = [c.x for c in seen.crossings(2)]
    slopes = [abs(seen.at(x, 1)) for x in bends]
    # A slope that touches zero may round to a little more there: against those of the bends beside it it is zero.
    beside = [max(slopes[max(i - 1, 0) : i + 2]) for i in range(len(slopes))]
    touched = [x for x, own, other in zip(bends, slopes, beside, strict=True) if own <= EPSILON * other]
    # Where it underflows all around, that tells nothing.
    lost = [s for s in seen.cuts[1] if s.sign == 0 and s.high - s.low > NARROW]
    touched = [x for x in touched if not any(s.low < x < s.high for s in lost)]
    return tuple(sorted({*passed, *(x for x in touched if not close(x, passed) and not seen.kinks_at(x, 1))}))


def zeros_told(seen: Scan) -> str:
    """What `stationary` leaves out; empty where it has all."""
    if seen.countless(1) or seen.countless(2):
        return "f' is zero at more places than are listed"
    told = [f"zeros of f' are listed within {seen.reach:g} of 0 only"] if seen.oscillates else []
    lost = seen.unplaced(1)
    if lost:
        first = f"{lost[0].low:.6g} and {lost[0].high:.6g}"
        more = f" and {len(lost) - 1} more such stretches" if len(lost) > 1 else ""
        told.append(f"f' passes 0 between {first}{more}, where it underflows: the place is not known")
    return "; ".join(told)


def tail(seen: Scan, thresholds: tuple[float, ...], cut: Cuts, side: Side) -> Tail:
    """One side of the function."""
    points = cut.left if side == "left" else cut.right
    limit = float(seen.activation.limits(*seen.activation.values)[side == "right"][0])
    passed = tuple(ThresholdPoint(t, x) for t, x in zip(thresholds, points, strict=True))
    return Tail(tail_kind(seen, side), limit, passed, slope_limit(seen, side))


def moments(means: Expected, mean: float, std: float, saturated: float, dead: tuple[Interval, ...]) -> Moments:
    """The expectations beside the two shares of the law."""
    return Moments(
        mean,
        std,
        means.value_mean,
        means.value_second_moment,
        means.derivative_mean,
        means.derivative_second_moment,
        saturated_fraction=saturated,
        value_variance=means.value_variance,
        dead_fraction=min(1.0, math.fsum(probability(low, high, mean, std) for low, high in dead)),
    )
