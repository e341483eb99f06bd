"""Stored arrays to audits of their rows: cut, counted by an engine, merged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial, reduce
from typing import TYPE_CHECKING

from actviz import _numpy as np
from actviz.analysis.softmax.audit import RowAudit, audit, merged
from actviz.analysis.softmax.audit import blocks as blocks_of
from actviz.analysis.softmax.logits import Steps
from actviz.analysis.softmax.masks import cleared, masked
from actviz.analysis.softmax.reading import RowReading, reading
from actviz.analysis.softmax.safety import lowered, unknown
from actviz.analysis.softmax.spans import given
from actviz.arrays.layouts import checked_axis
from actviz.arrays.rows import RowBlock, Strip, places, rows, strips
from actviz.errors import BadInput
from actviz.reduction.masks import mask_of
from actviz.reduction.runs import checked_for_cluster, on_this_machine, run
from actviz.reduction.tasks import cut

if TYPE_CHECKING:
    from actviz.analysis.softmax.masks import Mask
    from actviz.arrays import Stored
    from actviz.floats import Floats, Places
    from actviz.reduction.engines import Advance, Engine
    from actviz.reduction.runs import Bar
    from actviz.reduction.tasks import Task

PIECE, LARGEST = 1 << 26, 1 << 28
"""Bytes of a part at least and at most: 64 MiB of float32 in four dtypes take some 6 s."""

FEWEST = 1 << 10
"""Rows of a part where these are long, since what is safe is searched for anew in each part."""

SMALL = 1 << 26
"""Bytes that are read here however many processes are allowed: starting them takes half a second."""


@dataclass(frozen=True, slots=True)
class RowQuestion:
    """What is asked of rows of logits along `axis`: the dtypes, and what is done to logits before softmax.

    They are multiplied by `scale`, capped by `softcap`, divided by `temperature`, then masked by `mask`: a file,
    one of masks.CAUSAL, or nothing. `judged` is that of RowAudit.
    """

    axis: int
    dtypes: tuple[str, ...]
    scale: float = 1.0
    softcap: float | None = None
    temperature: float = 1.0
    mask: str = ""
    judged: str = "native"

    @property
    def steps(self) -> Steps:
        """What is done before the mask."""
        return Steps(self.scale, self.softcap, self.temperature)


@dataclass(frozen=True, slots=True)
class Audited:
    """The audit of a part, how hard its rows may be (safety.lowered), how many logits were the least number of a dtype,
    its bytes in the file, the remark on it, and how many logits float64 holds only rounded.
    """

    source: int
    audit: RowAudit
    hardest: Places
    least: Counter[str]
    nbytes: int
    remark: str = ""
    rounded: int = 0


def audit_rows(stored: Sequence[Stored], question: RowQuestion, jobs: int, bar: Bar) -> tuple[RowReading, ...]:
    """What `question` asks of each array's rows, counted in `jobs` processes; how many does not change a bit.

    Little data, and standard input, are read by this process alone. Raise BadInput where an array cannot be read, has
    no such axis, or no such mask, or a process is killed.
    """
    engine = on_this_machine(partial(audited, question), stored, jobs, SMALL)
    return audited_by(engine, stored, question, bar)


def audit_rows_on_dask(
    stored: Sequence[Stored], question: RowQuestion, address: str, jobs: int, bar: Bar
) -> tuple[RowReading, ...]:
    """`audit_rows` on a Dask cluster, as `observe_on_dask` is `observe`; the mask too must be within its reach."""
    from actviz.reduction.cluster import on_dask

    checked_for_cluster(stored)
    return audited_by(on_dask(partial(audited, question), address, jobs), stored, question, bar)


def audited_by(
    engine: Engine[Task[Strip], Audited], stored: Sequence[Stored], question: RowQuestion, bar: Bar
) -> tuple[RowReading, ...]:
    """The readings of arrays whose tasks `engine` counts."""
    return run(stored, tasks(stored, question.axis), engine, partial(concluded, question), bar)


def with_axis(stored: Sequence[Stored], axis: int) -> tuple[tuple[Stored, ...], tuple[str, ...]]:
    """The arrays that have such an axis, and why any others are left out; raise BadInput where that is none, or one
    that was asked for by name.
    """
    kept: list[Stored] = []
    without: list[str] = []
    for one in stored:
        try:
            checked_axis(one, axis)
            kept.append(one)
        except BadInput as error:
            if not one.spare:
                raise
            without.append(str(error))
    if not kept:
        raise BadInput(without[0])
    return tuple(kept), tuple(without)


def tasks(stored: Sequence[Stored], axis: int) -> tuple[Task[Strip], ...]:
    """The cut of a run, in order; raise BadInput for an axis that an array does not have."""
    return cut(stored, lambda one, nbytes: strips(one, axis, nbytes, FEWEST), PIECE, LARGEST)


def audited(question: RowQuestion, advance: Advance, task: Task[Strip]) -> Audited:
    """The audit of one part; `advance` is told the bytes of each block. Raise BadInput where it cannot be read."""
    parts: list[Audited] = []
    hardest = unknown(len(question.dtypes))
    for block in rows(task.piece):
        values, least = cleared(block.values)
        mask = mask_over(question, task.piece.stored, block)
        x = question.steps.of(values.astype(np.float64)) if question.steps.changes else values
        x = x if mask is None else masked(x, mask)
        found = counted(question, advance, x, block.first)
        for start, some in blocks_of(x):
            advance(0)
            part = slice(start, start + len(some))
            kept = given(values[part], None if mask is None else mask[part], question.steps, some)
            hardest = lowered(hardest, kept, question.dtypes, question.judged)
        one = Audited(task.source, found, hardest, least, block.nbytes, block.remark, beyond_float64(block.values))
        parts = [reduce(joined, (*parts, one))]
        advance(block.nbytes)
    return parts[0]


def mask_over(question: RowQuestion, stored: Stored, block: RowBlock) -> Mask | None:
    """The mask of some rows, (rows, n)."""
    if not question.mask:
        return None
    numbers = np.arange(block.first, block.first + len(block.values))
    return mask_of(stored, question.axis, numbers, block.values.shape[1], question.mask)


def counted(question: RowQuestion, advance: Advance, x: Floats, first: int) -> RowAudit:
    """The audit of rows, the first of them number `first`; `advance` is called now and then, since it may end all."""
    parts: list[RowAudit] = []
    for start, some in blocks_of(x):
        advance(0)
        parts = [reduce(merged, (*parts, audit(some, question.dtypes, first + start, question.judged)))]
    return parts[0]


def beyond_float64(values: Floats) -> int:
    """How many whole numbers are beyond 2^53, where float64 no longer holds each."""
    if values.dtype.kind not in "iu" or values.dtype.itemsize < 8:
        return 0
    return int(np.count_nonzero((values > 2**53) | (values < -(2**53))))


def joined(a: Audited, b: Audited) -> Audited:
    """Two parts of the same array as one."""
    hardest = np.minimum(a.hardest, b.hardest)
    remark = b.remark or a.remark
    sums = (a.least + b.least, a.nbytes + b.nbytes, remark, a.rounded + b.rounded)
    return Audited(a.source, merged(a.audit, b.audit), hardest, *sums)


def concluded(question: RowQuestion, stored: Stored, parts: Iterator[Audited]) -> RowReading:
    """The reading of one array from its parts."""
    whole = reduce(joined, parts)
    found = whole.audit
    along = question.axis % len(stored.shape)
    shape = tuple(found.length if at == along else side for at, side in enumerate(stored.shape))
    counted = replace(stored, shape=tuple(found.rows if side < 0 else side for side in shape))
    named = sorted({w.row for w in found.worst} | {c.first for c in found.counts} | set(found.invalid_rows))
    index = places(counted, along, np.asarray(named, dtype=np.int64))
    at = zip(*(side.tolist() for side in index), strict=True) if index else ((),) * len(named)
    places_of = dict(zip(named, at, strict=True))
    about = (stored.label, counted.shape, stored.dtype, along, question.dtypes)
    seen = reading(*about, found, places_of, whole.hardest, question.temperature, whole.least)
    return replace(seen, remark=whole.remark, rounded=whole.rounded)
