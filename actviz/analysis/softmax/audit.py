"""Rows of logits counted by what each evaluation of softmax does to them, dtype by dtype; counts that merge."""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass, field, replace
from heapq import nsmallest
from typing import TYPE_CHECKING

from actviz import _numpy as np
from actviz.analysis.softmax.digits import truth
from actviz.analysis.softmax.failures import Failure
from actviz.analysis.softmax.histogram import added, celled
from actviz.analysis.softmax.parts import EVALUATIONS
from actviz.analysis.softmax.rounding import rounding
from actviz.analysis.softmax.rows import columns, rows_in, wide
from actviz.analysis.softmax.verdicts import verdicts
from actviz.errors import BadInput
from actviz.floats import ALL_DTYPES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from actviz.activation import Array
    from actviz.analysis.softmax.histogram import Cells
    from actviz.analysis.softmax.rows import Columns, Rows
    from actviz.analysis.softmax.verdicts import Verdict
    from actviz.floats import Floats, Places

BLOCK = 2**19
"""Logits at a time: the few copies of them stay near the cache, and a step of a sum takes many rows at once."""

TOGETHER, MOST = 64, 2**22
"""Rows that long ones are taken by, since a step of a sum costs as much for one row, in blocks of at most so many
logits or one row."""

MOST_WORST = 10
"""So many of the worst rows are kept."""


@dataclass(frozen=True, slots=True)
class Count:
    """How many rows one evaluation in one dtype, its sum kept "native" or "wide", leaves with `failure`, and the
    first of them.
    """

    dtype: str
    evaluation: str
    accumulate: str
    failure: Failure
    rows: int
    first: int


@dataclass(frozen=True, slots=True)
class Loss:
    """How far a dtype moves logits when it rounds them, and how far its running sums go astray, at most.

    `logit` is absolute, `total` relative to the sum of the same terms without rounding (those sums only
    that were run through; the others lose less than half the bits).
    """

    dtype: str
    logit: float
    total: float


@dataclass(frozen=True, slots=True)
class WorstRow:
    """One of the worst rows, counted from 0 over all the data.

    Worse is a row where more evaluations break, in all dtypes together, each sum kept as is judged; then the one
    whose `size`, its largest absolute logit, is greater. `spread` is the distance from its smallest logit to its
    largest.
    """

    row: int
    broken: int
    size: float
    spread: float


@dataclass(frozen=True, slots=True)
class RowAudit:
    """What was counted over `rows` rows of `length` logits each.

    `masked` rows hold nothing but -inf, `invalid` ones NaN or +inf, `invalid_rows` being the first of these: both are
    left out of all else. `largest`
    and `smallest` are over all logits not masked, `lowest_top` is the least maximum of a row, `spread` the
    greatest distance within a row; infinite, as of no numbers, where no row is left. `tops` and `spreads` are
    cells (softmax.histogram) of the rows' maxima and of those distances. `judged` says how the sums are kept, "native"
    or "wide", that rows and dtypes are judged by; both ways are counted. `firsts` are the logits, (length,), of the
    rows that `counts` name as the first with a failure, by number.
    """

    length: int
    rows: int
    masked: int
    invalid: int
    invalid_rows: tuple[int, ...]
    masked_logits: int
    largest: float
    smallest: float
    lowest_top: float
    spread: float
    counts: tuple[Count, ...]
    losses: tuple[Loss, ...]
    worst: tuple[WorstRow, ...]
    tops: Cells
    spreads: Cells
    judged: str = "native"
    firsts: Mapping[int, Floats] = field(default_factory=dict, compare=False)

    @property
    def valid(self) -> int:
        """Rows that have a softmax."""
        return self.rows - self.masked - self.invalid

    def broken(self, dtype: str, evaluation: str, accumulate: str | None = None) -> int:
        """Rows that an evaluation leaves with an infinite value or NaN, or with nothing but 0; as is judged, if no
        `accumulate` is given.
        """
        found = self.failures(dtype, evaluation, accumulate)
        return sum(rows for failure, rows in found.items() if failure.breaks)

    def failures(self, dtype: str, evaluation: str, accumulate: str | None = None) -> dict[Failure, int]:
        """How many rows an evaluation leaves with each failure, "native" where a wide sum is no other; as is judged,
        if no `accumulate` is given.
        """
        found: dict[str, dict[Failure, int]] = {"native": {}, "wide": {}}
        for c in self.counts:
            if (c.dtype, c.evaluation) == (dtype, evaluation):
                found[c.accumulate][c.failure] = c.rows
        return found[accumulate or self.judged] or found["native"]


