"""Whole rows of an array along one axis, however they lie in the file: what softmax is taken of.

A row must fit into memory, and so must all rows that lie across text, a compressed member or standard input.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from actviz import _numpy as np
from actviz.arrays.layouts import checked_axis, layout
from actviz.arrays.reading import blocks, fill, stream_at
from actviz.arrays.records import STANDARD_INPUT, UNKNOWN, Piece, Run, Stored
from actviz.errors import BadInput

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Values = NDArray[Any]
    Places = NDArray[np.int64]

HELD = 2**22
"""Numbers gathered at a time, or one row where that has more."""

ACROSS = 2**24
"""The same of rows that lie across the file: the more of them at a time, the longer the stretches that are read."""

TURNED = 2**25
"""Numbers at most of rows that lie across what can only be read from its beginning: 256 MiB of float64."""

LONGER = 16
"""A part may be so many times as large as asked for, that it has more rows."""


@dataclass(frozen=True, slots=True)
class Strip:
    """Rows `start` to `stop` of `stored` along `axis`, in the order of the file; `stop` is -1 where not known.

    Rows have `length` numbers each; `inner` of them lie side by side, so that neighbours in a row are that far apart.
    """

    stored: Stored
    axis: int
    length: int
    inner: int
    start: int
    stop: int

    @property
    def as_it_comes(self) -> bool:
        """Whether the file must be read from its beginning on."""
        return runs_on(self.stored)


@dataclass(frozen=True, slots=True)
class RowBlock:
    """Whole rows, (rows, length), in the file's dtype: a view of a buffer that the next block overwrites.

    `first` is the number of the first row. `nbytes` is what the block took of the file, `remark` that of Block.
    """

    values: Values
    first: int
    nbytes: int
    remark: str = ""


def runs_on(stored: Stored) -> bool:
    """Whether an array can only be read from its beginning: text, a compressed member, standard input."""
    source = stored.source
    return not isinstance(source, Run) or bool(source.member) or stored.path == STANDARD_INPUT


def strips(stored: Stored, axis: int, nbytes: int, fewest: int = 1) -> tuple[Strip, ...]:
    """Parts of about `nbytes` bytes, each of whole rows, that can be read independently, in the order of the file;
    up to `LONGER` times as many bytes where they would have less than the `fewest` rows.

    What can only be read from its beginning is one. Raise BadInput for an axis that the array does not have, and as
    `arrays.layout` does.
    """
    along = checked_axis(stored, axis)
    assert along is not None
    outer, length, inner = layout(stored, along)
    count = UNKNOWN if outer == UNKNOWN else outer * inner
    if runs_on(stored):
        return (Strip(stored, along, length, inner, 0, count),)
    step = max(1, nbytes * count // stored.nbytes)
    step = max(step, min(fewest, LONGER * step))
    step = max(step, min(inner, ACROSS // length)) if step < inner else step - step % inner
    cuts = [
        (start, min(start + step, end))
        for end in (range(inner, count + 1, inner) if step < inner else (count,))
        for start in range(end - inner if step < inner else 0, end, step)
    ]
    return tuple(Strip(stored, along, length, inner, start, stop) for start, stop in cuts)


def rows(strip: Strip) -> Iterator[RowBlock]:
    """The rows of a strip in order; raise BadInput where the file ends early, is damaged, or cannot be read."""
    sample = strip.length * strip.inner
    if not strip.as_it_comes and strip.inner > 1 and (sample > HELD or strip.stop - strip.start < strip.inner):
        try:
            yield from across(strip)
        except OSError as error:
            raise BadInput(f"cannot read {strip.stored.label}: {error.strerror or error}") from None
        return
    if strip.inner > 1 and sample > TURNED:
        raise BadInput(
            f"{strip.stored.label}: rows along axis {strip.axis} lie across {sample:,} numbers that can only be read "
            f"in their order, and no more than {TURNED:,} are held; save it with numpy.save"
        )
    yield from in_order(strip)


def in_order(strip: Strip) -> Iterator[RowBlock]:
    """The rows of a strip read from the first to the last number, turned where they lie across."""
    sample = strip.length * strip.inner
    size = max(1, HELD // sample) * sample
    first = strip.start
    for values, nbytes, remark in gathered(strip, size):
        if values.size % sample:
            raise BadInput(f"{strip.stored.label} ends within a row of {strip.length:,} numbers")
        found = values.reshape(-1, strip.length, strip.inner).swapaxes(1, 2).reshape(-1, strip.length)
        yield RowBlock(found, first, nbytes, remark)
        first += len(found)


def gathered(strip: Strip, size: int) -> Iterator[tuple[Values, int, str]]:
    """The numbers of a strip, `size` of them at a time, the last ones fewer, the bytes they took, and the remark."""
    stop = UNKNOWN if strip.stop == UNKNOWN else strip.stop * strip.length
    piece = Piece(strip.stored, None, 1, UNKNOWN, strip.start * strip.length, stop)
    buffer: Values = np.empty(0)
    held = nbytes = 0
    remark = ""
    for block in blocks(piece):
        values = block.values.reshape(-1)
        if not buffer.size:
            buffer = np.empty(size, dtype=values.dtype)
        nbytes += block.nbytes
        remark = block.remark
        while held + values.size >= size:
            taken = size - held
            buffer[held:] = values[:taken]
            yield buffer, nbytes, remark
            values, held, nbytes = values[taken:], 0, 0
        buffer[held : held + values.size] = values
        held += values.size
    if held:
        yield buffer[:held], nbytes, remark


def across(strip: Strip) -> Iterator[RowBlock]:
    """Rows that lie side by side in a file, some at a time: a stretch of each number's neighbours after the other."""
    from actviz.floats import dtype_of

    run = strip.stored.source
    assert isinstance(run, Run)
    kind = dtype_of(run.storage)
    most = max(1, ACROSS // strip.length)
    with stream_at(strip.stored, run, 0) as stream:
        start = strip.start
        while start < strip.stop:
            sample, place = divmod(start, strip.inner)
            wide = min(most, strip.inner - place, strip.stop - start)
            buffer = np.empty((strip.length, wide), dtype=kind)
            raw, stretch = buffer.reshape(-1).view(np.uint8).data, wide * kind.itemsize
            for i in range(strip.length):
                stream.seek(run.offset + ((sample * strip.length + i) * strip.inner + place) * kind.itemsize)
                fill(stream, raw[i * stretch : (i + 1) * stretch], strip.stored)
            found = np.ascontiguousarray(buffer.astype(kind.newbyteorder("="), copy=False).T)
            yield RowBlock(found, start, len(raw))
            start += wide


def places(stored: Stored, axis: int, numbers: Places) -> tuple[Places, ...]:
    """The indices of the rows with these numbers along all other axes, in the order of the axes.

    Empty for an array that is one row.
    """
    along = checked_axis(stored, axis)
    rest = [side for at, side in enumerate(stored.shape) if at != along]
    if UNKNOWN in rest:
        return (numbers,)
    if isinstance(stored.source, Run) and stored.source.fortran:
        return tuple(np.unravel_index(numbers, rest[::-1]))[::-1] if rest else ()
    return tuple(np.unravel_index(numbers, rest)) if rest else ()


def count_of(stored: Stored, axis: int) -> int:
    """How many rows there are, -1 where that is not known before they are read."""
    rest = [side for at, side in enumerate(stored.shape) if at != checked_axis(stored, axis)]
    return UNKNOWN if UNKNOWN in rest else math.prod(rest)
