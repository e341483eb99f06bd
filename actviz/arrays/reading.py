"""Reads a piece in blocks: binary runs into one buffer that is used again and again, tables by their rows."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from actviz import _numpy as np
from actviz.arrays.layouts import BLOCK, spans, units_of_text
from actviz.arrays.records import NARROW, STANDARD_INPUT, Block, Piece, Run, Stored, Text
from actviz.arrays.streams import stream_of
from actviz.errors import BadInput

if TYPE_CHECKING:
    from io import BufferedIOBase, RawIOBase

    Stream = BufferedIOBase | RawIOBase


def blocks(piece: Piece) -> Iterator[Block]:
    """The blocks of a piece in order, each of at most BLOCK elements.

    Their values are views of one buffer: copy what must outlast the next block. Raise BadInput where the file
    ends early, is damaged, or cannot be read.
    """
    from actviz.arrays.npz import damages, in_words

    label = piece.stored.label
    try:
        yield from of_text(piece) if isinstance(piece.stored.source, Text) else of_run(piece, piece.stored.source)
    except OSError as error:
        raise BadInput(f"cannot read {label}: {error.strerror or error}") from None
    except damages() as error:
        raise BadInput(f"{label} is damaged: {in_words(error)}") from None


def of_run(piece: Piece, run: Run) -> Iterator[Block]:
    """The blocks of a binary piece."""
    from actviz.floats import dtype_of

    storage = dtype_of(run.storage)
    width = storage.itemsize
    native = storage.newbyteorder("=")
    buffer = np.empty(min(BLOCK, piece.stop - piece.start), dtype=storage)
    raw = buffer.view(np.uint8).data
    with stream_at(piece.stored, run, piece.start * width) as stream:
        for span in spans(piece.units, piece.inner, piece.start, piece.stop):
            size = math.prod(span.shape)
            fill(stream, raw[: size * width], piece.stored)
            values = buffer[:size]
            if storage != native:
                values = values.byteswap(inplace=True).view(native)
            if run.storage in NARROW:
                values = values.astype(np.float16)
            yield Block(values.reshape(span.shape), span.first, size * width)
        if (run.member or piece.stored.path == STANDARD_INPUT) and stream.read(1):
            raise BadInput(f"{piece.stored.label} goes on after its array; one array a file is read")


@contextmanager
def stream_at(stored: Stored, run: Run, skipped: int) -> Iterator[Stream]:
    """The bytes of a run from `skipped` on; standard input stands at the first and stays open."""
    if run.member:
        from actviz.arrays.npz import member

        with member(stored, run.member) as stream:
            stream.read(run.offset)
            yield stream
    else:
        with stream_of(stored) as stream:
            if stored.path != STANDARD_INPUT:
                stream.seek(run.offset + skipped)
            yield stream


def fill(stream: Stream, raw: memoryview, stored: Stored) -> None:
    """Fill `raw` from the stream; raise BadInput where it ends before."""
    done = 0
    while done < len(raw):
        got = stream.readinto(raw[done:])
        if not got:
            raise BadInput(f"{stored.label} ends before the {stored.nbytes:,} bytes its header promises")
        done += got


def of_text(piece: Piece) -> Iterator[Block]:
    """The blocks of a text table, whose rows are taken some thousand at a time."""
    from actviz.arrays.tables import beyond_float64, chunks, numbers

    at = 0
    source = piece.stored.source
    assert isinstance(source, Text)
    beyond, first = 0, ""
    units, inner = units_of_text(piece.stored, piece.axis)
    for chunk in chunks(piece.stored):
        values = numbers(chunk, piece.stored)
        found = beyond_float64(chunk, values, source)
        beyond, first = beyond + len(found), first or "".join(found[:1])
        taken = 0
        for span in spans(units, inner, at, at + len(values)):
            size = math.prod(span.shape)
            share = chunk.nbytes * (taken + size) // len(values) - chunk.nbytes * taken // len(values)
            remark = infinite(piece.stored.label, beyond, first) if beyond else ""
            yield Block(values[taken : taken + size].reshape(span.shape), span.first, share, remark)
            taken += size
        at += len(values)


def infinite(label: str, count: int, first: str) -> str:
    """What is said of so many numbers that float64 cannot hold."""
    if count == 1:
        return f"A number in {label} is beyond float64 and counts as infinite: {first}."
    return f"{count:,} numbers in {label} are beyond float64 and count as infinite, the first {first}."
