"""Gradient saturation: where each tail's slope dies, and what that does to normal inputs.

Gulcehre et al. 2016, Noisy Activation Functions: f saturates on a side if f' -> 0 there; hard if
f' = 0 beyond some point, else soft. Not the rank of features that goes by the same word.
"""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from actviz import _numpy as np
from actviz.analysis.quadrature import MOST_BREAKS, checked_law, expectations, probability
from actviz.analysis.roots import MOST_CHANGES, Segment, segments
from actviz.analysis.scan import Scan, scan
from actviz.errors import BadInput

if TYPE_CHECKING:
    from actviz.activation import Activation, Array
    from actviz.analysis.roots import Function

Side = Literal["left", "right"]
Kind = Literal["hard", "soft", "none"]

MOST_THRESHOLDS = 32

SEEN = 8.0
"""Standard deviations of a law that must be seen: beyond them lies 1e-15 of it."""

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
    """How f' dies on one side, the limit of f there, and where each threshold is passed."""

    kind: Kind
    limit: float
    thresholds: tuple[ThresholdPoint, ...]


@dataclass(frozen=True, slots=True)
class Moments:
    """Expectations of f, f^2, f' and f'^2 for X ~ N(mean, std^2), to 1e-12 of E abs.

    f' is the derivative almost everywhere: jumps of f add nothing. `saturated_fraction` is
    P(abs f'(X) <= the largest threshold).
    """

    mean: float
    std: float
    value_mean: float
    value_second_moment: float
    derivative_mean: float
    derivative_second_moment: float
    saturated_fraction: float


@dataclass(frozen=True, slots=True)
class Gain:
    """The weight scales that keep E f^2 and E f'^2 at 1 for X ~ N(0, 1): 1/sqrt of each."""

    forward: float
    backward: float


@dataclass(frozen=True, slots=True)
class Saturation:
    """Both tails of an activation, its moments and gains.

    `saturated` holds, for each threshold in the order given, the intervals where abs(f') <= it, and
    `fractions` the probability of each of these sets. Of a function that `oscillates` without end only some waves
    about 0 are seen: its tails' points are not known, nor the fractions of a law that reaches further (NaN).
    """

    activation: Activation
    left: Tail
    right: Tail
    moments: Moments
    gain: Gain
    saturated: tuple[tuple[tuple[float, float], ...], ...]
    fractions: tuple[float, ...]
    oscillates: bool


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
        cuts = [below(seen, threshold) for threshold in thresholds]
    intervals = tuple(joined(cut) for cut in cuts)
    fractions = tuple(min(1.0, math.fsum(probability(a, b, mean, std) for a, b in some)) for some in intervals)
    if abs(mean) + SEEN * std > seen.reach or any(len(cut) > MOST_CHANGES for cut in cuts):
        fractions = (math.nan,) * len(thresholds)
    tails: dict[Side, Tail] = {}
    sides: tuple[Side, Side] = ("left", "right")
    for side in sides:
        points = tuple(ThresholdPoint(t, onset(seen, cut, side)) for t, cut in zip(thresholds, cuts, strict=True))
        limit = activation.limits(*activation.values)[side == "right"][0]
        tails[side] = Tail(tail_kind(seen, side), float(limit), points)
    expected = four_moments(seen, mean, std)
    standard = expected if (mean, std) == (0.0, 1.0) else four_moments(seen, 0.0, 1.0)
    largest = fractions[max(range(len(thresholds)), key=thresholds.__getitem__)]
    moments = Moments(mean, std, *expected, largest)
    gain = Gain(inverse_root(standard[1]), inverse_root(standard[3]))
    return Saturation(activation, tails["left"], tails["right"], moments, gain, intervals, fractions, seen.oscillates)


def checked_thresholds(thresholds: tuple[float, ...]) -> tuple[float, ...]:
    """The thresholds; raise BadInput unless there are from 1 to 32, each a normal number above 0."""
    if not 1 <= len(thresholds) <= MOST_THRESHOLDS:
        raise BadInput(f"{len(thresholds)} thresholds are given; give from 1 to {MOST_THRESHOLDS}")
    for t in thresholds:
        if not (math.isfinite(t) and t > 0):
            raise BadInput(f"--threshold takes finite numbers above 0, such as 0.1,0.01, not {t:g}")
        if t < sys.float_info.min:
            raise BadInput(f"--threshold {t:g} is below {sys.float_info.min:g}, where float64 loses digits")
    return thresholds


Stretch = tuple[float, float, bool]
"""The ends of an interval where abs(f') <= a threshold, and whether it is below the threshold, not equal to it."""


def below(seen: Scan, threshold: float) -> tuple[Stretch, ...]:
    """The intervals where abs(f') <= `threshold`, each end a root to the last bit, a kink, or infinity.

    Between points of the scan abs(f') is monotone, for the roots of f' and f'' are among them.
    """

    def excess(x: Array) -> Array:
        over = np.abs(seen.activation.derivative(x, 1)) - threshold
        # f' is good to a few ULP, so within two of them it equals the threshold for all that can be known.
        return np.where(np.abs(over) <= 2.0 * math.ulp(threshold), 0.0, over)

    cut = segments(excess, seen.x)
    blurs = {s for s in cut[1:-1] if s.sign == 0 and is_blur(seen, s)}
    borders = [-math.inf, *(border(seen, excess, a, b, blurs) for a, b in pairwise(cut)), math.inf]
    return tuple(
        (low, high, segment.sign < 0)
        for low, high, segment in zip(borders, borders[1:], cut, strict=False)
        if segment not in blurs and segment.sign <= 0 and low < high
    )