def audit(logits: Floats, dtypes: Iterable[str], first: int = 0, judged: str = "native") -> RowAudit:
    """The audit of the rows of `logits`, (rows, n), real numbers of any dtype, in each of `dtypes` (floats.ALL_DTYPES).

    Counts are for each evaluation and both ways to keep the sum ("wide" is the same as "native" from
    float32 up, and not counted again). `first` is the number of the first row, `judged` as in RowAudit. Raise
    BadInput for another shape.
    """
    if logits.ndim != 2 or 0 in logits.shape:
        raise BadInput(f"softmax needs rows of at least one logit, not an array of shape {logits.shape}")
    names = tuple(sorted(set(dtypes), key=ALL_DTYPES.index))
    whole: RowAudit | None = None
    for start, block in blocks(logits):
        part = audit_block(block, names, first + start, judged)
        whole = part if whole is None else merged(whole, part)
    assert whole is not None
    return whole


def blocks(logits: Floats) -> Iterator[tuple[int, Floats]]:
    """The number of the first row of each block, and the block."""
    n = logits.shape[1]
    rows = max(1, BLOCK // n, min(TOGETHER, MOST // n))
    for start in range(0, logits.shape[0], rows):
        yield start, logits[start : start + rows]


def audit_block(block: Floats, dtypes: tuple[str, ...], first: int, judged: str) -> RowAudit:
    """The audit of one block."""
    with np.errstate(all="ignore"):
        whole = columns(block)
        at = np.flatnonzero(~whole.undefined)
        given = whole if at.size == len(block) else columns(block[at])
        top, least = wide(given.top), wide(given.least)
        broken = np.zeros(at.size, dtype=np.int64)
        counts: list[Count] = []
        losses: list[Loss] = []
        true = truth(given)
        for name in dtypes if at.size else ():
            rows = rows_in(given, rounding(name))
            found, lost = verdicts(rows, true)
            counts += counted(name, found, at + first)
            losses.append(Loss(name, moved(given, rows), lost))
            way = "native" if rows.r.single else judged
            broken += sum((v.failure >= Failure.LOG_OF_ZERO) for v in found if v.accumulate == way)
        spread = top - least
    ordered = in_order(counts)
    blank, undefined = int(whole.blank.sum()), int(whole.undefined.sum())
    return RowAudit(
        length=block.shape[1],
        rows=len(block),
        masked=blank,
        invalid=undefined - blank,
        invalid_rows=tuple((np.flatnonzero(whole.undefined & ~whole.blank)[:MOST_WORST] + first).tolist()),
        masked_logits=int(given.masked.sum()),
        largest=float(top.max(initial=-math.inf)),
        smallest=float(least.min(initial=math.inf)),
        lowest_top=float(top.min(initial=math.inf)),
        spread=float(spread.max(initial=-math.inf)),
        counts=ordered,
        losses=tuple(losses),
        worst=worst_rows(at + first, broken, np.maximum(np.abs(top), np.abs(least)), spread),
        tops=celled(top),
        spreads=celled(np.minimum(spread, sys.float_info.max)),
        judged=judged,
        firsts={row: block[row - first].copy() for row in first_rows(ordered)},
    )


def moved(given: Columns, rows: Rows) -> float:
    """How far the dtype moved a logit that it holds, at most."""
    if rows.r.kind == given.x.dtype:
        return 0.0
    kept = rows.x.astype(given.x.dtype) if rows.r.kind.itemsize <= given.x.dtype.itemsize else given.x
    distance = np.abs(kept - given.x)
    return float(np.max(distance, initial=0.0, where=np.isfinite(distance) & ~given.masked))


def counted(dtype: str, found: list[Verdict], numbers: Places) -> list[Count]:
    """How often each failure befell each evaluation in one dtype; `numbers` are those of the rows."""
    counts: list[Count] = []
    for v in found:
        kinds, firsts, rows = np.unique(v.failure, return_index=True, return_counts=True)
        of_each = zip(kinds.tolist(), rows.tolist(), numbers[firsts].tolist(), strict=True)
        counts += [Count(dtype, v.evaluation, v.accumulate, Failure(f), n, first) for f, n, first in of_each]
    return counts


def in_order(counts: Iterable[Count]) -> tuple[Count, ...]:
    """Those of the same kind as one, by dtype, evaluation, accumulator and failure, as these are listed."""

    def place(count: Count) -> tuple[int, int, str, int]:
        return ALL_DTYPES.index(count.dtype), EVALUATIONS.index(count.evaluation), count.accumulate, count.failure

    found: dict[tuple[int, int, str, int], Count] = {}
    for c in counts:
        other = found.get(place(c))
        found[place(c)] = c if other is None else replace(c, rows=c.rows + other.rows, first=min(c.first, other.first))
    return tuple(found[key] for key in sorted(found))


def first_rows(counts: Iterable[Count]) -> list[int]:
    """The rows that are the first with a failure, in order."""
    return sorted({c.first for c in counts if c.failure})


def worst_rows(numbers: Places, broken: Places, size: Array, spread: Array) -> tuple[WorstRow, ...]:
    """The worst of some rows, worst first."""
    order = np.lexsort((numbers, -size, -broken))[:MOST_WORST]
    parts = (numbers[order].tolist(), broken[order].tolist(), size[order].tolist(), spread[order].tolist())
    return tuple(WorstRow(*row) for row in zip(*parts, strict=True))


def merged(a: RowAudit, b: RowAudit) -> RowAudit:
    """The audit of the rows of both, in any order; raise BadInput where their rows differ in length."""
    if a.length != b.length:
        raise BadInput(f"rows of {a.length} and of {b.length} logits are different softmaxes; audit each by itself")
    counts = in_order((*a.counts, *b.counts))
    firsts = {**a.firsts, **b.firsts}
    return RowAudit(
        length=a.length,
        rows=a.rows + b.rows,
        masked=a.masked + b.masked,
        invalid=a.invalid + b.invalid,
        invalid_rows=tuple(nsmallest(MOST_WORST, (*a.invalid_rows, *b.invalid_rows))),
        masked_logits=a.masked_logits + b.masked_logits,
        largest=max(a.largest, b.largest),
        smallest=min(a.smallest, b.smallest),
        lowest_top=min(a.lowest_top, b.lowest_top),
        spread=max(a.spread, b.spread),
        counts=counts,
        losses=merged_losses(a.losses, b.losses),
        worst=tuple(nsmallest(MOST_WORST, (*a.worst, *b.worst), key=lambda w: (-w.broken, -w.size, w.row))),
        tops=added(a.tops, b.tops),
        spreads=added(a.spreads, b.spreads),
        judged=a.judged,
        firsts={row: firsts[row] for row in first_rows(counts)},
    )


def merged_losses(a: tuple[Loss, ...], b: tuple[Loss, ...]) -> tuple[Loss, ...]:
    """The greater losses of each dtype."""
    found: dict[str, Loss] = {}
    for loss in sorted((*a, *b), key=lambda x: ALL_DTYPES.index(x.dtype)):
        other = found.get(loss.dtype, loss)
        found[loss.dtype] = Loss(loss.dtype, max(loss.logit, other.logit), max(loss.total, other.total))
    return tuple(found.values())
