"""The hardest place down to which rows reach a goal: parts of what is open are tried, the softest first, and cut.

A miss leaves out all that is harder. Most parts are told from the ends of their row and a bound of its sum; where the
sum matters it is run through once for a part, and that bound serves what the part is cut into.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from actviz import _numpy as np
from actviz.analysis.softmax.knobs import values
from actviz.analysis.softmax.proofs import between, chosen, holds, least_total, most_total
from actviz.analysis.softmax.totals import AT_ONCE, LONG, greatest

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from actviz.activation import Array
    from actviz.analysis.softmax.margins import Search
    from actviz.analysis.softmax.spans import Span
    from actviz.floats import Floats, Places

    Mask = NDArray[np.bool_]

PIECES = 16
"""A part is cut into so many, but where its sum is dear to run through."""

FIRST, MOST = 2**5, 2**12
"""Parts looked at first, and at most: each time twice as many."""

EACH, SUMMED = 2**6, 2**4
"""Of so many parts that are looked at one is summed at least; so many logits for each part if these are more."""

SUMS, FEWEST, LOGITS = 64, 2**9, 2**22
"""Each row is run through so often at most, all together at least so often, and so many logits in any case: an audit of
a dtype runs through nine sums. Only where a dtype is coarse for near-equal logits does it take more.
"""

UNKNOWN = 2**62
"""In place of a width."""


@dataclass(frozen=True, slots=True)
class Parts:
    """Places from `soft` to `hard` of rows, the sum at most `most`, as was found for a part `width` places wide."""

    row: Places
    soft: Places
    hard: Places
    most: Array
    width: Places

    def at(self, chosen: Mask | Places | slice) -> Parts:
        """Some of the parts."""
        return Parts(self.row[chosen], self.soft[chosen], self.hard[chosen], self.most[chosen], self.width[chosen])

    def to(self, found: int) -> Parts:
        """What of the parts is not beyond the place `found`."""
        kept = self.at(self.soft <= found)
        return Parts(kept.row, kept.soft, np.minimum(kept.hard, found), kept.most, kept.width)


def opened(row: Places, soft: Places, hard: Places) -> Parts:
    """Parts of whose sums nothing is known."""
    return Parts(row, soft, hard, np.full(row.size, np.inf), np.full(row.size, UNKNOWN))


def ordered(*several: Parts) -> Parts:
    """All the parts, the softest first."""
    names = ("row", "soft", "hard", "most", "width")
    whole = Parts(*(np.concatenate([getattr(one, name) for one in several]) for name in names))
    return whole.at(np.argsort(whole.soft, kind="stable"))


def last_reached(s: Search, parts: Parts, found: int) -> tuple[int, bool]:
    """The hardest place, `found` at most, down to which no row misses the goal in any of the parts; and whether more is
    unknown, since to tell would take too many sums.
    """
    parts = ordered(parts).to(found)
    taken = FIRST if s.b.given.added is None else 1
    left = max(LOGITS, max(FEWEST, SUMS * np.unique(parts.row).size) * s.length)
    while parts.row.size:
        if left < 0:
            return int(parts.soft[0]) - 1, True
        some, rest = parts.at(slice(taken)), parts.at(slice(taken, None))
        count = max(1, min(max(taken // EACH, SUMMED * taken // s.length), AT_ONCE // s.length))
        some, missed, summed = tried(s, some, count)
        left -= summed * s.length
        found = min(found, missed - 1)
        parts = ordered(some, rest).to(found)
        taken = min(2 * taken, MOST)
    return found, False


def tried(s: Search, parts: Parts, count: int) -> tuple[Parts, int, int]:
    """What is left of the parts to try again, `count` of them summed, and the softest place at which a row
    misses the goal, beyond all if none was found; and how many were summed.
    """
    span = between(s, parts.row, parts.soft, parts.hard)
    most = np.minimum(parts.most, most_total(s, span))
    left = ~holds(s, span, most)
    if not left.any():
        return parts.at(left), UNKNOWN, 0
    parts, span, alone = parts.at(left), chosen(span, left), (parts.soft == parts.hard)[left]
    summable = holds(s, span, least_total(s, span))
    tight = parts.width <= parts.hard - parts.soft + 1
    lost = alone & (~summable | tight)
    missed = int(parts.soft[lost].min(initial=UNKNOWN))
    by_sum = parts.at(~alone & summable & tight)
    cut = [
        pieces(parts.at(~alone & ~summable)),
        halves(s, by_sum) if s.length >= LONG else pieces(by_sum),
    ]
    at = np.flatnonzero(summable & ~tight & (parts.soft < missed))
    first, others = at[:count], at[count:]
    return ordered(*cut, parts.at(others), with_sums(s, parts, span, first)), missed, first.size


def with_sums(s: Search, parts: Parts, span: Span, at: Places) -> Parts:
    """Some of the parts, their sums run through."""
    some = parts.at(at)
    total = greatest(s, some.row, some.soft, some.hard, span.low_top[at])
    return Parts(some.row, some.soft, some.hard, np.fmin(total, some.most), some.hard - some.soft + 1)


def leaps(s: Search, parts: Parts) -> Places:
    """A place in each part, not its first, near the middle: if it can be, where the largest logit becomes another
    number of the dtype. Between two such places a sum of exp(x - M) only grows, or only shrinks.
    """
    middle = (parts.soft + parts.hard + 1) // 2
    if s.goal == "naive" or s.b.given.added is not None:
        return middle
    there = largest(s, parts, middle)
    found = np.where(largest(s, parts, parts.soft) != there, parts.soft + 1, middle)
    other = (found == middle) & (largest(s, parts, parts.hard) != there)
    last = np.where(other, parts.hard, middle)
    while (found < last).any():
        tried = (found + last) // 2
        beyond = (largest(s, parts, tried) == there) != other
        found, last = np.where(beyond, found, tried + 1), np.where(beyond, tried, last)
    return found


def largest(s: Search, parts: Parts, places: Places) -> Floats:
    """The largest logit of each part's row at a place, in the dtype."""
    return s.r.hold(s.b.given.steps.turned(s.b.top[parts.row], s.knob, values(s.knob, places)))


def halves(s: Search, parts: Parts) -> Parts:
    """Each part cut before one place."""
    return cut_at(parts, np.stack([parts.soft, leaps(s, parts), parts.hard + 1], axis=1))


def pieces(parts: Parts) -> Parts:
    """Each part cut into PIECES, or into single places."""
    wide = (parts.hard + 1 - parts.soft)[:, np.newaxis]
    return cut_at(parts, parts.soft[:, np.newaxis] + wide * np.arange(PIECES + 1) // PIECES)


def cut_at(parts: Parts, edges: Places) -> Parts:
    """Each part cut at edges, (parts, edges)."""
    soft, hard = edges[:, :-1], edges[:, 1:] - 1
    kept = soft <= hard
    of = np.broadcast_to(np.arange(parts.row.size)[:, np.newaxis], soft.shape)[kept]
    return Parts(parts.row[of], soft[kept], hard[kept], parts.most[of], parts.width[of])