def is_blur(seen: Scan, segment: Segment) -> bool:
    """Whether abs(f') equals the threshold on a segment by rounding alone: a point, or f'' is not 0 at an end."""
    return segment.low == segment.high or any(seen.at(end, 2) != 0 for end in (segment.low, segment.high))


def border(seen: Scan, excess: Function, left: Segment, right: Segment, blurs: set[Segment]) -> float:
    """Where one segment ends and the next begins: a kink, the middle of a blur, else where `excess` is nearest 0."""
    blur = next(iter(blurs & {left, right}), None)
    low, high = (blur.low, blur.high) if blur else (left.high, right.low)
    # A slope that has the threshold for its limit at a kink blurs beside the kink.
    kink = next((k for k in (seen.kink_near(low), seen.kink_near(high)) if k is not None), None)
    if kink is not None:
        return kink
    if blur:
        return 0.0 if low <= 0.0 <= high else 0.5 * (low + high)
    at_low, at_high = np.abs(excess(np.asarray([low, high])))
    return low if (at_low, abs(low)) <= (at_high, abs(high)) else high


def joined(cut: tuple[Stretch, ...]) -> tuple[tuple[float, float], ...]:
    """The intervals, those that touch made one."""
    found: list[tuple[float, float]] = []
    for low, high, _ in cut:
        touches = bool(found) and found[-1][1] == low
        found.append((found.pop()[0] if touches else low, high))
    return tuple(found)


def onset(seen: Scan, cut: tuple[Stretch, ...], side: Side) -> float | None:
    """Where the stretch that reaches out to infinity on `side` begins, or the outermost jump of f in it.

    None where no stretch reaches out, it is the whole line, or f oscillates too far out to be followed.
    """
    tails = [s for s in cut if s[2] and (s[0] == -math.inf if side == "left" else s[1] == math.inf)]
    if not tails or seen.oscillates:
        return None
    low, high, _ = tails[0]
    jumps = [k.x for k in seen.kinks if k.order == 0 and low < k.x < high]
    if side == "left":
        return min([*jumps, high]) if jumps or high < math.inf else None
    return max([*jumps, low]) if jumps or low > -math.inf else None


def tail_kind(seen: Scan, side: Side) -> Kind:
    """Hard where f' is zero outward from a kink, soft where it only tends to zero, else none.

    A slope that underflows, as sigmoid's beyond 745, is soft. An expression may not know the limit of
    its slope: then the slope far out decides.
    """
    flat = () if seen.oscillates else seen.flat(1)
    if any(s.low == seen.x[0] if side == "left" else s.high == seen.x[-1] for s in flat):
        return "hard"
    limit = seen.activation.limits(*seen.activation.values)[side == "right"][1]
    if math.isnan(limit):
        outward = np.asarray([1e100, 1e120, 1e140]) * (-1.0 if side == "left" else 1.0)
        a, b, c = np.abs(seen.activation.derivative(outward, 1))
        return "soft" if a >= b >= c and c < DEAD else "none"
    return "soft" if limit == 0 else "none"


def four_moments(seen: Scan, mean: float, std: float) -> tuple[float, float, float, float]:
    """E f, E f^2, E f', E f'^2 for X ~ N(mean, std^2)."""
    turns = [c.x for order in (1, 2) for c in seen.crossings(order)]
    kinks = [k.x for k in seen.kinks]

    def both(x: Array) -> Array:
        value, slope = (seen.activation.derivative(x, order) for order in (0, 1))
        return np.stack([value, value * value, slope, slope * slope])

    # A function that oscillates has more turns than panels need; its kinks are never left out.
    breaks = [*kinks, *turns] if len(turns) + len(kinks) < MOST_BREAKS else kinks
    a, b, c, d = (float(y) for y in expectations(both, breaks, mean, std, seen.poles))
    return a, b, c, d


def inverse_root(second_moment: float) -> float:
    """1/sqrt of a second moment; Infinity for 0."""
    return 1.0 / math.sqrt(second_moment) if second_moment > 0 else (math.inf if second_moment == 0 else math.nan)


def rule_of_thumb(activation: Activation) -> float | None:
    """What torch.nn.init.calculate_gain gives for this function, None where it knows none.

    Rules of thumb, not these integrals; sqrt(2/(1 + a^2)) is He et al. 2015.
    """
    fixed = {"sigmoid": 1.0, "tanh": 5.0 / 3.0, "relu": math.sqrt(2.0)}
    if activation.name == "leaky_relu":
        (slope,) = activation.values
        assert isinstance(slope, float)
        return math.sqrt(2.0 / (1.0 + slope * slope))
    return fixed.get(activation.name)
