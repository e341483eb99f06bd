"""Stored arrays to audits of their rows: cut, counted by an engine, merged."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial, reduce
from typing import TYPE_CHECKING

from actviz import _numpy as np
from actviz.analysis.softmax.audit import RowAudit, audit, merged
from actviz.analysis.softmax.logits import prepared
from actviz.analysis.softmax.reading import RowReading, reading
from actviz.arrays.rows import Strip, places, rows, strips
from actviz.reduction.engines import alone, in_processes
from actviz.reduction.masks import masked
from actviz.reduction.runs import checked_for_cluster, from_standard_input, known_bytes, run

if TYPE_CHECKING:
    from actviz.arrays import Stored
    from actviz.floats import Floats
    from actviz.reduction.engines import Advance, Engine
    from actviz.reduction.runs import Bar

PIECE, LARGEST = 1 << 24, 1 << 28
"""Bytes of a part at least and at most: 16 MiB of float32 in four dtypes take some 2 s."""

PARTS = 1 << 10
"""Parts that keep any number of processors busy; a run that has more has larger ones."""

SMALL = 1 << 26
"""Bytes that are read here however many processes are allowed: starting them takes half a second."""


@dataclass(frozen=True, slots=True)
class RowQuestion:
    """What is asked of rows of logits along `axis`: the dtypes, and what is done to logits before softmax.

    They are multiplied by `scale`, capped by `softcap`, divided by `temperature`, then masked by `mask`: a file,
    "causal", or nothing.
    """

    axis: int
    dtypes: tuple[str, ...]
    scale: float = 1.0
    softcap: float | None = None
    temperature: float = 1.0
    mask: str = ""

    @property
    def changes(self) -> bool:
        """Whether the numbers of the file are not the logits themselves."""
        return (self.scale, self.softcap, self.temperature) != (1.0, None, 1.0)


@dataclass(frozen=True, slots=True)
class RowTask:
    """A part of the array number `source` of a run."""

    source: int
    piece: Strip


@dataclass(frozen=True, slots=True)
class Audited:
    """The audit of a part, and the bytes it takes in the file."""

    source: int
    audit: RowAudit
    nbytes: int


def audit_rows(stored: Sequence[Stored], question: RowQuestion, jobs: int, bar: Bar) -> tuple[RowReading, ...]:
    """What `question` asks of each array's rows, counted in `jobs` processes; how many does not change a bit.

    Little data, and standard input, are read by this process alone. Raise BadInput where an array cannot be read, has
    no such axis, or no such mask, or a process is killed.
    """
    work = partial(audited, question)
    here = jobs == 1 or from_standard_input(stored) or known_bytes(stored) < SMALL
    return audited_by(alone(work) if here else in_processes(work, jobs), stored, question, bar)


def audit_rows_on_dask(
    stored: Sequence[Stored], question: RowQuestion, address: str, jobs: int, bar: Bar
) -> tuple[RowReading, ...]:
    """`audit_rows` on a Dask cluster, as `observe_on_dask` is `observe`; the mask too must be within its reach."""
    from actviz.reduction.cluster import on_dask

    checked_for_cluster(stored)
    return audited_by(on_dask(partial(audited, question), address, jobs), stored, question, bar)


def audited_by(
    engine: Engine[RowTask, Audited], stored: Sequence[Stored], question: RowQuestion, bar: Bar
) -> tuple[RowReading, ...]:
    """The readings of arrays whose tasks `engine` counts."""
    return run(stored, tasks(stored, question.axis), engine, partial(concluded, question), bar)


def tasks(stored: Sequence[Stored], axis: int) -> tuple[RowTask, ...]:
    """The cut of a run, in order; raise BadInput for an axis that an array does not have."""
    nbytes = min(max(PIECE, known_bytes(stored) // PARTS), LARGEST)
    return tuple(RowTask(source, strip) for source, one in enumerate(stored) for strip in strips(one, axis, nbytes))


def audited(question: RowQuestion, advance: Advance, task: RowTask) -> Audited:
    """The audit of one part; `advance` is told the bytes of each block. Raise BadInput where it cannot be read."""
    parts: list[RowAudit] = []
    nbytes = 0
    for block in rows(task.piece):
        numbers = np.arange(block.first, block.first + len(block.values))
        x = logits(question, task.piece.stored, block.values, numbers)
        parts = [reduce(merged, (*parts, audit(x, question.dtypes, block.first)))]
        nbytes += block.nbytes
        advance(block.nbytes)
    return Audited(task.source, parts[0], nbytes)


def logits(question: RowQuestion, stored: Stored, values: Floats, numbers: np.ndarray) -> Floats:
    """The logits that a file's rows with these numbers become."""
    x = values
    if question.changes:
        x = prepared(x.astype(np.float64), question.scale, question.softcap, question.temperature)
    return masked(x, stored, question.axis, numbers, question.mask) if question.mask else x


def joined(a: Audited, b: Audited) -> Audited:
    """Two parts of the same array as one."""
    return Audited(a.source, merged(a.audit, b.audit), a.nbytes + b.nbytes)


def concluded(question: RowQuestion, stored: Stored, parts: Iterator[Audited]) -> RowReading:
    """The reading of one array from its parts."""
    found = reduce(joined, parts).audit
    along = question.axis % len(stored.shape)
    shape = tuple(found.length if at == along else side for at, side in enumerate(stored.shape))
    counted = replace(stored, shape=tuple(found.rows if side < 0 else side for side in shape))
    index = places(counted, along, np.asarray([worst.row for worst in found.worst], dtype=np.int64))
    at = tuple(zip(*(side.tolist() for side in index), strict=True)) if index else ((),) * len(found.worst)
    return reading(stored.label, counted.shape, stored.dtype, along, question.dtypes, found, at)
