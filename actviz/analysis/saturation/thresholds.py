"""Where abs(f') is at most a threshold: intervals whose ends are roots to the last bit, and where a tail begins."""

from __future__ import annotations

import math
import sys
from typing import TYPE_CHECKING

from actviz import _numpy as np
from actviz.analysis.envelope import excess_over
from actviz.analysis.roots import MOST_CHANGES, Segment, segments
from actviz.errors import BadInput
from actviz.floats import UNDEFINED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from actviz.analysis.roots import Function
    from actviz.analysis.scan import Scan
    from actviz.analysis.tails import Side

MOST_THRESHOLDS = 32

Stretch = tuple[float, float, bool]
"""The ends of an interval where abs(f') <= a threshold, and whether it is below the threshold, not equal to it."""


def checked_thresholds(thresholds: tuple[float, ...]) -> tuple[float, ...]:
    """The thresholds, each once; raise BadInput unless there are from 1 to 32, each a normal number above 0."""
    thresholds = tuple(dict.fromkeys(thresholds))
    if not 1 <= len(thresholds) <= MOST_THRESHOLDS:
        raise BadInput(f"{len(thresholds)} thresholds are given; give from 1 to {MOST_THRESHOLDS}")
    for t in thresholds:
        if not (math.isfinite(t) and t > 0):
            raise BadInput(f"a threshold is a finite number above 0, such as 0.1, not {t:g}")
        if t < sys.float_info.min:
            raise BadInput(f"threshold {t:g} is below {sys.float_info.min:g}, where float64 loses digits")
    return thresholds


def below(seen: Scan, threshold: float, most: int = MOST_CHANGES) -> tuple[Stretch, ...]:
    """The intervals where abs(f') <= `threshold`, each end a root to the last bit, a kink, or infinity.

    Between points of the scan abs(f') is monotone, for the roots of f' and f'' are among them. With more than
    `most` changes of side the ends stay points of the scan.
    """
    excess = excess_over(seen.activation, threshold)
    cut = segments(excess, seen.x, most)
    blurs = {s for s in cut[1:-1] if s.sign == 0 and is_blur(seen, s)}
    between = zip(cut, cut[1:], nearest(excess, cut), strict=False)
    borders = [-math.inf, *(border(seen, a, b, end, blurs) for a, b, end in between), math.inf]
    found = tuple(
        (low, high, segment.sign < 0)
        for low, high, segment in zip(borders, borders[1:], cut, strict=False)
        if segment not in blurs and segment.sign <= 0 and low < high
    )
    return over_holes(found, [s.low for s in cut if s.sign == UNDEFINED and s.low == s.high])


def over_holes(stretches: tuple[Stretch, ...], holes: Sequence[float]) -> tuple[Stretch, ...]:
    """The stretches, two with nothing but a hole between them, a single point where f is no number, made one."""
    found: list[Stretch] = []
    for low, high, less in stretches:
        if found and any(found[-1][1] <= hole <= low <= math.nextafter(hole, math.inf) for hole in holes):
            before = found.pop()
            found.append((before[0], high, before[2] and less))
        else:
            found.append((low, high, less))
    return tuple(found)


def is_blur(seen: Scan, segment: Segment) -> bool:
    """Whether abs(f') equals the threshold on a segment by rounding alone: a point, or f'' is not 0 at an end."""
    return segment.low == segment.high or any(seen.at(end, 2) != 0 for end in (segment.low, segment.high))


def nearest(excess: Function, cut: Sequence[Segment]) -> list[float]:
    """Of the two ends between each segment and the next, the one where `excess` is nearer 0, else the one nearer 0."""
    low, high = np.array([s.high for s in cut[:-1]]), np.array([s.low for s in cut[1:]])
    at_low, at_high = np.abs(excess(low)), np.abs(excess(high))
    first = (at_low < at_high) | ((at_low == at_high) & (np.abs(low) <= np.abs(high)))
    chosen: list[float] = np.where(first, low, high).tolist()
    return chosen


def border(seen: Scan, left: Segment, right: Segment, root: float, blurs: set[Segment]) -> float:
    """Where one segment ends and the next begins: a kink, the middle of a blur, else the `root`."""
    blur = next(iter(blurs & {left, right}), None)
    low, high = (blur.low, blur.high) if blur else (left.high, right.low)
    # A slope that has the threshold for its limit at a kink blurs beside the kink.
    kink = next((k for k in (seen.kink_near(low), seen.kink_near(high)) if k is not None), None)
    if kink is not None:
        return kink
    if blur:
        return 0.0 if low <= 0.0 <= high else 0.5 * (low + high)
    return root


def joined(cut: tuple[Stretch, ...]) -> tuple[tuple[float, float], ...]:
    """The intervals, those that touch made one."""
    found: list[tuple[float, float]] = []
    for low, high, _ in cut:
        touches = bool(found) and found[-1][1] == low
        found.append((found.pop()[0] if touches else low, high))
    return tuple(found)


def onset(seen: Scan, cut: tuple[Stretch, ...], side: Side) -> float | None:
    """Where the stretch that reaches out to infinity on `side` begins, or the outermost jump of f in it.

    None where no stretch reaches out, or it is the whole line.
    """
    tails = [s for s in cut if s[2] and (s[0] == -math.inf if side == "left" else s[1] == math.inf)]
    if not tails:
        return None
    low, high, _ = tails[0]
    jumps = [k.x for k in seen.kinks if k.order == 0 and low < k.x < high]
    if side == "left":
        return min([*jumps, high]) if jumps or high < math.inf else None
    return max([*jumps, low]) if jumps or low > -math.inf else None
