"""The saturated sets of a function, those that oscillate without end followed wave by wave as far as is needed."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from actviz import _numpy as np
from actviz.analysis.envelope import PER_TURN, envelope, outermost, resolved, with_turns
from actviz.analysis.points import NEAR
from actviz.analysis.roots import MOST_CHANGES
from actviz.analysis.saturation.periods import share
from actviz.analysis.saturation.thresholds import Stretch, below, onset
from actviz.analysis.scan import examined

if TYPE_CHECKING:
    from actviz.activation import Activation, Array
    from actviz.analysis.scan import Scan
    from actviz.analysis.tails import Side

SEEN = 8.0
"""Standard deviations of a law that must be seen: beyond them lies 1e-15 of it."""

MOST_TURNS = 4096
"""Turns of f' that are followed one by one: a second's work."""

WHOLE = ((-math.inf, math.inf, True),)
"""The stretches of a function that is below everywhere."""

BEYOND = 1.0625
"""How much further than the outermost crossings waves are followed, that the stretch beyond them is seen."""


SAME = 1e-9
"""Two roots of abs(f') = threshold found apart are one within this part of them."""


@dataclass(frozen=True, slots=True)
class Cuts:
    """For every threshold the stretches where abs(f') <= it, where each tail begins, and whether all is known.

    `complete` tells of each threshold whether the stretches are all there are as far as the law reaches; if not,
    `periodic` has their share of the law where they repeat, else NaN. `notes` tell what is not known.
    """

    stretches: tuple[tuple[Stretch, ...], ...]
    left: tuple[float | None, ...]
    right: tuple[float | None, ...]
    complete: tuple[bool, ...]
    periodic: tuple[float, ...]
    notes: tuple[str, ...] = ()


def cuts(seen: Scan, thresholds: tuple[float, ...], mean: float, std: float) -> Cuts:
    """The saturated sets of the function at each threshold, for a law N(mean, std^2)."""
    seen = nearer(seen)
    near = tuple(below(seen, threshold) for threshold in thresholds)
    if not seen.oscillates:
        left, right = (tuple(onset(seen, cut, side) for cut in near) for side in SIDES)
        return Cuts(near, left, right, tuple(len(cut) <= MOST_CHANGES for cut in near), (math.nan,) * len(near))
    left, right = (beginnings(seen, thresholds, near, side) for side in SIDES)
    law = abs(mean) + SEEN * std
    found = [wave_cut(seen, *each, law) for each in zip(thresholds, near, left, right, strict=True)]
    lost = [t for t, cut, *ends in zip(thresholds, near, left, right, strict=True) if None in ends and cut != WHOLE]
    notes = []
    if lost:
        listed = ", ".join(f"{t:g}" for t in lost)
        notes.append(f"f oscillates without end: no point is known beyond which abs(f') < {listed} for good")
    repeated = tuple(
        1.0 if complete else share(seen, t, mean, std) for t, (_, complete) in zip(thresholds, found, strict=True)
    )
    if any(map(math.isnan, repeated)):
        notes.append("f' turns too often under this law for the saturated share to be told")
    each = zip(found, left, right, strict=True)
    shown = tuple(
        ended(cut, before, after, (seen.reach, max(law, seen.reach) if complete else seen.reach))
        for (cut, complete), before, after in each
    )
    return Cuts(shown, left, right, tuple(c for _, c in found), repeated, tuple(notes))


def ended(
    cut: tuple[Stretch, ...], left: float | None, right: float | None, reach: tuple[float, float]
) -> tuple[Stretch, ...]:
    """The stretches, those out to infinity only on a side where a tail is known to begin there.

    `reach` tells how far all was looked at, and how far waves were followed then: where no tail begins, a stretch
    that is seen to last from the one to beyond the other ends where they were left.
    """
    if cut == WHOLE:
        return cut
    seen, followed = reach

    def begins(end: float, tail: float | None) -> bool:
        return tail is not None and (abs(tail) <= seen or math.isclose(end, tail, rel_tol=SAME))

    found = []
    for low, high, under in cut:
        first = low if low > -math.inf or begins(high, left) else -followed
        last = high if high < math.inf or begins(low, right) else followed
        lost = (first != low or last != high) and followed == seen
        if first < last and not lost:
            found.append((first, last, under))
    return tuple(found)


def nearer(seen: Scan) -> Scan:
    """The scan; of a function with too many turns to tell one by one the part near 0, the rest for waves to follow."""
    if seen.oscillates or not (seen.countless(1) or seen.countless(2)):
        return seen
    return examined(seen.activation, seen.x[np.abs(seen.x) <= NEAR], NEAR)


SIDES: tuple[Side, Side] = ("left", "right")


def beginnings(
    seen: Scan, thresholds: tuple[float, ...], near: tuple[tuple[Stretch, ...], ...], side: Side
) -> tuple[float | None, ...]:
    """Where the tail of an oscillating function begins at each threshold, near 0 or far out."""
    waves = envelope(seen, side)
    points = [outermost(waves, threshold) for threshold in thresholds]
    return tuple(
        onset(seen, cut, side) if point is not None and math.isnan(point) else point
        for point, cut in zip(points, near, strict=True)
    )


def wave_cut(
    seen: Scan, threshold: float, near: tuple[Stretch, ...], left: float | None, right: float | None, law: float
) -> tuple[tuple[Stretch, ...], bool]:
    """The stretches of an oscillating function, and whether they are all there are within `law` of 0.

    Between two tails that are known all stretches are looked for, else those within the law.
    """
    known = left is not None and right is not None
    needed = BEYOND * max(abs(left), abs(right)) if left is not None and right is not None else law
    if seen.countless(1) or seen.countless(2):
        return near, False
    if needed <= seen.reach:
        return near, len(near) <= MOST_CHANGES
    x = line(seen.activation, needed)
    if x is None and known and law < needed:
        needed, x = law, line(seen.activation, law)
    if x is None:
        return near, law <= seen.reach
    wide = replace(seen, x=np.unique(np.concatenate([seen.x, x])), reach=needed)
    return below(wide, threshold, 4 * MOST_TURNS), True


def line(activation: Activation, reach: float) -> Array | None:
    """Points within `reach` of 0 with every turn of f' among them; None where there are too many."""
    edges = [1.0]
    while edges[-1] < reach:
        edges.append(min(reach, 2.0 * edges[-1]))
    shells = [(-1.0, 1.0), *pairwise(edges), *((-b, -a) for a, b in pairwise(edges))]
    parts, left = [], MOST_TURNS
    for low, high in shells:
        points = resolved(activation, low, high, left)
        if points is None:
            return None
        left -= points.size // (2 * PER_TURN)
        if left <= 0:
            return None
        parts.append(points)
    return with_turns(activation, np.unique(np.concatenate(parts)))
